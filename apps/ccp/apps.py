from django.apps import AppConfig


class CcpConfig(AppConfig):
    name = "apps.ccp"
    verbose_name = "Contact Control Panel"
