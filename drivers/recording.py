"""What goes over a wire: watched live, kept in a file, and played again as a test.

A recording is JSON lines. The first tells what was recorded; each that follows
is one thing that happened, with the seconds since the beginning:

    {"recording": 1, "device_class": "id_reader", "masked": true}
    {"t": 0.0, "what": "call", "note": "poll"}
    {"t": 0.0, "what": "out", "data": "aaaaaa9669…"}
    {"t": 0.1, "what": "in", "data": "aaaaaa9669…"}
    {"t": 0.1, "what": "back", "note": "poll: ready"}

Personal bytes are masked before they reach a listener: the same number of
bytes, with invented content, so that a masked recording can be played again.
The masks are the protocols' own; where a protocol has none, :class:`Hidden`
hides everything.
"""

from __future__ import annotations

import inspect
import json
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol, TextIO, TypeVar, cast

from drivers.device import Cancel, Cancelled, Device, DeviceError, DeviceStatus, HealthLevel, HealthReport
from drivers.transport import Transport, TransportLost, TransportTimeout

DeviceT = TypeVar("DeviceT", bound=Device)

CANCELLED = "cancelled"  # what a call came to that somebody gave up
_FULL = "full"  # a wire that took no more bytes
What = Literal["call", "back", "open", "close", "out", "in", "speed", "lost"]


@dataclass(frozen=True, slots=True)
class Passed:
    """One thing that happened on a wire, ``at`` seconds after its tap was made. Out is what the host says."""

    at: float
    what: What
    data: bytes = b""
    note: str = ""


class Mask(Protocol):
    """Takes personal content out of one direction of a wire. What it gives back has the length of what it got."""

    def feed(self, data: bytes) -> bytes: ...


class Plain:
    """The mask of a direction that never carries anything personal."""

    def feed(self, data: bytes) -> bytes:
        """The bytes themselves."""
        return data


class Hidden:
    """The mask of a direction that nobody has looked into: how much was said, and nothing of it."""

    def feed(self, data: bytes) -> bytes:
        """As many zeros."""
        return bytes(len(data))


@dataclass(frozen=True, slots=True)
class Masks:
    """The masks of both directions of one wire."""

    out: Mask = field(default_factory=Hidden)
    inward: Mask = field(default_factory=Hidden)


Listener = Callable[[Passed], None]


class Tap:
    """Tells listeners what happens on one wire. Its methods are called on the thread that owns the device."""

    def __init__(self, masks: Masks, clock: Callable[[], float] = time.monotonic) -> None:
        self._masks = masks
        self._clock = clock
        self._began = clock()
        self.listeners: tuple[Listener, ...] = ()

    def tell(self, what: What, data: bytes = b"", note: str = "") -> None:
        """Something happened; ``data`` is masked here."""
        if what == "out":
            data = self._masks.out.feed(data)
        elif what == "in":
            data = self._masks.inward.feed(data)
        if self.listeners:
            passed = Passed(self._clock() - self._began, what, data, note)
            for listener in self.listeners:
                listener(passed)


class TappedTransport:
    """A transport whose every byte is told to a tap."""

    def __init__(self, inner: Transport, tap: Tap) -> None:
        self._inner = inner
        self._tap = tap

    @property
    def name(self) -> str:
        return self._inner.name

    @property
    def is_open(self) -> bool:
        return self._inner.is_open

    def open(self) -> None:
        try:
            self._inner.open()
        except TransportLost as error:
            self._tap.tell("lost", note=str(error))
            raise
        self._tap.tell("open")

    def close(self) -> None:
        self._inner.close()
        self._tap.tell("close")

    def write(self, data: bytes, deadline: float) -> None:
        self._tap.tell("out", data)
        try:
            self._inner.write(data, deadline)
        except OSError as error:
            self._tap.tell("lost", note=_kind(error))
            raise

    def read(self, at_most: int, deadline: float) -> bytes:
        try:
            data = self._inner.read(at_most, deadline)
        except TransportLost as error:
            self._tap.tell("lost", note=_kind(error))
            raise
        if data:
            self._tap.tell("in", data)
        return data

    def discard_input(self) -> None:
        self._inner.discard_input()

    def set_baudrate(self, baudrate: int) -> None:
        self._inner.set_baudrate(baudrate)
        self._tap.tell("speed", note=str(baudrate))


def _kind(error: OSError) -> str:
    return _FULL if isinstance(error, TransportTimeout) else "lost"


def tapped(device: DeviceT, tap: Tap) -> DeviceT:
    """``device`` with every call of its methods told to ``tap``, and what came of it."""
    return cast("DeviceT", _TappedDevice(device, tap))


