"""Bulk pipes through the real pyusb: the bus behind it is played here, and on it a printer, a SAM reader, a mouse."""

from __future__ import annotations

import errno
import socket
import struct
import threading
import time
from array import array
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest
import usb.backend
import usb.core
from hypothesis import given
from hypothesis import strategies as st

from drivers.device import Cancel, DeviceState
from drivers.id_reader.protocol import PREAMBLE
from drivers.id_reader.reader import IdReader, ReaderFault
from drivers.transport import TransportLost, TransportTimeout, UsbDevice, transport_for
from drivers.usb import HEAD_BYTES, UsbBulkTransport
from drivers.worker import DeviceWorker
from tests.drivers.id_reader.desk import FAST, expected, running, until

PATIENCE = 20.0
BULK, INTERRUPT = 2, 3
PRINTER = [(0x01, BULK), (0x82, BULK)]
SAM = [(0x02, BULK), (0x81, BULK), (0x06, BULK), (0x85, BULK)]
MOUSE = [(0x81, INTERRUPT)]


def soon() -> float:
    return time.monotonic() + PATIENCE


@dataclass(eq=False)
class Plugged:
    """A device on the bus: its interfaces with their endpoints, what it hears, and what it has to say."""

    interfaces: list[list[tuple[int, int]]]
    serial: str = ""
    vendor: int = 0x0400
    product: int = 0xC35A
    packet: int = 64
    configured: bool = True
    driver: bool = False  # the kernel's
    claimed: bool = False
    taken: bool = False  # by another process
    forbidden: bool = False
    gone: bool = False
    deaf: bool = False
    most: int = 10_000  # bytes it takes at once
    heard: list[tuple[int, bytes]] = field(default_factory=list)
    to_say: dict[int, deque[bytes]] = field(default_factory=dict)
    on_heard: Callable[[], object] = lambda: None
    changed: threading.Condition = field(default_factory=threading.Condition)

    def says(self, pipe: int, *transfers: bytes) -> None:
        with self.changed:
            self.to_say.setdefault(pipe, deque()).extend(transfers)
            self.changed.notify_all()

    def vanish(self) -> None:
        with self.changed:
            self.gone = True
            self.changed.notify_all()

    def check(self) -> None:
        if self.gone:
            raise usb.core.USBError("No such device (it may have been disconnected)", -4, errno.ENODEV)


def _described(**fields: object) -> SimpleNamespace:
    return SimpleNamespace(bLength=0, bDescriptorType=0, extra_descriptors=array("B"), **fields)


