"""What is held before a camera instead of a face: a print on paper, or a screen, in exact perspective.

A print has lost contrast and consists of dots of four inks. A screen is a grid
of sub-pixels a little finer than the camera's own, which gives moiré; it is
refreshed while the camera looks, which gives bands; and its glass reflects a
lamp.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.camera.person import Image, Points

Plane = NDArray[np.float32]  # H x W

PRINTS = ("still", "sideways", "up_down", "bent", "eye_holes", "print_full")
SCREENS = ("replay", "replay_full")
# The last is held before nothing: a recorded clip that is fed to the computer in the camera's place.
ATTACKS = (*PRINTS, *SCREENS, "looped")

FRAMES = 75
BLINK_AT = 30  # frame of the clip on a screen

_PAPER = (520, 660)  # pixels of the photograph or screen held up
_FULL = 1.2  # how much larger than the picture is what fills it, so that no edge shows
_FOCAL = 1000.0  # pixels
_BORDER = 14  # pixels of white paper
_BEZEL = (20, 32)  # pixels at the sides and at top and bottom

_INK_PITCH = 3.3  # pixels between two dots
_INK_ANGLES = (0.0, 75.0, 15.0)  # degrees: yellow, magenta, cyan, that is blue, green, red
_INK_DEPTH = 26.0  # levels at middle grey
_BLACKEST, _CONTRAST = 34.0, 0.76

_SUB_PIXELS = (1.07, 1.10)  # camera's pixels across and down: seen as stripes of about 15 and 11
_MOIRE = (0.09, 0.05)  # of the brightness
_BANDS, _BANDS_PASSED = 1.3, 5  # in the picture at a time, and in one round of the frames
_BAND_DEPTH = 0.16
_ONE = 200  # a factor of 1, where factors are whole numbers


@dataclass(frozen=True, slots=True)
class Hold:
    """How a thing is held: degrees, 1 when it is bent round a cylinder, and where its middle is, in pixels."""

    yaw: float = 0.0
    pitch: float = 0.0
    bend: float = 0.0
    across: float = 0.0
    down: float = 0.0


def held_as(attack: str, frame: int) -> Hold:
    """The hand's movement in one frame of ``FRAMES``, after which it begins again; no hand is quite still."""
    swing = float(np.sin(2 * np.pi * frame / FRAMES))
    shake = 3.0 * float(np.sin(2 * np.pi * 7 * frame / FRAMES))
    yaw, pitch, bend = {
        "sideways": (45.0 * swing, 0.0, 0.0),
        "up_down": (0.0, 45.0 * swing, 0.0),
        "bent": (25.0 * swing, 0.0, 1.0),
        "replay": (4.0 * swing, 0.0, 0.0),
    }.get(attack, (0.0, 0.0, 0.0))
    return Hold(yaw, pitch, bend, shake)


def fills_picture(attack: str) -> bool:
    """True for what is held so near that no edge of it shows."""
    return attack.endswith("_full")


def cut_out(whole: Image, attack: str) -> tuple[Image, Points]:
    """The part of a picture that the paper or the glass shows; and the way from its pixels to those, ``(2, 3)``."""
    if fills_picture(attack):
        return np.asarray(cv2.resize(whole, None, fx=_FULL, fy=_FULL), np.uint8), np.array(
            [[_FULL, 0, 0], [0, _FULL, 0]]
        )
    width, height = _PAPER
    side, edge = _BEZEL if attack in SCREENS else (_BORDER, _BORDER)
    x, y = (whole.shape[1] - width) // 2 + side, (whole.shape[0] - height) // 2 + edge
    inside = whole[y : y + height - 2 * edge, x : x + width - 2 * side]
    return inside, np.array([[1.0, 0.0, -x], [0.0, 1.0, -y]])


def framed(picture: Image, attack: str) -> Image:
    """With the white border of a print or the black one of a screen, unless none shows."""
    if fills_picture(attack):
        return picture
    screen = attack in SCREENS
    side, edge = _BEZEL if screen else (_BORDER, _BORDER)
    colour = (24, 22, 22) if screen else (226, 232, 232)
    return np.asarray(cv2.copyMakeBorder(picture, edge, edge, side, side, cv2.BORDER_CONSTANT, value=colour), np.uint8)


