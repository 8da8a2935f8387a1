"""The application's handle on the face process: start it, give it pictures, hear its verdict.

Whatever goes wrong on the other side, a death, a hang, a missing model, ends
as a ``FaceFault``: nobody is verified, and the process is started again.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from drivers.camera.camera import Frame
from drivers.camera.sources import shown
from drivers.device import (
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
from kiosk.identity import worker
from kiosk.identity.engine import Picture
from kiosk.identity.engines import files_of, names_of
from kiosk.identity.events import FaceEvent, FaceFault, FaceProgress, FaceVerdict, Outcome, Prompt, Risk
from kiosk.identity.shared import SharedPictures
from kiosk.settings import FaceSettings

log = logging.getLogger("kiosk.identity")

DEVICE_CLASS = "face"

START_SECONDS = 30.0
# A running check says something every tenth of a second, but while it waits for an authority's answer nothing for 4 s,
# and on a busy machine nothing for a second or two more.
HANG_SECONDS = 8.0
END_SECONDS = 2.0
ABANDONED_SECONDS = 0.25  # after which it is noticed that nobody waits for a health check any longer
# Pauses before the process is started again; the last one repeats. A check that begins ends the pause.
RESTART_SECONDS = (0.0, 1.0, 5.0, 30.0)

# A blink is over in a few pictures, so every one is looked at; also while it is learned how a face rests, which is
# sooner done. For all else 15 pictures a second will do.
EVERY_PICTURE = (Prompt.LOOK, Prompt.BLINK)

OnEvent = Callable[[FaceEvent], None]


class ProcessFault(StrEnum):
    """What can happen to the face process; an engine that cannot work here has codes of its own."""

    DIED = "face.process_died"
    HUNG = "face.process_hung"


@dataclass(slots=True)
class _Check:
    number: int
    seed: int
    risk: Risk
    on_event: OnEvent
    begun: float = field(default_factory=time.monotonic)
    prompt: Prompt | None = None  # what was told last


@dataclass(frozen=True, slots=True)
class _Examination:
    task: Task[HealthReport]
    level: HealthLevel
    begun: float = field(default_factory=time.monotonic)


class FaceVerifier:
    """Compares the person before the camera with a card's portrait; a device of the machine that owns itself.

    No method waits. Events come on the listener's thread, in order: any
    number of ``FaceProgress``, then exactly one ``FaceVerdict`` or
    ``FaceFault``; after ``cancel`` no more than the one that is on its way.

    ``line`` is the back office's URL, for a comparison that is made there;
    with ``infrared`` a face has to be seen by a second camera as well.
    ``on_status`` is told on the listener's thread when the process cannot work,
    and when it can again.
    """

    name = DEVICE_CLASS

    def __init__(
        self,
        settings: FaceSettings,
        line: str = "",
        *,
        infrared: bool = False,
        on_status: Callable[[DeviceStatus], None] = lambda _: None,
    ) -> None:
        self._settings, self._line = settings, line
        self._on_status = on_status
        self._context = multiprocessing.get_context("spawn")
        self._pictures = SharedPictures()
        self._infrared = SharedPictures() if infrared else None
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._writing_infrared = threading.Lock()
        self._portrait: tuple[int, int] | str | None = None  # of the portrait in the shared memory, or the number
        self._check: _Check | None = None
        self._number = 0
        self._state = DeviceState.UNKNOWN
        self._fault: Fault | None = None
        self._examinations: list[_Examination] = []
        self._load_seconds = 0.0
        self._memory_locked: bool | None = None  # of the process; None until it has told
        self._counted = {"checks_begun": 0, **{f"verdicts_{outcome}": 0 for outcome in Outcome}, "restarts": 0}
        self._commands: Connection | None = None
        self._doorbell: Connection | None = None
        self._wake_in, self._wake = self._context.Pipe(duplex=False)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="face-listener", daemon=True)

    def start(self) -> None:
        """Begin to load the engine, in the background. About two seconds until it is ready. Twice is once."""
        with self._lock:
            if self._thread.ident is None:
                self._thread.start()

    def stop(self) -> None:
        """End the process and overwrite all pictures."""
        if self._stopping.is_set():
            return
        self.forget()
        with self._lock:
            self._stopping.set()
        self._ring()
        if self._thread.is_alive():
            self._thread.join(3 * END_SECONDS)
        self._end_examinations(Cancelled())
        self._pictures.close()
        if self._infrared is not None:
            self._infrared.close()

    # -- drivers.worker.OwnedDevice ----------------------------------------------

    @property
    def status(self) -> DeviceStatus:
        """READY, BUSY with a check, UNKNOWN while the engine loads, ATTENTION from a fault until it is ready again."""
        with self._lock:
            state = DeviceState.BUSY if self._state is DeviceState.READY and self._check else self._state
            return DeviceStatus(state, () if self._fault is None else (self._fault,))

    @property
    def capabilities(self) -> Capabilities:
        """Who compares and what is looked at; whether memory is locked is known once the engine is loaded."""
        settings = self._settings
        features: dict[str, Fact] = {
            "engines": "+".join(settings.engines),
            "landmarks": settings.landmarks,
            "infrared": self._infrared is not None,
            "attack_network": settings.attack_network is not None,
        }
        if self._memory_locked is not None:
            features["memory_locked"] = self._memory_locked
        return Capabilities(DEVICE_CLASS, features, verified_on=("Linux x86-64",))

    @property
    def identity(self) -> Identity:
        """The engines' names, and how the SHA-256 of each model file begins: no other file is ever loaded.

        The address is the line's where pictures leave the machine.
        """
        return Identity(
            shown(self._line) if self._settings.leaves else "",
            model=" + ".join((*names_of(self._settings), self._settings.landmarks)),
            firmware=" ".join(file.sha256[:8].lower() for file in files_of(self._settings)),
        )

    @property
    def counters(self) -> Mapping[str, int]:
        """Checks begun, what they came to, and how often the process was started again."""
        with self._lock:
            return dict(self._counted)

    def check_health(self, level: HealthLevel) -> Task[HealthReport]:
        """Begin a health check, the same at every level: is the engine loaded, and does the process answer?

        A process that nobody has started is started, and one that pauses after a fault is started again at once. The
        future ends with DeviceError when the engine cannot be loaded or the process dies or hangs.
        """
        task: Task[HealthReport] = Task()
        with self._lock:
            stopping = self._stopping.is_set()
            if not stopping:
                self._examinations.append(_Examination(task, level))
                if self._state is DeviceState.READY:
                    self._send(worker.Ask())
        if stopping:
            task.future.set_exception(Cancelled())
        else:
            self.start()
            self._ring()
        return task

    # -- a citizen's check ---------------------------------------------------------

    def prepare(self, portrait_rgb: Picture) -> None:
        """Give the card's portrait, ``(H, W, 3)`` uint8 RGB, for the check that follows.

        It stays until there is a verdict, or ``forget`` is called. Raises ValueError for a picture of another kind.
        """
        with self._lock:
            self._pictures.write_portrait(portrait_rgb)
            self._portrait = size = (portrait_rgb.shape[0], portrait_rgb.shape[1])
            if self._state is DeviceState.READY:
                self._send(worker.Prepare(*size))

    def prepare_number(self, number: str) -> None:
        """No card was there: the authority compares with the portrait that it has for this card number.

        It stays until there is a verdict, or ``forget`` is called. Without an authority nothing can be compared.
        """
        with self._lock:
            self._portrait = number
            if self._state is DeviceState.READY:
                self._send(worker.PrepareNumber(number))

    def begin(self, seed: int, risk: Risk, on_event: OnEvent) -> None:
        """Start a check; ``seed`` decides the actions, so it must come from ``secrets``. Ends a running one."""
        with self._lock:
            self._number += 1
            self._counted["checks_begun"] += 1
            self._check = _Check(self._number, seed, risk, on_event)
            if self._state is DeviceState.READY:
                self._send(worker.Begin(self._number, seed, risk))
        self._ring()

    def offer(self, frame: Frame) -> bool:
        """Give the next picture; the newest wins. Costs one copy, and nothing when no check is running.

        True where the very next one is wanted.
        """
        doorbell, check = self._doorbell, self._check
        if check is None or doorbell is None or not self._writing.acquire(blocking=False):
            return False
        try:
            if self._check is not None:
                self._pictures.write(frame.image, frame.at)
                os.write(doorbell.fileno(), b"f")
        except BlockingIOError:
            pass  # the process is behind; it will find the newest picture anyway
        except OSError:
            pass  # the process is gone; the listener deals with that
        finally:
            self._writing.release()
        return check.prompt in EVERY_PICTURE

    def offer_infrared(self, frame: Frame) -> None:
        """Give the next picture of the infrared camera; it is looked at beside the other one's."""
        if self._infrared is None or self._check is None or not self._writing_infrared.acquire(blocking=False):
            return
        try:
            if self._check is not None:
                self._infrared.write(frame.image, frame.at)
        finally:
            self._writing_infrared.release()

    def cancel(self) -> None:
        """End the running check without a verdict and overwrite its pictures."""
        with self._lock:
            self._check = None
            self._send(worker.Cancel())
        self._wipe()

    def forget(self) -> None:
        """End the running check and overwrite everything, the portrait too."""
        with self._lock:
            self._check = None
            self._forget()
        self._wipe()

    # -- on the listener's thread ------------------------------------------------

    def _listen(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            try:
                was_ready, fault = self._serve_one()
            except OSError as error:  # no memory or no handles for another process
                was_ready, fault = False, Fault(ProcessFault.DIED, NextAction.TECHNICIAN, f"cannot start: {error}")
            if self._stopping.is_set():
                break
            failures = 0 if was_ready else failures + 1
            log.warning("the face process ended: %s %s", fault.code, fault.detail)
            self._failed(fault)
            self._pause(RESTART_SECONDS[min(failures, len(RESTART_SECONDS) - 1)])
            with self._lock:
                self._counted["restarts"] += not self._stopping.is_set()

    def _serve_one(self) -> tuple[bool, Fault]:
        """Run one process to its end; whether it was ever ready, and what ended it. Raises OSError."""
        command_reader, commands = self._context.Pipe(duplex=False)
        bell_reader, doorbell = self._context.Pipe(duplex=False)
        reports, report_writer = self._context.Pipe(duplex=False)
        os.set_blocking(doorbell.fileno(), False)
        process = self._context.Process(
            target=worker.run,
            args=(
                worker.Lenses(self._pictures, self._infrared),
                worker.Wires(command_reader, bell_reader, report_writer),
                self._settings,
                self._line,
            ),
            name="face",
            daemon=True,
        )
        try:
            process.start()
            for theirs in (command_reader, bell_reader, report_writer):
                theirs.close()
            with self._lock:
                self._commands, self._doorbell = commands, doorbell
            return self._hear(process, reports)
        finally:
            with self._lock:
                self._commands = self._doorbell = None
            for ours in (commands, doorbell, reports):
                ours.close()  # which ends a process that still listens
            if process.pid is not None:
                process.join(END_SECONDS)
                if process.is_alive():
                    process.kill()
                    process.join(END_SECONDS)
                process.close()

    def _hear(self, process: SpawnProcess, reports: Connection) -> tuple[bool, Fault]:
        ready = False
        started = heard_at = time.monotonic()
        while True:
            left = self._patience(ready=ready, heard_at=heard_at)
            if left is not None and left <= 0:
                process.kill()
                return ready, Fault(ProcessFault.HUNG, NextAction.SOFTWARE, "no sign of life")
            heard = wait([reports, process.sentinel, self._wake_in], self._until_abandoned(left))
            if self._wake_in in heard:
                os.read(self._wake_in.fileno(), 4096)
                if self._stopping.is_set():
                    return ready, Fault(ProcessFault.DIED, NextAction.NOBODY, "stopped")
            if reports in heard:
                heard_at = time.monotonic()
                try:
                    report: worker.Report = reports.recv()
                except (EOFError, OSError):
                    return ready, self._died(process)
                if isinstance(report, worker.Unavailable):
                    return ready, report.fault
                if isinstance(report, worker.Ready):
                    self._load_seconds, self._memory_locked = heard_at - started, report.memory_locked
                ready = True
                self._handle(report)
                self._end_examinations()
            elif process.sentinel in heard:
                return ready, self._died(process)

    def _patience(self, *, ready: bool, heard_at: float) -> float | None:
        """Seconds until silence means that the process hangs; None when it has no reason to speak."""
        if not ready:
            return heard_at + START_SECONDS - time.monotonic()
        with self._lock:
            asked = [one.begun for one in (self._check, *self._examinations) if one is not None]
        return max(heard_at, min(asked)) + HANG_SECONDS - time.monotonic() if asked else None

    def _until_abandoned(self, left: float | None) -> float | None:
        """How long to listen of the ``left`` seconds; ends the examinations that nobody waits for any longer."""
        with self._lock:
            abandoned = [one for one in self._examinations if one.task.cancel.requested]
            self._examinations = [one for one in self._examinations if one not in abandoned]
            waited_for = bool(self._examinations)
        for one in abandoned:
            one.task.future.set_exception(Cancelled())
        return ABANDONED_SECONDS if waited_for and (left is None or left > ABANDONED_SECONDS) else left

    def _died(self, process: SpawnProcess) -> Fault:
        process.join(END_SECONDS)
        return Fault(ProcessFault.DIED, NextAction.SOFTWARE, f"exit code {process.exitcode}")

    def _handle(self, report: worker.Report) -> None:
        if isinstance(report, worker.Ready):
            with self._lock:
                self._state, self._fault = DeviceState.READY, None
                if isinstance(self._portrait, str):
                    self._send(worker.PrepareNumber(self._portrait))
                elif self._portrait is not None:
                    self._send(worker.Prepare(*self._portrait))
                if self._check is not None:
                    self._send(worker.Begin(self._check.number, self._check.seed, self._check.risk))
            self._tell_status()
        elif isinstance(report, worker.Told):
            with self._lock:
                check = self._check
                if check is None or check.number != report.number:
                    return
                if isinstance(report.event, FaceProgress):
                    check.prompt = report.event.prompt
                else:
                    self._counted[f"verdicts_{report.event.outcome}"] += 1
                    self._check = None
                    self._forget()
            if isinstance(report.event, FaceVerdict):
                self._wipe()
            self._tell(check, report.event)

    def _failed(self, fault: Fault) -> None:
        with self._lock:
            self._state, self._fault = DeviceState.ATTENTION, fault
            check, self._check = self._check, None
        self._wipe()
        if check is not None:
            self._tell(check, FaceFault(fault))
        self._tell_status()
        self._end_examinations(DeviceError(fault))

    def _end_examinations(self, trouble: DeviceError | Cancelled | None = None) -> None:
        """The process was heard, or is in ``trouble``: whoever asked how it is hears that."""
        with self._lock:
            waiting, self._examinations = self._examinations, []
        facts: dict[str, Fact] = {
            "load_seconds": round(self._load_seconds, 1),
            "memory_locked": bool(self._memory_locked),
        }
        for one in waiting:
            if trouble is not None:
                one.task.future.set_exception(trouble)
            else:
                one.task.future.set_result(HealthReport(one.level, facts=facts))

    def _tell_status(self) -> None:
        try:
            self._on_status(self.status)
        except Exception:
            log.exception("whoever was told of the face process failed")

    @staticmethod
    def _tell(check: _Check, event: FaceEvent) -> None:
        try:
            check.on_event(event)
        except Exception:
            log.exception("a listener for face events failed")

    def _pause(self, seconds: float) -> None:
        if wait([self._wake_in], seconds):
            os.read(self._wake_in.fileno(), 4096)

    # -- on any thread -----------------------------------------------------------

    def _send(self, command: worker.Command) -> None:
        """Called with the lock held. A process that is gone gets what it missed when it is back."""
        if self._commands is not None:
            try:
                self._commands.send(command)
            except OSError:
                pass  # the listener notices the death by itself

    def _forget(self) -> None:
        """Called with the lock held."""
        self._portrait = None
        self._send(worker.Forget())
        self._pictures.wipe_portrait()

    def _wipe(self) -> None:
        with self._writing:
            self._pictures.wipe_frames()
        if self._infrared is not None:
            with self._writing_infrared:
                self._infrared.wipe_frames()

    def _ring(self) -> None:
        os.write(self._wake.fileno(), b"w")
