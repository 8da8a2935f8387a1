"""The receipt printer on the contract suite's bench: a kiosk printer with everything that one can have."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import pytest

from drivers.device import DeviceError
from drivers.receipt_printer.printer import PrintOutcome, ReceiptPrinter
from drivers.receipt_printer.simulator import PrinterSimulator
from drivers.receipt_printer.status import ACTS_NEXT, PrinterFault
from drivers.transport import transport_for
from drivers.worker import DeviceWorker
from tests.drivers.contract import PATIENCE, Bench, Deed, worked
from tests.drivers.receipt_printer.desk import KIOSK, machine_for, profile, receipt

HOLD_SECONDS = 0.3


@contextmanager
def bench() -> Iterator[Bench]:
    """A printer and its simulator on a TCP line. Nobody waits as long as at a counter."""
    used = profile(KIOSK, presenter={**KIOSK["presenter"], "hold_seconds": HOLD_SECONDS})
    simulator = PrinterSimulator(mm_per_second=0, **machine_for(used))
    simulator.start()
    try:
        with (
            pytest.MonkeyPatch.context() as patch,
            worked("receipt_printer", ReceiptPrinter(transport_for(simulator.address), used)) as worker,
        ):
            patch.setattr("drivers.receipt_printer.printer.RECOVER_SECONDS", 0.0)
            patch.setattr("drivers.receipt_printer.outlet.PULL_SECONDS", HOLD_SECONDS)

            def either(verb: Callable[..., object], word: str) -> tuple[Deed, Deed]:
                return partial(verb, **{word: True}), partial(verb, **{word: False})

            def stuck_blade() -> None:
                simulator.cutter(jammed=True)
                with pytest.raises(DeviceError):
                    _print(worker)

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
                    PrinterFault.CUTTER: (stuck_blade, partial(simulator.cutter, jammed=False)),
                    PrinterFault.JAM: either(simulator.jam, "on"),
                    PrinterFault.OVERHEATED: either(simulator.heat, "hot"),
                    PrinterFault.OFFLINE: either(simulator.pause, "on"),
                    PrinterFault.UNRECOVERABLE: either(simulator.defect, "on"),
                    PrinterFault.NOT_TAKEN: either(simulator.outlet, "blocked"),
                    PrinterFault.SILENT: either(simulator.silence, "on"),
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
