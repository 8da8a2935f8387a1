"""When what can be booked: the city's rule with the days it told, every limit to the second, and what always holds."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from chinese_calendar.constants import holidays, workdays
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from backoffice.booking.rule import (
    Coming,
    Rule,
    Slot,
    bookable,
    coming,
    green_day,
    may_cancel,
    months_later,
    next_release,
    suspended_until,
    urgent,
)
from backoffice.booking.services import load_services
from backoffice.booking.working_days import Unannounced, known_until, works_in_china
from kiosk.gateway.contract import HalfDay
from kiosk.hours import LOCAL

CITY = load_services()["city_hall"].rule
HOUSEHOLD = load_services()["ga_household"].rule
AM, PM = HalfDay.MORNING, HalfDay.AFTERNOON


def at(words: str) -> datetime:
    """``2020-04-14 07:59:59`` on the wall."""
    return datetime.fromisoformat(words).replace(tzinfo=LOCAL)


def told(moment: datetime, rule: Rule = CITY) -> list[str]:
    """The half-days as ``04-14 am``."""
    return [
        f"{slot.day:%m-%d} {'am' if slot.half is AM else 'pm'}" for slot in bookable(moment, works_in_china, rule).slots
    ]


def whole(*days: str) -> list[str]:
    return [f"{day} {half}" for day in days for half in ("am", "pm")]


# -- the city's own examples: 14 April 2020 was a Tuesday ---------------------------------


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2020-04-14 07:59:59", whole("04-14", "04-15", "04-16", "04-17", "04-20")),
        ("2020-04-14 08:00:00", ["04-14 pm", *whole("04-15", "04-16", "04-17", "04-20")]),
        ("2020-04-14 11:59:59", ["04-14 pm", *whole("04-15", "04-16", "04-17", "04-20")]),
        ("2020-04-14 12:00:00", whole("04-15", "04-16", "04-17", "04-20", "04-21")),
        ("2020-04-17 12:00:00", whole("04-20", "04-21", "04-22", "04-23", "04-24")),
    ],
)
def test_the_city_opens_the_days_that_it_told(moment: str, expected: list[str]) -> None:
    assert told(at(moment)) == expected


@pytest.mark.parametrize(
    ("moment", "first", "count"),
    [
        ("2020-04-14 00:00:00", "04-14 am", 10),
        ("2020-04-14 07:59:59.999999", "04-14 am", 10),
        ("2020-04-14 08:00:00.000001", "04-14 pm", 9),
        ("2020-04-14 11:59:59.999999", "04-14 pm", 9),
        ("2020-04-14 12:00:00.000001", "04-15 am", 10),
        ("2020-04-14 23:59:59.999999", "04-15 am", 10),
    ],
)
def test_the_limits_hold_to_the_microsecond(moment: str, first: str, count: int) -> None:
    slots = told(at(moment))
    assert (slots[0], len(slots)) == (first, count)


def test_the_moment_may_come_in_any_time_zone() -> None:
    assert told(datetime(2020, 4, 13, 23, 59, 59, tzinfo=UTC)) == told(at("2020-04-14 07:59:59"))
    assert told(datetime(2020, 4, 14, 0, 0, tzinfo=UTC)) == told(at("2020-04-14 08:00:00"))


def test_noon_releases_one_day() -> None:
    before, after = told(at("2020-04-14 11:59:59")), told(at("2020-04-14 12:00:00"))
    assert set(after) - set(before) == set(whole("04-21"))
    assert set(before) - set(after) == {"04-14 pm"}


@pytest.mark.parametrize("clock", ["06:00", "09:00", "18:00"])
def test_a_weekend_opens_the_next_five_working_days_at_any_hour(clock: str) -> None:
    assert told(at(f"2020-04-18 {clock}")) == whole("04-20", "04-21", "04-22", "04-23", "04-24")


# -- holidays and make-up days ------------------------------------------------------------


def test_holidays_are_passed_over_and_make_up_days_are_worked() -> None:
    # 2026: the National Day holiday is 1 to 7 October; Saturday 10 October is worked for it.
    assert told(at("2026-09-30 12:00")) == whole("10-08", "10-09", "10-10", "10-12", "10-13")
    assert told(at("2026-10-03 09:00")) == told(at("2026-09-30 12:00"))


def test_a_make_up_saturday_is_a_day_like_any_other() -> None:
    assert told(at("2026-10-10 07:30"))[:2] == whole("10-10")
    assert told(at("2026-10-10 08:00"))[0] == "10-10 pm"


def test_the_week_of_spring_festival_is_closed() -> None:
    assert told(at("2026-02-14 12:00"))[0] == "02-24 am"
    assert works_in_china(date(2026, 2, 14))  # a Saturday, worked for the festival
    assert not works_in_china(date(2026, 2, 23))  # a Monday of it


# -- where the announcements end ------------------------------------------------------------


def test_what_is_not_announced_is_said_and_not_guessed() -> None:
    end = known_until()
    before = datetime.combine(end - timedelta(days=1), time(12), LOCAL)
    found = bookable(before, works_in_china, CITY)
    assert found.unknown_from == end + timedelta(days=1)
    assert all(slot.day <= end for slot in found.slots)
    with pytest.raises(Unannounced, match=str(end + timedelta(days=1))):
        works_in_china(end + timedelta(days=1))


def test_in_a_year_without_data_nothing_can_be_booked_and_it_is_said_why() -> None:
    day = date(known_until().year + 1, 3, 3)
    found = bookable(datetime.combine(day, time(7), LOCAL), works_in_china, CITY)
    assert (found.slots, found.unknown_from) == ((), day)
    noon = datetime.combine(day, time(12), LOCAL)
    assert urgent(noon, works_in_china, CITY) == ()
    assert green_day(noon, works_in_china, CITY) is None
    assert next_release(noon, works_in_china, CITY) is None


def test_the_last_days_of_the_last_year_are_not_sure_as_the_next_announcement_may_reach_into_them() -> None:
    """Held against all announcements so far: nothing of a New Year has ever begun before 29 December."""
    decembers = [day for day in (*holidays, *workdays) if day.month == 12]
    assert min(day.day for day in decembers) == 29
    assert known_until() == date(max(holidays).year, 12, 28)


# -- other services -------------------------------------------------------------------------


@pytest.mark.parametrize("clock", ["00:00", "07:59", "12:00", "23:59:59"])
def test_the_household_counters_open_the_next_seven_working_days_and_never_today(clock: str) -> None:
    assert told(at(f"2020-04-14 {clock}"), HOUSEHOLD) == whole(
        "04-15", "04-16", "04-17", "04-20", "04-21", "04-22", "04-23"
    )


@pytest.mark.parametrize(
    "settings",
    [
        {"days": 0},
        {"days": 5, "today_until": "12:00", "release": "08:00"},
        {"days": 5, "today_until": "09:30", "release": "12:00"},  # the morning would have begun
        {"days": 5, "release": "14:00"},
        {"days": 5, "morning": {"begins": "12:00", "ends": "09:00"}},
        {"days": 5, "afternoon": {"begins": "11:00", "ends": "17:00"}},
        {"days": 5, "wekends": True},
    ],
)
def test_settings_that_contradict_themselves_are_refused(settings: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Rule.model_validate(settings)


def test_the_next_release_is_said() -> None:
    assert next_release(at("2020-04-14 11:59:59"), works_in_china, CITY) == at("2020-04-14 12:00:00")
    assert next_release(at("2020-04-14 12:00:00"), works_in_china, CITY) == at("2020-04-15 12:00:00")
    assert next_release(at("2020-04-17 12:00:00"), works_in_china, CITY) == at("2020-04-20 12:00:00")
    assert next_release(at("2020-04-18 08:00:00"), works_in_china, CITY) == at("2020-04-20 12:00:00")
    assert next_release(at("2020-04-14 12:00:00"), works_in_china, HOUSEHOLD) == at("2020-04-15 00:00:00")


# -- urgent matters and the green pass --------------------------------------------------------


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        ("06:00:00", {AM: "09:00:00", PM: "13:00:00"}),
        ("08:00:01", {AM: "09:00:01", PM: "13:00:00"}),
        ("10:59:59", {AM: "11:59:59", PM: "13:00:00"}),
        ("11:00:00", {PM: "13:00:00"}),  # an hour later the morning is over
        ("12:00:00", {PM: "13:00:00"}),  # where the ordinary rule has nothing for today
        ("12:30:00", {PM: "13:30:00"}),
        ("15:59:59", {PM: "16:59:59"}),
        ("16:00:00", {}),
    ],
)
def test_an_urgent_matter_is_asked_for_an_hour_ahead(clock: str, expected: dict[HalfDay, str]) -> None:
    found = urgent(at(f"2020-04-14 {clock}"), works_in_china, CITY)
    assert {slot.half: begins.isoformat() for slot, begins in found} == expected
    assert all(slot.day == date(2020, 4, 14) for slot, _ in found)


def test_nothing_is_urgent_on_a_day_off_or_where_there_is_no_such_path() -> None:
    assert urgent(at("2020-04-18 09:00"), works_in_china, CITY) == ()
    assert urgent(at("2020-04-14 09:00"), works_in_china, HOUSEHOLD) == ()


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2020-04-14 06:00:00", date(2020, 4, 14)),
        ("2020-04-14 16:59:59", date(2020, 4, 14)),
        ("2020-04-14 17:00:00", date(2020, 4, 15)),
        ("2020-04-17 17:00:00", date(2020, 4, 20)),
        ("2020-04-18 10:00:00", date(2020, 4, 20)),
    ],
)
def test_a_green_pass_is_for_today_while_the_counter_is_open_and_else_for_the_next_day(moment: str, day: date) -> None:
    assert green_day(at(moment), works_in_china, CITY) == day


# -- coming, not coming, giving back -------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2020-04-14 08:29:59", Coming.EARLY),
        ("2020-04-14 08:30:00", Coming.IN_TIME),
        ("2020-04-14 11:59:59", Coming.IN_TIME),
        ("2020-04-14 12:00:00", Coming.LATE),
        ("2020-04-13 10:00:00", Coming.EARLY),
        ("2020-04-15 09:00:00", Coming.LATE),
    ],
)
def test_the_ticket_machine_takes_a_booking_from_half_an_hour_before_until_the_half_day_ends(
    moment: str, expected: Coming
) -> None:
    assert coming(at(moment), date(2020, 4, 14), time(9), time(12), CITY) is expected


def test_a_booking_is_given_back_on_the_day_before_at_the_latest() -> None:
    assert may_cancel(at("2020-04-13 23:59:59"), date(2020, 4, 14))
    assert not may_cancel(at("2020-04-14 00:00:00"), date(2020, 4, 14))


def days(*words: str) -> list[date]:
    return [date.fromisoformat(word) for word in words]


@pytest.mark.parametrize(
    ("missed", "until"),
    [
        ([], None),
        (["2020-03-05"], None),
        (["2020-03-05", "2020-04-04"], "2020-07-04"),
        (["2020-03-05", "2020-04-05"], None),  # a month apart is not within a month
        (["2020-01-31", "2020-02-28"], "2020-05-28"),
        (["2020-04-04", "2020-03-05"], "2020-07-04"),  # in any order
        (["2020-01-01", "2020-03-05", "2020-03-06", "2020-03-20"], "2020-06-20"),
        (["2019-11-29", "2019-11-30"], "2020-02-29"),  # the month that it ends in is shorter
    ],
)
def test_two_no_shows_within_a_month_suspend_for_three(missed: list[str], until: str | None) -> None:
    assert suspended_until(days(*missed)) == (date.fromisoformat(until) if until else None)


# -- what always holds ------------------------------------------------------------------------------

FIRST, LAST = datetime(2005, 1, 1), datetime(known_until().year, 11, 30)  # noqa: DTZ001 - st.datetimes wants them so
MOMENTS = st.datetimes(FIRST, LAST).map(lambda naive: naive.replace(tzinfo=LOCAL))


@given(MOMENTS)
def test_every_slot_is_in_the_future_on_a_working_day_in_order_and_once(moment: datetime) -> None:
    found = bookable(moment, works_in_china, CITY)
    keys = [(slot.day, slot.half is PM) for slot in found.slots]
    assert keys == sorted(set(keys))
    assert found.unknown_from is None
    for slot in found.slots:
        assert works_in_china(slot.day)
        begins = datetime.combine(slot.day, CITY.hours(slot.half).begins, LOCAL)
        assert begins - moment >= timedelta(hours=1)


@given(MOMENTS)
def test_there_are_nine_or_ten_half_days_on_five_days(moment: datetime) -> None:
    slots = bookable(moment, works_in_china, CITY).slots
    assert len({slot.day for slot in slots}) == 5
    works_this_morning = works_in_china(moment.date()) and time(8) <= moment.time() < time(12)
    assert len(slots) == (9 if works_this_morning else 10)


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=12)))
def test_what_was_opened_stays_open_until_its_own_limit(moment: datetime, later: timedelta) -> None:
    """Nothing that can be booked disappears before today's limits, and nothing comes back."""
    before, after = (set(bookable(when, works_in_china, CITY).slots) for when in (moment, moment + later))
    latest = moment + later
    for slot in before - after:
        limit = time(8) if slot.half is AM else time(12)
        assert latest >= datetime.combine(slot.day, limit, LOCAL)
    for slot in after - before:
        assert slot.day > max(one.day for one in before)


