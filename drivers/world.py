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
        }

    def tell(self, device: str, verb: str, **arguments: Any) -> Mapping[str, Any]:
        """Have a simulator carry out one of its verbs.

        Raises LookupError when there is no such simulator, RuntimeError when it refuses, OSError when it is gone.
        """
        if device not in self.controls:
            raise LookupError(f"{device} is not simulated here; there are {', '.join(sorted(self.controls))}")
        return self.controls[device].do(verb, **arguments)

    def state(self) -> Mapping[str, Any]:
        """Every simulator's own account, the clock's speed, and the night that is played."""
        player = self._player
        return {
            "devices": {name: control.do("state") for name, control in self.controls.items()},
            "speed": self.clock.speed,
            "scenario": player.scenario.id if player is not None and player.playing else None,
            "failures": list(player.failures) if player is not None else [],
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
            self._player = Player(scenario, self.tell, speed=self.clock.speed)
            self._player.start()

    def stop_playing(self) -> None:
        """End the night and every fault that waits; what stands (no paper, an open cover) stays."""
        with self._lock:
            self._stop_player()
        for control in self.controls.values():
            control.do("clear")

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
        self._shown = self._since = clock()
        self.speed = 1.0

    def __call__(self) -> float:
        """Seconds; never backwards."""
        return self._shown + (self._clock() - self._since) * self.speed

    def set_speed(self, factor: float) -> None:
        """Run ``factor`` times as fast from now on. Raises ValueError."""
        if not 0.0 < float(factor) <= 1000.0:
            raise ValueError("a clock runs between 0 and 1000 times as fast")
        self._shown, self._since = self(), self._clock()
        self.speed = float(factor)
