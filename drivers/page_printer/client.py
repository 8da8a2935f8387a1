"""A printer's operations, one method each; what it cannot suffer and what it refuses becomes a fault."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from drivers.device import DeviceError, Fault
from drivers.page_printer.connection import HttpRefused, Line
from drivers.page_printer.protocol import (
    Attribute,
    Group,
    GroupTag,
    IppError,
    Message,
    Operation,
    Status,
    Tag,
    attribute,
    request,
)
from drivers.page_printer.status import PDF, PagePrinterFault, fault
from drivers.transport import TransportTimeout

ANSWER_SECONDS = 2.0  # to say how it is
COMMAND_SECONDS = 10.0  # to do something
DELIVER_SECONDS = 30.0  # to take a document

_JOB_ATTRIBUTES = (
    "job-state",
    "job-state-reasons",
    "job-impressions-completed",
    "job-media-sheets-completed",
    "time-at-processing",
)
# What an answer other than the hoped-for one means; any other makes no sense.
_MEANING: dict[int, PagePrinterFault] = {
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
_NEW, _OLD = (2, 0), (1, 1)
_TOO_NEW = {Status.VERSION_NOT_SUPPORTED, 400}  # what a printer answers that knows the old version only


class Refused(DeviceError):
    """The printer answered, and said no. ``status`` is that of IPP, or where there was none that of HTTP."""

    def __init__(self, why: Fault, status: int) -> None:
        super().__init__(why)
        self.status = status


class Client:
    """Speaks to a printer in the name of ``user``.

    ``number`` is that of the first request and ``version`` the one it is made in; only whoever plays a recording again
    knows others. Every operation raises DeviceError, and TransportLost when the printer is gone.
    """

    def __init__(self, line: Line, user: str, *, number: int = 1, version: tuple[int, int] = _NEW) -> None:
        self._line = line
        self._user = user
        self._numbers = itertools.count(number)
        self._version = version

    @property
    def uri(self) -> str:
        """The printer's address."""
        return self._line.uri

    def close(self) -> None:
        """Hang up."""
        self._line.close()
        self._version = _NEW

    def printer(self, names: Iterable[str], attempts: int = 1) -> Group:
        """What the printer says of itself."""
        asked = attribute(Tag.KEYWORD, "requested-attributes", *names)
        return self._ask(Operation.GET_PRINTER_ATTRIBUTES, asked, attempts=attempts).first(GroupTag.PRINTER)

    def identify(self) -> None:
        """Let it blink or beep."""
        self._ask(Operation.IDENTIFY_PRINTER, seconds=COMMAND_SECONDS)

    def create(self, title: str, template: Iterable[Attribute]) -> int:
        """A new job without a document: nothing of it can come out. Returns its number."""
        name = attribute(Tag.NAME, "job-name", title.encode()[:255].decode(errors="ignore"))
        answer = self._ask(Operation.CREATE_JOB, name, job=template, seconds=COMMAND_SECONDS)
        number = answer.first(GroupTag.JOB).number("job-id")
        if number is None:
            raise DeviceError(fault(PagePrinterFault.PROTOCOL, "a job without a number"))
        return number

    def send(self, job: int, pdf: bytes) -> None:
        """Give a job its document, after which it is printed."""
        self._ask(
            Operation.SEND_DOCUMENT,
            _number(job),
            attribute(Tag.MIME_TYPE, "document-format", PDF),
            attribute(Tag.BOOLEAN, "last-document", True),
            document=pdf,
            seconds=DELIVER_SECONDS,
        )

    def job(self, job: int) -> Group:
        """How far a job has come."""
        asked = attribute(Tag.KEYWORD, "requested-attributes", *_JOB_ATTRIBUTES)
        return self._ask(Operation.GET_JOB_ATTRIBUTES, _number(job), asked).first(GroupTag.JOB)

    def jobs(self, *, mine: bool) -> list[int]:
        """The numbers of the jobs that have not ended, of everybody or of this user."""
        answer = self._ask(
            Operation.GET_JOBS,
            attribute(Tag.KEYWORD, "which-jobs", "not-completed"),
            attribute(Tag.BOOLEAN, "my-jobs", mine),
            attribute(Tag.KEYWORD, "requested-attributes", "job-id", "job-originating-user-name"),
            attempts=2,
        )
        found = answer.all(GroupTag.JOB)
        if mine:  # not every printer heeds my-jobs
            found = tuple(job for job in found if job.word("job-originating-user-name") == self._user)
        return [number for job in found if (number := job.number("job-id")) is not None]

    def cancel(self, job: int) -> None:
        """Tell the printer to let go of a job. Raises Refused, most often because it has just ended."""
        self._ask(Operation.CANCEL_JOB, _number(job))

    def purge(self, job: int) -> None:
        """Tell a queue of CUPS to forget a job that has ended, and the document that it kept of it."""
        self._ask(Operation.CANCEL_JOB, _number(job), attribute(Tag.BOOLEAN, "purge-job", True))

    def _ask(
        self,
        operation: Operation,
        *asked: Attribute,
        job: Iterable[Attribute] = (),
        document: bytes = b"",
        seconds: float = ANSWER_SECONDS,
        attempts: int = 1,
    ) -> Message:
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
                return self._answer(message, operation.name, seconds)
            except Refused as refused:
                if self._version == _OLD or refused.status not in _TOO_NEW:
                    raise
                self._version = _OLD
                attempts += 1
            except DeviceError:
                if attempts <= 0:
                    raise

    def _answer(self, message: Message, what: str, seconds: float) -> Message:
        try:
            answer = self._line.ask(message, seconds)
        except TransportTimeout as error:
            raise DeviceError(fault(PagePrinterFault.SILENT, f"{what}: {error}")) from error
        except IppError as error:
            raise DeviceError(fault(PagePrinterFault.PROTOCOL, f"{what}: {error}")) from error
        except HttpRefused as error:
            raise Refused(fault(PagePrinterFault.REFUSED, f"{what}: {error}"), error.status) from error
        if answer.code < 0x100:
            return answer
        said = Status(answer.code).name if answer.code in set(Status) else hex(answer.code)
        raise Refused(fault(_MEANING.get(answer.code, PagePrinterFault.PROTOCOL), f"{what}: {said}"), answer.code)


def _number(job: int) -> Attribute:
    return attribute(Tag.INTEGER, "job-id", job)
