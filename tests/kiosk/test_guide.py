"""A guide comes out of a real driver's printer, on A4 where there is one, else on a receipt; and nobody has to wait."""

from __future__ import annotations

from pathlib import Path

from drivers.page_printer.simulator import PagePrinterSimulator
from tests.backoffice.documents.bench import text_of
from tests.kiosk.machine import Machine


def label(machine: Machine) -> str:
    (button,) = machine.view.secondary
    return button.label.zh


def test_it_is_printed_on_a_receipt(machine: Machine) -> None:
    machine.terminal.begin("JT-02")
    before = len(machine.printer.receipts)
    machine.act("print_guide")
    assert label(machine) == "正在打印指南"
    machine.until(lambda: label(machine) != "正在打印指南", "the guide")
    assert label(machine) == "指南已打印，请取走"
    assert len(machine.printer.receipts) == before + 1


def test_whoever_goes_on_at_once_gets_it_all_the_same(machine: Machine) -> None:
    machine.terminal.begin("JT-02")
    before = len(machine.printer.receipts)
    machine.act("print_guide", "next").read_card()
    machine.until(lambda: len(machine.printer.receipts) == before + 1, "the guide")
    assert machine.at == "card"


def test_without_paper_it_is_not_offered(machine: Machine) -> None:
    machine.printer.paper("out")
    machine.until(lambda: machine.print_worker.status.faults, "the printer to say so")
    machine.terminal.begin("ZH-01")  # other items do not even begin
    machine.act("exit")
    machine.printer.paper("ok")
    machine.until(lambda: not machine.print_worker.status.faults, "new paper")
    machine.terminal.begin("JT-02")
    assert label(machine) == "打印这份指南"
    machine.printer.paper("out")
    machine.act("print_guide")
    machine.until(lambda: label(machine) != "正在打印指南", "the guide")
    assert label(machine) == "没有打出来，再试一次"
    assert machine.problem == ""


def test_with_a_page_printer_it_is_on_a4(tmp_path: Path, desk: Path) -> None:
    printer = PagePrinterSimulator(page_seconds=0.05)
    printer.start()
    machine = Machine(tmp_path, desk, page_printer=printer.address)
    try:
        machine.terminal.begin("JT-02")
        machine.act("print_guide")
        machine.until(lambda: label(machine) != "正在打印指南", "the guide")
        assert label(machine) == "指南已打印，请取走"
        printer.save(str(tmp_path / "out"))
        (sheet,) = (path.read_bytes() for path in (tmp_path / "out").glob("document-*.pdf"))
        assert "从业人员证换卡" in text_of(sheet)[0]
        assert not machine.printer.receipts
    finally:
        machine.close()
        printer.stop()
