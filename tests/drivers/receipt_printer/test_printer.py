"""The real driver against the real simulator: every outcome tells the truth."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import zxingcpp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drivers.device import Cancel, Cancelled, DeviceError, DeviceState, HealthLevel, Level, NextAction
from drivers.receipt_printer.interpreter import Interpreter
from drivers.receipt_printer.layout import compose
from drivers.receipt_printer.printer import PrintOutcome, PrintResult, ReceiptPrinter
from drivers.receipt_printer.protocol import CommandParser
from drivers.receipt_printer.simulator import PrinterSimulator, picture_of
from drivers.receipt_printer.status import ACTS_NEXT, PrinterFault
from drivers.transport import transport_for
from tests.drivers.receipt_printer.desk import (
    KIOSK,
    KNOWN,
    NARROW,
    SAMPLE,
    WIDE,
    Desk,
    Late,
    desk,
    long_receipt,
    profile,
    receipt,
    until,
)

PACED: dict[str, Any] = {"mm_per_second": 120.0}


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The simulator shares a busy machine with other tests; only one that is silent is one that does not answer."""
    monkeypatch.setattr("drivers.receipt_printer.conversation.QUERY_SECONDS", 3.0)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """For printers that will not confirm that they are clear, however long one waits."""
    monkeypatch.setattr("drivers.receipt_printer.conversation.CLEAR_SECONDS", 0.2)


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
@given(words=st.text(KNOWN, min_size=1, max_size=40))
def test_words_that_the_set_has_arrive_over_the_wire(words: str) -> None:
    with desk(profile(charset="gb18030-4")) as at:
        assert at.print(receipt("始" + words)).outcome is PrintOutcome.PRINTED
        expected = "始" + words.translate({0xA5: "￥", 0x2022: "·", 0xA0: " "})
        assert "".join(at.printed_text[0].split()) == "".join(expected.split())


def test_a_model_without_process_identifiers_proves_it_by_its_paper_status() -> None:
    with desk(process_id=False) as at:
        assert at.print(SAMPLE).outcome is PrintOutcome.PRINTED


def test_stray_bytes_and_stale_reports_are_not_taken_for_proof() -> None:
    with desk(profile(print_seconds=1.2), process_id=False, automatic_status=False) as at:
        at.simulator._mm_per_second = 3.0
        at.simulator._say(b"\x00\x37\x220001\x00\x14\x00")
        result = at.print(receipt("无证明"))
        assert (result.outcome, codes(result)) == (PrintOutcome.UNCERTAIN, [PrinterFault.SILENT])


def test_a_late_reply_is_not_taken_for_the_answer_to_the_next_question(monkeypatch: pytest.MonkeyPatch) -> None:
    """0x16 is "ready" for DLE EOT 1 and "cover open" for DLE EOT 2."""
    monkeypatch.setattr("drivers.receipt_printer.printer.QUIET_SECONDS", 0.25)
    with desk(process_id=False, automatic_status=False) as at:
        late: Any = Late(at.transport, 0.2)
        # The last question is asked so shortly before the deadline that its reply comes after it.
        printer = ReceiptPrinter(late, profile(print_seconds=0.35))
        printer.open()
        at.simulator._mm_per_second = 3.0
        result = printer.print(receipt("一"), Cancel())
        assert (result.outcome, codes(result)) == (PrintOutcome.UNCERTAIN, [PrinterFault.SILENT])


def test_a_printer_that_was_too_slow_once_is_understood_the_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    with desk() as at:
        late: Any = Late(at.transport, 0.3)
        printer = ReceiptPrinter(late, profile())
        monkeypatch.setattr("drivers.receipt_printer.conversation.QUERY_SECONDS", 0.1)
        with pytest.raises(DeviceError):
            printer.poll()
        monkeypatch.setattr("drivers.receipt_printer.conversation.QUERY_SECONDS", 2.0)
        assert printer.poll().faults == ()


