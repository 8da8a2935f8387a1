"""What lies under the document camera: where the page is, what it looks like flat, and what keeps it from being read.

Pure functions on pictures, ``(H, W, 3)`` uint8 BGR. They remember nothing and write nothing down.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.device import NextAction

Image = NDArray[np.uint8]  # H x W x 3, BGR
Points = NDArray[np.float64]  # N x 2, x and y in pixels

_SIZE = 1280  # pixels of a picture's longer side; whatever is measured in pixels is measured in these

# -- what counts as what; docs/hardware/document-camera.md tells how it was measured ---------

GLARE_SHARE = 0.003  # of the page
BLUR_PIXELS = 1.8
DARK_LEVEL = 90.0
SMALL_SHARE = 0.06  # of the picture
TILTED = 25.0  # degrees

# -- how a page is sought, in a small picture -------------------------------------------------

_SMALL = 480  # its longer side in pixels
_GAP = 15  # pixels; two pages that lie this near are one booklet
_LEAST_SHARE = 0.02  # of the picture; anything smaller is no page
_LEAST_STEP = 2.5  # grey levels a pixel; an edge that is weaker is none
_LEAST_CONTRAST = 8.0  # grey levels between page and desk
_HELD = 0.5  # of a side has to show an edge
_RIM = 4  # pixels; a side this near to the rim of the picture is no side of the page
_ROUND = 0.12  # of a side may be a round corner

# -- how its corners are found exactly, and how it is judged, in the picture itself --------------

_NEAR = 32  # pixels to either side of where an edge was found
_FOCAL = 1.0  # longer sides of the picture: a lens that sees 53 degrees; few see much more or less
_CLIPPED = 250  # grey; what is brighter cannot be read
_SPOT_SHARE = 0.0003  # of the page; a smaller white spot hides no character
_STRONG = 40  # grey levels; a weaker edge tells more of noise than of blur
_REACH = 11  # pixels in which an edge has gone from dark to light


class PageFault(StrEnum):
    """What keeps a page from being read, the worst first."""

    NO_PICTURE = "document_camera.no_picture"  # nothing to look at yet; whoever takes pictures says so
    NO_PAGE = "document_camera.no_page"
    CUT_OFF = "document_camera.cut_off"  # not wholly in the picture, or hardly
    TOO_DARK = "document_camera.too_dark"
    GLARE = "document_camera.glare"
    BLURRED = "document_camera.blurred"
    MISLAID = "document_camera.mislaid"  # tilted, or small


ACTS_NEXT: dict[PageFault, NextAction] = {
    PageFault.NO_PICTURE: NextAction.CITIZEN,
    PageFault.NO_PAGE: NextAction.CITIZEN,
    PageFault.CUT_OFF: NextAction.CITIZEN,
    PageFault.TOO_DARK: NextAction.ATTENDANT,
    PageFault.GLARE: NextAction.CITIZEN,
    PageFault.BLURRED: NextAction.CITIZEN,
    PageFault.MISLAID: NextAction.CITIZEN,
}


@dataclass(frozen=True, slots=True)
class Page:
    """What was seen. Without ``faults`` the page is good; without ``corners`` all numbers are 0.

    ``corners`` are (4, 2) in pixels, clockwise from the upper left; ``share`` of the
    picture is the page; ``turn`` (clockwise) and ``tilt`` (0 lies flat) are degrees;
    ``light`` is the grey of the paper, 0 to 255; ``glare`` the share of the page that
    is washed out; ``blur`` how wide its edges are, as a standard deviation in pixels
    of a picture 1280 pixels long.
    """

    faults: tuple[PageFault, ...]
    corners: Points | None = None
    share: float = 0.0
    turn: float = 0.0
    tilt: float = 0.0
    light: float = 0.0
    glare: float = 0.0
    blur: float = 0.0


def examine(image: Image) -> Page:
    """Look for a page and judge it, in a picture that is 1280 pixels long or is made so."""
    scale = max(image.shape[:2]) / _SIZE
    page = _examine(image if scale == 1.0 else _resized(image, 1 / scale))
    return page if page.corners is None else replace(page, corners=page.corners * scale)


def _examine(image: Image) -> Page:
    found = _find(image)
    if found is None:
        return Page((PageFault.NO_PAGE,))
    outline, whole = found
    grey = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)
    corners = _exact(grey, outline) if whole else outline
    if not whole or not _inside(corners, grey):
        return Page((PageFault.CUT_OFF,))
    rightwards, downwards = _directions(corners, grey.shape)
    normal = np.cross(rightwards, downwards)
    tilt = float(np.degrees(np.arctan2(np.hypot(normal[0], normal[1]), abs(normal[2]))))
    share = float(cv2.contourArea(corners.astype(np.float32))) / grey.size
    across = corners[1] - corners[0]
    page, inside = _cut_out(grey, corners)
    light, glare, blur = _light(page, inside), _glare(page, inside), _blur(page, inside)
    judged = {
        PageFault.TOO_DARK: light < DARK_LEVEL,
        PageFault.GLARE: glare > GLARE_SHARE,
        PageFault.BLURRED: blur > BLUR_PIXELS,
        PageFault.MISLAID: share < SMALL_SHARE or tilt > TILTED,
    }
    return Page(
        tuple(fault for fault, given in judged.items() if given),
        corners,
        share=share,
        turn=float(np.degrees(np.arctan2(across[1], across[0]))),
        tilt=tilt,
        light=light,
        glare=glare,
        blur=blur,
    )


def flatten(image: Image, corners: Points) -> Image:
    """The page by itself, as if the lens stood straight above it, ``(h, w, 3)``: no smaller than it was seen."""
    height, width = _flat_size(corners, image.shape)
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    place = cv2.getPerspectiveTransform(corners.astype(np.float32), flat)
    return np.asarray(
        cv2.warpPerspective(image, place, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE),
        np.uint8,
    )


# -- finding it ------------------------------------------------------------------------------


def _find(image: Image) -> tuple[Points, bool] | None:
    """The outline of the largest page, and whether it is whole: it has four corners then."""
    small = cv2.GaussianBlur(_resized(image, _SMALL / _SIZE), (0, 0), 1.0)
    height, width = small.shape[:2]
    rim = np.ones((height, width), bool)
    deep = height // 24
    rim[deep:-deep, deep:-deep] = False
    steps = _steps(small)
    least = max(_LEAST_STEP, 3.0 * float(np.percentile(steps[rim], 80)))  # a wooden desk has edges of its own
    largest, found = _LEAST_SHARE * height * width, None
    for mask in (_unlike_the_desk(small, rim), steps > least):
        for hull in _hulls(mask):
            area = cv2.contourArea(hull)
            if area > largest and (outline := _outline(hull, steps, least)) is not None:
                largest, found = area, outline
    return None if found is None else (found[0] * _SIZE / _SMALL, found[1])


def _resized(image: Image, factor: float) -> Image:
    size = (max(round(image.shape[1] * factor), 1), max(round(image.shape[0] * factor), 1))
    return np.asarray(
        cv2.resize(image, size, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR), np.uint8
    )


def _steps(small: NDArray[Any]) -> NDArray[np.float32]:
    """How much the picture changes from pixel to pixel, in the colour in which it changes most; grey levels."""
    across, down = (np.abs(cv2.Scharr(small, cv2.CV_16S, dx, 1 - dx)) for dx in (1, 0))
    return np.asarray(_strongest(cv2.max(across, down)) / 32, np.float32)


def _unlike_the_desk(small: NDArray[Any], rim: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """What has another colour than the desk, which most of the picture's rim shows."""
    colours = small[rim]
    desk = np.median(colours, axis=0)
    off = np.abs(colours - desk).max(axis=1)
    usual = off <= max(3.0 * float(np.median(off)), 3.0)
    far = _strongest(cv2.absdiff(small, np.broadcast_to(desk, small.shape).astype(np.uint8)))
    unlike = (far > max(_LEAST_CONTRAST, 2.0 * float(np.percentile(off[usual], 95)))).astype(np.uint8)
    return np.asarray(cv2.morphologyEx(unlike, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8)) > 0)  # no grain, no scratches


