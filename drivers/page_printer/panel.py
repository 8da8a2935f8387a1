"""Stands between a driver and ippeveprinter, and changes what the answers tell.

ippeveprinter knows open covers and jams only while it prints, never calls itself stopped, and gives every reason the
weight of its own state. Real printers stop and call it an error; the panel makes it so. It also turns hosts away.
"""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

from drivers.page_printer.protocol import Message, decode, encode

_SECONDS = 60.0  # for ippeveprinter to answer


class _Answer(NamedTuple):
    status: int
    kind: str
    body: bytes


class Panel:
    """Serves on a port of its own what ippeveprinter on port ``target`` says, as ``change`` has it.

    While ``closed``, every host is turned away.
    """

    def __init__(self, target: int, change: Callable[[Message], Message]) -> None:
        self.closed = False
        self._target = target
        self._change = change
        panel = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                self._reply(panel.answer("POST", self.path, self._body()))

            def do_GET(self) -> None:
                self._reply(panel.answer("GET", self.path, b""))

            def log_message(self, *_: object) -> None:
                """Nobody reads it."""

            def _body(self) -> bytes:
                if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
                    return self.rfile.read(int(self.headers.get("Content-Length", "0")))
                body = b""
                while size := int(self.rfile.readline().partition(b";")[0], 16):
                    body += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
                return body

            def _reply(self, answer: _Answer) -> None:
                """In one piece: what befalls a wire befalls a whole answer."""
                head = f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}\r\nContent-Type: {answer.kind}\r\n"
                self.wfile.write(f"{head}Content-Length: {len(answer.body)}\r\n\r\n".encode() + answer.body)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="panel", daemon=True
        )
        self._thread.start()

    @property
    def port(self) -> int:
        """Where it listens, on 127.0.0.1."""
        return self._server.server_port

    def stop(self) -> None:
        """Take no more connections."""
        self._server.shutdown()
        self._server.server_close()

    def answer(self, method: str, path: str, body: bytes) -> _Answer:
        """What a host gets to hear."""
        if self.closed:
            return _Answer(403, "text/plain", b"Forbidden")
        try:
            answer = self._asked(method, path, body)
        except (OSError, http.client.HTTPException):
            return _Answer(502, "text/plain", b"ippeveprinter does not answer")
        if answer.kind != "application/ipp":
            return answer
        return answer._replace(body=encode(self._change(decode(answer.body))))

    def _asked(self, method: str, path: str, body: bytes) -> _Answer:
        inner = http.client.HTTPConnection("127.0.0.1", self._target, timeout=_SECONDS)
        try:
            inner.request(method, path, body, {"Content-Type": "application/ipp"} if body else {})
            response = inner.getresponse()
            return _Answer(response.status, response.getheader("Content-Type", ""), response.read())
        finally:
            inner.close()
