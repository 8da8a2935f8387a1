"""The voice of the machine, in a process of its own: whoever asks it to speak never waits for it.

Loading hundreds of voices takes the speech service seconds, and one that hangs would take the screen with it.
Each line of standard input is one order; of several that wait, the newest counts. Each line of standard output is a
word of how it went: ``speaking``, ``no voice for zh``, ``no engine``.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLocale, QPluginLoader, QSocketNotifier

if TYPE_CHECKING:  # the kiosk knows what an order is and loads none of this
    from PySide6.QtTextToSpeech import QTextToSpeech

NO_ENGINE = 3  # the status it ends with where nothing can speak, also later
STANDARD_INPUT = 0
PATIENCE_SECONDS = 30  # a speech service that takes longer hangs; the process ends and the next one asks again
_LOCALES = {"zh": "zh_CN", "en": "en_GB"}
# espeak-ng calls Mandarin "cmn", which Qt knows no locale for.
_BY_NAME = {"zh": "Chinese (Mandarin"}


@dataclass(frozen=True, slots=True)
class Order:
    """What to say now instead of anything else; no ``words``: nothing. ``loudness`` is 0 to 1."""

    words: str
    language: str = "zh"
    loudness: float = 1.0

    def line(self) -> bytes:
        """The order as it goes over the pipe."""
        return json.dumps(asdict(self)).encode() + b"\n"


class Voice:
    """Speaks with one of Qt's engines; a language that it has no voice for is left unsaid."""

    def __init__(self, engine: QTextToSpeech) -> None:
        self._engine = engine
        self._language = ""
        self._speaks = False

    def carry_out(self, order: Order) -> bool:
        """Break off and say ``order``. False where there is no voice for it."""
        self._engine.stop()
        if not order.words:
            return True
        if order.language != self._language:
            self._language = order.language
            self._speaks = self._choose(order.language)
        if self._speaks:
            self._engine.setVolume(order.loudness)
            self._engine.say(order.words)
        return self._speaks

    def _choose(self, language: str) -> bool:
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


def main(name: str = "") -> int:
    """Speak until standard input ends. Returns NO_ENGINE where nothing can."""
    from PySide6.QtTextToSpeech import QTextToSpeech  # noqa: PLC0415

    name = name or engine_of_this_machine()
    if not name:
        _tell("no engine")
        return NO_ENGINE
    qt = QCoreApplication(sys.argv[:1])
    signal.alarm(PATIENCE_SECONDS)
    engine = QTextToSpeech(name)
    signal.alarm(0)
    voice = Voice(engine)
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
            if engine.state() is QTextToSpeech.State.Error:
                qt.exit(1)  # the speech service is gone; a new process asks for it anew
            elif not said:
                _tell(f"no voice for {order.language}")
            signal.alarm(0)

    ear = QSocketNotifier(STANDARD_INPUT, QSocketNotifier.Type.Read)
    ear.activated.connect(listen)
    return qt.exec()


def _tell(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
