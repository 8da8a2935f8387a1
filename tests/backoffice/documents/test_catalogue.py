"""Every document of every item, made of what the reference departments know of Lin; attested items word for word."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from backoffice.documents.issuing import Documents
from backoffice.reference import reference_departments
from backoffice.store import Store
from kiosk.catalogue.item import PrintDocumentStep
from kiosk.gateway.contract import DocumentCheck, Genuineness
from tests.backoffice.documents.bench import plain, text_of
from tests.backoffice.documents.catalogue import documents_of
from tests.backoffice.documents.golden import ATTESTED, FOLDER, ITEMS, WITH_DOCUMENTS, back_office, words_on
from tests.people import LIN

# Which have lines of their own in place of the item's facts.
OWN_LINES = ("identity_statement", "penalty_decision", "no_crime")
ABOUT_COMPANIES = ("company_extract", "origin_certificate")


@pytest.fixture(scope="module")
def office() -> Iterator[tuple[Store, Documents]]:
    with back_office() as office:
        yield office


@pytest.mark.parametrize("code", WITH_DOCUMENTS)
def test_every_document_of_an_item_is_made_sealed_and_signed(code: str, office: tuple[Store, Documents]) -> None:
    store, documents = office
    requests = documents_of(ITEMS[code], reference_departments(store), store.now())
    assert len(requests) == sum(isinstance(step, PrintDocumentStep) for step in ITEMS[code].steps)
    for request in requests:
        made = documents.make(request)
        assert documents.check(made.code, DocumentCheck(pdf=made.pdf)).result is Genuineness.GENUINE
        text = "".join(text_of(made.pdf))
        assert plain(request.title.zh) in text
        assert "样章SAMPLE" in text
        if request.question.number is not None and request.document not in ABOUT_COMPANIES:
            assert LIN.name in text
            assert LIN.number in text
        for fact in request.facts if request.document not in OWN_LINES else ():
            assert plain(fact.label.zh) in text


@pytest.mark.parametrize("code", ATTESTED)
def test_the_documents_of_an_attested_item_are_what_they_were(code: str, office: tuple[Store, Documents]) -> None:
    """Where a change is meant, ``python -m tests.backoffice.documents.golden`` writes them anew."""
    kept = (FOLDER / f"{code}.txt").read_text(encoding="utf-8")
    assert words_on(ITEMS[code], *office).splitlines() == kept.splitlines()


def test_a_name_with_rare_characters_comes_out(office: tuple[Store, Documents]) -> None:
    store, documents = office
    request = documents_of(ITEMS["RS-01"], reference_departments(store), store.now())[0]
    question = request.question.model_copy(update={"name": "㐀示䶮·阿依古丽"})
    made = documents.make(request.model_copy(update={"question": question, "idempotency_key": uuid4()}))
    assert "㐀示䶮·阿依古丽" in text_of(made.pdf)[0]
