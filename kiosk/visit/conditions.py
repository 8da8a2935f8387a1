"""Whether an item's named conditions hold for the answers given so far."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from kiosk.catalogue.item import Before, ConditionSpec, DaysAhead, DaysPast, Is


def parse_date(answer: str) -> date | None:
    """The date in an answer ``YYYYMMDD``, or None when it is not one."""
    if len(answer) != 8 or not answer.isascii() or not answer.isdigit():
        return None
    try:
        return date(int(answer[:4]), int(answer[4:6]), int(answer[6:]))
    except ValueError:
        return None


def holds(condition: ConditionSpec, answers: Mapping[str, str], today: date) -> bool:
    """Whether ``condition`` holds. A condition about an answer that is not there yet does not hold."""
    answer = answers.get(condition.field, "")
    if isinstance(condition, Is):
        return answer == condition.equals
    day = parse_date(answer)
    if day is None:
        return False
    if isinstance(condition, DaysAhead):
        return (day - today).days > condition.days_ahead_more_than
    if isinstance(condition, DaysPast):
        return (today - day).days > condition.days_past_more_than
    other = parse_date(answers.get(condition.not_after if isinstance(condition, Before) else condition.until, ""))
    if other is None:
        return False
    if isinstance(condition, Before):
        return day >= other
    return other > _years_later(day, condition.years_more_than)


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, month=3, day=1)
