"""Users as services: names, passwords, preferences."""

from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError
from django.test import override_settings

from apps.core.errors import InvalidInput
from apps.instances.models import Instance
from apps.users.models import User
from apps.users.services import (
    OwnPassword,
    PasswordNotAccepted,
    UsernameTaken,
    create_user,
    save_preferences,
    set_password,
)
from connect import settings as product
from tests.people import PASSWORD, user_with

pytestmark = pytest.mark.db


@pytest.mark.parametrize("name", ["ana", "Ana", " ana ", "ANA\u00a0", "\uff41na"])
def test_a_name_is_unique_without_case_blanks_and_variants_sr_052(ana: User, name: str) -> None:
    assert ana.instance is not None

    with pytest.raises(UsernameTaken) as refusal:
        user_with(ana.instance, name)

    assert refusal.value.status == 400


def test_the_database_itself_keeps_names_unique_sr_052(ana: User) -> None:
    with pytest.raises(IntegrityError):
        User.objects.create(instance=ana.instance, username="ANA")


def test_the_same_name_may_exist_at_another_instance_sr_013(
    ana: User, other_instance: Instance
) -> None:
    assert user_with(other_instance, "ana").login_key == "other:ana"


def test_a_name_is_needed(demo_instance: Instance) -> None:
    with pytest.raises(InvalidInput):
        user_with(demo_instance, "  ")


@pytest.mark.parametrize(
    "password", ["Sh0rt-x", "no-upper-7-here", "NO-LOWER-7-HERE", "No-Digit-Here", "Password1"]
)
def test_a_weak_password_is_refused_s_05(demo_instance: Instance, password: str) -> None:
    with pytest.raises(PasswordNotAccepted) as refusal:
        create_user(instance=demo_instance, username="new", password=password)

    assert password not in str(refusal.value)
    assert not User.objects.exists()


@override_settings(PASSWORD_HASHERS=product.PASSWORD_HASHERS)
def test_the_product_stores_passwords_with_argon2_s_05() -> None:
    assert make_password(PASSWORD).startswith("argon2$argon2id$")


def test_a_password_is_stored_as_a_salted_hash_only_sr_053(ana: User, mia: User) -> None:
    assert PASSWORD not in ana.password
    assert ana.password != mia.password
    assert ana.check_password(PASSWORD)


def test_a_new_password_replaces_the_old_one_sr_053(ana: User) -> None:
    set_password(ana, password="Another-Horse-8")

    ana.refresh_from_db()
    assert ana.check_password("Another-Horse-8")
    assert not ana.check_password(PASSWORD)


def test_nobody_gives_oneself_a_password_without_the_old_one_s_05(ana: User) -> None:
    with pytest.raises(OwnPassword) as refusal:
        set_password(ana, password="Another-Horse-8", acting_user=ana)

    assert refusal.value.status == 403
    ana.refresh_from_db()
    assert ana.check_password(PASSWORD)


def test_preferences_not_mentioned_stay(ana: User) -> None:
    save_preferences(ana, theme="dark")
    save_preferences(ana, single_key_shortcuts=False)

    ana.refresh_from_db()
    assert (ana.theme, ana.single_key_shortcuts) == ("dark", False)


@pytest.mark.parametrize("choice", [{"theme": "pink"}, {"language": "tlh"}])
def test_a_choice_that_does_not_exist_is_refused(ana: User, choice: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        save_preferences(ana, **choice)

    ana.refresh_from_db()
    assert refusal.value.facts["field"] in choice
    assert (ana.theme, ana.language) == ("system", "")


def test_the_tests_hash_quickly_but_the_product_does_not() -> None:
    assert settings.PASSWORD_HASHERS != product.PASSWORD_HASHERS
