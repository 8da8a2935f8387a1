"""What goes over a printer's wire is watched, and nothing of a document is among it."""

from __future__ import annotations

import pytest

from drivers.device import Cancel, DeviceError
from drivers.page_printer.printer import PagePrinter, PrintOutcome
from drivers.page_printer.protocol import Operation, decode, describe
from drivers.page_printer.simulator import PagePrinterSimulator
from drivers.recording import Masks, Passed, Plain, Tap
from drivers.transport import TransportLost
from tests.drivers.page_printer.paper import pdf


def test_a_print_is_watched_from_its_job_to_its_end_without_its_document() -> None:
    simulator = PagePrinterSimulator(page_seconds=0.02)
    simulator.start()
    seen: list[Passed] = []
    tap = Tap(Masks(Plain(), Plain()))
    tap.listeners = (seen.append,)
    printer = PagePrinter(simulator.address, tap.tell)
    document = pdf()
    try:
        printer.open()
        assert printer.print(document, title="bench", cancel=Cancel()).outcome is PrintOutcome.PRINTED
        simulator.verbs["fault"](kind="unplug", seconds=60)
        with pytest.raises((DeviceError, TransportLost)):
            printer.poll()
    finally:
        printer.close()
        simulator.stop()
    words = [describe(one.what, one.data) for one in seen if one.what in ("out", "in")]
    assert words[0] == "GET_PRINTER_ATTRIBUTES"
    assert words[1].startswith("OK · printer-state IDLE")
    assert any(line.startswith("SEND_DOCUMENT · job-id ") for line in words)
    assert any("job-state COMPLETED" in line for line in words)
    assert seen[-1].what == "lost"
    sent = [one for one in seen if one.what == "out" and decode(one.data).code == Operation.SEND_DOCUMENT]
    assert [one.note for one in sent] == [f"and a document of {len(document)} bytes"]
    assert not any(document[:16] in one.data for one in seen)


@pytest.mark.parametrize("data", [b"", b"\x02\x00", b"<html>", bytes(40)])
def test_what_is_no_ipp_is_called_so(data: bytes) -> None:
    assert describe("in", data).startswith("no IPP: ")
