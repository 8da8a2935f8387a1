"""One application for all tests of the screen: Qt has room for one in a process."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

from PySide6.QtQuick import QQuickWindow

from kiosk.settings import load_settings
from tests.ui.desk import CONFIG, Desk
from ui import sounds
from ui.application import Application
from ui.finger import Finger


@dataclass
class Screen:
    """The real pages over a desk."""

    desk: Desk
    window: QQuickWindow
    finger: Finger
    session: Any

    def settle(self) -> None:
        self.finger.settle()


class Loudspeaker:
    """What would be heard: which file, how loud."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, float]] = []

    def load(self, path: Path) -> Playing:
        assert path.is_file()
        return Playing(self, path.stem)


class Playing:
    def __init__(self, speaker: Loudspeaker, name: str) -> None:
        self.speaker, self.name, self.loudness = speaker, name, -1.0

    def set_loudness(self, loudness: float) -> None:
        self.loudness = loudness

    def play(self) -> None:
        self.speaker.heard.append((self.name, self.loudness))


@pytest.fixture
def speaker(monkeypatch: pytest.MonkeyPatch) -> Loudspeaker:
    """A loudspeaker of the test's own: nobody listens to a machine under test, and most have none."""
    speaker = Loudspeaker()
    monkeypatch.setattr(sounds, "load", speaker.load)
    return speaker


@pytest.fixture(scope="session", autouse=True)
def application() -> Application:
    """Qt, whose messages go to the log from now on."""
    return Application()


def screen_over(application: Application, desk: Desk) -> Screen:
    """The real pages over ``desk``, eight minutes past eleven at night."""
    night = datetime(2026, 11, 23, 23, 8).astimezone()
    window = application.show(desk, load_settings(CONFIG / "kiosk.toml"), lambda: night)  # type: ignore[arg-type]
    return Screen(desk, window, Finger(window), application.session)


@pytest.fixture
def screen_of(application: Application) -> Iterator[Callable[[Desk], Screen]]:
    """Makes a screen over a desk."""
    yield lambda desk: screen_over(application, desk)
    application.close()


@pytest.fixture
def screen(screen_of: Callable[[Desk], Screen]) -> Screen:
    return screen_of(Desk())
