from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.identity.geometry import Points
from kiosk.identity.liveness import ACTION_SECONDS, Action, Challenge, Failure, Stage, draw_actions
from tests.kiosk.identity.heads import flat, head, photographed

BLINK, LEFT, RIGHT, NOD, MOUTH = (
    Action.BLINK,
    Action.TURN_LEFT,
    Action.TURN_RIGHT,
    Action.NOD,
    Action.OPEN_MOUTH,
)
FRAME = 1 / 30


class Pose(NamedTuple):
    """What a person does in one frame."""

    yaw: float = 0.0  # degrees
    closed: float = 0.0  # the eyes, 1 is shut
    pitch: float = 0.0  # degrees
    mouth: float = 0.05  # height by width


STRAIGHT: list[Pose] = [Pose()]
BLINKING: list[Pose] = [Pose(closed=closed) for closed in (0.5, 0.9, 0.9, 0.9, 0.5)] + 4 * STRAIGHT
YAWNING: list[Pose] = [Pose(mouth=mouth) for mouth in (0.2, 0.4, 0.5, 0.5, 0.5, 0.4, 0.2)] + 4 * STRAIGHT


def there_and_back(degrees: float) -> list[float]:
    ramp = [float(angle) for angle in np.linspace(0, degrees, 10)]
    return [*ramp, *[degrees] * 5, *ramp[::-1]]


def turning(degrees: float, closed: float = 0.0) -> list[Pose]:
    return [Pose(yaw=yaw, closed=closed) for yaw in there_and_back(degrees)] + 4 * STRAIGHT


def nodding(degrees: float) -> list[Pose]:
    return [Pose(pitch=pitch) for pitch in there_and_back(degrees)] + 4 * STRAIGHT


DOING = {BLINK: BLINKING, LEFT: turning(27), RIGHT: turning(-27), NOD: nodding(15), MOUTH: YAWNING}


class Person:
    """Somebody before the camera who trembles a little and answers what a challenge asks."""

    def __init__(self, eye_opening: float = 0.3, seed: int = 1) -> None:
        self._opening = eye_opening
        self._tremble = np.random.default_rng(seed)
        self.now = 0.0

    def show(self, challenge: Challenge, poses: list[Pose]) -> None:
        for pose in poses:
            points = photographed(head(self._opening * (1 - pose.closed), pose.mouth), pose.yaw, pose.pitch)
            challenge.feed(points + self._tremble.normal(0, 0.4, points.shape), self.now)
            self.now += FRAME

    def settle(self, challenge: Challenge) -> None:
        self.show(challenge, 20 * STRAIGHT)
        assert challenge.stage is Stage.ASKING

    def perform(self, challenge: Challenge) -> None:
        """Settle, then do whatever is asked for."""
        self.settle(challenge)
        while challenge.action is not None:
            self.show(challenge, DOING[challenge.action])


@given(st.integers())
def test_every_challenge_has_a_blink_a_turn_and_something_else(seed: int) -> None:
    actions = draw_actions(random.Random(seed))
    assert len(set(actions)) == len(actions) == 3
    assert BLINK in actions
    assert {LEFT, RIGHT} & set(actions)


def test_all_thirty_challenges_are_drawn() -> None:
    assert len({draw_actions(random.Random(seed)) for seed in range(1000)}) == 30


@pytest.mark.parametrize("actions", [(BLINK, LEFT), (RIGHT, BLINK), (NOD, BLINK), (MOUTH, NOD), (LEFT, RIGHT)])
@pytest.mark.parametrize("eye_opening", [0.48, 0.3, 0.18])
def test_a_willing_person_passes_however_narrow_the_eyes(actions: tuple[Action, ...], eye_opening: float) -> None:
    challenge = Challenge(actions)
    Person(eye_opening).perform(challenge)
    assert (challenge.stage, challenge.done) == (Stage.PASSED, 2)


