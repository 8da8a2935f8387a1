"""A citizen's way through an item as far as its documents: what the departments were asked, and what was answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from backoffice.departments import Departments
from drivers.id_reader.record import IdRecord
from kiosk.catalogue.item import Fact, FieldType, FormStep, Item, LookupStep, PrintDocumentStep, SignInStep
from kiosk.documents.paper import request_for
from kiosk.gateway.contract import DocumentRequest
from kiosk.identity.events import FaceVerdict, Outcome
from kiosk.questions import question_of
from kiosk.text import Language, Text
from kiosk.visit.events import LookUp, MakeDocument, Proof, Way
from kiosk.visit.shown import shown_fact
from tests.people import LIN

PROOF = Proof(Way.FACE, FaceVerdict(Outcome.ACCEPTED, 0.23, 0.40, 5, 0.4, "dlib"))
VISIT = UUID(int=7)
STATION = "XM-HL-0001"


def documents_of(
    item: Item, departments: Departments, now: datetime, *, record: IdRecord = LIN, language: Language = "zh"
) -> list[DocumentRequest]:
    """A request for each document of the item, with the sample answers; a picked row is the first that is known."""
    answers = item.sample_answers(now.date())
    facts: dict[str, str] = {}
    rows: dict[str, Any] = {}
    signed_in = any(isinstance(step, SignInStep) for step in item.steps)
    who, proof = (record, PROOF) if signed_in else (None, None)
    requests = []
    for step in item.steps:
        match step:
            case LookupStep():
                asked = {key: answers.get(key, "") for key in step.asks}
                question = question_of(LookUp(step.operation, asked, who, proof), item=item.code, station=STATION)
                answer = departments.ask(step.operation, question)
                facts |= answer.facts
                rows[step.id] = answer.rows
            case FormStep():
                for field in step.fields:
                    if field.type is FieldType.PICK and rows.get(field.rows or ""):
                        answers[field.key] = rows[field.rows or ""][0]["key"]
                    elif field.prefill is not None and field.prefill.startswith("fact.") and field.key not in answers:
                        answers[field.key] = facts.get(field.prefill.removeprefix("fact."), "")
            case PrintDocumentStep():
                asked = {key: answers.get(key, "") for key in step.asks}
                lines = tuple(line for key, value in asked.items() if value and (line := _line(item, key, value)))
                effect = MakeDocument(step, asked, lines, who, proof, typed=False)
                requests.append(request_for(item, effect, visit=VISIT, station=STATION, language=language))
            case _:
                pass
    return requests


def _line(item: Item, key: str, value: str) -> tuple[Text, Text] | None:
    """An answer as the page of a document repeats it; of a picked row the department says more itself."""
    field = item.field(key)
    if field is None or field.type is FieldType.PICK:
        return None
    kind: Any = field.type if field.type in ("date", "month", "amount") else "text"
    shown = Fact(key=key, label=field.label, type=kind, words={one.value: one.label for one in field.choices})
    chosen = [shown_fact(shown, one) for one in value.split(",")]
    return field.summary_label, Text(zh="、".join(one.zh for one in chosen), en=", ".join(one.en for one in chosen))
