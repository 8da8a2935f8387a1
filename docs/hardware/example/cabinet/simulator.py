"""A cabinet sensor on the far side of the wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cabinet.protocol import ASK, Reading, answer
from drivers.simulation import Simulator, Verb


class CabinetSimulator(Simulator):
    """One simulated sensor; its door is opened and its air heated by verbs."""

    def __init__(self, listen: str = "tcp://127.0.0.1:0", *, celsius: int = 31) -> None:
        super().__init__(listen)
        self._reading = Reading(door_open=False, celsius=celsius)

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """What can happen to it."""
        return {**super().verbs, "door": self.door, "heat": self.heat}

    def door(self, open: bool) -> None:  # noqa: A002 - the verb's own word
        """Open or close the door."""
        self._reading = Reading(open, self._reading.celsius)

    def heat(self, celsius: int) -> None:
        """Set the temperature."""
        self._reading = Reading(self._reading.door_open, int(celsius))

    def state(self) -> Mapping[str, Any]:
        """How the cabinet is."""
        return {**super().state(), "door_open": self._reading.door_open, "celsius": self._reading.celsius}

    def arrived(self, data: bytes) -> None:
        """Answer every question."""
        for _ in range(data.count(ASK)):
            self.send(answer(self._reading))
