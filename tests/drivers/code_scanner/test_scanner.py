"""The driver against the simulator: which codes reach whoever waits, and which reach nobody."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from drivers.code_scanner.keyboard import KeyboardTransport
from drivers.code_scanner.protocol import BROKEN_OFF, LONGEST, Code
from drivers.code_scanner.scanner import SAME_CODE_SECONDS, CodeScanner, CodeScannerFault, Debounce
from drivers.code_scanner.simulator import CodeScannerSimulator
from drivers.device import Cancel, Cancelled, DeviceError, DeviceState, HealthLevel
from drivers.transport import transport_for

PATIENCE = 20.0


class Desk:
    """A driver, opened long enough ago, and the simulator it listens to."""

    def __init__(self, listen: str) -> None:
        self.simulator = CodeScannerSimulator(listen)
        self.simulator.start()
        self.scanner = CodeScanner(transport_for(self.simulator.address))
        self.scanner.open()
        self.scanner._parser._begin()  # as if it had been quiet for a while since
        self.cancel = Cancel()

    def said(self) -> None:
        """Wait until the simulator has said everything, and it has arrived."""
        deadline = time.monotonic() + PATIENCE
        while self.simulator.state()["waiting"]:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        time.sleep(0.1)

    def soon(self, *deeds: Callable[[], object]) -> None:
        """Do this a moment after somebody has begun to wait."""
        timer = threading.Timer(0.2, lambda: [deed() for deed in deeds])
        timer.daemon = True
        timer.start()

    def scan(self) -> str:
        return self.scanner.scan(self.cancel, patience=PATIENCE).text

    def close(self) -> None:
        self.scanner.close()
        self.simulator.stop()


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk("tcp://127.0.0.1:0")
    yield desk
    desk.close()


@pytest.mark.parametrize("listen", ["pty", "tcp://127.0.0.1:0"])
def test_a_code_that_is_shown_while_somebody_waits_reaches_them(listen: str) -> None:
    desk = Desk(listen)
    desk.soon(lambda: desk.simulator.scan("受理编号 XM-1"))
    assert desk.scan() == "受理编号 XM-1"
    assert desk.scanner.counters["codes"] == 1
    desk.close()


def test_a_code_that_was_shown_while_nobody_waited_reaches_nobody(desk: Desk) -> None:
    desk.simulator.scan("XM-1")
    desk.said()
    desk.soon(lambda: desk.simulator.scan("XM-2"))
    assert desk.scan() == "XM-2"
    assert desk.scanner.counters["thrown_away"] == 1


def test_nor_does_the_rest_of_one_that_was_half_said_then(desk: Desk) -> None:
    desk.simulator.scan_bytes(b"XM-".hex())
    desk.said()
    desk.soon(lambda: desk.simulator.scan_bytes(b"1\rXM-2\r".hex()))
    assert desk.scan() == "XM-2"


def test_what_stands_behind_a_code_that_was_taken_reaches_nobody(desk: Desk) -> None:
    desk.soon(lambda: desk.simulator.scan_bytes(b"XM-1\rXM-2\r".hex()))
    assert desk.scan() == "XM-1"
    desk.soon(lambda: desk.simulator.scan("XM-3"))
    assert desk.scan() == "XM-3"
    assert desk.scanner.counters["thrown_away"] == 1


def test_the_same_code_read_twice_counts_once(desk: Desk) -> None:
    desk.soon(lambda: desk.simulator.double("XM-1"))
    assert desk.scan() == "XM-1"
    desk.soon(lambda: desk.simulator.double("XM-1"), lambda: desk.simulator.scan("XM-2"))
    assert desk.scan() == "XM-2"
    assert desk.scanner.counters["repeated"] == 2


def test_a_code_without_its_end_is_not_put_before_the_next_one(desk: Desk) -> None:
    desk.simulator.verbs["fault"](kind="truncate")
    desk.simulator.scan("XM-1")
    desk.said()
    desk.scanner.poll()
    time.sleep(BROKEN_OFF)
    desk.soon(lambda: desk.simulator.scan("XM-2"))
    assert desk.scan() == "XM-2"


@pytest.mark.parametrize("said", [b"XM\x07\r", b"\xff\xff\r", b"x" * (LONGEST + 1) + b"\r", b"broken o"])
def test_what_cannot_be_read_is_the_citizens_to_show_again(desk: Desk, said: bytes) -> None:
    desk.soon(lambda: desk.simulator.scan_bytes(said.hex()))
    with pytest.raises(DeviceError) as caught:
        desk.scan()
    assert caught.value.fault.code == CodeScannerFault.UNREADABLE
    assert desk.scanner.counters["unreadable"] == 1
    desk.soon(lambda: desk.simulator.scan("XM-1"))
    assert desk.scan() == "XM-1"


def test_whoever_waits_can_be_told_to_stop(desk: Desk) -> None:
    desk.soon(desk.cancel.request)
    with pytest.raises(Cancelled):
        desk.scan()


def test_waiting_for_a_code_can_have_an_end(desk: Desk) -> None:
    with pytest.raises(DeviceError) as caught:
        desk.scanner.scan(desk.cancel, patience=0.2)
    assert caught.value.fault.code == CodeScannerFault.SILENT


def test_a_poll_tells_that_it_is_there_and_whether_it_ever_said_anything(desk: Desk) -> None:
    silent = desk.scanner.poll()
    assert (silent.state, silent.faults, silent.details) == (DeviceState.READY, (), {"heard": False})
    desk.simulator.scan("XM-1")
    desk.said()
    assert desk.scanner.poll().details == {"heard": True}
    assert desk.scanner.capabilities.features == {"answers": False}


class Babble(KeyboardTransport):
    """A pipe that never falls silent."""

    def read(self, at_most: int, deadline: float) -> bytes:
        return b"x" * at_most


def test_a_line_that_never_falls_silent_holds_nobody() -> None:
    scanner = CodeScanner(Babble())
    scanner.open()
    assert scanner.poll().details == {"heard": True}
    with pytest.raises(DeviceError):
        scanner.scan(Cancel(), patience=0.5)


def test_a_scanner_that_was_opened_anew_has_to_be_heard_anew(desk: Desk) -> None:
    desk.simulator.scan("XM-1")
    desk.said()
    assert desk.scanner.poll().details == {"heard": True}
    desk.scanner.close()
    desk.scanner.open()
    assert desk.scanner.poll().details == {"heard": False}


def test_a_line_that_was_under_way_when_the_port_was_opened_is_dropped(desk: Desk) -> None:
    desk.scanner.open()
    desk.soon(lambda: desk.simulator.scan_bytes(b"half\rXM-2\r".hex()))
    assert desk.scan() == "XM-2"


def test_the_interactive_check_waits_for_a_code_and_does_not_tell_it(desk: Desk, caplog: Any) -> None:
    caplog.set_level(logging.DEBUG)
    desk.soon(lambda: desk.simulator.scan("XM-1-secret"))
    report = desk.scanner.check_health(HealthLevel.INTERACTIVE, desk.cancel)
    assert (report.faults, report.question) == ((), "code_scanner.test_code")
    assert report.facts == {"characters": 11, "heard": True}
    assert "secret" not in caplog.text


def test_the_interactive_check_says_when_nothing_came(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drivers.code_scanner.scanner.TEST_CODE_SECONDS", 0.2)
    report = desk.scanner.check_health(HealthLevel.INTERACTIVE, desk.cancel)
    assert [fault.code for fault in report.faults] == [CodeScannerFault.SILENT]


# -- debounce ------------------------------------------------------------------------


def test_the_same_code_counts_again_once_it_was_out_of_sight() -> None:
    debounce, code = Debounce(2.0), Code("XM-1")
    assert [debounce.counts(code, at) for at in (0.0, 1.0, 2.5, 4.4, 6.5)] == [True, False, False, False, True]


def test_another_code_counts_at_once_and_so_does_the_first_after_it() -> None:
    debounce = Debounce(SAME_CODE_SECONDS)
    assert [debounce.counts(Code(text), 0.0) for text in ("XM-1", "XM-2", "XM-1")] == [True, True, True]


# -- a scanner that types ------------------------------------------------------------


def test_a_scanner_that_types_is_the_same_scanner() -> None:
    keyboard = KeyboardTransport()
    scanner = CodeScanner(keyboard)
    keyboard.typed("nobody is there yet")
    scanner.open()
    assert scanner.poll().state is DeviceState.READY
    assert scanner.identity.address == "keyboard"
    time.sleep(BROKEN_OFF)
    keyboard.typed("XM-1")
    timer = threading.Timer(0.2, keyboard.typed, ["受理编号 XM-2"])
    timer.start()
    assert scanner.scan(Cancel(), patience=PATIENCE).text == "受理编号 XM-2"
    timer.join()
    scanner.close()
    assert not keyboard.is_open


def test_lines_that_nobody_takes_do_not_heap_up() -> None:
    keyboard = KeyboardTransport()
    keyboard.open()
    for _ in range(100):
        keyboard.typed("x" * LONGEST)
    taken = 0
    while data := keyboard.read(4096, time.monotonic()):
        taken += len(data)
    assert LONGEST < taken <= 4 * LONGEST
