"""The technician's pages over a whole machine: the hidden gesture, every page in both languages, and no way out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from drivers.document_camera.simulator import draw_licence
from drivers.id_reader.people import photograph_path
from drivers.recording import Passed
from kiosk.operations.records import Checked, CutShort
from kiosk.operations.workshop_view import Page
from kiosk.settings import load_settings
from tests.items import only
from tests.kiosk.machine import CONFIG, Machine
from tests.kiosk.operations.bench import PIN, Shop, now
from tests.ui.conftest import Loudspeaker, Screen
from tests.ui.test_pages import check_page
from ui.application import Application
from ui.finger import Finger, let_live
from ui.sounds import loudness

HOLD_MILLISECONDS = 5600


class Glass(Screen):
    """The screen of a machine with a technician; ``desk`` is the shop."""

    shop: Shop

    def enter(self) -> None:
        """Come in as the technician does, but for the gesture."""
        self.shop.workshop.knock()
        self.finger.tap("who-lw")
        for digit in PIN:
            self.finger.tap(f"pin-{digit}")
        self.finger.tap("pin-enter")
        self.finger.wait_for("leave", 20)
        self.settle()


@pytest.fixture(autouse=True)
def quick_pins(monkeypatch: pytest.MonkeyPatch) -> None:
    """A PIN is hashed slowly, so that guessing is hopeless; of these everybody knows what they are."""
    monkeypatch.setattr("kiosk.operations.technicians._N", 2**8)


@pytest.fixture
def glass(application: Application, speaker: Loudspeaker, tmp_path: Path) -> Iterator[Glass]:
    desk = tmp_path / "desk"
    desk.mkdir()
    draw_licence(desk / "licence.png")
    machine = Machine(tmp_path / "machine", desk, config=only(tmp_path / "config", "JT-02"), lit=True, computer=True)
    shop = Shop(machine, tmp_path / "shop", application.soon)
    window = application.show(machine.terminal, load_settings(CONFIG / "kiosk.toml"), now, shop.workshop)
    pump = QTimer(interval=20)
    pump.timeout.connect(lambda: machine.pump(0.001))
    pump.start()
    glass = Glass(shop, window, Finger(window), application.session)  # type: ignore[arg-type]
    glass.shop = shop
    assert glass.finger.wait_until(lambda: machine.terminal.home().closed is None, 60)
    yield glass
    pump.stop()
    application.close()
    shop.close()
    machine.close()


def hold(glass: Glass, name: str, milliseconds: int) -> None:
    glass.finger.wait_for(name, 15)
    item = glass.finger._find(name)
    assert item is not None
    middle = item.mapToScene(item.boundingRect().center()).toPoint()
    button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mousePress(glass.window, button, none, QPoint(middle))
    let_live(milliseconds)
    QTest.mouseRelease(glass.window, button, none, QPoint(middle))
    glass.settle()


def test_a_finger_that_lies_on_the_egret_for_five_seconds_opens_the_door_and_a_touch_does_not(glass: Glass) -> None:
    hold(glass, "egret", 600)
    assert glass.shop.page is None
    hold(glass, "egret", HOLD_MILLISECONDS)
    assert glass.shop.page is Page.PIN
    glass.finger.tap("pin-leave")
    assert glass.shop.page is None


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_is_drawn_whole_and_leads_back(glass: Glass, language: str) -> None:
    shop, finger = glass.shop, glass.finger
    glass.session.setLanguage(language)
    shop.workshop.knock()
    glass.settle()
    check_page(glass, "who", language)
    finger.tap("who-lw")
    glass.settle()
    check_page(glass, "pin", language)
    finger.tap("pin-leave")
    for number in range(60):
        shop.trace.see(Passed(float(number), "out" if number % 2 else "in", bytes(range(30))))
    shop.machine.printer.cover(is_open=True)
    glass.enter()
    assert finger.wait_until(lambda: shop.view.tone == "bad", 20)
    for tab in ("overview", "tests", "wire", "settings", "report"):
        finger.tap(f"tab-{tab}")
        glass.settle()
        check_page(glass, tab, language)
    finger.tap("tab-overview")
    for part in [part.name for part in shop.view.parts]:
        finger.tap(f"part-{part}")
        glass.settle()
        check_page(glass, part, language)
        finger.tap("overview")
    finger.tap("leave")
    glass.settle()
    assert shop.page is None


def test_behind_the_technicians_pages_nothing_can_be_touched(glass: Glass) -> None:
    glass.enter()
    for x in range(60, 1080, 240):
        for y in range(300, 1920, 240):
            QTest.mouseClick(glass.window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(x, y))
    glass.settle()
    assert glass.shop.machine.terminal.view() is None
    assert glass.shop.view.technician == "lw"


def test_the_glass_test_ends_by_itself_when_every_field_was_touched(glass: Glass) -> None:
    glass.enter()
    glass.finger.tap("tab-tests")
    glass.finger.tap("test-touch")
    glass.settle()
    width, height = glass.window.width(), glass.window.height()
    card = (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QTest.mousePress(glass.window, *card, QPoint(2, 2))
    for row in range(18):
        y = int((row + 0.5) * height / 18)
        for column in range(10):
            QTest.mouseMove(glass.window, QPoint(int((column + 0.5) * width / 10), y))
    QTest.mouseRelease(glass.window, *card, QPoint(width - 4, height - 4))
    assert glass.finger.wait_until(lambda: glass.shop.page is Page.TESTS, 5)
    assert {part.name: part.tone for part in glass.shop.view.tests}["touch"] == "ok"


def test_an_answer_is_a_touch(glass: Glass) -> None:
    glass.enter()
    glass.finger.tap("part-receipt_printer")
    glass.finger.tap("check-interactive")
    glass.finger.wait_for("broken", 20)
    glass.settle()
    check_page(glass, "question", "zh")
    glass.finger.tap("broken")
    assert glass.finger.wait_until(lambda: glass.shop.records.newest() != [], 5)
    assert glass.shop.view.device is not None
    assert [check.tone for check in glass.shop.view.device.checks] == ["quiet", "quiet", "bad"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_test_that_waits_for_a_card_says_so_and_is_ended_by_a_touch(glass: Glass, language: str) -> None:
    shop, finger = glass.shop, glass.finger
    glass.session.setLanguage(language)
    glass.enter()
    for end, kind in (("broken", Checked), ("cancel", CutShort)):
        finger.tap("tab-tests")
        finger.tap("test-id_reader")
        finger.wait_for(end, 5)
        glass.settle()
        check_page(glass, "guided", language)
        assert finger._find("works") is None
        finger.tap(end)
        assert finger.wait_until(lambda: shop.view.question is None, 5)
        assert isinstance(shop.records.newest()[0].entry, kind)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", ["touch", "colours", "sound"])
def test_glass_colours_and_sound_have_a_way_back(glass: Glass, name: str, language: str) -> None:
    glass.session.setLanguage(language)
    glass.enter()
    glass.finger.tap("tab-tests")
    glass.finger.tap(f"test-{name}")
    glass.settle()
    check_page(glass, name, language)
    glass.finger.tap("cancel")
    assert glass.shop.page is Page.TESTS
    assert isinstance(glass.shop.records.newest()[0].entry, CutShort)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_volume_is_set_by_steps_or_with_a_finger_and_heard_at_once(
    glass: Glass, speaker: Loudspeaker, language: str
) -> None:
    finger = glass.finger
    glass.session.setLanguage(language)
    glass.enter()
    finger.tap("tab-tests")
    finger.tap("test-sound")
    finger.tap("louder")
    finger.tap("quieter")
    finger.tap("ring")
    assert speaker.heard == [("chime", loudness(volume)) for volume in (80, 90, 80, 80)]
    finger.draw("volume", [[(0.95, 0.5), (0.5, 0.5), (0.25, 0.5)]])
    assert speaker.heard[4:] == [("chime", loudness(30))]  # once, where the finger was lifted
    glass.settle()
    check_page(glass, "volume", language)
    finger.tap("undo")
    assert speaker.heard[5:] == [("chime", loudness(80))]
    finger.tap("works")
    finger.tap("tab-settings")
    finger.tap("setting-sound.volume")
    glass.settle()
    check_page(glass, "volume among the settings", language)
    finger.draw("volume", [[(0.5, 0.5), (-0.1, 0.5)]])
    assert speaker.heard[6:] == [("chime", 0.0)]


def test_a_setting_is_typed_on_the_screens_own_keyboard(glass: Glass) -> None:
    glass.enter()
    glass.finger.tap("tab-settings")
    glass.finger.tap("setting-visit.idle_seconds")
    glass.settle()
    glass.finger.type_text("typed-visit.idle_seconds", "150")
    glass.finger.tap("save")
    changed: Callable[[], bool] = lambda: [line.value for line in glass.shop.view.settings if line.changed] == ["150"]  # noqa: E731
    assert glass.finger.wait_until(changed, 5)
    glass.finger.tap("undo")
    assert glass.finger.wait_until(lambda: not any(line.changed for line in glass.shop.view.settings), 5)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_staff_card_is_registered_by_a_touch_and_asked_for_at_the_door(glass: Glass, language: str) -> None:
    shop, finger = glass.shop, glass.finger
    glass.session.setLanguage(language)
    glass.enter()
    finger.tap("tab-settings")
    finger.tap("card-register")
    glass.settle()
    check_page(glass, "card-waiting", language)
    shop.machine.reader.place("lin")
    finger.wait_for("card-remove", 20)
    glass.settle()
    check_page(glass, "card-registered", language)
    finger.tap("leave")
    shop.machine.reader.lift()
    shop.workshop.knock()
    finger.tap("who-lw")
    for digit in PIN:
        finger.tap(f"pin-{digit}")
    finger.tap("pin-enter")
    glass.settle()
    check_page(glass, "card-at-the-door", language)
    shop.machine.reader.place("lin")
    finger.wait_for("leave", 20)
    assert shop.page is Page.OVERVIEW


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_cameras_picture_is_on_the_glass_as_long_as_somebody_looks(
    glass: Glass, tmp_path: Path, language: str
) -> None:
    shop, finger = glass.shop, glass.finger
    face = photograph_path("astronaut")
    assert face is not None
    (tmp_path / "desk" / "licence.png").write_bytes(face.read_bytes())
    glass.session.setLanguage(language)
    glass.enter()
    finger.tap("part-document_camera")
    finger.tap("look-button")
    assert finger.wait_until(lambda: finger._find("face") is not None, 20)
    glass.settle()
    check_page(glass, "look", language)
    picture, box = finger._find("look"), finger._find("face")
    assert picture is not None
    assert box is not None
    corner = box.mapToItem(picture, QPointF(0, 0))
    assert 0 < corner.x() < corner.x() + box.width() < picture.width()
    assert 0 < corner.y() < corner.y() + box.height() < picture.height()
    middle = picture.mapToScene(picture.boundingRect().center()).toPoint()
    assert glass.window.grabWindow().pixelColor(middle) != QColor("black")
    finger.tap("look-button")
    glass.settle()
    assert finger._find("look") is None
    assert shop.workshop.frame() is None
