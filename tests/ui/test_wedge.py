"""The keyboard wedge: what a scanner types is taken out, what a person types arrives."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QUrl
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtQuick import QQuickView
from PySide6.QtTest import QTest

from tests.ui.test_keyboard_style import KEYBOARD, QML, Desk, in_own_process
from ui.application import Application
from ui.finger import let_live
from ui.wedge import FEWEST, GAP_SECONDS, TICK_MILLISECONDS, TICKS, WedgeFilter

QUICK, SLOW = 0.016, 0.15
CODE = "XM-2026-000123"
PAGE = """
import QtQuick
import QtQuick.Controls.Basic
import "{keyboard}"

Rectangle {{
    property alias text: field.text
    property int accepted: 0
    width: 1080
    height: 1100
    TextField {{ id: field; width: 600; height: 90; focus: true; onAccepted: parent.accepted += 1 }}
    KeyboardPanel {{ width: parent.width; y: active ? parent.height - height : parent.height }}
}}
"""


@dataclass
class Desktop:
    """A field in a window, a physical keyboard whose clock we hold, and what the scanner was heard to say."""

    view: QQuickView
    now: float = 100.0
    heard: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.filter = WedgeFilter(self.view, self.heard.append, lambda _: self.now)

    def press(self, key: str | Qt.Key, gap: float, **how: Any) -> None:
        self.now += gap
        strike(self.view, key, **how)

    def type(self, text: str, gap: float, *, enter: bool = False) -> None:
        """The first key comes after a pause."""
        self.now += 1.0
        for character in text:
            self.press(character, gap)
        if enter:
            self.press(Qt.Key.Key_Return, gap)

    def get_impatient(self) -> None:
        """Let the time pass after which a held key is a person's."""
        let_live(2 * TICKS * TICK_MILLISECONDS)

    @property
    def text(self) -> str:
        return str(self.view.rootObject().property("text"))

    @property
    def accepted(self) -> int:
        return int(self.view.rootObject().property("accepted"))


def strike(
    window: QWindow,
    key: str | Qt.Key,
    modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    *,
    again: bool = False,
) -> None:
    """Press and release a key of a physical keyboard; ``again``: it repeats itself."""
    if isinstance(key, str):
        code, text = QTest.asciiToKey(ord(key)), key
        modifier = Qt.KeyboardModifier.ShiftModifier if key.isupper() else modifier
    else:
        code, text = key, "\r" if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) else ""
    if text.isupper():
        QTest.simulateEvent(window, True, Qt.Key.Key_Shift, modifier, "", False)
    for press in (True, False):
        QTest.simulateEvent(window, press, code, modifier, text, again)
    if text.isupper():
        QTest.simulateEvent(window, False, Qt.Key.Key_Shift, Qt.KeyboardModifier.NoModifier, "", False)


@pytest.fixture
def desktop(application: Application, tmp_path: Path) -> Iterator[Desktop]:
    page = tmp_path / "Page.qml"
    page.write_text(PAGE.format(keyboard=KEYBOARD.as_uri()), encoding="utf-8")
    view = QQuickView()
    for path in (QML, KEYBOARD):
        view.engine().addImportPath(str(path))
    view.setSource(QUrl.fromLocalFile(str(page)))
    view.show()
    view.requestActivate()
    assert QTest.qWaitForWindowActive(view)
    yield Desktop(view)
    view.close()


def test_what_a_scanner_types_is_handed_over_and_never_reaches_the_field(desktop: Desktop) -> None:
    desktop.type(CODE, QUICK, enter=True)
    desktop.get_impatient()
    assert desktop.heard == [CODE]
    assert (desktop.text, desktop.accepted) == ("", 0)


def test_what_a_person_types_arrives_with_its_enter(desktop: Desktop) -> None:
    desktop.type("Lin 8", SLOW, enter=True)
    assert (desktop.text, desktop.accepted) == ("Lin 8", 1)
    assert desktop.heard == []


