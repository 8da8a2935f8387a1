"""What can be wrong with a receipt printer, who acts next, and how its answers tell."""

from __future__ import annotations

from enum import StrEnum

from drivers.device import Fault, NextAction
from drivers.receipt_printer.protocol import Condition


class PrinterFault(StrEnum):
    """What can be wrong with a printer, and the keys of its sentences."""

    DISCONNECTED = "receipt_printer.disconnected"
    SILENT = "receipt_printer.silent"
    OFFLINE = "receipt_printer.offline"  # it does not print and names no cause
    PAPER_OUT = "receipt_printer.paper_out"
    COVER_OPEN = "receipt_printer.cover_open"
    CUTTER = "receipt_printer.cutter"
    JAM = "receipt_printer.jam"
    OVERHEATED = "receipt_printer.overheated"
    UNRECOVERABLE = "receipt_printer.unrecoverable"
    NOT_TAKEN = "receipt_printer.not_taken"  # an earlier receipt stands in the outlet and cannot be taken back


ACTS_NEXT: dict[PrinterFault, NextAction] = {
    PrinterFault.DISCONNECTED: NextAction.TECHNICIAN,
    PrinterFault.SILENT: NextAction.TECHNICIAN,
    PrinterFault.OFFLINE: NextAction.ATTENDANT,
    PrinterFault.PAPER_OUT: NextAction.ATTENDANT,
    PrinterFault.COVER_OPEN: NextAction.ATTENDANT,
    PrinterFault.CUTTER: NextAction.TECHNICIAN,
    PrinterFault.JAM: NextAction.ATTENDANT,
    PrinterFault.OVERHEATED: NextAction.NOBODY,
    PrinterFault.UNRECOVERABLE: NextAction.TECHNICIAN,
    PrinterFault.NOT_TAKEN: NextAction.ATTENDANT,
}

# Errors that stay after their cause has been removed, until the host tells the printer to go on.
LATCHED = frozenset({PrinterFault.CUTTER, PrinterFault.JAM})


def fault(code: PrinterFault, detail: str = "") -> Fault:
    """The fault with the one who acts next."""
    return Fault(code, ACTS_NEXT[code], detail)


def faults_of(condition: Condition) -> tuple[Fault, ...]:
    """What is wrong, the telling cause first."""
    found = [
        (condition.cover_open, PrinterFault.COVER_OPEN),
        (condition.paper_out, PrinterFault.PAPER_OUT),
        (condition.cutter_error, PrinterFault.CUTTER),
        (condition.mechanical_error, PrinterFault.JAM),
        (condition.unrecoverable, PrinterFault.UNRECOVERABLE),
        # An open cover reports the same bit as a hot head; the cover explains it.
        (condition.overheated and not condition.cover_open, PrinterFault.OVERHEATED),
    ]
    faults = tuple(fault(code) for wrong, code in found if wrong)
    if not faults and condition.offline:
        return (fault(PrinterFault.OFFLINE),)
    return faults
