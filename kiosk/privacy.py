"""Names and numbers as they may stand where others can see them."""

from __future__ import annotations


def mask_name(name: str) -> str:
    """``张三`` → ``张*``, ``欧阳小明`` → ``欧**明``, ``JANE DOE`` → ``J******E``: the ends stay, never a whole name."""
    if len(name) <= 1:
        return "*" * len(name)
    if len(name) == 2:
        return name[0] + "*"
    return name[0] + "*" * (len(name) - 2) + name[-1]


def mask_number(number: str) -> str:
    """``350203199001010017`` → ``3502**********0017``; short numbers keep only their last two characters."""
    if len(number) <= 10:
        return "*" * max(len(number) - 2, 0) + number[-2:]
    return number[:4] + "*" * (len(number) - 8) + number[-4:]


def mask(value: str) -> str:
    """A name or a number, whichever it is: what has no digit is a name."""
    return mask_number(value) if any(character.isdecimal() for character in value) else mask_name(value)


def mask_phone(phone: str) -> str:
    """``13950010001`` → ``139****0001``."""
    return phone[:3] + "*" * max(len(phone) - 7, 0) + phone[-4:] if len(phone) > 7 else "*" * len(phone)


def mask_bank_card(number: str) -> str:
    """``9999000000000000428`` → ``**** **** **** 0428``: the last four digits, and not how many there are."""
    return f"**** **** **** {number[-4:]}" if number else ""
