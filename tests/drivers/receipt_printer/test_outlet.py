"""A printer that holds a receipt until it is taken: what stands in the outlet, what is pulled back, what is counted."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.device import Cancel, Cancelled, DeviceError, DeviceState, DeviceStatus, NextAction
from drivers.receipt_printer import mechanism
from drivers.receipt_printer.conversation import Conversation
from drivers.receipt_printer.outlet import Outlet
from drivers.receipt_printer.printer import PrintOutcome, ReceiptPrinter
from drivers.receipt_printer.profile import Profile
from drivers.receipt_printer.status import PrinterFault
from tests.drivers.receipt_printer.desk import KIOSK, Desk, desk, long_receipt, profile, receipt, until

FOR_EVER = 1000.0
AT_ONCE = 1e-9


def kiosk(hold_seconds: float = FOR_EVER, *, retract: str = KIOSK["presenter"]["retract"], **changes: Any) -> Profile:
    """A printer with a presenter that holds a receipt so long."""
    presenter = {**KIOSK["presenter"], "hold_seconds": hold_seconds, "retract": retract}
    return profile(KIOSK, presenter=presenter, **changes)


@pytest.fixture
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """For what does not go, however long one waits."""
    monkeypatch.setattr("drivers.receipt_printer.outlet.PULL_SECONDS", 0.3)


def prints(at: Desk, words: str) -> None:
    result = at.print(receipt(words))
    assert (result.outcome, result.faults) == (PrintOutcome.PRINTED, ())


def polled_until(at: Desk, condition: Callable[[DeviceStatus], object]) -> DeviceStatus:
    """The first status that fits."""
    seen: list[DeviceStatus] = []

    def fits() -> bool:
        seen.append(at.printer.poll())
        return bool(condition(seen[-1]))

    until(fits)
    return seen[-1]


def codes(status: DeviceStatus) -> list[str]:
    return [fault.code for fault in status.faults]


def counted(at: Desk) -> tuple[int, int]:
    counters = at.printer.counters
    return counters["receipts_taken"], counters["receipts_retracted"]


# -- standing there, and taken --------------------------------------------------------------


def test_a_receipt_stands_in_the_outlet_until_it_is_taken() -> None:
    with desk(kiosk()) as at:
        assert at.printer.poll().details == {"paper_presented": False}
        prints(at, "甲")
        assert at.simulator.state()["presented"] is True
        for _ in range(3):
            status = at.printer.poll()
            assert status.ready
            assert status.details == {"paper_presented": True}
        assert counted(at) == (0, 0)
        at.simulator.take()
        assert at.printer.poll().details == {"paper_presented": False}
        assert counted(at) == (1, 0)
        at.printer.poll()
        assert counted(at) == (1, 0)


def test_a_receipt_that_is_taken_before_anybody_looks_counts_as_taken() -> None:
    with desk(kiosk()) as at:
        prints(at, "甲")
        at.simulator.take()
        assert not at.printer.poll().details["paper_presented"]
        assert counted(at) == (1, 0)


def test_a_receipt_is_printed_although_nobody_takes_it() -> None:
    with desk(kiosk()) as at:
        prints(at, "甲")
        assert at.printer.counters["receipts_printed"] == 1
        assert at.printed_text[0].strip() == "甲"


@pytest.mark.parametrize("completion", ["process_id", "paper_query", "assumed"])
def test_a_receipt_comes_out_of_a_presenter_with_every_kind_of_proof(completion: str) -> None:
    with desk(kiosk(completion=completion)) as at:
        prints(at, "甲")
        until(lambda: at.simulator.state()["presented"] is True)


def test_a_printer_without_a_presenter_says_nothing_of_an_outlet() -> None:
    with desk() as at:
        assert at.printer.poll().details == {}
        assert at.printer.capabilities.features["presenter"] is False
        assert "receipts_taken" not in at.printer.counters
    with desk(kiosk()) as at:
        assert at.printer.capabilities.features["presenter"] is True


# -- pulled back -----------------------------------------------------------------------------


def test_what_nobody_takes_is_pulled_back_after_its_time() -> None:
    with desk(kiosk(AT_ONCE)) as at:
        prints(at, "甲")
        before = at.simulator.state()["retracted"]
        status = polled_until(at, lambda status: not status.details["paper_presented"])
        assert status.faults == ()
        assert at.simulator.state()["retracted"] == before + 1
        assert at.simulator.state()["taken"] == 0
        assert counted(at) == (0, 1)


def test_the_next_receipt_does_not_come_out_on_top_of_the_one_before() -> None:
    with desk(kiosk()) as at:
        prints(at, "甲")
        before = at.simulator.state()["retracted"]
        prints(at, "乙")
        assert at.simulator.state()["retracted"] == before + 1
        assert at.simulator.state()["presented"] is True
        assert counted(at) == (0, 1)
        assert [text.strip() for text in at.printed_text] == ["甲", "乙"]


def test_a_receipt_that_was_taken_is_not_pulled_back_for_the_next() -> None:
    with desk(kiosk()) as at:
        prints(at, "甲")
        at.simulator.take()
        before = at.simulator.state()["retracted"]
        prints(at, "乙")
        assert at.simulator.state()["retracted"] == before
        assert counted(at) == (1, 0)


def test_what_an_earlier_run_left_in_the_outlet_is_pulled_back_when_the_program_starts() -> None:
    with desk(kiosk()) as at:
        prints(at, "甲")
        at.printer.close()
        anew = ReceiptPrinter(at.transport, kiosk())
        anew.open()
        assert at.simulator.state()["presented"] is False
        assert anew.poll().details == {"paper_presented": False}


def test_what_an_earlier_run_left_is_pulled_back_after_its_time_where_it_could_not_be_at_the_start() -> None:
    with desk(kiosk(AT_ONCE)) as at:
        prints(at, "甲")
        at.printer.close()
        at.simulator.cover(is_open=True)
        anew = ReceiptPrinter(at.transport, kiosk(AT_ONCE))
        anew.open()
        assert anew.poll().details == {"paper_presented": True}
        at.simulator.cover(is_open=False)
        until(lambda: anew.poll().details["paper_presented"] is False)
        assert anew.counters["receipts_retracted"] == 1


def test_half_a_receipt_goes_into_the_bin_and_not_to_the_next_citizen() -> None:
    with desk(kiosk()) as at:
        at.simulator.paper("out", after_mm=20.0)
        result = at.print(long_receipt("甲"))
        assert result.outcome is not PrintOutcome.PRINTED
        at.simulator.paper("ok")
        before = at.simulator.state()["retracted"]
        prints(at, "乙")
        assert at.simulator.state()["retracted"] == before + 1
        assert at.printed_text[-1].strip() == "乙"
        assert at.simulator.state()["presented"] is True


# -- what does not go -------------------------------------------------------------------------


@pytest.mark.usefixtures("brisk")
def test_what_cannot_be_pulled_back_is_for_the_attendant_and_stops_the_next_receipt() -> None:
    with desk(kiosk(AT_ONCE)) as at:
        at.simulator.outlet(blocked=True)
        status = polled_until(at, lambda status: status.faults)
        assert status.state is DeviceState.ATTENTION
        assert codes(status) == [PrinterFault.NOT_TAKEN]
        assert status.faults[0].acts_next is NextAction.ATTENDANT
        result = at.print(receipt("不该出现"))
        assert result.outcome is PrintOutcome.FAILED
        assert [fault.code for fault in result.faults] == [PrinterFault.NOT_TAKEN]
        assert codes(at.printer.poll()) == [PrinterFault.NOT_TAKEN], "it was tried again, and that changed nothing"
        at.simulator.outlet(blocked=False)
        assert at.printer.poll().ready
        assert counted(at) == (1, 0)  # by somebody's hand
        prints(at, "乙")
        assert [text.strip() for text in at.printed_text] == ["乙"]


@pytest.mark.usefixtures("brisk")
def test_what_was_stuck_and_goes_at_the_next_try_was_pulled_back() -> None:
    with desk(kiosk(AT_ONCE)) as at:
        at.simulator.outlet(blocked=True)
        polled_until(at, lambda status: status.faults)
        with at.simulator.lock:
            at.simulator._presenter().blocked = False  # it stands there still, and would go
        prints(at, "乙")
        assert counted(at) == (0, 1)
        assert codes(at.printer.poll()) == []


@pytest.mark.usefixtures("brisk")
def test_what_did_not_go_is_tried_again_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drivers.receipt_printer.outlet.AGAIN_SECONDS", 0.0)
    with desk(kiosk(AT_ONCE)) as at:
        at.simulator.outlet(blocked=True)
        polled_until(at, lambda status: status.faults)
        with at.simulator.lock:
            at.simulator._presenter().blocked = False
        status = polled_until(at, lambda status: not status.details["paper_presented"])
        assert status.ready
        assert counted(at) == (0, 1)


@pytest.mark.usefixtures("brisk")
@pytest.mark.parametrize("trouble", ["cover", "jam", "heat"])
def test_a_printer_in_trouble_is_told_to_pull_it_back_once_it_can(
    trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("drivers.receipt_printer.printer.RECOVER_SECONDS", 0.0)
    with desk(kiosk(AT_ONCE)) as at:
        prints(at, "甲")
        verb = at.simulator.verbs[trouble]
        verb(**{{"cover": "is_open", "jam": "on", "heat": "hot"}[trouble]: True})
        for _ in range(6):
            status = at.printer.poll()
            assert codes(status) != []
            assert PrinterFault.NOT_TAKEN not in codes(status)
            assert status.details == {"paper_presented": True}
        verb(**{{"cover": "is_open", "jam": "on", "heat": "hot"}[trouble]: False})
        status = polled_until(at, lambda status: not status.details["paper_presented"])
        assert PrinterFault.NOT_TAKEN not in codes(status)
        assert counted(at) == (0, 1)


def test_a_trouble_that_comes_while_it_is_pulled_back_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drivers.receipt_printer.printer.RECOVER_SECONDS", 0.0)
    with desk(kiosk(AT_ONCE)) as at:
        prints(at, "甲")
        with monkeypatch.context() as patch:
            patch.setattr(mechanism.Outlet, "retract", lambda _: None)  # what it was told is lost
            assert at.printer.poll().details == {"paper_presented": True}
            at.simulator.jam(on=True)
            assert codes(at.printer.poll()) == [PrinterFault.JAM]
        at.simulator.jam(on=False)
        assert polled_until(at, lambda status: not status.details["paper_presented"]).faults == ()
        assert counted(at) == (0, 1)


def test_a_model_that_cannot_pull_back_waits_for_somebody_to_take_it() -> None:
    with desk(kiosk(retract="")) as at:
        prints(at, "甲")
        assert at.printer.poll().ready
        result = at.print(receipt("乙"))
        assert result.outcome is PrintOutcome.FAILED
        assert [fault.code for fault in result.faults] == [PrinterFault.NOT_TAKEN]
        at.simulator.take()
        prints(at, "乙")
        assert counted(at) == (1, 0)
        assert at.simulator.state()["retracted"] == 0


def test_a_model_that_cannot_pull_back_says_so_when_nobody_takes_it() -> None:
    with desk(kiosk(AT_ONCE, retract="")) as at:
        prints(at, "甲")
        assert codes(at.printer.poll()) == [PrinterFault.NOT_TAKEN]
        at.simulator.take()
        assert at.printer.poll().ready
        assert counted(at) == (1, 0)


def test_whoever_waits_for_the_outlet_can_be_told_to_stop() -> None:
    with desk(kiosk()) as at:
        at.simulator.outlet(blocked=True)
        at.printer.poll()

        class Impatient(Cancel):
            def wait(self, seconds: float) -> None:
                self.request()
                super().wait(seconds)

        with pytest.raises(Cancelled):
            at.printer.print(receipt("不该出现"), Impatient())
        at.simulator.outlet(blocked=False)
        prints(at, "乙")
        assert [text.strip() for text in at.printed_text] == ["乙"]


def test_an_outlet_that_does_not_answer_is_a_silent_printer() -> None:
    with desk(kiosk(), presenter=False) as at:
        with pytest.raises(DeviceError) as caught:
            at.printer.poll()
        assert caught.value.fault.code == PrinterFault.SILENT
        result = at.print(receipt("不该出现"))
        assert (result.outcome, [fault.code for fault in result.faults]) == (PrintOutcome.FAILED, [PrinterFault.SILENT])


# -- whatever happens, in whatever order --------------------------------------------------------


class Line:
    """A presenter at the other end of a line without a wire: it answers at once, in pieces."""

    def __init__(self, machine: mechanism.Mechanism, cuts: tuple[int, ...] = ()) -> None:
        assert machine.outlet is not None
        self.machine, self.outlet = machine, machine.outlet
        self.cuts = cuts
        self.coming: list[bytes] = []

    def write(self, data: bytes, deadline: float) -> None:
        if data == b"\x10\x04\x14":
            answer = self.machine.real_time(20)
            edges = [0, *self.cuts, len(answer)]
            self.coming += [answer[begin:end] for begin, end in pairwise(edges)]
        elif data == b"\x1de\x02":
            self.outlet.retract()
        else:
            raise AssertionError(data)

    def read(self, at_most: int, deadline: float) -> bytes:
        return self.coming.pop(0) if self.coming else b""

    def discard_input(self) -> None:
        self.coming.clear()


def watched(hold_seconds: float, line: Line) -> Outlet:
    talk: Any = line
    presenter = kiosk(hold_seconds).presenter
    assert presenter is not None
    return Outlet(Conversation(talk), presenter)


@given(st.lists(st.sampled_from(["present", "take", "look", "block"]), max_size=30))
def test_every_receipt_is_taken_or_pulled_back_or_still_there(events: list[str]) -> None:
    line = Line(mechanism.Mechanism(outlet=mechanism.Outlet()))
    outlet, presented = watched(FOR_EVER, line), 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("drivers.receipt_printer.outlet.PULL_SECONDS", 0.0)
        patch.setattr("drivers.receipt_printer.outlet.GLANCE_SECONDS", 0.0)
        for event in events:
            match event:
                case "present":
                    free = outlet.emptied(Cancel())
                    assert free != line.outlet.held
                    if free:
                        line.outlet.inside = 1
                        line.outlet.present()
                        outlet.presented()
                        presented += 1
                case "take":
                    line.outlet.take()
                case "block":
                    line.outlet.blocked = line.outlet.held
                case _:
                    assert not outlet.watch(can_move=True) or line.outlet.blocked
        outlet.look()
    assert outlet.held == line.outlet.held
    assert presented == sum(outlet.counted.values()) + outlet.held
    assert outlet.counted["receipts_retracted"] == line.outlet.retracted
    assert outlet.counted["receipts_taken"] == line.outlet.taken


@given(st.binary(min_size=4, max_size=4), st.lists(st.integers(1, 5), unique=True, max_size=5).map(sorted))
def test_whatever_else_the_answer_says_one_bit_tells_whether_a_receipt_stands_there(
    said: bytes, cuts: list[int]
) -> None:
    class Said(mechanism.Mechanism):
        def real_time(self, number: int) -> bytes:
            return b"\x10\x0f" + said

    outlet = watched(FOR_EVER, Line(Said(outlet=mechanism.Outlet()), tuple(cuts)))
    outlet.look()
    assert outlet.held == bool(said[0] & 0x20)
