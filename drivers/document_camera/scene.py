"""What a simulated document camera sees: a desk, and on it an invented licence, a sheet of paper, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw

from drivers.font import chinese_font

Image = NDArray[np.uint8]  # H x W x 3, BGR
Points = NDArray[np.float64]  # N x 2, pixels

WIDTH, HEIGHT = 1280, 720
FOCAL = 1250.0  # pixels; what the lens sees is 54 degrees wide
NOISE = 2.0  # grey levels, standard deviation
EXPOSURE = 0.88  # a camera sets its exposure so that white paper is not quite white

PAPERS = ("nothing", "licence", "sheet")
# Colour of the desk, BGR, and how strong its grain is.
DESKS = {
    "grey": ((142, 134, 121), 0.0),
    "dark": ((46, 43, 40), 0.0),
    "light": ((214, 216, 214), 0.0),
    "wood": ((74, 116, 158), 16.0),
}

_INK, _LABEL = (38, 50, 56), (108, 122, 128)
_SLEEVE = 12  # pixels around a licence
_FINER = 2  # papers are drawn so many times finer than they lie there


@dataclass(frozen=True, slots=True)
class Look:
    """What lies there and how.

    ``turn`` is clockwise and ``skew`` how far its upper edge leans away from the
    lens, both in degrees; ``x`` and ``y`` move it, in widths and heights of the
    picture, ``size`` 0.5 is half as large. ``glare`` is the size of a lamp's
    reflection, 0 for none; ``blur`` a standard deviation in pixels; ``light`` 1 is a
    lit hall.
    """

    paper: str = "licence"
    turn: float = 1.5
    skew: float = 0.0
    x: float = 0.0
    y: float = 0.0
    size: float = 1.0
    desk: str = "grey"
    glare: float = 0.0
    blur: float = 0.0
    light: float = 1.0


class Scene:
    """One look at the desk. Raises ValueError for what cannot lie there, OSError when the Chinese font is missing.

    ``corners`` are where the paper itself begins, without its sleeve: (4, 2) pixels, clockwise from its own upper left.
    """

    def __init__(self, look: Look, seed: int = 1) -> None:
        if look.paper not in PAPERS:
            raise ValueError(f"no such paper: {look.paper}; there are {', '.join(PAPERS)}")
        if look.desk not in DESKS:
            raise ValueError(f"no such desk: {look.desk}; there are {', '.join(DESKS)}")
        self._rng = np.random.default_rng(seed)
        self.corners: Points | None = None
        picture: NDArray[Any] = _desk(look.desk).copy()
        if look.paper != "nothing":
            paper = _paper(look.paper)
            place = _place(paper.shape[1] / _FINER, paper.shape[0] / _FINER, look)
            margin = _SLEEVE if look.paper == "licence" else 0
            right, bottom = paper.shape[1] / _FINER - margin, paper.shape[0] / _FINER - margin
            edges = np.array([[margin, margin], [right, margin], [right, bottom], [margin, bottom]], np.float64)
            self.corners = cv2.perspectiveTransform(edges[None], place)[0]
            picture = _laid(picture, paper, place)
        if look.glare:
            picture = _with_glare(picture, self.corners, look.glare)
        picture = cv2.convertScaleAbs(picture, alpha=EXPOSURE * look.light)
        if look.blur > 0:
            picture = cv2.GaussianBlur(picture, (0, 0), look.blur)
        self._picture = picture

    def taken(self) -> Image:
        """The picture as a sensor takes it, ``(720, 1280, 3)``: with noise that is never the same twice."""
        x, y = self._rng.integers(0, 64, 2)
        grain = _grain()[y : y + HEIGHT, x : x + WIDTH]
        return np.asarray(cv2.add(self._picture, grain, dtype=cv2.CV_8U), np.uint8)


# -- placing ---------------------------------------------------------------------------


def _place(width: float, height: float, look: Look) -> Points:
    """The homography from the paper's own pixels to the picture's."""
    turn, tilt = np.deg2rad(look.turn), np.deg2rad(look.skew)
    turned = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
    tilted = np.array([[1, 0, 0], [0, np.cos(tilt), -np.sin(tilt)], [0, np.sin(tilt), np.cos(tilt)]])
    pose = tilted @ turned
    middle = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1]])
    away = np.array([look.x * WIDTH, look.y * HEIGHT, FOCAL]) / look.size
    lens = np.array([[FOCAL, 0, WIDTH / 2], [0, FOCAL, HEIGHT / 2], [0, 0, 1]])
    return np.asarray(lens @ np.column_stack((pose[:, 0], pose[:, 1], away)) @ middle)


def _laid(desk: NDArray[Any], paper: Image, place: Points) -> Image:
    """The paper on the desk, with its shadow. Drawn finer and made smaller, so that edges are smooth."""
    finer = np.diag([_FINER, _FINER, 1.0]) @ place @ np.diag([1 / _FINER, 1 / _FINER, 1.0])
    size = (WIDTH * _FINER, HEIGHT * _FINER)
    drawn = cv2.warpPerspective(paper, finer, size, flags=cv2.INTER_LINEAR)
    drawn = cv2.resize(drawn, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    opaque = drawn[:, :, 3:].astype(np.float32) / 255
    fallen = cv2.warpAffine(opaque, np.array([[1, 0, 5.0], [0, 1, 7.0]]), (WIDTH, HEIGHT))
    shadow = cv2.GaussianBlur(fallen, (0, 0), 4.0)[:, :, None]
    shaded = desk.astype(np.float32) * (1 - 0.3 * shadow)
    return np.asarray(shaded * (1 - opaque) + drawn[:, :, :3] * opaque, np.uint8)


def _with_glare(picture: NDArray[Any], corners: Points | None, size: float) -> NDArray[np.float32]:
    """A lamp in the gloss of the paper: a spot that is quite white, and a halo around it."""
    x, y = (WIDTH / 2, HEIGHT / 2) if corners is None else corners[0] * 0.6 + corners[2] * 0.4
    ys, xs = np.mgrid[0:HEIGHT, 0:WIDTH]
    far = ((xs - x) / (60.0 * size)) ** 2 + ((ys - y) / (34.0 * size)) ** 2
    lamp = 420.0 * np.exp(-(far**2)) + 70.0 * np.exp(-far / 6)
    return np.asarray(np.clip(picture + lamp[:, :, None], 0, 255 / EXPOSURE), np.float32)


@cache
def _grain() -> NDArray[np.int16]:
    """More noise than one picture needs; each takes another piece of it."""
    return np.random.default_rng(7).normal(0.0, NOISE, (HEIGHT + 64, WIDTH + 64, 3)).astype(np.int16)


@cache
def _desk(kind: str) -> Image:
    """A desk under a lamp that stands a little to the left."""
    colour, grain = DESKS[kind]
    rng = np.random.default_rng(5)
    desk = np.full((HEIGHT, WIDTH, 3), colour, np.float64)
    if grain:
        lines = rng.normal(0.0, 1.0, (HEIGHT, 1)) @ np.ones((1, WIDTH)) + 0.7 * rng.normal(0.0, 1.0, (HEIGHT, WIDTH))
        desk += grain * cv2.GaussianBlur(lines, (0, 0), sigmaX=60.0, sigmaY=1.2)[:, :, None] * 2.0
    ys, xs = np.mgrid[0:HEIGHT, 0:WIDTH]
    desk *= (1.04 - 0.16 * (((xs - 500) / WIDTH) ** 2 + ((ys - 300) / HEIGHT) ** 2))[:, :, None]
    return np.asarray(np.clip(desk, 0, 255), np.uint8)


# -- papers ----------------------------------------------------------------------------


@cache
def _paper(kind: str) -> Image:
    """A paper flat, ``(H, W, 4)`` BGR and how opaque it is, twice as large as it lies there."""
    drawn = _licence() if kind == "licence" else _sheet()
    return np.asarray(np.array(drawn)[:, :, [2, 1, 0, 3]], np.uint8)


_FRONT = (
    ("姓名", "示例"),
    ("国籍", "中国"),
    ("住址", "福建省厦门市示例路 1 号"),
    ("初次领证日期", "2010-06-30"),
    ("准驾车型", "C1"),
    ("有效期限", "2020-06-30 至 2030-06-30"),
)
_BACK = (
    ("档案编号", "350200000000"),
    ("记录", "此页为软件演示所画，不是证件"),
)
_SHEET = (
    "兹证明示例同志自 2020 年 5 月至今在本单位工作，现任出租汽车驾驶员，",
    "从业资格证号 350200000000，在岗期间遵守交通法规。",
    "本证明仅用于办理从业人员证换卡，有效期三十日。",
    "此页为软件演示所画，不是证明。",
)


def _licence() -> Pillow.Image:
    """Both pages of a licence in their open sleeve."""
    sleeve = Pillow.new("RGBA", (980 * _FINER, 400 * _FINER), (0, 0, 0, 0))
    draw = ImageDraw.Draw(sleeve)
    _rounded(draw, (0, 0, 980, 400), 14, (44, 46, 52))
    draw.rectangle(tuple(_FINER * edge for edge in (488, 6, 492, 394)), fill=(28, 30, 34))
    _page(draw, (_SLEEVE, _SLEEVE, 482, 388), "中华人民共和国机动车驾驶证", _FRONT)
    _page(draw, (498, _SLEEVE, 968, 388), "中华人民共和国机动车驾驶证副页", _BACK)
    return sleeve


def _page(
    draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int], title: str, rows: tuple[tuple[str, str], ...]
) -> None:
    _rounded(draw, box, 12, (246, 247, 242))
    left, top = box[:2]
    _write(draw, (left + 26, top + 22), title, 25, _INK)
    for number, (name, content) in enumerate(rows):
        _write(draw, (left + 26, top + 84 + number * 46), name, 17, _LABEL)
        _write(draw, (left + 146, top + 80 + number * 46), content, 22, _INK)


def _sheet() -> Pillow.Image:
    """A4, lying on its long side: a letter with a stamp."""
    sheet = Pillow.new("RGBA", (891 * _FINER, 630 * _FINER), (250, 250, 248, 255))
    draw = ImageDraw.Draw(sheet)
    _write(draw, (355, 60), "工作证明", 44, _INK)
    for number, line in enumerate(_SHEET):
        _write(draw, (70, 170 + number * 52), line, 21, _INK)
    _write(draw, (560, 440), "厦门示例出租汽车有限公司", 21, _INK)
    _write(draw, (640, 490), "2026 年 5 月 1 日", 21, _INK)
    stamp = tuple(_FINER * edge for edge in (600, 400, 730, 530))
    draw.ellipse(stamp, outline=(200, 40, 40, 255), width=4 * _FINER)
    return sheet


def _rounded(draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int], radius: int, fill: tuple[int, ...]) -> None:
    draw.rounded_rectangle(tuple(_FINER * edge for edge in box), radius * _FINER, fill=(*fill, 255))


def _write(draw: ImageDraw.ImageDraw, at: tuple[int, int], words: str, size: int, ink: tuple[int, ...]) -> None:
    draw.text((at[0] * _FINER, at[1] * _FINER), words, (*ink, 255), chinese_font(size * _FINER))
