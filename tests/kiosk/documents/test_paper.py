"""What a kiosk asks a department's office for when a document is to be made."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

from kiosk.catalogue.item import PrintDocumentStep
from kiosk.documents.paper import request_for
from kiosk.gateway.contract import DocumentRequest
from kiosk.identity.events import FaceVerdict, Outcome
from kiosk.text import Text
from kiosk.visit.events import MakeDocument, Proof, Way
from tests.papers import paper_item
from tests.people import LIN

ITEM = paper_item()
STEP = next(step for step in ITEM.steps if isinstance(step, PrintDocumentStep))
FACE = Proof(Way.FACE, FaceVerdict(Outcome.ACCEPTED, 0.23, 0.40, 5, 0.4, "dlib"))
EFFECT = MakeDocument(
    STEP,
    {"purpose": "school"},
    ((Text(zh="用途", en="Purpose"), Text(zh="入学", en="School")),),
    LIN,
    FACE,
    typed=False,
)
VISIT = uuid4()


def asked(effect: MakeDocument = EFFECT, **changes: Any) -> DocumentRequest:
    return request_for(ITEM, effect, **{"visit": VISIT, "station": "XM-HL-0001", "language": "zh", **changes})


def test_it_carries_the_names_of_what_is_shown_and_none_of_what_is_hidden() -> None:
    request = asked()
    assert [(fact.key, fact.label.zh) for fact in request.facts] == [("unit", "现参保单位"), ("months", "累计缴费月数")]
    assert request.title.zh == "个人参保证明"
    assert (request.document, request.operation) == ("proof", "human_resources.enrolment")
    assert [(line.label.zh, line.value.zh) for line in request.answers] == [("用途", "入学")]


def test_the_department_hears_who_it_is_how_that_was_proven_and_what_was_answered() -> None:
    question = asked().question
    assert (question.number, question.name, question.typed) == (LIN.number, LIN.name, False)
    assert question.proof is not None
    assert question.asked == {"purpose": "school"}


def test_the_same_words_in_one_visit_are_the_same_request() -> None:
    assert asked() == asked()


def test_other_answers_another_language_or_another_visit_are_another_request() -> None:
    others = [
        asked(replace(EFFECT, asked={"purpose": "loan"})),
        asked(replace(EFFECT, record=replace(LIN, number="350213199211020049"))),
        asked(language="en"),
        asked(visit=uuid4()),
    ]
    keys = {request.idempotency_key for request in (asked(), *others)}
    assert len(keys) == 5


def test_a_request_about_a_company_names_nobody() -> None:
    question = asked(replace(EFFECT, record=None, proof=None)).question
    assert (question.number, question.name, question.proof) == (None, "", None)


def test_nothing_of_the_person_is_in_a_repr() -> None:
    told = repr(asked()) + repr(EFFECT)
    for personal in (LIN.name, LIN.number, "school", "入学"):
        assert personal not in told
