"""A file is looked through before anybody is created, and each mistake names its cell."""

from collections.abc import Iterator

import pytest

from apps.agents.models import UserUpload
from apps.agents.services.uploads import FileRefused, UploadUnderWay
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.instances.services.quotas import set_quotas
from apps.numbers.models import PhoneNumber
from apps.security_profiles.selectors import PermissionMissing
from apps.security_profiles.services import EscalationRefused, assign, create_profile
from apps.users.hierarchy import change_group, create_group, name_level
from apps.users.models import User
from apps.users.services import UsernameTaken
from tests.apps.agents.uploading import findings, newcomers, upload
from tests.domain.agents.people_csv import crowd, people, person
from tests.people import profile_named, user_with

pytestmark = pytest.mark.db


@pytest.fixture
def scope(demo_instance: Instance) -> Iterator[Instance]:
    with instance_scope(demo_instance):
        yield demo_instance


def test_a_good_file_waits_for_its_confirmation_and_creates_nobody(
    scope: Instance, ada: User
) -> None:
    taken = upload(scope, people(person("jo"), person("al")), by=ada)

    assert (taken.state, taken.rows, taken.problem_count) == ("READY", 2, 0)
    assert [row["login"] for row in taken.preview] == ["jo", "al"]
    assert "Correct-Horse-7" not in str(taken.preview)
    assert newcomers(scope) == set()


@pytest.mark.parametrize(
    ("cells", "column", "sentence"),
    [
        ({"ROUTING_PROFILE": "Sales"}, "routing profile name", "no routing profile “Sales”"),
        ({"SECURITY_PROFILES": "Agent|Boss"}, "security profiles", "no security profile “Boss”"),
        ({"HIERARCHY": "Europe|Rome"}, "hierarchy", "no hierarchy group “Europe|Rome”"),
        ({"PASSWORD": "short"}, "password", "at least 8 characters"),
        ({"PASSWORD": "lower-case-7"}, "password", "upper-case letter"),
        ({"EMAIL": "jo"}, "e-mail", "valid email"),
        ({"USER_LOGIN": " ＡＤＡ "}, "user login", str(UsernameTaken.message)),
        ({"PHONE_NUMBER": "+44 20 7183 8750"}, "phone number", "Callers dial this number"),
        ({"FIRST_NAME": "J\u202eo"}, "first name", "cannot be seen"),
    ],
)
def test_what_the_instance_says_against_a_cell_is_named_with_it(
    scope: Instance, ada: User, cells: dict[str, str], column: str, sentence: str
) -> None:
    PhoneNumber.objects.create(instance=scope, e164="+442071838750")

    taken = upload(scope, people(person("al"), person("jo", **cells)), by=ada)

    [(row, at, said)] = findings(taken)
    assert taken.state == "REFUSED"
    assert (row, at) == (3, column)
    assert sentence in said


def test_names_are_found_without_case_and_blanks(scope: Instance, ada: User) -> None:
    for number, name in enumerate(["Region", "Site"], start=1):
        name_level(instance=scope, number=number, name=name)
    europe = create_group(instance=scope, name="Europe")
    create_group(instance=scope, name="Rome", parent=europe)
    row = person(
        ROUTING_PROFILE="basic routing  PROFILE",
        SECURITY_PROFILES="agent| QUALITYANALYST",
        HIERARCHY="europe | ROME",
    )

    assert upload(scope, people(row), by=ada).state == "READY"


def test_a_group_that_is_switched_off_takes_nobody(scope: Instance, ada: User) -> None:
    name_level(instance=scope, number=1, name="Region")
    change_group(create_group(instance=scope, name="Europe"), is_enabled=False)

    taken = upload(scope, people(person(HIERARCHY="Europe")), by=ada)

    assert findings(taken) == [(2, "hierarchy", "The hierarchy group “Europe” is switched off.")]


def test_logins_repeated_in_the_file_are_named_with_the_first_sr_052(
    scope: Instance, ada: User
) -> None:
    taken = upload(scope, people(person("jo"), person("al"), person(" ＪＯ")), by=ada)

    assert findings(taken) == [(4, "user login", "Row 2 has the same user login.")]


def test_all_mistakes_are_found_at_once_in_the_order_of_the_file(
    scope: Instance, ada: User
) -> None:
    rows = [
        person("jo", ROUTING_PROFILE="x", PASSWORD="x", AUTO_ACCEPT="x"),
        person("jo", PHONE_TYPE="desk"),
        person("=al", SECURITY_PROFILES="x", EMAIL="y"),
    ]

    taken = upload(scope, people(*rows), by=ada)

    assert [(row, column) for row, column, _text in findings(taken)] == [
        (2, "password"),
        (2, "routing profile name"),
        (2, "auto accept"),
        (3, "user login"),
        (3, "phone number"),
        (4, "user login"),
        (4, "security profiles"),
    ]


def test_a_file_that_is_beyond_the_quota_is_refused_as_a_whole(scope: Instance, ada: User) -> None:
    set_quotas(scope, {"users": 2})  # Ada is there

    [(row, column, said)] = findings(upload(scope, crowd(2), by=ada))

    assert (row, column) == (0, "")
    assert "The limit for users is 2" in said
    assert upload(scope, crowd(1), by=ada).state == "READY"


def test_names_of_another_instance_are_unknown_s_02(
    scope: Instance, ada: User, other_instance: Instance
) -> None:
    """S-02: a foreign name answers like one that does not exist."""
    with instance_scope(other_instance):
        create_profile(instance=other_instance, name="Vault")

    taken = upload(scope, people(person(SECURITY_PROFILES="Vault")), by=ada)

    assert findings(taken) == [
        (2, "security profiles", "There is no security profile “Vault” in this instance.")
    ]


def test_nobody_gives_more_than_they_hold_s_04(scope: Instance) -> None:
    """S-04: no escalation by CSV."""
    profile = create_profile(instance=scope, name="Hiring", permissions=["Users.Create"])
    hana = user_with(scope, "hana", "Agent")
    assign(hana, profiles=[profile, profile_named(scope, "Agent")])

    taken = upload(scope, people(person("al"), person("jo", SECURITY_PROFILES="Admin")), by=hana)

    assert findings(taken) == [(3, "security profiles", str(EscalationRefused.message))]


def test_who_may_not_create_users_may_not_upload(scope: Instance, ana: User) -> None:
    with pytest.raises(PermissionMissing):
        upload(scope, people(person()), by=ana)


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b"name\nJo\n", people(), b"=1+1", b'"', b"\0"])
def test_what_is_no_table_is_refused_at_the_field(scope: Instance, ada: User, raw: bytes) -> None:
    with pytest.raises(FileRefused) as refusal:
        upload(scope, raw, by=ada)

    assert refusal.value.facts == {"field": "file"}
    assert not UserUpload.objects.exists()


def test_only_the_first_problems_are_kept_and_all_are_counted(scope: Instance, ada: User) -> None:
    taken = upload(scope, people(*(person("") for _n in range(250))), by=ada)

    assert (taken.problem_count, len(taken.problems)) == (500, 200)  # login and e-mail of each


def test_more_than_500_rows_are_looked_through_by_a_job(
    scope: Instance, ada: User, django_capture_on_commit_callbacks: object
) -> None:
    taken = upload(scope, crowd(501), by=ada)
    assert (taken.state, taken.rows) == ("CHECKING", 501)

    with pytest.raises(UploadUnderWay):
        upload(scope, crowd(1), by=ada)
