"""Which days are worked: the weekdays without the holidays, and the make-up days (调休).

The State Council announces both for one year at a time, in the autumn before.
They come from the package ``chinesecalendar`` (MIT licence), whose every
release carries the years up to the last one that was announced, and which
raises NotImplementedError beyond it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from chinese_calendar import is_workday
from chinese_calendar.constants import holidays

# Whether a day is worked; raises Unannounced where nobody can know it yet.
WorkingDays = Callable[[date], bool]

# The announcement for a year reaches back into the one before: New Year's holiday and its make-up day have begun as
# early as 29 December (2007, 2018). So what is known of a year without its next one ends here.
_LAST_SURE = (12, 28)


class Unannounced(Exception):
    """Nobody knows yet whether ``day`` is worked."""

    def __init__(self, day: date) -> None:
        super().__init__(f"nothing is announced for {day}")
        self.day = day


def known_until() -> date:
    """The last day of which it is known whether it is worked."""
    return date(max(holidays).year, *_LAST_SURE)


def works_in_china(day: date) -> bool:
    """Whether offices work on ``day``. Raises Unannounced outside the years of the announcements."""
    if not min(holidays) <= day <= known_until():
        raise Unannounced(day)
    return bool(is_workday(day))
