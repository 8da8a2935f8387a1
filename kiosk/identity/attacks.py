"""Does this look like a picture of a face instead of a face? What can be seen without asking for anything.

None of it is a gate of its own: a good print that fills the view shows none
of these signs. The challenge (``liveness.py``) asks for depth; this catches
what a challenge cannot see, such as a clip that happens to show the actions
asked for. What each was tried on: docs/identity.md.
"""

from __future__ import annotations

import hashlib
from collections import deque
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.identity.engine import AttackNetwork, Face, Picture


class Sign(StrEnum):
    """What gave an attack away."""

    FROZEN = "frozen"  # one picture over and over
    REPEATED = "repeated"  # a clip that begins anew: no lens sees the same noise twice
    PATTERN = "pattern"  # the grid of a screen or of a printing press
    FRAMED = "framed"  # the edges of a sheet or a screen, which go where the face goes
    GLARE = "glare"  # the lamp's reflection on something flat
    NETWORK = "network"  # the operator's own network says so
    NO_INFRARED = "no_infrared"  # the infrared camera sees no face where the other sees one


SAMPLE_SECONDS = 0.1  # a slow machine looks no more often for it
SAMPLES = 8  # so many are looked at before anything is said,
SHARE = 0.6  # and so many of them have to agree

FROZEN_SECONDS = 1.5
REPEATS = 6
REMEMBERED = 3600  # digests of frames

PATCH = 128  # pixels of the middle of the face, as the camera gave them
PATTERN_PEAK = 18.0  # by the median of its ring of the spectrum; faces stay below 13
NOISE = 120.0  # of a ring at least: a sensor's, which JPEG may have smoothed away
LOWEST, LOWEST_COLOUR, HIGHEST = 0.12, 0.06, 0.5  # cycles a pixel

FACE_PIXELS = 64  # width of the face when edges are sought
EDGE_LENGTH = 0.9  # face widths
# How far from the middle of the face the edges of what is held up may be, in face widths.
BESIDE, ABOVE = (0.55, 1.8), (0.75, 2.6)
UPRIGHT, LEVEL = 72.0, 18.0  # degrees
MOVED = 0.02  # face widths that a face has to move before edges that stay are known to be the hall's
FOLLOWED = 0.3  # of the face's movement

WHITE = 250
BRIGHT = 170  # median of a face in too much light
WHITE_PART = 0.04  # of the face

NO_FACE_SECONDS = 1.5


class AttackWatch:
    """Looks at the frames of one check.

    ``network`` is the operator's own, ``infrared`` whether such a camera is there.
    """

    def __init__(self, network: AttackNetwork | None = None, *, infrared: bool = False) -> None:
        self._repeats = Repeats()
        self._network = network
        self._infrared = infrared
        self.restart()

    def restart(self) -> None:
        """Another face may have come: forget what was seen of the one before."""
        self._sampled_at = -1.0
        self._signs: dict[Sign, deque[bool]] = {}
        self._edges: deque[Edges] = deque(maxlen=3 * SAMPLES)
        self._infrared_at: float | None = None

    def repeated(self, rgb: Picture, at: float) -> Sign | None:
        """Look at a frame, with a face or without."""
        return self._repeats.see(rgb, at)

    def infrared_face(self, at: float) -> None:
        """The infrared camera sees a face."""
        self._infrared_at = at

    def see(self, rgb: Picture, face: Face, at: float) -> Sign | None:
        """Look at a frame with a face; the sign when enough of them showed one."""
        if at - self._sampled_at < 0.95 * SAMPLE_SECONDS:
            return None
        if self._sampled_at < 0:
            self._infrared_at = at if self._infrared_at is None else self._infrared_at
        self._sampled_at = at
        if self._infrared and self._infrared_at is not None and at - self._infrared_at > NO_FACE_SECONDS:
            return Sign.NO_INFRARED
        self._edges.append(edges_around(rgb, face))
        seen = {
            Sign.PATTERN: pattern(rgb, face) > PATTERN_PEAK,
            Sign.GLARE: glare(rgb, face) > WHITE_PART,
            Sign.FRAMED: self._edges[-1].framed and follows(list(self._edges)),
        }
        if self._network is not None:
            seen[Sign.NETWORK] = self._network.doubts(rgb, face)
        return next((sign for sign, shown in seen.items() if self._agreed(sign, shown=shown)), None)

    def _agreed(self, sign: Sign, *, shown: bool) -> bool:
        recent = self._signs.setdefault(sign, deque(maxlen=2 * SAMPLES))
        recent.append(shown)
        return len(recent) >= SAMPLES and sum(recent) >= SHARE * len(recent)


class Repeats:
    """Digests of the frames of one check, of a sixty-fourth of their pixels; no picture can be made of them."""

    def __init__(self) -> None:
        self._seen: dict[bytes, None] = {}
        self._last = b""
        self._since = 0.0
        self._again = 0

    def see(self, rgb: Picture, at: float) -> Sign | None:
        """Look at the next frame."""
        digest = hashlib.blake2b(rgb[::8, ::8].tobytes(), digest_size=16).digest()
        if digest == self._last:
            return Sign.FROZEN if at - self._since > FROZEN_SECONDS else None
        self._last, self._since = digest, at
        if digest in self._seen:
            self._again += 1
        self._seen[digest] = None
        if len(self._seen) > REMEMBERED:
            del self._seen[next(iter(self._seen))]
        return Sign.REPEATED if self._again >= REPEATS else None


