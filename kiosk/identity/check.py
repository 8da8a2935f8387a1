"""One face check from the first frame to the verdict: look, challenge, compare.

It runs inside the face process, but knows neither processes nor clocks that
were not given to it: frames and their times go in, events come out.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence

import cv2
import numpy as np

from kiosk.identity.attacks import AttackWatch
from kiosk.identity.comparison import Comparison, strictest
from kiosk.identity.engine import Face, LandmarkSource, Picture
from kiosk.identity.events import Box, FaceProgress, FaceVerdict, Outcome, Prompt
from kiosk.identity.geometry import Points, yaw_ratio
from kiosk.identity.liveness import Challenge, Stage, draw_actions
from kiosk.identity.quality import in_the_way, no_face, worn
from kiosk.identity.tracking import FaceTracker, Sight

NOBODY_SECONDS = 20.0  # without a usable face
LIMIT_SECONDS = 60.0  # in all

FRONTAL_ENOUGH = 0.15  # |yaw ratio| of a face worth encoding
POOL = 3  # the most frontal faces that wait for encoding


class FaceCheck:
    """Feed it frames until it gives a verdict."""

    def __init__(
        self,
        landmarks: LandmarkSource,
        comparisons: Sequence[Comparison],
        rng: random.Random,
        *,
        false_accepts: float,
        attacks: AttackWatch,
        started: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._landmarks = landmarks
        self._comparisons = tuple(comparisons)
        self._frames = max(comparison.frames for comparison in comparisons)
        self._false_accepts = false_accepts
        self._attacks = attacks
        self._rng = rng
        self._clock = clock
        self._started = started
        self._usable_at = started
        self._tracker = FaceTracker(landmarks)
        self._challenge = Challenge(draw_actions(rng))
        self._pool: list[tuple[float, tuple[Picture, ...]]] = []  # how far from frontal, what each engine wants of it
        self._added = 0
        self._passed_at: float | None = None
        self._rgb: Picture = np.empty((0, 0, 3), np.uint8)

    def feed(self, bgr: Picture, at: float) -> FaceProgress | FaceVerdict:
        """Look at the next frame, ``(H, W, 3)`` BGR, taken at ``at`` seconds."""
        if self._rgb.shape != bgr.shape:
            self._rgb = np.empty_like(bgr)
        cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB, self._rgb)
        if (sign := self._attacks.repeated(self._rgb, at)) is not None:
            return self._end(Outcome.NOT_LIVE, reason=sign)
        sight = self._tracker.look(self._rgb)
        obstacle, points = self._obstacle(sight)
        if obstacle is None and sight.face is not None and points is not None:
            self._usable_at = at
            verdict = self._watch(sight.face, points, at)
            if verdict is not None:
                return verdict
        else:
            self._challenge.wait(at)
            if obstacle is Prompt.SEVERAL or self._challenge.stage is Stage.BROKEN:
                self._restart()
        late = self.tick(at)
        if late is not None:
            return late
        return FaceProgress(
            obstacle or self._prompt(), self._challenge.done, len(self._challenge.actions), self._box(sight.face)
        )

    def feed_infrared(self, bgr: Picture, at: float) -> None:
        """Look at what an infrared camera beside the other one sees at the same time."""
        rgb = np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8)
        if self._landmarks.find(rgb):
            self._attacks.infrared_face(at)
        rgb.fill(0)

    def tick(self, at: float) -> FaceVerdict | None:
        """Time passed, with or without a frame; the verdict when the check has lasted too long."""
        if at - self._usable_at > NOBODY_SECONDS:
            return self._end(Outcome.NOBODY, reason="nobody")
        if at - self._started > LIMIT_SECONDS:
            return self._end(Outcome.NOT_LIVE, reason="too_slow")
        return None

    def wipe(self) -> None:
        """Overwrite every picture and every vector of this check."""
        self._rgb.fill(0)
        self._forget()

    def _watch(self, face: Face, points: Points, at: float) -> FaceVerdict | None:
        challenge = self._challenge
        if (sign := self._attacks.see(self._rgb, face, at)) is not None:
            return self._end(Outcome.NOT_LIVE, reason=sign)
        challenge.feed(points, at)
        if challenge.stage is Stage.FAILED:
            return self._end(Outcome.NOT_LIVE, reason=str(challenge.failure))
        if challenge.stage is Stage.BROKEN:
            self._restart()
            return None
        if challenge.stage is Stage.PASSED and self._passed_at is None:
            self._passed_at = at
            self._drop_pool()  # the last encodings show the person who did the last action
        away = abs(yaw_ratio(points))
        best = len(self._pool) < POOL or away < self._pool[-1][0]
        if challenge.at_rest and away <= FRONTAL_ENOUGH and best:
            cuts = tuple(comparison.cut(self._rgb, face, points) for comparison in self._comparisons)
            self._pool.append((away, cuts))
            self._pool.sort(key=lambda candidate: candidate[0])
            for _, unused in self._pool[POOL:]:
                _wipe(unused)
            del self._pool[POOL:]
        # One encoding per frame at most, early ones first: when the last action is done, little is left to do.
        if self._pool and self._added < self._encodings_due():
            _, cuts = self._pool.pop(0)
            for comparison, cut in zip(self._comparisons, cuts, strict=True):
                comparison.add(cut)
            self._added += 1
            _wipe(cuts)
        if self._added == self._frames:
            judged = strictest(tuple(comparison.judge(self._false_accepts) for comparison in self._comparisons))
            return self._end(judged.outcome, judged.distance, judged.threshold, judged.reason)
        return None

    def _encodings_due(self) -> int:
        """How many encodings there should be by now: two before the first action, one after each, then the rest."""
        if self._challenge.stage is Stage.PASSED:
            return self._frames
        if self._challenge.stage is Stage.ASKING:
            return min(self._frames - 1, self._challenge.done + 2)
        return 0

    def _end(
        self, outcome: Outcome, distance: float | None = None, threshold: float | None = None, reason: str = ""
    ) -> FaceVerdict:
        verdict = FaceVerdict(
            outcome,
            distance,
            threshold,
            self._added,
            0.0 if self._passed_at is None else self._clock() - self._passed_at,
            "+".join(comparison.name for comparison in self._comparisons),
            reason,
        )
        self.wipe()
        return verdict

    def _obstacle(self, sight: Sight) -> tuple[Prompt | None, Points | None]:
        """What keeps this frame from being used, if anything, and the face's points where they were looked for."""
        if sight.face is None:
            return no_face(self._rgb, far=sight.far), None
        if sight.several:
            return Prompt.SEVERAL, None
        if (obstacle := in_the_way(self._rgb, sight.face)) is not None:
            return obstacle, None
        points = self._tracker.points(self._rgb)
        return worn(self._rgb, points), points

    def _prompt(self) -> Prompt:
        challenge = self._challenge
        if challenge.action is not None:
            return Prompt(challenge.action)
        return Prompt.CHECKING if challenge.stage is Stage.PASSED and challenge.frontal else Prompt.LOOK

    def _box(self, face: Face | None) -> Box | None:
        if face is None:
            return None
        rows, columns = self._rgb.shape[:2]
        return (face.left / columns, face.top / rows, face.width / columns, face.height / rows)

    def _restart(self) -> None:
        """Nobody knows whether it is still the same person: new actions, new encodings."""
        if self._challenge.stage is not Stage.SETTLING or self._challenge.over:
            self._challenge = Challenge(draw_actions(self._rng))
        self._attacks.restart()
        self._forget()

    def _forget(self) -> None:
        self._passed_at = None
        self._drop_pool()
        self._added = 0
        for comparison in self._comparisons:
            comparison.restart()

    def _drop_pool(self) -> None:
        for _, cuts in self._pool:
            _wipe(cuts)
        self._pool.clear()


def _wipe(cuts: tuple[Picture, ...]) -> None:
    for cut in cuts:
        cut.fill(0)
