"""The admin of routing, as a browser without scripts uses it."""

import html
import re
from typing import Any

from django.test import Client

from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.security_profiles.services import create_profile
from apps.users.services import create_user
from tests.people import PASSWORD
from tests.rest import signed_in

BASE = "/demo/admin/routing"


def holder_of(instance: Instance, *permissions: str) -> Client:
    """The browser of somebody with exactly these permissions and what they imply."""
    with instance_scope(instance):
        profile = create_profile(instance=instance, name="Some", permissions=permissions)
    user = create_user(instance=instance, username="vera", password=PASSWORD, profiles=[profile])
    return signed_in(user)


def post(client: Client, path: str, **fields: Any) -> tuple[int, str]:
    """The status and the words of the answer; after a change that was saved, of the list."""
    answer = client.post(f"{BASE}/{path}", fields, follow=True)
    return answer.status_code, words(answer.content.decode())


def get(client: Client, path: str) -> str:
    answer = client.get(f"{BASE}/{path}")
    assert answer.status_code == 200, answer
    return answer.content.decode()


def words(page: str) -> str:
    """What one reads, without the marks around it."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())
