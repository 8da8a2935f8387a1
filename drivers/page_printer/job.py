"""One job, watched until nothing more happens to it, and given up when it takes too long."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from drivers.device import Cancel, DeviceError, Fault
from drivers.page_printer.client import Client, Refused
from drivers.page_printer.protocol import Group, JobState, Status
from drivers.page_printer.status import CONNECTING, STATUS_ATTRIBUTES, PagePrinterFault, fault, status_of

JOB_SECONDS = 100.0  # a document that is not out by then is given up
HELD_SECONDS = 45.0  # so long may a job wait for paper, or for a door to be closed
UNDELIVERED_SECONDS = 3.0  # and so long one whose document may not have arrived
REACHED_SECONDS = 5.0  # a queue that has not reached its printer by then is offline
LOST_SECONDS = 15.0  # a printer that vanished in the middle of a job is looked for so long
CANCEL_SECONDS = 4.0  # to let go of a job
LOOK_EVERY = 0.25

_WITHOUT_DOCUMENT = {"job-incoming", "job-data-insufficient"}

OnHold = Callable[[tuple[Fault, ...]], None]


class PrintOutcome(StrEnum):
    """What became of a document."""

    PRINTED = "printed"  # the printer says so
    FAILED = "failed"  # nothing came out and nothing of it is left in the printer; it may be printed again
    UNCERTAIN = "uncertain"  # part or all of it may have come out, or may still come


@dataclass(frozen=True, slots=True)
class PrintResult:
    """The outcome, why it is so, and how many sides were printed where the printer counts them."""

    outcome: PrintOutcome
    faults: tuple[Fault, ...] = ()
    sides: int | None = None
    seconds: float = 0.0


class Job:
    """Job ``number`` at the printer.

    ``delivered`` is whether its document is known to have arrived, ``counts_sides`` whether this printer is known to
    count: one that never did says 0 of every job.
    """

    def __init__(self, client: Client, number: int, *, delivered: bool, counts_sides: bool) -> None:
        self._client = client
        self._number = number
        self._counts_sides = counts_sides
        self._patience = HELD_SECONDS if delivered else UNDELIVERED_SECONDS
        # what the printer said of it
        self._state = int(JobState.PENDING)
        self._reasons: tuple[str, ...] = ()
        self._sides: int | None = None
        self._began = False  # paper may have moved
        # what it waits for, and since when
        self._message = ""
        self._standing: tuple[Fault, ...] = ()
        self._started = self._heard = self._moved = self._reached = time.monotonic()
        self._given_up: float | None = None
        self._because: tuple[Fault, ...] = ()
        self._cancelled = False

    def watch(self, cancel: Cancel, on_hold: OnHold) -> PrintResult:
        """What became of it; see :meth:`drivers.page_printer.printer.PagePrinter.print`."""
        result = self._watch(cancel, on_hold)
        if self._standing:
            on_hold(())
        return result

    def _watch(self, cancel: Cancel, on_hold: OnHold) -> PrintResult:
        while True:
            try:
                if self._given_up is not None and not self._cancelled:
                    self._cancel()
                self._heed(self._client.job(self._number))
                if self._state >= JobState.CANCELED:
                    return self._ended()
                self._consider(self._client.printer((*STATUS_ATTRIBUTES, "printer-state-message")), on_hold)
            except (DeviceError, OSError) as error:
                if isinstance(error, Refused) and error.status in (Status.NOT_FOUND, Status.GONE):
                    return self._unknown(fault(PagePrinterFault.JOB_FAILED, "the printer forgot the job"))
                if time.monotonic() - self._heard > LOST_SECONDS:
                    return self._unknown(fault_of(error))
            if self._given_up is None:
                self._lose_patience(cancel)
            elif time.monotonic() - self._given_up > CANCEL_SECONDS:
                return self._unknown(fault(PagePrinterFault.JOB_FAILED, "the printer does not let go of the job"))
            time.sleep(LOOK_EVERY)

    def _cancel(self) -> None:
        try:
            self._client.cancel(self._number)
        except Refused:
            pass  # most often because it has just ended; its state tells
        self._cancelled = True

    def _heed(self, told: Group) -> None:
        """Take in what the printer says of the job."""
        self._state = told.number("job-state") or self._state
        self._reasons = told.words("job-state-reasons")
        counts = (*told.numbers("job-impressions-completed"), *told.numbers("job-media-sheets-completed"))
        self._sides = max(counts, default=self._sides)
        printing = self._state in (JobState.PROCESSING, JobState.STOPPED)
        self._began = self._began or printing or bool(self._sides) or told.number("time-at-processing") is not None
        if self._began:
            self._patience = HELD_SECONDS

    def _consider(self, told: Group, on_hold: OnHold) -> None:
        """Take in what the printer says of itself."""
        self._heard = now = time.monotonic()
        self._message = told.word("printer-state-message")
        faults = status_of(told).faults
        if CONNECTING not in told.words("printer-state-reasons"):
            self._reached = now
        elif not faults and now - self._reached > REACHED_SECONDS:
            faults = (fault(PagePrinterFault.OFFLINE, self._message),)
        if [found.code for found in faults] != [found.code for found in self._standing]:
            on_hold(faults)
        self._standing = faults
        waits = faults or _WITHOUT_DOCUMENT.intersection(self._reasons)
        if self._state in (JobState.PENDING, JobState.PROCESSING) and not waits:
            self._moved = now

    def _lose_patience(self, cancel: Cancel) -> None:
        now = time.monotonic()
        if now - self._started > JOB_SECONDS or now - self._moved > self._patience:
            detail = f"given up after {now - self._started:.0f} s; {self._message}"
            self._because = (fault(PagePrinterFault.JOB_FAILED, detail),)
            self._given_up = now
        elif cancel.requested:
            self._given_up = now

    def _ended(self) -> PrintResult:
        said = (fault(PagePrinterFault.JOB_FAILED, " ".join(self._reasons)),)
        if self._state == JobState.COMPLETED:
            if "job-completed-with-errors" in self._reasons:
                return PrintResult(PrintOutcome.UNCERTAIN, said, self._sides)
            return PrintResult(PrintOutcome.PRINTED, (), self._sides)
        aborted = said if self._state == JobState.ABORTED else ()
        nothing_out = not self._began or (self._sides == 0 and self._counts_sides)
        outcome = PrintOutcome.FAILED if nothing_out else PrintOutcome.UNCERTAIN
        return PrintResult(outcome, self._standing or self._because or aborted, self._sides)

    def _unknown(self, why: Fault) -> PrintResult:
        return PrintResult(PrintOutcome.UNCERTAIN, self._standing or (why,), self._sides)


def fault_of(error: DeviceError | OSError) -> Fault:
    """The fault that an error of the client tells of."""
    return error.fault if isinstance(error, DeviceError) else fault(PagePrinterFault.DISCONNECTED, str(error))
