"""The driver before the real print server: every document that goes in, and what comes out on paper."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from drivers.device import Cancel, DeviceError, DeviceState, Fault, HealthLevel, Level
from drivers.page_printer import job as watching
from drivers.page_printer import printer as driving
from drivers.page_printer import server as serving
from drivers.page_printer.client import Client
from drivers.page_printer.connection import Connection
from drivers.page_printer.printer import PagePrinter, PrintOutcome, PrintResult
from drivers.page_printer.simulator import PagePrinterSimulator
from drivers.page_printer.status import STATUS_ATTRIBUTES, PagePrinterFault
from drivers.page_printer.testpage import CODE, draw_test_page
from drivers.simulation import Control, ControlServer
from tests.drivers.page_printer.paper import pdf

PATIENCE = 20.0


@pytest.fixture(scope="module")
def one_simulator() -> Iterator[PagePrinterSimulator]:
    simulator = PagePrinterSimulator(page_seconds=0.02)
    simulator.start()
    yield simulator
    simulator.stop()


@pytest.fixture
def simulator(one_simulator: PagePrinterSimulator) -> Iterator[PagePrinterSimulator]:
    """A printer in good order; what a test does to it is undone."""
    yield one_simulator
    one_simulator.verbs["plug"]()
    one_simulator.verbs["clear"]()
    for verb in ("cover", "jam", "tray", "output", "offline", "pause", "refuse"):
        one_simulator.verbs[verb](False)
    one_simulator.paper()
    one_simulator.toner(75)
    one_simulator.pdf()
    one_simulator.slow(0.02)


@pytest.fixture
def printer(simulator: PagePrinterSimulator) -> Iterator[PagePrinter]:
    driver = PagePrinter(simulator.address)
    driver.open()
    yield driver
    driver.close()


@pytest.fixture(autouse=True)
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "LOOK_EVERY", 0.02)
    monkeypatch.setattr(driving, "BUSY_EVERY", 0.02)


@pytest.fixture
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """The driver's own patience, shortened where a test has to outlast it."""
    monkeypatch.setattr(watching, "HELD_SECONDS", 0.3)
    monkeypatch.setattr(watching, "LOST_SECONDS", 0.3)


def until(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.01)


def printed(printer: PagePrinter, pages: int = 1, **wanted: Any) -> PrintResult:
    return printer.print(pdf(pages), title="notice", **{"cancel": Cancel(), **wanted})


def last(simulator: PagePrinterSimulator) -> dict[str, Any]:
    """The last document that came to the engine."""
    found: dict[str, Any] = simulator.state()["documents"][-1]
    return found


def out(simulator: PagePrinterSimulator) -> int:
    return int(simulator.state()["sides"])


def codes(faults: tuple[Fault, ...]) -> list[str]:
    return [fault.code for fault in faults]


# -- documents -------------------------------------------------------------------------------


def test_a_document_comes_out_whole(simulator: PagePrinterSimulator, printer: PagePrinter) -> None:
    before = out(simulator)
    result = printed(printer, 3)
    assert (result.outcome, result.faults, result.sides) == (PrintOutcome.PRINTED, (), 3)
    document = last(simulator)
    assert (document["pages"], document["sides"], document["whole"], document["bytes"]) == (3, 3, True, len(pdf(3)))
    assert (document["duplex"], document["color"], document["copies"]) == (False, False, 1)
    assert out(simulator) == before + 3


def test_both_sides_and_copies_reach_the_printer(simulator: PagePrinterSimulator, printer: PagePrinter) -> None:
    simulator.paper(sheets=100)
    assert printed(printer, 2, duplex=True, copies=2).outcome is PrintOutcome.PRINTED
    document = last(simulator)
    assert (document["duplex"], document["copies"], document["sides"]) == (True, 2, 4)
    assert simulator.state()["sheets"] == 98


def test_colour_reaches_a_printer_that_has_it_and_both_sides_are_refused_without_a_turner() -> None:
    simulator = PagePrinterSimulator(color=True, duplex=False, page_seconds=0.0)
    simulator.start()
    printer = PagePrinter(simulator.address)
    printer.open()
    assert printer.poll().supplies == {"paper": Level.OK, "toner": Level.OK}
    assert printed(printer, color=True).outcome is PrintOutcome.PRINTED
    assert last(simulator)["color"] is True
    with pytest.raises(DeviceError) as caught:
        printed(printer, duplex=True)
    assert caught.value.fault.code == PagePrinterFault.NOT_CAPABLE
    printer.close()
    simulator.stop()


