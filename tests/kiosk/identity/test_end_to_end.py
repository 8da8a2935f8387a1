"""A card from the tray, the simulated camera on its wire, the real driver, the real face process."""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator

import pytest

from drivers.camera.camera import Camera
from drivers.camera.simulator import CameraSimulator
from drivers.id_reader.people import portrait
from drivers.id_reader.photo import decode_kimg
from kiosk.identity.attacks import Sign
from kiosk.identity.events import FaceEvent, FaceProgress, FaceVerdict, Outcome, Prompt, Risk
from kiosk.identity.liveness import Action
from tests.kiosk.identity.conftest import PATIENCE
from tests.kiosk.machine import LentFaces

ASKED = tuple(Prompt(action) for action in Action)
BLINK_MOUTH_RIGHT, LEFT_BLINK_MOUTH = 9, 3  # seeds


class Hall:
    """The machine and whoever stands before it, with the astronaut's card."""

    def __init__(self, lens: CameraSimulator, faces: LentFaces) -> None:
        self.lens = lens
        self._faces = faces
        self._camera = Camera(lens.address)
        self._events: queue.Queue[FaceEvent] = queue.Queue()

    def begin(self, seed: int) -> None:
        self._faces.prepare(decode_kimg(portrait("astronaut")))
        self._faces.begin(seed, Risk.APPLY, self._events.put)
        self._camera.start(self._faces.offer)

    def see(self, *wanted: Prompt) -> None:
        """Watch until one of these is shown to the person."""
        end = time.monotonic() + PATIENCE
        while isinstance(event := self._events.get(timeout=end - time.monotonic()), FaceProgress):
            if event.prompt in wanted:
                return
        raise AssertionError(f"{event} instead of {wanted}")

    def verdict(self) -> FaceVerdict:
        """Watch until the end; nobody does what is asked for."""
        while isinstance(event := self._events.get(timeout=PATIENCE), FaceProgress):
            pass
        assert isinstance(event, FaceVerdict), event
        return event

    def leave(self) -> None:
        self._camera.stop()
        assert self._camera.join()


@pytest.fixture
def hall(lens: CameraSimulator, lent_faces: LentFaces) -> Iterator[Hall]:
    hall = Hall(lens, lent_faces)
    yield hall
    hall.leave()


def test_the_camera_is_unplugged_for_a_moment_and_the_check_begins_anew(hall: Hall) -> None:
    hall.begin(BLINK_MOUTH_RIGHT)
    hall.see(Prompt.BLINK)
    hall.lens.verbs["unplug"](seconds=1.0)
    hall.see(Prompt.LOOK)  # nobody knows whether it is still the same person


def test_a_photograph_of_the_holder_is_not_alive(hall: Hall) -> None:
    hall.lens.verbs["attack"](kind="bent")
    hall.begin(LEFT_BLINK_MOUTH)
    verdict = hall.verdict()
    assert (verdict.outcome, verdict.distance) == (Outcome.NOT_LIVE, None)
    assert verdict.reason in (Sign.PATTERN, Sign.FRAMED)


def test_nobody_then_two_then_the_holder_alone_who_is_asked(hall: Hall) -> None:
    hall.lens.verbs["person"](name="nobody")
    hall.begin(BLINK_MOUTH_RIGHT)
    hall.see(Prompt.NOBODY)
    hall.lens.verbs["person"](name="astronaut")
    hall.lens.verbs["second_person"](on=True)
    hall.see(Prompt.SEVERAL)
    hall.lens.verbs["second_person"](on=False)
    hall.see(*ASKED)
