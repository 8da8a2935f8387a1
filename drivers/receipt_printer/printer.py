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
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from drivers.device import (
    Cancel,
    Capabilities,
    DeviceError,
    DeviceState,
    DeviceStatus,
    Fault,
    HealthLevel,
    HealthReport,
    Identity,
    Level,
    NextAction,
)
from drivers.receipt_printer.layout import compose
from drivers.receipt_printer.profile import Profile
from drivers.receipt_printer.protocol import (
    CLEAR_BUFFERS,
    FEED_AND_CUT,
    INITIALISE,
    PAPER_QUERY,
    RECOVER_AND_CLEAR,
    STATUS_BACK_OFF,
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
from drivers.receipt_printer.receipt import Feed, Qr, Receipt, Row, Rule, Text
from drivers.transport import Transport, TransportLost, TransportTimeout

log = logging.getLogger("drivers.receipt_printer")

QUERY_SECONDS = 0.5
CLEAR_SECONDS = 1.5
WRITE_SECONDS = 5.0
QUIET_SECONDS = 1.0  # a printer that says nothing for so long while it prints is asked
RECOVER_SECONDS = 30.0  # between two attempts to leave an error that somebody may have put right
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


# Errors that stay after their cause has been removed, until the host tells the printer to go on.
_LATCHED = frozenset({PrinterFault.CUTTER, PrinterFault.JAM})


class PrintOutcome(StrEnum):
    """What became of a receipt."""

    PRINTED = "printed"  # proved
    FAILED = "failed"  # the printer said why and holds nothing of it any more; it may be printed again
    UNCERTAIN = "uncertain"  # part or all of it may have come out


@dataclass(frozen=True, slots=True)
class PrintResult:
    """The outcome, why it is so, and the exact bytes that went over the wire for it.

    Where the printer stopped taking bytes, the last piece of ``wire`` may not have arrived whole.
    """

    outcome: PrintOutcome
    seconds: float
    wire: bytes = field(repr=False)
    faults: tuple[Fault, ...] = ()


SHORT_TEST = Receipt((Text("自检 OK", align="centre"),))


def long_test(profile: Profile) -> Receipt:
    """What a person judges by eye: a ruler, Chinese, every charset's edge, a code to scan."""
    ruler = "".join("|" if column % 10 == 0 else "." for column in range(profile.columns))
    return Receipt(
        (
            Text("打印测试", size=2, bold=True, align="centre"),
            Rule(),
            Text(ruler),
            Text("0123456789 ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
            Text("汉字清楚、没有缺画，左右没有切掉。"),
            Row("生僻字", "㛃 䶮 𠮷 犇 喆"),
            Text("■□■□■□■□"),
            Feed(),
            Qr("e-gov receipt printer test"),
            Feed(),
        )
    )


class ReceiptPrinter:
    """One printer. Its methods are called on the thread that owns it."""

    def __init__(self, transport: Transport, profile: Profile) -> None:
        self._transport = transport
        self._profile = profile
        self._parser = AnswerParser()
        self._wire = bytearray()
        self._job_numbers = itertools.count(1)
        self._owed = 0  # real-time replies that have not come yet
        self._remains = False  # part of a receipt hangs before the blade
        self._recovered_at = -RECOVER_SECONDS
        self._counted = {f"receipts_{outcome}": 0 for outcome in PrintOutcome}

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
        return Capabilities("receipt_printer", features, profile.verified_on)

    @property
    def identity(self) -> Identity:
        """Where it is, and the model that its profile is for."""
        return Identity(self._transport.name, model=self._profile.model)

    @property
    def counters(self) -> Mapping[str, int]:
        """Receipts that were proved, failed, and of which nobody knows."""
        return dict(self._counted)

    def check_health(self, level: HealthLevel, cancel: Cancel) -> HealthReport:
        """INTERNAL asks for all four states; EXTERNAL prints a line and cuts; INTERACTIVE prints what a person judges.

        Raises DeviceError when it says nothing, OSError when it is gone, Cancelled.
        """
        cancel.check()
        faults = faults_of(self._recovered_condition())
        if faults or level is HealthLevel.INTERNAL:
            return HealthReport(level, faults)
        result = self.print(SHORT_TEST if level is HealthLevel.EXTERNAL else long_test(self._profile), cancel)
        question = "receipt_printer.test_receipt" if level is HealthLevel.INTERACTIVE and not result.faults else ""
        return HealthReport(level, result.faults, {"seconds": round(result.seconds, 1)}, question)

    def open(self) -> None:
        """Open the pipe. Raises OSError."""
        self._transport.open()
        self._parser.reset()
        self._owed = 0

    def close(self) -> None:
        """Close the pipe."""
        self._transport.close()

    def poll(self) -> DeviceStatus:
        """Ask for all four states. Raises DeviceError when the printer says nothing, OSError when it is gone."""
        condition = self._recovered_condition()
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
        self._counted[f"receipts_{outcome}"] += 1
        if faults:
            log.info("a receipt of %d bytes: %s, %s", len(wire), outcome, " ".join(f.code for f in faults))
        return PrintResult(outcome, time.monotonic() - started, wire, faults)

    def _print(self, job: bytes) -> tuple[PrintOutcome, tuple[Fault, ...]]:
        sending = False
        try:
            faults = faults_of(self._recovered_condition())
            if faults:
                return PrintOutcome.FAILED, faults
            self._clear()
            sending = self._remains = True
            self._send_job(job)
            faults = self._wait_for_proof()
            if not faults:
                self._remains = False
                self._say_no_more()
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
        cleared = self._cleared_after_failure()
        # A printer that names no fault may have printed all of it.
        told = all(f.code != PrinterFault.SILENT for f in faults)
        return PrintOutcome.FAILED if cleared and told else PrintOutcome.UNCERTAIN, faults

    def _send_job(self, job: bytes) -> None:
        for start in range(0, len(job), self._profile.chunk):
            try:
                self._write(job[start : start + self._profile.chunk], WRITE_SECONDS)
            except DeviceError:
                self._heed(self._answers(0.0))  # a full printer may have said why it takes no more
                raise
            self._heed(self._answers(0.0))

    def _say_no_more(self) -> None:
        """End the reports. The receipt is out: a pipe that breaks now does not change that."""
        try:
            self._write(STATUS_BACK_OFF, WRITE_SECONDS)
        except (DeviceError, TransportLost) as error:
            log.info("after the receipt: %s", error)

    def _wait_for_proof(self) -> tuple[Fault, ...]:
        """Wait until the printer says that it has printed everything; the faults that came instead."""
        deadline = time.monotonic() + self._profile.print_seconds
        match self._profile.completion:
            case "process_id":
                identifier = f"{next(self._job_numbers) % 10000:04d}"
                # Both are answered in their turn: a paper status that comes first is from a model without GS ( H.
                self._write(process_id_query(identifier) + PAPER_QUERY, WRITE_SECONDS)
                proof: Answer | None = Block(0x37, _PROCESS_ID + identifier.encode())
            case "paper_query":
                self._write(PAPER_QUERY, WRITE_SECONDS)
                proof = None
            case "assumed":
                return self._assume(deadline)
        while (left := deadline - time.monotonic()) > 0:
            answers = self._answers(min(left, QUIET_SECONDS))
            for answer in answers:
                if answer == proof or isinstance(answer, PlainByte):
                    return ()
                if isinstance(answer, StatusByte) and condition_of({Query.PRINTER: answer.value}).offline:
                    return faults_of(self._condition())
                self._heed([answer])
            if not answers:
                # Everything has been sent, so a query cannot fall into the middle of a command.
                self._query(Query.PRINTER)
        return faults_of(self._condition()) or (fault(PrinterFault.SILENT, "no proof that it was printed"),)

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
        """Clear what an earlier job may have left, inside and before the blade."""
        if not (self._profile.clears and self._ask_to_clear()):
            self._write(INITIALISE, WRITE_SECONDS)
        if self._remains and self._profile.cutter:
            # Somebody else's half receipt must not come out at the head of this one.
            self._write(FEED_AND_CUT, WRITE_SECONDS)

    def _cleared_after_failure(self) -> bool:
        """Whether the printer has confirmed that it holds nothing any more."""
        try:
            return self._profile.clears and self._ask_to_clear()
        except (DeviceError, TransportLost) as error:
            log.info("the printer could not be cleared: %s", error)
            return False

    def _ask_to_clear(self) -> bool:
        self._write(CLEAR_BUFFERS, CLEAR_SECONDS)
        deadline = time.monotonic() + CLEAR_SECONDS
        while time.monotonic() < deadline:
            for answer in self._answers(0.1):
                if answer == Block(0x37, _CLEARED):
                    return True
        return False

    # -- asking and listening ----------------------------------------------------------

    def _recovered_condition(self) -> Condition:
        """How the printer is; an error that stays is tried to be left, now and then, in case its cause is gone."""
        condition = self._condition()
        latched = any(f.code in _LATCHED for f in faults_of(condition))
        if latched and time.monotonic() - self._recovered_at >= RECOVER_SECONDS:
            self._recovered_at = time.monotonic()
            self._write(RECOVER_AND_CLEAR, WRITE_SECONDS)
            condition = self._condition()
        return condition

    def _condition(self) -> Condition:
        """Ask the four real-time questions one after another; the printer must answer the first.

        A reply does not say what it answers, so one that is late must not be taken for the next one's.
        """
        self._await_replies()
        self._transport.discard_input()
        self._parser.reset()
        self._owed = 0
        replies: dict[Query, int] = {}
        for query in Query:
            self._query(query)
            value = self._await_replies()
            if value is not None:
                replies[query] = value
            elif query is Query.PRINTER:
                raise DeviceError(fault(PrinterFault.SILENT, "no answer to DLE EOT 1"))
            else:
                break
        return condition_of(replies)

    def _query(self, query: Query) -> None:
        self._owed += 1
        self._write(real_time_query(query), QUERY_SECONDS)

    def _await_replies(self) -> int | None:
        """Wait until no real-time reply is owed; the last one, None when they do not all come."""
        value = None
        deadline = time.monotonic() + QUERY_SECONDS
        while self._owed and (left := deadline - time.monotonic()) > 0:
            for answer in self._answers(left):
                if isinstance(answer, StatusByte):
                    value = answer.value
        return None if self._owed else value

    def _answers(self, seconds: float) -> list[Answer]:
        """What the printer says within ``seconds``; returns as soon as it says anything."""
        answers = list(self._parser.feed(self._transport.read(256, time.monotonic() + seconds)))
        replies = sum(isinstance(answer, StatusByte) for answer in answers)
        self._owed = max(self._owed - replies, 0)
        return answers

    def _heed(self, answers: Iterable[Answer]) -> None:
        """Raise DeviceError when the printer reports by itself that something is wrong."""
        for answer in answers:
            if isinstance(answer, AutoStatus):
                faults = faults_of(condition_of_auto(answer.values))
                if faults:
                    raise DeviceError(faults[0])

    def _write(self, data: bytes, seconds: float) -> None:
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
