"""The pages that say whom or what it is about without a card, and those that show what a department knows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from drivers.id_reader.record import CardKind, IdRecord, Sex
from kiosk.catalogue.item import Fact, FieldType, LookupStep, Outcome, ScanCodeStep
from kiosk.gateway.contract import Picture
from kiosk.id_number import born, is_id_number, is_male
from kiosk.text import Text
from kiosk.visit import words
from kiosk.visit.events import (
    Answer,
    CodeShown,
    Denied,
    Event,
    Failed,
    Found,
    LookUp,
    NothingFound,
    Record,
    ScanCode,
    StopDevices,
)
from kiosk.visit.page import Page
from kiosk.visit.shown import is_masked, key_of_cell, shown_cell, shown_fact
from kiosk.visit.view import (
    Button,
    FieldView,
    FormBody,
    LookupBody,
    LookupState,
    ReviewRow,
    ScanCodeBody,
    ScanCodeState,
)

if TYPE_CHECKING:
    from kiosk.visit.visit import Visit

LONGEST_NAME = 30
LONGEST_CODE = 60
SLOW_SECONDS = 3.0  # after which somebody who waits is told that it takes longer
ANSWER_SECONDS = 10.0  # nobody waits longer for a department


class TypeNumberPage(Page):
    """Name and number of somebody whose card is not there. They prove nothing; the sign-in does."""

    def __init__(self, visit: Visit, step: Any) -> None:
        super().__init__(visit, step)
        self._name = self._number = ""
        self._errors: dict[str, Text] = {}

    def complete(self) -> bool:
        return self.visit.record is not None

    def handle(self, event: Event) -> None:
        if isinstance(event, Answer):
            if event.key == "name":
                self._name = re.sub(r"[\x00-\x1f\x7f]", "", event.value)[:LONGEST_NAME]
            elif event.key == "number":
                self._number = event.value.upper().replace(" ", "")[:18]
            self._errors.pop(event.key, None)

    def act(self, action: str) -> None:
        if action != "next":
            return
        self._errors = {}
        name = self._name.strip()
        if not name:
            self._errors["name"] = words.PLEASE_FILL_IN
        if not is_id_number(self._number):
            self._errors["number"] = words.NUMBER_WRONG
        if self._errors:
            return
        visit = self.visit
        if visit.record is None or (visit.record.number, visit.record.name) != (self._number, name):
            visit.forget_proof()
            visit.forget_answers()
            visit.record, visit.typed = record_of(name, self._number), True
        visit.advance()

    def title(self) -> Text:
        return words.NUMBER_TITLE

    def hint(self) -> Text:
        return words.NUMBER_HINT

    def body(self) -> FormBody:
        return FormBody(
            (
                FieldView(
                    "name",
                    FieldType.TEXT,
                    words.NAME,
                    words.NAME_HINT,
                    self._name,
                    self._errors.get("name"),
                    max_length=LONGEST_NAME,
                ),
                FieldView(
                    "number",
                    FieldType.ID_NUMBER,
                    words.ID_NUMBER,
                    words.ID_NUMBER_HINT,
                    self._number,
                    self._errors.get("number"),
                    max_length=18,
                ),
            )
        )


def record_of(name: str, number: str) -> IdRecord:
    """What a typed name and a valid number say; no card was read, so there is no portrait and no address."""
    return IdRecord(
        kind=CardKind.RESIDENT,
        name=name,
        number=number,
        sex=Sex.MALE if is_male(number) else Sex.FEMALE,
        birth_date=born(number),
        long_term=True,
    )


class ScanCodePage(Page):
    """A code is read by the scanner; where it may be typed, that is one touch away."""

    step: ScanCodeStep

    def __init__(self, visit: Visit, step: Any) -> None:
        super().__init__(visit, step)
        self._state = ScanCodeState.SCANNING
        self._error: Text | None = None

    def enter(self) -> None:
        if self._state is ScanCodeState.SCANNING:
            self.visit.emit(ScanCode())

    def leave(self) -> None:
        self.visit.emit(StopDevices())

    def complete(self) -> bool:
        return re.fullmatch(self.step.pattern, self._value) is not None

    def handle(self, event: Event) -> None:
        match event:
            case CodeShown(code) if self._state is ScanCodeState.SCANNING:
                self.visit.answers[self.step.key] = code.strip()[:LONGEST_CODE]
                if self.complete():
                    self.visit.advance()
                    return
                self.visit.answers.pop(self.step.key)
                self._error = self.step.error
                self.visit.emit(ScanCode())
            case Answer(key, value) if key == self.step.key and self._state is ScanCodeState.TYPING:
                self.visit.answers[key] = value.upper().replace(" ", "")[:LONGEST_CODE]
                self._error = None
            case Failed(code):
                if self.step.typed:
                    self._state = ScanCodeState.TYPING
                else:
                    self.visit.fail(code)
            case _:
                pass

    def act(self, action: str) -> None:
        if action == "next" and self.complete():
            self.visit.advance()
        elif action == "type" and self.step.typed and self._state is ScanCodeState.SCANNING:
            self.visit.emit(StopDevices())
            self._state, self._error = ScanCodeState.TYPING, None
        elif action in ("scan", "retry"):
            self.visit.problem = None
            self._state, self._error = ScanCodeState.SCANNING, None
            self.visit.emit(ScanCode())
        elif action == "next" and self._state is ScanCodeState.TYPING:
            self._error = self.step.error

    def body(self) -> ScanCodeBody:
        field = FieldView(
            self.step.key,
            FieldType.LATIN,
            self.step.label,
            self.step.hint,
            self._value,
            self._error,
            max_length=LONGEST_CODE,
        )
        return ScanCodeBody(self._state, field)

    def primary(self) -> Button | None:
        return Button("next", words.NEXT) if self._state is ScanCodeState.TYPING or self.complete() else None

    def secondary(self) -> tuple[Button, ...]:
        if self._state is ScanCodeState.TYPING:
            return (Button("scan", words.SCAN_INSTEAD),)
        return (Button("type", words.TYPE_INSTEAD),) if self.step.typed else ()

    @property
    def _value(self) -> str:
        return self.visit.answers.get(self.step.key, "")


class LookupPage(Page):
    """Asks a department each time it is come to anew; what it denies is said before anything more is asked for."""

    step: LookupStep

    def __init__(self, visit: Visit, step: Any) -> None:
        super().__init__(visit, step)
        self._state = LookupState.ASKING
        self._asked: tuple[str, dict[str, str]] | None = None
        self._asked_at = 0.0
        self._pictures: tuple[Picture, ...] = ()

    def enter(self) -> None:
        if not self.complete():
            self._ask()

    def complete(self) -> bool:
        answered = self._state is LookupState.SHOWN and self._asked == self._question()
        return answered and not any(self.visit.condition_holds(deny.when) for deny in self.step.deny)

    def passed(self) -> bool:
        return not self.step.show and self.complete()

    def handle(self, event: Event) -> None:
        if not self.working():
            return
        match event:
            case Found(facts, rows, pictures):
                known = {fact.key for fact in self.step.facts}
                self.visit.facts.update({key: value for key, value in facts.items() if key in known})
                self.visit.rows[self.step.id] = rows
                self._pictures = pictures
                self._said("found")
            case NothingFound():
                if self.step.empty is None:
                    self._said("nothing")
                else:
                    self._record("nothing")
                    self.visit.deny(self.step.empty, "nothing_found", change=bool(self.step.asks))
            case Denied() if self.step.optional:
                self._said("denied")
            case Denied(happened, meaning, todo):
                self._record("denied")
                said = Outcome(happened=happened, meaning=meaning, todo=todo)
                self.visit.deny(said, "department", change=bool(self.step.asks))
            case Failed() if self.step.optional:
                self._said("failed")
            case Failed(code):
                self._record("failed")
                self.visit.fail(code)
            case _:
                pass

    def act(self, action: str) -> None:
        if action == "change":
            self.visit.back()
        elif action == "retry" and self.visit.problem is not None:
            self.visit.problem = None
            self._ask()
        elif action == "next" and self._state is LookupState.SHOWN and self.visit.problem is None:
            self.visit.advance()

    def tick(self, now: float) -> None:
        if self.working() and now - self._asked_at > ANSWER_SECONDS:
            self.visit.emit(StopDevices())  # what still comes in is late
            self.handle(Failed("department.unavailable"))

    def working(self) -> bool:
        return self._state is LookupState.ASKING and self.visit.problem is None

    def title(self) -> Text:
        return words.ASKING_TITLE if self._state is LookupState.ASKING else self.step.title

    def hint(self) -> Text:
        if self._state is LookupState.SHOWN:
            return self.step.hint
        return words.ASKING_HINT if self.visit.now - self._asked_at < SLOW_SECONDS else words.ASKING_SLOW_HINT

    def body(self) -> LookupBody:
        if self._state is LookupState.ASKING:
            return LookupBody(self._state)
        facts = tuple(self._row(fact) for fact in self.step.facts if not fact.hidden)
        columns = tuple(column.label for column in self.step.columns)
        told = self.visit.rows.get(self.step.id, ())
        rows = tuple(tuple(shown_cell(column, row) for column in self.step.columns) for row in told)
        keys = tuple(
            tuple(key_of_cell(self.step, number, column, row) for column in self.step.columns)
            for number, row in enumerate(told)
        )
        pictures = tuple(picture.words for picture in self._pictures)
        return LookupBody(self._state, facts, columns if rows else (), rows, keys, pictures)

    def picture(self, number: int) -> bytes:
        """A picture of the answer, PNG, from 0; empty where there is none."""
        return self._pictures[number].png if number < len(self._pictures) else b""

    def forget(self) -> None:
        self._pictures = ()

    def masked(self) -> frozenset[str]:
        body = self.body()
        return frozenset(row.key for row in body.facts) | {key for row in body.keys for key in row}

    def _row(self, fact: Fact) -> ReviewRow:
        value = self.visit.facts.get(fact.key, "")
        return ReviewRow(fact.label, shown_fact(fact, value), f"fact.{fact.key}" if is_masked(fact, value) else "")

    def primary(self) -> Button:
        return Button("next", words.NEXT, enabled=self._state is LookupState.SHOWN)

    def _question(self) -> tuple[str, dict[str, str]]:
        """Who it is about, and what the department gets to see."""
        record = self.visit.record
        answers = {key: self.visit.answers.get(key, "") for key in self.step.asks}
        return record.number if record is not None else "", answers

    def _ask(self) -> None:
        visit = self.visit
        for fact in self.step.facts:
            visit.facts.pop(fact.key, None)
        visit.rows.pop(self.step.id, None)
        self._pictures = ()
        self._asked, self._asked_at = self._question(), visit.now
        self._state = LookupState.ASKING
        visit.emit(LookUp(self.step.operation, dict(self._asked[1]), visit.record, visit.proof, visit.typed))

    def _said(self, outcome: str) -> None:
        self._record(outcome)
        if self.visit.denied(self.step):
            return
        self._state = LookupState.SHOWN
        if not self.step.show:
            self.visit.advance()

    def _record(self, outcome: str) -> None:
        self.visit.emit(Record("looked_up", {"operation": self.step.operation, "outcome": outcome}))
