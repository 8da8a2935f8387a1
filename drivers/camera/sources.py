"""Where pictures come from: a video device, a URL, a file, a folder. Every call that can block has a deadline."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from drivers.device import Identity

# OpenCV's V4L2 backend waits ten seconds for a frame unless told otherwise, and only the environment tells it.
os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "2")
# FFmpeg and OpenCV write every lost connection to the terminal; here it becomes a status.
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")

import cv2

cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)

Image = NDArray[np.uint8]  # H x W x 3, BGR

OPEN_SECONDS = 3.0
READ_SECONDS = 2.0

_MJPG = cv2.VideoWriter.fourcc(*"MJPG")
_JPEG_END = b"\xff\xd9"
_PICTURES = {".bmp", ".jpeg", ".jpg", ".png", ".webp"}


class SourceLost(OSError):
    """A source cannot be opened, or gives no more pictures."""


def is_live(source: str | int) -> bool:
    """True for a device or a stream, False for a file or a folder."""
    return isinstance(source, int) or source.isdigit() or "://" in source or source.startswith("/dev/")


def shown(source: str | int) -> str:
    """The source as it may be shown and logged: the URL of an IP camera often carries a password."""
    parts = urlsplit(str(source))
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl() if parts.scheme else str(source)


def hardware(source: str | int, dev: Path = Path("/dev"), sysfs: Path = Path("/sys")) -> Identity:
    """Which camera a source is: for a video device what the system tells of it, for anything else its address.

    The address of a video device is its link in ``/dev/v4l/by-id``, which survives
    replugging, where it has one.
    """
    device = _device(source, dev)
    if device is None:
        return Identity(shown(source))
    number = device.resolve().name
    links = sorted((dev / "v4l/by-id").glob("*")) if (dev / "v4l/by-id").is_dir() else []
    address = next((link for link in links if link.resolve().name == number), device)
    card = sysfs / "class/video4linux" / number
    return Identity(str(address), _said(card / "name"), _said(card / "device/../serial"))


def is_virtual(source: str | int, dev: Path = Path("/dev"), sysfs: Path = Path("/sys")) -> bool:
    """True for a video device that a program feeds, such as one of v4l2loopback, and no lens."""
    device = _device(source, dev)
    return device is not None and "virtual" in (sysfs / "class/video4linux" / device.resolve().name).resolve().parts


def _device(source: str | int, dev: Path) -> Path | None:
    if isinstance(source, int) or source.isdigit():
        return dev / f"video{source}"
    return dev / Path(source).relative_to("/dev") if source.startswith("/dev/") else None


def _said(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""  # it is not told, or the camera is not there


def pictures(
    source: str | int, size: tuple[int, int], rate: float, stopping: threading.Event, wanted: Callable[[], bool]
) -> Generator[Image | None]:
    """The pictures of a source as they come, or at its rate. Raises SourceLost when it cannot be opened or ends.

    None for one that came from a device or a stream and was not ``wanted``: to decode it is most of the work.
    """
    if not is_live(source) and Path(str(source)).is_dir():
        yield from _paced(_folder(Path(str(source))), 1.0 / rate, stopping)
        return
    capture = _opened(source, size, rate)
    try:
        if is_live(source):
            yield from _as_they_come(capture, wanted)
        else:
            own = float(capture.get(cv2.CAP_PROP_FPS))
            yield from _paced(_looped(capture), 1.0 / (own if own > 0 else rate), stopping)
    finally:
        capture.release()
    raise SourceLost(f"{shown(source)} gives no more pictures")


def _opened(source: str | int, size: tuple[int, int], rate: float) -> cv2.VideoCapture:
    name = int(source) if isinstance(source, int) or source.isdigit() else source
    if isinstance(name, int) or name.startswith("/dev/"):
        wishes = [cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"), cv2.CAP_PROP_FRAME_WIDTH, size[0]]
        wishes += [cv2.CAP_PROP_FRAME_HEIGHT, size[1], cv2.CAP_PROP_FPS, round(rate), cv2.CAP_PROP_BUFFERSIZE, 1]
        # A device path may be a link below /dev/v4l/by-id, which the backend does not follow.
        capture = cv2.VideoCapture(name if isinstance(name, int) else os.path.realpath(name), cv2.CAP_V4L2)
        for property_, value in zip(wishes[::2], wishes[1::2], strict=True):
            capture.set(property_, value)  # a camera that cannot, says no and gives what it has
    else:
        deadlines = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, int(OPEN_SECONDS * 1000)]
        deadlines += [cv2.CAP_PROP_READ_TIMEOUT_MSEC, int(READ_SECONDS * 1000), cv2.CAP_PROP_N_THREADS, 1]
        capture = cv2.VideoCapture(name, cv2.CAP_FFMPEG, deadlines)
    if not capture.isOpened():
        capture.release()
        raise SourceLost(f"cannot open {shown(source)}")
    return capture


def _as_they_come(capture: cv2.VideoCapture, wanted: Callable[[], bool]) -> Iterator[Image | None]:
    # A video device is decoded when its picture is fetched. FFmpeg decodes a stream as it comes, unless it is told
    # to hand over what came, which is a picture of its own only in a stream of JPEG pictures.
    jpeg = (
        capture.getBackendName() == "FFMPEG"
        and int(capture.get(cv2.CAP_PROP_FOURCC)) == _MJPG
        and capture.set(cv2.CAP_PROP_FORMAT, -1)
    )
    while capture.grab():
        if not wanted():
            yield None
            continue
        found, image = capture.retrieve()
        if not found:
            return
        yield _decoded(image) if jpeg else np.asarray(image, np.uint8)


def _decoded(jpeg: NDArray[Any]) -> Image | None:
    """None for a picture that did not come whole."""
    if jpeg.ravel()[-2:].tobytes() != _JPEG_END:
        return None
    image = cv2.imdecode(jpeg, cv2.IMREAD_COLOR)
    return None if image is None else np.asarray(image, np.uint8)


def _looped(capture: cv2.VideoCapture) -> Iterator[Image]:
    while True:
        found, image = capture.read()
        if not found:
            return
        while found:
            yield np.asarray(image, np.uint8)
            found, image = capture.read()
        capture.set(cv2.CAP_PROP_POS_FRAMES, 0)


def _folder(folder: Path) -> Iterator[Image]:
    while True:
        seen = False
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            image = cv2.imread(str(path), cv2.IMREAD_COLOR) if path.suffix.lower() in _PICTURES else None
            if image is not None:
                seen = True
                yield np.asarray(image, np.uint8)
        if not seen:
            raise SourceLost(f"{folder} holds no picture that can be read")


def _paced(pictures: Iterator[Image], seconds: float, stopping: threading.Event) -> Iterator[Image]:
    due = time.monotonic()
    for image in pictures:
        yield image
        due = max(due + seconds, time.monotonic() - seconds)
        if stopping.wait(max(due - time.monotonic(), 0.0)):
            return