class Bus(usb.backend.IBackend):  # type: ignore[misc]
    """What libusb would do, for the devices that are plugged in here."""

    def __init__(self, *devices: Plugged) -> None:
        self.devices = list(devices)

    def enumerate_devices(self) -> Iterator[Plugged]:
        return iter([device for device in self.devices if not device.gone])

    def get_device_descriptor(self, dev: Plugged) -> SimpleNamespace:
        of_no_interest = (
            "bcdUSB",
            "bDeviceClass",
            "bDeviceSubClass",
            "bDeviceProtocol",
            "bMaxPacketSize0",
            "bcdDevice",
        )
        return _described(
            **dict.fromkeys((*of_no_interest, "iManufacturer", "iProduct", "bus", "address"), 0),
            **dict.fromkeys(("port_number", "port_numbers", "speed")),
            idVendor=dev.vendor,
            idProduct=dev.product,
            iSerialNumber=3 if dev.serial else 0,
            bNumConfigurations=1,
        )

    def get_configuration_descriptor(self, dev: Plugged, config: int) -> SimpleNamespace:
        names = dict.fromkeys(("wTotalLength", "iConfiguration", "bmAttributes", "bMaxPower"), 0)
        return _described(bConfigurationValue=1, bNumInterfaces=len(dev.interfaces), **names)

    def get_interface_descriptor(self, dev: Plugged, intf: int, alt: int, config: int) -> SimpleNamespace:
        if alt:
            raise IndexError
        names = dict.fromkeys(("bInterfaceClass", "bInterfaceSubClass", "bInterfaceProtocol", "iInterface"), 0)
        return _described(
            bInterfaceNumber=intf, bAlternateSetting=alt, bNumEndpoints=len(dev.interfaces[intf]), **names
        )

    def get_endpoint_descriptor(self, dev: Plugged, ep: int, intf: int, alt: int, config: int) -> SimpleNamespace:
        address, kind = dev.interfaces[intf][ep]
        names = dict.fromkeys(("bInterval", "bRefresh", "bSynchAddress"), 0)
        return _described(bEndpointAddress=address, bmAttributes=kind, wMaxPacketSize=dev.packet, **names)

    def open_device(self, dev: Plugged) -> Plugged:
        dev.check()
        if dev.forbidden:
            raise usb.core.USBError("Access denied (insufficient permissions)", -3, errno.EACCES)
        return dev

    def close_device(self, dev_handle: Plugged) -> None:
        pass

    def get_configuration(self, dev_handle: Plugged) -> int:
        return int(dev_handle.configured)

    def set_configuration(self, dev_handle: Plugged, config_value: int) -> None:
        dev_handle.configured = True

    def claim_interface(self, dev_handle: Plugged, intf: int) -> None:
        if dev_handle.driver or dev_handle.taken or dev_handle.claimed:
            raise usb.core.USBError("Resource busy", -6, errno.EBUSY)
        dev_handle.claimed = True

    def release_interface(self, dev_handle: Plugged, intf: int) -> None:
        dev_handle.check()
        dev_handle.claimed = False

    def is_kernel_driver_active(self, dev_handle: Plugged, intf: int) -> bool:
        return dev_handle.driver

    def detach_kernel_driver(self, dev_handle: Plugged, intf: int) -> None:
        dev_handle.driver = False

    def attach_kernel_driver(self, dev_handle: Plugged, intf: int) -> None:
        dev_handle.driver = True

    def bulk_write(self, dev_handle: Plugged, ep: int, intf: int, data: array[int], timeout: int) -> int:
        assert dev_handle.claimed
        assert timeout > 0, "libusb would wait for ever"
        dev_handle.check()
        if dev_handle.deaf:
            time.sleep(timeout / 1000)
            raise usb.core.USBTimeoutError("Operation timed out", -7, errno.ETIMEDOUT)
        count = min(len(data), dev_handle.most)
        dev_handle.heard.append((ep, data.tobytes()[:count]))
        dev_handle.on_heard()
        return count

    def bulk_read(self, dev_handle: Plugged, ep: int, intf: int, buff: array[int], timeout: int) -> int:
        assert dev_handle.claimed
        assert timeout > 0, "libusb would wait for ever"
        with dev_handle.changed:
            dev_handle.changed.wait_for(lambda: dev_handle.to_say.get(ep) or dev_handle.gone, timeout / 1000)
            dev_handle.check()
            waiting = dev_handle.to_say.get(ep)
            if not waiting:
                raise usb.core.USBTimeoutError("Operation timed out", -7, errno.ETIMEDOUT)
            transfer = waiting.popleft()
            if len(transfer) > len(buff):
                waiting.appendleft(transfer[len(buff) :])
                transfer = transfer[: len(buff)]
        buff[: len(transfer)] = array("B", transfer)
        return len(transfer)

    def ctrl_transfer(  # noqa: PLR0917 - pyusb's own order
        self, dev_handle: Plugged, kind: int, request: int, value: int, index: int, data: array[int], timeout: int
    ) -> int:
        assert (kind, request) == (0x80, 6), "only descriptors are asked for"
        words = struct.pack("<H", 0x0409) if value == 0x0300 else dev_handle.serial.encode("utf-16-le")
        descriptor = bytes([2 + len(words), 3]) + words
        count = min(len(descriptor), len(data))
        data[:count] = array("B", descriptor[:count])
        return count


def pipe_to(*devices: Plugged, address: str = "0400:C35A") -> UsbBulkTransport:
    return UsbBulkTransport(UsbDevice.parse(address), backend=Bus(*devices))


@pytest.fixture
def printer() -> Plugged:
    return Plugged([PRINTER])


