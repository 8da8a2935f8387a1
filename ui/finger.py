"""One finger before the real window: it touches what can be seen, where it can be seen."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from PySide6.QtCore import QEventLoop, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QImage, QInputMethodEvent
from PySide6.QtQuick import QQuickItem, QQuickWindow
from PySide6.QtTest import QTest

SETTLE_MILLISECONDS = 320
_STEP_MILLISECONDS = 15
_LOOK_MILLISECONDS = 50  # between two looks at everything that is on the glass, which is work
_MOST_PAGES = 20  # of what is longer than the glass
GUARD = "touch-guard"  # lies over a page that has just appeared
# Keys are labelled in the language of the screen.
_TO_SIGNS = ("123",)
_TO_LETTERS = ("返回字母", "ABC")
_DONE = ("完成", "Done")
_DELETE = ("删除", "Delete")


class FingerError(Exception):
    """What should be touched cannot be seen; the message says what."""


def let_live(milliseconds: int) -> None:
    """Let the screen live for a while. Qt's own qWait would keep every other Python thread from running."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


class Finger:
    """Touches a window by the names of its items, and the keys of its keyboard by their labels."""

    def __init__(self, window: QQuickWindow, seconds: float = 15.0, reach: tuple[float, float] | None = None) -> None:
        """``reach`` is how far from the window's top it comes, from and to, in pixels; everywhere where it is None."""
        self._window = window
        self._seconds = seconds
        self._reach = reach

    def tap(self, name: str) -> None:
        """Touch the middle of the item called ``name``, however far down its page. Raises FingerError."""
        for _ in range(_MOST_PAGES):
            if name == "more" or self.sees(name) or name not in self._names() or not self.sees("more"):
                break
            self.tap("more")
            self.settle()
        self.wait_for(name, self._seconds)
        item = self._find(name)
        assert item is not None
        self._press(item)

    def sees(self, name: str) -> bool:
        """Whether something called ``name`` could be touched now."""
        return self._find(name) is not None

    def wait_for(self, name: str, seconds: float) -> None:
        """Wait until ``name`` is visible and enabled, on a page that takes touches. Raises FingerError."""
        if not self.wait_until(lambda: not self.sees(GUARD) and self._find(name) is not None, seconds):
            raise FingerError(f"nothing called {name} can be touched; there are {', '.join(sorted(self._names()))}")

    def wait_until(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Let the screen live until ``condition`` holds; False when it never did."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                return False
            let_live(_LOOK_MILLISECONDS)
        return True

    def type_text(self, name: str, text: str) -> None:
        """Touch the field, touch the keys, put the keyboard away."""
        self.tap(name)
        self._wait_for_keyboard(wanted=True)
        for _ in range(len(self._typed(name))):
            self._tap_key(*_DELETE)
        if text.isascii():
            for character in text:
                self._type(character)
        else:
            self._commit(text)
        self.put_keyboard_away()

    def put_keyboard_away(self) -> None:
        """Touch the key that says so."""
        self._tap_key(*_DONE)
        self._wait_for_keyboard(wanted=False)

    def draw(self, name: str, strokes: Sequence[Sequence[tuple[float, float]]]) -> None:
        """Draw on the item called ``name``; points are 0..1 of it."""
        self.wait_for(name, self._seconds)
        item = self._find(name)
        assert item is not None
        button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        for stroke in strokes:
            points = [self._at(item, x, y) for x, y in stroke]
            QTest.mousePress(self._window, button, none, points[0])
            for point in points[1:]:
                QTest.mouseMove(self._window, point)
            QTest.mouseRelease(self._window, button, none, points[-1])
        let_live(_STEP_MILLISECONDS)

    def settle(self) -> None:
        """Wait until what slides has come to rest, however slow the machine is."""
        let_live(SETTLE_MILLISECONDS)
        self.wait_until(lambda: not any(map(_slides, _below(self._window.contentItem()))), 5.0)

    def grab(self) -> QImage:
        """What is on the glass."""
        return self._window.grabWindow()

    # -- keys ------------------------------------------------------------------------

    def _type(self, character: str) -> None:
        if self._key(character) is None:
            self._tap_key(*(_TO_LETTERS if character.isalpha() else _TO_SIGNS))
        self._tap_key(character)

    def _commit(self, text: str) -> None:
        """What the pinyin keyboard hands over once the characters are chosen from its list."""
        event = QInputMethodEvent()
        event.setCommitString(text)
        QGuiApplication.sendEvent(QGuiApplication.focusObject(), event)

    def _tap_key(self, *labels: str) -> None:
        if not self.wait_until(lambda: any(self._key(label) is not None for label in labels), self._seconds):
            raise FingerError(f"the keyboard has no key {' or '.join(labels)}")
        key = next(key for label in labels if (key := self._key(label)) is not None)
        self._press(key)

    def _key(self, label: str) -> QQuickItem | None:
        wanted = label.lower()
        return next((key for key in self._keys() if str(key.property("displayText")).lower() == wanted), None)

    def _keys(self) -> Iterator[QQuickItem]:
        panel = self._find("keyboard")
        if panel is not None:
            for item in _below(panel):
                if item.metaObject().indexOfProperty("keyType") >= 0 and item.isEnabled():
                    yield item

    def _wait_for_keyboard(self, *, wanted: bool) -> None:
        if not self.wait_until(lambda: (next(self._keys(), None) is not None) == wanted, self._seconds):
            raise FingerError("the keyboard does not " + ("come" if wanted else "go"))
        self.settle()

    def _typed(self, name: str) -> str:
        focus: Any = QGuiApplication.focusObject()
        text = focus.property("text") if focus is not None else None
        if text is None:
            raise FingerError(f"{name} does not take letters")
        return str(text)

    # -- items -----------------------------------------------------------------------

    def _find(self, name: str) -> QQuickItem | None:
        bounds = self._window.contentItem()
        for item in _below(bounds):
            if item.objectName() == name and item.isEnabled() and _seen(item, bounds):
                return item
        return None

    def _names(self) -> set[str]:
        return {item.objectName() for item in _below(self._window.contentItem()) if item.objectName()}

    def _press(self, item: QQuickItem) -> None:
        at = self._at(item, 0.5, 0.5)
        QTest.mouseClick(self._window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
        let_live(_STEP_MILLISECONDS)

    def _at(self, item: QQuickItem, x: float, y: float) -> QPoint:
        point = item.mapToScene(QPointF(item.width() * x, item.height() * y)).toPoint()
        if self._reach is not None and not self._reach[0] <= point.y() <= self._reach[1]:
            raise FingerError(f"{item.objectName() or 'a key'} is out of reach, {point.y()} pixels from the top")
        return point


def _below(item: QQuickItem) -> Iterator[QQuickItem]:
    """Every visible item below ``item``, what lies on top first."""
    for child in sorted(item.childItems(), key=lambda child: -child.z()):
        if child.isVisible():
            yield from _below(child)
            yield child


def _seen(item: QQuickItem, bounds: QQuickItem) -> bool:
    """Whether its middle is on the glass, and not where a page that scrolls has cut it off."""
    within = item
    while True:
        if within is bounds or within.clip():
            middle = item.mapToItem(within, QPointF(item.width() / 2, item.height() / 2))
            if not (0 <= middle.x() < within.width() and 0 <= middle.y() < within.height()):
                return False
        if within is bounds:
            return True
        within = within.parentItem()


def _slides(item: QQuickItem) -> bool:
    """Whether this is a stack of pages between two of them."""
    return bool(item.property("busy"))
