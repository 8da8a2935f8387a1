"""The driver before printers of many makes: what it asks of them, and the truth about every document."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator

import pytest

from drivers.device import Cancel, Cancelled, DeviceError, DeviceState, Fault, HealthLevel
from drivers.page_printer import job as watching
from drivers.page_printer import printer as driving
from drivers.page_printer.printer import PagePrinter, PrintOutcome, PrintResult
from drivers.page_printer.protocol import Attribute, Group, GroupTag, Operation, Status, Tag, attribute
from drivers.page_printer.status import PagePrinterFault
from tests.drivers.page_printer.other import JOB, OtherPrinter, job, other_printer
from tests.drivers.page_printer.paper import pdf

PATIENCE = 20.0
PAPER_OUT = attribute(Tag.KEYWORD, "printer-state-reasons", "media-empty-error")
PAPER_BACK = attribute(Tag.KEYWORD, "printer-state-reasons", "none")


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """The driver's own patience, shortened where a test has to outlast it."""
    monkeypatch.setattr(watching, "LOOK_EVERY", 0.01)
    monkeypatch.setattr(watching, "HELD_SECONDS", 0.3)
    monkeypatch.setattr(watching, "UNDELIVERED_SECONDS", 0.1)
    monkeypatch.setattr(watching, "REACHED_SECONDS", 0.1)
    monkeypatch.setattr(watching, "LOST_SECONDS", 0.3)
    monkeypatch.setattr(watching, "CANCEL_SECONDS", 0.3)
    monkeypatch.setattr(driving, "BUSY_EVERY", 0.01)
    monkeypatch.setattr(driving, "BUSY_SECONDS", 0.3)


@pytest.fixture
def other() -> Iterator[OtherPrinter]:
    with other_printer() as printer:
        yield printer


@pytest.fixture
def printer(other: OtherPrinter) -> Iterator[PagePrinter]:
    driver = PagePrinter(other.url)
    driver.open()
    other.asked.clear()
    yield driver
    driver.close()


def printed(
    printer: PagePrinter, cancel: Cancel | None = None, on_hold: Callable[[tuple[Fault, ...]], None] = lambda _: None
) -> PrintResult:
    return printer.print(pdf(), title="notice", cancel=cancel or Cancel(), on_hold=on_hold)


def codes(faults: tuple[Fault, ...]) -> list[str]:
    return [fault.code for fault in faults]


def refusal(printer: PagePrinter, **wanted: object) -> Fault:
    with pytest.raises(DeviceError) as caught:
        printer.print(pdf(), title="notice", cancel=Cancel(), **wanted)  # type: ignore[arg-type]
    return caught.value.fault


# -- what it asks for ------------------------------------------------------------------------


def test_a_document_goes_its_way_in_the_order_that_can_be_taken_back(other: OtherPrinter, printer: PagePrinter) -> None:
    document = pdf()
    result = printer.print(document, title="notice", cancel=Cancel())
    assert (result.outcome, result.faults, result.sides) == (PrintOutcome.PRINTED, (), 1)
    assert result.seconds > 0
    steps = [Operation.GET_PRINTER_ATTRIBUTES, Operation.GET_JOBS, Operation.CREATE_JOB, Operation.SEND_DOCUMENT]
    assert other.operations()[:4] == steps
    assert other.asked[3].document == document
    assert printer.counters["jobs_printed"] == 1


def test_a_job_says_what_kind_of_document_it_is_and_never_whose(other: OtherPrinter, printer: PagePrinter) -> None:
    printer.print(pdf(), title="通知" * 100, cancel=Cancel())
    said = other.asked[2].first(GroupTag.OPERATION)
    assert said.word("job-name") == "通知" * 42 + "通"  # what 255 bytes hold
    assert said.word("requesting-user-name").startswith("kiosk-")


def test_a_printer_is_told_only_what_it_knows(other: OtherPrinter, printer: PagePrinter) -> None:
    printed(printer)
    template = other.asked[2].first(GroupTag.JOB)
    assert [word.name for word in template.attributes] == ["sides", "copies"]
    assert template.word("sides") == "one-sided"


