from django.apps import AppConfig


class AlarmsConfig(AppConfig):
    name = "apps.alarms"
    verbose_name = "Alarms"

    def ready(self) -> None:
        from apps.alarms import checks, tenant_keys

        checks.register(tenant_keys.CHECK)
