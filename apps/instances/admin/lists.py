"""Lists of the admin: an address asks for what the page offers, and for nothing else."""

from typing import Any

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import BadRequest
from django.http import HttpRequest
from unfold.views import ChangeList

from apps.instances.admin.keys import is_key

# Years that can be asked for: what lies around the ends of the calendar cannot be reckoned with.
YEARS = frozenset(map(str, range(1900, 2100)))


class OfferedFilters(ChangeList):  # type: ignore[misc]
    """Narrowed by `list_filter`, `date_hierarchy` and the search alone.

    Django would take any column with any lookup from the address: whoever may see a list could ask
    for the beginning of somebody's session key or password hash, or for an expression that SQLite
    matches for hours (S-04).
    """

    def get_filters(self, request: HttpRequest) -> Any:
        if self.params.get(f"{self.date_hierarchy}__year", "2000") not in YEARS:
            raise IncorrectLookupParameters("not a year of this list")
        found = super().get_filters(request)
        if asked := found[2].keys() - self._of_date_hierarchy():
            raise IncorrectLookupParameters(f"not a filter of this list: {sorted(asked)}")
        return found

    def _of_date_hierarchy(self) -> set[str]:
        """What Django makes of the day that was chosen."""
        return {f"{self.date_hierarchy}__gte", f"{self.date_hierarchy}__lt"}


class OfferedListMixin:
    """For a ModelAdmin, before Django's class or unfold's."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return OfferedFilters

    def response_action(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Django asks the database for whatever was sent as a row's key."""
        if not all(map(is_key, request.POST.getlist(ACTION_CHECKBOX_NAME))):
            raise BadRequest("a chosen row is none of this list")
        return super().response_action(request, *args, **kwargs)  # type: ignore[misc]
