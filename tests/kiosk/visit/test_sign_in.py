"""Is it really this person? Every way, everything that can come of it, and that no way ends in a wall."""

from __future__ import annotations

import pytest

from kiosk.identity.events import FaceProgress, FaceVerdict, Outcome, Prompt, Risk
from kiosk.text import LANGUAGES
from kiosk.visit import consent
from kiosk.visit.events import (
    AdmitStaff,
    Answer,
    AppCodeJudged,
    CallOfficer,
    CallState,
    CardRead,
    CheckAppCode,
    CheckCode,
    CheckFace,
    CodeJudged,
    CodeSent,
    CodeShown,
    Failed,
    OfficerSaid,
    Proof,
    ReadStaffCard,
    Record,
    ScanCode,
    SendCode,
    StaffAdmitted,
    StaffRefused,
    StopDevices,
    Way,
    WaysChanged,
)
from kiosk.visit.sign_in import ADMITTED_SECONDS, CALLING_SECONDS, CONNECTED_SECONDS, SILENCE_SECONDS
from kiosk.visit.stages import STAGE_OF
from kiosk.visit.view import ChooseWayBody, ConsentBody, StaffBody, StaffState, VideoBody
from kiosk.visit.words import STAFF_STATEMENT
from tests.kiosk.visit.told import FAULTS, JT_02, Told, verdict
from tests.people import LIN, OTHER

PHONE = CodeSent("139****0001", "c1")
PIN = [Answer("pin_key", digit) for digit in "482915"]


def actions(told: Told) -> list[str]:
    """What may be done about the problem that is shown."""
    problem = told.visit.view().problem
    return [button.id for button in problem.actions] if problem is not None else []


def offered(told: Told) -> dict[str, str]:
    """The ways on the page of the choice, each with the reason why it is closed."""
    assert isinstance(told.body, ChooseWayBody)
    return {way.id.value: way.reason.zh if way.reason else "" for way in told.body.ways}


def proof(told: Told) -> Proof:
    assert told.visit.proof is not None
    return told.visit.proof


# -- the choice ----------------------------------------------------------------------


def test_every_way_is_offered_before_the_first_try() -> None:
    told = Told().to_way()
    assert offered(told) == dict.fromkeys(("face", "phone_code", "app_code", "staff", "video"), "")
    assert not told.asked(CheckFace)
    assert told.visit.view().primary is None


def test_a_way_that_this_machine_has_not_is_not_shown_and_one_that_is_closed_says_why() -> None:
    told = Told().to_way().tell(WaysChanged({Way.FACE: "camera.disconnected", Way.PHONE_CODE: ""}))
    assert offered(told) == {"face": FAULTS["camera.disconnected"].happened.zh, "phone_code": ""}
    assert told.tell("way:face", "way:video", "way:", "next").at == "person"
    told.tell(WaysChanged({Way.FACE: "", Way.PHONE_CODE: ""}))
    assert told.tell("way:face").at == "consent"


@pytest.mark.parametrize("way", Way)
def test_from_every_way_back_leads_to_the_choice_and_from_there_to_the_card(way: Way) -> None:
    told = Told().to_way().tell(f"way:{way}")
    if way is Way.PHONE_CODE:
        told.tell(PHONE)
    assert told.at != "person"
    assert told.tell("back").at == "person"
    assert offered(told)
    assert told.tell("back").at == "card"


def test_once_proven_nobody_meets_the_sign_in_again() -> None:
    told = Told().to_form()
    assert told.at == "category"
    assert told.tell("back").at == "card"
    assert told.tell("next").at == "category"


def test_with_another_card_the_first_persons_proof_and_codes_are_gone() -> None:
    told = Told().to_code().tell(PHONE, "back", "back", "again", CardRead(OTHER, 0.3), "next", "way:phone_code")
    assert [effect.record for effect in told.asked(SendCode)] == [LIN, OTHER]
    assert told.body.phone == ""


# -- the consent -----------------------------------------------------------------------


