"""Is it a living person: a challenge of actions in random order, watched on 68 points.

A pure state machine: points and times go in, nothing else. Everything is
measured against the person's own open eyes and own frontal face, because
fixed values fail on narrow and old eyes. Two rules keep flat pictures out: a
turn counts only when no tilted plane explains it, and a blink only while the
nose keeps its length (a photograph that nods shrinks eyes and nose alike).
"""

from __future__ import annotations

import random
from collections import Counter, deque
from enum import StrEnum

import numpy as np

from kiosk.identity.geometry import (
    Points,
    eye_aspect_ratio,
    eye_distance,
    mouth_aspect_ratio,
    normalised,
    nose_length,
    pitch_ratio,
    plane_residual,
    yaw_ratio,
)

SETTLE_FRAMES = 12
SETTLE_SECONDS = 0.4
SETTLE_LIMIT = 2.0  # somebody whose eyes never rest is asked all the same
FRONTAL = 0.25  # |yaw ratio| of somebody who looks at the camera
ACTION_SECONDS = 8.0

TURNED = 0.35  # change of the yaw ratio
RETURNED = 0.20
SOLID = 0.065  # plane residual; printed photographs stay below 0.055
TURN_FRAMES = 3
SMOOTHED_FRAMES = 3  # points tremble by a tenth of the eyes' distance, more behind spectacles

NODDED = 0.05  # change of the pitch ratio

MOUTH_OPEN = 0.28  # height by width of the lips' inner edge
MOUTH_OPENED = 0.15  # more than at rest
MOUTH_FRAMES = 3

CLOSED = 0.70  # of the person's own open level
OPEN_AGAIN = 0.85
BLINK_FRAMES = 2
BLINK_SECONDS = 0.6
SLOW_FRAME = 0.1  # seconds between two frames
NOSE_TOLERANCE = 0.10

JUMP = 0.3  # face widths between two frames
GAP_SECONDS = 0.8  # a busy machine misses some frames


class Action(StrEnum):
    """What can be asked of a person. Left and right are the person's own."""

    BLINK = "blink"
    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"
    NOD = "nod"
    OPEN_MOUTH = "open_mouth"


TURNS = {Action.TURN_LEFT: 1, Action.TURN_RIGHT: -1}


class Stage(StrEnum):
    """How far the challenge is."""

    SETTLING = "settling"  # learning how this face looks straight ahead with open eyes
    ASKING = "asking"
    RETURNING = "returning"  # a turn, a nod, an open mouth is done; the face comes back
    PASSED = "passed"
    FAILED = "failed"
    BROKEN = "broken"  # the face was lost or jumped: nobody knows whether it is the same one


class Failure(StrEnum):
    """Why a challenge failed."""

    WRONG_ACTION = "wrong_action"
    TOO_SLOW = "too_slow"


def draw_actions(rng: random.Random) -> tuple[Action, ...]:
    """A turn, which tests depth, a blink, and one action more, in random order: one of 30 ways."""
    turn = rng.choice(tuple(TURNS))
    third = rng.choice([action for action in Action if action not in (Action.BLINK, turn)])
    actions = [Action.BLINK, turn, third]
    rng.shuffle(actions)
    return tuple(actions)


