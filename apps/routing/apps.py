from django.apps import AppConfig


class RoutingConfig(AppConfig):
    name = "apps.routing"
    verbose_name = "Routing"

    def ready(self) -> None:
        from apps.flows.services.resources import register_finder
        from apps.instances import provisioning
        from apps.routing import registration
        from apps.routing.services.factory import create_default_routing

        provisioning.register(30, create_default_routing)
        register_finder("queue", registration.find_queue)
        register_finder("agent", registration.find_agent)
        register_finder("hours", registration.find_hours)