# What the law wants to be said, in which words, of the check in the machine and of the authority's.
TO_BE_SAID = {
    "who": (("谁来处理", "示例运营公司"), ("Who", "Example Operators")),
    "their telephone": (("谁来处理", "0592-0000001"), ("Who", "0592-0000001")),
    "the purpose, and no other": (("用途", "只核对您和身份证照片"), ("Purpose", "Only to see that the card is yours")),
    "why it is needed": (("用途", "防止别人用您的证件"), ("Purpose", "so that nobody else can use it")),
    "what is recorded": (("方式", "摄像头看您几秒钟"), ("How", "The camera sees you")),
    "that the card's picture is used, too": (("方式", "身份证照片"), ("How", "the card's")),
    "when pictures and features go": (("保存", "拍的照片和特征核对完立即清除"), ("Keeping", "erased after the check")),
    "when the card's picture goes": (("保存", "身份证照片办理结束时清除"), ("Keeping", "when you leave")),
    "what stays": (("保存", "只留下核对结果"), ("Keeping", "only the result stays")),
    "the worst that can come of it": (
        ("影响和权利", "只是请您换一种方式"),
        ("For you", "At worst we ask for another way"),
    ),
    "no disadvantage": (("影响和权利", "办理结果一样"), ("For you", "with the same result")),
    "taking it back": (("影响和权利", "随时可以停下"), ("For you", "stop at any moment")),
    "the other rights": (
        ("影响和权利", "查、改、删或投诉"),
        ("For you", "see, correct or delete data, or to complain"),
    ),
}


@pytest.mark.parametrize("leaves", [False, True])
@pytest.mark.parametrize("point", TO_BE_SAID)
def test_the_consent_says_whatever_the_law_wants_to_be_said(point: str, *, leaves: bool) -> None:
    told = Told().to_way()
    told.visit.face_leaves = leaves
    told.tell("way:face")
    assert isinstance(told.body, ConsentBody)
    for language, (name, words) in zip(LANGUAGES, TO_BE_SAID[point], strict=True):
        said = {one.name.in_(language): one.words.in_(language) for one in told.body.points}
        assert words.lower() in said[name].lower()


@pytest.mark.parametrize("asked", [consent.IN_THE_MACHINE, consent.BY_THE_AUTHORITY])
def test_the_consent_says_that_the_face_is_sensitive_and_the_choice_free(asked: consent.Consent) -> None:
    assert "敏感个人信息" in asked.hint.zh
    assert "sensitive personal information" in asked.hint.en
    assert "用不用您决定" in asked.hint.zh
    assert "you decide" in asked.hint.en


def test_no_face_is_looked_at_before_somebody_agreed() -> None:
    told = Told().to_way().tell("way:face")
    assert not told.asked(CheckFace)
    assert told.tell("next").asked(CheckFace)


def test_saying_no_leads_back_to_the_choice_and_every_way_is_still_open() -> None:
    told = Told().to_way().tell("way:face", "decline")
    assert told.at == "person"
    assert not any(offered(told).values())
    assert {"answer": "declined"} in [effect.facts for effect in told.asked(Record)]


def test_a_picture_that_leaves_the_machine_is_asked_for_in_other_words() -> None:
    told = Told().to_way()
    told.visit.face_leaves = True
    told.tell("way:face")
    assert told.visit.view().title == consent.BY_THE_AUTHORITY.title
    said = "".join(point.words.zh for point in told.body.points)
    assert "拍的照片和身份证照片会离开这台机器，加密送到政务部门" in said
    assert "送出的照片由政务部门负责" in said
    assert "不上传" not in said
    assert "不上传" in "".join(point.words.zh for point in consent.IN_THE_MACHINE.points)


# -- the face --------------------------------------------------------------------------


def test_the_check_knows_what_is_at_stake() -> None:
    assert [effect.risk for effect in Told().to_face().asked(CheckFace)] == [Risk.APPLY]


def test_the_face_page_always_offers_another_way() -> None:
    told = Told().to_face()
    assert [button.id for button in told.visit.view().secondary] == ["otherwise"]
    assert told.tell("otherwise").at == "person"


