from django.apps import AppConfig


class FlowsConfig(AppConfig):
    name = "apps.flows"
    verbose_name = "Flows"

    def ready(self) -> None:
        from apps.flows import tasks  # noqa: F401 - registers the jobs
        from apps.flows.services import factory, resources
        from apps.instances import provisioning

        provisioning.register(20, factory.create_builtin_prompts)
        provisioning.register(40, factory.create_default_flows)
        resources.register_finder("flow", resources.find_flow)
        resources.register_finder("prompt", resources.find_prompt)
