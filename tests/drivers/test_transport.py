"""Byte pipes to devices: TCP, a pseudo-terminal, and pyserial's socket:// over the same kind of server."""

from __future__ import annotations

import os
import select
import socket
import termios
import threading
import time
import tty
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from serial.tools.list_ports_common import ListPortInfo

from drivers.transport import (
    SerialTransport,
    TcpTransport,
    Transport,
    TransportLost,
    TransportTimeout,
    UsbDevice,
    transport_for,
)
from drivers.usb import UsbBulkTransport

# No test waits this long unless something is broken.
PATIENCE = 20.0


def soon() -> float:
    return time.monotonic() + PATIENCE


def at_once() -> float:
    return time.monotonic() + 0.05


@dataclass
class Pipe:
    """A transport that is open, and what happens at its far end."""

    transport: Transport
    say: Callable[[bytes], object]
    hear: Callable[[int], bytes]
    vanish: Callable[[], None]

    def read_exactly(self, count: int) -> bytes:
        got = b""
        while len(got) < count:
            piece = self.transport.read(count - len(got), soon())
            assert piece, f"only {len(got)} of {count} bytes came"
            got += piece
        return got


@pytest.fixture(params=["tcp", "socket", "pty"])
def pipe(request: pytest.FixtureRequest) -> Iterator[Pipe]:
    if request.param == "pty":
        master, slave = os.openpty()
        tty.setraw(slave)
        os.set_blocking(master, False)  # closing the other end does not always wake up who is blocked
        transport: Transport = SerialTransport(os.ttyname(slave))
        transport.open()
        os.close(slave)
        gone = threading.Event()

        def vanish() -> None:
            gone.set()
            os.close(master)

        def hear(count: int) -> bytes:
            assert select.select([master], [], [], PATIENCE)[0], "nothing came"
            return os.read(master, count)

        yield Pipe(transport, lambda data: os.write(master, data), hear, vanish)
        transport.close()
        if not gone.is_set():
            os.close(master)
        return
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        transport = transport_for(f"{request.param}://127.0.0.1:{port}")
        transport.open()
        far, _ = server.accept()
        with far:
            far.settimeout(PATIENCE)
            yield Pipe(transport, far.sendall, far.recv, far.close)
            transport.close()


# -- what every pipe does --------------------------------------------------------------


def test_bytes_go_both_ways_unchanged(pipe: Pipe) -> None:
    every_byte = bytes(range(256))
    pipe.transport.write(every_byte, soon())
    heard = b""
    while len(heard) < 256:
        heard += pipe.hear(256)
    assert heard == every_byte
    pipe.say(every_byte)
    assert pipe.read_exactly(256) == every_byte


def test_reading_gives_what_is_there_and_no_more_than_was_wanted(pipe: Pipe) -> None:
    pipe.say(b"abcdef")
    assert pipe.read_exactly(1) == b"a"
    assert 1 <= len(first := pipe.transport.read(3, soon())) <= 3
    assert first + pipe.read_exactly(5 - len(first)) == b"bcdef"


def test_reading_ends_empty_at_its_deadline(pipe: Pipe) -> None:
    deadline = at_once()
    assert pipe.transport.read(10, deadline) == b""
    assert time.monotonic() >= deadline - 0.001


def test_a_deadline_that_has_passed_still_gives_what_is_there(pipe: Pipe) -> None:
    pipe.say(b"x")
    assert pipe.read_exactly(1) == b"x"
    pipe.say(b"y")
    # Once it has arrived, a reader that comes too late gets it all the same.
    deadline = soon()
    while not (late := pipe.transport.read(1, time.monotonic() - 1.0)):
        assert time.monotonic() < deadline
    assert late == b"y"


def test_bytes_that_come_while_reading_waits_are_given_at_once(pipe: Pipe) -> None:
    timer = threading.Timer(0.15, pipe.say, [b"late"])
    timer.start()
    assert pipe.read_exactly(4) == b"late"
    timer.join()


