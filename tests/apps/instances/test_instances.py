"""Tenants: their address, their settings, the wall between them."""

import zoneinfo
from typing import Any

import pytest
from django_scopes.exceptions import ScopeError

from apps.core.errors import InvalidInput, NotFound
from apps.instances.domain.alias import RESERVED, is_well_formed
from apps.instances.domain.places import LANGUAGES, countries, time_zones
from apps.instances.models import Instance
from apps.instances.scope import instance_scope, unscoped
from apps.instances.selectors import active_instance
from apps.instances.services.instances import (
    AliasImmutable,
    AliasNotPossible,
    AliasTaken,
    create_instance,
    update_instance,
)
from apps.instances.services.operators import OperatorsOnly
from apps.security_profiles.models import SecurityProfile
from apps.users.models import User

pytestmark = pytest.mark.db


@pytest.mark.parametrize("alias", sorted(RESERVED))
def test_a_first_segment_the_installation_needs_is_refused(db: None, alias: str) -> None:
    with pytest.raises(AliasNotPossible):
        create_instance(alias=alias, name="X")


@pytest.mark.parametrize("alias", ["", "-a", "a-", "Demo", "a b", "a/b", "ä", "a" * 46, "a\n"])
def test_an_ill_formed_alias_is_refused(alias: str) -> None:
    assert not is_well_formed(alias)


@pytest.mark.parametrize("alias", ["a", "a1", "demo-airline", "a" * 45])
def test_letters_digits_and_inner_hyphens_are_accepted(alias: str) -> None:
    assert is_well_formed(alias)


def test_an_alias_belongs_to_one_instance(demo_instance: Instance) -> None:
    with pytest.raises(AliasTaken):
        create_instance(alias="demo", name="Another")


def test_the_alias_never_changes_sr_014(demo_instance: Instance) -> None:
    with pytest.raises(AliasImmutable):
        update_instance(demo_instance, alias="new")

    assert active_instance("demo") == demo_instance


def test_renaming_keeps_the_address_sr_014(demo_instance: Instance) -> None:
    update_instance(demo_instance, name="New name")

    assert active_instance("demo").name == "New name"


@pytest.mark.parametrize(
    "change",
    [
        {"permissions_version": 1},
        {"id": 7},
        {"time_zone": "Mars/Olympus"},
        {"country": "XX"},
        {"country": "us"},
        {"language": "tlh"},
        {"name": "\u2003"},
        {"ring_seconds": 5},
        {"ring_seconds": 9},
        {"ring_seconds": 61},
    ],
)
def test_only_settings_can_be_changed(demo_instance: Instance, change: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        update_instance(demo_instance, **change)


@pytest.mark.parametrize("seconds", [10, 60])
def test_the_ring_time_is_from_ten_to_sixty_seconds(demo_instance: Instance, seconds: int) -> None:
    assert update_instance(demo_instance, ring_seconds=seconds).ring_seconds == seconds


def test_a_name_is_kept_in_one_form(demo_instance: Instance) -> None:
    assert update_instance(demo_instance, name=" ＡＢ  Air ").name == "AB Air"


@pytest.mark.parametrize("change", [{"is_active": False}, {"call_quota": 1000}])
def test_its_own_administrator_changes_nothing_that_the_installation_gives(
    ada: User, change: dict[str, Any]
) -> None:
    assert ada.instance is not None
    with pytest.raises(OperatorsOnly):
        update_instance(ada.instance, acting_user=ada, **change)

    assert update_instance(ada.instance, acting_user=ada, ring_seconds=30).ring_seconds == 30


def test_what_can_be_chosen_is_accepted(demo_instance: Instance) -> None:
    assert set(time_zones()) <= zoneinfo.available_timezones()
    assert {"UTC", "Europe/Berlin", "America/New_York"} <= set(time_zones())
    assert countries()["DE"] == "Germany"
    for language in LANGUAGES:
        update_instance(demo_instance, language=language)


def test_a_switched_off_instance_is_not_found(demo_instance: Instance) -> None:
    update_instance(demo_instance, is_active=False)

    with pytest.raises(NotFound):
        active_instance("demo")


def test_a_query_without_scope_fails_s_02(demo_instance: Instance) -> None:
    with pytest.raises(ScopeError):
        SecurityProfile.objects.count()


def test_a_scope_shows_only_its_own_rows_s_02(
    demo_instance: Instance, other_instance: Instance
) -> None:
    with instance_scope(demo_instance):
        owners = set(SecurityProfile.objects.values_list("instance__alias", flat=True))

    assert owners == {"demo"}


def test_crossing_tenants_needs_a_reason(demo_instance: Instance, other_instance: Instance) -> None:
    with unscoped("this test counts both"):
        assert SecurityProfile.objects.count() == 8

    with pytest.raises(ValueError, match="reason"), unscoped(" "):
        pass
