"""Whether an item's named conditions hold for what is known so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from kiosk.catalogue.item import (
    AllOf,
    AnyOf,
    Before,
    ConditionSpec,
    DaysAhead,
    DaysPast,
    Given,
    Is,
    LessThan,
    MoreThan,
    Not,
    OneOf,
)

# What a reference stands for now, "" when it is not known.
Value = Callable[[str], str]


def parse_date(answer: str) -> date | None:
    """The date in an answer ``YYYYMMDD``, or the first of the month ``YYYYMM``; None when it is neither."""
    if len(answer) not in (6, 8) or not answer.isascii() or not answer.isdigit():
        return None
    try:
        return date(int(answer[:4]), int(answer[4:6]), int(answer[6:] or 1))
    except ValueError:
        return None


def parse_number(answer: str) -> Decimal | None:
    """The finite number in an answer, or None."""
    try:
        number = Decimal(answer)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def holds(name: str, conditions: Mapping[str, ConditionSpec], value: Value, today: date) -> bool:
    """Whether the condition ``name`` holds. One about something that is not known yet does not hold."""
    condition = conditions[name]
    match condition:
        case AllOf():
            return all(holds(part, conditions, value, today) for part in condition.all_of)
        case AnyOf():
            return any(holds(part, conditions, value, today) for part in condition.any_of)
        case Not():
            return not holds(condition.not_, conditions, value, today)
        case Is():
            return value(condition.field) == condition.equals
        case OneOf():
            return bool(set(value(condition.field).split(",")) & set(condition.one_of))
        case Given():
            return bool(value(condition.field)) == condition.given
        case MoreThan():
            number, limit = parse_number(value(condition.field)), _limit(condition.more_than, value)
            return number is not None and limit is not None and number > limit
        case LessThan():
            number, limit = parse_number(value(condition.field)), _limit(condition.less_than, value)
            return number is not None and limit is not None and number < limit
    day = parse_date(value(condition.field))
    if day is None:
        return False
    if isinstance(condition, DaysAhead):
        return (day - today).days > condition.days_ahead_more_than
    if isinstance(condition, DaysPast):
        return (today - day).days > condition.days_past_more_than
    other = parse_date(value(condition.not_after if isinstance(condition, Before) else condition.until))
    if other is None:
        return False
    if isinstance(condition, Before):
        return day >= other
    return other > _years_later(day, condition.years_more_than)


def _limit(limit: Decimal | str, value: Value) -> Decimal | None:
    return parse_number(value(limit)) if isinstance(limit, str) else limit


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, month=3, day=1)
