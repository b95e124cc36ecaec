from django.apps import AppConfig


class CcpConfig(AppConfig):
    name = "apps.ccp"
    verbose_name = "Contact Control Panel"

    def ready(self) -> None:
        from apps.ccp import snapshot
        from apps.core.unit_of_work import register_flusher

        register_flusher("agent", snapshot.announce_agents)
