"""The receipt printer on the contract suite's bench."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from drivers.device import DeviceError
from drivers.receipt_printer.printer import ACTS_NEXT, PrinterFault, PrintOutcome, ReceiptPrinter
from drivers.receipt_printer.simulator import PrinterSimulator
from drivers.transport import transport_for
from drivers.worker import DeviceWorker
from tests.drivers.contract import PATIENCE, Bench, Deed, worked
from tests.drivers.receipt_printer.desk import profile, receipt


@contextmanager
def bench() -> Iterator[Bench]:
    """A printer and its simulator on a TCP line."""
    simulator = PrinterSimulator(mm_per_second=0)
    simulator.start()
    try:
        with worked("receipt_printer", ReceiptPrinter(transport_for(simulator.address), profile())) as worker:

            def either(verb: Callable[..., object], word: str) -> tuple[Deed, Deed]:
                return partial(verb, **{word: True}), partial(verb, **{word: False})

            yield Bench(
                "receipt_printer",
                owned=worker,
                verbs=simulator.verbs,
                use=partial(_print, worker),
                faults=PrinterFault,
                acts_next=ACTS_NEXT,
                standing={
                    PrinterFault.COVER_OPEN: either(simulator.cover, "is_open"),
                    PrinterFault.PAPER_OUT: (partial(simulator.paper, "out"), simulator.paper),
                    PrinterFault.OVERHEATED: either(simulator.heat, "hot"),
                    PrinterFault.SILENT: either(simulator.silence, "on"),
                    PrinterFault.OFFLINE: either(simulator.pause, "on"),
                    PrinterFault.UNRECOVERABLE: either(simulator.defect, "on"),
                },
                stop=worker.stop,
            )
    finally:
        simulator.stop()


def _print(worker: DeviceWorker[ReceiptPrinter]) -> object:
    """One receipt, proved; whatever else became of it is the fault that it ended with."""
    result = worker.submit(lambda printer, cancel: printer.print(receipt("自检"), cancel)).future.result(PATIENCE)
    if result.outcome is not PrintOutcome.PRINTED:
        raise DeviceError(result.faults[0])
    return result
