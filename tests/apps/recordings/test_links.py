"""Hearing a recording: links, ranges, rights, and what is written down (S-15, A-02)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.test import Client

from apps.audit.models import AuditEntry
from apps.contacts.models import ContactEvent
from apps.core import clock
from apps.instances.models import Instance
from apps.instances.scope import instance_scope
from apps.recordings import views
from apps.recordings.models import Recording
from apps.recordings.services.finalising import finalise
from apps.security_profiles.services import set_permissions
from apps.users.models import User
from tests.apps.recordings.conftest import BEGUN, stopped_recording
from tests.apps.recordings.journals import write_journal
from tests.apps.recordings.sounds import content
from tests.people import profile_named, user_with
from tests.rest import DEMO, check_problem, signed_in

pytestmark = pytest.mark.db


@pytest.fixture
def available(recording: Recording) -> Iterator[Recording]:
    write_journal(recording.public_id, "agent", hz=1000, seconds=5, begun=BEGUN)
    finalise(recording.pk)
    recording.refresh_from_db()
    assert recording.state == Recording.State.AVAILABLE
    yield recording


@pytest.fixture
def listener(max_: User) -> Client:
    """A manager: may listen and download, may not delete."""
    return signed_in(max_)


def player(client: Client, recording: Recording) -> Any:
    return client.get(f"{DEMO}/contacts/{recording.contact.public_id}/recording")


def link(client: Client, recording: Recording, name: str = "url") -> str:
    return str(player(client, recording).json()[name])


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def written_down(recording: Recording) -> list[tuple[str, str]]:
    events = ContactEvent.objects.filter(contact=recording.contact, kind__startswith="recording_")
    return [(event.kind, event.actor.username) for event in events if event.actor]


def test_the_player_is_told_all_it_needs(listener: Client, available: Recording) -> None:
    data = player(listener, available).json()

    assert data["id"] == str(available.public_id)
    assert (data["state"], data["is_partial"]) == ("available", False)
    assert data["participants"] == ["agent", "customer"]
    assert (data["duration_ms"], data["size"]) == (6000, available.size)
    assert data["url"].startswith("/demo/recordings/")
    assert data["download_url"] != data["url"]
    assert len(data["peaks"]["agent"]) == len(data["peaks"]["customer"]) > 20
    assert (data["error"], data["deleted_reason"]) == (None, None)


def test_a_recording_in_the_making_has_no_link(listener: Client, recording: Recording) -> None:
    data = player(listener, recording).json()

    assert (data["state"], data["url"], data["peaks"]) == ("stopped", None, None)


def test_a_contact_that_was_never_recorded_has_no_recording(
    listener: Client, recording: Recording
) -> None:
    recording.delete()

    check_problem(player(listener, recording), status=404, code="NOT_FOUND")


def test_the_whole_file_comes_without_a_range(listener: Client, available: Recording) -> None:
    answer = listener.get(link(listener, available))

    assert answer.status_code == 200
    assert body(answer) == content(available)
    assert answer["Content-Type"] == "audio/webm"
    assert answer["Content-Length"] == str(available.size)
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Disposition"].startswith("inline; ")


@pytest.mark.parametrize(
    ("wanted", "part"),
    [
        ("bytes=0-0", slice(0, 1)),
        ("bytes=100-299", slice(100, 300)),
        ("bytes=1000-", slice(1000, None)),
        ("bytes=-50", slice(-50, None)),
    ],
)
def test_a_range_is_the_part_of_the_file(
    listener: Client, available: Recording, wanted: str, part: slice
) -> None:
    whole = content(available)
    first, last, _ = part.indices(len(whole))

    answer = listener.get(link(listener, available), HTTP_RANGE=wanted)

    assert answer.status_code == 206
    assert body(answer) == whole[part]
    assert answer["Content-Range"] == f"bytes {first}-{last - 1}/{len(whole)}"
    assert answer["Content-Length"] == str(last - first)


def test_a_range_behind_the_end_cannot_be_satisfied(listener: Client, available: Recording) -> None:
    answer = listener.get(link(listener, available), HTTP_RANGE="bytes=99999999-")

    assert answer.status_code == 416
    assert answer["Content-Range"] == f"bytes */{available.size}"


def test_a_part_of_another_version_is_the_whole_file(
    listener: Client, available: Recording
) -> None:
    url = link(listener, available)
    tag = listener.head(url)["ETag"]

    same = listener.get(url, HTTP_RANGE="bytes=0-9", HTTP_IF_RANGE=tag)
    other = listener.get(url, HTTP_RANGE="bytes=0-9", HTTP_IF_RANGE='"another"')

    assert (same.status_code, len(body(same))) == (206, 10)
    assert (other.status_code, len(body(other))) == (200, available.size)


def test_head_tells_the_size_and_counts_as_no_listening(
    listener: Client, available: Recording
) -> None:
    answer = listener.head(link(listener, available))

    assert (answer.status_code, answer["Content-Length"]) == (200, str(available.size))
    assert answer.content == b""
    assert written_down(available) == []


def test_a_player_that_asks_for_the_rest_gets_it_piece_by_piece(
    listener: Client, available: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever pauses must not keep a thread of the server waiting; a download is given whole."""
    monkeypatch.setattr(views, "PLAYED_AT_ONCE", 1000)
    whole, url = content(available), link(listener, available)
    parts = b""
    while len(parts) < len(whole):
        answer = listener.get(url, HTTP_RANGE=f"bytes={len(parts)}-")
        part = body(answer)
        assert 0 < len(part) <= 1000
        parts += part
    download = link(listener, available, "download_url")

    assert parts == whole
    assert body(listener.get(download, HTTP_RANGE="bytes=10-")) == whole[10:]


