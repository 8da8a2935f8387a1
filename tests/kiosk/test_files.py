from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kiosk.files import make_once, write_whole


def test_what_is_written_takes_the_place_of_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "settings"
    write_whole(path, b"old")
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_of_many_that_make_a_file_one_does_it(tmp_path: Path) -> None:
    path = tmp_path / "key"

    def make(number: int) -> bytes:
        make_once(path, lambda draft: draft.write_bytes(bytes([number]) * 32))
        return path.read_bytes()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(make, range(8)))) == 1
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("way", ["once", "whole"])
def test_what_cannot_be_made_leaves_nothing_behind(tmp_path: Path, way: str) -> None:
    path = tmp_path / "folder" / "file"
    path.parent.mkdir()

    def fail(_: Path) -> None:
        raise OSError(28, "No space left on device")

    if way == "once":
        with pytest.raises(OSError, match="No space"):
            make_once(path, fail)
    else:
        path.mkdir()
        with pytest.raises(IsADirectoryError):
            write_whole(path, b"content")
        path.rmdir()
    assert not list(path.parent.iterdir())
