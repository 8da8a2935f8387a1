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
    Fact,
    Fault,
    HealthLevel,
    HealthReport,
    Identity,
    Level,
)
from drivers.receipt_printer.conversation import QUERY_SECONDS, Conversation
from drivers.receipt_printer.layout import compose, longest_command, parting
from drivers.receipt_printer.outlet import Outlet
from drivers.receipt_printer.profile import Profile
from drivers.receipt_printer.protocol import (
    INITIALISE,
    PAPER_QUERY,
    RECOVER_AND_CLEAR,
    STATUS_BACK_OFF,
    Answer,
    AutoStatus,
    Block,
    Condition,
    PlainByte,
    Query,
    StatusByte,
    condition_of,
    condition_of_auto,
    process_id_query,
)
from drivers.receipt_printer.receipt import Feed, Qr, Receipt, Row, Rule, Text
from drivers.receipt_printer.status import LATCHED, PrinterFault, fault, faults_of
from drivers.transport import Transport, TransportLost

log = logging.getLogger("drivers.receipt_printer")

QUIET_SECONDS = 1.0  # a printer that says nothing for so long while it prints is asked
RECOVER_SECONDS = 30.0  # between two attempts to leave an error that somebody may have put right
IDENTITY_TRIES = 2  # after each opening: an answer may be lost, or the printer know no GS I
LEFTOVER_SECONDS = 4.0  # the longest that opening waits for what an earlier run left to come out
_PROCESS_ID = b"\x22"
_FIRMWARE, _MODEL, _SERIAL, _CHINESE_SET = 65, 67, 68, 69


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
        self._talk = Conversation(transport)
        self._outlet = Outlet(self._talk, profile.presenter) if profile.presenter is not None else None
        self._identity: Identity | None = None  # once the printer has said it
        self._unasked = IDENTITY_TRIES
        self._job_numbers = itertools.count(1)
        # Something of an earlier job may be there: inside, before the blade, or as an answer that is still to come.
        # At the start nobody knows; the power may have failed in the middle of a receipt.
        self._leftover = True
        self._recovered_at = -RECOVER_SECONDS
        self._counted = {f"receipts_{outcome}": 0 for outcome in PrintOutcome}

    # -- drivers.device.Device -----------------------------------------------------

    @property
    def capabilities(self) -> Capabilities:
        """What its profile says."""
        profile = self._profile
        features: dict[str, Fact] = {
            "dots": profile.dots,
            "charset": profile.charset,
            "cutter": profile.cutter,
            "near_end": profile.near_end,
            "presenter": profile.presenter is not None,
            "completion": profile.completion,
        }
        return Capabilities("receipt_printer", features, profile.verified_on)

    @property
    def identity(self) -> Identity:
        """Where it is; what it said of itself, or the model that its profile is for."""
        return self._identity or Identity(self._transport.name, model=self._profile.model)

    @property
    def counters(self) -> Mapping[str, int]:
        """Receipts that were proved, failed, and of which nobody knows; with a presenter, taken and pulled back."""
        return {**self._counted, **(self._outlet.counted if self._outlet is not None else {})}

    def open(self) -> None:
        """Open the pipe, and part from the roll what an earlier receipt left there. Raises DeviceError, OSError."""
        self._transport.open()
        self._talk.begin()
        self._identity, self._unasked = None, IDENTITY_TRIES
        if self._leftover and self._profile.completion != "assumed" and not self._faults():
            self._leftover = not self._put_out(LEFTOVER_SECONDS)

    def close(self) -> None:
        """Close the pipe."""
        self._transport.close()

    def poll(self) -> DeviceStatus:
        """Ask for all four states. Raises DeviceError when the printer says nothing, OSError when it is gone."""
        condition, faults = self._examined()
        details: dict[str, Fact] = {}
        if self._profile.identifies and self._identity is None and self._unasked and not faults:
            self._unasked -= 1
            self._identity = self._asked_identity()
        if self._outlet is not None:
            if self._outlet.watch(can_move=not faults):
                faults += (fault(PrinterFault.NOT_TAKEN),)
            details["paper_presented"] = self._outlet.held
        state = DeviceState.ATTENTION if faults else DeviceState.READY
        return DeviceStatus(state, faults, {"paper": self._paper(condition)}, details)

    def check_health(self, level: HealthLevel, cancel: Cancel) -> HealthReport:
        """INTERNAL asks for all four states; EXTERNAL prints a line and cuts; INTERACTIVE prints what a person judges.

        Raises DeviceError when it says nothing, OSError when it is gone, Cancelled.
        """
        cancel.check()
        _, faults = self._examined()
        facts: dict[str, Fact] = {}
        if self._profile.identifies and not faults:
            facts["chinese_set"] = self._talk.identity(_CHINESE_SET) or ""  # beside the charset of the profile
        if faults or level is HealthLevel.INTERNAL:
            return HealthReport(level, faults, facts)
        result = self.print(SHORT_TEST if level is HealthLevel.EXTERNAL else long_test(self._profile), cancel)
        facts["seconds"] = round(result.seconds, 1)
        question = "receipt_printer.test_receipt" if level is HealthLevel.INTERACTIVE and not result.faults else ""
        return HealthReport(level, result.faults, facts, question)

    # -- printing --------------------------------------------------------------------

    def print(self, receipt: Receipt, cancel: Cancel) -> PrintResult:
        """Print one receipt. Never raises for what a printer can suffer; the outcome tells.

        ``cancel`` is looked at before anything is sent; a receipt under way is finished.
        With a presenter it is printed once it stands in the outlet, whether or not somebody takes it.
        """
        cancel.check()
        started = time.monotonic()
        with self._talk.kept() as wire:
            outcome, faults = self._print(compose(receipt, self._profile), cancel)
        self._counted[f"receipts_{outcome}"] += 1
        if faults:
            log.info("a receipt of %d bytes: %s, %s", len(wire), outcome, " ".join(f.code for f in faults))
        return PrintResult(outcome, time.monotonic() - started, bytes(wire), faults)

    def _print(self, commands: bytes, cancel: Cancel) -> tuple[PrintOutcome, tuple[Fault, ...]]:
        sending = False
        try:
            _, faults = self._examined()
            if not faults and self._outlet is not None and not self._outlet.emptied(cancel):
                faults = (fault(PrinterFault.NOT_TAKEN, "the outlet is not free"),)
            if faults:
                return PrintOutcome.FAILED, faults
            self._make_ready()
            sending = self._leftover = True
            self._send_job(commands)
            faults = self._wait_for_proof()
            if not faults:
                self._came_out()
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

    def _send_job(self, commands: bytes) -> None:
        for start in range(0, len(commands), self._profile.chunk):
            try:
                self._talk.write(commands[start : start + self._profile.chunk])
            except DeviceError:
                self._heed(self._talk.answers(0.0))  # a full printer may have said why it takes no more
                raise
            self._heed(self._talk.answers(0.0))

    def _came_out(self) -> None:
        """The receipt is out: a pipe that breaks while the reports are ended does not change that."""
        if self._outlet is not None:
            self._outlet.presented()
        try:
            self._talk.write(STATUS_BACK_OFF)
        except (DeviceError, TransportLost) as error:
            log.info("after the receipt: %s", error)

    def _wait_for_proof(self) -> tuple[Fault, ...]:
        """Wait until the printer says that it has printed everything; the faults that came instead."""
        deadline = time.monotonic() + self._profile.print_seconds
        if self._profile.completion == "assumed":
            return self._assume(deadline)
        question, proof = b"", None
        if self._profile.completion == "process_id":
            identifier = f"{next(self._job_numbers) % 10000:04d}"
            question, proof = process_id_query(identifier), Block(0x37, _PROCESS_ID + identifier.encode())
        # Both are answered in their turn: a paper status that comes first is from a model without GS ( H.
        self._talk.write(question + PAPER_QUERY)
        while (left := deadline - time.monotonic()) > 0:
            answers = self._talk.answers(min(left, QUIET_SECONDS))
            for place, answer in enumerate(answers):
                if isinstance(answer, PlainByte):
                    self._leftover = False
                    return ()
                if answer == proof:
                    both = any(isinstance(later, PlainByte) for later in answers[place:])
                    self._leftover = not (both or self._talk.hears_paper(QUERY_SECONDS))
                    return ()
                if isinstance(answer, StatusByte) and condition_of({Query.PRINTER: answer.value}).offline:
                    if faults := self._faults():
                        return faults
                    continue  # it was so, or the reply was another question's; that nothing is wrong proves nothing
                self._heed([answer])
            if not answers and Query.PRINTER in self._profile.states:
                # Everything has been sent, so a query cannot fall into the middle of a command.
                self._talk.query(Query.PRINTER)
        return self._faults() or (fault(PrinterFault.SILENT, "no proof that it was printed"),)

    def _assume(self, deadline: float) -> tuple[Fault, ...]:
        """For printers that prove nothing: a good status twice, a second apart, counts."""
        good = 0
        while time.monotonic() < deadline:
            if faults := self._faults():
                return faults
            good += 1
            if good == 2:
                self._leftover = False
                return ()
            self._heed(self._talk.answers(1.0))
        return (fault(PrinterFault.SILENT, "no good status after printing"),)

    # -- what an earlier job left -------------------------------------------------------

    def _make_ready(self) -> None:
        """Let nothing of an earlier job stand before the next. Raises DeviceError when that job does not end."""
        if not self._leftover:
            if not self._cleared():
                self._talk.write(INITIALISE)
        elif not self._put_out(self._profile.print_seconds):
            raise DeviceError((self._faults() or (fault(PrinterFault.SILENT, "an earlier job does not end"),))[0])

    def _put_out(self, seconds: float) -> bool:
        """Part from the roll what an earlier job printed, and hear all answers to it; False when they do not come.

        What is inside is cleared. Where that cannot be, it comes out as well, and is parted with the rest.
        """
        answers = self._profile.completion != "assumed"
        query = PAPER_QUERY if answers else b""
        if not self._cleared():
            # As many NULs complete a command that was broken off, and print nothing.
            self._talk.write(bytes(longest_command(self._profile)) + INITIALISE + query)
            if answers and not self._talk.hears_paper(seconds):
                return False
            # An answer to the job itself may have been first; only a reset stands between that and ours.
            deadline = time.monotonic() + seconds
            while answers and self._talk.hears_paper(QUERY_SECONDS) and time.monotonic() < deadline:
                pass
        presenter = self._profile.presenter
        self._talk.write(parting(self._profile) + (presenter.retract if presenter is not None else b"") + query)
        return not answers or self._talk.hears_paper(seconds)

    def _cleared(self) -> bool:
        """Tell the printer to forget what it holds; whether it has confirmed that."""
        return self._profile.clears and self._talk.cleared()

    def _cleared_after_failure(self) -> bool:
        try:
            return self._cleared()
        except (DeviceError, TransportLost) as error:
            log.info("the printer could not be cleared: %s", error)
            return False

    # -- how it is ---------------------------------------------------------------------

    def _examined(self) -> tuple[Condition, tuple[Fault, ...]]:
        """How the printer is; an error that stays is tried to be left, now and then, in case its cause is gone."""
        condition = self._condition()
        latched = any(f.code in LATCHED for f in faults_of(condition))
        if latched and time.monotonic() - self._recovered_at >= RECOVER_SECONDS:
            self._recovered_at = time.monotonic()
            self._talk.write(RECOVER_AND_CLEAR)
            condition = self._condition()
        return condition, faults_of(condition)

    def _condition(self) -> Condition:
        return self._talk.condition(self._profile.states)

    def _faults(self) -> tuple[Fault, ...]:
        return faults_of(self._condition())

    def _heed(self, answers: Iterable[Answer]) -> None:
        """Raise DeviceError when the printer reports by itself that something is wrong."""
        for answer in answers:
            if isinstance(answer, AutoStatus) and self._profile.states:
                faults = faults_of(condition_of_auto(answer.values))
                if faults:
                    raise DeviceError(faults[0])

    def _paper(self, condition: Condition) -> Level:
        if condition.paper_out:
            return Level.OUT
        if not self._profile.near_end:
            return Level.NOT_SUPPORTED
        if condition.paper_near_end is None:
            return Level.UNKNOWN
        return Level.LOW if condition.paper_near_end else Level.OK

    def _asked_identity(self) -> Identity | None:
        """What it says of itself; None when an answer does not come, which would be taken for the next one's later."""
        said: list[str] = []
        for number in (_MODEL, _SERIAL, _FIRMWARE):
            answer = self._talk.identity(number)
            if answer is None:
                return None
            said.append(answer)
        model, serial, firmware = said
        return Identity(self._transport.name, model or self._profile.model, serial=serial, firmware=firmware)
