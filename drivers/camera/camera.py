"""A camera: OpenCV's capture in a thread of its own, the newest picture for whoever asks.

The lens is on only between ``start`` and ``stop``. No caller ever waits: a
picture is the last one taken, a status the last thing known. A camera that
vanishes is opened again by itself, with growing pauses.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from drivers.camera.sources import DISCONNECTED, OPEN_SECONDS, READ_SECONDS, Image, is_live, pictures, shown
from drivers.device import Capabilities, DeviceError, DeviceState, DeviceStatus, Fault, NextAction

log = logging.getLogger("drivers.camera")

SILENT_SECONDS = 3.0  # without a picture, the camera counts as gone
BLACK_SECONDS = 1.0
BLACK_LEVEL = 6.0  # mean grey, and no pixel far above it
FROZEN_SECONDS = 2.0
# Pauses between attempts to open a camera that is not there; the last one repeats. Short: somebody is waiting.
REOPEN_SECONDS = (0.2, 0.5, 1.0, 2.0)


class CameraFault(StrEnum):
    """What can be wrong with a camera."""

    DISCONNECTED = DISCONNECTED
    BLACK = "camera.black"  # covered, or its sensor is dead
    FROZEN = "camera.frozen"  # the same picture again and again


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture: ``image`` is ``(H, W, 3)`` uint8 BGR as the lens sees it (not mirrored), ``number`` counts
    from 1 since the start, ``at`` is ``time.monotonic()`` when it arrived."""

    image: Image
    number: int
    at: float


OnFrame = Callable[[Frame], None]


class Camera:
    """One camera by its source: an index, a device path, a video file, a folder of pictures, or a URL.

    Files and folders play in a loop at ``rate``; a file's own rate wins. Width,
    height and rate are wishes: a camera gives what it has.
    """

    def __init__(self, source: str | int, *, width: int = 1280, height: int = 720, rate: float = 30.0) -> None:
        self.source = source
        self._size = (width, height)
        self._rate = rate
        self._lock = threading.Lock()
        self._run: _Run | None = None

    @property
    def capabilities(self) -> Capabilities:
        """What this camera is asked for."""
        width, height = self._size
        return Capabilities("camera", features={"width": width, "height": height, "live": is_live(self.source)})

    def start(self, on_frame: OnFrame | None = None) -> None:
        """Switch the lens on. ``on_frame`` is called with every picture on the capture thread. Starting twice
        replaces the listener."""
        with self._lock:
            if self._run is not None and not self._run.stopping.is_set():
                self._run.on_frame = on_frame
            else:
                self._begin(on_frame)

    def stop(self) -> None:
        """Switch the lens off. Returns at once; the last picture is forgotten."""
        with self._lock:
            if self._run is not None:
                self._run.stop()

    def join(self, seconds: float = OPEN_SECONDS + READ_SECONDS) -> bool:
        """Wait until a stopped camera has let go of its device; True when it has."""
        run = self._run
        if run is not None:
            run.thread.join(seconds)
        return run is None or not run.thread.is_alive()

    def latest(self) -> Frame | None:
        """The newest picture, or None when the lens is off or nothing has come yet."""
        run = self._run
        return None if run is None or run.stopping.is_set() else run.latest

    def status(self) -> DeviceStatus:
        """The last thing known. A camera that is switched off keeps what was known of it."""
        run = self._run
        return DeviceStatus(DeviceState.UNKNOWN) if run is None else run.status()

    def probe(self, seconds: float = OPEN_SECONDS + READ_SECONDS) -> DeviceStatus:
        """Switch on, wait for a picture, switch off again: the internal health check of a camera not in use."""
        seen = threading.Event()

        def look(_: Frame) -> None:
            seen.set()

        with self._lock:
            if self._run is not None and not self._run.stopping.is_set():
                return self._run.status()
            run = self._begin(look)
        seen.wait(seconds)
        with self._lock:
            if run.on_frame is look:  # nobody else has switched it on meanwhile
                run.stop()
        return run.status()

    def _begin(self, on_frame: OnFrame | None) -> _Run:
        """Called with the lock held."""
        self._run = _Run(self.source, self._pictures, on_frame, after=self._run)
        self._run.thread.start()
        return self._run

    def _pictures(self, stopping: threading.Event) -> Generator[Image]:
        return pictures(self.source, self._size, self._rate, stopping)


