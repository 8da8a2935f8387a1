"""The far side of a recording: what was asked of a printer is held against it, what it answered is answered again.

A recording has whole IPP messages without their documents, as :class:`drivers.page_printer.connection.Connection` tells
them, and not the HTTP around them. What HTTP came to stands there in a word.
"""

from __future__ import annotations

import time

from drivers.page_printer.client import Client
from drivers.page_printer.connection import Trouble, error_of, understood, without_document
from drivers.page_printer.printer import PagePrinter
from drivers.page_printer.protocol import GroupTag, Message, decode, encode
from drivers.transport import Transport, TransportLost

_ALL = 1 << 30  # a message is played in one piece


class RecordedLine:
    """In the place of a connection. ``wire`` is a :class:`drivers.recording.ReplayTransport`."""

    def __init__(self, wire: Transport, uri: str) -> None:
        self._wire = wire
        self.uri = uri

    def close(self) -> None:
        """Hanging up is not told."""

    def ask(self, message: Message, seconds: float) -> Message:
        """The recorded answer. Raises what was raised then, and Differs, RecordingError, ValueError."""
        deadline = time.monotonic() + seconds
        body = b""
        try:
            self._wire.write(encode(without_document(message)), deadline)
            body = self._wire.read(_ALL, deadline)
            self._wire.read(0, deadline)  # trouble with what came stands behind it
        except TransportLost as lost:
            if not str(lost).startswith(Trouble.UNREADABLE):  # whether it still is, the message itself tells
                raise error_of(str(lost)) from None
        return understood(body, message)


def recorded_printer(wire: Transport, said: bytes) -> PagePrinter:
    """A printer as the one to which a host ``said`` this: at its address, in the same name, from the same number on.

    Raises IppError for what no host says.
    """
    first = decode(said) if said else Message(0, 1)
    asked = first.first(GroupTag.OPERATION)
    line = RecordedLine(wire, asked.word("printer-uri"))
    client = Client(line, asked.word("requesting-user-name"), number=first.number, version=first.version)
    return PagePrinter(line.uri, client=client)
