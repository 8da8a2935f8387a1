"""The face check is spoken: one sentence at a time, the newest, in the page's language, and nothing personal."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtTextToSpeech import QTextToSpeech

from kiosk.identity.events import FaceProgress, FaceVerdict, Outcome, Prompt
from kiosk.settings import load_settings
from kiosk.text import LANGUAGES, Language, Text
from kiosk.visit import words
from kiosk.visit.events import (
    Act,
    BankCardIn,
    BankCardOut,
    BankCardRead,
    CardDrawnIn,
    CardOffered,
    ChipRead,
    CodeShown,
    Found,
)
from tests.items import bank_card
from tests.kiosk.visit.items import BY_CODE, item_of
from tests.kiosk.visit.test_cards import mouth
from tests.kiosk.visit.told import Told
from tests.ui.conftest import Screen
from tests.ui.desk import CONFIG, Desk, choice, other_ways, route
from ui import voice
from ui.application import Application
from ui.finger import let_live
from ui.sounds import loudness
from ui.speech import PAUSE_MILLISECONDS, QUIET, Speech, VoiceProcess, spoken
from ui.voice import NO_ENGINE, Order, Voice, engine_of_this_machine

NEARER, BACK = "Please come a little closer", "Please step back a little"


class Ear:
    """A mouth that speaks with Qt's own engine for tests, and what is heard of it: its words, one after another."""

    def __init__(self) -> None:
        self.engine = QTextToSpeech("mock")
        self.ended: Callable[[int], object] = int
        self.lost: Callable[[], object] = bool
        self.voice = Voice(self.engine, silent=self.silent)
        self.heard: list[str] = []
        self.orders: list[Order] = []
        self.woken = 0
        self.engine.sayingWord.connect(lambda word, *_: self.heard.append(word))

    def wake(self) -> None:
        self.woken += 1

    def silent(self, number: int) -> None:
        self.ended(number)

    def carry_out(self, order: Order) -> bool:
        self.orders.append(order)
        return self.voice.carry_out(order)

    @property
    def ordered(self) -> list[str]:
        return [order.words for order in self.orders]

    def until(self, condition: Callable[[], bool], milliseconds: int = 6000) -> bool:
        for _ in range(0, milliseconds, 20):
            if condition():
                return True
            let_live(20)
        return condition()


@pytest.fixture
def ear(application: Application) -> Ear:
    return Ear()


@pytest.fixture
def speech(ear: Ear) -> Speech:
    return Speech(ear, lambda: 60)


def test_a_sentence_is_said_word_by_word_as_loud_as_the_machine_is_set_to_be(ear: Ear, speech: Speech) -> None:
    speech.say(NEARER, "en")
    assert ear.until(lambda: ear.heard == NEARER.split())
    assert ear.engine.volume() == pytest.approx(loudness(60))


def test_a_new_sentence_breaks_off_the_one_before(ear: Ear) -> None:
    ear.carry_out(Order(NEARER, "en"))
    assert ear.until(lambda: len(ear.heard) == 2)
    ear.carry_out(Order(BACK, "en"))
    assert ear.until(lambda: ear.heard[-5:] == BACK.split())
    assert ear.heard == [*NEARER.split()[:2], *BACK.split()]


