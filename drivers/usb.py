"""The bulk pipes of a USB device, through pyusb and libusb: for what has no serial port.

Source: the USB 2.0 specification, chapter 8.5.2 (bulk transfers); for devices with two
pairs of pipes the protocol document for ministry-licensed ID card readers. It never met
a real device; the tests play one behind the real pyusb.
"""

from __future__ import annotations

import contextlib
import errno
import math
import time
from collections.abc import Sequence

import usb.core
import usb.util
from usb.backend import IBackend

from drivers.transport import TransportLost, TransportTimeout, UsbDevice

# SAM readers have two pairs of pipes: preamble and length of each message go through the first, the rest through
# the second.
HEAD_BYTES = 7
_READ_BYTES = 4096  # a whole number of packets of any size, or libusb calls it an overflow
_WAIT_SECONDS = 1.0  # of one call; a deadline may be further away
_DISCARD_SECONDS = 0.1  # a device that never falls silent must not hold its owner


class UsbBulkTransport:
    """The bulk pipes of one USB device: one pair, or two as SAM readers have them.

    It is looked for at each opening. What the kernel does with it (a printer's driver,
    say) ends while it is open. ``backend`` is pyusb's; None takes libusb.
    """

    def __init__(self, wanted: UsbDevice, backend: IBackend | None = None) -> None:
        self._wanted = wanted
        self._backend = backend
        self._device: usb.core.Device | None = None
        self._interface = 0
        self._detached = False
        self._out: Sequence[usb.core.Endpoint] = ()
        self._in: Sequence[usb.core.Endpoint] = ()
        self._turn = 0  # which pipe the next bytes come from
        self._rest = b""

    @property
    def name(self) -> str:
        return f"usbbulk:{self._wanted}"

    @property
    def is_open(self) -> bool:
        return self._device is not None

    def open(self) -> None:
        self.close()
        try:
            self._device = self._found()
            self._claim(self._device)
        except (usb.core.USBError, usb.core.NoBackendError) as error:
            self.close()
            raise TransportLost(f"cannot open {self.name}: {_reason(error)}") from error
        except TransportLost:
            self.close()
            raise

    def close(self) -> None:
        device, self._device = self._device, None
        if device is None:
            return
        with contextlib.suppress(usb.core.USBError, NotImplementedError):  # a device that vanished is not given back
            usb.util.release_interface(device, self._interface)
            if self._detached:
                device.attach_kernel_driver(self._interface)
        with contextlib.suppress(usb.core.USBError):
            usb.util.dispose_resources(device)

    def write(self, data: bytes, deadline: float) -> None:
        self._opened()
        parts = [data] if len(self._out) == 1 else [data[:HEAD_BYTES], data[HEAD_BYTES:]]
        for pipe, part in zip(self._out, parts, strict=True):
            rest = part
            while rest:
                if time.monotonic() >= deadline:
                    raise TransportTimeout(f"{self.name} takes no bytes")
                try:
                    rest = rest[pipe.write(rest, _milliseconds(deadline)) :]
                except usb.core.USBTimeoutError:
                    continue
                except usb.core.USBError as error:
                    raise TransportLost(f"{self.name}: {_reason(error)}") from error

    def read(self, at_most: int, deadline: float) -> bytes:
        self._opened()
        while not self._rest:
            self._rest = self._taken(self._turn, deadline)
            if not self._rest and time.monotonic() >= deadline:
                return b""
        data, self._rest = self._rest[:at_most], self._rest[at_most:]
        return data

    def discard_input(self) -> None:
        self._opened()
        limit = time.monotonic() + _DISCARD_SECONDS
        for number in range(len(self._in)):
            while self._taken(number, 0.0) and time.monotonic() < limit:
                pass
        self._rest = b""
        self._turn = 0

    def set_baudrate(self, baudrate: int) -> None:
        """USB has no speed to set."""

    # -- inside ------------------------------------------------------------------------------

    def _opened(self) -> None:
        if self._device is None:
            raise TransportLost(f"{self.name} is not open")

    def _taken(self, number: int, deadline: float) -> bytes:
        """What comes through one pipe until the deadline, or a second has passed; b"" for nothing."""
        pipe = self._in[number]
        try:
            data = bytes(pipe.read(_READ_BYTES, _milliseconds(deadline)))
        except usb.core.USBTimeoutError:
            return b""
        except usb.core.USBError as error:
            raise TransportLost(f"{self.name}: {_reason(error)}") from error
        if len(data) % pipe.wMaxPacketSize:  # a packet that is not full ends what this pipe has to say
            self._turn = (number + 1) % len(self._in)
        return data

    def _found(self) -> usb.core.Device:
        """The one device that is wanted. Raises TransportLost, USBError, NoBackendError."""
        wanted = self._wanted
        found = list(
            usb.core.find(find_all=True, idVendor=wanted.vendor, idProduct=wanted.product, backend=self._backend)
        )
        fitting = [device for device in found if wanted.serial in ("", _serial(device))]
        if not fitting:
            others = f"; of its kind there are {len(found)} with another serial number, or none that may be read"
            raise TransportLost(f"cannot open {self.name}: it is not plugged in{others if found else ''}")
        if len(fitting) > 1:
            numbers = " and ".join(_serial(device) or "one without a number" for device in fitting)
            raise TransportLost(f"cannot open {self.name}: there are {len(fitting)}; add the serial number: {numbers}")
        return fitting[0]

    def _claim(self, device: usb.core.Device) -> None:
        """Take the first interface that has bulk pipes both ways. Raises TransportLost, USBError."""
        try:
            configuration = device.get_active_configuration()
        except usb.core.USBError:
            device.set_configuration()
            configuration = device.get_active_configuration()
        for interface in configuration:
            into, out = (_pipes(interface, way) for way in (usb.util.ENDPOINT_IN, usb.util.ENDPOINT_OUT))
            if into and out and interface.bAlternateSetting == 0:
                break
        else:
            raise TransportLost(f"cannot open {self.name}: it has no bulk pipes")
        self._interface = interface.bInterfaceNumber
        self._detached = False
        with contextlib.suppress(NotImplementedError):  # not every system has drivers that can be told to go
            if device.is_kernel_driver_active(self._interface):
                device.detach_kernel_driver(self._interface)
                self._detached = True
        usb.util.claim_interface(device, self._interface)
        pairs = min(len(into), len(out), 2)
        self._in, self._out = into[:pairs], out[:pairs]
        self._turn, self._rest = 0, b""


def _pipes(interface: usb.core.Interface, way: int) -> list[usb.core.Endpoint]:
    """The bulk endpoints of one direction, in the order of their numbers."""
    found = [
        endpoint
        for endpoint in interface
        if usb.util.endpoint_type(endpoint.bmAttributes) == usb.util.ENDPOINT_TYPE_BULK
        and usb.util.endpoint_direction(endpoint.bEndpointAddress) == way
    ]
    return sorted(found, key=lambda endpoint: int(endpoint.bEndpointAddress))


def _serial(device: usb.core.Device) -> str:
    try:
        return device.serial_number or ""
    except (usb.core.USBError, ValueError):  # it has none, or may not be asked
        return ""


def _milliseconds(deadline: float) -> int:
    """Until then, but not longer than one call may take; never 0, which libusb takes for ever."""
    left = min(deadline - time.monotonic(), _WAIT_SECONDS)
    return max(math.ceil(left * 1000), 1)


def _reason(error: Exception) -> str:
    if isinstance(error, usb.core.NoBackendError):
        return "libusb is not installed"
    if isinstance(error, usb.core.USBError) and error.errno == errno.EACCES:
        return "no permission; a udev rule must give the device to the kiosk's user"
    return str(error)
