"""Printers that ippeveprinter is not: they say what a test tells them to say."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from drivers.page_printer.protocol import (
    Attribute,
    Group,
    GroupTag,
    Message,
    Operation,
    Range,
    Status,
    Tag,
    attribute,
    decode,
    encode,
)

JOB = 7

HEALTHY = (
    attribute(Tag.ENUM, "printer-state", 3),
    attribute(Tag.KEYWORD, "printer-state-reasons", "none"),
    attribute(Tag.BOOLEAN, "printer-is-accepting-jobs", True),
    attribute(Tag.MIME_TYPE, "document-format-supported", "application/pdf"),
    attribute(Tag.ENUM, "operations-supported", 2, 5, 6, 8, 9, 10, 11),
    attribute(Tag.RANGE, "copies-supported", Range(1, 9)),
    attribute(Tag.KEYWORD, "sides-supported", "one-sided"),
    attribute(Tag.TEXT, "printer-make-and-model", "Other A4"),
)


def job(state: int, *reasons: str, sides: int | None = None, began: bool = False) -> Group:
    """What is told of the job: 3 pending, 4 held, 5 processing, 6 stopped, 7 canceled, 8 aborted, 9 completed."""
    words = [
        attribute(Tag.ENUM, "job-state", state),
        attribute(Tag.KEYWORD, "job-state-reasons", *(reasons or ("none",))),
    ]
    if sides is not None:
        words.append(attribute(Tag.INTEGER, "job-impressions-completed", sides))
    words.append(attribute(Tag.INTEGER if began else Tag.NO_VALUE, "time-at-processing", 5 if began else None))
    return Group(GroupTag.JOB, tuple(words))


class OtherPrinter:
    """``story`` is what it tells of its job, look by look; the last look stays. ``after_cancel`` replaces it."""

    def __init__(self) -> None:
        self.printer: dict[str, Attribute] = {word.name: word for word in HEALTHY}
        self.story = [job(5), job(9, "job-completed-successfully", sides=1, began=True)]
        self.after_cancel: list[Group] = [job(7, "job-canceled-by-user")]
        self.refuses: dict[Operation, list[int]] = {}  # with which status, how often
        self.turns_away = 0  # HTTP status
        self.newest = (2, 0)
        self.left: list[Group] = []
        self.asked: list[Message] = []
        self.when: dict[Operation, Callable[[], object]] = {}  # what happens as it is asked for that
        self.url = ""

    def says(self, *words: Attribute) -> None:
        """From now on it says this of itself."""
        self.printer |= {word.name: word for word in words}

    def operations(self) -> list[int]:
        """What it was asked for, in order."""
        return [message.code for message in self.asked]

    def answer(self, asked: Message) -> Message | int:
        """An answer, or an HTTP status."""
        self.asked.append(asked)
        if self.turns_away:
            return self.turns_away
        if asked.version > self.newest:
            return Message(Status.VERSION_NOT_SUPPORTED, asked.number, version=self.newest)
        operation = Operation(asked.code)
        self.when.get(operation, bool)()
        if waiting := self.refuses.get(operation):
            return Message(waiting.pop(0), asked.number)
        groups: list[Group] = [Group(GroupTag.OPERATION)]
        match operation:
            case Operation.GET_PRINTER_ATTRIBUTES:
                wanted = asked.first(GroupTag.OPERATION).words("requested-attributes")
                said = tuple(word for name, word in self.printer.items() if name in wanted)
                groups.append(Group(GroupTag.PRINTER, said))
            case Operation.CREATE_JOB:
                groups.append(Group(GroupTag.JOB, (attribute(Tag.INTEGER, "job-id", JOB),)))
            case Operation.GET_JOB_ATTRIBUTES:
                groups.append(self.story.pop(0) if len(self.story) > 1 else self.story[0])
            case Operation.GET_JOBS:
                groups += self.left
            case Operation.CANCEL_JOB:
                self.story = list(self.after_cancel)
                self.left = []
            case _:
                pass
        return Message(Status.OK, asked.number, tuple(groups))


@contextmanager
def other_printer() -> Iterator[OtherPrinter]:
    """Such a printer, listening."""
    printer = OtherPrinter()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            answer = printer.answer(decode(self.rfile.read(int(self.headers["Content-Length"]))))
            status, body = (answer, b"") if isinstance(answer, int) else (200, encode(answer))
            self.send_response(status)
            self.send_header("Content-Type", "application/ipp")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        printer.url = f"ipp://127.0.0.1:{server.server_port}/ipp/print"
        yield printer
        server.shutdown()
        thread.join()
