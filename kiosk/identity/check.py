"""One face check from the first frame to the verdict: look, challenge, compare.

It runs inside the face process, but knows neither processes nor clocks that
were not given to it: frames and their times go in, events come out.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import cv2
import numpy as np

from kiosk.identity.engine import Embedder, Face, LandmarkSource, Picture, Vector
from kiosk.identity.events import Box, FaceProgress, FaceVerdict, Outcome, Prompt
from kiosk.identity.geometry import Points, yaw_ratio
from kiosk.identity.liveness import Challenge, Stage, draw_actions
from kiosk.identity.matching import decide, distance, fuse, spread
from kiosk.identity.portrait import Portrait
from kiosk.identity.tracking import FaceTracker

NOBODY_SECONDS = 20.0  # without a usable face
LIMIT_SECONDS = 60.0  # in all

# Widths of the face as parts of the picture's height.
NEAREST = 0.55
FARTHEST = 0.22
DARKEST = 45.0  # mean grey of the face
DARK_PICTURE = 30.0  # mean grey of a picture in which no face is found

FRONTAL_ENOUGH = 0.15  # |yaw ratio| of a face worth encoding
POOL = 3  # the most frontal faces that wait for encoding


class FaceCheck:
    """Feed it frames until it gives a verdict."""

    def __init__(
        self,
        landmarks: LandmarkSource,
        embedder: Embedder,
        portrait: Portrait,
        rng: random.Random,
        *,
        started: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._landmarks = landmarks
        self._embedder = embedder
        self._portrait = portrait
        self._rng = rng
        self._clock = clock
        self._started = started
        self._usable_at = started
        self._tracker = FaceTracker(landmarks)
        self._challenge = Challenge(draw_actions(rng))
        self._pool: list[tuple[float, Picture]] = []  # how far from frontal, aligned face
        self._vectors: list[Vector] = []
        self._passed_at: float | None = None
        self._grey: Picture = np.empty((0, 0), np.uint8)
        self._rgb: Picture = np.empty((0, 0, 3), np.uint8)

    def feed(self, bgr: Picture, at: float) -> FaceProgress | FaceVerdict:
        """Look at the next frame, ``(H, W, 3)`` BGR, taken at ``at`` seconds."""
        if self._grey.shape != bgr.shape[:2]:
            self._grey, self._rgb = np.empty(bgr.shape[:2], np.uint8), np.empty_like(bgr)
        cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY, self._grey)
        cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB, self._rgb)
        sight = self._tracker.look(self._grey)
        obstacle = self._obstacle(sight.face, several=sight.several, far=sight.far)
        if obstacle is None and sight.face is not None:
            self._usable_at = at
            points = self._landmarks.points(self._rgb, sight.face)
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

    def tick(self, at: float) -> FaceVerdict | None:
        """Time passed, with or without a frame; the verdict when the check has lasted too long."""
        if at - self._usable_at > NOBODY_SECONDS:
            return self._end(Outcome.NOBODY, reason="nobody")
        if at - self._started > LIMIT_SECONDS:
            return self._end(Outcome.NOT_LIVE, reason="too_slow")
        return None

    def wipe(self) -> None:
        """Overwrite every picture and every vector of this check."""
        self._grey.fill(0)
        self._rgb.fill(0)
        self._forget()

    def _watch(self, face: Face, points: Points, at: float) -> FaceVerdict | None:
        challenge = self._challenge
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
        if challenge.frontal and challenge.eyes_open and away <= FRONTAL_ENOUGH:
            self._pool.append((away, self._embedder.align(self._rgb, face)))
            self._pool.sort(key=lambda candidate: candidate[0])
            for _, aligned in self._pool[POOL:]:
                aligned.fill(0)
            del self._pool[POOL:]
        # One encoding per frame at most, early ones first: when the last action is done, little is left to do.
        if self._pool and len(self._vectors) < self._encodings_due():
            _, aligned = self._pool.pop(0)
            self._vectors.append(self._embedder.embed(aligned))
            aligned.fill(0)
        if len(self._vectors) == self._embedder.calibration.frames:
            return self._compare()
        return None

    def _encodings_due(self) -> int:
        """How many encodings there should be by now: two before the first action, one after each, then the rest."""
        calibration, challenge = self._embedder.calibration, self._challenge
        if challenge.stage is Stage.PASSED:
            return calibration.frames
        if challenge.stage is Stage.ASKING:
            return min(calibration.frames - 1, challenge.done + 2)
        return 0

    def _compare(self) -> FaceVerdict:
        calibration = self._embedder.calibration
        if spread(self._vectors) > calibration.same_visit:
            return self._end(Outcome.NOT_LIVE, reason="face_changed")
        measured = distance(fuse(self._vectors), self._portrait.vector)
        return self._end(decide(measured, calibration), distance=measured)

    def _end(self, outcome: Outcome, *, distance: float | None = None, reason: str = "") -> FaceVerdict:
        verdict = FaceVerdict(
            outcome,
            distance,
            None if distance is None else self._embedder.calibration.accept,
            len(self._vectors),
            0.0 if self._passed_at is None else self._clock() - self._passed_at,
            self._embedder.name,
            reason,
        )
        self.wipe()
        return verdict

    def _obstacle(self, face: Face | None, *, several: bool, far: bool) -> Prompt | None:
        """What keeps this frame from being used."""
        rows, columns = self._grey.shape
        if face is None:
            if far:
                return Prompt.TOO_FAR
            return Prompt.TOO_DARK if float(self._grey[::8, ::8].mean()) < DARK_PICTURE else Prompt.NOBODY
        if several:
            return Prompt.SEVERAL
        if face.width > NEAREST * rows or face.left < 0 or face.top < 0 or face.right > columns or face.bottom > rows:
            return Prompt.TOO_NEAR
        if face.width < FARTHEST * rows:
            return Prompt.TOO_FAR
        inside = self._grey[int(face.top) : int(face.bottom) : 4, int(face.left) : int(face.right) : 4]
        return Prompt.TOO_DARK if float(inside.mean()) < DARKEST else None

    def _prompt(self) -> Prompt:
        challenge = self._challenge
        if challenge.action is not None:
            return Prompt(challenge.action)
        return Prompt.CHECKING if challenge.stage is Stage.PASSED and challenge.frontal else Prompt.LOOK

    def _box(self, face: Face | None) -> Box | None:
        if face is None:
            return None
        rows, columns = self._grey.shape
        return (face.left / columns, face.top / rows, face.width / columns, face.height / rows)

    def _restart(self) -> None:
        """Nobody knows whether it is still the same person: new actions, new encodings."""
        if self._challenge.stage is not Stage.SETTLING or self._challenge.over:
            self._challenge = Challenge(draw_actions(self._rng))
        self._forget()

    def _forget(self) -> None:
        self._passed_at = None
        self._drop_pool()
        for vector in self._vectors:
            vector.fill(0)
        self._vectors.clear()

    def _drop_pool(self) -> None:
        for _, aligned in self._pool:
            aligned.fill(0)
        self._pool.clear()
