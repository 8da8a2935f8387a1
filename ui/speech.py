"""What the machine says aloud: one sentence at a time, the newest, in the language of the page."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer

from kiosk.text import Language, Text
from kiosk.visit.view import (
    BankCardState,
    ReadBankCardBody,
    RewriteBody,
    RewriteState,
    ScanCodeBody,
    ScanCodeState,
    VerifyFaceBody,
    VisitView,
)
from ui.sounds import loudness
from ui.voice import NO_ENGINE, Order

log = logging.getLogger("ui.speech")

HOUSE = Path(__file__).resolve().parents[1]
PAUSE_MILLISECONDS = 1500
# What Qt says of itself while it loads, and each word that a speech service sends.
QUIET = "*.debug=false;qt.multimedia.symbolsresolver.warning=false"
AGAIN_AFTER_SECONDS = 60.0  # a voice that ended by itself is not called back sooner


# Where a card is that somebody waits for, or that the machine waits for.
CALLED_FOR = (RewriteState.WAITING, RewriteState.KEPT, RewriteState.STUCK)


class Mouth(Protocol):
    """Something that carries out an order now, instead of the one before, and never makes anybody wait."""

    def wake(self) -> object:
        """Get ready to speak; somebody is there."""

    def carry_out(self, order: Order) -> object:
        """Say it."""


class Speech(QObject):
    """Speaks sentences, none sooner than 1.5 s after the one before. Of those that come sooner the newest is kept.

    ``volume`` gives what the machine is set to, 0 to 100. Nothing personal may be said: others stand around.
    """

    def __init__(self, mouth: Mouth, volume: Callable[[], int]) -> None:
        super().__init__()
        self._mouth = mouth
        self._volume = volume
        self._said: tuple[str, Language] | None = None
        self._next: tuple[str, Language] | None = None
        self._pause = QTimer(self, interval=PAUSE_MILLISECONDS, singleShot=True)
        self._pause.timeout.connect(self._speak)

    def say(self, sentence: str, language: Language) -> None:
        """Let ``sentence`` be heard instead of what is said now. What was said last is not said again."""
        self._next = (sentence, language)
        if not self._pause.isActive():
            self._speak()

    def hush(self) -> None:
        """Break off."""
        if self._said is not None:
            self._mouth.carry_out(Order(""))
        self._said = self._next = None

    def follow(self, view: VisitView | None, language: Language, notice: Text | None = None) -> None:
        """Say what this page asks of somebody who looks elsewhere; hush where it asks for nothing.

        At home there is nothing to say but the ``notice`` of a card that was left behind.
        """
        if view is not None:
            self._mouth.wake()
        sentence = spoken(view) if view is not None else notice
        if sentence is None:
            self.hush()
        else:
            self.say(sentence.in_(language), language)

    def _speak(self) -> None:
        if self._next is not None and self._next != self._said:
            self._said = self._next
            if self._volume():
                self._mouth.carry_out(Order(*self._said, loudness(self._volume())))
            self._pause.start()
        self._next = None


def spoken(view: VisitView | None) -> Text | None:
    """What is said aloud on a page where one looks elsewhere: to camera, scanner or slot. It is the same for all.

    A card that is held out is called for also while something is wrong.
    """
    if view is None:
        return None
    if isinstance(view.body, RewriteBody) and view.body.state is RewriteState.OFFERED:
        return view.title
    if view.problem is not None:
        return None
    if isinstance(view.body, RewriteBody) and view.body.state in CALLED_FOR:
        return view.title
    if isinstance(view.body, ReadBankCardBody) and (view.body.state is BankCardState.WAITING or view.body.card_in):
        return view.title
    if isinstance(view.body, VerifyFaceBody):
        return view.body.hint
    if isinstance(view.body, ScanCodeBody) and view.body.state is ScanCodeState.SCANNING:
        return view.title
    return None


class VoiceProcess(QObject):
    """The mouth of a machine: :mod:`ui.voice` in a process of its own, started when the first visit begins.

    Where nothing can speak it ends at once and is not called again.
    """

    def __init__(self, engine: str = "") -> None:
        super().__init__()
        self._started_at: float | None = None
        self._mute = False
        self._told: set[str] = set()
        self._process = QProcess(self)
        self._process.setProgram(sys.executable)
        self._process.setArguments(["-m", "ui.voice", *([engine] if engine else [])])
        self._process.setWorkingDirectory(str(HOUSE))
        self._process.setProcessChannelMode(QProcess.ProcessChannelMode.ForwardedErrorChannel)
        environment = QProcessEnvironment.systemEnvironment()
        environment.remove("XDG_CONFIG_HOME")  # ours leads nowhere, on purpose; a speech service has a configuration
        environment.insert("QT_LOGGING_RULES", QUIET)
        self._process.setProcessEnvironment(environment)
        self._process.readyReadStandardOutput.connect(self._hear)
        self._process.finished.connect(self._ended)

    def wake(self) -> None:
        """Get ready to speak."""
        due = self._started_at is None or time.monotonic() - self._started_at > AGAIN_AFTER_SECONDS
        if not self._mute and due and self._process.state() is QProcess.ProcessState.NotRunning:
            self._started_at = time.monotonic()
            self._process.start()

    def number(self) -> int:
        """The process's id; 0 while there is none."""
        return self._process.processId()

    def heard(self) -> frozenset[str]:
        """What the process told of itself so far."""
        return frozenset(self._told)

    def carry_out(self, order: Order) -> None:
        """Hand the order over. Qt keeps what the process has not read yet, so nobody waits."""
        self.wake()
        if self._process.state() is not QProcess.ProcessState.NotRunning:
            self._process.write(order.line())

    def close(self) -> None:
        """End the process."""
        self._mute = True
        self._process.kill()
        self._process.waitForFinished(1000)

    def _hear(self) -> None:
        for line in bytes(self._process.readAllStandardOutput().data()).decode().splitlines():
            if line not in self._told:
                self._told.add(line)
                log.info("the voice: %s", line)

    def _ended(self, status: int) -> None:
        if status == NO_ENGINE:
            self._mute = True
        elif not self._mute:
            log.info("the voice ended with status %d; it is called again when it is needed", status)
