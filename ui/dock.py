"""The developer dock: a second window beside the kiosk, in which the simulated world is played with.

It has an engine of its own: the looks that a citizen chooses do not reach it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickWindow

from drivers.recording import Trace
from drivers.worker import OwnedDevice
from drivers.world import World
from kiosk.operations.faults import FaultWords
from ui.application import QML, ScreenError, Soon
from ui.models.dock import DockModel

log = logging.getLogger("ui.dock")

KEY = "F12"
_GAP = 24  # pixels between the two windows


class Dock:
    """The window of the developer dock. F12 in the kiosk's window shows and hides it; it goes when that one goes.

    ``devices`` are the kiosk's own, ``traces`` what goes over their wires, both by the devices' names.
    ``pictures`` is the folder for pictures of the kiosk. Raises ScreenError, ControlsError.
    """

    def __init__(
        self,
        world: World,
        kiosk: QQuickWindow,
        *,
        devices: Mapping[str, OwnedDevice],
        traces: Mapping[str, Trace],
        words: Mapping[str, FaultWords],
        pictures: Path,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        self._kiosk = kiosk
        self._pictures = pictures
        self._now = now
        self.model = DockModel(world, Soon(), devices=devices, traces=traces, words=words, picture=self._picture)
        engine = QQmlApplicationEngine()
        engine.addImportPath(str(QML))
        engine.setInitialProperties({"dock": self.model})
        engine.load(str(QML / "Kiosk" / "Dock" / "DockWindow.qml"))
        self._engine: QQmlApplicationEngine | None = engine
        roots = engine.rootObjects()
        if not roots or not isinstance(roots[0], QQuickWindow):
            raise ScreenError("the dock cannot be loaded; the log says where")
        self.window = roots[0]
        self._stand_beside()
        self._shortcut = QShortcut(QKeySequence(KEY), kiosk)
        self._shortcut.activated.connect(self._come_or_go)
        kiosk.visibleChanged.connect(self._follow)

    def close(self) -> None:
        """Take the window away."""
        self._kiosk.visibleChanged.disconnect(self._follow)
        self._shortcut.setEnabled(False)
        self.window.hide()
        self._engine = None  # before the model: what is drawn looks at it
        self.model.close()

    def _stand_beside(self) -> None:
        """To the right of the kiosk where there is room for it."""
        # Not the window's own word for its screen: PySide takes that for a part of the window, and deletes it with it.
        kiosk = self._kiosk.geometry()
        screen = (QGuiApplication.screenAt(kiosk.center()) or QGuiApplication.primaryScreen()).availableGeometry()
        right = kiosk.right() + _GAP
        if right + self.window.width() <= screen.right():
            self.window.setPosition(right, kiosk.top())

    def _come_or_go(self) -> None:
        self.window.setVisible(not self.window.isVisible())

    def _follow(self, visible: bool) -> None:
        if not visible:
            self.window.hide()

    def _picture(self) -> Callable[[], Path]:
        picture = self._kiosk.grabWindow()
        path = self._pictures / f"kiosk-{self._now():%Y%m%d-%H%M%S-%f}.png"

        def write() -> Path:
            path.parent.mkdir(parents=True, exist_ok=True)
            if not picture.save(str(path)):
                raise OSError(f"{path} cannot be written")
            return path

        return write
