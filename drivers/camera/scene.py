"""What a simulated camera sees: a person before a blurred hall, or an attack with a photograph or a screen.

A scene is rendered in segments that begin and end in the same pose, so that a
player can string them together without a jump: two halves of swaying, a
blink, a turn to either side. In a looping attack there is one segment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.camera.attack import (
    BLINK_AT,
    FRAMES,
    SCREENS,
    Hold,
    before,
    cut_out,
    framed,
    glowing,
    held_as,
    printed,
    with_holes,
)
from drivers.camera.dress import DOORWAY, FACE_BACK_LIT, dressed
from drivers.camera.person import FACE_WIDTH, Image, Person, Points, Pose

Shot = Callable[[], Image]  # a frame that is rendered when it is called for

WIDTH, HEIGHT = 960, 720
RATE = 30.0
FACE_AT = (0.5, 0.44)  # of width and height
FACE_PIXELS = 210.0  # width of the jaw at distance 1
NOISE = 2.5  # grey levels, standard deviation

ACTIONS = ("blink", "turn_left", "turn_right", "nod", "open_mouth")
SWAY = ("sway_1", "sway_2")
STEP_IN = "step_in"  # the second person comes beside the first, who then leaves

_SWAY_FRAMES = 30  # half a period
_BLINK = (0.4, 0.9, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.7, 0.2)  # a third of a second, as somebody blinks who is asked to
_TURN_DEGREES = 24.0
_NOD_DEGREES = 12.0  # the warp exaggerates depth: seen as a nod by 15 to 20
_MOUTH = 0.5
_CLIP = (SWAY[0], "blink", SWAY[1], "turn_left")  # recorded when the person was asked for these
_BESIDE = (0.27, 0.73)  # of the width: where two faces are
_COMING, _TOGETHER = 30, 20  # frames
_SEAM = 40.0  # pixels over which two people's surroundings meet
_HALL_IN_INFRARED = 0.3  # of its brightness: the lamp beside the lens does not reach far


@dataclass(frozen=True, slots=True)
class Look:
    """What stands before the camera, and how.

    ``distance`` 2 shows it half as large. ``height`` is where the face is above the middle of a standing adult's, in
    parts of the picture: about -0.2 for somebody in a wheelchair. A second person wears nothing of the first one's, and
    neither does a photograph that is held up.
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


def segments(look: Look) -> tuple[str, ...]:
    """The names of all segments of a look, the most needed first."""
    if look.attack == "eye_holes":
        return (SWAY[0], "blink")
    if look.attack or look.person == "nobody":
        return SWAY[:1]
    return (*SWAY, *ACTIONS)


def stranger(look: Look, people: Iterable[str]) -> str | None:
    """Who could step in: any other than the one who stands there. None where nobody does, or not alone and alive."""
    if look.attack or look.second_person or look.person == "nobody":
        return None
    return next((name for name in people if name != look.person), None)