@pytest.mark.parametrize("before", range(14))
def test_a_blink_while_nothing_is_asked_yet_is_not_learned_as_open_eyes(before: int) -> None:
    challenge = Challenge((BLINK, LEFT))
    person = Person()
    person.show(challenge, before * STRAIGHT)
    for pose in [*10 * [Pose(closed=0.8)], *20 * STRAIGHT]:
        person.show(challenge, [pose])
        assert not (challenge.at_rest and pose.closed), "closed eyes are never taken for open ones"
    assert (challenge.stage, challenge.at_rest) == (Stage.ASKING, True)
    assert challenge._own_level() == pytest.approx(0.3, rel=0.1)


def test_somebody_whose_eyes_never_rest_is_asked_all_the_same() -> None:
    challenge = Challenge((LEFT, BLINK))
    Person().show(challenge, 20 * [Pose(), Pose(), Pose(closed=0.8), Pose(closed=0.8)])
    assert challenge.stage is Stage.ASKING


def test_nothing_is_asked_before_the_person_looks_at_the_camera() -> None:
    challenge = Challenge((BLINK, LEFT))
    Person().show(challenge, 60 * [Pose(yaw=30.0)])
    assert (challenge.stage, challenge.frontal) == (Stage.SETTLING, False)


def test_the_next_action_waits_until_the_face_has_come_back() -> None:
    challenge = Challenge((LEFT, BLINK))
    person = Person()
    person.settle(challenge)
    person.show(challenge, turning(27)[:15])
    assert (challenge.stage, challenge.action, challenge.done) == (Stage.RETURNING, None, 0)
    person.show(challenge, turning(27)[15:])
    assert (challenge.stage, challenge.action, challenge.done) == (Stage.ASKING, BLINK, 1)


def test_turning_the_wrong_way_fails() -> None:
    challenge = Challenge((LEFT, BLINK))
    person = Person()
    person.settle(challenge)
    person.show(challenge, DOING[RIGHT])
    assert (challenge.stage, challenge.failure) == (Stage.FAILED, Failure.WRONG_ACTION)


def test_turning_when_a_blink_is_asked_for_fails() -> None:
    challenge = Challenge((BLINK, LEFT))
    person = Person()
    person.settle(challenge)
    person.show(challenge, DOING[LEFT])
    assert (challenge.stage, challenge.failure) == (Stage.FAILED, Failure.WRONG_ACTION)


def test_blinking_when_a_turn_is_asked_for_is_only_human() -> None:
    challenge = Challenge((LEFT, BLINK))
    person = Person()
    person.settle(challenge)
    person.show(challenge, BLINKING + turning(27, closed=0.0))
    assert (challenge.stage, challenge.action) == (Stage.ASKING, BLINK)


@pytest.mark.parametrize("actions", [(BLINK, LEFT), (LEFT, BLINK)])
def test_somebody_who_does_nothing_is_too_slow(actions: tuple[Action, ...]) -> None:
    challenge = Challenge(actions)
    Person().show(challenge, int((ACTION_SECONDS + 2) / FRAME) * STRAIGHT)
    assert (challenge.stage, challenge.failure) == (Stage.FAILED, Failure.TOO_SLOW)


@pytest.mark.parametrize(
    "poses",
    [
        [Pose(closed=0.9)] + 10 * STRAIGHT,  # one frame: a tremble of the points
        30 * [Pose(closed=0.9)] + 10 * STRAIGHT,  # a second: asleep, not blinking
        10 * [Pose(closed=0.2)] + 10 * STRAIGHT,  # narrowed, not closed
        30 * [Pose(closed=0.9)],  # never opened again
    ],
)
def test_what_is_not_a_blink_is_not_taken_for_one(poses: list[Pose]) -> None:
    challenge = Challenge((BLINK, LEFT))
    person = Person()
    person.settle(challenge)
    person.show(challenge, poses)
    assert (challenge.stage, challenge.done) == (Stage.ASKING, 0)


