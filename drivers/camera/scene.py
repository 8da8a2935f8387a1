"""What a simulated camera sees: a person before a blurred hall, or an attack with a photograph or a screen.

A scene is rendered in segments that begin and end in the same pose, so that a
player can string them together without a jump: two halves of swaying, a
blink, a turn to either side. In a looping attack there is one segment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.camera.dress import DOORWAY, dressed
from drivers.camera.person import FACE_WIDTH, Image, Person, Pose

WIDTH, HEIGHT = 960, 720
RATE = 30.0
FACE_AT = (0.5, 0.44)  # of width and height
FACE_PIXELS = 210.0  # width of the jaw at distance 1
NOISE = 2.5  # grey levels, standard deviation

ACTIONS = ("blink", "turn_left", "turn_right", "nod", "open_mouth")
# Four ways to hold a printed photograph, and a screen that plays a clip in which the person blinks.
ATTACKS = ("still", "sideways", "up_down", "bent", "replay")
SWAY = ("sway_1", "sway_2")

_SWAY_FRAMES = 30  # half a period
_ATTACK_FRAMES = 75
_BLINK = (0.4, 0.9, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.7, 0.2)  # a third of a second, as somebody blinks who is asked to
_TURN_DEGREES = 24.0
_NOD_DEGREES = 12.0  # the warp exaggerates depth: seen as a nod by 15 to 20
_MOUTH = 0.5
_FOCAL = 1000.0  # pixels
_PAPER = (520, 660)  # pixels of the photograph or screen held up
_BLINK_AT = 30  # frame of the clip
_HALL_IN_INFRARED = 0.3  # of its brightness: the lamp beside the lens does not reach far


@dataclass(frozen=True, slots=True)
class Look:
    """What stands before the camera, and how.

    ``distance`` 2 shows it half as large. ``height`` is where the face is above the middle of a standing adult's, in
    parts of the picture: about -0.2 for somebody in a wheelchair. A second person wears nothing of the first one's.
    """

    person: str = "astronaut"  # or "nobody"
    second_person: bool = False
    attack: str = ""
    light: float = 1.0
    distance: float = 1.0
    infrared: bool = False
    height: float = 0.0
    back_lit: bool = False  # a bright door behind
    mask: bool = False
    hat: bool = False


class Scene:
    """Renders one look. ``people`` are the photographs by name; the second person is any other than the first."""

    def __init__(self, look: Look, people: Mapping[str, Person], seed: int = 1) -> None:
        self.look = look
        self._rng = np.random.default_rng(seed)
        self._grain = _grain(seed, colours=1 if look.infrared else 3)
        self._back_lit = look.back_lit and not look.infrared  # infrared has a lamp of its own
        self._person = people.get(look.person)
        self._second = next((people[name] for name in people if name != look.person), None)
        hall = _hall((self._person or next(iter(people.values()))).image)
        if look.infrared:
            hall = _in_infrared(hall, _HALL_IN_INFRARED)
        self._hall = np.full_like(hall, DOORWAY) if self._back_lit else hall
        if look.second_person and (self._person is None or self._second is None):
            raise ValueError("a second person needs a first one")
        if look.attack and self._person is None:
            raise ValueError("an attack needs a person whose photograph is held up")

    @property
    def segments(self) -> tuple[str, ...]:
        """The names of all segments of this scene, the most needed first."""
        if self.look.attack or self._person is None:
            return SWAY[:1]
        return (*SWAY, *ACTIONS)

    def render(self, segment: str) -> Iterator[Image]:
        """The frames of one segment, ``(HEIGHT, WIDTH, 3)`` BGR."""
        if self.look.attack:
            for picture in self._held_up():
                yield self._taken(picture)
            return
        for pose, phase in _poses(segment):
            yield self._taken(self._standing(pose, phase))

    def _standing(self, pose: Pose, phase: float) -> Image:
        if self._person is None:
            return self._hall
        person = dressed(self._person, mask=self.look.mask, hat=self.look.hat, back_lit=self._back_lit)
        sway = (8.0 * np.sin(phase), 2.0 * np.sin(2 * phase))
        picture = person.posed(pose)
        if not (self.look.second_person and self._second):
            return self._before_hall(picture, person, FACE_AT[0], sway)
        left = self._before_hall(picture, person, 0.27, sway)
        second = dressed(self._second, back_lit=self._back_lit)
        right = self._before_hall(second.image, second, 0.73, (-sway[0], sway[1]))
        return np.concatenate((left[:, : WIDTH // 2], right[:, WIDTH // 2 :]), axis=1)

    def _before_hall(self, picture: Image, person: Person, across: float, sway: tuple[float, float]) -> Image:
        """The picture scaled to its distance, its face at ``across`` of the width, its edges melting into the hall."""
        scale = FACE_PIXELS / FACE_WIDTH / self.look.distance
        x, y = person.centre
        place = np.array(
            [
                [scale, 0.0, across * WIDTH + sway[0] - scale * x],
                [0.0, scale, (FACE_AT[1] - self.look.height) * HEIGHT + sway[1] - scale * y],
            ]
        )
        if self.look.infrared:
            picture = _in_infrared(picture)
        smaller = cv2.INTER_AREA if scale < 0.7 else cv2.INTER_LINEAR
        # Below its lower edge the photograph goes on, as a body does: nobody hovers.
        placed, opaque = (
            cv2.warpAffine(layer, place, (WIDTH, HEIGHT), flags=smaller, borderMode=cv2.BORDER_REPLICATE)
            for layer in (picture, _soft_edges(*picture.shape[:2]))
        )
        return np.asarray(cv2.blendLinear(placed, self._hall, opaque, 1.0 - opaque), np.uint8)

    def _held_up(self) -> Iterator[Image]:
        """A photograph or a screen with the person on it, moved as the attack wants it."""
        paper = self._shown_up(closed=0.0)
        for frame in range(_ATTACK_FRAMES):
            swing = np.sin(2 * np.pi * frame / _ATTACK_FRAMES)
            shake = 3.0 * np.sin(2 * np.pi * 7 * frame / _ATTACK_FRAMES)
            yaw, pitch, bend = {
                "still": (0.0, 0.0, 0.0),
                "sideways": (45.0 * swing, 0.0, 0.0),
                "up_down": (0.0, 45.0 * swing, 0.0),
                "bent": (25.0 * swing, 0.0, 1.0),
                "replay": (0.0, 0.0, 0.0),
            }[self.look.attack]
            blinking = self.look.attack == "replay" and 0 <= frame - _BLINK_AT < len(_BLINK)
            shown = self._shown_up(_BLINK[frame - _BLINK_AT]) if blinking else paper
            yield _held(self._hall, shown, (yaw, pitch, bend), shake)

    def _shown_up(self, closed: float) -> Image:
        """The photograph's paper or the screen's glass, face on."""
        assert self._person is not None
        whole = self._before_hall(self._person.posed(Pose(closed=closed)), self._person, FACE_AT[0], (0.0, 0.0))
        width, height = _PAPER
        x, y = (WIDTH - width) // 2, (HEIGHT - height) // 2
        inside = whole[y + 14 : y + height - 14, x + 14 : x + width - 14]
        screen = self.look.attack == "replay"
        shown = _glowing(inside) if screen else inside
        if self.look.infrared:  # a screen gives no infrared light, and printer's ink is clear to it
            shown = np.asarray(cv2.convertScaleAbs(inside, alpha=0.05 if screen else 0.15, beta=8 if screen else 180))
        edge = (25,) * 3 if screen else (240,) * 3
        return np.asarray(cv2.copyMakeBorder(shown, 14, 14, 14, 14, cv2.BORDER_CONSTANT, value=edge), np.uint8)

    def _taken(self, picture: Image) -> Image:
        """The picture as a sensor takes it: light and noise that is never the same twice."""
        x, y = self._rng.integers(0, 64, 2)
        grain = self._grain[y : y + HEIGHT, x : x + WIDTH]
        light = 1.0 if self.look.infrared else self.look.light
        lit = cv2.convertScaleAbs(picture, alpha=light) if light != 1.0 else picture
        return np.asarray(cv2.add(lit, grain, dtype=cv2.CV_8U), np.uint8)


def _poses(segment: str) -> Iterator[tuple[Pose, float]]:
    """The pose and the phase of the swaying, frame by frame."""
    if segment in SWAY:
        for frame in range(_SWAY_FRAMES):
            yield Pose(), np.pi * (SWAY.index(segment) + frame / _SWAY_FRAMES)
        return
    if segment == "blink":
        for closed in _BLINK:
            yield Pose(closed=closed), 0.0
        return
    farthest = {
        "turn_left": Pose(turn=_TURN_DEGREES),
        "turn_right": Pose(turn=-_TURN_DEGREES),
        "nod": Pose(nod=_NOD_DEGREES),
        "open_mouth": Pose(mouth=_MOUTH),
    }[segment]
    there = np.sin(np.linspace(0.0, np.pi / 2, 12))
    for part in (*there, *np.ones(12), *there[::-1]):
        yield Pose(turn=part * farthest.turn, nod=part * farthest.nod, mouth=part * farthest.mouth), 0.0


@lru_cache(maxsize=2)
def _grain(seed: int, colours: int) -> NDArray[np.int16]:
    """The noise of a sensor, larger than a picture, so that every picture takes another part of it."""
    grain = np.random.default_rng(seed).normal(0.0, NOISE, (HEIGHT + 64, WIDTH + 64, colours))
    return np.repeat(grain.astype(np.int16), 3 // colours, axis=2)


def _hall(picture: Image) -> Image:
    """A hall so far out of focus that no face is left in it."""
    small = cv2.resize(picture, (16, 12), interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(small, (0, 0), 2.5)
    return np.asarray(cv2.resize(soft, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC), np.uint8)


def _in_infrared(picture: Image, brightness: float = 1.0) -> Image:
    """As a sensor sees it that knows no colours; red is nearest to infrared."""
    weights = np.array([[0.1, 0.2, 0.7]], np.float32) * brightness
    return np.asarray(cv2.transform(picture, np.repeat(weights, 3, axis=0)), np.uint8)


def _glowing(picture: Image) -> Image:
    """As a screen shows it: colder, brighter in the middle greys, in rows."""
    cold = cv2.convertScaleAbs(picture * np.array([1.1, 1.02, 0.92], np.float32), beta=12)
    cold[::2] = cv2.convertScaleAbs(cold[::2], alpha=0.9)
    return np.asarray(cold, np.uint8)


@lru_cache(maxsize=4)
def _soft_edges(height: int, width: int) -> NDArray[np.float32]:
    """1 inside a picture of that size, falling to 0 over the last tenth of its width at its edges, save the lowest."""
    soft = 0.1 * width
    across = np.minimum(np.arange(width), np.arange(width)[::-1]) / soft
    down = np.arange(height) / soft
    edges = np.minimum(np.clip(across, 0, 1)[None, :], np.clip(down, 0, 1)[:, None])
    return np.asarray(edges, np.float32)


def _held(hall: Image, paper: Image, pose: tuple[float, float, float], shake: float) -> Image:
    """``paper`` in exact perspective. ``pose``: yaw and pitch in degrees, and 1 to bend it round a cylinder.

    Every pixel of the picture is a ray; where the ray meets the paper is found by a few fixed-point steps, for every
    fourth pixel, because the way from picture to paper is smooth.
    """
    yaw, pitch, bend = pose
    height, width = paper.shape[:2]
    ys, xs = np.mgrid[0:HEIGHT:4, 0:WIDTH:4] + 1.5
    ray_x, ray_y = (xs - WIDTH / 2 - shake) / _FOCAL, (ys - HEIGHT / 2) / _FOCAL
    turn, nod = np.deg2rad(yaw), np.deg2rad(pitch)
    across = np.array([np.cos(turn), 0.0, np.sin(turn)])
    down = np.array([np.sin(turn) * np.sin(nod), np.cos(nod), -np.cos(turn) * np.sin(nod)])
    normal = np.cross(across, down)
    radius = 0.9 * width
    hollow = np.zeros_like(ray_x)
    for _ in range(6 if bend else 1):
        # (ray * t - centre) . normal = hollow, with the paper's centre at (0, 0, focal length)
        t = (normal[2] * _FOCAL + hollow) / (normal[0] * ray_x + normal[1] * ray_y + normal[2])
        point = np.stack((ray_x * t, ray_y * t, t - _FOCAL), axis=-1)
        u, v = point @ across, point @ down
        if bend:
            inside = np.clip(u / radius, -0.9, 0.9)
            hollow = radius * (1.0 - np.sqrt(1.0 - inside**2)) * bend
            u = radius * np.arcsin(inside)
    columns = cv2.resize((u + width / 2).astype(np.float32), (WIDTH, HEIGHT))
    rows = cv2.resize((v + height / 2).astype(np.float32), (WIDTH, HEIGHT))
    return np.asarray(
        cv2.remap(paper, columns, rows, cv2.INTER_LINEAR, dst=hall.copy(), borderMode=cv2.BORDER_TRANSPARENT), np.uint8
    )
