"""The driver: one card rewriter on one byte pipe.

A card that is inside belongs to somebody who cannot reach it. Three habits follow:
what is wrong is looked for before a card is let in; rewriting that has begun is
never broken off, and what became of it is told honestly; a card that this driver
did not let in, as after a crash, is told in every status until it is out.
"""

from __future__ import annotations

import logging
import struct
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

import numpy as np

from drivers.card_rewriter.protocol import (
    NOBODYS,
    Activity,
    Area,
    Command,
    Outcome,
    Permit,
    Picture,
    Place,
    Said,
    State,
    Trouble,
    area,
    digest,
    loads,
    pack,
    parse_permit,
    parse_state,
)
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
    Level,
    NextAction,
)
from drivers.exchange import Exchange
from drivers.frames import Frame, Status
from drivers.transport import Transport

log = logging.getLogger("drivers.card_rewriter")

LOOK_EVERY = 0.15
CHIP_SECONDS = 4.0  # to read a chip, or to look at what was written
MOVE_SECONDS = 15.0  # the longest way through the unit, with its own attempts
WRITE_SECONDS = 40.0
INSERT_SECONDS = 60.0  # how long a card is waited for
TEST_CARD_SECONDS = 40.0  # for putting it in, and again for taking it out: a check has two minutes in all
MISSES_BORNE = 3  # looks in a row that fail while something moves, before it is given up
AGREES = 0.98  # of the dots are as they were wanted; dust and scratches are the rest


class CardRewriterFault(StrEnum):
    """What can be wrong with a rewriter, and the keys of its sentences."""

    DISCONNECTED = "card_rewriter.disconnected"
    SILENT = "card_rewriter.silent"
    GARBLED = "card_rewriter.garbled"
    JAM = "card_rewriter.jam"
    SHUTTER = "card_rewriter.shutter"
    WRONG_WAY = "card_rewriter.wrong_way"
    WRONG_CARD = "card_rewriter.wrong_card"
    FORGOTTEN = "card_rewriter.forgotten"
    BIN_FULL = "card_rewriter.bin_full"
    HEAD_OVERHEATED = "card_rewriter.head_overheated"
    WRITE_FAILED = "card_rewriter.write_failed"
    STOCK_EMPTY = "card_rewriter.stock_empty"
    NO_STOCK = "card_rewriter.no_stock"


ACTS_NEXT: dict[CardRewriterFault, NextAction] = {
    CardRewriterFault.DISCONNECTED: NextAction.TECHNICIAN,
    CardRewriterFault.SILENT: NextAction.TECHNICIAN,
    CardRewriterFault.GARBLED: NextAction.TECHNICIAN,
    CardRewriterFault.JAM: NextAction.TECHNICIAN,
    CardRewriterFault.SHUTTER: NextAction.TECHNICIAN,
    CardRewriterFault.WRONG_WAY: NextAction.CITIZEN,
    CardRewriterFault.WRONG_CARD: NextAction.CITIZEN,
    CardRewriterFault.FORGOTTEN: NextAction.ATTENDANT,
    CardRewriterFault.BIN_FULL: NextAction.ATTENDANT,
    CardRewriterFault.HEAD_OVERHEATED: NextAction.NOBODY,
    CardRewriterFault.WRITE_FAILED: NextAction.TECHNICIAN,
    CardRewriterFault.STOCK_EMPTY: NextAction.ATTENDANT,
    CardRewriterFault.NO_STOCK: NextAction.TECHNICIAN,
}

# What a unit shows of itself at any time.
_STANDING = {
    Trouble.JAM: CardRewriterFault.JAM,
    Trouble.SHUTTER: CardRewriterFault.SHUTTER,
    Trouble.HOT: CardRewriterFault.HEAD_OVERHEATED,
    Trouble.BIN_FULL: CardRewriterFault.BIN_FULL,
}


def fault(code: CardRewriterFault, detail: str = "") -> Fault:
    """The fault with the one who acts next."""
    return Fault(code, ACTS_NEXT[code], detail)


class Written(StrEnum):
    """What became of a card that was to be rewritten."""

    WRITTEN = "written"
    UNCHANGED = "unchanged"  # nothing of what stood on it was touched
    UNCERTAIN = "uncertain"  # somebody has to look at it


@dataclass(frozen=True, slots=True)
class RewriteResult:
    """What became of it; ``fault`` is why it was not written, ``agreement`` the share of dots that are as wanted,
    where the unit can look."""

    outcome: Written
    fault: Fault | None = None
    agreement: float | None = None


