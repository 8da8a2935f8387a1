"""IPP over HTTP (RFC 8010, section 4): one connection, kept while it works, one request after another.

Requests are written here and answers read by ``http.client``. So a printer that is gone is told from one that is silent
and from one that talks nonsense, a whole answer has one deadline, no proxy of the environment comes between, and a
printer's own certificate can be remembered.

Whoever watches (:class:`drivers.recording.Tap`) is told each message as IPP has it, and never of a document.
"""

from __future__ import annotations

import hashlib
import io
import select
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from http.client import HTTPException, HTTPResponse
from typing import TYPE_CHECKING, Protocol, cast
from urllib.parse import urlsplit

from drivers.page_printer.protocol import PORT, IppError, Message, decode, encode
from drivers.transport import TransportLost, TransportTimeout

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

Tell = Callable[..., None]  # what, data, note: as a tap takes them


def untold(*_: object, **__: object) -> None:
    """Nobody watches."""


CONNECT_SECONDS = 2.0
_LARGEST = 4 << 20  # bytes of an answer


class HttpRefused(Exception):
    """The server answers, but not with IPP. ``status`` is that of HTTP; 0 where it is about the certificate."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"HTTP {status} {reason}" if status else reason)
        self.status = status


class NoIpp(IppError):
    """What came is no HTTP, or HTTP with something else in it than an IPP message."""


class Trouble(StrEnum):
    """What can come of a request instead of its answer: words of a recording, with others for people behind them."""

    LOST = "lost"
    SILENT = "silent"
    REFUSED = "refused"
    GARBLED = "garbled"  # before IPP began
    UNREADABLE = "unreadable"  # an IPP message that is none, or of another request


def note_of(error: Exception) -> str:
    """An error of :meth:`Line.ask` as a recording has it."""
    match error:
        case HttpRefused(status=status):
            return f"{Trouble.REFUSED} {status} {error}"
        case TransportTimeout():
            kind = Trouble.SILENT
        case NoIpp():
            kind = Trouble.GARBLED
        case IppError():
            kind = Trouble.UNREADABLE
        case _:
            kind = Trouble.LOST
    return f"{kind} {error}"


def error_of(note: str) -> Exception:
    """The error that a recording has as ``note``. Raises ValueError for what :func:`note_of` does not say."""
    word, _, said = note.partition(" ")
    match Trouble(word):
        case Trouble.LOST:
            return TransportLost(said)
        case Trouble.SILENT:
            return TransportTimeout(said)
        case Trouble.REFUSED:
            status, _, reason = said.partition(" ")
            return HttpRefused(int(status), reason)
        case Trouble.GARBLED:
            return NoIpp(said)
        case Trouble.UNREADABLE:
            return IppError(said)


class Line(Protocol):
    """Where requests go and answers come from."""

    @property
    def uri(self) -> str:
        """The printer's address."""

    def ask(self, message: Message, seconds: float) -> Message:
        """The answer to ``message``. Raises TransportLost, TransportTimeout, HttpRefused, IppError."""

    def close(self) -> None:
        """Hang up."""


def without_document(message: Message) -> Message:
    """What is told of a request."""
    return replace(message, document=b"")


def understood(body: bytes, message: Message) -> Message:
    """``body`` as the answer to ``message``. Raises IppError."""
    answer = decode(body)
    if answer.number != message.number:
        raise IppError("the answer to another request")
    return answer


class _Heard(io.RawIOBase):
    """What ``http.client`` reads of a line; it knows whether an answer that began as one ended with the line."""

    def __init__(self, line: socket.socket) -> None:
        super().__init__()
        self._line = line.makefile("rb", buffering=0)
        self._began = b""
        self._hung_up = False

    @property
    def cut(self) -> bool:
        return self._hung_up and self._began != b"" and b"HTTP/".startswith(self._began)

    def makefile(self, _: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, space: WriteableBuffer) -> int | None:
        count = self._line.readinto(space)
        if count:
            self._began = (self._began + bytes(memoryview(space)[:count]))[:5]
        self._hung_up = count == 0
        return count

    def close(self) -> None:
        self._line.close()
        super().close()


