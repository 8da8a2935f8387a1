"""Byte pipes to devices: serial lines (any pyserial URL, or the USB device behind the port), TCP, USB's own pipes.

Deadlines are absolute values of ``time.monotonic()``; nothing here waits for ever.
"""

from __future__ import annotations

import re
import select
import socket
import termios
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

import serial
from serial.tools.list_ports import comports
from serial.tools.list_ports_common import ListPortInfo


class TransportLost(OSError):
    """The pipe is gone: unplugged, closed by the other side, or never there."""


class TransportTimeout(OSError):
    """The other side did not take the bytes before the deadline."""


class Transport(Protocol):
    """What a driver needs of a byte pipe."""

    @property
    def name(self) -> str:
        """The address as it may be shown: without passwords."""

    @property
    def is_open(self) -> bool: ...

    def open(self) -> None:
        """Open the pipe. Raises TransportLost."""

    def close(self) -> None:
        """Close the pipe. Never raises; closing twice is fine."""

    def write(self, data: bytes, deadline: float) -> None:
        """Send all of ``data``. Raises TransportTimeout or TransportLost."""

    def read(self, at_most: int, deadline: float) -> bytes:
        """Return 1 to ``at_most`` bytes as soon as any are there, b"" at the deadline.

        Raises TransportLost.
        """

    def discard_input(self) -> None:
        """Throw away what has arrived and was not read. Raises TransportLost."""

    def set_baudrate(self, baudrate: int) -> None:
        """Change the line speed; a pipe without a speed ignores it. Raises TransportLost."""


# A read returns at the latest after this long, so that a vanished port is noticed.
_SLICE_SECONDS = 0.1
# Input is thrown away for this long at most: a line that never falls silent must not hold its owner.
_DISCARD_SECONDS = 0.1
# What pyserial lets through when a port vanishes.
_GONE = (OSError, termios.error)


@dataclass(frozen=True, slots=True)
class UsbDevice:
    """A USB device by what it says of itself: ``VID:PID``, or ``VID:PID:SERIAL`` where there are two of a kind."""

    vendor: int
    product: int
    serial: str = ""

    @classmethod
    def parse(cls, text: str) -> UsbDevice:
        """Read ``1A86:7523`` or ``1A86:7523:SERIAL``. Raises ValueError."""
        found = re.fullmatch(r"([0-9A-Fa-f]{4}):([0-9A-Fa-f]{4})(?::(.+))?", text)
        if found is None:
            raise ValueError(f"{text}: a USB device is VID:PID or VID:PID:SERIAL, as in 1A86:7523")
        return cls(int(found[1], 16), int(found[2], 16), found[3] or "")

    def __str__(self) -> str:
        return ":".join(filter(None, (f"{self.vendor:04X}", f"{self.product:04X}", self.serial)))


class SerialTransport:
    """A serial port by any pyserial URL: a device path, ``socket://host:port``, ``loop://``.

    ``usb:VID:PID`` or ``usb:VID:PID:SERIAL`` is the port of that USB device, looked for
    at each opening among ``ports``. Raises ValueError when it is none.
    """

    def __init__(
        self, url: str, baudrate: int = 115200, ports: Callable[[], Iterable[ListPortInfo]] = comports
    ) -> None:
        self._url = url
        self._usb = UsbDevice.parse(url[4:]) if url.startswith("usb:") else None
        self._baudrate = baudrate
        self._ports = ports
        self._port: serial.Serial | None = None

    @property
    def name(self) -> str:
        scheme, separator, rest = self._url.partition("://")
        return scheme + separator + rest.rpartition("@")[2] if separator else self._url

    @property
    def is_open(self) -> bool:
        return self._port is not None

    def open(self) -> None:
        self.close()
        url = self._url if self._usb is None else self._port_of(self._usb)
        try:
            port = serial.serial_for_url(url, do_not_open=True, baudrate=self._baudrate)
            port.timeout = _SLICE_SECONDS
            port.write_timeout = 1.0
            if "://" not in url:
                port.exclusive = True  # one reader, one owner
            port.open()
        except (*_GONE, ValueError) as error:  # SerialException is an OSError
            said = str(error).replace(self._url, self.name)  # pyserial tells all of it
            raise TransportLost(f"cannot open {self.name}: {said}") from error
        self._port = port

    def _port_of(self, usb: UsbDevice) -> str:
        """The port that this device has now. Raises TransportLost."""
        found = [
            port.device
            for port in self._ports()
            if (port.vid, port.pid) == (usb.vendor, usb.product) and usb.serial in ("", port.serial_number)
        ]
        if not found:
            raise TransportLost(f"cannot open {self.name}: no such USB device has a serial port here")
        if len(found) > 1:
            raise TransportLost(
                f"cannot open {self.name}: it may be {' or '.join(sorted(found))}; "
                "add the serial number, or name the socket it is plugged into by /dev/serial/by-path"
            )
        return str(found[0])

    def close(self) -> None:
        port, self._port = self._port, None
        if port is not None:
            connection: socket.socket | None = getattr(port, "_socket", None)
            try:
                port.close()
            except _GONE:
                pass  # a port that vanished cannot be closed again
            if connection is not None:
                connection.close()  # pyserial's socket:// leaves one open that the other side has reset

    def write(self, data: bytes, deadline: float) -> None:
        port = self._opened()
        try:
            port.write_timeout = max(deadline - time.monotonic(), 0.001)
            port.write(data)  # not flushed: that would wait without a deadline
        except serial.SerialTimeoutException as error:
            raise TransportTimeout(f"{self.name} takes no bytes") from error
        except _GONE as error:
            raise TransportLost(f"{self.name}: {error}") from error

    def read(self, at_most: int, deadline: float) -> bytes:
        port = self._opened()
        try:
            while True:
                waiting = port.in_waiting
                if waiting:
                    return self._take(port, waiting, at_most)
                left = deadline - time.monotonic()
                if left <= 0:
                    return b""
                port.timeout = min(left, _SLICE_SECONDS)
                first = bytes(port.read(1))
                if first:
                    waiting = port.in_waiting if at_most > 1 else 0
                    return first + (self._take(port, waiting, at_most - 1) if waiting else b"")
        except _GONE as error:
            raise TransportLost(f"{self.name}: {error}") from error

    def _take(self, port: serial.Serial, waiting: int, at_most: int) -> bytes:
        """Some of what waits, without waiting for more."""
        if not self._url.startswith("socket://"):
            return bytes(port.read(min(waiting, at_most)))
        port.timeout = 0  # there ``waiting`` is 1 however much waits: byte by byte would be slow
        return bytes(port.read(at_most))

    def discard_input(self) -> None:
        _discard_input(self)

    def set_baudrate(self, baudrate: int) -> None:
        self._baudrate = baudrate
        if self._port is not None:
            try:
                self._port.baudrate = baudrate
            except _GONE as error:
                raise TransportLost(f"{self.name}: {error}") from error

    def _opened(self) -> serial.Serial:
        if self._port is None:
            raise TransportLost(f"{self.name} is not open")
        return self._port


