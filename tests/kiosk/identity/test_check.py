"""Whole checks on real pictures through the real engine; the frames carry their own times."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator

import numpy as np
import pytest

from drivers.camera.attack import ATTACKS
from drivers.camera.scene import SWAY, Look
from kiosk.identity.attacks import AttackWatch, Sign
from kiosk.identity.check import LIMIT_SECONDS, NOBODY_SECONDS, FaceCheck
from kiosk.identity.comparison import Comparison, VectorComparison
from kiosk.identity.dlib_engine import DlibEmbedder, DlibLandmarks
from kiosk.identity.engine import Face, LandmarkSource, Picture
from kiosk.identity.events import FaceProgress, FaceVerdict, Outcome, Prompt
from kiosk.identity.liveness import Action, draw_actions
from kiosk.identity.matching import DLIB_MEAN_OF_FIVE
from kiosk.identity.mesh import MeshLandmarks
from kiosk.identity.portrait import locate
from tests.kiosk.identity.conftest import Film

ASTRONAUT, HOPPER = Look(), Look(person="grace_hopper")
ASKED = tuple(Prompt(action) for action in Action)
# What each seed asks for.
NOD_RIGHT_BLINK, MOUTH_LEFT_BLINK, RIGHT_LEFT_BLINK, LEFT_BLINK_MOUTH, BLINK_MOUTH_RIGHT = 0, 1, 2, 3, 9


def developed(frame: Picture, number: int) -> Picture:
    """A frame of a film as a lens would see it once more: never twice the same noise."""
    noisy = frame.copy()
    noisy[::8, ::8, 1] ^= np.random.default_rng(number).integers(0, 2, noisy[::8, ::8, 1].shape, np.uint8)
    return noisy


class Citizen:
    """Plays a film: sways until something is asked, and then does at once what ``answer`` makes of it.

    A slow camera sees ``every`` so many-th frame of it.
    """

    def __init__(self, film: Film, answer: Callable[[Prompt], str] = str, every: int = 2) -> None:
        self._film = film
        self._answer = answer
        self._every = every
        self._asked: str | None = None

    def hear(self, prompt: Prompt) -> None:
        if prompt in ASKED:
            self._asked = self._answer(prompt)

    def frames(self) -> Iterator[Picture]:
        sway = 0
        while True:
            name, self._asked = self._asked or SWAY[sway % 2], None
            clip = self._film[name]
            for number in range(0, len(clip), self._every):
                if name in SWAY and self._asked:
                    break
                yield clip[number]
            sway += name in SWAY


class Unwatched(AttackWatch):
    """Sees no sign of an attack: what is left is the challenge."""

    def repeated(self, rgb: Picture, at: float) -> None:
        return None

    def see(self, rgb: Picture, face: Face, at: float) -> None:
        return None


class Booth:
    """A camera, a card, and somebody before it."""

    def __init__(self, landmarks: LandmarkSource, comparison: VectorComparison, portrait: Picture) -> None:
        self.landmarks = landmarks
        self.comparisons: tuple[Comparison, ...] = (comparison,)
        comparison.prepare(locate(portrait, landmarks))
        self.attacks: Callable[[], AttackWatch] = AttackWatch
        self.prompts: list[Prompt] = []
        self.now = 0.0

    def check(self, seed: int) -> FaceCheck:
        return FaceCheck(
            self.landmarks,
            self.comparisons,
            random.Random(seed),
            false_accepts=0.005,
            attacks=self.attacks(),
            started=self.now,
            clock=lambda: self.now,
        )

    def run(
        self,
        check: FaceCheck,
        frames: Iterable[Picture],
        *,
        hear: Callable[[Prompt], None] = lambda _: None,
        rate: float = 15.0,
        seconds: float = LIMIT_SECONDS + 1,
    ) -> FaceVerdict | FaceProgress:
        event: FaceVerdict | FaceProgress | None = None
        end = self.now + seconds
        for number, frame in enumerate(frames):
            event = check.feed(developed(frame, number + round(self.now * 1000)), self.now)
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

    def verify(self, seed: int, film: Film, answer: Callable[[Prompt], str] = str, rate: int = 15) -> FaceVerdict:
        citizen = Citizen(film, answer, every=30 // rate)
        verdict = self.run(self.check(seed), citizen.frames(), hear=citizen.hear, rate=rate)
        assert isinstance(verdict, FaceVerdict)
        return verdict


@pytest.fixture
def booth(mesh: MeshLandmarks, embedder: DlibEmbedder, card: Callable[[str], Picture]) -> Booth:
    return Booth(mesh, VectorComparison(embedder), card("astronaut"))


@pytest.fixture
def dlib_booth(landmarks: DlibLandmarks, embedder: DlibEmbedder, card: Callable[[str], Picture]) -> Booth:
    return Booth(landmarks, VectorComparison(embedder), card("astronaut"))


@pytest.mark.parametrize(
    ("seed", "rate"),
    [
        (NOD_RIGHT_BLINK, 30),
        (LEFT_BLINK_MOUTH, 15),
        (RIGHT_LEFT_BLINK, 15),
    ],
)
def test_the_holder_of_the_card_is_accepted(booth: Booth, film: Callable[[Look], Film], seed: int, rate: int) -> None:
    verdict = booth.verify(seed, film(ASTRONAUT), rate=rate)
    assert verdict.outcome is Outcome.ACCEPTED
    assert verdict.distance is not None
    assert verdict.distance == pytest.approx(0.31, abs=0.04)
    assert (verdict.threshold, verdict.frames, verdict.engine) == (0.40, 5, DLIB_MEAN_OF_FIVE.engine)
    assert [prompt for prompt in booth.prompts if prompt in ASKED] == list(
        map(Prompt, draw_actions(random.Random(seed)))
    )
    assert booth.now <= 8.0, "a willing person is through in so many seconds"


def test_the_68_points_of_dlib_serve_as_well(dlib_booth: Booth, film: Callable[[Look], Film]) -> None:
    verdict = dlib_booth.verify(MOUTH_LEFT_BLINK, film(ASTRONAUT))
    assert verdict.outcome is Outcome.ACCEPTED


@pytest.mark.parametrize(
    ("seed", "asked", "done_instead"),
    [
        (LEFT_BLINK_MOUTH, Prompt.TURN_LEFT, "turn_right"),
        (RIGHT_LEFT_BLINK, Prompt.TURN_RIGHT, "turn_left"),
        (BLINK_MOUTH_RIGHT, Prompt.BLINK, "turn_right"),
    ],
)
def test_another_action_than_the_one_asked_for_ends_the_check(
    booth: Booth, film: Callable[[Look], Film], seed: int, asked: Prompt, done_instead: str
) -> None:
    verdict = booth.verify(seed, film(ASTRONAUT), lambda _: done_instead)
    assert asked in booth.prompts
    assert (verdict.outcome, verdict.reason, verdict.distance) == (Outcome.NOT_LIVE, "wrong_action", None)


@pytest.mark.parametrize(
    ("attack", "seed"),
    [
        ("sideways", LEFT_BLINK_MOUTH),
        ("up_down", BLINK_MOUTH_RIGHT),
        ("up_down", NOD_RIGHT_BLINK),
        ("bent", MOUTH_LEFT_BLINK),
    ],
)
def test_a_printed_photograph_of_the_holder_does_nothing_that_is_asked_for(
    booth: Booth, film: Callable[[Look], Film], attack: str, seed: int
) -> None:
    booth.attacks = Unwatched
    frames = film(Look(attack=attack))[SWAY[0]]
    verdict = booth.run(booth.check(seed), (frames[i % len(frames)] for i in range(0, 900, 3)), rate=10)
    assert isinstance(verdict, FaceVerdict)
    assert (verdict.outcome, verdict.distance) == (Outcome.NOT_LIVE, None)
    assert len({prompt for prompt in booth.prompts if prompt in ASKED}) == 1, "not even the first action was done"


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("name", ["astronaut", "grace_hopper"])
def test_an_attack_gives_itself_away_before_anything_is_compared(
    booth: Booth, film: Callable[[Look], Film], attack: str, name: str
) -> None:
    frames = film(Look(person=name, attack=attack))[SWAY[0]]
    check = booth.check(BLINK_MOUTH_RIGHT)
    # Fed as it is: a clip in the camera's place has no noise of its own.
    for number in range(300):
        frame = frames[2 * number % len(frames)]
        event = check.feed(frame if attack == "looped" else developed(frame, number), number / 15)
        if isinstance(event, FaceVerdict):
            break
    assert isinstance(event, FaceVerdict)
    assert (event.outcome, event.distance) == (Outcome.NOT_LIVE, None)
    # The clip happens to show actions, and not always the one that is asked for.
    signs = {Sign.REPEATED, "wrong_action"} if attack == "looped" else {Sign.PATTERN, Sign.FRAMED}
    assert event.reason in signs


def test_somebody_who_steps_in_after_the_first_action_is_not_accepted(
    booth: Booth, film: Callable[[Look], Film]
) -> None:
    check = booth.check(BLINK_MOUTH_RIGHT)
    holder, stranger = film(ASTRONAUT), film(HOPPER)
    booth.run(check, [*holder[SWAY[0]][::2], *holder["blink"][::2], *holder[SWAY[0]][:6:2]])
    assert booth.prompts[-1:] == [Prompt.OPEN_MOUTH], "the holder did the first action"
    booth.run(check, [*stranger["open_mouth"][::2], *stranger["turn_right"][::2], *stranger[SWAY[0]][:6:2]])
    assert booth.prompts[-1:] == [Prompt.CHECKING], "the stranger did the others"
    event = booth.run(check, list(stranger[SWAY[0]]), rate=3)
    assert isinstance(event, FaceProgress), "for ten seconds nothing is compared: that is not how the holder rests"
    booth.now = LIMIT_SECONDS + 0.1
    verdict = booth.run(check, stranger[SWAY[0]][:1])
    assert isinstance(verdict, FaceVerdict)
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
        (Look(back_lit=True), Prompt.BACK_LIT),
        (Look(mask=True), Prompt.MASK),
        (Look(hat=True), Prompt.HAT),
        (Look(person="grace_hopper", mask=True), Prompt.MASK),
    ],
)
def test_what_is_in_the_way_is_said(booth: Booth, film: Callable[[Look], Film], look: Look, prompt: Prompt) -> None:
    event = booth.run(booth.check(NOD_RIGHT_BLINK), film(look)[SWAY[0]][:16])
    assert isinstance(event, FaceProgress)
    assert (event.prompt, event.done) == (prompt, 0)
    assert set(booth.prompts) <= {prompt, Prompt.NOBODY, Prompt.LOOK}


def test_somebody_who_looks_away_is_asked_to_look_here(booth: Booth, film: Callable[[Look], Film]) -> None:
    turned = film(ASTRONAUT)["turn_left"][12:20:2]
    booth.run(booth.check(NOD_RIGHT_BLINK), turned)
    assert booth.prompts == [Prompt.LOOK]


def test_a_second_person_starts_the_challenge_anew(booth: Booth, film: Callable[[Look], Film]) -> None:
    check = booth.check(BLINK_MOUTH_RIGHT)
    alone = film(ASTRONAUT)
    booth.run(check, [*alone[SWAY[0]][::2], *alone["blink"][::2], *alone[SWAY[0]][:10:2]])
    assert booth.prompts[-1] is Prompt.OPEN_MOUTH
    event = booth.run(check, film(Look(second_person=True))[SWAY[0]][:16])
    assert isinstance(event, FaceProgress)
    assert (event.prompt, event.done) == (Prompt.SEVERAL, 0)
    event = booth.run(check, alone[SWAY[0]][:5])
    assert isinstance(event, FaceProgress)
    assert (event.prompt, event.done) == (Prompt.LOOK, 0)


def test_nobody_in_time_ends_the_check(booth: Booth, film: Callable[[Look], Film]) -> None:
    verdict = booth.run(booth.check(NOD_RIGHT_BLINK), film(Look(person="nobody"))[SWAY[0]][:10] * 6, rate=2)
    assert isinstance(verdict, FaceVerdict)
    assert (verdict.outcome, verdict.distance, verdict.frames) == (Outcome.NOBODY, None, 0)
    assert booth.now > NOBODY_SECONDS


def test_a_camera_that_gives_no_frame_ends_the_check_too(booth: Booth) -> None:
    check = booth.check(NOD_RIGHT_BLINK)
    assert check.tick(NOBODY_SECONDS) is None
    verdict = check.tick(NOBODY_SECONDS + 0.1)
    assert verdict is not None
    assert verdict.outcome is Outcome.NOBODY


def test_the_face_is_framed_where_it_is(booth: Booth, film: Callable[[Look], Film]) -> None:
    event = booth.run(booth.check(NOD_RIGHT_BLINK), film(ASTRONAUT)[SWAY[0]][:3])
    assert isinstance(event, FaceProgress)
    assert event.box is not None
    left, top, width, height = event.box
    assert 0.3 < left < left + width < 0.7
    assert 0.2 < top < top + height < 0.7


def test_after_the_verdict_no_picture_and_no_vector_is_left(booth: Booth, film: Callable[[Look], Film]) -> None:
    check = booth.check(NOD_RIGHT_BLINK)
    (comparison,) = booth.comparisons
    assert isinstance(comparison, VectorComparison)
    vectors = comparison._vectors
    citizen = Citizen(film(ASTRONAUT))
    held: list[np.ndarray] = []

    def hear(prompt: Prompt) -> None:
        held.extend(vectors)
        held.extend(cut for _, cuts in check._pool for cut in cuts)
        citizen.hear(prompt)

    assert isinstance(booth.run(check, citizen.frames(), hear=hear), FaceVerdict)
    assert held
    assert all(not array.any() for array in (*held, check._rgb))
    assert vectors == check._pool == []
