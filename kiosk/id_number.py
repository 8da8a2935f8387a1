"""公民身份号码 (GB 11643): 6 digits of a place, 8 of the birth date, 3 in order (odd for men), a check character."""

from __future__ import annotations

import re
from datetime import date

from stdnum.iso7064 import mod_11_2


def is_id_number(text: str) -> bool:
    """Whether ``text`` can be somebody's number: its check character fits and its date exists.

    The place is not looked at: counties come and go, and stdnum.cn.ric refuses people born before theirs was made.
    """
    return re.fullmatch(r"[0-9]{17}[0-9X]", text) is not None and mod_11_2.is_valid(text) and born(text) is not None


def born(number: str) -> date | None:
    """The birth date in a number, None when there is no such day."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def is_male(number: str) -> bool:
    """What the last digit before the check character says."""
    return int(number[16]) % 2 == 1
