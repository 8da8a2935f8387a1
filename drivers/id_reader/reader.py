"""The driver: one SAM reader on one byte pipe.

Timings and retry rules are those that public drivers agree on. Two habits of
readers decide the design: find answers "no card" for a card that was read and
still lies there (so find cannot tell that it was taken away, but reading the
additional address can), and a reply that comes late must never be taken for
the answer to the next request.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Mapping
from enum import StrEnum

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
from drivers.id_reader.photo import NoDecoder, PhotoDecoder
from drivers.id_reader.protocol import (
    BAUDRATES,
    CardData,
    Command,
    Damage,
    FrameParser,
    Reply,
    Status,
    parse_card_data,
    parse_reply,
    request,
    sam_number,
)
from drivers.id_reader.record import IdRecord, RecordError, parse_record
from drivers.transport import Transport, TransportTimeout

log = logging.getLogger("drivers.id_reader")

# Seconds to wait for the whole answer. The radio exchange with the card dominates READ.
DEADLINES: dict[Command, float] = {
    Command.FIND: 0.6,
    Command.SELECT: 0.8,
    Command.READ: 4.0,
    Command.READ_ADDRESS: 2.0,
}
_USUAL_DEADLINE = 0.5
FIND_EVERY = 0.2
QUIET = 0.05  # a line that was silent this long has nothing more to say
BROKEN_OFF = 0.5  # an answer that has begun and then pauses this long will not be finished
COMES_BACK = 4.0  # how long a card that could not be read is waited for
ATTEMPTS = 3  # from find to record, before the citizen is asked to hold the card still
AFTER_RESET = 2.5
BACK_AFTER_RESET = 6.0  # a reader that says nothing so long after its reset does not come back
TEST_CARD_SECONDS = 60.0  # how long a health check waits for somebody to lay down a card
ASK_AGAIN_AFTER = 0.005  # a reset


class ReaderFault(StrEnum):
    """What can be wrong with a reader, and the keys of its sentences."""

    DISCONNECTED = "id_reader.disconnected"
    SILENT = "id_reader.silent"
    GARBLED = "id_reader.garbled"
    CARD_MOVED = "id_reader.card_moved"
    CARD_REFUSED = "id_reader.card_refused"
    NOT_AN_ID_CARD = "id_reader.not_an_id_card"
    SELF_TEST_FAILED = "id_reader.self_test_failed"
    UNAUTHORISED = "id_reader.unauthorised"
    PROTOCOL = "id_reader.protocol"


ACTS_NEXT: dict[ReaderFault, NextAction] = {
    ReaderFault.DISCONNECTED: NextAction.TECHNICIAN,
    ReaderFault.SILENT: NextAction.TECHNICIAN,
    ReaderFault.GARBLED: NextAction.TECHNICIAN,
    ReaderFault.CARD_MOVED: NextAction.CITIZEN,
    ReaderFault.CARD_REFUSED: NextAction.CITIZEN,
    ReaderFault.NOT_AN_ID_CARD: NextAction.CITIZEN,
    ReaderFault.SELF_TEST_FAILED: NextAction.TECHNICIAN,
    ReaderFault.UNAUTHORISED: NextAction.TECHNICIAN,
    ReaderFault.PROTOCOL: NextAction.SOFTWARE,
}

# What an answer other than the hoped-for one means.
_MEANING: dict[Status, ReaderFault] = {
    Status.CHECKSUM_WRONG: ReaderFault.GARBLED,
    Status.LENGTH_WRONG: ReaderFault.GARBLED,
    Status.COMMAND_WRONG: ReaderFault.PROTOCOL,
    Status.NOT_PERMITTED: ReaderFault.PROTOCOL,
    Status.UNCLASSIFIED: ReaderFault.PROTOCOL,
    Status.CARD_REFUSED_SAM: ReaderFault.CARD_REFUSED,
    Status.SAM_REFUSED_CARD: ReaderFault.CARD_REFUSED,
    Status.VERIFICATION_FAILED: ReaderFault.CARD_REFUSED,
    Status.WRONG_CARD: ReaderFault.NOT_AN_ID_CARD,
    Status.READ_FAILED: ReaderFault.CARD_MOVED,
    Status.NO_RANDOM_NUMBER: ReaderFault.CARD_MOVED,
    Status.SELF_TEST_FAILED: ReaderFault.SELF_TEST_FAILED,
    Status.UNAUTHORISED: ReaderFault.UNAUTHORISED,
    Status.NO_CARD: ReaderFault.CARD_MOVED,
    Status.SELECT_FAILED: ReaderFault.CARD_MOVED,
}
# After these the card is sought anew; anything else ends the reading at once.
_TRY_AGAIN = {ReaderFault.CARD_MOVED, ReaderFault.CARD_REFUSED, ReaderFault.GARBLED, ReaderFault.SILENT}


def fault(code: ReaderFault, detail: str = "") -> Fault:
    """The fault with the one who acts next."""
    return Fault(code, ACTS_NEXT[code], detail)


class IdReader:
    """One reader. Its methods are called on the thread that owns it."""

    def __init__(self, transport: Transport, baudrate: int = 115200, photos: PhotoDecoder | None = None) -> None:
        self._transport = transport
        self._baudrate = baudrate
        self._photos = photos or NoDecoder()
        self._parser = FrameParser()
        self._doubtful = False  # a request was given up; its answer may still come
        self._sam_number = ""
        self._card: bool | None = None  # whether one lies there, as the last command that could tell saw it
        self._counted = {"cards_read": 0, "cards_failed": 0, "frames_damaged": 0, "answers_missed": 0, "resets": 0}

    # -- drivers.device.Device -----------------------------------------------------

    @property
    def capabilities(self) -> Capabilities:
        """``fingerprints``: a SAM hands them out, but no item compares them, so this driver never asks for them."""
        return Capabilities("id_reader", {"fingerprints": False, "additional_address": True})

    @property
    def identity(self) -> Identity:
        """Its serial number is the SAM's, known once it was open."""
        return Identity(self._transport.name, serial=self._sam_number)

    @property
    def counters(self) -> Mapping[str, int]:
        """Cards read and given up; frames that arrived damaged, answers that did not come, resets."""
        return dict(self._counted)

    def open(self) -> None:
        """Open the pipe and find the speed at which the reader answers. Raises DeviceError, OSError."""
        self._transport.open()
        self._parser.reset()
        self._doubtful = False
        for baudrate in (self._baudrate, *(other for other in BAUDRATES if other != self._baudrate)):
            self._transport.set_baudrate(baudrate)
            try:
                # The speed that was set gets a second chance; the guesses get one, or this would take too long.
                answer = (self._ask if baudrate == self._baudrate else self._ask_once)(Command.STATUS)
            except DeviceError:
                continue
            self._baudrate = baudrate
            if answer.status is Status.DONE:  # what is wrong otherwise, poll tells
                self._ask_sam_number()
            return
        raise DeviceError(fault(ReaderFault.SILENT, "no answer at any speed"))

    def close(self) -> None:
        """Close the pipe."""
        self._transport.close()

    def poll(self) -> DeviceStatus:
        """Ask the SAM how it is. Raises DeviceError, OSError."""
        answer = self._ask(Command.STATUS)
        details = {} if self._card is None else {"card": self._card}
        if answer.status is Status.DONE:
            return DeviceStatus(DeviceState.READY, details=details)
        return DeviceStatus(DeviceState.ATTENTION, (self._meaning(answer),), details=details)

    def check_health(self, level: HealthLevel, cancel: Cancel) -> HealthReport:
        """INTERNAL asks the SAM; EXTERNAL resets it and waits for its return; INTERACTIVE reads a test card.

        Raises DeviceError, OSError, Cancelled.
        """
        cancel.check()
        faults = self.poll().faults
        if not faults:
            self._ask_sam_number()
        facts: dict[str, Fact] = {"sam_number": self._sam_number, "baudrate": self._baudrate}
        if faults or level is HealthLevel.INTERNAL:
            return HealthReport(level, faults, facts)
        if level is HealthLevel.EXTERNAL:
            facts["reset_seconds"] = round(self._reset_and_back(cancel), 2)
            return HealthReport(level, self.poll().faults, facts)
        record, facts["seconds"] = self.read_card(cancel, patience=TEST_CARD_SECONDS)
        facts["photo_decoded"] = self._photos.decode(record.portrait) is not None
        return HealthReport(level, (), facts, "id_reader.test_card")

    # -- what a citizen's card needs -------------------------------------------------

    def read_card(
        self,
        cancel: Cancel,
        on_found: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
        *,
        patience: float = math.inf,
    ) -> tuple[IdRecord, float]:
        """Wait for a card and read it; returns the record and the seconds from found to record.

        ``on_found`` is called when a card answers. Raises Cancelled, OSError, and
        DeviceError when the card could not be read in several attempts, or none
        came within ``patience`` seconds.
        """
        try:
            record, seconds = self._read_card(cancel, on_found, clock, patience)
        except DeviceError:
            self._counted["cards_failed"] += 1
            raise
        self._counted["cards_read"] += 1
        return record, seconds

    def card_present(self) -> bool:
        """Whether the card that was read still lies there. Raises DeviceError, OSError.

        Asked through the additional address, because find says "no card" for a
        card that was read.
        """
        self._card = self._ask(Command.READ_ADDRESS).status in (Status.DONE, Status.NO_SUCH_ITEM)
        return self._card

    def reset(self) -> None:
        """Reset the SAM; it is silent for some seconds. Raises DeviceError, OSError."""
        self._counted["resets"] += 1
        self._expect(self._ask(Command.RESET), Status.DONE)

    # -- inside ------------------------------------------------------------------------

    def _read_card(
        self, cancel: Cancel, on_found: Callable[[], None], clock: Callable[[], float], patience: float
    ) -> tuple[IdRecord, float]:
        last = fault(ReaderFault.CARD_MOVED)
        for attempt in range(ATTEMPTS):
            self._wait_for_card(cancel, COMES_BACK if attempt else patience, again=attempt > 0)
            found = clock()
            on_found()
            try:
                record = self._read_found_card()
            except DeviceError as error:
                if error.fault.code not in _TRY_AGAIN:
                    raise
                log.info("attempt %d to read a card ended with %s", attempt + 1, error.fault.code)
                last = error.fault
                continue
            return record, clock() - found
        raise DeviceError(last)

    def _wait_for_card(self, cancel: Cancel, patience: float, *, again: bool) -> None:
        """Until find says yes, but not longer than ``patience``. ``again``: after an attempt that failed."""
        give_up = time.monotonic() + patience
        silent = 0
        while True:
            cancel.check()
            try:
                answer = self._ask(Command.FIND)
                silent = 0
            except DeviceError:
                silent += 1
                if silent >= 3:
                    self._revive(cancel)
                    silent = 0
                continue
            if answer.status is Status.FOUND:
                self._card = True
                return
            if answer.status is not Status.NO_CARD:
                raise DeviceError(self._meaning(answer))
            if again and self.card_present():
                return  # it never left: find does not see a card that was selected before, but it can be read
            if time.monotonic() > give_up:
                raise DeviceError(fault(ReaderFault.CARD_MOVED, f"no card within {patience:.0f} s"))
            cancel.wait(FIND_EVERY)

    def _revive(self, cancel: Cancel) -> None:
        """The reader has stopped answering: reset it once; a reader that stays silent is lost."""
        try:
            self.reset()
        except DeviceError:
            log.info("the reader does not answer its reset")
        cancel.wait(AFTER_RESET)
        self._ask(Command.STATUS)

    def _reset_and_back(self, cancel: Cancel) -> float:
        """Reset the SAM; the seconds until it answers again. Raises DeviceError, OSError, Cancelled."""
        self.reset()
        began = time.monotonic()
        while True:
            cancel.wait(ASK_AGAIN_AFTER)
            try:
                self._ask_once(Command.STATUS)
            except DeviceError:
                if time.monotonic() - began > BACK_AFTER_RESET:
                    raise
                continue
            return time.monotonic() - began

    def _ask_sam_number(self) -> None:
        self._sam_number = sam_number(self._expect(self._ask(Command.SAM_NUMBER), Status.DONE).data)

    def _read_found_card(self) -> IdRecord:
        selected = self._ask(Command.SELECT)
        if selected.status is not Status.SELECT_FAILED:  # so it says of a card that is selected already; read decides
            self._expect(selected, Status.DONE)
        answer = self._expect(self._ask(Command.READ), Status.DONE)
        try:
            card: CardData = parse_card_data(answer.data)
        except ValueError as error:
            raise DeviceError(fault(ReaderFault.GARBLED, str(error))) from error
        address = self._ask(Command.READ_ADDRESS)
        added = address.data[:70] if address.status is Status.DONE else b""
        try:
            return parse_record(card.text, card.photo, added.decode("utf-16-le", errors="replace"))
        except RecordError as error:
            raise DeviceError(fault(ReaderFault.NOT_AN_ID_CARD, str(error))) from error

    def _ask(self, command: Command) -> Reply:
        """One request and its answer, once more when the answer was damaged or did not come.

        Raises DeviceError (SILENT, GARBLED), OSError.
        """
        try:
            return self._ask_once(command)
        except DeviceError as error:
            if command is Command.RESET:
                raise
            log.debug("%s: %s, asking once more", command.name, error)
            return self._ask_once(command)

    def _ask_once(self, command: Command) -> Reply:
        if self._doubtful:
            self._wait_for_quiet()
        self._transport.discard_input()
        self._parser.reset()
        deadline = time.monotonic() + DEADLINES.get(command, _USUAL_DEADLINE)
        self._doubtful = True
        try:
            self._transport.write(request(command), deadline)
        except TransportTimeout as error:
            raise DeviceError(fault(ReaderFault.SILENT, str(error))) from error
        sent = request(command)[7:-1]
        damage: Damage | None = None
        patience = deadline
        while data := self._transport.read(4096, patience):
            for content in self._parser.feed(data):
                if isinstance(content, Damage):
                    damage = content
                    self._counted["frames_damaged"] += 1
                    continue
                if content == sent or len(content) < 3:
                    continue  # a line that echoes what is sent
                answer = parse_reply(content)
                if not _may_answer(command, answer):
                    log.info("%s: dropped an answer to something else", command.name)
                    continue
                self._doubtful = False
                if answer.status in (Status.CHECKSUM_WRONG, Status.LENGTH_WRONG):
                    raise DeviceError(fault(ReaderFault.GARBLED, f"{command.name} arrived damaged"))
                return answer
            if damage is not None and not self._parser.pending:
                raise DeviceError(fault(ReaderFault.GARBLED, f"{command.name}: {damage.value}"))
            now = time.monotonic()
            if now > deadline:
                break  # a line that never falls silent
            patience = min(deadline, now + BROKEN_OFF) if self._parser.pending else deadline
        if damage is not None or self._parser.pending:
            self._counted["frames_damaged"] += damage is None
            raise DeviceError(fault(ReaderFault.GARBLED, f"{command.name}: the answer broke off"))
        self._counted["answers_missed"] += 1
        raise DeviceError(fault(ReaderFault.SILENT, f"{command.name}: no answer"))

    def _wait_for_quiet(self) -> None:
        """Let a late answer pass by, so that it is not taken for the next one."""
        limit = time.monotonic() + 1.0
        while time.monotonic() < limit and self._transport.read(4096, time.monotonic() + QUIET):
            pass

    def _expect(self, answer: Reply, wanted: Status) -> Reply:
        if answer.status is not wanted:
            raise DeviceError(self._meaning(answer))
        return answer

    def _meaning(self, answer: Reply) -> Fault:
        status = answer.status
        code = _MEANING.get(status, ReaderFault.PROTOCOL) if status is not None else ReaderFault.PROTOCOL
        return fault(code, f"SW3 {answer.sw3:02X}")


def _may_answer(command: Command, answer: Reply) -> bool:
    """Whether a reply fits the request by its shape; a stale one mostly does not.

    Found belongs to find alone, "no such item" to the additional address, and what
    a good answer carries differs for each command.
    """
    if answer.status is Status.FOUND:
        return command is Command.FIND
    if answer.status is Status.NO_SUCH_ITEM:
        return command is Command.READ_ADDRESS
    if answer.status is not Status.DONE:
        return True
    length = len(answer.data)
    match command:
        case Command.FIND:
            return False
        case Command.SELECT:
            return length == 8
        case Command.READ:
            return length > 70
        case Command.READ_ADDRESS:
            return length == 70
        case Command.SAM_NUMBER:
            return length == 16
        case _:
            return length == 0
