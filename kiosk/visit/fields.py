"""Checking one answer: what the citizen typed, and the sentence that says what is expected."""

from __future__ import annotations

import re

from kiosk.catalogue.item import FieldSpec, FieldType
from kiosk.text import Text
from kiosk.visit.conditions import parse_date

_MISSING = Text(zh="请填写这一项。", en="Please fill this in.")
_NOT_CHOSEN = Text(zh="请选择一项。", en="Please choose one.")
_TOO_SHORT = Text(zh="内容太短，至少要 {least} 个字。", en="Too short: at least {least} characters are needed.")
_TOO_LONG = Text(zh="内容太长，最多 {most} 个字。", en="Too long: at most {most} characters.")
_NO_DATE = Text(
    zh="请按年、月、日填写 8 位数字，例如 20261223。",
    en="Please type the date as 8 digits, year, month, day: 20261223.",
)
_NO_PHONE = Text(
    zh="请填写 11 位手机号码，以 1 开头。",
    en="Please type a mainland mobile number: 11 digits, beginning with 1.",
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def normalised(spec: FieldSpec, typed: str) -> str:
    """The answer as it is kept: no control characters, no space at the ends, capitals where they are meant."""
    value = _CONTROL.sub("", typed)
    if spec.type is FieldType.LATIN:
        value = value.upper().replace(" ", "")
    if spec.type in (FieldType.DATE, FieldType.PHONE):
        value = value.replace(" ", "")
    return value[: spec.max_length]


def error_of(spec: FieldSpec, value: str) -> Text | None:
    """What is wrong with an answer, or None."""
    value = value.strip()
    if not value:
        if not spec.required:
            return None
        return _NOT_CHOSEN if spec.type is FieldType.CHOICE else _MISSING
    if spec.type is FieldType.CHOICE:
        return None if value in {choice.value for choice in spec.choices} else _NOT_CHOSEN
    if spec.type is FieldType.DATE:
        return None if parse_date(value) else _NO_DATE
    if spec.type is FieldType.PHONE:
        return None if re.fullmatch(r"1[3-9][0-9]{9}", value) else _NO_PHONE
    if len(value) < spec.min_length:
        return _TOO_SHORT.filled(least=spec.min_length)
    if len(value) > spec.max_length:
        return _TOO_LONG.filled(most=spec.max_length)
    if spec.pattern is not None and not re.fullmatch(spec.pattern, value):
        return spec.error
    return None
