"""The face process: loads the engine once, then waits for portraits, checks and frames.

It is a process of its own because encoding a face holds the interpreter lock
for 80 ms, and because a crash in native code must end no more than this.
"""

from __future__ import annotations

import os
import random
import signal
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait

import cv2
import numpy as np

from drivers.device import Fault
from kiosk.identity.attacks import AttackWatch
from kiosk.identity.authority import AuthorityComparison
from kiosk.identity.check import FaceCheck
from kiosk.identity.engine import EngineUnavailable, Picture
from kiosk.identity.engines import Engines, load
from kiosk.identity.events import FaceProgress, FaceVerdict, Outcome, Risk
from kiosk.identity.portrait import locate
from kiosk.identity.shared import SharedPictures
from kiosk.memory import keep_in_memory
from kiosk.settings import FaceSettings

TICK_SECONDS = 0.25
PROGRESS_SECONDS = 0.1
INFRARED_SECONDS = 0.2  # how often the infrared picture is looked at


@dataclass(frozen=True, slots=True)
class Ready:
    """The engine is loaded. ``memory_locked`` is whether nothing of this process can come to lie on a swap disk."""

    memory_locked: bool


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
    """There is nothing new to tell."""


@dataclass(frozen=True, slots=True)
class Prepare:
    """Encode the portrait that lies in the shared memory."""

    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class PrepareNumber:
    """There is no portrait; the authority compares with the one it has for this card number."""

    number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Begin:
    """Start a check."""

    number: int
    seed: int
    risk: Risk


@dataclass(frozen=True, slots=True)
class Cancel:
    """End the running check without a verdict."""


@dataclass(frozen=True, slots=True)
class Forget:
    """Overwrite the portrait's vector as well."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Say that you are alive."""


Command = Prepare | PrepareNumber | Begin | Cancel | Forget | Ask
Report = Ready | Unavailable | Told | Alive


@dataclass(frozen=True, slots=True)
class Wires:
    """The process's ends of its pipes: commands in, a byte for every new frame in, reports out."""

    commands: Connection
    doorbell: Connection
    reports: Connection


@dataclass(frozen=True, slots=True)
class Lenses:
    """What the cameras see; ``infrared`` None where there is no such camera."""

    visible: SharedPictures
    infrared: SharedPictures | None


def run(lenses: Lenses, wires: Wires, settings: FaceSettings, line: str) -> None:
    """The process's main function. Ends when the application closes its end of the commands, or dies."""
    locked = keep_in_memory()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the application, which ends this process itself
    cv2.setNumThreads(1)
    try:
        try:
            engines = load(settings, line)
        except EngineUnavailable as error:
            wires.reports.send(Unavailable(error.fault))
            return
        wires.reports.send(Ready(locked))
        _Worker(lenses, wires, engines, settings).serve()
    except (EOFError, BrokenPipeError, ConnectionResetError):
        pass  # the application is gone


class _Worker:
    def __init__(self, lenses: Lenses, wires: Wires, engines: Engines, settings: FaceSettings) -> None:
        self._pictures, self._infrared = lenses.visible, lenses.infrared
        self._commands, self._doorbell, self._reports = wires.commands, wires.doorbell, wires.reports
        self._landmarks, self._engines = engines.landmarks, engines.comparisons
        self._comparisons = engines.comparisons  # those that compare now
        self._attack_network = engines.attack_network
        self._false_accepts = settings.false_accepts
        self._check: FaceCheck | None = None
        self._number = 0
        self._seen = 0.0
        self._frame: Picture | None = None
        self._infrared_seen = 0.0
        self._infrared_frame: Picture | None = None
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
                self._prepare(np.ascontiguousarray(self._pictures.portrait(rows, columns)))
            case PrepareNumber(number):
                self._prepare_number(number)
            case Begin(number, seed, risk):
                self._end()
                self._number = number
                self._begin(seed, risk)
            case Cancel():
                self._end()
            case Forget():
                self._end()
                self._forget()
            case Ask():
                self._reports.send(Alive())

    def _prepare(self, rgb: Picture) -> None:
        portrait = locate(rgb, self._landmarks)
        self._comparisons = self._engines
        for comparison in self._comparisons:
            comparison.prepare(portrait)
        portrait.wipe()

    def _prepare_number(self, number: str) -> None:
        self._forget()
        authorities = tuple(engine for engine in self._engines if isinstance(engine, AuthorityComparison))
        for authority in authorities:
            authority.prepare_number(number)
        self._comparisons = authorities  # no other has anything to compare with

    def _begin(self, seed: int, risk: Risk) -> None:
        if not self._comparisons or not all(comparison.prepared for comparison in self._comparisons):
            names = "+".join(comparison.name for comparison in self._engines)
            self._tell(FaceVerdict(Outcome.NO_PORTRAIT, engine=names))
            return
        now = time.monotonic()
        self._seen = now  # frames from before belong to nobody
        rng = random.Random(seed)  # noqa: S311 - the caller draws the seed from a good source
        self._check = FaceCheck(
            self._landmarks,
            self._comparisons,
            rng,
            false_accepts=getattr(self._false_accepts, risk.value),
            attacks=AttackWatch(self._attack_network, infrared=self._infrared is not None),
            started=now,
        )

    def _look(self, check: FaceCheck) -> None:
        frame = self._pictures.newest(self._seen, self._frame)
        now = time.monotonic()
        event: FaceProgress | FaceVerdict | None
        if frame is None:
            event = check.tick(now)
        else:
            self._frame, self._seen = frame.image, frame.at
            self._look_in_infrared(check)
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

    def _look_in_infrared(self, check: FaceCheck) -> None:
        if self._infrared is None:
            return
        frame = self._infrared.newest(self._infrared_seen + INFRARED_SECONDS, self._infrared_frame)
        if frame is not None:
            self._infrared_frame, self._infrared_seen = frame.image, frame.at
            check.feed_infrared(frame.image, frame.at)

    def _tell(self, event: FaceProgress | FaceVerdict) -> None:
        self._reports.send(Told(self._number, event))

    def _end(self) -> None:
        if self._check is not None:
            self._check.wipe()
            self._check = None
        for frame in (self._frame, self._infrared_frame):
            if frame is not None:
                frame.fill(0)
        self._told = None

    def _forget(self) -> None:
        for comparison in self._engines:
            comparison.forget()


def _meaning(progress: FaceProgress) -> tuple[object, ...]:
    return (progress.prompt, progress.done, progress.total, progress.box is None)
