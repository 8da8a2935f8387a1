"""The driver: one A4 printer, or a queue of CUPS, over IPP, and the truth about every document.

The way of one document: check that the printer can do it, ask how it is, take back what an earlier job left, create the
job, send the document, follow the job to its end. A job that is given up is cancelled at the printer, so that it never
comes out for the next citizen. What can neither be proved printed nor proved taken back is UNCERTAIN.
"""

from __future__ import annotations

import itertools
import logging
import platform
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
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
)
from drivers.page_printer.connection import Connection, HttpRefused
from drivers.page_printer.protocol import (
    Attribute,
    Group,
    GroupTag,
    IppError,
    JobState,
    Message,
    Operation,
    Status,
    Tag,
    attribute,
    request,
)
from drivers.page_printer.status import (
    A4,
    ATTRIBUTES,
    DUPLEX,
    PDF,
    STATUS_ATTRIBUTES,
    PagePrinterFault,
    capabilities_of,
    fault,
    identity_of,
    status_of,
)
from drivers.page_printer.testpage import test_page
from drivers.transport import TransportTimeout

log = logging.getLogger("drivers.page_printer")

ANSWER_SECONDS = 2.0  # to say how it is
COMMAND_SECONDS = 10.0  # to do something
DELIVER_SECONDS = 30.0  # to take a document
BUSY_SECONDS = 30.0  # how long somebody else's job is waited for
JOB_SECONDS = 100.0  # a document that is not out by then is given up
HELD_SECONDS = 45.0  # so long may a job wait for paper, or a door to be closed
UNDELIVERED_SECONDS = 3.0  # and so long one whose document may not have arrived
LOST_SECONDS = 15.0  # a printer that vanished in the middle of a job is looked for so long
CANCEL_SECONDS = 10.0  # to let go of a job
FOLLOW_EVERY = 0.25
BUSY_EVERY = 0.5

_JOB_ATTRIBUTES = (
    "job-state",
    "job-state-reasons",
    "job-impressions-completed",
    "job-media-sheets-completed",
    "time-at-processing",
)
# What an answer other than the hoped-for one means; another one makes no sense.
_REFUSALS: dict[int, PagePrinterFault] = {
    Status.FORBIDDEN: PagePrinterFault.REFUSED,
    Status.NOT_AUTHENTICATED: PagePrinterFault.REFUSED,
    Status.NOT_AUTHORIZED: PagePrinterFault.REFUSED,
    Status.NOT_FOUND: PagePrinterFault.REFUSED,
    Status.FORMAT_NOT_SUPPORTED: PagePrinterFault.NO_PDF,
    Status.ATTRIBUTES_NOT_SUPPORTED: PagePrinterFault.NOT_CAPABLE,
    Status.CONFLICTING_ATTRIBUTES: PagePrinterFault.NOT_CAPABLE,
    Status.OPERATION_NOT_SUPPORTED: PagePrinterFault.NOT_CAPABLE,
    Status.DEVICE_ERROR: PagePrinterFault.STOPPED,
    Status.NOT_ACCEPTING_JOBS: PagePrinterFault.STOPPED,
    Status.SERVICE_UNAVAILABLE: PagePrinterFault.BUSY,
    Status.TEMPORARY_ERROR: PagePrinterFault.BUSY,
    Status.BUSY: PagePrinterFault.BUSY,
}
_OLD_VERSION = (1, 1)
_TOO_NEW = {Status.VERSION_NOT_SUPPORTED, 400}  # what a printer answers that knows the old version only


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


class _Refused(DeviceError):
    """The printer answered, and said no. ``status`` is that of IPP, or where there was none that of HTTP."""

    def __init__(self, why: Fault, status: int) -> None:
        super().__init__(why)
        self.status = status


