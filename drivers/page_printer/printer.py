"""The driver: one A4 printer, or a queue of CUPS, over IPP, and the truth about every document.

The way of one document: check that the printer can do it, ask how it is, take back what an earlier job left, create the
job, send the document, follow the job to its end. A job that is given up is cancelled at the printer, so that it never
comes out for the next citizen. What can neither be proved printed nor proved taken back is UNCERTAIN.
"""

from __future__ import annotations

import logging
import platform
import time
from collections.abc import Mapping
from dataclasses import replace

from drivers.device import (
    Cancel,
    Capabilities,
    DeviceError,
    DeviceState,
    DeviceStatus,
    Fact,
    HealthLevel,
    HealthReport,
    Identity,
)
from drivers.page_printer.client import Client, Refused
from drivers.page_printer.connection import Connection, Tell, untold
from drivers.page_printer.job import Job, OnHold, fault_of
from drivers.page_printer.job import PrintOutcome as PrintOutcome
from drivers.page_printer.job import PrintResult as PrintResult
from drivers.page_printer.protocol import Attribute, Group, GroupTag, Tag, attribute
from drivers.page_printer.status import (
    A4,
    ATTRIBUTES,
    DUPLEX,
    STATUS_ATTRIBUTES,
    PagePrinterFault,
    capabilities_of,
    fault,
    identity_of,
    status_of,
)
from drivers.page_printer.testpage import draw_test_page

log = logging.getLogger("drivers.page_printer")

BUSY_SECONDS = 30.0  # how long somebody else's job is waited for
BUSY_EVERY = 0.5


class PagePrinter:
    """One printer at ``ipp://host[:631]/path`` or ``ipps://…``. Its methods are called on the thread that owns it.

    ``tell`` is told what goes over the wire, but for documents. With a ``client`` there is no such wire: it speaks to
    whatever it speaks to. Raises ValueError for another address.
    """

    def __init__(self, url: str, tell: Tell = untold, *, client: Client | None = None) -> None:
        # Two machines may share a printer; each takes back its own jobs only.
        self._client = client or Client(Connection(url, tell), f"kiosk-{platform.node()}"[:127])
        self._capabilities = Capabilities("page_printer")
        self._identity = Identity(self._client.uri)
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
        self._inspect()
        self._take_back()

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def poll(self) -> DeviceStatus:
        """Ask how it is. Raises DeviceError, OSError when it cannot be reached."""
        if self._left_behind:
            self._take_back()
        try:
            return status_of(self._client.printer(STATUS_ATTRIBUTES))
        except Refused as error:  # it is there and answers
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
            facts["jobs_waiting"] = len(self._client.jobs(mine=False))
            if self._can("identifies"):
                self._client.identify()
        if level is HealthLevel.INTERACTIVE:
            result = self.print(draw_test_page(), title="test page", cancel=cancel)
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
        on_hold: OnHold = lambda _: None,
    ) -> PrintResult:
        """Print one PDF on A4. What a printer can suffer is not raised, the outcome tells it.

        ``title`` is kept and shown by printers: it names the kind of document and nobody. While the job waits, for
        paper say, ``on_hold`` is told why, and is told () when that is over. ``cancel`` ends it at any time: before
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
        self, document: bytes, title: str, template: list[Attribute], cancel: Cancel, on_hold: OnHold
    ) -> PrintResult:
        try:
            if faults := status_of(self._client.printer(STATUS_ATTRIBUTES, attempts=2)).faults:
                return PrintResult(PrintOutcome.FAILED, faults)
            self._take_back()
            job = self._create(title, template, cancel, on_hold)
        except (DeviceError, OSError) as error:
            self._left_behind = True  # a job without a document may have come to be
            return PrintResult(PrintOutcome.FAILED, (fault_of(error),))
        delivered = False
        try:
            self._client.send(job, document)
            delivered = True
        except Refused as error:
            self._left_behind = True  # a job without a document keeps others waiting
            return PrintResult(PrintOutcome.FAILED, (error.fault,))
        except (DeviceError, OSError) as error:
            log.info("whether the document arrived, its job will tell: %s", error)
        result = Job(self._client, job, delivered=delivered, counts_sides=self._counts_sides).watch(cancel, on_hold)
        self._left_behind = result.outcome is PrintOutcome.UNCERTAIN
        if not self._left_behind:
            self._forget(job)
        self._counts_sides = self._counts_sides or bool(result.sides)
        return result

    def _forget(self, job: int) -> None:
        """CUPS keeps what it printed for a day, on the disk of the machine: nothing of a citizen stays there."""
        if "printer-type" not in self._told:  # of CUPS only
            return
        try:
            self._client.purge(job)
        except (DeviceError, OSError) as error:
            log.warning("the queue may keep the document of job %d: %s", job, error)

    def _create(self, title: str, template: list[Attribute], cancel: Cancel, on_hold: OnHold) -> int:
        """A new job without a document; nothing of it can come out. Raises DeviceError, OSError, Cancelled."""
        until = time.monotonic() + BUSY_SECONDS
        waits = again = False
        while True:
            try:
                job = self._client.create(title, template)
                break
            except Refused as error:
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
        return job

    def _take_back(self) -> None:
        """Cancel every job of ours that has not ended: whose it was has left long ago."""
        for job in self._client.jobs(mine=True):
            try:
                self._client.cancel(job)
            except Refused as error:
                log.info("job %d: %s", job, error)  # most often because it has just ended
            self._counted["jobs_taken_back"] += 1
            log.warning("job %d had been left behind and is taken back", job)
        self._left_behind = False

    def _can(self, what: str) -> bool:
        return bool(self._capabilities.features.get(what))

    def _inspect(self) -> Group:
        """Learn what the printer is and what it can do."""
        self._told = told = self._client.printer(ATTRIBUTES, attempts=2)
        self._capabilities = capabilities_of(told)
        self._identity = identity_of(told, self._client.uri)
        return told
