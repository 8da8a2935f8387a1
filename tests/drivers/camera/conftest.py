from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from drivers.camera.camera import Camera, Frame
from drivers.camera.simulator import CameraSimulator

PATIENCE = 30.0


def until(true: Callable[[], bool], what: str) -> None:
    """Wait for it, with a deadline that only a dead machine reaches."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, f"waited {PATIENCE:.0f} s for {what}"
        threading.Event().wait(0.01)


class Watcher:
    """Keeps every picture that it is told of."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []

    def __call__(self, frame: Frame) -> None:
        # A copy: the camera overwrites its last picture when the lens goes off.
        self.frames.append(replace(frame, image=frame.image.copy()))

    def wait_for(self, count: int) -> list[Frame]:
        until(lambda: len(self.frames) >= count, f"{count} pictures")
        return self.frames[:count]

    def levels(self, count: int) -> list[int]:
        """The mean grey of the first ``count`` pictures."""
        return [round(float(frame.image.mean())) for frame in self.wait_for(count)]


@contextmanager
def running(camera: Camera) -> Iterator[Watcher]:
    """The camera switched on, and switched off again however the test ends."""
    watcher = Watcher()
    camera.start(watcher)
    try:
        yield watcher
    finally:
        camera.stop()
        assert camera.join()


@pytest.fixture(scope="package")
def one_simulator() -> Iterator[CameraSimulator]:
    simulator = CameraSimulator()
    simulator.start()
    yield simulator
    simulator.stop()


@pytest.fixture
def simulator(one_simulator: CameraSimulator) -> Iterator[CameraSimulator]:
    """A simulated camera with the astronaut before it; what a test does to it is undone."""
    yield one_simulator
    verbs = one_simulator.verbs
    until(lambda: bool((verbs["state"]() or {})["plugged"]), "the cable")
    verbs["black"](on=False)
    verbs["freeze"](on=False)
    state = verbs["state"]() or {}
    sound: dict[str, tuple[str, str, object]] = {
        "light": ("light", "level", 1.0),
        "distance": ("distance", "scale", 1.0),
        "height": ("height", "level", 0.0),
        "back_lit": ("back_light", "on", False),
    }
    for name, (verb, argument, value) in sound.items():
        if state[name] != value:
            verbs[verb](**{argument: value})
    if state["person"] != "astronaut" or any(state[name] for name in ("attack", "second_person", "mask", "hat")):
        verbs["person"](name="astronaut")
