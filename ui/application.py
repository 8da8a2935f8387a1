"""The screen: Qt, its keyboard, its languages, and the one window.

The home page comes first. What only a machine behind it needs is loaded when there is one.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEventLoop,
    QLoggingCategory,
    QMessageLogContext,
    QObject,
    Qt,
    QTimer,
    QtMsgType,
    QTranslator,
    Signal,
    Slot,
    qInstallMessageHandler,
)
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickWindow

from kiosk.home import HomeView
from kiosk.settings import Settings
from ui.models.session import SessionModel
from ui.sounds import Sounds

if TYPE_CHECKING:
    from kiosk.operations.workshop import Workshop
    from kiosk.terminal import Terminal
    from kiosk.visit.view import VisitView
    from ui.models.listening import ListeningModel
    from ui.models.workshop import WorkshopModel
    from ui.speech import Mouth, VoiceProcess

log = logging.getLogger("ui")

HERE = Path(__file__).resolve().parent
QML = HERE / "qml"
PROMPTS = HERE.parent / "assets" / "prompts"
FAMILY = "Noto Sans CJK SC"
FORGET_MILLISECONDS = 1000
DRAW_SECONDS = 3.0  # a window that nobody can see is not drawn

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


# What Qt says of itself on every machine, and that we want to be so.
_EXPECTED = """
qt.multimedia.symbolsresolver.warning=false
qt.qml.propertyCache.append.warning=false
qt.virtualkeyboard.warning=false
qt.virtualkeyboard.pinyin.warning=false
"""


class ScreenError(Exception):
    """The screen cannot be shown; the message says why."""


class Soon(QObject):
    """Runs a function a moment later on the thread that made this object; called from any thread."""

    _asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.has_drawn = False
        self._asked.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def __call__(self, function: Callable[[], None]) -> None:
        """Queue ``function``."""
        self._asked.emit(function)

    @Slot()
    def drawn(self) -> None:
        """A frame is on the glass. Only the first one is of interest."""
        window = self.sender()
        if isinstance(window, QQuickWindow):
            window.frameSwapped.disconnect(self.drawn)
            self.has_drawn = True
            log.info("the home page is drawn")

    @Slot(object)
    def _run(self, function: Callable[[], None]) -> None:
        function()


class Application:
    """Qt and what it needs of the machine, made once in a process.

    :meth:`open` puts the home page on the glass, :meth:`serve` a terminal behind it.
    """

    def __init__(self) -> None:
        _tell_qt()
        qInstallMessageHandler(_from_qt)
        QLoggingCategory.setFilterRules(_EXPECTED)
        existing = QGuiApplication.instance()
        self.qt = existing if isinstance(existing, QGuiApplication) else QGuiApplication(sys.argv[:1])
        if FAMILY not in QFontDatabase.families():
            raise ScreenError(f"the font {FAMILY} is missing; scripts/setup installs it (fonts-noto-cjk)")
        self.soon = Soon()
        self._translator = QTranslator()
        self._settings: Settings | None = None
        self._engine: QQmlApplicationEngine | None = None
        self._window: QQuickWindow | None = None
        self.session: SessionModel | None = None
        self._terminal: Terminal | None = None
        self._workshop: WorkshopModel | None = None
        self._sounds: Sounds | None = None
        self._voice: VoiceProcess | None = None
        self.listening: ListeningModel | None = None

    def show(
        self, terminal: Terminal, settings: Settings, now: Callable[[], datetime], workshop: Workshop | None = None
    ) -> QQuickWindow:
        """Load the pages, over a terminal that is there already. Raises ScreenError."""
        window = self.open(terminal.home(), settings, now)
        self.serve(terminal, workshop)
        return window

    def open(self, home: HomeView, settings: Settings, now: Callable[[], datetime]) -> QQuickWindow:
        """Load the pages and show ``home``, which nobody may touch before :meth:`serve`. Raises ScreenError."""
        self._settings, self.soon.has_drawn = settings, False
        self._sounds = Sounds(settings.sound.volume)
        self.session = session = SessionModel(home, settings, now, self._sounds)
        self._engine = engine = QQmlApplicationEngine()
        for path in (QML, QML / "Kiosk" / "Keyboard"):
            engine.addImportPath(str(path))
        engine.setInitialProperties({"session": session})
        session.languageChanged.connect(self._put_language_on)
        self._put_language_on()
        engine.load(str(QML / "Kiosk" / "Pages" / "Main.qml"))
        roots = engine.rootObjects()
        if not roots or not isinstance(roots[0], QQuickWindow):
            raise ScreenError("the pages cannot be loaded; the log says where")
        self._window = window = roots[0]
        self._let_fingers_roll(engine, window)
        window.frameSwapped.connect(self.soon.drawn)  # a slot of this thread: the frame may be drawn on another
        return window

    def wait_until_drawn(self) -> None:
        """Return when the home page is on the glass. Whoever touches it already is heard when a terminal serves."""
        flags = QEventLoop.ProcessEventsFlag
        deadline = time.monotonic() + DRAW_SECONDS
        while not self.soon.has_drawn and time.monotonic() < deadline:
            self.qt.processEvents(flags.ExcludeUserInputEvents | flags.WaitForMoreEvents, 50)

    def serve(self, terminal: Terminal, workshop: Workshop | None = None) -> None:
        """From now on ``terminal`` answers whoever touches what :meth:`open` shows."""
        from ui.models.camera import CameraPictures  # noqa: PLC0415  the home page is drawn without all of this
        from ui.models.code import CodePictures  # noqa: PLC0415
        from ui.models.listening import ListeningModel  # noqa: PLC0415
        from ui.models.page import PagePictures  # noqa: PLC0415
        from ui.models.workshop import WorkshopModel  # noqa: PLC0415

        session, engine, window, settings = self.session, self._engine, self._window, self._settings
        if session is None or engine is None or window is None or settings is None:
            raise RuntimeError("nothing is open")
        self._terminal = terminal
        look = workshop.frame if workshop is not None else lambda: None
        engine.addImageProvider("camera", CameraPictures(terminal.frame, look))
        engine.addImageProvider("qr", CodePictures())
        engine.addImageProvider("page", PagePictures(terminal.page_picture))
        session.serve(terminal)
        window.setProperty("served", True)
        if workshop is not None and self._sounds is not None:
            self._workshop = WorkshopModel(workshop, session, self._sounds)
            window.setProperty("workshop", self._workshop)
        self.listening = ListeningModel(terminal, session, settings.speech, self._technician_works)
        window.setProperty("listening", self.listening)
        self.listening.watch(window)
        if settings.screen.speech and self.qt.platformName() != "offscreen":  # nobody stands before that
            from ui.speech import VoiceProcess  # noqa: PLC0415

            self._voice = VoiceProcess(prompts=Path(settings.speech.prompts or PROMPTS))
            self.speak_through(self._voice)
        self._forget_after_visits(session, terminal)
        self.soon(terminal.prepare)
        log.info("touches are answered")

    def _let_fingers_roll(self, engine: QQmlApplicationEngine, window: QQuickWindow) -> None:
        """Have Qt take for a drag only what goes further than a finger rolls that touches."""
        theme = engine.singletonInstance("Kiosk.Theme", "Theme")

        def measure() -> None:
            if isinstance(theme, QObject):
                self.qt.styleHints().setStartDragDistance(round(theme.property("roll")))

        window.widthChanged.connect(measure)
        window.heightChanged.connect(measure)
        measure()

    def _forget_after_visits(self, session: SessionModel, terminal: Terminal) -> None:
        """A moment after a visit give back what QML and Python only put aside; nothing of it is left to be found."""

        def forget() -> None:
            if self._engine is not None:
                self._engine.collectGarbage()
            gc.collect()

        later = QTimer(session, interval=FORGET_MILLISECONDS, singleShot=True)
        later.timeout.connect(forget)
        session.viewChanged.connect(lambda: later.start() if terminal.view() is None else later.stop())

    def watch(self, look: Callable[[VisitView | None], None]) -> None:
        """Have ``look`` called with every new page of the visit."""
        session, terminal = self.session, self._terminal
        if session is not None and terminal is not None:
            session.viewChanged.connect(lambda: look(terminal.view()))

    def speak_through(self, mouth: Mouth) -> None:
        """Have what the pages ask for said by ``mouth``."""
        from ui.speech import Speech  # noqa: PLC0415

        session, terminal, sounds, listening = self.session, self._terminal, self._sounds, self.listening
        if session is not None and terminal is not None and sounds is not None and listening is not None:
            speech = Speech(mouth, lambda: sounds.volume)
            listening.speak_with(speech)
            mouth.ended, mouth.lost = speech.ended, listening.fall_silent

            def follow() -> None:
                view = terminal.view()
                if not listening.speaks_for(view):
                    speech.follow(view, session.spoken, terminal.home().notice if view is None else None)

            session.viewChanged.connect(follow)
            session.homeChanged.connect(follow)

    def close(self) -> None:
        """Take the window away."""
        for model in (self.session, self._workshop, self.listening):
            if model is not None:
                model.stop()
        if self._voice is not None:
            self._voice.close()
        self._engine = self._window = self._voice = None
        self.session = self._workshop = self.listening = None

    def _technician_works(self) -> bool:
        return self._workshop is not None and self._workshop.occupied

    def run(self) -> int:
        """Serve fingers until somebody quits."""
        gc.freeze()  # what is there from the beginning stays; it is not looked through after each visit
        gc.enable()
        return self.qt.exec()

    def quit(self) -> None:
        """End :meth:`run`. Qt's own quit would ask the window, which refuses where it fills the glass."""
        self.qt.exit(0)

    def _put_language_on(self) -> None:
        """Put the chosen language on."""
        if self.session is None or self._engine is None:
            return
        self.qt.removeTranslator(self._translator)
        if self.session.spoken == "en":
            self._translator = QTranslator()
            if not self._translator.load(str(HERE / "i18n" / "en.qm")):
                log.error("ui/i18n/en.qm is missing; scripts/setup makes it")
            self.qt.installTranslator(self._translator)
        self._engine.retranslate()


def _tell_qt() -> None:
    """Qt reads these once, when the application object is made."""
    os.environ.setdefault("QT_QUICK_CONTROLS_STYLE", "Basic")
    os.environ["QT_IM_MODULE"] = "qtvirtualkeyboard"
    os.environ["QT_VIRTUALKEYBOARD_STYLE"] = "Kiosk"
    # A frame is drawn as soon as something has changed; Qt would wait five milliseconds for more.
    os.environ.setdefault("QT_QPA_UPDATE_IDLE_TIME", "0")
    # Nothing that a citizen types may be learned: its dictionary has no place to be written to.
    os.environ["XDG_CONFIG_HOME"] = "/dev/null"


def _from_qt(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    place = f" ({context.file}:{context.line})" if context.file else ""
    log.log(_LEVELS.get(kind, logging.WARNING), "%s %s%s", context.category, message, place)
