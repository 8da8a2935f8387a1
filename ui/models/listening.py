"""The machine for ears: reading a page aloud when asked to, and being worked without sight.

What is said and what comes of a key is decided by :mod:`kiosk.aloud` and :mod:`kiosk.by_ear`; here are the corners of
the glass, the keys of a keypad, the jack of the headphones, and time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Property, QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QWindow

from kiosk.aloud import Begin, Entry, help_entries, home_entries, sentences, visit_entries
from kiosk.by_ear import (
    CLEARED,
    CORNERS,
    MARK,
    OVER,
    PAGE_SHOWS,
    READ_ALOUD,
    SCREEN_IS_DARK,
    SCREEN_IS_FOR_STAFF,
    SCREEN_SHOWS,
    VOLUME,
    WRITE_AGAIN,
    ByEar,
    Heard,
    Key,
    Switch,
)
from kiosk.settings import KeypadKey, SpeechSettings
from kiosk.terminal import Terminal
from kiosk.text import Language, Text
from kiosk.visit.events import Act, Answer
from kiosk.visit.view import StepKind, VisitView
from ui.headphones import Headphones
from ui.models.session import SessionModel
from ui.speech import Speech

log = logging.getLogger("ui.listening")

LOUDER = 10  # of 100, a key
# Whoever writes a name lifts the finger between its strokes.
WRITTEN_MILLISECONDS = 2000
HELD_MILLISECONDS = 3000  # in place of a name
LINGER_MILLISECONDS = 30_000  # after which whoever does nothing is told where one is, once
_PAD_RATIO = 2.0  # width to height of what is drawn on the application
_PAD_FILL = 0.8
_LEAST = 0.05  # of the glass's width; less is no signature


class ListeningModel(QObject):
    """Whether somebody listens, what is being said, and what the corners and keys do."""

    changed = Signal()
    readingChanged = Signal()  # noqa: N815  QML's way of naming

    def __init__(
        self,
        terminal: Terminal,
        session: SessionModel,
        settings: SpeechSettings,
        occupied: Callable[[], bool] = lambda: False,
    ) -> None:
        super().__init__()
        self._terminal = terminal
        self._session = session
        self._occupied = occupied  # by a technician, whose keys are no citizen's
        self._ear = self._new_ear()
        self._speech: Speech | None = None
        self._window: QWindow | None = None
        self._on = self._lit = self._back_on = False
        self._helped_at: str | None = None  # the step at which somebody who sees helps; "" between visits
        self._visited = self._stays = False
        self._words: list[str] = []
        self._heard: list[Text] | None = None  # what the pages say while a key is carried out
        self._strokes: list[list[tuple[float, float]]] = []
        self._least = 0.0
        self._keys = _keys(settings.keys)
        self._written = QTimer(self, interval=WRITTEN_MILLISECONDS, singleShot=True)
        self._written.timeout.connect(self._sign)
        self._held = QTimer(self, interval=HELD_MILLISECONDS, singleShot=True)
        self._held.timeout.connect(self._sign_by_holding)
        self._lingers = QTimer(self, interval=LINGER_MILLISECONDS, singleShot=True)
        self._lingers.timeout.connect(self._linger)
        session.viewChanged.connect(self._page_changed)
        session.homeChanged.connect(self._page_changed)
        session.homeReset.connect(self._home_reset)
        session.languageChanged.connect(self.changed)
        self._headphones = Headphones(settings.headphones, self._plugged) if settings.headphones else None

    def speak_with(self, speech: Speech) -> None:
        """Have ``speech`` say it from now on."""
        self._speech = speech
        speech.readingChanged.connect(self.readingChanged)
        self.changed.emit()

    def fall_silent(self) -> None:
        """Nothing can speak on this machine: nobody is offered to be spoken to, or left before a dark glass."""
        self._speech = None
        self._end()

    def watch(self, window: QWindow) -> None:
        """Take the keys of the keypad out of what ``window`` gets."""
        self._window = window
        window.installEventFilter(self)

    def stop(self) -> None:
        """The window goes."""
        self._lingers.stop()
        self._written.stop()
        self._held.stop()
        if self._headphones is not None:
            self._headphones.close()

    @property
    def private(self) -> bool:
        """Whether only the person hears what is said."""
        return self._headphones is not None and self._headphones.plugged

    @property
    def entry(self) -> Entry:
        """The entry that stands for whoever listens."""
        return self._ear.entry

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Everything on the page that is listened to."""
        return self._ear.entries

    @property
    def editing(self) -> bool:
        """Whether a field is being filled in."""
        return self._ear.editing

    @property
    def language(self) -> Language:
        """The language in which whoever listens is spoken to."""
        return self._session.spoken

    @property
    def said(self) -> list[str]:
        """The sentences that were said last."""
        return self._words

    def speaks_for(self, view: VisitView | None) -> bool:
        """Whether this page is spoken for here, so that nobody else says it. A face is prompted as everybody's is."""
        return self._on and view is not None and (view.kind is not StepKind.VERIFY_FACE or view.problem is not None)

    # -- what the page reads ------------------------------------------------------------

    def _get_on(self) -> bool:
        return self._on

    def _get_covers(self) -> bool:
        return self._on and not self._is_for_staff() and self._helped_at is None

    def _get_lit(self) -> bool:
        return self._lit

    def _get_signing(self) -> bool:
        return self._on and self._ear.signing

    def _get_words(self) -> list[str]:
        return self._words

    def _get_corners(self) -> dict[str, str]:
        return {key.value: words.in_(self._session.spoken) for key, words in CORNERS.items()}

    def _get_label(self) -> str:
        return READ_ALOUD.in_(self._session.spoken)

    def _get_speaks(self) -> bool:
        return self._speech is not None

    def _get_reading(self) -> bool:
        return self._speech is not None and self._speech.reading

    on = Property(bool, _get_on, notify=changed)
    covers = Property(bool, _get_covers, notify=changed)  # whether the corners lie over the page
    lit = Property(bool, _get_lit, notify=changed)  # whether what is said is also shown
    signing = Property(bool, _get_signing, notify=changed)  # whether the whole glass is a pad
    words = Property("QVariant", _get_words, notify=changed)  # type: ignore[arg-type]
    corners = Property("QVariant", _get_corners, notify=changed)  # type: ignore[arg-type]
    label = Property(str, _get_label, notify=changed)
    speaks = Property(bool, _get_speaks, notify=changed)
    reading = Property(bool, _get_reading, notify=readingChanged)

    # -- reading a page -----------------------------------------------------------------

    @Slot(str)
    def read(self, place: str) -> None:
        """Read out the page that stands, or stop reading. ``place`` is where one is between visits, or ``help``."""
        speech, terminal = self._speech, self._terminal
        if speech is None:
            return
        if speech.reading:
            speech.hush()
            return
        view = terminal.view()
        if place == "help":
            entries = help_entries(terminal.help())
        elif view is not None:
            entries = visit_entries(view)
        else:
            entries = home_entries(terminal.home(), terminal.places(), place)
        self._say(sentences(entries, private=self.private))

    @Slot()
    def hush(self) -> None:
        """Somebody went on, so nothing more of this page is wanted."""
        if self._speech is not None and not self._on and self._speech.reading:
            self._speech.hush()

    # -- being worked without sight -------------------------------------------------------

    @Slot()
    def begin(self) -> None:
        """A finger lay in the corner: somebody listens from now on, or again."""
        if self._on:
            self._back_on, self._helped_at = True, None
            self._say(self._ear.linger())
        elif self._speech is not None:
            self._begin(by_keys=False)

    @Slot(str)
    def corner(self, name: str) -> None:
        """A corner was touched."""
        self.press(Key(name))

    @Slot(str)
    def callCorner(self, name: str) -> None:  # noqa: N802
        """A finger rests in a corner: say which it is, and do nothing."""
        self._say((CORNERS[Key(name)],))

    @Slot("QVariant", float)
    def drawn(self, stroke: Any, width: float) -> None:
        """A stroke was drawn on the glass, which is ``width`` wide; its points are pixels."""
        listed = stroke.toVariant() if hasattr(stroke, "toVariant") else stroke
        self._held.stop()
        if self._ear.signing:
            self._session.touch()
            self._strokes.append([(float(x), float(y)) for x, y in listed])
            self._least = _LEAST * width
            self._written.start()

    @Slot(bool)
    def holding(self, down: bool) -> None:
        """A finger lies on the pad without moving, or does not any more."""
        if down and self._ear.signing:
            self._written.stop()
            self._held.start()
        else:
            self._held.stop()

    def press(self, key: Key) -> None:
        """A key or a corner was pressed."""
        self._session.touch()
        if self._helped_at is not None:
            self.begin()
            return
        self._carry_out(self._ear.press(key))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Whether a key was one of the keypad's."""
        if watched is not self._window or not isinstance(event, QKeyEvent) or self._speech is None or self._occupied():
            return False
        # The keyboard on the glass, which a helper uses, makes its keys inside the program; a keypad's are spontaneous.
        name = self._keys.get(event.key()) if event.spontaneous() else None
        listens = self._on and self._helped_at is None
        digit = event.text() if listens and event.text() in tuple("0123456789") else ""
        if name is None and not digit:
            return False
        if event.type() == QEvent.Type.KeyPress and not event.isAutoRepeat():
            self._key_down(name, digit)
        elif event.type() == QEvent.Type.KeyRelease and name == "choose" and not event.isAutoRepeat():
            self._held.stop()
        return True

    # -- inside ---------------------------------------------------------------------------

    def _key_down(self, name: KeypadKey | None, digit: str) -> None:
        if name in ("louder", "softer"):
            self._turn_volume(LOUDER if name == "louder" else -LOUDER)
            if self._on:
                self._say((self._volume(),))
        elif not self._on:
            self._begin(by_keys=True)
        elif name is None:
            self._session.touch()
            self._carry_out(self._ear.type(digit))
        else:
            if name == "choose" and self._ear.signing:
                self._held.start()
            self.press(Key(name))

    def _new_ear(self) -> ByEar:
        return ByEar(self._terminal, lambda: self.language)

    def _begin(self, *, by_keys: bool) -> None:
        self._on, self._lit, self._back_on, self._helped_at = True, False, False, None
        self._visited = self._terminal.view() is not None
        self._ear = self._new_ear()
        self._ear.private = self.private
        self._session.touch()
        self._say(self._ear.begin(by_keys=by_keys))
        self._lingers.start()

    def _linger(self) -> None:
        if self._get_covers() and not self._ear.signing:
            self._say(self._ear.linger())

    def _end(self, *said: Text) -> None:
        self._lingers.stop()
        self._on = self._lit = self._back_on = False
        self._helped_at = None
        self._written.stop()
        self._held.stop()
        self._strokes.clear()
        self._words = []
        self._ear = self._new_ear()  # nothing of what it went over stays
        self._say(said)

    def _carry_out(self, heard: Heard) -> None:
        self._heard = []
        match heard.deed:
            case Act(action):
                self._session.act(action)
            case Answer(key, value):
                self._session.answer(key, value)
            case Begin(code):
                self._session.begin(code)
            case Switch.LANGUAGE:
                self._session.setLanguage("zh" if self._session.spoken == "en" else "en")
                self._heard += self._ear.entries[0].said()
            case Switch.SCREEN:
                self._lit = not self._lit
                self._heard.append(SCREEN_SHOWS if self._lit else SCREEN_IS_DARK)
            case Switch.PAGE:
                view = self._terminal.view()
                self._helped_at = view.step_id if view is not None else ""
                self._heard += [PAGE_SHOWS, *(self._ear.press(Key.BACK).said if self._ear.sheet else ())]
            case Switch.LOUDER | Switch.SOFTER:
                self._turn_volume(LOUDER if heard.deed is Switch.LOUDER else -LOUDER)
                self._heard.append(self._volume())
            case Switch.STOP:
                self._heard = None
                self._end(OVER)
                return
            case None:
                pass
        said, self._heard = (*heard.said, *self._heard), None
        if self._on:  # the visit may have ended with it
            self._say(said)
            self._lingers.start()

    def _page_changed(self) -> None:
        visited, self._visited = self._visited, self._terminal.view() is not None
        if not self._on:
            return
        if visited and not self._visited:
            if not self.private:
                self._end(CLEARED, OVER)  # whoever comes next sees the machine as it usually is
                return
            self._stays = True
        was_for_staff = self._is_for_staff()
        said = self._ear.look()
        view = self._terminal.view()
        if (view.step_id if view is not None else "") != self._helped_at:
            self._helped_at = None  # what help was wanted for is done
        if view is None or view.kind is not StepKind.VERIFY_STAFF:
            self._back_on = False
        elif was_for_staff and said:
            said = (*said, SCREEN_IS_FOR_STAFF)
        if self._heard is not None:
            self._heard += said
        elif said:
            self._say(said)
        self.changed.emit()

    def _home_reset(self) -> None:
        """Nobody goes on at the home page. This comes at a visit's end as well; who wears headphones stays then."""
        stays, self._stays = self._stays, False
        if self._on and not stays:
            self._end()

    def _plugged(self, plugged: bool) -> None:
        if self._on:
            said = self._ear.listen(private=plugged)
            if said:
                self._say(said)
        elif plugged and self._speech is not None and not self._occupied():
            self._begin(by_keys=bool(self._keys))
        elif self._speech is not None:
            self._speech.hush()

    def _is_for_staff(self) -> bool:
        """Whether an attendant, who sees, is asked for something: then the page itself is on the glass."""
        view = self._terminal.view()
        return view is not None and view.kind is StepKind.VERIFY_STAFF and view.problem is None and not self._back_on

    def _say(self, said: Sequence[Text]) -> None:
        language = self._session.spoken
        words = [text.in_(language) for text in said]
        self._words = words if self._on else []
        if self._speech is not None and words:
            self._speech.read(words, language, self._terminal.view())
        self.changed.emit()

    def _turn_volume(self, by: int) -> None:
        self._session.setVolume(int(self._session.property("volume")) + by)

    def _volume(self) -> Text:
        return VOLUME.filled(volume=self._session.property("volume"))

    def _sign(self) -> None:
        strokes, self._strokes = self._strokes, []
        if not self._ear.signing:
            return
        if max(_spans(strokes)) < self._least:  # a finger that only came down
            self._say((WRITE_AGAIN,))
        else:
            self._carry_out_signature(fitted(strokes))

    def _sign_by_holding(self) -> None:
        self._strokes.clear()
        if self._ear.signing:
            self._carry_out_signature([list(stroke) for stroke in MARK])

    def _carry_out_signature(self, strokes: list[list[tuple[float, float]]]) -> None:
        self._session.touch()
        self._session.sign(strokes)


