"""The real face process: spawned, killed, stopped, orphaned."""

from __future__ import annotations

import multiprocessing
import os
import queue
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from drivers.camera.camera import Frame
from drivers.camera.scene import SWAY, Look
from drivers.device import DeviceState
from kiosk.identity import process
from kiosk.identity.dlib_engine import EngineFault
from kiosk.identity.engine import Picture
from kiosk.identity.events import FaceEvent, FaceFault, FaceProgress, FaceVerdict, Outcome, Prompt
from kiosk.identity.process import FaceVerifier, ProcessFault
from tests.kiosk.identity.conftest import Film

ROOT = Path(__file__).parents[3]
PATIENCE = 30.0


def until(true: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, f"waited {PATIENCE:.0f} s for {what}"
        threading.Event().wait(0.02)


def face_process() -> int:
    (child,) = (child for child in multiprocessing.active_children() if child.name == "face")
    assert child.pid is not None
    return child.pid


@pytest.fixture(scope="module")
def shared_verifier() -> Iterator[FaceVerifier]:
    verifier = FaceVerifier()
    verifier.start()
    yield verifier
    verifier.stop()
    assert not [child for child in multiprocessing.active_children() if child.name == "face"]


@pytest.fixture
def verifier(shared_verifier: FaceVerifier) -> Iterator[FaceVerifier]:
    until(lambda: shared_verifier.status().ready, "the face process")
    yield shared_verifier
    shared_verifier.forget()


class Events:
    def __init__(self) -> None:
        self._queue: queue.Queue[FaceEvent] = queue.Queue()
        self.hear: Callable[[FaceProgress], None] = lambda _: None

    def __call__(self, event: FaceEvent) -> None:
        if isinstance(event, FaceProgress):
            self.hear(event)
        self._queue.put(event)

    def next(self) -> FaceEvent:
        return self._queue.get(timeout=PATIENCE)

    def end(self) -> FaceVerdict | FaceFault:
        while isinstance(event := self.next(), FaceProgress):
            pass
        return event

    def left(self) -> list[FaceEvent]:
        return list(self._queue.queue)


@contextmanager
def camera(verifier: FaceVerifier, film: Film, events: Events) -> Iterator[None]:
    """Offers frames in real time, as the capture thread does; does what is asked for."""
    asked: list[str] = []
    last: list[Prompt] = []
    stop = threading.Event()

    def hear(progress: FaceProgress) -> None:
        if progress.prompt not in last[-1:]:
            last.append(progress.prompt)
            if progress.prompt in (Prompt.BLINK, Prompt.TURN_LEFT, Prompt.TURN_RIGHT):
                asked.append(progress.prompt)

    def play() -> None:
        number = 0
        while True:
            for image in film[asked.pop(0) if asked else SWAY[number % 2]]:
                number += 1
                verifier.offer(Frame(image, number, time.monotonic()))
                if stop.wait(1 / 30):
                    return

    for segment in (*SWAY, "blink", "turn_left", "turn_right"):
        film[segment]  # rendered before the time counts
    events.hear = hear
    thread = threading.Thread(target=play)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def test_the_holder_is_accepted_and_the_portrait_forgotten(
    verifier: FaceVerifier, film: Callable[[Look], Film], card: Callable[[str], Picture]
) -> None:
    verifier.prepare(card("astronaut"))
    events = Events()
    with camera(verifier, film(Look()), events):
        verifier.begin(4, events)
        assert verifier.status().state is DeviceState.BUSY
        verdict = events.end()
    assert isinstance(verdict, FaceVerdict)
    assert verdict.outcome is Outcome.ACCEPTED
    assert 0 < verdict.seconds < PATIENCE
    assert not np.frombuffer(verifier._pictures._memory, np.uint8).any(), "nothing is left in the shared memory"
    verifier.begin(4, events)
    after = events.end()
    assert isinstance(after, FaceVerdict)
    assert after.outcome is Outcome.NO_PORTRAIT


def test_a_check_without_a_portrait_ends_at_once(verifier: FaceVerifier) -> None:
    events = Events()
    verifier.begin(1, events)
    assert events.end() == FaceVerdict(Outcome.NO_PORTRAIT, engine="dlib-resnet-v1")


def test_after_cancelling_nothing_is_told(
    verifier: FaceVerifier, film: Callable[[Look], Film], card: Callable[[str], Picture]
) -> None:
    verifier.prepare(card("astronaut"))
    events, later = Events(), Events()
    with camera(verifier, film(Look()), events):
        verifier.begin(0, events)
        events.next()
        verifier.cancel()
        told = len(events.left())
        verifier.begin(1, later)
        later.next()
    verifier.cancel()
    assert len(events.left()) == told
    assert verifier.status().state is DeviceState.READY


def test_frames_from_before_the_check_belong_to_nobody(verifier: FaceVerifier, card: Callable[[str], Picture]) -> None:
    verifier.offer(Frame(np.full((72, 96, 3), 9, np.uint8), 1, time.monotonic()))
    assert verifier._pictures.newest(0.0, None) is None


def test_a_killed_process_is_a_fault_and_a_fresh_one_works(
    verifier: FaceVerifier, film: Callable[[Look], Film], card: Callable[[str], Picture]
) -> None:
    verifier.prepare(card("astronaut"))
    events, again = Events(), Events()
    with camera(verifier, film(Look()), events):
        verifier.begin(0, events)
        events.next()
        os.kill(face_process(), signal.SIGKILL)
        fault = events.end()
    assert isinstance(fault, FaceFault)
    assert fault.fault.code == ProcessFault.DIED
    assert verifier._pictures.newest(0.0, None) is None
    with camera(verifier, film(Look()), again):
        verifier.begin(0, again)
        verdict = again.end()
    assert isinstance(verdict, FaceVerdict)
    assert verdict.outcome is Outcome.ACCEPTED, "the portrait is still there for the fresh process"


def test_a_hung_process_is_a_fault_and_is_replaced(
    verifier: FaceVerifier, card: Callable[[str], Picture], monkeypatch: pytest.MonkeyPatch
) -> None:
    verifier.prepare(card("astronaut"))
    events = Events()
    monkeypatch.setattr(process, "HANG_SECONDS", 1.0)
    hung = face_process()
    verifier.begin(0, events)
    os.kill(hung, signal.SIGSTOP)
    fault = events.end()
    assert isinstance(fault, FaceFault)
    assert fault.fault.code == ProcessFault.HUNG
    monkeypatch.undo()
    until(lambda: verifier.status().ready, "a fresh process")
    assert face_process() != hung


def test_the_process_leaves_no_core_dump_and_idles_when_nothing_is_asked(verifier: FaceVerifier) -> None:
    pid = face_process()
    limits = Path(f"/proc/{pid}/limits").read_text(encoding="ascii")
    (core,) = (line.split() for line in limits.splitlines() if line.startswith("Max core file size"))
    assert core[4:6] == ["0", "0"]

    def ticks() -> int:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])

    def idle() -> bool:
        before = ticks()
        threading.Event().wait(0.3)
        return ticks() == before

    until(idle, "a third of a second without work")


