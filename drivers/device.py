"""What every device is: its state, its faults, and who has to act when something is wrong.

The vocabulary follows the ATM world (CEN XFS: device status apart from class
status, "cannot tell" apart from "has no such sensor") and UnifiedPOS (three
levels of health check).
"""

from __future__ import annotations

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
    EXTERNAL = "external"  # may feed or print
    INTERACTIVE = "interactive"  # asks a person


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong.

    ``code`` is ``<device class>.<what>`` and a key of ``config/faults.yaml``,
    where the sentences for each reader stand. ``detail`` is for technicians
    and never carries personal data.
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


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    """The last thing known about a device. ``supplies`` maps a supply's name to its level."""

    state: DeviceState
    faults: tuple[Fault, ...] = ()
    supplies: Mapping[str, Level] = field(default_factory=dict)

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
    model: str = ""
    features: Mapping[str, bool | int | str] = field(default_factory=dict)
    verified_on: tuple[str, ...] = ()


class Device(Protocol):
    """A driver that a :class:`drivers.worker.DeviceWorker` owns.

    All methods are called on the worker's thread only.
    """

    @property
    def capabilities(self) -> Capabilities: ...

    def open(self) -> None:
        """Open the device. Raises DeviceError or OSError."""

    def close(self) -> None:
        """Give the device back. Never raises."""

    def poll(self) -> DeviceStatus:
        """Ask the device how it is. Raises DeviceError or OSError when it cannot be reached."""