def test_discarding_throws_away_what_has_come_and_only_that(pipe: Pipe) -> None:
    pipe.say(b"old" * 500)
    assert pipe.read_exactly(1) == b"o"
    pipe.transport.discard_input()
    assert pipe.transport.read(10, at_once()) == b""
    pipe.say(b"new")
    assert pipe.read_exactly(3) == b"new"


def test_discarding_a_line_that_never_falls_silent_ends(pipe: Pipe) -> None:
    over = threading.Event()

    def flood() -> None:
        try:
            while not over.is_set():
                try:
                    pipe.say(b"\xaa" * 512)
                except BlockingIOError:
                    time.sleep(0.001)
        except OSError:
            pass  # the test is over and the pipe closed

    thread = threading.Thread(target=flood)
    thread.start()
    try:
        pipe.transport.discard_input()
        assert pipe.transport.read(10, soon())
    finally:
        over.set()
        pipe.transport.close()
        thread.join(PATIENCE)
    assert not thread.is_alive()


def test_a_far_end_that_takes_no_bytes_is_a_timeout(pipe: Pipe) -> None:
    def write_on_and_on() -> None:
        for _ in range(200):
            pipe.transport.write(bytes(100_000), at_once())

    with pytest.raises(TransportTimeout):
        write_on_and_on()


def test_a_far_end_that_vanishes_is_lost_when_reading(pipe: Pipe) -> None:
    pipe.vanish()
    with pytest.raises(TransportLost):
        pipe.transport.read(1, soon())


def test_a_far_end_that_vanishes_is_lost_while_reading_waits(pipe: Pipe) -> None:
    timer = threading.Timer(0.15, pipe.vanish)
    timer.start()
    with pytest.raises(TransportLost):
        pipe.transport.read(1, soon())
    timer.join()


def test_a_far_end_that_vanishes_is_lost_when_writing(pipe: Pipe) -> None:
    def write_on_and_on() -> None:
        for _ in range(100):  # TCP notices only after the first
            pipe.transport.write(b"hello", soon())

    pipe.vanish()
    with pytest.raises(TransportLost):
        write_on_and_on()


def test_a_pipe_that_was_lost_says_so_again_and_closes_quietly(pipe: Pipe) -> None:
    pipe.vanish()
    for _ in range(2):
        with pytest.raises(TransportLost):
            pipe.transport.read(1, soon())
    pipe.transport.close()
    pipe.transport.close()
    assert not pipe.transport.is_open


def test_nothing_can_be_done_with_a_pipe_that_is_not_open(pipe: Pipe) -> None:
    assert pipe.transport.is_open
    pipe.transport.close()
    assert not pipe.transport.is_open
    for use in (
        lambda: pipe.transport.read(1, soon()),
        lambda: pipe.transport.write(b"x", soon()),
        pipe.transport.discard_input,
    ):
        with pytest.raises(TransportLost, match="not open"):
            use()
    pipe.transport.set_baudrate(9600)  # for the next opening


# -- what only some do ---------------------------------------------------------------------