def test_both_sides_colour_and_copies_are_asked_for(other: OtherPrinter) -> None:
    other.says(
        attribute(Tag.KEYWORD, "sides-supported", "one-sided", "two-sided-long-edge"),
        attribute(Tag.KEYWORD, "print-color-mode-supported", "monochrome", "color"),
        attribute(Tag.KEYWORD, "media-supported", "iso_a4_210x297mm"),
    )
    printer = PagePrinter(other.url)
    printer.open()
    printer.print(pdf(), title="notice", color=True, duplex=True, copies=3, cancel=Cancel())
    created = next(message for message in other.asked if message.code == Operation.CREATE_JOB)
    template = created.first(GroupTag.JOB)
    printer.close()
    assert template.word("sides") == "two-sided-long-edge"
    assert template.word("print-color-mode") == "color"
    assert template.word("media") == "iso_a4_210x297mm"
    assert template.number("copies") == 3


@pytest.mark.parametrize(
    ("wanted", "detail"), [({"color": True}, "color"), ({"duplex": True}, "duplex"), ({"copies": 10}, "10 copies")]
)
def test_what_the_printer_cannot_do_is_refused_before_anything_is_sent(
    other: OtherPrinter, printer: PagePrinter, wanted: dict[str, object], detail: str
) -> None:
    fault = refusal(printer, **wanted)
    assert (fault.code, fault.detail) == (PagePrinterFault.NOT_CAPABLE, detail)
    assert other.asked == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (attribute(Tag.MIME_TYPE, "document-format-supported", "image/urf"), PagePrinterFault.NO_PDF),
        (attribute(Tag.KEYWORD, "media-supported", "na_letter_8.5x11in"), PagePrinterFault.NOT_CAPABLE),
        (attribute(Tag.ENUM, "operations-supported", 2, 10, 11), PagePrinterFault.NOT_CAPABLE),
    ],
)
def test_a_printer_that_does_not_fit_prints_nothing(other: OtherPrinter, words: Attribute, code: str) -> None:
    other.says(words)
    printer = PagePrinter(other.url)
    printer.open()
    other.asked.clear()
    assert refusal(printer).code == code
    printer.close()
    assert other.asked == []


def test_less_than_one_copy_is_a_mistake_of_ours(printer: PagePrinter) -> None:
    with pytest.raises(ValueError, match="copy"):
        printer.print(pdf(), title="notice", copies=0, cancel=Cancel())


def test_a_printer_in_trouble_gets_no_job(other: OtherPrinter, printer: PagePrinter) -> None:
    other.says(PAPER_OUT)
    result = printed(printer)
    assert (result.outcome, codes(result.faults)) == (PrintOutcome.FAILED, [PagePrinterFault.PAPER_OUT])
    assert other.operations() == [Operation.GET_PRINTER_ATTRIBUTES]
    assert printer.counters["jobs_failed"] == 1


def test_an_old_printer_is_spoken_to_in_the_old_version(other: OtherPrinter) -> None:
    other.newest = (1, 1)
    printer = PagePrinter(other.url)
    printer.open()
    assert printed(printer).outcome is PrintOutcome.PRINTED
    printer.close()
    assert [message.version for message in other.asked].count((2, 0)) == 1


# -- what becomes of a job -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("story", "outcome", "faults"),
    [
        ([job(3), job(9)], PrintOutcome.PRINTED, []),
        ([job(5), job(9, "job-completed-with-warnings")], PrintOutcome.PRINTED, []),
        ([job(5), job(9, "job-completed-with-errors")], PrintOutcome.UNCERTAIN, [PagePrinterFault.JOB_FAILED]),
        ([job(3), job(8, "document-format-error")], PrintOutcome.FAILED, [PagePrinterFault.JOB_FAILED]),
        ([job(5), job(8, "aborted-by-system")], PrintOutcome.UNCERTAIN, [PagePrinterFault.JOB_FAILED]),
        ([job(8, "aborted-by-system", began=True)], PrintOutcome.UNCERTAIN, [PagePrinterFault.JOB_FAILED]),
        ([job(3), job(7, "job-canceled-at-device")], PrintOutcome.FAILED, []),
        ([job(5), job(7, "job-canceled-at-device")], PrintOutcome.UNCERTAIN, []),
    ],
)
def test_each_end_of_a_job_has_its_truth(
    other: OtherPrinter, printer: PagePrinter, story: list[Group], outcome: PrintOutcome, faults: list[str]
) -> None:
    other.story = story
    result = printed(printer)
    assert (result.outcome, codes(result.faults)) == (outcome, faults)
    assert printer.counters[f"jobs_{outcome}"] == 1


