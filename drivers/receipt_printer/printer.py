"""The driver: one receipt printer on one byte pipe, and the truth about every receipt.

The way of one receipt: ask how the printer is, clear what an earlier job left,
let it report by itself, send the whole in pieces, cut, then wait for proof that
everything before the proof was printed. What cannot be proved is UNCERTAIN and
never printed again without a person's word.
"""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from drivers.device import Capabilities, DeviceError, DeviceState, DeviceStatus, Fault, Level, NextAction
from drivers.receipt_printer.layout import compose
from drivers.receipt_printer.profile import Profile
from drivers.receipt_printer.protocol import (
    CLEAR_BUFFERS,
    INITIALISE,
    PAPER_QUERY,
    STATUS_BACK_OFF,
    STATUS_BACK_ON,
    Answer,
    AnswerParser,
    AutoStatus,
    Block,
    Condition,
    PlainByte,
    Query,
    StatusByte,
    condition_of,
    condition_of_auto,
    process_id_query,
    real_time_query,
)
from drivers.receipt_printer.receipt import Receipt
from drivers.transport import Transport, TransportLost, TransportTimeout
from drivers.worker import Cancel

log = logging.getLogger("drivers.receipt_printer")

QUERY_SECONDS = 0.5
CLEAR_SECONDS = 1.5
WRITE_SECONDS = 5.0
_PROCESS_ID, _CLEARED = b"\x22", b"\x25"


class PrinterFault(StrEnum):
    """What can be wrong with a printer, and the keys of its sentences."""

    DISCONNECTED = "receipt_printer.disconnected"
    SILENT = "receipt_printer.silent"
    OFFLINE = "receipt_printer.offline"
    PAPER_OUT = "receipt_printer.paper_out"
    COVER_OPEN = "receipt_printer.cover_open"
    CUTTER = "receipt_printer.cutter"
    JAM = "receipt_printer.jam"
    OVERHEATED = "receipt_printer.overheated"
    UNRECOVERABLE = "receipt_printer.unrecoverable"


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
}


def fault(code: PrinterFault, detail: str = "") -> Fault:
    """The fault with the one who acts next."""
    return Fault(code, ACTS_NEXT[code], detail)


class PrintOutcome(StrEnum):
    """What became of a receipt."""

    PRINTED = "printed"  # proved
    FAILED = "failed"  # the printer holds nothing of it any more; it may be printed again
    UNCERTAIN = "uncertain"  # part or all of it may have come out


@dataclass(frozen=True, slots=True)
class PrintResult:
    """The outcome, why it is so, and the exact bytes that went over the wire for it."""

    outcome: PrintOutcome
    seconds: float
    wire: bytes = field(repr=False)
    faults: tuple[Fault, ...] = ()


