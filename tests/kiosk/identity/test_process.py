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
from kiosk.identity.attacks import Sign
from kiosk.identity.engine import Picture
from kiosk.identity.events import FaceEvent, FaceFault, FaceProgress, FaceVerdict, Outcome, Risk
from kiosk.identity.models import EngineFault
from kiosk.identity.process import FaceVerifier, ProcessFault
from kiosk.settings import FaceSettings
from tests.kiosk.identity.conftest import Film

ROOT = Path(__file__).parents[3]
PATIENCE = 30.0
FRAME = 1 / 30


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
    verifier = FaceVerifier(FaceSettings())
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

    def __call__(self, event: FaceEvent) -> None:
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
def camera(verifier: FaceVerifier, film: Film) -> Iterator[None]:
    """Offers frames in real time, as the capture thread does, of somebody who stands there and sways."""
    stop = threading.Event()
    images = [*film[SWAY[0]], *film[SWAY[1]]]  # rendered before the time counts

    def play() -> None:
        number = 0
        while not stop.wait(1 / 30):
            number += 1
            verifier.offer(Frame(images[number % len(images)], number, time.monotonic()))

    thread = threading.Thread(target=play)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@pytest.mark.parametrize(
    ("beside", "seen"), [(Look(infrared=True), True), (Look(person="nobody", infrared=True), False)]
)
def test_with_an_infrared_camera_a_face_is_one_that_both_see(
    beside: Look, seen: bool, film: Callable[[Look], Film], card: Callable[[str], Picture]
) -> None:
    verifier, events = FaceVerifier(FaceSettings(), infrared=True), Events()
    visible, infrared = film(Look())[SWAY[0]], film(beside).first(30)
    verifier.start()
    try:
        until(lambda: verifier.status().ready, "the face process")
        verifier.prepare(card("astronaut"))
        verifier.begin(0, Risk.APPLY, events)
        for number in range(150):  # five seconds, in which nobody does what is asked
            now = time.monotonic()
            noisy = visible[number % 30].copy()
            noisy[0, 0] = number  # a lens sees nothing twice
            verifier.offer_infrared(Frame(infrared[number % 30], number, now))
            verifier.offer(Frame(noisy, number, now))
            threading.Event().wait(FRAME)
        told = [event.reason for event in events.left() if isinstance(event, FaceVerdict)]
        assert told == ([] if seen else [Sign.NO_INFRARED])
        assert verifier._infrared is not None
        verifier.forget()
        assert verifier._infrared.newest(0.0, None) is None
    finally:
        verifier.stop()


def test_a_check_without_a_portrait_ends_at_once(verifier: FaceVerifier) -> None:
    events = Events()
    verifier.begin(1, Risk.APPLY, events)
    assert events.end() == FaceVerdict(Outcome.NO_PORTRAIT, engine="dlib-resnet-v1")


def test_after_cancelling_nothing_is_told(
    verifier: FaceVerifier, film: Callable[[Look], Film], card: Callable[[str], Picture]
) -> None:
    verifier.prepare(card("astronaut"))
    events, later = Events(), Events()
    with camera(verifier, film(Look())):
        verifier.begin(0, Risk.APPLY, events)
        events.next()
        verifier.cancel()
        told = len(events.left())
        verifier.begin(1, Risk.APPLY, later)
        for _ in range(5):
            later.next()
    verifier.cancel()
    assert len(events.left()) <= told + 1, "at most the one that was on its way"
    assert verifier.status().state is DeviceState.READY


def test_frames_from_before_the_check_belong_to_nobody(verifier: FaceVerifier, card: Callable[[str], Picture]) -> None:
    verifier.offer(Frame(np.full((72, 96, 3), 9, np.uint8), 1, time.monotonic()))
    assert verifier._pictures.newest(0.0, None) is None