@pytest.mark.parametrize("seconds", [0.25, 0.45], ids=["after one question too many", "after two"])
def test_a_printer_whose_replies_come_after_the_deadline_one_by_one_is_not_said_to_be_open_or_jammed(
    monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    """A machine under load: each reply stood for the next question, 0x16 for "cover open" and for "paper jam"."""
    monkeypatch.setattr("drivers.receipt_printer.conversation.QUERY_SECONDS", 0.1)
    monkeypatch.setattr("drivers.receipt_printer.conversation.LATE_SECONDS", 0.2)
    with desk() as at:
        at.simulator.verbs["fault"](kind="delay", seconds=seconds)
        at.simulator.verbs["fault"](kind="delay", seconds=0.02, after=1, count=60)
        for _ in range(8):
            assert polled(at.printer) in ([], [PrinterFault.SILENT])
        at.simulator.verbs["clear"]()
        at.simulator.cover(is_open=True)
        until(lambda: polled(at.printer) == [PrinterFault.COVER_OPEN])


def polled(printer: ReceiptPrinter) -> list[str]:
    try:
        return [found.code for found in printer.poll().faults]
    except DeviceError as error:
        return [error.fault.code]


def test_a_reply_that_looks_like_trouble_where_there_is_none_proves_nothing() -> None:
    """0x1E is "little paper" for DLE EOT 4 and "off-line" for DLE EOT 1."""
    with desk(profile(print_seconds=1.5), process_id=False, automatic_status=False) as at:
        at.simulator._mm_per_second = 3.0
        result = at.print_while(long_receipt("甲", lines=4), lambda: at.simulator._say(b"\x1e"), after_mm=0.5)
        assert (result.outcome, codes(result)) == (PrintOutcome.UNCERTAIN, [PrinterFault.SILENT])


# -- the state -----------------------------------------------------------------------------------


def test_a_ready_printer_polls_ready_with_paper() -> None:
    with desk() as at:
        status = at.printer.poll()
        assert (status.state, status.supplies["paper"]) == (DeviceState.READY, Level.OK)
        at.simulator.paper("near_end")
        status = at.printer.poll()
        assert status.ready
        assert status.supplies["paper"] is Level.LOW


def test_a_printer_that_cannot_see_the_roll_coming_to_its_end_says_so() -> None:
    with desk(profile(NARROW, near_end=False)) as at:
        assert at.printer.capabilities.features["near_end"] is False
        assert at.printer.poll().supplies["paper"] is Level.NOT_SUPPORTED
        at.simulator.paper("near_end")
        assert at.printer.poll().supplies["paper"] is Level.NOT_SUPPORTED
        assert at.print(receipt("还有纸")).outcome is PrintOutcome.PRINTED
        at.simulator.paper("out")
        status = at.printer.poll()
        assert status.supplies["paper"] is Level.OUT
        assert [fault.code for fault in status.faults] == [PrinterFault.PAPER_OUT]


def test_what_is_not_asked_for_is_not_known() -> None:
    with desk(profile(states=(1, 2))) as at:
        status = at.printer.poll()
        assert status.ready
        assert status.supplies["paper"] is Level.UNKNOWN
        at.simulator.paper("out")
        assert [fault.code for fault in at.printer.poll().faults] == [PrinterFault.PAPER_OUT]


def test_a_printer_that_answers_no_question_truly_is_asked_none_and_still_proves_its_receipts() -> None:
    with desk(profile(states=())) as at:
        assert at.printer.poll().ready
        assert at.print(SAMPLE).outcome is PrintOutcome.PRINTED
        assert "湖里区" in at.printed_text[0]


@pytest.mark.parametrize(
    ("happens", "expected"),
    [
        (lambda m: m.jam(on=True), PrinterFault.JAM),
        (lambda m: m.defect(on=True), PrinterFault.UNRECOVERABLE),
        (lambda m: m.pause(on=True), PrinterFault.OFFLINE),
    ],
    ids=["jam", "defect", "pause"],
)
def test_every_other_trouble_is_named_too(happens: Callable[[PrinterSimulator], None], expected: PrinterFault) -> None:
    with desk() as at:
        happens(at.simulator)
        assert [fault.code for fault in at.printer.poll().faults] == [expected]
        result = at.print(receipt("不该出现"))
        assert (result.outcome, codes(result)) == (PrintOutcome.FAILED, [expected])


# -- who it is ----------------------------------------------------------------------------------


def test_a_printer_that_identifies_itself_is_known_by_what_it_says() -> None:
    with desk(profile(identifies=True)) as at:
        assert at.printer.identity.model == "80 mm"  # nobody has asked yet
        assert at.printer.poll().ready
        identity = at.printer.identity
        assert (identity.model, identity.serial, identity.firmware) == ("ESC/POS printer", "SIM-0001", "1.0")
        assert identity.address == at.transport.name


def test_a_printer_that_was_changed_for_another_is_asked_again() -> None:
    with desk(profile(identifies=True)) as at:
        at.printer.poll()
        at.reopen()
        assert at.printer.identity.serial == ""
        at.printer.poll()
        assert at.printer.identity.serial == "SIM-0001"


def test_a_printer_that_does_not_say_who_it_is_is_asked_twice_and_is_as_ready_as_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with desk(profile(identifies=True), identifies=False) as at:
        written: list[bytes] = []
        write = at.transport.write

        def noted(data: bytes, deadline: float) -> None:
            written.append(data)
            write(data, deadline)

        monkeypatch.setattr(at.transport, "write", noted)
        for _ in range(4):
            assert at.printer.poll().ready
        assert [data for data in written if data.startswith(b"\x1dI")] == [b"\x1dI\x43"] * 2
        assert at.printer.identity.model == "80 mm"
        assert at.print(receipt("照样打")).outcome is PrintOutcome.PRINTED


def test_one_lost_answer_does_not_make_a_printer_unknown() -> None:
    with desk(profile(identifies=True)) as at:
        at.simulator.verbs["fault"](kind="silence", after=4)  # the four states come first
        assert at.printer.poll().ready
        assert at.printer.identity.serial == ""
        assert at.printer.poll().ready
        assert at.printer.identity.serial == "SIM-0001"


def test_a_profile_that_does_not_ask_leaves_the_printer_unasked() -> None:
    with desk() as at:
        at.printer.poll()
        assert at.printer.identity.serial == ""
        assert "chinese_set" not in at.printer.check_health(HealthLevel.INTERNAL, Cancel()).facts


@pytest.mark.parametrize(("charset", "said"), [("gb2312", "CHINA GB2312"), ("gb18030-4", "CHINA GB18030")])
def test_the_self_check_shows_the_set_that_the_printer_names(charset: str, said: str) -> None:
    with desk(profile(identifies=True, charset=charset)) as at:
        assert at.printer.check_health(HealthLevel.INTERNAL, Cancel()).facts == {"chinese_set": said}


@pytest.mark.parametrize("charset", ["gb2312", "gbk", "gb18030-2", "gb18030-4"])
def test_a_rare_name_reaches_the_paper_with_every_set(charset: str) -> None:
    with desk(profile(charset=charset)) as at:
        assert at.print(receipt("中㐀𠮷镕", "完")).outcome is PrintOutcome.PRINTED
        whole = at.simulator.receipts[0].picture
        assert at.printed_text[0].split() == ["完"]  # Extension B is in no printer's type
        assert at.print(receipt("中　　　", "完")).outcome is PrintOutcome.PRINTED
        assert whole.sum() > at.simulator.receipts[1].picture.sum() + 100


# -- what an earlier run left ---------------------------------------------------------------------


def broken_off(at: Desk, job: bytes) -> None:
    """An earlier run of the program wrote this, and the power of the kiosk failed."""
    before = at.simulator.state()["paper_mm"]
    at.transport.write(job, time.monotonic() + 5.0)
    until(lambda: at.simulator.state()["paper_mm"] < before if job.endswith(b"\n") else at.simulator.state()["busy"])
    at.printer.close()


@pytest.mark.parametrize(
    "base", [WIDE, {**WIDE, "clears": False}, NARROW, KIOSK], ids=["clears", "not", "narrow", "kiosk"]
)
@pytest.mark.parametrize("left", ["half a receipt", "half a line", "half a picture"])
def test_what_a_power_cut_left_does_not_come_out_with_the_next_receipt(base: dict[str, Any], left: str) -> None:
    used = profile(base)
    with desk(used) as at:
        left_there = {"half a receipt": "甲\n".encode("gbk"), "half a line": "甲".encode("gbk")}
        job = left_there.get(left, b"\x1dv0\x00" + bytes([used.dots // 8, 0, 34, 0]) + b"\xff" * 400)
        broken_off(at, b"\x1b@\x1c&" + job)
        anew = ReceiptPrinter(at.transport, used)
        anew.open()
        at.simulator.tear()
        before = len(at.simulator.receipts)
        assert anew.print(receipt("下一位", "完"), Cancel()).outcome is PrintOutcome.PRINTED
        at.simulator.tear()
        pieces = at.simulator.receipts[before:]
        assert [piece.text.split() for piece in pieces] == [["下一位", "完"]]
        alone = Interpreter(used.dots, used.charset)
        for token in CommandParser().feed(compose(receipt("下一位", "完"), used)):
            alone.take(token)
        ink = alone.new_roll().dots.sum()
        assert pieces[0].picture.sum() == ink


def test_what_hangs_there_is_parted_before_the_first_receipt_when_it_could_not_be_at_the_start() -> None:
    with desk() as at:
        broken_off(at, "\x1b@\x1c&甲\n".encode("gbk"))
        at.simulator.cover(is_open=True)
        anew = ReceiptPrinter(at.transport, profile())
        anew.open()
        at.simulator.cover(is_open=False)
        assert anew.print(receipt("乙"), Cancel()).outcome is PrintOutcome.PRINTED
        assert [text.strip() for text in at.printed_text] == ["甲", "乙"]


def test_a_job_that_does_not_end_fails_the_next_one_before_anything_of_it_is_sent() -> None:
    with desk(profile(clears=False, print_seconds=1.0)) as at:
        at.simulator._mm_per_second = 5.0
        assert at.print(long_receipt("甲")).outcome is PrintOutcome.UNCERTAIN
        result = at.print(receipt("不该出现"))
        assert (result.outcome, codes(result)) == (PrintOutcome.FAILED, [PrinterFault.SILENT])
        assert "不该出现".encode("gbk") not in result.wire


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
    monkeypatch.setattr("drivers.receipt_printer.conversation.WRITE_SECONDS", 0.5)
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