@pytest.mark.parametrize("pipe", ["tcp", "socket"], indirect=True)
def test_one_look_discards_all_where_the_time_is_over_before_the_next(
    pipe: Pipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("drivers.transport._DISCARD_SECONDS", 0.0)
    pipe.say(b"old" * 5000)
    assert pipe.read_exactly(1) == b"o"
    pipe.transport.discard_input()
    assert pipe.transport.read(10, at_once()) == b""


@pytest.mark.parametrize("scheme", ["tcp", "socket"])
def test_a_server_that_is_not_there_is_lost(scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    transport = transport_for(f"{scheme}://127.0.0.1:{port}")
    with pytest.raises(TransportLost, match=str(port)):
        transport.open()
    assert not transport.is_open


@pytest.mark.parametrize("url", ["/dev/serial/by-id/nothing", "nonsense://here", "socket://127.0.0.1:99999", ""])
def test_a_port_that_cannot_be_is_lost(url: str) -> None:
    transport = SerialTransport(url)
    with pytest.raises(TransportLost, match="cannot open"):
        transport.open()
    transport.close()


def test_a_port_can_be_opened_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        transport = TcpTransport(*server.getsockname()[:2])
        for word in (b"one", b"two"):
            transport.open()  # closes what was open
            with server.accept()[0] as far:
                far.sendall(word)
                assert transport.read(3, soon()) == word
        transport.close()


def test_the_speed_of_a_serial_port_is_set_before_and_while_it_is_open() -> None:
    master, slave = os.openpty()
    transport = SerialTransport(os.ttyname(slave), 57600)
    try:
        transport.open()
        assert termios.tcgetattr(slave)[5] == termios.B57600
        transport.set_baudrate(9600)
        assert termios.tcgetattr(slave)[5] == termios.B9600
        transport.close()
        transport.set_baudrate(19200)
        transport.open()
        assert termios.tcgetattr(slave)[5] == termios.B19200
    finally:
        transport.close()
        os.close(slave)
        os.close(master)


def test_the_speed_of_a_port_that_vanished_is_lost() -> None:
    master, slave = os.openpty()
    transport = SerialTransport(os.ttyname(slave))
    transport.open()
    os.close(slave)
    os.close(master)
    with pytest.raises(TransportLost):
        transport.set_baudrate(9600)
    transport.close()


def test_a_serial_port_has_one_owner() -> None:
    master, slave = os.openpty()
    first, second = SerialTransport(os.ttyname(slave)), SerialTransport(os.ttyname(slave))
    try:
        first.open()
        with pytest.raises(TransportLost):
            second.open()
        first.close()
        second.open()
    finally:
        first.close()
        second.close()
        os.close(slave)
        os.close(master)


# -- ports found by what is behind them ---------------------------------------------------------


def port(device: str, vid: int | None = None, pid: int | None = None, serial_number: str | None = None) -> ListPortInfo:
    info = ListPortInfo(device)
    info.vid, info.pid, info.serial_number = vid, pid, serial_number
    return info


@pytest.fixture
def terminals() -> Iterator[list[str]]:
    """The paths of two pseudo-terminals, as two readers' ports."""
    ends = [os.openpty() for _ in range(2)]
    yield [os.ttyname(slave) for _, slave in ends]
    for master, slave in ends:
        os.close(master)
        os.close(slave)


def speed_of(path: str) -> int:
    end = os.open(path, os.O_RDWR | os.O_NOCTTY)
    try:
        return int(termios.tcgetattr(end)[5])
    finally:
        os.close(end)


def test_a_serial_port_is_found_by_the_usb_device_behind_it(terminals: list[str]) -> None:
    ports = [port("/dev/ttyS0"), port(terminals[0], 0x1A86, 0x7523), port(terminals[1], 0x10C4, 0xEA60, "0001")]
    for address, path in (("usb:1A86:7523", terminals[0]), ("usb:10c4:ea60", terminals[1])):
        transport = SerialTransport(address, 19200, ports=lambda: ports)
        transport.open()
        assert speed_of(path) == termios.B19200
        transport.close()


def test_two_readers_of_one_kind_are_told_apart_by_their_serial_numbers(terminals: list[str]) -> None:
    ports = [port(path, 0x10C4, 0xEA60, f"00:{number}") for number, path in enumerate(terminals)]
    first, second = (SerialTransport(f"usb:10C4:EA60:00:{number}", 9600, ports=lambda: ports) for number in range(2))
    first.open()
    second.set_baudrate(57600)
    second.open()
    assert [speed_of(path) for path in terminals] == [termios.B9600, termios.B57600]
    first.close()
    second.close()


def test_a_device_that_was_plugged_in_elsewhere_is_found_again(terminals: list[str]) -> None:
    ports = [port(terminals[0], 0x1A86, 0x7523)]
    transport = SerialTransport("usb:1A86:7523", 38400, ports=lambda: ports)
    transport.open()
    transport.close()
    ports[0] = port(terminals[1], 0x1A86, 0x7523)
    transport.open()
    assert speed_of(terminals[1]) == termios.B38400
    transport.close()


@pytest.mark.parametrize(
    ("ports", "said"),
    [
        ([], "no such USB device has a serial port here"),
        ([port("/dev/ttyUSB0", 0x1A86, 0x7524), port("/dev/ttyS0")], "no such USB device has a serial port here"),
        (
            [port("/dev/ttyUSB1", 0x1A86, 0x7523), port("/dev/ttyUSB0", 0x1A86, 0x7523)],
            "it may be /dev/ttyUSB0 or /dev/ttyUSB1; add the serial number",
        ),
    ],
)
def test_no_device_and_two_devices_are_lost_with_a_sentence(ports: list[ListPortInfo], said: str) -> None:
    transport = SerialTransport("usb:1A86:7523", ports=lambda: ports)
    with pytest.raises(TransportLost, match=f"cannot open usb:1A86:7523: {said}"):
        transport.open()
    assert not transport.is_open


def test_another_serial_number_is_another_device() -> None:
    transport = SerialTransport("usb:10C4:EA60:0002", ports=lambda: [port("/dev/ttyUSB0", 0x10C4, 0xEA60, "0001")])
    with pytest.raises(TransportLost, match="no such USB device"):
        transport.open()


def test_the_ports_of_this_machine_can_be_looked_through() -> None:
    with pytest.raises(TransportLost, match="no such USB device"):
        SerialTransport("usb:FFFF:FFFF").open()


# -- addresses in the settings ----------------------------------------------------------------


@pytest.mark.parametrize("url", ["tcp://127.0.0.1", "tcp://:9100", "tcp://", "tcp://host:0"])
def test_a_tcp_address_needs_a_host_and_a_port(url: str) -> None:
    with pytest.raises(ValueError, match="needs a host and a port"):
        transport_for(url)


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("tcp://printer:9100", TcpTransport),
        ("socket://127.0.0.1:9301", SerialTransport),
        ("/dev/serial/by-id/usb-reader", SerialTransport),
        ("/dev/pts/7", SerialTransport),
        ("usb:1A86:7523", SerialTransport),
        ("usb:10C4:EA60:00:01:02", SerialTransport),
        ("usbbulk:0400:C35A", UsbBulkTransport),
        ("usbbulk:0400:C35A:A1", UsbBulkTransport),
    ],
)
def test_an_address_names_its_transport_and_the_transport_its_address(url: str, kind: type) -> None:
    assert type(transport_for(url)) is kind
    assert transport_for(url).name == url


