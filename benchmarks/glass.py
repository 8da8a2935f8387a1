"""The kiosk in a process of its own that does what it is told, a line at a time.

It is the real machine behind the real window, in memory. Its words are settings, and where the simulated devices are
played (``control:camera:HOST:PORT``). When the home page is drawn it says when. From then on a line on its input is a
JSON list, a verb and what it takes; a line on its output is the answer. Times are seconds of the monotonic clock, which
processes share.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from typing import Any

from PySide6.QtCore import QPoint, QPointF, QSocketNotifier, Qt
from PySide6.QtTest import QTest

from assembly import CONFIG, catalogue_for
from assembly.machine import machine
from drivers.simulation import Control
from kiosk.settings import load_settings
from kiosk.visit.events import Way
from kiosk.visit.view import CardState, FaceState, ReadCardBody, StepKind, VerifyFaceBody, VisitView
from ui.application import Application
from ui.finger import Finger, let_live
from ui.stage import Stage

ITEM = "JT-02"
PATIENCE = 40.0


class Glass:
    """The window, and what can be done before it."""

    def __init__(self, screen: Application, terminal: Any, window: Any) -> None:
        self._screen = screen
        self._terminal = terminal
        self._window = window
        self._finger = Finger(window)
        self._frames: list[float] = []
        window.frameSwapped.connect(self._swapped)
        self._drawn = False
        self.acts = False  # whether the citizen does what the camera asks for
        self._answers = terminal.items[ITEM].sample_answers(datetime.now().astimezone().date())

    def where(self, name: str) -> tuple[int, int]:
        """The middle of what is called ``name``, once it can be touched."""
        self._finger.wait_for(name, PATIENCE)
        item = self._finger._find(name)  # noqa: SLF001
        assert item is not None
        at = item.mapToScene(QPointF(item.width() / 2, item.height() / 2))
        return round(at.x()), round(at.y())

    def press(self, x: int, y: int) -> None:
        """The finger comes down."""
        QTest.mousePress(self._window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(x, y))

    def release(self, x: int, y: int) -> None:
        """It goes up."""
        QTest.mouseRelease(self._window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(x, y))

    def frames(self) -> list[float]:
        """When a frame was on the glass since this was asked before."""
        told, self._frames = self._frames, []
        return told

    def picture(self, path: str) -> None:
        """Keep what is on the glass."""
        self._window.grabWindow().save(path)

    def ready(self) -> None:
        """The machine can do the item."""
        self._until(lambda: all(tile.available for tile in self._terminal.home().tiles if tile.code == ITEM))

    def face(self) -> None:
        """To the page with the camera, where somebody stands and does nothing."""
        self._terminal.begin(ITEM)
        self._terminal.act("next")
        self._until(lambda: self._is(ReadCardBody, CardState.READ))
        for action in ("next", f"way:{Way.FACE}", "next"):
            self._terminal.act(action)
            let_live(50)
        self._until(lambda: self._is(VerifyFaceBody, FaceState.CHALLENGE))

    def form(self) -> None:
        """The face is shown, and the first page of the form stands, answered."""
        self.acts = True
        self._terminal.touch()
        self._screen_again()
        self._until(lambda: self._at(StepKind.FORM))
        view = self._terminal.view()
        for question in view.body.fields:
            self._terminal.answer(question.key, self._answers[question.key])
        let_live(400)

    def home(self) -> None:
        """The visit is given up."""
        self._terminal.act("exit")
        while self._terminal.view() is not None:
            self._terminal.act("next")
            let_live(300)

    def _screen_again(self) -> None:
        if self._screen.session is not None:
            self._screen.session.viewChanged.emit()

    def _swapped(self) -> None:
        self._frames.append(time.monotonic())
        if not self._drawn:
            self._drawn = True
            _say(self._frames[0])

    def _at(self, kind: StepKind) -> bool:
        view: VisitView | None = self._terminal.view()
        if view is not None and view.problem is not None:
            raise RuntimeError(f"the visit ended with {view.problem.code}")
        return view is not None and view.kind is kind

    def _is(self, body: type, state: CardState | FaceState) -> bool:
        view = self._terminal.view()
        if view is not None and view.problem is not None:
            raise RuntimeError(f"the visit ended with {view.problem.code}")
        return view is not None and isinstance(view.body, body) and view.body.state is state  # type: ignore[attr-defined]

    def _until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > deadline:
                raise RuntimeError("waited in vain")
            let_live(20)


def main() -> None:
    """Serve lines until there are no more."""
    words = [word for word in sys.argv[1:] if not word.startswith("control:")]
    settings = load_settings(CONFIG / "kiosk.toml", words)
    controls = {}
    for word in sys.argv[1:]:
        if word.startswith("control:"):
            _, name, address = word.split(":", 2)
            controls[name] = Control(address, 20)
    with ExitStack() as stack:
        screen = Application()
        stack.callback(screen.close)
        stage = Stage(controls, person="lin", face="astronaut")
        stack.callback(stage.leave)
        terminal = stack.enter_context(machine(settings, catalogue_for(settings), screen.soon))
        window = screen.show(terminal, settings, lambda: datetime.now().astimezone())
        glass = Glass(screen, terminal, window)

        def see(view: VisitView | None) -> None:
            of_the_face = view is not None and view.kind is StepKind.VERIFY_FACE
            stage.see(view if glass.acts or not of_the_face else None)

        screen.watch(see)
        ears = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)

        def hear() -> None:
            line = sys.stdin.readline()
            if not line:
                screen.quit()
                return
            verb, *what = json.loads(line)
            if verb == "begin":
                stage.enter()
                _say(None)
                return
            try:
                _say(getattr(glass, verb)(*what))
            except Exception as error:  # noqa: BLE001 - whoever asked hears of it and ends
                print(json.dumps({"error": f"{verb}: {error}"}), flush=True)

        ears.activated.connect(hear)
        screen.run()


def _say(answer: Any) -> None:
    print(json.dumps({"answer": answer}), flush=True)


if __name__ == "__main__":
    main()
