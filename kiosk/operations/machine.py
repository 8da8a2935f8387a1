"""The machine itself, as one more device: its disk, memory, temperature, clock, and its line to the back office.

A :class:`drivers.worker.DeviceWorker` owns it like any other, so that whoever
shows devices shows it too.
"""

from __future__ import annotations

import errno
import os
import platform
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from drivers.device import (
    Cancel,
    Capabilities,
    DeviceState,
    DeviceStatus,
    Fact,
    Fault,
    HealthLevel,
    HealthReport,
    Identity,
    Level,
    NextAction,
)
from kiosk.gateway.client import GatewayClient, GatewayRefused, GatewayUnreachable

DEVICE_CLASS = "machine"

MEBIBYTE = 1024 * 1024
# A page of an application is up to 4 MB, and SQLite needs room to turn around.
DISK_FULL_BYTES = 64 * MEBIBYTE
DISK_LOW_BYTES = 1024 * MEBIBYTE
MEMORY_LOW_BYTES = 256 * MEBIBYTE
# Processors slow themselves down at 90 to 105 °C.
HOT_CELSIUS = 85.0
# A receipt's time may be so far off before somebody has to look.
CLOCK_WRONG_SECONDS = 60.0
LINE_SLOW_SECONDS = 2.0
# A line that answered is asked again after this long; one that did not, at the next poll.
LINE_SECONDS = 60.0
LINE_MISSES_BELIEVED = 3


class MachineFault(StrEnum):
    """What can be wrong with the machine itself."""

    DISK_FULL = "machine.disk_full"
    DISK_LOW = "machine.disk_low"
    DISK_FAILED = "machine.disk_failed"  # cannot be read or written, whatever room there is
    MEMORY_LOW = "machine.memory_low"
    HOT = "machine.hot"
    CLOCK_WRONG = "machine.clock_wrong"
    LINE_AWAY = "machine.line_away"
    LINE_SLOW = "machine.line_slow"


ACTS_NEXT: Mapping[MachineFault, NextAction] = {
    MachineFault.DISK_FULL: NextAction.TECHNICIAN,
    MachineFault.DISK_LOW: NextAction.TECHNICIAN,
    MachineFault.DISK_FAILED: NextAction.TECHNICIAN,
    MachineFault.MEMORY_LOW: NextAction.TECHNICIAN,
    MachineFault.HOT: NextAction.ATTENDANT,
    MachineFault.CLOCK_WRONG: NextAction.TECHNICIAN,
    MachineFault.LINE_AWAY: NextAction.ATTENDANT,
    MachineFault.LINE_SLOW: NextAction.NOBODY,
}
# Nothing can be applied for while one of these stands.
STOPS_EVERYTHING = frozenset({MachineFault.DISK_FULL, MachineFault.DISK_FAILED})


@dataclass(frozen=True, slots=True)
class LineReading:
    """What came of asking the back office whether it is there.

    ``seconds`` is the whole round trip. ``clock_offset_seconds`` is how far this machine's clock is ahead of the
    back office's, None where that does not tell the time. ``why`` says what kept the line from being reached.
    """

    reached: bool
    seconds: float
    clock_offset_seconds: float | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class DiskReading:
    """The file system that outbox, journal and records lie on. ``why`` is empty while it can be used."""

    free_bytes: int = 0
    bytes: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Readings:
    """Everything that was measured. ``celsius`` is None where there is no sensor, ``line`` where there is no line."""

    disk: DiskReading
    memory_available_bytes: int
    memory_bytes: int
    celsius: float | None
    uptime_seconds: float
    line: LineReading | None


