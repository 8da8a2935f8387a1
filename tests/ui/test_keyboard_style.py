"""The keyboard on the glass: a real InputPanel with our layouts and style, touched key by key.

Qt reads what chooses the keyboard once, when the application object is made,
so each session runs in its own process.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlComponent
from PySide6.QtQuick import QQuickItem, QQuickView
from PySide6.QtTest import QTest

QML = Path(__file__).resolve().parents[2] / "ui" / "qml"
KEYBOARD = QML / "Kiosk" / "Keyboard"
PIXELS_PER_MM = 4.03
HANDS = 60.0  # seconds until a session that hangs is given up

PAGE = """
import QtQuick
import "{keyboard}"

Rectangle {{
    width: 1080
    height: 1500
    TextInput {{ objectName: "name"; y: 0; width: 900; height: 90 }}
    TextInput {{ objectName: "phone"; y: 100; width: 900; height: 90; inputMethodHints: Qt.ImhDigitsOnly }}
    TextInput {{
        objectName: "licence"; y: 200; width: 900; height: 90
        inputMethodHints: Qt.ImhLatinOnly | Qt.ImhUppercaseOnly
    }}
    TextInput {{ objectName: "amount"; y: 300; width: 900; height: 90; inputMethodHints: Qt.ImhFormattedNumbersOnly }}
    TextInput {{ objectName: "card"; y: 400; width: 900; height: 90; inputMethodHints: Qt.ImhDialableCharactersOnly }}
    TextInput {{
        objectName: "plate"; y: 500; width: 900; height: 90
        inputMethodHints: Qt.ImhUrlCharactersOnly | Qt.ImhUppercaseOnly
    }}
    KeyboardPanel {{ objectName: "panel"; width: parent.width; y: active ? parent.height - height : parent.height }}
}}
"""


class Desk:
    """A page with three fields and the keyboard. Made inside the session's own process."""

    def __init__(self, folder: Path, settings: Path) -> None:
        os.environ |= {
            "QT_QPA_PLATFORM": "offscreen",
            "QT_QUICK_BACKEND": "software",
            "QT_IM_MODULE": "qtvirtualkeyboard",
            "QT_VIRTUALKEYBOARD_STYLE": "Kiosk",
            "QML_DISABLE_DISK_CACHE": "1",
            "HOME": str(folder),
            "XDG_CONFIG_HOME": str(settings),
        }
        self.application = QGuiApplication([])
        page = folder / "Page.qml"
        page.write_text(PAGE.format(keyboard=KEYBOARD.as_uri()), encoding="utf-8")
        self.view = QQuickView()
        for path in (QML, KEYBOARD):
            self.view.engine().addImportPath(str(path))
        self.view.setSource(QUrl.fromLocalFile(str(page)))
        if self.view.status() != QQuickView.Status.Ready:
            raise RuntimeError("; ".join(error.toString() for error in self.view.errors()))
        self.view.show()

    def wait(self, condition: Callable[[], Any], what: str) -> None:
        deadline = time.monotonic() + 10
        while not condition():
            if time.monotonic() > deadline:
                panel = "up" if self.item("panel").property("active") else "down"
                raise RuntimeError(f"waited in vain for {what}; the keyboard is {panel}: {' '.join(self.keycaps())}")
            QTest.qWait(10)

    def item(self, name: str) -> Any:
        return self.view.rootObject().findChild(QQuickItem, name)

    def text(self, field: str) -> str:
        return str(self.item(field).property("text"))

    def all_with(self, property_name: str) -> list[Any]:
        """Every visible item that has a property of this name, left to right within top to bottom."""
        found: list[Any] = []
        waiting = [self.view.rootObject()]
        while waiting:
            item = waiting.pop()
            if item.isVisible():
                waiting += item.childItems()
                if item.metaObject().indexOfProperty(property_name) >= 0:
                    found.append(item)
        return sorted(found, key=lambda item: item.mapToScene(item.boundingRect().topLeft()).toTuple()[::-1])

    def keycaps(self) -> dict[str, Any]:
        return {key.property("displayText"): key for key in self.all_with("keyType") if key.property("displayText")}

    def open(self, field: str, expected_key: str) -> None:
        self.item(field).forceActiveFocus()
        self.application.inputMethod().show()
        self.wait(
            lambda: self.item("panel").property("active") and expected_key in self.keycaps(), f"the key {expected_key}"
        )

    def touch(self, item: Any) -> None:
        middle = item.mapToScene(item.boundingRect().center()).toPoint()
        QTest.mouseClick(self.view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle)

    def tap(self, *labels: str) -> None:
        for label in labels:
            self.wait(lambda label=label: label in self.keycaps(), f"the key {label}")  # type: ignore[misc]
            self.touch(self.keycaps()[label])

    def candidates(self) -> list[str]:
        return [item.property("display") for item in self.all_with("display")]

    def choose(self, candidate: str) -> None:
        self.wait(lambda: candidate in self.candidates(), f"the candidate {candidate}")
        row = self.item("wordCandidateView")
        self.wait(lambda: row.y() == -row.height(), "the candidates to have slid up")
        self.touch(next(item for item in self.all_with("display") if item.property("display") == candidate))