def printed(picture: Image) -> Image:
    """As a colour printer repeats it: greyer, softer, in dots."""
    soft = cv2.GaussianBlur(picture, (0, 0), 0.8).astype(np.float32)
    rows, columns = np.mgrid[0 : picture.shape[0], 0 : picture.shape[1]].astype(np.float32)
    for channel, angle in enumerate(np.deg2rad(_INK_ANGLES)):
        along = (columns * np.cos(angle) + rows * np.sin(angle)) * (2 * np.pi / _INK_PITCH)
        beside = (rows * np.cos(angle) - columns * np.sin(angle)) * (2 * np.pi / _INK_PITCH)
        tone = soft[:, :, channel]
        dots = _INK_DEPTH * np.cos(along) * np.cos(beside) * (tone * (255.0 - tone) / 128.0**2)
        soft[:, :, channel] = _BLACKEST + _CONTRAST * tone + dots
    return np.asarray(np.clip(soft, 0, 255), np.uint8)


def glowing(picture: Image) -> Image:
    """As a screen shows it: colder, its black not black."""
    cold = picture * np.array([1.1, 1.02, 0.92], np.float32) * 0.94 + 14.0
    return np.asarray(np.clip(cold, 0, 255), np.uint8)


def with_holes(print_: Image, behind: Image, eyes: Points) -> Image:
    """A print with the eyes cut out, and what is ``behind`` it in the same pixels. ``eyes`` are their 12 points.

    Whoever hides behind a print has chosen one with skin like their own: the tone between the eyes is made the same.
    """
    left, right = sorted((int(eyes[3, 0]), int(eyes[6, 0])))
    bridge = (slice(int(eyes[:, 1].min()), int(eyes[:, 1].max()) + 1), slice(left, right + 1))
    tone = print_[bridge].mean(axis=(0, 1)) / np.maximum(behind[bridge].mean(axis=(0, 1)), 1.0)
    toned = behind * np.clip(tone, 0.5, 2.0)
    hole = np.zeros(print_.shape[:2], np.float32)
    for eye in (eyes[:6], eyes[6:]):
        width = float(np.linalg.norm(eye[3] - eye[0]))
        middle = tuple(int(at * 16) for at in eye.mean(axis=0))
        axes = (int(0.85 * width * 16), int(0.52 * width * 16))
        cv2.ellipse(hole, middle, axes, 0, 0, 360, 1.0, -1, cv2.LINE_AA, 4)
    edge = cv2.dilate(hole, np.ones((3, 3), np.uint8)) - hole  # the paper's white thickness
    # The paper throws its shadow on the face behind, from above.
    shade = cv2.GaussianBlur(np.roll(hole, 4, axis=0), (0, 0), 3.0)
    seen = toned * (0.45 + 0.55 * np.clip(shade, 0, 1))[:, :, None]
    cut = hole[:, :, None]
    picture = print_ * (1.0 - cut) + seen * cut
    picture += (225.0 - picture) * 0.7 * edge[:, :, None]
    return np.asarray(np.clip(picture, 0, 255), np.uint8)


def before(hall: Image, thing: Image, hold: Hold, distance: float = 1.0, *, refreshed: int | None = None) -> Image:
    """The hall with a flat ``thing`` held before it. ``refreshed`` is the frame, for a thing that is a lit screen.

    At ``distance`` 1 a pixel of the thing is one of the picture.
    """
    columns, rows = _ways(thing, hold, hall.shape[:2], distance)
    picture = np.asarray(
        cv2.remap(thing, columns, rows, cv2.INTER_LINEAR, dst=hall.copy(), borderMode=cv2.BORDER_TRANSPARENT), np.uint8
    )
    if refreshed is None:
        return picture
    height, width = thing.shape[:2]
    inside = ((columns > 0) & (columns < width) & (rows > 0) & (rows < height)).astype(np.uint8)
    lit = cv2.add(_refreshed(picture, columns, rows, refreshed), _lamp(*hall.shape[:2]))
    return np.asarray(cv2.copyTo(lit, inside, picture), np.uint8)


