"""A card from the tray, the simulated camera on its wire, the real driver, the real face process."""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pytest

from drivers.camera.camera import Camera
from drivers.camera.scene import ACTIONS, SWAY
from drivers.camera.simulator import CameraSimulator
from drivers.id_reader.people import portrait
from drivers.id_reader.photo import decode_kimg
from kiosk.identity.attacks import Sign
from kiosk.identity.events import FaceEvent, FaceFault, FaceProgress, FaceVerdict, Outcome, Prompt, Risk
from kiosk.identity.liveness import Action
from kiosk.identity.process import FaceVerifier
from kiosk.settings import FaceSettings
from tests.kiosk.identity.test_process import PATIENCE, until

ASKED = tuple(Prompt(action) for action in Action)
AGAIN_SECONDS = 2.0
BLINK_MOUTH_RIGHT, LEFT_BLINK_MOUTH = 9, 3  # seeds


class Hall:
    """The machine and whoever stands before it."""

    def __init__(self, simulator: CameraSimulator, verifier: FaceVerifier) -> None:
        self.simulator = simulator
        self.verifier = verifier
        self.camera = Camera(simulator.address)
        self.prompts: list[Prompt] = []
        self._events: queue.Queue[FaceEvent] = queue.Queue()

    def stand(self, name: str) -> None:
        """Somebody steps before the camera, able to do whatever will be asked."""
        seen = self.state()
        if (seen["person"], seen["attack"], seen["second_person"]) != (name, "", False):
            self.simulator.verbs["person"](name=name)
        until(lambda: self.state()["prepared"] == sorted((*SWAY, *ACTIONS)), "the actions")

    def state(self) -> Mapping[str, Any]:
        return self.simulator.verbs["state"]() or {}

    def begin(self, card: str, seed: int) -> None:
        self.prompts.clear()
        self.verifier.prepare(decode_kimg(portrait(card)))
        self.verifier.begin(seed, Risk.APPLY, self._events.put)
        self.camera.start(self.verifier.offer)

    def see(self, *wanted: Prompt) -> None:
        """Watch until one of these is shown to the person."""
        end = time.monotonic() + PATIENCE
        while (prompt := self._progress(end)) not in wanted:
            assert prompt is not None, f"a verdict instead of {wanted}"

    def verdict(self, *, obedient: bool = True) -> FaceVerdict:
        """Watch until the end; an obedient person does what is asked for, and again when nothing comes of it."""
        end = time.monotonic() + 2 * PATIENCE
        acted = 0.0
        while (event := self._events.get(timeout=end - time.monotonic())) is not None:
            assert not isinstance(event, FaceFault), event
            if isinstance(event, FaceVerdict):
                return event
            new = self._notice(event) is not None
            if obedient and event.prompt in ASKED and (new or time.monotonic() - acted > AGAIN_SECONDS):
                acted = time.monotonic()
                self.simulator.verbs["act"](action=str(event.prompt))
        raise AssertionError("unreachable")

    def leave(self) -> None:
        self.camera.stop()
        assert self.camera.join()
        self.verifier.forget()

    def _progress(self, end: float) -> Prompt | None:
        event = self._events.get(timeout=end - time.monotonic())
        if not isinstance(event, FaceProgress):
            return None
        self._notice(event)
        return event.prompt

    def _notice(self, event: FaceProgress) -> Prompt | None:
        """The prompt, when it is a new one."""
        if event.prompt in self.prompts[-1:]:
            return None
        self.prompts.append(event.prompt)
        return event.prompt


@pytest.fixture(scope="module")
def partners() -> Iterator[tuple[CameraSimulator, FaceVerifier]]:
    verifier = FaceVerifier(FaceSettings())
    verifier.start()
    simulator = CameraSimulator()
    simulator.start()
    until(lambda: verifier.status.ready, "the face process")
    yield simulator, verifier
    verifier.stop()
    simulator.stop()


@pytest.fixture
def hall(partners: tuple[CameraSimulator, FaceVerifier]) -> Iterator[Hall]:
    hall = Hall(*partners)
    yield hall
    hall.leave()


def test_the_camera_is_unplugged_for_a_moment_and_the_check_begins_anew(hall: Hall) -> None:
    hall.stand("astronaut")
    hall.begin("astronaut", BLINK_MOUTH_RIGHT)
    hall.see(Prompt.BLINK)
    hall.simulator.verbs["unplug"](seconds=1.0)
    hall.see(Prompt.LOOK)  # nobody knows whether it is still the same person


@pytest.mark.parametrize(
    ("holder", "seed", "actions"),
    [
        ("astronaut", BLINK_MOUTH_RIGHT, [Prompt.BLINK, Prompt.OPEN_MOUTH, Prompt.TURN_RIGHT]),
        ("grace_hopper", LEFT_BLINK_MOUTH, [Prompt.TURN_LEFT, Prompt.BLINK, Prompt.OPEN_MOUTH]),
    ],
)
def test_the_holder_who_does_what_is_asked_is_accepted_and_then_forgotten(
    hall: Hall, holder: str, seed: int, actions: list[Prompt]
) -> None:
    hall.stand(holder)
    hall.begin(holder, seed)
    verdict = hall.verdict()
    assert verdict.outcome is Outcome.ACCEPTED
    assert verdict.distance is not None
    assert 0.15 < verdict.distance < 0.36
    assert (verdict.threshold, verdict.frames) == (0.40, 5)
    assert 0 < verdict.seconds < PATIENCE
    asked = [prompt for prompt in hall.prompts if prompt in ASKED]
    # On a machine too busy to follow a face the check begins anew, with actions of its own choice.
    assert asked == actions if len(asked) == len(actions) else asked[0] == actions[0]
    assert len(set(asked[-len(actions) :])) == len(actions)
    hall.camera.stop()
    assert hall.camera.join()
    until(lambda: not np.frombuffer(hall.verifier._pictures._memory, np.uint8).any(), "the shared memory to be empty")
    hall.verifier.begin(seed, Risk.APPLY, hall._events.put)
    assert hall.verdict().outcome is Outcome.NO_PORTRAIT


def test_somebody_else_with_the_card_is_not_accepted(hall: Hall) -> None:
    hall.stand("grace_hopper")
    hall.begin("astronaut", LEFT_BLINK_MOUTH)
    verdict = hall.verdict()
    assert verdict.outcome is Outcome.REFUSED
    assert verdict.distance is not None
    assert verdict.distance > 0.60


def test_a_photograph_of_the_holder_is_not_alive(hall: Hall) -> None:
    hall.simulator.verbs["person"](name="astronaut")
    hall.simulator.verbs["attack"](kind="bent")
    hall.begin("astronaut", LEFT_BLINK_MOUTH)
    verdict = hall.verdict(obedient=False)
    assert (verdict.outcome, verdict.distance) == (Outcome.NOT_LIVE, None)
    assert verdict.reason in (Sign.PATTERN, Sign.FRAMED)


def test_nobody_then_two_then_the_holder_alone_who_is_asked(hall: Hall) -> None:
    hall.simulator.verbs["person"](name="nobody")
    hall.begin("astronaut", BLINK_MOUTH_RIGHT)
    hall.see(Prompt.NOBODY)
    hall.simulator.verbs["person"](name="astronaut")
    hall.simulator.verbs["second_person"](on=True)
    hall.see(Prompt.SEVERAL)
    hall.simulator.verbs["second_person"](on=False)
    hall.see(*ASKED)
