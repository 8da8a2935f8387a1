"""Characters as dots, each whole inside the cell that a printer gives it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from drivers.font import chinese_font

Dots = NDArray[np.uint8]  # rows of dots, 1 is black

CELL = 24  # dots, high and wide, of a Chinese character; a Latin one is half as wide
LINE = 34  # dots from line to line: 1/6 inch at 203 dpi
_MARGIN = CELL  # around the cell while drawing, so that nothing is cut before it is moved inside


def columns_of(words: str) -> int:
    """How many half-width columns ``words`` take: what is not ASCII is a full cell."""
    return sum(1 if ord(character) < 0x80 else 2 for character in words)


@lru_cache(maxsize=4096)
def glyph(character: str, *, bold: bool = False) -> Dots:
    """One character in its cell: 24 rows of 24 dots, or of 12 for ASCII.

    Raises drivers.font.FontMissingError.
    """
    latin = ord(character) < 0x80
    wide = CELL // 2 if latin else CELL
    # Latin a little smaller than Chinese: with its descenders it has to fit the same 24 rows.
    font = chinese_font(21 if latin else CELL, bold=bold, monospaced=True)
    baseline = 19 if latin else 21
    canvas = Image.new("1", (wide + 2 * _MARGIN, CELL + 2 * _MARGIN), 0)
    draw = ImageDraw.Draw(canvas)
    draw.fontmode = "1"  # the font's own hints for black and white keep the strokes even
    left = round((wide - font.getlength(character)) / 2)
    draw.text((_MARGIN + left, _MARGIN + baseline), character, 1, font, anchor="ls")
    ink = canvas.getbbox()
    if ink is None:
        return np.zeros((CELL, wide), np.uint8)
    x = _inside(ink[0], ink[2], wide)
    y = _inside(ink[1], ink[3], CELL)
    dots = np.asarray(canvas.crop((x, y, x + wide, y + CELL)), np.uint8)
    dots.flags.writeable = False  # it is shared by everyone who asks
    return dots


def _inside(begin: int, end: int, size: int) -> int:
    """Where to cut a window of ``size`` so that the ink is in it: the cell itself unless the ink leaves it."""
    return min(max(_MARGIN, end - size), begin) if end - begin <= size else begin


def enlarged(dots: Dots, width: int, height: int) -> Dots:
    """Each dot ``width`` times as wide and ``height`` times as high, as printers enlarge."""
    return dots.repeat(height, axis=0).repeat(width, axis=1)
