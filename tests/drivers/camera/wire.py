"""A camera on HTTP that does exactly what a test tells it, byte by byte."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Sequence
from typing import Self

import cv2
import numpy as np

HEAD = b"HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=picture\r\n\r\n"


def part(level: int) -> bytes:
    """One picture of an even grey, as a part of the stream."""
    jpeg = bytes(cv2.imencode(".jpg", np.full((120, 160, 3), level, np.uint8))[1])
    return b"--picture\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n%s\r\n" % (len(jpeg), jpeg)


class ScriptedCamera:
    """Serves one conversation after the other; the last one repeats.

    A conversation gets the connection and the event that says that the test is over.
    """

    def __init__(self, conversations: Sequence[Callable[[socket.socket, threading.Event], None]]) -> None:
        self._conversations = conversations
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.settimeout(0.1)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self.calls = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.getsockname()[1]}/stream.mjpg"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._server.close()

    def _serve(self) -> None:
        while not self._over.is_set():
            try:
                host, _ = self._server.accept()
            except TimeoutError:
                continue
            conversation = self._conversations[min(self.calls, len(self._conversations) - 1)]
            self.calls += 1
            with host:
                host.settimeout(5.0)
                try:
                    conversation(host, self._over)
                except OSError:
                    pass  # the host hung up in the middle


def streaming(levels: Sequence[int], *, rate: float = 30.0) -> Callable[[socket.socket, threading.Event], None]:
    """A conversation of pictures with these greys, then the end."""

    def stream(host: socket.socket, over: threading.Event) -> None:
        host.recv(4096)
        host.sendall(HEAD)
        for level in levels:
            host.sendall(part(level))
            if over.wait(1 / rate):
                return

    return stream


def then_silent(levels: Sequence[int]) -> Callable[[socket.socket, threading.Event], None]:
    """A conversation that goes quiet without hanging up."""

    def stream(host: socket.socket, over: threading.Event) -> None:
        streaming(levels)(host, over)
        host.settimeout(0.1)
        while not over.is_set():
            try:
                if not host.recv(4096):
                    return
            except TimeoutError:
                continue

    return stream
