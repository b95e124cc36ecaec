"""Links to a recording: signed, bound to one user, begun within a minute (S-15, A-02)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from django.core import signing

from apps.audit import services as audit
from apps.contacts.models import ContactEvent
from apps.contacts.services.rows import call_work, record
from apps.core import clock
from apps.core.errors import NotFound
from apps.recordings.domain.links import is_good
from apps.recordings.errors import LinkOver
from apps.recordings.models import Recording
from apps.users.models import User

_SALT = "recordings.link"
PLAY, DOWNLOAD = "play", "download"
PERMISSIONS = {PLAY: "ListenCallRecordings", DOWNLOAD: "DownloadCallRecordings"}
_WRITTEN_DOWN_AS = {PLAY: "recording_played", DOWNLOAD: "recording_downloaded"}
_READINGS = {PLAY: audit.Reading.PLAYED, DOWNLOAD: audit.Reading.DOWNLOADED}


@dataclass(frozen=True, slots=True)
class Link:
    """What a token says."""

    recording: UUID
    user: UUID
    purpose: str  # PLAY or DOWNLOAD
    issued_at: datetime
    id: str

    @property
    def age(self) -> timedelta:
        return clock.now() - self.issued_at


def token_for(recording: Recording, *, user: User, purpose: str) -> str:
    """A new link's token; nothing in it is secret, all of it is signed."""
    words = [recording.public_id.hex, user.public_id.hex, purpose]
    issued_at = f"{clock.now().timestamp():.3f}"
    return signing.dumps([*words, issued_at, uuid4().hex], salt=_SALT)


def read_token(token: str, *, user: User) -> Link:
    """`NotFound` for a forged token as for somebody else's."""
    try:
        recording, owner, purpose, issued_at, link_id = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        raise NotFound from None
    at = datetime.fromtimestamp(float(issued_at), tz=UTC)
    link = Link(UUID(recording), UUID(owner), purpose, at, link_id)
    if link.user != user.public_id:
        raise NotFound
    return link


def recording_of(link: Link) -> Recording:
    """The available recording of the scoped instance."""
    rows = Recording.objects.filter(public_id=link.recording, state=Recording.State.AVAILABLE)
    found = rows.select_related("contact").first()
    if found is None:
        raise NotFound
    return found


def follow(link: Link, recording: Recording, *, user: User, is_part: bool, is_read: bool) -> None:
    """Raise `LinkOver` for an old link; the first reading of each link is written down."""
    is_begun = _is_begun(link, recording)
    if not is_good(age=link.age, is_begun=is_begun, is_part=is_part):
        raise LinkOver
    if is_begun or not is_read:
        return
    with call_work(recording.contact.call_id):
        if not _is_begun(link, recording):
            kind = _WRITTEN_DOWN_AS[link.purpose]
            record(recording.contact, kind, at=clock.now(), actor=user, link=link.id)
            audit.record_read(recording.contact, what=_READINGS[link.purpose])


def _is_begun(link: Link, recording: Recording) -> bool:
    events = ContactEvent.objects.filter(
        contact_id=recording.contact_id, kind=_WRITTEN_DOWN_AS[link.purpose]
    )
    return events.filter(details__link=link.id).exists()
