"""The voice of the machine, in a process of its own: whoever asks it to speak never waits for it.

Loading hundreds of voices takes the speech service seconds, and one that hangs would take the screen with it.
Each line of standard input is one order; of several that wait, the newest counts. Each line of standard output is a
word of how it went: ``speaking``, ``no voice for zh``, ``no engine``, and ``silent 7`` once order 7 is said to its end.

A sentence that was recorded is played as it was recorded; only what nobody recorded is synthesised.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
import wave
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLocale, QPluginLoader, QSocketNotifier, QTimer

from ui.sounds import Effect
from ui.sounds import load as load_sound

if TYPE_CHECKING:  # the kiosk knows what an order is and loads none of this
    from PySide6.QtTextToSpeech import QTextToSpeech

NO_ENGINE = 3  # the status it ends with where nothing can speak, also later
STANDARD_INPUT = 0
SENTENCE_PAUSE_MILLISECONDS = 250  # behind a recording, as between two sentences of one breath
PATIENCE_SECONDS = 30  # a speech service that takes longer hangs; the process ends and the next one asks again
_LOCALES = {"zh": "zh_CN", "en": "en_GB"}
# espeak-ng calls Mandarin "cmn", which Qt knows no locale for.
_BY_NAME = {"zh": "Chinese (Mandarin"}


@dataclass(frozen=True, slots=True)
class Order:
    """What to say now instead of anything else; no ``words``: nothing. ``loudness`` is 0 to 1.

    Each line of ``words`` is a sentence. ``number`` is given back when all of them are said.
    """

    words: str
    language: str = "zh"
    loudness: float = 1.0
    number: int = 0

    def line(self) -> bytes:
        """The order as it goes over the pipe."""
        return json.dumps(asdict(self)).encode() + b"\n"


def name_of(sentence: str) -> str:
    """The name of the file in which ``sentence`` is recorded: the beginning of its SHA-256, in hex."""
    return f"{hashlib.sha256(sentence.encode()).hexdigest()[:16]}.wav"


class Prompts:
    """Recorded sentences: ``folder/<language>/<name_of(sentence)>``."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    def find(self, sentence: str, language: str) -> Path | None:
        """The file in which ``sentence`` is spoken, None where nobody recorded it."""
        if self._folder is None:
            return None
        path = self._folder / language / name_of(sentence)
        return path if path.is_file() else None


def length_of(path: Path) -> int:
    """How long a WAV file is, in milliseconds; 0 for one that cannot be read."""
    try:
        with wave.open(str(path)) as file:
            return int(file.getnframes() * 1000 / file.getframerate())
    except (wave.Error, EOFError, OSError, ZeroDivisionError):
        return 0


