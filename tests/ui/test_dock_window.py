"""The dock's window, by hand: pages, controls, faults, nights, the wire, a picture of the kiosk; nothing is cut off."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from drivers.code_scanner.scanner import CodeScanner
from drivers.code_scanner.simulator import CodeScannerSimulator
from drivers.id_reader.reader import IdReader
from drivers.id_reader.simulator import SamSimulator
from drivers.recording import Masks, Plain, Tap, TappedTransport, Trace, tapped
from drivers.scenario import load_scenarios
from drivers.simulation import Relay
from drivers.transport import transport_for
from drivers.worker import DeviceWorker
from drivers.world import World
from kiosk.operations.faults import load_faults
from tests.drivers.simulated import told
from tests.ui.conftest import Screen
from tests.ui.desk import CONFIG
from tests.ui.test_pages import items
from ui.dock import Dock
from ui.finger import Finger, let_live

NIGHTS = load_scenarios(CONFIG / "scenarios")
SIZES = [(720, 1080), (1000, 1200)]


@dataclass
class Beside:
    """A dock beside a kiosk, over a reader, a scanner and a line."""

    dock: Dock
    world: World
    finger: Finger
    sam: SamSimulator
    scanner: CodeScannerSimulator
    workers: dict[str, DeviceWorker[Any]]

    def until(self, condition: Callable[[], object], what: str) -> None:
        assert self.finger.wait_until(lambda: bool(condition()), 20.0), f"waited in vain for {what}"

    def shows(self, words: str) -> bool:
        return any(words in str(text.property("text")) for text in self.texts())

    def texts(self) -> list[QQuickItem]:
        found = items(self.dock.window.contentItem())
        return [item for item in found if item.inherits("QQuickText") and item.property("text")]

    def find(self, name: str) -> QQuickItem:
        return next(item for item in items(self.dock.window.contentItem()) if item.objectName() == name)


@pytest.fixture
def beside(screen: Screen, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[Beside]:
    caplog.set_level(logging.WARNING, "ui")
    sam, scanner, relay = SamSimulator(rereadable=True), CodeScannerSimulator(), Relay("127.0.0.1:9")
    world, traces, workers = World(NIGHTS), dict[str, Trace](), dict[str, DeviceWorker[Any]]()
    with ExitStack() as stack:
        for name, simulator in (("id_reader", sam), ("code_scanner", scanner), ("line", relay)):
            simulator.start()
            stack.callback(simulator.stop)
            world.controls[name] = stack.enter_context(told(simulator.verbs))
        for name, driver, address in (
            ("id_reader", IdReader, sam.address),
            ("code_scanner", CodeScanner, scanner.address),
        ):
            tap, traces[name] = Tap(Masks(Plain(), Plain())), Trace()
            tap.listeners = (traces[name].see,)
            device = tapped(driver(TappedTransport(transport_for(address), tap)), tap)
            workers[name] = DeviceWorker(name, device, poll_seconds=0.2)
            workers[name].start()
            stack.callback(workers[name].stop)
        dock = Dock(
            world,
            screen.window,
            devices=workers,
            traces=traces,
            words=load_faults(CONFIG / "faults"),
            pictures=tmp_path / "pictures",
        )
        stack.callback(dock.close)
        yield Beside(dock, world, Finger(dock.window), sam, scanner, workers)


def scroll_to(item: QQuickItem) -> None:
    """Bring an item of a page into the middle of its sight."""
    page = item.parentItem()
    while page is not None and not page.inherits("QQuickFlickable"):
        page = page.parentItem()
    assert page is not None
    content = page.property("contentItem")
    y = item.mapToItem(content, QPointF(0, 0)).y() - page.height() / 2
    most = max(float(page.property("contentHeight")) - page.height(), 0.0)
    page.setProperty("contentY", max(0.0, min(y, most)))
    let_live(50)


def tap(beside: Beside, name: str) -> None:
    scroll_to(beside.find(name))
    beside.finger.tap(name)


def test_a_card_is_laid_down_and_lifted_by_one_touch(beside: Beside) -> None:
    beside.finger.tap("id_reader-Card-吴 expired")
    beside.until(lambda: beside.sam.state()["person"] == "expired", "the card")
    beside.until(lambda: beside.find("id_reader-Card-吴 expired").property("lit"), "the lit choice")
    beside.finger.tap("id_reader-Card-None")
    beside.until(lambda: beside.sam.state()["card"] == "absent", "the card to be gone")


def test_a_pulled_cable_is_seen_on_the_card_in_both_languages_of_its_data(beside: Beside) -> None:
    beside.finger.tap("page-id_reader")
    tap(beside, "id_reader-Cable-Out")
    beside.until(lambda: beside.shows("id_reader.disconnected"), "the fault's code")
    assert beside.shows(load_faults(CONFIG / "faults")["id_reader.disconnected"].happened.zh)
    tap(beside, "id_reader-Cable-In")
    beside.until(lambda: not beside.shows("id_reader.disconnected"), "the reader to be back")


def test_words_are_typed_with_the_desks_keyboard_and_the_glass_shows_none(beside: Beside, screen: Screen) -> None:
    beside.dock.window.requestActivate()
    beside.finger.tap("code_scanner-Scan")
    beside.until(lambda: beside.find("code_scanner-Scan").property("activeFocus"), "the field")
    for key in (Qt.Key.Key_0, Qt.Key.Key_5, Qt.Key.Key_9, Qt.Key.Key_2):
        QTest.keyClick(beside.dock.window, key)
    assert beside.find("code_scanner-Scan").property("text") == "0592"
    let_live(400)
    assert not QGuiApplication.inputMethod().isVisible()
    keyboard = next(one for one in [screen.window.findChild(QQuickItem, "keyboard")] if one is not None)
    assert not keyboard.isVisible()
    QTest.keyClick(beside.dock.window, Qt.Key.Key_Return)
    beside.until(lambda: "0592" in beside.scanner.state()["scanned"], "the code")


def test_a_fault_is_armed_listed_and_cleared(beside: Beside) -> None:
    beside.finger.tap("page-code_scanner")
    tap(beside, "code_scanner-fault-drip")
    tap(beside, "code_scanner-arm")
    beside.until(lambda: beside.shows("▸ drip · 1 more · 0.3 s"), "the fault in the list")
    assert beside.scanner.state()["armed"][0]["kind"] == "drip"
    tap(beside, "code_scanner-clear")
    beside.until(lambda: beside.shows("Nothing waits."), "an empty list")
    assert beside.scanner.state()["armed"] == []


def test_a_fault_of_the_devices_own_is_armed_listed_happens_and_is_undone_by_clearing(beside: Beside) -> None:
    beside.finger.tap("page-id_reader")
    tap(beside, "id_reader-own-Card: 陈 new address")
    assert beside.shows("Arm Card: 陈 new address")
    tap(beside, "id_reader-arm")
    beside.until(lambda: beside.sam.state()["person"] == "chen", "the card")
    beside.until(lambda: beside.shows("▸ place(person=chen) · now · "), "it in the list")
    tap(beside, "id_reader-clear")
    beside.until(lambda: beside.sam.state()["card"] == "absent", "the card to be gone")
    beside.until(lambda: beside.shows("Nothing waits."), "an empty list")


def test_a_night_is_played_and_stopped_and_one_that_lacks_a_device_is_grey(beside: Beside) -> None:
    beside.finger.tap("page-nights")
    assert beside.shows("Not here: camera")
    assert not beside.find("play-covered-lens").isEnabled()
    tap(beside, "play-loose-reader")
    beside.until(lambda: any(one["kind"] == "unplug" for one in beside.sam.state()["armed"]), "the loose plug")
    tap(beside, "end-faults")
    beside.until(lambda: not beside.sam.state()["armed"], "the end of it")
    tap(beside, "play-back-office-away")
    beside.until(lambda: beside.shows("Playing · 2 h"), "the night")
    tap(beside, "stop-back-office-away")
    beside.until(lambda: not beside.shows("Playing"), "the morning")


def test_the_clock_runs_faster(beside: Beside) -> None:
    beside.finger.tap("speed-60")
    beside.until(lambda: beside.dock.model.night["speed"] == 60.0, "the faster clock")
    assert beside.find("speed-60").property("lit")
    beside.finger.tap("speed-1")
    beside.until(lambda: beside.dock.model.night["speed"] == 1.0, "the usual clock")


def test_the_citizen_can_be_told_to_leave_it_to_the_developer(beside: Beside) -> None:
    beside.finger.tap("citizen-rests")
    beside.until(lambda: not beside.world.citizen_acts, "the citizen to rest")
    beside.until(lambda: beside.find("citizen-rests").property("lit"), "the lit pill")
    beside.finger.tap("citizen-acts")
    beside.until(lambda: beside.world.citizen_acts, "the citizen to act")


def test_the_wire_is_read_in_words_filtered_paused_and_wiped(beside: Beside) -> None:
    lines = beside.dock.model.wire
    beside.finger.tap("page-wire")
    beside.until(lambda: beside.shows("STATUS"), "the reader's own word")
    beside.finger.tap("wire-code_scanner")
    shown = beside.dock.model.property("wireLines")
    device = Qt.ItemDataRole.UserRole
    beside.until(shown.rowCount, "the scanner's lines")
    assert {shown.data(shown.index(row, 0), device) for row in range(shown.rowCount())} == {"code_scanner"}
    beside.finger.tap("wire-all")
    assert shown.rowCount() == lines.rowCount()
    beside.finger.tap("pause")
    beside.until(lambda: beside.shows("Go on"), "the pause")
    before = lines.rowCount()
    beside.workers["id_reader"].submit(lambda reader, _: reader.card_present()).future.result(20)
    let_live(1500)
    assert lines.rowCount() == before
    beside.finger.tap("pause")
    beside.until(lambda: lines.rowCount() > before, "what happened meanwhile")
    beside.finger.tap("wipe")
    beside.until(lambda: lines.rowCount() < before, "an empty page")


def test_a_picture_of_the_kiosk_is_taken_into_a_file_that_is_named(beside: Beside, screen: Screen) -> None:
    beside.finger.tap("photograph")
    beside.until(lambda: beside.shows("Screenshot: /"), "the file's name")
    path = beside.dock.model.night["photograph"]
    picture = QImage(path)
    assert (picture.width(), picture.height()) == (screen.window.width(), screen.window.height())
    beside.finger.tap("dismiss")
    beside.until(lambda: not beside.shows("Screenshot: /"), "the band to go")


def test_it_hides_with_f12_and_goes_with_the_kiosk(beside: Beside, screen: Screen) -> None:
    assert beside.dock.window.isVisible()
    screen.window.requestActivate()
    let_live(50)
    QTest.keyClick(screen.window, Qt.Key.Key_F12)
    beside.until(lambda: not beside.dock.window.isVisible(), "the dock to hide")
    QTest.keyClick(screen.window, Qt.Key.Key_F12)
    beside.until(beside.dock.window.isVisible, "the dock to come back")
    screen.window.hide()
    beside.until(lambda: not beside.dock.window.isVisible(), "the dock to go")


def test_the_looks_of_the_glass_do_not_reach_it(beside: Beside, screen: Screen) -> None:
    before = beside.dock.window.grabWindow().pixelColor(300, 70)
    screen.session.setLook("dark")
    screen.settle()
    assert beside.dock.window.grabWindow().pixelColor(300, 70) == before


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_is_cut_off(beside: Beside, width: int, height: int) -> None:
    beside.dock.window.resize(width, height)
    beside.sam.verbs["unplug"]()
    beside.until(lambda: beside.shows("id_reader.disconnected"), "a fault to show")
    for name in ("everything", "id_reader", "code_scanner", "line", "nights"):
        beside.finger.tap(f"page-{name}")
        let_live(100)
        for text in beside.texts():
            words = str(text.property("text"))
            assert not text.property("truncated"), f"{name}: “{words}” does not fit"
            right = text.mapToItem(beside.dock.window.contentItem(), QPointF(text.property("contentWidth"), 0)).x()
            assert right <= width, f"{name}: “{words}” leaves the window"
            parent = text.parentItem()
            if parent is not None and parent.inherits("QQuickAbstractButton"):
                assert text.property("contentWidth") <= parent.width() - 8, f"{name}: “{words}” leaves its button"
