"""The contact search: a GET form whose address is the search."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from apps.agents.selectors import agents
from apps.audit.services import Reading, record_read
from apps.contacts import selectors
from apps.contacts.domain.lengths import length_text
from apps.contacts.models import Contact
from apps.contacts.recordings import recordings
from apps.contacts.views import wording
from apps.contacts.views.search_form import SearchForm
from apps.core.pagination import InvalidCursor, page_around
from apps.instances.searching import filters_of, page_links, problems_of
from apps.instances.zoned import ZonedView

COUNTED_AT_MOST = 10_000
SUGGESTED_AT_MOST = 500
ON_A_PAGE = 50


class ContactSearchPage(ZonedView):
    """`/<alias>/contacts`, newest first. Whoever may not search is refused, as in REST."""

    permission: ClassVar[str | None] = "ContactSearch.View"

    def get(self, request: HttpRequest) -> HttpResponse:
        form = SearchForm(request.GET, instance=self.instance)
        found = self._found(request, form) if form.is_valid() else {"rows": None}
        context = self.get_context_data(
            section="contacts",
            filters=filters_of(form),
            problems=problems_of(form),
            agents=_suggestions(),
            **found,
        )
        return TemplateResponse(request, "contacts/search.html", context)

    def _found(self, request: HttpRequest, form: SearchForm) -> dict[str, Any]:
        rows = selectors.found_contacts(**form.wanted())
        try:
            window = page_around(
                rows,
                column="-initiated_at",
                after=request.GET.get("after"),
                before=request.GET.get("before"),
                limit=ON_A_PAGE,
            )
        except InvalidCursor:
            form.add_error(None, _("This link leads to no page of the list. Search again."))
            return {"rows": None}
        record_read(self.instance, what=Reading.SEARCHED, details=form.typed())
        counted = rows.order_by()[: COUNTED_AT_MOST + 1].count()
        return {
            "rows": _rows(window.rows, alias=self.instance.alias),
            "count": min(counted, COUNTED_AT_MOST),
            "is_more": counted > COUNTED_AT_MOST,
            **page_links(request, window),
        }


def _rows(contacts: list[Contact], *, alias: str) -> list[dict[str, Any]]:
    made = recordings().of([contact.pk for contact in contacts])
    return [
        {
            "url": f"/{alias}/contacts/{contact.public_id}",
            "started": contact.initiated_at,
            "caller": wording.caller(contact),
            "queue": contact.queue.name if contact.queue else "",
            "agent": _agent(contact),
            "duration": _duration(contact),
            "ended_by": wording.ended_by(contact),
            "recording": made[contact.pk].state if contact.pk in made else "",
            "recording_words": wording.RECORDINGS[made[contact.pk].state]
            if contact.pk in made
            else "",
        }
        for contact in contacts
    ]


def _agent(contact: Contact) -> str:
    """Who talked with the customer last."""
    joined = [offer for offer in contact.offers.all() if offer.connected_at is not None]
    return joined[-1].agent.user.display_name if joined else ""


def _duration(contact: Contact) -> str:
    if contact.disconnected_at is None:
        return ""
    return length_text(contact.disconnected_at - contact.initiated_at)


def _suggestions() -> list[tuple[str, str]]:
    """User names and names of agents, for the field's list; of a large house the first only."""
    found = agents()[:SUGGESTED_AT_MOST]
    return [(agent.user.username, agent.user.display_name) for agent in found]
