"""A technician looks through one camera: the faces in its picture, how light and how sharp it is.

The lens is on from ``begin`` to ``end``. A picture is measured where it is,
and nothing of it is kept.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.camera.camera import Camera
from kiosk.operations.workshop_view import Box, LookView, Tone
from kiosk.text import Text

log = logging.getLogger("kiosk.look")

Picture = NDArray[np.uint8]

# Faces are sought in a picture of this many columns, and are at least an eighth of its height.
COLUMNS = 320
LEAST_FACE = 8
# Mean grey of the whole picture, 0 to 255.
DARK, BRIGHT = 45.0, 210.0
NO_PICTURE = Text(zh="还没有画面", en="No picture yet")
TOO_DARK = Text(zh="太暗", en="Too dark")
GOOD = Text(zh="正好", en="Good")
TOO_BRIGHT = Text(zh="太亮", en="Too bright")


class Look:
    """At most one camera at a time. Its methods are called on one thread, the one that ``soon`` comes back to.

    ``hands`` measure what ``tick`` gives them.
    """

    def __init__(self, hands: Executor, soon: Callable[[Callable[[], None]], None]) -> None:
        self._hands = hands
        self._soon = soon
        self._camera: Camera | None = None
        self._seen: LookView | None = None
        self._measuring = False

    @property
    def view(self) -> LookView | None:
        """What was measured last; None while nobody looks."""
        if self._camera is None:
            return None
        return self._seen or LookView(light=NO_PICTURE)

    def begin(self, camera: Camera) -> None:
        """Switch the lens on."""
        if self._camera is not camera:
            self.end()
            self._camera = camera
            camera.start()

    def end(self) -> None:
        """Switch the lens off, and forget what was seen."""
        if self._camera is not None:
            self._camera.stop()
        self._camera = self._seen = None

    def frame(self) -> Picture | None:
        """The newest picture, BGR ``(H, W, 3)``, as the lens sees it."""
        newest = self._camera.latest() if self._camera is not None else None
        return newest.image if newest is not None else None

    def tick(self) -> None:
        """Time has passed: measure the newest picture, unless the last one is still being measured."""
        if self._camera is None or self._measuring:
            return
        camera, picture = self._camera, self.frame()
        if picture is None:
            self._seen = None
            return
        self._measuring = True
        self._hands.submit(measure, picture).add_done_callback(
            lambda future: self._soon(lambda: self._measured(camera, future))
        )

    def _measured(self, camera: Camera, future: Future[LookView]) -> None:
        self._measuring = False
        if camera is not self._camera or future.cancelled():
            return
        if (error := future.exception()) is not None:
            log.error("a picture of %s cannot be measured", camera.name, exc_info=error)
            return
        self._seen = future.result()


def measure(picture: Picture) -> LookView:
    """What is to be said of a picture, BGR ``(H, W, 3)``."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    brightness = float(grey.mean())
    light, tone = _light(brightness)
    return LookView(
        faces=_faces(grey),
        brightness=round(brightness),
        light=light,
        tone=tone,
        sharpness=round(float(cv2.Laplacian(grey, cv2.CV_64F).var())),
        width=picture.shape[1],
        height=picture.shape[0],
    )


def _light(brightness: float) -> tuple[Text, Tone]:
    if brightness < DARK:
        return TOO_DARK, "bad"
    return (TOO_BRIGHT, "bad") if brightness > BRIGHT else (GOOD, "ok")


def _faces(grey: NDArray[Any]) -> tuple[Box, ...]:
    rows, columns = grey.shape
    small = cv2.resize(grey, (COLUMNS, max(round(COLUMNS * rows / columns), 1)), interpolation=cv2.INTER_AREA)
    least = max(small.shape[0] // LEAST_FACE, 1)
    found = _cascade().detectMultiScale(small, 1.1, 5, minSize=(least, least))
    height, width = small.shape
    return tuple(
        Box(float(x) / width, float(y) / height, float(across) / width, float(down) / height)
        for x, y, across, down in found
    )


@cache
def _cascade() -> cv2.CascadeClassifier:
    """The one that takes the fewest other things for faces; loaded when somebody looks for the first time."""
    return cv2.CascadeClassifier(str(Path(cv2.__file__).parent / "data" / "haarcascade_frontalface_alt2.xml"))
