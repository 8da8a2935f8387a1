"""The numbers that the back office gives out, each with a check character against mistyping."""

from __future__ import annotations

from datetime import date

from stdnum.iso7064 import mod_37_36

# The weights of the check digit in UPU standard S10, "Identification of postal items: 13-character identifier".
_S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
_SERIALS = 10**8


def reference_number(item: str, day: date, count: int) -> str:
    """The 受理编号: ``JT02-20261123-00042-K``, at most 24 characters.

    Item code without its dashes, local day, running number of that day
    (``count``, from 1), check character of all before it (ISO 7064 MOD 37,36).
    """
    body = f"{item.replace('-', '')}-{day:%Y%m%d}-{count:05d}"
    return f"{body}-{mod_37_36.calc_check_digit(body.replace('-', ''))}"


def parcel_number(serial: int) -> str:
    """The number of an EMS parcel by UPU S10, such as ``EA000000424CN``; serials repeat after a hundred million."""
    digits = f"{serial % _SERIALS:08d}"
    total = sum(weight * int(digit) for weight, digit in zip(_S10_WEIGHTS, digits, strict=True))
    check = {10: 0, 11: 5}.get(11 - total % 11, 11 - total % 11)
    return f"EA{digits}{check}CN"