@given(MOMENTS)
def test_the_release_that_is_said_opens_a_day_and_nothing_opens_before_it(moment: datetime) -> None:
    release = next_release(moment, works_in_china, CITY)
    assert release is not None
    assert release > moment
    before = set(bookable(moment, works_in_china, CITY).slots)
    just_before = set(bookable(release - timedelta(microseconds=1), works_in_china, CITY).slots)
    assert not just_before - before
    assert len({slot.day for slot in set(bookable(release, works_in_china, CITY).slots) - just_before}) == 1


@given(MOMENTS)
def test_urgent_half_days_are_todays_and_an_hour_ahead(moment: datetime) -> None:
    for slot, begins in urgent(moment, works_in_china, CITY):
        assert slot.day == moment.date()
        assert datetime.combine(slot.day, begins, LOCAL) - moment >= timedelta(hours=1)
        assert begins < CITY.hours(slot.half).ends


@given(st.lists(st.dates(date(2019, 1, 1), date(2022, 12, 31)), max_size=8, unique=True))
def test_nobody_is_suspended_for_days_that_lie_apart_and_always_for_three_months(missed: list[date]) -> None:
    until = suspended_until(missed)
    close = [(first, second) for first in missed for second in missed if first < second < months_later(first, 1)]
    assert (until is not None) == bool(close)
    if until is not None:
        assert until == months_later(max(second for _, second in close), 3)


@given(st.dates(date(2019, 1, 1), date(2022, 12, 31)), st.integers(0, 40))
def test_months_are_added_like_on_a_calendar(day: date, months: int) -> None:
    later = months_later(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


def test_a_slot_is_a_day_and_its_half() -> None:
    assert Slot(date(2020, 4, 14), AM) != Slot(date(2020, 4, 14), PM)