def test_a_nod_counts_whether_it_begins_up_or_down() -> None:
    for degrees in (15, -15):
        challenge = Challenge((NOD, BLINK))
        person = Person()
        person.settle(challenge)
        person.show(challenge, nodding(degrees))
        assert (challenge.stage, challenge.action) == (Stage.ASKING, BLINK)


@pytest.mark.parametrize(
    ("asked", "done"),
    [
        (BLINK, NOD),
        (BLINK, MOUTH),
        (LEFT, NOD),
        (RIGHT, MOUTH),
        (NOD, MOUTH),
        (MOUTH, NOD),
        (NOD, LEFT),
        (MOUTH, RIGHT),
    ],
)
def test_another_deliberate_action_than_the_one_asked_for_fails(asked: Action, done: Action) -> None:
    challenge = Challenge((asked, BLINK))
    person = Person()
    person.settle(challenge)
    person.show(challenge, DOING[done])
    assert (challenge.stage, challenge.failure) == (Stage.FAILED, Failure.WRONG_ACTION)


def test_an_open_mouth_is_done_when_it_is_closed_again() -> None:
    challenge = Challenge((MOUTH, NOD))
    person = Person()
    person.settle(challenge)
    person.show(challenge, 8 * [Pose(mouth=0.5)])
    assert (challenge.stage, challenge.action) == (Stage.RETURNING, None)
    person.show(challenge, 4 * STRAIGHT)
    assert (challenge.stage, challenge.action) == (Stage.ASKING, NOD)


@pytest.mark.parametrize(
    ("action", "poses"),
    [
        (NOD, nodding(5)),  # a breath
        (NOD, BLINKING),
        (MOUTH, BLINKING),
        (MOUTH, 10 * [Pose(mouth=0.15)] + 4 * STRAIGHT),  # speaking softly
        (MOUTH, 2 * [Pose(mouth=0.5)] + 4 * STRAIGHT),  # two frames: a tremble
    ],
)
def test_one_action_is_not_taken_for_another(action: Action, poses: list[Pose]) -> None:
    challenge = Challenge((action, LEFT))
    person = Person()
    person.settle(challenge)
    person.show(challenge, poses)
    assert (challenge.stage, challenge.action, challenge.done) == (Stage.ASKING, action, 0)


def test_a_picture_with_an_open_mouth_has_to_open_it_further() -> None:
    challenge = Challenge((MOUTH, LEFT))
    person = Person()
    person.show(challenge, 20 * [Pose(mouth=0.35)])
    person.show(challenge, 20 * [Pose(mouth=0.40)])
    assert (challenge.stage, challenge.done) == (Stage.ASKING, 0)


def test_no_frame_of_an_action_is_worth_comparing() -> None:
    challenge = Challenge((NOD, MOUTH, BLINK, LEFT))
    person = Person()
    person.settle(challenge)
    for action in challenge.actions:
        for number, pose in enumerate(DOING[action]):
            person.show(challenge, [pose])
            far = abs(pose.yaw) > 20 or abs(pose.pitch) > 10 or pose.mouth > 0.3 or pose.closed > 0.4
            assert not (challenge.at_rest and far), f"frame {number} of {action}"


def test_one_frame_of_a_blink_is_enough_for_a_machine_that_sees_no_more_of_it() -> None:
    for frame, enough in ((FRAME, False), (0.15, True)):
        challenge = Challenge((BLINK, LEFT))
        person = Person()
        person.settle(challenge)
        for pose in [*4 * STRAIGHT, Pose(closed=0.9), *4 * STRAIGHT]:
            person.show(challenge, [pose])
            person.now += frame - FRAME
        assert (challenge.stage, challenge.done) == (Stage.ASKING, int(enough))


