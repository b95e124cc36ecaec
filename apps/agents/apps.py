from django.apps import AppConfig


class AgentsConfig(AppConfig):
    name = "apps.agents"
    verbose_name = "Agents"

    def ready(self) -> None:
        from apps.agents.services import checks
        from apps.agents.services.statuses import create_default_statuses
        from apps.instances import provisioning

        provisioning.register(50, create_default_statuses)
        checks.register_all()
