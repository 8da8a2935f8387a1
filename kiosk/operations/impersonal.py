"""Types for what is kept for years and sent to developers: no person fits into them.

Names of people are no lower-case words of a program, a mobile number has eleven digits and a card's number fifteen or
eighteen; what may come from hardware as free text is ASCII and looked through for both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field

LEFT_OUT = "…"
# More digits than this could be somebody's number.
MOST_DIGITS = 10

# A device, a supply, a fact, an enumeration's value: ``not_supported``.
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
# A fault or a question: ``receipt_printer.paper_out``.
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}\.[a-z][a-z0-9_]{0,59}$")]
# A technician: initials or a staff number, short enough to be no other number of the same person.
TechnicianId = Annotated[str, Field(pattern=r"^([a-z][a-z0-9-]{1,11}|[0-9]{1,8})$")]

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_ASCII = re.compile(r"[\x20-\x7e]{0,80}")
_PERSONAL = re.compile(
    r"(?<!\d)(?:1[3-9]\d{9}"  # a mobile phone
    r"|[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]"  # an ID card's number
    r"|[1-9]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3})(?![\dXx])"  # one of the first generation
)


def _impersonal(text: str) -> str:
    if not is_hardware_text(text):
        raise ValueError("at most 80 ASCII characters, and nothing like a phone or card number")
    return text


# What a device says of itself, or where the settings say it is.
HardwareText = Annotated[str, AfterValidator(_impersonal)]
Number = Annotated[int, Field(gt=-(10**MOST_DIGITS), lt=10**MOST_DIGITS)]
Measure = Annotated[float, Field(gt=-(10**MOST_DIGITS), lt=10**MOST_DIGITS, allow_inf_nan=False)]
Fact = bool | Number | Measure | Name


def is_hardware_text(text: str) -> bool:
    """Whether ``text`` may be a model, a serial number, an address: ASCII without a phone or card number in it."""
    return _ASCII.fullmatch(text) is not None and _PERSONAL.search(text) is None


def is_fact(value: object) -> bool:
    """Whether ``value`` is a yes or no, a number of few digits, or a word of a program."""
    match value:
        case bool():
            return True
        case int() | float():
            return bool(abs(value) < 10**MOST_DIGITS)  # false for nan
        case str():
            return _NAME.fullmatch(value) is not None
        case _:
            return False


def facts_of(facts: Mapping[str, object]) -> dict[str, bool | int | float | str]:
    """Those of ``facts`` that can be kept; the others are left out."""
    return {
        name: value  # type: ignore[misc]
        for name, value in facts.items()
        if _NAME.fullmatch(name) is not None and is_fact(value)
    }
