"""A visit on the real screen: card, face, receipt, and how evenly the screen's thread breathes meanwhile."""

from __future__ import annotations

import multiprocessing
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from typing import Any

from PySide6.QtCore import Qt, QTimer

from assembly import CONFIG, catalogue_for
from assembly.machine import machine
from benchmarks.figures import Figure
from drivers.simulation import Control
from kiosk.settings import load_settings
from kiosk.visit.events import Way
from kiosk.visit.view import (
    CardState,
    CodeState,
    FaceState,
    ReadCardBody,
    ScanState,
    StepKind,
    VerifyFaceBody,
    VisitView,
)
from ui.application import Application
from ui.finger import let_live
from ui.stage import Stage

BITS_PER_BYTE = 10  # start, eight, stop
BAUDRATE = 115200
TICK_MILLISECONDS = 2
PATIENCE = 60.0


def figures(runs: int, words: list[str], controls: dict[str, Control]) -> Iterator[Figure]:
    """Card, face, preview and breath, each over ``runs`` visits."""
    settings = load_settings(CONFIG / "kiosk.toml", words)
    screen = Application()
    ratios: list[float] = []
    verdicts: list[float] = []
    challenges: list[float] = []
    previews: list[float] = []
    p99: list[float] = []
    worst: list[float] = []
    with ExitStack() as stack:
        stage = Stage(controls, person="lin", face="astronaut")
        stack.callback(stage.leave)
        stage.enter()
        terminal = stack.enter_context(machine(settings, catalogue_for(settings), screen.soon))
        window = screen.show(terminal, settings, lambda: datetime.now().astimezone())
        screen.watch(stage.see)
        visit = _Visit(terminal, window)
        for _ in range(runs):
            ratios.append(visit.card())
            breath = _Breath()
            verdict, challenge, preview = visit.face()
            verdicts.append(verdict)
            challenges.append(challenge)
            previews.append(1000 / preview)
            visit.to_the_receipt()
            breath.end()
            p99.append(breath.p99())
            worst.append(max(breath.gaps))
            visit.leave()
        restarts = [visit.restart() for _ in range(runs)]
        screen.close()
    yield Figure("card found → record on screen ÷ pure wire time", "×", 1.15, ratios, "115200 baud, no internal delay")
    yield Figure("face ready → verdict", "s", 1.5, verdicts, "from the last action seen to the verdict")
    yield Figure("first action asked → last one seen", "s", 8, challenges, "three actions of a willing person")
    yield Figure("between two pictures of the preview", "ms", 40, previews, "25 pictures a second")
    yield Figure("face process killed → ready again", "s", 2, restarts)
    yield Figure(
        "event-loop gap, p99, face verified and receipt printed",
        "ms",
        20,
        p99,
        f"worst single gap {max(worst):.0f} ms, median of the worst {statistics.median(worst):.0f} ms",
    )


