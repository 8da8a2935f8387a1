"""What a face check tells while it runs and when it ends."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from drivers.device import Fault

Box = tuple[float, float, float, float]  # x, y, width, height, each 0..1 of the picture as the camera sees it


class Risk(StrEnum):
    """What somebody else could do with an item, the least first; each allows for its own rate of false accepts."""

    LOOK = "look"
    PRINT = "print"
    APPLY = "apply"
    PAY = "pay"


class Prompt(StrEnum):
    """What the person is told or asked for. Left and right are the person's own."""

    NOBODY = "nobody"
    SEVERAL = "several"
    TOO_FAR = "too_far"
    TOO_NEAR = "too_near"
    TOO_DARK = "too_dark"
    BACK_LIT = "back_lit"
    MASK = "mask"
    HAT = "hat"
    LOOK = "look"
    BLINK = "blink"
    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"
    NOD = "nod"
    OPEN_MOUTH = "open_mouth"
    CHECKING = "checking"


class Outcome(StrEnum):
    """What the check came to. Only ACCEPTED lets anybody in."""

    ACCEPTED = "accepted"
    STEP_UP = "step_up"  # near, not near enough: a second proof decides
    REFUSED = "refused"  # not this person
    NOT_LIVE = "not_live"  # the actions were not those of a person
    NOBODY = "nobody"  # nobody showed a usable face in time
    NO_PORTRAIT = "no_portrait"  # there is nothing to compare with
    UNAVAILABLE = "unavailable"  # the service that compares gave no answer


@dataclass(frozen=True, slots=True)
class FaceProgress:
    """How the check is getting on: ``done`` of ``total`` actions, and where the face is."""

    prompt: Prompt
    done: int = 0
    total: int = 0
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class FaceVerdict:
    """The end of a check. ``distance`` and ``threshold`` are None when nothing was compared.

    ``seconds`` runs from the moment the last action was done to the verdict;
    ``reason`` says in one word why a check ended without a comparison.
    """

    outcome: Outcome
    distance: float | None = None
    threshold: float | None = None
    frames: int = 0
    seconds: float = 0.0
    engine: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FaceFault:
    """The check ended because the face process cannot work. Nobody is verified."""

    fault: Fault


FaceEvent = FaceProgress | FaceVerdict | FaceFault
