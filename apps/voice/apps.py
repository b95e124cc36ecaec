from django.apps import AppConfig


class VoiceConfig(AppConfig):
    name = "apps.voice"
    verbose_name = "Voice"

    def ready(self) -> None:
        from apps.core.unit_of_work import register_flusher
        from apps.voice import control
        from apps.voice.services import desired

        register_flusher("call", desired.sync_calls)
        register_flusher("routing", control.announce_routing)
