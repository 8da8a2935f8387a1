"""From a visit's question to the one that goes over the line, and from a department's answer back to the visit."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.catalogue.item import Outcome
from kiosk.documents.application import identity_of
from kiosk.gateway.contract import Answer, AnswerKind, Problem, ProblemCode, Question
from kiosk.operations.availability import opens
from kiosk.operations.faults import FaultWords
from kiosk.text import Text
from kiosk.visit.events import Denied, Failed, Found, LookUp, NothingFound


def question_of(look_up: LookUp, *, item: str, station: str) -> Question:
    """The question as the contract wants it."""
    record = look_up.record
    return Question(
        item=item,
        station=station,
        number=record.number if record is not None else None,
        name=(record.name or record.name_en) if record is not None else "",
        typed=look_up.typed,
        proof=identity_of(look_up.proof) if look_up.proof is not None else None,
        asked=dict(look_up.asked),
    )


def heard(answer: Answer) -> Found | NothingFound | Denied:
    """What a department said, as the visit hears it."""
    if answer.said is not None:
        return Denied(answer.said.happened, answer.said.meaning, answer.said.todo)
    return Found(answer.facts, answer.rows, answer.pictures) if answer.outcome is AnswerKind.FOUND else NothingFound()


def away(problem: Problem, words: Mapping[str, FaultWords]) -> Failed:
    """A department that does not answer; where it says when it is open, the citizen is told."""
    code = problem.code.value
    if problem.hours is None:
        return Failed(code)
    said, when = words[code], opens(problem.hours)
    meaning = Text(zh=f"{said.meaning.zh}{when.zh}。", en=f"{said.meaning.en} It is {when.en}.")
    return Failed(code, Outcome(happened=said.happened, meaning=meaning, todo=said.todo))


def refused(problem: Problem) -> Failed:
    """A department, or the back office before it, does not take the question."""
    not_proven = problem.code is ProblemCode.NOT_PROVEN
    return Failed("department.not_proven" if not_proven else "department.refused")
