"""How many of a thing an instance may have (domain page, section 17)."""

import pytest

from apps.agents.services.statuses import create_status
from apps.core.errors import InvalidInput
from apps.instances.domain.quotas import CATALOGUE, HIGHEST
from apps.instances.models import Instance, QuotaOverride
from apps.instances.scope import instance_scope
from apps.instances.services.operators import OperatorsOnly
from apps.instances.services.quotas import QuotaReached, check_quota, quota, set_quotas
from apps.security_profiles.services import create_profile
from apps.users.models import User
from tests.people import user_with

pytestmark = pytest.mark.db


def test_without_an_exception_the_usual_limit_holds(demo_instance: Instance) -> None:
    assert {q.name: quota(demo_instance, q.name) for q in CATALOGUE} == {
        q.name: q.default for q in CATALOGUE
    }


def test_an_exception_is_of_one_instance_alone(
    demo_instance: Instance, other_instance: Instance
) -> None:
    set_quotas(demo_instance, {"queues": 7})

    assert (quota(demo_instance, "queues"), quota(other_instance, "queues")) == (7, 50)


def test_the_usual_value_ends_the_exception(demo_instance: Instance) -> None:
    set_quotas(demo_instance, {"queues": 7, "flows": 3})

    set_quotas(demo_instance, {"queues": 50})

    with instance_scope(demo_instance):
        assert list(QuotaOverride.objects.values_list("name", "value")) == [("flows", 3)]


def test_one_more_than_the_limit_is_refused_by_name(demo_instance: Instance) -> None:
    check_quota(demo_instance, "queues", 49)

    with pytest.raises(QuotaReached) as refusal:
        check_quota(demo_instance, "queues", 50)

    assert (refusal.value.code, refusal.value.status) == ("QUOTA_REACHED", 409)
    assert "queues is 50" in str(refusal.value.message)
    assert "Delete" not in str(refusal.value.message)  # nobody can delete a queue


@pytest.mark.parametrize(("name", "value"), [("queues", -1), ("queues", HIGHEST + 1), ("moons", 3)])
def test_an_impossible_limit_is_refused_at_its_field(
    demo_instance: Instance, name: str, value: int
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        set_quotas(demo_instance, {"flows": 5, name: value})

    assert refusal.value.facts["field"] == name
    assert quota(demo_instance, "flows") == 100


def test_only_operators_set_limits(demo_instance: Instance, ada: User) -> None:
    operator = User.objects.create_superuser("root", "unused")
    set_quotas(demo_instance, {"queues": 7}, acting_user=operator)

    with pytest.raises(OperatorsOnly):
        set_quotas(demo_instance, {"queues": 500}, acting_user=ada)

    assert quota(demo_instance, "queues") == 7


def test_users_security_profiles_and_statuses_have_their_limit(demo_instance: Instance) -> None:
    user_with(demo_instance, "one")
    set_quotas(demo_instance, {"users": 1, "security_profiles": 4, "agent_statuses": 2})

    with pytest.raises(QuotaReached):
        user_with(demo_instance, "two")
    with pytest.raises(QuotaReached):
        create_profile(instance=demo_instance, name="Fifth")
    with instance_scope(demo_instance), pytest.raises(QuotaReached):
        create_status(instance=demo_instance, name="Lunch")
    assert User.objects.filter(instance=demo_instance).count() == 1


def test_what_was_there_before_a_lower_limit_stays(demo_instance: Instance) -> None:
    user_with(demo_instance, "one")
    user_with(demo_instance, "two")

    set_quotas(demo_instance, {"users": 1})

    assert User.objects.filter(instance=demo_instance).count() == 2
