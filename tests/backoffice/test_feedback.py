"""Ratings, ended visits and reported faults: each counts once, and what is bad has to be answered in time."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError

from backoffice.booking.working_days import Unannounced, works_in_china
from backoffice.feedback import Feedback, working_days_later
from backoffice.service import create_app
from backoffice.store import OfficeError, Store
from kiosk.gateway.client import GatewayClient
from kiosk.gateway.contract import Case, CaseResult, FaultReport, Level, Rating
from tests.backoffice.conftest import Time
from tests.backoffice.running import Running
from tests.backoffice.samples import PERSONAL, PHONE, application


@pytest.fixture
def feedback(store: Store) -> Feedback:
    return Feedback(store)


def rating(**changes: Any) -> Rating:
    return Rating.model_validate(
        {
            "idempotency_key": uuid4(),
            "station": "XM-0001",
            "item": "JT-02",
            "result": "finished",
            "level": "poor",
            "reasons": ("slow", "unclear"),
            "anonymous": False,
            "number": "JT02-20261123-00001-M",
            "day": date(2026, 11, 23),
            **changes,
        }
    )


def case(**changes: Any) -> Case:
    return Case.model_validate(
        {
            "idempotency_key": uuid4(),
            "station": "XM-0001",
            "item": "JT-02",
            "result": "finished",
            "began_at": datetime(2026, 11, 23, 1, 20, tzinfo=UTC),
            "ended_at": datetime(2026, 11, 23, 1, 24, tzinfo=UTC),
            **changes,
        }
    )


def report(**changes: Any) -> FaultReport:
    return FaultReport.model_validate(
        {
            "idempotency_key": uuid4(),
            "station": "XM-0001",
            "page": "paper",
            "item": "RS-01",
            "trouble": "printer",
            "at": datetime(2026, 11, 23, 1, 24, tzinfo=UTC),
            **changes,
        }
    )


def test_a_rating_counts_once_however_often_it_comes(feedback: Feedback) -> None:
    said = rating()
    for _ in range(3):
        feedback.rate(said)
    (line,) = feedback.ratings()
    assert (line.item, line.level, line.reasons, line.number) == (
        "JT-02",
        Level.POOR,
        ("slow", "unclear"),
        "JT02-20261123-00001-M",
    )
    assert len(feedback.work_orders()) == 1


@pytest.mark.parametrize("level", Level)
def test_only_a_bad_rating_opens_a_work_order(feedback: Feedback, level: Level) -> None:
    feedback.rate(rating(level=level))
    assert [order.about for order in feedback.work_orders()] == (
        [f"{level} slow unclear"] if level in ("poor", "very_poor") else []
    )


def test_it_has_to_be_answered_within_five_working_days(feedback: Feedback, time: Time) -> None:
    time.now = datetime(2026, 11, 26, 16, 30, tzinfo=UTC)  # half past midnight on Friday by local time
    feedback.rate(rating())
    (order,) = feedback.work_orders()
    assert (order.opened, order.due) == (date(2026, 11, 27), date(2026, 12, 4))
    time.now = datetime(2026, 12, 4, 15, 59, tzinfo=UTC)
    assert not feedback.work_orders()[0].overdue
    time.passes(minutes=2)
    assert feedback.work_orders()[0].overdue


def test_holidays_do_not_count_and_weekdays_do_where_nothing_is_announced() -> None:
    assert working_days_later(date(2026, 9, 30), 1, works_in_china) == date(2026, 10, 8)

    def nobody_knows(day: date) -> bool:
        raise Unannounced(day)

    assert working_days_later(date(2027, 1, 1), 5, nobody_knows) == date(2027, 1, 8)


def test_the_answer_goes_to_whoever_gave_the_rating_with_the_cases_number(feedback: Feedback, store: Store) -> None:
    accepted = store.accept(application())
    feedback.rate(rating(number=accepted.reference_number))
    feedback.rate(rating(number=accepted.ticket))
    feedback.rate(rating(number=None, anonymous=True))
    told = [feedback.answer(order.number, "wang", "打印机已更换。") for order in feedback.work_orders()]
    assert [bool(text) for text in told] == [True, True, False]
    assert [text.phone for text in store.texts()] == [PHONE, PHONE]
    assert accepted.reference_number in told[0]
    assert "打印机已更换" in told[0]
    assert all(order.answered for order in feedback.work_orders())


def test_a_work_order_is_answered_once_and_with_words(feedback: Feedback) -> None:
    feedback.rate(rating())
    with pytest.raises(OfficeError, match="says what was done"):
        feedback.answer(1, "wang", "  ")
    feedback.answer(1, "wang", "已联系本人说明。")
    with pytest.raises(OfficeError, match="answered already"):
        feedback.answer(1, "wang", "再说一次。")
    with pytest.raises(OfficeError, match="no work order 7"):
        feedback.answer(7, "wang", "没有这一件。")


def test_an_anonymous_rating_cannot_carry_what_leads_to_a_person() -> None:
    with pytest.raises(ValidationError, match="anonymous"):
        rating(anonymous=True)
    assert set(Rating.model_fields) & {"name", "card", "phone", "at", "person"} == set()
    assert not any(word in rating(anonymous=True, number=None).model_dump_json() for word in PERSONAL)


def test_a_visit_that_has_ended_counts_once(feedback: Feedback, store: Store) -> None:
    said = case(ended_at=datetime(2026, 11, 23, 16, 30, tzinfo=UTC))
    feedback.count(said)
    feedback.count(said)
    feedback.count(case(result="left"))
    with store.transaction() as session:
        rows = session.connection().exec_driver_sql("SELECT day, result FROM visit_case ORDER BY id").all()
    assert [tuple(row) for row in rows] == [("2026-11-24", CaseResult.FINISHED), ("2026-11-23", CaseResult.LEFT)]


def test_a_reported_fault_is_a_work_order_for_the_next_working_day(feedback: Feedback) -> None:
    said = report()
    feedback.report(said)
    feedback.report(said)
    (order,) = feedback.work_orders()
    assert (order.station, order.item, order.about) == ("XM-0001", "RS-01", "printer paper")
    assert (order.opened, order.due) == (date(2026, 11, 23), date(2026, 11, 24))


def test_what_waits_stands_before_what_was_answered(feedback: Feedback) -> None:
    feedback.report(report())
    feedback.rate(rating())
    feedback.answer(1, "wang", "已修好。")
    assert [order.number for order in feedback.work_orders()] == [2, 1]


def test_all_of_it_is_taken_over_the_line(store: Store, feedback: Feedback) -> None:
    with Running(create_app(store)) as office, closing(GatewayClient(office.url)) as client:
        heard = [client.rate(rating()), client.count(case()), client.report_fault(report())]
    assert all(noted.at == store.now() for noted in heard)
    assert (len(feedback.ratings()), len(feedback.work_orders())) == (1, 2)
