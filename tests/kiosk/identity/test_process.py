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
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from drivers.camera.camera import Frame
from drivers.camera.scene import SWAY, Look
from drivers.device import Cancelled, DeviceError, DeviceState, DeviceStatus, HealthLevel, NextAction
from kiosk.identity import process
from kiosk.identity.attacks import Sign
from kiosk.identity.engine import Picture
from kiosk.identity.events import FaceEvent, FaceFault, FaceProgress, FaceVerdict, Outcome, Prompt, Risk
from kiosk.identity.models import EngineFault
from kiosk.identity.process import FaceVerifier, ProcessFault
from kiosk.operations.impersonal import is_hardware_text
from kiosk.operations.names import DEVICES, THINGS
from kiosk.settings import AttackNetwork, EmbedderNetwork, FaceSettings, MeasuredRate
from tests.kiosk.identity.conftest import PATIENCE, Film, until
from tests.kiosk.machine import LentFaces

ROOT = Path(__file__).parents[3]
FRAME = 1 / 15


def face_processes() -> set[int]:
    return {child.pid for child in multiprocessing.active_children() if child.name == "face" and child.pid is not None}


def face_process() -> int:
    (child,) = face_processes()
    return child


@pytest.fixture
def verifier(one_face_process: LentFaces) -> Iterator[FaceVerifier]:
    until(lambda: one_face_process.status.ready, "the face process")
    yield one_face_process
    one_face_process.forget()


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
    images = [*film[SWAY[0]][::2], *film[SWAY[1]][::2]]  # rendered before the time counts

    def play() -> None:
        number = 0
        while not stop.wait(FRAME):
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
    visible, infrared = film(Look())[SWAY[0]], film(beside)[SWAY[0]]
    verifier.start()
    try:
        until(lambda: verifier.status.ready, "the face process")
        verifier.prepare(card("astronaut"))
        verifier.begin(0, Risk.APPLY, events)
        for number in range(45):  # three seconds, in which nobody does what is asked
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
    assert verifier.status.state is DeviceState.READY


def test_every_picture_is_wanted_while_a_face_is_learned_and_none_without_a_check(
    verifier: FaceVerifier, film: Callable[[Look], Film], card: Callable[[str], Picture]
) -> None:
    events = Events()
    picture = Frame(film(Look())[SWAY[0]][0], 1, time.monotonic())
    assert not verifier.offer(picture)
    verifier.prepare(card("astronaut"))
    with camera(verifier, film(Look())):
        verifier.begin(1, Risk.APPLY, events)  # the mouth is to be opened first
        wanted: dict[Prompt, bool] = {}
        while Prompt.OPEN_MOUTH not in wanted:
            event = events.next()
            assert isinstance(event, FaceProgress)
            wanted[event.prompt] = verifier.offer(replace(picture, at=time.monotonic()))
        assert wanted[Prompt.LOOK]
        until(lambda: not verifier.offer(replace(picture, at=time.monotonic())), "no more than every second picture")
    verifier.cancel()
    assert not verifier.offer(picture)


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
        assert verifier.status.state is not DeviceState.READY
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
    until(lambda: verifier.status.ready, "a fresh process")
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
            while not verifier.status.ready:
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
            while not verifier.status.ready:
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
        status = verifier.status
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


# -- as a device of the machine ------------------------------------------------------------


def counted(verifier: FaceVerifier, before: Mapping[str, int]) -> dict[str, int]:
    """What has been counted since ``before``, without what was not."""
    return {name: count - before[name] for name, count in verifier.counters.items() if count != before[name]}


@pytest.mark.parametrize("level", HealthLevel)
def test_a_sound_process_passes_at_every_level_and_tells_how_long_it_loaded(
    verifier: FaceVerifier, level: HealthLevel
) -> None:
    report = verifier.check_health(level).future.result(PATIENCE)
    assert (report.level, report.faults, report.question) == (level, (), "")
    assert 0 < float(report.facts["load_seconds"]) < process.START_SECONDS
    assert report.facts["memory_locked"] is verifier.capabilities.features["memory_locked"]
    assert report.facts["memory_locked"] or os.geteuid() != 0, "whoever may lock memory does so"


def test_whatever_it_tells_of_itself_has_a_name_and_says_nothing_of_anybody(verifier: FaceVerifier) -> None:
    facts = verifier.check_health(HealthLevel.INTERNAL).future.result(PATIENCE).facts
    told = {*verifier.capabilities.features, *verifier.counters, *verifier.status.details, *facts}
    assert told <= THINGS.keys()
    assert verifier.name in DEVICES
    assert is_hardware_text(verifier.identity.model)
    assert is_hardware_text(verifier.identity.firmware)
    assert verifier.identity.address == "", "no picture leaves this machine"


def test_who_it_is_names_engines_and_model_files(tmp_path: Path) -> None:
    network = EmbedderNetwork(
        file=tmp_path / "own.onnx",
        sha256="AB" * 32,
        name="own",
        frames=5,
        rates=(MeasuredRate(distance=0.5, false_accepts=0.01),),
        step_up=0.6,
        same_visit=0.7,
        data="invented",
    )
    watcher = AttackNetwork(file=tmp_path / "live.onnx", sha256="cd" * 32, refuse=0.5)
    settings = FaceSettings(
        engines=("dlib", "onnx", "authority"), landmarks="dlib", onnx=network, attack_network=watcher
    )
    verifier = FaceVerifier(settings, "https://kiosk:secret@office.example/v1", infrared=True)
    identity, features = verifier.identity, verifier.capabilities.features
    assert (identity.address, identity.model) == (
        "https://office.example/v1",
        "dlib-resnet-v1 + own + authority + dlib",
    )
    assert identity.firmware == "fbdc2cb8 c4b1e980 55533b28 abababab cdcdcdcd"
    assert features == {"engines": "dlib+onnx+authority", "landmarks": "dlib", "infrared": True, "attack_network": True}
    verifier.stop()


