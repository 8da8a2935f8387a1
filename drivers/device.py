"""What every device is: its state, its faults, and who has to act when something is wrong.

The vocabulary follows the ATM world (CEN XFS: device status apart from class
status, "cannot tell" apart from "has no such sensor") and UnifiedPOS (three
levels of health check).
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class DeviceState(StrEnum):
    """Whether a device can be used now."""

    READY = "ready"
    BUSY = "busy"
    ATTENTION = "attention"  # reachable, but a fault keeps it from working
    DISCONNECTED = "disconnected"
    UNKNOWN = "unknown"  # nobody has asked it yet, or it would not say


class Level(StrEnum):
    """A supply or a sensor: paper, toner, bin."""

    OK = "ok"
    LOW = "low"
    OUT = "out"
    UNKNOWN = "unknown"  # the sensor exists and did not answer
    NOT_SUPPORTED = "not_supported"  # this model has no such sensor


class NextAction(StrEnum):
    """Who acts next when a fault stands."""

    CITIZEN = "citizen"
    ATTENDANT = "attendant"
    TECHNICIAN = "technician"
    SOFTWARE = "software"
    NOBODY = "nobody"


class HealthLevel(StrEnum):
    """How far a health check may go (UnifiedPOS)."""

    INTERNAL = "internal"  # nothing moves
    EXTERNAL = "external"  # may feed, print, light up
    INTERACTIVE = "interactive"  # asks a person


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong.

    ``code`` is ``<device class>.<what>`` and a key of ``config/faults/``, where the
    sentences for each reader stand. ``detail`` is for technicians and never
    carries personal data.
    """

    code: str
    acts_next: NextAction
    detail: str = ""


class DeviceError(Exception):
    """An operation ended because of a fault that is expected to happen in the field."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"{fault.code}: {fault.detail}" if fault.detail else fault.code)
        self.fault = fault


class Cancelled(Exception):
    """The operation ended because its owner no longer wants it."""


class Cancel:
    """A request to stop, passed to every command so that long ones can look at it."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def request(self) -> None:
        """Ask the command to end soon."""
        self._event.set()

    @property
    def requested(self) -> bool:
        """True once somebody asked."""
        return self._event.is_set()

    def check(self) -> None:
        """Raise Cancelled when somebody asked."""
        if self._event.is_set():
            raise Cancelled

    def wait(self, seconds: float) -> None:
        """Sleep up to ``seconds``; raise Cancelled as soon as somebody asks."""
        if self._event.wait(seconds):
            raise Cancelled


Fact = bool | int | float | str


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    """The last thing known about a device.

    ``supplies`` maps a supply's name to its level, ``details`` is what only this
    class of device has to say: where the card stands, how full the battery is.
    """

    state: DeviceState
    faults: tuple[Fault, ...] = ()
    supplies: Mapping[str, Level] = field(default_factory=dict)
    details: Mapping[str, Fact] = field(default_factory=dict)

    @property
    def ready(self) -> bool:
        """True when an operation may start now."""
        return self.state in (DeviceState.READY, DeviceState.BUSY) and not self.faults


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What this device can do, as data; checked before an operation starts.

    ``verified_on`` names the hardware models this driver has really met. An
    empty tuple is shown to technicians as "never met its hardware".
    """

    device_class: str
    features: Mapping[str, Fact] = field(default_factory=dict)
    verified_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Identity:
    """Which piece of hardware this is. What it does not tell is empty.

    ``address`` is where the settings say it is; passwords are left out.
    """

    address: str
    model: str = ""
    serial: str = ""
    firmware: str = ""


@dataclass(frozen=True, slots=True)
class HealthReport:
    """What a health check found.

    ``facts`` are measurements for the technician. ``question`` is the key of what
    a person has to answer before an INTERACTIVE check is passed ("" : nothing).
    """

    level: HealthLevel
    faults: tuple[Fault, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)
    question: str = ""


class Device(Protocol):
    """A driver that a :class:`drivers.worker.DeviceWorker` owns.

    The methods are called on the worker's thread only; the properties on any
    thread, and they never wait.
    """

    @property
    def capabilities(self) -> Capabilities: ...

    @property
    def identity(self) -> Identity: ...

    @property
    def counters(self) -> Mapping[str, int]:
        """What it has done since the program started, such as ``cards_read``; only ever grows."""

    def open(self) -> None:
        """Open the device. Raises DeviceError or OSError."""

    def close(self) -> None:
        """Give the device back. Never raises."""

    def poll(self) -> DeviceStatus:
        """Ask the device how it is; nothing moves. Raises DeviceError or OSError when it cannot be reached."""

    def check_health(self, level: HealthLevel, cancel: Cancel) -> HealthReport:
        """Examine the open device as far as ``level`` allows. Raises DeviceError, OSError, Cancelled."""
