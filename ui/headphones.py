"""Whether something is plugged into the headphone jack, as Linux tells it: a switch of an input device.

The kernel sends ``struct input_event`` records; the one wanted is type EV_SW, code SW_HEADPHONE_INSERT, value 1 or 0
(linux/input.h, linux/input-event-codes.h). How it stands when the device is opened is asked with EVIOCGSW. A pipe
or a file that carries the same records does as well; nothing is plugged in there until a record says so.
"""

from __future__ import annotations

import fcntl
import logging
import os
import struct
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QSocketNotifier, QTimer

log = logging.getLogger("ui.headphones")

EV_SW, SW_HEADPHONE_INSERT = 0x05, 0x02
EVENT = struct.Struct("llHHi")  # seconds, microseconds, type, code, value; 24 bytes on 64 bits
_SWITCH_BYTES = 8
_EVIOCGSW = 2 << 30 | _SWITCH_BYTES << 16 | ord("E") << 8 | 0x1B
AGAIN_MILLISECONDS = 5000  # a jack on USB comes and goes


def switched(data: bytes) -> tuple[bool | None, bytes]:
    """How the jack stands after these bytes, None when they say nothing of it; and the rest, an unfinished record."""
    plugged = None
    whole = len(data) - len(data) % EVENT.size
    for _, _, kind, code, value in EVENT.iter_unpack(data[:whole]):
        if kind == EV_SW and code == SW_HEADPHONE_INSERT:
            plugged = bool(value)
    return plugged, data[whole:]


class Headphones(QObject):
    """Watches a jack and calls ``heard`` with each change. One that cannot be opened is tried again; nobody waits.

    While nobody can tell how it stands it counts as empty: what is personal stays unsaid.
    """

    def __init__(self, device: str, heard: Callable[[bool], None]) -> None:
        super().__init__()
        self._device = device
        self._heard = heard
        self._plugged = False
        self._file = -1
        self._rest = b""
        self._told = False
        self._notifier: QSocketNotifier | None = None
        self._again = QTimer(self, interval=AGAIN_MILLISECONDS, singleShot=True)
        self._again.timeout.connect(self._open)
        self._open()

    @property
    def plugged(self) -> bool:
        """Whether something is plugged in."""
        return self._plugged

    def close(self) -> None:
        """Look no longer."""
        self._again.stop()
        if self._notifier is not None:
            self._notifier.setEnabled(False)
            self._notifier = None
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _open(self) -> None:
        try:
            # A pipe is opened for both ways, or it would end with whoever writes to it first.
            self._file = os.open(self._device, os.O_NONBLOCK | (os.O_RDWR if _is_pipe(self._device) else os.O_RDONLY))
        except OSError as error:
            if not self._told:
                self._told = True
                log.warning("the headphone jack cannot be watched: %s", error.strerror)
            self._again.start()
            return
        self._told, self._rest = False, b""
        self._notifier = QSocketNotifier(self._file, QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._read)
        self._tell(_stands(self._file))

    def _read(self) -> None:
        try:
            data = os.read(self._file, EVENT.size * 64)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:  # it is gone
            self.close()
            self._tell(plugged=False)
            self._again.start()
            return
        plugged, self._rest = switched(self._rest + data)
        if plugged is not None:
            self._tell(plugged)

    def _tell(self, plugged: bool) -> None:
        if plugged is not self._plugged:
            self._plugged = plugged
            self._heard(plugged)


def _is_pipe(path: str) -> bool:
    return Path(path).is_fifo()


def _stands(file: int) -> bool:
    """How the switch stands now; False where the device has none to ask."""
    switches = bytearray(_SWITCH_BYTES)
    try:
        fcntl.ioctl(file, _EVIOCGSW, switches)
    except OSError:
        return False
    return bool(switches[0] & 1 << SW_HEADPHONE_INSERT)
