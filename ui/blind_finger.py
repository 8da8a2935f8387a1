"""The finger of somebody who does not see: it begins in the corner of the frame, or with any key of a keypad.

From then on it knows only the four corners of the glass, or the keys. It does what :class:`ui.finger.Finger` does, so
that the same walk goes both ways.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtQuick import QQuickWindow
from PySide6.QtTest import QTest

from kiosk import by_ear
from kiosk.aloud import Begin, Deed, Edit, Go, Press, Put, Sign
from kiosk.areas import split
from kiosk.by_ear import Key
from kiosk.catalogue.item import FieldType
from kiosk.text import Text
from kiosk.visit.view import VisitView
from kiosk.wheels import DELETE, DONE, TO_LATIN, area_turns_to, called, turns_to
from ui.finger import Finger, FingerError, let_live
from ui.models.listening import HELD_MILLISECONDS, WRITTEN_MILLISECONDS, ListeningModel
from ui.voice import Order

MOST = 300  # no page has more entries
MOST_SIGNS = 700  # no wheel has more
IN_THE_CORNER_MILLISECONDS = 2300
# What a keypad's keys are called where a walk goes by them.
KEYPAD: dict[Key, str] = {
    Key.PREVIOUS: "Up",
    Key.NEXT: "Down",
    Key.CHOOSE: "Return",
    Key.REPEAT: "F2",
    Key.BACK: "Backspace",
    Key.HELP: "F1",
}
_QT_KEYS: dict[Key, Qt.Key] = {
    Key.PREVIOUS: Qt.Key.Key_Up,
    Key.NEXT: Qt.Key.Key_Down,
    Key.CHOOSE: Qt.Key.Key_Return,
    Key.REPEAT: Qt.Key.Key_F2,
    Key.BACK: Qt.Key.Key_Backspace,
    Key.HELP: Qt.Key.Key_F1,
}


class Notes:
    """A mouth that speaks to nobody and notes down what would be heard."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.ended: Callable[[int], object] = int
        self.lost: Callable[[], object] = bool

    def wake(self) -> None:
        """Nothing has to be got ready."""

    def carry_out(self, order: Order) -> None:
        """Note it down; it is over at once."""
        self.said += order.words.splitlines()


