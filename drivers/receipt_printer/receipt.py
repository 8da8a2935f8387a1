"""A receipt as its parts, before it becomes bytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Align = Literal["left", "centre", "right"]


@dataclass(frozen=True, slots=True)
class Text:
    """Words, wrapped to the paper. ``size`` 2 is twice as wide and high."""

    words: str = field(repr=False)
    size: Literal[1, 2] = 1
    bold: bool = False
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Row:
    """A label at the left edge and a value behind it, wrapped under itself.

    A label that would leave its value less than half of the line stands on lines of its own.
    """

    label: str = field(repr=False)
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper."""


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code in the middle. Scanners want some white around it: put a Feed before and after.

    ``module`` is the size of its squares in dots (1..16); on paper that is too narrow they get smaller.
    """

    data: str = field(repr=False)
    module: int = 8


@dataclass(frozen=True, slots=True)
class Feed:
    """Empty lines."""

    lines: int = 1


Part = Text | Row | Rule | Qr | Feed


@dataclass(frozen=True, slots=True)
class Receipt:
    """The whole of it; the cut at the end goes without saying."""

    parts: tuple[Part, ...]
