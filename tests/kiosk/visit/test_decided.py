"""An application that was decided at once (秒批): the pages and the receipt say so, and a refusal ends as one."""

from __future__ import annotations

import pytest

from drivers.receipt_printer.receipt import Row
from drivers.receipt_printer.receipt import Text as Line
from kiosk.documents.receipt import compose
from kiosk.gateway.contract import CaseResult, Stage
from kiosk.text import Language, Text
from kiosk.visit import words
from kiosk.visit.events import Accepted, CountCase, Ending, PrintReceipt, ReceiptDone, ReceiptOutcome, SendRating
from kiosk.visit.view import SubmitState
from tests.kiosk.documents.test_receipt import NOW, STATION
from tests.kiosk.visit.told import JT_02, Told

WHY = (
    Text(zh="证件已经注销。", en="The document has been cancelled."),
    Text(zh="请先重新申领。", en="Please apply for a new one first."),
)
PAPER = ReceiptDone(ReceiptOutcome.PRINTED, 100)


def decided(stage: Stage, reasons: tuple[Text, ...] = WHY) -> Told:
    return Told().to_submit().tell(Accepted("3502-1", stage, reasons))


@pytest.mark.parametrize(
    ("stage", "state", "title", "status"),
    [
        (Stage.RECEIVED, SubmitState.ACCEPTED, words.ACCEPTED_TITLE, words.STATUS_SUBMITTED),
        (Stage.APPROVED, SubmitState.APPROVED, words.APPROVED_TITLE, words.STATUS_APPROVED),
        (Stage.POSTED, SubmitState.APPROVED, words.APPROVED_TITLE, words.STATUS_APPROVED),
        (Stage.REFUSED, SubmitState.REFUSED, words.NOT_APPROVED_TITLE, words.STATUS_REFUSED),
    ],
)
def test_the_page_says_what_was_decided_and_why(stage: Stage, state: SubmitState, title: Text, status: Text) -> None:
    told = decided(stage)
    assert told.visit.view().title == title
    assert (told.body.state, told.body.number, told.body.status, told.body.reasons) == (state, "3502-1", status, WHY)


def test_a_refusal_is_printed_then_rated_and_counts_as_refused() -> None:
    told = decided(Stage.REFUSED).tell("next")
    (printed,) = told.asked(PrintReceipt)
    assert (printed.stage, printed.reasons) == (Stage.REFUSED, WHY)
    told.tell(PAPER, "next")
    assert told.at == "rate"
    told.tell("rate:poor", "next")
    (rating,) = told.asked(SendRating)
    assert (rating.result, rating.number) == (CaseResult.REFUSED, "3502-1")
    assert told.visit.ending is Ending.REFUSED
    assert told.asked(CountCase) == [CountCase(CaseResult.REFUSED)]


def test_whoever_leaves_after_a_refusal_was_refused() -> None:
    assert decided(Stage.REFUSED).tell("exit").visit.ending is Ending.REFUSED


def test_an_approval_ends_like_any_other_case_and_says_what_follows() -> None:
    told = decided(Stage.APPROVED).tell("next", PAPER, "next", "next")
    assert told.at == "done"
    assert told.body.next_steps == WHY
    assert told.body.status == words.STATUS_APPROVED
    told.tell("next")
    assert told.visit.ending is Ending.FINISHED


def test_an_approval_without_words_leaves_the_items_own() -> None:
    told = decided(Stage.APPROVED, ()).tell("next", PAPER, "next", "next")
    assert told.body.next_steps == JT_02.steps[-1].next_steps  # type: ignore[union-attr]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("stage", "state"),
    [
        (Stage.RECEIVED, Text(zh="已提交，等待审核", en="Submitted, waiting for review")),
        (Stage.APPROVED, Text(zh="已通过", en="Approved")),
        (Stage.REFUSED, Text(zh="没有通过", en="Not approved")),
    ],
)
def test_the_receipt_says_it_too(language: Language, stage: Stage, state: Text) -> None:
    (printed,) = decided(stage).tell("next").asked(PrintReceipt)
    receipt = compose(JT_02, printed, station=STATION, language=language, now=NOW)
    rows = {part.value for part in receipt.parts if isinstance(part, Row)}
    lines = [part.words for part in receipt.parts if isinstance(part, Line)]
    assert state.in_(language) in rows
    assert f"1. {WHY[0].in_(language)}" in lines
    assert ("原因" in lines or "Reasons" in lines) is (stage is Stage.REFUSED)