@pytest.mark.parametrize("prompt", Prompt)
def test_what_is_asked_is_drawn(prompt: Prompt) -> None:
    assert Told().to_face().tell(FaceProgress(prompt, 0, 2)).body.prompt == prompt


def test_a_stranger_is_refused_and_the_face_is_not_offered_again_while_every_other_way_stays() -> None:
    told = Told().to_face().tell(verdict(Outcome.REFUSED, 0.71))
    assert told.problem == "face.refused"
    assert actions(told) == ["otherwise", "exit"]
    assert told.tell("retry").problem == "face.refused"
    assert len(told.asked(CheckFace)) == 1
    told.tell("otherwise")
    assert [way for way, reason in offered(told).items() if reason] == ["face"]
    assert told.tell("way:face").at == "person"
    assert told.tell("back", "again", CardRead(OTHER, 0.3), "next", "way:face").at == "person"


def test_a_near_face_and_one_more_way_are_a_proof_that_names_both() -> None:
    near = verdict(Outcome.STEP_UP, 0.45)
    told = Told().to_face().tell(near)
    assert told.problem == "face.step_up"
    assert actions(told) == ["otherwise", "retry", "exit"]
    told.tell("otherwise")
    assert "face" not in offered(told)
    assert told.body.second
    assert [button.id for button in told.visit.view().secondary] == ["way:face"]
    told.tell("way:phone_code", PHONE, Answer("code", "123456"), "next", CodeJudged(right=True))
    assert told.at == "category"
    assert proof(told) == Proof(Way.PHONE_CODE, near, "c1")


def test_a_near_face_may_try_again_three_times_in_all_and_then_another_way_is_left() -> None:
    told = Told().to_face()
    for tries in range(1, 4):
        assert told.tell(verdict(Outcome.STEP_UP, 0.45)).visit.tries[Way.FACE] == tries
        told.tell("retry")
    assert told.problem == "face.step_up"
    assert actions(told) == ["otherwise", "exit"]
    assert len(told.asked(CheckFace)) == 3
    told.tell("otherwise")
    assert not told.visit.view().secondary
    assert told.tell("way:face").at == "person"


def test_after_a_near_try_an_accepted_one_is_a_proof_by_the_face_alone() -> None:
    told = Told().to_face().tell(verdict(Outcome.STEP_UP, 0.45), "retry", verdict(Outcome.ACCEPTED, 0.31))
    assert proof(told) == Proof(Way.FACE, verdict(Outcome.ACCEPTED, 0.31))


def test_after_a_near_try_a_refused_one_is_named_in_no_proof() -> None:
    told = Told().to_face().tell(verdict(Outcome.STEP_UP, 0.45), "retry", verdict(Outcome.REFUSED, 0.7), "otherwise")
    assert offered(told)["face"]
    told.tell("way:phone_code", PHONE, Answer("code", "123456"), "next", CodeJudged(right=True))
    assert proof(told) == Proof(Way.PHONE_CODE, None, "c1")


def test_whoever_cannot_blink_or_turn_is_offered_another_way_first() -> None:
    told = Told().to_face().tell(FaceVerdict(Outcome.NOT_LIVE))
    assert told.problem == "face.not_live"
    assert actions(told) == ["otherwise", "retry", "exit"]
    assert "没有关系" in FAULTS["face.not_live"].meaning.zh
    assert told.tell("otherwise").at == "person"


def test_nobody_before_the_camera_costs_no_try() -> None:
    told = Told().to_face().tell(verdict(Outcome.NOBODY))
    assert told.problem == "face.nobody"
    assert not told.visit.tries
    assert actions(told) == ["retry", "otherwise", "exit"]


def test_a_card_whose_tries_are_used_up_gets_no_other_try_here() -> None:
    told = Told().to_face()
    closed = {**dict.fromkeys(Way, ""), Way.FACE: "face.tries_used_up"}
    told.tell(WaysChanged(closed), verdict(Outcome.NOT_LIVE))
    assert actions(told) == ["otherwise", "exit"]
    told.tell("otherwise")
    assert offered(told)["face"] == FAULTS["face.tries_used_up"].happened.zh


