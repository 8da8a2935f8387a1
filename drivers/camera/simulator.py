"""A simulated camera on the far side of a wire: an IP camera that plays a person.

It speaks what IP cameras speak, JPEG pictures over HTTP as
``multipart/x-mixed-replace``. Everything it shows is rendered and encoded
ahead, so that streaming costs next to nothing.
"""

from __future__ import annotations

import random
import threading
import time
from collections import deque
from collections.abc import Generator, Iterator, Mapping
from dataclasses import asdict, replace

import cv2
import numpy as np

from drivers.camera.attack import ATTACKS
from drivers.camera.person import PHOTOGRAPHS, Image, load_people
from drivers.camera.scene import ACTIONS, HEIGHT, RATE, STEP_IN, SWAY, WIDTH, Look, Scene, segments, stranger
from drivers.camera.stream import Jpeg, StreamServer
from drivers.simulation import Json, Verb

_QUALITY = 85
_BLINK_PAUSE = (3.5, 6.5)  # seconds between the blinks nobody asked for
_RENDER_SECONDS = 10.0
_KEPT = 4  # films of a look; each takes 20 megabytes
# The table of a JPEG by which details are rounded, coarse ones first, and which of its 64 entries are varied.
_TABLE = b"\xff\xdb"
_MEDIUM, _VARIED = 8, 32


class CameraSimulator:
    """Serves ``http://HOST:PORT/stream.mjpg`` and plays whatever its verbs ask for.

    ``listen`` is ``tcp://HOST:PORT``; port 0 takes a free one. ``infrared`` sees the same
    hall in infrared light of its own: grey, dark behind the person, whatever the light.
    ``every`` 2 is a slow camera, which takes every second picture of what happens: 15 a second.
    """

    def __init__(
        self,
        listen: str = "tcp://127.0.0.1:0",
        *,
        person: str = "astronaut",
        infrared: bool = False,
        seed: int = 1,
        every: int = 1,
    ) -> None:
        self._film = _Film(seed, every)
        self._server = StreamServer(listen, self._film.watch, seed=seed)
        self._first = Look(person=self._checked_person(person), infrared=infrared)

    def start(self) -> None:
        """Prepare the first pictures (about two seconds), then serve; actions are prepared in the background.

        Raises FileNotFoundError when the photographs are not installed, OSError when the address is taken.
        """
        self._film.start(self._first)
        self._server.start()

    def stop(self) -> None:
        """End all streams and threads."""
        self._server.stop()
        self._film.stop()

    @property
    def address(self) -> str:
        """The URL to give to a camera as its source."""
        return self._server.address

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """What another process may do to this camera and the person before it."""
        return {
            **self._server.verbs,
            "person": self._do_person,
            "second_person": self._do_second_person,
            "act": self._film.act,
            "attack": self._do_attack,
            "swap": self._do_swap,
            "step_in": self._film.step_in,
            "light": self._do_light,
            "distance": self._do_distance,
            "height": self._do_height,
            "back_light": self._do_back_light,
            "mask": self._do_mask,
            "hat": self._do_hat,
            "black": self._do_black,
            "freeze": self._do_freeze,
            "state": self._do_state,
        }

    def _do_person(self, name: str) -> None:
        """Who stands there, bare-headed and alone: one of the photographs, or "nobody"."""
        self._do_swap(name)

    def _do_swap(self, name: str, attack: str = "none") -> None:
        """Somebody else from one picture to the next, in mid-movement; with ``attack``, somebody's photograph."""
        self._film.show(
            replace(
                self._film.look,
                person=self._checked_person(name),
                attack=self._checked_attack(attack),
                second_person=False,
                mask=False,
                hat=False,
            )
        )

    def _do_second_person(self, on: bool) -> None:
        self._film.show(replace(self._film.look, second_person=on))

    def _do_attack(self, kind: str) -> None:
        """Hold a photograph of the person before the camera, or a screen that plays a clip; "none" takes it away."""
        self._film.show(replace(self._film.look, attack=self._checked_attack(kind)))

    def _do_light(self, level: float) -> None:
        """1 is a lit hall, 0 is darkness."""
        self._film.show(replace(self._film.look, light=_within(level, 0.0, 2.0)))

    def _do_distance(self, scale: float) -> None:
        """1 is an arm's length, 2 twice as far."""
        self._film.show(replace(self._film.look, distance=_within(scale, 0.3, 5.0)))

    def _do_height(self, level: float) -> None:
        """0 is a standing adult; -0.2 seated, in parts of the picture's height."""
        self._film.show(replace(self._film.look, height=_within(level, -0.3, 0.3)))

    def _do_back_light(self, on: bool) -> None:
        """A bright door behind the person."""
        self._film.show(replace(self._film.look, back_lit=on))

    def _do_mask(self, on: bool) -> None:
        self._film.show(replace(self._film.look, mask=on))

    def _do_hat(self, on: bool) -> None:
        self._film.show(replace(self._film.look, hat=on))

    def _do_black(self, on: bool) -> None:
        self._film.black = on

    def _do_freeze(self, on: bool) -> None:
        self._film.frozen = on

    def _do_state(self) -> Mapping[str, Json]:
        return {**asdict(self._film.look), **self._film.state(), **self._server.state()}

    @staticmethod
    def _checked_attack(kind: str) -> str:
        if kind not in (*ATTACKS, "none"):
            raise ValueError(f"no such attack: {kind}; there are {', '.join(ATTACKS)} and none")
        return "" if kind == "none" else kind

    @staticmethod
    def _checked_person(name: str) -> str:
        if name not in (*PHOTOGRAPHS, "nobody"):
            raise ValueError(f"no such person: {name}; there are {', '.join(PHOTOGRAPHS)} and nobody")
        return name


