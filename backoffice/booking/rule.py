"""The rules of booking, as functions of the moment, the working days and a service's settings; no clock, no database.

The city's rule is the one that its Administrative Service Centre told in 2020:
before 08:00 five working days can be booked, today among them; from 08:00 this
afternoon and the next four; from noon, when new numbers are released, the next
five. What it left open (holidays, the seconds of the limits, whoever does not
come) was decided here and in ``docs/decisions``.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice, pairwise

from pydantic import BaseModel, ConfigDict, Field, model_validator

from backoffice.booking.working_days import Unannounced, WorkingDays
from kiosk.gateway.contract import HalfDay
from kiosk.hours import LOCAL

SUSPENDED_MONTHS = 3


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Hours(_Strict):
    """A half-day of a counter."""

    begins: time
    ends: time

    @model_validator(mode="after")
    def _ends_later(self) -> Hours:
        if self.begins >= self.ends:
            raise ValueError("a half-day ends after it begins")
        return self


class Rule(_Strict):
    """When a service can be booked. Times are local.

    Before ``today_until`` the whole of today counts among the ``days``; from then
    until ``release`` only its afternoon; from ``release`` on the days begin with
    the next working day. Midnight for both: today can never be booked.

    ``urgent_minutes`` is how long ahead somebody with an urgent matter has to
    ask for today, None where there is no such path. ``early_minutes`` is how
    long before the half-day the ticket machine takes a booking.
    """

    days: int = Field(ge=1, le=30)
    today_until: time = time(0)
    release: time = time(0)
    morning: Hours = Hours(begins=time(9), ends=time(12))
    afternoon: Hours = Hours(begins=time(13), ends=time(17))
    urgent_minutes: int | None = Field(default=None, ge=0)
    early_minutes: int = Field(default=30, ge=0)

    @model_validator(mode="after")
    def _follows(self) -> Rule:
        if self.today_until > self.release:
            raise ValueError("today_until is not later than release")
        if self.today_until > self.morning.begins or self.release > self.afternoon.begins:
            raise ValueError("a half-day that has begun cannot be booked")
        if self.morning.ends > self.afternoon.begins:
            raise ValueError("the afternoon begins after the morning")
        return self

    def hours(self, half: HalfDay) -> Hours:
        """From when until when a half-day lasts."""
        return self.morning if half is HalfDay.MORNING else self.afternoon


@dataclass(frozen=True, slots=True)
class Slot:
    """A half-day of a day."""

    day: date
    half: HalfDay


@dataclass(frozen=True, slots=True)
class Bookable:
    """The half-days that can be booked, in their order; ``unknown_from`` is the day where the calendar's data ended."""

    slots: tuple[Slot, ...]
    unknown_from: date | None = None


class Coming(StrEnum):
    """Whether somebody comes at the right time."""

    EARLY = "early"
    IN_TIME = "in_time"
    LATE = "late"


def bookable(moment: datetime, works: WorkingDays, rule: Rule) -> Bookable:
    """What can be booked at ``moment``, which is aware."""
    today, clock = _local(moment)
    slots: list[Slot] = []
    days = rule.days
    try:
        if works(today) and clock < rule.release:
            days -= 1
            if clock < rule.today_until:
                slots.append(Slot(today, HalfDay.MORNING))
            slots.append(Slot(today, HalfDay.AFTERNOON))
        for day in islice(_working_days_after(today, works), days):
            slots += [Slot(day, HalfDay.MORNING), Slot(day, HalfDay.AFTERNOON)]
    except Unannounced as error:
        return Bookable(tuple(slots), error.day)
    return Bookable(tuple(slots))


def next_release(moment: datetime, works: WorkingDays, rule: Rule) -> datetime | None:
    """When the next day is opened; None where that is not known yet."""
    today, clock = _local(moment)
    try:
        day = today if works(today) and clock < rule.release else next(_working_days_after(today, works))
    except Unannounced:
        return None
    return datetime.combine(day, rule.release, LOCAL)


def urgent(moment: datetime, works: WorkingDays, rule: Rule) -> tuple[tuple[Slot, time], ...]:
    """The half-days of today that an urgent matter can still be seen to in, and from when on.

    Whoever asks has to come ``urgent_minutes`` later at the earliest, while the counter is still open.
    """
    today, _ = _local(moment)
    if rule.urgent_minutes is None or not _certainly(works, today):
        return ()
    earliest = moment.astimezone(LOCAL) + timedelta(minutes=rule.urgent_minutes)
    found = []
    for half in HalfDay:
        hours = rule.hours(half)
        if earliest < datetime.combine(today, hours.ends, LOCAL):
            begins = datetime.combine(today, hours.begins, LOCAL)
            found.append((Slot(today, half), max(earliest, begins).time()))
    return tuple(found)


def green_day(moment: datetime, works: WorkingDays, rule: Rule) -> date | None:
    """The day of a green pass: today while the counter is open or will be, or the next working day; None: not known."""
    today, clock = _local(moment)
    try:
        if works(today) and clock < rule.afternoon.ends:
            return today
        return next(_working_days_after(today, works))
    except Unannounced:
        return None


def coming(moment: datetime, day: date, begins: time, ends: time, rule: Rule) -> Coming:
    """Whether somebody who is expected on ``day`` between ``begins`` and ``ends`` comes in time at ``moment``."""
    if moment >= datetime.combine(day, ends, LOCAL):
        return Coming.LATE
    opens = datetime.combine(day, begins, LOCAL) - timedelta(minutes=rule.early_minutes)
    return Coming.IN_TIME if moment >= opens else Coming.EARLY


def may_cancel(moment: datetime, day: date) -> bool:
    """Whether a booking for ``day`` can still be given back: on the day before at the latest."""
    return _local(moment)[0] < day


def suspended_until(missed: Iterable[date]) -> date | None:
    """The first day on which somebody who did not come on these days may book again; None: nothing keeps anybody.

    Two no-shows within a month suspend for three months, counted from the later one.
    """
    ends = [
        months_later(second, SUSPENDED_MONTHS)
        for first, second in pairwise(sorted(missed))
        if second < months_later(first, 1)
    ]
    return max(ends, default=None)


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last day where it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _local(moment: datetime) -> tuple[date, time]:
    local = moment.astimezone(LOCAL)
    return local.date(), local.time()


def _working_days_after(day: date, works: WorkingDays) -> Iterator[date]:
    """Every working day after ``day``. Raises Unannounced where the data ends."""
    while True:
        day += timedelta(days=1)
        if works(day):
            yield day


def _certainly(works: WorkingDays, day: date) -> bool:
    try:
        return works(day)
    except Unannounced:
        return False