def test_a_card_without_a_picture_closes_the_face_until_another_card_is_laid_down() -> None:
    told = Told().to_face().tell(FaceVerdict(Outcome.NO_PORTRAIT), "otherwise")
    assert offered(told)["face"]
    assert told.tell("back", "again", CardRead(OTHER, 0.3), "next", "way:face").at == "consent"


def test_a_dead_face_engine_verifies_nobody() -> None:
    told = Told().to_face().tell(Failed("face.process_died"), verdict(Outcome.ACCEPTED, 0.1))
    assert told.problem == "face.process_died"
    assert told.visit.proof is None
    assert actions(told) == ["retry", "otherwise", "exit"]


def test_a_person_doing_what_is_asked_is_not_idle() -> None:
    told = Told(idle=60.0, warning=20.0).to_face()
    for _ in range(10):
        told.wait(30).tell(FaceProgress(Prompt.BLINK, 0, 2))
    assert told.at == "face"


def test_tries_are_counted_in_the_journal_without_a_face() -> None:
    told = Told().to_face().tell(verdict(Outcome.STEP_UP, 0.45), "retry", verdict(Outcome.REFUSED, 0.7))
    judged = [effect.facts for effect in told.asked(Record) if effect.event == "face_judged"]
    assert [(facts["outcome"], facts["tries"], facts["risk"]) for facts in judged] == [
        ("step_up", 1, "apply"),
        ("refused", 2, "apply"),
    ]


# -- the code by text message -------------------------------------------------------------


def test_the_right_code_is_the_proof() -> None:
    told = Told().to_code()
    assert told.asked(SendCode) == [SendCode(LIN)]
    told.tell(PHONE, Answer("code", "123456"), "next")
    assert told.asked(CheckCode) == [CheckCode("c1", "123456")]
    assert told.tell(CodeJudged(right=True)).at == "category"
    assert proof(told) == Proof(Way.PHONE_CODE, None, "c1")
    assert not told.asked(CheckFace)


def test_a_wrong_code_may_be_typed_again_until_the_tries_are_used_up() -> None:
    told = Told().to_code().tell(PHONE, Answer("code", "000000"), "next", CodeJudged(right=False, tries_left=4))
    assert told.problem == "code.wrong"
    told.tell("retry", Answer("code", "000001"), "next", CodeJudged(right=False, tries_left=0))
    assert told.problem == "code.used_up"
    told.tell("resend")
    assert len(told.asked(SendCode)) == 2


def test_a_code_is_checked_only_when_it_is_whole() -> None:
    assert not Told().to_code().tell(PHONE, Answer("code", "12a34"), "next").asked(CheckCode)


def test_with_the_line_down_the_citizen_may_choose_another_way() -> None:
    told = Told().to_code().tell(Failed("gateway.unreachable"))
    assert actions(told) == ["retry", "otherwise", "exit"]
    assert told.tell("otherwise", "way:face", "next").at == "face"


def test_without_a_number_on_file_there_is_no_use_in_trying_again() -> None:
    assert actions(Told().to_code().tell(Failed("code.no_number"))) == ["otherwise", "exit"]


# -- the code of the phone app ------------------------------------------------------------


def test_a_code_of_the_persons_own_app_is_the_proof() -> None:
    told = Told().to_way().tell("way:app_code")
    assert len(told.asked(ScanCode)) == 1
    told.tell(CodeShown("EID1-X"))
    assert told.asked(CheckAppCode) == [CheckAppCode(LIN, "EID1-X")]
    assert not told.visit.view().back
    assert told.tell(AppCodeJudged(right=True, proof_id="a1")).at == "category"
    assert proof(told) == Proof(Way.APP_CODE, None, "a1")