class ReceiptPrinter:
    """One printer. Its methods are called on the thread that owns it."""

    def __init__(self, transport: Transport, profile: Profile) -> None:
        self._transport = transport
        self._profile = profile
        self._parser = AnswerParser()
        self._wire = bytearray()
        self._job_numbers = itertools.count(1)

    # -- drivers.device.Device -----------------------------------------------------

    @property
    def capabilities(self) -> Capabilities:
        """What its profile says."""
        profile = self._profile
        features: dict[str, bool | int | str] = {
            "dots": profile.dots,
            "charset": profile.charset,
            "cutter": profile.cutter,
            "completion": profile.completion,
        }
        return Capabilities("receipt_printer", profile.model, features, profile.verified_on)

    def open(self) -> None:
        """Open the pipe. Raises OSError."""
        self._transport.open()
        self._parser.reset()

    def close(self) -> None:
        """Close the pipe."""
        self._transport.close()

    def poll(self) -> DeviceStatus:
        """Ask for all four states. Raises DeviceError when the printer says nothing, OSError when it is gone."""
        condition = self._condition()
        faults = faults_of(condition)
        if condition.paper_out:
            paper = Level.OUT
        elif condition.paper_near_end:
            paper = Level.LOW
        else:
            paper = Level.UNKNOWN if condition.paper_near_end is None else Level.OK
        return DeviceStatus(DeviceState.ATTENTION if faults else DeviceState.READY, faults, {"paper": paper})

    # -- printing --------------------------------------------------------------------

    def print(self, receipt: Receipt, cancel: Cancel) -> PrintResult:
        """Print one receipt. Never raises for what a printer can suffer; the outcome tells.

        ``cancel`` is looked at before anything is sent; a receipt under way is finished.
        """
        cancel.check()
        started = time.monotonic()
        self._wire.clear()
        outcome, faults = self._print(compose(receipt, self._profile))
        wire = bytes(self._wire)
        self._wire.clear()
        if faults:
            log.info("a receipt of %d bytes: %s, %s", len(wire), outcome, " ".join(f.code for f in faults))
        return PrintResult(outcome, time.monotonic() - started, wire, faults)

    def _print(self, job: bytes) -> tuple[PrintOutcome, tuple[Fault, ...]]:
        sending = False
        try:
            faults = faults_of(self._condition())
            if faults:
                return PrintOutcome.FAILED, faults
            self._clear()
            sending = True
            self._send_job(job)
            faults = self._wait_for_proof()
            if not faults:
                self._write(STATUS_BACK_OFF)
                return PrintOutcome.PRINTED, ()
        except DeviceError as error:
            faults = (error.fault,)
        except TransportLost as error:
            return PrintOutcome.UNCERTAIN if sending else PrintOutcome.FAILED, (
                fault(PrinterFault.DISCONNECTED, str(error)),
            )
        if not sending:
            return PrintOutcome.FAILED, faults
        # Whatever is still inside would come out when the paper is changed, to the wrong person.
        return PrintOutcome.FAILED if self._cleared_after_failure() else PrintOutcome.UNCERTAIN, faults

    def _send_job(self, job: bytes) -> None:
        self._write(INITIALISE + STATUS_BACK_ON)
        for start in range(0, len(job), self._profile.chunk):
            self._write(job[start : start + self._profile.chunk])
            self._heed(self._answers(0.0))

    def _wait_for_proof(self) -> tuple[Fault, ...]:
        """Wait until the printer says that it has printed everything; the faults that came instead."""
        deadline = time.monotonic() + self._profile.print_seconds
        match self._profile.completion:
            case "process_id":
                identifier = f"{next(self._job_numbers) % 10000:04d}"
                self._write(process_id_query(identifier))
                proof: Answer = Block(0x37, _PROCESS_ID + identifier.encode())
            case "paper_query":
                self._write(PAPER_QUERY)
                proof = PlainByte(0)
            case "assumed":
                return self._assume(deadline)
        while time.monotonic() < deadline:
            for answer in self._answers(0.25):
                if answer == proof or (isinstance(proof, PlainByte) and isinstance(answer, PlainByte)):
                    return ()
                self._heed([answer])
        condition = self._condition()
        return faults_of(condition) or (fault(PrinterFault.SILENT, "no proof that it was printed"),)

    def _assume(self, deadline: float) -> tuple[Fault, ...]:
        """For printers that prove nothing: a good status twice, a second apart, counts."""
        good = 0
        while time.monotonic() < deadline:
            condition = self._condition()
            if faults := faults_of(condition):
                return faults
            good += 1
            if good == 2:
                return ()
            self._heed(self._answers(1.0))
        return (fault(PrinterFault.SILENT, "no good status after printing"),)

    def _clear(self) -> None:
        """Clear what an earlier job may have left."""
        if self._profile.clears and self._ask_to_clear():
            return
        self._write(INITIALISE)

    def _cleared_after_failure(self) -> bool:
        """Whether the printer has confirmed that it holds nothing any more."""
        try:
            return self._profile.clears and self._ask_to_clear()
        except (DeviceError, TransportLost) as error:
            log.info("the printer could not be cleared: %s", error)
            return False

    def _ask_to_clear(self) -> bool:
        self._write(CLEAR_BUFFERS)
        deadline = time.monotonic() + CLEAR_SECONDS
        while time.monotonic() < deadline:
            for answer in self._answers(0.1):
                if answer == Block(0x37, _CLEARED):
                    return True
        return False

    # -- asking and listening ----------------------------------------------------------

    def _condition(self) -> Condition:
        """Ask the four real-time questions one after another; the printer must answer the first."""
        self._transport.discard_input()
        self._parser.reset()
        replies: dict[Query, int] = {}
        for query in Query:
            value = self._ask(query)
            if value is not None:
                replies[query] = value
            elif query is Query.PRINTER:
                raise DeviceError(fault(PrinterFault.SILENT, "no answer to DLE EOT 1"))
        return condition_of(replies)

    def _ask(self, query: Query) -> int | None:
        self._write(real_time_query(query), QUERY_SECONDS)
        deadline = time.monotonic() + QUERY_SECONDS
        while (left := deadline - time.monotonic()) > 0:
            for answer in self._answers(left):
                if isinstance(answer, StatusByte):
                    return answer.value
        return None

    def _answers(self, seconds: float) -> list[Answer]:
        """What the printer says within ``seconds``; returns as soon as it says anything."""
        return list(self._parser.feed(self._transport.read(256, time.monotonic() + seconds)))

    def _heed(self, answers: Iterable[Answer]) -> None:
        """Raise DeviceError when the printer reports by itself that something is wrong."""
        for answer in answers:
            if isinstance(answer, AutoStatus):
                faults = faults_of(condition_of_auto(answer.values))
                if faults:
                    raise DeviceError(faults[0])

    def _write(self, data: bytes, seconds: float = WRITE_SECONDS) -> None:
        self._wire += data
        try:
            self._transport.write(data, time.monotonic() + seconds)
        except TransportTimeout as error:
            raise DeviceError(fault(PrinterFault.SILENT, str(error))) from error


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
