"""A simulated document camera on the far side of a wire: an IP camera that looks down on a desk."""

from __future__ import annotations

import threading
from collections.abc import Generator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from drivers.camera.stream import Jpeg, StreamServer
from drivers.document_camera.scene import HEIGHT, WIDTH, Image, Look, Scene
from drivers.simulation import Json, Verb

RATE = 15.0

_QUALITY = 85
_PICTURES = 6  # of one look, each with its own noise


class DocumentCameraSimulator:
    """Serves ``http://HOST:PORT/stream.mjpg``; ``listen`` is ``tcp://HOST:PORT``, port 0 takes a free one.

    ``paper`` lies there at first, on a ``desk``; see :class:`drivers.document_camera.scene.Look`.
    Raises ValueError, OSError.
    """

    def __init__(
        self, listen: str = "tcp://127.0.0.1:0", *, paper: str = "licence", desk: str = "grey", seed: int = 1
    ) -> None:
        self._seed = seed
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._black = False
        self._frozen: Jpeg | None = None
        self._dark = _jpeg(np.zeros((HEIGHT, WIDTH, 3), np.uint8))
        self._server = StreamServer(listen, self._watch, seed=seed)
        self._look = Look()
        self._show(paper=paper, desk=desk)

    @property
    def address(self) -> str:
        """The URL to give to a camera as its source."""
        return self._server.address

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """What can happen to this camera and to what lies under it."""
        return {
            **self._server.verbs,
            "lay": self.lay,
            "desk": self.desk,
            "glare": self.glare,
            "blur": self.blur,
            "light": self.light,
            "black": self.black,
            "freeze": self.freeze,
            "state": self.state,
        }

    def start(self) -> None:
        """Begin to serve. Raises OSError when the address is taken."""
        self._server.start()

    def stop(self) -> None:
        """End every stream."""
        self._stopping.set()
        self._server.stop()

    # -- verbs -------------------------------------------------------------------

    def lay(
        self,
        paper: str = "licence",
        *,
        turn: float = 1.5,
        skew: float = 0.0,
        x: float = 0.0,
        y: float = 0.0,
        size: float = 1.0,
    ) -> None:
        """Lay down a ``licence``, a ``sheet`` or ``nothing``. It is turned and tilted by degrees, and off the middle
        by ``x`` widths and ``y`` heights of the picture."""
        self._show(
            paper=paper,
            turn=_within(turn, -360, 360),
            skew=_within(skew, -60, 60),
            x=_within(x, -1, 1),
            y=_within(y, -1, 1),
            size=_within(size, 0.1, 2),
        )

    def desk(self, kind: str) -> None:
        """What it lies on: ``grey``, ``dark``, ``light`` or ``wood``."""
        self._show(desk=kind)

    def glare(self, on: bool) -> None:
        """A lamp that is mirrored in the paper."""
        self._show(glare=1.0 if on else 0.0)

    def blur(self, sigma: float) -> None:
        """How far out of focus it is: a standard deviation in pixels."""
        self._show(blur=_within(sigma, 0, 20))

    def light(self, level: float) -> None:
        """1 is a lit hall, 0 is darkness."""
        self._show(light=_within(level, 0, 2))

    def black(self, on: bool) -> None:
        """Whether something covers the lens."""
        self._black = on

    def freeze(self, on: bool) -> None:
        """Whether the same picture comes again and again."""
        self._frozen = self._pictures[0] if on else None

    def state(self) -> Mapping[str, Json]:
        """What lies there, and how the camera and its wire are."""
        return {
            **asdict(self._look),
            "black": self._black,
            "frozen": self._frozen is not None,
            **self._server.state(),
        }

    # -- pictures ----------------------------------------------------------------

    def _show(self, **changed: Any) -> None:
        with self._lock:
            look = replace(self._look, **changed)
            scene = Scene(look, self._seed)
            self._pictures = [_jpeg(scene.taken()) for _ in range(_PICTURES)]
            self._look = look

    def _watch(self) -> Generator[Jpeg]:
        number = 0
        while not self._stopping.wait(1 / RATE):
            number += 1
            yield self._dark if self._black else self._frozen or self._pictures[number % _PICTURES]


def draw_licence(path: Path) -> None:
    """Write a picture of an invented licence on a desk, 1280×720, to ``path``.

    Raises OSError, and FontMissingError when the Chinese font is not installed.
    """
    if not cv2.imwrite(str(path), Scene(Look()).taken()):
        raise OSError(f"{path} cannot be written")


def _jpeg(image: Image) -> Jpeg:
    return bytes(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1])


def _within(value: float, least: float, most: float) -> float:
    number = float(value)
    if not least <= number <= most:
        raise ValueError(f"{value} is not between {least} and {most}")
    return number
