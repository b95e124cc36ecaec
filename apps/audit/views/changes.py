"""Historical changes: who changed or saw what, by time, user and object (A-04)."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from apps.audit import selectors, wording
from apps.audit.models import AuditEntry
from apps.audit.views.form import ChangesForm
from apps.core.pagination import InvalidCursor, page_around
from apps.instances.searching import filters_of, page_links, problems_of
from apps.instances.zoned import ZonedView

ON_A_PAGE = 50
SUGGESTED_AT_MOST = 500
OF_MANY = (AuditEntry.Reading.SEARCHED, AuditEntry.Reading.EXPORTED)
SHOWN_AT_ONCE = 15  # lines of one entry on the screen; more are folded


class ChangesPage(ZonedView):
    """`/<alias>/changes`, newest first."""

    permission: ClassVar[str | None] = "HistoricalChanges.View"

    def get(self, request: HttpRequest) -> HttpResponse:
        form = ChangesForm(request.GET.dict(), instance=self.instance)
        found = self._found(request, form) if form.is_valid() else {"entries": None}
        context = self.get_context_data(
            section="changes",
            filters=filters_of(form),
            problems=problems_of(form),
            people=selectors.people_of(self.instance, at_most=SUGGESTED_AT_MOST),
            **found,
        )
        return TemplateResponse(request, "audit/changes.html", context)

    def _found(self, request: HttpRequest, form: ChangesForm) -> dict[str, Any]:
        rows = selectors.found_entries(instance=self.instance, **form.wanted())
        try:
            window = page_around(
                rows,
                column="-timestamp",
                after=request.GET.get("after"),
                before=request.GET.get("before"),
                limit=ON_A_PAGE,
            )
        except InvalidCursor:
            form.add_error(None, _("This link leads to no page of the list. Search again."))
            return {"entries": None}
        return {"entries": [_shown(row) for row in window.rows], **page_links(request, window)}


def _shown(entry: AuditEntry) -> dict[str, Any]:
    lines = wording.lines(entry)
    is_of_object = entry.reading not in OF_MANY
    return {
        "at": entry.timestamp,
        "is_read": entry.action == AuditEntry.Action.ACCESS,
        "verb": wording.verb(entry),
        # of a search the object is the instance, which everybody knows
        "kind": wording.kind_label(entry.content_type.model_class()) if is_of_object else "",
        "name": entry.object_repr if is_of_object else "",
        "object": _address(entry) if is_of_object else "",
        "who": wording.who(entry),
        "username": entry.actor.username if entry.actor else "",
        "door": wording.door(entry),
        "address": entry.remote_addr or "",
        "request_id": entry.cid or "",
        "lines": lines,
        "is_long": _length(lines) > SHOWN_AT_ONCE,
    }


def _length(lines: list[wording.Line]) -> int:
    return sum(max(len(line.before), len(line.after)) for line in lines)


def _address(entry: AuditEntry) -> str:
    """As `?object=` names it; empty for what has no public id."""
    if entry.object_public_id is None:
        return ""
    kind = f"{entry.content_type.app_label}.{entry.content_type.model}"
    return f"{kind}:{entry.object_public_id}"
