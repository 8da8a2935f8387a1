"""A document from the touch to the sheet: a real department's office, a real line, a real print server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from backoffice.documents.seals import Seals
from backoffice.tables import DocumentRow
from drivers.page_printer.simulator import PagePrinterSimulator
from kiosk.gateway.contract import DOCUMENTS
from kiosk.gateway.signatures import verify
from tests.backoffice.documents.bench import text_of
from tests.kiosk.machine import PHONE, Machine
from tests.people import LIN

ITEM = "RS-03"  # 就业登记证明: a card, a proof of who one is, what is on file, the paper
SEALS = Seals()  # keys take a second to make

Make = Callable[..., Machine]


@pytest.fixture
def printer() -> Iterator[PagePrinterSimulator]:
    simulator = PagePrinterSimulator(color=True, page_seconds=0.05)
    simulator.start()
    yield simulator
    simulator.stop()


@pytest.fixture
def make(tmp_path: Path, desk: Path, printer: PagePrinterSimulator) -> Iterator[Make]:
    made: list[Machine] = []

    def machine(**how: object) -> Machine:
        made.append(Machine(tmp_path, desk, page_printer=printer.address, **{"seals": SEALS, **how}))  # type: ignore[arg-type]
        return made[-1]

    yield machine
    for one in made:
        one.close()


def to_paper(machine: Machine) -> Machine:
    """To the page of the document, which begins to be made."""
    machine.terminal.begin(ITEM)
    machine.act("next").read_card().choose("phone_code")
    machine.until(lambda: machine.problem or machine.body().state == "entering", "the code to be sent")
    machine.terminal.answer("code", machine.newest_code())
    machine.act("next")
    machine.until(lambda: machine.problem or machine.at == "employment", "the code to be judged")
    machine.until(lambda: machine.problem or machine.body().state == "shown", "what is on file")
    return machine.act("next")


def printed(machine: Machine) -> Machine:
    """The document is made, looked at, and printed."""
    wait(machine, "made")
    assert machine.problem == ""
    return wait(machine.act("next"), "printed")


def wait(machine: Machine, *states: str) -> Machine:
    machine.until(lambda: machine.problem or machine.body().state in states, " or ".join(states))
    return machine


def sheets(printer: PagePrinterSimulator, folder: Path) -> list[bytes]:
    """What came out, as the printer got it."""
    printer.save(str(folder))
    return [path.read_bytes() for path in sorted(folder.glob("document-*.pdf"))]


def test_what_comes_out_is_the_sealed_and_signed_document(
    make: Make, printer: PagePrinterSimulator, tmp_path: Path
) -> None:
    machine = printed(to_paper(make()))
    assert machine.problem == ""
    sheet = sheets(printer, tmp_path / "out")[0]
    text = text_of(sheet)[0]
    assert verify(sheet, SEALS.authority, machine.terminal._now()) == "厦门市人力资源和社会保障局"
    assert "就业登记证明" in text
    assert LIN.name in text
    assert machine.body().code in text
    assert [(paper["pages"], paper["color"], paper["whole"]) for paper in printer.state()["documents"]] == [
        (1, True, True)
    ]


def test_it_is_seen_before_it_is_printed_and_never_after(make: Make, printer: PagePrinterSimulator) -> None:
    machine = wait(to_paper(make()), "made")
    assert machine.body().shown == 1
    assert machine.terminal.page_picture(0).startswith(b"\x89PNG")
    assert printer.state()["documents"] == []
    wait(machine.act("next"), "printed")
    assert machine.terminal.page_picture(0) == b""


def test_the_journal_has_code_and_checksum_and_nothing_of_the_person(make: Make, printer: PagePrinterSimulator) -> None:
    machine = printed(to_paper(make()))
    code = machine.body().code
    machine.act("next", "next", "next")
    journal = (machine.directory / "journal.jsonl").read_text(encoding="utf-8")
    assert '"document_made"' in journal
    assert code in journal
    for personal in (LIN.name, LIN.number, PHONE, "private", "示例网络"):
        assert personal not in journal


def test_nothing_of_it_is_left_on_the_machines_disk(make: Make, printer: PagePrinterSimulator) -> None:
    machine = printed(to_paper(make()))
    machine.act("next", "next", "next")
    assert machine.at == "home"
    for path in machine.directory.rglob("*"):
        if path.is_file() and "office" not in path.name:
            assert b"%PDF" not in path.read_bytes(), path.name


@pytest.mark.warns("cannot be reached")
@pytest.mark.parametrize("trouble", ["jam", "cover", "tray"])
def test_a_printer_in_trouble_prints_the_same_document_once_it_is_mended(
    make: Make, printer: PagePrinterSimulator, tmp_path: Path, trouble: str
) -> None:
    machine = make()
    machine.line.loses = [DOCUMENTS]  # a moment in which the printer can get into trouble
    to_paper(machine)
    machine.until(lambda: machine.problem, "the line to be missed")
    printer.verbs[trouble](True)
    wait(machine.act("retry"), "made")
    machine.act("next")
    machine.until(lambda: machine.problem not in ("", "gateway.unreachable"), "the printer to say what is wrong")
    assert machine.problem.startswith("page_printer.")
    verification = machine.body().code
    printer.verbs[trouble](False)
    machine.act("retry")
    wait(machine, "printed")
    assert machine.problem == ""
    assert machine.body().code == verification
    assert verification in text_of(sheets(printer, tmp_path / "out")[-1])[0]


def test_whoever_does_not_wait_for_paper_takes_the_document_back_and_has_it_sent(
    make: Make, printer: PagePrinterSimulator
) -> None:
    machine = make()
    printer.slow(30)
    wait(to_paper(machine), "made")
    machine.act("next")
    machine.until(lambda: printer.state()["documents"], "the printer to have the document")
    printer.paper(False)
    machine.until(lambda: machine.body().held, "the printer to say that it waits")
    machine.act("stop")
    wait(machine, "failed", "uncertain")
    if machine.problem:
        machine.act("without")
    assert not any(paper["whole"] for paper in printer.state()["documents"])
    machine.act("to_phone")
    machine.until(lambda: machine.problem or machine.body().copy == "sent", "the copy")
    assert machine.body().to == "139****0001"
    assert machine.body().code in machine.store.texts()[-1].words


@pytest.mark.warns("a document of RS-03 cannot be trusted", "Failed to build path")
def test_a_document_that_another_authority_vouches_for_is_not_printed(
    make: Make, printer: PagePrinterSimulator
) -> None:
    machine = to_paper(make(authority=Seals().authority))
    machine.until(lambda: machine.problem, "the verdict on the document")
    assert machine.problem == "document.not_trusted"
    assert printer.state()["documents"] == []


@pytest.mark.warns("cannot be reached")
def test_with_the_line_cut_in_between_it_is_asked_for_again_and_made_once(
    make: Make, printer: PagePrinterSimulator
) -> None:
    machine = make()
    machine.line.loses = [DOCUMENTS]
    to_paper(machine)
    machine.until(lambda: machine.problem, "the line to be missed")
    assert machine.problem == "gateway.unreachable"
    machine.act("retry")
    printed(machine)
    with machine.store.transaction() as session:
        assert session.scalar(select(func.count()).select_from(DocumentRow)) == 1


def test_without_an_authority_or_a_printer_that_can_the_tile_says_so(
    tmp_path: Path, desk: Path, make: Make, printer: PagePrinterSimulator
) -> None:
    machine = make(seals=None)
    tiles = {tile.code: tile for tile in machine.terminal.home().tiles}
    reason = tiles[ITEM].reason
    assert reason is not None
    assert "还不能打印部门文件" in reason.zh
    machine.terminal.begin(ITEM)
    assert machine.at == "home"


def test_a_printer_without_both_sides_greys_what_needs_them(tmp_path: Path, desk: Path) -> None:
    simple = PagePrinterSimulator(color=False, duplex=False)
    simple.start()
    machine = Machine(tmp_path, desk, page_printer=simple.address, seals=SEALS, ways=True)
    try:
        tiles = {tile.code: tile for tile in machine.terminal.home().tiles}
        reason = tiles["HG-01"].reason
        assert reason is not None
        assert "打不了这种文件" in reason.zh
        assert tiles[ITEM].available
    finally:
        machine.close()
        simple.stop()
