"""The card's photo: 1024 bytes that only an operator's own library can read, and the simulator's own format.

No source of the WLT format is public and no library for it may be passed on,
so a decoder is something an operator plugs in. A picture that cannot be read
never makes a card unreadable: :meth:`PhotoDecoder.decode` then returns None.
"""

from __future__ import annotations

import ctypes
import io
import logging
import multiprocessing
import struct
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

log = logging.getLogger("drivers.id_reader.photo")

Picture = NDArray[np.uint8]

PHOTO_BYTES = 1024
WIDTH, HEIGHT = 102, 126
_MAGIC = b"KIMG"
_ROOM = PHOTO_BYTES - len(_MAGIC) - 2


class PhotoDecoder(Protocol):
    """Turns a photo block into a picture."""

    def decode(self, photo: bytes) -> Picture | None:
        """The picture, RGB ``(126, 102, 3)`` uint8, or None when it cannot be read. Never raises."""


class NoDecoder:
    """For machines without a library: cards have no picture here."""

    def decode(self, photo: bytes) -> Picture | None:  # noqa: ARG002  the interface asks for it
        """None, always."""
        return None


class KimgDecoder:
    """The simulator's own format: ``KIMG``, length as little-endian u16, a WebP or AVIF picture, zeros."""

    def decode(self, photo: bytes) -> Picture | None:
        """Read the picture; None when it is damaged or of another format."""
        try:
            return decode_kimg(photo)
        except ValueError as error:
            log.info("no picture: %s", error)
            return None


def decode_kimg(photo: bytes) -> Picture:
    """Read a ``KIMG`` block. Raises ValueError for anything that is not one."""
    if len(photo) != PHOTO_BYTES or photo[:4] != _MAGIC:
        raise ValueError("not a KIMG block")
    (length,) = struct.unpack_from("<H", photo, 4)
    if not 0 < length <= _ROOM:
        raise ValueError(f"a picture of {length} bytes does not fit")
    try:
        with Image.open(io.BytesIO(photo[6 : 6 + length]), formats=["WEBP", "AVIF"]) as image:
            size = image.size
            if size == (WIDTH, HEIGHT):
                return np.array(image.convert("RGB"), dtype=np.uint8)
    except Exception as error:  # whatever a damaged picture does to the library, even a huge size it announces
        raise ValueError(f"the picture is damaged: {type(error).__name__}") from error
    raise ValueError(f"a picture of {size[0]}×{size[1]}")


def encode_kimg(picture: Picture) -> bytes:
    """Pack an RGB ``(126, 102, 3)`` picture as WebP, as well as 1018 bytes allow. Raises ValueError.

    At this size WebP keeps a face nearer to its owner than AVIF does, whose
    fixed parts cost more of the room.
    """
    if picture.shape != (HEIGHT, WIDTH, 3):
        raise ValueError(f"a picture of shape {picture.shape}")
    image = Image.fromarray(picture)
    best = b""
    lowest, highest = 0, 100
    while lowest <= highest:
        quality = (lowest + highest) // 2
        packed = io.BytesIO()
        image.save(packed, "WEBP", quality=quality, method=6)
        if len(packed.getvalue()) <= _ROOM:
            best, lowest = packed.getvalue(), quality + 1
        else:
            highest = quality - 1
    if not best:
        raise ValueError("the picture does not fit into 1018 bytes at any quality")
    return (_MAGIC + struct.pack("<H", len(best)) + best).ljust(PHOTO_BYTES, b"\0")


class LibraryDecoder:
    """An operator's own library with ``int unpack(char *source, char *picture, int vendor)``.

    Such libraries crash and hang, so each call runs in a process of its own with
    a time limit. ``order`` is the library's order of colours; the rows come
    bottom-up.
    """

    def __init__(
        self, library: Path, *, vendor: int = 0, order: Literal["RGB", "BGR"] = "RGB", seconds: float = 3.0
    ) -> None:
        self._library = library
        self._vendor = vendor
        self._order = order
        self._seconds = seconds

    def decode(self, photo: bytes) -> Picture | None:
        """Let the library read the picture; None when it fails, crashes or takes too long."""
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_unpack, args=(str(self._library), photo, self._vendor, theirs), daemon=True)
        process.start()
        theirs.close()
        try:
            rows = ours.recv_bytes() if ours.poll(self._seconds) else b""
        except (EOFError, OSError):  # it crashed, perhaps in the middle of its answer
            rows = b""
        finally:
            ours.close()
            process.kill()
            process.join()
            process.close()
        if len(rows) != HEIGHT * WIDTH * 3:
            log.warning("the photo library %s gave no picture", self._library.name)
            return None
        picture = np.frombuffer(rows, np.uint8).reshape(HEIGHT, WIDTH, 3)[::-1]
        return np.ascontiguousarray(picture if self._order == "RGB" else picture[:, :, ::-1])


def _unpack(library: str, photo: bytes, vendor: int, answer: Connection) -> None:
    picture = ctypes.create_string_buffer(HEIGHT * WIDTH * 3)
    source = ctypes.create_string_buffer(photo, PHOTO_BYTES)
    if ctypes.CDLL(library).unpack(source, picture, vendor) == 1:
        answer.send_bytes(picture.raw)
    else:
        answer.send_bytes(b"")


def decoder_for(name: Literal["none", "kimg", "library"], library: str = "") -> PhotoDecoder:
    """The decoder that the settings name. Raises ValueError when a library is wanted and none is named."""
    match name:
        case "none":
            return NoDecoder()
        case "kimg":
            return KimgDecoder()
        case "library":
            if not library:
                raise ValueError("devices.id_reader.portrait is library, but devices.id_reader.library names none")
            return LibraryDecoder(Path(library))
