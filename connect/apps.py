from django.apps import AppConfig


class CompositionConfig(AppConfig):
    name = "connect"
    verbose_name = "Connect"

    def ready(self) -> None:
        """Make our Celery app the current one, so that tasks of every app belong to it."""
        from apps.core import waiting
        from apps.instances import navigation, quota_use
        from connect import celery, lanes  # noqa: F401 (apps must be loaded before)
        from connect.navigation import sections
        from connect.quotas import COUNTERS

        quota_use.register(COUNTERS)
        navigation.register(sections)
        waiting.register(lanes.outside)
