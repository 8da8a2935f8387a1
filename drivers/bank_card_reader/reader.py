"""The driver: one bank card reader on one byte pipe.

A dip reader: the citizen pushes the card in to the stop and pulls it out again;
nothing holds it. A card that was forgotten in it must never be read for the next
citizen, so a card that was read before, or has been in for too long, is refused.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial

from drivers.bank_card_reader.protocol import Command, Said, Slot, parse_number, parse_slot
from drivers.device import (
    Cancel,
    Capabilities,
    DeviceError,
    DeviceState,
    DeviceStatus,
    Fact,
    Fault,
    HealthLevel,
    HealthReport,
    Identity,
    NextAction,
)
from drivers.exchange import Exchange
from drivers.frames import Status
from drivers.transport import Transport

log = logging.getLogger("drivers.bank_card_reader")

READ_SECONDS = 4.0  # a chip is slow
LEFT_SECONDS = 20.0  # a card that has been in for so long while nobody wanted one was forgotten
LOOK_EVERY = 0.15
LIT_SECONDS = 1.0  # how long a health check lights the slot
TEST_CARD_SECONDS = 60.0


class BankCardReaderFault(StrEnum):
    """What can be wrong with a reader, and the keys of its sentences."""

    DISCONNECTED = "bank_card_reader.disconnected"
    SILENT = "bank_card_reader.silent"
    GARBLED = "bank_card_reader.garbled"
    UNREADABLE = "bank_card_reader.unreadable"
    NOT_A_BANK_CARD = "bank_card_reader.not_a_bank_card"
    CARD_LEFT = "bank_card_reader.card_left"


ACTS_NEXT: dict[BankCardReaderFault, NextAction] = {
    BankCardReaderFault.DISCONNECTED: NextAction.TECHNICIAN,
    BankCardReaderFault.SILENT: NextAction.TECHNICIAN,
    BankCardReaderFault.GARBLED: NextAction.TECHNICIAN,
    BankCardReaderFault.UNREADABLE: NextAction.CITIZEN,
    BankCardReaderFault.NOT_A_BANK_CARD: NextAction.CITIZEN,
    BankCardReaderFault.CARD_LEFT: NextAction.CITIZEN,
}


def fault(code: BankCardReaderFault, detail: str = "") -> Fault:
    """The fault with the one who acts next."""
    return Fault(code, ACTS_NEXT[code], detail)


@dataclass(frozen=True, slots=True)
class BankCard:
    """A card's number: 16 to 19 digits that pass the check of ISO/IEC 7812. No text of it shows more than four."""

    number: str = field(repr=False)

    @property
    def masked(self) -> str:
        """The number as it may be shown: its last four digits."""
        return "*" * (len(self.number) - 4) + self.number[-4:]

    def __str__(self) -> str:
        return self.masked

    def __repr__(self) -> str:
        return f"BankCard({self.masked})"


