"""The machine as a device: what is measured, what of it counts as a fault, and how it looks to a worker."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from backoffice.service import create_app
from backoffice.store import Store
from drivers.device import Cancel, DeviceState, HealthLevel, Level
from drivers.worker import DeviceWorker
from kiosk.gateway.client import GatewayClient
from kiosk.operations.faults import load_faults
from kiosk.operations.machine import (
    ACTS_NEXT,
    CLOCK_WRONG_SECONDS,
    DISK_FULL_BYTES,
    DISK_LOW_BYTES,
    HOT_CELSIUS,
    LINE_SECONDS,
    LINE_SLOW_SECONDS,
    MEBIBYTE,
    MEMORY_LOW_BYTES,
    DiskReading,
    LineReading,
    Machine,
    MachineFault,
    Readings,
    ask_line,
    judge,
)
from tests.backoffice.running import Running, until

HOUSE = Path(__file__).resolve().parents[3]
GIBIBYTE = 1024 * MEBIBYTE
WELL = Readings(
    disk=DiskReading(100 * GIBIBYTE, 200 * GIBIBYTE),
    memory_available_bytes=4 * GIBIBYTE,
    memory_bytes=8 * GIBIBYTE,
    celsius=52.0,
    uptime_seconds=3600.0,
    line=LineReading(reached=True, seconds=0.05, clock_offset_seconds=0.2),
)


def codes(readings: Readings) -> list[str]:
    return [fault.code for fault in judge(readings)]


def disk(free: int, why: str = "") -> Readings:
    return replace(WELL, disk=DiskReading(free, 200 * GIBIBYTE, why))


def line(**changes: object) -> Readings:
    assert WELL.line is not None
    return replace(WELL, line=replace(WELL.line, **changes))  # type: ignore[arg-type]


def test_a_machine_that_is_well_has_no_fault() -> None:
    assert codes(WELL) == []


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        (disk(DISK_LOW_BYTES), []),
        (disk(DISK_LOW_BYTES - 1), ["machine.disk_low"]),
        (disk(DISK_FULL_BYTES), ["machine.disk_low"]),
        (disk(DISK_FULL_BYTES - 1), ["machine.disk_full"]),
        (disk(0), ["machine.disk_full"]),
        (disk(100 * GIBIBYTE, "it can be read only"), ["machine.disk_failed"]),
        (replace(WELL, memory_available_bytes=MEMORY_LOW_BYTES - 1), ["machine.memory_low"]),
        (replace(WELL, celsius=HOT_CELSIUS), ["machine.hot"]),
        (replace(WELL, celsius=None), []),
        (replace(WELL, line=None), []),
        (line(reached=False, why="timeout"), ["machine.line_away"]),
        (line(seconds=LINE_SLOW_SECONDS + 0.1), ["machine.line_slow"]),
        (line(clock_offset_seconds=None), []),
        (line(clock_offset_seconds=CLOCK_WRONG_SECONDS), []),
        (line(clock_offset_seconds=CLOCK_WRONG_SECONDS + 1), ["machine.clock_wrong"]),
        (line(clock_offset_seconds=-CLOCK_WRONG_SECONDS - 1), ["machine.clock_wrong"]),
        # The other clock was read at an unknown moment of a round trip that took 1.5 s.
        (line(seconds=1.5, clock_offset_seconds=CLOCK_WRONG_SECONDS + 0.7), []),
    ],
)
def test_each_reading_is_judged_by_its_own_limit(readings: Readings, expected: list[str]) -> None:
    assert codes(readings) == expected


def test_every_fault_has_sentences_and_the_same_one_acts_next() -> None:
    words = load_faults(HOUSE / "config" / "faults")
    for code in MachineFault:
        assert words[code].acts_next is ACTS_NEXT[code]


def test_a_clock_that_is_wrong_is_told_in_which_direction() -> None:
    fast, slow = (judge(line(clock_offset_seconds=offset))[0].detail for offset in (3600.0, -3600.0))
    assert (fast, slow) == ("3600 s fast", "3600 s slow")


# -- measuring -------------------------------------------------------------------------


def plant(root: Path, **files: str) -> Path:
    """A kernel's files below ``root``; ``__`` in a name is a slash."""
    for name, text in files.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n")
    return root


def kernel(tmp_path: Path, **files: str) -> Path:
    meminfo = "MemTotal:        8000000 kB\nMemFree:  9 kB\nMemAvailable:    4000000 kB\nHugePages_Total:   0"
    return plant(tmp_path / "kernel", proc__meminfo=meminfo, proc__uptime="7200.5 9000.1", **files)


