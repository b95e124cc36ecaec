"""Uploading users in the admin of an instance: by clicking, with every mistake shown."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.agents.domain.user_table import LARGEST_FILE, read_table
from apps.agents.models import UserUpload
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.users.models import User
from tests.apps.agents.uploading import newcomers, upload
from tests.domain.agents.people_csv import crowd, people, person
from tests.people import user_with
from tests.rest import signed_in

pytestmark = pytest.mark.db

LIST = "/demo/admin/agents/userupload/"


def send(client: Client, raw: bytes, name: str = "people.csv") -> Any:
    return client.post(f"{LIST}add/", {"file": SimpleUploadedFile(name, raw)})


def sent(client: Client, raw: bytes) -> str:
    """The address of the upload's page."""
    answer = send(client, raw)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def text_of(answer: Any) -> str:
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def act(page: str, what: str) -> str:
    return page.replace("/change/", f"/{what}/")


@pytest.fixture
def page(ada: User, demo_instance: Instance) -> str:
    """An upload of Ada's that waits for its confirmation."""
    with instance_scope(demo_instance):
        waiting = upload(demo_instance, crowd(20), by=ada)
    return f"{LIST}{waiting.pk}/change/"


def test_users_are_created_by_clicking(ada: User, demo_instance: Instance) -> None:
    client = signed_in(ada)

    page = sent(client, people(person("jo"), person("al")))
    preview = text_of(client.get(page))
    assert newcomers(demo_instance) == set()
    answer = client.post(act(page, "create"))

    assert "2 users can be created" in preview
    assert "Create 2 users" in preview
    assert "jo@example.com" in preview
    assert "Correct-Horse-7" not in preview
    assert answer["Location"] == page
    assert "2 users have been created" in text_of(client.get(page))
    assert newcomers(demo_instance) == {"jo", "al"}


def test_every_problem_is_shown_with_its_cell(ada: User, demo_instance: Instance) -> None:
    client = signed_in(ada)

    page = sent(client, people(person("jo"), person("al", AUTO_ACCEPT="<b>maybe</b>")))

    shown = text_of(client.get(page))
    assert "One problem: no user was created" in shown
    assert (
        '<td>3</td> <th scope="row">auto accept</th>'
        "<td>Write “yes” or “no”, not “&lt;b&gt;maybe&lt;/b&gt;”.</td>"
    ).replace("> <", "><") in shown.replace("> <", "><")


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "The file is empty."),
        (b"name\nJo\n", "Row 1: These columns are not known: “name”."),
        (b"\xff\xfe\x00", "Save it as “CSV UTF-8”"),
        (b"x" * (LARGEST_FILE + 1), "This file is too large. Take one of at most 5 MB."),
        (crowd(10_001), "The file has more than 10,000 rows"),
    ],
    ids=["empty", "columns", "encoding", "large", "long"],
)
def test_a_file_that_is_no_table_is_refused_at_its_field(
    ada: User, demo_instance: Instance, raw: bytes, sentence: str
) -> None:
    answer = send(signed_in(ada), raw)

    shown = text_of(answer)
    assert sentence in shown
    assert shown.index('name="file"') < shown.index(sentence)
    with instance_scope(demo_instance):
        assert not UserUpload.objects.exists()


def test_no_file_at_all_is_said_at_the_field(ada: User) -> None:
    assert "This field is required." in text_of(signed_in(ada).post(f"{LIST}add/", {}))


def test_the_name_of_the_file_is_shown_harmlessly(ada: User) -> None:
    client = signed_in(ada)

    answer = send(client, crowd(1), name="<script>x\u202e" + "y" * 300 + ".csv")

    shown = text_of(client.get(answer["Location"]))
    assert "&lt;script&gt;x" in shown
    assert "<script>x" not in shown


def test_a_cancelled_upload_was_asked_for_and_creates_nobody(
    ada: User, demo_instance: Instance, page: str
) -> None:
    client = signed_in(ada)

    assert "Cancel this upload?" in text_of(client.get(act(page, "cancel")))
    assert "20 users can be created" in text_of(client.get(page))
    client.post(act(page, "cancel"))

    assert "This upload was cancelled" in text_of(client.get(page))
    answer = client.post(act(page, "create"), follow=True)
    assert "it is not waiting for that" in text_of(answer)
    assert newcomers(demo_instance) == set()


def test_a_late_cancel_says_so(ada: User) -> None:
    client = signed_in(ada)
    page = sent(client, crowd(1))
    client.post(act(page, "create"))

    assert "It is too late to cancel" in text_of(client.post(act(page, "cancel"), follow=True))


def test_following_a_link_creates_nobody(ada: User, demo_instance: Instance, page: str) -> None:
    signed_in(ada).get(act(page, "create"))

    assert newcomers(demo_instance) == set()


def test_the_progress_is_told_to_the_page(ada: User, demo_instance: Instance, page: str) -> None:
    client = signed_in(ada)
    client.post(act(page, "create"))
    with instance_scope(demo_instance):
        UserUpload.objects.update(done=5)

    assert client.get(act(page, "progress")).json() == {
        "state": "RUNNING",
        "done": 5,
        "rows": 20,
        "is_at_work": True,
    }
    shown = text_of(client.get(page))
    assert '<progress data-part="bar" max="20" value="5"' in shown
    assert "Reload" in shown


def test_a_second_file_meanwhile_is_refused_at_the_field(ada: User, page: str) -> None:
    client = signed_in(ada)
    client.post(act(page, "create"))

    assert "still being worked on" in text_of(send(client, crowd(1)))


def test_the_template_can_be_opened_in_a_spreadsheet_and_read_again(ada: User) -> None:
    answer = signed_in(ada).get(f"{LIST}template.csv")

    [problem] = read_table(answer.content, country="US").problems
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert (problem.row, problem.column) == (2, "password")


def test_an_upload_is_its_persons_own(demo_instance: Instance, page: str) -> None:
    client = signed_in(user_with(demo_instance, "grace", "Admin"))

    for what in ("progress", "cancel", "create"):
        assert client.get(act(page, what)).status_code == 404
        assert client.post(act(page, what)).status_code == 404
    assert client.get(page)["Location"] == "/demo/admin/"
    assert "people.csv" not in text_of(client.get(LIST))


def test_who_may_not_create_users_finds_no_page(demo_instance: Instance, page: str) -> None:
    client = signed_in(user_with(demo_instance, "quinn", "QualityAnalyst"))

    for path in (LIST, f"{LIST}add/", f"{LIST}template.csv", page, act(page, "create")):
        assert client.get(path).status_code == 403
        assert client.post(path).status_code == 403
