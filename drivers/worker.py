"""One thread owns one device: commands one after another, polling in between, reopening by itself."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from drivers.device import Cancelled, Device, DeviceError, DeviceState, DeviceStatus, Fault, NextAction

log = logging.getLogger("drivers.worker")

DeviceT = TypeVar("DeviceT", bound=Device)
ResultT = TypeVar("ResultT")

# A disconnect is believed after this many polls in a row found nobody.
MISSES_BELIEVED = 3
# Pauses between attempts to open a device that is not there; the last one repeats.
REOPEN_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)


class Cancel:
    """A request to stop, passed to every command so that long ones can look at it."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def request(self) -> None:
        """Ask the command to end soon."""
        self._event.set()

    @property
    def requested(self) -> bool:
        """True once somebody asked."""
        return self._event.is_set()

    def check(self) -> None:
        """Raise Cancelled when somebody asked."""
        if self._event.is_set():
            raise Cancelled

    def wait(self, seconds: float) -> None:
        """Sleep up to ``seconds``; raise Cancelled as soon as somebody asks."""
        if self._event.wait(seconds):
            raise Cancelled


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


class DeviceWorker(Generic[DeviceT]):
    """The owner of one device.

    ``status`` never raises and never waits: it is the last thing known. Its
    changes, and only changes, are told to ``on_status`` on the worker's thread.
    """

    def __init__(
        self,
        name: str,
        device: DeviceT,
        *,
        poll_seconds: float = 2.0,
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
        self._thread = threading.Thread(target=self._run, name=f"device-{name}", daemon=True)

    @property
    def status(self) -> DeviceStatus:
        """The last thing known about the device."""
        return self._status

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

    def submit(self, command: Callable[[DeviceT, Cancel], ResultT]) -> Task[ResultT]:
        """Queue ``command``; it is called on the worker's thread with the open device.

        Its future ends with the command's result, DeviceError for an expected
        fault (a device that is not there is one), or Cancelled (the worker was
        stopped, or the task abandoned).
        """
        task: Task[ResultT] = Task()
        with self._gate:
            if not self._stopping.is_set():
                self._jobs.put(_Job(command, task))
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
            next_poll = min(next_poll, time.monotonic() + self._poll_seconds)
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
        try:
            if not self._open:
                self._reopen()
            future.set_result(job.command(self.device, cancel))
        except (Cancelled, DeviceError) as ended:
            future.set_exception(ended)
        except OSError as error:
            self._close()
            self._tell(self._lost(error))
            future.set_exception(DeviceError(self._lost(error).faults[0]))
        except Exception as bug:
            log.exception("%s: a command failed in a way nobody foresaw", self.name)
            future.set_exception(bug)
        finally:
            self._running = None

    def _poll(self) -> None:
        try:
            if not self._open:
                self._reopen()
            status = self.device.poll()
        except (DeviceError, OSError) as error:
            self._misses += 1
            believed = self._misses >= MISSES_BELIEVED or self._status.state is DeviceState.UNKNOWN
            if believed or isinstance(error, OSError):  # a broken pipe does not heal; only opening it anew can
                self._close()
            if believed:
                self._tell(self._lost(error))
            return
        except Exception:
            log.exception("%s: polling failed in a way nobody foresaw", self.name)
            self._close()
            self._tell(DeviceStatus(DeviceState.UNKNOWN))
            return
        self._misses = self._attempts = 0
        self._tell(status)

    def _pause(self) -> float:
        if self._open:
            return self._poll_seconds if not self._misses else min(self._poll_seconds, REOPEN_SECONDS[0])
        return REOPEN_SECONDS[min(self._attempts, len(REOPEN_SECONDS) - 1)]

    def _reopen(self) -> None:
        self._attempts += 1
        self.device.open()
        self._open = True

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
        before = (self._status.state, [fault.code for fault in self._status.faults], self._status.supplies)
        self._status = status
        if before != (status.state, [fault.code for fault in status.faults], status.supplies):
            log.info("%s: %s %s", self.name, status.state, " ".join(fault.code for fault in status.faults))
            try:
                self._on_status(status)
            except Exception:
                log.exception("%s: whoever was told of a status failed", self.name)

    def _refuse_the_rest(self) -> None:
        while True:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return
            if job is not None and job.task.future.set_running_or_notify_cancel():
                job.task.future.set_exception(Cancelled())
