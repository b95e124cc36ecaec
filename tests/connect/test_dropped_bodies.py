"""A form whose file was larger than anything here takes comes back with a sentence."""

import re

import pytest
from django.test import Client

from apps.core.uploads import DROPPED_BODY
from apps.instances.models import Instance
from apps.users.models import User
from tests.rest import BACKEND

pytestmark = pytest.mark.db

DROPPED = {DROPPED_BODY: "1"}  # what the edge leaves of such a request
UPLOAD = "/demo/admin/agents/userupload/add/"


@pytest.fixture
def client(ada: User) -> Client:
    """Checks forms like a browser's, so that a lost token would show."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada, backend=BACKEND)
    return client


def test_the_form_is_shown_again_and_says_why(client: Client) -> None:
    answer = client.post(UPLOAD, headers=DROPPED)
    page = client.get(answer["Location"]).content.decode()

    assert (answer.status_code, answer["Location"]) == (302, UPLOAD)
    assert "This file is too large. Take one of at most 50 MB." in page


def test_elsewhere_the_answer_is_a_page_with_the_status(client: Client) -> None:
    answer = client.post("/demo/login", headers=DROPPED)

    assert answer.status_code == 413
    assert "The request is too large." in answer.content.decode()


def test_a_program_gets_a_problem(client: Client) -> None:
    answer = client.post("/api/v1/instances/demo/queues", headers=DROPPED)

    assert (answer.status_code, answer.json()["code"]) == (413, "BODY_TOO_LARGE")


def test_an_address_does_not_lead_elsewhere(client: Client, demo_instance: Instance) -> None:
    answer = client.post("//demo/admin/?next=//elsewhere.example", headers=DROPPED)

    assert not answer.headers.get("Location", "/").startswith("//")


def test_where_scripts_are_off_the_form_is_shown_all_the_same(client: Client) -> None:
    """unfold hides a page until its scripts run; a style sheet takes that back."""
    page = client.get(UPLOAD).content.decode()

    assert re.search(r"<noscript><link [^>]*admin-without-scripts\S*\.css", page)
