"""The only writer of hours of operation."""

from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import available_timezones

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Conflict, InvalidInput
from apps.core.unit_of_work import unit_of_work
from apps.core.where_used import Use, used
from apps.instances.models import Instance
from apps.instances.saving import locked, note, save_named, take
from apps.instances.services.quotas import check_room
from apps.routing.domain.hours import HoursError
from apps.routing.domain.week import MOST_STRETCHES, Stretch, overlap
from apps.routing.models import HoursInterval, HoursOfOperation
from apps.routing.selectors.hours import stretch_of
from apps.routing.selectors.where_used import uses_of_hours
from apps.users.models import User

_CHANGEABLE = frozenset({"name", "description", "time_zone"})


class HoursNameTaken(InvalidInput):
    code = "HOURS_NAME_TAKEN"
    message = _("Other hours of operation of this instance already have this name.")


class UnknownTimeZone(InvalidInput):
    code = "UNKNOWN_TIME_ZONE"
    message = _("There is no such time zone. Choose one such as Europe/Berlin.")


class WrongInterval(InvalidInput):
    """One no calendar can have."""

    code = "INVALID_HOURS"
    message = _("Open times end after they begin; past midnight, add one for the next day.")


class OverlappingHours(InvalidInput):
    """Two open times of a day share a minute; the message names them."""

    code = "OVERLAPPING_HOURS"


class TooManyIntervals(InvalidInput):
    code = "TOO_MANY_INTERVALS"
    message = _("Hours of operation have at most 100 open times.")


class HoursInUse(Conflict):
    """The message names what refers to them."""

    code = "HOURS_IN_USE"


def create_hours(
    *,
    instance: Instance,
    name: str,
    time_zone: str,
    week: Iterable[Stretch] = (),
    description: str = "",
    acting_user: User | None = None,
) -> HoursOfOperation:
    """A calendar; without open times it is never open."""
    hours = HoursOfOperation(
        instance=instance, name=name, time_zone=time_zone, description=description
    )
    with unit_of_work():
        check_room(instance, "hours_of_operation", HoursOfOperation.objects.all())
        _save(hours)
        set_week(hours, week, acting_user=acting_user)
        note("hours of operation created", hours, acting_user=acting_user)
    return hours


def change_hours(
    hours: HoursOfOperation, *, acting_user: User | None = None, **changes: Any
) -> HoursOfOperation:
    """Change `name`, `description` or `time_zone`; what asks whether it is open sees it at once."""
    with unit_of_work():
        fresh = locked(hours, instance_first=True)
        take(fresh, changes, allowed=_CHANGEABLE)
        _save(fresh)
        note("hours of operation changed", fresh, acting_user=acting_user)
    return fresh


def set_week(
    hours: HoursOfOperation, week: Iterable[Stretch], *, acting_user: User | None = None
) -> None:
    """Replace all open times by these."""
    wanted = sorted(week)
    _check_week(wanted)
    with unit_of_work():
        locked(hours)
        present = {stretch_of(row): row for row in hours.intervals.all()}
        for stretch in present.keys() - set(wanted):
            present[stretch].delete()
        for stretch in wanted:
            if stretch not in present:
                _open(hours, stretch)
        note("open times set", hours, acting_user=acting_user)


def delete_hours(hours: HoursOfOperation, *, acting_user: User | None = None) -> None:
    """Delete hours that no queue and no flow refers to."""
    with unit_of_work():
        fresh = locked(hours)
        uses = used(uses_of_hours(fresh))
        if uses:
            raise _in_use(fresh, uses)
        note("hours of operation deleted", fresh, acting_user=acting_user)
        fresh.delete()


def _in_use(hours: HoursOfOperation, uses: Iterable[Use]) -> HoursInUse:
    sentence = _("%(name)s cannot be deleted: used by %(uses)s.")
    named = "; ".join(use.sentence for use in uses)
    return HoursInUse(sentence % {"name": hours.name, "uses": named})


def _save(hours: HoursOfOperation) -> None:
    if hours.time_zone not in available_timezones():
        raise UnknownTimeZone(field="time_zone")
    save_named(hours, among=HoursOfOperation.objects.all(), taken=HoursNameTaken)


def _check_week(week: Sequence[Stretch]) -> None:
    if len(week) > MOST_STRETCHES:
        raise TooManyIntervals(field="intervals")
    try:
        for stretch in week:
            stretch.interval()
    except HoursError:
        raise WrongInterval(field="intervals") from None
    both = overlap(week)
    if both is not None:
        raise _overlapping(*both)


def _overlapping(first: Stretch, second: Stretch) -> OverlappingHours:
    day = HoursInterval.Weekday(first.weekday).label
    sentence = _("On %(day)s %(first)s and %(second)s overlap.")
    return OverlappingHours(
        sentence % {"day": day, "first": first, "second": second}, field="intervals"
    )


def _open(hours: HoursOfOperation, stretch: Stretch) -> None:
    HoursInterval.objects.create(
        instance_id=hours.instance_id,
        hours=hours,
        weekday=stretch.weekday,
        start_minute=stretch.start,
        end_minute=stretch.end,
    )
