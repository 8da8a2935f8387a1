"""The kept picture of each page, and how far another one may be from it.

A kept picture is as wide as the glass in millimetres, about: one pixel of it is one millimetre. ``scripts/atlas``
keeps those anew that differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtQuick import QQuickItem, QQuickWindow

from tests.ui.atlas.pixels import pixels_of

KEPT = Path(__file__).parent / "kept"
WIDTH = 270
COLOURS = (32, 64, 128, 256)

# How far two pictures of the same page may be apart, 0 to 255. Letters are drawn a little differently by another
# version of FreeType or of the font, and what is measured by them stands up to a pixel elsewhere. A picture at a
# quarter of the size, blurred by a millimetre, has little of that left: words without hinting are 12 apart, a whole
# page that stands one pixel lower 20, by its edges. A button that stands 4 mm elsewhere is 60 apart and more, whether
# it has an edge or only its words. One sign in place of another is 15 apart and is let go: words are read elsewhere.
TOLERANCE = 25.0
SPOT = 6  # millimetres: over a square so large the difference is taken, so that no single pixel decides

Picture = NDArray[np.uint8]


def picture_of(window: QQuickWindow) -> Picture:
    """What is on the glass, small: rows of red, green and blue. What moves stands at the middle of its movement."""
    _still(window.contentItem())
    return small(pixels_of(window.grabWindow()))


def small(pixels: Picture) -> Picture:
    """A picture of the glass at the size at which it is kept."""
    image = Image.fromarray(pixels)
    size = (WIDTH, round(WIDTH * image.height / image.width))
    return np.asarray(image.resize(size, Image.Resampling.BOX))


def _still(item: QQuickItem) -> None:
    meta = item.metaObject()
    for name, middle in (("phase", 0.5), ("turn", 0)):
        place = meta.indexOfProperty(name)
        if place >= 0 and meta.property(place).isWritable():
            item.setProperty(name, middle)
    for child in item.childItems():
        if child.isVisible():
            _still(child)


def keep(name: str, picture: Picture) -> None:
    """Keep ``picture`` from now on."""
    KEPT.mkdir(exist_ok=True)
    drawn = few = Image.fromarray(picture)
    for colours in COLOURS:  # where a small thing has a colour of its own, few are too few
        few = drawn.quantize(colours, dither=Image.Dither.NONE)
        if float(difference(np.asarray(few.convert("RGB")), picture).max()) < TOLERANCE / 5:
            break
    else:
        few = drawn
    few.save(KEPT / f"{name}.png", optimize=True)


def kept(name: str) -> Picture | None:
    """The kept picture of a page; None where there is none."""
    path = KEPT / f"{name}.png"
    if not path.exists():
        return None
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def difference(one: Picture, other: Picture) -> NDArray[np.float32]:
    """How far apart two pictures are around each pixel, 0 to 255."""
    if one.shape != other.shape:
        return np.full(one.shape[:2], 255, np.float32)
    soft = [cv2.blur(picture, (3, 3)).astype(np.float32) for picture in (one, other)]
    apart: NDArray[np.float32] = cv2.blur(np.abs(soft[0] - soft[1]).max(axis=2), (SPOT, SPOT))
    return apart


def differ(one: Picture, other: Picture) -> bool:
    """Whether somebody would say that these are not the same page."""
    return float(difference(one, other).max()) > TOLERANCE


def side_by_side(folder: Path, pairs: Mapping[str, tuple[Picture | None, Picture]]) -> Path:
    """A page that shows of each name the kept picture, the new one, and where they differ. Returns where it lies."""
    rows = []
    for name, (before, now) in pairs.items():
        shown = {"new": now}
        if before is not None:
            apart = np.clip(difference(before, now) * 4, 0, 255).astype(np.uint8)
            shown = {"kept": before, "new": now, "difference": np.repeat(255 - apart[..., None], 3, axis=2)}
        cells = []
        for kind, picture in shown.items():
            path = folder / f"{name}-{kind}.png"
            Image.fromarray(picture).save(path)
            cells.append(f"<figure><img src='{escape(path.name)}'><figcaption>{kind}</figcaption></figure>")
        rows.append(f"<h2>{escape(name)}</h2><div>{''.join(cells)}</div>")
    page = folder / "differences.html"
    style = "body{font:16px sans-serif}div{display:flex;gap:16px}figure{margin:0}img{border:1px solid #888}"
    page.write_text(f"<!doctype html><meta charset='utf-8'><style>{style}</style>{''.join(rows)}", encoding="utf-8")
    return page