def _strongest(colours: NDArray[Any]) -> NDArray[Any]:
    """The largest of three colours, pixel by pixel."""
    blue, green, red = cv2.split(colours)
    return np.asarray(cv2.max(cv2.max(blue, green), red))


def _hulls(mask: NDArray[np.bool_]) -> list[NDArray[Any]]:
    """The hulls of what hangs together, or nearly; clockwise as one sees them, as :func:`_across` needs them."""
    roomy = cv2.copyMakeBorder(mask.astype(np.uint8), _GAP, _GAP, _GAP, _GAP, cv2.BORDER_CONSTANT)
    closed = cv2.morphologyEx(roomy, cv2.MORPH_CLOSE, np.ones((_GAP, _GAP), np.uint8))[_GAP:-_GAP, _GAP:-_GAP]
    contours, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    return [cv2.convexHull(contour) for contour in contours]


def _outline(hull: NDArray[Any], steps: NDArray[np.float32], least: float) -> tuple[Points, bool] | None:
    """The corners of a hull if all its sides are straight edges or lie along the picture's rim; whether none does."""
    end = np.array([steps.shape[1], steps.shape[0]]) - 1 - _RIM
    for corners in _polygons(hull):
        sides = list(zip(corners, np.roll(corners, -1, axis=0), strict=True))
        edges = [(a, b) for a, b in sides if not ((np.maximum(a, b) <= _RIM) | (np.minimum(a, b) >= end)).any()]
        whole = len(edges) == len(corners) == 4
        cut_off = 2 <= len(edges) < len(corners) <= 6
        if (whole or cut_off) and all(_shows(a, b, steps) > least for a, b in edges):
            return corners, whole
    return None