def test_no_side_counts_as_none_only_for_a_printer_that_is_known_to_count(
    other: OtherPrinter, printer: PagePrinter
) -> None:
    aborted = [job(5, sides=0), job(8, "aborted-by-system", sides=0, began=True)]
    other.story = list(aborted)
    assert printed(printer).outcome is PrintOutcome.UNCERTAIN
    other.story = [job(9, sides=2)]
    assert printed(printer).sides == 2
    other.story = list(aborted)
    assert printed(printer).outcome is PrintOutcome.FAILED
    other.story = [job(8, "aborted-by-system", sides=1, began=True)]
    assert printed(printer).outcome is PrintOutcome.UNCERTAIN


def test_paper_that_runs_out_is_reported_and_waited_for(other: OtherPrinter, printer: PagePrinter) -> None:
    other.when[Operation.SEND_DOCUMENT] = lambda: other.says(PAPER_OUT)
    other.story = [job(6, "printer-stopped", sides=0)]
    told: list[list[str]] = []

    def heard(faults: tuple[Fault, ...]) -> None:
        told.append(codes(faults))
        if faults:
            other.says(PAPER_BACK)
            other.story = [job(5, sides=0), job(9, sides=1)]

    assert printed(printer, on_hold=heard).outcome is PrintOutcome.PRINTED
    assert told == [[PagePrinterFault.PAPER_OUT], []]


def test_paper_that_does_not_come_ends_the_job_at_the_printer(other: OtherPrinter, printer: PagePrinter) -> None:
    other.when[Operation.SEND_DOCUMENT] = lambda: other.says(PAPER_OUT)
    other.story = [job(3)]
    result = printed(printer)
    assert (result.outcome, codes(result.faults)) == (PrintOutcome.FAILED, [PagePrinterFault.PAPER_OUT])
    assert other.operations().count(Operation.CANCEL_JOB) == 1


def test_a_job_that_never_moves_is_given_up(other: OtherPrinter, printer: PagePrinter) -> None:
    other.says(attribute(Tag.TEXT, "printer-state-message", "warming up"))
    other.story = [job(4, "job-hold-until-specified")]
    result = printed(printer)
    (fault,) = result.faults
    assert (result.outcome, fault.code) == (PrintOutcome.FAILED, PagePrinterFault.JOB_FAILED)
    assert fault.detail.startswith("given up after")
    assert fault.detail.endswith("warming up")


def test_a_job_that_takes_too_long_in_all_is_given_up(
    other: OtherPrinter, printer: PagePrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "JOB_SECONDS", 0.2)
    other.story = [job(5)]
    result = printed(printer)
    assert (result.outcome, codes(result.faults)) == (PrintOutcome.UNCERTAIN, [PagePrinterFault.JOB_FAILED])
    assert Operation.CANCEL_JOB in other.operations()


def test_a_queue_that_does_not_reach_its_printer_is_offline(other: OtherPrinter, printer: PagePrinter) -> None:
    words = attribute(Tag.KEYWORD, "printer-state-reasons", "connecting-to-device")
    other.when[Operation.SEND_DOCUMENT] = lambda: other.says(words, attribute(Tag.ENUM, "printer-state", 4))
    other.story = [job(5)]
    told: list[list[str]] = []
    result = printed(printer, on_hold=lambda faults: told.append(codes(faults)))
    assert codes(result.faults) == [PagePrinterFault.OFFLINE]
    assert told == [[PagePrinterFault.OFFLINE], []]


