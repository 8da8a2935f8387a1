"""When an item can be done, apart from the machine: its own days and hours, and the departments that it asks.

An item that asks a department cannot end well while that department's system
does not answer; what is only applied for is kept here and goes out later.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from kiosk.catalogue.item import Item, LookupStep, PayStep, PrintDocumentStep, RewriteCardStep
from kiosk.gateway.contract import DepartmentService, DepartmentState, DepartmentStates
from kiosk.hours import LOCAL
from kiosk.operations.faults import FaultWords
from kiosk.text import Text
from kiosk.visit.shown import day_in_words

# Whoever has not been heard of for so long may be well again.
STALE_SECONDS = 300.0
SOFTWARE_FAULT = "software.fault"

_OPEN = Text(zh="办理时间是{hours}", en="open {hours}")
_FROM = Text(zh="{day}起可以办", en="from {day}")
_AND = Text(zh="{happened}，{when}", en="{happened}; {when}")


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What keeps an item from being done now: a fault by its code, and when it will be over, where that is known."""

    code: str
    when: Text | None = None

    def reason(self, words: Mapping[str, FaultWords]) -> Text:
        """It in a few words."""
        happened = (words.get(self.code) or words[SOFTWARE_FAULT]).happened
        if self.when is None:
            return happened
        return Text(
            zh=_AND.zh.format(happened=happened.zh, when=self.when.zh),
            en=_AND.en.format(happened=happened.en, when=self.when.en),
        )


class KnownDepartments:
    """What was last heard of the departments' systems. Nothing is known of one that was not heard of for long."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._heard: dict[str, DepartmentState] = {}
        self._heard_at = 0.0

    def hear(self, states: DepartmentStates) -> None:
        """The back office told which of them answer."""
        self._heard = {state.department: state for state in states.departments}
        self._heard_at = self._clock()

    def obstacle(self, department: str) -> Obstacle | None:
        """Why this one cannot be asked now; None when it can, or when nobody knows."""
        state = self._heard.get(department)
        if state is None or self._clock() - self._heard_at > STALE_SECONDS:
            return None
        match state.service:
            case DepartmentService.OPEN:
                return None
            case DepartmentService.CLOSED:
                return Obstacle("department.closed", opens(state.hours) if state.hours is not None else None)
            case DepartmentService.UNAVAILABLE:
                return Obstacle("department.unavailable")


def opens(hours: Text) -> Text:
    """When somebody is open, as a part of a sentence."""
    return Text(zh=_OPEN.zh.format(hours=hours.zh), en=_OPEN.en.format(hours=hours.en))


def obstacle(item: Item, at: datetime, departments: KnownDepartments) -> Obstacle | None:
    """What keeps ``item`` from being done at the aware moment ``at``; None when nothing does."""
    today = at.astimezone(LOCAL).date()
    if item.valid_from is not None and today < item.valid_from:
        day = day_in_words(item.valid_from)
        return Obstacle("item.not_yet", Text(zh=_FROM.zh.format(day=day.zh), en=_FROM.en.format(day=day.en)))
    if item.valid_until is not None and today > item.valid_until:
        return Obstacle("item.over")
    if not item.hours.open_at(at):
        return Obstacle("item.closed", opens(item.hours.in_words))
    return next(filter(None, map(departments.obstacle, asked_by(item))), None)


def asked_by(item: Item) -> tuple[str, ...]:
    """The departments whose systems have to answer for this item to end well."""
    asks = (LookupStep, PayStep, RewriteCardStep, PrintDocumentStep)
    operations = (step.operation for step in item.steps if isinstance(step, asks))
    return tuple(dict.fromkeys(operation.partition(".")[0] for operation in operations))