@pytest.fixture
def pipe(printer: Plugged) -> Iterator[UsbBulkTransport]:
    transport = pipe_to(printer)
    transport.open()
    yield transport
    transport.close()


# -- which device ---------------------------------------------------------------------------


def test_a_device_is_found_among_others_and_its_bulk_pipes_among_its_interfaces() -> None:
    wanted = Plugged([MOUSE, PRINTER])
    transport = pipe_to(Plugged([PRINTER], vendor=0x04B8), wanted)
    transport.open()
    assert transport.is_open
    transport.write(b"hello", soon())
    assert wanted.heard == [(0x01, b"hello")]
    transport.close()
    assert not transport.is_open
    assert not wanted.claimed


def test_two_of_a_kind_are_told_apart_by_their_serial_numbers() -> None:
    first, second = Plugged([PRINTER], "A:1"), Plugged([PRINTER], "A:2")
    transport = pipe_to(first, second, address="0400:C35A:A:2")
    transport.open()
    assert (first.claimed, second.claimed) == (False, True)
    transport.close()


def test_two_of_a_kind_are_refused_without_a_serial_number() -> None:
    with pytest.raises(TransportLost, match="there are 2; add the serial number: A1 and one without a number"):
        pipe_to(Plugged([PRINTER], "A1"), Plugged([PRINTER])).open()


@pytest.mark.parametrize("address", ["0400:C35B", "0401:C35A", "0400:C35A:A2"])
def test_a_device_that_is_not_there_is_lost(address: str) -> None:
    transport = pipe_to(Plugged([PRINTER], "A1"), address=address)
    with pytest.raises(TransportLost, match=f"cannot open usbbulk:{address}: it is not plugged in"):
        transport.open()
    assert not transport.is_open


def test_a_device_is_looked_for_at_each_opening(printer: Plugged) -> None:
    bus = Bus()
    transport = UsbBulkTransport(UsbDevice(0x0400, 0xC35A), backend=bus)
    with pytest.raises(TransportLost):
        transport.open()
    bus.devices = [printer]
    transport.open()
    printer.vanish()
    bus.devices.append(again := Plugged([PRINTER]))
    transport.open()  # closes what was open
    assert again.claimed
    transport.close()


def test_a_device_that_may_not_be_opened_says_what_to_do() -> None:
    with pytest.raises(TransportLost, match="no permission; a udev rule"):
        pipe_to(Plugged([PRINTER], forbidden=True)).open()
    with pytest.raises(TransportLost, match="1 with another serial number, or none that may be read"):
        pipe_to(Plugged([PRINTER], "A1", forbidden=True), address="0400:C35A:A1").open()


def test_a_device_that_somebody_else_holds_is_not_taken() -> None:
    transport = pipe_to(Plugged([PRINTER], taken=True))
    with pytest.raises(TransportLost, match="Resource busy"):
        transport.open()
    assert not transport.is_open


@pytest.mark.parametrize("interfaces", [[], [MOUSE], [[(0x81, BULK)]], [[(0x01, BULK)], [(0x82, BULK)]]])
def test_a_device_without_bulk_pipes_both_ways_is_none_for_us(interfaces: list[list[tuple[int, int]]]) -> None:
    with pytest.raises(TransportLost, match="has no bulk pipes"):
        pipe_to(Plugged(interfaces)).open()


def test_a_device_that_nobody_has_configured_is_configured(printer: Plugged) -> None:
    printer.configured = False
    transport = pipe_to(printer)
    transport.open()
    assert printer.configured
    transport.close()


def test_the_kernels_driver_gives_way_while_the_pipe_is_open_and_gets_the_device_back(printer: Plugged) -> None:
    printer.driver = True
    transport = pipe_to(printer)
    transport.open()
    assert not printer.driver
    transport.close()
    assert printer.driver


def test_the_real_libusb_is_asked_where_no_other_is_given() -> None:
    with pytest.raises(TransportLost, match="cannot open usbbulk:FFFF:FFFF"):
        transport_for("usbbulk:FFFF:FFFF").open()


# -- bytes ---------------------------------------------------------------------------------


