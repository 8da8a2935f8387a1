"""Files that appear whole or not at all, readable for their owner alone."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Put ``content`` in the place of ``path``; when this returns, it is on the disk.

    Whoever reads meanwhile, and whoever comes after a power cut, finds the old
    content or the new. Raises OSError, and then leaves nothing behind.
    """
    with _draft(path) as draft:
        draft.write_bytes(content)
        _to_the_disk(draft)
        draft.replace(path)
    _to_the_disk(path.parent)


def make_once(path: Path, make: Callable[[Path], object]) -> None:
    """Have ``make`` fill a draft that becomes ``path``, unless that exists; of several that try, one does it.

    ``make`` gets the path of an empty file. When this returns, ``path`` is on
    the disk. Raises OSError and what ``make`` raises, and then leaves nothing behind.
    """
    if path.exists():
        return
    with _draft(path) as draft:
        make(draft)
        _to_the_disk(draft)
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(draft)
    _to_the_disk(path.parent)


@contextlib.contextmanager
def _draft(path: Path) -> Iterator[Path]:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(descriptor)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _to_the_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
