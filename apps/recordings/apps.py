from django.apps import AppConfig


class RecordingsConfig(AppConfig):
    name = "apps.recordings"
    verbose_name = "Recordings"

    def ready(self) -> None:
        from apps.contacts import recordings
        from apps.contacts.services import turning_points
        from apps.recordings.services import lifecycle
        from apps.recordings.told import RECORDINGS

        turning_points.on_joined(lifecycle.begin)
        turning_points.on_conversation_ended(lifecycle.conversation_ended)
        recordings.register(RECORDINGS)
