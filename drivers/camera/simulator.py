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

from drivers.camera.person import PHOTOGRAPHS, Image, load_people
from drivers.camera.scene import ACTIONS, ATTACKS, HEIGHT, RATE, SWAY, WIDTH, Look, Scene
from drivers.camera.stream import Jpeg, StreamServer
from drivers.simulation import Json, Verb

_QUALITY = 85
_BLINK_PAUSE = (3.5, 6.5)  # seconds between the blinks nobody asked for
_RENDER_SECONDS = 10.0


class CameraSimulator:
    """Serves ``http://HOST:PORT/stream.mjpg`` and plays whatever its verbs ask for.

    ``listen`` is ``tcp://HOST:PORT``; port 0 takes a free one. ``infrared`` sees the same
    hall in infrared light of its own: grey, dark behind the person, whatever the light.
    """

    def __init__(
        self,
        listen: str = "tcp://127.0.0.1:0",
        *,
        person: str = "astronaut",
        infrared: bool = False,
        seed: int = 1,
    ) -> None:
        self._film = _Film(seed)
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
        person = self._checked_person(name)
        self._film.show(replace(self._film.look, person=person, attack="", second_person=False, mask=False, hat=False))

    def _do_second_person(self, on: bool) -> None:
        self._film.show(replace(self._film.look, second_person=on))

    def _do_attack(self, kind: str) -> None:
        """Hold a photograph of the person before the camera, or a screen that plays a clip; "none" takes it away."""
        if kind not in (*ATTACKS, "none"):
            raise ValueError(f"no such attack: {kind}; there are {', '.join(ATTACKS)} and none")
        self._film.show(replace(self._film.look, attack="" if kind == "none" else kind))

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
    def _checked_person(name: str) -> str:
        if name not in (*PHOTOGRAPHS, "nobody"):
            raise ValueError(f"no such person: {name}; there are {', '.join(PHOTOGRAPHS)} and nobody")
        return name


class _Film:
    """What is played: segments of JPEG pictures, the next one chosen when one ends.

    Two threads: one renders a new look, sway first; one moves the film on,
    as long as anybody watches.
    """

    def __init__(self, seed: int) -> None:
        self.black = False
        self.frozen = False
        self.look = Look()
        self._seed = seed
        self._rng = random.Random(seed)  # noqa: S311 - when somebody blinks is no secret
        self._segments: dict[str, list[Jpeg]] = {}
        self._wanted: deque[str] = deque()
        self._turnstile = threading.Condition()
        self._number = 0
        self._current: Jpeg = b""
        self._dark = _jpeg(np.zeros((HEIGHT, WIDTH, 3), np.uint8))
        self._watchers = 0
        self._generation = 0  # of the look that is wanted
        self._shown = 0  # of the look whose segments are played
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

        Raises ValueError for a look that cannot be.
        """
        Scene(look, self._people, self._seed)
        with self._turnstile:
            self.look = look
            self._generation += 1
            wanted = self._generation
            self._wanted.clear()
            self._turnstile.notify_all()
            if not self._turnstile.wait_for(lambda: self._shown >= wanted or self._stopping, _RENDER_SECONDS):
                raise ValueError("the new pictures are not ready yet")

    def act(self, action: str) -> Mapping[str, Json]:
        """Ask the person for one of the actions. Left and right are the person's own."""
        if action not in ACTIONS:
            raise ValueError(f"no such action: {action}; there are {', '.join(ACTIONS)}")
        if self.look.attack or self.look.person == "nobody":
            raise ValueError("there is nobody who could do that")
        with self._turnstile:
            self._wanted.append(action)
            return {"waiting": len(self._wanted)}

    def state(self) -> Mapping[str, Json]:
        with self._turnstile:
            return {
                "black": self.black,
                "frozen": self.frozen,
                "watchers": self._watchers,
                "pictures": self._number,
                "prepared": sorted(self._segments),
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

    def _render(self) -> None:
        done = 0
        while True:
            with self._turnstile:
                self._turnstile.wait_for(lambda: self._generation != done or self._stopping)  # noqa: B023
                if self._stopping:
                    return
                done, look = self._generation, self.look
            scene = Scene(look, self._people, self._seed)
            for name in scene.segments:
                pictures = []
                for image in scene.render(name):
                    if self._stopping or self._generation != done:
                        break
                    pictures.append(_jpeg(image))
                else:
                    with self._turnstile:
                        if self._shown != done:
                            self._shown, self._segments = done, {}
                        self._segments[name] = pictures
                        self._turnstile.notify_all()
                    continue
                break

    def _play(self) -> None:
        due = blink_at = time.monotonic()
        playing: Iterator[Jpeg] = iter(())
        generation = sway = 0
        while True:
            with self._turnstile:
                self._turnstile.wait_for(lambda: (self._watchers and self._segments) or self._stopping)
                if self._stopping:
                    return
                if generation != self._shown:
                    generation, sway, playing = self._shown, 0, iter(())
                jpeg = next(playing, None)
                if jpeg is None:
                    now = time.monotonic()
                    if self._wanted and self._wanted[0] in self._segments:
                        name = self._wanted.popleft()
                    elif now > blink_at and "blink" in self._segments:
                        name = "blink"
                    else:
                        name = SWAY[sway] if SWAY[sway] in self._segments else SWAY[0]
                        sway = 1 - sway
                    if name == "blink":
                        blink_at = now + self._rng.uniform(*_BLINK_PAUSE)
                    playing = iter(self._segments[name])
                    jpeg = next(playing)
                if not self.frozen or not self._current:
                    self._current = self._dark if self.black else jpeg
                self._number += 1
                self._turnstile.notify_all()
            due = max(due + 1 / RATE, time.monotonic() - 1 / RATE)
            time.sleep(max(due - time.monotonic(), 0.0))


def _jpeg(image: Image) -> Jpeg:
    return bytes(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1])


def _within(value: float, least: float, most: float) -> float:
    number = float(value)
    if not least <= number <= most:
        raise ValueError(f"{value} is not between {least} and {most}")
    return number
