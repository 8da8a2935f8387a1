"""Faults that strike the bytes of any wire: what a loose plug, a bad cable, a tired chip do.

The injector is pure: it turns one message into the pieces that really leave,
each with the pause before it. Simulators let their answers pass through one;
:class:`FaultyTransport` does the same to what a driver reads from a real wire.

What befalls the device itself (:class:`Deed`) waits in the same queue, for the
same messages, and leaves them as they are.
"""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Generic, TypeVar

from drivers.transport import Transport, TransportLost


class FaultKind(StrEnum):
    """What can happen to a message on its way."""

    SILENCE = "silence"  # nothing of it arrives
    JUNK = "junk"  # noise arrives before it
    SPLIT = "split"  # it arrives in two pieces, ``seconds`` apart
    DELAY = "delay"  # it arrives ``seconds`` late
    DROP = "drop"  # a byte in the middle is lost
    TRUNCATE = "truncate"  # its second half is lost
    CORRUPT = "corrupt"  # its last byte, where checksums stand, arrives changed
    DUPLICATE = "duplicate"  # it arrives twice
    DRIP = "drip"  # it arrives byte by byte, over ``seconds`` in all
    UNPLUG = "unplug"  # the cable is out for ``seconds``, from the middle of the message on


SECONDS: Mapping[FaultKind, float] = {
    FaultKind.SPLIT: 0.1,
    FaultKind.DELAY: 0.5,
    FaultKind.DRIP: 0.3,
    FaultKind.UNPLUG: 1.0,
}
_NOISE = bytes.fromhex("00 FF 55 AA 96 69 13 37")
_DRIPS = 64  # pieces at most; a picture does not come byte by byte


@dataclass(slots=True)
class Armed:
    """A fault that waits: it lets ``after`` messages pass, strikes ``count`` of those that follow (0: every one until
    it is cleared), each with ``probability``, and is gone."""

    kind: str
    after: int = 0
    count: int = 1
    probability: float = 1.0
    seconds: float = 0.0
    struck: int = 0

    def check(self) -> None:
        """Raises ValueError for numbers that cannot be."""
        wrong = self.after < 0 or self.count < 0 or not 0.0 < self.probability <= 1.0
        if wrong or not 0.0 <= self.seconds <= 86_400.0:
            raise ValueError("after and count are not negative, 0 < probability <= 1, seconds at most a day")

    @property
    def standing(self) -> bool:
        """Whether it has struck and what it did lasts; meanwhile it does not strike again."""
        return False

    @property
    def used_up(self) -> bool:
        """Whether it has struck as often as it was told to."""
        return bool(self.count) and self.struck >= self.count

    def told(self) -> dict[str, Any]:
        """What it is, as JSON has it."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


class Deed(Armed):
    """Something that happens to the device itself: ``begin`` is called when its turn has come, and does not wait."""

    __slots__ = ()

    def begin(self) -> None:
        """Let it happen."""
        raise NotImplementedError

    def told(self) -> dict[str, Any]:
        """What it is, and whether it stands."""
        return {**super().told(), "standing": self.standing}


ArmedT = TypeVar("ArmedT", bound=Armed)


class Waiting(Generic[ArmedT]):
    """Faults that wait for their messages. Not locked: arming is one assignment."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - chance, not secrecy
        self._faults: tuple[ArmedT, ...] = ()

    def add(self, fault: ArmedT) -> None:
        """Let ``fault`` wait. Raises ValueError for one that cannot be."""
        fault.check()
        self._faults = (*self._faults, fault)

    def clear(self) -> None:
        """Forget them all."""
        self._faults = ()

    def told(self) -> list[dict[str, Any]]:
        """Those that wait or stand, as JSON has them."""
        return [fault.told() for fault in self._faults if not self._is_over(fault)]

    def next(self, concerned: Callable[[ArmedT], bool] = lambda _: True) -> ArmedT | None:
        """The first fault that strikes now; all of those ``concerned`` see the message pass."""
        if any(self._is_over(fault) for fault in self._faults):
            self._faults = tuple(fault for fault in self._faults if not self._is_over(fault))
        striking: ArmedT | None = None
        for fault in self._faults:
            if self._is_over(fault) or fault.standing or not concerned(fault):
                continue
            if fault.after > 0:
                fault.after -= 1
            elif striking is None and self._random.random() < fault.probability:
                striking = fault
        if striking is not None:
            striking.struck += 1
        return striking

    @staticmethod
    def _is_over(fault: ArmedT) -> bool:
        return fault.used_up and not fault.standing


@dataclass(frozen=True, slots=True)
class Passage:
    """How a message gets through: pieces with the seconds to wait before each; then the cable is out so long."""

    pieces: Sequence[tuple[float, bytes]]
    unplugged: float = 0.0


