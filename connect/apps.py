from django.apps import AppConfig


class CompositionConfig(AppConfig):
    name = "connect"
    verbose_name = "Connect"