class BankCardReader:
    """One reader. Its methods are called on the thread that owns it."""

    def __init__(self, transport: Transport, *, left_seconds: float = LEFT_SECONDS, after: int | None = None) -> None:
        self._transport = transport
        self._left_seconds = left_seconds
        self._exchange = Exchange(
            transport,
            silent=partial(fault, BankCardReaderFault.SILENT),
            garbled=partial(fault, BankCardReaderFault.GARBLED),
            after=after,
        )
        self._inside: int | None = None  # which insertion is in the slot
        self._since = 0.0
        self._done_with: int | None = None  # the insertion that was read, or tried, last
        self._counted = {"cards_read": 0, "cards_failed": 0}

    # -- drivers.device.Device -----------------------------------------------------

    @property
    def capabilities(self) -> Capabilities:
        """``holds_card``: whether a card can be kept in; a dip reader cannot."""
        return Capabilities("bank_card_reader", {"holds_card": False})

    @property
    def identity(self) -> Identity:
        """What the unit tells of itself, once it was open."""
        told = self._exchange.unit
        return Identity(self._transport.name, told.get("model", ""), told.get("serial", ""), told.get("firmware", ""))

    @property
    def counters(self) -> Mapping[str, int]:
        """Cards read and not read; answers damaged, missed, too late; restarts of the unit that were noticed."""
        return {**self._counted, **self._exchange.counted}

    def open(self) -> None:
        """Open the pipe, greet the unit, put its light out. Raises DeviceError, OSError."""
        self._transport.open()
        self._exchange.greet()
        self._light(on=False)
        self._done_with = self._inside  # a card that is in already may be anybody's

    def close(self) -> None:
        """Close the pipe; the unit puts its light out when it hears nothing more."""
        self._transport.close()

    def poll(self) -> DeviceStatus:
        """Ask how the slot is. Raises DeviceError, OSError.

        ``details``: ``card``, whether one is in the slot.
        """
        now = self._look()
        if now.light:  # an earlier command could not put it out
            now = self._light(on=False)
        faults = (fault(BankCardReaderFault.CARD_LEFT),) if now.card and self._was_left() else ()
        state = DeviceState.ATTENTION if faults else DeviceState.READY
        return DeviceStatus(state, faults, details={"card": now.card})

    def check_health(self, level: HealthLevel, cancel: Cancel) -> HealthReport:
        """INTERNAL asks the unit; EXTERNAL lights the slot for a moment; INTERACTIVE reads a test card. Nothing moves.

        Raises DeviceError, OSError, Cancelled.
        """
        cancel.check()
        status = self.poll()
        facts: dict[str, Fact] = {"card": bool(status.details["card"]), **self._exchange.unit}
        if status.faults or level is HealthLevel.INTERNAL:
            return HealthReport(level, status.faults, facts)
        if level is HealthLevel.EXTERNAL:
            try:
                self._light(on=True)
                cancel.wait(LIT_SECONDS)
            finally:
                self._light(on=False)
            return HealthReport(level, (), facts)
        began = time.monotonic()
        facts["digits"] = len(self.read(cancel, patience=TEST_CARD_SECONDS).number)
        facts["seconds"] = round(time.monotonic() - began, 1)
        return HealthReport(level, (), facts, "bank_card_reader.test_card")

    # -- what it is for ----------------------------------------------------------------

    def read(
        self, cancel: Cancel, on_card: Callable[[], None] = lambda: None, *, patience: float = math.inf
    ) -> BankCard:
        """Light the slot, wait for a card and read its number; ``on_card`` is called once a card is in.

        Raises Cancelled, OSError, and DeviceError: CARD_LEFT when an earlier card is
        still in, UNREADABLE also when none came within ``patience`` seconds,
        NOT_A_BANK_CARD.
        """
        card = self._look()
        if card.card and (self._inside == self._done_with or self._was_left()):
            raise DeviceError(fault(BankCardReaderFault.CARD_LEFT, "a card is in the slot that was there before"))
        try:
            self._light(on=True)
            number = self._read_number(cancel, on_card, time.monotonic() + patience)
        except DeviceError:
            self._counted["cards_failed"] += 1
            raise
        finally:
            self._put_out()
        self._counted["cards_read"] += 1
        return BankCard(number)

    def wait_until_taken(self, seconds: float, cancel: Cancel) -> None:
        """Wait until the card has been pulled out. Raises DeviceError (CARD_LEFT), OSError, Cancelled."""
        give_up = time.monotonic() + seconds
        while self._look().card:
            if time.monotonic() > give_up:
                raise DeviceError(fault(BankCardReaderFault.CARD_LEFT, f"not taken within {seconds:.0f} s"))
            cancel.wait(LOOK_EVERY)

    # -- inside ------------------------------------------------------------------------

    def _read_number(self, cancel: Cancel, on_card: Callable[[], None], give_up: float) -> str:
        while not self._look().card:
            if time.monotonic() > give_up:
                raise DeviceError(fault(BankCardReaderFault.UNREADABLE, "no card came"))
            cancel.wait(LOOK_EVERY)
        self._done_with = self._inside
        cancel.check()
        on_card()
        answer = self._exchange.ask(Command.READ, seconds=READ_SECONDS)
        match answer.code:
            case Said.NUMBER:
                try:
                    return parse_number(answer.payload)
                except ValueError as error:
                    raise DeviceError(fault(BankCardReaderFault.UNREADABLE, str(error))) from None
            case Said.UNREADABLE:
                raise DeviceError(fault(BankCardReaderFault.UNREADABLE, "the unit could not read it"))
            case Said.NO_CARD:
                raise DeviceError(fault(BankCardReaderFault.UNREADABLE, "pulled out before it was read"))
            case Said.NOT_A_BANK_CARD:
                raise DeviceError(fault(BankCardReaderFault.NOT_A_BANK_CARD))
            case other:
                raise DeviceError(fault(BankCardReaderFault.GARBLED, f"READ was answered by {other:02X}"))

    def _was_left(self) -> bool:
        return time.monotonic() - self._since > self._left_seconds

    def _look(self) -> Slot:
        return self._slot(Command.STATUS)

    def _light(self, *, on: bool) -> Slot:
        return self._slot(Command.LIGHT, bytes([on]))

    def _put_out(self) -> None:
        """Put the light out, or let the next poll do it: what was read, or why it was not, is told in any case."""
        try:
            self._light(on=False)
        except (DeviceError, OSError) as error:
            log.info("the light stays on for now: %s", error)

    def _slot(self, command: Command, payload: bytes = b"") -> Slot:
        restarts = self._exchange.counted["restarts_seen"]
        answer = self._exchange.ask(command, payload)
        if answer.code != Status.DONE:
            raise DeviceError(fault(BankCardReaderFault.GARBLED, f"{command.name} was answered by {answer.code:02X}"))
        try:
            now = parse_slot(answer.payload)
        except ValueError as error:
            raise DeviceError(fault(BankCardReaderFault.GARBLED, str(error))) from error
        which = now.insertions if now.card else None
        if which != self._inside:
            self._inside, self._since = which, time.monotonic()
        if restarts != self._exchange.counted["restarts_seen"]:
            self._done_with = which  # it counts anew, and the card in it may be anybody's
        return now