def _polygons(hull: NDArray[Any]) -> Iterator[Points]:
    """The hull with fewer corners: as the four-sided figure round it, and with what the rim has cut off."""
    if len(hull) >= 4:
        yield cv2.approxPolyN(hull, 4).reshape(-1, 2).astype(np.float64)
    for coarse in (3.0, 5.0, 8.0):
        yield cv2.approxPolyDP(hull, coarse, True).reshape(-1, 2).astype(np.float64)


def _shows(a: Points, b: Points, steps: NDArray[np.float32]) -> float:
    """How strong an edge is that a side shows on ``_HELD`` of its length, give or take four pixels."""
    x, y = np.rint(_across(a, b, 40, 4)).astype(int)
    inside = np.clip(y, 0, steps.shape[0] - 1), np.clip(x, 0, steps.shape[1] - 1)
    return float(np.quantile(steps[inside].max(axis=1), 1 - _HELD))


def _across(a: Points, b: Points, count: int, reach: int) -> NDArray[np.float64]:
    """Points along a side and from outside to inside across it, ``(2, count, 2 * reach + 1)``; clockwise sides."""
    way = b - a
    inwards = np.array([-way[1], way[0]]) / max(float(np.hypot(*way)), 1e-6)
    along = a[:, None] + way[:, None] * np.linspace(_ROUND, 1 - _ROUND, count)
    return np.asarray(along[:, :, None] + inwards[:, None, None] * np.arange(-reach, reach + 1))


# -- its corners exactly -----------------------------------------------------------------------


def _exact(grey: NDArray[np.uint8], outline: Points) -> Points:
    """The corners where the straight edges of the paper meet, also where it is rounded; clockwise from upper left."""
    lines = [_line(grey, a, b) for a, b in zip(outline, np.roll(outline, -1, axis=0), strict=True)]
    met = [np.cross(before, line) for before, line in zip([lines[-1], *lines[:-1]], lines, strict=True)]
    exact = np.array([(x, y) for x, y, _ in met]) / [[w if abs(w) > 1e-9 else 1e-9] for _, _, w in met]
    return np.roll(exact, -_upper_left(exact), axis=0)


def _line(grey: NDArray[np.uint8], a: Points, b: Points) -> NDArray[np.float64]:
    """The line (p, q, r) with p x + q y + r = 0 along the strongest straight edge near the side from ``a`` to ``b``."""
    x, y = _across(a, b, 64, _NEAR).astype(np.float32)
    profiles = cv2.remap(grey, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).astype(np.float32)
    steps = np.zeros_like(profiles)
    steps[:, 1:-1] = profiles[:, 2:] - profiles[:, :-2]
    rows = np.arange(len(steps))
    # Every line that crosses the strip, by where it is in the middle and how far it has wandered at the ends.
    middle, wander = np.arange(1, 2 * _NEAR)[:, None, None], np.arange(-8, 9)[None, :, None]
    lines = np.clip(np.rint(middle + wander * np.linspace(-1.0, 1.0, len(rows))).astype(int), 0, 2 * _NEAR)
    strength = steps[rows, lines].mean(axis=2)  # of noise and letters little is left
    # Paper is lighter than what it lies on, be it a sleeve or its own shadow; only where it is not, it may be darker.
    sign = 1.0 if strength.max() >= -0.5 * strength.min() else -1.0
    best = np.unravel_index(np.argmax(sign * strength), strength.shape)
    near = np.clip(lines[best][:, None] + np.arange(-2, 3), 0, 2 * _NEAR)
    rise = sign * steps[rows[:, None], near]
    at = near[rows, np.argmax(rise, axis=1)]
    points = np.stack([x[rows, at], y[rows, at]], axis=1)[rise.max(axis=1) >= 0]
    dx, dy, x0, y0 = cv2.fitLine(points, cv2.DIST_HUBER, 0, 0.01, 0.01).ravel().astype(np.float64)
    return np.array([dy, -dx, y0 * dx - x0 * dy])


