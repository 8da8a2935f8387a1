"""Two readers on one machine are two devices: each is found by who it is, and not by the number of its port.

The machine is played as the kernel and udev make it: ports are numbered in the order of plugging in, and the names
below ``by-id`` and ``by-path`` lead to whatever number a device or a socket has now. Readers, pseudo-terminals,
drivers and workers are the real ones.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from serial.tools.list_ports_common import ListPortInfo

from drivers.device import DeviceError, DeviceState, DeviceStatus
from drivers.id_reader.protocol import Status
from drivers.id_reader.reader import IdReader, ReaderFault
from drivers.id_reader.record import IdRecord
from drivers.id_reader.simulator import SamSimulator
from drivers.transport import SerialTransport
from drivers.worker import DeviceWorker
from tests.drivers.id_reader.desk import AT_ONCE, PTY, expected, until

PATIENCE = 60.0
VENDOR, PRODUCT = 0x10C4, 0xEA60
NUMBERS = {"A1": 1, "B2": 2}  # a converter's serial number, and that of the SAM behind it


def sam_number(serial: str) -> str:
    return f"05.01-20101129-0001228293-{NUMBERS[serial]:010d}"


class Sockets:
    """The USB sockets of a machine; each reader always goes into its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._plugged: dict[str, tuple[int, SamSimulator]] = {}
        for names in ("by-id", "by-path"):
            (folder / names).mkdir()

    def plug(self, serial: str) -> None:
        """Plug a reader in: it gets the lowest number that is free, and its names lead there."""
        sam = SamSimulator(PTY, number=NUMBERS[serial], **AT_ONCE)
        sam.start()
        number = next(free for free in itertools.count() if free not in [taken for taken, _ in self._plugged.values()])
        self.port(number).symlink_to(sam.address)
        for name in self._names(serial):
            name.symlink_to(Path("..", self.port(number).name))
        self._plugged[serial] = number, sam

    def unplug(self, serial: str) -> None:
        """Pull a reader out: its names and its port are gone, and so is the pipe of whoever had it open."""
        number, sam = self._plugged.pop(serial)
        for name in (*self._names(serial), self.port(number)):
            name.unlink()
        sam.stop()

    def sam(self, serial: str) -> SamSimulator:
        return self._plugged[serial][1]

    def number(self, serial: str) -> int:
        return self._plugged[serial][0]

    def port(self, number: int) -> Path:
        return self._folder / f"ttyUSB{number}"

    def ports(self) -> list[ListPortInfo]:
        """What pyserial finds on such a machine."""
        found = []
        for serial, (number, _) in self._plugged.items():
            info = ListPortInfo(str(self.port(number)))
            info.vid, info.pid, info.serial_number = VENDOR, PRODUCT, serial
            found.append(info)
        return found

    def clear(self) -> None:
        for serial in list(self._plugged):
            self.unplug(serial)

    def _names(self, serial: str) -> tuple[Path, Path]:
        socket = {"A1": "3", "B2": "4"}[serial]
        return (
            self._folder / "by-id" / f"usb-Silicon_Labs_CP2102_{serial}-if00-port0",
            self._folder / "by-path" / f"pci-0000:00:14.0-usb-0:{socket}:1.0-port0",
        )


class Counted(SerialTransport):
    """A serial port that counts how often somebody tried to open it."""

    tries = 0

    def open(self) -> None:
        self.tries += 1
        super().open()


@dataclass
class Owned:
    """One reader as the house owns it: an address, a worker, and what the worker told."""

    address: str
    sockets: Sockets
    told: list[DeviceStatus] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pipe = Counted(self.address, ports=self.sockets.ports)
        reader = IdReader(self.pipe)
        self.worker = DeviceWorker(self.address, reader, poll_seconds=0.05, on_status=self.told.append)

    @property
    def ready(self) -> bool:
        return self.worker.status.ready

    @property
    def gone(self) -> bool:
        return self.worker.status.state is DeviceState.DISCONNECTED

    def read(self) -> IdRecord:
        return self.worker.submit(lambda reader, cancel: reader.read_card(cancel)[0]).future.result(PATIENCE)

    def is_(self, serial: str) -> bool:
        return self.worker.identity.serial == sam_number(serial)


Addressed = Callable[[str], str]


@pytest.fixture
def sockets(tmp_path: Path) -> Iterator[Sockets]:
    sockets = Sockets(tmp_path)
    for serial in NUMBERS:
        sockets.plug(serial)
    yield sockets
    sockets.clear()


@pytest.fixture(params=["by-id", "by-path", "usb"])
def addressed(request: pytest.FixtureRequest, tmp_path: Path, sockets: Sockets) -> Addressed:
    """How the settings name a reader."""
    if request.param == "usb":
        return lambda serial: f"usb:{VENDOR:04X}:{PRODUCT:04X}:{serial}"
    names = {
        serial: next(
            str(name)
            for name in (tmp_path / request.param).iterdir()
            if name.resolve() == sockets.port(sockets.number(serial)).resolve()
        )
        for serial in NUMBERS
    }
    return lambda serial: names[serial]