class CardRewriter:
    """One rewriter. Its methods are called on the thread that owns it."""

    def __init__(self, transport: Transport, *, after: int | None = None) -> None:
        self._transport = transport
        self._exchange = Exchange(
            transport,
            silent=partial(fault, CardRewriterFault.SILENT),
            garbled=partial(fault, CardRewriterFault.GARBLED),
            after=after,
        )
        self._area: Area | None = None
        self._holding = False  # the card that is in was let in by us
        self._counted = {
            "cards_accepted": 0,
            "cards_fed": 0,
            "cards_written": 0,
            "cards_uncertain": 0,
            "cards_returned": 0,
            "cards_captured": 0,
            "cards_spoiled": 0,
        }

    # -- drivers.device.Device -----------------------------------------------------

    @property
    def capabilities(self) -> Capabilities:
        """The dots of a picture across and down, places in the bin and in the stacker of new cards, whether it looks
        at what it wrote; known once it was open."""
        if self._area is None:
            return Capabilities("card_rewriter")
        known = self._area
        return Capabilities(
            "card_rewriter",
            {
                "width": known.width,
                "height": known.height,
                "verifies": known.verifies,
                "bin": known.bin,
                "stock": known.stock,
            },
        )

    @property
    def identity(self) -> Identity:
        """What the unit tells of itself, once it was open."""
        told = self._exchange.unit
        return Identity(self._transport.name, told.get("model", ""), told.get("serial", ""), told.get("firmware", ""))

    @property
    def counters(self) -> Mapping[str, int]:
        """Cards let in, new ones fed, written, left uncertain, given back, captured as forgotten, captured as spoiled;
        answers damaged, missed, too late; restarts."""
        return {**self._counted, **self._exchange.counted}

    def open(self) -> None:
        """Open the pipe, greet the unit, close its shutter. Raises DeviceError, OSError.

        A card that was left inside is not moved; the status tells of it.
        """
        self._transport.open()
        self._exchange.greet()
        try:
            self._area = area(self._exchange.unit)
        except ValueError as error:
            raise DeviceError(fault(CardRewriterFault.GARBLED, str(error))) from error
        self._do(Command.STOP)

    def close(self) -> None:
        """Close the pipe; a unit that hears nothing more closes its shutter."""
        self._transport.close()

    def poll(self) -> DeviceStatus:
        """Ask how the unit is. Raises DeviceError, OSError.

        ``details``: ``card``, where it is (``none``, ``at_entry``, ``inside``,
        ``presented``), and ``captured``, how many are in the bin. The supply ``bin`` is
        OUT when no more fit; ``stock`` are the new cards: that none are left keeps nobody from
        having the own card rewritten, so it is no fault.
        """
        now = self._look()
        if now.activity is Activity.WAITING:  # an earlier command could not stop it
            now = self._do(Command.STOP)
        faults = self._faults_of(now)
        return DeviceStatus(
            DeviceState.ATTENTION if faults else DeviceState.READY,
            faults,
            supplies={"bin": Level.OUT if now.trouble & Trouble.BIN_FULL else Level.OK, "stock": self._stock_of(now)},
            details={"card": now.card.name.lower(), "captured": now.captured},
        )

    def check_health(self, level: HealthLevel, cancel: Cancel) -> HealthReport:
        """INTERNAL asks the unit; EXTERNAL moves shutter and motor without a card; INTERACTIVE rewrites a test card.

        Nothing but a test card is rewritten: its number begins with six zeros. Raises
        DeviceError, OSError, Cancelled.
        """
        cancel.check()
        status = self.poll()
        facts: dict[str, Fact] = {**self._exchange.unit, **status.details}
        if status.faults or level is HealthLevel.INTERNAL:
            return HealthReport(level, status.faults, facts)
        if level is HealthLevel.EXTERNAL:
            began = time.monotonic()
            self._do(Command.CYCLE)
            self._until_rest(MOVE_SECONDS)
            facts["seconds"] = round(time.monotonic() - began, 1)
            return HealthReport(level, (), facts)
        result = self._rewrite_test_card(cancel)
        facts["outcome"] = str(result.outcome)
        if result.agreement is not None:
            facts["agreement"] = round(result.agreement, 3)
        faults = (result.fault,) if result.fault else ()
        return HealthReport(level, faults, facts, "card_rewriter.test_card")

    # -- what a permit needs -----------------------------------------------------------

    def accept(self, cancel: Cancel, *, patience: float = INSERT_SECONDS) -> bool:
        """Open the shutter and wait for a card; whether one is inside now, and none when nobody came in time.

        Raises DeviceError for whatever is wrong before a card is let in, OSError,
        Cancelled; a card may have come in at that very moment, so
        :meth:`present_or_capture` belongs behind it in any case.
        """
        cancel.check()
        now = self._look()
        if now.card is Place.INSIDE and self._holding:
            return True
        if faults := self._faults_of(now):
            raise DeviceError(faults[0])
        if now.card is Place.PRESENTED:
            raise DeviceError(fault(CardRewriterFault.FORGOTTEN, "the last card was not taken"))
        give_up = time.monotonic() + patience
        self._holding = True
        try:
            self._do(Command.ACCEPT)
            while (now := self._look()).activity is Activity.WAITING:
                if time.monotonic() > give_up:
                    now = self._do(Command.STOP)
                    break
                cancel.wait(LOOK_EVERY)
            if now.activity is not Activity.IDLE:  # it comes in, maybe as we gave up
                now = self._until_rest(MOVE_SECONDS)
            cancel.check()
        except BaseException:
            self._stop_waiting()
            raise
        self._check(now, Trouble.JAM | Trouble.SHUTTER)
        if now.card is not Place.INSIDE:
            return False
        self._counted["cards_accepted"] += 1
        return True

    def feed(self, cancel: Cancel) -> None:
        """Take a new card from the stock; it is inside now, and nothing stands on it or in its chip.

        Raises DeviceError: NO_STOCK, STOCK_EMPTY, whatever is wrong before a card moves, JAM; OSError, Cancelled.
        """
        cancel.check()
        if self._area is None or not self._area.stock:
            raise DeviceError(fault(CardRewriterFault.NO_STOCK, "it has no stacker"))
        now = self._look()
        if faults := self._faults_of(now):
            raise DeviceError(faults[0])
        if now.card is Place.AT_ENTRY:
            raise DeviceError(fault(CardRewriterFault.WRONG_CARD, "a card is held to the mouth"))
        if now.card is not Place.NONE:
            raise DeviceError(fault(CardRewriterFault.FORGOTTEN, "the last card was not taken"))
        if now.trouble & Trouble.STOCK_EMPTY:
            raise DeviceError(fault(CardRewriterFault.STOCK_EMPTY))
        self._holding = True
        self._do(Command.FEED)
        now = self._until_rest(MOVE_SECONDS)
        self._check(now, Trouble.JAM)
        if now.card is not Place.INSIDE:
            raise DeviceError(fault(CardRewriterFault.STOCK_EMPTY, "no card came"))
        self._counted["cards_fed"] += 1

    def read(self, cancel: Cancel) -> Permit:
        """What stands in the chip of the card inside.

        Raises DeviceError (WRONG_WAY, WRONG_CARD), OSError, Cancelled.
        """
        cancel.check()
        answer = self._exchange.ask(Command.READ, seconds=CHIP_SECONDS)
        if answer.code != Said.PERMIT:
            raise DeviceError(_meaning(Command.READ, answer))
        try:
            return parse_permit(answer.payload)
        except ValueError as error:
            raise DeviceError(fault(CardRewriterFault.WRONG_CARD, str(error))) from None

    def rewrite(self, picture: Picture, cancel: Cancel) -> RewriteResult:
        """Erase the card inside and write ``picture``: rows of dots as many as the capabilities say, True is black.

        What is raised (DeviceError, OSError, Cancelled) is raised before the card was
        touched. From then on it is not broken off, and the result says what became
        of the card, also when the unit fell silent; that can take a minute. Raises
        ValueError for a picture of another size.
        """
        known = self._area
        if known is None or picture.shape != (known.height, known.width):
            raise ValueError(f"a picture of {picture.shape} dots does not fit {known}")
        packed = pack(picture)
        self._check(self._look(), Trouble.JAM | Trouble.HOT)
        for payload in loads(packed):
            cancel.check()
            self._do(Command.LOAD, payload)
        result = self._write(digest(packed))
        if result.outcome is Written.WRITTEN:
            self._counted["cards_written"] += 1
        elif result.outcome is Written.UNCERTAIN:
            self._counted["cards_uncertain"] += 1
        log.info("a card was rewritten: %s %s", result.outcome, result.fault.code if result.fault else "")
        return result

    def verify(self) -> float | None:
        """The share of dots on the card inside that are as they were last wanted; None where the unit cannot look.

        Raises DeviceError, OSError.
        """
        if self._area is None or not self._area.verifies:
            return None
        answer = self._exchange.ask(Command.VERIFY, seconds=CHIP_SECONDS)
        if answer.code != Status.DONE or len(answer.payload) != 2:
            raise DeviceError(_meaning(Command.VERIFY, answer))
        return float(min(struct.unpack(">H", answer.payload)[0], 1000)) / 1000

    def present_or_capture(self, seconds: float, cancel: Cancel, on_offer: Callable[[], None] = lambda: None) -> None:
        """Put the card into the mouth and wait until it is taken; after ``seconds`` it goes into the bin.

        ``on_offer`` is called once it can be taken. Without a card nothing happens. Raises
        DeviceError: FORGOTTEN when it was captured, BIN_FULL when it could not be and is still
        in the mouth; OSError; Cancelled, and the card stays in the mouth.
        """
        now = self._look()
        if now.activity is not Activity.IDLE:
            now = self._until_rest(MOVE_SECONDS)
        has_card = now.card in (Place.INSIDE, Place.PRESENTED)
        if now.card is Place.INSIDE:
            self._do(Command.PRESENT)
            now = self._until_rest(MOVE_SECONDS)
            self._check(now, Trouble.JAM | Trouble.SHUTTER)
        give_up = time.monotonic() + seconds
        if now.card is Place.PRESENTED:
            on_offer()
        while now.card is Place.PRESENTED:
            if time.monotonic() > give_up:
                self._capture(now)
                return
            cancel.wait(LOOK_EVERY)
            now = self._look()
        self._counted["cards_returned"] += has_card  # quickly, maybe before the first look

    def discard(self) -> None:
        """Draw the card inside into the bin: a new one that was not written well, and is nobody's.

        Raises DeviceError: BIN_FULL and the card stays inside, JAM; OSError.
        """
        now = self._look()
        if now.activity is not Activity.IDLE:
            now = self._until_rest(MOVE_SECONDS)
        if now.card is not Place.INSIDE:
            return
        self._do(Command.CAPTURE)
        self._check(self._until_rest(MOVE_SECONDS), Trouble.JAM | Trouble.SHUTTER)
        self._counted["cards_spoiled"] += 1

    # -- inside ------------------------------------------------------------------------

    def _write(self, check: bytes) -> RewriteResult:
        """From here on the card may be touched."""
        restarts = self._exchange.counted["restarts_seen"]
        try:
            answer = self._exchange.ask(Command.REWRITE, check)
            if self._exchange.counted["restarts_seen"] > restarts:  # what it answers now is not about this card
                cut_off = fault(CardRewriterFault.WRITE_FAILED, "the unit was restarted meanwhile")
                return RewriteResult(Written.UNCERTAIN, cut_off)
            if answer.code != Status.DONE:
                return RewriteResult(Written.UNCHANGED, _meaning(Command.REWRITE, answer))
            now = self._until_rest(WRITE_SECONDS)
            if now.outcome is Outcome.WRITTEN:
                agreement = self.verify()
                if agreement is None or agreement >= AGREES:
                    return RewriteResult(Written.WRITTEN, None, agreement)
                seen = fault(CardRewriterFault.WRITE_FAILED, f"{agreement:.1%} of the dots are as wanted")
                return RewriteResult(Written.UNCERTAIN, seen, agreement)
        except DeviceError as error:
            return RewriteResult(Written.UNCERTAIN, error.fault)
        except OSError as error:  # the pipe is gone; the next poll meets that, too, and has it opened anew
            return RewriteResult(Written.UNCERTAIN, fault(CardRewriterFault.DISCONNECTED, str(error)))
        # A unit that was restarted in the middle says that nothing came of it, which is uncertain, too.
        why = next((_STANDING[one] for one in now.trouble if one in _STANDING), CardRewriterFault.WRITE_FAILED)
        untouched = now.outcome is Outcome.UNCHANGED
        return RewriteResult(
            Written.UNCHANGED if untouched else Written.UNCERTAIN, fault(why, now.outcome.name.lower())
        )

    def _capture(self, before: State) -> None:
        self._do(Command.CAPTURE)  # refused by a bin that is full
        now = self._until_rest(MOVE_SECONDS)
        self._check(now, Trouble.JAM | Trouble.SHUTTER)
        if now.captured == before.captured:
            self._counted["cards_returned"] += 1  # somebody took it as the motor began
            return
        self._counted["cards_captured"] += 1
        raise DeviceError(fault(CardRewriterFault.FORGOTTEN, f"captured; {now.captured} in the bin"))

    def _rewrite_test_card(self, cancel: Cancel) -> RewriteResult:
        """Raises DeviceError, OSError, Cancelled; the card is given back in any case."""
        assert self._area is not None
        try:
            self._accept_test_card(cancel)
            result = self.rewrite(_test_picture(self._area), cancel)
        except BaseException:
            self._give_back(cancel)
            raise
        self.present_or_capture(TEST_CARD_SECONDS, cancel)
        return result

    def _accept_test_card(self, cancel: Cancel) -> None:
        if not self.accept(cancel, patience=TEST_CARD_SECONDS):
            raise DeviceError(fault(CardRewriterFault.WRONG_CARD, "no card came"))
        if not self.read(cancel).number.startswith(NOBODYS):
            raise DeviceError(fault(CardRewriterFault.WRONG_CARD, "this is somebody's permit, not a test card"))

    def _give_back(self, cancel: Cancel) -> None:
        """Give the card back, when an error is on its way already, which says more than one of giving it back."""
        try:
            self.present_or_capture(TEST_CARD_SECONDS, cancel)
        except (DeviceError, OSError) as error:
            log.info("the test card was not given back: %s", error)

    def _stop_waiting(self) -> None:
        """Close the shutter, or let the next poll do it, when an error is on its way already."""
        try:
            self._do(Command.STOP)
        except (DeviceError, OSError) as error:
            log.info("the shutter stays open for now: %s", error)

    def _until_rest(self, seconds: float) -> State:
        """Look until nothing moves. One look that fails is no reason to give a card up. Raises DeviceError, OSError."""
        give_up, missed = time.monotonic() + seconds, 0
        while True:
            time.sleep(LOOK_EVERY)
            try:
                now = self._look()
            except DeviceError:
                missed += 1
                if missed >= MISSES_BORNE:
                    raise
                continue
            missed = 0
            if now.activity in (Activity.IDLE, Activity.WAITING):
                return now
            if time.monotonic() > give_up:
                raise DeviceError(fault(CardRewriterFault.JAM, f"{now.activity.name.lower()} for over {seconds:.0f} s"))

    def _faults_of(self, now: State) -> tuple[Fault, ...]:
        found = [fault(code) for trouble, code in _STANDING.items() if now.trouble & trouble]
        if now.card in (Place.INSIDE, Place.PRESENTED) and not self._holding:
            found.append(fault(CardRewriterFault.FORGOTTEN, f"a card is {now.card.name.lower()} since before"))
        return tuple(found)

    def _stock_of(self, now: State) -> Level:
        if self._area is None or not self._area.stock:
            return Level.NOT_SUPPORTED
        if now.trouble & Trouble.STOCK_EMPTY:
            return Level.OUT
        return Level.LOW if now.trouble & Trouble.STOCK_LOW else Level.OK

    def _check(self, now: State, troubles: Trouble) -> None:
        for one in now.trouble & troubles:
            raise DeviceError(fault(_STANDING[one]))

    def _look(self) -> State:
        return self._do(Command.STATUS)

    def _do(self, command: Command, payload: bytes = b"") -> State:
        """A command that is answered by the unit's state. Raises DeviceError, OSError."""
        answer = self._exchange.ask(command, payload)
        if answer.code != Status.DONE:
            raise DeviceError(_meaning(command, answer))
        now = _state(answer)
        if now.card in (Place.NONE, Place.AT_ENTRY) and now.activity is Activity.IDLE:
            self._holding = False
        return now