class _TappedDevice:
    def __init__(self, device: Device, tap: Tap) -> None:
        self._device = device
        self._tap = tap

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._device, name)
        if not callable(attribute):
            return attribute

        def call(*arguments: Any, **named: Any) -> Any:
            self._tap.tell("call", note=" ".join([name, *(str(a) for a in arguments if isinstance(a, HealthLevel))]))
            try:
                result = attribute(*arguments, **named)
            except Exception as error:
                self._tap.tell("back", note=f"{name}: {outcome_of(error)}")
                raise
            self._tap.tell("back", note=f"{name}: {outcome_of(result)}")
            return result

        return call


def outcome_of(result: object) -> str:
    """What a call came to, in words that hold nothing personal: states and fault codes, or only that it ended."""
    match result:
        case DeviceStatus(state, faults):
            return " ".join([str(state), *(fault.code for fault in faults)])
        case HealthReport(level, faults):
            return " ".join([str(level), *(fault.code for fault in faults)])
        case DeviceError(fault=fault):
            return fault.code
        case Cancelled():
            return CANCELLED
        case Exception():
            return type(result).__name__
        case bool():
            return str(result).lower()
        case _:
            return "done"


class Trace:
    """The last things that happened on a wire, for whoever looks."""

    def __init__(self, at_most: int = 400) -> None:
        self._passed: deque[tuple[int, Passed]] = deque(maxlen=at_most)
        self._count = 0

    def see(self, passed: Passed) -> None:
        """A tap's listener."""
        self._count += 1
        self._passed.append((self._count, passed))

    def since(self, number: int) -> list[tuple[int, Passed]]:
        """What has happened after the thing with this number, numbered from 1."""
        while True:
            try:
                return [numbered for numbered in self._passed if numbered[0] > number]
            except RuntimeError:  # it grew while we looked
                continue


class Recording:
    """Writes what happens on one wire into a file."""

    def __init__(self, file: TextIO, device_class: str, *, masked: bool = True) -> None:
        self._file = file
        self._line({"recording": 1, "device_class": device_class, "masked": masked})

    def see(self, passed: Passed) -> None:
        """A tap's listener."""
        line: dict[str, Any] = {"t": round(passed.at, 4), "what": passed.what}
        if passed.data:
            line["data"] = passed.data.hex()
        if passed.note:
            line["note"] = passed.note
        self._line(line)

    def _line(self, line: Mapping[str, Any]) -> None:
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._file.flush()


class RecordingError(Exception):
    """A file is no recording, or holds a call that cannot be made again; the message says where."""


class Differs(Exception):
    """The driver did something else than was recorded; the message says at which line what was expected."""


def load(path: Path) -> tuple[str, list[Passed]]:
    """The device class of a recording and what happened. Raises RecordingError, OSError."""
    lines = path.read_text(encoding="utf-8").splitlines()
    number = 1
    try:
        head = json.loads(lines[0])
        version, device_class = head["recording"], str(head["device_class"])
        passed = []
        for number, text in enumerate(lines[1:], 2):  # noqa: B007 - told in the message
            line = json.loads(text)
            passed.append(Passed(line["t"], line["what"], bytes.fromhex(line.get("data", "")), line.get("note", "")))
    except (LookupError, ValueError, TypeError) as error:
        raise RecordingError(f"{path}, line {number}: this is no recording: {error}") from error
    if version != 1:
        raise RecordingError(f"{path}: a recording of version {version}, which nobody here knows")
    return device_class, passed


def said_in(passed: Sequence[Passed]) -> bytes:
    """What the host says in the calls that are made again."""
    return b"".join(one.data for one in passed[_beginning(passed) :] if one.what == "out")


def _beginning(passed: Sequence[Passed]) -> int:
    """The first call. What a technician keeps of a live trace begins anywhere, most often in the middle of one."""
    return next((place for place, one in enumerate(passed) if one.what == "call"), len(passed))


_SILENCE = 1.0  # seconds; of a longer silence before an answer a driver makes nothing else
_STUCK = 60.0  # a driver that has got all there was and still waits


