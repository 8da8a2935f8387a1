"""What this machine tells of itself, and what it last learned of the other stations.

What was learned is kept on the disk, so that a machine that has lost its line,
even one that started without it, can still send a citizen elsewhere and say
how old its knowledge is.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from kiosk.files import write_whole
from kiosk.gateway.client import GatewayClient, GatewayRefused, GatewayUnreachable
from kiosk.gateway.contract import Fleet, StationService, StationState
from kiosk.home import Service

log = logging.getLogger("kiosk.fleet")

_SAID = {
    Service.IN_SERVICE: StationService.IN_SERVICE,
    Service.LIMITED: StationService.LIMITED,
    Service.OUT_OF_SERVICE: StationService.OUT_OF_SERVICE,
}


class _Kept(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    learned_at: AwareDatetime  # by this machine's clock
    fleet: Fleet


@dataclass(frozen=True, slots=True)
class Known:
    """The fleet as it was ``age`` seconds ago."""

    fleet: Fleet
    age: float


class Heartbeat:
    """Tells the back office how this machine is and learns how the others are.

    ``beat`` waits for the line and belongs on a thread of its own, every two
    minutes or so; everything else answers at once on any thread.
    """

    def __init__(
        self,
        directory: Path,
        client: GatewayClient | None,
        station: str,
        software: str,
        *,
        now: Callable[[], datetime],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._path = directory / "fleet.json"
        self._client = client
        self._station = station
        self._software = software
        self._now = now
        self._clock = clock
        self._learned: tuple[Fleet, float] | None = self._read()

    def beat(self, service: Service, unavailable: tuple[str, ...]) -> bool:
        """Tell, then learn; false when the line did not carry it. What was learned before stays."""
        if self._client is None:
            return False
        state = StationState(
            service=_SAID[service],
            unavailable=unavailable,
            software=self._software,
            at=self._now(),
        )
        try:
            self._client.tell_state(self._station, state)
            fleet = self._client.fleet()
        except (GatewayUnreachable, GatewayRefused) as error:
            log.info("nobody heard how this station is: %s", error)
            return False
        self._learned = (fleet, self._clock())
        try:
            write_whole(self._path, _Kept(learned_at=self._now(), fleet=fleet).model_dump_json().encode())
        except OSError as error:
            log.warning("what is known of other stations cannot be kept: %s", error)
        return True

    def known(self) -> Known | None:
        """What was last learned, None when nothing ever was."""
        if self._learned is None:
            return None
        fleet, at = self._learned
        return Known(fleet, self._clock() - at)

    def _read(self) -> tuple[Fleet, float] | None:
        try:
            kept = _Kept.model_validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValidationError):
            log.warning("what was known of other stations cannot be read")
            return None
        # A clock that went back must not make knowledge of the future.
        age = max((self._now() - kept.learned_at).total_seconds(), 0.0)
        return kept.fleet, self._clock() - age
