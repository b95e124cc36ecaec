from django.apps import AppConfig


class SecurityProfilesConfig(AppConfig):
    name = "apps.security_profiles"
    verbose_name = "Security profiles"