class _Progress:
    """How far a job has come."""

    def __init__(self) -> None:
        self.state = int(JobState.PENDING)
        self.reasons: tuple[str, ...] = ()
        self.sides: int | None = None
        self.began = False  # paper may have moved

    def heed(self, told: Group) -> None:
        """Take in what the printer says of the job."""
        self.state = told.number("job-state") or self.state
        self.reasons = told.words("job-state-reasons")
        counts = (*told.numbers("job-impressions-completed"), *told.numbers("job-media-sheets-completed"))
        self.sides = max(counts, default=self.sides)
        printing = self.state in (JobState.PROCESSING, JobState.STOPPED)
        self.began = self.began or printing or bool(self.sides) or told.number("time-at-processing") is not None

    @property
    def over(self) -> bool:
        """Whether nothing more happens to it."""
        return self.state >= JobState.CANCELED


class PagePrinter:
    """One printer at ``ipp://host[:631]/path`` or ``ipps://…``. Its methods are called on the thread that owns it.

    Raises ValueError for another address.
    """

    def __init__(self, url: str) -> None:
        self._line = Connection(url)
        # Two machines may share a printer; each takes back its own jobs only.
        self._user = f"kiosk-{platform.node()}"[:127]
        self._numbers = itertools.count(1)
        self._version = (2, 0)
        self._capabilities = Capabilities("page_printer")
        self._identity = Identity(self._line.uri)
        self._told = Group(GroupTag.PRINTER)
        self._left_behind = False  # a job that could not be taken back may still be in the printer
        self._counts_sides = False  # a printer that never counted one says 0 of every job
        self._counted = {"jobs_printed": 0, "jobs_failed": 0, "jobs_uncertain": 0, "jobs_taken_back": 0}

    # -- drivers.device.Device -----------------------------------------------------

    @property
    def capabilities(self) -> Capabilities:
        """What the printer said that it can do, known once it was open."""
        return self._capabilities

    @property
    def identity(self) -> Identity:
        """Model, and where it tells them serial number and firmware; known once it was open."""
        return self._identity

    @property
    def counters(self) -> Mapping[str, int]:
        """Jobs by what became of them, and how many were found left behind and taken back."""
        return dict(self._counted)

    def open(self) -> None:
        """Ask the printer what it is, and take back what we left in it. Raises DeviceError, OSError."""
        self._version = (2, 0)
        self._inspect()
        self._take_back()

    def close(self) -> None:
        """Hang up."""
        self._line.close()

    def poll(self) -> DeviceStatus:
        """Ask how it is. Raises DeviceError, OSError when it cannot be reached."""
        if self._left_behind:
            self._take_back()
        try:
            return status_of(self._ask_printer(STATUS_ATTRIBUTES))
        except _Refused as error:  # it is there and answers
            return DeviceStatus(DeviceState.ATTENTION, (error.fault,))

    def check_health(self, level: HealthLevel, cancel: Cancel) -> HealthReport:
        """INTERNAL asks for everything anew. EXTERNAL lets the printer show itself (Identify-Printer) where it can,
        moves no paper, and counts the jobs that wait. INTERACTIVE prints a test page for a person to look at.

        Raises DeviceError, OSError, Cancelled.
        """
        told = self._inspect()
        status = status_of(told)
        faults, question = status.faults, ""
        facts: dict[str, Fact] = {**self._capabilities.features, **status.details}
        if level is HealthLevel.EXTERNAL:
            facts["jobs_waiting"] = len(self._jobs(mine=False))
            if self._can("identifies"):
                self._ask(Operation.IDENTIFY_PRINTER)
        if level is HealthLevel.INTERACTIVE:
            result = self.print(test_page(), title="test page", cancel=cancel)
            question = "page_printer.test_page"
            facts["print_seconds"] = round(result.seconds, 1)
            if result.outcome is not PrintOutcome.PRINTED:
                faults = result.faults or (fault(PagePrinterFault.JOB_FAILED, result.outcome),)
        return HealthReport(level, faults, facts, question)

    # -- printing --------------------------------------------------------------------

    def print(
        self,
        document: bytes,
        *,
        title: str,
        color: bool = False,
        duplex: bool = False,
        copies: int = 1,
        cancel: Cancel,
        on_hold: Callable[[tuple[Fault, ...]], None] = lambda _: None,
    ) -> PrintResult:
        """Print one PDF on A4. What a printer can suffer is not raised, the outcome tells it.

        ``title`` is kept and shown by printers: it names the kind of document and nobody. While the job waits, for
        paper say, ``on_hold`` is told why, and is told () when it goes on. ``cancel`` ends it at any time: before
        anything is sent with Cancelled, afterwards by taking the job back. Raises DeviceError when the printer cannot
        do what is asked (then nothing was sent), Cancelled, ValueError.
        """
        if copies < 1:
            raise ValueError("at least one copy")
        cancel.check()
        began = time.monotonic()
        self._check_capable(color=color, duplex=duplex, copies=copies)
        result = self._print(document, title, self._template(color, duplex, copies), cancel, on_hold)
        self._counted[f"jobs_{result.outcome}"] += 1
        if result.faults:
            codes = " ".join(found.code for found in result.faults)
            log.info("a document of %d bytes: %s, %s", len(document), result.outcome, codes)
        return replace(result, seconds=time.monotonic() - began)

    def _check_capable(self, *, color: bool, duplex: bool, copies: int) -> None:
        wanted = {"color": color, "duplex": duplex, "a4": True, "jobs": True}
        missing = [what for what, asked in wanted.items() if asked and not self._can(what)]
        if copies > int(self._capabilities.features.get("copies", 1)):
            missing.append(f"{copies} copies")
        if missing:
            raise DeviceError(fault(PagePrinterFault.NOT_CAPABLE, ", ".join(missing)))
        if not self._can("pdf"):
            raise DeviceError(fault(PagePrinterFault.NO_PDF, str(self._capabilities.features.get("formats", ""))))

    def _template(self, color: bool, duplex: bool, copies: int) -> list[Attribute]:
        """What is said of the job; a printer is not told what it does not know."""
        wanted = (
            attribute(Tag.KEYWORD, "media", A4),
            attribute(Tag.KEYWORD, "sides", DUPLEX if duplex else "one-sided"),
            attribute(Tag.KEYWORD, "print-color-mode", "color" if color else "monochrome"),
            attribute(Tag.INTEGER, "copies", copies),
        )
        return [said for said in wanted if f"{said.name}-supported" in self._told]

    def _print(
        self,
        document: bytes,
        title: str,
        template: list[Attribute],
        cancel: Cancel,
        on_hold: Callable[[tuple[Fault, ...]], None],
    ) -> PrintResult:
        try:
            if faults := status_of(self._ask_printer(STATUS_ATTRIBUTES, attempts=2)).faults:
                return PrintResult(PrintOutcome.FAILED, faults)
            self._take_back()
            job = self._create(title, template, cancel, on_hold)
        except (DeviceError, OSError) as error:
            self._left_behind = True  # a job without a document may have come to be
            return PrintResult(PrintOutcome.FAILED, (_fault_of(error),))
        patience = HELD_SECONDS
        try:
            self._ask(
                Operation.SEND_DOCUMENT,
                _job_id(job),
                attribute(Tag.MIME_TYPE, "document-format", PDF),
                attribute(Tag.BOOLEAN, "last-document", True),
                document=document,
                seconds=DELIVER_SECONDS,
            )
        except _Refused as error:
            self._left_behind = True  # a job without a document keeps others waiting
            return PrintResult(PrintOutcome.FAILED, (error.fault,))
        except (DeviceError, OSError) as error:
            log.info("whether the document arrived, its job will tell: %s", error)
            patience = UNDELIVERED_SECONDS
        return self._follow(job, patience, cancel, on_hold)

    def _create(
        self,
        title: str,
        template: list[Attribute],
        cancel: Cancel,
        on_hold: Callable[[tuple[Fault, ...]], None],
    ) -> int:
        """A new job without a document; nothing of it can come out. Raises DeviceError, OSError, Cancelled."""
        until = time.monotonic() + BUSY_SECONDS
        name = attribute(Tag.NAME, "job-name", title[:127])
        waits = again = False
        while True:
            try:
                answer = self._ask(Operation.CREATE_JOB, name, job=template, seconds=COMMAND_SECONDS)
                break
            except _Refused as error:
                if error.fault.code != PagePrinterFault.BUSY or time.monotonic() > until:
                    raise
                if not waits:
                    on_hold((error.fault,))
                waits = True
                cancel.wait(BUSY_EVERY)
            except DeviceError:
                if again:
                    raise
                again = True
                self._take_back()  # of the job whose number did not arrive
        if waits:
            on_hold(())
        number = answer.first(GroupTag.JOB).number("job-id")
        if number is None:
            raise DeviceError(fault(PagePrinterFault.PROTOCOL, "a job without a number"))
        return number

    def _follow(
        self, job: int, patience: float, cancel: Cancel, on_hold: Callable[[tuple[Fault, ...]], None]
    ) -> PrintResult:
        """Watch a job until nothing more happens to it; ``patience`` is how long it may wait without getting on."""
        began = heard = moved = time.monotonic()
        given_up: float | None = None  # since when
        cancelled = False
        standing: tuple[Fault, ...] = ()  # what it waits for
        progress = _Progress()
        while True:
            try:
                if given_up is not None and not cancelled:
                    self._cancel(job)
                    cancelled = True
                progress.heed(self._job(job))
                if progress.over:
                    return self._verdict(progress, standing)
                faults = status_of(self._ask_printer(STATUS_ATTRIBUTES)).faults
            except (DeviceError, OSError) as error:
                if isinstance(error, _Refused) and error.status in (Status.NOT_FOUND, Status.GONE):
                    why = fault(PagePrinterFault.JOB_FAILED, "the printer does not know the job any more")
                    return PrintResult(PrintOutcome.UNCERTAIN, standing or (why,), progress.sides)
                if time.monotonic() - heard > LOST_SECONDS:
                    self._left_behind = True
                    return PrintResult(PrintOutcome.UNCERTAIN, (_fault_of(error),), progress.sides)
                time.sleep(FOLLOW_EVERY)
                continue
            heard = time.monotonic()
            if [found.code for found in faults] != [found.code for found in standing]:
                on_hold(faults)
            standing = faults
            if not faults and progress.state in (JobState.PENDING, JobState.PROCESSING):
                moved = heard
            if given_up is None:
                if cancel.requested or heard - began > JOB_SECONDS or heard - moved > patience:
                    given_up = heard
                    continue
            elif heard - given_up > CANCEL_SECONDS:
                self._left_behind = True
                why = fault(PagePrinterFault.JOB_FAILED, "the printer does not let go of the job")
                return PrintResult(PrintOutcome.UNCERTAIN, standing or (why,), progress.sides)
            time.sleep(FOLLOW_EVERY)

    def _verdict(self, progress: _Progress, standing: tuple[Fault, ...]) -> PrintResult:
        """What became of a job that has ended; ``standing`` is what it waited for in the end."""
        why = (fault(PagePrinterFault.JOB_FAILED, " ".join(progress.reasons)),)
        if progress.state == JobState.COMPLETED:
            self._counts_sides = self._counts_sides or bool(progress.sides)
            if "job-completed-with-errors" in progress.reasons:
                return PrintResult(PrintOutcome.UNCERTAIN, why, progress.sides)
            return PrintResult(PrintOutcome.PRINTED, (), progress.sides)
        faults = standing or (why if progress.state == JobState.ABORTED else ())
        nothing_out = not progress.began or (progress.sides == 0 and self._counts_sides)
        return PrintResult(PrintOutcome.FAILED if nothing_out else PrintOutcome.UNCERTAIN, faults, progress.sides)

    # -- jobs ------------------------------------------------------------------------

    def _take_back(self) -> None:
        """Cancel every job of ours that has not ended: whose it was has left long ago."""
        for job in self._jobs(mine=True):
            self._cancel(job)
            self._counted["jobs_taken_back"] += 1
            log.warning("job %d had been left behind and is taken back", job)
        self._left_behind = False

    def _jobs(self, *, mine: bool) -> list[int]:
        """The numbers of the jobs that have not ended."""
        answer = self._ask(
            Operation.GET_JOBS,
            attribute(Tag.KEYWORD, "which-jobs", "not-completed"),
            attribute(Tag.BOOLEAN, "my-jobs", mine),
            attribute(Tag.KEYWORD, "requested-attributes", "job-id", "job-originating-user-name", "job-state"),
            attempts=2,
        )
        jobs = answer.all(GroupTag.JOB)
        if mine:  # not every printer heeds my-jobs
            jobs = tuple(job for job in jobs if job.word("job-originating-user-name") == self._user)
        return [number for job in jobs if (number := job.number("job-id")) is not None]

    def _job(self, job: int) -> Group:
        asked = attribute(Tag.KEYWORD, "requested-attributes", *_JOB_ATTRIBUTES)
        return self._ask(Operation.GET_JOB_ATTRIBUTES, _job_id(job), asked).first(GroupTag.JOB)

    def _cancel(self, job: int) -> None:
        """Tell the printer to let go of a job; whether it does, its state tells."""
        try:
            self._ask(Operation.CANCEL_JOB, _job_id(job), seconds=COMMAND_SECONDS)
        except _Refused as error:
            log.info("job %d: %s", job, error)  # most often because it has just ended

    # -- asking ----------------------------------------------------------------------

    def _can(self, what: str) -> bool:
        return bool(self._capabilities.features.get(what))

    def _inspect(self) -> Group:
        """Learn what the printer is and what it can do."""
        self._told = told = self._ask_printer(ATTRIBUTES, attempts=2)
        self._capabilities = capabilities_of(told)
        self._identity = identity_of(told, self._line.uri)
        return told

    def _ask_printer(self, names: Iterable[str], attempts: int = 1) -> Group:
        asked = attribute(Tag.KEYWORD, "requested-attributes", *names)
        return self._ask(Operation.GET_PRINTER_ATTRIBUTES, asked, attempts=attempts).first(GroupTag.PRINTER)

    def _ask(
        self,
        operation: Operation,
        *asked: Attribute,
        job: Iterable[Attribute] = (),
        document: bytes = b"",
        seconds: float = ANSWER_SECONDS,
        attempts: int = 1,
    ) -> Message:
        """The printer's answer. Raises DeviceError, TransportLost."""
        while True:
            attempts -= 1
            message = request(
                operation,
                next(self._numbers),
                self._line.uri,
                self._user,
                asked=asked,
                job=job,
                document=document,
                version=self._version,
            )
            try:
                return self._answer(message, operation, seconds)
            except _Refused as refused:
                if self._version == _OLD_VERSION or refused.status not in _TOO_NEW:
                    raise
                self._version = _OLD_VERSION
                attempts += 1
            except DeviceError:
                if attempts <= 0:
                    raise

    def _answer(self, message: Message, operation: Operation, seconds: float) -> Message:
        try:
            answer = self._line.ask(message, seconds)
        except TransportTimeout as error:
            raise DeviceError(fault(PagePrinterFault.SILENT, f"{operation.name}: {error}")) from error
        except IppError as error:
            raise DeviceError(fault(PagePrinterFault.PROTOCOL, f"{operation.name}: {error}")) from error
        except HttpRefused as error:
            raise _Refused(fault(PagePrinterFault.REFUSED, f"{operation.name}: {error}"), error.status) from error
        if answer.code < 0x100:
            return answer
        code = _REFUSALS.get(answer.code, PagePrinterFault.PROTOCOL)
        said = Status(answer.code).name if answer.code in set(Status) else hex(answer.code)
        raise _Refused(fault(code, f"{operation.name}: {said}"), answer.code)


def _job_id(job: int) -> Attribute:
    return attribute(Tag.INTEGER, "job-id", job)


def _fault_of(error: DeviceError | OSError) -> Fault:
    return error.fault if isinstance(error, DeviceError) else fault(PagePrinterFault.DISCONNECTED, str(error))