class Scene:
    """Renders one look. ``people`` are the photographs by name; the second person is any other than the first."""

    def __init__(self, look: Look, people: Mapping[str, Person], seed: int = 1) -> None:
        self.look = look
        self._rng = np.random.default_rng(seed)
        self._grain = _grain(seed, colours=1 if look.infrared else 3)
        self._back_lit = look.back_lit and not look.infrared  # infrared has a lamp of its own
        self._person = people.get(look.person)
        self._second = next((people[name] for name in people if name != look.person), None)
        # Whoever looks through a print's holes wears no spectacles.
        self._hidden = next(person for person in people.values() if not person.painted_lid)
        self._behind = self._hall_of(self._person or next(iter(people.values())))
        if look.second_person and (self._person is None or self._second is None):
            raise ValueError("a second person needs a first one")
        if look.attack and self._person is None:
            raise ValueError("an attack needs a person whose photograph is held up")

    def render(self, segment: str) -> Iterator[Image]:
        """The frames of one segment, ``(HEIGHT, WIDTH, 3)`` BGR: one of ``segments``, or ``STEP_IN``."""
        for shot in self.shots(segment):
            yield shot()

    def shots(self, segment: str) -> list[Shot]:
        """The same frames, each rendered when it is called for: whoever wants every second one pays for no other."""
        if self._person is None:
            pictures: Iterator[Shot] = (self._empty for _ in _poses(segment))
        elif self.look.attack == "looped":
            pictures = self._recorded(self._person)
        elif self.look.attack:
            pictures = self._held_up(self._person, segment)
        elif segment == STEP_IN:
            pictures = self._stepping_in(self._person)
        else:
            pictures = (partial(self._standing, self._person, pose, phase) for pose, phase in _poses(segment))
        return [partial(self._taken, picture) for picture in pictures]

    def _standing(self, person: Person, pose: Pose, phase: float = 0.0) -> Image:
        person = dressed(person, mask=self.look.mask, hat=self.look.hat, back_lit=self._back_lit)
        sway = (8.0 * np.sin(phase), 2.0 * np.sin(2 * phase))
        picture = person.posed(pose)
        if not (self.look.second_person and self._second):
            return self._before_hall(picture, person, FACE_AT[0], sway)
        second = dressed(self._second, back_lit=self._back_lit)
        left = self._before_hall(picture, person, _BESIDE[0], sway)
        right = self._before_hall(second.image, second, _BESIDE[1], (-sway[0], sway[1]))
        return _side_by_side(left, right, 0.5)

    def _stepping_in(self, first: Person) -> Iterator[Shot]:
        assert self._second is not None
        first = dressed(first, mask=self.look.mask, hat=self.look.hat, back_lit=self._back_lit)
        second = dressed(self._second, back_lit=self._back_lit)
        step = 0.5 - 0.5 * np.cos(np.linspace(0.0, np.pi, _COMING))
        first_at = (FACE_AT[0], _BESIDE[0], -0.6)
        second_at = (1.6, _BESIDE[1], FACE_AT[0])
        ours, theirs = self._behind, self._hall_of(self._second)
        for part in (*step, *np.ones(_TOGETHER), *(1.0 + step)):
            left_at, right_at = (float(np.interp(part, (0.0, 1.0, 2.0), way)) for way in (first_at, second_at))
            yield partial(
                self._passing, (first, left_at, ours), (second, right_at, theirs), max(float(part) - 1.0, 0.0)
            )

    def _passing(
        self, first: tuple[Person, float, Image], second: tuple[Person, float, Image], changed: float
    ) -> Image:
        """Two people, each at a part of the width and with a hall, of which the second's has come in so far."""
        (_, left_at, ours), (_, right_at, theirs) = first, second
        behind = np.asarray(cv2.addWeighted(ours, 1.0 - changed, theirs, changed, 0.0), np.uint8)
        left, right = (self._before_hall(one.image, one, at, behind=behind) for one, at, _ in (first, second))
        return _side_by_side(left, right, (left_at + right_at) / 2)

    def _hall_of(self, person: Person) -> Image:
        """What is behind a person, in the colours of the photograph, whose edges melt into it."""
        hall = _hall(person.image)
        if self.look.infrared:
            return _in_infrared(hall, _HALL_IN_INFRARED)
        return np.full_like(hall, DOORWAY) if self._back_lit else hall

    def _before_hall(
        self,
        picture: Image,
        person: Person,
        across: float,
        sway: tuple[float, float] = (0.0, 0.0),
        behind: Image | None = None,
    ) -> Image:
        """The picture scaled to its distance, its face at ``across`` of the width, its edges melting into the hall."""
        at = (across * WIDTH + sway[0], (FACE_AT[1] - self.look.height) * HEIGHT + sway[1])
        place = _place(person, at, FACE_PIXELS / FACE_WIDTH / self.look.distance)
        picture = _in_infrared(picture) if self.look.infrared else picture
        return _placed(picture, place, self._behind if behind is None else behind)

    def _recorded(self, person: Person) -> Iterator[Shot]:
        """A clip that does not come through the lens. No infrared camera is fooled with it: it sees an empty hall."""
        for name in _CLIP:
            for pose, phase in _poses(name):
                yield self._empty if self.look.infrared else partial(self._standing, person, pose, phase)

    def _empty(self) -> Image:
        return self._behind

    def _held_up(self, person: Person, segment: str) -> Iterator[Shot]:
        """A photograph or a screen with the person on it, moved as the attack wants it."""
        attack, blinking = self.look.attack, segment == "blink"
        screen = attack in SCREENS
        thing_of = cache(partial(self._thing, person))

        def held(closed: float, hold: Hold, refreshed: int | None) -> Image:
            return before(self._behind, thing_of(closed), hold, self.look.distance, refreshed=refreshed)

        for frame in range(len(_BLINK) if blinking else FRAMES):
            since = frame if blinking else frame - BLINK_AT
            closing = (blinking or screen) and 0 <= since < len(_BLINK)
            hold = replace(held_as(attack, 0 if blinking else frame), down=-self.look.height * HEIGHT)
            lit = frame if screen and not self.look.infrared else None
            yield partial(held, _BLINK[since] if closing else 0.0, hold, lit)

    def _thing(self, person: Person, closed: float) -> Image:
        """What is held up, face on: the person on a screen or on paper, with eyes ``closed`` if they can be."""
        attack, screen = self.look.attack, self.look.attack in SCREENS
        place = _place(person, (FACE_AT[0] * WIDTH, FACE_AT[1] * HEIGHT), FACE_PIXELS / FACE_WIDTH)
        taken = person.posed(Pose(closed=closed if screen else 0.0))
        inside, way = cut_out(_placed(taken, place, _hall(person.image)), attack)
        if self.look.infrared:  # a screen gives no infrared light, and printer's ink is clear to it
            alpha, beta = (0.05, 8) if screen else (0.15, 180)
            thing = np.asarray(cv2.convertScaleAbs(_in_infrared(inside), alpha=alpha, beta=beta), np.uint8)
        else:
            thing = glowing(inside) if screen else printed(inside)
        if attack == "eye_holes":
            eyes = cv2.transform(cv2.transform(person.points[None, 36:48], place), way)[0]
            thing = with_holes(thing, self._eyes_behind(thing.shape, eyes, closed), eyes)
        thing = framed(thing, attack)
        dark = self._back_lit and not screen
        return np.asarray(cv2.convertScaleAbs(thing, alpha=FACE_BACK_LIT), np.uint8) if dark else thing

    def _eyes_behind(self, shape: tuple[int, ...], eyes: Points, closed: float) -> Image:
        """Somebody's face so close behind a print that its eyes stand where the print's ``eyes`` are."""
        (from_right, from_left), (to_right, to_left) = (
            (complex(*points[:6].mean(axis=0)), complex(*points[6:].mean(axis=0)))
            for points in (self._hidden.points[36:48], eyes)
        )
        turned = (to_left - to_right) / (from_left - from_right)
        moved = to_right - turned * from_right
        way = np.array([[turned.real, -turned.imag, moved.real], [turned.imag, turned.real, moved.imag]])
        picture = self._hidden.posed(Pose(closed=closed))
        behind = np.asarray(cv2.warpAffine(picture, way, (shape[1], shape[0]), flags=cv2.INTER_LINEAR), np.uint8)
        return _in_infrared(behind) if self.look.infrared else behind

    def _taken(self, shot: Shot) -> Image:
        """The picture as a sensor takes it: light and noise that is never the same twice."""
        picture = shot()
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


