"""Times of the day as people write them, and as minutes inside."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.instances.admin import widgets
from apps.routing.domain.hours import MINUTES_A_DAY, HoursError
from apps.routing.domain.week import Days, in_short, minute_of, wall_clock
from apps.routing.models import HoursInterval, HoursOfOperation
from apps.routing.selectors.hours import stretch_of

WHOLE_WEEK = Days(0, 6, ((0, MINUTES_A_DAY),))


class TimeOfDayField(forms.CharField):
    """A minute of the day; as an end, midnight is that of the day."""

    def __init__(self, *, is_end: bool, **kwargs: Any) -> None:
        super().__init__(max_length=8, widget=widgets.time_of_day(), **kwargs)
        self.is_end = is_end

    def clean(self, value: Any) -> Any:
        written = super().clean(value)
        try:
            return minute_of(written, is_end=self.is_end)
        except HoursError:
            raise forms.ValidationError(_("Enter a time such as 09:30.")) from None

    def prepare_value(self, value: Any) -> Any:
        """The browser's field knows no 24:00."""
        return wall_clock(value % MINUTES_A_DAY) if isinstance(value, int) else value


def week_in_words(hours: HoursOfOperation) -> str:
    """For example "Monday–Friday 09:00–12:00, 13:00–17:00"; for rows with their intervals."""
    runs = in_short(stretch_of(row) for row in hours.intervals.all())
    if runs == [WHOLE_WEEK]:
        return str(_("Always open"))
    return "; ".join(map(_run, runs)) or str(_("Never open"))


def _run(run: Days) -> str:
    names = [str(HoursInterval.Weekday(day).label) for day in sorted({run.first, run.last})]
    times = (f"{wall_clock(start)}–{wall_clock(end)}" for start, end in run.open)
    return f"{'–'.join(names)} {', '.join(times)}"
