"""Every recording in tests/recordings is a regression test: the driver still does what it did then.

A technician's recording from the field is put there as it came.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from main import main

RECORDINGS = sorted((Path(__file__).resolve().parents[1] / "recordings").glob("*.jsonl"))


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_the_driver_still_does_what_was_recorded(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", str(path)]) == 0, capsys.readouterr().err


def test_a_recording_that_was_tampered_with_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "changed.jsonl"
    changed = RECORDINGS[0].read_text(encoding="utf-8").replace("poll: ready", "poll: attention id_reader.silent", 1)
    path.write_text(changed, encoding="utf-8")
    assert main(["replay", str(path)]) == 1
    assert "expected back poll: attention" in capsys.readouterr().err