@pytest.mark.warns("the face process ended: face.process_died")
def test_a_killed_process_is_a_fault_and_a_fresh_one_works(
    verifier: FaceVerifier, film: Callable[[Look], Film], card: Callable[[str], Picture]
) -> None:
    verifier.prepare(card("astronaut"))
    events, again = Events(), Events()
    with camera(verifier, film(Look())):
        verifier.begin(0, Risk.APPLY, events)
        events.next()
        os.kill(face_process(), signal.SIGKILL)
        fault = events.end()
    assert isinstance(fault, FaceFault)
    assert fault.fault.code == ProcessFault.DIED
    assert verifier._pictures.newest(0.0, None) is None
    with camera(verifier, film(Look())):
        verifier.begin(0, Risk.APPLY, again)
        assert verifier.status().state is not DeviceState.READY
        assert isinstance(again.next(), FaceProgress), "the portrait is still there for the fresh process"
    verifier.cancel()


@pytest.mark.warns("the face process ended: face.process_hung")
def test_a_hung_process_is_a_fault_and_is_replaced(
    verifier: FaceVerifier, card: Callable[[str], Picture], monkeypatch: pytest.MonkeyPatch
) -> None:
    verifier.prepare(card("astronaut"))
    events = Events()
    monkeypatch.setattr(process, "HANG_SECONDS", 1.0)
    hung = face_process()
    verifier.begin(0, Risk.APPLY, events)
    os.kill(hung, signal.SIGSTOP)
    fault = events.end()
    assert isinstance(fault, FaceFault)
    assert fault.fault.code == ProcessFault.HUNG
    monkeypatch.undo()
    until(lambda: verifier.status().ready, "a fresh process")
    assert face_process() != hung


def test_the_process_leaves_nothing_on_a_disk_and_idles_when_nothing_is_asked(verifier: FaceVerifier) -> None:
    pid = face_process()
    limits = Path(f"/proc/{pid}/limits").read_text(encoding="ascii")
    (core,) = (line.split() for line in limits.splitlines() if line.startswith("Max core file size"))
    assert core[4:6] == ["0", "0"]

    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    (locked,) = (int(line.split()[1]) for line in status.splitlines() if line.startswith("VmLck:"))
    assert locked > 0 or os.geteuid() != 0, "whoever may lock memory does so"

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
        from kiosk.settings import FaceSettings
        if __name__ == "__main__":
            verifier = FaceVerifier(FaceSettings())
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


def test_a_program_run_as_a_script_starts_and_stops_it_without_a_word_on_the_terminal(tmp_path: Path) -> None:
    script = """
        import sys, time
        sys.path.insert(0, sys.argv[1])
        from kiosk.identity.process import FaceVerifier
        from kiosk.settings import FaceSettings
        if __name__ == "__main__":
            verifier = FaceVerifier(FaceSettings())
            verifier.start()
            while not verifier.status().ready:
                time.sleep(0.02)
            verifier.stop()
    """
    (tmp_path / "main.py").write_text(textwrap.dedent(script), encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-X", "dev", str(tmp_path / "main.py"), str(ROOT)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


@pytest.mark.warns("the face process ended: face.model_missing")
def test_a_missing_model_is_a_fault_that_names_the_technician(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "face_recognition_models").mkdir()
    (tmp_path / "face_recognition_models" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)  # the spawned process looks there first, too
    verifier = FaceVerifier(FaceSettings())
    events = Events()
    verifier.begin(0, Risk.APPLY, events)
    verifier.start()
    try:
        fault = events.end()
        assert isinstance(fault, FaceFault)
        assert fault.fault.code == EngineFault.MODEL_MISSING
        status = verifier.status()
        assert (status.state, status.faults) == (DeviceState.ATTENTION, (fault.fault,))
    finally:
        verifier.stop()


@pytest.mark.warns("a listener for face events failed")
def test_a_listener_that_fails_does_not_end_the_listening(
    verifier: FaceVerifier, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: FaceEvent) -> None:
        raise RuntimeError("a bug on the other side")

    verifier.begin(0, Risk.APPLY, broken)
    until(lambda: "a listener for face events failed" in caplog.text, "the log")
    events = Events()
    verifier.begin(1, Risk.APPLY, events)
    assert isinstance(events.end(), FaceVerdict)
