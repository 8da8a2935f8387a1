"""The live face held against the portrait on the card, by one engine. Several may be asked; all have to agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from kiosk.identity.engine import Embedder, Face, Picture, Vector
from kiosk.identity.events import Outcome
from kiosk.identity.geometry import Points
from kiosk.identity.matching import decide, distance, fuse, spread
from kiosk.identity.portrait import Portrait


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one engine made of the frames it was given. ``reason`` in one word where nothing was compared."""

    outcome: Outcome
    distance: float | None = None
    threshold: float | None = None
    reason: str = ""


class Comparison(Protocol):
    """Keeps what it needs of the portrait and of the frames, and overwrites it when told."""

    @property
    def name(self) -> str:
        """Engine and model, for the journal."""

    @property
    def frames(self) -> int:
        """How many frames of the live face it wants."""

    @property
    def prepared(self) -> bool:
        """Whether there is a portrait to compare with."""

    def prepare(self, portrait: Portrait) -> None:
        """Take in the card's portrait in place of an earlier one."""

    def cut(self, rgb: Picture, face: Face, points: Points) -> Picture:
        """What it wants to see of this frame. Cheap, and never a view into ``rgb``."""

    def add(self, cut: Picture) -> None:
        """Take in one frame. Slow: up to 100 ms. The newest ``frames`` of them count."""

    def judge(self, false_accepts: float) -> Judgement:
        """Compare; no more than this part of strangers may be let in."""

    def restart(self) -> None:
        """Overwrite what the frames left."""

    def forget(self) -> None:
        """Overwrite what the portrait left as well."""


class VectorComparison:
    """An embedder of this machine."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._portrait: Vector | None = None
        self._vectors: list[Vector] = []

    @property
    def embedder(self) -> Embedder:
        """What makes the vectors, for whoever measures it."""
        return self._embedder

    @property
    def name(self) -> str:
        return self._embedder.calibration.engine

    @property
    def frames(self) -> int:
        return self._embedder.calibration.frames

    @property
    def prepared(self) -> bool:
        return self._portrait is not None

    def prepare(self, portrait: Portrait) -> None:
        self.forget()
        cut = self.cut(portrait.rgb, portrait.face, portrait.points)
        self._portrait = self._embedder.embed(cut)
        cut.fill(0)

    def cut(self, rgb: Picture, face: Face, points: Points) -> Picture:
        return self._embedder.align(rgb, face, points)

    def add(self, cut: Picture) -> None:
        self._vectors.append(self._embedder.embed(cut))

    def judge(self, false_accepts: float) -> Judgement:
        calibration = self._embedder.calibration
        if self._portrait is None or len(self._vectors) < calibration.frames:
            raise RuntimeError("a comparison needs a portrait and its frames")
        if spread(self._vectors) > calibration.same_visit:
            return Judgement(Outcome.NOT_LIVE, reason="face_changed")
        measured = distance(fuse(self._vectors[-calibration.frames :]), self._portrait)
        accept = calibration.accept(false_accepts)
        return Judgement(decide(measured, accept, calibration.step_up), measured, accept)

    def restart(self) -> None:
        for vector in self._vectors:
            vector.fill(0)
        self._vectors.clear()

    def forget(self) -> None:
        self.restart()
        if self._portrait is not None:
            self._portrait.fill(0)
            self._portrait = None


# The strictest outcome first.
_STRICTEST = (
    Outcome.NOT_LIVE,
    Outcome.UNAVAILABLE,
    Outcome.NO_PORTRAIT,
    Outcome.REFUSED,
    Outcome.STEP_UP,
    Outcome.ACCEPTED,
)


def strictest(judgements: tuple[Judgement, ...]) -> Judgement:
    """Of several engines the one that trusts least: only when all accept is anybody accepted."""
    return min(judgements, key=lambda judgement: _STRICTEST.index(judgement.outcome))
