"""The visit as QML sees it: one plain view in the citizen's language, and what a finger may ask for."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot

from kiosk.areas import areas_in, in_letters, joined
from kiosk.catalogue.item import StepKind
from kiosk.home import HomeView
from kiosk.settings import Settings
from kiosk.text import Language, Text
from ui.models.characters import Characters
from ui.sounds import Sounds

if TYPE_CHECKING:
    from kiosk.terminal import Terminal

TICK_MILLISECONDS = 250
TICKS_A_LOOK = 4  # at the home page little changes by time alone; what a device or the line says is shown at once
FRAME_MILLISECONDS = 33
# A language or a look that was chosen at the home page falls back when nobody goes on.
HOME_RESET_TICKS = 60 * 1000 // TICK_MILLISECONDS

Look = Literal["standard", "elder", "dark", "light"]  # 长辈版 is "elder"; the last two are high contrast
LOOKS: tuple[Look, ...] = ("standard", "elder", "dark", "light")
TEXT_SIZES = 4
# Millimetres above the floor between which everything is reached from a wheelchair (EN 301 549, 8.3).
LOWEST_REACH, HIGHEST_REACH = 380, 1220

_GREETINGS = (
    (5, Text(zh="夜深了，想办什么事？", en="Hello. How can we help?")),
    (11, Text(zh="早上好，想办什么事？", en="Good morning. How can we help?")),
    (13, Text(zh="中午好，想办什么事？", en="Hello. How can we help?")),
    (18, Text(zh="下午好，想办什么事？", en="Good afternoon. How can we help?")),
    (23, Text(zh="晚上好，想办什么事？", en="Good evening. How can we help?")),
    (24, Text(zh="夜深了，想办什么事？", en="Hello. How can we help?")),
)


def plain(value: Any, language: Language) -> Any:
    """``value`` as QML takes it: dataclasses become dictionaries, texts become words of ``language``."""
    if isinstance(value, Text):
        return value.in_(language)
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name), language) for field in fields(value)}
    if isinstance(value, tuple | list):
        return [plain(part, language) for part in value]
    return value


class SessionModel(QObject):
    """What the pages show and what may be touched on them. Everything is decided by the terminal.

    Until :meth:`serve` gives it one there is the home page to look at, and nobody may touch anything.
    """

    viewChanged = Signal()  # noqa: N815  QML's way of naming
    homeChanged = Signal()  # noqa: N815
    languageChanged = Signal()  # noqa: N815
    lookChanged = Signal()  # noqa: N815
    volumeChanged = Signal()  # noqa: N815
    clockChanged = Signal()  # noqa: N815
    frameChanged = Signal()  # noqa: N815
    restingChanged = Signal()  # noqa: N815
    homeReset = Signal()  # noqa: N815  nobody goes on at the home page: it shows its beginning again

    _terminal: Terminal

    def __init__(self, home: HomeView, settings: Settings, now: Callable[[], datetime], sounds: Sounds) -> None:
        super().__init__()
        self._settings = settings
        self._now = now
        self._sounds = sounds
        self._characters = Characters(self)
        self._language: Language = settings.screen.language
        self._look: Look = "standard"
        self._text_size = 0  # 0 to 3
        self._lowered = False
        self._shown: Any = None
        self._view: dict[str, Any] | None = None
        self._home_shown = home
        self._home: dict[str, Any] = plain(self._home_shown, self._language)
        self._clock = self._greeting = ""
        self._frame = 0  # counts pictures of the camera; 0 while there is none to show
        self._pictured: Callable[[], object] = lambda: None  # the last one: it is drawn once, and not kept
        self._ticks_at_home = 0
        self._resting = False
        self._ticker = QTimer(self, interval=TICK_MILLISECONDS)
        self._ticker.timeout.connect(self._tick)
        self._film = QTimer(self, interval=FRAME_MILLISECONDS)
        self._film.timeout.connect(self._next_frame)
        self._say_time()

    def serve(self, terminal: Terminal) -> None:
        """From now on a terminal decides."""
        self._terminal = terminal
        terminal.on_change = self._changed
        self._ticker.start()
        self._tick()

    # -- what the pages read -------------------------------------------------------

    def _get_view(self) -> dict[str, Any] | None:
        return self._view

    def _get_home(self) -> dict[str, Any]:
        return self._home

    @property
    def spoken(self) -> Language:
        """The language of the screen."""
        return self._language

    def _get_language(self) -> str:
        return self._language

    def _get_look(self) -> str:
        return self._look

    def _get_text_size(self) -> int:
        return self._text_size

    def _get_lowered(self) -> bool:
        return self._lowered

    def _get_volume(self) -> int:
        return self._sounds.volume

    def _get_clock(self) -> str:
        return self._clock

    def _get_greeting(self) -> str:
        return self._greeting

    def _get_full_screen(self) -> bool:
        return self._settings.screen.full_screen

    def _get_lowerable(self) -> bool:
        screen = self._settings.screen
        return screen.millimetres_above_floor + screen.millimetres_high > HIGHEST_REACH or (
            screen.millimetres_above_floor < LOWEST_REACH
        )

    def _get_glass(self) -> dict[str, float]:
        screen = self._settings.screen
        return {
            "wide": screen.millimetres_wide,
            "high": screen.millimetres_high,
            "aboveFloor": screen.millimetres_above_floor,
            "lowestReach": LOWEST_REACH,
            "highestReach": HIGHEST_REACH,
        }

    def _get_resting(self) -> bool:
        return self._resting

    def _get_attract(self) -> dict[str, Any]:
        other: Language = "zh" if self._language == "en" else "en"
        view = self._terminal.attract()
        return {"mine": plain(view, self._language), "other": plain(view, other)}

    def _get_face_source(self) -> str:
        return self._source("face", StepKind.VERIFY_FACE)

    def _get_document_source(self) -> str:
        return self._source("document", StepKind.SCAN_DOCUMENT)

    view = Property("QVariant", _get_view, notify=viewChanged)  # type: ignore[arg-type]  # Qt's own way to name it
    home = Property("QVariant", _get_home, notify=homeChanged)  # type: ignore[arg-type]
    language = Property(str, _get_language, notify=languageChanged)
    look = Property(str, _get_look, notify=lookChanged)
    textSize = Property(int, _get_text_size, notify=lookChanged)  # noqa: N815
    lowered = Property(bool, _get_lowered, notify=lookChanged)
    volume = Property(int, _get_volume, notify=volumeChanged)
    clock = Property(str, _get_clock, notify=clockChanged)
    greeting = Property(str, _get_greeting, notify=clockChanged)
    fullScreen = Property(bool, _get_full_screen, constant=True)  # noqa: N815
    lowerable = Property(bool, _get_lowerable, constant=True)
    glass = Property("QVariant", _get_glass, constant=True)  # type: ignore[arg-type]
    resting = Property(bool, _get_resting, notify=restingChanged)
    attract = Property("QVariant", _get_attract, notify=languageChanged)  # type: ignore[arg-type]
    characters = Property(QObject, lambda self: self._characters, constant=True)
    faceSource = Property(str, _get_face_source, notify=frameChanged)  # noqa: N815
    documentSource = Property(str, _get_document_source, notify=frameChanged)  # noqa: N815

    # -- what a finger asks for ------------------------------------------------------

    @Slot(str)
    def begin(self, code: str) -> None:
        """An item was chosen."""
        self._terminal.begin(code)

    @Slot(str, result="QVariantList")
    def find(self, typed: str) -> list[str]:
        """The codes of the items that somebody may mean who typed this."""
        return self._terminal.find(typed)

    @Slot(result="QVariant")
    def help(self) -> Any:
        """The help of the page that stands."""
        return plain(self._terminal.help(), self._language)

    @Slot(str, result=bool)
    def reportFault(self, trouble: str) -> bool:  # noqa: N802
        """Something is wrong with this machine; false where there is nobody to be told."""
        return self._terminal.report_fault(trouble)

    @Slot(result="QVariant")
    def stations(self) -> Any:
        """Every station around this one, the nearest first, and the code of the mini program that leads there."""
        mini = self._terminal.help_words.mini_program
        code, words = (mini.code, mini.words.in_(self._language)) if mini is not None else ("", "")
        return {"places": plain(self._terminal.places(), self._language), "code": code, "words": words}

    @Slot("QVariant", result="QVariant")
    def areas(self, path: Any) -> Any:
        """What lies directly in an area, by the names that lead to it: each with its name as it is shown."""
        names = path.toVariant() if hasattr(path, "toVariant") else path
        inner = areas_in(tuple(str(name) for name in names))
        latin = self._language == "en"
        return [{"name": name, "label": f"{in_letters(name)}\n{name}" if latin else name} for name in inner]

    @Slot(str, result=str)
    def areaName(self, name: str) -> str:  # noqa: N802
        """The name of an area where there is little room."""
        return in_letters(name) if self._language == "en" else name

    @Slot(str, "QVariant", str)
    def answerAddress(self, key: str, path: Any, detail: str) -> None:  # noqa: N802
        """An address was filled in: its area, and the rest of it."""
        names = path.toVariant() if hasattr(path, "toVariant") else path
        self._terminal.answer(key, joined(tuple(str(name) for name in names), detail))

    @Slot(str)
    def act(self, action: str) -> None:
        """A button was touched."""
        self._terminal.act(action)

    @Slot(str, str)
    def answer(self, key: str, value: str) -> None:
        """A field was filled in."""
        self._terminal.answer(key, value)

    @Slot("QVariant")
    def sign(self, strokes: Any) -> None:
        """The signature pad was written on."""
        listed = strokes.toVariant() if hasattr(strokes, "toVariant") else strokes
        self._terminal.sign([[(float(x), float(y)) for x, y in stroke] for stroke in listed])

    @Slot(str, result=str)
    def reveal(self, reference: str) -> str:
        """What stands behind a mask, for as long as a finger lies on it; the view never holds it."""
        words = self._terminal.revealed(reference)
        return words.in_(self._language) if words is not None else ""

    @Slot()
    def touch(self) -> None:
        """A finger was on the glass."""
        self._ticks_at_home = 0
        if self._resting:  # a moment later: until then the finger lies on what shows that nobody is here
            QTimer.singleShot(0, lambda: self._rest(resting=False))
        self._terminal.touch()

    @Slot(str)
    def setLanguage(self, language: str) -> None:  # noqa: N802
        """Chinese or English."""
        self._language = "en" if language == "en" else "zh"
        self._terminal.set_language(self._language)
        self.languageChanged.emit()
        self._say_time()
        self._show(again=True)

    @Slot(str)
    def setLook(self, look: str) -> None:  # noqa: N802
        """One of the four looks; another word is the standard one."""
        self._look = next((known for known in LOOKS if known == look), "standard")
        self._terminal.ask_one_by_one(self._look == "elder")
        self.lookChanged.emit()

    @Slot(int)
    def setTextSize(self, step: int) -> None:  # noqa: N802
        """Larger type, in steps from 0, which is the look's own size, to 3."""
        self._text_size = min(max(step, 0), TEXT_SIZES - 1)
        self.lookChanged.emit()

    @Slot(bool)
    def setLowered(self, lowered: bool) -> None:  # noqa: N802
        """Whether everything stands where somebody on a wheelchair, or a child, reaches it."""
        self._lowered = lowered
        self.lookChanged.emit()

    @Slot(int)
    def setVolume(self, volume: int) -> None:  # noqa: N802
        """How loud this visit is, 0 to 100; it is heard at once."""
        self._sounds.turn_to(min(max(volume, 0), 100))
        self.volumeChanged.emit()
        self._sounds.play("chime")

    @Slot()
    def dressAsUsual(self) -> None:  # noqa: N802
        """As it looks and sounds for whoever changes nothing."""
        self._text_size, self._lowered = 0, False
        self.setLook("standard")
        self._sounds.turn_back()
        self.volumeChanged.emit()

    def stop(self) -> None:
        """The window goes: ask the terminal for nothing any more."""
        if hasattr(self, "_terminal"):
            self._terminal.on_change = lambda: None
        self._ticker.stop()
        self._film.stop()

    # -- inside ------------------------------------------------------------------------

    def _changed(self) -> None:
        was_here = self._view is not None
        self._show()
        if was_here and self._view is None:
            self._reset_look()

    def _rest(self, *, resting: bool) -> None:
        if resting != self._resting:
            self._resting = resting
            self.restingChanged.emit()

    def _show(self, *, again: bool = False) -> None:
        view = self._terminal.view()
        if again or view != self._shown:
            self._shown = view
            self._view = plain(view, self._language)
            live = self._wants_frames(StepKind.VERIFY_FACE) or self._wants_frames(StepKind.SCAN_DOCUMENT)
            if live and not self._film.isActive():
                self._film.start()
            elif not live and self._film.isActive():
                self._film.stop()
                self._frame = 0
                self.frameChanged.emit()
            self.viewChanged.emit()
        if self._view is None:
            home = self._terminal.home()
            if again or home != self._home_shown:
                self._home_shown, words = home, plain(home, self._language)
                if words != self._home:
                    self._home = words
                    self.homeChanged.emit()
        else:
            self._rest(resting=False)

    def _source(self, camera: str, kind: StepKind) -> str:
        return f"image://camera/{camera}/{self._frame}" if self._frame and self._wants_frames(kind) else ""

    def _wants_frames(self, kind: StepKind) -> bool:
        return self._shown is not None and self._shown.kind is kind

    def _next_frame(self) -> None:
        frame = self._terminal.frame("face" if self._wants_frames(StepKind.VERIFY_FACE) else "document")
        if frame is not None:
            if not self._frame or self._pictured() is not frame:
                self._pictured = weakref.ref(frame)
                self._frame += 1
                self.frameChanged.emit()
        elif self._frame:  # the lens is off: no face stays on the glass
            self._frame = 0
            self.frameChanged.emit()

    def _tick(self) -> None:
        self._terminal.tick()
        if self._view is not None or self._ticks_at_home % TICKS_A_LOOK == 0:
            self._changed()
        self._say_time()
        if self._view is None:
            self._ticks_at_home += 1
            if self._ticks_at_home == HOME_RESET_TICKS:
                self._reset_look()
            if self._ticks_at_home == self._settings.screen.attract_seconds * 1000 // TICK_MILLISECONDS:
                self._rest(resting=True)

    def _say_time(self) -> None:
        now = self._now()
        greeting = next(words for until, words in _GREETINGS if now.hour < until).in_(self._language)
        clock = f"{now:%H:%M}"
        if (clock, greeting) != (self._clock, self._greeting):
            self._clock, self._greeting = clock, greeting
            self.clockChanged.emit()

    def _reset_look(self) -> None:
        self.dressAsUsual()
        self.homeReset.emit()
        self.setLanguage(self._settings.screen.language)