def test_bytes_go_both_ways_in_pieces_of_any_size(printer: Plugged, pipe: UsbBulkTransport) -> None:
    every_byte = bytes(range(256)) * 40
    printer.most = 1000
    pipe.write(every_byte, soon())
    assert b"".join(data for _, data in printer.heard) == every_byte
    printer.says(0x82, every_byte, b"end")
    got = b""
    while not got.endswith(b"end"):
        piece = pipe.read(700, soon())
        assert 1 <= len(piece) <= 700
        got += piece
    assert got == every_byte + b"end"


def test_reading_ends_empty_at_its_deadline_and_gives_what_is_there_after_it(
    printer: Plugged, pipe: UsbBulkTransport
) -> None:
    deadline = time.monotonic() + 0.1
    assert pipe.read(10, deadline) == b""
    assert time.monotonic() >= deadline
    printer.says(0x82, b"late")
    assert pipe.read(10, time.monotonic() - 1.0) == b"late"


def test_bytes_that_come_while_reading_waits_are_given_at_once(printer: Plugged, pipe: UsbBulkTransport) -> None:
    timer = threading.Timer(0.1, printer.says, [0x82, b"late"])
    timer.start()
    assert pipe.read(10, soon()) == b"late"
    timer.join()


def test_discarding_throws_away_what_has_come_and_only_that(printer: Plugged, pipe: UsbBulkTransport) -> None:
    printer.says(0x82, b"old" * 50, b"older")
    assert pipe.read(1, soon()) == b"o"
    pipe.discard_input()
    assert pipe.read(10, time.monotonic() + 0.05) == b""
    printer.says(0x82, b"new")
    assert pipe.read(10, soon()) == b"new"


def test_a_device_that_takes_no_bytes_is_a_timeout(printer: Plugged, pipe: UsbBulkTransport) -> None:
    printer.deaf = True
    with pytest.raises(TransportTimeout, match="takes no bytes"):
        pipe.write(b"x", time.monotonic() + 0.1)


def test_an_unplugged_device_is_lost_whatever_is_asked(printer: Plugged, pipe: UsbBulkTransport) -> None:
    timer = threading.Timer(0.1, printer.vanish)
    timer.start()
    for use in (lambda: pipe.read(1, soon()), lambda: pipe.write(b"x", soon()), pipe.discard_input):
        with pytest.raises(TransportLost, match="No such device"):
            use()
    timer.join()
    pipe.close()
    pipe.close()
    assert not pipe.is_open


def test_nothing_can_be_done_with_a_pipe_that_is_not_open(pipe: UsbBulkTransport) -> None:
    pipe.close()
    for use in (lambda: pipe.read(1, soon()), lambda: pipe.write(b"x", soon()), pipe.discard_input):
        with pytest.raises(TransportLost, match="not open"):
            use()
    pipe.set_baudrate(9600)


# -- two pairs of pipes ----------------------------------------------------------------------


def test_the_head_of_a_message_goes_through_the_first_pipe_and_the_rest_through_the_second() -> None:
    sam = Plugged([SAM])
    transport = pipe_to(sam)
    transport.open()
    transport.write(b"1234567rest", soon())
    assert sam.heard == [(0x02, b"1234567"), (0x06, b"rest")]
    transport.close()


@given(st.lists(st.integers(1, 2400).filter(lambda length: length % 64), min_size=1, max_size=4), st.integers(1, 500))
def test_two_pipes_are_read_as_one_in_the_order_of_the_messages(lengths: list[int], at_most: int) -> None:
    sam = Plugged([SAM])
    transport = pipe_to(sam)
    transport.open()
    messages = [bytes([number]) * (HEAD_BYTES + length) for number, length in enumerate(lengths)]
    for message in messages:
        sam.says(0x85, message[HEAD_BYTES:])  # in whatever order the bus brings them
        sam.says(0x81, message[:HEAD_BYTES])
    got = b""
    while len(got) < sum(map(len, messages)):
        got += transport.read(at_most, soon())
    transport.close()
    assert got == b"".join(messages)


