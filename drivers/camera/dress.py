"""What a person wears, and the light behind: painted on the photograph, so that all of it moves with the head.

Everything is placed by the 68 points and measured in widths of the face.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.camera.person import Image, Person, Points

Matte = NDArray[np.float32]  # H x W, 0 to 1

_CLOTH = np.array([226.0, 212.0, 168.0])  # BGR: a surgical mask
_FELT, _BRIM = np.array([70.0, 48.0, 40.0]), np.array([58.0, 48.0, 140.0])  # a cap
_BINDING = (240, 238, 232)
_PLEATS = (0.3, 0.5, 0.7)  # of the mask's height
_SHADOW = 0.32  # of the light that is left under a brim

FACE_BACK_LIT = 0.4  # of its brightness: the camera has closed its iris before the bright door
DOORWAY = 246.0  # grey
_SILHOUETTE_SHRUNK = 5  # the silhouette is cut out of a picture a fifth as large


@lru_cache(maxsize=8)
def dressed(person: Person, *, mask: bool = False, hat: bool = False, back_lit: bool = False) -> Person:
    """The same person with these on. Each is painted once."""
    if mask:
        person = replace(person, image=_on_head(person, _masked), covered_mouth=True)
    if hat:
        person = replace(person, image=_on_head(person, _hatted))
    if back_lit:
        person = replace(person, image=_back_lit(person))
    return person


def _on_head(person: Person, put_on: Callable[[Person], Image]) -> Image:
    """The photograph with something put on its head; only the head's part of it is painted anew."""
    face = _width(person)
    low = np.maximum(person.points.min(axis=0) - np.array([0.6, 1.1]) * face, 0).astype(int)
    high = (person.points.max(axis=0) + np.array([0.6, 0.5]) * face).astype(int)
    picture = person.image.copy()
    part = picture[low[1] : high[1], low[0] : high[0]]
    part[:] = put_on(replace(person, image=part.copy(), points=person.points - low))
    return picture


def _masked(person: Person) -> Image:
    """A surgical mask from the bridge of the nose to below the chin, its loops round the ears."""
    points, face = person.points, _width(person)
    jaw = points[2:15] + 0.03 * face * np.sign(points[2:15] - points[30])
    jaw[4:9, 1] += 0.05 * face  # it reaches below the chin
    top = np.array([points[1] + (0.0, 0.04 * face), _between(points, 28, 29, 0.3), points[15] + (0.0, 0.04 * face)])
    edge = _curve(np.array([top[0], _between(points, 40, 29, 0.55), top[1], _between(points, 47, 29, 0.55), top[2]]))
    outline = np.concatenate((edge, jaw[::-1]))

    shape = person.image.shape[:2]
    height = float(points[8, 1] - top[1, 1])
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    # The light on the face falls on the mask too, but no feature of the face shows through.
    grey = cv2.GaussianBlur(cv2.cvtColor(person.image, cv2.COLOR_BGR2GRAY), (0, 0), 0.12 * face).astype(np.float32)
    light = np.clip(grey / float(grey[int(points[30, 1]), int(points[30, 0])]), 0.6, 1.15)
    bulge = 1.0 - 0.22 * np.clip(np.abs(columns - float(points[30, 0])) / (0.5 * face), 0, 1.2) ** 2
    shade = light * bulge
    for part in _PLEATS:
        sag = 0.06 * face * (1.0 - np.clip(np.abs(columns - float(points[30, 0])) / (0.5 * face), 0, 1) ** 2)
        away = (rows - (float(top[1, 1]) + part * height + sag)) / (0.02 * face)
        shade *= 1.0 - 0.2 * np.exp(-((away - 0.6) ** 2)) + 0.08 * np.exp(-((away + 0.8) ** 2))
    cloth = np.clip(_CLOTH * shade[:, :, None], 0, 255)

    shadow = _filled(outline + np.array([0.0, 0.03 * face]), shape, 0.03 * face) * 0.35
    covered = _filled(outline, shape, 1.2)[:, :, None]
    picture = person.image * (1.0 - shadow[:, :, None])
    picture = _uint8(picture * (1.0 - covered) + cloth * covered)
    for line in (edge, jaw[3:10]):
        _drawn(picture, line, _BINDING, 0.016 * face)
    for corner, low, ear in ((top[0], jaw[1], points[0]), (top[2], jaw[-2], points[16])):
        beside = ear + np.array([np.sign(ear[0] - points[30, 0]) * 0.05 * face, 0.0])
        _drawn(picture, _curve(np.array([corner, beside, low])), _BINDING, 0.012 * face)
    return picture


