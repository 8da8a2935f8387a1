"""The driver: the lamps beside the parts of the machine, on one byte pipe.

It remembers the picture that is wanted. Whatever happens to the unit (unplugged,
restarted, gone dark because its host was silent), the next poll brings that
picture back.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TypeVar

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
from drivers.guide_lights.protocol import (
    LAMPS,
    Answer,
    Ask,
    Lamps,
    Light,
    LineParser,
    Picture,
    Refusal,
    Request,
    Show,
    Unit,
    parse_answer,
    request,
)
from drivers.transport import Transport, TransportTimeout

log = logging.getLogger("drivers.guide_lights")

ANSWER_SECONDS = 0.6  # the longest question and answer take a third of a second at 9600 baud
ALL_SECONDS = 1.0  # how long a health check lights all lamps
EACH_SECONDS = 0.8  # and one after the other
BROKEN_OFF = 0.15  # an answer that has begun and then pauses this long will not be finished

AnswerT = TypeVar("AnswerT", bound=Answer)


class GuideLightsFault(StrEnum):
    """What can be wrong with the lights, and the keys of their sentences."""

    DISCONNECTED = "guide_lights.disconnected"
    SILENT = "guide_lights.silent"
    GARBLED = "guide_lights.garbled"
    LAMP_BROKEN = "guide_lights.lamp_broken"  # the fault's detail names the lamps


ACTS_NEXT: dict[GuideLightsFault, NextAction] = {
    GuideLightsFault.DISCONNECTED: NextAction.TECHNICIAN,
    GuideLightsFault.SILENT: NextAction.TECHNICIAN,
    GuideLightsFault.GARBLED: NextAction.TECHNICIAN,
    GuideLightsFault.LAMP_BROKEN: NextAction.TECHNICIAN,
}


def fault(code: GuideLightsFault, detail: str = "") -> Fault:
    """The fault with the one who acts next."""
    return Fault(code, ACTS_NEXT[code], detail)


class GuideLights:
    """The lamps of one machine. Its methods are called on the thread that owns it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._parser = LineParser()
        self._unit = Unit(())
        self._wanted: Picture = {}
        self._counted = {"pictures": 0, "restored": 0, "answers_damaged": 0, "answers_missed": 0}

    # -- drivers.device.Device -----------------------------------------------------

    @property
    def capabilities(self) -> Capabilities:
        """How many lamps the unit has and beside which devices; known once it was open."""
        lamps = self._unit.lamps
        return Capabilities("guide_lights", {"lamps": len(lamps), "names": " ".join(lamps)})

    @property
    def identity(self) -> Identity:
        """What the unit tells of itself, once it was open."""
        unit = self._unit
        return Identity(self._transport.name, unit.model, unit.serial, unit.firmware)

    @property
    def counters(self) -> Mapping[str, int]:
        """Pictures shown, pictures the unit had lost, answers that made no sense, answers that did not come."""
        return dict(self._counted)

    def open(self) -> None:
        """Open the pipe, learn which lamps there are, show what is wanted. Raises DeviceError, OSError."""
        self._transport.open()
        self._unit = self._ask(Ask.UNIT, Unit)
        self._put(self._wanted)

    def close(self) -> None:
        """Close the pipe; the unit switches its lamps off when it hears nothing more."""
        self._transport.close()

    def poll(self) -> DeviceStatus:
        """Ask what is lit, and bring back what is wanted where the unit has lost it. Raises DeviceError, OSError.

        ``details`` maps each lamp to ``off``, ``on``, ``blink`` or ``broken``.
        """
        seen = self._ask_once(Ask.LAMPS, Lamps).picture  # a single miss is not believed anyway
        if not self._shows(seen, self._wanted):
            self._counted["restored"] += 1
            seen = self._put(self._wanted)
        faults = faults_of(seen)
        state = DeviceState.ATTENTION if faults else DeviceState.READY
        return DeviceStatus(state, faults, details=dict(seen))

    def check_health(self, level: HealthLevel, cancel: Cancel) -> HealthReport:
        """INTERNAL asks the unit; EXTERNAL lights all lamps for a moment, INTERACTIVE one after the other.

        In the end the lamps are as they were wanted. Raises DeviceError, OSError, Cancelled.
        """
        cancel.check()
        unit = self._ask(Ask.UNIT, Unit)
        lamps = self._unit.lamps
        facts: dict[str, Fact] = {"lamps": len(lamps), "model": unit.model, "firmware": unit.firmware}
        try:
            if level is HealthLevel.EXTERNAL:
                self._put(dict.fromkeys(lamps, Light.ON))
                cancel.wait(ALL_SECONDS)
            elif level is HealthLevel.INTERACTIVE:
                for lamp in lamps:
                    self._put({lamp: Light.ON})
                    cancel.wait(EACH_SECONDS)
        finally:
            seen = self._put(self._wanted)
        question = "guide_lights.one_by_one" if level is HealthLevel.INTERACTIVE else ""
        return HealthReport(level, faults_of(seen), facts, question)

    # -- what it is for ----------------------------------------------------------------

    def show(self, lamps: frozenset[str], *, blink: bool = False) -> None:
        """Light these lamps and no others, again after every interruption.

        A lamp that this unit does not have is left out. Raises ValueError for
        one that no machine has, DeviceError, OSError.
        """
        if unknown := lamps - set(LAMPS):
            raise ValueError(f"there is no lamp {', '.join(sorted(unknown))}")
        self._wanted = dict.fromkeys(sorted(lamps), Light.BLINK if blink else Light.ON)
        self._put(self._wanted)
        self._counted["pictures"] += 1

    # -- inside ------------------------------------------------------------------------

    def _put(self, wanted: Picture) -> Picture:
        """Have the unit show ``wanted``; returns what its lamps do then."""
        there = {lamp: light for lamp, light in wanted.items() if lamp in self._unit.lamps}
        return self._ask(Show(there), Lamps, lambda lamps: self._shows(lamps.picture, wanted)).picture

    def _shows(self, seen: Picture, wanted: Picture) -> bool:
        """Whether every lamp does what is wanted, as far as it is sound."""
        return all(light in (wanted.get(lamp, Light.OFF), Light.BROKEN) for lamp, light in seen.items())

    def _ask(self, what: Request, kind: type[AnswerT], fits: Callable[[AnswerT], bool] = lambda _: True) -> AnswerT:
        """One request and its answer, once more when that made no sense or did not come.

        Raises DeviceError (SILENT, GARBLED), OSError.
        """
        try:
            return self._ask_once(what, kind, fits)
        except DeviceError as error:
            log.debug("%s, asking once more", error)
            return self._ask_once(what, kind, fits)

    def _ask_once(
        self, what: Request, kind: type[AnswerT], fits: Callable[[AnswerT], bool] = lambda _: True
    ) -> AnswerT:
        self._transport.discard_input()
        self._parser.reset()
        deadline = patience = time.monotonic() + ANSWER_SECONDS
        try:
            self._transport.write(request(what), deadline)
        except TransportTimeout as error:
            self._counted["answers_missed"] += 1
            raise DeviceError(fault(GuideLightsFault.SILENT, str(error))) from error
        wrong = ""
        while data := self._transport.read(4096, patience):
            for line in self._parser.feed(data):
                found = parse_answer(line) if line is not None else None
                if isinstance(found, kind) and self._is_whole(found) and fits(found):
                    return found
                # It may be a late answer to an earlier question: the right one can still follow.
                wrong = f"refused: {found.reason}" if isinstance(found, Refusal) else "an answer to something else"
            now = time.monotonic()
            if now > deadline:
                break  # a line that never falls silent
            patience = min(deadline, now + BROKEN_OFF)
        if self._parser.pending:
            wrong = "the answer broke off"
        if wrong:
            self._counted["answers_damaged"] += 1
            raise DeviceError(fault(GuideLightsFault.GARBLED, wrong))
        self._counted["answers_missed"] += 1
        raise DeviceError(fault(GuideLightsFault.SILENT, "no answer"))

    def _is_whole(self, found: Answer) -> bool:
        """A picture shows every lamp of the unit, in its order, and nothing else."""
        return not isinstance(found, Lamps) or tuple(found.picture) == self._unit.lamps


def faults_of(seen: Picture) -> tuple[Fault, ...]:
    """What is wrong, by what the lamps do."""
    broken = [lamp for lamp, light in seen.items() if light is Light.BROKEN]
    return (fault(GuideLightsFault.LAMP_BROKEN, " ".join(broken)),) if broken else ()
