"""From a visit to the request for a document: what the department is asked, and how it is called on the sheet."""

from __future__ import annotations

import json
from collections.abc import Iterable
from uuid import NAMESPACE_OID, UUID, uuid5

from kiosk.catalogue.item import Fact, Item, LookupStep
from kiosk.gateway.contract import DocumentRequest, Line, Named
from kiosk.questions import question_of
from kiosk.text import Language
from kiosk.visit.events import LookUp, MakeDocument


def request_for(item: Item, effect: MakeDocument, *, visit: UUID, station: str, language: Language) -> DocumentRequest:
    """The request as the contract wants it. ``visit`` is an id of the visit that nobody guesses.

    Of one visit the same words have the same idempotency key: what was asked for again is not made again.
    """
    step = effect.step
    question = LookUp(step.operation, effect.asked, effect.record, effect.proof, effect.typed)
    facts, columns = _named(item, step.operation)
    request = DocumentRequest(
        idempotency_key=NAMESPACE_OID,
        document=step.document,
        title=step.name,
        operation=step.operation,
        question=question_of(question, item=item.code, station=station),
        language=language,
        facts=facts,
        columns=columns,
        answers=tuple(Line(label=label, value=value) for label, value in effect.answers),
    )
    words = json.dumps(request.model_dump(mode="json"), sort_keys=True)
    return request.model_copy(update={"idempotency_key": uuid5(visit, words)})


def _named(item: Item, operation: str) -> tuple[tuple[Named, ...], tuple[Named, ...]]:
    """How the lookups of this operation call what the department says; what they hide stands on no document."""
    facts: dict[str, Fact] = {}
    columns: dict[str, Fact] = {}
    for step in item.steps:
        if isinstance(step, LookupStep) and step.operation == operation:
            facts |= {fact.key: fact for fact in step.facts if not fact.hidden}
            columns |= {column.key: column for column in step.columns}
    return _as_named(facts.values()), _as_named(columns.values())


def _as_named(facts: Iterable[Fact]) -> tuple[Named, ...]:
    return tuple(Named(key=fact.key, label=fact.label, type=fact.type, words=fact.words) for fact in facts)
