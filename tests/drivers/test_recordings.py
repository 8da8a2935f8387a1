"""Every recording in tests/recordings is a regression test: the driver still does what it did then.

A technician's recording from the field is put there as it came.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from assembly.devices import ON_A_LINE
from drivers.recording import load
from main import main

RECORDINGS = sorted((Path(__file__).resolve().parents[1] / "recordings").glob("*.jsonl"))


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_the_driver_still_does_what_was_recorded(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", str(path)]) == 0, capsys.readouterr().err


def test_every_class_whose_wire_can_be_played_again_has_a_recording() -> None:
    assert {load(path)[0] for path in RECORDINGS} == {"id_reader", "receipt_printer", "page_printer", "ups", *ON_A_LINE}


def test_a_class_that_cannot_be_played_again_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "lens.jsonl"
    path.write_text('{"recording": 1, "device_class": "camera", "masked": true}\n', encoding="utf-8")
    assert main(["replay", str(path)]) == 1
    assert "camera cannot be replayed" in capsys.readouterr().err


def test_a_recording_that_was_tampered_with_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "changed.jsonl"
    original = next(one for one in RECORDINGS if one.stem.startswith("id-reader")).read_text(encoding="utf-8")
    changed = original.replace("poll: ready", "poll: attention id_reader.silent", 1)
    path.write_text(changed, encoding="utf-8")
    assert main(["replay", str(path)]) == 1
    assert "expected back poll: attention" in capsys.readouterr().err
