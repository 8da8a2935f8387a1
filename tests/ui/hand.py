"""A finger whose way over the glass is the test's own, in millimetres, without a wait between."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPointF, Qt
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from kiosk.settings import load_settings
from kiosk.visit.events import Touched
from tests.ui.conftest import Screen
from tests.ui.desk import CONFIG

_BUTTON, _NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


class Hand:
    """Knows where things are, also under a page that takes no touch yet."""

    def __init__(self, screen: Screen) -> None:
        self.window = screen.window
        self.millimetre = screen.window.width() / load_settings(CONFIG / "kiosk.toml").screen.millimetres_wide

    def items(self) -> Iterator[QQuickItem]:
        """Everything that is drawn."""
        waiting = [self.window.contentItem()]
        while waiting:
            item = waiting.pop()
            if item.isVisible():
                yield item
                waiting += item.childItems()

    def item(self, name: str) -> QQuickItem:
        """What is called ``name``."""
        return next(item for item in self.items() if item.objectName() == name)

    def words(self) -> list[str]:
        """Everything that is written on the glass."""
        return [str(item.property("text")) for item in self.items() if item.metaObject().indexOfProperty("text") >= 0]

    def middle(self, name: str) -> QPointF:
        """The middle of the item of this name."""
        item = self.item(name)
        return item.mapToScene(QPointF(item.width() / 2, item.height() / 2))

    def edge(self, name: str) -> QPointF:
        """A point on it, one millimetre from its upper edge."""
        item = self.item(name)
        return item.mapToScene(QPointF(item.width() / 2, self.millimetre))

    def press(self, place: QPointF) -> None:
        """The finger comes down."""
        QTest.mousePress(self.window, _BUTTON, _NONE, place.toPoint())

    def lift(self, place: QPointF) -> None:
        """The finger is lifted."""
        QTest.mouseRelease(self.window, _BUTTON, _NONE, place.toPoint())

    def roll(self, start: QPointF, x: float, y: float) -> None:
        """Down at ``start``, ``x`` and ``y`` millimetres further in small steps, up."""
        self.press(start)
        way = QPointF(x, y) * self.millimetre
        for part in range(1, 9):
            QTest.mouseMove(self.window, (start + way * (part / 8)).toPoint())
        self.lift(start + way)


def stand_at(screen: Screen, step_id: str) -> None:
    """Have the visit under way stand at this step, whatever comes before it."""
    visit = screen.desk.visit
    assert visit is not None
    visit._position = [step.id for step in visit.steps].index(step_id)
    visit._enter()
    screen.desk.happen(Touched())
    screen.settle()