class Injector:
    """The faults that wait for the messages of one wire."""

    def __init__(self, seed: int = 1) -> None:
        self._faults: Waiting[Armed] = Waiting(seed)
        self._deeds: Waiting[Deed] = Waiting(seed)
        self.seen = 0  # messages so far

    def arm(
        self,
        kind: str,
        *,
        after: int = 0,
        count: int = 1,
        probability: float = 1.0,
        seconds: float | None = None,
        deed: Deed | None = None,
    ) -> None:
        """Let a fault wait for its messages. Raises ValueError for one that cannot be.

        A ``deed`` says itself when it happens, and harms no message.
        """
        if isinstance(deed, Deed):
            self._deeds.add(deed)
            return
        if deed is not None or kind not in set(FaultKind):
            raise ValueError(f"no such fault: {kind}; there are {', '.join(FaultKind)}")
        long = SECONDS.get(FaultKind(kind), 0.0) if seconds is None else float(seconds)
        self._faults.add(Armed(FaultKind(kind), int(after), int(count), float(probability), long))

    def clear(self) -> None:
        """End every fault."""
        self._faults.clear()
        self._deeds.clear()

    def armed(self) -> list[dict[str, Any]]:
        """The faults that wait, as JSON has them."""
        return [*self._faults.told(), *self._deeds.told()]

    def strike(self, message: bytes) -> Passage:
        """How ``message`` gets through now."""
        self.seen += bool(message)
        if message and (deed := self._deeds.next()) is not None:
            deed.begin()
        fault = self._faults.next() if message else None
        return harmed(message, fault) if fault is not None else Passage([(0.0, message)])


def harmed(message: bytes, fault: Armed) -> Passage:
    """What a fault of the wire leaves of ``message``."""
    half = len(message) // 2
    match FaultKind(fault.kind):
        case FaultKind.SILENCE:
            return Passage([])
        case FaultKind.JUNK:
            return Passage([(0.0, _NOISE + message)])
        case FaultKind.SPLIT:
            return Passage([(0.0, message[:half]), (fault.seconds, message[half:])])
        case FaultKind.DELAY:
            return Passage([(fault.seconds, message)])
        case FaultKind.DROP:
            return Passage([(0.0, message[:half] + message[half + 1 :])])
        case FaultKind.TRUNCATE:
            return Passage([(0.0, message[:half])])
        case FaultKind.CORRUPT:
            return Passage([(0.0, message[:-1] + bytes([message[-1] ^ 0x55]))])
        case FaultKind.DUPLICATE:
            return Passage([(0.0, message), (0.0, message)])
        case FaultKind.DRIP:
            size = -(-len(message) // _DRIPS)
            parts = [message[start : start + size] for start in range(0, len(message), size)]
            return Passage([(fault.seconds / len(parts), part) for part in parts])
        case FaultKind.UNPLUG:
            return Passage([(0.0, message[:half])], unplugged=fault.seconds)


class FaultyTransport:
    """A transport whose incoming bytes pass through an injector; what is written goes out unharmed.

    What one ``read`` of the wire brings counts as one message.
    """

    def __init__(self, inner: Transport, injector: Injector) -> None:
        self._inner = inner
        self._injector = injector
        self._coming: deque[tuple[float, bytes]] = deque()  # due at, bytes
        self._unplugged_until = 0.0

    @property
    def name(self) -> str:
        return self._inner.name

    @property
    def is_open(self) -> bool:
        return self._inner.is_open

    def open(self) -> None:
        if time.monotonic() < self._unplugged_until:
            raise TransportLost("unplugged by an injected fault")
        self._coming.clear()
        self._inner.open()

    def close(self) -> None:
        self._inner.close()

    def write(self, data: bytes, deadline: float) -> None:
        self._check_plug()
        self._inner.write(data, deadline)

    def read(self, at_most: int, deadline: float) -> bytes:
        while True:
            now = time.monotonic()
            if self._coming:
                due = self._coming[0][0]
                if due <= now:
                    return self._take(at_most)
                time.sleep(max(min(due, deadline) - now, 0.0))
                if due > deadline:
                    return b""
                continue
            self._check_plug()
            data = self._inner.read(4096, deadline)  # what is waiting counts as one message
            if not data:
                return b""
            self._let_through(data)
            if not self._coming and time.monotonic() >= deadline:
                return b""  # swallowed, and the time is over

    def discard_input(self) -> None:
        self._coming.clear()
        self._inner.discard_input()

    def set_baudrate(self, baudrate: int) -> None:
        self._inner.set_baudrate(baudrate)

    def _let_through(self, data: bytes) -> None:
        passage = self._injector.strike(data)
        due = time.monotonic()
        for pause, piece in passage.pieces:
            due += pause
            if piece:
                self._coming.append((due, piece))
        if passage.unplugged:
            self._unplugged_until = due + passage.unplugged

    def _take(self, at_most: int) -> bytes:
        due, data = self._coming.popleft()
        if len(data) > at_most:
            self._coming.appendleft((due, data[at_most:]))
        return data[:at_most]

    def _check_plug(self) -> None:
        if time.monotonic() < self._unplugged_until:
            self._inner.close()
            raise TransportLost("unplugged by an injected fault")
