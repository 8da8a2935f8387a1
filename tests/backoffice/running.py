"""A back office that runs, whose line can be broken."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable
from types import TracebackType

import uvicorn
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send


def until(condition: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait until ``condition`` holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


class Line:
    """Between the wire and the service: counts submissions and spoils their answers.

    ``spoil`` holds what happens to the next submissions, one word each:
    ``500`` (the service never sees it), ``lost`` (the service takes it, the
    kiosk gets a 500), ``held`` (the service takes it, the answer waits for
    ``release``). ``loses`` names places whose next answer gets lost.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.spoil: list[str] = []
        self.loses: list[str] = []
        self.submissions = 0
        self.tickets: list[bytes] = []
        self.held = threading.Event()
        self.release = threading.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] in self.loses:
            self.loses.remove(scope["path"])
            what = "lost"
        elif scope["type"] != "http" or scope["path"] != "/v1/applications":
            await self._app(scope, receive, send)
            return
        else:
            self.submissions += 1
            self.tickets.append(dict(scope["headers"])[b"idempotency-key"])
            what = self.spoil.pop(0) if self.spoil else ""
        if what == "500":
            await PlainTextResponse("broken", 500)(scope, receive, send)
            return
        answer: list[Message] = []

        async def keep(message: Message) -> None:
            answer.append(message)

        await self._app(scope, receive, keep)
        if what == "lost":
            await PlainTextResponse("broken", 500)(scope, receive, send)
            return
        if what == "held":
            self.held.set()
            await asyncio.to_thread(self.release.wait, 30)
        for message in answer:
            await send(message)


class Running:
    """An ASGI service on a port of this machine, as long as the ``with`` lasts."""

    def __init__(self, app: ASGIApp, port: int = 0) -> None:
        self._socket = socket.create_server(("127.0.0.1", port))
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        config = uvicorn.Config(app, access_log=False, log_config=None, loop="asyncio", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)

    def __enter__(self) -> Running:
        self._thread.start()
        until(lambda: self._server.started)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join(20)
        assert not self._thread.is_alive()
        self._socket.close()


class Wire:
    """A server that knows no HTTP: ``script`` gets each connection once its request has come in.

    It reads ``bytes_a_second`` at most, or, where ``reads`` is false, nothing before the script.
    """

    def __init__(
        self, script: Callable[[socket.socket], object], *, reads: bool = True, bytes_a_second: float = float("inf")
    ) -> None:
        self._script = script
        self._reads = reads
        self._bytes_a_second = bytes_a_second
        self._server = socket.create_server(("127.0.0.1", 0))
        # So small that a slow reader is felt at the other end.
        self._server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
        self.address = f"127.0.0.1:{self._server.getsockname()[1]}"
        self.url = f"http://{self.address}"
        self.connections = 0
        self.ended = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Wire:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.ended.set()
        # Closing alone would not wake who waits in accept.
        self._server.shutdown(socket.SHUT_RDWR)
        self._thread.join(10)
        self._server.close()
        assert not self._thread.is_alive()

    def _serve(self) -> None:
        while not self.ended.is_set():
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            self.connections += 1
            with connection:
                try:
                    if self._reads:
                        _read_request(connection, self._bytes_a_second)
                    self._script(connection)
                except OSError:
                    continue  # the client hung up


def _read_request(connection: socket.socket, bytes_a_second: float) -> None:
    connection.settimeout(10)
    data = b""
    while b"\r\n\r\n" not in data:
        data += _received(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    left = length - len(body)
    while left > 0:
        received = len(_received(connection))
        left -= received
        time.sleep(received / bytes_a_second)


def _received(connection: socket.socket) -> bytes:
    data = connection.recv(65536)
    if not data:
        raise OSError("hung up")
    return data