class _Run:
    """One period with the lens on: its thread, its listener, its last picture."""

    def __init__(
        self,
        source: str | int,
        open_pictures: Callable[[threading.Event], Generator[Image]],
        on_frame: OnFrame | None,
        after: _Run | None,
    ) -> None:
        self.on_frame = on_frame
        self.latest: Frame | None = None
        self.stopping = threading.Event()
        self._source = source
        self._open_pictures = open_pictures
        self._after = after
        self._started = time.monotonic()
        self._heard: float | None = None
        self._faults: tuple[Fault, ...] = ()
        self._stopped: float | None = None
        self.thread = threading.Thread(target=self._work, name="camera", daemon=True)

    def status(self) -> DeviceStatus:
        """What the last picture told, or that none came."""
        now = time.monotonic() if self._stopped is None else self._stopped
        if now - (self._started if self._heard is None else self._heard) > SILENT_SECONDS:
            detail = f"no picture from {shown(self._source)} for {SILENT_SECONDS:.0f} s"
            return DeviceStatus(
                DeviceState.DISCONNECTED, (Fault(CameraFault.DISCONNECTED, NextAction.TECHNICIAN, detail),)
            )
        if self._heard is None:
            return DeviceStatus(DeviceState.UNKNOWN)
        return DeviceStatus(DeviceState.ATTENTION if self._faults else DeviceState.READY, self._faults)

    def stop(self) -> None:
        """Ask the thread to let go of the camera."""
        self.on_frame = None
        self._stopped = time.monotonic()
        self.stopping.set()

    def _work(self) -> None:
        if self._after is not None:
            self._after.thread.join()  # one owner of the device; all its calls have deadlines
            self._after = None
        number = attempts = 0
        while not self.stopping.is_set():
            health = _Health(live=is_live(self._source))
            try:
                with closing(self._open_pictures(self.stopping)) as pictures_now:
                    for image in pictures_now:
                        if self.stopping.is_set():
                            break
                        number += 1
                        attempts = 0
                        self._take(Frame(image, number, time.monotonic()), health)
            except DeviceError as error:
                log.info("%s", error)
            self.stopping.wait(REOPEN_SECONDS[min(attempts, len(REOPEN_SECONDS) - 1)])
            attempts += 1
        self.latest = None

    def _take(self, frame: Frame, health: _Health) -> None:
        self._heard = frame.at
        self._faults = health.look(frame)
        self.latest = frame
        listener = self.on_frame
        if listener is not None:
            try:
                listener(frame)
            except Exception:
                log.exception("a listener for pictures failed")


class _Health:
    """Notices a black and a frozen picture."""

    def __init__(self, *, live: bool) -> None:
        self._live = live
        self._thumb: Image | None = None
        self._light_at: float | None = None
        self._changed_at: float | None = None

    def look(self, frame: Frame) -> tuple[Fault, ...]:
        thumb = frame.image[::16, ::16].copy()
        if self._light_at is None or self._changed_at is None or thumb.mean() > BLACK_LEVEL or thumb.max() > 40:
            self._light_at = frame.at
        if self._changed_at is None or self._thumb is None or not np.array_equal(thumb, self._thumb):
            self._changed_at = frame.at
            self._thumb = thumb
        if frame.at - self._light_at >= BLACK_SECONDS:
            return (Fault(CameraFault.BLACK, NextAction.ATTENDANT, "the picture is black: covered or dead"),)
        if self._live and frame.at - self._changed_at >= FROZEN_SECONDS:
            return (Fault(CameraFault.FROZEN, NextAction.TECHNICIAN, "the same picture comes again and again"),)
        return ()
