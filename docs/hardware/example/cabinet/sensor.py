"""The driver: one cabinet sensor on one byte pipe."""

from __future__ import annotations

import time
from collections.abc import Mapping
from enum import StrEnum

from cabinet.protocol import ASK, LineParser, Reading
from drivers.device import (
    Cancel,
    Capabilities,
    DeviceError,
    DeviceState,
    DeviceStatus,
    Fault,
    HealthLevel,
    HealthReport,
    Identity,
    NextAction,
)
from drivers.transport import Transport, TransportTimeout

ANSWER_SECONDS = 0.5
HOT = 55  # degrees Celsius
OPEN_AND_CLOSE_SECONDS = 30.0


class CabinetFault(StrEnum):
    """What can be wrong with a cabinet, and the keys of its sentences."""

    DISCONNECTED = "cabinet.disconnected"
    SILENT = "cabinet.silent"
    DOOR_OPEN = "cabinet.door_open"
    HOT = "cabinet.hot"


ACTS_NEXT: dict[CabinetFault, NextAction] = {
    CabinetFault.DISCONNECTED: NextAction.TECHNICIAN,
    CabinetFault.SILENT: NextAction.TECHNICIAN,
    CabinetFault.DOOR_OPEN: NextAction.ATTENDANT,
    CabinetFault.HOT: NextAction.TECHNICIAN,
}


def fault(code: CabinetFault, detail: str = "") -> Fault:
    """The fault with the one who acts next."""
    return Fault(code, ACTS_NEXT[code], detail)


class CabinetSensor:
    """One sensor. Its methods are called on the thread that owns it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._parser = LineParser()
        self._counted = {"readings": 0, "lines_damaged": 0}

    @property
    def capabilities(self) -> Capabilities:
        """What it measures."""
        return Capabilities("cabinet", {"door": True, "temperature": True})

    @property
    def identity(self) -> Identity:
        """Only its address: the unit does not tell more."""
        return Identity(self._transport.name)

    @property
    def counters(self) -> Mapping[str, int]:
        """Readings, and lines that were none."""
        return dict(self._counted)

    def open(self) -> None:
        """Open the pipe. Raises OSError."""
        self._transport.open()
        self._parser = LineParser()

    def close(self) -> None:
        """Close the pipe."""
        self._transport.close()

    def poll(self) -> DeviceStatus:
        """Ask for a reading. Raises DeviceError when none comes, OSError when the sensor is gone."""
        faults = faults_of(self._ask())
        return DeviceStatus(DeviceState.ATTENTION if faults else DeviceState.READY, faults)

    def check_health(self, level: HealthLevel, cancel: Cancel) -> HealthReport:
        """INTERNAL and EXTERNAL take a reading, as nothing here can be moved; INTERACTIVE asks about the door."""
        cancel.check()
        reading = self._ask()
        question = "cabinet.door" if level is HealthLevel.INTERACTIVE else ""
        return HealthReport(level, faults_of(reading), {"celsius": reading.celsius}, question)

    def _ask(self) -> Reading:
        self._transport.discard_input()
        deadline = time.monotonic() + ANSWER_SECONDS
        try:
            self._transport.write(ASK, deadline)
        except TransportTimeout as error:
            raise DeviceError(fault(CabinetFault.SILENT, str(error))) from error
        while data := self._transport.read(256, deadline):
            for reading in self._parser.feed(data):
                if reading is not None:
                    self._counted["readings"] += 1
                    return reading
                self._counted["lines_damaged"] += 1
        raise DeviceError(fault(CabinetFault.SILENT, "no reading"))


def faults_of(reading: Reading) -> tuple[Fault, ...]:
    """What is wrong, by a reading."""
    found = [(reading.door_open, CabinetFault.DOOR_OPEN), (reading.celsius > HOT, CabinetFault.HOT)]
    return tuple(fault(code) for wrong, code in found if wrong)