def purged(other: OtherPrinter) -> list[int | None]:
    """The jobs whose documents it was told to forget."""
    asked = [message.first(GroupTag.OPERATION) for message in other.asked if message.code == Operation.CANCEL_JOB]
    return [said.number("job-id") for said in asked if said.flag("purge-job")]


def test_a_queue_of_cups_forgets_the_document_once_it_is_out(other: OtherPrinter) -> None:
    other.says(attribute(Tag.ENUM, "printer-type", 4))
    printer = PagePrinter(other.url)
    printer.open()
    assert printed(printer).outcome is PrintOutcome.PRINTED
    printer.close()
    assert purged(other) == [JOB]


@pytest.mark.warns("may keep the document of job 7")
def test_a_queue_that_does_not_forget_has_printed_all_the_same(other: OtherPrinter) -> None:
    other.says(attribute(Tag.ENUM, "printer-type", 4))
    other.refuses[Operation.CANCEL_JOB] = [Status.FORBIDDEN]
    printer = PagePrinter(other.url)
    printer.open()
    assert printed(printer).outcome is PrintOutcome.PRINTED
    printer.close()


def test_a_printer_itself_keeps_nothing_and_is_not_asked_to_forget(other: OtherPrinter, printer: PagePrinter) -> None:
    printed(printer)
    assert purged(other) == []


def test_who_no_longer_wants_it_gets_the_job_taken_back(other: OtherPrinter, printer: PagePrinter) -> None:
    cancel = Cancel()
    other.when[Operation.GET_JOB_ATTRIBUTES] = cancel.request
    other.story = [job(3)]
    result = printed(printer, cancel)
    assert (result.outcome, result.faults) == (PrintOutcome.FAILED, ())
    assert other.operations().count(Operation.CANCEL_JOB) == 1


def test_who_no_longer_wants_it_before_it_began_sends_nothing(other: OtherPrinter, printer: PagePrinter) -> None:
    cancel = Cancel()
    cancel.request()
    with pytest.raises(Cancelled):
        printed(printer, cancel)
    assert other.asked == []


def test_a_job_that_came_out_before_it_could_be_taken_back_is_printed(
    other: OtherPrinter, printer: PagePrinter
) -> None:
    cancel = Cancel()
    other.when[Operation.GET_JOB_ATTRIBUTES] = cancel.request
    other.story = [job(5)]
    other.after_cancel = [job(9, sides=1)]
    other.refuses[Operation.CANCEL_JOB] = [Status.NOT_POSSIBLE]
    other.when[Operation.CANCEL_JOB] = lambda: other.story.__setitem__(0, job(9, sides=1))
    assert printed(printer, cancel).outcome is PrintOutcome.PRINTED


@pytest.mark.warns("had been left behind and is taken back")
def test_a_printer_that_does_not_let_go_leaves_it_uncertain_and_is_told_again(
    other: OtherPrinter, printer: PagePrinter
) -> None:
    cancel = Cancel()
    other.when[Operation.GET_JOB_ATTRIBUTES] = cancel.request
    other.story = other.after_cancel = [job(5, "processing-to-stop-point")]
    result = printed(printer, cancel)
    (fault,) = result.faults
    assert (result.outcome, fault.detail) == (PrintOutcome.UNCERTAIN, "the printer does not let go of the job")
    other.left = [left_by(other.asked[-1].first(GroupTag.OPERATION).word("requesting-user-name"))]
    other.asked.clear()
    printer.poll()
    assert other.operations() == [Operation.GET_JOBS, Operation.CANCEL_JOB, Operation.GET_PRINTER_ATTRIBUTES]
    other.asked.clear()
    printer.poll()
    assert other.operations() == [Operation.GET_PRINTER_ATTRIBUTES]


@pytest.mark.parametrize("status", [Status.NOT_FOUND, Status.GONE])
def test_a_job_that_the_printer_forgot_is_uncertain(other: OtherPrinter, printer: PagePrinter, status: Status) -> None:
    other.refuses[Operation.GET_JOB_ATTRIBUTES] = [status]
    result = printed(printer)
    assert (result.outcome, codes(result.faults)) == (PrintOutcome.UNCERTAIN, [PagePrinterFault.JOB_FAILED])