def test_a_link_dies_after_a_minute_s_15(listener: Client, available: Recording) -> None:
    """S-15: it must be begun by then; one begun may be continued in parts, never as a whole."""
    unused, used = link(listener, available), link(listener, available)
    assert listener.get(used, HTTP_RANGE="bytes=0-9").status_code == 206

    with time_machine.travel(clock.now() + timedelta(seconds=61)):
        assert listener.get(unused).status_code == 410
        assert listener.get(unused, HTTP_RANGE="bytes=0-9").status_code == 410
        assert listener.get(used).status_code == 410
        assert listener.get(used, HTTP_RANGE="bytes=10-19").status_code == 206
        assert listener.get(link(listener, available)).status_code == 200
    with time_machine.travel(clock.now() + timedelta(hours=5)):
        assert listener.get(used, HTTP_RANGE="bytes=10-19").status_code in (302, 410)


def test_a_link_is_for_one_user_s_15(listener: Client, available: Recording, ada: User) -> None:
    """S-15: somebody else's link answers like one that was made up, whatever the rights."""
    other = signed_in(ada)

    foreign = other.get(link(listener, available))
    forged = other.get("/demo/recordings/made-up")

    assert foreign.status_code == forged.status_code == 404
    assert foreign.content == forged.content


@pytest.mark.parametrize(
    "token",
    ["../../connect.sqlite3", "..%2f..%2fsecret_key", "a:b:c", "a" * 5000, "é", "%00", ".staging"],
)
def test_no_path_leads_through_a_token_s_15(
    listener: Client, available: Recording, token: str
) -> None:
    """S-15: names of files are in the database alone."""
    for written in (token, quote(token, safe="")):
        assert listener.get(f"/demo/recordings/{written}").status_code == 404


def test_without_the_right_a_direct_address_is_refused_s_15(
    listener: Client, available: Recording, max_: User, ana: User
) -> None:
    """S-15: the right is asked for at each request, not when the link is made."""
    url = link(listener, available)
    assert signed_in(ana).get(url).status_code == 403
    profile = profile_named(max_.instance, "CallCenterManager")  # type: ignore[arg-type]
    set_permissions(profile, permissions=["ContactSearch.View", "DownloadCallRecordings"])

    assert listener.get(url).status_code == 403
    check_problem(player(listener, available), status=403, code="PERMISSION_MISSING")


def test_downloading_needs_a_right_of_its_own_s_15(
    available: Recording, demo_instance: Instance
) -> None:
    """S-15: no button and no link without the permission."""
    analyst = signed_in(user_with(demo_instance, "quin", "QualityAnalyst"))

    data = player(analyst, available).json()

    assert data["url"] is not None
    assert data["download_url"] is None


def test_a_stranger_is_sent_to_the_log_in(listener: Client, available: Recording) -> None:
    answer = Client().get(link(listener, available))

    assert (answer.status_code, answer["Location"][:12]) == (302, "/demo/login?")


