"""Whole checks on real pictures through the real engine; the frames carry their own times."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

import numpy as np
import pytest

from drivers.camera.scene import SWAY, Look
from kiosk.identity.check import LIMIT_SECONDS, NOBODY_SECONDS, FaceCheck
from kiosk.identity.dlib_engine import DlibEmbedder, DlibLandmarks
from kiosk.identity.engine import Picture
from kiosk.identity.events import FaceProgress, FaceVerdict, Outcome, Prompt
from kiosk.identity.matching import DLIB_MEAN_OF_FIVE
from kiosk.identity.portrait import Portrait, prepare_portrait
from tests.kiosk.identity.conftest import Film

ASTRONAUT, HOPPER = Look(), Look(person="grace_hopper")
ASKED = (Prompt.BLINK, Prompt.TURN_LEFT, Prompt.TURN_RIGHT)


class Citizen:
    """Plays a film: sways, and does what ``answer`` makes of what is asked."""

    def __init__(self, film: Film, answer: Callable[[Prompt], str] = str) -> None:
        self._film = film
        self._answer = answer
        self._asked: str | None = None

    def hear(self, prompt: Prompt) -> None:
        if prompt in ASKED:
            self._asked = self._answer(prompt)

    def frames(self) -> Iterator[Picture]:
        sway = 0
        while True:
            if self._asked:
                name, self._asked = self._asked, None
            else:
                name, sway = SWAY[sway % 2], sway + 1
            yield from self._film[name]


class Booth:
    """A camera, a card, and somebody before it."""

    def __init__(self, landmarks: DlibLandmarks, embedder: DlibEmbedder, portraits: dict[str, Portrait]) -> None:
        self._landmarks, self._embedder, self._portraits = landmarks, embedder, portraits
        self.prompts: list[Prompt] = []
        self.now = 0.0

    def check(self, card: str, seed: int) -> FaceCheck:
        rng = random.Random(seed)
        return FaceCheck(
            self._landmarks, self._embedder, self._portraits[card], rng, started=0.0, clock=lambda: self.now
        )

    def run(
        self,
        check: FaceCheck,
        frames: Iterable[Picture],
        *,
        hear: Callable[[Prompt], None] = lambda _: None,
        rate: float = 30.0,
        seconds: float = LIMIT_SECONDS + 1,
    ) -> FaceVerdict | FaceProgress:
        event: FaceVerdict | FaceProgress | None = None
        end = self.now + seconds
        for frame in frames:
            event = check.feed(frame, self.now)
            if isinstance(event, FaceVerdict):
                return event
            if not self.prompts or event.prompt is not self.prompts[-1]:
                self.prompts.append(event.prompt)
                hear(event.prompt)
            self.now += 1 / rate
            if self.now >= end:
                break
        assert event is not None
        return event

    def verify(
        self, card: str, seed: int, film: Film, answer: Callable[[Prompt], str] = str, rate: int = 30
    ) -> FaceVerdict:
        citizen = Citizen(film, answer)
        frames = islice(citizen.frames(), 0, None, 30 // rate)
        verdict = self.run(self.check(card, seed), frames, hear=citizen.hear, rate=rate)
        assert isinstance(verdict, FaceVerdict)
        return verdict


@pytest.fixture(scope="session")
def portraits(landmarks: DlibLandmarks, embedder: DlibEmbedder, card: Callable[[str], Picture]) -> dict[str, Portrait]:
    return {name: prepare_portrait(card(name), landmarks, embedder) for name in ("astronaut",)}


@pytest.fixture
def booth(landmarks: DlibLandmarks, embedder: DlibEmbedder, portraits: dict[str, Portrait]) -> Booth:
    return Booth(landmarks, embedder, portraits)


@pytest.mark.parametrize(("seed", "rate"), [(0, 30), (1, 15)])
def test_the_holder_of_the_card_is_accepted(booth: Booth, film: Callable[[Look], Film], seed: int, rate: int) -> None:
    verdict = booth.verify("astronaut", seed, film(ASTRONAUT), rate=rate)
    assert verdict.outcome is Outcome.ACCEPTED
    assert verdict.distance is not None
    assert verdict.distance == pytest.approx(0.31, abs=0.04)
    assert (verdict.threshold, verdict.frames, verdict.engine) == (0.40, 5, DLIB_MEAN_OF_FIVE.engine)
    assert [prompt for prompt in booth.prompts if prompt in ASKED] == {
        0: [Prompt.BLINK, Prompt.TURN_RIGHT],
        1: [Prompt.TURN_LEFT, Prompt.BLINK],
    }[seed]
    assert booth.prompts[-1] is Prompt.CHECKING


@pytest.mark.parametrize(
    ("seed", "asked", "done_instead"),
    [
        (1, Prompt.TURN_LEFT, "turn_right"),
        (7, Prompt.TURN_RIGHT, "turn_left"),
        (0, Prompt.BLINK, "turn_right"),
    ],
)
def test_another_action_than_the_one_asked_for_ends_the_check(
    booth: Booth, film: Callable[[Look], Film], seed: int, asked: Prompt, done_instead: str
) -> None:
    verdict = booth.verify("astronaut", seed, film(ASTRONAUT), lambda _: done_instead)
    assert asked in booth.prompts
    assert (verdict.outcome, verdict.reason, verdict.distance) == (Outcome.NOT_LIVE, "wrong_action", None)


@pytest.mark.parametrize(("attack", "seed"), [("sideways", 1), ("up_down", 0)])
def test_a_printed_photograph_of_the_holder_does_not_pass(
    booth: Booth, film: Callable[[Look], Film], attack: str, seed: int
) -> None:
    frames = film(Look(attack=attack))[SWAY[0]]
    verdict = booth.run(booth.check("astronaut", seed), (frames[i % len(frames)] for i in range(0, 900, 3)), rate=10)
    assert isinstance(verdict, FaceVerdict)
    assert (verdict.outcome, verdict.distance) == (Outcome.NOT_LIVE, None)
    assert len({prompt for prompt in booth.prompts if prompt in ASKED}) == 1, "not even the first action was done"


def test_somebody_who_steps_in_after_the_first_action_is_not_accepted(
    booth: Booth, film: Callable[[Look], Film]
) -> None:
    check = booth.check("astronaut", 0)
    films = [film(ASTRONAUT), film(HOPPER)]

    def frames() -> Iterator[Picture]:
        yield from films[0][SWAY[0]]
        yield from films[0]["blink"]
        for _ in range(40):
            yield from films[1]["turn_right"]
            yield from films[1][SWAY[0]]

    verdict = booth.run(check, frames())
    assert isinstance(verdict, FaceVerdict)
    assert Prompt.TURN_RIGHT in booth.prompts, "the holder did the first action"
    assert verdict.outcome is Outcome.NOT_LIVE


@pytest.mark.parametrize(
    ("look", "prompt"),
    [
        (Look(person="nobody"), Prompt.NOBODY),
        (Look(second_person=True), Prompt.SEVERAL),
        (Look(distance=2.2), Prompt.TOO_FAR),
        (Look(distance=0.42), Prompt.TOO_NEAR),
        (Look(light=0.2), Prompt.TOO_DARK),
        (Look(person="nobody", light=0.0), Prompt.TOO_DARK),
    ],
)
def test_what_is_in_the_way_is_said(booth: Booth, film: Callable[[Look], Film], look: Look, prompt: Prompt) -> None:
    frames = film(look).first(16)
    event = booth.run(booth.check("astronaut", 0), frames)
    assert isinstance(event, FaceProgress)
    assert (event.prompt, event.done) == (prompt, 0)
    assert set(booth.prompts) <= {prompt, Prompt.NOBODY, Prompt.LOOK}


def test_somebody_who_looks_away_is_asked_to_look_here(booth: Booth, film: Callable[[Look], Film]) -> None:
    turned = film(ASTRONAUT)["turn_left"][12:20]
    booth.run(booth.check("astronaut", 0), turned)
    assert booth.prompts == [Prompt.LOOK]


def test_a_second_person_starts_the_challenge_anew(booth: Booth, film: Callable[[Look], Film]) -> None:
    check = booth.check("astronaut", 0)
    booth.run(check, film(ASTRONAUT)[SWAY[0]] + film(ASTRONAUT)["blink"] + film(ASTRONAUT)[SWAY[0]])
    assert booth.prompts[-1] is Prompt.TURN_RIGHT
    event = booth.run(check, film(Look(second_person=True)).first(16))
    assert isinstance(event, FaceProgress)
    assert (event.prompt, event.done) == (Prompt.SEVERAL, 0)
    event = booth.run(check, film(ASTRONAUT)[SWAY[0]][:5])
    assert isinstance(event, FaceProgress)
    assert (event.prompt, event.done) == (Prompt.LOOK, 0)


def test_nobody_in_time_ends_the_check(booth: Booth, film: Callable[[Look], Film]) -> None:
    verdict = booth.run(booth.check("astronaut", 0), film(Look(person="nobody")).first(10) * 6, rate=2)
    assert isinstance(verdict, FaceVerdict)
    assert (verdict.outcome, verdict.distance, verdict.frames) == (Outcome.NOBODY, None, 0)
    assert booth.now > NOBODY_SECONDS


def test_a_camera_that_gives_no_frame_ends_the_check_too(booth: Booth) -> None:
    check = booth.check("astronaut", 0)
    assert check.tick(NOBODY_SECONDS) is None
    verdict = check.tick(NOBODY_SECONDS + 0.1)
    assert verdict is not None
    assert verdict.outcome is Outcome.NOBODY


def test_the_face_is_framed_where_it_is(booth: Booth, film: Callable[[Look], Film]) -> None:
    event = booth.run(booth.check("astronaut", 0), film(ASTRONAUT)[SWAY[0]][:3])
    assert isinstance(event, FaceProgress)
    assert event.box is not None
    left, top, width, height = event.box
    assert 0.3 < left < left + width < 0.7
    assert 0.2 < top < top + height < 0.7


def test_after_the_verdict_no_picture_and_no_vector_is_left(booth: Booth, film: Callable[[Look], Film]) -> None:
    check = booth.check("astronaut", 0)
    vectors: list[np.ndarray] = check._vectors
    citizen = Citizen(film(ASTRONAUT))
    held: list[np.ndarray] = []

    def hear(prompt: Prompt) -> None:
        held.extend(vectors)
        held.extend(aligned for _, aligned in check._pool)
        citizen.hear(prompt)

    assert isinstance(booth.run(check, citizen.frames(), hear=hear), FaceVerdict)
    assert held
    assert all(not array.any() for array in (*held, check._grey, check._rgb))
    assert vectors == check._pool == []
