"""The technician's screen as QML sees it: one plain view in the screen's language, and what a finger may ask for."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot

from kiosk.operations.workshop import Workshop
from ui.models.session import SessionModel, plain
from ui.sounds import Sounds

TICK_MILLISECONDS = 250
FRAME_MILLISECONDS = 66


class WorkshopModel(QObject):
    """What the technician's pages show and what may be touched on them."""

    viewChanged = Signal()  # noqa: N815  QML's way of naming
    frameChanged = Signal()  # noqa: N815

    def __init__(self, workshop: Workshop, session: SessionModel, sounds: Sounds) -> None:
        super().__init__()
        self._workshop = workshop
        self._session = session
        self._shown: Any = None
        self._view: dict[str, Any] | None = None
        workshop.on_change = self._show
        workshop.on_chime = lambda: sounds.play("chime")
        workshop.on_volume = sounds.set_volume
        session.languageChanged.connect(lambda: self._show(again=True))
        self._frame = 0  # counts pictures of the camera that is looked through; 0 while there is none to show
        self._ticker = QTimer(self, interval=TICK_MILLISECONDS)
        self._ticker.timeout.connect(workshop.tick)
        self._film = QTimer(self, interval=FRAME_MILLISECONDS)
        self._film.timeout.connect(self._next_frame)

    def _get_view(self) -> dict[str, Any] | None:
        return self._view

    def _get_look_source(self) -> str:
        return f"image://camera/look/{self._frame}" if self._frame else ""

    view = Property("QVariant", _get_view, notify=viewChanged)  # type: ignore[arg-type]  # Qt's own way to name it
    lookSource = Property(str, _get_look_source, notify=frameChanged)  # noqa: N815

    @Slot()
    def knock(self) -> None:
        """The hidden gesture was made."""
        self._workshop.knock()

    @Slot(str, str)
    def act(self, action: str, value: str) -> None:
        """Something was touched."""
        self._workshop.act(action, value)

    @property
    def occupied(self) -> bool:
        """Whether a technician is at it."""
        return self._workshop.occupied

    def stop(self) -> None:
        """The window goes: ask the workshop for nothing any more."""
        self._ticker.stop()
        self._film.stop()
        workshop = self._workshop
        workshop.on_change = workshop.on_chime = lambda: None
        workshop.on_volume = lambda _: None

    def _show(self, *, again: bool = False) -> None:
        view = self._workshop.view()
        if again or view != self._shown:
            self._shown = view
            self._view = plain(view, self._session.spoken)
            self.viewChanged.emit()
        looking = view is not None and view.device is not None and view.device.look is not None
        _run(self._film, looking)
        if not looking:
            self._next_frame()
        _run(self._ticker, self._workshop.occupied)

    def _next_frame(self) -> None:
        """Ask for the newest picture; with the lens off none stays on the glass."""
        if self._workshop.frame() is not None:
            self._frame += 1
        elif self._frame:
            self._frame = 0
        else:
            return
        self.frameChanged.emit()


def _run(timer: QTimer, wanted: bool) -> None:
    if wanted and not timer.isActive():
        timer.start()
    elif not wanted:
        timer.stop()