def in_own_process(play: Callable[[Desk], Any], folder: Path, settings: Path | None = None) -> Any:
    """Play on a new desk. Qt keeps what it learns under settings, in the folder unless told otherwise."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_session, args=(play, folder, settings or folder / "settings", there))
    process.start()
    there.close()
    try:
        assert here.poll(HANDS), "the session hangs"
        result = here.recv()
    finally:
        process.join(5)
        process.kill()
    if isinstance(result, Exception):
        raise result
    return result


def _session(play: Callable[[Desk], Any], folder: Path, settings: Path, answer: Connection) -> None:
    try:
        answer.send(play(Desk(folder, settings)))
    except Exception as error:  # noqa: BLE001 - handed to the test, which raises it
        answer.send(error)
    answer.close()
    os._exit(0)  # Qt's own teardown is not what is tested here


# -- what is played ------------------------------------------------------------


def _chinese(desk: Desk) -> dict[str, Any]:
    desk.open("name", "Q")
    seen: dict[str, Any] = {"letters": list(desk.keycaps()), "sizes": _sizes(desk)}
    desk.tap(*"ZHANGSAN", "完成")
    desk.wait(lambda: not desk.item("panel").property("active"), "the keyboard to go away")
    seen["after 完成"] = desk.text("name")
    desk.open("name", "Q")
    desk.tap(*"LIN")
    desk.choose("临")
    seen["chosen"] = desk.text("name")
    desk.tap(*"LU", "123")
    desk.tap("8", "返回字母")
    seen["signs"] = desk.text("name")
    desk.tap(*"HAO", "中/英", "b", "完成")
    seen["mixed"] = desk.text("name")
    desk.wait(lambda: not desk.item("panel").property("active"), "the keyboard to go away")
    desk.open("name", "Q")
    desk.tap("123")
    desk.wait(lambda: "返回字母" in desk.keycaps(), "the signs")
    seen["sign keys"] = list(desk.keycaps())
    seen["sizes"] += _sizes(desk)
    return seen


def _digits(desk: Desk) -> dict[str, Any]:
    desk.open("phone", "1")
    seen = {"keys": list(desk.keycaps()), "sizes": _sizes(desk)}
    desk.tap(*"13800", "删除", *"5")
    seen["typed"] = desk.text("phone")
    return seen


def _codes(desk: Desk) -> dict[str, Any]:
    desk.open("licence", "Q")
    seen: dict[str, Any] = {"keys": list(desk.keycaps()), "sizes": _sizes(desk)}
    desk.tap(*"A1B2", "删除")
    seen["typed"] = desk.text("licence")
    desk.open("plate", "闽")
    seen["provinces"] = list(desk.keycaps())
    seen["sizes"] += _sizes(desk)
    desk.tap("闽")
    desk.tap(*"D12345")
    seen["plate"] = desk.text("plate")
    desk.tap(*["删除"] * 7)
    desk.tap("京")
    seen["other plate"] = desk.text("plate")
    desk.tap(*"A1234")
    seen["plate keys"] = list(desk.keycaps())
    seen["sizes"] += _sizes(desk)
    desk.tap("学")
    seen["school plate"] = desk.text("plate")
    desk.tap(*["删除"] * 7)
    desk.tap("粤", *"Z1234")
    seen["sizes"] += _sizes(desk)
    desk.tap("港")
    seen["Hong Kong plate"] = desk.text("plate")
    desk.open("name", "Q")  # from codes back to words
    desk.tap(*"ZHANGSAN", "完成")
    desk.wait(lambda: not desk.item("panel").property("active"), "the keyboard to go away")
    seen["name"] = desk.text("name")
    desk.open("licence", "1")
    desk.tap("9")
    seen["typed again"] = desk.text("licence")
    return seen


def _numbers(desk: Desk) -> dict[str, Any]:
    desk.open("amount", ".")
    seen: dict[str, Any] = {"amount keys": list(desk.keycaps()), "sizes": _sizes(desk)}
    desk.tap(*"1200.5", "删除", "6")
    seen["amount"] = desk.text("amount")
    desk.open("card", "X")
    seen["card keys"] = list(desk.keycaps())
    seen["sizes"] += _sizes(desk)
    desk.tap(*"35020X")
    seen["card"] = desk.text("card")
    return seen


def _english(desk: Desk) -> dict[str, Any]:
    desk.item("panel").setProperty("language", "en")
    desk.open("name", "q")
    desk.tap(*"xiamen")
    seen: dict[str, Any] = {"typed": desk.text("name")}
    desk.tap("中/英", *"LU", "完成")
    seen["both"] = desk.text("name")
    return seen


def _twice_the_same_unusual_name(desk: Desk) -> list[list[str]]:
    desk.open("name", "Q")
    offered = []
    for _ in range(2):
        desk.tap(*"ZHANGSAN")
        desk.wait(lambda: "章" in desk.candidates(), "candidates")
        offered.append(desk.candidates()[:8])
        desk.choose("章")
        desk.choose("三")
    return offered


def _the_same_with_learning_allowed(desk: Desk) -> list[list[str]]:
    unlock = QQmlComponent(desk.view.engine())
    unlock.setData(
        b"import QtQml\nimport QtQuick.VirtualKeyboard.Settings\n"
        b"QtObject { Component.onCompleted: VirtualKeyboardSettings.inputMethodHints = Qt.ImhNone }",
        QUrl(),
    )
    assert unlock.create() is not None
    return _twice_the_same_unusual_name(desk)


def _sizes(desk: Desk) -> list[tuple[str, float, float]]:
    return [(label, key.width() / PIXELS_PER_MM, key.height() / PIXELS_PER_MM) for label, key in desk.keycaps().items()]


# -- what must hold --------------------------------------------------------------


@pytest.fixture(scope="module")
def chinese(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    result: dict[str, Any] = in_own_process(_chinese, tmp_path_factory.mktemp("chinese"))
    return result


@pytest.fixture(scope="module")
def digits(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    result: dict[str, Any] = in_own_process(_digits, tmp_path_factory.mktemp("digits"))
    return result


@pytest.fixture(scope="module")
def codes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    result: dict[str, Any] = in_own_process(_codes, tmp_path_factory.mktemp("codes"))
    return result


@pytest.fixture(scope="module")
def numbers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    result: dict[str, Any] = in_own_process(_numbers, tmp_path_factory.mktemp("numbers"))
    return result


def test_pinyin_becomes_chinese_when_done_is_touched(chinese: dict[str, Any]) -> None:
    assert chinese["after 完成"] == "张三"


def test_a_candidate_can_be_touched(chinese: dict[str, Any]) -> None:
    assert chinese["chosen"] == "张三临"


def test_what_is_composed_survives_the_way_to_the_digits_and_to_latin(chinese: dict[str, Any]) -> None:
    assert chinese["signs"] == "张三临路8"
    assert chinese["mixed"] == "张三临路8好b"


def test_there_are_letters_and_their_helpers_and_nothing_else(chinese: dict[str, Any]) -> None:
    assert sorted(chinese["letters"]) == sorted(
        [*"QWERTYUIOPASDFGHJKLZXCVBNM", "分词", "删除", "123", "中/英", "，", "空格", "。", "完成"]
    )
    assert sorted(chinese["sign keys"]) == sorted(
        [*"1234567890，。、：；？（）·—-/#@.,()", "删除", "返回字母", "空格", "完成"]
    )


def test_digits_come_on_a_pad_of_twelve(digits: dict[str, Any]) -> None:
    assert digits["keys"] == ["1", "2", "3", "4", "5", "6", "7", "8", "9", "删除", "0", "完成"]
    assert digits["typed"] == "13805"


def test_amounts_come_with_a_point_and_id_numbers_with_an_x(numbers: dict[str, Any]) -> None:
    assert numbers["amount keys"] == [*"123456789", "删除", ".", "0", "完成"]
    assert numbers["card keys"] == [*"123456789", "删除", "X", "0", "完成"]
    assert (numbers["amount"], numbers["card"]) == ("1200.6", "35020X")


def test_codes_have_digits_and_capitals_on_one_page_and_no_way_to_chinese(codes: dict[str, Any]) -> None:
    assert sorted(codes["keys"]) == sorted([*"1234567890QWERTYUIOPASDFGHJKLZXCVBNM", "删除", "完成"])
    assert codes["typed"] == "A1B"


def test_a_plate_begins_with_a_province_and_goes_on_with_letters_and_digits(codes: dict[str, Any]) -> None:
    assert codes["provinces"][0] == "闽"
    assert len(codes["provinces"]) == 31 + 2
    assert (codes["plate"], codes["other plate"]) == ("闽D12345", "京")


def test_a_plate_may_end_with_what_kind_of_car_it_is(codes: dict[str, Any]) -> None:
    assert {*"学挂警"} <= set(codes["plate keys"])
    assert (codes["school plate"], codes["Hong Kong plate"]) == ("京A1234学", "粤Z1234港")


def test_from_codes_the_way_leads_back_to_words_and_from_words_to_codes(codes: dict[str, Any]) -> None:
    assert codes["name"] == "张三"
    assert codes["typed again"] == "A1B9"


@pytest.mark.parametrize("what", ["chinese", "digits", "codes", "numbers"])
def test_every_key_is_at_least_22_millimetres_each_way(what: str, request: pytest.FixtureRequest) -> None:
    gap = 2.5
    for label, width, height in request.getfixturevalue(what)["sizes"]:
        assert width - gap >= 22, f"{label} is {width:.1f} mm wide"
        assert height - gap >= 22, f"{label} is {height:.1f} mm high"


def test_an_english_screen_opens_latin_letters_with_chinese_one_touch_away(tmp_path: Path) -> None:
    seen = in_own_process(_english, tmp_path)
    assert seen["typed"] == "Xiamen"
    assert seen["both"] == "Xiamen路"


def test_what_one_citizen_typed_is_not_offered_to_the_next(tmp_path: Path) -> None:
    first, second = in_own_process(_twice_the_same_unusual_name, tmp_path)
    assert second == first


def test_qt_would_learn_if_we_let_it(tmp_path: Path) -> None:
    first, second = in_own_process(_the_same_with_learning_allowed, tmp_path)
    assert "章三" not in first
    assert "章三" in second


def test_with_its_dictionary_out_of_reach_nothing_is_learned_or_written(tmp_path: Path) -> None:
    first, second = in_own_process(_the_same_with_learning_allowed, tmp_path, settings=Path("/dev/null"))
    assert second == first
    assert [file.name for file in tmp_path.rglob("*") if file.is_file()] == ["Page.qml"]
