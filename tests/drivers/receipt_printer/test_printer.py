"""The real driver against the real simulator: every outcome tells the truth."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import zxingcpp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drivers.device import Cancel, Cancelled, DeviceError, DeviceState, Level, NextAction
from drivers.receipt_printer.interpreter import Interpreter
from drivers.receipt_printer.layout import compose
from drivers.receipt_printer.printer import ACTS_NEXT, PrinterFault, PrintOutcome, PrintResult, ReceiptPrinter
from drivers.receipt_printer.protocol import CommandParser
from drivers.receipt_printer.simulator import PrinterSimulator, picture_of
from drivers.transport import transport_for
from tests.drivers.receipt_printer.desk import NARROW, SAMPLE, WIDE, Desk, Late, desk, long_receipt, profile, receipt

PACED: dict[str, Any] = {"mm_per_second": 120.0}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """For printers that will not confirm that they are clear, however long one waits."""
    monkeypatch.setattr("drivers.receipt_printer.printer.CLEAR_SECONDS", 0.2)


def codes(result: PrintResult) -> list[str]:
    return [fault.code for fault in result.faults]


def prints_whole_and_clean(at: Desk, *, after: str) -> None:
    """The next receipt comes out as if nothing had been before it; ``after`` is a word of the earlier one."""
    before = len(at.simulator.receipts)
    result = at.print(receipt("下一位", "完"))
    assert (result.outcome, result.faults) == (PrintOutcome.PRINTED, ())
    at.simulator.tear()
    pieces = at.simulator.receipts[before:]
    assert pieces[-1].text.split() == ["下一位", "完"]
    assert all(after in piece.text for piece in pieces[:-1])  # remains came out apart, before it
    alone = Interpreter(576)
    for token in CommandParser().feed(compose(receipt("下一位", "完"), profile())):
        alone.take(token)
    alone.feed(120)
    assert np.array_equal(pieces[-1].picture, alone.cut().dots)


# -- when all is well -------------------------------------------------------------------------


@pytest.mark.parametrize("listen", ["tcp://127.0.0.1:0", "pty"])
@pytest.mark.parametrize("completion", ["process_id", "paper_query", "assumed"])
def test_a_receipt_is_printed_with_every_kind_of_proof(listen: str, completion: str) -> None:
    with desk(profile(completion=completion), listen) as at:
        result = at.print(SAMPLE)
        assert (result.outcome, result.faults) == (PrintOutcome.PRINTED, ())
        assert [s.text for s in zxingcpp.read_barcodes(np.asarray(picture_of(at.simulator.receipts[0].picture)))] == [
            "JT0220261123000042"
        ]


def test_a_receipt_is_printed_on_narrow_paper_without_a_cutter() -> None:
    with desk(profile(NARROW)) as at:
        assert at.print(SAMPLE).outcome is PrintOutcome.PRINTED
        at.simulator.tear()
        assert "从业人员证换卡" in at.printed_text[0]


def test_printed_is_said_only_after_the_paper_has_come_out() -> None:
    with desk(mm_per_second=200.0) as at:
        result = at.print(long_receipt("行", 30))
        assert result.outcome is PrintOutcome.PRINTED
        assert not at.simulator.state()["buffered"]
        assert len(at.simulator.receipts) == 1
        assert result.seconds > 0.5  # 30 lines are 128 mm


def test_many_receipts_come_out_apart_and_in_order() -> None:
    with desk() as at:
        for number in range(5):
            assert at.print(receipt(f"第{number}张")).outcome is PrintOutcome.PRINTED
        assert [text.strip() for text in at.printed_text] == [f"第{number}张" for number in range(5)]


def test_a_long_receipt_of_pictures_passes_a_small_buffer() -> None:
    with desk(receive_buffer=64) as at:
        result = at.print(long_receipt("㐀䶮𠮷", 60))
        assert result.outcome is PrintOutcome.PRINTED
        assert len(result.wire) > 20_000


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(st.characters(min_codepoint=0x20, exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40))
def test_words_that_the_set_has_arrive_over_the_wire(words: str) -> None:
    with desk(profile(charset="gb18030-4")) as at:
        assert at.print(receipt("始" + words)).outcome is PrintOutcome.PRINTED
        expected = "始" + words.translate({0xA5: "￥", 0x2022: "·", 0xA0: " "})
        assert "".join(at.printed_text[0].split()) == "".join(expected.split())


def test_a_model_without_process_identifiers_proves_it_by_its_paper_status() -> None:
    with desk(process_id=False) as at:
        assert at.print(SAMPLE).outcome is PrintOutcome.PRINTED


def test_stray_bytes_and_stale_reports_are_not_taken_for_proof() -> None:
    with desk(process_id=False, automatic_status=False, mm_per_second=3.0) as at:
        at.simulator._say(b"\x00\x37\x220001\x00\x14\x00")
        used = profile(print_seconds=1.2)
        printer = ReceiptPrinter(at.transport, used)
        result = printer.print(receipt("无证明"), Cancel())
        assert (result.outcome, codes(result)) == (PrintOutcome.UNCERTAIN, [PrinterFault.SILENT])


def test_a_late_reply_is_not_taken_for_the_answer_to_the_next_question(monkeypatch: pytest.MonkeyPatch) -> None:
    """0x16 is "ready" for DLE EOT 1 and "cover open" for DLE EOT 2."""
    monkeypatch.setattr("drivers.receipt_printer.printer.QUIET_SECONDS", 0.25)
    with desk(process_id=False, automatic_status=False, mm_per_second=3.0) as at:
        late: Any = Late(at.transport, 0.2)
        # The last question is asked so shortly before the deadline that its reply comes after it.
        printer = ReceiptPrinter(late, profile(print_seconds=0.35))
        result = printer.print(receipt("一"), Cancel())
        assert (result.outcome, codes(result)) == (PrintOutcome.UNCERTAIN, [PrinterFault.SILENT])


def test_a_printer_that_was_too_slow_once_is_understood_the_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    with desk() as at:
        late: Any = Late(at.transport, 0.3)
        printer = ReceiptPrinter(late, profile())
        monkeypatch.setattr("drivers.receipt_printer.printer.QUERY_SECONDS", 0.1)
        with pytest.raises(DeviceError):
            printer.poll()
        monkeypatch.setattr("drivers.receipt_printer.printer.QUERY_SECONDS", 2.0)
        assert printer.poll().faults == ()


# -- the state -----------------------------------------------------------------------------------


def test_a_ready_printer_polls_ready_with_paper() -> None:
    with desk() as at:
        status = at.printer.poll()
        assert (status.state, status.supplies["paper"]) == (DeviceState.READY, Level.OK)
        at.simulator.paper("near_end")
        status = at.printer.poll()
        assert status.ready
        assert status.supplies["paper"] is Level.LOW


TROUBLES: list[tuple[Callable[[PrinterSimulator], None], PrinterFault]] = [
    (lambda machine: machine.paper("out"), PrinterFault.PAPER_OUT),
    (lambda machine: machine.cover(is_open=True), PrinterFault.COVER_OPEN),
    (lambda machine: machine.heat(hot=True), PrinterFault.OVERHEATED),
]


@pytest.mark.parametrize(("trouble", "expected"), TROUBLES, ids=[code.value for _, code in TROUBLES])
def test_a_trouble_before_printing_fails_and_nothing_is_printed(
    trouble: Callable[[PrinterSimulator], None], expected: PrinterFault
) -> None:
    with desk() as at:
        trouble(at.simulator)
        status = at.printer.poll()
        assert status.state is DeviceState.ATTENTION
        assert [fault.code for fault in status.faults] == [expected]
        result = at.print(receipt("不该出现"))
        assert (result.outcome, codes(result)) == (PrintOutcome.FAILED, [expected])
        at.simulator.paper("ok")
        at.simulator.cover(is_open=False)
        at.simulator.heat(hot=False)
        prints_whole_and_clean(at, after="nothing was printed")


def test_a_silent_printer_is_a_device_error_for_the_poll() -> None:
    with desk() as at:
        at.simulator.silence(on=True)
        with pytest.raises(DeviceError) as caught:
            at.printer.poll()
        assert caught.value.fault.code == PrinterFault.SILENT


def test_a_printer_that_was_never_there_is_an_os_error() -> None:
    with desk() as at:
        address = at.simulator.address
    with pytest.raises(OSError, match="cannot reach"):
        ReceiptPrinter(transport_for(address), profile()).open()


# -- trouble in the middle ---------------------------------------------------------------------------


@pytest.mark.parametrize("listen", ["tcp://127.0.0.1:0", "pty"])
def test_paper_that_ends_in_the_middle_fails_and_the_rest_is_cleared(listen: str) -> None:
    with desk(listen=listen) as at:
        at.simulator.paper("out", after_mm=20.0)
        result = at.print(long_receipt("甲"))
        assert (result.outcome, codes(result)) == (PrintOutcome.FAILED, [PrinterFault.PAPER_OUT])
        at.simulator.paper("ok")
        assert 0 < at.printed_text[0].count("甲") < 40
        prints_whole_and_clean(at, after="甲")


def test_paper_that_ends_in_a_printer_that_cannot_clear_is_uncertain() -> None:
    with desk(profile(clears=False)) as at:
        at.simulator.paper("out", after_mm=20.0)
        result = at.print(long_receipt("甲"))
        assert (result.outcome, codes(result)) == (PrintOutcome.UNCERTAIN, [PrinterFault.PAPER_OUT])


@pytest.mark.usefixtures("impatient")
def test_paper_that_ends_with_more_sent_than_the_buffer_holds_is_uncertain() -> None:
    """The command that clears waits in the line behind the receipt, so nobody confirms it."""
    with desk(receive_buffer=256) as at:
        at.simulator.paper("out", after_mm=20.0)
        result = at.print(long_receipt("㐀甲"))
        assert (result.outcome, codes(result)) == (PrintOutcome.UNCERTAIN, [PrinterFault.PAPER_OUT])


@pytest.mark.usefixtures("impatient")
def test_a_printer_that_takes_no_more_bytes_has_said_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason came while the driver was still waiting to send; it must not be lost over the time-out."""
    monkeypatch.setattr("drivers.receipt_printer.printer.WRITE_SECONDS", 0.5)
    with desk(profile(chunk=65536), "pty", receive_buffer=64) as at:
        at.simulator.paper("out", after_mm=20.0)
        result = at.print(long_receipt("㐀甲", 60))
        assert (result.outcome, codes(result)) == (PrintOutcome.UNCERTAIN, [PrinterFault.PAPER_OUT])


