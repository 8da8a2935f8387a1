"""What every simulator shares: a control socket by which another process plays the world.

A simulator speaks its device's own protocol on one address. On a second
address it takes JSON lines such as ``{"do": "place", "person": "lin"}`` and
answers each with ``{"ok": true, …}`` or ``{"ok": false, "error": "…"}``.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import select
import socket
import socketserver
import subprocess
import termios
import threading
import time
import tty
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

log = logging.getLogger("drivers.simulation")

Json = Any
Verb = Callable[..., Mapping[str, Json] | None]


class ControlServer:
    """Serves a simulator's verbs on TCP; each verb is called with the keyword arguments of its line."""

    def __init__(self, verbs: Mapping[str, Verb], host: str = "127.0.0.1", port: int = 0) -> None:
        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                for line in self.rfile:
                    self.wfile.write(_answer(verbs, line) + b"\n")

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

        self._server = Server((host, port), Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="control", daemon=True
        )

    @property
    def address(self) -> str:
        """``host:port`` as bound."""
        host, port = self._server.server_address[:2]
        return f"{host!s}:{port}"

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def stop(self) -> None:
        """Stop serving."""
        if self._thread.is_alive():
            self._server.shutdown()
        self._server.server_close()


def _answer(verbs: Mapping[str, Verb], line: bytes) -> bytes:
    try:
        return json.dumps({"ok": True, **_carried_out(verbs, line)}).encode()
    except Exception as error:
        # Whatever a verb trips over, the one who asked hears of it and may go on.
        log.info("a verb was refused", exc_info=True)
        return json.dumps({"ok": False, "error": f"{type(error).__name__}: {error}"}).encode()


def _carried_out(verbs: Mapping[str, Verb], line: bytes) -> Mapping[str, Json]:
    request: dict[str, Json] = dict(json.loads(line))
    verb = str(request.pop("do"))
    if verb == "help":
        return {"verbs": sorted(verbs)}
    if verb not in verbs:
        raise ValueError(f"no such verb: {verb}; there are {', '.join(sorted(verbs))}")
    return verbs[verb](**request) or {}


class Control:
    """The other end: tells a simulator what happens to it."""

    def __init__(self, address: str, seconds: float = 5.0) -> None:
        host, _, port = address.rpartition(":")
        self._socket = socket.create_connection((host, int(port)), seconds)
        self._lines = self._socket.makefile("rb")

    def do(self, verb: str, **arguments: Json) -> dict[str, Json]:
        """Ask for ``verb`` and return its answer. Raises RuntimeError when it is refused, OSError without an answer."""
        self._socket.sendall(json.dumps({"do": verb, **arguments}).encode() + b"\n")
        line = self._lines.readline()
        if not line:
            raise ConnectionError(f"the simulator hung up instead of answering {verb}")
        answer: dict[str, Json] = json.loads(line)
        if not answer.pop("ok"):
            raise RuntimeError(str(answer["error"]))
        return answer

    def close(self) -> None:
        """Hang up."""
        self._lines.close()
        self._socket.close()


class Wire:
    """What a simulator's host connects to: one host at a time, the newest wins."""

    address: str

    def receive(self, seconds: float) -> bytes | None:
        """What arrived within ``seconds``; None when a new conversation began."""
        raise NotImplementedError

    def send(self, data: bytes) -> None:
        """Hand bytes to whoever is connected; nobody is fine, too."""
        raise NotImplementedError

    def hang_up(self) -> None:
        """Break the connection."""
        raise NotImplementedError

    def unplug(self) -> None:
        """Break the connection; until the next ``receive`` nobody can connect."""
        self.hang_up()

    @property
    def host_speed(self) -> int | None:
        """The line speed in baud that the host has set; None where a wire has no speed."""
        return None

    def close(self) -> None:
        """Give the wire back."""
        raise NotImplementedError


class _Tcp(Wire):
    def __init__(self, listen: str) -> None:
        parts = urlsplit(listen)
        self._server = socket.create_server((parts.hostname or "127.0.0.1", parts.port or 0))
        self._bound = self._server.getsockname()[:2]
        self.address = f"tcp://{self._bound[0]!s}:{self._bound[1]}"
        self._host: socket.socket | None = None

    def receive(self, seconds: float) -> bytes | None:
        if self._server.fileno() < 0:  # unplugged until now
            self._server = socket.create_server(self._bound)
        waiting = [self._server] + ([self._host] if self._host else [])
        ready = select.select(waiting, [], [], seconds)[0]
        if self._server in ready:
            self.hang_up()
            self._host, _ = self._server.accept()
            self._host.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return None
        if self._host is not None and self._host in ready:
            try:
                data = self._host.recv(4096)
            except OSError:
                data = b""
            if not data:
                self.hang_up()
            return data
        return b""

    def send(self, data: bytes) -> None:
        if self._host is not None:
            try:
                self._host.sendall(data)
            except OSError:
                self.hang_up()

    def hang_up(self) -> None:
        if self._host is not None:
            self._host.close()
            self._host = None

    def unplug(self) -> None:
        self._server.close()  # or the system would go on taking connections by itself
        self.hang_up()

    def close(self) -> None:
        self.unplug()


_SPEEDS = (9600, 19200, 38400, 57600, 115200)


class _Pty(Wire):
    def __init__(self) -> None:
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self.address = os.ttyname(self._slave)

    def receive(self, seconds: float) -> bytes | None:
        if not select.select([self._master], [], [], seconds)[0]:
            return b""
        return os.read(self._master, 4096)

    def send(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest and select.select([], [self._master], [], 0.5)[1]:
            rest = rest[os.write(self._master, rest) :]
        # What nobody takes is lost, as on a line.

    @property
    def host_speed(self) -> int | None:
        coded = termios.tcgetattr(self._slave)[5]
        return next((rate for rate in _SPEEDS if getattr(termios, f"B{rate}") == coded), None)

    def hang_up(self) -> None:
        """A pseudo-terminal has no cable; it falls silent instead."""
        with contextlib.suppress(OSError):
            if select.select([self._master], [], [], 0)[0]:
                os.read(self._master, 4096)

    def close(self) -> None:
        os.close(self._master)
        os.close(self._slave)


def wire_for(listen: str) -> Wire:
    """A pseudo-terminal for ``pty``, a TCP port for ``tcp://host:port`` (0: any free one)."""
    return _Pty() if listen == "pty" else _Tcp(listen)


class Partner:
    """A program of its own that the kiosk talks to: a simulator, a back office.

    It prints one JSON line when it is ready: ``{"ready": <its address>, …}``.
    """

    def __init__(self, command: Sequence[str], seconds: float = 30.0) -> None:
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
        try:
            self.ready: dict[str, Json] = json.loads(self._first_line(time.monotonic() + seconds))
            self.address = str(self.ready["ready"])  # where it listens
        except (ValueError, LookupError, TypeError, TimeoutError) as error:
            self.stop()
            raise RuntimeError(f"{' '.join(command)} did not get ready: {error}") from error

    def stop(self, seconds: float = 5.0) -> None:
        """End it: kindly, then for good."""
        self._process.terminate()
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _first_line(self, deadline: float) -> bytes:
        output = self._process.stdout
        assert output is not None
        line = b""
        while not line.endswith(b"\n"):
            left = deadline - time.monotonic()
            if not select.select([output], [], [], max(left, 0.0))[0]:
                raise TimeoutError("no word from it in time")
            piece = os.read(output.fileno(), 1)
            if not piece:
                raise ValueError("it ended without a word")
            line += piece
        return line
