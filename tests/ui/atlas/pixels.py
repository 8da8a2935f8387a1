"""How well what stands on the glass can be told from what lies around it, measured on the pixels of a picture of it.

Ratios are WCAG 2.2's: relative luminances, (lighter + 0.05) / (darker + 0.05), from 1 to 21.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from tests.ui.atlas.tree import Box, Seen, Sight, Words

TEXT = 4.5  # WCAG 1.4.3, of text of any size: nobody measures how large a letter looks from a wheelchair
CONTROL = 3.0  # WCAG 1.4.11
OFF = 2.5  # what cannot be touched now WCAG lets off altogether; here it can still be read, and is seen to be off
# Of the pixels that are not ground, so many may be lighter than the ink: the rest are edges, drawn half.
EDGES = 0.7
LEAST_INK = 12  # pixels; less is a full stop

Pixels = NDArray[np.uint8]
Luminances = NDArray[np.float32]

_LINEAR = np.array(
    [v / 255 / 12.92 if v / 255 <= 0.04045 else ((v / 255 + 0.055) / 1.055) ** 2.4 for v in range(256)], np.float32
)


def pixels_of(image: QImage) -> Pixels:
    """The picture as rows of red, green and blue."""
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()


def luminances(pixels: Pixels) -> Luminances:
    """WCAG's relative luminance of each pixel, 0 to 1."""
    light: Luminances = _LINEAR[pixels] @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    return light


def ratio(one: float, other: float) -> float:
    """The contrast of two luminances."""
    lighter, darker = max(one, other), min(one, other)
    return (lighter + 0.05) / (darker + 0.05)


def contrast(light: Luminances) -> float | None:
    """How well the ink of an area can be told from its ground; None where there is no ink.

    The ground is the luminance that most pixels have. The ink is taken where it is drawn full: of the pixels that
    differ from the ground, those that differ most; the others are the edges of strokes, which are drawn in between.
    """
    if light.size == 0:
        return None
    steps = np.round(light * 1000).astype(np.int64).ravel()
    ground = float(np.bincount(steps).argmax()) / 1000
    flat = light.ravel()
    ratios = (np.maximum(flat, ground) + 0.05) / (np.minimum(flat, ground) + 0.05)
    ink = np.sort(ratios[ratios > 1.15])
    if len(ink) < LEAST_INK:
        return None
    return float(ink[int(len(ink) * EDGES)])


def cut(pixels: Pixels, box: Box, margin: int = 0) -> Luminances:
    """The luminances of the part of the picture in a box."""
    left, top = max(0, round(box.left) - margin), max(0, round(box.top) - margin)
    return luminances(pixels[top : round(box.bottom) + margin, left : round(box.right) + margin])


def pale_words(sight: Sight, pixels: Pixels) -> list[str]:
    """Words whose ink is too near to their ground; on a control that cannot be touched now they may be paler."""
    wrong = []
    for words in sight.words:
        if not measurable(sight, words):
            continue
        measured = contrast(cut(pixels, words.box))
        if measured is not None and measured < (OFF if off(sight, words) else TEXT):
            wrong.append(f"“{words.text}” has a contrast of {measured:.1f}")
    return wrong


def measurable(sight: Sight, words: Words) -> bool:
    """Whether the whole of it can be seen."""
    return whole(sight, words) and words.box.within(sight.glass) and not sight.behind(words)


def whole(sight: Sight, seen: Seen) -> bool:
    """Whether nothing of it is scrolled away, nor fades out where the page goes on below."""
    faded = any(fade.order > seen.last and not fade.visible.common(seen.box).empty for fade in sight.fades)
    return not faded and seen.box.within(seen.clip, 0.5)


def off(sight: Sight, words: Words) -> bool:
    """Whether it stands on a control that cannot be touched now."""
    return any(not control.enabled for control in sight.controls if control in words.parents)


def pale_controls(sight: Sight, pixels: Pixels) -> list[str]:
    """Controls that cannot be told from the page.

    WCAG 1.4.11 asks 3:1 of what is needed to know a control by. What is filled in is known by its edges alone, so
    they count: its own, or those of the cells in it. Any other control that carries its name in words is known by
    those, which have 4.5:1 by :func:`pale_words`; its edge is an ornament then. One without words is known by its
    edge or by what is drawn in it.
    """
    wrong = []
    for control in sight.standing():
        if not control.enabled or not whole(sight, control):
            continue
        if control.field:
            own = control in sight.edges
            edges = [one for one in sight.edges if (one is control if own else control in one.parents)]
            measured = min((edge(pixels, one.box) for one in edges), default=1.0)
        elif any(control in words.parents for words in sight.words):
            continue
        else:
            measured = max(edge(pixels, control.box), contrast(cut(pixels, control.box)) or 1.0)
        if measured < CONTROL:
            wrong.append(f"{control.name} has a contrast of {measured:.1f} to what is around it")
    return wrong


def edge(pixels: Pixels, box: Box, thickness: int = 5) -> float:
    """How well the edge of a box can be told from the page outside: on its weakest side, there at its strongest line.

    The corners are left out, which are round.
    """
    outside = 4
    height, width = pixels.shape[:2]
    middle_x = slice(round(box.left + box.width * 0.3), round(box.left + box.width * 0.7))
    middle_y = slice(round(box.top + box.height * 0.35), round(box.top + box.height * 0.65))
    top, bottom, left, right = round(box.top), round(box.bottom), round(box.left), round(box.right)
    sides = [
        pixels[max(0, top - outside) : top + thickness, middle_x],
        pixels[bottom - thickness : min(height, bottom + outside), middle_x][::-1],
        pixels[middle_y, max(0, left - outside) : left + thickness].swapaxes(0, 1),
        pixels[middle_y, right - thickness : min(width, right + outside)].swapaxes(0, 1)[::-1],
    ]
    weakest = 21.0
    for side in sides:
        lines = np.median(luminances(side), axis=1)
        weakest = min(weakest, max(ratio(float(lines[0]), float(line)) for line in lines))
    return weakest
