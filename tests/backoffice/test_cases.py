"""One's own cases: all of them by the card, one of them by the number on its slip, nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.booking.desk import BookingDesk
from backoffice.cases import CASE, MY_CASE, MY_CASES, _spellings
from backoffice.departments import Departments
from backoffice.numbers import reference_number
from backoffice.payments import Payments
from backoffice.reference import reference_departments
from backoffice.refusals import Refused, reasons
from backoffice.store import OfficeError, Refusal, Store
from kiosk.gateway.contract import (
    Answer,
    AnswerKind,
    BookingRequest,
    FaceProof,
    HalfDay,
    OrderRequest,
    Question,
    Stage,
    code_for,
    ticket_for,
)
from kiosk.text import Text
from tests.backoffice.conftest import Time
from tests.backoffice.samples import NAME, NUMBER, PERSONAL, applicant, application

OTHER = "350206198503120027"
FACE = FaceProof(distance=0.31, threshold=0.4, frames=5, engine="dlib")


@pytest.fixture
def departments(store: Store) -> Departments:
    return reference_departments(store)


def ask(departments: Departments, operation: str, who: str | None = NUMBER, **asked: str) -> Answer:
    proof = FACE if who is not None else None
    question = Question(item="ZH-01", station="XM-0001", number=who, proof=proof, asked=asked)
    return departments.ask(operation, question)


def applied(store: Store, number: str = NUMBER) -> str:
    return store.accept(application(applicant=applicant(number=number))).reference_number


def test_a_person_sees_all_of_their_own_the_newest_first_and_nobody_elses(
    store: Store, departments: Departments, time: Time
) -> None:
    first = applied(store)
    applied(store, OTHER)
    time.passes(days=1)
    booking = BookingDesk(store).book(
        BookingRequest(
            idempotency_key=uuid4(),
            service="city_hall",
            place="hall",
            day=date(2026, 11, 26),
            half=HalfDay.MORNING,
            number=NUMBER,
            name=NAME,
            item="MZ-01",
            station="XM-0001",
            language="zh",
        )
    )
    time.passes(days=1)
    order = Payments(store, "https://pay.invalid").order(
        OrderRequest(
            operation="tax.bill",
            bill="B1",
            amount=20000,
            about=Text(zh="社保费", en="fees"),
            number=NUMBER,
            item="SW-03",
            station="XM-0001",
            language="zh",
        )
    )
    rows = ask(departments, MY_CASES).rows
    assert [(row["key"], row["item"], row["stage"]) for row in rows] == [
        (order.order_id, "SW-03", "open"),
        (booking.code, "MZ-01", "booked"),
        (first, "JT-02", "received"),
    ]
    assert [row["changed"] for row in rows] == ["20261125", "20261124", "20261123"]


def test_whoever_never_applied_has_none(departments: Departments) -> None:
    assert ask(departments, MY_CASES).outcome is AnswerKind.NOTHING


def test_one_case_says_how_it_went_with_its_parcel(store: Store, departments: Departments, time: Time) -> None:
    number = applied(store)
    time.passes(days=2)
    parcel = store.review(number, "wang", None).parcel_number
    assert parcel is not None
    time.passes(days=3)
    assert store.deliver(parcel) == number
    answer = ask(departments, MY_CASE, case=number)
    assert answer.facts == {"item": "JT-02", "number": number, "name": "林*舟", "stage": "delivered"}
    assert [(row["at"], row["stage"], row["note"]) for row in answer.rows] == [
        ("20261123", "received", ""),
        ("20261125", "in_review", ""),
        ("20261125", "approved", ""),
        ("20261125", "producing", ""),
        ("20261125", "posted", parcel),
        ("20261128", "delivered", ""),
    ]


def test_a_refusal_says_why(store: Store, departments: Departments) -> None:
    number = applied(store)
    store.review(number, "wang", Refused("papers_unclear", "第 2 页"))
    note = ask(departments, MY_CASE, case=number).rows[-1]["note"]
    assert note == "材料的照片不清楚，有的字看不出来，请重新拍摄；审核人员的原话：“第 2 页”"


@pytest.mark.parametrize("applied_in", ["zh", "en"])
def test_whoever_applied_reads_why_in_the_language_of_the_screen(
    store: Store, departments: Departments, applied_in: str
) -> None:
    number = store.accept(application(language=applied_in)).reference_number
    store.review(number, "wang", Refused("papers_unclear"))
    told, why = ask(departments, MY_CASE, case=number).rows[-1], reasons()["papers_unclear"]
    assert (told["note"], told["note_en"]) == (why.zh, why.en)


def test_another_persons_case_is_not_found_among_ones_own(store: Store, departments: Departments) -> None:
    number = applied(store, OTHER)
    assert ask(departments, MY_CASE, case=number).outcome is AnswerKind.NOTHING


def test_by_its_number_anybody_sees_a_case_and_nothing_of_whose_it_is(store: Store, departments: Departments) -> None:
    said = application()
    number = store.accept(said).reference_number
    parcel = store.review(number, "wang", None).parcel_number or ""
    for typed in (number, number.replace("-", ""), number.lower(), said.ticket, said.ticket.replace("-", ""), parcel):
        answer = ask(departments, CASE, None, number=typed)
        assert answer.facts["number"] == number, typed
        assert "name" not in answer.facts  # running numbers can be guessed
        assert not any(personal in answer.model_dump_json() for personal in PERSONAL)
    assert answer.rows[-1]["note"] == parcel


def test_why_somebody_was_refused_is_told_only_to_that_person(store: Store, departments: Departments) -> None:
    number = applied(store)
    store.review(number, "wang", Refused("papers_unclear", "第 2 页"))
    answer = ask(departments, CASE, None, number=number)
    assert (answer.rows[-1]["stage"], answer.rows[-1]["note"]) == ("refused", "")
    assert "note_en" not in answer.rows[-1]


def test_without_a_proof_nobody_sees_anybodys_cases(store: Store, departments: Departments) -> None:
    applied(store)
    for operation in (MY_CASES, MY_CASE):
        with pytest.raises(Refusal, match="not_proven"):
            departments.ask(operation, Question(item="ZH-01", station="XM-0001", number=NUMBER))
    with pytest.raises(Refusal, match="not_found"):
        departments.ask("city.everything", Question(item="ZH-01", station="XM-0001"))


def test_a_parcel_is_handed_over_once(store: Store) -> None:
    parcel = store.review(applied(store), "wang", None).parcel_number
    assert parcel is not None
    store.deliver(parcel)
    assert store.listing()[0].stage is Stage.DELIVERED
    with pytest.raises(OfficeError, match="already"):
        store.deliver(parcel)
    with pytest.raises(OfficeError, match="no parcel"):
        store.deliver("EA000000000CN")


@given(
    st.uuids(),
    st.sampled_from(["JT-02", "GA-HZ-04", "RS-12"]),
    st.dates(date(2020, 1, 1)),
    st.integers(1, 99999),
    st.sampled_from([str, str.lower, lambda number: number.replace("-", ""), lambda number: f" {number} "]),
)
def test_a_number_of_a_slip_is_known_however_it_is_typed(
    key: UUID, item: str, day: date, count: int, how: Callable[[str], str]
) -> None:
    for number in (reference_number(item, day, count), ticket_for(key), code_for("YY", key), code_for("JF", key)):
        assert number in set(_spellings(how(number)))


@given(st.text())
def test_nothing_that_can_be_typed_breaks_it(typed: str) -> None:
    assert all(spelling for spelling in _spellings(typed))
