"""The page that an interactive check prints: rulers to the edges, lines, greys, Chinese, a code."""

from __future__ import annotations

import io

import segno
from PIL import Image, ImageDraw

from drivers.font import chinese_font

CODE = "kiosk test page 0123456789"  # what the code on the page says

_DPI = 200
_WIDTH, _HEIGHT = 210, 297  # millimetres, A4
_MARGIN = 10  # what every printer reaches
_LINES = (
    "测试页  Test page",
    "四边的尺子应完整，从 10 到 110 应为 10 厘米。",
    "All four rulers should be whole; from 10 to 110 are 10 cm.",
    "下面的字应清楚，不发虚、不掉粉：",
    "永和九年岁在癸丑暮春之初会于会稽山阴之兰亭  0123456789",
)


def draw_test_page() -> bytes:
    """One A4 page, black on white, as PDF. Raises FontMissingError."""
    page = Image.new("1", (_dots(_WIDTH), _dots(_HEIGHT)), 1)
    draw = ImageDraw.Draw(page)
    _rulers(draw)
    down = 30.0
    for text, height in zip(_LINES, (9.0, 5.0, 4.0, 4.0, 6.0), strict=True):
        draw.text((_dots(25), _dots(down)), text, font=chinese_font(_dots(height)), fill=0)
        down += height * 1.8
    for size in (2.0, 2.5, 3.0, 4.0):
        draw.text((_dots(25), _dots(down)), _LINES[-1], font=chinese_font(_dots(size)), fill=0)
        down += size * 1.8
    _greys(page, 25, 120)
    _fans(draw, 25, 150)
    _code(draw, 120, 150)
    out = io.BytesIO()
    page.save(out, "PDF", resolution=_DPI, title="test page")
    return out.getvalue()


def _rulers(draw: ImageDraw.ImageDraw) -> None:
    right, bottom = _WIDTH - _MARGIN, _HEIGHT - _MARGIN
    draw.rectangle((_dots(_MARGIN), _dots(_MARGIN), _dots(right), _dots(bottom)), outline=0, width=2)
    font = chinese_font(_dots(3))
    for at in range(_HEIGHT - 2 * _MARGIN + 1):
        long = 6 if at % 10 == 0 else 4 if at % 5 == 0 else 2
        place = _MARGIN + at
        draw.line((_dots(_MARGIN), _dots(place), _dots(_MARGIN + long), _dots(place)), fill=0)
        draw.line((_dots(right - long), _dots(place), _dots(right), _dots(place)), fill=0)
        if place <= right:
            draw.line((_dots(place), _dots(_MARGIN), _dots(place), _dots(_MARGIN + long)), fill=0)
            draw.line((_dots(place), _dots(bottom - long), _dots(place), _dots(bottom)), fill=0)
            if at % 10 == 0 and 0 < at <= right - 2 * _MARGIN:
                draw.text((_dots(place), _dots(_MARGIN + 7)), str(at), font=font, fill=0, anchor="ma")


def _greys(page: Image.Image, left: float, top: float) -> None:
    """Eleven fields from white to black, dithered as a printer without greys does it."""
    for step in range(11):
        field = Image.new("L", (_dots(14), _dots(14)), 255 - step * 255 // 10).convert("1")
        page.paste(field, (_dots(left + step * 14), _dots(top)))


def _fans(draw: ImageDraw.ImageDraw, left: float, top: float) -> None:
    """Lines of one dot up to eight, upright and lying."""
    for step in range(1, 9):
        along = step * 9
        draw.line((_dots(left + along), _dots(top), _dots(left + along), _dots(top + 80)), fill=0, width=step)
        draw.line((_dots(left), _dots(top + along), _dots(left + 80), _dots(top + along)), fill=0, width=step)


def _code(draw: ImageDraw.ImageDraw, left: float, top: float) -> None:
    matrix = segno.make_qr(CODE, error="m").matrix
    cell = _dots(60) // len(matrix)
    for row, cells in enumerate(matrix):
        for column, dark in enumerate(cells):
            if dark:
                x, y = _dots(left) + column * cell, _dots(top) + row * cell
                draw.rectangle((x, y, x + cell - 1, y + cell - 1), fill=0)


def _dots(millimetres: float) -> int:
    return round(millimetres * _DPI / 25.4)
