"""Memory that the application and its face process share: two frames and the card's portrait.

It is anonymous (``memfd``): it has no name that anybody could open, is never
a file on a disk, and is gone when both processes are. It belongs to the
application; the face process only reads.
"""

from __future__ import annotations

import mmap
import os
import struct
from dataclasses import dataclass
from multiprocessing import reduction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kiosk.identity.engine import Picture

FRAME_BYTES = 1920 * 1080 * 3
PORTRAIT_BYTES = 1024 * 1024 * 3

# Of each of the two frames: its number, odd while it is being written; rows, columns, time.
_HEAD = struct.Struct("<qqqd")
_HEADS = 4096
_SIZE = _HEADS + 2 * FRAME_BYTES + PORTRAIT_BYTES


@dataclass(frozen=True, slots=True)
class SharedFrame:
    """A copy of the newest frame: ``(H, W, 3)`` BGR, and ``time.monotonic()`` when it was taken."""

    image: Picture
    at: float


class SharedPictures:
    """One writer, one reader, no lock: the reader notices when the writer overtook it."""

    def __init__(self) -> None:
        self._file = os.memfd_create("face", os.MFD_CLOEXEC)
        os.ftruncate(self._file, _SIZE)
        self._open()
        self._number = 0
        self._used = 0  # bytes of a frame that were ever written

    def _open(self) -> None:
        self._memory = mmap.mmap(self._file, _SIZE)
        self._bytes: NDArray[np.uint8] = np.frombuffer(self._memory, np.uint8)

    def __getstate__(self) -> dict[str, Any]:
        return {"file": reduction.DupFd(self._file)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._file = state["file"].detach()
        self._number = self._used = 0
        self._open()

    def write(self, image: Picture, at: float) -> None:
        """Make ``image`` the newest frame. One larger than 1920 x 1080 is thinned out."""
        step = 1
        while image[::step, ::step].size > FRAME_BYTES:
            step += 1
        thinned = image[::step, ::step]
        rows, columns = thinned.shape[:2]
        self._number += 1
        self._used = max(self._used, thinned.size)
        slot = self._number % 2
        self._head(slot, 2 * self._number - 1, 0, 0, at)
        self._frame(slot, rows, columns)[:] = thinned
        self._head(slot, 2 * self._number, rows, columns, at)

    def newest(self, seen: float, into: Picture | None) -> SharedFrame | None:
        """The newest frame taken after ``seen``, copied to ``into`` if that has the size; None when there is none."""
        heads = [_HEAD.unpack_from(self._memory, slot * _HEAD.size) for slot in (0, 1)]
        for slot in sorted((0, 1), key=lambda slot: -float(heads[slot][3])):
            number, rows, columns, at = heads[slot]
            if number % 2 or not rows or at <= seen:
                continue
            shared = self._frame(slot, rows, columns)
            if into is None or into.shape != shared.shape:
                into = np.empty_like(shared)
            np.copyto(into, shared)
            if _HEAD.unpack_from(self._memory, slot * _HEAD.size)[0] == number:
                return SharedFrame(into, at)
        return None

    def write_portrait(self, rgb: Picture) -> None:
        """Keep the card's portrait, ``(H, W, 3)`` uint8 RGB up to 1024 x 1024. Raises ValueError for anything else."""
        if rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.dtype != np.uint8 or not 0 < rgb.size <= PORTRAIT_BYTES:
            raise ValueError(f"a portrait is (H, W, 3) uint8 up to 1024 x 1024, not {rgb.shape} {rgb.dtype}")
        self._portrait(rgb.shape[0], rgb.shape[1])[:] = rgb

    def portrait(self, rows: int, columns: int) -> Picture:
        """The card's portrait, not copied."""
        return self._portrait(rows, columns)

    def wipe_frames(self) -> None:
        """Overwrite both frames."""
        self._bytes[:_HEADS] = 0
        for slot in (0, 1):
            start = _HEADS + slot * FRAME_BYTES
            self._bytes[start : start + self._used] = 0

    def wipe_portrait(self) -> None:
        """Overwrite the portrait."""
        self._bytes[_HEADS + 2 * FRAME_BYTES :] = 0

    def close(self) -> None:
        """Give the memory back. Only the writer calls this; a reader keeps its own."""
        self.wipe_frames()
        self.wipe_portrait()
        os.close(self._file)

    def _head(self, slot: int, *values: float) -> None:
        _HEAD.pack_into(self._memory, slot * _HEAD.size, *values)

    def _frame(self, slot: int, rows: int, columns: int) -> Picture:
        start = _HEADS + slot * FRAME_BYTES
        return self._bytes[start : start + rows * columns * 3].reshape(rows, columns, 3)

    def _portrait(self, rows: int, columns: int) -> Picture:
        start = _HEADS + 2 * FRAME_BYTES
        return self._bytes[start : start + rows * columns * 3].reshape(rows, columns, 3)