@pytest.mark.parametrize(
    ("clip", "orders"),
    [
        ((BLINK, MOUTH, NOD, BLINK, MOUTH, LEFT, BLINK, MOUTH, NOD, BLINK, MOUTH, RIGHT), 0),
        ((BLINK, LEFT, RIGHT), 2),
        ((BLINK, NOD, LEFT), 2),
    ],
)
def test_a_clip_of_a_living_head_passes_hardly_more_than_the_order_it_shows(
    clip: tuple[Action, ...], orders: int
) -> None:
    def passes(actions: tuple[Action, ...]) -> bool:
        challenge = Challenge(actions)
        person = Person()
        person.settle(challenge)
        while not challenge.over and challenge.stage is not Stage.PASSED:
            for action in clip:
                person.show(challenge, DOING[action])
        return challenge.stage is Stage.PASSED

    drawn = {draw_actions(random.Random(seed)) for seed in range(1000)}
    assert sum(map(passes, drawn)) <= orders


def test_a_face_that_jumps_is_another_face() -> None:
    challenge = Challenge((BLINK, LEFT))
    person = Person()
    person.settle(challenge)
    challenge.feed(photographed(head(), at=(600, 300)), person.now)
    assert challenge.stage is Stage.BROKEN


def test_a_face_that_grows_at_once_is_another_face() -> None:
    challenge = Challenge((BLINK, LEFT))
    person = Person()
    person.settle(challenge)
    challenge.feed(photographed(head(), size=190.0), person.now)
    assert challenge.stage is Stage.BROKEN


@pytest.mark.parametrize("seen_again", [True, False])
def test_a_face_that_was_away_for_a_second_is_another_face(seen_again: bool) -> None:
    challenge = Challenge((BLINK, LEFT))
    person = Person()
    person.settle(challenge)
    person.now += 1.0
    if seen_again:
        person.show(challenge, STRAIGHT)
    else:
        challenge.wait(person.now)
    assert challenge.stage is Stage.BROKEN


def test_two_frames_without_a_face_break_nothing() -> None:
    challenge = Challenge((BLINK, LEFT))
    person = Person()
    person.settle(challenge)
    for _ in range(2):
        person.now += FRAME
        challenge.wait(person.now)
    person.show(challenge, STRAIGHT)
    assert challenge.stage is Stage.ASKING


def test_what_happens_after_the_end_changes_nothing() -> None:
    challenge = Challenge((LEFT, BLINK))
    person = Person()
    person.settle(challenge)
    person.show(challenge, DOING[RIGHT])
    person.show(challenge, DOING[LEFT] + BLINKING)
    assert challenge.stage is Stage.FAILED


def waving(pose: Callable[[float], tuple[float, float]], seconds: float) -> Iterator[Points]:
    printed = flat(head())
    still = [(0.0, 0.0)] * 20
    times = np.arange(0, seconds, FRAME)
    for yaw, pitch in (*still, *(pose(float(time)) for time in times)):
        yield photographed(printed, yaw, pitch)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 1000),
    sideways=st.floats(0, 50),
    up_down=st.floats(0, 50),
    period=st.floats(0.4, 4),
    tremble=st.integers(0, 100),
)
def test_a_printed_photograph_never_passes_however_it_is_waved(
    seed: int, sideways: float, up_down: float, period: float, tremble: int
) -> None:
    noise = np.random.default_rng(tremble)
    challenge = Challenge(draw_actions(random.Random(seed)))

    def pose(time: float) -> tuple[float, float]:
        swing = float(np.sin(2 * np.pi * time / period))
        return sideways * swing, up_down * swing

    for number, points in enumerate(waving(pose, 2 * ACTION_SECONDS)):
        challenge.feed(points + noise.normal(0, 0.4, points.shape), number * FRAME)
        assert challenge.stage is not Stage.PASSED
    assert challenge.done == 0


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), scale=st.sampled_from((0.0, 1e-9, 1.0, 1e6)))
def test_points_that_are_no_face_neither_pass_nor_raise(seed: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    challenge = Challenge(draw_actions(random.Random(seed)))
    for number in range(60):
        challenge.feed(rng.normal(0, scale, (68, 2)), number * FRAME)
    assert challenge.stage is not Stage.PASSED