class _Visit:
    """One citizen after another, by the terminal's own methods: what is measured is the machine, not the finger."""

    def __init__(self, terminal: Any, window: Any) -> None:
        self._terminal = terminal
        self._window = window
        self._frames = 0
        window.frameSwapped.connect(self._swapped)
        self._found = 0.0
        reader = terminal.hardware.id_reader.device
        self._transport = reader._transport  # noqa: SLF001
        self._bytes = 0
        read_card, write, read = reader.read_card, self._transport.write, self._transport.read

        def counted_write(data: bytes, deadline: float) -> None:
            self._bytes += len(data)
            write(data, deadline)

        def counted_read(at_most: int, deadline: float) -> bytes:
            data: bytes = read(at_most, deadline)
            self._bytes += len(data)
            return data

        def timed_read_card(cancel: Any, on_found: Any) -> Any:
            def found() -> None:
                self._found, self._bytes = time.monotonic(), 0
                on_found()

            result = read_card(cancel, found)
            self._exchanged = self._bytes
            return result

        self._picture: Any = None
        self._pictures = 0
        self._look, terminal.frame = terminal.frame, self._shown
        self._exchanged = 0
        reader.read_card = timed_read_card
        self._transport.write, self._transport.read = counted_write, counted_read

    def card(self) -> float:
        """Seconds from found to the frame that shows the record, in wire times of what was exchanged."""
        self._until(lambda: self._terminal.home().tiles[0].available, "the machine to be ready")
        self._terminal.begin("JT-02")
        self._terminal.act("next")
        self._until(lambda: self._is(ReadCardBody, CardState.READ), "the card to be read", step=1)
        before = self._frames
        self._until(lambda: self._frames > before, "the frame that shows it", step=1)
        return (time.monotonic() - self._found) / (self._exchanged * BITS_PER_BYTE / BAUDRATE)

    def face(self) -> tuple[float, float, float]:
        """Seconds from the last action seen to the verdict, as the engine reports them; seconds from the first action
        asked to the last one seen; pictures that the preview showed in a second meanwhile."""
        let_live(400)
        for action in ("next", f"way:{Way.FACE}", "next"):
            self._terminal.act(action)
            let_live(50)
        self._until(lambda: self._is(VerifyFaceBody, FaceState.CHALLENGE), "the first action")
        began, first = time.monotonic(), self._pictures
        self._until(lambda: self._at(StepKind.FORM), "the verdict")
        seconds, pictures = time.monotonic() - began, self._pictures - first
        verdict = float(self._terminal._visit.proof.face.seconds)  # noqa: SLF001
        return verdict, seconds - verdict, pictures / seconds

    def _shown(self, camera: str) -> Any:
        """What the page takes for its preview; counts the pictures it has not had before."""
        picture = self._look(camera)
        if picture is not None and picture is not self._picture:
            self._picture, self._pictures = picture, self._pictures + 1
        return picture

    def to_the_receipt(self) -> None:
        terminal = self._terminal
        answers = terminal.items["JT-02"].sample_answers(datetime.now().astimezone().date())
        while not self._at(StepKind.SIGN):
            view = terminal.view()
            if view.kind is StepKind.FORM:
                for question in view.body.fields:
                    if question.key in answers:
                        terminal.answer(question.key, answers[question.key])
            elif view.kind is StepKind.SCAN_DOCUMENT and view.body.state is ScanState.WAITING:
                self._until(lambda: terminal.frame("document") is not None, "the document camera")
                terminal.act("next")
                self._until(lambda: terminal.view().body.state is ScanState.CAPTURED, "the page")
            terminal.act("next")
            let_live(250)
        terminal.sign([[(0.1, 0.5), (0.5, 0.3), (0.9, 0.6)]])
        terminal.act("next")
        self._until(lambda: terminal.view().body.state != "sending", "the office")
        terminal.act("next")
        self._until(lambda: terminal.view().body.state != "printing", "the receipt")
        if terminal.view().problem is not None:
            raise RuntimeError(f"the visit ended with {terminal.view().problem.code}")

    def restart(self) -> float:
        """Seconds from the death of the face process until a fresh one has loaded its engine."""
        faces = self._terminal.hardware.faces
        (child,) = (child for child in multiprocessing.active_children() if child.name == "face")
        began = time.monotonic()
        child.kill()
        self._until(lambda: not faces.status.ready, "the death", step=1)
        self._until(lambda: faces.status.ready, "a fresh process", step=1)
        return time.monotonic() - began

    def leave(self) -> None:
        while self._terminal.view() is not None:
            self._terminal.act("next")
            let_live(300)

    def _swapped(self) -> None:
        self._frames += 1

    def _at(self, kind: StepKind) -> bool:
        view: VisitView | None = self._terminal.view()
        if view is not None and view.problem is not None:
            raise RuntimeError(f"the visit ended with {view.problem.code}")
        return view is not None and view.kind is kind

    def _is(self, body: type, state: CardState | CodeState | FaceState) -> bool:
        view = self._terminal.view()
        return view is not None and isinstance(view.body, body) and view.body.state is state  # type: ignore[attr-defined]

    def _until(self, condition: Any, what: str, step: int = 10) -> None:
        deadline = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > deadline:
                raise RuntimeError(f"waited in vain for {what}")
            let_live(step)


class _Breath:
    """How long the screen's thread was busy at a stretch: how late, in milliseconds, a timer of two comes."""

    def __init__(self) -> None:
        self.gaps: list[float] = []
        self._last = time.monotonic()
        self._timer = QTimer(interval=TICK_MILLISECONDS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def end(self) -> None:
        self._timer.stop()

    def p99(self) -> float:
        return statistics.quantiles(self.gaps, n=100)[98]

    def _tick(self) -> None:
        now = time.monotonic()
        self.gaps.append(max((now - self._last) * 1000 - TICK_MILLISECONDS, 0.0))
        self._last = now
