"""What is written on a card: its picture for the rewriter, dot for dot, which the screen shows beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from drivers.font import chinese_font
from kiosk.text import Text

Face = NDArray[np.bool_]  # rows of dots, True is black

LARGEST, SMALLEST = 36, 20  # dots high, of a character; what is smaller cannot be read without a glass
_MARGIN = 10  # dots to the edges
_BETWEEN = 0.22  # between lines, of a character
_GAP = 0.7  # between label and value, of a character
_NOWHERE = "\U0010ffff"  # no font has it


class CardFaceError(ValueError):
    """It cannot be written; ``code`` is the fault. The message tells nothing of what was to be written."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def compose(lines: Sequence[tuple[Text, Text]], width: int, height: int) -> Face:
    """Labels and values, in Chinese, as large as they fit ``(height, width)`` dots. Raises CardFaceError."""
    said = [(label.zh, value.zh) for label, value in lines]
    if not all(_has_glyph(sign) for line in said for words in line for sign in words):
        raise CardFaceError("rewrite.no_glyph")
    for size in range(LARGEST, SMALLEST - 1, -2):
        face = _drawn(said, width, height, size)
        if face is not None:
            return face
    raise CardFaceError("rewrite.does_not_fit")


def _drawn(said: Sequence[tuple[str, str]], width: int, height: int, size: int) -> Face | None:
    """The picture with characters of ``size`` dots; None when they do not fit."""
    font = chinese_font(size)
    left = _MARGIN + max(font.getlength(label) for label, _ in said) + _GAP * size
    room = width - _MARGIN - left
    if room < 3 * size:  # a label that leaves so little is broken, too
        return None
    rows = [(label, _wrapped(value, font, room)) for label, value in said]
    if any(font.getlength(part) > room for _, parts in rows for part in parts):
        return None
    pitch = size * (1 + _BETWEEN)
    needed = pitch * sum(len(parts) for _, parts in rows) - _BETWEEN * size
    if needed > height - 2 * _MARGIN:
        return None
    canvas = Image.new("1", (width, height), 0)
    draw = ImageDraw.Draw(canvas)
    draw.fontmode = "1"  # the font's own hints for black and white keep the strokes even
    y = (height - needed) / 2 + 0.88 * size  # of the first base line
    for label, parts in rows:
        draw.text((_MARGIN, round(y)), label, 1, font, anchor="ls")
        for part in parts:
            draw.text((round(left), round(y)), part, 1, font, anchor="ls")
            y += pitch
    return np.asarray(canvas, dtype=bool)


def _wrapped(words: str, font: ImageFont.FreeTypeFont, room: float) -> list[str]:
    """Broken between any two signs, but not within a number or a Latin word unless it fills a line by itself."""
    lines: list[str] = []
    while font.getlength(words) > room:
        fits = next((end for end in range(len(words), 0, -1) if font.getlength(words[:end]) <= room), 1)
        end = fits
        while end and _hangs_together(words[end - 1], words[end]):
            end -= 1
        end = end or fits
        lines.append(words[:end].rstrip())
        words = words[end:].lstrip()
    return [*lines, words]


def _hangs_together(before: str, after: str) -> bool:
    return (before + after).isascii() and (before + after).isalnum()


@lru_cache(maxsize=4096)
def _has_glyph(sign: str) -> bool:
    """Whether the font has this sign, and not only a box in its place."""
    if sign.isspace():
        return True
    font = chinese_font(SMALLEST)
    return bytes(font.getmask(sign, "1")) != bytes(font.getmask(_NOWHERE, "1"))