def judge(readings: Readings) -> tuple[Fault, ...]:
    """What of ``readings`` somebody has to know."""
    found: list[Fault] = []

    def add(code: MachineFault, detail: str) -> None:
        found.append(Fault(code, ACTS_NEXT[code], detail))

    disk, line = readings.disk, readings.line
    free = f"{disk.free_bytes // MEBIBYTE} MiB of {disk.bytes // MEBIBYTE} MiB are free"
    if disk.why:
        add(MachineFault.DISK_FAILED, disk.why)
    elif disk.free_bytes < DISK_FULL_BYTES:
        add(MachineFault.DISK_FULL, free)
    elif disk.free_bytes < DISK_LOW_BYTES:
        add(MachineFault.DISK_LOW, free)
    if readings.memory_available_bytes < MEMORY_LOW_BYTES:
        add(MachineFault.MEMORY_LOW, f"{readings.memory_available_bytes // MEBIBYTE} MiB are available")
    if readings.celsius is not None and readings.celsius >= HOT_CELSIUS:
        add(MachineFault.HOT, f"{readings.celsius:.0f} °C")
    if line is not None and not line.reached:
        add(MachineFault.LINE_AWAY, line.why)
    elif line is not None:
        if line.seconds > LINE_SLOW_SECONDS:
            add(MachineFault.LINE_SLOW, f"an answer took {line.seconds:.1f} s")
        # Nobody knows when within the round trip the other clock was read.
        offset = line.clock_offset_seconds
        if offset is not None and abs(offset) - line.seconds / 2 > CLOCK_WRONG_SECONDS:
            add(MachineFault.CLOCK_WRONG, f"{abs(offset):.0f} s {'fast' if offset > 0 else 'slow'}")
    return tuple(found)


def ask_line(
    client: GatewayClient, now: Callable[[], datetime], clock: Callable[[], float] = time.monotonic
) -> LineReading:
    """Ask the back office once; waits as long as ``client`` has patience."""
    before, began = now(), clock()
    try:
        health = client.health()
    except GatewayUnreachable as error:
        return LineReading(reached=False, seconds=clock() - began, why=str(error))
    except GatewayRefused:  # it is there, and does not know this question
        return LineReading(reached=True, seconds=clock() - began)
    seconds = clock() - began
    if health.at is None:
        return LineReading(reached=True, seconds=seconds)
    offset = before + timedelta(seconds=seconds / 2) - health.at
    return LineReading(reached=True, seconds=seconds, clock_offset_seconds=offset.total_seconds())


