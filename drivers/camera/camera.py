"""A camera: OpenCV's capture in a thread of its own, the newest picture for whoever asks.

The lens is on only between ``start`` and ``stop``. No caller ever waits: a
picture is the last one taken, a status the last thing known. A camera that
vanishes is opened again by itself, with growing pauses.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np

from drivers.camera.sources import (
    OPEN_SECONDS,
    READ_SECONDS,
    Image,
    SourceLost,
    hardware,
    is_live,
    is_virtual,
    pictures,
    shown,
)
from drivers.device import (
    Cancel,
    Cancelled,
    Capabilities,
    DeviceError,
    DeviceState,
    DeviceStatus,
    Fact,
    Fault,
    HealthLevel,
    HealthReport,
    Identity,
    NextAction,
)
from drivers.worker import Task

log = logging.getLogger("drivers.camera")

SILENT_SECONDS = 3.0  # without a picture, the camera counts as gone
BLACK_SECONDS = 1.0
BLACK_LEVEL = 6.0  # mean grey, and no pixel far above it
FROZEN_SECONDS = 2.0
# Pauses between attempts to open a camera that is not there; the last one repeats. Short: somebody is waiting.
REOPEN_SECONDS = (0.2, 0.5, 1.0, 2.0)
MEASURE_SECONDS = 2.0
# Fifteen pictures a second serve a mirror and all of a face check but a blink: of a camera that gives 30, every second
# one is decoded. A little less than a fifteenth of a second, as none comes exactly when it should.
APART_SECONDS = 0.045
# What a person is asked who looks at the picture of a camera of this class.
QUESTIONS: Mapping[str, str] = {"camera": "camera.see_face", "document_camera": "document_camera.see_page"}


class CameraFault(StrEnum):
    """What can be wrong with a camera. One of another class says it in its own name: ``document_camera.black``."""

    DISCONNECTED = "camera.disconnected"
    BLACK = "camera.black"  # covered, or its sensor is dead
    FROZEN = "camera.frozen"  # the same picture again and again


ACTS_NEXT: dict[CameraFault, NextAction] = {
    CameraFault.DISCONNECTED: NextAction.TECHNICIAN,
    CameraFault.BLACK: NextAction.ATTENDANT,
    CameraFault.FROZEN: NextAction.TECHNICIAN,
}


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture: ``image`` is ``(H, W, 3)`` uint8 BGR as the lens sees it (not mirrored), ``number`` counts
    from 1 since the start, also those that were not decoded, ``at`` is ``time.monotonic()`` when it arrived."""

    image: Image
    number: int
    at: float


# Hears of every picture that was decoded. True asks for the very next one, which otherwise may be left out.
OnFrame = Callable[[Frame], bool | None]


