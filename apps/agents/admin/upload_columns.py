"""What the page says about each column of a file of people."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.agents.domain.user_cells import Column


@dataclass(frozen=True, slots=True)
class ColumnHelp:
    column: Column
    is_needed: bool
    meaning: str | Promise


COLUMNS = (
    ColumnHelp(Column.FIRST_NAME, is_needed=False, meaning=_("At most 255 characters.")),
    ColumnHelp(Column.LAST_NAME, is_needed=False, meaning=_("At most 300 characters.")),
    ColumnHelp(Column.EMAIL, is_needed=False, meaning=_("An e-mail address.")),
    ColumnHelp(
        Column.PASSWORD,
        is_needed=True,
        meaning=_("For the first log-in: at least 8 characters, upper and lower case and a digit."),
    ),
    ColumnHelp(
        Column.USER_LOGIN,
        is_needed=True,
        meaning=_("The user name. Nobody else of this instance has it."),
    ),
    ColumnHelp(Column.ROUTING_PROFILE, is_needed=True, meaning=_("The name of one.")),
    ColumnHelp(
        Column.SECURITY_PROFILES,
        is_needed=True,
        meaning=_("One name or up to ten with “|” between them, for example Agent|QualityAnalyst."),
    ),
    ColumnHelp(
        Column.HIERARCHY,
        is_needed=False,
        meaning=_("A group, from the top level down, for example Europe|Berlin."),
    ),
    ColumnHelp(Column.PHONE_TYPE, is_needed=False, meaning=_("soft or desk; empty is soft.")),
    ColumnHelp(
        Column.PHONE_NUMBER,
        is_needed=False,
        meaning=_("Of the desk phone, best with + and country code."),
    ),
    ColumnHelp(Column.AUTO_ACCEPT, is_needed=False, meaning=_("yes or no; empty is no.")),
    ColumnHelp(
        Column.ACW_TIMEOUT,
        is_needed=False,
        meaning=_("The limit of after contact work in seconds; 0 or empty is none."),
    ),
)