def test_one_answer_that_makes_no_sense_is_got_over(other: OtherPrinter, printer: PagePrinter) -> None:
    other.refuses[Operation.GET_JOB_ATTRIBUTES] = [Status.INTERNAL_ERROR]
    assert printed(printer).outcome is PrintOutcome.PRINTED


def test_a_printer_that_turns_us_away_in_the_middle_is_uncertain(other: OtherPrinter, printer: PagePrinter) -> None:
    def shut() -> None:
        other.turns_away = 403

    other.when[Operation.GET_JOB_ATTRIBUTES] = shut
    other.story = [job(5)]
    result = printed(printer)
    assert (result.outcome, codes(result.faults)) == (PrintOutcome.UNCERTAIN, [PagePrinterFault.REFUSED])


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (Status.FORMAT_NOT_SUPPORTED, PagePrinterFault.NO_PDF),
        (Status.TOO_LARGE, PagePrinterFault.PROTOCOL),
        (Status.DEVICE_ERROR, PagePrinterFault.STOPPED),
    ],
)
def test_a_document_that_is_not_taken_prints_nothing_and_leaves_no_job(
    other: OtherPrinter, printer: PagePrinter, status: Status, code: str
) -> None:
    other.refuses[Operation.SEND_DOCUMENT] = [status]
    result = printed(printer)
    assert (result.outcome, codes(result.faults)) == (PrintOutcome.FAILED, [code])
    other.asked.clear()
    printer.poll()
    assert Operation.GET_JOBS in other.operations()


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (Status.NOT_ACCEPTING_JOBS, PagePrinterFault.STOPPED),
        (Status.ATTRIBUTES_NOT_SUPPORTED, PagePrinterFault.NOT_CAPABLE),
        (Status.NOT_AUTHORIZED, PagePrinterFault.REFUSED),
        (0x0599, PagePrinterFault.PROTOCOL),
    ],
)
def test_a_job_that_is_refused_prints_nothing(
    other: OtherPrinter, printer: PagePrinter, status: int, code: str
) -> None:
    other.refuses[Operation.CREATE_JOB] = [status]
    result = printed(printer)
    assert (result.outcome, codes(result.faults)) == (PrintOutcome.FAILED, [code])
    assert Operation.SEND_DOCUMENT not in other.operations()


def test_a_busy_printer_is_waited_for_and_said_to_be_busy(other: OtherPrinter, printer: PagePrinter) -> None:
    other.refuses[Operation.CREATE_JOB] = [Status.BUSY, Status.TEMPORARY_ERROR]
    told: list[list[str]] = []
    assert printed(printer, on_hold=lambda faults: told.append(codes(faults))).outcome is PrintOutcome.PRINTED
    assert told == [[PagePrinterFault.BUSY], []]


def test_a_printer_that_stays_busy_gets_no_job(other: OtherPrinter, printer: PagePrinter) -> None:
    other.refuses[Operation.CREATE_JOB] = [Status.BUSY] * 10_000
    result = printed(printer)
    assert (result.outcome, codes(result.faults)) == (PrintOutcome.FAILED, [PagePrinterFault.BUSY])


def test_who_waits_for_a_busy_printer_may_leave(other: OtherPrinter, printer: PagePrinter) -> None:
    cancel = Cancel()
    other.refuses[Operation.CREATE_JOB] = [Status.BUSY] * 10_000
    with pytest.raises(Cancelled):
        printed(printer, cancel, on_hold=lambda _: cancel.request())


# -- jobs that were left behind ----------------------------------------------------------------


def left_by(user: str) -> Group:
    words = (attribute(Tag.INTEGER, "job-id", 3), attribute(Tag.NAME, "job-originating-user-name", user))
    return Group(GroupTag.JOB, words)