class Camera:
    """One camera by its source: an index, a device path, a video file, a folder of pictures, or a URL.

    Files and folders play in a loop at ``rate``; a file's own rate wins. Width,
    height and rate are wishes: a camera gives what it has. ``name`` tells two of
    one class apart, ``device_class`` whose faults it reports.
    """

    def __init__(
        self,
        source: str | int,
        *,
        name: str = "camera",
        device_class: str = "camera",
        width: int = 1280,
        height: int = 720,
        rate: float = 30.0,
    ) -> None:
        self.source = source
        self.name = name
        self._class = device_class
        self._size = (width, height)
        self._rate = rate
        self._lock = threading.Lock()
        self._run: _Run | None = None
        self._checks: dict[Task[HealthReport], threading.Thread] = {}
        self._counted = {"frames": 0, "reopened": 0, "failures": 0}

    # -- drivers.worker.OwnedDevice ----------------------------------------------------

    @property
    def status(self) -> DeviceStatus:
        """The last thing known. A camera that is switched off keeps what was known of it."""
        run = self._run
        return DeviceStatus(DeviceState.UNKNOWN) if run is None else run.status()

    @property
    def capabilities(self) -> Capabilities:
        """What this camera is asked for."""
        width, height = self._size
        features = {"width": width, "height": height, "live": is_live(self.source), "virtual": is_virtual(self.source)}
        return Capabilities(self._class, features=features)

    @property
    def identity(self) -> Identity:
        """Its address is the one that survives replugging, where there is one."""
        return hardware(self.source)

    @property
    def counters(self) -> Mapping[str, int]:
        """Pictures taken, how often the source was opened, and how often that failed or it went away."""
        return dict(self._counted)

    def check_health(self, level: HealthLevel) -> Task[HealthReport]:
        """Begin a health check; a lens that is off is on for it.

        INTERNAL waits for a picture; the other two measure for two seconds: pictures a
        second, brightness and contrast of grey (0 to 255), sharpness (variance of the
        Laplacian). The future ends with DeviceError when no picture comes, with
        Cancelled when the camera is stopped meanwhile.
        """
        task: Task[HealthReport] = Task()
        thread = threading.Thread(target=self._check, args=(task, level), name=f"check-{self.name}", daemon=True)
        with self._lock:
            self._checks[task] = thread
        thread.start()
        return task

    # -- the lens ------------------------------------------------------------------------

    def start(self, on_frame: OnFrame | None = None) -> None:
        """Switch the lens on. ``on_frame`` is called on the capture thread with about 15 pictures a second, and with
        every one as long as it asks for the next. Starting twice replaces the listener."""
        with self._lock:
            run = self._running() or self._begin(on_frame)
            run.on_frame = on_frame
            run.wanted = True

    def stop(self) -> None:
        """Switch the lens off. Returns at once; the last picture is forgotten, a health check ends."""
        with self._lock:
            for task in self._checks:
                task.abandon()
            if self._run is not None:
                self._run.stop()

    def join(self, seconds: float = OPEN_SECONDS + READ_SECONDS) -> bool:
        """Wait until a stopped camera has let go of its device; True when it has."""
        deadline = time.monotonic() + seconds
        with self._lock:
            checks = list(self._checks.values())
        for check in checks:
            check.join(max(deadline - time.monotonic(), 0.0))
        run = self._run  # only now, as a check that was about to begin may have made another
        if run is not None:
            run.thread.join(max(deadline - time.monotonic(), 0.0))
        return not any(check.is_alive() for check in checks) and (run is None or not run.thread.is_alive())

    def latest(self) -> Frame | None:
        """The newest picture, or None when the lens is off or nothing has come yet."""
        run = self._run
        return None if run is None or run.stopping.is_set() else run.latest

    def probe(self, seconds: float = OPEN_SECONDS + READ_SECONDS) -> DeviceStatus:
        """Switch on, wait for a picture, switch off again: how a camera is that nobody uses."""
        with self._lens() as run:
            run.seen.wait(seconds)
        return run.status()

    # -- inside ----------------------------------------------------------------------------

    def _running(self) -> _Run | None:
        """Called with the lock held."""
        return self._run if self._run is not None and not self._run.stopping.is_set() else None

    def _begin(self, on_frame: OnFrame | None = None) -> _Run:
        """Called with the lock held. Whoever listens does so from the first picture on."""
        self._run = _Run(self._fault, self.source, self._pictures, self._counted, after=self._run)
        self._run.on_frame = on_frame
        self._run.thread.start()
        return self._run

    @contextmanager
    def _lens(self) -> Iterator[_Run]:
        """The lens on for a look; a camera in use is left alone, before and after."""
        with self._lock:
            run = self._running() or self._begin()
            run.lookers += 1
        try:
            yield run
        finally:
            with self._lock:
                run.lookers -= 1
                if not run.lookers and not run.wanted and not run.stopping.is_set():
                    run.stop()

    def _pictures(self, stopping: threading.Event, wanted: Callable[[], bool]) -> Generator[Image | None]:
        return pictures(self.source, self._size, self._rate, stopping, wanted)

    def _fault(self, code: CameraFault, detail: str) -> Fault:
        return Fault(f"{self._class}.{code.partition('.')[2]}", ACTS_NEXT[code], detail)

    # -- health ------------------------------------------------------------------------------

    def _check(self, task: Task[HealthReport], level: HealthLevel) -> None:
        try:
            task.cancel.check()
            with self._lens() as run:
                report = self._examine(run, level, task.cancel)
        except (Cancelled, DeviceError) as ended:
            task.future.set_exception(ended)
        except Exception as bug:
            log.exception("%s: a health check failed in a way nobody foresaw", self.name)
            task.future.set_exception(bug)
        else:
            task.future.set_result(report)
        finally:
            with self._lock:
                del self._checks[task]

    def _examine(self, run: _Run, level: HealthLevel, cancel: Cancel) -> HealthReport:
        began = time.monotonic()
        first = last = self._next_frame(run, 0 if run.latest is None else run.latest.number, cancel)
        height, width = first.image.shape[:2]
        facts: dict[str, Fact] = {"seconds": round(first.at - began, 2), "width": width, "height": height}
        if level is HealthLevel.INTERNAL:
            return HealthReport(level, run.status().faults, facts)
        brightness, contrast, sharpness = [], [], []
        while last.at - first.at < MEASURE_SECONDS:
            last = self._next_frame(run, last.number, cancel)
            grey = cv2.cvtColor(last.image, cv2.COLOR_BGR2GRAY)
            brightness.append(float(grey.mean()))
            contrast.append(float(grey.std()))
            sharpness.append(float(cv2.Laplacian(grey, cv2.CV_64F).var()))
        facts["rate"] = round((last.number - first.number) / (last.at - first.at), 1)
        facts["brightness"] = round(float(np.mean(brightness)), 1)
        facts["contrast"] = round(float(np.mean(contrast)), 1)
        facts["sharpness"] = round(float(np.median(sharpness)), 1)
        question = QUESTIONS[self._class] if level is HealthLevel.INTERACTIVE else ""
        return HealthReport(level, run.status().faults, facts, question)

    def _next_frame(self, run: _Run, after: int, cancel: Cancel) -> Frame:
        """The first picture with a higher number. Raises DeviceError when none comes, Cancelled."""
        deadline = time.monotonic() + OPEN_SECONDS + READ_SECONDS
        while time.monotonic() < deadline:
            frame = run.latest
            if frame is not None and frame.number > after:
                return frame
            cancel.wait(0.005)
            if run.stopping.is_set():
                raise Cancelled
            if after and run.status().state is DeviceState.DISCONNECTED:
                break  # it was there, and nobody need wait for it to open
        raise DeviceError(self._fault(CameraFault.DISCONNECTED, f"no picture from {shown(self.source)}"))


