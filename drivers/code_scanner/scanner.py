"""The driver: one code scanner on one byte pipe.

A scanner speaks when it has read something and cannot be asked anything, so a
poll can only tell that the pipe is there. A code that was scanned while nobody
waited for one is thrown away: it must not reach the next citizen.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from enum import StrEnum

from drivers.code_scanner.protocol import Code, Damage, LineParser
from drivers.device import (
    Cancel,
    Capabilities,
    DeviceError,
    DeviceState,
    DeviceStatus,
    Fact,
    Fault,
    HealthLevel,
    HealthReport,
    Identity,
    NextAction,
)
from drivers.transport import Transport

SAME_CODE_SECONDS = 2.0  # a code that stays before the window is read again and again
TEST_CODE_SECONDS = 60.0  # how long a health check waits for somebody to show a code
_SLICE_SECONDS = 0.1  # a waiting scan looks at its Cancel this often
_DRAIN_READS = 64  # a line that never falls silent must not hold its owner; no code is so long by far


class CodeScannerFault(StrEnum):
    """What can be wrong with a scanner, and the keys of its sentences."""

    DISCONNECTED = "code_scanner.disconnected"
    SILENT = "code_scanner.silent"  # nothing came though a code was shown
    UNREADABLE = "code_scanner.unreadable"  # something came that is no code


ACTS_NEXT: dict[CodeScannerFault, NextAction] = {
    CodeScannerFault.DISCONNECTED: NextAction.TECHNICIAN,
    CodeScannerFault.SILENT: NextAction.TECHNICIAN,
    CodeScannerFault.UNREADABLE: NextAction.CITIZEN,
}


def fault(code: CodeScannerFault, detail: str = "") -> Fault:
    """The fault with the one who acts next."""
    return Fault(code, ACTS_NEXT[code], detail)


class Debounce:
    """The same code counts once until it was out of sight for ``seconds``. Remembers no code, only its hash."""

    def __init__(self, seconds: float = SAME_CODE_SECONDS) -> None:
        self._seconds = seconds
        self._last = 0
        self._seen_at = -math.inf

    def counts(self, code: Code, now: float) -> bool:
        """Whether ``code``, seen at ``now``, is another one, or the same one shown again."""
        known = hash(code.text)
        same = known == self._last and now - self._seen_at < self._seconds
        self._last, self._seen_at = known, now
        return not same


class CodeScanner:
    """One scanner. Its methods are called on the thread that owns it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._parser = LineParser()
        self._debounce = Debounce()
        self._heard = False
        self._counted = {"codes": 0, "unreadable": 0, "repeated": 0, "thrown_away": 0}

    # -- drivers.device.Device -----------------------------------------------------

    @property
    def capabilities(self) -> Capabilities:
        """``answers``: whether it can be asked how it is. No scanner can in a way that others share."""
        return Capabilities("code_scanner", {"answers": False})

    @property
    def identity(self) -> Identity:
        """Only its address: a scanner does not tell more."""
        return Identity(self._transport.name)

    @property
    def counters(self) -> Mapping[str, int]:
        """Codes handed over, lines that were none, the same code once more, and codes that nobody waited for."""
        return dict(self._counted)

    def open(self) -> None:
        """Open the pipe. Raises OSError."""
        self._transport.open()
        self._heard = False
        self._parser = LineParser()
        self._parser.drop_line(time.monotonic())  # nobody knows whether one is under way

    def close(self) -> None:
        """Close the pipe."""
        self._transport.close()

    def poll(self) -> DeviceStatus:
        """READY as long as the pipe is there. Raises OSError when it is gone.

        ``details``: ``heard``, whether the scanner has said anything since it was
        opened, which is all that can be known of its health.
        """
        self._throw_away()
        return DeviceStatus(DeviceState.READY, details={"heard": self._heard})

    def check_health(self, level: HealthLevel, cancel: Cancel) -> HealthReport:
        """INTERNAL and EXTERNAL look whether the pipe is there; INTERACTIVE waits for a code to be shown.

        Raises OSError, Cancelled.
        """
        cancel.check()
        faults: tuple[Fault, ...] = ()
        facts: dict[str, Fact] = {}
        if level is HealthLevel.INTERACTIVE:
            try:
                facts["characters"] = len(self.scan(cancel, patience=TEST_CODE_SECONDS).text)
            except DeviceError as error:
                faults = (error.fault,)
        else:
            self._throw_away()
        facts["heard"] = self._heard
        question = "code_scanner.test_code" if level is HealthLevel.INTERACTIVE else ""
        return HealthReport(level, faults, facts, question)

    # -- what it is for ----------------------------------------------------------------

    def scan(self, cancel: Cancel, *, patience: float = math.inf) -> Code:
        """Wait for the next code that is scanned from now on.

        Raises Cancelled, OSError, and DeviceError when something unreadable was
        scanned (UNREADABLE), or nothing within ``patience`` seconds (SILENT).
        """
        self._throw_away()
        if self._parser.pending:  # begun while nobody waited
            self._parser.drop_line(time.monotonic())
        give_up = time.monotonic() + patience
        while time.monotonic() < give_up:
            cancel.check()
            found = self._choose(self._take(self._transport.read(4096, time.monotonic() + _SLICE_SECONDS)))
            if isinstance(found, Damage):
                self._counted["unreadable"] += 1
                raise DeviceError(fault(CodeScannerFault.UNREADABLE, found.value))
            if found is not None:
                self._counted["codes"] += 1
                return found
        raise DeviceError(fault(CodeScannerFault.SILENT, f"no code within {patience:.0f} s"))

    # -- inside ------------------------------------------------------------------------

    def _take(self, data: bytes) -> list[Code | Damage]:
        self._heard = self._heard or bool(data)
        return self._parser.feed(data, time.monotonic())

    def _choose(self, lines: list[Code | Damage]) -> Code | Damage | None:
        """The first of them that counts; those after it came too early for the next who waits."""
        chosen: Code | Damage | None = None
        for line in lines:
            if chosen is not None:
                self._counted["thrown_away"] += 1
            elif isinstance(line, Code) and not self._debounce.counts(line, time.monotonic()):
                self._counted["repeated"] += 1
            else:
                chosen = line
        return chosen

    def _throw_away(self) -> None:
        """Take in what was scanned while nobody waited, so that nobody gets it. Raises OSError."""
        for _ in range(_DRAIN_READS):
            data = self._transport.read(4096, time.monotonic())
            self._counted["thrown_away"] += len(self._take(data))
            if not data:
                break
