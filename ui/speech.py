"""What the machine says aloud, in the language of the page: one thing at a time, the newest.

Where one looks elsewhere the page's sentence is said by itself, to everybody. All else is said when somebody asks for
it: the whole page, or one entry after another (:mod:`ui.models.listening`).
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal

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
    """Something that carries out an order now, instead of the one before, and never makes anybody wait.

    It calls ``ended`` with the number of an order that was said to its end, and ``lost`` once it knows that it will
    never say anything.
    """

    ended: Callable[[int], object]
    lost: Callable[[], object]

    def wake(self) -> object:
        """Get ready to speak; somebody is there."""

    def carry_out(self, order: Order) -> object:
        """Say it."""


class Speech(QObject):
    """Speaks sentences, none sooner than 1.5 s after the one before. Of those that come sooner the newest is kept.

    What somebody asked to have read is said at once, and to its end unless the page changes or it is stopped.
    ``volume`` gives how loud the machine is now, 0 to 100. What is personal is for :meth:`read` alone, and only where
    nobody else hears it.
    """

    readingChanged = Signal()  # noqa: N815  QML's way of naming

    def __init__(self, mouth: Mouth, volume: Callable[[], int]) -> None:
        super().__init__()
        self._mouth = mouth
        self._volume = volume
        self._number = 0  # of what is read
        self._reading = False
        self._page: object = None
        self._said: tuple[str, Language] | None = None
        self._next: tuple[str, Language] | None = None
        self._pause = QTimer(self, interval=PAUSE_MILLISECONDS, singleShot=True)
        self._pause.timeout.connect(self._speak)

    def say(self, sentence: str, language: Language) -> None:
        """Let ``sentence`` be heard instead of what is said now. What was said last is not said again."""
        self._next = (sentence, language)
        if not self._pause.isActive():
            self._speak()

    @property
    def reading(self) -> bool:
        """Whether something is being said that somebody asked for."""
        return self._reading

    def read(self, sentences: Iterable[str], language: Language, view: VisitView | None) -> None:
        """Say ``sentences`` of the page ``view`` now, one after another, instead of anything else."""
        self._pause.stop()
        self._number += 1
        self._page = page_of(view, language)
        self._said, self._next = None, None
        self._mouth.carry_out(Order("\n".join(sentences), language, loudness(self._volume()), self._number))
        self._read(on=True)

    def ended(self, number: int) -> None:
        """What was read under ``number`` is said to its end."""
        if number == self._number:
            self._read(on=False)

    def hush(self) -> None:
        """Break off."""
        if self._said is not None or self._reading:
            self._mouth.carry_out(Order(""))
        self._said = self._next = None
        self._read(on=False)

    def follow(self, view: VisitView | None, language: Language, notice: Text | None = None) -> None:
        """Say what this page asks of somebody who looks elsewhere; hush where it asks for nothing.

        At home there is nothing to say but the ``notice`` of a card that was left behind. What is being read goes on
        as long as the page is the same.
        """
        if view is not None:
            self._mouth.wake()
        page, self._page = self._page, page_of(view, language)
        if self._reading and page == self._page:
            return
        sentence = spoken(view) if view is not None else notice
        if sentence is None:
            self.hush()
        else:
            self.say(sentence.in_(language), language)

    def _read(self, *, on: bool) -> None:
        if on is not self._reading:
            self._reading = on
            self.readingChanged.emit()

    def _speak(self) -> None:
        if self._next is not None and self._next != self._said:
            self._said = self._next
            self._read(on=False)
            if self._volume():
                self._mouth.carry_out(Order(*self._said, loudness(self._volume())))
            self._pause.start()
        self._next = None


def page_of(view: VisitView | None, language: Language) -> tuple[object, ...]:
    """What tells one page from another for somebody who listens: a second that has passed is no other page."""
    if view is None:
        return ()
    problem = view.problem.code if view.problem is not None else ""
    return (
        language,
        view.step_id,
        view.title,
        problem,
        getattr(view.body, "state", ""),
        getattr(view.body, "number", ""),
    )


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

    Where nothing can speak it ends at once and is not called again. ``prompts`` is a folder of recorded sentences.
    """

    def __init__(self, engine: str = "", prompts: Path | None = None) -> None:
        super().__init__()
        self._started_at: float | None = None
        self._mute = False
        self.ended: Callable[[int], object] = int
        self.lost: Callable[[], object] = bool
        self._told: set[str] = set()
        self._process = QProcess(self)
        self._process.setProgram(sys.executable)
        self._process.setArguments(["-m", "ui.voice", engine, str(prompts or "")])
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
            word, _, number = line.partition(" ")
            if word == "silent" and number.isdecimal():
                self.ended(int(number))
            elif line not in self._told:
                self._told.add(line)
                log.info("the voice: %s", line)

    def _ended(self, status: int) -> None:
        if status == NO_ENGINE:
            self._mute = True
            self.lost()
        elif not self._mute:
            log.info("the voice ended with status %d; it is called again when it is needed", status)
