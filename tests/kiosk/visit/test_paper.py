"""The page of a document: what it asks for and shows, and that one document is made however often it is printed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from kiosk.catalogue.item import Item
from kiosk.identity.events import FaceVerdict, Outcome
from kiosk.visit.events import (
    Act,
    Answer,
    CardFound,
    CardRead,
    CopySent,
    DocumentHeld,
    DocumentMade,
    DocumentPrinted,
    Effect,
    Event,
    Failed,
    Found,
    MakeDocument,
    PaperOutcome,
    PrintDocument,
    Record,
    SendCopy,
    StopPrinting,
    Way,
)
from kiosk.visit.paper import PaperPage
from kiosk.visit.view import CopyState, PaperState
from kiosk.visit.visit import Visit
from tests.kiosk.visit.told import CATALOGUE, FAULTS, OPERATOR, TODAY
from tests.papers import paper_item
from tests.people import LIN

KEY = UUID(int=42)
URL = "https://e.example/documents/7K4Q-9MPZ-2HC"
FIRST, SECOND = b"first page of Lin", b"second page of Lin"
MADE = DocumentMade(b"%PDF-1.7 of Lin", "7K4Q-9MPZ-2HC", "ab" * 32, 2, URL, KEY, (FIRST, SECOND))
PRINTED = DocumentPrinted(PaperOutcome.PRINTED)


class Paper:
    """A visit that stands before the page of the document."""

    def __init__(self, item: Item | None = None) -> None:
        item = item or paper_item()
        self.now = 100.0
        self.visit = Visit(
            item,
            FAULTS,
            today=TODAY,
            now=self.now,
            ways=dict.fromkeys(Way, ""),
            operator=OPERATOR,
            department=CATALOGUE.department(item),
        )
        self.effects: list[Effect] = self.visit.begun()
        verdict = FaceVerdict(Outcome.ACCEPTED, 0.24, 0.40, 5, 0.3, "dlib")
        self.tell("next", CardFound(), CardRead(LIN, 0.3), "next", "way:face", "next", verdict)
        self.tell(Found({"unit": "厦门示例网络有限公司", "months": "12"}), Answer("purpose", "school"), "next")

    def tell(self, *events: Event | str) -> Paper:
        for event in events:
            self.effects += self.visit.handle(Act(event) if isinstance(event, str) else event, self.now)
        return self

    def asked(self, kind: type[Any]) -> list[Any]:
        return [effect for effect in self.effects if isinstance(effect, kind)]

    @property
    def body(self) -> Any:
        body: Any = self.visit.view().body
        return body

    @property
    def problem(self) -> str:
        problem = self.visit.view().problem
        return problem.code if problem else ""

    @property
    def at(self) -> str:
        return self.visit.view().step_id

    def ways(self) -> list[str]:
        return [button.id for button in self.visit.view().secondary]


def test_the_document_is_asked_for_with_what_the_citizen_answered() -> None:
    made = Paper().asked(MakeDocument)[0]
    assert made.step.document == "proof"
    assert made.asked == {"purpose": "school"}
    assert [(label.zh, value.zh) for label, value in made.answers] == [("用途", "入学")]
    assert made.record is LIN
    assert made.proof is not None


def test_made_it_is_shown_before_it_is_printed() -> None:
    paper = Paper().tell(MADE)
    assert (paper.body.state, paper.body.pages, paper.body.shown) == (PaperState.MADE, 2, 2)
    page = paper.visit.page
    assert isinstance(page, PaperPage)
    assert [page.picture(number) for number in range(3)] == [FIRST, SECOND, b""]
    assert not paper.asked(PrintDocument)
    assert paper.visit.view().exit
    paper.tell("next")
    assert paper.body.shown == 0
    assert page.picture(0) == b""


def test_on_paper_with_two_sides_two_pages_are_one_sheet() -> None:
    for how, sheets in (({}, "2"), ({"duplex": True}, "1")):
        assert f"共 {sheets} 张" in Paper(paper_item(**how)).tell(MADE).visit.view().hint.zh


def test_made_it_is_printed_and_the_code_is_shown() -> None:
    paper = Paper()
    assert paper.body.state == "making"
    paper.tell(MADE, "next")
    assert [effect.pdf for effect in paper.asked(PrintDocument)] == [MADE.pdf]
    assert (paper.body.state, paper.body.code, paper.body.url) == (PaperState.PRINTING, MADE.code, MADE.url)
    paper.tell(PRINTED)
    assert paper.body.state is PaperState.PRINTED
    paper.tell("next")
    assert paper.at == "rate"


def test_nobody_leaves_while_it_is_made_or_printed() -> None:
    paper = Paper()
    for events in ([MADE, "next"], [PRINTED]):
        view = paper.visit.view()
        assert not view.exit
        assert not view.back
        assert view.primary is not None
        assert not view.primary.enabled
        paper.tell("exit", "next")
        assert paper.at == "paper"
        paper.tell(*events)
    assert paper.visit.view().exit


@pytest.mark.parametrize("outcome", [PaperOutcome.FAILED, PaperOutcome.UNCERTAIN])
def test_a_print_that_failed_is_repeated_as_the_same_document(outcome: PaperOutcome) -> None:
    paper = Paper().tell(MADE, "next", DocumentPrinted(outcome, "page_printer.jam"))
    assert paper.problem == ("page_printer.jam" if outcome is PaperOutcome.FAILED else "page_printer.job_failed")
    paper.tell("retry", PRINTED)
    assert paper.body.state is PaperState.PRINTED
    assert len(paper.asked(MakeDocument)) == 1
    assert [effect.pdf for effect in paper.asked(PrintDocument)] == [MADE.pdf] * 2


def test_whoever_goes_without_paper_still_has_the_code_and_can_print_later_on() -> None:
    paper = Paper().tell(MADE, "next", DocumentPrinted(PaperOutcome.FAILED, "page_printer.paper_out"), "without")
    assert paper.problem == ""
    assert (paper.body.state, paper.body.code) == (PaperState.FAILED, MADE.code)
    assert paper.ways() == ["again", "to_phone", "to_email"]
    paper.tell("again", PRINTED)
    assert paper.ways() == ["to_phone", "to_email"]


def test_what_the_printer_waits_for_is_said_and_one_need_not_wait() -> None:
    paper = Paper().tell(MADE, "next", DocumentHeld("page_printer.paper_out"))
    assert "没有纸" in paper.body.held.zh
    assert paper.ways() == ["stop"]
    paper.tell("stop")
    assert paper.asked(StopPrinting)
    paper.tell(DocumentPrinted(PaperOutcome.FAILED))
    assert paper.problem == ""  # it is what was asked for
    assert paper.body.state is PaperState.FAILED


def test_a_printer_that_goes_on_is_not_waited_for_any_more() -> None:
    paper = Paper().tell(MADE, "next", DocumentHeld("page_printer.paper_out"), DocumentHeld(""))
    assert paper.body.held is None
    assert paper.ways() == []
    paper.tell("stop")
    assert not paper.asked(StopPrinting)


def test_where_it_cannot_be_made_it_can_be_asked_for_again() -> None:
    paper = Paper().tell(Failed("department.unavailable"))
    assert paper.problem == "department.unavailable"
    paper.tell("retry")
    assert len(paper.asked(MakeDocument)) == 2
    assert paper.asked(MakeDocument)[0] == paper.asked(MakeDocument)[1]


def test_a_document_that_cannot_be_trusted_is_not_printed() -> None:
    paper = Paper().tell(Failed("document.not_trusted"))
    assert paper.problem == "document.not_trusted"
    assert not paper.asked(PrintDocument)


def test_a_copy_goes_to_the_phone_on_file() -> None:
    paper = Paper().tell(MADE, "next", PRINTED, "to_phone")
    assert paper.body.copy is CopyState.SENDING
    assert paper.asked(SendCopy) == [SendCopy(MADE.code, KEY)]
    paper.tell(CopySent("139****0001"))
    assert (paper.body.copy, paper.body.to) == (CopyState.SENT, "139****0001")
    assert paper.ways() == []


def test_a_copy_goes_to_an_address_that_is_one() -> None:
    paper = Paper().tell(MADE, "next", PRINTED, "to_email", Answer("email", "lin @example"), "next")
    assert paper.body.email.error is not None
    assert not paper.asked(SendCopy)
    paper.tell(Answer("email", " lin.shili@example.com "), "next")
    assert paper.asked(SendCopy) == [SendCopy(MADE.code, KEY, "lin.shili@example.com")]
    assert "lin.shili" not in repr(paper.asked(SendCopy))


def test_nobody_has_to_give_an_address() -> None:
    paper = Paper().tell(MADE, "next", PRINTED, "to_email", "next")
    assert paper.at == "paper"
    assert not paper.asked(SendCopy)
    paper.tell("no_copy", "next")
    assert paper.at == "rate"


def test_a_copy_that_cannot_be_sent_is_said_and_another_way_stays() -> None:
    paper = Paper().tell(MADE, "next", PRINTED, "to_phone", Failed("document.copy_no_phone"))
    assert paper.problem == "document.copy_no_phone"
    paper.tell("without")
    assert paper.ways() == ["to_phone", "to_email"]


def test_the_journal_keeps_code_and_checksum_and_nothing_else() -> None:
    paper = Paper().tell(MADE, "next", PRINTED, "to_phone", CopySent("139****0001"))
    told = {effect.event: effect.facts for effect in paper.asked(Record)}
    assert told["document_made"] == {"document": "proof", "code": MADE.code, "sha256": MADE.sha256, "pages": 2}
    assert told["document_printed"] == {"document": "proof", "code": MADE.code, "outcome": "printed", "fault": None}
    assert told["copy_sent"] == {"document": "proof"}


def test_nothing_of_it_outlives_the_visit() -> None:
    paper = Paper().tell(MADE, "next", PRINTED, "to_email", Answer("email", "lin@example.com"), "no_copy", "exit")
    assert paper.visit.ending is not None
    page = vars(paper.visit._live["paper"])
    assert page["_made"] is None
    assert "lin@example.com" not in str(page)


def test_whoever_has_it_is_reminded_to_take_it() -> None:
    paper = Paper().tell(MADE, "next", PRINTED, "next", "next")
    assert paper.at == "done"
    assert "请拿走打印的文件" in [what.zh for what in paper.body.take]


def test_nothing_of_the_person_is_in_a_repr() -> None:
    paper = Paper().tell(MADE, "next", PRINTED)
    told = repr(paper.effects) + repr(MADE)
    for personal in (LIN.name, LIN.number, "of Lin", "school"):
        assert personal not in told
