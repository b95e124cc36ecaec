from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SecurityProfilesConfig(AppConfig):
    name = "apps.security_profiles"
    verbose_name = "Security profiles"

    def ready(self) -> None:
        from django.contrib.auth.models import Group

        from apps.audit import naming
        from apps.instances import access, provisioning
        from apps.security_profiles import selectors, services
        from apps.security_profiles.models import SecurityProfile
        from apps.users import rights

        provisioning.register(10, services.seed_default_profiles)
        access.register(
            access.Access(
                may_enter=selectors.may_enter,
                require=selectors.require,
                permissions_of=selectors.permissions_of,
            )
        )
        rights.register(
            rights.Rights(
                assign=services.assign,
                require_may_manage=services.require_may_manage,
                administrators_kept=services.administrators_kept,
            )
        )
        naming.register(Group, selectors.names_of_groups)
        naming.register_words(SecurityProfile, "permissions", selectors.words_for)
        post_migrate.connect(_sync_catalogue, sender=self)


def _sync_catalogue(**_kwargs: Any) -> None:
    from apps.security_profiles.services import sync_catalogue

    sync_catalogue()
