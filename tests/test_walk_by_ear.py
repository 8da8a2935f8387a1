"""A blind citizen before the whole machine: real drivers, a real back office, and a glass that shows nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.people import LIN
from tests.test_main import assert_proven, main, scanned, walked


def lit(out: Path) -> list[str]:
    """The pictures of the glass on which anything at all is to be seen."""
    pictures = sorted((out / "screens").glob("*.png"))
    assert len(pictures) > 15
    found = []
    for path in pictures:
        with Image.open(path) as picture:
            if np.asarray(picture.convert("RGB")).any():
                found.append(path.name)
    return found


def assert_applied(out: Path, result: dict[str, Any]) -> None:
    assert (result["status"], result["outcome"]) == (0, "submitted"), result["said"]
    assert scanned(out) == [result["reference_number"]]
    assert lit(out) == []
    heard = (out / "heard.txt").read_text(encoding="utf-8")
    assert "请取走凭条" in heard
    for personal in (LIN.name, LIN.number, LIN.address, "13950010001", "350200123456", result["reference_number"]):
        assert personal not in heard.replace(" ", "")


def test_by_the_keys_of_a_keypad_an_application_is_made_from_touch_to_paper(tmp_path: Path) -> None:
    result = walked(tmp_path, "--way", "phone_code", "--by", "keypad")
    assert_applied(tmp_path, result)
    assert_proven(tmp_path, result, "phone_code", "code")


@pytest.mark.campaign
@pytest.mark.parametrize("way", ["face", "phone_code", "app_code"])
def test_by_the_four_corners_of_the_glass_too_whatever_way_shows_who_one_is(tmp_path: Path, way: str) -> None:
    done = main("walk", "JT-02", "--out", str(tmp_path), "--way", way, "--by", "corners", seconds=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert lit(tmp_path) == []


@pytest.mark.campaign
@pytest.mark.parametrize("by", ["corners", "keypad"])
def test_a_question_is_asked_and_its_slip_is_printed(tmp_path: Path, by: str) -> None:
    done = main("walk", "GJ-01", "--out", str(tmp_path), "--way", "phone_code", "--by", by, seconds=300)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.campaign
def test_an_attendant_who_is_called_sees_the_page(tmp_path: Path) -> None:
    done = main("walk", "JT-02", "--out", str(tmp_path), "--way", "staff", "--by", "corners", seconds=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert {name.split("-", 1)[1].split("-")[0] for name in lit(tmp_path)} == {"staff"}
