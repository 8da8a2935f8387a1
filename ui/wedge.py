"""A scanner that types: its keys are caught on their way to the window, so that a code never lands in a field.

Such a "keyboard wedge" is told from a person by its pace: at least four
characters, each within a twentieth of a second of the one before, and Enter.
What a person types on a technician's keyboard arrives a moment late, while it
is not yet clear who types, but whole and in order. The keys of the keyboard on
the glass never come this way: Qt makes them inside the program, and only what
came from outside (``spontaneous``) is looked at.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QWindow

GAP_SECONDS = 0.05  # between two keys: slow scanners need 40 ms for a capital, people rarely less than 60
FEWEST = 4  # characters; a person may press three keys at once
LONGEST = 7089  # characters; no code holds more
# A key that nothing follows for four ticks was a person's. They are ticks and not one pause because the program may
# have been busy for longer: then one of them is over, and the keys that wait in Qt's queue come before the next.
TICK_MILLISECONDS, TICKS = 25, 4

_ENDS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_SHIFTS = frozenset({Qt.Key.Key_Shift, Qt.Key.Key_CapsLock})  # change the keys that follow and type nothing
_COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


class WedgeFilter(QObject):
    """Takes the lines of a scanner out of the keys that ``window`` gets, and hands each to ``heard``.

    ``when`` tells at which second of some clock a key was pressed. The event's
    own timestamp does: it was given by the system, so that a program which was
    busy for a moment misjudges nobody.
    """

    def __init__(
        self,
        window: QWindow,
        heard: Callable[[str], None],
        when: Callable[[QKeyEvent], float] = lambda event: event.timestamp() / 1000,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._heard = heard
        self._when = when
        self._held: list[QKeyEvent] = []  # presses and releases of what may be a scanner's line
        self._text = ""  # what they type
        self._down: set[int] = set()  # keys whose press the window has not got and whose release has not come
        self._pressed_at = float("-inf")
        self._ticks = 0  # since the last key
        self._clock = QTimer(self, interval=TICK_MILLISECONDS)
        self._clock.timeout.connect(self._tick)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Whether ``event`` is kept from the window, for a moment or for good."""
        if not isinstance(event, QKeyEvent) or watched is not self._window or not event.spontaneous():
            return False
        match event.type():
            case QEvent.Type.KeyPress:
                return self._press(event)
            case QEvent.Type.KeyRelease:
                return self._release(event)
            case _:
                return False

    def _press(self, event: QKeyEvent) -> bool:
        if event.key() in _SHIFTS:
            return False
        at = self._when(event)
        quick = 0 <= at - self._pressed_at <= GAP_SECONDS
        self._pressed_at = at
        if event.key() in _ENDS and quick and len(self._text) >= FEWEST:
            self._down.add(_key(event))
            self._hand_over()
            return True
        command = event.isAutoRepeat() or bool(event.modifiers() & _COMMANDS)
        typed = "" if command or not event.text().isprintable() else event.text()
        if not typed or not quick or len(self._text) == LONGEST:
            self._let_go()
        if not typed or (quick and not self._held):
            return False  # a person's, as was the key before it
        self._held.append(QKeyEvent(event))
        self._text += typed
        self._down.add(_key(event))
        self._ticks = 0
        self._clock.start()
        return True

    def _release(self, event: QKeyEvent) -> bool:
        if _key(event) not in self._down:
            return False
        self._down.discard(_key(event))
        if self._held:
            self._held.append(QKeyEvent(event))
        return True

    def _tick(self) -> None:
        self._ticks += 1
        if self._ticks == TICKS:
            self._let_go()

    def _hand_over(self) -> None:
        """It was a scanner: the window hears nothing of it."""
        self._clock.stop()
        self._held.clear()
        text, self._text = self._text, ""
        self._pressed_at = float("-inf")  # its next line begins anew
        self._heard(text)

    def _let_go(self) -> None:
        """It was a person: the window gets what was held."""
        self._clock.stop()
        held, self._held, self._text = self._held, [], ""
        self._down.clear()
        for event in held:
            QCoreApplication.sendEvent(self._window, event)  # no longer spontaneous, so not looked at again


def _key(event: QKeyEvent) -> int:
    """Which key it is, whatever Shift makes of it."""
    return event.nativeScanCode() or event.key()
