"""What every simulated IP camera shares: its wire. JPEG pictures over HTTP, as ``multipart/x-mixed-replace``."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from urllib.parse import urlsplit

from drivers.injection import Injector, Passage
from drivers.simulation import Json, Verb

Jpeg = bytes

_SEND_SECONDS = 2.0


class StreamServer:
    """Serves ``http://HOST:PORT/stream.mjpg``; the cable can be pulled, and faults strike its pictures.

    ``listen`` is ``tcp://HOST:PORT``, port 0 takes a free one. ``watch`` is called for each
    host that connects and yields pictures as they come; it is closed when the host goes.
    Raises ValueError.
    """

    def __init__(self, listen: str, watch: Callable[[], Generator[Jpeg]], *, seed: int = 1) -> None:
        parts = urlsplit(listen)
        if parts.scheme != "tcp" or not parts.hostname or parts.port is None:
            raise ValueError(f"{listen}: a simulator listens on an address such as tcp://127.0.0.1:0")

        class Handler(socketserver.StreamRequestHandler):
            timeout = _SEND_SECONDS

            def handle(inner) -> None:  # noqa: N805
                self._serve(inner)

        self._bound = (parts.hostname, parts.port)
        self._watch = watch
        self._handler = Handler
        self._injector = Injector(seed)
        self._lock = threading.Lock()
        self._server: _ThreadingServer | None = None
        self._clients: set[socket.socket] = set()
        self._replug: threading.Timer | None = None
        self._stopping = threading.Event()

    @property
    def address(self) -> str:
        """The URL to give to a camera as its source."""
        host, port = self._bound
        return f"http://{host}:{port}/stream.mjpg"

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """What can happen to the wire."""
        return {
            "unplug": self.unplug,
            "plug": self.plug,
            "fault": self._injector.arm,
            "clear": self._injector.clear,
        }

    def state(self) -> Mapping[str, Json]:
        """How the wire is."""
        return {"plugged": self.plugged, "armed": self._injector.armed(), "messages": self._injector.seen}

    @property
    def plugged(self) -> bool:
        """Whether the cable is in."""
        return self._server is not None

    def start(self) -> None:
        """Begin to serve. Raises OSError when the address is taken."""
        self.plug()

    def stop(self) -> None:
        """End every stream."""
        self._stopping.set()
        self.unplug()

    def plug(self) -> None:
        """Put the cable back."""
        with self._lock:
            if self._server is not None:
                return
            server = _ThreadingServer(self._bound, self._handler)
            self._bound = (self._bound[0], server.server_address[1])
            threading.Thread(target=server.serve_forever, args=(0.05,), name="stream-server", daemon=True).start()
            self._server = server

    def unplug(self, seconds: float | None = None) -> None:
        """Pull the cable, for so long or until somebody plugs it in."""
        replug = None if seconds is None else threading.Timer(float(seconds), self.plug)
        with self._lock:
            server, self._server = self._server, None
            if self._replug is not None:
                self._replug.cancel()
            self._replug = replug
            for client in self._clients:
                try:
                    client.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass  # it hung up by itself
        if server is not None:
            server.shutdown()
            server.server_close()
        if replug is not None:
            replug.daemon = True
            replug.start()

    def _serve(self, request: socketserver.StreamRequestHandler) -> None:
        client = request.connection
        with self._lock:
            self._clients.add(client)
        try:
            asked = request.rfile.readline(1024).split()
            while request.rfile.readline(4096).strip():
                pass
            if len(asked) < 2 or asked[0] != b"GET" or asked[1].split(b"?")[0] != b"/stream.mjpg":
                request.wfile.write(b"HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                return
            # A small buffer: whoever reads slowly gets fewer pictures, not older ones.
            client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 17)
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            request.wfile.write(
                b"HTTP/1.0 200 OK\r\nCache-Control: no-store\r\n"
                b"Content-Type: multipart/x-mixed-replace; boundary=picture\r\n\r\n"
            )
            with closing(self._watch()) as pictures:
                for jpeg in pictures:
                    passage = self._strike(jpeg)
                    for pause, piece in passage.pieces:
                        if self._stopping.wait(pause):
                            return
                        request.wfile.write(piece)
                    if passage.unplugged:
                        self.unplug(passage.unplugged)
        except OSError:
            pass  # the watcher went away
        finally:
            with self._lock:
                self._clients.discard(client)

    def _strike(self, jpeg: Jpeg) -> Passage:
        """How a picture gets through; with its head and its end it is one message."""
        head = b"--picture\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(jpeg)
        with self._lock:  # two hosts may be watching
            return self._injector.strike(head + jpeg + b"\r\n")


class _ThreadingServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
