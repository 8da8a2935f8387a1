"""Nobody gets behind a kiosk's glass from before it; on a desk the window is one like any other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer
from PySide6.QtQuick import QQuickWindow
from PySide6.QtTest import QTest

from kiosk.settings import load_settings
from tests.ui.desk import CONFIG, Desk
from ui.application import Application
from ui.finger import Finger, let_live

Opened = Callable[[bool], QQuickWindow]
NIGHT = datetime(2026, 11, 23, 23, 8).astimezone()
CTRL, ALT, NONE = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.NoModifier,
)
# What leads out of programs and desktops elsewhere.
WAYS_OUT = [
    (Qt.Key.Key_F4, ALT),
    (Qt.Key.Key_Q, CTRL),
    (Qt.Key.Key_W, CTRL),
    (Qt.Key.Key_Tab, ALT),
    (Qt.Key.Key_Backspace, CTRL | ALT),
    (Qt.Key.Key_Delete, CTRL | ALT),
    (Qt.Key.Key_T, CTRL | ALT),
    (Qt.Key.Key_Escape, NONE),
    (Qt.Key.Key_F11, NONE),
    (Qt.Key.Key_Back, NONE),
]


@pytest.fixture
def opened(application: Application) -> Iterator[Opened]:
    """Opens the pages, over the whole glass or in a window."""

    def show(full_screen: bool) -> QQuickWindow:
        settings = load_settings(CONFIG / "kiosk.toml", [f"screen.full_screen={full_screen}"])
        window = application.show(Desk(), settings, lambda: NIGHT)  # type: ignore[arg-type]
        assert Finger(window).wait_until(window.isVisible, 5)
        return window

    yield show
    application.close()


@pytest.fixture
def running(application: Application) -> Iterator[Callable[[Callable[[], object]], int | None]]:
    """Serves fingers, does something meanwhile, and tells what the program ended with; None: it went on."""
    limit = QTimer(singleShot=True, interval=1000)
    limit.timeout.connect(lambda: application.qt.exit(77))

    def run(meanwhile: Callable[[], object]) -> int | None:
        QTimer.singleShot(0, meanwhile)
        limit.start()
        code = application.run()
        limit.stop()
        return None if code == 77 else code

    yield run
    limit.stop()


def fills_the_glass(window: QQuickWindow) -> bool:
    let_live(50)
    return window.isVisible() and window.visibility() == QQuickWindow.Visibility.FullScreen


def test_what_fills_the_glass_is_closed_by_nobody(opened: Opened) -> None:
    window = opened(True)
    assert fills_the_glass(window)
    assert not window.close()  # what a window manager asks for
    assert fills_the_glass(window)


def test_what_fills_the_glass_has_no_frame_to_take_hold_of(opened: Opened) -> None:
    assert opened(True).flags() & Qt.WindowType.FramelessWindowHint


@pytest.mark.parametrize("smaller", ["showMinimized", "showNormal", "showMaximized"])
def test_what_is_made_smaller_fills_the_glass_again(opened: Opened, smaller: str) -> None:
    window = opened(True)
    getattr(window, smaller)()
    assert fills_the_glass(window)


def test_no_key_leads_out(opened: Opened, running: Callable[[Callable[[], object]], int | None]) -> None:
    window = opened(True)

    def press_them_all() -> None:
        for key, modifiers in WAYS_OUT:
            QTest.keyClick(window, key, modifiers)

    assert running(press_them_all) is None
    assert fills_the_glass(window)


def test_a_desktop_that_asks_the_program_to_end_is_refused(
    application: Application, opened: Opened, running: Callable[[Callable[[], object]], int | None]
) -> None:
    window = opened(True)
    ask = lambda: QCoreApplication.sendEvent(application.qt, QEvent(QEvent.Type.Quit))  # noqa: E731
    assert running(ask) is None
    assert fills_the_glass(window)


def test_it_ends_when_it_is_told_to_by_a_signal_or_when_the_power_goes(
    application: Application, opened: Opened, running: Callable[[Callable[[], object]], int | None]
) -> None:
    opened(True)
    assert running(application.quit) == 0


def test_on_a_desk_the_window_is_one_like_any_other(
    opened: Opened, running: Callable[[Callable[[], object]], int | None]
) -> None:
    window = opened(False)
    assert not window.flags() & Qt.WindowType.FramelessWindowHint
    assert running(window.close) == 0