@pytest.mark.parametrize("scheme", ["usb", "usbbulk"])
@pytest.mark.parametrize("rest", ["", "1A86", "1A86:", "1A86:7523:", "1A86:75233", "6790:reader", "//1A86:7523"])
def test_a_usb_device_is_a_vendor_and_a_product_and_perhaps_a_number(scheme: str, rest: str) -> None:
    with pytest.raises(ValueError, match="a USB device is VID:PID"):
        transport_for(f"{scheme}:{rest}")


@given(st.integers(0, 0xFFFF), st.integers(0, 0xFFFF), st.text(st.characters(categories=["L", "N", "P"]), max_size=9))
def test_a_usb_device_comes_back_from_its_words(vendor: int, product: int, serial: str) -> None:
    device = UsbDevice(vendor, product, serial)
    assert UsbDevice.parse(str(device)) == device
    assert UsbDevice.parse(str(device).replace(f"{vendor:04X}", f"{vendor:04x}", 1)) == device


def test_a_password_in_an_address_is_not_in_its_name_nor_in_what_is_said_of_it() -> None:
    transport = SerialTransport("socket://kiosk:secret@127.0.0.1:99999")
    assert transport.name == "socket://127.0.0.1:99999"
    with pytest.raises(TransportLost) as lost:
        transport.open()
    assert "secret" not in str(lost.value)


@given(st.text(max_size=30))
def test_any_address_is_a_transport_or_a_value_error(url: str) -> None:
    try:
        transport = transport_for(url)
    except ValueError:
        return
    assert not transport.is_open