class Connection:
    """To ``ipp://host[:631]/path``, or ``ipps://`` for an encrypted one. Raises ValueError for another address.

    Printers sign their certificates themselves, so the first one seen is believed;
    another one later is refused until the program is started anew.
    """

    def __init__(self, url: str, tell: Tell = untold) -> None:
        try:
            parts = urlsplit(url)
            self._port = parts.port or PORT
        except ValueError as error:
            raise ValueError("a printer's address is ipp://host:631/path") from error
        if parts.scheme not in ("ipp", "ipps") or not parts.hostname or "@" in parts.netloc:
            raise ValueError("a printer's address is ipp://host:631/path, or ipps://, without a user")
        self._host = parts.hostname
        self._path = parts.path or "/"
        self._encrypted = parts.scheme == "ipps"
        self._tell = tell
        self._certificate = b""
        self._line: socket.socket | None = None
        host = f"[{self._host}]" if ":" in self._host else self._host
        self._place = f"{host}:{self._port}"
        self.uri = f"{parts.scheme}://{self._place}{self._path}"

    def close(self) -> None:
        """Hang up."""
        line, self._line = self._line, None
        if line is not None:
            line.close()

    def ask(self, message: Message, seconds: float) -> Message:
        """The answer to ``message``.

        Raises TransportLost, TransportTimeout, HttpRefused, IppError; after any of them the next request goes over
        a new connection, so that what comes late reaches nobody.
        """
        size = f"and a document of {len(message.document)} bytes" if message.document else ""
        self._tell("out", encode(without_document(message)), size)
        try:
            return self._asked(message, seconds)
        except (OSError, HttpRefused, IppError) as error:
            self._tell("lost", note=note_of(error))
            self.close()
            raise

    def _asked(self, message: Message, seconds: float) -> Message:
        try:
            return self._answer(message, seconds)
        except TimeoutError as error:
            raise TransportTimeout(f"{self.uri}: no answer in {seconds:g} s") from error
        except OSError as error:
            raise TransportLost(f"{self.uri}: {error.strerror or error}") from error
        except HTTPException as error:
            raise NoIpp(f"no HTTP: {type(error).__name__}") from error

    def _answer(self, message: Message, seconds: float) -> Message:
        body = encode(message)
        if message.document:
            self.close()  # what must not be said twice does not go over a connection that may just be closing
        kept = self._line is not None
        try:
            answer = self._exchange(body, seconds)
        except ConnectionError:
            if not kept:
                raise
            self.close()  # it had been idle for too long for this printer
            answer = self._exchange(body, seconds)
        return understood(answer, message)

    def _exchange(self, body: bytes, seconds: float) -> bytes:
        deadline = time.monotonic() + seconds
        line = self._line
        if line is None or select.select([line], [], [], 0)[0]:  # it has ended, or speaks though nothing was asked
            line = self._connected()
        line.settimeout(seconds)
        line.sendall(self._head(len(body)) + body)  # at once: two pieces would wait for one another
        heard = _Heard(line)
        response = HTTPResponse(cast("socket.socket", heard), method="POST")
        try:
            self._begin(response, heard)
            answer = bytearray()
            while True:
                line.settimeout(max(deadline - time.monotonic(), 0.001))
                piece = response.read1(65536)
                if not piece:
                    break
                answer += piece
                if len(answer) > _LARGEST:
                    raise NoIpp("an answer without an end")
            if response.length:
                raise TransportLost("the line was cut in the middle of an answer")
        finally:
            response.close()
        if response.will_close:
            self.close()
        self._tell("in", bytes(answer))
        if response.status != 200:
            raise HttpRefused(response.status, response.reason)
        if response.getheader("Content-Type", "").partition(";")[0].strip().lower() != "application/ipp":
            raise NoIpp("an answer that is not IPP")
        return bytes(answer)

    @staticmethod
    def _begin(response: HTTPResponse, heard: _Heard) -> None:
        """Read the head of an answer. One that was cut short is a lost line, and no nonsense."""
        try:
            response.begin()
        except HTTPException as error:
            if isinstance(error, OSError) or not heard.cut:
                raise
        if heard.cut:
            raise TransportLost("the line was cut in the middle of an answer")

    def _head(self, length: int) -> bytes:
        words = f"POST {self._path} HTTP/1.1", f"Host: {self._place}", "User-Agent: kiosk IPP/2.0"
        return "\r\n".join((*words, "Content-Type: application/ipp", f"Content-Length: {length}", "", "")).encode()

    def _connected(self) -> socket.socket:
        self.close()
        try:
            self._line = socket.create_connection((self._host, self._port), CONNECT_SECONDS)
        except TimeoutError as error:
            raise TransportLost("nobody takes the connection") from error
        self._line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._encrypted:
            self._line = encrypted = _context().wrap_socket(self._line, server_hostname=self._host)
            certificate = hashlib.sha256(encrypted.getpeercert(binary_form=True) or b"").digest()
            if self._certificate not in (b"", certificate):
                raise HttpRefused(0, "the printer has another certificate than before")
            self._certificate = certificate
        return self._line


def _context() -> ssl.SSLContext:
    """TLS without asking who signed: the certificate is compared by :class:`Connection`."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("DEFAULT:@SECLEVEL=1")  # printers live long
    return context