def test_a_key_that_nothing_follows_arrives_by_itself_a_moment_later(desktop: Desktop) -> None:
    for key, arrived in (("a", "a"), ("b", "ab")):
        desktop.press(key, SLOW)
        assert desktop.text == arrived[:-1]
        desktop.get_impatient()
        assert desktop.text == arrived


def test_a_few_keys_at_once_and_enter_are_a_persons(desktop: Desktop) -> None:
    desktop.type("a" * (FEWEST - 1), QUICK, enter=True)
    assert (desktop.text, desktop.accepted) == ("a" * (FEWEST - 1), 1)
    assert desktop.heard == []


def test_quick_keys_without_enter_arrive_whole(desktop: Desktop) -> None:
    desktop.type("quickly", QUICK)
    desktop.get_impatient()
    assert desktop.text == "quickly"


def test_a_line_that_pauses_is_not_handed_over_in_part(desktop: Desktop) -> None:
    desktop.type(CODE[:7], QUICK)
    desktop.press(CODE[7], SLOW)
    for character in CODE[8:]:
        desktop.press(character, QUICK)
    desktop.get_impatient()
    for character in "tail":
        desktop.press(character, QUICK)
    desktop.press(Qt.Key.Key_Return, QUICK)
    assert desktop.heard == []
    assert desktop.text == CODE + "tail"


def test_a_scanner_is_recognised_even_if_the_program_was_busy_meanwhile(desktop: Desktop) -> None:
    desktop.type(CODE[:7], QUICK)
    time.sleep(3 * TICKS * TICK_MILLISECONDS / 1000)
    QCoreApplication.processEvents()  # the first thing Qt does then may be what the clock asks for
    for character in CODE[7:]:
        desktop.press(character, QUICK)
    desktop.press(Qt.Key.Key_Return, QUICK)
    assert desktop.heard == [CODE]
    assert desktop.text == ""


def test_a_person_before_a_scanner_is_kept_apart_from_it(desktop: Desktop) -> None:
    desktop.press("a", SLOW)
    desktop.type(CODE, QUICK, enter=True)
    assert desktop.text == "a"
    assert desktop.heard == [CODE]


def test_a_clock_that_begins_anew_counts_as_a_pause(desktop: Desktop) -> None:
    desktop.type(CODE, QUICK)
    desktop.press("7", -5.0)
    desktop.press(Qt.Key.Key_Return, QUICK)
    assert desktop.text == CODE + "7"
    assert desktop.heard == []


def test_one_line_may_follow_another_at_once(desktop: Desktop) -> None:
    desktop.type(CODE, QUICK, enter=True)
    for character in "35020019900101":
        desktop.press(character, QUICK)
    desktop.press(Qt.Key.Key_Enter, QUICK)
    assert desktop.heard == [CODE, "35020019900101"]
    assert desktop.text == ""


def test_a_command_or_an_arrow_in_quick_letters_keeps_its_place(desktop: Desktop) -> None:
    desktop.type("ab", QUICK)
    desktop.press(Qt.Key.Key_Backspace, QUICK)
    desktop.press("c", SLOW)
    desktop.press(Qt.Key.Key_A, QUICK, modifier=Qt.KeyboardModifier.ControlModifier)
    desktop.press(Qt.Key.Key_Delete, SLOW)
    assert desktop.text == ""
    desktop.type("d", SLOW, enter=True)
    assert desktop.text == "d"


def test_keys_struck_with_a_command_key_are_a_persons(desktop: Desktop) -> None:
    desktop.now += SLOW
    for _ in range(2 * FEWEST):
        desktop.press("x", QUICK, modifier=Qt.KeyboardModifier.AltModifier)
    desktop.press(Qt.Key.Key_Return, QUICK)
    assert desktop.heard == []