@pytest.mark.parametrize("base", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_printer_that_does_not_report_by_itself_is_asked(base: dict[str, Any]) -> None:
    with desk(profile(base), automatic_status=False) as at:
        at.simulator.paper("out", after_mm=20.0)
        result = at.print(long_receipt("甲"))
        assert codes(result) == [PrinterFault.PAPER_OUT]
        assert result.outcome is (PrintOutcome.FAILED if base is WIDE else PrintOutcome.UNCERTAIN)
        assert result.seconds < 10.0  # far below print_seconds


@pytest.mark.parametrize(
    ("happens", "expected", "put_right"),
    [
        (lambda m: m.cover(is_open=True), PrinterFault.COVER_OPEN, lambda m: m.cover(is_open=False)),
        (lambda m: m.heat(hot=True), PrinterFault.OVERHEATED, lambda m: m.heat(hot=False)),
        (lambda m: m.paper("out"), PrinterFault.PAPER_OUT, lambda m: m.paper("ok")),
    ],
    ids=["cover", "heat", "paper"],
)
def test_a_trouble_in_the_middle_fails_and_the_next_receipt_is_whole(
    happens: Callable[[PrinterSimulator], None],
    expected: PrinterFault,
    put_right: Callable[[PrinterSimulator], None],
) -> None:
    with desk(**PACED) as at:
        result = at.print_while(long_receipt("甲"), lambda: happens(at.simulator))
        assert (result.outcome, codes(result)) == (PrintOutcome.FAILED, [expected])
        put_right(at.simulator)
        prints_whole_and_clean(at, after="甲")


def test_a_jammed_cutter_fails_and_is_left_once_it_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    with desk() as at:
        at.simulator.cutter(jammed=True)
        result = at.print(receipt("甲"))
        assert (result.outcome, codes(result)) == (PrintOutcome.FAILED, [PrinterFault.CUTTER])
        again = at.print(receipt("乙"))
        assert (again.outcome, codes(again)) == (PrintOutcome.FAILED, [PrinterFault.CUTTER])
        at.simulator.cutter(jammed=False)
        # It was tried a moment ago; the next try is due later.
        assert at.printer.poll().state is DeviceState.ATTENTION
        monkeypatch.setattr("drivers.receipt_printer.printer.RECOVER_SECONDS", 0.0)
        assert at.printer.poll().state is DeviceState.READY
        prints_whole_and_clean(at, after="甲")


# -- a broken line ------------------------------------------------------------------------------------


def test_silence_before_anything_was_sent_fails() -> None:
    with desk() as at:
        at.simulator.silence(on=True)
        result = at.print(receipt("不该出现"))
        assert (result.outcome, codes(result)) == (PrintOutcome.FAILED, [PrinterFault.SILENT])
        at.simulator.silence(on=False)
        prints_whole_and_clean(at, after="nothing was printed")


@pytest.mark.usefixtures("impatient")
def test_silence_in_the_middle_is_uncertain_by_the_deadline() -> None:
    with desk(profile(print_seconds=1.0), **PACED) as at:
        result = at.print_while(long_receipt("甲"), lambda: at.simulator.silence(on=True))
        assert (result.outcome, codes(result)) == (PrintOutcome.UNCERTAIN, [PrinterFault.SILENT])
        at.simulator.silence(on=False)
        prints_whole_and_clean(at, after="甲")


@pytest.mark.parametrize("accident", ["unplug", "power_cycle"])
def test_a_connection_lost_in_the_middle_is_uncertain(accident: str) -> None:
    with desk(**PACED) as at:
        result = at.print_while(long_receipt("甲"), at.simulator.verbs[accident])
        assert (result.outcome, codes(result)) == (PrintOutcome.UNCERTAIN, [PrinterFault.DISCONNECTED])
        at.simulator.plug()
        at.reopen()
        prints_whole_and_clean(at, after="甲")


def test_a_connection_lost_before_printing_fails() -> None:
    with desk() as at:
        at.simulator.unplug()
        result = at.print(receipt("不该出现"))
        assert result.outcome is PrintOutcome.FAILED
        assert codes(result)[0] in (PrinterFault.DISCONNECTED, PrinterFault.SILENT)
        at.simulator.plug()
        at.reopen()
        prints_whole_and_clean(at, after="nothing was printed")


def test_a_printer_switched_off_in_the_middle_falls_silent_on_a_serial_line() -> None:
    with desk(profile(print_seconds=1.0), "pty", **PACED) as at:
        result = at.print_while(long_receipt("甲"), at.simulator.power_cycle)
        assert result.outcome is PrintOutcome.UNCERTAIN
        prints_whole_and_clean(at, after="甲")


# -- what is promised beside -----------------------------------------------------------------------------


def test_a_receipt_that_is_no_longer_wanted_is_not_begun() -> None:
    with desk() as at:
        at.cancel.request()
        with pytest.raises(Cancelled):
            at.print(receipt("不该出现"))
        at.cancel = Cancel()
        prints_whole_and_clean(at, after="nothing was printed")


def test_a_receipt_under_way_is_finished_although_it_is_cancelled() -> None:
    with desk(**PACED) as at:
        result = at.print_while(long_receipt("甲"), at.cancel.request)
        assert result.outcome is PrintOutcome.PRINTED
        assert at.printed_text[0].count("甲") == 40


def test_the_bytes_of_the_result_are_those_on_the_wire() -> None:
    with desk() as at:
        result = at.print(SAMPLE)
        assert compose(SAMPLE, profile()) in result.wire
        assert at.simulator.receipts[0].wire in result.wire


@pytest.mark.parametrize("code", list(PrinterFault))
def test_every_fault_says_who_acts_next(code: PrinterFault) -> None:
    assert isinstance(ACTS_NEXT[code], NextAction)
    assert code.value.startswith("receipt_printer.")


def test_no_result_log_or_error_shows_what_was_to_be_printed(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with desk() as at:
        results = [at.print(receipt("张三"))]
        at.simulator.paper("out", after_mm=2.0)
        results += [at.print(long_receipt("张三")), at.print(receipt("张三"))]
        at.simulator.silence(on=True)
        results.append(at.print(receipt("张三")))
    shown = repr(results) + caplog.text
    assert [result.outcome for result in results] == ["printed", "failed", "failed", "failed"]
    assert "receipt_printer.paper_out" in shown
    assert not any(secret in shown for secret in ("张三", repr("张三".encode("gbk"))[2:-1]))


@pytest.mark.parametrize(("changes", "columns"), [({}, 48), ({"dots": 384}, 32)], ids=["80 mm", "58 mm"])
def test_capabilities_are_those_of_the_profile(changes: dict[str, Any], columns: int) -> None:
    used = profile(**changes)
    with desk(used) as at:
        capabilities = at.printer.capabilities
    assert capabilities.device_class == "receipt_printer"
    assert capabilities.features["dots"] == used.dots
    assert capabilities.verified_on == ()
    assert used.columns == columns