class TcpTransport:
    """A TCP connection, for printers on the network (port 9100) and simulators."""

    def __init__(self, host: str, port: int, connect_seconds: float = 3.0) -> None:
        self._address = (host, port)
        self._connect_seconds = connect_seconds
        self._socket: socket.socket | None = None

    @property
    def name(self) -> str:
        return f"tcp://{self._address[0]}:{self._address[1]}"

    @property
    def is_open(self) -> bool:
        return self._socket is not None

    def open(self) -> None:
        self.close()
        try:
            connection = socket.create_connection(self._address, self._connect_seconds)
        except OSError as error:
            raise TransportLost(f"cannot reach {self.name}: {error}") from error
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setblocking(False)
        self._socket = connection

    def close(self) -> None:
        connection, self._socket = self._socket, None
        if connection is not None:
            connection.close()

    def write(self, data: bytes, deadline: float) -> None:
        connection = self._opened()
        rest = memoryview(data)
        while rest:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TransportTimeout(f"{self.name} takes no bytes")
            try:
                if select.select([], [connection], [], min(left, _SLICE_SECONDS))[1]:
                    rest = rest[connection.send(rest) :]
            except OSError as error:
                raise TransportLost(f"{self.name}: {error}") from error

    def read(self, at_most: int, deadline: float) -> bytes:
        connection = self._opened()
        left = max(deadline - time.monotonic(), 0.0)
        try:
            if not select.select([connection], [], [], left)[0]:
                return b""
            data = connection.recv(at_most)
        except OSError as error:
            raise TransportLost(f"{self.name}: {error}") from error
        if not data:
            raise TransportLost(f"{self.name} closed the connection")
        return data

    def discard_input(self) -> None:
        _discard_input(self)

    def set_baudrate(self, baudrate: int) -> None:
        """A network connection has no speed to set."""

    def _opened(self) -> socket.socket:
        if self._socket is None:
            raise TransportLost(f"{self.name} is not open")
        return self._socket


def _discard_input(transport: Transport) -> None:
    limit = time.monotonic() + _DISCARD_SECONDS
    # So much at once that one look finds all of it, even where the next comes too late.
    while transport.read(65536, time.monotonic()) and time.monotonic() < limit:
        pass


def transport_for(url: str, baudrate: int = 115200) -> Transport:
    """The transport that an address in the settings names. Raises ValueError.

    ``tcp://host:port`` is a network connection, ``usbbulk:VID:PID`` and
    ``usbbulk:VID:PID:SERIAL`` the bulk pipes of a USB device; everything else is a
    serial port: ``usb:VID:PID``, ``usb:VID:PID:SERIAL``, ``/dev/serial/by-id/…``,
    ``socket://host:port``, a pseudo-terminal's path.
    """
    parts = urlsplit(url)
    if parts.scheme == "tcp":
        if not parts.hostname or not parts.port:
            raise ValueError(f"{url}: a tcp address needs a host and a port, as in tcp://127.0.0.1:9100")
        return TcpTransport(parts.hostname, parts.port)
    if url.startswith("usbbulk:"):
        from drivers.usb import UsbBulkTransport  # noqa: PLC0415 - libusb is needed only here

        return UsbBulkTransport(UsbDevice.parse(url.removeprefix("usbbulk:")))
    return SerialTransport(url, baudrate)