def checked(machine: Machine, level: HealthLevel = HealthLevel.INTERNAL) -> dict[str, object]:
    return dict(machine.check_health(level, Cancel()).facts)


def test_what_the_kernel_says_is_measured(tmp_path: Path) -> None:
    facts = checked(Machine(tmp_path, root=kernel(tmp_path)))
    assert facts["memory_mib"] == 8000000 // 1024
    assert facts["memory_available_mib"] == 4000000 // 1024
    assert facts["uptime_hours"] == 2.0
    assert facts["celsius"] == "not_supported"
    assert facts["disk_mib"] == os.statvfs(tmp_path).f_blocks * os.statvfs(tmp_path).f_frsize // MEBIBYTE
    assert "line_milliseconds" not in facts


def test_this_very_machine_can_be_measured(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    assert checked(machine)["memory_mib"] > 100  # type: ignore[operator]
    assert machine.poll().state in (DeviceState.READY, DeviceState.ATTENTION)
    assert machine.identity.firmware.startswith("Linux")


def test_the_hottest_processor_counts_and_no_other_sensor(tmp_path: Path) -> None:
    root = kernel(
        tmp_path,
        sys__class__thermal__thermal_zone0__type="acpitz",
        sys__class__thermal__thermal_zone0__temp="99000",
        sys__class__thermal__thermal_zone1__type="x86_pkg_temp",
        sys__class__thermal__thermal_zone1__temp="61000",
        sys__class__hwmon__hwmon0__name="nvme",
        sys__class__hwmon__hwmon0__temp1_input="97000",
        sys__class__hwmon__hwmon1__name="coretemp",
        sys__class__hwmon__hwmon1__temp1_input="63500",
        sys__class__hwmon__hwmon1__temp2_input="-128000",
    )
    machine = Machine(tmp_path, root=root)
    assert checked(machine)["celsius"] == 64
    assert machine.capabilities.features["temperature"] is True


def test_a_hot_processor_is_a_fault_that_does_not_stop_the_machine(tmp_path: Path) -> None:
    root = kernel(
        tmp_path,
        sys__class__thermal__thermal_zone0__type="cpu-thermal",
        sys__class__thermal__thermal_zone0__temp="91000",
    )
    status = Machine(tmp_path, root=root, statvfs=room(100 * GIBIBYTE)).poll()
    assert [fault.code for fault in status.faults] == ["machine.hot"]
    assert status.state is DeviceState.READY


def room(free: int, flags: int = 0) -> Callable[[Path], os.statvfs_result]:
    def statvfs(_: Path) -> os.statvfs_result:
        return SimpleNamespace(f_bavail=free, f_frsize=1, f_blocks=200 * GIBIBYTE, f_flag=flags)  # type: ignore[return-value]

    return statvfs


@pytest.mark.parametrize(
    ("statvfs", "fault", "state", "supply"),
    [
        (room(2 * GIBIBYTE), None, DeviceState.READY, Level.OK),
        (room(DISK_LOW_BYTES - 1), "machine.disk_low", DeviceState.READY, Level.LOW),
        (room(DISK_FULL_BYTES - 1), "machine.disk_full", DeviceState.ATTENTION, Level.OUT),
        (room(2 * GIBIBYTE, os.ST_RDONLY), "machine.disk_failed", DeviceState.ATTENTION, Level.UNKNOWN),
    ],
)
def test_only_a_disk_that_takes_nothing_stops_the_machine(
    tmp_path: Path,
    statvfs: Callable[[Path], os.statvfs_result],
    fault: str | None,
    state: DeviceState,
    supply: Level,
) -> None:
    status = Machine(tmp_path, root=kernel(tmp_path), statvfs=statvfs).poll()
    assert [found.code for found in status.faults] == ([fault] if fault else [])
    assert status.state is state
    assert status.supplies["disk"] is supply


def test_a_folder_that_vanished_is_a_failed_disk_and_names_no_path(tmp_path: Path) -> None:
    gone = tmp_path / "home-of-somebody"
    (fault,) = Machine(gone, root=kernel(tmp_path)).poll().faults
    assert (fault.code, fault.detail) == ("machine.disk_failed", "No such file or directory")


def faults_found(machine: Machine) -> list[str]:
    return [fault.code for fault in machine.check_health(HealthLevel.INTERNAL, Cancel()).faults]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 72 MiB in memory, where this may be mounted."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=72m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("nothing can be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_real_disk_that_fills_up_is_low_then_full(tmp_path: Path, small_disk: Path) -> None:
    machine = Machine(small_disk, root=kernel(tmp_path))
    assert faults_found(machine) == ["machine.disk_low"]
    with pytest.raises(OSError, match="No space left"):
        (small_disk / "journal.jsonl").write_bytes(bytes(80 * MEBIBYTE))
    assert faults_found(machine) == ["machine.disk_full"]
    assert [path.name for path in small_disk.iterdir()] == ["journal.jsonl"]  # what was written to try is gone


def test_a_real_disk_that_can_only_be_read_has_failed(tmp_path: Path, small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    (fault,) = Machine(small_disk, root=kernel(tmp_path)).poll().faults
    assert fault.code == "machine.disk_failed"


def test_a_disk_that_refuses_what_is_written_has_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", refuse)
    machine = Machine(tmp_path, root=kernel(tmp_path), statvfs=room(100 * GIBIBYTE))
    assert machine.poll().faults == ()  # a poll writes nothing
    (fault,) = machine.check_health(HealthLevel.INTERNAL, Cancel()).faults
    assert (fault.code, fault.detail) == ("machine.disk_failed", "Input/output error")


# -- the line ---------------------------------------------------------------------------


class Line:
    """A line that answers as told, and counts."""

    def __init__(self) -> None:
        self.reading = LineReading(reached=True, seconds=0.02, clock_offset_seconds=0.0)
        self.asked = 0

    def __call__(self) -> LineReading:
        self.asked += 1
        return self.reading


def line_faults(machine: Machine) -> list[str]:
    return [fault.code for fault in machine.poll().faults if fault.code.startswith("machine.line")]


def test_a_line_that_answers_is_left_alone_for_a_minute(tmp_path: Path) -> None:
    line, moment = Line(), [0.0]
    machine = Machine(tmp_path, line, root=kernel(tmp_path), clock=lambda: moment[0])
    for _ in range(5):
        machine.poll()
    assert line.asked == 1
    moment[0] += LINE_SECONDS
    machine.poll()
    assert line.asked == 2


def test_a_line_is_away_after_three_misses_and_back_after_one_answer(tmp_path: Path) -> None:
    line, moment = Line(), [0.0]
    machine = Machine(tmp_path, line, root=kernel(tmp_path), clock=lambda: moment[0])
    machine.poll()
    moment[0] += LINE_SECONDS
    line.reading = LineReading(reached=False, seconds=3.0, why="timeout")
    assert [line_faults(machine) for _ in range(3)] == [[], [], ["machine.line_away"]]
    line.reading = LineReading(reached=True, seconds=0.02)
    assert line_faults(machine) == []
    assert machine.counters == {"line_asked": 5, "line_missed": 3}


def test_a_line_that_never_answered_is_away_at_once(tmp_path: Path) -> None:
    line = Line()
    line.reading = LineReading(reached=False, seconds=3.0, why="connection refused")
    assert line_faults(Machine(tmp_path, line, root=kernel(tmp_path))) == ["machine.line_away"]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[tuple[Store, str]]:
    store = Store(f"sqlite:///{tmp_path}/office.sqlite3")
    with Running(create_app(store)) as running:
        yield store, running.url
    store.close()


def test_the_clock_is_held_against_a_real_back_offices(office: tuple[Store, str]) -> None:
    _, url = office
    reading = ask_line(GatewayClient(url), lambda: datetime.now(UTC) + timedelta(hours=1))
    assert reading.reached
    assert reading.clock_offset_seconds == pytest.approx(3600, abs=reading.seconds / 2 + 1)
    assert [fault.code for fault in judge(replace(WELL, line=replace(reading, seconds=0.1)))] == ["machine.clock_wrong"]


def test_a_back_office_that_is_away_says_why(office: tuple[Store, str]) -> None:
    reading = ask_line(GatewayClient("http://127.0.0.1:1"), lambda: datetime.now(UTC))
    assert (reading.reached, reading.why) == (False, "connection refused")


def test_a_worker_owns_the_machine_like_any_device(tmp_path: Path, office: tuple[Store, str]) -> None:
    client = GatewayClient(office[1])
    machine = Machine(tmp_path, lambda: ask_line(client, lambda: datetime.now(UTC)), root=kernel(tmp_path))
    worker = DeviceWorker("machine", machine, poll_seconds=0.1)
    worker.start()
    try:
        until(lambda: worker.status.state is not DeviceState.UNKNOWN)
        report = worker.check_health(HealthLevel.INTERNAL).future.result(30)
        assert "clock_offset_seconds" in report.facts
        assert report.question == ""
        assert worker.counters["line_missed"] == 0
    finally:
        worker.stop()