def test_a_code_that_is_not_this_persons_may_be_tried_five_times_however_often_one_comes_back() -> None:
    told = Told().to_way().tell("way:app_code")
    for _ in range(4):
        told.tell(CodeShown("EID1-X"), AppCodeJudged(right=False))
        assert told.problem == "app_code.wrong"
        assert actions(told) == ["retry", "otherwise", "exit"]
        told.tell("otherwise", "way:app_code")
    told.tell(CodeShown("EID1-X"), AppCodeJudged(right=False))
    assert told.problem == "app_code.used_up"
    assert actions(told) == ["otherwise", "exit"]
    assert told.tell("retry", CodeShown("EID1-X")).problem == "app_code.used_up"
    assert len(told.asked(CheckAppCode)) == 5
    told.tell("otherwise", "way:app_code")
    assert told.at == "person"
    assert offered(told)["app_code"] == FAULTS["app_code.used_up"].happened.zh


def test_a_code_that_cannot_be_read_is_shown_again() -> None:
    told = Told().to_way().tell("way:app_code", Failed("code_scanner.unreadable"))
    assert actions(told) == ["retry", "otherwise", "exit"]
    assert len(told.tell("retry").asked(ScanCode)) == 2


def test_a_code_never_stands_in_a_repr() -> None:
    assert "EID1" not in repr((CodeShown("EID1-X"), CheckAppCode(LIN, "EID1-X"), AdmitStaff("w01", "EID1"), *PIN))


# -- the site's staff ------------------------------------------------------------------------


def to_confirm(told: Told) -> Told:
    told.tell("way:staff", "who:w01", *PIN, Answer("pin_key", "enter"))
    assert told.asked(AdmitStaff)[-1] == AdmitStaff("w01", "482915")
    return told.tell(StaffAdmitted("w01"))


def test_an_attendant_confirms_after_seeing_masked_name_number_and_the_sentence() -> None:
    told = to_confirm(Told().to_way())
    body = told.body
    assert isinstance(body, StaffBody)
    assert body.state is StaffState.CONFIRM
    assert body.statement == STAFF_STATEMENT
    assert LIN.name not in body.name
    assert body.number.endswith(LIN.number[-4:])
    assert LIN.number not in body.number
    assert told.tell("next").at == "category"
    assert proof(told) == Proof(Way.STAFF, None, "w01")
    judged = [effect.facts for effect in told.asked(Record) if effect.event == "staff_judged"]
    assert judged == [{"staff": "w01", "right": 1}]


def test_an_attendant_who_does_not_confirm_leaves_the_other_ways_open() -> None:
    told = to_confirm(Told().to_way()).tell("refuse")
    assert told.problem == "staff.refused"
    assert actions(told) == ["otherwise", "exit"]
    assert told.visit.proof is None
    assert {"staff": "w01", "right": 0} in [effect.facts for effect in told.asked(Record)]
    told.tell("otherwise", "way:staff")
    assert [way for way, reason in offered(told).items() if reason] == ["staff"]


def test_nobody_sees_whose_card_it_is_before_the_attendant_is_known() -> None:
    told = Told().to_way().tell("way:staff", "who:w01", *PIN)
    assert (told.body.name, told.body.number, told.body.dots) == ("", "", 6)
    assert told.visit.view().primary is None
    assert told.tell("next", "confirm").visit.proof is None


def test_a_wrong_pin_begins_again_with_the_reason() -> None:
    refused = FAULTS["staff.refused"].happened
    told = Told().to_way().tell("way:staff", "who:w01", *PIN, Answer("pin_key", "enter"), StaffRefused(refused))
    assert (told.body.state, told.body.message, told.body.dots) == (StaffState.WHO, refused, 0)


def test_an_attendants_card_will_do_as_well() -> None:
    told = Told().to_way().tell("way:staff", "card")
    assert told.body.state is StaffState.CARD
    assert len(told.asked(ReadStaffCard)) == 1
    assert told.tell(StaffAdmitted("w01"), "next").at == "category"


def test_nobody_is_admitted_who_was_not_asked_for() -> None:
    told = Told().to_way().tell("way:staff", StaffAdmitted("w01"), "next")
    assert told.visit.proof is None
    assert told.tell("who:w99").body.state is StaffState.WHO


def test_an_attendant_who_says_nothing_has_to_come_in_again() -> None:
    told = to_confirm(Told().to_way()).wait(ADMITTED_SECONDS + 1)
    assert told.body.state is StaffState.WHO
    assert told.tell("next").visit.proof is None