class ReplayTransport:
    """Plays the far side of a recording, and holds what the driver says against it.

    What comes in comes as late as it did, a second at most, as some drivers go by that; nothing else waits.
    """

    def __init__(self, passed: Sequence[Passed], mask: Mask) -> None:
        self._passed = passed
        self._mask = mask
        self._position = _beginning(passed)
        self._said = b""  # of the recorded bytes that go out next, what the driver has said already
        self._rest = b""
        self._due: tuple[int, float] = (-1, 0.0)  # which of what passed is due when
        self.cancel = Cancel()  # of the call that is made now
        self.is_open = False
        self.name = "recording"

    def open(self) -> None:
        self._heed_trouble()
        if self._next("open") is None:
            self._fail("open")
        self.is_open = True

    def close(self) -> None:
        if self.is_open or self._peek() == "close":
            self._next("close")
        self.is_open = False

    def write(self, data: bytes, deadline: float) -> None:  # noqa: ARG002
        said = self._mask.feed(data)
        while said:
            self._skip_unread()
            if self._peek() != "out":
                self._fail(f"{said.hex()} went out")
            expected = self._passed[self._position].data[len(self._said) :]
            common = min(len(expected), len(said))
            if expected[:common] != said[:common]:
                self._fail(f"{said.hex()} went out")
            self._said += said[:common]
            said = said[common:]
            if len(expected) == common:
                self._said = b""
                self._position += 1
        self._heed_the_end()
        self._heed_trouble()

    def read(self, at_most: int, deadline: float) -> bytes:
        self._heed_trouble()
        if not self._rest and not self._has_come(deadline):
            return b""
        if not self._rest:
            came = self._next("in")
            self._rest = came.data if came is not None else b""
        data, self._rest = self._rest[:at_most], self._rest[at_most:]
        self._heed_the_end()
        return data

    def discard_input(self) -> None:
        """What was thrown away when this was recorded never reached the recording."""

    def set_baudrate(self, baudrate: int) -> None:
        if self._peek() != "speed" or self._passed[self._position].note != str(baudrate):
            self._fail(f"the speed was set to {baudrate}")
        self._position += 1

    def expect(self, what: What, note: str) -> None:
        """What the player itself does, held against the recording."""
        self._skip_unread()
        if self._peek() != what or self._passed[self._position].note != note:
            self._fail(f"{what} {note}")
        self._position += 1

    @property
    def next_call(self) -> str | None:
        """The call that comes next, None at the end."""
        self._skip_unread()
        if self._peek() not in ("call", None):
            self._fail("nobody called")
        return self._passed[self._position].note if self._peek() == "call" else None

    def _peek(self) -> str | None:
        return self._passed[self._position].what if self._position < len(self._passed) else None

    def _next(self, what: What) -> Passed | None:
        if self._peek() != what:
            return None
        self._position += 1
        return self._passed[self._position - 1]

    def _has_come(self, deadline: float) -> bool:
        """Wait for what comes next, at most until ``deadline``."""
        now = time.monotonic()
        if self._due[0] != self._position:
            comes = self._peek() == "in" and self._position > 0
            silence = self._passed[self._position].at - self._passed[self._position - 1].at if comes else 0.0
            self._due = self._position, now + min(silence, _SILENCE)
        due = self._due[1]
        if self._peek() != "in":
            if now > due + _STUCK:
                self._fail("it waits for more")
            return True
        time.sleep(max(min(due, deadline) - now, 0.0))
        return due <= max(now, deadline)

    def _heed_trouble(self) -> None:
        """What broke then breaks again, in the recording's words."""
        lost = self._next("lost")
        if lost is not None:
            raise TransportTimeout(lost.note) if lost.note == _FULL else TransportLost(lost.note)

    def _heed_the_end(self) -> None:
        """Where somebody gave up, somebody gives up again: a citizen who went away in the middle of a reading."""
        if not self._rest and self._peek() == "back" and self._passed[self._position].note.endswith(f": {CANCELLED}"):
            self.cancel.request()

    def _skip_unread(self) -> None:
        """Pass over what came in and was never asked for."""
        self._rest = b""
        while self._peek() == "in":
            self._position += 1

    def _fail(self, instead: str) -> None:
        if self._position >= len(self._passed):
            expected = "the end"
        else:
            passed = self._passed[self._position]
            expected = " ".join(filter(None, [passed.what, passed.note, passed.data.hex()]))
        raise Differs(f"line {self._position + 2}: expected {expected}; instead {instead}")


def replay(passed: Sequence[Passed], make: Callable[[Transport], Device], mask: Mask) -> int:
    """Make the recorded calls again on a driver from ``make``; returns how many were held against the recording.

    Raises Differs at the first difference, RecordingError for a call whose
    contents were not recorded.
    """
    transport = ReplayTransport(passed, mask)
    device = make(transport)
    count = 0
    while (call := transport.next_call) is not None:
        name, *levels = call.split()
        transport.expect("call", call)
        transport.cancel = Cancel()
        came = _again(device, name, levels, transport)
        transport.expect("back", f"{name}: {outcome_of(came)}")
        count += 1
    return count


def _again(device: Device, name: str, levels: Iterable[str], transport: ReplayTransport) -> object:
    """Make a recorded call with what it needs; an exception that belongs to it is its outcome."""
    method = None if name.startswith("_") else getattr(device, name, None)
    if not callable(method):
        raise RecordingError(f"{name} cannot be made again: there is no such call")
    arguments: dict[str, object] = {}
    for parameter in inspect.signature(method).parameters.values():
        if parameter.name == "level":
            arguments[parameter.name] = HealthLevel(next(iter(levels), ""))
        elif parameter.name == "cancel":
            arguments[parameter.name] = transport.cancel
        elif parameter.default is parameter.empty:
            raise RecordingError(f"{name} cannot be made again: what it was given is not recorded")
    try:
        return method(**arguments)
    except (DeviceError, Cancelled, OSError) as error:
        return error
