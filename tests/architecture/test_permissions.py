"""Every permission that can be given guards something (SR-020); what comes later is marked so."""

import pytest

from apps.security_profiles.domain.catalogue import CATALOGUE
from tests.architecture.permissions import guarding

pytestmark = pytest.mark.domain

# How many guard nothing yet. It only goes down: whoever makes the first page, resource or button
# that asks for a marked permission takes the mark away, and lowers the number.
MARKS = 58
MARKED = frozenset(permission.name for permission in CATALOGUE if permission.later)


def test_the_number_of_permissions_that_guard_nothing_goes_down() -> None:
    assert len(MARKED) == MARKS


def test_every_permission_that_is_not_marked_guards_something_sr_020() -> None:
    offered = {permission.name for permission in CATALOGUE} - MARKED

    assert not offered - guarding(), "mark these as later, or ask for them somewhere"


def test_what_is_marked_as_later_guards_nothing_yet() -> None:
    assert not MARKED & guarding(), "take the mark away and lower MARKS"
