"""The technician's screen as QML sees it: one plain view in the screen's language, and what a finger may ask for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Property, QObject, QTimer, QUrl, Signal, Slot

from kiosk.operations.workshop import Workshop
from ui.models.session import SessionModel, plain

TICK_MILLISECONDS = 500
CHIME = Path(__file__).resolve().parents[2] / "assets" / "sounds" / "chime.wav"


class WorkshopModel(QObject):
    """What the technician's pages show and what may be touched on them."""

    viewChanged = Signal()  # noqa: N815  QML's way of naming

    def __init__(self, workshop: Workshop, session: SessionModel) -> None:
        super().__init__()
        self._workshop = workshop
        self._session = session
        self._shown: Any = None
        self._view: dict[str, Any] | None = None
        workshop.on_change = self._show
        workshop.on_chime = self._chime
        self._sound: Any = None
        session.lookChanged.connect(lambda: self._show(again=True))
        self._ticker = QTimer(self, interval=TICK_MILLISECONDS)
        self._ticker.timeout.connect(workshop.tick)

    def _get_view(self) -> dict[str, Any] | None:
        return self._view

    view = Property("QVariant", _get_view, notify=viewChanged)  # type: ignore[arg-type]  # Qt's own way to name it

    @Slot()
    def knock(self) -> None:
        """The hidden gesture was made."""
        self._workshop.knock()

    @Slot(str, str)
    def act(self, action: str, value: str) -> None:
        """Something was touched."""
        self._workshop.act(action, value)

    def stop(self) -> None:
        """The window goes: ask the workshop for nothing any more."""
        self._ticker.stop()
        self._workshop.on_change = lambda: None

    def _chime(self) -> None:
        """Ring. The sound system is loaded only when a technician wants to hear it."""
        if self._sound is None:
            from PySide6.QtMultimedia import QSoundEffect

            self._sound = QSoundEffect(self)
            self._sound.setSource(QUrl.fromLocalFile(str(CHIME)))
        self._sound.play()

    def _show(self, *, again: bool = False) -> None:
        view = self._workshop.view()
        if again or view != self._shown:
            self._shown = view
            self._view = plain(view, self._session.spoken)
            self.viewChanged.emit()
        if self._workshop.occupied != self._ticker.isActive():
            if self._workshop.occupied:
                self._ticker.start()
            else:
                self._ticker.stop()
