"""The face process: loads the engine once, then waits for portraits, checks and frames.

It is a process of its own because encoding a face holds the interpreter lock
for 80 ms, and because a crash in native code must end no more than this.
"""

from __future__ import annotations

import ctypes
import os
import random
import resource
import signal
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait

import cv2
import numpy as np

from drivers.device import Fault
from kiosk.identity.check import FaceCheck
from kiosk.identity.dlib_engine import DlibEmbedder, DlibLandmarks
from kiosk.identity.engine import Embedder, EngineUnavailable, LandmarkSource, Picture
from kiosk.identity.events import FaceProgress, FaceVerdict, Outcome
from kiosk.identity.portrait import Portrait, prepare_portrait
from kiosk.identity.shared import SharedPictures

TICK_SECONDS = 0.25
PROGRESS_SECONDS = 0.1
_PR_SET_DUMPABLE = 4


@dataclass(frozen=True, slots=True)
class Ready:
    """The engine is loaded."""


@dataclass(frozen=True, slots=True)
class Unavailable:
    """The engine cannot work here; the process ends."""

    fault: Fault


@dataclass(frozen=True, slots=True)
class Told:
    """What the check with this number tells."""

    number: int
    event: FaceProgress | FaceVerdict


@dataclass(frozen=True, slots=True)
class Alive:
    """A check is running and there is nothing new to tell."""


@dataclass(frozen=True, slots=True)
class Prepare:
    """Encode the portrait that lies in the shared memory."""

    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class Begin:
    """Start a check."""

    number: int
    seed: int


@dataclass(frozen=True, slots=True)
class Cancel:
    """End the running check without a verdict."""


@dataclass(frozen=True, slots=True)
class Forget:
    """Overwrite the portrait's vector as well."""


Command = Prepare | Begin | Cancel | Forget
Report = Ready | Unavailable | Told | Alive


@dataclass(frozen=True, slots=True)
class Wires:
    """The process's ends of its pipes: commands in, a byte for every new frame in, reports out."""

    commands: Connection
    doorbell: Connection
    reports: Connection


def run(pictures: SharedPictures, wires: Wires) -> None:
    """The process's main function. Ends when the application closes its end of the commands, or dies."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the application, which ends this process itself
    os.nice(5)
    cv2.setNumThreads(1)
    try:
        try:
            landmarks, embedder = DlibLandmarks(), DlibEmbedder()
        except EngineUnavailable as error:
            wires.reports.send(Unavailable(error.fault))
            return
        wires.reports.send(Ready())
        _Worker(pictures, wires, landmarks, embedder).serve()
    except (EOFError, BrokenPipeError, ConnectionResetError):
        pass  # the application is gone


class _Worker:
    def __init__(
        self,
        pictures: SharedPictures,
        wires: Wires,
        landmarks: LandmarkSource,
        embedder: Embedder,
    ) -> None:
        self._pictures = pictures
        self._commands, self._doorbell, self._reports = wires.commands, wires.doorbell, wires.reports
        self._landmarks = landmarks
        self._embedder = embedder
        self._portrait: Portrait | None = None
        self._check: FaceCheck | None = None
        self._number = 0
        self._seen = 0.0
        self._frame: Picture | None = None
        self._told: FaceProgress | None = None
        self._told_at = 0.0

    def serve(self) -> None:
        while True:
            ready = wait([self._commands, self._doorbell], TICK_SECONDS if self._check else None)
            if self._commands in ready:
                self._obey(self._commands.recv())
                continue
            if self._doorbell in ready:
                os.read(self._doorbell.fileno(), 4096)
            if self._check is not None:
                self._look(self._check)

    def _obey(self, command: Command) -> None:
        match command:
            case Prepare(rows, columns):
                self._forget()
                rgb = self._pictures.portrait(rows, columns)
                self._portrait = prepare_portrait(np.ascontiguousarray(rgb), self._landmarks, self._embedder)
            case Begin(number, seed):
                self._end()
                self._number = number
                self._begin(seed)
            case Cancel():
                self._end()
            case Forget():
                self._end()
                self._forget()

    def _begin(self, seed: int) -> None:
        if self._portrait is None:
            self._tell(FaceVerdict(Outcome.NO_PORTRAIT, engine=self._embedder.name))
            return
        now = time.monotonic()
        self._seen = now  # frames from before belong to nobody
        rng = random.Random(seed)  # noqa: S311 - the caller draws the seed from a good source
        self._check = FaceCheck(self._landmarks, self._embedder, self._portrait, rng, started=now)

    def _look(self, check: FaceCheck) -> None:
        frame = self._pictures.newest(self._seen, self._frame)
        now = time.monotonic()
        event: FaceProgress | FaceVerdict | None
        if frame is None:
            event = check.tick(now)
        else:
            self._frame, self._seen = frame.image, frame.at
            event = check.feed(frame.image, frame.at)
        if isinstance(event, FaceVerdict):
            self._end()
            self._tell(event)
            return
        now = time.monotonic()
        changed = event is not None and (self._told is None or _meaning(event) != _meaning(self._told))
        if changed or now - self._told_at >= PROGRESS_SECONDS:
            self._told, self._told_at = event or self._told, now
            if event is None:
                self._reports.send(Alive())
            else:
                self._tell(event)

    def _tell(self, event: FaceProgress | FaceVerdict) -> None:
        self._reports.send(Told(self._number, event))

    def _end(self) -> None:
        if self._check is not None:
            self._check.wipe()
            self._check = None
        if self._frame is not None:
            self._frame.fill(0)
        self._told = None

    def _forget(self) -> None:
        if self._portrait is not None:
            self._portrait.vector.fill(0)
            self._portrait = None


def _meaning(progress: FaceProgress) -> tuple[object, ...]:
    return (progress.prompt, progress.done, progress.total, progress.box is None)