class Voice:
    """Plays what was recorded, and speaks the rest with one of Qt's engines. ``silent`` is told of an order's end.

    A language that the engine has no voice for is left unsaid, but for its recordings.
    """

    def __init__(
        self,
        engine: QTextToSpeech | None,
        prompts: Prompts | None = None,
        silent: Callable[[int], object] = int,
        load: Callable[[Path], Effect] = load_sound,
    ) -> None:
        self._engine = engine
        self._prompts = prompts or Prompts()
        self._silent = silent
        self._load = load
        self._language = ""
        self._speaks = False
        self._loudness, self._number = 0.0, 0  # of the order that is carried out; its words are not kept
        self._left: list[Path | str] = []  # recordings and sentences that are still to be said
        self._speaking = False
        self._playing: Effect | None = None  # it is heard for as long as somebody holds it
        self._end = QTimer(singleShot=True)
        self._end.timeout.connect(self._next)
        if engine is not None:
            engine.stateChanged.connect(self._state_changed)

    def carry_out(self, order: Order) -> bool:
        """Break off and say ``order``. False where there is no voice for some of it."""
        self._left, self._speaking = [], False
        self._end.stop()
        if self._playing is not None:
            self._playing.set_loudness(0)
            self._playing = None
        if self._engine is not None:
            self._engine.stop()
        self._loudness, self._number = order.loudness, order.number
        if not order.words:
            return True
        parts = [(line, self._prompts.find(line, order.language)) for line in order.words.splitlines() if line]
        said = all(recorded is not None for _, recorded in parts) or self._turn_to(order.language)
        breath: list[str] = []
        for line, recorded in parts:
            if recorded is None:
                breath.append(line)
                continue
            self._left += [_in_one_breath(breath), recorded] if breath else [recorded]
            breath = []
        self._left += [_in_one_breath(breath)] if breath else []
        self._next()
        return said

    def close(self) -> None:
        """Listen to the engine no longer: it may say something while it goes."""
        if self._engine is not None:
            self._engine.stateChanged.disconnect(self._state_changed)

    def _turn_to(self, language: str) -> bool:
        if self._engine is not None and language != self._language:
            self._language = language
            self._speaks = self._choose(language)
        return self._speaks

    def _next(self) -> None:
        self._playing, self._speaking = None, False
        while self._left:
            part = self._left.pop(0)
            if isinstance(part, Path):
                self._playing = self._load(part)
                self._playing.set_loudness(self._loudness)
                self._playing.play()
                self._end.start(length_of(part) + SENTENCE_PAUSE_MILLISECONDS)
                return
            if self._engine is not None and self._speaks:
                self._speaking = True
                self._engine.setVolume(self._loudness)
                self._engine.say(part)
                return
        self._silent(self._number)

    def _state_changed(self, state: QTextToSpeech.State) -> None:
        if self._speaking and state.name == "Ready":
            self._speaking = False
            self._end.start(0)  # not within the engine's own call

    def _choose(self, language: str) -> bool:
        if self._engine is None:
            return False
        wanted = QLocale(_LOCALES[language])
        there = self._engine.availableLocales()
        for locale in (wanted, *(one for one in there if one.language() == wanted.language())):
            if locale in there:
                self._engine.setLocale(locale)
                return True
        name = _BY_NAME.get(language)
        if name is not None and QLocale.c() in there:
            self._engine.setLocale(QLocale.c())
            for voice in self._engine.availableVoices():
                if voice.name().startswith(name):
                    self._engine.setVoice(voice)
                    return True
        return False


def engine_of_this_machine() -> str:
    """The name of Qt's engine that can be loaded here; empty where there is none."""
    from PySide6.QtTextToSpeech import QTextToSpeech  # noqa: PLC0415

    for name in QTextToSpeech.availableEngines():
        # Qt complains aloud of an engine whose libraries are missing; the loader just says so.
        if name != "mock" and QPluginLoader(f"texttospeech/qtexttospeech_{name}").load():
            return name
    return ""


def _in_one_breath(sentences: list[str]) -> str:
    """Sentences as an engine pauses between them."""
    if len(sentences) == 1:
        return sentences[0]
    return " ".join(
        one if one[-1] in "。，；：？！.,;:?!" else f"{one}{'.' if one[-1].isascii() else '。'}" for one in sentences
    )


def main(name: str = "", prompts: str = "") -> int:
    """Speak until standard input ends; ``prompts`` is the folder of recordings. Returns NO_ENGINE where nothing can."""
    from PySide6.QtTextToSpeech import QTextToSpeech  # noqa: PLC0415

    name = name or engine_of_this_machine()
    recorded = Prompts(Path(prompts)) if prompts and Path(prompts).is_dir() else None
    if not name and recorded is None:
        _tell("no engine")
        return NO_ENGINE
    qt = QCoreApplication(sys.argv[:1])
    signal.alarm(PATIENCE_SECONDS)
    engine = QTextToSpeech(name) if name else None
    signal.alarm(0)
    voice = Voice(engine, recorded, lambda number: _tell(f"silent {number}"))
    if engine is not None:
        engine.stateChanged.connect(lambda state: _tell("speaking") if state is QTextToSpeech.State.Speaking else None)
    rest = b""

    def listen() -> None:
        nonlocal rest
        read = os.read(STANDARD_INPUT, 65536)
        if not read:
            qt.quit()
            return
        *lines, rest = (rest + read).split(b"\n")
        if lines:
            order = Order(**json.loads(lines[-1]))
            signal.alarm(PATIENCE_SECONDS)
            said = voice.carry_out(order)
            if engine is not None and engine.state() is QTextToSpeech.State.Error:
                qt.exit(1)  # the speech service is gone; a new process asks for it anew
            elif not said:
                _tell(f"no voice for {order.language}")
            signal.alarm(0)

    ear = QSocketNotifier(STANDARD_INPUT, QSocketNotifier.Type.Read)
    ear.activated.connect(listen)
    status = qt.exec()
    voice.close()
    return status


def _tell(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