def _hatted(person: Person) -> Image:
    """A cap drawn deep into the forehead, and the shadow of its brim over brows and eyes."""
    points, face = person.points, _width(person)
    middle = float(points[[0, 16], 0].mean())
    brows, eyes = float(points[17:27, 1].mean()), float(points[36:48, 1].mean())
    shape = person.image.shape[:2]
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    aside = (columns - middle) / face

    rim = brows + 0.03 * face - 0.15 * face * aside**2  # where the brim ends, bent round the head
    below = np.clip((rows - rim) / (eyes + 0.2 * face - rim), 0, 1)
    on_face = np.exp(-((aside / 0.55) ** 6))
    shadow = 1.0 - (1.0 - _SHADOW) * (1.0 - below**4) * on_face * (rows > rim - 0.1 * face)
    picture = person.image * shadow[:, :, None]

    band = brows - 0.16 * face  # where brim and crown meet
    around = np.linspace(np.pi, 2 * np.pi, 60)
    crown = np.column_stack((middle + 0.68 * face * np.cos(around), band + 0.68 * face * np.sin(around)))
    sides = np.array([[middle + 0.64 * face, band + 0.12 * face], [middle - 0.64 * face, band + 0.12 * face]])
    crown = np.concatenate((crown, sides))
    up = (band - rows) / (0.68 * face)
    light = np.clip(1.3 - 1.3 * (aside + 0.12) ** 2 + 0.35 * up, 0.3, 1.8)
    for seam in (-0.34, 0.0, 0.34):  # they meet at the button
        beside = aside - seam * np.sqrt(np.clip(1.0 - up**2, 0, 1))
        light *= 1.0 - 0.25 * np.exp(-((beside / 0.008) ** 2))
    picture = _over(picture, _FELT * light[:, :, None], _filled(crown, shape, 1.5))

    across = np.linspace(-1.0, 1.0, 60)
    lower = np.column_stack((middle + 0.7 * face * across, brows + 0.04 * face - 0.2 * face * across**2))
    upper = np.column_stack((middle + 0.7 * face * across, band + 0.05 * face - 0.05 * face * across**2))
    brim = np.concatenate((upper, lower[::-1]))
    down = np.clip((rows - band - 0.02 * face) / (0.18 * face), 0, 1)
    gloss = np.clip(0.55 + 0.75 * down * np.exp(-((aside / 0.5) ** 2)), 0.4, 1.3)
    return _uint8(_over(picture, _BRIM * gloss[:, :, None], _filled(brim, shape, 1.5)))


def _back_lit(person: Person) -> Image:
    """The person dark before a bright door."""
    inside = _silhouette(person)
    veil = cv2.GaussianBlur(1.0 - inside, (0, 0), 0.12 * _width(person)) * 0.2  # light that creeps round the edges
    dark = person.image * FACE_BACK_LIT * (1.0 - veil[:, :, None]) + DOORWAY * veil[:, :, None]
    return _uint8(_over(np.full_like(dark, DOORWAY), dark, inside))


