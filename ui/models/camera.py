"""The live picture of a camera for QML.

``image://camera/face/…`` is a round mirror, ``…/document/…`` the desk, ``…/card/…`` what is written on a card, and
``…/look/…`` what a technician looks at.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtQuick import QQuickImageProvider

Picture = NDArray[np.uint8]
Seen = Literal["face", "document", "card"]
Source = Callable[[Seen], Picture | None]
_SEEN: tuple[Seen, ...] = ("face", "document", "card")


class CameraPictures(QQuickImageProvider):
    """Asks for the newest frame each time; keeps none."""

    def __init__(self, frame: Source, look: Callable[[], Picture | None] = lambda: None) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)
        self._frame = frame
        self._look = look

    def requestImage(self, name: str, size: QSize, requested: QSize) -> QImage:  # noqa: N802  Qt's name
        """Called by QML, on its thread, for every new picture."""
        camera: Seen = next((seen for seen in _SEEN if name.startswith(f"{seen}/")), "document")
        frame = self._look() if name.startswith("look/") else self._frame(camera)
        # Before its page is laid out, an image is asked for at no size.
        shape = (max(requested.width(), 1), max(requested.height(), 1))
        if frame is None:
            return _nothing()
        picture = mirror(frame, shape[0]) if camera == "face" else whole(frame, *shape)
        if size is not None:
            size.setWidth(picture.width())
            size.setHeight(picture.height())
        return picture


def mirror(frame: Picture, side: int) -> QImage:
    """The middle of ``frame``, BGR ``(H, W, 3)``, mirrored and cut to a disc of ``side`` pixels."""
    rows, columns = frame.shape[:2]
    edge = min(rows, columns)
    top, left = (rows - edge) // 2, (columns - edge) // 2
    middle = cv2.resize(frame[top : top + edge, left : left + edge], (side, side), interpolation=cv2.INTER_LINEAR)
    disc = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    # A painter would take twice as long to fill a circle with a picture.
    cv2.multiply(cv2.cvtColor(cv2.flip(middle, 1), cv2.COLOR_BGR2BGRA), _circle(side), _pixels(disc), 1 / 255)
    return disc


@lru_cache(maxsize=2)
def _circle(side: int) -> Picture:
    """White within a circle of ``side`` pixels, ``(side, side, 4)``, smooth at its edge."""
    circle = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    circle.fill(0)
    painter = QPainter(circle)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen("transparent")
    painter.setBrush("white")
    painter.drawEllipse(0, 0, side, side)
    painter.end()
    return _pixels(circle).copy()


def _pixels(image: QImage) -> Picture:
    """The memory of an image of four bytes a pixel: use it before the image goes."""
    return np.frombuffer(image.bits(), np.uint8).reshape(image.height(), image.width(), 4)


def whole(frame: Picture, width: int, height: int) -> QImage:
    """All of ``frame`` within ``width`` × ``height`` pixels."""
    rows, columns = frame.shape[:2]
    scale = min(width / columns, height / rows)
    size = (max(round(columns * scale), 1), max(round(rows * scale), 1))
    return _image(cv2.resize(frame, size, interpolation=cv2.INTER_AREA)).copy()


def _nothing() -> QImage:
    """The lens was switched off a moment ago."""
    picture = QImage(1, 1, QImage.Format.Format_ARGB32_Premultiplied)
    picture.fill(0)
    return picture


def _image(bgr: NDArray[np.generic]) -> QImage:
    """A QImage over the array's own memory: use it before the array goes."""
    rows, columns = bgr.shape[:2]
    return QImage(bgr.data, columns, rows, int(bgr.strides[0]), QImage.Format.Format_BGR888)
