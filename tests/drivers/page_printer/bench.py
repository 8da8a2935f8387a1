"""The A4 printer before a real print server, on the bench of the contract suite."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from drivers.device import Cancel, DeviceError, Fault
from drivers.page_printer.printer import PagePrinter, PrintOutcome
from drivers.page_printer.simulator import PagePrinterSimulator
from drivers.page_printer.status import ACTS_NEXT, PagePrinterFault
from tests.drivers.contract import PATIENCE, Bench, Deed, worked
from tests.drivers.page_printer.paper import pdf


def printed(printer: PagePrinter, cancel: Cancel) -> None:
    """One sheet; who waits for it does not stand there until somebody brings paper."""

    def on_hold(faults: tuple[Fault, ...]) -> None:
        if faults:
            cancel.request()

    result = printer.print(pdf(), title="bench", cancel=cancel, on_hold=on_hold)
    if result.outcome is not PrintOutcome.PRINTED:
        raise DeviceError(result.faults[0])


@contextmanager
def bench() -> Iterator[Bench]:
    simulator = PagePrinterSimulator(page_seconds=0.02)
    simulator.start()
    try:
        with worked("page_printer", PagePrinter(simulator.address)) as worker:

            def turned(verb: Callable[[bool], None]) -> tuple[Deed, Deed]:
                return partial(verb, True), partial(verb, False)

            def for_ever(kind: str) -> tuple[Deed, Deed]:
                return partial(simulator.verbs["fault"], kind=kind, count=0), simulator.verbs["clear"]

            yield Bench(
                "page_printer",
                owned=worker,
                verbs=simulator.verbs,
                use=lambda: worker.submit(printed).future.result(PATIENCE),
                faults=PagePrinterFault,
                acts_next=ACTS_NEXT,
                standing={
                    PagePrinterFault.PAPER_OUT: (partial(simulator.paper, False), partial(simulator.paper, True)),
                    PagePrinterFault.TONER_OUT: (partial(simulator.toner, 0), partial(simulator.toner, 75)),
                    PagePrinterFault.COVER_OPEN: turned(simulator.cover),
                    PagePrinterFault.JAM: turned(simulator.jam),
                    PagePrinterFault.TRAY_MISSING: turned(simulator.tray),
                    PagePrinterFault.OUTPUT_FULL: turned(simulator.output),
                    PagePrinterFault.OFFLINE: turned(simulator.offline),
                    PagePrinterFault.STOPPED: turned(simulator.pause),
                    PagePrinterFault.NO_PDF: (partial(simulator.pdf, False), partial(simulator.pdf, True)),
                    PagePrinterFault.REFUSED: turned(simulator.refuse),
                    PagePrinterFault.SILENT: for_ever("silence"),
                    PagePrinterFault.PROTOCOL: for_ever("junk"),
                },
                stop=worker.stop,
            )
    finally:
        simulator.stop()