def _state(answer: Frame) -> State:
    try:
        return parse_state(answer.payload)
    except ValueError as error:
        raise DeviceError(fault(CardRewriterFault.GARBLED, str(error))) from error


def _meaning(command: Command, answer: Frame) -> Fault:
    """What an answer other than the hoped-for one means."""
    match answer.code:
        case Said.WRONG_WAY:
            return fault(CardRewriterFault.WRONG_WAY)
        case Said.WRONG_CARD:
            return fault(CardRewriterFault.WRONG_CARD)
        case Said.NO_CARD:
            return fault(CardRewriterFault.WRONG_CARD, "no card is inside")
        case Status.REFUSED:
            trouble = _state(answer).trouble
            for one in trouble:
                if one in _STANDING:
                    return fault(_STANDING[one], f"{command.name} was refused")
            if command is Command.FEED and trouble & Trouble.STOCK_EMPTY:
                return fault(CardRewriterFault.STOCK_EMPTY, "the last one went meanwhile")
    return fault(CardRewriterFault.GARBLED, f"{command.name} was answered by {answer.code:02X}")


def _test_picture(known: Area) -> Picture:
    """A frame, and fields of black, grey and white: what a person looks at to judge eraser and head."""
    down, across = np.mgrid[: known.height, : known.width]
    edge = (down < 4) | (across < 4) | (down >= known.height - 4) | (across >= known.width - 4)
    thirds = across * 3 // known.width
    chequered = (down + across) % 2 == 0
    return np.asarray(edge | (thirds == 0) | ((thirds == 1) & chequered), dtype=bool)
