"""A blind citizen alone before the machine: from the first touch to the paper, with a glass that shows nothing."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from kiosk import by_ear
from kiosk.aloud import Open, Press
from kiosk.by_ear import Key
from kiosk.settings import load_settings
from kiosk.visit.events import (
    Accepted,
    Act,
    CardRead,
    CodeJudged,
    CodeSent,
    Found,
    PageTaken,
    PrintReceipt,
    ReceiptDone,
    ReceiptOutcome,
    StaffAdmitted,
)
from kiosk.visit.view import StepKind
from tests.people import LIN
from tests.ui.conftest import Loudspeaker, Screen
from tests.ui.desk import CONFIG, SAMPLES, SIGNATURE, Desk, choice, route
from ui.application import Application
from ui.blind_finger import KEYPAD, BlindFinger, Notes
from ui.finger import Finger, let_live
from ui.headphones import EV_SW, EVENT, SW_HEADPHONE_INSERT, Headphones, switched
from ui.models.listening import fitted

QUERY = "GJ-01"


class Blind:
    """A real window, a blind finger before it, and what is heard."""

    def __init__(self, application: Application, *, by_keys: bool, jack: Path | None = None) -> None:
        words = [f"speech.keys.{key}={name}" for key, name in KEYPAD.items()] if by_keys else []
        words += [f"speech.headphones={jack}"] if jack is not None else []
        settings = load_settings(CONFIG / "kiosk.toml", words)
        self.application = application
        self.desk = Desk()
        night = datetime(2026, 11, 23, 23, 8).astimezone()
        self.window = application.show(self.desk, settings, lambda: night)  # type: ignore[arg-type]
        assert application.listening is not None
        self.listening = application.listening
        self.notes = Notes()
        application.speak_through(self.notes)
        self.finger = BlindFinger(self.window, self.listening, self.desk.view, by_keys=by_keys)
        self.black: dict[str, bool] = {}

    @property
    def said(self) -> list[str]:
        return self.notes.said

    def choose(self, name: str) -> None:
        """Find it by ear and choose it, and see that the glass shows nothing while that is so."""
        here = self.desk.view()
        self.black[f"{here.step_id if here else 'home'}: {name}"] = is_black(self.window.grabWindow())
        self.finger.tap(name)

    def happen(self, *events: Any) -> None:
        self.desk.happen(*events)
        let_live(5)

    def fill(self, *keys: str) -> None:
        for key in keys:
            self.finger.type_text(f"field-{key}", SAMPLES[key])

    def is_at(self, kind: StepKind) -> bool:
        view = self.desk.view()
        return view is not None and view.kind is kind


def is_black(image: QImage) -> bool:
    """Whether not one pixel of the glass is lit."""
    picture = image.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), picture.bytesPerLine() // 4, 4)
    return not pixels[:, : picture.width(), :3].any()


@pytest.fixture
def blind(application: Application, speaker: Loudspeaker) -> Iterator[Callable[..., Blind]]:
    yield lambda **how: Blind(application, **how)
    application.close()


@pytest.fixture
def jack(tmp_path: Path) -> Path:
    """The headphone jack: a pipe that carries what the kernel would send."""
    path = tmp_path / "jack"
    os.mkfifo(path)
    return path


def plug(jack: Path, *, into: bool) -> None:
    with jack.open("r+b", buffering=0) as pipe:
        pipe.write(EVENT.pack(0, 0, EV_SW, SW_HEADPHONE_INSERT, int(into)) + EVENT.pack(0, 0, 0, 0, 0))
        let_live(60)


BY_HAND = pytest.mark.parametrize("by_keys", [False, True], ids=["four corners", "keypad"])


@BY_HAND
def test_a_blind_citizen_applies_alone_from_touch_to_paper(blind: Callable[..., Blind], *, by_keys: bool) -> None:
    one = blind(by_keys=by_keys)
    one.finger.begin()
    one.choose("department-transport")
    one.choose("tile-JT-02")
    one.choose("primary")
    one.happen(CardRead(LIN, 0.4))
    one.choose("primary")
    one.choose("way-phone_code")
    one.happen(CodeSent("139****0001", "code-0001"))
    one.finger.type_text("field-code", "482915")
    one.choose("primary")
    one.happen(CodeJudged(right=True))
    one.choose("option-category-ride_hailing")
    one.choose("primary")
    one.fill("certificate_number", "first_issued", "valid_until")
    one.choose("primary")
    one.fill("licence_class", "licence_until")
    one.choose("primary")
    one.fill("phone")
    # Every sign is a long way by either hand, through the same wheels: the keys write what is longer.
    written = {"recipient": "安明", "address": "福建省厦门市集美区 路2号"} if by_keys else {"recipient": "安"}
    for key, words in written.items():
        one.finger.type_text(f"field-{key}", words)
    one.black["contact: written"] = is_black(one.window.grabWindow())
    assert one.desk.visit is not None
    assert {key: one.desk.visit.answers[key] for key in written} == written
    one.choose("primary")
    for _ in range(2):  # both pages of the licence
        one.choose("primary")
        one.happen(PageTaken(b""))
        one.choose("primary")
    assert one.is_at(StepKind.REVIEW)
    one.choose("primary")
    one.finger.draw("signature-pad", SIGNATURE)
    assert one.desk.visit is not None
    assert one.desk.visit.strokes
    one.choose("primary")
    one.happen(Accepted("JT02-20261123-00042-K"))
    one.choose("primary")
    assert any(isinstance(effect, PrintReceipt) for effect in one.desk.effects)
    one.happen(ReceiptDone(ReceiptOutcome.PRINTED, 1234))
    assert "请取走凭条" in one.said
    one.choose("primary")
    one.choose("rate-very_good")
    one.choose("primary")
    one.choose("primary")
    assert one.desk.view() is None
    assert all(one.black.values())
    assert len(one.black) > 15
    heard = "".join(one.said).replace(" ", "")
    for personal in (LIN.name, LIN.number, "示例路", SAMPLES["phone"], SAMPLES["certificate_number"], "JT02-2026"):
        assert personal not in heard
    # and whoever comes next finds the machine as it usually is
    assert not one.listening.property("on")
    assert not is_black(one.window.grabWindow())


@BY_HAND
def test_a_blind_citizen_asks_and_hears_the_answer_in_headphones(
    blind: Callable[..., Blind], jack: Path, *, by_keys: bool
) -> None:
    one = blind(by_keys=by_keys, jack=jack)
    plug(jack, into=True)  # which begins it, too
    assert one.listening.property("on")
    assert one.listening.private
    one.choose("department-housing_fund")
    one.choose(f"tile-{QUERY}")
    one.choose("primary")
    one.happen(CardRead(LIN, 0.4))
    assert any("3 5 0 2" in words for words in one.said) is False  # masked, and only when one goes there
    one.choose("primary")
    one.choose("way-phone_code")
    one.happen(CodeSent("139****0001", "code-0001"))
    one.finger.type_text("field-code", "482915")
    assert "4" in one.said  # each digit is said back, to these ears alone
    one.choose("primary")
    one.happen(CodeJudged(right=True))
    answered = False
    while one.desk.view() is not None:
        view = one.desk.view()
        assert view is not None
        if view.kind is StepKind.LOOKUP and not answered:
            answered = True
            one.happen(Found({"balance": "12345.67", "state": "normal"}))
        for _ in range(len(one.listening.entries)):
            one.finger.press(Key.NEXT)
        assert view.primary is not None
        one.choose("primary")
        if any(isinstance(effect, PrintReceipt) for effect in one.desk.effects) and one.is_at(StepKind.PRINT_RECEIPT):
            one.happen(ReceiptDone(ReceiptOutcome.PRINTED, 1))
    assert answered
    assert any("12345.67" in words for words in one.said)
    assert all(one.black.values())
    assert one.listening.property("on")  # whoever wears headphones is still there
    plug(jack, into=False)
    assert not one.listening.private
    assert "耳机已拔下，个人信息不再读出。" in one.said


def test_nothing_that_was_heard_outlives_the_visit(blind: Callable[..., Blind], jack: Path) -> None:
    one = blind(by_keys=True, jack=jack)
    plug(jack, into=True)
    one.desk.begin("JT-02")
    one.happen(*choice())
    one.finger.press(Key.BACK)
    for _ in range(3):
        one.finger.press(Key.NEXT)
    assert any("林某例" in words for words in one.said)
    plug(jack, into=False)
    one.desk.act("exit")
    let_live(20)
    assert one.listening.said == []
    assert one.listening.entries == ()


def test_an_attendant_who_comes_sees_the_page_and_the_glass_is_dark_again_afterwards(
    blind: Callable[..., Blind],
) -> None:
    one = blind(by_keys=False)
    one.finger.begin()
    one.desk.begin("JT-02")
    one.happen(*choice())
    one.choose("way-staff")
    assert "屏幕已点亮，请工作人员在屏幕上操作。" in one.said
    assert not is_black(one.window.grabWindow())
    attendant = Finger(one.window)
    attendant.tap("who-w01")
    for digit in "482915":
        attendant.tap(f"pin-{digit}")
    attendant.tap("pin-enter")
    one.happen(StaffAdmitted("w01"))
    attendant.tap("primary")
    assert one.is_at(StepKind.FORM)
    let_live(30)
    assert is_black(one.window.grabWindow())


@BY_HAND
def test_somebody_who_sees_may_help_on_any_page(blind: Callable[..., Blind], *, by_keys: bool) -> None:
    one = blind(by_keys=by_keys)
    one.finger.begin()
    one.desk.begin("JT-02")
    for events in list(route().values())[: list(route()).index("contact") + 1]:
        one.desk.happen(*events)
    let_live(20)
    assert one.finger.go_to(lambda deed: deed == Open("help"))
    one.finger.press(Key.CHOOSE)
    while one.listening.entry.aloud[0] != by_ear.PAGE:
        one.finger.press(Key.NEXT)
    one.finger.press(Key.CHOOSE)
    let_live(30)
    assert by_ear.PAGE_SHOWS.zh in one.said
    assert not is_black(one.window.grabWindow())
    helper = Finger(one.window)
    helper.type_text("field-recipient", "林某")
    view = one.desk.view()
    assert view is not None
    assert any(asked.value == "林某" for asked in view.body.fields)  # type: ignore[union-attr]
    one.finger.begin()
    let_live(30)
    assert is_black(one.window.grabWindow())


def test_who_is_spoken_to_in_english_writes_letters_and_may_change_to_chinese_in_help(
    blind: Callable[..., Blind],
) -> None:
    one = blind(by_keys=True)
    one.finger.begin()
    one.finger.press(Key.NEXT)
    one.finger.press(Key.CHOOSE)
    one.desk.begin("JT-02")
    for events in list(route().values())[: list(route()).index("contact") + 1]:
        one.desk.happen(*events)
    let_live(20)
    one.finger.type_text("field-recipient", "ANN LEE")
    assert one.desk.visit is not None
    assert one.desk.visit.answers["recipient"] == "ANN LEE"
    assert all(words.isascii() for words in one.listening.said)
    one.finger.press(Key.HELP)
    while one.listening.entry.aloud[0] != by_ear.ENGLISH:
        one.finger.press(Key.NEXT)
    one.finger.press(Key.CHOOSE)
    one.finger.press(Key.BACK)
    one.finger.type_text("field-recipient", "安")
    assert one.desk.visit.answers["recipient"] == "安"


def test_a_finger_that_rests_on_a_corner_hears_which_it_is_and_nothing_happens(blind: Callable[..., Blind]) -> None:
    one = blind(by_keys=False)
    one.finger.begin()
    stood = one.listening.entry
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mousePress(one.window, left, none, QPoint(900, 1700))
    let_live(1200)
    QTest.mouseRelease(one.window, left, none, QPoint(900, 1700))
    assert one.said[-1] == "右下角，下一项"
    assert one.listening.entry == stood
    one.finger.press(Key.NEXT)
    assert one.listening.entry != stood


def test_a_touch_between_the_corners_means_none_of_them(blind: Callable[..., Blind]) -> None:
    one = blind(by_keys=False)
    one.finger.begin()
    said = len(one.said)
    let_live(400)  # nothing else keeps a touch away from what lies below any more
    for place in (QPoint(540, 300), QPoint(200, 960)):
        QTest.mouseClick(one.window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert len(one.said) == said


def test_a_short_touch_of_the_corner_of_the_frame_begins_nothing(blind: Callable[..., Blind]) -> None:
    one = blind(by_keys=False)
    QTest.mouseClick(one.window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(8, 1912))
    let_live(50)
    assert not one.listening.property("on")


def test_the_screen_shows_what_is_said_to_whoever_wants_it(blind: Callable[..., Blind]) -> None:
    one = blind(by_keys=True)
    one.finger.begin()
    while one.listening.entry.aloud[0] != by_ear.SCREEN:
        one.finger.press(Key.NEXT)
    one.finger.press(Key.CHOOSE)
    let_live(30)
    assert not is_black(one.window.grabWindow())
    one.finger.press(Key.CHOOSE)
    let_live(30)
    assert is_black(one.window.grabWindow())


def test_it_speaks_english_to_whoever_chooses_that(blind: Callable[..., Blind]) -> None:
    one = blind(by_keys=True)
    one.finger.begin()
    one.finger.press(Key.NEXT)
    one.finger.press(Key.CHOOSE)
    assert "What would you like to do?" in one.said
    one.finger.press(Key.NEXT)
    assert one.said[-1].isascii()


def test_whoever_does_nothing_is_told_once_how_to_go_on(
    blind: Callable[..., Blind], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.models.listening.LINGER_MILLISECONDS", 150)
    one = blind(by_keys=True)
    one.finger.begin()
    one.finger.press(Key.NEXT)
    heard = len(one.said)
    for _ in range(3):
        let_live(200)
    assert one.said[heard:].count(by_ear.GO_ON_BY_KEYS.zh) == 1


def test_louder_is_an_entry_for_whoever_has_no_key_for_it(blind: Callable[..., Blind]) -> None:
    one = blind(by_keys=True)
    one.finger.begin()
    one.finger.press(Key.HELP)
    while one.listening.entry.aloud[0] != by_ear.LOUDER:
        one.finger.press(Key.NEXT)
    one.finger.press(Key.CHOOSE)
    assert one.said[-1] == "音量 90"


def test_keys_make_it_louder_and_the_visit_s_end_makes_it_as_it_was(
    application: Application, speaker: Loudspeaker
) -> None:
    del speaker
    words = [*(f"speech.keys.{key}={name}" for key, name in KEYPAD.items()), "speech.keys.louder=F3"]
    desk = Desk()
    night = datetime(2026, 11, 23, 23, 8).astimezone()
    window = application.show(desk, load_settings(CONFIG / "kiosk.toml", words), lambda: night)  # type: ignore[arg-type]
    notes = Notes()
    application.speak_through(notes)
    session: Any = application.session
    usual = session.property("volume")
    desk.begin("JT-02")
    QTest.keyClick(window, Qt.Key.Key_Down)
    QTest.keyClick(window, Qt.Key.Key_F3)
    assert notes.said[-1] == f"音量 {usual + 10}"
    desk.act("exit")
    assert session.property("volume") == usual
    application.close()


# -- read aloud ----------------------------------------------------------------------------------


@pytest.fixture
def heard(screen: Screen, application: Application) -> Notes:
    notes = Notes()
    application.speak_through(notes)
    return notes


def test_one_touch_on_any_page_reads_it_out_and_another_stops(screen: Screen, heard: Notes) -> None:
    screen.desk.begin("JT-02")
    for name, events in route().items():
        screen.desk.happen(*events)
        view = screen.desk.view()
        assert view is not None
        if name.startswith("face"):  # its prompts are said by themselves
            continue
        heard.said.clear()
        screen.finger.tap("read")
        assert view.title.zh in heard.said, name
        assert not any(LIN.name in words or LIN.number in words for words in heard.said)
        screen.finger.tap("read")
    assert heard.said[-1] != ""


def test_going_on_stops_the_reading_and_a_second_that_passes_does_not(
    screen: Screen, heard: Notes, application: Application
) -> None:
    screen.desk.begin("JT-02")
    assert application.listening is not None
    application.listening.read("")
    assert application.listening.property("reading")
    screen.desk.clock += 1
    screen.desk.touch()
    assert application.listening.property("reading")
    screen.desk.happen(Act("next"))
    let_live(20)
    assert not application.listening.property("reading")


@pytest.mark.parametrize(("touched", "words"), [(None, "想办什么事？"), ("department-transport", "从业人员证换卡")])
def test_between_visits_the_page_that_stands_is_read(
    screen: Screen, heard: Notes, touched: str | None, words: str
) -> None:
    if touched is not None:
        screen.finger.tap(touched)
        screen.settle()
    screen.finger.tap("read")
    assert words in heard.said


def test_help_is_read_where_it_stands(screen: Screen, heard: Notes) -> None:
    screen.finger.tap("help")
    screen.finger.tap("read")
    assert "打电话问" in heard.said


def test_a_machine_that_turns_out_to_have_no_voice_leaves_nobody_before_a_dark_glass(
    blind: Callable[..., Blind],
) -> None:
    one = blind(by_keys=True)
    one.finger.begin()
    one.notes.lost()
    let_live(30)
    assert not is_black(one.window.grabWindow())
    QTest.keyClick(one.window, Qt.Key.Key_Down)
    assert not one.listening.property("on")
    assert not Finger(one.window).sees("read")


def test_without_a_voice_nothing_offers_to_read(screen: Screen) -> None:
    assert not screen.finger.sees("read")


# -- the jack and the pad ---------------------------------------------------------------------------


def test_the_jack_s_records_are_read_whole_or_kept_until_they_are() -> None:
    into = EVENT.pack(1, 2, EV_SW, SW_HEADPHONE_INSERT, 1)
    out = EVENT.pack(1, 3, EV_SW, SW_HEADPHONE_INSERT, 0)
    other = struct.pack("llHHi", 1, 2, EV_SW, 4, 1)  # a microphone
    assert switched(into) == (True, b"")
    assert switched(into + out) == (False, b"")
    assert switched(other) == (None, b"")
    assert switched(into[:10]) == (None, into[:10])
    assert switched(other + into + out[:5]) == (True, out[:5])


@pytest.mark.warns("the headphone jack cannot be watched")
def test_a_jack_that_is_not_there_counts_as_empty(blind: Callable[..., Blind], tmp_path: Path) -> None:
    one = blind(by_keys=True, jack=tmp_path / "nothing")
    assert not one.listening.private


@pytest.mark.warns("the headphone jack cannot be watched")
def test_a_jack_that_comes_later_is_found(
    application: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del application
    monkeypatch.setattr("ui.headphones.AGAIN_MILLISECONDS", 30)
    told: list[bool] = []
    path = tmp_path / "jack"
    jack = Headphones(str(path), told.append)
    let_live(100)
    os.mkfifo(path)
    let_live(100)
    plug(path, into=True)
    assert (jack.plugged, told) == (True, [True])
    plug(path, into=True)
    assert told == [True]
    jack.close()


def test_what_is_written_anywhere_on_the_glass_stands_in_the_middle_of_the_pad() -> None:
    points = [point for stroke in fitted([[(100, 1700), (400, 1600)], [(250, 1750), (260, 1800)]]) for point in stroke]
    across, down = [x for x, _ in points], [y for _, y in points]
    assert min(across) + max(across) == pytest.approx(1)
    assert min(down) + max(down) == pytest.approx(1)
    assert 0 < min(across) < max(across) < 1
    assert 0 < min(down) < max(down) < 1
    # as wide to as high as it was written, on a pad that is twice as wide as high
    assert (max(across) - min(across)) * 2 / (max(down) - min(down)) == pytest.approx(300 / 200)


def test_a_finger_that_only_comes_down_is_no_signature(blind: Callable[..., Blind]) -> None:
    one = blind(by_keys=False)
    one.finger.begin()
    one.desk.begin("JT-02")
    for events in list(route().values())[: list(route()).index("sign") + 1]:
        one.desk.happen(*events)
    let_live(20)
    assert one.is_at(StepKind.SIGN)
    one.finger.draw("signature-pad", [[(0.5, 0.5), (0.501, 0.5)]])
    assert one.said[-1] == "没有写上，请再写一次。"
    assert one.desk.visit is not None
    assert not one.desk.visit.strokes
    assert Press("next") not in [entry.deed for entry in one.listening.entries]
