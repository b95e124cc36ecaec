from django.apps import AppConfig


class NumbersConfig(AppConfig):
    name = "apps.numbers"
    verbose_name = "Numbers"
