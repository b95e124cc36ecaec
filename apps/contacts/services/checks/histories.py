"""Histories of contacts: time runs forward (SR-008 is its counterpart for agents)."""

from datetime import datetime

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as text
from django.utils.translation import gettext_lazy as _

from apps.contacts.models import Call, ContactEvent
from apps.contacts.services.mending import conversation_check
from apps.core import clock


def older_than_before() -> QuerySet[ContactEvent]:
    """Lines that claim to be older than one written before them, with that one's instant."""
    earlier = ContactEvent.objects.filter(contact=OuterRef("contact"), pk__lt=OuterRef("pk"))
    latest = Subquery(earlier.order_by("-at").values("at")[:1])
    lines = ContactEvent.objects.annotate(latest=latest).filter(at__lt=F("latest"))
    return lines.select_related("contact")


def _move(line: ContactEvent, _call: Call, _now: datetime) -> None:
    """To the instant of the line before; what it claimed stays in its details."""
    line.details = {**line.details, "claimed_at": clock.iso(line.at)}
    line.at = line.latest  # type: ignore[attr-defined]  # annotated above
    line.save(update_fields=["at", "details"])


CHECKS = (
    conversation_check(
        "history_runs_backwards",
        _("The lines of a contact's history follow each other in time"),
        rows=older_than_before,
        says=lambda line: (
            text("In the history of contact %(contact)s “%(kind)s” is older than what came before.")
            % {"contact": line.contact, "kind": line.kind}
        ),
        mend=_move,
        is_thorough=True,
    ),
)
