"""A guide lights' unit on the far side of the wire: lamps, a watchdog, and bulbs that burn out."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from drivers.guide_lights.protocol import (
    LAMPS,
    Answer,
    Ask,
    Lamps,
    Light,
    LineParser,
    Refusal,
    Show,
    Unit,
    answer,
    parse_request,
)
from drivers.simulation import Json, Simulator, Verb

WATCHDOG_SECONDS = 10.0  # all lamps go off when the host was silent for so long


class GuideLightsSimulator(Simulator):
    """One simulated unit. ``address`` is what goes into ``devices.guide_lights.port``."""

    def __init__(
        self,
        listen: str = "tcp://127.0.0.1:0",
        *,
        lamps: Sequence[str] = LAMPS,
        watchdog_seconds: float = WATCHDOG_SECONDS,
        seed: int = 1,
    ) -> None:
        super().__init__(listen, seed=seed)
        self._unit = Unit(tuple(lamps), model="simulated", serial="SIM-0001", firmware="1.0")
        self._picture = dict.fromkeys(self._unit.lamps, Light.OFF)  # as if every lamp were sound
        self._burnt_out: set[str] = set()
        self._watchdog_seconds = watchdog_seconds
        self._heard_at = time.monotonic()
        self._parser = LineParser()

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """What can happen to it."""
        return {**super().verbs, "burn_out": self.burn_out, "repair": self.repair, "restart": self.restart}

    def burn_out(self, lamp: str) -> None:
        """A lamp's circuit opens. Raises ValueError for a lamp that is not there."""
        self._check(lamp)
        with self.lock:
            self._burnt_out.add(lamp)

    def repair(self, lamp: str) -> None:
        """A new lamp is put in. Raises ValueError for a lamp that is not there."""
        self._check(lamp)
        with self.lock:
            self._burnt_out.discard(lamp)

    def restart(self) -> None:
        """Its power dips: it forgets what it was to show."""
        with self.lock:
            self._go_dark()

    def state(self) -> Mapping[str, Json]:
        """What a person sees of every lamp (``off``, ``on``, ``blink``), and which are burnt out."""
        with self.lock:
            seen = {lamp: str(Light.OFF if lamp in self._burnt_out else light) for lamp, light in self._picture.items()}
            return {**super().state(), "lamps": seen, "burnt_out": sorted(self._burnt_out)}

    # -- the unit ------------------------------------------------------------------

    def connected(self) -> None:
        """A half line of an earlier host means nothing now."""
        self._parser.reset()

    def arrived(self, data: bytes) -> None:
        """Answer every line."""
        for line in self._parser.feed(data):
            self.send(answer(self._reply_to(line)))

    def idle(self) -> None:
        """The watchdog: a host that says nothing may be gone, and nobody should be led astray."""
        with self.lock:
            if time.monotonic() - self._heard_at > self._watchdog_seconds:
                self._go_dark()

    def _reply_to(self, line: str | None) -> Answer:
        asked = parse_request(line) if line is not None else None
        if asked is None:
            return Refusal("not understood")
        self._heard_at = time.monotonic()
        if asked is Ask.UNIT:
            return self._unit
        if isinstance(asked, Show):
            if not asked.picture.keys() <= self._picture.keys():
                return Refusal("no such lamp")
            self._picture = {lamp: asked.picture.get(lamp, Light.OFF) for lamp in self._picture}
        told = {lamp: Light.BROKEN if lamp in self._burnt_out else light for lamp, light in self._picture.items()}
        return Lamps(told)

    def _go_dark(self) -> None:
        self._picture = dict.fromkeys(self._picture, Light.OFF)

    def _check(self, lamp: str) -> None:
        if lamp not in self._picture:
            raise ValueError(f"there is no lamp {lamp}; there are {', '.join(self._picture)}")
