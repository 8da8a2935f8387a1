"""Named conditions over what is known: of an item's steps, and of the back office's rules.

A *reference* names a value: an answer by its key (``phone``), something a
department said by ``fact.<key>``, or something the card says by ``holder.<key>``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Reference = Annotated[
    str,
    Field(
        pattern=r"^(fact\.|holder\.)?[a-z][a-z0-9_]*$",
        description="an answer by its key, fact.<key> of a lookup, or holder.<key> of the card",
    ),
]
Condition = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", description="the name of a condition of this item")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Is(_Strict):
    """The value of ``field`` equals ``equals``."""

    field: Reference
    equals: str


class OneOf(_Strict):
    """The value of ``field`` is one of ``one_of``; of several choices, one of them is."""

    field: Reference
    one_of: tuple[str, ...] = Field(min_length=1)


class Given(_Strict):
    """Whether there is a value in ``field``."""

    field: Reference
    given: bool


class MoreThan(_Strict):
    """The number in ``field`` is larger than ``more_than``, itself a number or a reference to one."""

    field: Reference
    more_than: Decimal | Reference


class LessThan(_Strict):
    """The number in ``field`` is smaller than ``less_than``, itself a number or a reference to one."""

    field: Reference
    less_than: Decimal | Reference


class DaysAhead(_Strict):
    """The date in ``field`` lies more than ``more_than`` days after today."""

    field: Reference
    days_ahead_more_than: int


class DaysPast(_Strict):
    """The date in ``field`` lies more than ``days_past_more_than`` days before today."""

    field: Reference
    days_past_more_than: int


class Before(_Strict):
    """The date or month in ``field`` is not earlier than the one in ``not_after``."""

    field: Reference
    not_after: Reference


class YearsApart(_Strict):
    """From the date in ``field`` to the date in ``until`` there are more than ``years_more_than`` years."""

    field: Reference
    until: Reference
    years_more_than: int


class AllOf(_Strict):
    """Every one of these conditions holds."""

    all_of: tuple[Condition, ...] = Field(min_length=2)


class AnyOf(_Strict):
    """At least one of these conditions holds."""

    any_of: tuple[Condition, ...] = Field(min_length=2)


class Not(_Strict):
    """This condition does not hold."""

    not_: Condition = Field(alias="not")


ConditionSpec = (
    Is | OneOf | Given | MoreThan | LessThan | DaysAhead | DaysPast | Before | YearsApart | AllOf | AnyOf | Not
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


def parts_of_condition(condition: AllOf | AnyOf | Not) -> tuple[str, ...]:
    """The names of the conditions that ``condition`` is made of."""
    match condition:
        case AllOf():
            return condition.all_of
        case AnyOf():
            return condition.any_of
        case Not():
            return (condition.not_,)
