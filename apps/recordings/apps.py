from django.apps import AppConfig


class RecordingsConfig(AppConfig):
    name = "apps.recordings"
    verbose_name = "Recordings"

    def ready(self) -> None:
        from apps.contacts.services import turning_points
        from apps.recordings.services import lifecycle

        turning_points.on_joined(lifecycle.begin)
        turning_points.on_conversation_ended(lifecycle.conversation_ended)
