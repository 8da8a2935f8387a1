"""The home page comes before the machine that stands behind it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assembly import CONFIG
from kiosk.settings import load_settings
from tests.ui.desk import FRONT, NIGHT, Desk
from ui.application import Application
from ui.finger import Finger

HOUSE = Path(__file__).resolve().parents[2]
UNTIL_DRAWN = """
import sys
from assembly import CONFIG, catalogue_for, now
from kiosk.home import Front
from kiosk.settings import load_settings
from ui.application import Application

settings = load_settings(CONFIG / "kiosk.toml", [])
screen = Application()
screen.open(Front(settings.station, catalogue_for(settings)).view(), settings, now)
screen.wait_until_drawn()
print(screen.soon.has_drawn, *sys.modules)
"""
# What only devices, the line, documents and visits need.
LATER = {"numpy", "cv2", "requests", "urllib3", "cryptography", "serial", "escpos", "pypinyin", "PIL", "segno", "typst"}


def test_nothing_that_only_a_machine_needs_is_loaded_before_the_home_page_is_drawn() -> None:
    done = subprocess.run([sys.executable, "-c", UNTIL_DRAWN], cwd=HOUSE, capture_output=True, text=True, check=True)
    drawn, *loaded = done.stdout.split()
    assert drawn == "True"
    assert not LATER & {name.partition(".")[0] for name in loaded}
    assert not [name for name in loaded if name.startswith(("kiosk.visit", "kiosk.gateway", "kiosk.documents"))]


@pytest.fixture
def opened(application: Application) -> Iterator[Finger]:
    """A home page with nobody behind it yet."""
    window = application.open(FRONT.view(), load_settings(CONFIG / "kiosk.toml"), lambda: NIGHT)
    application.wait_until_drawn()
    yield Finger(window)
    application.close()


def test_the_home_page_is_there_whole_and_a_terminal_that_comes_later_answers(
    application: Application, opened: Finger
) -> None:
    desk = Desk()
    assert opened.sees("tile-JT-02")
    assert opened.sees("department-transport")
    assert not opened.sees("read")
    application.serve(desk)  # type: ignore[arg-type]
    opened.tap("tile-JT-02")
    view = desk.view()
    assert view is not None
    assert opened.sees("primary")