def test_of_the_sentences_that_come_too_soon_only_the_newest_is_said_and_not_before_its_time(
    ear: Ear, speech: Speech
) -> None:
    for sentence in (NEARER, "This is too soon", "So is this", BACK):
        speech.say(sentence, "en")
    let_live(PAUSE_MILLISECONDS * 2 // 3)
    assert ear.ordered == [NEARER]
    let_live(PAUSE_MILLISECONDS)
    assert ear.ordered == [NEARER, BACK]


def test_a_hint_that_flickers_is_not_said_again(ear: Ear, speech: Speech) -> None:
    for sentence in (NEARER, BACK, NEARER):
        speech.say(sentence, "en")
    let_live(PAUSE_MILLISECONDS * 3 // 2)
    assert ear.ordered == [NEARER]


def test_who_hushes_is_silent_at_once_and_what_waited_is_forgotten(ear: Ear, speech: Speech) -> None:
    speech.say(NEARER, "en")
    speech.say(BACK, "en")
    speech.hush()
    said = list(ear.heard)
    let_live(PAUSE_MILLISECONDS * 3 // 2)
    assert ear.ordered == [NEARER, ""]
    assert ear.heard == said


def test_at_volume_nought_nothing_is_said(ear: Ear) -> None:
    Speech(ear, lambda: 0).say(NEARER, "en")
    assert ear.orders == []


def test_a_language_without_a_voice_is_left_unsaid_and_the_other_is_still_said(ear: Ear) -> None:
    assert QLocale.Language.Chinese not in {locale.language() for locale in ear.engine.availableLocales()}
    assert not ear.carry_out(Order("请走近一点", "zh"))
    assert ear.carry_out(Order(NEARER, "en"))
    assert ear.until(lambda: ear.heard == NEARER.split())


def test_mandarin_is_found_where_qt_has_no_locale_for_its_name() -> None:
    """As speech-dispatcher with espeak-ng answers: what Qt cannot place lies under the locale C."""

    class Named:
        def __init__(self, name: str) -> None:
            self._name = name

        def name(self) -> str:
            return self._name

    class Said:
        def connect(self, heard: object) -> None:
            pass

    class EspeakNg:
        chosen = ""
        stateChanged = Said()  # noqa: N815  Qt's name

        def stop(self) -> None:
            pass

        def availableLocales(self) -> list[QLocale]:  # noqa: N802  Qt's name
            return [QLocale("en_US"), QLocale.c()]

        def setLocale(self, locale: QLocale) -> None:  # noqa: N802
            self.chosen = locale.name()

        def availableVoices(self) -> list[Named]:  # noqa: N802
            return [Named(name) for name in ("Hakka Chinese", "Chinese (Mandarin, latin as English)", "Georgian")]

        def setVoice(self, one: Named) -> None:  # noqa: N802
            self.chosen = one.name()

        def setVolume(self, volume: float) -> None:  # noqa: N802
            pass

        def say(self, sentence: str) -> None:
            self.said = (self.chosen, sentence)

    engine = EspeakNg()
    speaker = Voice(engine)  # type: ignore[arg-type]
    assert speaker.carry_out(Order("请走近一点", "zh"))
    assert engine.said == ("Chinese (Mandarin, latin as English)", "请走近一点")
    assert speaker.carry_out(Order(NEARER, "en"))
    assert engine.said == ("en_US", NEARER)


# -- on the pages -------------------------------------------------------------------


@pytest.fixture
def heard(screen: Screen, application: Application, ear: Ear, monkeypatch: pytest.MonkeyPatch) -> Ear:
    """What is heard of the pages, without the pause between two sentences."""
    monkeypatch.setattr("ui.speech.PAUSE_MILLISECONDS", 0)
    application.speak_through(ear)
    return ear


def to_the_face(screen: Screen) -> None:
    screen.desk.begin("JT-02")
    screen.desk.happen(*choice(), Act("way:face"), Act("next"))
    let_live(20)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_prompt_of_the_face_check_is_spoken_in_the_language_of_the_page(
    screen: Screen, heard: Ear, language: Language
) -> None:
    screen.session.setLanguage(language)
    to_the_face(screen)
    for prompt in Prompt:
        for box in (None, (0.4, 0.3, 0.2, 0.4)):  # a face that moves is no new sentence
            screen.desk.happen(FaceProgress(prompt, 0, 2, box))
            let_live(20)
    sentences = [words.FACE_STARTING, *(words.FACE_PROMPTS[prompt] for prompt in Prompt)]
    assert heard.ordered == [sentence.in_(language) for sentence in sentences]
    assert {order.language for order in heard.orders} == {language}


def test_the_voice_changes_its_language_with_the_page(screen: Screen, heard: Ear) -> None:
    to_the_face(screen)
    screen.desk.happen(FaceProgress(Prompt.TOO_FAR, 0, 2))
    let_live(20)
    screen.session.setLanguage("en")
    let_live(20)
    assert heard.ordered[-2:] == [words.FACE_PROMPTS[Prompt.TOO_FAR].zh, NEARER]
    assert heard.until(lambda: heard.heard == NEARER.split())


def test_where_the_check_ends_with_a_problem_the_voice_breaks_off(screen: Screen, heard: Ear) -> None:
    to_the_face(screen)
    screen.desk.happen(FaceProgress(Prompt.TOO_FAR, 0, 2), FaceVerdict(Outcome.NOBODY))
    assert heard.ordered[-1] == ""


def test_in_a_whole_visit_only_what_is_the_same_for_everybody_is_said(screen: Screen, heard: Ear) -> None:
    screen.session.setLanguage("en")
    for pages in (route(), other_ways()):
        screen.desk.begin("JT-02")
        for events in pages.values():
            screen.desk.happen(*events)
            let_live(5)
    same = {"", *(one.en for one in (words.FACE_STARTING, *words.FACE_PROMPTS.values()))}
    assert len(set(heard.ordered)) > 4
    assert set(heard.ordered) <= same


def test_the_voice_is_woken_when_somebody_is_there_and_not_before(screen: Screen, heard: Ear) -> None:
    screen.session.setLanguage("en")
    assert heard.woken == 0
    screen.desk.begin("JT-02")
    assert heard.woken > 0
    assert heard.orders == []


@pytest.mark.parametrize(
    ("platform", "setting", "speaks"),
    [("eglfs", "true", True), ("eglfs", "false", False), ("offscreen", "true", False)],
)
def test_a_machine_speaks_where_it_is_set_to_and_somebody_can_stand_before_its_screen(
    application: Application, monkeypatch: pytest.MonkeyPatch, platform: str, setting: str, speaks: bool
) -> None:
    mouths: list[Ear] = []

    class Mouth(Ear):
        closed = False

        def __init__(self, prompts: Path) -> None:
            super().__init__()
            mouths.append(self)

        def close(self) -> None:
            self.closed = True

    monkeypatch.setattr("ui.speech.VoiceProcess", Mouth)
    monkeypatch.setattr("ui.application.QGuiApplication.platformName", staticmethod(lambda: platform))
    desk = Desk()
    settings = load_settings(CONFIG / "kiosk.toml", [f"screen.speech={setting}"])
    application.show(desk, settings, lambda: datetime.now().astimezone())  # type: ignore[arg-type]
    desk.begin("JT-02")
    desk.happen(*choice(), Act("way:face"), Act("next"))
    let_live(20)
    application.close()
    assert [one.ordered for one in mouths] == ([[words.FACE_STARTING.zh]] if speaks else [])
    assert all(one.closed for one in mouths)  # type: ignore[attr-defined]


# -- the process ---------------------------------------------------------------------


@pytest.fixture
def process(application: Application) -> Iterator[VoiceProcess]:
    process = VoiceProcess("mock")
    yield process
    process.close()


def test_the_process_speaks_and_says_which_language_it_has_no_voice_for(process: VoiceProcess, ear: Ear) -> None:
    process.carry_out(Order("请走近一点", "zh"))
    assert ear.until(lambda: "no voice for zh" in process.heard())
    process.carry_out(Order(NEARER, "en", 0.5))
    assert ear.until(lambda: "speaking" in process.heard())


def test_orders_to_a_process_that_hangs_keep_nobody_waiting(process: VoiceProcess, ear: Ear) -> None:
    process.carry_out(Order(NEARER, "en"))
    assert ear.until(lambda: "speaking" in process.heard())
    os.kill(process.number(), signal.SIGSTOP)
    began = time.monotonic()
    for _ in range(2000):  # a pipe holds a few hundred of them
        process.carry_out(Order(NEARER, "en"))
    assert time.monotonic() - began < 1
    process.close()
    assert time.monotonic() - began < 2


def test_a_process_that_ended_is_not_called_back_at_once(process: VoiceProcess, ear: Ear) -> None:
    process.wake()
    assert ear.until(lambda: process.number() > 0)
    os.kill(process.number(), signal.SIGKILL)
    assert ear.until(lambda: process.number() == 0)
    process.carry_out(Order(NEARER, "en"))
    assert process.number() == 0


def test_with_its_kiosk_the_process_ends_and_prints_no_warning() -> None:
    done = run_voice("mock", Order(NEARER, "en").line())
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_service_that_goes_away_ends_the_process_so_that_the_next_asks_anew() -> None:
    assert run_voice("nothing", Order(NEARER, "en").line()).returncode == 1


def run_voice(engine: str, orders: bytes) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "QT_LOGGING_RULES": QUIET}
    command = [sys.executable, "-m", "ui.voice", engine]
    return subprocess.run(command, input=orders, capture_output=True, timeout=60, env=environment, check=False)


def test_where_nothing_can_speak_it_ends_and_is_silent(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """One engine is for tests only, one has no plugin, of one the libraries are missing: Qt would complain of both."""
    monkeypatch.setattr(QTextToSpeech, "availableEngines", staticmethod(lambda: ["mock", "nothing"]))
    assert engine_of_this_machine() == ""
    assert voice.main() == NO_ENGINE
    assert capfd.readouterr() == ("no engine\n", "")


def test_what_to_hold_before_the_scanner_is_said_while_it_waits_and_nothing_of_what_it_read() -> None:
    told = Told(item_of(BY_CODE)).tell("next")
    assert spoken(told.visit.view()) == told.visit.view().title
    assert spoken(told.tell("type").visit.view()) is None
    told.tell("scan", CodeShown("XM000001"), Found({"stage": "审核中"}))
    assert spoken(told.visit.view()) is None


def test_what_to_do_at_a_slot_is_said_and_a_card_that_is_held_out_is_called_for_whatever_is_wrong() -> None:
    told = Told(bank_card()).tell("next")
    assert spoken(told.visit.view()) == told.visit.view().title
    assert spoken(told.tell(BankCardIn()).visit.view()) is None
    out = spoken(told.tell(BankCardRead("9999000000202611236", 0.5)).visit.view())
    assert out == told.visit.view().title
    assert spoken(told.wait(30).visit.view()) not in (out, None)  # once more, in other words
    assert spoken(told.tell(BankCardOut()).visit.view()) is None

    told = mouth()
    assert spoken(told.visit.view()) == told.visit.view().title
    told.tell(CardDrawnIn())
    assert spoken(told.visit.view()) is None
    told.tell(ChipRead("350203199001010017"), CardOffered(60.0))
    assert told.problem == "rewrite.other_card"
    assert spoken(told.visit.view()) == told.visit.view().title


def test_a_card_that_was_left_behind_is_called_for_at_home_once(ear: Ear, speech: Speech) -> None:
    notice = Text(zh="银行卡口还有一张银行卡。", en="There is a bank card in its slot.")
    for _ in range(3):
        speech.follow(None, "en", notice)
    assert ear.ordered == [notice.en]
    speech.follow(None, "en")
    assert ear.ordered == [notice.en, ""]