class _Film:
    """What is played: segments of JPEG pictures, the next one chosen when one ends.

    Two threads: one renders the look that is wanted, sway first, and then
    what may follow it; one moves the film on, as long as anybody watches.
    The films of the latest looks are kept, so that what was shown before is
    there again from one picture to the next.
    """

    def __init__(self, seed: int, every: int) -> None:
        self.black = False
        self.frozen = False
        self.look = Look()
        self._seed = seed
        self._every = every
        self._rng = random.Random(seed)  # noqa: S311 - when somebody blinks is no secret
        self._films: dict[Look, dict[str, list[Jpeg]]] = {}  # only the renderer changes them
        self._shown: Look | None = None
        self._wanted: deque[str] = deque()
        self._turnstile = threading.Condition()
        self._number = 0
        self._current: Jpeg = b""
        self._dark = _jpeg(np.zeros((HEIGHT, WIDTH, 3), np.uint8))
        self._watchers = 0
        self._stopping = False
        self._threads = [
            threading.Thread(target=work, name=f"film-{name}", daemon=True)
            for name, work in (("render", self._render), ("play", self._play))
        ]

    def start(self, look: Look) -> None:
        self._people = load_people()
        for thread in self._threads:
            thread.start()
        self.show(look)

    def stop(self) -> None:
        with self._turnstile:
            self._stopping = True
            self._turnstile.notify_all()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(_RENDER_SECONDS)

    def show(self, look: Look) -> None:
        """Change what is seen. Returns when the new look is on the wire, its actions follow by themselves.

        Until then the old look goes on, so that the change is from one picture to the next. Raises ValueError for a
        look that cannot be.
        """
        Scene(look, self._people, self._seed)
        with self._turnstile:
            self.look = look
            self._wanted.clear()
            if self._films.get(look):
                self._shown = look
            self._turnstile.notify_all()
            if not self._turnstile.wait_for(lambda: self._shown == self.look or self._stopping, _RENDER_SECONDS):
                raise ValueError("the new pictures are not ready yet")

    def act(self, action: str) -> Mapping[str, Json]:
        """Ask the person for one of the actions. Left and right are the person's own."""
        if action not in ACTIONS:
            raise ValueError(f"no such action: {action}; there are {', '.join(ACTIONS)}")
        if action not in segments(self.look):
            raise ValueError("there is nobody who could do that")
        return self._want(action)

    def step_in(self) -> Mapping[str, Json]:
        """Somebody comes from the side, stands beside the person for a moment and takes their place."""
        if stranger(self.look, self._people) is None:
            raise ValueError("there is nobody beside whom anybody could step in")
        return self._want(STEP_IN)

    def state(self) -> Mapping[str, Json]:
        with self._turnstile:
            film = self._films.get(self.look, {})
            return {
                "black": self.black,
                "frozen": self.frozen,
                "watchers": self._watchers,
                "pictures": self._number,
                "prepared": sorted(name for name in film if name != STEP_IN),
                "standing_by": STEP_IN in film,
                "waiting": list(self._wanted),
            }

    def watch(self) -> Generator[Jpeg]:
        """Each picture as it comes; a slow watcher misses some."""
        with self._turnstile:
            self._watchers += 1
            seen = self._number  # the last picture may be of somebody who left long ago
            self._turnstile.notify_all()
        try:
            while True:
                with self._turnstile:
                    self._turnstile.wait_for(lambda: self._number != seen or self._stopping)  # noqa: B023
                    if self._stopping:
                        return
                    seen, jpeg = self._number, self._current
                yield jpeg
        finally:
            with self._turnstile:
                self._watchers -= 1

    def _want(self, segment: str) -> Mapping[str, Json]:
        with self._turnstile:
            self._wanted.append(segment)
            return {"waiting": len(self._wanted)}

    def _programme(self) -> Iterator[tuple[Look, str]]:
        """The look that is wanted, and then whoever may come after it, in the order in which they are prepared."""
        look = self.look
        for name in segments(look):
            yield look, name
        other = stranger(look, self._people)
        if other is not None:
            for name in SWAY:
                yield _succeeded(look, other), name
            yield look, STEP_IN

    def _missing(self) -> tuple[Look, str] | None:
        return next(((look, name) for look, name in self._programme() if name not in self._films.get(look, {})), None)

    def _render(self) -> None:
        scene: Scene | None = None
        while True:
            with self._turnstile:
                self._turnstile.wait_for(lambda: self._missing() is not None or self._stopping)
                missing = self._missing()
                if missing is None or self._stopping:
                    return
                look, name = missing
            if scene is None or scene.look != look:
                scene = Scene(look, self._people, self._seed)
            pictures: list[Jpeg] = []
            for shot in scene.shots(name)[:: self._every]:
                if self._stopping or self._missing() != missing:
                    break
                pictures.append(_jpeg(shot()))
            else:
                with self._turnstile:
                    self._keep(look, name, pictures)
                    if look == self.look:
                        self._shown = look
                    self._turnstile.notify_all()

    def _keep(self, look: Look, name: str, pictures: list[Jpeg]) -> None:
        self._films[look] = {**self._films.pop(look, {}), name: pictures}
        needed = {look for look, _ in self._programme()} | {self._shown}
        for old in [old for old in self._films if old not in needed][: max(len(self._films) - _KEPT, 0)]:
            del self._films[old]

    def _play(self) -> None:
        due = self._blink_at = time.monotonic()
        playing: Iterator[Jpeg] = iter(())
        look, name, sway = self._shown, "", 0
        while True:
            with self._turnstile:
                self._turnstile.wait_for(lambda: (self._watchers and self._shown) or self._stopping)
                if self._stopping:
                    return
                if look != self._shown:
                    look, name, sway, playing = self._shown, "", 0, iter(())
                jpeg = next(playing, None)
                if jpeg is None:
                    assert look is not None
                    if name == STEP_IN:
                        look = self._succeed(look)
                    film = self._films[look]
                    name = self._next(film) or SWAY[sway % len(SWAY)]
                    if name in SWAY:
                        name = name if name in film else SWAY[0]
                        sway += 1
                    playing = iter(film[name])
                    jpeg = next(playing)
                if not self.frozen or not self._current:
                    self._current = self._dark if self.black else self._sensed(jpeg)
                self._number += 1
                self._turnstile.notify_all()
            due = max(due + self._every / RATE, time.monotonic() - self._every / RATE)
            time.sleep(max(due - time.monotonic(), 0.0))

    def _next(self, film: Mapping[str, list[Jpeg]]) -> str | None:
        """The action that is to be played now; None to go on swaying."""
        now = time.monotonic()
        name = None
        if self._wanted and self._wanted[0] in film:
            name = self._wanted.popleft()
        elif now > self._blink_at and "blink" in film:
            name = "blink"
        if name == "blink":
            self._blink_at = now + self._rng.uniform(*_BLINK_PAUSE)
        return name

    def _succeed(self, look: Look) -> Look:
        """Whoever stepped in is the one who stands there now, unless something else is about to be shown."""
        other = stranger(look, self._people)
        if self.look != look or other is None:
            return look
        self.look = self._shown = _succeeded(look, other)
        return self.look

    def _sensed(self, jpeg: Jpeg) -> Jpeg:
        """The picture as no other one is, although it was made once and is played again and again.

        A sensor never gives the same pixels twice. Here it is the medium and fine details that come out a little
        stronger or weaker each time: by one step of the JPEG's table for them. What does not come from a sensor
        comes back bit for bit.
        """
        if self._shown is not None and self._shown.attack == "looped":
            return jpeg
        changed = bytearray(jpeg)
        first = jpeg.index(_TABLE) + len(_TABLE) + 3 + _MEDIUM  # behind length and number of the table
        steps = self._rng.getrandbits(_VARIED)
        for at in range(_VARIED):
            changed[first + at] += steps >> at & 1
        return bytes(changed)


def _succeeded(look: Look, person: str) -> Look:
    return replace(look, person=person, mask=False, hat=False)


def _jpeg(image: Image) -> Jpeg:
    return bytes(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1])


def _within(value: float, least: float, most: float) -> float:
    number = float(value)
    if not least <= number <= most:
        raise ValueError(f"{value} is not between {least} and {most}")
    return number
