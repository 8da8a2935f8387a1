"""Checking one answer: what the citizen typed, and the sentence that says what is expected."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from stdnum.cn import uscc

from kiosk.areas import needs_more, split
from kiosk.catalogue.item import CHOSEN, FieldSpec, FieldType
from kiosk.conditions import parse_date, parse_number
from kiosk.id_number import is_id_number
from kiosk.text import Text
from kiosk.visit.shown import formatted
from kiosk.visit.view import Wheel

_MISSING = Text(zh="请填写这一项。", en="Please fill this in.")
_NOT_CHOSEN = Text(zh="请选择一项。", en="Please choose one.")
_TOO_SHORT = Text(zh="内容太短，至少要 {least} 个字。", en="Too short: at least {least} characters are needed.")
_TOO_LONG = Text(zh="内容太长，最多 {most} 个字。", en="Too long: at most {most} characters.")
_NO_DATE = Text(
    zh="请按年、月、日填写 8 位数字，例如 20261223。",
    en="Please type the date as 8 digits, year, month, day: 20261223.",
)
_TOO_EARLY = Text(zh="最早可以填{day}。", en="{day} is the earliest possible.")
_TOO_LATE = Text(zh="最晚可以填{day}。", en="{day} is the latest possible.")
_NO_PHONE = Text(
    zh="请填写 11 位手机号码，以 1 开头。",
    en="Please type a mainland mobile number: 11 digits, beginning with 1.",
)
_NO_MONTH = Text(
    zh="请按年、月填写 6 位数字，例如 202612。", en="Please type the month as 6 digits, year and month: 202612."
)
_NO_ID_NUMBER = Text(
    zh="这个号码不对，请再看一遍：18 位，最后一位可能是 X。",
    en="This number is not right. It has 18 characters; the last one may be an X.",
)
_NO_COMPANY_CODE = Text(
    zh="统一社会信用代码有 18 位，请照营业执照填写。",
    en="The unified code has 18 characters, as printed on the business licence.",
)
_NO_PLATE = Text(
    zh="请填写完整车牌号，例如 闽D12345，新能源车是 闽DD12345。",
    en="Please type the whole plate, for example 闽D12345, or 闽DD12345 of a new-energy car.",
)
_NO_AREA = Text(zh="请选择省、市、区。", en="Please choose province, city and district.")
_NO_DETAIL = Text(
    zh="请写清路名和门牌号，例如 示例路 1 号 101 室。",
    en="Please give street and number, for example 1 Shili Road, room 101.",
)
_NO_NUMBER = Text(zh="请填写数字。", en="Please type a number.")
_NO_AMOUNT = Text(zh="请填写金额，例如 1200 或 1200.50。", en="Please type an amount, for example 1200 or 1200.50.")
_TOO_MUCH = Text(zh="不能超过 {most}。", en="No more than {most} is possible.")
# Province, letter of the city, then five characters, or six of a new-energy car (GA 36): no I and no O.
_PLATE = re.compile(
    "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z]"
    "([A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳]|[DABCEFGHJK][A-HJ-NP-Z0-9][0-9]{4}|[0-9]{5}[DABCEFGHJK])"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


# A hundred years back; and 20991231 is what stands for a licence without an end.
YEARS_BACK, LAST_YEAR = 100, 2099
_DIGITS = {FieldType.DATE: 8, FieldType.MONTH: 6}
_CAPITALS = (FieldType.LATIN, FieldType.ID_NUMBER, FieldType.COMPANY_CODE, FieldType.PLATE)
_SPACELESS = (FieldType.DATE, FieldType.MONTH, FieldType.PHONE, FieldType.NUMBER, FieldType.AMOUNT)


def normalised(spec: FieldSpec, typed: str) -> str:
    """The answer as it is kept: no control characters, no space at the ends, capitals where they are meant."""
    value = _CONTROL.sub("", typed)
    if spec.type in _CAPITALS:
        value = value.upper().replace(" ", "")
    if spec.type in _SPACELESS:
        value = value.replace(" ", "")
    return value[: spec.max_length]


class Limits(NamedTuple):
    """The first and the last day that an answer may be; of a month, any day in it. None where it does not matter."""

    earliest: date | None = None
    latest: date | None = None


_NO_LIMITS = Limits()


def wheel_of(spec: FieldSpec, value: str, today: date, limits: Limits = _NO_LIMITS) -> Wheel | None:
    """The wheel of a day or a month, None for anything else.

    It opens on the answer, or on today, or as near to it as can be turned to: no day is offered that is refused.
    """
    digits = _DIGITS.get(spec.type)
    if digits is None:
        return None
    first = max(limits.earliest or date.min, date(today.year - YEARS_BACK, 1, 1))
    last = max(min(limits.latest or date.max, date(LAST_YEAR, 12, 31)), first)
    day = parse_date(value) if len(value) == digits else None
    start = min(max(day or today, first), last)
    return Wheel(*(f"{one:%Y%m%d}"[:digits] for one in (first, last, start)))


def error_of(
    spec: FieldSpec,
    value: str,
    rows: Collection[str] = (),
    most: Decimal | None = None,
    limits: Limits = _NO_LIMITS,
) -> Text | None:
    """What is wrong with an answer, or None.

    ``rows`` are the keys that can be picked, ``most`` the largest number, ``limits`` those of a day or a month.
    """
    value = value.strip()
    if not value:
        if not spec.required:
            return None
        return _NOT_CHOSEN if spec.type in (*CHOSEN, FieldType.PICK) else _MISSING
    match spec.type:
        case FieldType.CHOICE | FieldType.SEVERAL:
            return None if set(value.split(",")) <= {choice.value for choice in spec.choices} else _NOT_CHOSEN
        case FieldType.PICK:
            return None if value in rows else _NOT_CHOSEN
        case FieldType.DATE | FieldType.MONTH:
            return _date_error(spec, value, limits)
        case FieldType.PHONE:
            # phonenumbers takes land lines and other countries as well, so it is not asked here.
            return None if re.fullmatch(r"1[3-9][0-9]{9}", value) else _NO_PHONE
        case FieldType.ID_NUMBER:
            return None if is_id_number(value) else _NO_ID_NUMBER
        case FieldType.COMPANY_CODE:
            return None if uscc.is_valid(value) else _NO_COMPANY_CODE
        case FieldType.PLATE:
            return None if _PLATE.fullmatch(value) else _NO_PLATE
        case FieldType.NUMBER | FieldType.AMOUNT:
            return _number_error(spec, value, most)
        case FieldType.ADDRESS:
            area, detail = split(value)
            if needs_more(area):
                return _NO_AREA
            if len(detail) < 3:
                return _NO_DETAIL
    if len(value) < spec.min_length:
        return _TOO_SHORT.filled(least=spec.min_length)
    if len(value) > spec.max_length:
        return _TOO_LONG.filled(most=spec.max_length)
    if spec.pattern is not None and not re.fullmatch(spec.pattern, value):
        return spec.error
    return None


def _date_error(spec: FieldSpec, value: str, limits: Limits) -> Text | None:
    day = parse_date(value) if len(value) == _DIGITS[spec.type] else None
    if day is None:
        return _NO_DATE if spec.type is FieldType.DATE else _NO_MONTH
    earliest, latest = limits
    if spec.type is FieldType.MONTH and earliest is not None:
        earliest = earliest.replace(day=1)
    if earliest is not None and day < earliest:
        return spec.error or _limited(_TOO_EARLY, formatted(spec.type, f"{earliest:%Y%m%d}"))
    if latest is not None and day > latest:
        return spec.error or _limited(_TOO_LATE, formatted(spec.type, f"{latest:%Y%m%d}"))
    return None


def _limited(sentence: Text, day: Text) -> Text:
    return Text(zh=sentence.filled(day=day.zh).zh, en=sentence.filled(day=day.en).en)


def _number_error(spec: FieldSpec, value: str, most: Decimal | None) -> Text | None:
    form = r"[0-9]{1,12}" if spec.type is FieldType.NUMBER else r"[0-9]{1,10}(\.[0-9]{1,2})?"
    number = parse_number(value) if re.fullmatch(form, value) else None
    if number is None:
        return _NO_NUMBER if spec.type is FieldType.NUMBER else _NO_AMOUNT
    if spec.type is FieldType.AMOUNT and not number:
        return _NO_AMOUNT
    return _TOO_MUCH.filled(most=f"{most:f}") if most is not None and number > most else None