def test_an_attendant_who_went_away_is_not_there_when_the_citizen_comes_back() -> None:
    told = to_confirm(Told().to_way()).tell("back", "way:staff")
    assert told.body.state is StaffState.WHO


# -- the officer far away ------------------------------------------------------------------------


def said(state: CallState) -> OfficerSaid:
    return OfficerSaid(state, "v1")


def calling() -> Told:
    told = Told(idle=60.0, warning=20.0).to_way().tell("way:video")
    assert told.asked(CallOfficer) == [CallOfficer(LIN)]
    return told


def test_an_officer_answers_and_confirms() -> None:
    told = calling().tell(said(CallState.CALLING)).wait(5).tell(said(CallState.CONNECTED)).wait(9)
    assert told.body == VideoBody(CallState.CONNECTED, 9)
    assert told.tell(said(CallState.CONFIRMED)).at == "category"
    assert proof(told) == Proof(Way.VIDEO, None, "v1")


@pytest.mark.parametrize(
    ("state", "code", "ways"),
    [
        (CallState.BUSY, "video.busy", ["retry", "otherwise", "exit"]),
        (CallState.DROPPED, "video.dropped", ["retry", "otherwise", "exit"]),
        (CallState.REFUSED, "video.refused", ["otherwise", "exit"]),
    ],
)
def test_a_call_that_comes_to_nothing_says_so_and_leaves_ways(state: CallState, code: str, ways: list[str]) -> None:
    told = calling().tell(said(CallState.CONNECTED), said(state))
    assert told.problem == code
    assert actions(told) == ways
    assert isinstance(told.effects[-2], StopDevices)
    assert told.tell(said(CallState.CONFIRMED)).visit.proof is None
    assert told.tell("otherwise").at == "person"


def test_an_officer_who_refused_is_not_called_until_another_one_confirms() -> None:
    told = calling().tell(said(CallState.CONNECTED), said(CallState.REFUSED), "otherwise", "way:video")
    assert [way for way, reason in offered(told).items() if reason] == ["video"]
    assert len(told.asked(CallOfficer)) == 1


def test_a_call_may_be_made_again() -> None:
    told = calling().tell(said(CallState.BUSY), "retry")
    assert told.problem == ""
    assert told.body.state is CallState.CALLING
    assert len(told.asked(CallOfficer)) == 2


def follow(told: Told, state: CallState, seconds: float) -> Told:
    """Time passes, and the kiosk hears every five seconds how the call stands."""
    for _ in range(int(seconds // 5)):
        told.wait(5).tell(said(state))
    return told.wait(seconds % 5)


def test_nobody_waits_for_an_officer_without_end() -> None:
    told = follow(calling(), CallState.CALLING, CALLING_SECONDS)
    assert told.problem == ""
    assert follow(told, CallState.CALLING, 6).problem == "video.busy"


def test_a_talk_is_not_idleness_and_has_an_end_too() -> None:
    told = follow(calling().tell(said(CallState.CONNECTED)), CallState.CONNECTED, CONNECTED_SECONDS)
    assert told.problem == ""
    assert not told.visit.view().warning
    assert follow(told, CallState.CONNECTED, 6).problem == "video.dropped"


def test_a_call_of_which_nothing_is_heard_is_lost() -> None:
    told = calling().tell(said(CallState.CONNECTED)).wait(SILENCE_SECONDS + 1)
    assert told.problem == "video.dropped"


def test_the_call_ends_when_the_citizen_goes_back() -> None:
    told = calling().tell(said(CallState.CONNECTED))
    before = len(told.asked(StopDevices))
    told.tell("back")
    assert len(told.asked(StopDevices)) == before + 1


def test_no_way_leads_to_the_forms_without_a_proof() -> None:
    for way in Way:
        told = Told().to_way().tell(f"way:{way}", "next", "next", "next")
        assert told.visit.proof is None
        assert told.at not in {step.id for step in JT_02.steps if STAGE_OF[step.kind] == "form"}
