"""How often a face was held against a card: a thief shall not go from visit to visit until chance lets one in.

Kept in memory only, by a digest of the card's number with a key of this boot,
so that nobody learns from it whose cards were here.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable

MOST_A_DAY = 6
DAY_SECONDS = 86400.0


class CardTries:
    """Counts tries by card. ``clock`` only runs forward; a try is forgotten after a day."""

    def __init__(self, clock: Callable[[], float], *, most: int = MOST_A_DAY) -> None:
        self._clock = clock
        self._most = most
        self._key = secrets.token_bytes(32)
        self._tries: dict[bytes, list[float]] = {}

    def count(self, number: str) -> int:
        """One more try with this card came to nothing; how many there were today."""
        self._forget_old()
        tries = self._tries.setdefault(self._digest(number), [])
        tries.append(self._clock())
        return len(tries)

    def used_up(self, number: str) -> bool:
        """Whether no more faces are compared with this card today."""
        self._forget_old()
        return len(self._tries.get(self._digest(number), ())) >= self._most

    def _forget_old(self) -> None:
        since = self._clock() - DAY_SECONDS
        recent = {key: [at for at in tries if at > since] for key, tries in self._tries.items()}
        self._tries = {key: tries for key, tries in recent.items() if tries}

    def _digest(self, number: str) -> bytes:
        return hmac.digest(self._key, number.encode(), "sha256")
