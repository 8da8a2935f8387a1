"""One visit, told as sentences. No screen, no devices, no clock: events in, effects and views out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.identity.events import FaceProgress, Outcome, Prompt
from kiosk.text import Text
from kiosk.visit.events import (
    Accepted,
    Act,
    Answer,
    AppCodeJudged,
    CallState,
    CardFound,
    CardLifted,
    CardRead,
    CodeJudged,
    CodeSent,
    CodeShown,
    Denied,
    End,
    Ending,
    Event,
    Failed,
    Found,
    NothingFound,
    OfficerSaid,
    PageTaken,
    PrintReceipt,
    ReadCard,
    ReceiptDone,
    ReceiptOutcome,
    Record,
    Saved,
    Signed,
    StaffAdmitted,
    StaffRefused,
    StopDevices,
    Submit,
    TakePage,
    Tick,
    Touched,
    Way,
    WaysChanged,
)
from kiosk.visit.pages import PAGES
from kiosk.visit.view import (
    CardState,
    ChooseWayBody,
    DoneBody,
    FormBody,
    PrintBody,
    PrintState,
    ReadCardBody,
    ReviewBody,
    ScanDocumentBody,
    ScanState,
    StaffBody,
    StageState,
    StepKind,
    SubmitState,
)
from kiosk.visit.visit import Pace
from tests.kiosk.visit.told import FAULTS, LINE, SAMPLE, Told, verdict
from tests.people import CARD_WITH_WRONG_DIGIT, EXPIRED, LIN, OTHER

# -- the straight way ------------------------------------------------------------


def test_a_citizen_walks_from_the_guide_to_the_receipt() -> None:
    told = Told()
    seen = [told.at]

    def then(*events: Event | str) -> None:
        told.tell(*events)
        seen.append(told.at)

    then("next")
    then(CardFound(), CardRead(LIN, 0.31), "next")
    then("way:face")
    then("next")
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
        "card",
        "person",
        "consent",
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
    assert submit.proof.way is Way.FACE
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
    assert told.tell("accept_number", "next").at == "person"


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
    told.tell("again", CardRead(OTHER, 0.3), "next", "way:face", "next", verdict(Outcome.ACCEPTED, 0.2))
    assert told.at == "category"
    assert not told.visit.answers
    assert not told.visit.pages_taken
    told.fill("category").fill("certificate").fill("licence")
    recipient = next(field for field in told.body.fields if field.key == "recipient")
    assert recipient.value == OTHER.name


def test_laying_down_the_same_card_again_keeps_the_answers() -> None:
    told = Told().to_form().fill("category").tell("back", "back")
    assert told.at == "card"
    told.tell("again", CardRead(LIN, 0.3), "next", "way:face", "next", verdict(Outcome.ACCEPTED, 0.2))
    assert told.visit.answers["category"] == SAMPLE["category"]


def test_a_card_left_on_the_reader_is_named_at_the_end() -> None:
    told = Told().to_print().tell(ReceiptDone(ReceiptOutcome.PRINTED, 10), "next", "next")
    assert isinstance(told.body, DoneBody)
    assert [text.zh for text in told.body.take] == ["请拿走身份证", "请拿走凭条"]
    assert [text.zh for text in told.tell(CardLifted()).body.take] == ["请拿走凭条"]


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
    told.tell("change")
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
    assert (told.body.state, told.body.number) == (SubmitState.SAVED, "T-123")
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
    st.sampled_from([*(f"way:{way}" for way in Way), "way:", "who:w01", "who:w99", "card", "refuse"]).map(Act),
    st.sampled_from(["edit:contact", "edit:nowhere", "rate:good", "accept_number", ""]).map(Act),
    st.builds(Answer, st.sampled_from([*SAMPLE, "code", "pin_key", "nothing"]), st.text(max_size=12)),
    st.sampled_from(["1", "delete", "enter"]).map(lambda key: Answer("pin_key", key)),
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
            WaysChanged({Way.FACE: "camera.disconnected", Way.STAFF: ""}),
            WaysChanged(dict.fromkeys(Way, "")),
            CodeShown("EID1-0"),
            AppCodeJudged(right=False),
            AppCodeJudged(right=True, proof_id="a1"),
            StaffAdmitted("w01"),
            StaffRefused(FAULTS["staff.refused"].happened),
            *(OfficerSaid(state, "v1") for state in CallState),
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
        assert view.primary or view.secondary or view.problem or isinstance(view.body, ChooseWayBody | StaffBody)
        assert view.problem is None or view.problem.actions
        if told.visit.ending is not None:
            break
    assert len(told.asked(End)) == (told.visit.ending is not None)
    for submit in told.asked(Submit):
        assert submit.record is not None
    happened = [(effect.event, effect.facts) for effect in told.asked(Record)]
    if "category" in {facts.get("step") for event, facts in happened if event == "step_entered"}:
        judged = [facts for event, facts in happened if event.endswith("_judged")]
        assert any(facts.get("outcome") == Outcome.ACCEPTED or facts.get("right") for facts in judged)
    assert told.asked(StopDevices) or told.visit.ending is None


def test_every_kind_of_step_has_its_page() -> None:
    assert set(PAGES) == set(StepKind) - {StepKind.SIGN_IN}


def test_what_the_department_has_on_file_is_filled_in_and_may_be_corrected() -> None:
    told = Told()
    told.on_file = Found(
        {"category": "taxi", "number": "350200000001", "first_issued": "20201220", "valid_until": "20261219"}
    )
    told.to_form()
    assert (told.at, told.body.fields[0].value, told.body.fields[0].source.zh) == ("category", "taxi", "部门记录里的")
    told.tell("next")
    assert [field.value for field in told.body.fields] == ["350200000001", "20201220", "20261219"]
    told.tell(Answer("certificate_number", "350200000002"))
    assert told.body.fields[0].source is None
    assert told.tell("next").at == "licence"


@pytest.mark.parametrize(
    "said", [NothingFound(), Failed("department.unavailable"), Denied(*[Text(zh="不", en="no")] * 3)]
)
def test_what_only_fills_in_keeps_nobody(said: Event) -> None:
    told = Told()
    told.on_file = said
    told.to_form()
    assert (told.at, told.problem, told.body.fields[0].value) == ("category", "", "")


def test_what_a_department_calls_a_payment_is_no_number_of_ours() -> None:
    told = Told().to_form()
    told.visit.facts["payment"] = "3250.00"
    assert told.visit.number == ""