def _spectrum() -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Of each place of a spectrum its cycles a pixel, and whether the blocks of JPEG leave it alone."""
    down, across = np.meshgrid(np.fft.fftfreq(PATCH), np.fft.rfftfreq(PATCH), indexing="ij")
    # The blocks, 8 pixels wide, stand in every camera's pictures.
    blocks = [np.abs(one * 8 - np.round(one * 8)) < 5 / PATCH for one in (down, across)]
    on_axis = [np.abs(one) < 1.5 / PATCH for one in (down, across)]
    return np.hypot(down, across), ~(on_axis[0] & blocks[1]) & ~(on_axis[1] & blocks[0])


_CYCLES, _CLEAN = _spectrum()
_RING = (_CYCLES * PATCH / 4).astype(np.intp)
# The clean places of each ring that is looked at, from longer and from shorter waves on.
_RINGS = {
    lowest: [
        found
        for ring in range(int(_RING.max()) + 1)
        if (found := np.flatnonzero((ring == _RING) & _CLEAN & (lowest < _CYCLES) & (_CYCLES < HIGHEST))).size
    ]
    for lowest in (LOWEST, LOWEST_COLOUR)
}
_WINDOW = np.outer(np.hanning(PATCH), np.hanning(PATCH)).astype(np.float32)


def pattern(rgb: Picture, face: Face) -> float:
    """How far a peak of the face's spectrum stands out of its ring, by the ring's median; the higher of two.

    Brightness shows the dots of a print. A screen's sub-pixels beat with the camera's: stripes of colour, which skin
    has none of, so they are sought from longer waves on. 0 for a face too near the edge of the picture.
    """
    half = PATCH // 2
    across, down = int((face.left + face.right) / 2), int(face.top + 0.6 * face.height)
    patch = rgb[max(down - half, 0) : down + half, max(across - half, 0) : across + half, :2].astype(np.float32)
    if patch.shape != (PATCH, PATCH, 2):
        return 0.0
    return max(_peak(patch[..., 1], LOWEST), _peak(patch[..., 1] - patch[..., 0], LOWEST_COLOUR))


def _peak(plane: NDArray[np.float32], lowest: float) -> float:
    strength = np.abs(np.fft.rfft2((plane - cv2.GaussianBlur(plane, (0, 0), 3)) * _WINDOW))
    rings = (strength.ravel()[places] for places in _RINGS[lowest])
    return max(float(values.max() / max(float(np.median(values)), NOISE)) for values in rings)


def glare(rgb: Picture, face: Face) -> float:
    """The part of the face that is white and nothing else; 0 where all of it is bright, which is only the light."""
    inside = rgb[max(int(face.top), 0) : int(face.bottom) : 2, max(int(face.left), 0) : int(face.right) : 2]
    if not inside.size or float(np.median(inside[..., 1])) > BRIGHT:
        return 0.0
    white = cv2.inRange(inside, (WHITE, WHITE, WHITE), (255, 255, 255))
    return cv2.countNonZero(white) / white.size


@dataclass(frozen=True, slots=True)
class Edges:
    """Straight edges around a face: where each is and where the face is, in the picture, in face widths."""

    across: float
    down: float
    left: float | None = None
    right: float | None = None
    top: float | None = None
    bottom: float | None = None

    @property
    def framed(self) -> bool:
        """Whether they could be those of something held up."""
        beside = (self.left is not None) + (self.right is not None)
        return beside == 2 or (beside == 1 and self.top is not None)


def edges_around(rgb: Picture, face: Face) -> Edges:
    """Look for upright edges beside the face and level ones above and below it; of several the nearest."""
    scale = FACE_PIXELS / max(face.width, 1.0)
    small = cv2.resize(np.ascontiguousarray(rgb[..., 1]), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    lines = cv2.HoughLinesP(
        cv2.Canny(small, 40, 90), 1, np.pi / 90, 30, minLineLength=EDGE_LENGTH * FACE_PIXELS, maxLineGap=4
    )
    middle = [float(one) / 2 * scale / FACE_PIXELS for one in (face.left + face.right, face.top + face.bottom)]
    found: dict[str, float] = {}
    for x1, y1, x2, y2 in (np.asarray(lines).reshape(-1, 4) / FACE_PIXELS).tolist() if lines is not None else []:
        lean = abs(float(np.degrees(np.arctan2(y2 - y1, x2 - x1))))
        lean = min(lean, 180 - lean)
        if lean > UPRIGHT and min(y1, y2) - 0.3 < middle[1] < max(y1, y2) + 0.3:
            _nearest(found, ("left", "right"), x1 + (x2 - x1) * (middle[1] - y1) / (y2 - y1), middle[0], BESIDE)
        elif lean < LEVEL and min(x1, x2) - 0.4 < middle[0] < max(x1, x2) + 0.4:
            _nearest(found, ("top", "bottom"), y1 + (y2 - y1) * (middle[0] - x1) / (x2 - x1), middle[1], ABOVE)
    return Edges(*middle, **found)


def _nearest(
    found: dict[str, float], names: tuple[str, str], place: float, middle: float, between: tuple[float, float]
) -> None:
    name = names[place > middle]
    nearer = name not in found or abs(place - middle) < abs(found[name] - middle)
    if between[0] < abs(place - middle) < between[1] and nearer:
        found[name] = place


def follows(seen: list[Edges]) -> bool:
    """Whether the edges beside a face go where it goes. A door behind somebody stays where it is."""
    for name in ("left", "right"):
        both = [(edges.across, getattr(edges, name)) for edges in seen if getattr(edges, name) is not None]
        if len(both) < SAMPLES // 2:
            continue
        face, edge = (float(np.std(row)) for row in zip(*both, strict=True))
        if face > MOVED and edge > FOLLOWED * face:
            return True
    return False