MakeFault = Callable[[CameraFault, str], Fault]


class _Run:
    """One period with the lens on: its thread, its listener, its last picture.

    ``wanted`` is whether its owner has switched it on, ``lookers`` how many only look how it is.
    """

    def __init__(
        self,
        fault: MakeFault,
        source: str | int,
        open_pictures: Callable[[threading.Event, Callable[[], bool]], Generator[Image | None]],
        counted: dict[str, int],
        after: _Run | None,
    ) -> None:
        self.on_frame: OnFrame | None = None
        self.wanted = False
        self.lookers = 0
        self.latest: Frame | None = None
        self.seen = threading.Event()
        self.stopping = threading.Event()
        self._fault = fault
        self._source = source
        self._open_pictures = open_pictures
        self._counted = counted
        self._after = after
        self._started = time.monotonic()
        self._heard: float | None = None
        self._taken_at = 0.0
        self._next_asked_for = False
        self._faults: tuple[Fault, ...] = ()
        self._stopped: float | None = None
        self.thread = threading.Thread(target=self._work, name="camera", daemon=True)

    def status(self) -> DeviceStatus:
        """What the last picture told, or that none came."""
        now = time.monotonic() if self._stopped is None else self._stopped
        if now - (self._started if self._heard is None else self._heard) > SILENT_SECONDS:
            detail = f"no picture from {shown(self._source)} for {SILENT_SECONDS:.0f} s"
            return DeviceStatus(DeviceState.DISCONNECTED, (self._fault(CameraFault.DISCONNECTED, detail),))
        if self._heard is None:
            return DeviceStatus(DeviceState.UNKNOWN)
        return DeviceStatus(DeviceState.ATTENTION if self._faults else DeviceState.READY, self._faults)

    def stop(self) -> None:
        """Ask the thread to let go of the camera."""
        self.on_frame = None
        self.wanted = False
        if self._stopped is None:  # told again later, it is as it was then, and not silent since
            self._stopped = time.monotonic()
        self.stopping.set()

    def _work(self) -> None:
        if self._after is not None:
            self._after.thread.join()  # one owner of the device; all its calls have deadlines
            self._after = None
        number = attempts = 0
        while not self.stopping.is_set():
            health = _Health(self._fault, live=is_live(self._source))
            self._counted["reopened"] += 1
            try:
                with closing(self._open_pictures(self.stopping, self._wanted)) as pictures_now:
                    for image in pictures_now:
                        if self.stopping.is_set():
                            break
                        number += 1
                        attempts = 0
                        self._counted["frames"] += 1
                        self._heard = time.monotonic()
                        if image is not None:
                            self._take(Frame(image, number, self._heard), health)
            except (SourceLost, cv2.error) as error:
                self._counted["failures"] += 1
                log.info("%s", error)
            self.stopping.wait(REOPEN_SECONDS[min(attempts, len(REOPEN_SECONDS) - 1)])
            attempts += 1
        last, self.latest = self.latest, None
        if last is not None:
            last.image.fill(0)  # of whoever stood there nothing is left, whoever still holds it

    def _wanted(self) -> bool:
        return self._next_asked_for or time.monotonic() - self._taken_at >= APART_SECONDS

    def _take(self, frame: Frame, health: _Health) -> None:
        self._taken_at = frame.at
        self._faults = health.look(frame)
        self.latest = frame
        self.seen.set()
        listener = self.on_frame
        self._next_asked_for = False
        if listener is not None:
            try:
                self._next_asked_for = bool(listener(frame))
            except Exception:
                log.exception("a listener for pictures failed")


class _Health:
    """Notices a black and a frozen picture."""

    def __init__(self, fault: MakeFault, *, live: bool) -> None:
        self._fault = fault
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
            return (self._fault(CameraFault.BLACK, "the picture is black: covered or dead"),)
        if self._live and frame.at - self._changed_at >= FROZEN_SECONDS:
            return (self._fault(CameraFault.FROZEN, "the same picture comes again and again"),)
        return ()