def fitted(strokes: Sequence[Sequence[tuple[float, float]]]) -> list[list[tuple[float, float]]]:
    """Strokes drawn anywhere and of any size, as points 0..1 of the pad: in its middle, and in proportion."""
    across = [x for stroke in strokes for x, _ in stroke]
    down = [y for stroke in strokes for _, y in stroke]
    width, height = _spans(strokes)
    scale = _PAD_FILL / max(width / _PAD_RATIO, height)  # of the pad's height
    middle_x, middle_y = (max(across) + min(across)) / 2, (max(down) + min(down)) / 2
    return [
        [(0.5 + (x - middle_x) * scale / _PAD_RATIO, 0.5 + (y - middle_y) * scale) for x, y in stroke]
        for stroke in strokes
    ]


def _spans(strokes: Sequence[Sequence[tuple[float, float]]]) -> tuple[float, float]:
    """How wide and how high all of it is."""
    across = [x for stroke in strokes for x, _ in stroke] or [0.0]
    down = [y for stroke in strokes for _, y in stroke] or [0.0]
    return max(across) - min(across), max(down) - min(down)


def _keys(settings: dict[KeypadKey, str]) -> dict[int, KeypadKey]:
    """What Qt's key codes do."""
    found: dict[int, KeypadKey] = {}
    for name, called in settings.items():
        sequence = QKeySequence(called)
        key = sequence[0].key() if sequence.count() == 1 else Qt.Key.Key_unknown  # type: ignore[index]
        if key is Qt.Key.Key_unknown:
            log.warning("the keypad has no key %s: %s", name, called)
        else:
            found[int(key)] = name
    return found
