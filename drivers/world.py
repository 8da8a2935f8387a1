"""The other side of the wires: what was started in place of real devices and servers, and what can be done to it.

One socket takes it all from other processes, as JSON lines such as
``{"do": "tell", "device": "receipt_printer", "verb": "cover", "open": true}``.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from drivers.scenario import Player, Scenario
from drivers.simulation import Control, Verb


class World:
    """Simulators by their names (``line`` is the way to the back office), and the night that is being played.

    Its methods are called on any thread; one that asks a simulator waits for its answer.
    """

    def __init__(self, scenarios: Mapping[str, Scenario]) -> None:
        self.words: list[str] = []  # the settings that point to what was started
        self.controls: dict[str, Control] = {}
        self.database = ""  # of the back office, where one was started
        self.scenarios = scenarios
        self.clock = WarpClock()
        self.citizen_acts = True  # whether somebody lays the card down and turns the head when the page asks for it
        self._player: Player | None = None
        self._lock = threading.Lock()

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """What another process may do."""
        return {
            "tell": self.tell,
            "state": self.state,
            "play": self.play,
            "stop": self.stop_playing,
            "speed": self.clock.set_speed,
            "citizen": self.set_citizen,
        }

    def tell(self, device: str, verb: str, **arguments: Any) -> Mapping[str, Any]:
        """Have a simulator carry out one of its verbs.

        Raises LookupError when there is no such simulator, RuntimeError when it refuses, OSError when it is gone.
        """
        if device not in self.controls:
            raise LookupError(f"{device} is not simulated here; there are {', '.join(sorted(self.controls))}")
        return self.controls[device].do(verb, **arguments)

    @property
    def playing(self) -> str | None:
        """The night that is played now."""
        player = self._player
        return player.scenario.id if player is not None and player.playing else None

    @property
    def failures(self) -> tuple[str, ...]:
        """What of the newest night could not be done."""
        return tuple(self._player.failures) if self._player is not None else ()

    def state(self) -> Mapping[str, Any]:
        """Every simulator's own account, the clock's speed, and the night that is played."""
        return {
            "devices": {name: control.do("state") for name, control in self.controls.items()},
            "speed": self.clock.speed,
            "citizen": self.citizen_acts,
            "scenario": self.playing,
            "failures": list(self.failures),
        }

    def play(self, name: str) -> None:
        """Begin a night; the one before ends. Raises LookupError when there is none, or a device of it is missing."""
        if name not in self.scenarios:
            raise LookupError(f"there is no scenario {name}; there are {', '.join(self.scenarios)}")
        scenario = self.scenarios[name]
        if missing := scenario.devices - self.controls.keys():
            raise LookupError(f"{name} needs {', '.join(sorted(missing))}, which are not simulated here")
        with self._lock:
            self._stop_player()
            self._player = Player(scenario, self.tell, self.clock)
            self._player.start()

    def stop_playing(self) -> None:
        """End the night and every fault that waits; what stands (no paper, an open cover) stays.

        Every simulator is asked, also when one does not answer; then raises as :meth:`tell`.
        """
        with self._lock:
            self._stop_player()
        trouble: Exception | None = None
        for control in self.controls.values():
            try:
                control.do("clear")
            except (OSError, RuntimeError) as error:
                trouble = error
        if trouble is not None:
            raise trouble

    def set_citizen(self, acts: bool) -> None:
        """Let the invented citizen act by itself, or leave all of it to whoever plays."""
        self.citizen_acts = acts

    def close(self) -> None:
        """Let go of every simulator."""
        with self._lock:
            self._stop_player()
        for control in self.controls.values():
            control.close()

    def _stop_player(self) -> None:
        if self._player is not None:
            self._player.stop()


class WarpClock:
    """A monotonic clock that can run faster, so that a developer need not wait for a citizen's patience to end."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        now = clock()
        self._pace = (now, now, 1.0)  # it showed this, then, and runs so fast; one object, as threads look at it

    @property
    def speed(self) -> float:
        """How many times as fast as a clock on the wall."""
        return self._pace[2]

    def __call__(self) -> float:
        """Seconds; never backwards."""
        shown, since, speed = self._pace
        return shown + (self._clock() - since) * speed

    def set_speed(self, factor: float) -> None:
        """Run ``factor`` times as fast from now on. Raises ValueError."""
        if not 0.0 < float(factor) <= 1000.0:
            raise ValueError("a clock runs between 0 and 1000 times as fast")
        shown, since, speed = self._pace
        now = self._clock()
        self._pace = (shown + (now - since) * speed, now, float(factor))
