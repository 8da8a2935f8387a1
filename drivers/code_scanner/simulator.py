"""A code scanner on the far side of the wire: says what is held before it, and nothing else.

It begins to speak by itself, as a scanner does, and no bytes that reach it mean
anything to it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from drivers.code_scanner import protocol
from drivers.simulation import Json, Simulator, Verb

_REMEMBERED = 20  # lines that ``state`` shows


class CodeScannerSimulator(Simulator):
    """One simulated scanner. ``address`` is what goes into ``devices.code_scanner.port``."""

    def __init__(self, listen: str = "tcp://127.0.0.1:0", *, seed: int = 1) -> None:
        super().__init__(listen, seed=seed)
        self._coming: deque[bytes] = deque()
        self._scanned: deque[str] = deque(maxlen=_REMEMBERED)

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """What can happen to it."""
        return {**super().verbs, "scan": self.scan, "scan_bytes": self.scan_bytes, "double": self.double}

    def scan(self, text: str) -> None:
        """Hold a code before it. Without its cable it reads nothing."""
        self._say(protocol.line(text))

    def scan_bytes(self, hex: str) -> None:  # noqa: A002 - the verb's own word
        """Have it say these bytes, to which no line end is added. Raises ValueError."""
        self._say(bytes.fromhex(hex))

    def double(self, text: str) -> None:
        """Hold a code before it for so long that it is read twice."""
        self.scan(text)
        self.scan(text)

    def unplug(self, seconds: float | None = None) -> None:
        """Pull the cable; what it has not said yet is lost."""
        super().unplug(seconds)
        self._coming.clear()

    def state(self) -> Mapping[str, Json]:
        """The last lines it said, and how many it is about to say."""
        with self.lock:
            return {**super().state(), "scanned": list(self._scanned), "waiting": len(self._coming)}

    def idle(self) -> None:
        """Say what it has read."""
        while self._coming and self.plugged:
            self.send(self._coming.popleft())

    def arrived(self, data: bytes) -> None:
        """Nothing that a host says means anything to it."""

    def _say(self, line: bytes) -> None:
        if self.plugged:
            with self.lock:
                self._coming.append(line)
                self._scanned.append(line.decode(errors="replace").rstrip("\r\n"))
