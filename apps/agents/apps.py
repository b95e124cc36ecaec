from django.apps import AppConfig


class AgentsConfig(AppConfig):
    name = "apps.agents"
    verbose_name = "Agents"

    def ready(self) -> None:
        from apps.agents.services import checks, panels
        from apps.agents.services.statuses import create_default_statuses
        from apps.core.unit_of_work import register_flusher
        from apps.instances import provisioning

        register_flusher("absence", panels.recount_absence)
        provisioning.register(50, create_default_statuses)
        checks.register_all()