def test_the_process_ends_when_the_application_dies() -> None:
    script = """
        import multiprocessing, os, sys, time
        from kiosk.identity.process import FaceVerifier
        if __name__ == "__main__":
            verifier = FaceVerifier()
            verifier.start()
            while not verifier.status().ready:
                time.sleep(0.02)
            print(multiprocessing.active_children()[0].pid, flush=True)
            os.kill(os.getpid(), 9)
    """
    application = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    pid = int(application.stdout)
    status = Path(f"/proc/{pid}/status")
    until(lambda: not status.exists() or "State:\tZ" in status.read_text(encoding="ascii"), "the orphan to end")


def test_a_missing_model_is_a_fault_that_names_the_technician(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "face_recognition_models").mkdir()
    (tmp_path / "face_recognition_models" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)  # the spawned process looks there first, too
    verifier = FaceVerifier()
    events = Events()
    verifier.begin(0, events)
    verifier.start()
    try:
        fault = events.end()
        assert isinstance(fault, FaceFault)
        assert fault.fault.code == EngineFault.MODEL_MISSING
        status = verifier.status()
        assert (status.state, status.faults) == (DeviceState.ATTENTION, (fault.fault,))
    finally:
        verifier.stop()


def test_a_listener_that_fails_does_not_end_the_listening(
    verifier: FaceVerifier, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: FaceEvent) -> None:
        raise RuntimeError("a bug on the other side")

    verifier.begin(0, broken)
    until(lambda: "a listener for face events failed" in caplog.text, "the log")
    events = Events()
    verifier.begin(1, events)
    assert isinstance(events.end(), FaceVerdict)
