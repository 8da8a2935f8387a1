"""One thread owns one device: commands one after another, polling in between, reopening by itself."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from drivers.device import (
    Cancel,
    Cancelled,
    Capabilities,
    Device,
    DeviceError,
    DeviceState,
    DeviceStatus,
    Fault,
    HealthLevel,
    HealthReport,
    Identity,
    NextAction,
)

log = logging.getLogger("drivers.worker")

DeviceT = TypeVar("DeviceT", bound=Device)
ResultT = TypeVar("ResultT")

# A disconnect is believed, and shown, after the device was missed so often in a row, by polls or by commands.
MISSES_BELIEVED = 3
POLL_EVERY = 1.5  # seconds
# Pauses between attempts to open a device that is not there; the last one repeats.
REOPEN_SECONDS = (0.2, 0.5, 1.0, 1.5)
# A command is given this long unless its owner knows better, opening and polling always.
COMMAND_SECONDS = 120.0
POLL_SECONDS = 20.0
# What was told to end gets this long before its driver counts as wedged.
GRACE_SECONDS = 5.0


class Task(Generic[ResultT]):
    """A command under way: its future and the means to stop it."""

    def __init__(self) -> None:
        self.future: Future[ResultT] = Future()
        self.cancel = Cancel()

    def abandon(self) -> None:
        """Ask the command to stop; a command still waiting in the queue never starts."""
        self.cancel.request()


@dataclass(slots=True)
class _Job(Generic[DeviceT]):
    command: Callable[[DeviceT, Cancel], Any]
    task: Task[Any]
    seconds: float


class OwnedDevice(Protocol):
    """A device together with the thread that owns it, as the rest of the house sees it. Nothing here waits."""

    @property
    def name(self) -> str:
        """Which device of this machine; two of one class have two names."""

    @property
    def status(self) -> DeviceStatus: ...

    @property
    def capabilities(self) -> Capabilities: ...

    @property
    def identity(self) -> Identity: ...

    @property
    def counters(self) -> Mapping[str, int]: ...

    def check_health(self, level: HealthLevel) -> Task[HealthReport]:
        """Begin a health check; its future ends with the report, DeviceError or Cancelled."""


class DeviceWorker(Generic[DeviceT]):
    """The owner of one device.

    ``status`` never raises and never waits: it is the last thing known. Its
    changes, and only changes, are told to ``on_status`` on the worker's thread
    (on a watchdog's, when that thread is stuck inside the driver). A driver that
    does not come back is ``wedged``: what waits for it is refused, and the
    device is opened anew when the driver returns after all.
    """

    def __init__(
        self,
        name: str,
        device: DeviceT,
        *,
        poll_seconds: float = POLL_EVERY,
        on_status: Callable[[DeviceStatus], None] = lambda _: None,
    ) -> None:
        self.name = name
        self.device = device
        self._poll_seconds = poll_seconds
        self._on_status = on_status
        self._status = DeviceStatus(DeviceState.UNKNOWN)
        self._jobs: queue.Queue[_Job[DeviceT] | None] = queue.Queue()
        self._running: Cancel | None = None
        self._stopping = threading.Event()
        self._gate = threading.Lock()  # nothing enters the queue once stopping is set
        self._open = False
        self._misses = 0
        self._attempts = 0
        self._wedged = False
        self._counted = {"commands": 0, "failures": 0, "reopened": 0, "wedged": 0}
        self._thread = threading.Thread(target=self._run, name=f"device-{name}", daemon=True)

    @property
    def status(self) -> DeviceStatus:
        """The last thing known about the device."""
        return self._status

    @property
    def capabilities(self) -> Capabilities:
        """What the device can do."""
        return self.device.capabilities

    @property
    def identity(self) -> Identity:
        """Which piece of hardware it is."""
        return self.device.identity

    @property
    def counters(self) -> Mapping[str, int]:
        """The device's own, and how often it was commanded, failed and was opened anew."""
        return {**self.device.counters, **self._counted}

    def check_health(self, level: HealthLevel) -> Task[HealthReport]:
        """Queue a health check."""
        return self.submit(lambda device, cancel: device.check_health(level, cancel))

    def start(self) -> None:
        """Begin to own the device: open it, poll it, take commands."""
        self._thread.start()

    def stop(self, seconds: float = 5.0) -> None:
        """End the running command, close the device, end the thread."""
        with self._gate:
            self._stopping.set()
            self._jobs.put(None)
        running = self._running
        if running is not None:
            running.request()
        if self._thread.is_alive():
            self._thread.join(seconds)
            if self._thread.is_alive():
                log.error("%s: the driver did not come back within %.0f s", self.name, seconds)
        else:  # never started
            self._refuse_the_rest()

    def submit(self, command: Callable[[DeviceT, Cancel], ResultT], seconds: float = COMMAND_SECONDS) -> Task[ResultT]:
        """Queue ``command``; it is called on the worker's thread with the open device.

        Its future ends with the command's result, DeviceError for an expected
        fault (a device that is not there is one; so is a command that was told to
        end after ``seconds``), or Cancelled (the worker was stopped, or the task
        abandoned).
        """
        task: Task[ResultT] = Task()
        with self._gate:
            if self._wedged:
                task.future.set_exception(DeviceError(self._wedge_fault("the driver is stuck in an earlier command")))
                return task
            if not self._stopping.is_set():
                self._jobs.put(_Job(command, task, seconds))
                return task
        task.future.set_exception(Cancelled())
        return task

    # -- on the worker's thread ------------------------------------------------

    def _run(self) -> None:
        next_poll = time.monotonic()
        while not self._stopping.is_set():
            try:
                job = self._jobs.get(timeout=max(next_poll - time.monotonic(), 0.0))
            except queue.Empty:
                self._poll()
                next_poll = time.monotonic() + self._pause()
                continue
            if job is None:
                break
            self._execute(job)
            next_poll = min(next_poll, time.monotonic() + self._pause())
        self._close()
        self._refuse_the_rest()

    def _execute(self, job: _Job[DeviceT]) -> None:
        future, cancel = job.task.future, job.task.cancel
        if not future.set_running_or_notify_cancel():
            return
        if cancel.requested:
            future.set_exception(Cancelled())
            return
        self._running = cancel
        if self._stopping.is_set():
            cancel.request()
        self._counted["commands"] += 1
        outcome: Any = None
        trouble: Exception | None = None
        with self._guarded(job.seconds, job.task) as late:
            try:
                if not self._open:
                    self._find_again(cancel)
                outcome = job.command(self.device, cancel)
            except Cancelled as ended:
                given_up = DeviceError(self._wedge_fault(f"given up after {job.seconds:.0f} s"))
                trouble = given_up if late.is_set() else ended
            except DeviceError as ended:
                trouble = ended
            except OSError as error:  # the command has failed, but whether the device is gone the next polls find out
                self._miss(error)
                trouble = DeviceError(self._lost(error).faults[0])
            except Exception as bug:
                log.exception("%s: a command failed in a way nobody foresaw", self.name)
                trouble = bug
        self._running = None
        if trouble is not None and not isinstance(trouble, Cancelled):
            self._counted["failures"] += 1
        with self._gate:  # a watchdog may have ended it first
            if future.done():
                return
            if trouble is not None:
                future.set_exception(trouble)
            else:
                future.set_result(outcome)

    def _poll(self) -> None:
        with self._guarded(POLL_SECONDS):
            try:
                if not self._open:
                    self._reopen()
                status = self.device.poll()
            except (DeviceError, OSError) as error:
                self._miss(error)
                return
            except Exception:
                log.exception("%s: polling failed in a way nobody foresaw", self.name)
                self._close()
                self._tell(DeviceStatus(DeviceState.UNKNOWN))
                return
        if not self._wedged:
            self._misses = self._attempts = 0
            self._tell(status)

    def _miss(self, error: DeviceError | OSError) -> None:
        """Nobody was found, once more."""
        self._misses += 1
        believed = self._misses >= MISSES_BELIEVED or self._status.state is DeviceState.UNKNOWN
        if believed or isinstance(error, OSError):  # a broken pipe does not heal; only opening anew can
            self._close()
        if believed:
            self._tell(self._lost(error))

    def _find_again(self, cancel: Cancel) -> None:
        """Open a device for a command; one that was there a moment ago is looked for until it is believed to be gone.

        Raises DeviceError, Cancelled.
        """
        while True:
            if self._misses and self._status.state is not DeviceState.DISCONNECTED:
                cancel.wait(self._pause())  # as polls do, or three misses would be a matter of milliseconds
            try:
                self._reopen()
            except (DeviceError, OSError) as error:
                self._miss(error)
                if self._status.state is DeviceState.DISCONNECTED:
                    raise DeviceError(self._lost(error).faults[0]) from error
            else:
                return

    # -- the watchdog ----------------------------------------------------------------

    @contextmanager
    def _guarded(self, seconds: float, task: Task[Any] | None = None) -> Iterator[threading.Event]:
        """Watch a call into the driver: told to end after ``seconds``, given up ``GRACE_SECONDS`` later.

        The event is set once it has been told to end.
        """
        late, back = threading.Event(), threading.Event()

        def watch() -> None:
            if back.wait(seconds):
                return
            late.set()
            if task is not None:
                task.cancel.request()
            if not back.wait(GRACE_SECONDS):
                self._give_up(task)

        watchdog = threading.Thread(target=watch, name=f"watch-{self.name}", daemon=True)
        watchdog.start()
        try:
            yield late
        finally:
            back.set()
            watchdog.join()
            if self._wedged:  # it came back after all; nobody knows in what state
                self._close()
                with self._gate:
                    self._wedged = False

    def _give_up(self, task: Task[Any] | None) -> None:
        """On the watchdog's thread: the driver did not come back."""
        log.error("%s: the driver is stuck", self.name)
        self._counted["wedged"] += 1
        stuck = self._wedge_fault("the driver does not come back")
        with self._gate:
            self._wedged = True
            if task is not None and not task.future.done():
                task.future.set_exception(DeviceError(stuck))
        self._refuse_the_rest(DeviceError(stuck))
        self._tell(DeviceStatus(DeviceState.DISCONNECTED, (stuck,)))

    def _wedge_fault(self, detail: str) -> Fault:
        return Fault(f"{self.device.capabilities.device_class}.wedged", NextAction.TECHNICIAN, detail)

    def _pause(self) -> float:
        if self._open:
            return self._poll_seconds if not self._misses else min(self._poll_seconds, REOPEN_SECONDS[0])
        return REOPEN_SECONDS[min(self._attempts, len(REOPEN_SECONDS) - 1)]

    def _reopen(self) -> None:
        self._attempts += 1
        self.device.open()
        self._open = True
        self._counted["reopened"] += 1

    def _close(self) -> None:
        self._open = False
        self.device.close()

    def _lost(self, error: Exception) -> DeviceStatus:
        fault = (
            error.fault
            if isinstance(error, DeviceError)
            else Fault(f"{self.device.capabilities.device_class}.disconnected", NextAction.TECHNICIAN, str(error))
        )
        return DeviceStatus(DeviceState.DISCONNECTED, (fault,))

    def _tell(self, status: DeviceStatus) -> None:
        # A fault's detail may differ from poll to poll; only what it means counts as a change.
        before = _told(self._status)
        self._status = status
        if before != _told(status):
            log.info("%s: %s %s", self.name, status.state, " ".join(fault.code for fault in status.faults))
            try:
                self._on_status(status)
            except Exception:
                log.exception("%s: whoever was told of a status failed", self.name)

    def _refuse_the_rest(self, why: Exception | None = None) -> None:
        while True:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return
            if job is None:
                self._jobs.put(None)  # the word to stop is not for whoever refuses
                return
            if job.task.future.set_running_or_notify_cancel():
                job.task.future.set_exception(why or Cancelled())


def _told(status: DeviceStatus) -> tuple[object, ...]:
    """What counts as a change of a status."""
    return (status.state, [fault.code for fault in status.faults], status.supplies, status.details)
