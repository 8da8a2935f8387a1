"""A recorded sentence is played as it was recorded; what nobody recorded is synthesised, in its place between them."""

from __future__ import annotations

import wave
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtTextToSpeech import QTextToSpeech

from kiosk.aloud import BUTTON
from kiosk.by_ear import BY_KEYS
from kiosk.prompts import sentences
from kiosk.text import Text
from kiosk.visit import words
from ui.application import Application
from ui.finger import let_live
from ui.sounds import loudness
from ui.speech import VoiceProcess
from ui.voice import Order, Prompts, Voice, length_of, name_of

FIRST, SECOND, UNHEARD = "Please come a little closer", "Please step back a little", "Nobody recorded this"


class Played:
    """One recording on a loudspeaker of the test's own."""

    def __init__(self, path: Path, heard: list[tuple[str, float]]) -> None:
        self.path, self.heard, self.loudness = path, heard, -1.0

    def set_loudness(self, loudness: float) -> None:
        self.loudness = loudness

    def play(self) -> None:
        self.heard.append((self.path.name, self.loudness))


class Booth:
    """A voice with a small pack, an engine that speaks to nobody, and what is heard of both, in order."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.played: list[tuple[str, float]] = []
        self.heard: list[str] = []
        self.done: list[int] = []
        self.players: list[Played] = []
        self.engine = QTextToSpeech("mock")
        self.engine.sayingWord.connect(lambda word, *_: self.heard.append(word))
        self.voice = Voice(self.engine, Prompts(folder), self.done.append, self._load)

    def _load(self, path: Path) -> Played:
        self.heard.append(path.name)
        self.players.append(Played(path, self.played))
        return self.players[-1]

    def until(self, condition: Callable[[], bool], milliseconds: int = 8000) -> bool:
        for _ in range(0, milliseconds, 20):
            if condition():
                return True
            let_live(20)
        return condition()


def record(folder: Path, sentence: str, language: str = "en", milliseconds: int = 80) -> str:
    """A recording of ``sentence``: so much silence. Returns its name."""
    path = folder / language / name_of(sentence)
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\0\0" * (8 * milliseconds))
    return path.name


@pytest.fixture
def booth(application: Application, tmp_path: Path) -> Booth:
    del application
    return Booth(tmp_path)


def test_what_was_recorded_is_played_and_the_rest_is_spoken_in_its_order(booth: Booth) -> None:
    first, second = record(booth.folder, FIRST), record(booth.folder, SECOND)
    assert booth.voice.carry_out(Order(f"{FIRST}\n{UNHEARD}\n{SECOND}", "en", loudness(60), 7))
    assert booth.until(lambda: booth.done == [7])
    assert booth.heard == [first, *UNHEARD.split(), second]
    assert [loud for _, loud in booth.played] == [pytest.approx(loudness(60))] * 2


def test_a_new_order_breaks_a_recording_off(booth: Booth) -> None:
    record(booth.folder, FIRST, milliseconds=60_000)
    booth.voice.carry_out(Order(f"{FIRST}\n{SECOND}", "en", 1.0, 1))
    booth.voice.carry_out(Order(UNHEARD, "en", 1.0, 2))
    assert booth.players[0].loudness == 0
    assert booth.until(lambda: booth.done == [2])
    assert booth.heard[1:] == UNHEARD.split()


def test_a_recording_of_another_language_is_no_recording(booth: Booth) -> None:
    record(booth.folder, FIRST, language="zh")
    booth.voice.carry_out(Order(FIRST, "en"))
    assert booth.until(lambda: booth.heard == FIRST.split())


def test_a_language_without_a_voice_is_still_heard_where_it_was_recorded(booth: Booth) -> None:
    name = record(booth.folder, "请走近一点", language="zh")
    assert booth.voice.carry_out(Order("请走近一点", "zh", 1.0, 1))
    assert booth.until(lambda: booth.done == [1])
    assert not booth.voice.carry_out(Order("请走近一点\n请退后一点", "zh", 1.0, 2))
    assert booth.until(lambda: booth.done == [1, 2])
    assert booth.heard == [name, name]


def test_a_file_that_is_no_recording_is_passed_over(booth: Booth) -> None:
    name = record(booth.folder, FIRST)
    (booth.folder / "en" / name).write_bytes(b"RIFF")
    assert length_of(booth.folder / "en" / name) == 0
    booth.voice.carry_out(Order(f"{FIRST}\n{UNHEARD}", "en", 1.0, 1))
    assert booth.until(lambda: booth.done == [1])


def test_several_sentences_are_one_breath_for_the_engine(booth: Booth) -> None:
    booth.voice.carry_out(Order("Button\nNext\nIs it you?", "en"))
    assert booth.until(lambda: [word.strip(".?") for word in booth.heard] == ["Button", "Next", "Is", "it", "you"])
    assert booth.played == []


def test_the_process_says_when_an_order_is_said_to_its_end(application: Application) -> None:
    del application
    process, done = VoiceProcess("mock"), list[int]()
    process.ended = done.append
    process.carry_out(Order(FIRST, "en", 1.0, 3))
    for _ in range(500):
        if done:
            break
        let_live(20)
    process.close()
    assert done == [3]


def test_every_sentence_that_is_the_same_for_everybody_can_be_recorded() -> None:
    listed = sentences()
    for text in (BUTTON, BY_KEYS, words.CARD_TITLE, words.FACE_STARTING, words.NEXT):
        assert text in listed
    assert not any("{" in text.zh for text in listed)
    assert len({text.zh for text in listed}) > 300
    assert (
        sentences((Text(zh="请打 0592-7703144。", en="Call 0592-7703144."),))[-1].zh == "请打 0 5 9 2 , 7 7 0 3 1 4 4。"
    )


def test_a_name_is_the_same_wherever_it_is_made() -> None:
    assert name_of("下一步") == "acfc4e74a650e7df.wav"