class Challenge:
    """Watches one person perform ``actions`` one after the other."""

    def __init__(self, actions: tuple[Action, ...]) -> None:
        self.actions = actions
        self.stage = Stage.SETTLING
        self.failure: Failure | None = None
        self.done = 0
        self.frontal = False  # whether the last frame looked at the camera,
        self.at_rest = False  # with open eyes, a closed mouth and a level head; unknown, so False, while settling
        self._settled: list[Points] = []
        self._open_levels: deque[float] = deque(maxlen=90)
        self._neutral = np.empty((0, 2))
        self._last: tuple[Points, float] | None = None
        self._recent: deque[Points] = deque(maxlen=SMOOTHED_FRAMES)
        self._since = 0.0
        self._turned = {1: 0, -1: 0}  # frames in a row, by direction
        self._closed: list[float] = []  # times of the frames with closed eyes
        self._shown = Counter[Action]()  # frames in a row that show a nod, an open mouth

    @property
    def action(self) -> Action | None:
        """What is asked for now."""
        return self.actions[self.done] if self.stage is Stage.ASKING else None

    @property
    def over(self) -> bool:
        """True when nothing the person does can change the result."""
        return self.stage in (Stage.FAILED, Stage.BROKEN)

    def feed(self, points: Points, at: float) -> None:
        """Watch one frame. ``at`` in seconds, growing."""
        if self.over:
            return
        if self._tracks(points, at):
            self._last = (points, at)
            self._watch(points, at)
        else:
            self.stage = Stage.BROKEN

    def wait(self, at: float) -> None:
        """Time passed without a usable frame."""
        if not self.over and self._last is not None and at - self._last[1] > GAP_SECONDS:
            self.stage = Stage.BROKEN

    def _tracks(self, points: Points, at: float) -> bool:
        if self._last is None:
            return True
        before, then = self._last
        width = 2.2 * max(eye_distance(before), 1.0)
        jump = np.linalg.norm(points[:17].mean(axis=0) - before[:17].mean(axis=0)) / width
        scale = max(eye_distance(points), 1.0) / max(eye_distance(before), 1.0)
        return bool(jump <= JUMP and 0.6 < scale < 1.7 and at - then <= GAP_SECONDS)

    def _watch(self, points: Points, at: float) -> None:
        if self.stage is Stage.SETTLING:
            self._settle(points, at)
            return
        self._recent.append(normalised(points))
        smooth = np.mean(self._recent, axis=0)
        turn = yaw_ratio(smooth) - yaw_ratio(self._neutral)
        self.frontal = abs(turn) < RETURNED
        level = self.frontal and abs(pitch_ratio(smooth) - pitch_ratio(self._neutral)) < NODDED / 2
        opened = mouth_aspect_ratio(points) - mouth_aspect_ratio(self._neutral) > MOUTH_OPENED / 2
        self.at_rest = level and not opened and eye_aspect_ratio(points) > OPEN_AGAIN * self._own_level()
        if self.stage is Stage.PASSED:
            return
        if at - self._since > ACTION_SECONDS:
            self._fail(Failure.TOO_SLOW)
        elif self.stage is Stage.RETURNING:
            if level and not opened:
                self._next(at)
        else:
            self._ask(points, smooth, turn, at)

    def _settle(self, points: Points, at: float) -> None:
        self.frontal = abs(yaw_ratio(points)) < FRONTAL
        if not self.frontal:
            self._settled.clear()
            self._open_levels.clear()
            return
        if not self._settled:
            self._since = at
        self._settled.append(normalised(points))
        self._open_levels.append(eye_aspect_ratio(points))
        if len(self._settled) < SETTLE_FRAMES or at - self._since < SETTLE_SECONDS:
            return
        blinking = min(self._open_levels) < CLOSED * float(np.percentile(self._open_levels, 90))
        if blinking and at - self._since < SETTLE_LIMIT:
            # Closed eyes must not be learned as this person's open ones: watch on until the blink has passed.
            del self._settled[0]
            self._open_levels.popleft()
            return
        self._neutral = np.mean(self._settled, axis=0)
        self.stage = Stage.ASKING
        self._since = at

    def _ask(self, points: Points, smooth: Points, turn: float, at: float) -> None:
        action = self.actions[self.done]
        if turned := self._turn_seen(smooth, turn):
            if turned == TURNS.get(action):
                self._come_back(at)
            else:
                self._fail(Failure.WRONG_ACTION)
            return
        # Nobody nods or yawns by chance as far as is asked here; everybody blinks.
        for shown, seen in (
            (Action.NOD, self._nod_seen(smooth)),
            (Action.OPEN_MOUTH, self._mouth_seen(points, smooth)),
        ):
            if seen:
                if shown is action:
                    self._come_back(at)
                else:
                    self._fail(Failure.WRONG_ACTION)
                return
        if action is Action.BLINK and self._blink_seen(points, smooth, at):
            self._next(at)

    def _come_back(self, at: float) -> None:
        self.stage = Stage.RETURNING
        self._since = at

    def _turn_seen(self, points: Points, turn: float) -> int:
        """1 for a finished turn to the left, -1 to the right, 0 for none."""
        direction = 1 if turn > 0 else -1
        solid = abs(turn) > TURNED and plane_residual(self._neutral, points) > SOLID
        self._turned = {direction: self._turned[direction] + 1 if solid else 0, -direction: 0}
        return direction if self._turned[direction] >= TURN_FRAMES else 0

    def _nod_seen(self, points: Points) -> bool:
        """Either way: some look up first."""
        away = abs(pitch_ratio(points) - pitch_ratio(self._neutral))
        nodding = self.frontal and away > NODDED and plane_residual(self._neutral, points) > SOLID
        return self._lasts(Action.NOD, TURN_FRAMES, seen=nodding)

    def _mouth_seen(self, points: Points, smooth: Points) -> bool:
        own = mouth_aspect_ratio(self._neutral)
        is_open = mouth_aspect_ratio(points) > max(MOUTH_OPEN, own + MOUTH_OPENED)
        return self._lasts(Action.OPEN_MOUTH, MOUTH_FRAMES, seen=is_open and self._nose(smooth) is not None)

    def _lasts(self, action: Action, frames: int, *, seen: bool) -> bool:
        self._shown[action] = self._shown[action] + 1 if seen else 0
        return self._shown[action] >= frames

    def _nose(self, smooth: Points) -> float | None:
        """The length of the nose by that of this face at rest; None for a face that is turned or tipped."""
        nose = max(nose_length(smooth), 1e-6) / max(nose_length(self._neutral), 1e-6)
        return nose if self.frontal and abs(nose - 1) <= NOSE_TOLERANCE else None

    def _blink_seen(self, points: Points, smooth: Points, at: float) -> bool:
        nose = self._nose(smooth)
        if nose is None:
            self._closed.clear()
            return False
        level = eye_aspect_ratio(points) / nose
        own = self._own_level()
        if level < CLOSED * own:
            self._closed.append(at)
            return False
        if level <= OPEN_AGAIN * own:
            return False
        self._open_levels.append(level)
        closed, self._closed = self._closed, []
        if not closed or closed[-1] - closed[0] > BLINK_SECONDS:
            return False
        # A machine too slow for two frames of a blink has one, with time around it; a tremble of the points has none.
        return len(closed) >= BLINK_FRAMES or at - closed[0] >= SLOW_FRAME

    def _own_level(self) -> float:
        """How far this person's eyes are open when they are open."""
        return float(np.percentile(self._open_levels, 80))

    def _next(self, at: float) -> None:
        self.done += 1
        self._since = at
        self._closed.clear()
        self._turned = {1: 0, -1: 0}
        self._shown.clear()
        self.stage = Stage.PASSED if self.done == len(self.actions) else Stage.ASKING

    def _fail(self, failure: Failure) -> None:
        self.stage = Stage.FAILED
        self.failure = failure
