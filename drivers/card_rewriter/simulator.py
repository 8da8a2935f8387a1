"""A card rewriter on the far side of the wire: a slot with a shutter, a path with a motor, a head, a bin, a stacker."""

from __future__ import annotations

import struct
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
from PIL import Image

from drivers.card_rewriter.protocol import (
    NO_TROUBLE,
    NOBODYS,
    Activity,
    Command,
    Outcome,
    Permit,
    Picture,
    Place,
    Said,
    State,
    Trouble,
    digest,
    permit,
    state,
    unpack,
)
from drivers.exchange import UnitSimulator
from drivers.frames import Status
from drivers.simulation import Json, Verb

HOST_SECONDS = 10.0  # the shutter closes when the host was silent for so long
KEPT = 12  # rewritten cards that ``save`` writes
LOW = 5  # so many new cards, or fewer, are little
NEW = "new"
# Invented people of the ID reader's tray: one who came from another city, and the one of every walk.
_HOLDER, _LIN = "650102199006060064", "350206198503120027"
# The cards of the tray, by what is special about them.
CARDS: Mapping[str, Permit | None] = {
    "permit": Permit(_HOLDER, date(2026, 1, 5), date(2027, 1, 4)),
    "lin": Permit(_LIN, date(2025, 12, 20), date(2026, 12, 19)),
    "expired": Permit(_HOLDER, date(2023, 6, 1), date(2024, 5, 31)),
    "test_card": Permit(NOBODYS + "190001010000", date(2000, 1, 1), date(2099, 12, 31)),
    "other": None,  # a card of another kind
    NEW: None,  # of the stock; nothing is in its chip yet
}


@dataclass(slots=True)
class _Card:
    kind: str
    wrong_way: bool
    face: Picture = field(repr=False)


