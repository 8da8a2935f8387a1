"""Photographs of a traffic camera, drawn: a road from above, one car with its plate, and what the camera prints below.

They stand where a real department has its own. Nobody is in them.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum

from PIL import Image, ImageDraw, ImageFont

from kiosk.gateway.contract import Picture
from kiosk.text import Text

_WIDTH, _HEIGHT, _FOOT = 720, 480, 52  # dots
_FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
_SIMPLIFIED = 2  # of the faces of the collection, the one with the mainland's letter forms
_SECONDS_APART = 2
DRAWN_FROM = {"happened_at", "happened_time", "place", "plate"}  # facts: YYYYMMDD, HH:MM, and words


class Scene(StrEnum):
    """Where the car is."""

    BEFORE = "before"
    INSIDE = "inside"
    BEYOND = "beyond"


_WORDS: Mapping[Scene, Text] = {
    Scene.BEFORE: Text(zh="车辆在停止线前", en="The car is before the line"),
    Scene.INSIDE: Text(zh="车辆在路口内", en="The car is in the junction"),
    Scene.BEYOND: Text(zh="车辆驶过路口", en="The car has passed the junction"),
}
_TOPS: Mapping[Scene, int] = {Scene.BEFORE: 342, Scene.INSIDE: 170, Scene.BEYOND: 12}  # dots from the upper edge
_GRASS, _ROAD, _LINE, _CAR, _GLASS, _PLATE = "#7d8f74", "#55585c", "#e8e8e4", "#9c3b34", "#2b3440", "#1f4fa3"


def pictures_of(facts: Mapping[str, str], scenes: Sequence[Scene]) -> tuple[Picture, ...]:
    """One picture for each of ``scenes``, two seconds apart; ``facts`` are those of the violation (DRAWN_FROM)."""
    pictures = []
    for number, scene in enumerate(scenes):
        day = date.fromisoformat(facts["happened_at"])
        at, place, plate = (
            f"{day} {facts['happened_time']}:{_SECONDS_APART * number:02}",
            facts["place"],
            facts["plate"],
        )
        words = Text(
            zh=f"{_WORDS[scene].zh}：{at}，{place}，{plate}", en=f"{_WORDS[scene].en}: {at}, “{place}”, “{plate}”"
        )
        pictures.append(Picture(words=words, png=_drawn(_TOPS[scene], (at, place, plate))))
    return tuple(pictures)


def _drawn(top: int, said: Sequence[str]) -> bytes:
    """The car is ``top`` dots below the upper edge; ``said`` stands under the picture: time, place and plate."""
    picture = Image.new("RGB", (_WIDTH, _HEIGHT + _FOOT), _GRASS)
    draw = ImageDraw.Draw(picture)
    left, right, upper, lower = 270, 450, 150, 290
    draw.rectangle((0, upper, _WIDTH, lower), _ROAD)
    draw.rectangle((left, 0, right, _HEIGHT), _ROAD)
    for x in (*range(0, left - 50, 40), *range(right + 50, _WIDTH, 40)):
        draw.rectangle((x, 218, x + 22, 222), _LINE)
    for y in (*range(0, upper - 50, 40), *range(lower + 50, _HEIGHT, 40)):
        draw.rectangle((358, y, 362, y + 22), _LINE)
    for x in range(left + 6, right - 6, 24):
        draw.rectangle((x, lower + 8, x + 12, lower + 36), _LINE)
    draw.rectangle((362, lower + 42, right, lower + 48), _LINE)
    side = 372
    draw.rounded_rectangle((side, top, side + 70, top + 126), 14, _CAR)
    draw.rounded_rectangle((side + 9, top + 26, side + 61, top + 48), 5, _GLASS)
    draw.rounded_rectangle((side + 9, top + 92, side + 61, top + 108), 5, _GLASS)
    draw.rectangle((side - 10, top + 112, side + 80, top + 134), _PLATE)
    draw.text((side + 35, top + 123), said[-1], "#ffffff", _font(18), anchor="mm")
    draw.rectangle((0, _HEIGHT, _WIDTH, _HEIGHT + _FOOT), "#000000")
    draw.text((14, _HEIGHT + _FOOT // 2), "  ".join(said), "#ffffff", _font(24), anchor="lm")
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file.getvalue()


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONT, size, index=_SIMPLIFIED)