def test_after_half_a_message_that_was_given_up_the_next_begins_at_its_head() -> None:
    sam = Plugged([SAM])
    transport = pipe_to(sam)
    transport.open()
    sam.says(0x81, b"AAAAAAA")
    assert transport.read(100, soon()) == b"AAAAAAA"
    assert transport.read(100, time.monotonic() + 0.05) == b"", "its rest does not come"
    sam.says(0x85, b"too late")
    transport.discard_input()
    sam.says(0x81, b"BBBBBBB")
    sam.says(0x85, b"bbb")
    assert transport.read(100, soon()) + transport.read(100, soon()) == b"BBBBBBBbbb"
    transport.close()


# -- a card reader on it -----------------------------------------------------------------------


class SamOnUsb(Plugged):
    """A SAM reader as it is on USB: the simulator's bytes, split over two pairs of pipes."""

    def __init__(self, address: str, serial: str = "") -> None:
        super().__init__([SAM], serial)
        host, _, port = address.removeprefix("tcp://").partition(":")
        self._line = socket.create_connection((host, int(port)))
        self.on_heard = self._forward
        threading.Thread(target=self._listen, daemon=True).start()

    def _forward(self) -> None:
        pipe, data = self.heard.pop()
        assert pipe == (0x02 if data.startswith(PREAMBLE) else 0x06)
        self._line.sendall(data)

    def _listen(self) -> None:
        with self._line.makefile("rb") as line:
            while len(head := line.read(HEAD_BYTES)) == HEAD_BYTES:
                rest = line.read(int.from_bytes(head[-2:], "big"))
                self.says(0x81, head)
                self.says(0x85, rest)

    def hang_up(self) -> None:
        self._line.close()


def test_a_card_is_read_over_usb() -> None:
    with running(**FAST) as sam:
        device = SamOnUsb(sam.address)
        reader = IdReader(pipe_to(device))
        reader.open()
        try:
            assert reader.identity.address == "usbbulk:0400:C35A"
            for person in ("lin", "chen"):
                sam.place(person)
                assert reader.read_card(Cancel())[0] == expected(person)
            assert reader.card_present()
        finally:
            reader.close()
            device.hang_up()


def test_a_usb_reader_that_was_unplugged_comes_back_by_itself() -> None:
    with running(**FAST) as sam:
        bus = Bus(first := SamOnUsb(sam.address))
        reader = IdReader(UsbBulkTransport(UsbDevice(0x0400, 0xC35A), backend=bus))
        worker = DeviceWorker("id_reader", reader, poll_seconds=0.05)
        worker.start()
        until(lambda: worker.status.ready)
        first.vanish()
        until(lambda: worker.status.state is DeviceState.DISCONNECTED)
        assert worker.status.faults[0].code == ReaderFault.DISCONNECTED
        first.hang_up()
        bus.devices.append(again := SamOnUsb(sam.address))
        until(lambda: worker.status.ready)
        worker.stop()
        again.hang_up()


def test_two_usb_readers_of_one_kind_are_two_devices_in_whatever_order_the_bus_lists_them() -> None:
    with running(number=1, **FAST) as one, running(number=2, **FAST) as two:
        bus = Bus(first := SamOnUsb(one.address, "A1"), second := SamOnUsb(two.address, "B2"))
        workers = [
            DeviceWorker(
                serial, IdReader(UsbBulkTransport(UsbDevice(0x0400, 0xC35A, serial), backend=bus)), poll_seconds=0.05
            )
            for serial in ("A1", "B2")
        ]
        try:
            for worker in workers:
                worker.start()
            until(lambda: all(worker.status.ready for worker in workers))
            first.vanish()
            until(lambda: workers[0].status.state is DeviceState.DISCONNECTED)
            assert workers[1].status.ready
            assert workers[1].counters["reopened"] == 1
            first.hang_up()
            bus.devices = [second, first := SamOnUsb(one.address, "A1")]
            until(lambda: workers[0].status.ready)
            assert [worker.identity.serial[-1] for worker in workers] == ["1", "2"]
        finally:
            for worker in workers:
                worker.stop()
            first.hang_up()
            second.hang_up()