class Machine:
    """The machine as a :class:`drivers.device.Device`.

    ``directory`` is where the kiosk keeps its data. ``ask`` asks the line and comes back within 15 s; None where there
    is no line. ``root`` is where the kernel's ``proc`` and ``sys`` are.
    """

    def __init__(
        self,
        directory: Path,
        ask: Callable[[], LineReading] | None = None,
        *,
        root: Path = Path("/"),
        statvfs: Callable[[Path], os.statvfs_result] = os.statvfs,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._directory = directory
        self._ask = ask
        self._root = root
        self._statvfs = statvfs
        self._clock = clock
        self._line: LineReading | None = None
        self._ask_at = clock()
        self._misses = 0
        self._counted = {"line_asked": 0, "line_missed": 0}

    @property
    def capabilities(self) -> Capabilities:
        """What can be measured here."""
        features: dict[str, Fact] = {"temperature": self._celsius() is not None, "line": self._ask is not None}
        return Capabilities(DEVICE_CLASS, features, verified_on=("Linux",))

    @property
    def identity(self) -> Identity:
        """The computer and its kernel."""
        return Identity(str(self._directory), model=self._text("sys/class/dmi/id/product_name"), firmware=_kernel())

    @property
    def counters(self) -> Mapping[str, int]:
        """How often the line was asked, and did not answer."""
        return dict(self._counted)

    def open(self) -> None:
        """Nothing is opened: all is read anew each time."""

    def close(self) -> None:
        """Nothing was opened."""

    def poll(self) -> DeviceStatus:
        """Measure; the line is asked now and then."""
        if self._ask is not None and self._clock() >= self._ask_at:
            line = self._asked(self._ask)
            self._misses = 0 if line.reached else self._misses + 1
            if line.reached:
                self._ask_at = self._clock() + LINE_SECONDS
            if line.reached or self._misses >= LINE_MISSES_BELIEVED or self._line is None:
                self._line = line
        readings = self._readings(self._disk(), self._line)
        faults = judge(readings)
        codes = {fault.code for fault in faults}
        stopped = not codes.isdisjoint(STOPS_EVERYTHING)
        disk = Level.OK
        if codes & {MachineFault.DISK_FULL, MachineFault.DISK_FAILED}:
            disk = Level.UNKNOWN if MachineFault.DISK_FAILED in codes else Level.OUT
        elif MachineFault.DISK_LOW in codes:
            disk = Level.LOW
        return DeviceStatus(
            DeviceState.ATTENTION if stopped else DeviceState.READY,
            faults,
            supplies={"disk": disk, "memory": Level.LOW if MachineFault.MEMORY_LOW in codes else Level.OK},
        )

    def check_health(self, level: HealthLevel, cancel: Cancel) -> HealthReport:
        """Measure everything now, and write to the disk. There is nothing that moves or asks a person."""
        disk = self._disk()
        if not disk.why:
            disk = self._written_to(disk)
        cancel.check()
        if self._ask is not None:
            self._line, self._misses, self._ask_at = self._asked(self._ask), 0, self._clock() + LINE_SECONDS
        readings = self._readings(disk, self._line)
        return HealthReport(level, judge(readings), _facts(readings))

    # -- measuring --------------------------------------------------------------------

    def _readings(self, disk: DiskReading, line: LineReading | None) -> Readings:
        memory = dict(row.split(":", 1) for row in self._text("proc/meminfo").splitlines() if ":" in row)
        return Readings(
            disk=disk,
            memory_available_bytes=_kibibytes(memory.get("MemAvailable", "0")),
            memory_bytes=_kibibytes(memory.get("MemTotal", "0")),
            celsius=self._celsius(),
            uptime_seconds=float((self._text("proc/uptime") or "0").split()[0]),
            line=line,
        )

    def _asked(self, ask: Callable[[], LineReading]) -> LineReading:
        line = ask()
        self._counted["line_asked"] += 1
        self._counted["line_missed"] += not line.reached
        return line

    def _disk(self) -> DiskReading:
        try:
            found = self._statvfs(self._directory)
        except OSError as error:
            return DiskReading(why=_why(error))
        read_only = "it can be read only" if found.f_flag & os.ST_RDONLY else ""
        return DiskReading(found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize, read_only)

    def _written_to(self, disk: DiskReading) -> DiskReading:
        """The same reading after something was written: a disk that fails answers everything else as before."""
        try:
            with tempfile.TemporaryFile(dir=self._directory) as file:
                file.write(bytes(4096))
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                return DiskReading(0, disk.bytes)
            return DiskReading(disk.free_bytes, disk.bytes, _why(error))
        return disk

    def _celsius(self) -> float | None:
        """The hottest processor; boards, disks and radios have other limits."""
        found = []
        for kind, names, values in (
            ("thermal/thermal_zone*", "type", "temp"),
            ("hwmon/hwmon*", "name", "temp*_input"),
        ):
            for folder in self._root.glob(f"sys/class/{kind}"):
                if _of_a_processor(self._text(folder / names)):
                    found += [self._text(path) for path in folder.glob(values)]
        degrees = [int(value) / 1000 for value in found if value.lstrip("-").isdigit()]
        return max((value for value in degrees if 0 < value < 150), default=None)

    def _text(self, path: str | Path) -> str:
        try:
            return (self._root / path).read_text(encoding="utf-8", errors="replace").strip()
        except OSError:  # not on this machine, or a sensor that sleeps
            return ""


def _of_a_processor(sensor: str) -> bool:
    return sensor in ("coretemp", "k10temp", "zenpower") or any(part in sensor for part in ("pkg", "cpu", "soc"))


def _facts(readings: Readings) -> dict[str, Fact]:
    disk, line = readings.disk, readings.line
    facts: dict[str, Fact] = {
        "disk_free_mib": disk.free_bytes // MEBIBYTE,
        "disk_mib": disk.bytes // MEBIBYTE,
        "memory_available_mib": readings.memory_available_bytes // MEBIBYTE,
        "memory_mib": readings.memory_bytes // MEBIBYTE,
        "celsius": round(readings.celsius) if readings.celsius is not None else Level.NOT_SUPPORTED.value,
        "uptime_hours": round(readings.uptime_seconds / 3600, 1),
    }
    if line is not None:
        facts["line_milliseconds"] = round(line.seconds * 1000)
        offset = line.clock_offset_seconds
        facts["clock_offset_seconds"] = round(offset, 1) if offset is not None else Level.NOT_SUPPORTED.value
    return facts


def _kibibytes(words: str) -> int:
    return int(words.split(maxsplit=1)[0]) * 1024


def _kernel() -> str:
    return f"{platform.system()} {platform.release()}"


def _why(error: OSError) -> str:
    """Without the path, which may name a person's home."""
    return os.strerror(error.errno) if error.errno is not None else type(error).__name__