def test_a_key_that_repeats_itself_is_a_persons(desktop: Desktop) -> None:
    desktop.press("a", SLOW)
    for _ in range(FEWEST):
        desktop.press("a", QUICK, again=True)
    desktop.press(Qt.Key.Key_Return, QUICK)
    assert desktop.text == "a" * (1 + FEWEST)
    assert desktop.heard == []


def test_a_line_that_never_ends_is_not_held_for_ever(desktop: Desktop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.wedge.LONGEST", 20)
    desktop.type("x" * 30, QUICK)
    assert desktop.text == "x" * 30


def test_the_time_of_a_key_is_the_systems(application: Application) -> None:
    window = QWindow()
    event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a")
    event.setTimestamp(86_400_016)
    assert WedgeFilter(window, lambda _: None)._when(event) == 86_400.016


def test_a_burst_is_recognised_by_the_systems_own_times(application: Application) -> None:
    window, heard = QWindow(), list[str]()
    window.show()
    WedgeFilter(window, heard.append)
    for _ in range(50):  # a busy machine may stall in the middle of one
        for key in (*CODE, Qt.Key.Key_Return):
            strike(window, key)
        if heard:
            break
        let_live(2 * TICKS * TICK_MILLISECONDS)
    assert heard == [CODE]
    window.close()


# -- whatever is typed, however ------------------------------------------------------


class Paper(QWindow):
    """A window that writes down every key that it gets; "\n" is Enter."""

    def __init__(self) -> None:
        super().__init__()
        self.log: list[str] = []
        self.down: list[int] = []

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        self.log.append(event.text().replace("\r", "\n"))
        self.down.append(event.key())

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        assert event.key() in self.down, "released and never pressed"
        self.down.remove(event.key())


def test_a_key_that_is_let_go_late_is_let_go(application: Application) -> None:
    paper = Paper()
    paper.show()
    wedge = WedgeFilter(paper, lambda _: None, lambda _: 0.0)
    for press in (True, False):
        QTest.simulateEvent(paper, press, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a", False)
        wedge._let_go()
    assert (paper.log, paper.down) == (["a"], [])
    paper.close()


GAPS = st.sampled_from((0.0, QUICK, GAP_SECONDS - 0.001, GAP_SECONDS + 0.001, SLOW, -3.0))
PRESSES = st.lists(st.tuples(st.sampled_from("abX7-\n"), GAPS), max_size=40)


@settings(max_examples=200, deadline=None)
@given(presses=PRESSES)
@example(presses=[(key, QUICK) for key in "abcd\nefgh\n"])
def test_every_key_arrives_once_and_in_order_at_the_window_or_in_a_line(
    application: Application, presses: list[tuple[str, float]]
) -> None:
    paper, now = Paper(), 100.0
    paper.show()
    lines: list[str] = []

    def heard(line: str) -> None:
        lines.append(line)
        paper.log.append(f"{line}\n")

    wedge = WedgeFilter(paper, heard, lambda _: now)
    for key, gap in presses:
        now += gap
        strike(paper, Qt.Key.Key_Return if key == "\n" else key)
    wedge._let_go()  # as if the patience were over
    assert "".join(paper.log) == "".join(key for key, _ in presses)
    assert paper.down == []
    assert all(len(line) >= FEWEST and "\n" not in line for line in lines)
    paper.close()


# -- the keyboard on the glass ---------------------------------------------------------


def _typed_on_the_glass(desk: Desk) -> dict[str, Any]:
    heard: list[str] = []
    WedgeFilter(desk.view, heard.append, lambda _: 0.0)  # as quick as can be
    desk.open("licence", "Q")
    desk.tap(*"ABCDEFGH")
    desk.tap("完成")
    return {"text": desk.text("licence"), "heard": heard}


def test_the_keyboard_on_the_glass_is_never_taken_for_a_scanner(tmp_path: Path) -> None:
    assert in_own_process(_typed_on_the_glass, tmp_path) == {"text": "ABCDEFGH", "heard": []}
