"""A bank card reader on the far side of the wire: a slot, a light, and cards that nobody has."""

from __future__ import annotations

import time
from collections.abc import Mapping

from drivers.bank_card_reader.protocol import Command, Said, Slot, nobodys_number, slot
from drivers.exchange import UnitSimulator
from drivers.frames import Status
from drivers.simulation import Json, Verb

LIGHT_SECONDS = 10.0  # the light goes out when the host was silent for so long

_DEBIT, _CREDIT = nobodys_number(19, 20_261_123), nobodys_number(16, 42)
# The cards of the tray, by what is special about them, and what a reader says of them.
CARDS: Mapping[str, tuple[Said, str]] = {
    "debit": (Said.NUMBER, _DEBIT),
    "credit": (Said.NUMBER, _CREDIT),
    "misread": (Said.NUMBER, _CREDIT[:-1] + str((int(_CREDIT[-1]) + 1) % 10)),  # its check digit does not fit
    "worn": (Said.UNREADABLE, ""),
    "transit": (Said.NOT_A_BANK_CARD, ""),
}


class BankCardReaderSimulator(UnitSimulator):
    """One simulated reader. ``address`` is what goes into ``devices.bank_card_reader.port``."""

    def __init__(
        self,
        listen: str = "tcp://127.0.0.1:0",
        *,
        read_seconds: float = 0.6,
        light_seconds: float = LIGHT_SECONDS,
        seed: int = 1,
    ) -> None:
        super().__init__(listen, {}, seed=seed)
        self._read_seconds = read_seconds
        self._light_seconds = light_seconds
        self._card = ""
        self._insertions = 0
        self._light = False

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """What can happen to it."""
        return {**super().verbs, "insert": self.insert, "remove": self.remove}

    def insert(self, card: str = "debit") -> None:
        """Push this card of the tray in; one that is in comes out first. Raises ValueError for another word."""
        if card not in CARDS:
            raise ValueError(f"there is no card {card}; there are {', '.join(CARDS)}")
        with self.lock:
            self._card = card
            self._insertions = (self._insertions + 1) & 0xFFFF

    def remove(self) -> None:
        """Pull the card out."""
        with self.lock:
            self._card = ""

    def state(self) -> Mapping[str, Json]:
        """Which card is in, with its last four digits, whether the slot is lit, how many cards were pushed in."""
        with self.lock:
            number = CARDS[self._card][1] if self._card else ""
            return {
                **super().state(),
                "card": self._card,
                "number": number and "*" * (len(number) - 4) + number[-4:],
                "lit": self._light,
                "insertions": self._insertions,
            }

    # -- the unit ------------------------------------------------------------------

    def restarted(self) -> None:
        """A card stays where it is; a card that is in counts as pushed in now."""
        self._light = False
        self._insertions = int(bool(self._card))

    def idle(self) -> None:
        """Answer; and put the light out when the host says nothing: it may be gone."""
        super().idle()
        with self.lock:
            if time.monotonic() - self.heard_at > self._light_seconds:
                self._light = False

    def takes(self, command: int) -> float:
        """Reading a chip takes its time, and the card can be pulled out meanwhile."""
        return self._read_seconds if command == Command.READ and self._card else 0.0

    def reply(self, command: int, payload: bytes) -> tuple[int, bytes]:
        """Carry a request out."""
        match command:
            case Command.STATUS:
                return Status.DONE, self._slot()
            case Command.LIGHT if payload in (b"\x00", b"\x01"):
                self._light = payload == b"\x01"
                return Status.DONE, self._slot()
            case Command.LIGHT:
                return Status.MALFORMED, b""
            case Command.READ if self._card:
                said, number = CARDS[self._card]
                return said, number.encode("ascii")
            case Command.READ:
                return Said.NO_CARD, b""
            case _:
                return Status.UNKNOWN, b""

    def _slot(self) -> bytes:
        return slot(Slot(bool(self._card), self._light, self._insertions))
