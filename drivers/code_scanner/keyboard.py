"""A scanner that types what it reads, as a byte pipe: who receives its keys puts the lines in here.

The keys themselves are caught where they arrive, on the screen's side
(``ui/wedge.py``). With this between them the driver is the same for both kinds
of scanner.
"""

from __future__ import annotations

import threading
import time

from drivers.code_scanner import protocol
from drivers.transport import TransportTimeout

_AT_MOST = 4 * protocol.LONGEST  # bytes that wait for whoever reads; what comes on top is lost, as on a line


class KeyboardTransport:
    """The scanner's end of it is :meth:`typed`. A keyboard that is pulled out is not noticed: it only stays silent."""

    name = "keyboard"

    def __init__(self) -> None:
        self._waiting = bytearray()
        self._is_open = False
        self._changed = threading.Condition()

    def typed(self, text: str) -> None:
        """A line was typed; on any thread. Nothing waits for it while the pipe is closed."""
        line = protocol.line(text)
        with self._changed:
            if self._is_open and len(self._waiting) + len(line) <= _AT_MOST:
                self._waiting += line
                self._changed.notify_all()

    # -- drivers.transport.Transport -------------------------------------------------

    @property
    def is_open(self) -> bool:
        return self._is_open

    def open(self) -> None:
        with self._changed:
            self._waiting.clear()
            self._is_open = True

    def close(self) -> None:
        with self._changed:
            self._waiting.clear()
            self._is_open = False

    def write(self, data: bytes, deadline: float) -> None:  # noqa: ARG002
        raise TransportTimeout("a keyboard takes no bytes")

    def read(self, at_most: int, deadline: float) -> bytes:
        with self._changed:
            self._changed.wait_for(lambda: bool(self._waiting), max(deadline - time.monotonic(), 0.0))
            data = bytes(self._waiting[:at_most])
            del self._waiting[:at_most]
            return data

    def discard_input(self) -> None:
        with self._changed:
            self._waiting.clear()

    def set_baudrate(self, baudrate: int) -> None:
        """A keyboard has no speed to set."""