class BlindFinger(Finger):
    """Works ``window`` by ear; ``look`` gives the page that stands. ``by_keys`` is whether there is a keypad."""

    def __init__(
        self,
        window: QQuickWindow,
        listening: ListeningModel,
        look: Callable[[], VisitView | None],
        *,
        by_keys: bool = False,
    ) -> None:
        super().__init__(window)
        self._hands = Finger(window)  # they feel corners, and are the attendant's, who sees
        self._listening = listening
        self._look = look
        self._by_keys = by_keys
        self.pressed = 0

    def begin(self) -> None:
        """Begin without sight: a finger lies in the bottom left corner, or any key is pressed."""
        if self._by_keys:
            self._click(Key.REPEAT)
        else:
            self._hands.wait_for("listen-corner", self._seconds)
            corner = QPoint(8, self._window.height() - 8)
            left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
            QTest.mousePress(self._window, left, none, corner)
            let_live(IN_THE_CORNER_MILLISECONDS)
            QTest.mouseRelease(self._window, left, none, corner)
        if not self.wait_until(lambda: bool(self._listening.property("on")), 3.0):
            raise FingerError("nobody answers who begins without sight")

    def sees(self, name: str) -> bool:
        """Whether an entry of the page does what the item called ``name`` does."""
        if self._is_lit():
            return self._hands.sees(name)
        return any(self._means(name)(entry.deed) for entry in self._listening.entries)

    def wait_for(self, name: str, seconds: float) -> None:
        """Wait until there is something to be done called ``name``. Raises FingerError."""
        if name == "open-find":  # how a walk knows that it is at home
            if not self._listening.property("on"):
                self.begin()
        elif not self.wait_until(lambda: self.sees(name), seconds):
            raise FingerError(f"no entry does what {name} does")

    def tap(self, name: str) -> None:
        """Go to the entry that does what ``name`` does, and choose it. An attendant, who sees, touches the page."""
        self.wait_for(name, self._seconds)
        if self._is_lit():
            self._hands.tap(name)
            return
        self._go_to(name)
        self.press(Key.CHOOSE)

    def type_text(self, name: str, text: str) -> None:
        """Fill in a field: digits by the keypad where there is one, everything else by turning to each sign."""
        self.wait_for(name, self._seconds)
        self._go_to(name)
        edit = self._to_be_filled_in(name)
        if edit.type is FieldType.ADDRESS:
            area, text = split(text)
            self.press(Key.CHOOSE)
            for stop in area_turns_to(edit, area, self._listening.language):
                self._turn_to(stop)
            self.go_to(lambda deed: isinstance(deed, Edit) and (deed.key, deed.type) == (edit.key, FieldType.TEXT))
            edit = self._to_be_filled_in(name)
        self.press(Key.CHOOSE)
        if edit.type is FieldType.TEXT:
            if edit.value:
                self._turn_to(DELETE.said)
            for _ in edit.value[1:]:
                self.press(Key.CHOOSE)
            for stop in turns_to(edit, text, self._listening.language):
                self._turn_to(stop)
        else:
            for sign in text:
                if self._by_keys and sign.isdecimal():
                    QTest.keyClick(self._window, Qt.Key(ord(sign)))
                    let_live(0)
                else:
                    self._turn_to(called(sign))
        if self._listening.editing:
            self._turn_to(DONE.said)

    def draw(self, name: str, strokes: Sequence[Sequence[tuple[float, float]]]) -> None:
        """Sign: on the whole glass with a finger, or by holding a key where there is nothing but keys."""
        self.wait_for(name, self._seconds)
        self._go_to(name)
        self.press(Key.CHOOSE)
        if self._by_keys:
            QTest.keyPress(self._window, _QT_KEYS[Key.CHOOSE])
            let_live(HELD_MILLISECONDS + 300)
            QTest.keyRelease(self._window, _QT_KEYS[Key.CHOOSE])
        else:
            self._hands.draw("blind-pad", strokes)
            let_live(WRITTEN_MILLISECONDS + 300)

    def press(self, key: Key) -> None:
        """Press a key, or touch its corner."""
        self.pressed += 1
        if self._by_keys:
            self._click(key)
        else:
            self._hands.tap(f"corner-{key}")

    def go_to(self, means: Callable[[Deed | None], bool]) -> bool:
        """Move to the next entry at which this can be done, or to one before; false where there is none."""
        for key, end in ((Key.NEXT, by_ear.LAST), (Key.PREVIOUS, by_ear.FIRST)):
            for _ in range(MOST):
                if means(self._listening.entry.deed):
                    return True
                self.press(key)
                if self._heard(end):
                    break
        return False

    # -- inside ----------------------------------------------------------------------------

    def _click(self, key: Key) -> None:
        QTest.keyClick(self._window, _QT_KEYS[key])
        let_live(0)

    def _is_lit(self) -> bool:
        return bool(self._listening.property("on")) and not self._listening.property("covers")

    def _go_to(self, name: str) -> None:
        if not self.go_to(self._means(name)):
            raise FingerError(f"no entry does what {name} does")

    def _to_be_filled_in(self, name: str) -> Edit:
        edit = self._listening.entry.deed
        if not isinstance(edit, Edit):
            raise FingerError(f"{name} cannot be filled in by ear")
        return edit

    def _turn_to(self, stop: Text) -> None:
        """Turn the wheel until ``stop`` is heard, and take it; what stands behind the signs is nearer backwards."""
        backwards = stop in (TO_LATIN.said, DELETE.said, DONE.said)
        self.press(Key.REPEAT)
        for _ in range(MOST_SIGNS):
            if self._heard(stop, last=True):
                self.press(Key.CHOOSE)
                return
            self.press(Key.PREVIOUS if backwards else Key.NEXT)
        raise FingerError(f"the wheel has no {stop.en}")

    def _heard(self, text: Text, *, last: bool = False) -> bool:
        words = self._listening.said
        return bool(words) and (words[-1] if last else words[0]) in (text.zh, text.en)

    def _means(self, name: str) -> Callable[[Deed | None], bool]:
        """Whether a deed is that of the item called ``name`` on the page that is drawn."""
        what, _, which = name.partition("-")
        view = self._look()
        wanted: Mapping[str, Deed | None] = {
            "act": Press(which),
            "way": Press(f"way:{which}"),
            "rate": Press(f"rate:{which}"),
            "tile": Begin(which),
            "department": Go(which),
            "signature": Sign(),
            "primary": Press(view.primary.id) if view is not None and view.primary is not None else None,
        }
        if what == "field":
            return lambda deed: isinstance(deed, Edit) and deed.key == which
        if what == "option":
            key, _, value = which.partition("-")
            return lambda deed: isinstance(deed, Put) and deed.key == key and value in deed.value.split(",")
        deed = wanted.get(what, Press(name))
        return lambda found: found is not None and found == deed