@pytest.mark.warns("had been left behind and is taken back")
def test_what_we_left_in_the_printer_is_taken_back_and_what_others_left_is_not(
    other: OtherPrinter, caplog: pytest.LogCaptureFixture
) -> None:
    first = PagePrinter(other.url)
    first.open()
    me = other.asked[-1].first(GroupTag.OPERATION).word("requesting-user-name")
    first.close()
    other.left = [left_by("somebody"), left_by(me)]
    other.asked.clear()
    with caplog.at_level(logging.WARNING):
        second = PagePrinter(other.url)
        second.open()
    assert other.operations().count(Operation.CANCEL_JOB) == 1
    assert second.counters["jobs_taken_back"] == 1
    assert "left behind" in caplog.text
    second.close()


# -- polls and health --------------------------------------------------------------------------


@pytest.mark.parametrize(("http", "detail"), [(403, "HTTP 403"), (404, "HTTP 404")])
def test_a_printer_that_turns_us_away_is_there_and_needs_attention(
    other: OtherPrinter, printer: PagePrinter, http: int, detail: str
) -> None:
    other.turns_away = http
    status = printer.poll()
    (fault,) = status.faults
    assert (status.state, fault.code) == (DeviceState.ATTENTION, PagePrinterFault.REFUSED)
    assert detail in fault.detail


def test_a_queue_that_does_not_exist_is_not_opened(other: OtherPrinter) -> None:
    other.refuses[Operation.GET_PRINTER_ATTRIBUTES] = [Status.NOT_FOUND]
    printer = PagePrinter(other.url)
    with pytest.raises(DeviceError) as caught:
        printer.open()
    printer.close()
    assert caught.value.fault.code == PagePrinterFault.REFUSED


def test_a_printer_that_cannot_show_itself_is_examined_all_the_same(other: OtherPrinter, printer: PagePrinter) -> None:
    other.left = [left_by("somebody")]
    report = printer.check_health(HealthLevel.EXTERNAL, Cancel())
    assert Operation.IDENTIFY_PRINTER not in other.operations()
    assert report.facts["jobs_waiting"] == 1
    assert report.faults == ()


def test_a_test_page_that_does_not_come_out_fails_the_check(other: OtherPrinter, printer: PagePrinter) -> None:
    other.story = [job(8, "aborted-by-system")]
    report = printer.check_health(HealthLevel.INTERACTIVE, Cancel())
    assert codes(report.faults) == [PagePrinterFault.JOB_FAILED]
    assert report.question == "page_printer.test_page"


def test_a_page_that_was_taken_away_fails_the_check_though_nothing_is_wrong(
    other: OtherPrinter, printer: PagePrinter
) -> None:
    other.story = [job(7, "job-canceled-at-device")]
    (fault,) = printer.check_health(HealthLevel.INTERACTIVE, Cancel()).faults
    assert (fault.code, fault.detail) == (PagePrinterFault.JOB_FAILED, "failed")


def test_what_the_printer_is_is_asked_anew_at_every_check(other: OtherPrinter, printer: PagePrinter) -> None:
    assert printer.capabilities.features["duplex"] is False
    other.says(attribute(Tag.KEYWORD, "sides-supported", "one-sided", "two-sided-long-edge"))
    printer.check_health(HealthLevel.INTERNAL, Cancel())
    assert printer.capabilities.features["duplex"] is True


def test_no_word_of_a_document_reaches_the_log(
    other: OtherPrinter, printer: PagePrinter, caplog: pytest.LogCaptureFixture
) -> None:
    other.story = [job(5), job(8, "aborted-by-system")]
    with caplog.at_level(logging.DEBUG):
        printer.print(pdf() + b"% Lin Xiaoyu", title="Lin Xiaoyu", cancel=Cancel())
    assert "uncertain" in caplog.text
    assert "Lin" not in caplog.text


def test_a_poll_is_one_request(other: OtherPrinter, printer: PagePrinter) -> None:
    began = time.monotonic()
    for _ in range(5):
        assert printer.poll().state is DeviceState.READY
    assert other.operations() == [Operation.GET_PRINTER_ATTRIBUTES] * 5
    assert time.monotonic() - began < PATIENCE
