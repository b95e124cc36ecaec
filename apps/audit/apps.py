from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "apps.audit"
    verbose_name = "Historical changes"

    def ready(self) -> None:
        from apps.audit import receivers

        receivers.connect_all()