def test_who_listens_is_written_down_once_per_link_a_02(
    listener: Client, available: Recording
) -> None:
    """A-02, from whatever place on; seeking and continuing add nothing."""
    url = link(listener, available)
    for wanted in ("bytes=5-", "bytes=0-", "bytes=100-200"):
        listener.get(url, HTTP_RANGE=wanted)
    assert written_down(available) == [("recording_played", "max")]

    listener.get(link(listener, available))
    listener.get(link(listener, available, "download_url"))

    assert written_down(available)[1:] == [
        ("recording_played", "max"),
        ("recording_downloaded", "max"),
    ]


def test_a_download_is_saved_under_the_recordings_name(
    listener: Client, available: Recording
) -> None:
    answer = listener.get(link(listener, available, "download_url"))

    name = f"{available.contact.public_id}_20240301T11_30_UTC.webm"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'


def test_deleting_needs_the_right_and_a_reason_and_leaves_no_file(
    listener: Client, available: Recording, ada: User
) -> None:
    address = f"{DEMO}/contacts/{available.contact.public_id}/recording"
    url, admin = link(listener, available), signed_in(ada)

    def delete(client: Client, **data: str) -> Any:
        return client.delete(address, data=data, content_type="application/json")

    check_problem(delete(listener, reason="x"), status=403, code="PERMISSION_MISSING")
    assert delete(admin).status_code == delete(admin, reason=" ").status_code == 400
    gone = delete(admin, reason="Asked for by the customer").json()

    assert (gone["state"], gone["deleted_reason"]) == ("deleted", "Asked for by the customer")
    assert (gone["url"], gone["peaks"]) == (None, None)
    assert listener.get(url).status_code == 404
    assert written_down(available) == [("recording_deleted", "ada")]
    check_problem(delete(admin, reason="again"), status=409, code="RECORDING_NOT_AVAILABLE")


def test_deleting_leaves_nothing_on_the_disk(
    available: Recording, ada: User, folders: Any, django_capture_on_commit_callbacks: Any
) -> None:
    address = f"{DEMO}/contacts/{available.contact.public_id}/recording"
    with django_capture_on_commit_callbacks(execute=True):
        signed_in(ada).delete(address, data={"reason": "x"}, content_type="application/json")

    assert [path for path in folders.rglob("*") if path.is_file()] == []


def test_what_is_still_being_made_cannot_be_deleted(recording: Recording, ada: User) -> None:
    address = f"{DEMO}/contacts/{recording.contact.public_id}/recording"
    answer = signed_in(ada).delete(address, data={"reason": "x"}, content_type="application/json")

    check_problem(answer, status=409, code="RECORDING_NOT_AVAILABLE")


def test_a_link_of_another_instance_leads_nowhere_s_02(
    available: Recording, other_instance: Instance, otto: User, listener: Client
) -> None:
    """S-02: neither below the own alias nor below the foreign one."""
    with instance_scope(other_instance):
        theirs = stopped_recording(other_instance)
    token = link(listener, available).rpartition("/")[2]

    assert signed_in(otto).get(f"/other/recordings/{token}").status_code == 404
    assert signed_in(otto).get(f"/demo/recordings/{token}").status_code == 302
    assert player(listener, theirs).status_code == 404


def heard(recording: Recording) -> list[tuple[str, str]]:
    found = AuditEntry.objects.filter(object_public_id=recording.contact.public_id)
    return [(entry.reading, entry.actor_name) for entry in found.order_by("pk")]


def test_playing_and_downloading_are_one_entry_each_in_the_audit_a_02(
    listener: Client, available: Recording
) -> None:
    played, saved = (link(listener, available, name) for name in ("url", "download_url"))

    for address in (played, played, saved):
        body(listener.get(address))

    assert heard(available) == [("played", "Max Roth"), ("downloaded", "Max Roth")]


def test_deleting_is_one_entry_in_the_audit_with_its_reason_a_02(
    ada: User, available: Recording
) -> None:
    path = f"{DEMO}/contacts/{available.contact.public_id}/recording"

    answer = signed_in(ada).delete(path, {"reason": "asked for"}, content_type="application/json")

    assert answer.status_code == 200
    entry = AuditEntry.objects.latest("pk")
    assert entry.changes == {"recording": ["Available", "Deleted"], "reason": [None, "asked for"]}
    assert (entry.actor, entry.object_repr) == (ada, str(available.contact.public_id))