def _upper_left(corners: Points) -> int:
    """Which corner the upper side begins at, when the page is turned as little as it can be."""
    across = np.roll(corners, -1, axis=0) - corners
    return int(np.argmin(np.abs(np.arctan2(across[:, 1], across[:, 0]))))


def _inside(corners: Points, grey: NDArray[np.uint8]) -> bool:
    return bool((corners >= 0).all() and (corners <= [grey.shape[1] - 1, grey.shape[0] - 1]).all())


def _directions(corners: Points, shape: tuple[int, ...]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The upper and the left side of the page in space, as the lens must have seen them; only their ratio is known."""
    height, width = shape[:2]
    seen = (corners - np.array([width, height]) / 2) / (_FOCAL * max(height, width))
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    pose = np.asarray(cv2.getPerspectiveTransform(square, seen.astype(np.float32)), np.float64)
    return pose[:, 0], pose[:, 1]


def _flat_size(corners: Points, shape: tuple[int, ...]) -> tuple[int, int]:
    """Height and width in pixels."""
    upper, right, lower, left = map(float, np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1))
    across, down = map(float, np.linalg.norm(_directions(corners, shape), axis=1))
    ratio = min(max(across / max(down, 1e-9), 0.1), 10.0)
    width = max(upper, lower, ratio * max(left, right))
    return max(round(width / ratio), 1), max(round(width), 1)


# -- judging it ------------------------------------------------------------------------------


def _cut_out(grey: NDArray[np.uint8], corners: Points) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The part of the picture with the page in it, and where in it the page is (255, elsewhere 0)."""
    left, top = np.maximum(np.floor(corners.min(axis=0)).astype(int) - _REACH, 0)
    right, bottom = np.ceil(corners.max(axis=0)).astype(int) + _REACH
    part = grey[top:bottom, left:right]
    inside = np.zeros(part.shape, np.uint8)
    cv2.fillConvexPoly(inside, np.rint(corners - [left, top]).astype(np.int32), 255)
    return part, inside


def _light(part: NDArray[np.uint8], inside: NDArray[np.uint8]) -> float:
    """The grey of the paper: three quarters of a page are darker, with its letters, stamps and pictures."""
    counts = np.cumsum(cv2.calcHist([part], [0], inside, [256], [0, 256]))
    return float(np.searchsorted(counts, 0.75 * counts[-1]))


def _glare(part: NDArray[np.uint8], inside: NDArray[np.uint8]) -> float:
    """The share of the page that lies in white spots."""
    white = cv2.bitwise_and(cv2.inRange(part, np.array(_CLIPPED), np.array(255)), inside)
    if not white.any():
        return 0.0
    page = cv2.countNonZero(inside)
    _, _, spots, _ = cv2.connectedComponentsWithStats(white)
    areas = spots[1:, cv2.CC_STAT_AREA]
    return float(areas[areas > _SPOT_SHARE * page].sum() / page)


def _blur(part: NDArray[np.uint8], inside: NDArray[np.uint8]) -> float:
    """How wide the strong edges are, as the standard deviation of what blurred them; the worse of both directions.

    An edge that rises by c and was blurred by s is steepest with c / (s sqrt(2 pi)).
    """
    around = cv2.dilate(inside, np.ones((_REACH, _REACH), np.uint8)) > 0
    widths = [0.0]
    for reach, way in (((_REACH, 1), (1, 0)), ((1, _REACH), (0, 1))):
        kernel = np.ones(reach[::-1], np.uint8)
        rise = cv2.subtract(cv2.dilate(part, kernel), cv2.erode(part, kernel))
        slope = np.abs(cv2.Sobel(part, cv2.CV_16S, *way, ksize=3))
        steepest = (slope == cv2.dilate(slope, kernel)) & (rise >= _STRONG) & around & (slope > 0)
        if np.count_nonzero(steepest) > 50:
            widths.append(float(np.median(rise[steepest] * 8.0 / slope[steepest])) / np.sqrt(2 * np.pi))
    return float(max(widths))