class CardRewriterSimulator(UnitSimulator):
    """One simulated unit. ``address`` is what goes into ``devices.card_rewriter.port``."""

    def __init__(
        self,
        listen: str = "tcp://127.0.0.1:0",
        *,
        width: int = 640,
        height: int = 240,
        verifies: bool = True,
        bin_size: int = 20,
        stock_size: int = 50,
        move_seconds: float = 0.6,
        write_seconds: float = 4.0,
        host_seconds: float = HOST_SECONDS,
        seed: int = 1,
    ) -> None:
        told = {"width": width, "height": height, "verifies": int(verifies), "bin": bin_size, "stock": stock_size}
        super().__init__(listen, {name: str(value) for name, value in told.items()}, seed=seed)
        self._width, self._height, self._verifies = width, height, verifies
        self._bin_size, self._stock_size = bin_size, stock_size
        self._move_seconds, self._write_seconds, self._host_seconds = move_seconds, write_seconds, host_seconds
        self._card: _Card | None = None
        self._place = Place.NONE
        self._activity = Activity.IDLE
        self._outcome = Outcome.NONE
        self._trouble = NO_TROUBLE
        self._write_fails = self._noticed = False
        self._captured = 0
        self._stock = stock_size
        self._loaded = bytearray()
        self._ends_at = 0.0
        self._end: Callable[[], None] = lambda: None  # what is so when the motion is over
        self._rewritten: deque[Picture] = deque(maxlen=KEPT)
        self._rewrites = 0

    # -- verbs -------------------------------------------------------------------

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """What can happen to it."""
        own = (
            self.insert,
            self.take,
            self.lay_inside,
            self.remove,
            self.jam,
            self.shutter,
            self.heat,
            self.write_fails,
            self.bin,
            self.stock,
            self.save,
        )
        return {**super().verbs, **{verb.__name__: verb for verb in own}}

    def insert(self, card: str = "permit", wrong_way: bool = False) -> None:
        """Somebody holds a card of the tray to the mouth; it is drawn in when the shutter is open.

        Raises ValueError for another word, RuntimeError when a card is in already.
        """
        with self.lock:
            self._advance()
            self._put(card, wrong_way, Place.AT_ENTRY)

    def lay_inside(self, card: str = "permit") -> None:
        """A card is inside that nobody asked for, as after a crash. Raises as :meth:`insert`."""
        with self.lock:
            self._advance()
            self._put(card, False, Place.INSIDE)

    def take(self) -> None:
        """Somebody takes the card that is at the mouth. Raises RuntimeError when none is."""
        with self.lock:
            self._advance()
            if self._place not in (Place.AT_ENTRY, Place.PRESENTED) or self._activity is Activity.MOVING:
                raise RuntimeError("no card is at the mouth")
            self._gone()

    def remove(self) -> None:
        """Take the card out, wherever it is; inside, a technician does it."""
        with self.lock:
            if self._activity in (Activity.MOVING, Activity.WRITING):
                self._break_off()
            self._gone()

    def jam(self, on: bool = True) -> None:
        """Something blocks the path, or is taken out of it."""
        with self.lock:
            self._set(Trouble.JAM, on)
            if on and self._activity in (Activity.MOVING, Activity.WRITING):
                self._break_off()

    def shutter(self, stuck: bool) -> None:
        """The shutter does not move, or does again."""
        with self.lock:
            self._set(Trouble.SHUTTER, stuck)
            if stuck and self._activity is Activity.WAITING:
                self._activity = Activity.IDLE

    def heat(self, hot: bool) -> None:
        """The head is too hot, or has cooled down."""
        with self.lock:
            self._set(Trouble.HOT, hot)

    def write_fails(self, on: bool = True, noticed: bool = True) -> None:
        """The eraser and the head do their work badly, or well again; ``noticed`` by the unit itself, or only by a
        look at the card."""
        with self.lock:
            self._write_fails, self._noticed = on, noticed

    def bin(self, cards: int | None = None) -> None:
        """So many captured cards are in the bin (without a number: as many as fit), as a person left it."""
        with self.lock:
            self._captured = self._bin_size if cards is None else int(cards)

    def stock(self, cards: int | None = None) -> None:
        """So many new cards are in the stacker (without a number: as many as fit), as a person left it."""
        with self.lock:
            self._stock = self._stock_size if cards is None else min(int(cards), self._stock_size)

    def save(self, directory: str) -> dict[str, Json]:
        """Write the newest rewritten cards as ``card-N.png``; says how many there have been."""
        folder = Path(directory)
        folder.mkdir(parents=True, exist_ok=True)
        with self.lock:
            faces, first = list(self._rewritten), self._rewrites - len(self._rewritten) + 1
        for number, face in enumerate(faces, first):
            Image.fromarray(np.where(face, 0, 255).astype(np.uint8)).save(folder / f"card-{number}.png")
        return {"rewrites": self._rewrites}

    def state(self) -> Mapping[str, Json]:
        """Which card is where, what the unit does, and what is wrong with it. Nothing of a chip is told."""
        with self.lock:
            self._advance()
            card, now = self._card, self._now()
            return {
                **super().state(),
                "card": card.kind if card else "",
                "wrong_way": bool(card and card.wrong_way),
                "place": now.card.name.lower(),
                "activity": now.activity.name.lower(),
                "outcome": now.outcome.name.lower(),
                "trouble": [(trouble.name or "").lower() for trouble in now.trouble],
                "write_fails": self._write_fails,
                "noticed": self._noticed,
                "captured": self._captured,
                "stock": self._stock,
                "rewrites": self._rewrites,
            }

    # -- the unit ------------------------------------------------------------------

    def restarted(self) -> None:
        """A card stays where it is; what was being written is broken off, the picture is forgotten."""
        if self._activity is Activity.WRITING:
            self._break_off()
        self._activity = Activity.IDLE
        self._outcome = Outcome.NONE
        self._loaded.clear()

    def idle(self) -> None:
        """Answer; let motions end; close the shutter when the host says nothing: it may be gone."""
        super().idle()
        with self.lock:
            self._advance()
            if self._activity is Activity.WAITING and time.monotonic() - self.heard_at > self._host_seconds:
                self._activity = Activity.IDLE

    def reply(self, command: int, payload: bytes) -> tuple[int, bytes]:
        """Carry a request out, or begin to."""
        self._advance()
        said, told = self._done(command, payload)
        return said, told if told is not None else state(self._now())

    def _done(self, command: int, payload: bytes) -> tuple[int, bytes | None]:
        """The answer's status, and its payload where that is not the unit's state."""
        resting = self._activity is Activity.IDLE
        match command:
            case Command.STATUS:
                return Status.DONE, None
            case Command.ACCEPT if self._place in (Place.NONE, Place.AT_ENTRY) and self._moves():
                self._activity = Activity.WAITING
                self._draw_in()
                return Status.DONE, None
            case Command.STOP:
                if self._activity is Activity.WAITING:
                    self._activity = Activity.IDLE
                return Status.DONE, None
            case Command.READ:
                return self._read()
            case Command.LOAD:
                return self._load(payload), None
            case Command.REWRITE:
                return self._rewrite(payload), None
            case Command.VERIFY if resting and self._verifies and self._card and self._loaded:
                return Status.DONE, struct.pack(">H", self._agreement(self._card))
            case Command.PRESENT if resting and self._place is Place.INSIDE and self._moves():
                self._move(lambda: self._stand(Place.PRESENTED))
                return Status.DONE, None
            case Command.CAPTURE if resting and self._place is Place.NONE:
                return Status.DONE, None  # somebody took it at the last moment
            case Command.CAPTURE if resting and self._moves() and not self._now().trouble & Trouble.BIN_FULL:
                self._move(self._swallow)
                return Status.DONE, None
            case Command.CYCLE if resting and self._place is Place.NONE and self._moves():
                self._move(lambda: None)
                return Status.DONE, None
            case Command.FEED if resting and self._place is Place.NONE and self._stock and self._moves():
                self._move(self._fed)
                return Status.DONE, None
            case known if known in set(Command):
                return Status.REFUSED, None
            case _:
                return Status.UNKNOWN, b""

    def _read(self) -> tuple[int, bytes | None]:
        if self._card is None or self._place is not Place.INSIDE:
            return Said.NO_CARD, b""
        if self._card.wrong_way:
            return Said.WRONG_WAY, b""
        chip = CARDS[self._card.kind]
        return (Said.WRONG_CARD, b"") if chip is None else (Said.PERMIT, permit(chip))

    def _load(self, payload: bytes) -> int:
        start = int.from_bytes(payload[:4])
        if len(payload) < 5 or start > len(self._loaded) or start + len(payload) - 4 > self._picture_bytes:
            return Status.MALFORMED
        if self._activity is not Activity.IDLE:
            return Status.REFUSED
        if start == 0:
            self._loaded.clear()
            self._outcome = Outcome.NONE
            self._trouble &= ~Trouble.WRITE_FAILED
        self._loaded[start:] = payload[4:]
        return Status.DONE

    def _rewrite(self, payload: bytes) -> int:
        if self._card is None or self._place is not Place.INSIDE:
            return Said.NO_CARD
        if len(self._loaded) != self._picture_bytes or payload != digest(bytes(self._loaded)):
            return Said.INCOMPLETE
        if self._activity is not Activity.IDLE or self._trouble & (Trouble.HOT | Trouble.JAM):
            return Status.REFUSED
        self._move(self._written, Activity.WRITING, self._write_seconds)
        return Status.DONE

    # -- its parts ------------------------------------------------------------------

    @property
    def _picture_bytes(self) -> int:
        return -(-self._width // 8) * self._height

    def _now(self) -> State:
        trouble = self._trouble
        if self._captured >= self._bin_size:
            trouble |= Trouble.BIN_FULL
        if self._stock_size and self._stock <= LOW:
            trouble |= Trouble.STOCK_LOW if self._stock else Trouble.STOCK_EMPTY
        return State(self._place, self._activity, self._outcome, trouble, self._captured)

    def _set(self, trouble: Trouble, on: bool) -> None:
        self._trouble = self._trouble | trouble if on else self._trouble & ~trouble

    def _moves(self) -> bool:
        return not self._trouble & (Trouble.JAM | Trouble.SHUTTER)

    def _move(
        self, end: Callable[[], None], activity: Activity = Activity.MOVING, seconds: float | None = None
    ) -> None:
        self._activity, self._end = activity, end
        self._ends_at = time.monotonic() + (self._move_seconds if seconds is None else seconds)

    def _advance(self) -> None:
        """Let a motion end whose time has come."""
        if self._activity in (Activity.MOVING, Activity.WRITING) and time.monotonic() >= self._ends_at:
            self._activity = Activity.IDLE
            self._end()

    def _put(self, kind: str, wrong_way: bool, place: Place) -> None:
        if kind not in CARDS:
            raise ValueError(f"there is no card {kind}; there are {', '.join(CARDS)}")
        if self._card is not None:
            raise RuntimeError("a card is there already")
        self._card = _Card(kind, wrong_way, np.zeros((self._height, self._width), bool))
        self._place = place
        self._draw_in()

    def _draw_in(self) -> None:
        if self._activity is Activity.WAITING and self._place is Place.AT_ENTRY:
            self._move(lambda: self._stand(Place.INSIDE))

    def _stand(self, place: Place) -> None:
        self._place = place

    def _gone(self) -> None:
        self._card, self._place = None, Place.NONE

    def _fed(self) -> None:
        self._stock -= 1
        self._card = _Card(NEW, False, np.zeros((self._height, self._width), bool))
        self._stand(Place.INSIDE)

    def _swallow(self) -> None:
        self._gone()
        self._captured += 1

    def _face(self) -> Picture:
        return unpack(bytes(self._loaded), self._width, self._height)

    def _written(self) -> None:
        face = self._face()
        if self._write_fails:
            face[:, ::2] = False  # every second dot is missing
        noticed = self._write_fails and self._noticed
        self._set(Trouble.WRITE_FAILED, noticed)
        self._outcome = Outcome.UNCERTAIN if noticed else Outcome.WRITTEN
        self._print(face)

    def _break_off(self) -> None:
        """What was under way stops where it is; what was being written is half there."""
        if self._activity is Activity.WRITING:
            face = self._face()
            face[self._height // 2 :] = False
            self._outcome = Outcome.UNCERTAIN
            self._print(face)
        self._activity = Activity.IDLE

    def _print(self, face: Picture) -> None:
        if self._card is not None:
            self._card.face = face
        self._rewritten.append(face)
        self._rewrites += 1

    def _agreement(self, card: _Card) -> int:
        """How many of a thousand dots are as they were wanted."""
        return int(1000 * np.mean(card.face == self._face())) if self._loaded else 0
