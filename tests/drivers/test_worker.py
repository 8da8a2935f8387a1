"""One thread owns one device. The device here is as small as one can be; real ones are tried with their drivers."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError

import pytest

from drivers import worker as module
from drivers.device import (
    Cancel,
    Cancelled,
    Capabilities,
    DeviceError,
    DeviceState,
    DeviceStatus,
    Fault,
    HealthLevel,
    HealthReport,
    Identity,
    NextAction,
)
from drivers.worker import MISSES_BELIEVED, DeviceWorker

PATIENCE = 20.0
READY = DeviceStatus(DeviceState.READY)
NO_PAPER = DeviceStatus(DeviceState.ATTENTION, (Fault("lamp.dark", NextAction.ATTENDANT, "bulb 1"),))
SILENT = DeviceError(Fault("lamp.silent", NextAction.TECHNICIAN))


class Lamp:
    """A device that does what the test has put down for it: one thing per opening or poll, the last one for ever."""

    def __init__(self, *, opens: list[Exception | None] | None = None, polls: list[DeviceStatus | Exception]) -> None:
        self.capabilities = Capabilities("lamp")
        self.identity = Identity("lamp://1", serial="7")
        self.counters = {"lit": 3}
        self._opens = opens or [None]
        self._polls = polls
        self._lock = threading.Condition()
        self.is_open = False
        self.opened = self.polled = self.closed = 0
        self.threads: set[str] = set()

    def open(self) -> None:
        self._count("opened")
        what = self._opens.pop(0) if len(self._opens) > 1 else self._opens[0]
        if what is not None:
            raise what
        self.is_open = True

    def close(self) -> None:
        self.is_open = False
        self._count("closed")

    def poll(self) -> DeviceStatus:
        assert self.is_open
        self._count("polled")
        what = self._polls.pop(0) if len(self._polls) > 1 else self._polls[0]
        if isinstance(what, Exception):
            raise what
        return what

    def check_health(self, level: HealthLevel, cancel: Cancel) -> HealthReport:
        cancel.check()
        return HealthReport(level, facts={"watts": 5})

    def _count(self, what: str) -> None:
        self.threads.add(threading.current_thread().name)
        with self._lock:
            setattr(self, what, getattr(self, what) + 1)
            self._lock.notify_all()

    def wait_for(self, **counts: int) -> None:
        with self._lock:
            reached = self._lock.wait_for(
                lambda: all(getattr(self, what) >= count for what, count in counts.items()), PATIENCE
            )
        assert reached, f"{counts} was not reached"


class Told:
    """What a worker has told, to be waited for."""

    def __init__(self) -> None:
        self.statuses: list[DeviceStatus] = []
        self._news = threading.Condition()

    def __call__(self, status: DeviceStatus) -> None:
        with self._news:
            self.statuses.append(status)
            self._news.notify_all()

    def wait_for(self, *states: DeviceState) -> None:
        """Until exactly these states have been told, in this order."""
        with self._news:
            self._news.wait_for(lambda: len(self.statuses) >= len(states), PATIENCE)
            assert [status.state for status in self.statuses] == list(states)


@pytest.fixture(autouse=True)
def no_long_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REOPEN_SECONDS", (0.01, 0.02))


@pytest.fixture
def owned() -> Iterator[list[DeviceWorker[Lamp]]]:
    """Workers to be stopped at the end."""
    workers: list[DeviceWorker[Lamp]] = []
    yield workers
    for worker in workers:
        worker.stop(PATIENCE)


def owner(
    owned: list[DeviceWorker[Lamp]], lamp: Lamp, told: Told | None = None, poll_seconds: float = 0.01
) -> DeviceWorker[Lamp]:
    worker = DeviceWorker("lamp", lamp, poll_seconds=poll_seconds, on_status=told or Told())
    worker.start()
    owned.append(worker)
    return worker


def hold(worker: DeviceWorker[Lamp]) -> tuple[threading.Event, threading.Event]:
    """Keep the worker busy: the first event says that it is, the second lets go."""
    busy, let_go = threading.Event(), threading.Event()

    def held(_: Lamp, cancel: Cancel) -> None:
        busy.set()
        assert let_go.wait(PATIENCE)

    worker.submit(held)
    assert busy.wait(PATIENCE)
    return busy, let_go


# -- status --------------------------------------------------------------------------------


def test_before_anybody_asked_a_device_is_unknown(owned: list[DeviceWorker[Lamp]]) -> None:
    worker = DeviceWorker("lamp", Lamp(polls=[READY]))
    assert worker.status == DeviceStatus(DeviceState.UNKNOWN)
    assert not worker.status.ready


def test_a_device_is_polled_and_only_changes_are_told(owned: list[DeviceWorker[Lamp]]) -> None:
    told, lamp = Told(), Lamp(polls=[READY, READY, NO_PAPER, NO_PAPER, READY])
    worker = owner(owned, lamp, told)
    lamp.wait_for(polled=8)
    told.wait_for(DeviceState.READY, DeviceState.ATTENTION, DeviceState.READY)
    assert worker.status.ready


def test_another_detail_of_the_same_fault_is_no_change(owned: list[DeviceWorker[Lamp]]) -> None:
    other = DeviceStatus(DeviceState.ATTENTION, (Fault("lamp.dark", NextAction.ATTENDANT, "bulb 2"),))
    told, lamp = Told(), Lamp(polls=[NO_PAPER, other, NO_PAPER, other])
    worker = owner(owned, lamp, told)
    lamp.wait_for(polled=6)
    told.wait_for(DeviceState.ATTENTION)
    assert worker.status.faults[0].detail == "bulb 2"  # and yet the newest is known


def test_a_device_that_was_never_there_is_disconnected_at_once(owned: list[DeviceWorker[Lamp]]) -> None:
    told, lamp = Told(), Lamp(opens=[OSError("no such port")], polls=[READY])
    worker = owner(owned, lamp, told)
    lamp.wait_for(opened=4)
    told.wait_for(DeviceState.DISCONNECTED)
    assert worker.status.faults == (Fault("lamp.disconnected", NextAction.TECHNICIAN, "no such port"),)


@pytest.mark.parametrize("miss", [OSError("gone"), SILENT], ids=["lost", "silent"])
def test_fewer_than_three_misses_are_not_believed(owned: list[DeviceWorker[Lamp]], miss: Exception) -> None:
    assert MISSES_BELIEVED == 3
    told, lamp = Told(), Lamp(polls=[READY, miss, miss, READY, miss, READY, READY])
    owner(owned, lamp, told)
    lamp.wait_for(polled=9)
    told.wait_for(DeviceState.READY)


@pytest.mark.parametrize(
    ("miss", "code"), [(OSError("gone"), "lamp.disconnected"), (SILENT, "lamp.silent")], ids=["lost", "silent"]
)
def test_three_misses_in_a_row_are_a_disconnect_and_a_device_that_returns_is_ready(
    owned: list[DeviceWorker[Lamp]], miss: Exception, code: str
) -> None:
    told, lamp = Told(), Lamp(polls=[READY, miss, miss, miss, READY])
    owner(owned, lamp, told)
    lamp.wait_for(polled=7)
    told.wait_for(DeviceState.READY, DeviceState.DISCONNECTED, DeviceState.READY)
    assert told.statuses[1].faults[0].code == code
    assert told.statuses[1].faults[0].acts_next is NextAction.TECHNICIAN


def test_a_pipe_that_broke_is_opened_anew_before_it_is_asked_again(owned: list[DeviceWorker[Lamp]]) -> None:
    lamp = Lamp(polls=[READY, OSError("gone"), READY])
    owner(owned, lamp)
    lamp.wait_for(polled=4)
    assert lamp.opened == 2


def test_a_device_that_is_merely_silent_is_not_reopened_for_one_miss(owned: list[DeviceWorker[Lamp]]) -> None:
    lamp = Lamp(polls=[READY, SILENT, READY])
    owner(owned, lamp)
    lamp.wait_for(polled=4)
    assert lamp.opened == 1


@pytest.mark.warns("polling failed in a way nobody foresaw")
def test_a_bug_in_polling_is_logged_and_the_device_is_unknown_until_it_answers(
    owned: list[DeviceWorker[Lamp]], caplog: pytest.LogCaptureFixture
) -> None:
    told, lamp = Told(), Lamp(polls=[READY, ZeroDivisionError("a bug"), READY])
    owner(owned, lamp, told)
    lamp.wait_for(polled=4)
    told.wait_for(DeviceState.READY, DeviceState.UNKNOWN, DeviceState.READY)
    assert [record.levelno for record in caplog.records if record.levelno > logging.INFO] == [logging.ERROR]


@pytest.mark.warns("whoever was told of a status failed")
def test_a_listener_that_fails_does_not_end_the_thread(
    owned: list[DeviceWorker[Lamp]], caplog: pytest.LogCaptureFixture
) -> None:
    def fail(status: DeviceStatus) -> None:
        raise ZeroDivisionError

    lamp = Lamp(polls=[READY, NO_PAPER, READY])
    worker = DeviceWorker("lamp", lamp, poll_seconds=0.01, on_status=fail)
    worker.start()
    owned.append(worker)
    lamp.wait_for(polled=5)
    assert worker.submit(lambda _, cancel: "alive").future.result(PATIENCE) == "alive"
    assert "whoever was told of a status failed" in caplog.text


# -- commands -------------------------------------------------------------------------------


def test_commands_run_one_after_another_on_the_thread_that_polls(owned: list[DeviceWorker[Lamp]]) -> None:
    lamp = Lamp(polls=[READY])
    worker = owner(owned, lamp)
    order: list[int] = []
    threads: set[str] = set()

    def command(number: int) -> int:
        threads.add(threading.current_thread().name)
        order.append(number)
        return number * number

    tasks = [worker.submit(lambda _, cancel, number=number: command(number)) for number in range(50)]  # type: ignore[misc]
    assert [task.future.result(PATIENCE) for task in tasks] == [number * number for number in range(50)]
    lamp.wait_for(polled=2)
    assert order == list(range(50))
    assert threads == lamp.threads == {"device-lamp"}


def test_a_command_opens_a_device_that_is_not_open(owned: list[DeviceWorker[Lamp]]) -> None:
    lamp = Lamp(opens=[OSError("not yet"), None], polls=[READY])
    worker = DeviceWorker("lamp", lamp, poll_seconds=60.0)
    owned.append(worker)
    refused = worker.submit(lambda lamp, cancel: lamp.is_open)
    done = worker.submit(lambda lamp, cancel: lamp.is_open)
    worker.start()
    error = refused.future.exception(PATIENCE)
    # The first poll may come before either command; then the second finds the device.
    assert error is None or isinstance(error, DeviceError)
    assert done.future.result(PATIENCE) is True


def test_a_fault_of_a_command_comes_back_as_it_is(owned: list[DeviceWorker[Lamp]]) -> None:
    worker = owner(owned, Lamp(polls=[READY]))

    def fail(lamp: Lamp, cancel: Cancel) -> None:
        raise SILENT

    assert worker.submit(fail).future.exception(PATIENCE) is SILENT


def pulled(lamp: Lamp, cancel: Cancel) -> None:
    raise ConnectionResetError("pulled")


def test_a_pipe_that_breaks_under_a_command_once_is_told_to_whoever_commanded_and_not_shown(
    owned: list[DeviceWorker[Lamp]],
) -> None:
    told, lamp = Told(), Lamp(polls=[READY])
    worker = owner(owned, lamp, told)
    lamp.wait_for(polled=1)
    error = worker.submit(pulled).future.exception(PATIENCE)
    assert isinstance(error, DeviceError)
    assert error.fault == Fault("lamp.disconnected", NextAction.TECHNICIAN, "pulled")
    lamp.wait_for(opened=2, polled=lamp.polled + 3)
    told.wait_for(DeviceState.READY)


def test_a_pipe_that_stays_broken_after_a_command_is_believed_and_shown(owned: list[DeviceWorker[Lamp]]) -> None:
    gone = OSError("gone")
    told, lamp = Told(), Lamp(opens=[None, gone, gone, None], polls=[READY])
    worker = owner(owned, lamp, told)
    lamp.wait_for(polled=1)
    worker.submit(pulled)
    lamp.wait_for(opened=4, polled=lamp.polled + 2)
    told.wait_for(DeviceState.READY, DeviceState.DISCONNECTED, DeviceState.READY)


def test_commands_that_lose_it_three_times_in_a_row_are_believed_as_polls_are(
    owned: list[DeviceWorker[Lamp]],
) -> None:
    told, lamp = Told(), Lamp(polls=[READY])
    worker = owner(owned, lamp, told, poll_seconds=PATIENCE)
    told.wait_for(DeviceState.READY)
    _, let_go = hold(worker)
    tasks = [worker.submit(pulled) for _ in range(MISSES_BELIEVED)]
    let_go.set()
    for task in tasks:
        assert isinstance(task.future.exception(PATIENCE), DeviceError)
    assert worker.status.state is DeviceState.DISCONNECTED


def test_a_command_that_comes_while_a_cable_is_out_for_a_moment_waits_for_it_and_is_carried_out(
    owned: list[DeviceWorker[Lamp]],
) -> None:
    told, lamp = Told(), Lamp(opens=[None, OSError("out"), None], polls=[READY])
    worker = owner(owned, lamp, told)
    lamp.wait_for(polled=1)
    _, let_go = hold(worker)
    lost, next_one = worker.submit(pulled), worker.submit(lambda lamp, _: lamp.is_open)
    let_go.set()
    assert isinstance(lost.future.exception(PATIENCE), DeviceError)
    assert next_one.future.result(PATIENCE) is True
    assert lamp.opened == 3
    told.wait_for(DeviceState.READY)


def test_a_command_to_a_device_that_is_believed_to_be_gone_is_refused_at_once(
    owned: list[DeviceWorker[Lamp]],
) -> None:
    told, lamp = Told(), Lamp(opens=[OSError("never there")], polls=[READY])
    worker = owner(owned, lamp, told)
    told.wait_for(DeviceState.DISCONNECTED)
    error = worker.submit(lambda lamp, _: lamp.is_open).future.exception(PATIENCE)
    assert isinstance(error, DeviceError)
    assert error.fault.code == "lamp.disconnected"


@pytest.mark.warns("a command failed in a way nobody foresaw")
def test_a_bug_in_a_command_goes_to_its_owner_and_does_not_end_the_thread(
    owned: list[DeviceWorker[Lamp]], caplog: pytest.LogCaptureFixture
) -> None:
    worker = owner(owned, Lamp(polls=[READY]))
    with pytest.raises(ZeroDivisionError):
        worker.submit(lambda _, cancel: 1 // 0).future.result(PATIENCE)
    assert worker.submit(lambda _, cancel: "alive").future.result(PATIENCE) == "alive"
    assert "a command failed in a way nobody foresaw" in caplog.text


def test_polling_goes_on_while_commands_keep_coming(owned: list[DeviceWorker[Lamp]]) -> None:
    lamp = Lamp(polls=[READY])
    worker = owner(owned, lamp, poll_seconds=0.01)
    for _ in range(300):
        worker.submit(lambda _, cancel: cancel.wait(0.001)).future.result(PATIENCE)
    polled = lamp.polled
    assert polled > 0
    lamp.wait_for(polled=polled + 2)


# -- stopping -----------------------------------------------------------------------------


def test_a_command_that_waits_ends_when_it_is_abandoned(owned: list[DeviceWorker[Lamp]]) -> None:
    worker = owner(owned, Lamp(polls=[READY]))
    begun = threading.Event()

    def wait(lamp: Lamp, cancel: Cancel) -> None:
        begun.set()
        assert not cancel.requested
        cancel.wait(10 * PATIENCE)

    task = worker.submit(wait)
    assert begun.wait(PATIENCE)
    task.abandon()
    assert isinstance(task.future.exception(PATIENCE), Cancelled)
    assert task.cancel.requested
    with pytest.raises(Cancelled):
        task.cancel.check()
    assert worker.submit(lambda _, cancel: "next").future.result(PATIENCE) == "next"


def test_a_command_abandoned_in_the_queue_never_starts(owned: list[DeviceWorker[Lamp]]) -> None:
    worker = owner(owned, Lamp(polls=[READY]))
    _, let_go = hold(worker)
    started: list[str] = []
    abandoned = worker.submit(lambda _, cancel: started.append("abandoned"))
    given_up = worker.submit(lambda _, cancel: started.append("given up"))
    kept = worker.submit(lambda _, cancel: started.append("kept"))
    abandoned.abandon()
    assert given_up.future.cancel()
    let_go.set()
    kept.future.result(PATIENCE)
    assert started == ["kept"]
    assert isinstance(abandoned.future.exception(PATIENCE), Cancelled)
    with pytest.raises(CancelledError):
        given_up.future.result(PATIENCE)


def test_stopping_ends_the_running_command_refuses_the_rest_and_closes_the_device() -> None:
    lamp = Lamp(polls=[READY])
    worker = DeviceWorker("lamp", lamp, poll_seconds=0.01)
    worker.start()
    begun = threading.Event()

    def wait(lamp: Lamp, cancel: Cancel) -> None:
        begun.set()
        cancel.wait(10 * PATIENCE)

    running, waiting = worker.submit(wait), worker.submit(lambda _, cancel: "never")
    assert begun.wait(PATIENCE)
    worker.stop(PATIENCE)
    for task in (running, waiting):
        assert isinstance(task.future.exception(PATIENCE), Cancelled)
    assert not lamp.is_open
    assert lamp.closed >= 1
    assert "device-lamp" not in [thread.name for thread in threading.enumerate()]


def test_what_is_asked_of_a_stopped_worker_is_refused_and_never_hangs() -> None:
    worker = DeviceWorker("lamp", Lamp(polls=[READY]))
    worker.start()
    worker.stop(PATIENCE)
    assert isinstance(worker.submit(lambda _, cancel: "never").future.exception(PATIENCE), Cancelled)
    worker.stop(PATIENCE)


def test_what_was_asked_of_a_worker_that_never_began_is_refused() -> None:
    worker = DeviceWorker("lamp", Lamp(polls=[READY]))
    task = worker.submit(lambda _, cancel: "never")
    worker.stop(PATIENCE)
    assert isinstance(task.future.exception(PATIENCE), Cancelled)


def test_whoever_asks_while_a_worker_stops_gets_an_answer() -> None:
    for _ in range(30):
        worker = DeviceWorker("lamp", Lamp(polls=[READY]), poll_seconds=0.01)
        worker.start()
        stopping = threading.Thread(target=worker.stop, args=[PATIENCE])
        stopping.start()
        tasks = [worker.submit(lambda _, cancel: "done") for _ in range(20)]
        for task in tasks:
            error = task.future.exception(PATIENCE)
            assert error is None or isinstance(error, Cancelled)
        stopping.join(PATIENCE)


@pytest.mark.warns("the driver did not come back within")
def test_a_driver_that_does_not_come_back_is_reported_and_not_waited_for(caplog: pytest.LogCaptureFixture) -> None:
    worker = DeviceWorker("lamp", Lamp(polls=[READY]))
    worker.start()
    _, let_go = hold(worker)
    worker.stop(0.05)
    assert "did not come back" in caplog.text
    let_go.set()
    worker.stop(PATIENCE)


# -- who it is, what it did, how it feels ---------------------------------------------------


def test_what_the_house_asks_of_a_device_it_asks_its_owner(owned: list[DeviceWorker[Lamp]]) -> None:
    worker = owner(owned, Lamp(polls=[READY]))
    assert (worker.name, worker.capabilities.device_class) == ("lamp", "lamp")
    assert worker.identity == Identity("lamp://1", serial="7")
    report = worker.check_health(HealthLevel.EXTERNAL).future.result(PATIENCE)
    assert report == HealthReport(HealthLevel.EXTERNAL, facts={"watts": 5})


def test_commands_failures_and_reopenings_are_counted_beside_the_devices_own(
    owned: list[DeviceWorker[Lamp]],
) -> None:
    worker = owner(owned, Lamp(polls=[READY]), poll_seconds=60)
    worker.submit(lambda lamp, cancel: None).future.result(PATIENCE)

    def unplugged(lamp: Lamp, cancel: Cancel) -> None:
        raise OSError("gone")

    assert worker.submit(unplugged).future.exception(PATIENCE) is not None
    worker.submit(lambda lamp, cancel: None).future.result(PATIENCE)
    assert dict(worker.counters) == {"lit": 3, "commands": 3, "failures": 1, "reopened": 2, "wedged": 0}


# -- drivers that do not come back ------------------------------------------------------------


def test_a_command_that_takes_too_long_is_told_to_end_and_says_so(owned: list[DeviceWorker[Lamp]]) -> None:
    worker = owner(owned, Lamp(polls=[READY]))
    task = worker.submit(lambda lamp, cancel: cancel.wait(PATIENCE), seconds=0.05)
    error = task.future.exception(PATIENCE)
    assert isinstance(error, DeviceError)
    assert error.fault.code == "lamp.wedged"
    assert worker.submit(lambda lamp, cancel: "well").future.result(PATIENCE) == "well"


@pytest.mark.warns("the driver is stuck")
def test_a_wedged_driver_is_told_refuses_what_comes_and_is_opened_anew_when_it_returns(
    owned: list[DeviceWorker[Lamp]], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "GRACE_SECONDS", 0.05)
    lamp, told, stuck = Lamp(polls=[READY]), Told(), threading.Event()
    worker = owner(owned, lamp, told)
    told.wait_for(DeviceState.READY)
    opened = lamp.opened
    wedged = worker.submit(lambda lamp, cancel: stuck.wait(PATIENCE), seconds=0.05)
    waiting = worker.submit(lambda lamp, cancel: "never")
    told.wait_for(DeviceState.READY, DeviceState.DISCONNECTED)
    refused = worker.submit(lambda lamp, cancel: "never either")
    for task in (wedged, waiting, refused):
        error = task.future.exception(PATIENCE)
        assert isinstance(error, DeviceError)
        assert error.fault == Fault("lamp.wedged", NextAction.TECHNICIAN, error.fault.detail)
    assert [fault.code for fault in worker.status.faults] == ["lamp.wedged"]
    stuck.set()
    told.wait_for(DeviceState.READY, DeviceState.DISCONNECTED, DeviceState.READY)
    assert worker.submit(lambda lamp, cancel: "well").future.result(PATIENCE) == "well"
    assert lamp.opened > opened
    assert worker.counters["wedged"] == 1
    assert "the driver is stuck" in caplog.text


@pytest.mark.warns("the driver is stuck")
def test_a_poll_that_hangs_is_noticed_too(owned: list[DeviceWorker[Lamp]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "GRACE_SECONDS", 0.05)
    monkeypatch.setattr(module, "POLL_SECONDS", 0.05)
    told, stuck = Told(), threading.Event()

    class Stuck(Lamp):
        def poll(self) -> DeviceStatus:
            if self.polled == 1:
                stuck.wait(PATIENCE)
            return super().poll()

    owner(owned, Stuck(polls=[READY]), told)
    told.wait_for(DeviceState.READY, DeviceState.DISCONNECTED)
    stuck.set()
    told.wait_for(DeviceState.READY, DeviceState.DISCONNECTED, DeviceState.READY)