def test_what_was_printed_can_be_kept(simulator: PagePrinterSimulator, printer: PagePrinter, tmp_path: Path) -> None:
    document = draw_test_page()
    printer.print(document, title="测试", cancel=Cancel())
    simulator.save(str(tmp_path))
    assert (tmp_path / f"document-{last(simulator)['job']}.pdf").read_bytes() == document


def test_the_test_page_is_one_sheet_of_a4_whose_code_can_be_read() -> None:
    pages = pypdfium2.PdfDocument(draw_test_page())
    width, height = pages[0].get_size()
    assert len(pages) == 1
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (210, 297)
    (code,) = zxingcpp.read_barcodes(pages[0].render(scale=3).to_pil())
    assert code.text == CODE


@pytest.mark.parametrize("ipp", [1.1, 2.0])
def test_both_versions_of_the_protocol_are_spoken(ipp: float) -> None:
    simulator = PagePrinterSimulator(ipp=ipp, page_seconds=0.0)
    simulator.start()
    printer = PagePrinter(simulator.address)
    printer.open()
    assert printed(printer).outcome is PrintOutcome.PRINTED
    printer.close()
    simulator.stop()


def test_an_encrypted_printer_is_a_printer(simulator: PagePrinterSimulator) -> None:
    printer = PagePrinter(simulator.inner_address.replace("ipp://", "ipps://"))
    printer.open()
    assert printer.poll().state is DeviceState.READY
    assert printed(printer).outcome is PrintOutcome.PRINTED
    printer.close()


# -- supplies and faults -----------------------------------------------------------------------


def test_paper_and_toner_are_told_by_the_server_itself(simulator: PagePrinterSimulator) -> None:
    server = Client(Connection(simulator.inner_address), "technician")
    simulator.paper(sheets=10)
    simulator.toner(0)
    said = server.printer(STATUS_ATTRIBUTES).words("printer-state-reasons")
    server.close()
    assert said == ("media-low-report", "toner-empty-report")


@pytest.mark.parametrize(("sheets", "level"), [(0, Level.OUT), (10, Level.LOW), (250, Level.OK)])
def test_paper_has_its_level(simulator: PagePrinterSimulator, printer: PagePrinter, sheets: int, level: Level) -> None:
    simulator.paper(sheets=sheets)
    assert printer.poll().supplies["paper"] is level


@pytest.mark.parametrize(("percent", "level"), [(0, Level.OUT), (5, Level.LOW), (80, Level.OK)])
def test_toner_has_its_level(simulator: PagePrinterSimulator, printer: PagePrinter, percent: int, level: Level) -> None:
    simulator.toner(percent)
    status = printer.poll()
    assert status.supplies["toner"] is level
    assert status.details["toner_percent"] == percent


@pytest.mark.parametrize(("verb", "arguments"), [("paper", {"sheets": -1}), ("toner", {"level": 101})])
def test_what_cannot_be_is_refused(simulator: PagePrinterSimulator, verb: str, arguments: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"sheet|percent"):
        simulator.verbs[verb](**arguments)


def test_two_troubles_are_told_together(simulator: PagePrinterSimulator, printer: PagePrinter) -> None:
    simulator.paper(False)
    simulator.cover()
    assert codes(printer.poll().faults) == [PagePrinterFault.COVER_OPEN, PagePrinterFault.PAPER_OUT]


# -- in the middle of a job --------------------------------------------------------------------


def test_paper_that_runs_out_in_the_middle_is_reported_and_the_rest_comes_when_there_is_some(
    simulator: PagePrinterSimulator, printer: PagePrinter
) -> None:
    simulator.paper(sheets=1)
    told: list[list[str]] = []

    def heard(faults: tuple[Fault, ...]) -> None:
        told.append(codes(faults))
        if faults:
            assert last(simulator)["sides"] == 1
            simulator.paper()

    result = printed(printer, 2, on_hold=heard)
    assert (result.outcome, result.sides) == (PrintOutcome.PRINTED, 2)
    assert told == [[PagePrinterFault.PAPER_OUT], []]