def test_checks_are_counted_by_what_they_came_to(verifier: FaceVerifier, card: Callable[[str], Picture]) -> None:
    before, events = verifier.counters, Events()
    verifier.begin(1, Risk.APPLY, events)
    events.end()
    verifier.prepare(card("astronaut"))
    verifier.begin(2, Risk.APPLY, events)
    verifier.cancel()
    assert counted(verifier, before) == {"checks_begun": 2, "verdicts_no_portrait": 1}


@pytest.mark.warns("the face process ended: face.process_died")
def test_a_killed_process_is_shown_until_a_fresh_one_is_ready(
    verifier: FaceVerifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: queue.Queue[DeviceStatus] = queue.Queue()
    monkeypatch.setattr(verifier, "_on_status", told.put)
    before = verifier.counters
    os.kill(face_process(), signal.SIGKILL)
    status = told.get(timeout=PATIENCE)
    (fault,) = status.faults
    assert (status.state, fault.code, fault.acts_next) == (
        DeviceState.ATTENTION,
        ProcessFault.DIED,
        NextAction.SOFTWARE,
    )
    assert verifier.status == status, "while the fresh one loads"
    assert told.get(timeout=PATIENCE) == verifier.status == DeviceStatus(DeviceState.READY)
    assert counted(verifier, before) == {"restarts": 1}


@pytest.mark.warns("the face process ended: face.process_hung")
def test_a_health_check_finds_a_process_that_hangs_while_nobody_is_here(
    verifier: FaceVerifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "HANG_SECONDS", 1.0)
    os.kill(face_process(), signal.SIGSTOP)
    with pytest.raises(DeviceError) as caught:
        verifier.check_health(HealthLevel.INTERNAL).future.result(PATIENCE)
    assert (caught.value.fault.code, caught.value.fault.acts_next) == (ProcessFault.HUNG, NextAction.SOFTWARE)
    monkeypatch.undo()
    assert verifier.check_health(HealthLevel.INTERNAL).future.result(PATIENCE).faults == ()


@pytest.mark.warns("the face process ended: face.process_hung")
def test_who_no_longer_wants_a_health_check_need_not_wait_for_its_end(
    verifier: FaceVerifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "HANG_SECONDS", 2.0)
    os.kill(face_process(), signal.SIGSTOP)
    task, other = verifier.check_health(HealthLevel.INTERNAL), verifier.check_health(HealthLevel.EXTERNAL)
    task.abandon()
    with pytest.raises(Cancelled):
        task.future.result(1.0)
    with pytest.raises(DeviceError):
        other.future.result(PATIENCE)
    until(lambda: verifier.status.ready, "a fresh process")


def test_a_health_check_starts_what_nobody_has_started_and_ends_with_it() -> None:
    verifier = FaceVerifier(FaceSettings())
    assert verifier.status == DeviceStatus(DeviceState.UNKNOWN)
    assert verifier.check_health(HealthLevel.INTERNAL).future.result(PATIENCE).faults == ()
    verifier.stop()
    verifier = FaceVerifier(FaceSettings())
    loading = verifier.check_health(HealthLevel.INTERNAL)
    verifier.stop()
    for task in (loading, verifier.check_health(HealthLevel.INTERNAL)):
        with pytest.raises(Cancelled):
            task.future.result(0)


@pytest.mark.warns("the face process ended: face.model_missing")
def test_a_health_check_tells_of_a_missing_model_and_of_the_mended_one_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "face_recognition_models").mkdir()
    (tmp_path / "face_recognition_models" / "__init__.py").touch()
    monkeypatch.setattr(process, "RESTART_SECONDS", (600.0,))
    verifier = FaceVerifier(FaceSettings())
    try:
        with monkeypatch.context() as broken:
            broken.syspath_prepend(tmp_path)
            with pytest.raises(DeviceError) as caught:
                verifier.check_health(HealthLevel.INTERNAL).future.result(PATIENCE)
        assert (caught.value.fault.code, caught.value.fault.acts_next) == (
            EngineFault.MODEL_MISSING,
            NextAction.TECHNICIAN,
        )
        until(lambda: verifier.status.faults == (caught.value.fault,), "the fault")
        assert verifier.check_health(HealthLevel.INTERNAL).future.result(PATIENCE).faults == ()
        assert verifier.status == DeviceStatus(DeviceState.READY)
    finally:
        verifier.stop()


@pytest.mark.warns("the face process ended: face.process_died", "whoever was told of the face process failed")
def test_whoever_fails_when_told_of_a_status_does_not_end_the_listening(
    verifier: FaceVerifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: DeviceStatus) -> None:
        raise RuntimeError("a bug on the other side")

    monkeypatch.setattr(verifier, "_on_status", broken)
    before = verifier.counters
    os.kill(face_process(), signal.SIGKILL)
    until(lambda: counted(verifier, before) == {"restarts": 1}, "the restart")
    assert verifier.check_health(HealthLevel.INTERNAL).future.result(PATIENCE).faults == ()