@pytest.fixture
def two(addressed: Addressed, sockets: Sockets) -> Iterator[tuple[Owned, Owned]]:
    """Two readers that are ready, each with its own worker."""
    first, second = (Owned(addressed(serial), sockets) for serial in NUMBERS)
    with ExitStack() as stack:
        for one in (first, second):
            one.worker.start()
            stack.callback(one.worker.stop)
        until(lambda: first.ready and second.ready, PATIENCE)
        yield first, second


def test_each_has_its_own_identity_and_reads_the_card_that_lies_on_it(
    two: tuple[Owned, Owned], sockets: Sockets
) -> None:
    first, second = two
    assert [one.worker.identity.address for one in two] == [first.address, second.address]
    assert (first.is_("A1"), second.is_("B2")) == (True, True)
    sockets.sam("A1").place("lin")
    sockets.sam("B2").place("chen")
    assert second.read() == expected("chen")
    assert first.read() == expected("lin")
    assert [one.worker.counters["cards_read"] for one in two] == [1, 1]


def test_what_is_wrong_with_one_is_not_said_of_the_other(two: tuple[Owned, Owned], sockets: Sockets) -> None:
    first, second = two
    sockets.sam("A1").fault("sw3", 0, "STATUS", Status.SELF_TEST_FAILED)
    until(lambda: first.worker.status.state is DeviceState.ATTENTION, PATIENCE)
    assert [fault.code for fault in first.worker.status.faults] == [ReaderFault.SELF_TEST_FAILED]
    assert [status.state for status in second.told] == [DeviceState.READY]


def test_when_one_is_unplugged_the_other_is_left_alone_and_goes_on_reading(
    two: tuple[Owned, Owned], sockets: Sockets
) -> None:
    first, second = two
    sockets.unplug("A1")
    until(lambda: first.gone, PATIENCE)
    assert [fault.code for fault in first.worker.status.faults] == [ReaderFault.DISCONNECTED]
    sockets.sam("B2").place("chen")
    assert second.read() == expected("chen")
    assert [status.state for status in second.told] == [DeviceState.READY]
    assert second.worker.counters["reopened"] == 1, "opened at the start, and never again"


def test_after_the_ports_have_changed_their_numbers_each_worker_opens_its_own_reader(
    two: tuple[Owned, Owned], sockets: Sockets
) -> None:
    first, second = two
    assert (sockets.number("A1"), sockets.number("B2")) == (0, 1)
    for serial in NUMBERS:
        sockets.unplug(serial)
    until(lambda: first.gone and second.gone, PATIENCE)
    for serial in reversed(NUMBERS):
        sockets.plug(serial)
    assert (sockets.number("A1"), sockets.number("B2")) == (1, 0)
    until(lambda: first.ready and second.ready, PATIENCE)
    assert (first.is_("A1"), second.is_("B2")) == (True, True)
    sockets.sam("A1").place("lin")
    sockets.sam("B2").place("chen")
    assert (first.read(), second.read()) == (expected("lin"), expected("chen"))


def test_while_its_own_reader_is_away_a_worker_does_not_take_the_neighbour_that_got_its_number(
    two: tuple[Owned, Owned], sockets: Sockets
) -> None:
    first, second = two
    for serial in NUMBERS:
        sockets.unplug(serial)
    until(lambda: first.gone and second.gone, PATIENCE)
    sockets.plug("B2")
    assert sockets.number("B2") == 0, "the number that A1 had"
    until(lambda: second.ready, PATIENCE)
    tried = first.pipe.tries
    until(lambda: first.pipe.tries >= tried + 3, PATIENCE)
    assert first.gone
    assert second.is_("B2")
    with pytest.raises(DeviceError) as refused:
        first.read()
    assert refused.value.fault.code == ReaderFault.DISCONNECTED


def test_a_reader_that_is_named_by_the_number_of_its_port_is_the_neighbour_after_the_change(sockets: Sockets) -> None:
    by_luck = Owned(str(sockets.port(0)), sockets)
    by_luck.worker.start()
    try:
        until(lambda: by_luck.ready, PATIENCE)
        assert by_luck.is_("A1")
        for serial in NUMBERS:
            sockets.unplug(serial)
        until(lambda: by_luck.gone, PATIENCE)
        sockets.plug("B2")
        until(lambda: by_luck.ready, PATIENCE)
        assert by_luck.is_("B2"), "by-id, by-path and serial numbers are there so that this does not happen"
    finally:
        by_luck.worker.stop()


def test_one_reader_under_two_names_has_one_owner_and_the_other_is_told_so(sockets: Sockets, tmp_path: Path) -> None:
    name = next((tmp_path / "by-id").glob("*A1*"))
    owner, other = Owned(str(name), sockets), Owned(f"usb:{VENDOR:04X}:{PRODUCT:04X}:A1", sockets)
    with ExitStack() as stack:
        owner.worker.start()
        stack.callback(owner.worker.stop)
        until(lambda: owner.ready, PATIENCE)
        other.worker.start()
        stack.callback(other.worker.stop)
        until(lambda: other.gone, PATIENCE)
        assert other.worker.status.faults[0].code == ReaderFault.DISCONNECTED
        assert owner.ready
