"""One visit, told as sentences. No screen, no devices, no clock: events in, effects and views out."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.id_reader.record import IdRecord
from kiosk.catalogue.catalogue import load_item
from kiosk.identity.events import FaceProgress, FaceVerdict, Outcome, Prompt
from kiosk.operations.faults import load_faults
from kiosk.visit.events import (
    Accepted,
    Act,
    Answer,
    CardFound,
    CardLifted,
    CardRead,
    CheckCode,
    CheckFace,
    CodeJudged,
    CodeSent,
    Effect,
    End,
    Ending,
    Event,
    Failed,
    PageTaken,
    PrintReceipt,
    ReadCard,
    ReceiptDone,
    ReceiptOutcome,
    Record,
    Saved,
    SendCode,
    Signed,
    StopDevices,
    Submit,
    TakePage,
    Tick,
    Touched,
)
from kiosk.visit.pages import PAGES
from kiosk.visit.view import (
    CardState,
    DoneBody,
    FormBody,
    PrintBody,
    PrintState,
    ReadCardBody,
    ReviewBody,
    ScanDocumentBody,
    ScanState,
    StageState,
    StepKind,
    SubmitBody,
    SubmitState,
)
from kiosk.visit.visit import Pace, Visit
from tests.people import CARD_WITH_WRONG_DIGIT, EXPIRED, LIN, OTHER

TODAY = date(2026, 11, 23)
JT_02 = load_item(Path("config/items/transport/JT-02.yaml"))
FAULTS = load_faults(Path("config/faults"))
SAMPLE = JT_02.sample_answers(TODAY)
LINE = ((0.1, 0.5), (0.4, 0.4), (0.8, 0.6))

EffectT = TypeVar("EffectT", bound=Effect)


class Told:
    """A visit and everything it has asked for."""

    def __init__(self, **pace: float) -> None:
        self.now = 100.0
        self.visit = Visit(JT_02, FAULTS, today=TODAY, now=self.now, pace=Pace(**pace))
        self.effects: list[Effect] = self.visit.begun()

    def tell(self, *events: Event | str) -> Told:
        for event in events:
            self.effects += self.visit.handle(Act(event) if isinstance(event, str) else event, self.now)
        return self

    def wait(self, seconds: float) -> Told:
        self.now += seconds
        return self.tell(Tick())

    def asked(self, kind: type[EffectT]) -> list[EffectT]:
        return [effect for effect in self.effects if isinstance(effect, kind)]

    @property
    def at(self) -> str:
        return self.visit.view().step_id

    @property
    def body(self) -> Any:
        return self.visit.view().body

    @property
    def problem(self) -> str:
        problem = self.visit.view().problem
        return problem.code if problem else ""

    def to_card(self) -> Told:
        return self.tell("next", "next")

    def to_face(self, record: IdRecord = LIN) -> Told:
        return self.to_card().tell(CardFound(), CardRead(record, 0.3), "next")

    def to_form(self) -> Told:
        return self.to_face().tell(verdict(Outcome.ACCEPTED, 0.24))

    def fill(self, step: str) -> Told:
        assert self.at == step
        for field in self.body.fields:
            if field.key in SAMPLE:
                self.tell(Answer(field.key, SAMPLE[field.key]))
        return self.tell("next")

    def to_scan(self) -> Told:
        self.to_form()
        for step in ("category", "certificate", "licence", "contact"):
            self.fill(step)
        return self

    def to_review(self) -> Told:
        self.to_scan()
        for page in (b"jpeg-1", b"jpeg-2"):
            self.tell("next", PageTaken(page), "next")
        return self

    def to_submit(self) -> Told:
        return self.to_review().tell("next", Signed((LINE,)), "next")

    def to_print(self) -> Told:
        return self.to_submit().tell(Accepted("3502-1"), "next")


def verdict(outcome: Outcome, distance: float | None = None) -> FaceVerdict:
    return FaceVerdict(outcome, distance, 0.40, 5, 0.3, "dlib")


# -- the straight way ------------------------------------------------------------


def test_a_citizen_walks_from_the_guide_to_the_receipt() -> None:
    told = Told()
    seen = [told.at]

    def then(*events: Event | str) -> None:
        told.tell(*events)
        seen.append(told.at)

    then("next")
    then("next")
    then(CardFound(), CardRead(LIN, 0.31), "next")
    then(verdict(Outcome.ACCEPTED, 0.24))
    for step in ("category", "certificate", "licence", "contact"):
        told.fill(step)
        seen.append(told.at)
    told.tell("next", PageTaken(b"one"), "next", "next", PageTaken(b"two"))
    then("next")
    then("next")
    then(Signed((LINE,)), "next")
    then(Accepted("3502-77"), "next")
    then(ReceiptDone(ReceiptOutcome.PRINTED, 2048), "next")
    then("rate:very_good", "next")
    assert seen == [
        "guide",
        "consent",
        "card",
        "face",
        "category",
        "certificate",
        "licence",
        "contact",
        "scan",
        "review",
        "sign",
        "submit",
        "receipt",
        "rate",
        "done",
    ]
    told.tell("next")
    assert told.asked(End) == [End(Ending.FINISHED)]
    (submit,) = told.asked(Submit)
    assert submit.record == LIN
    assert submit.proof.route == "face"
    assert {key: submit.answers[key] for key in SAMPLE} == SAMPLE
    assert submit.answers["recipient"] == LIN.name
    assert submit.pages == {"driving_licence-1": b"one", "driving_licence-2": b"two"}
    assert submit.strokes == (LINE,)
    (receipt,) = told.asked(PrintReceipt)
    assert receipt.reference_number == "3502-77"


def test_the_step_bar_shows_what_is_done_and_what_is_ahead() -> None:
    stages = Told().to_form().visit.view().stages
    assert [stage.name.zh for stage in stages] == ["须知", "身份证", "本人", "填表", "核对", "提交", "凭条"]
    assert [stage.state for stage in stages] == [StageState.DONE] * 3 + [StageState.NOW] + [StageState.AHEAD] * 3


def test_nothing_of_the_person_outlives_the_visit() -> None:
    told = Told().to_submit().tell(Accepted("3502-1"), "exit")
    visit = told.visit
    assert visit.record is None
    assert visit.proof is None
    assert not visit.answers
    assert not visit.pages_taken
    assert not visit.strokes


def test_the_journal_never_hears_a_personal_word() -> None:
    told = Told().to_print().tell(ReceiptDone(ReceiptOutcome.PRINTED, 10), "next", "rate:good", "next", "next")
    heard = repr(told.asked(Record))
    for word in (LIN.name, LIN.number, LIN.address, SAMPLE["phone"], SAMPLE["certificate_number"]):
        assert word not in heard


# -- consent and the route without a face -------------------------------------------


def test_saying_no_to_the_face_leads_to_a_code() -> None:
    told = Told().tell("next", "decline", CardFound(), CardRead(LIN, 0.3), "next")
    assert told.at == "code"
    assert told.asked(SendCode) == [SendCode(LIN)]
    assert not told.asked(CheckFace)
    told.tell(CodeSent("139****0001", "c1"), Answer("code", "123456"), "next")
    assert told.asked(CheckCode) == [CheckCode("c1", "123456")]
    told.tell(CodeJudged(right=True))
    assert told.at == "category"


def test_a_wrong_code_may_be_typed_again_until_the_tries_are_used_up() -> None:
    told = Told().tell("next", "decline", CardRead(LIN, 0.3), "next", CodeSent("139****0001", "c1"))
    told.tell(Answer("code", "000000"), "next", CodeJudged(right=False, tries_left=4))
    assert told.problem == "code.wrong"
    told.tell("retry", Answer("code", "000001"), "next", CodeJudged(right=False, tries_left=0))
    assert told.problem == "code.used_up"
    told.tell("resend")
    assert len(told.asked(SendCode)) == 2


def test_a_code_is_checked_only_when_it_is_whole() -> None:
    told = Told().tell("next", "decline", CardRead(LIN, 0.3), "next", CodeSent("139****0001", "c1"))
    told.tell(Answer("code", "12a34"), "next")
    assert not told.asked(CheckCode)


def test_with_the_line_down_the_code_route_says_so_and_lets_the_citizen_go_back_to_the_face() -> None:
    told = Told().tell("next", "decline", CardRead(LIN, 0.3), "next", Failed("gateway.unreachable"))
    assert told.problem == "gateway.unreachable"
    told.tell("choose_again")
    assert told.at == "consent"
    told.tell("next", "next")
    assert told.at == "face"


def test_the_face_page_always_offers_the_way_without_a_face() -> None:
    told = Told().to_face()
    assert [button.id for button in told.visit.view().secondary] == ["otherwise"]
    assert told.tell("otherwise").at == "code"


# -- the card ------------------------------------------------------------------------


def test_the_card_is_shown_masked() -> None:
    body = Told().to_card().tell(CardFound(), CardRead(LIN, 0.3)).body
    assert isinstance(body, ReadCardBody)
    assert body.state is CardState.READ
    assert body.name != LIN.name
    assert LIN.number not in body.number
    assert body.number.endswith(LIN.number[-4:])


def test_an_expired_card_is_refused_with_what_to_do() -> None:
    told = Told().to_card().tell(CardRead(EXPIRED, 0.3), "next")
    assert told.problem == "card.expired"
    assert told.at == "card"
    assert told.visit.record is None


def test_a_number_whose_check_digit_does_not_fit_goes_to_an_officer_if_the_citizen_insists() -> None:
    told = Told().to_card().tell(CardRead(CARD_WITH_WRONG_DIGIT, 0.3))
    assert told.problem == "card.number_doubtful"
    assert told.tell("next").at == "card"
    assert told.tell("accept_number", "next").at == "face"


def test_a_failed_reading_is_tried_again() -> None:
    told = Told().to_card().tell(CardFound(), Failed("id_reader.card_moved"))
    assert told.problem == "id_reader.card_moved"
    told.tell("retry")
    assert told.problem == ""
    assert len(told.asked(ReadCard)) == 2


def test_another_persons_card_forgets_the_first_persons_answers() -> None:
    told = Told().to_review()
    told.tell("edit:contact", "back", "back", "back", "back")
    assert told.at == "card"
    told.tell("again", CardRead(OTHER, 0.3), "next", verdict(Outcome.ACCEPTED, 0.2))
    assert told.at == "category"
    assert told.visit.answers == {"sign_in": "face"}
    assert not told.visit.pages_taken
    told.fill("category").fill("certificate").fill("licence")
    recipient = next(field for field in told.body.fields if field.key == "recipient")
    assert recipient.value == OTHER.name


def test_laying_down_the_same_card_again_keeps_the_answers() -> None:
    told = Told().to_form().fill("category").tell("back", "back")
    assert told.at == "card"
    told.tell("again", CardRead(LIN, 0.3), "next", verdict(Outcome.ACCEPTED, 0.2))
    assert told.visit.answers["category"] == SAMPLE["category"]


def test_a_card_left_on_the_reader_is_named_at_the_end() -> None:
    told = Told().to_print().tell(ReceiptDone(ReceiptOutcome.PRINTED, 10), "next", "next")
    assert isinstance(told.body, DoneBody)
    assert [text.zh for text in told.body.take] == ["请拿走身份证", "请拿走凭条"]
    assert [text.zh for text in told.tell(CardLifted()).body.take] == ["请拿走凭条"]


# -- the face --------------------------------------------------------------------------


def test_a_stranger_is_refused_and_never_asked_again() -> None:
    told = Told().to_face().tell(verdict(Outcome.REFUSED, 0.71))
    assert told.problem == "face.refused"
    view = told.visit.view().problem
    assert view is not None
    assert [button.id for button in view.actions] == ["otherwise", "exit"]
    assert told.tell("retry").problem == "face.refused"
    assert len(told.asked(CheckFace)) == 1


def test_a_near_miss_may_try_again_three_times_in_all() -> None:
    told = Told().to_face()
    for tries in range(1, 4):
        told.tell(verdict(Outcome.STEP_UP, 0.45))
        assert told.visit.face_tries == tries
        told.tell("retry")
    assert told.problem == "face.step_up"
    assert len(told.asked(CheckFace)) == 3


def test_nobody_before_the_camera_costs_no_try() -> None:
    told = Told().to_face().tell(verdict(Outcome.NOBODY))
    assert told.problem == "face.nobody"
    assert told.visit.face_tries == 0


def test_a_dead_face_engine_verifies_nobody() -> None:
    told = Told().to_face().tell(Failed("face.process_died"))
    assert told.problem == "face.process_died"
    assert told.visit.proof is None


def test_a_person_doing_what_is_asked_is_not_idle() -> None:
    told = Told(idle=60.0, warning=20.0).to_face()
    for _ in range(10):
        told.wait(30).tell(FaceProgress(Prompt.BLINK, 0, 2))
    assert told.at == "face"


# -- forms --------------------------------------------------------------------------------


def test_a_form_does_not_go_on_while_something_is_wrong() -> None:
    told = Told().to_form().fill("category")
    told.tell(Answer("certificate_number", "12"), Answer("first_issued", SAMPLE["first_issued"]), "next")
    assert told.at == "certificate"
    body = told.body
    assert isinstance(body, FormBody)
    assert {field.key: bool(field.error) for field in body.fields} == {
        "certificate_number": True,
        "first_issued": False,
        "valid_until": True,
    }
    told.tell(Answer("certificate_number", "350200123456"))
    assert told.body.fields[0].error is None


@pytest.mark.parametrize(
    ("first", "until", "why"),
    [
        ("20210101", "20261230", "too_early"),
        ("20200101", "20260401", "longer_than_six_years"),
        ("20200401", "20260401", "too_late"),
        ("20261201", "20261130", "dates_reversed"),
    ],
)
def test_what_cannot_be_done_is_said_with_where_to_go(first: str, until: str, why: str) -> None:
    told = Told().to_form().fill("category")
    told.tell(Answer("certificate_number", "350200123456"), Answer("first_issued", first), Answer("valid_until", until))
    told.tell("next")
    assert told.problem == f"denied.{why}"
    told.tell("retry")
    assert told.problem == ""
    assert told.at == "certificate"


def test_going_back_restores_what_was_typed() -> None:
    told = Told().to_form().fill("category").fill("certificate").tell("back")
    assert told.at == "certificate"
    assert [field.value for field in told.body.fields] == [
        SAMPLE["certificate_number"],
        SAMPLE["first_issued"],
        SAMPLE["valid_until"],
    ]


def test_what_the_card_says_is_not_typed_again() -> None:
    told = Told().to_form().fill("category").fill("certificate").fill("licence")
    fields = {field.key: field for field in told.body.fields}
    assert fields["recipient"].value == LIN.name
    assert fields["address"].value == LIN.address
    assert fields["address"].source is not None
    told.tell(Answer("address", "福建省厦门市思明区示例路 9 号"))
    assert {field.key: field.source for field in told.body.fields}["address"] is None


# -- scan, review, sign ------------------------------------------------------------------


def test_a_picture_may_be_taken_again() -> None:
    told = Told().to_scan().tell("next", PageTaken(b"blurred"), "again", "next", PageTaken(b"clear"), "next")
    assert isinstance(told.body, ScanDocumentBody)
    assert (told.body.number, told.body.state) == (2, ScanState.WAITING)
    assert told.visit.pages_taken == {"driving_licence-1": b"clear"}
    assert len(told.asked(TakePage)) == 2


def test_the_review_masks_what_is_private_and_shows_the_rest() -> None:
    body = Told().to_review().body
    assert isinstance(body, ReviewBody)
    shown = {row.label.zh: row.value.zh for section in body.sections for row in section.rows}
    assert shown["从业类别"] == "网约车"
    assert shown["手机号码"] != SAMPLE["phone"]
    assert shown["有效期至"].endswith("日")
    assert LIN.number not in shown.values()


def test_one_answer_is_changed_from_the_review_and_the_citizen_is_straight_back() -> None:
    told = Told().to_review().tell("edit:category")
    assert told.at == "category"
    told.tell(Answer("category", "taxi"), "next")
    assert told.at == "review"


def test_a_change_that_makes_another_step_wrong_leads_there() -> None:
    told = Told().to_review().tell("edit:contact", Answer("phone", ""), "next")
    assert told.at == "contact"


def test_a_dot_is_no_signature() -> None:
    told = Told().to_review().tell("next", Signed((((0.5, 0.5), (0.5, 0.5)),)), "next")
    assert told.at == "sign"
    assert told.tell(Signed((LINE,)), "clear", "next").at == "sign"


# -- the line --------------------------------------------------------------------------------


def test_with_the_back_office_away_the_receipt_says_saved() -> None:
    told = Told().to_submit().tell(Saved("T-123"))
    assert told.body == SubmitBody(SubmitState.SAVED, "T-123")
    told.tell("next")
    (receipt,) = told.asked(PrintReceipt)
    assert (receipt.reference_number, receipt.ticket) == ("", "T-123")


def test_nobody_leaves_in_the_middle_of_sending() -> None:
    told = Told().to_submit().tell("exit", "back")
    assert told.at == "submit"
    assert not told.asked(End)
    assert not told.visit.view().exit


def test_an_application_is_submitted_once_whatever_is_touched() -> None:
    told = Told().to_submit().tell("next", "next", "retry", Accepted("3502-1"), "retry", "next", "back")
    assert len(told.asked(Submit)) == 1
    assert told.at == "receipt"


# -- the receipt --------------------------------------------------------------------------------


def test_without_paper_the_number_stays_on_the_screen_and_printing_may_be_tried_again() -> None:
    told = Told().to_print().tell(ReceiptDone(ReceiptOutcome.FAILED, 0, "receipt_printer.paper_out"))
    assert told.problem == "receipt_printer.paper_out"
    assert isinstance(told.body, PrintBody)
    assert (told.body.state, told.body.number) == (PrintState.FAILED, "3502-1")
    told.tell("retry", ReceiptDone(ReceiptOutcome.PRINTED, 900))
    assert told.problem == ""
    assert [receipt.copy for receipt in told.asked(PrintReceipt)] == [0, 0]


def test_an_uncertain_receipt_is_printed_again_as_a_copy() -> None:
    told = Told().to_print().tell(ReceiptDone(ReceiptOutcome.UNCERTAIN, 400), "retry")
    assert [receipt.copy for receipt in told.asked(PrintReceipt)] == [0, 1]


def test_the_citizen_may_go_on_without_a_receipt() -> None:
    told = Told().to_print().tell(ReceiptDone(ReceiptOutcome.FAILED, 0, "receipt_printer.silent"), "without")
    assert told.at == "rate"


# -- time -------------------------------------------------------------------------------------------


def test_an_idle_visit_warns_for_the_promised_time_and_ends() -> None:
    told = Told(idle=60.0, warning=20.0).wait(39)
    assert not told.visit.view().warning
    told.wait(2)
    assert told.visit.view().warning
    assert told.visit.view().seconds_left == 19
    told.wait(18)
    assert not told.asked(End)
    told.wait(2)
    assert told.asked(End) == [End(Ending.IDLE)]


def test_time_can_be_extended_more_than_ten_times() -> None:
    told = Told(idle=60.0, warning=20.0)
    for _ in range(12):
        told.wait(55).tell("extend")
    assert told.at == "guide"
    assert not told.visit.view().warning


def test_a_touch_anywhere_counts_as_being_there() -> None:
    told = Told(idle=60.0, warning=20.0).wait(50).tell(Touched()).wait(50)
    assert not told.asked(End)


def test_no_time_runs_while_a_device_works() -> None:
    told = Told(idle=60.0, warning=20.0).to_submit().wait(300)
    assert told.at == "submit"
    assert not told.visit.view().warning


def test_a_warning_shorter_than_twenty_seconds_cannot_be_configured() -> None:
    with pytest.raises(ValueError, match="at least 20 s"):
        Pace(idle=60, warning=10)


# -- whatever happens ----------------------------------------------------------------------------------

ANYTHING = st.one_of(
    st.sampled_from(
        ["next", "back", "exit", "extend", "retry", "again", "otherwise", "decline", "clear", "without", "resend"]
    ).map(Act),
    st.sampled_from(["edit:contact", "edit:nowhere", "rate:good", "accept_number", "choose_again", ""]).map(Act),
    st.builds(Answer, st.sampled_from([*SAMPLE, "code", "sign_in", "nothing"]), st.text(max_size=12)),
    st.sampled_from(sorted(SAMPLE)).map(lambda key: Answer(key, SAMPLE[key])),
    st.sampled_from(
        [
            CardFound(),
            CardRead(LIN, 0.3),
            CardRead(EXPIRED, 0.3),
            CardRead(OTHER, 0.3),
            CardLifted(),
            FaceProgress(Prompt.BLINK, 0, 2),
            FaceProgress(Prompt.CHECKING, 2, 2),
            verdict(Outcome.ACCEPTED, 0.2),
            verdict(Outcome.REFUSED, 0.8),
            verdict(Outcome.STEP_UP, 0.45),
            CodeSent("139****0001", "c1"),
            CodeJudged(right=True),
            CodeJudged(right=False, tries_left=2),
            PageTaken(b"jpeg"),
            Signed((LINE,)),
            Accepted("3502-1"),
            Saved("T-1"),
            ReceiptDone(ReceiptOutcome.PRINTED, 1),
            ReceiptDone(ReceiptOutcome.FAILED, 0, "receipt_printer.paper_out"),
            Failed("gateway.unreachable"),
            Touched(),
            Tick(),
        ]
    ),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(ANYTHING, st.floats(0, 50)), max_size=60))
def test_no_order_of_events_breaks_a_visit(events: list[tuple[Event, float]]) -> None:
    told = Told()
    for event, pause in events:
        told.now += pause
        told.tell(event)
        view = told.visit.view()
        assert view.primary is not None or view.problem is not None
        assert view.problem is None or view.problem.actions
        if told.visit.ending is not None:
            break
    assert len(told.asked(End)) == (told.visit.ending is not None)
    for submit in told.asked(Submit):
        assert submit.record is not None
        assert submit.proof.route in ("face", "phone_code")
    reached = {effect.facts.get("step") for effect in told.asked(Record) if effect.event == "step_entered"}
    if "category" in reached:
        judged = [effect.facts for effect in told.asked(Record) if effect.event in ("face_judged", "code_judged")]
        assert any(facts.get("outcome") == Outcome.ACCEPTED or facts.get("right") for facts in judged)
    assert told.asked(StopDevices) or told.visit.ending is None


def test_every_kind_of_step_has_its_page() -> None:
    assert set(PAGES) == set(StepKind)