def _silhouette(person: Person) -> Matte:
    """1 where the person is, 0 where the wall behind is, cut out by colour from a guess at head and shoulders."""
    shrunk = _SILHOUETTE_SHRUNK
    height, width = person.image.shape[:2]
    small = cv2.resize(person.image, (width // shrunk, height // shrunk), interpolation=cv2.INTER_AREA)
    points, face = person.points / shrunk, _width(person) / shrunk
    x, y = points[27:31].mean(axis=0)
    chin, bottom = float(points[8, 1]), small.shape[0]

    def body(neck: float, shoulder: float) -> NDArray[np.int32]:
        half = np.array([[neck * face, chin], [shoulder * face, chin + face], [1.15 * shoulder * face, bottom]])
        right, left = half * (1, 1) + (x, 0), half[::-1] * (-1, 1) + (x, 0)
        return np.asarray(np.concatenate((right, left)), np.int32)

    guess = np.full(small.shape[:2], cv2.GC_BGD, np.uint8)
    centre = (int(x), int(y))
    cv2.ellipse(guess, centre, (int(0.9 * face), int(1.2 * face)), 0, 0, 360, cv2.GC_PR_BGD, -1)
    cv2.fillPoly(guess, [body(0.6, 1.9)], cv2.GC_PR_BGD)
    cv2.ellipse(guess, centre, (int(0.62 * face), int(0.95 * face)), 0, 0, 360, cv2.GC_PR_FGD, -1)
    cv2.fillPoly(guess, [body(0.35, 1.3)], cv2.GC_PR_FGD)
    cv2.fillPoly(guess, [body(0.25, 0.8)], cv2.GC_FGD)
    cv2.fillPoly(guess, [cv2.convexHull(points.astype(np.int32))], cv2.GC_FGD)
    cv2.setRNGSeed(1)  # the same silhouette every time
    nowhere = (0, 0, 0, 0)  # the guess says it all
    cv2.grabCut(small, guess, nowhere, np.zeros((1, 65)), np.zeros((1, 65)), 4, cv2.GC_INIT_WITH_MASK)
    found = np.isin(guess, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8)
    _, parts = cv2.connectedComponents(found)
    whole = (parts == parts[centre[1], centre[0]]).astype(np.uint8)
    whole = cv2.morphologyEx(whole, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    soft = cv2.GaussianBlur(whole.astype(np.float32), (0, 0), 1.0)
    return np.asarray(np.clip(cv2.resize(soft, (width, height), interpolation=cv2.INTER_CUBIC), 0, 1), np.float32)


def _width(person: Person) -> float:
    return float(person.points[16, 0] - person.points[0, 0])


def _between(points: Points, first: int, second: int, part: float) -> Points:
    return np.asarray(points[first] + part * (points[second] - points[first]))


def _curve(corners: Points) -> Points:
    """A smooth line through the corners, cut at each of them into ten (quadratic, end to end)."""
    where = np.linspace(0.0, 1.0, len(corners))
    fine = np.linspace(0.0, 1.0, 10 * len(corners))
    degree = min(len(corners) - 1, 4)
    return np.column_stack([np.polyval(np.polyfit(where, corners[:, axis], degree), fine) for axis in (0, 1)])


def _filled(outline: Points, shape: tuple[int, int], soft: float) -> Matte:
    """1 inside the outline; its edge falls off over ``soft`` pixels."""
    matte = np.zeros(shape, np.float32)
    cv2.fillPoly(matte, [np.round(outline * 16).astype(np.int32)], 1.0, cv2.LINE_8, 4)
    return np.asarray(cv2.GaussianBlur(matte, (0, 0), soft), np.float32)


def _drawn(picture: Image, line: Points, colour: tuple[int, int, int], thickness: float) -> None:
    points = np.round(line * 16).astype(np.int32)
    cv2.polylines(picture, [points], False, colour, max(round(thickness), 1), cv2.LINE_AA, 4)


def _over(below: NDArray[np.float64], above: NDArray[np.float64], matte: Matte) -> NDArray[np.float64]:
    return np.asarray(below * (1.0 - matte[:, :, None]) + above * matte[:, :, None])


def _uint8(picture: NDArray[np.float64]) -> Image:
    return np.asarray(np.clip(picture, 0, 255), np.uint8)
