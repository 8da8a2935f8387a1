"""The slots into which a citizen puts a card: that of the bank card reader, and that of the card rewriter."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Protocol

from drivers.bank_card_reader.reader import BankCard, BankCardReader
from drivers.card_rewriter import rewriter
from drivers.card_rewriter.rewriter import RewriteResult
from drivers.device import Cancel, DeviceStatus
from drivers.worker import DeviceWorker, Task
from kiosk.custody import LONG_SECONDS, SOFTWARE_FAULT, Custody, Picture, Tell, picture_of
from kiosk.documents.card_face import CardFaceError, compose
from kiosk.hardware import Hardware
from kiosk.text import Text
from kiosk.visit.events import (
    BankCardIn,
    BankCardOut,
    BankCardRead,
    CardDiscarded,
    CardDrawnIn,
    CardTaken,
    ChipRead,
    DiscardCard,
    Failed,
    FetchNewCard,
    GiveCardBack,
    NewCardFetched,
    ReadBankCard,
    TakeInCard,
    WriteCard,
    WritingDone,
    Written,
)

log = logging.getLogger("kiosk.card_slots")

# Where a command ends so, nobody can tell what became of the card meanwhile.
NOBODY_KNOWS = ("card_rewriter.wedged", SOFTWARE_FAULT)

CardEffect = ReadBankCard | TakeInCard | FetchNewCard | WriteCard | DiscardCard | GiveCardBack


class Command(Protocol):
    """Has a device's owner do something for this visit; what comes of it arrives here, or nowhere when it is late."""

    def __call__(
        self,
        worker: DeviceWorker[Any],
        command: Callable[[Any, Cancel], Any],
        done: Callable[[Any], None],
        failed: Callable[[str], None] | None = None,
    ) -> Task[Any]: ...


class CardSlots:
    """Carries out what visits ask of both slots. Its methods are called on the terminal's thread.

    ``teller`` makes a way to tell events to the visit under way, as long as its page waits. ``on_kept`` and
    ``on_change`` are those of :class:`Custody`.
    """

    def __init__(
        self,
        hardware: Hardware,
        *,
        command: Command,
        teller: Callable[[], Tell],
        soon: Callable[[Callable[[], None]], None],
        clock: Callable[[], float],
        on_kept: Callable[[str, Tell], None],
        on_change: Callable[[], None],
    ) -> None:
        self._bank = hardware.bank_card_reader
        self._custody: Custody | None = None
        if hardware.card_rewriter is not None:
            self._custody = Custody(
                hardware.card_rewriter, soon=soon, on_kept=on_kept, on_change=on_change, clock=clock
            )
        self._command = command
        self._teller = teller
        self._soon = soon
        self._clock = clock

    @property
    def bank_card_in(self) -> bool:
        """Whether a bank card is in its slot, as far as its reader was asked."""
        return self._bank is not None and bool(self._bank.status.details.get("card"))

    @property
    def offered(self) -> bool:
        """Whether a card is in the mouth of the rewriter, to be taken."""
        return self._custody is not None and self._custody.offered

    @property
    def busy(self) -> bool:
        """Whether a card is on its way out of the rewriter."""
        return self._custody is not None and self._custody.busy

    def picture(self) -> Picture | None:
        """What is written on the card that is in the rewriter, BGR ``(H, W, 3)``; None while there is none."""
        face = self._custody.face if self._custody is not None else None
        return picture_of(face) if face is not None else None

    def look(self, status: DeviceStatus) -> None:
        """The rewriter's status changed."""
        if self._custody is not None:
            self._custody.look(status)

    def tick(self) -> None:
        """Time has passed."""
        if self._custody is not None:
            self._custody.tick()

    def let_go(self) -> None:
        """The page wants no card any more."""
        if self._custody is not None:
            self._custody.let_go()

    def carry_out(self, effect: CardEffect) -> None:
        """Do what a visit asks for."""
        tell = self._teller()
        if isinstance(effect, ReadBankCard):
            self._read_bank_card(tell)
        elif self._custody is None:
            tell(CardTaken() if isinstance(effect, GiveCardBack) else Failed("card_rewriter.absent"))
        else:
            self._move(self._custody, effect, tell)

    # -- the bank card -----------------------------------------------------------------

    def _read_bank_card(self, tell: Tell) -> None:
        worker = self._bank
        if worker is None:
            tell(Failed("bank_card_reader.absent"))
            return
        began = self._clock()

        def found() -> None:
            nonlocal began
            began = self._clock()
            self._soon(lambda: tell(BankCardIn()))

        def done(card: BankCard) -> None:
            tell(BankCardRead(card.number, self._clock() - began))
            self._command(worker, wait, lambda _: tell(BankCardOut()))

        def wait(reader: BankCardReader, cancel: Cancel) -> None:
            reader.wait_until_taken(LONG_SECONDS, cancel)

        self._command(worker, lambda reader, cancel: reader.read(cancel, found), done)

    # -- the card that is written --------------------------------------------------------

    def _move(self, custody: Custody, effect: CardEffect, tell: Tell) -> None:
        match effect:
            case TakeInCard(lines) if self._engage(custody, lines, tell, is_new=False):
                self._command(
                    custody.worker,
                    lambda device, cancel: custody.take_in(
                        device, cancel, lambda: self._soon(lambda: tell(CardDrawnIn()))
                    ),
                    lambda number: tell(ChipRead(number)),
                )
            case FetchNewCard(lines) if self._engage(custody, lines, tell, is_new=True):
                self._command(custody.worker, custody.fetch, lambda _: tell(NewCardFetched()))
            case WriteCard():
                self._write(custody, tell)
            case DiscardCard():
                custody.discard(lambda fault: tell(Failed(fault) if fault else CardDiscarded()))
            case GiveCardBack():
                custody.give_back(tell)
            case _:
                pass  # it cannot be written, and no card moves

    def _engage(self, custody: Custody, lines: tuple[tuple[Text, Text], ...], tell: Tell, *, is_new: bool) -> bool:
        """Draw what is to be written. What cannot be is told before any card moves."""
        able = custody.worker.capabilities.features
        if "width" not in able:  # it was never there
            tell(Failed("card_rewriter.disconnected"))
            return False
        try:
            face = compose(lines, int(able["width"]), int(able["height"]))
        except CardFaceError as error:
            log.warning("nothing can be written on a card: %s", error)
            tell(Failed(error.code))
            return False
        custody.engage(face, is_new=is_new)
        return True

    def _write(self, custody: Custody, tell: Tell) -> None:
        def done(result: RewriteResult) -> None:
            if result.outcome is rewriter.Written.WRITTEN:
                custody.written()
            tell(WritingDone(Written(result.outcome), str(result.fault.code) if result.fault else ""))

        def lost(code: str) -> None:
            tell(WritingDone(Written.UNCERTAIN if code in NOBODY_KNOWS else Written.UNCHANGED, code))

        self._command(custody.worker, custody.write, done, lost)