def _refreshed(picture: Image, columns: Plane, rows: Plane, frame: int) -> Image:
    """What sub-pixels and refresh make of the light of a screen, of which ``columns`` and ``rows`` are seen."""
    grid_x, grid_y = (
        (place * (256 / pitch)).astype(np.int32).astype(np.uint8)  # 256 to a sub-pixel, whichever it is
        for place, pitch in zip((columns, rows), _SUB_PIXELS, strict=True)
    )
    colours = [cv2.LUT(grid_x, _ripple(_MOIRE[0], colour / 3)) for colour in range(3)]
    height = picture.shape[0]
    passed = np.arange(height) / height * _BANDS + _BANDS_PASSED * frame / FRAMES
    bands = 1.0 - _BAND_DEPTH * (0.5 + 0.5 * np.cos(2 * np.pi * passed)) ** 3
    lines = (cv2.LUT(grid_y, _ripple(_MOIRE[1], 0.0)) * bands.astype(np.float32)[:, None]).astype(np.uint8)
    light = cv2.multiply(cv2.merge(colours), cv2.merge([lines] * 3), scale=1 / _ONE)
    return np.asarray(cv2.multiply(picture, light, scale=1 / _ONE), np.uint8)


def _ripple(depth: float, phase: float) -> Image:
    """A wave about ``_ONE`` in 256 steps."""
    wave = np.cos(2 * np.pi * (np.arange(256) / 256 + phase))
    return np.asarray(np.round(_ONE * (1.0 + depth * wave)), np.uint8)


@lru_cache(maxsize=1)
def _lamp(height: int, width: int) -> Image:
    """The reflection of a lamp in the glass."""
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    lean = (columns - 0.62 * width) + 0.4 * (rows - 0.2 * height)
    spot = 70.0 * np.exp(-((lean / 36.0) ** 2) - ((rows - 0.2 * height) / 60.0) ** 2)
    return np.repeat(spot.astype(np.uint8)[:, :, None], 3, axis=2)


def _ways(thing: Image, hold: Hold, shape: tuple[int, ...], distance: float) -> tuple[Plane, Plane]:
    """Which pixel of the thing each pixel of the picture sees: column and row.

    Every pixel of the picture is a ray; where the ray meets the thing is found by a few fixed-point steps, for every
    fourth pixel, because the way from picture to thing is smooth.
    """
    height, width = thing.shape[:2]
    ys, xs = np.mgrid[0 : shape[0] : 4, 0 : shape[1] : 4] + 1.5
    ray_x = (xs - shape[1] / 2 - hold.across) / _FOCAL
    ray_y = (ys - shape[0] / 2 - hold.down) / _FOCAL
    turn, nod = np.deg2rad(hold.yaw), np.deg2rad(hold.pitch)
    across = np.array([np.cos(turn), 0.0, np.sin(turn)])
    down = np.array([np.sin(turn) * np.sin(nod), np.cos(nod), -np.cos(turn) * np.sin(nod)])
    normal = np.cross(across, down)
    radius = 0.9 * width
    far = _FOCAL * distance
    hollow = np.zeros_like(ray_x)
    for _ in range(6 if hold.bend else 1):
        # (ray * t - centre) . normal = hollow, with the thing's centre at (0, 0, far)
        t = (normal[2] * far + hollow) / (normal[0] * ray_x + normal[1] * ray_y + normal[2])
        point = np.stack((ray_x * t, ray_y * t, t - far), axis=-1)
        u, v = point @ across, point @ down
        if hold.bend:
            inside = np.clip(u / radius, -0.9, 0.9)
            hollow = radius * (1.0 - np.sqrt(1.0 - inside**2)) * hold.bend
            u = radius * np.arcsin(inside)
    size = (shape[1], shape[0])
    columns = cv2.resize((u + width / 2).astype(np.float32), size)
    rows = cv2.resize((v + height / 2).astype(np.float32), size)
    return np.asarray(columns, np.float32), np.asarray(rows, np.float32)
