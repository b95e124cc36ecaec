from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "apps.contacts"
    verbose_name = "Contacts"

    def ready(self) -> None:
        from apps.contacts.services import checks, wiring

        wiring.wire()
        checks.register_all()
