"""A simulated printer's paper, cover, blade, head and outlet, and what their sensors say. Knows no wire and no time.

The bits of every answer are those of Epson's reference; those of the presenter are Custom's and Pyramid's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

FULL_ROLL_MM = 80_000.0
NEAR_END_MM = 3000.0


@dataclass(slots=True)
class Outlet:
    """A presenter: cut pieces wait inside until they are brought out, and are held until somebody takes them."""

    inside: int = 0
    held: bool = False
    blocked: bool = False  # what stands there neither goes out nor in
    taken: int = 0
    retracted: int = 0

    def present(self) -> None:
        """Bring out what waits inside."""
        if self.inside:
            self.inside, self.held = 0, True

    def retract(self) -> None:
        """Pull back what waits inside or stands outside, into the bin."""
        if not self.blocked:
            self.retracted += self.held or self.inside > 0
            self.inside, self.held = 0, False

    def take(self) -> None:
        """Somebody pulls out what stands there."""
        self.taken += self.held
        self.held = self.blocked = False


@dataclass(slots=True)
class Mechanism:
    """What it has and how it stands. ``states`` are the DLE EOT questions that it knows."""

    near_end_sensor: bool = True
    states: Sequence[int] = (1, 2, 3, 4)
    outlet: Outlet | None = None
    paper_mm: float = FULL_ROLL_MM
    cover_open: bool = False
    opened_while_printing: bool = False
    paused: bool = False  # at its panel
    cutter_stuck: bool = False
    cutter_error: bool = False  # found by a cut; stays until the host recovers it
    jammed: bool = False
    jam_error: bool = False  # stays as well
    hot: bool = False
    defect: bool = False  # nothing but a repair helps
    drawer_open: bool = False  # the pin of its plug is low; high as well where there is no drawer

    @property
    def paper_out(self) -> bool:
        """No paper under the head."""
        return self.paper_mm <= 0

    @property
    def near_end(self) -> bool:
        """What the sensor at the roll sees, where there is one."""
        return self.near_end_sensor and self.paper_mm < NEAR_END_MM

    @property
    def offline(self) -> bool:
        """Whether it does not print now."""
        return self.cover_open or self.paper_out or self.paused or self._error

    @property
    def _error(self) -> bool:
        return self.cutter_error or self.jam_error or self.hot or self.defect

    @property
    def _recovers_alone(self) -> bool:
        return self.hot or self.opened_while_printing

    def move(self, millimetres: float) -> None:
        """The paper moves on."""
        self.paper_mm = max(self.paper_mm - millimetres, 0.0)

    def cut(self) -> bool:
        """Let the blade fall; whether it parted the paper."""
        self.cutter_error = self.cutter_stuck
        return not self.cutter_stuck

    def jam(self, *, on: bool) -> None:
        """Let the paper jam, which is noticed at once, or free it."""
        self.jammed = on
        self.jam_error = self.jam_error or on

    def recover(self) -> bool:
        """Leave the errors whose causes are gone; whether there was one."""
        before = (self.cutter_error, self.jam_error)
        self.cutter_error = self.cutter_error and self.cutter_stuck
        self.jam_error = self.jam_error and self.jammed
        return before != (self.cutter_error, self.jam_error)

    # -- what it says ------------------------------------------------------------------

    def real_time(self, number: int) -> bytes:
        """The answer to DLE EOT ``number``; nothing for one that it does not know."""
        if number == 20 and self.outlet is not None:
            return self._full_status(self.outlet)
        if number not in self.states:
            return b""
        match number:
            case 1:
                return _byte(0x12, (not self.drawer_open, 0x04), (self.offline, 0x08))
            case 2:
                error = self._error or self.opened_while_printing
                return _byte(0x12, (self.cover_open, 0x04), (self.paper_out, 0x20), (error, 0x40))
            case 3:
                return _byte(0x12, *self._causes)
            case 4:
                return _byte(0x12, (self.near_end, 0x0C), (self.paper_out, 0x60))
            case _:
                return b""

    def report(self) -> bytes:
        """Four bytes of automatic status back."""
        first = _byte(0x10, (not self.drawer_open, 0x04), (self.offline, 0x08), (self.cover_open, 0x20))
        third = _byte(0, (self.near_end, 0x03), (self.paper_out, 0x0C))
        return first + _byte(0, *self._causes) + third + b"\x00"

    @property
    def _causes(self) -> tuple[tuple[bool, int], ...]:
        """The bits that DLE EOT 3 and the automatic status have alike."""
        return (
            (self.jam_error, 0x04),
            (self.cutter_error, 0x08),
            (self.defect, 0x20),
            (self._recovers_alone, 0x40),
        )

    def _full_status(self, outlet: Outlet) -> bytes:
        """The answer to DLE EOT 20: paper, what a user put wrong, what passes, what lasts."""
        paper = _byte(0, (self.paper_out, 0x01), (self.near_end, 0x04), (outlet.held, 0x20))
        user = _byte(0, (self.cover_open, 0x03))
        passing = _byte(0, (self.hot, 0x01), (self.jam_error, 0x40))
        lasting = _byte(0, (self.cutter_error, 0x01), (self.defect, 0x04))
        return b"\x10\x0f" + paper + user + passing + lasting


def _byte(fixed: int, *bits: tuple[bool, int]) -> bytes:
    for on, mask in bits:
        fixed |= mask if on else 0
    return bytes([fixed])
