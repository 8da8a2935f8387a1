"""A battery as a NUT server meets one: a driver on a local socket that tells variables and takes commands.

Source: "Driver/server socket protocol" in NUT's developer guide. NUT has a
driver for such plays itself, dummy-ups; it looks at its script once a second,
needs two seconds to start and knows no battery test.
"""

from __future__ import annotations

import contextlib
import logging
import selectors
import socket
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from drivers.ups.protocol import request, split_words

log = logging.getLogger("drivers.ups.battery")


class Battery:
    """Serves ``<folder>/battery-<name>``, where upsd looks for the driver ``battery`` of the battery ``name``."""

    def __init__(self, path: Path, commands: Mapping[str, Callable[[], None]]) -> None:
        self._path = path
        self._commands = commands
        self._variables: dict[str, str] = {}
        self._stale = False
        self._lock = threading.Lock()
        self._servers: dict[socket.socket, bytes] = {}  # each upsd, and what it has half said
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def running(self) -> bool:
        """Whether the driver runs."""
        return self._thread is not None

    def start(self) -> None:
        """Begin to listen. Starting twice is fine. Raises OSError."""
        if self._thread is not None:
            return
        self._path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(self._path))
        listener.listen()
        self._stopping.clear()
        self._thread = threading.Thread(target=self._serve, args=(listener,), name="battery", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Hang up, as a driver that died."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._stopping.set()
            thread.join(5.0)

    def tell(self, variables: Mapping[str, str], *, stale: bool) -> None:
        """Let every server know what has changed."""
        with self._lock:
            lines = [request("DELINFO", name) for name in self._variables.keys() - variables.keys()]
            lines += [
                request("SETINFO", name, value)
                for name, value in variables.items()
                if self._variables.get(name) != value
            ]
            lines.append(request("DATASTALE" if stale else "DATAOK"))
            self._variables, self._stale = dict(variables), stale
            for server in self._servers:
                _send(server, b"".join(lines))

    def _serve(self, listener: socket.socket) -> None:
        with listener, selectors.DefaultSelector() as ears:
            ears.register(listener, selectors.EVENT_READ)
            while not self._stopping.is_set():
                for key, _ in ears.select(0.05):
                    if key.fileobj is listener:
                        server, _ = listener.accept()
                        ears.register(server, selectors.EVENT_READ)
                        with self._lock:
                            self._servers[server] = b""
                    elif isinstance(key.fileobj, socket.socket) and not self._heard(key.fileobj):
                        ears.unregister(key.fileobj)
            with self._lock:
                for server in self._servers:
                    server.close()
                self._servers.clear()
        self._path.unlink(missing_ok=True)

    def _heard(self, server: socket.socket) -> bool:
        """Answer what a server says; False when it hung up."""
        try:
            data = server.recv(4096)
        except OSError:
            data = b""
        if not data:
            with self._lock:
                del self._servers[server]
            server.close()
            return False
        *lines, self._servers[server] = (self._servers[server] + data).split(b"\n")
        for line in lines:
            try:
                words = split_words(line.decode("ascii"))
            except ValueError:
                log.warning("a server said what is no line")
                continue
            self._answer(server, words)
        return True

    def _answer(self, server: socket.socket, words: tuple[str, ...]) -> None:
        match words:
            case ("PING",):
                _send(server, b"PONG\n")
            case ("DUMPALL",):
                with self._lock:
                    lines = [request("ADDCMD", name) for name in self._commands]
                    lines += [request("SETINFO", name, value) for name, value in self._variables.items()]
                    lines += [request("DATASTALE" if self._stale else "DATAOK"), request("DUMPDONE")]
                    _send(server, b"".join(lines))
            case ("INSTCMD", name, *_) if name in self._commands:
                self._commands[name]()
            case _:
                log.info("the server said %s", " ".join(words))


def _send(server: socket.socket, lines: bytes) -> None:
    with contextlib.suppress(OSError):  # it went away; its next reading tells
        server.sendall(lines)