@pytest.mark.usefixtures("in_a_hurry")
def test_a_job_given_up_for_want_of_paper_never_comes_out_for_the_next_citizen(
    simulator: PagePrinterSimulator, printer: PagePrinter
) -> None:
    assert printed(printer).outcome is PrintOutcome.PRINTED  # it is known to count
    simulator.slow(1.0)
    opened = threading.Timer(0.1, simulator.cover)
    opened.start()
    result = printed(printer)
    opened.join()
    assert (result.outcome, codes(result.faults)) == (PrintOutcome.FAILED, [PagePrinterFault.COVER_OPEN])
    given_up = last(simulator)["job"]
    simulator.slow(0.02)
    simulator.cover(False)
    assert printed(printer, 2).outcome is PrintOutcome.PRINTED
    documents = {document["job"]: document for document in simulator.state()["documents"]}
    assert documents[given_up]["sides"] == 0
    assert last(simulator)["sides"] == 2


@pytest.mark.usefixtures("in_a_hurry")
def test_one_sheet_out_and_then_no_paper_is_uncertain(simulator: PagePrinterSimulator, printer: PagePrinter) -> None:
    simulator.paper(sheets=1)
    result = printed(printer, 2)
    assert (result.outcome, codes(result.faults), result.sides) == (
        PrintOutcome.UNCERTAIN,
        [PagePrinterFault.PAPER_OUT],
        1,
    )
    simulator.paper()
    assert printed(printer).outcome is PrintOutcome.PRINTED


@pytest.mark.parametrize(("after", "outcome"), [(0, PrintOutcome.FAILED), (1, PrintOutcome.UNCERTAIN)])
def test_a_job_that_the_printer_aborts(
    simulator: PagePrinterSimulator, printer: PagePrinter, after: int, outcome: PrintOutcome
) -> None:
    assert printed(printer).outcome is PrintOutcome.PRINTED  # it is known to count
    simulator.abort_next(after=after)
    result = printed(printer, 2)
    assert (result.outcome, codes(result.faults), result.sides) == (outcome, [PagePrinterFault.JOB_FAILED], after)
    assert result.faults[0].detail == "aborted-by-system"
    assert printed(printer).outcome is PrintOutcome.PRINTED


def test_who_leaves_while_it_prints_gets_the_rest_cancelled(
    simulator: PagePrinterSimulator, printer: PagePrinter
) -> None:
    cancel, before = Cancel(), out(simulator)
    simulator.slow(0.1)

    def leave() -> None:
        until(lambda: out(simulator) > before, "the first side")
        cancel.request()

    leaves = threading.Thread(target=leave)
    leaves.start()
    result = printed(printer, 100, cancel=cancel)
    leaves.join(PATIENCE)
    assert result.outcome is PrintOutcome.UNCERTAIN
    assert 0 < last(simulator)["sides"] < 100
    until(lambda: printer.poll().state is DeviceState.READY, "an idle printer")


@pytest.mark.warns("had been left behind and is taken back")
def test_a_job_left_by_a_kiosk_that_died_is_taken_back_when_it_starts_again(
    simulator: PagePrinterSimulator, printer: PagePrinter, caplog: pytest.LogCaptureFixture
) -> None:
    simulator.cover()
    died = PagePrinter(simulator.address)
    died.open()
    job = died._client.create("notice", [])
    died._client.send(job, pdf())
    died.close()
    until(lambda: simulator.state()["documents"] and last(simulator)["job"] == job, "the document")
    again = PagePrinter(simulator.address)
    again.open()
    assert again.counters["jobs_taken_back"] == 1
    assert "left behind" in caplog.text
    simulator.cover(False)
    until(lambda: again.poll().state is DeviceState.READY, "an idle printer")
    again.close()
    assert last(simulator)["sides"] == 0


def test_two_kiosks_wait_for_one_another(simulator: PagePrinterSimulator, printer: PagePrinter) -> None:
    other = PagePrinter(simulator.address)
    other._client._user = "kiosk-elsewhere"
    other.open()
    simulator.slow(0.1)
    results: list[PrintResult] = []
    first = threading.Thread(target=lambda: results.append(printed(other, 3)))
    first.start()
    until(lambda: printer.poll().state is DeviceState.BUSY, "a busy printer")
    told: list[list[str]] = []
    results.append(printed(printer, on_hold=lambda faults: told.append(codes(faults))))
    first.join(PATIENCE)
    other.close()
    assert [result.outcome for result in results] == [PrintOutcome.PRINTED] * 2
    assert told == [[PagePrinterFault.BUSY], []]