@lru_cache(maxsize=4)
def _soft_edges(height: int, width: int) -> NDArray[np.float32]:
    """1 inside a picture of that size, falling to 0 over the last tenth of its width at its edges, save the lowest."""
    soft = 0.1 * width
    across = np.minimum(np.arange(width), np.arange(width)[::-1]) / soft
    down = np.arange(height) / soft
    edges = np.minimum(np.clip(across, 0, 1)[None, :], np.clip(down, 0, 1)[:, None])
    return np.asarray(edges, np.float32)


def _place(person: Person, at: tuple[float, float], scale: float) -> NDArray[np.float64]:
    """The way from the photograph's pixels to the picture's, ``(2, 3)``: the face's middle comes to ``at``."""
    x, y = person.centre
    return np.array([[scale, 0.0, at[0] - scale * x], [0.0, scale, at[1] - scale * y]])


def _placed(picture: Image, place: NDArray[np.float64], hall: Image) -> Image:
    """The photograph in its place, its edges melting into the hall."""
    smaller = cv2.INTER_AREA if place[0, 0] < 0.7 else cv2.INTER_LINEAR
    # Below its lower edge the photograph goes on, as a body does: nobody hovers.
    placed, opaque = (
        cv2.warpAffine(layer, place, (WIDTH, HEIGHT), flags=smaller, borderMode=cv2.BORDER_REPLICATE)
        for layer in (picture, _soft_edges(*picture.shape[:2]))
    )
    return np.asarray(cv2.blendLinear(placed, hall, opaque, 1.0 - opaque), np.uint8)


def _side_by_side(left: Image, right: Image, seam: float) -> Image:
    """One picture up to ``seam`` of the width and the other from there."""
    share = np.clip((seam * WIDTH - np.arange(WIDTH)) / _SEAM + 0.5, 0.0, 1.0).astype(np.float32)
    of_left = np.ascontiguousarray(np.broadcast_to(share, (HEIGHT, WIDTH)))
    return np.asarray(cv2.blendLinear(left, right, of_left, 1.0 - of_left), np.uint8)