# -- a bad line --------------------------------------------------------------------------------


def test_a_cable_that_is_out_for_a_moment_changes_nothing(
    simulator: PagePrinterSimulator, printer: PagePrinter
) -> None:
    simulator.slow(0.3)
    pulled = threading.Timer(0.1, lambda: simulator.verbs["unplug"](seconds=0.2))
    pulled.start()
    result = printed(printer, 2)
    pulled.join()
    assert (result.outcome, result.sides) == (PrintOutcome.PRINTED, 2)


@pytest.mark.usefixtures("in_a_hurry")
@pytest.mark.warns("had been left behind and is taken back")
def test_a_cable_that_stays_out_leaves_it_uncertain_and_the_job_is_taken_back_later(
    simulator: PagePrinterSimulator, printer: PagePrinter
) -> None:
    simulator.slow(30)
    pulled = threading.Timer(0.2, simulator.verbs["unplug"])
    pulled.start()
    result = printed(printer, 2)
    pulled.join()
    assert (result.outcome, codes(result.faults)) == (PrintOutcome.UNCERTAIN, [PagePrinterFault.DISCONNECTED])
    simulator.verbs["plug"]()
    until(lambda: reached(printer), "the printer to be back")
    until(lambda: printer.poll().state is DeviceState.READY, "the job to be taken back")
    assert printer.counters["jobs_taken_back"] == 1
    assert last(simulator)["sides"] == 0


def reached(printer: PagePrinter) -> bool:
    try:
        printer.poll()
    except (DeviceError, OSError):
        return False
    return True


@pytest.mark.parametrize("kind", ["silence", "corrupt", "duplicate"])
@pytest.mark.parametrize("after", [2, 3])
@pytest.mark.may_warn("had been left behind and is taken back")
def test_an_answer_lost_while_a_job_is_made_does_not_print_it_twice(
    simulator: PagePrinterSimulator, printer: PagePrinter, monkeypatch: pytest.MonkeyPatch, kind: str, after: int
) -> None:
    for name in ("COMMAND_SECONDS", "DELIVER_SECONDS"):
        monkeypatch.setattr(f"drivers.page_printer.client.{name}", 0.4)
    before = len(simulator.state()["documents"])
    simulator.verbs["fault"](kind=kind, after=after)
    result = printed(printer)
    assert result.outcome is PrintOutcome.PRINTED
    assert len(simulator.state()["documents"]) == before + 1
    assert last(simulator)["sides"] == 1


# -- the simulator itself ----------------------------------------------------------------------


def test_its_verbs_are_lines_of_json(simulator: PagePrinterSimulator, printer: PagePrinter) -> None:
    server = ControlServer(simulator.verbs)
    server.start()
    control = Control(server.address)
    control.do("jam", on=True)
    assert control.do("state")["stopped_by"] == ["jam"]
    assert codes(printer.poll().faults) == [PagePrinterFault.JAM]
    control.do("jam", on=False)
    control.close()
    server.stop()


def test_it_shows_itself_when_asked(simulator: PagePrinterSimulator, printer: PagePrinter) -> None:
    report = printer.check_health(HealthLevel.EXTERNAL, Cancel())
    assert report.facts["identifies"] is True
    assert report.facts["jobs_waiting"] == 0


def test_it_names_the_package_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "_PATH", "/nowhere")
    with pytest.raises(FileNotFoundError, match="install the package dbus-daemon"):
        PagePrinterSimulator()


@pytest.mark.parametrize("listen", ["pty", "tcp://127.0.0.1", "nonsense"])
def test_it_listens_on_tcp_only(listen: str) -> None:
    with pytest.raises(ValueError, match="tcp://"):
        PagePrinterSimulator(listen)


def test_nothing_of_it_is_left_when_it_stops() -> None:
    simulator = PagePrinterSimulator()
    simulator.start()
    folder = simulator._server.folder
    simulator.stop()
    assert not folder.exists()
