"""Asking a department, typing a number, showing a code: each told as a visit."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.id_reader.record import IdRecord
from kiosk.catalogue.item import Item
from kiosk.catalogue.item import Outcome as Sentences
from kiosk.gateway.contract import Picture
from kiosk.id_number import is_id_number
from kiosk.identity.events import Outcome
from kiosk.text import Text
from kiosk.visit.consent import BY_NUMBER
from kiosk.visit.events import (
    Answer,
    CardFound,
    CardRead,
    CheckFace,
    CodeJudged,
    CodeSent,
    CodeShown,
    Denied,
    End,
    Ending,
    Event,
    Failed,
    Found,
    LookUp,
    NothingFound,
    ReadCard,
    Record,
    ScanCode,
    StaffAdmitted,
    StopDevices,
    Way,
)
from kiosk.visit.lookup import ANSWER_SECONDS, SLOW_SECONDS, LookupPage, record_of
from kiosk.visit.view import (
    ChooseWayBody,
    FormBody,
    GuideBody,
    LookupBody,
    LookupState,
    ScanCodeBody,
    ScanCodeState,
    StaffBody,
)
from tests.kiosk.visit.items import BY_CARD, BY_CODE, BY_PLATE, WITH_OR_WITHOUT_CARD, item_of
from tests.kiosk.visit.told import Told, verdict
from tests.people import LIN, OTHER

ROWS = (
    {"key": "1", "day": "20260102", "what": "年度考核"},
    {"key": "2", "day": "20250103", "what": "继续教育"},
)
PNG = b"\x89PNG\r\n\x1a\n-"
FOUND = Found({"rating": "a", "since": "20201225", "fines": "0", "secret": "never shown"}, ROWS)


def by_card(item: Item | None = None) -> Told:
    """To the page that asks the department about the holder of the card."""
    told = Told(item or item_of(BY_CARD)).tell("next", CardFound(), CardRead(LIN, 0.3), "next", "way:phone_code")
    return told.tell(CodeSent("139****0001", "code-0001"), Answer("code", "123456"), "next", CodeJudged(right=True))


def shown(told: Told) -> LookupBody:
    assert isinstance(told.body, LookupBody)
    return told.body


def actions(told: Told) -> list[str]:
    problem = told.visit.view().problem
    return [button.id for button in problem.actions] if problem is not None else []


def outcomes(told: Told) -> list[object]:
    return [record.facts["outcome"] for record in told.asked(Record) if record.event == "looked_up"]


# -- what a department says ----------------------------------------------------------------


def test_a_department_hears_who_it_is_and_how_that_was_proven_and_what_it_says_is_shown() -> None:
    told = by_card()
    assert shown(told).state is LookupState.ASKING
    (asked,) = told.asked(LookUp)
    assert (asked.operation, asked.record, asked.typed, asked.asked) == ("transport.records", LIN, False, {})
    assert asked.proof is not None
    assert (asked.proof.way, asked.proof.reference) == (Way.PHONE_CODE, "code-0001")
    body = shown(told.tell(FOUND))
    assert [(row.label.zh, row.value.zh) for row in body.facts] == [("等级", "优良"), ("发证日期", "2020年12月25日")]
    assert [column.zh for column in body.columns] == ["日期", "事由"]
    assert [[cell.zh for cell in row] for row in body.rows] == [
        ["2026年1月2日", "年度考核"],
        ["2025年1月3日", "继续教育"],
    ]
    assert outcomes(told) == ["found"]
    assert told.tell("next").at == "rate"


def test_a_row_is_masked_where_others_are_not_to_see_it_and_revealed_by_its_place() -> None:
    people = BY_CARD.replace("{key: what, label", "{key: what, pii: masked, words: {none: {zh: 无, en: None}}, label")
    told = by_card(item_of(people)).tell(
        Found(
            {},
            (
                {"key": "1", "day": "20260102", "what": "林示例", "what_en": "Lin Shili"},
                {"key": "2", "day": "20250103", "what": "none"},
                {"key": "3", "day": "20250103", "what": ""},
            ),
        )
    )
    body = shown(told)
    assert [row[1].zh for row in body.rows] == ["林*例", "无", "–"]
    assert body.rows[0][1].en == "L*******i"
    assert body.keys == (("", "row.records.0.what"), ("", ""), ("", ""))
    assert told.visit.revealed("row.records.0.what") == Text(zh="林示例", en="Lin Shili")
    for other in ("row.records.0.day", "row.records.1.what", "row.records.9.what", "row.other.0.what"):
        assert told.visit.revealed(other) is None
    told.tell("next")
    assert told.visit.revealed("row.records.0.what") is None


def test_where_no_receipt_is_printed_nobody_is_told_to_take_one() -> None:
    told = Told(item_of(BY_CARD))
    assert isinstance(told.body, GuideBody)
    assert [step.zh for step in told.body.steps] == ["放身份证", "核对本人", "看查询结果"]
    assert [stage.name.zh for stage in told.visit.view().stages] == ["须知", "身份证", "本人", "查询", "完成"]


def test_what_the_item_does_not_name_is_not_even_kept() -> None:
    assert "secret" not in by_card().tell(FOUND).visit.facts


def test_what_a_row_says_in_both_languages_each_screen_reads_in_its_own() -> None:
    rows = ({"key": "1", "day": "20260102", "what": "材料不清楚", "what_en": "The papers are unclear"}, *ROWS[1:])
    told = shown(by_card().tell(Found({}, rows))).rows
    assert told[0][1] == Text(zh="材料不清楚", en="The papers are unclear")
    assert told[1][1] == Text(zh="继续教育", en="继续教育")


def test_pictures_stay_on_their_page_and_nowhere_once_the_visit_is_over() -> None:
    words = Text(zh="车辆在路口内", en="The car is in the junction")
    told = by_card().tell(replace(FOUND, pictures=(Picture(words=words, png=PNG),)))
    page = told.visit.page
    assert isinstance(page, LookupPage)
    assert shown(told).pictures == (words,)
    assert (page.picture(0), page.picture(1)) == (PNG, b"")
    assert "PNG" not in repr(told.visit.view())
    told.tell("exit")
    assert page.picture(0) == b""


def test_an_answer_without_pictures_leaves_none_of_the_one_before() -> None:
    picture = Picture(words=Text(zh="一", en="one"), png=PNG)
    told = Told(item_of(BY_CODE)).tell("next", CodeShown("XM000001"), Found({"stage": "ok"}, pictures=(picture,)))
    page = told.visit.page
    assert isinstance(page, LookupPage)
    assert page.picture(0) == PNG
    told.tell("back", "scan", CodeShown("XM000002"))
    assert page.picture(0) == b""
    assert shown(told.tell(Found({"stage": "ok"}))).pictures == ()


def test_a_table_without_rows_has_no_head_and_an_unknown_fact_a_dash() -> None:
    body = shown(by_card().tell(Found({"rating": "a"})))
    assert (body.columns, body.rows) == ((), ())
    assert body.facts[1].value.zh == "–"


def test_while_the_department_is_asked_nobody_leaves_and_no_time_runs() -> None:
    told = by_card()
    view = told.visit.view()
    assert (view.back, view.exit, view.primary.enabled if view.primary else None) == (False, False, False)
    assert told.tell("next", "back", "exit").at == "records"


def test_after_three_seconds_it_is_said_that_it_takes_longer() -> None:
    told = by_card()
    first = told.visit.view().hint
    assert told.wait(SLOW_SECONDS - 0.1).visit.view().hint == first
    assert told.wait(0.2).visit.view().hint != first
    assert told.tell(FOUND).visit.view().hint.zh == "请看一看。"


def test_nobody_waits_longer_than_ten_seconds_and_what_comes_later_is_late() -> None:
    told = by_card().wait(ANSWER_SECONDS)
    assert told.problem == ""
    told.wait(0.1)
    assert told.problem == "department.unavailable"
    assert told.asked(StopDevices)
    assert told.tell(FOUND).problem == "department.unavailable"
    assert told.tell("retry").problem == ""
    assert len(told.asked(LookUp)) == 2
    assert shown(told.tell(FOUND)).state is LookupState.SHOWN
    assert outcomes(told) == ["failed", "found"]


@pytest.mark.parametrize("code", ["department.unavailable", "department.closed", "gateway.unreachable"])
def test_a_department_that_is_away_can_be_asked_again(code: str) -> None:
    told = by_card().tell(Failed(code))
    assert told.problem == code
    assert actions(told) == ["retry", "exit"]
    assert told.tell("retry", FOUND).problem == ""
    assert told.tell("next").at == "rate"


def test_whoever_does_not_want_to_try_again_leaves() -> None:
    told = by_card().tell(Failed("department.unavailable"), "exit")
    assert told.asked(End) == [End(Ending.LEFT)]


def test_when_the_department_opens_is_said_where_it_is_known() -> None:
    when = Text(zh="办理时间是每天 08:00–22:00。", en="It is open daily.")
    said = Sentences(happened=when, meaning=when, todo=when)
    told = by_card().tell(Failed("department.closed", said))
    problem = told.visit.view().problem
    assert problem is not None
    assert (problem.code, problem.meaning) == ("department.closed", when)
    told.tell("retry", Failed("department.closed"))  # the next one knows no more than the code
    problem = told.visit.view().problem
    assert problem is not None
    assert problem.meaning != when


# -- what a department denies --------------------------------------------------------------

NO = Denied(Text(zh="不能查", en="No"), Text(zh="已被锁定。", en="Locked."), Text(zh="请到窗口。", en="Go there."))


@pytest.mark.parametrize(
    ("event", "why", "outcome"),
    [
        (NO, "denied.department", "denied"),
        (NothingFound(), "denied.nothing_found", "nothing"),
        (Found({"fines": "200"}), "denied.owes", "found"),
    ],
)
def test_whoever_is_denied_may_say_how_it_was_and_has_been_refused(event: Event, why: str, outcome: str) -> None:
    told = by_card().tell(event)
    assert told.problem == why
    assert actions(told) == ["exit"]
    assert outcomes(told) == [outcome]
    assert told.tell("exit").at == "rate"
    assert not told.visit.view().back
    told.tell("rate:poor", "next")
    assert told.asked(End) == [End(Ending.REFUSED)]


def test_a_condition_that_denies_shows_nothing_of_what_was_found() -> None:
    assert shown(by_card().tell(Found({"fines": "200"}, ROWS))).state is LookupState.ASKING


def test_whoever_was_denied_and_does_not_rate_has_been_refused_as_well() -> None:
    told = by_card().tell(NO, "exit", "exit")
    assert told.asked(End) == [End(Ending.REFUSED)]


def test_where_there_is_nothing_to_rate_a_denial_ends_at_once() -> None:
    told = by_plate().tell(NO, "exit")
    assert told.asked(End) == [End(Ending.REFUSED)]


# -- a question that changes ---------------------------------------------------------------


def by_plate(plate: str = "闽D12345") -> Told:
    return Told(item_of(BY_PLATE)).tell("next", Answer("plate", plate), "next")


STATIONS = Found({"state": "ok"}, ({"key": "s1", "name": "江头站", "road": "示例路"}, {"key": "s2", "name": "杏林站"}))


def test_a_silent_question_is_passed_with_its_answer_going_on_and_going_back() -> None:
    told = by_plate()
    assert [asked.asked for asked in told.asked(LookUp)] == [{"plate": "闽D12345"}]
    assert told.asked(LookUp)[0].record is None
    assert told.tell(STATIONS).at == "choice"
    assert told.tell("back").at == "vehicle"
    assert told.tell("next").at == "choice"
    assert len(told.asked(LookUp)) == 1


def test_another_answer_asks_again_and_what_was_known_before_is_gone() -> None:
    told = by_plate().tell(STATIONS, Answer("station", "s1"), "back", Answer("plate", "闽D54321"), "next")
    assert told.at == "check"
    assert [asked.asked["plate"] for asked in told.asked(LookUp)] == ["闽D12345", "闽D54321"]
    assert told.visit.rows == {}
    told.tell(Found({"state": "ok"}, ({"key": "s3", "name": "同安站", "road": ""},)), "next")
    assert told.at == "choice"
    assert isinstance(told.body, FormBody)
    assert [option.value for option in told.body.fields[0].options] == ["s3"]
    assert told.body.fields[0].error is not None  # what was picked before is no row any more


def test_one_of_the_rows_is_picked_by_its_name_with_the_rest_beside_it() -> None:
    told = by_plate().tell(STATIONS)
    assert isinstance(told.body, FormBody)
    first, second = told.body.fields[0].options
    assert (first.label.zh, first.note.zh if first.note else "") == ("江头站", "示例路")
    assert second.value == "s2"
    assert told.tell(Answer("station", "s2"), "next").at == "done"


def test_a_denial_about_what_was_typed_leads_back_to_it() -> None:
    told = by_plate().tell(Found({"state": "scrapped"}))
    assert told.problem == "denied.scrapped"
    assert actions(told) == ["change", "exit"]
    assert told.tell("change").at == "vehicle"
    assert told.problem == ""
    assert told.tell("next").at == "check"  # it was not answered, so it is asked again
    assert told.tell(STATIONS).at == "choice"


def test_a_failure_in_silence_can_be_tried_again_and_left_by_going_back() -> None:
    told = by_plate().tell(Failed("department.unavailable"), "retry", STATIONS)
    assert told.at == "choice"
    assert len(told.asked(LookUp)) == 2


# -- without a card -------------------------------------------------------------------------


def without_card(name: str = LIN.name, number: str = LIN.number) -> Told:
    told = Told(item_of(WITH_OR_WITHOUT_CARD)).tell("next", Answer("card_here", "without"), "next")
    assert told.at == "number"
    return told.tell(Answer("name", name), Answer("number", number), "next")


def errors(told: Told) -> dict[str, Text | None]:
    assert isinstance(told.body, FormBody)
    return {field.key: field.error for field in told.body.fields}


def test_a_typed_number_leads_to_the_sign_in_and_says_what_a_number_says() -> None:
    told = without_card(number="350206 19850312 0027")
    assert told.at == "person"
    record = told.visit.record
    assert record is not None
    assert (record.number, record.name, record.birth_date) == (LIN.number, LIN.name, LIN.birth_date)
    assert (record.portrait, record.address, record.sex) == (b"", "", LIN.sex)
    assert told.visit.typed


@pytest.mark.parametrize(
    ("name", "number", "wrong"),
    [
        ("", LIN.number, {"name"}),
        ("  ", LIN.number, {"name"}),
        (LIN.name, "", {"number"}),
        (LIN.name, LIN.number[:-1], {"number"}),
        (LIN.name, LIN.number[:-1] + "1", {"number"}),
        ("", "1", {"name", "number"}),
    ],
)
def test_a_number_that_cannot_be_and_a_missing_name_are_told(name: str, number: str, wrong: set[str]) -> None:
    told = without_card(name, number)
    assert told.at == "number"
    assert {key for key, error in errors(told).items() if error is not None} == wrong
    for key in wrong:  # whoever types again is not scolded meanwhile
        told.tell(Answer(key, "x"))
    assert not any(errors(told).values())


def test_what_was_answered_before_the_number_stays() -> None:
    told = without_card()
    assert told.visit.answers == {"card_here": "without"}
    assert [stage.name.zh for stage in told.visit.view().stages] == ["须知", "填表", "身份证", "本人", "查询", "完成"]


def test_the_face_is_compared_by_number_only_after_its_own_consent() -> None:
    told = without_card().tell("way:face")
    assert told.visit.view().title == BY_NUMBER.title
    assert any("身份证号" in point.words.zh for point in told.body.points)
    assert not told.asked(CheckFace)
    told.tell("next")
    (asked,) = told.asked(CheckFace)
    assert (asked.record.number, asked.typed) == (LIN.number, True)
    told.tell(verdict(Outcome.ACCEPTED, 0.2))
    (look_up,) = told.asked(LookUp)
    assert look_up.typed
    assert look_up.proof is not None
    assert look_up.proof.way is Way.FACE


def test_a_number_of_which_the_authority_has_no_picture_closes_the_face_and_another_number_opens_it() -> None:
    told = without_card().tell("way:face", "next", verdict(Outcome.NO_PORTRAIT))
    assert told.problem == "face.not_on_file"
    told.tell("otherwise")
    assert isinstance(told.body, ChooseWayBody)
    assert told.visit.closed == {Way.FACE: "face.not_on_file"}
    told.tell("back", Answer("number", OTHER.number), Answer("name", OTHER.name), "next")
    assert told.at == "person"
    assert told.visit.closed == {}


def test_staff_do_not_say_that_they_have_seen_a_card_that_is_not_there() -> None:
    told = without_card()
    assert isinstance(told.body, ChooseWayBody)
    staff = next(way for way in told.body.ways if way.id is Way.STAFF)
    assert "身份证" not in staff.line.zh
    told.tell("way:staff", "who:w01", Answer("pin_key", "1"), Answer("pin_key", "enter"), StaffAdmitted("w01"))
    body = told.visit.view().body
    assert isinstance(body, StaffBody)
    assert body.statement is not None
    assert "身份证" not in body.statement.zh


def proven(told: Told) -> Told:
    told.tell("way:phone_code", CodeSent("139****0001", "code-0001"), Answer("code", "123456"), "next")
    return told.tell(CodeJudged(right=True))


def test_another_number_is_another_person_of_whom_nothing_is_proven_or_known() -> None:
    told = proven(without_card()).tell(Found({"rating": "a"}))
    assert told.at == "records"
    told.tell("back")
    assert told.at == "number"  # the sign-in is passed
    told.tell(Answer("number", OTHER.number), Answer("name", OTHER.name), "next")
    assert told.at == "person"
    assert told.visit.proof is None
    assert told.visit.facts == {}
    proven(told)
    assert [asked.record.number for asked in told.asked(LookUp) if asked.record] == [LIN.number, OTHER.number]


def test_the_same_number_again_stays_proven_and_is_not_looked_up_twice() -> None:
    told = proven(without_card()).tell(Found({"rating": "a"}), "back", "next")
    assert told.at == "records"
    assert len(told.asked(LookUp)) == 1
    assert shown(told).state is LookupState.SHOWN


def choose_card(told: Told) -> Told:
    while told.at != "bring":
        told.tell("back")
    return told.tell(Answer("card_here", "with"), "next")


@pytest.mark.parametrize("card", [LIN, OTHER], ids=["of the same person", "of another"])
def test_a_card_in_place_of_what_was_typed_is_read_and_has_to_be_proven(card: IdRecord) -> None:
    told = choose_card(proven(without_card()).tell(Found({"rating": "a"})))
    assert told.at == "card"
    assert told.asked(ReadCard)
    told.tell(CardFound(), CardRead(card, 0.3), "next")
    assert told.at == "person"
    assert (told.visit.typed, told.visit.proof) == (False, None)
    assert told.visit.answers == {"card_here": "with"}
    proven(told)
    asked = told.asked(LookUp)[-1].record
    assert asked is not None
    if card is OTHER:
        assert asked.number == OTHER.number
    # Of the same person it was known already; of another it is asked anew, and nothing of the first is left.
    assert told.visit.facts == ({"rating": "a"} if card is LIN else {})


@given(st.text(max_size=40), st.text(alphabet="0123456789Xx ", max_size=22))
@settings(max_examples=60, deadline=None)
def test_whatever_is_typed_only_a_name_and_a_number_that_can_be_lead_on(name: str, number: str) -> None:
    told = without_card(name, number)
    can_be = is_id_number(number.upper().replace(" ", "")[:18])
    assert (told.at == "person") == (can_be and told.visit.record is not None and bool(told.visit.record.name))
    if told.at == "number":
        assert any(errors(told).values())


def test_what_is_typed_is_in_no_repr() -> None:
    record = record_of(LIN.name, LIN.number)
    assert LIN.number not in repr(record)
    assert LIN.number not in repr(LookUp("transport.records", {"plate": LIN.number}, record))
    assert LIN.number not in repr(Found({"x": LIN.number}, ({"key": LIN.number},)))
    assert LIN.number not in repr(CheckFace(replace(record), item_of(BY_CARD).risk, typed=True))


# -- a code before the scanner --------------------------------------------------------------


def by_code() -> Told:
    return Told(item_of(BY_CODE)).tell("next")


def scanned(told: Told) -> ScanCodeBody:
    assert isinstance(told.body, ScanCodeBody)
    return told.body


def test_a_code_that_is_read_leads_on_by_itself() -> None:
    told = by_code()
    assert len(told.asked(ScanCode)) == 1
    assert told.tell(CodeShown(" XM000001\n")).at == "case"
    assert [asked.asked for asked in told.asked(LookUp)] == [{"case_number": "XM000001"}]


def test_another_code_is_told_to_be_none_and_the_scanner_goes_on_waiting() -> None:
    told = by_code().tell(CodeShown("https://example.com"))
    assert told.at == "slip"
    assert scanned(told).field.error is not None
    assert scanned(told).field.value == ""
    assert len(told.asked(ScanCode)) == 2
    assert told.tell(CodeShown("XM000001")).at == "case"


def test_where_it_may_be_typed_it_is_typed_in_capitals_without_spaces() -> None:
    told = by_code().tell("type")
    assert scanned(told).state is ScanCodeState.TYPING
    assert told.asked(StopDevices)
    told.tell(CodeShown("XM999999"))  # the scanner is not listened to any more
    assert told.at == "slip"
    assert told.tell(Answer("case_number", "xm0"), "next").at == "slip"
    assert scanned(told).field.error is not None
    assert told.tell(Answer("case_number", "xm 000 002"), "next").at == "case"
    assert told.asked(LookUp)[-1].asked == {"case_number": "XM000002"}


def test_a_scanner_that_is_away_leaves_typing_and_can_be_tried_again() -> None:
    told = by_code().tell(Failed("code_scanner.disconnected"))
    assert scanned(told).state is ScanCodeState.TYPING
    assert told.problem == ""
    assert scanned(told.tell("scan")).state is ScanCodeState.SCANNING
    assert len(told.asked(ScanCode)) == 2


def test_where_nothing_may_be_typed_a_scanner_that_is_away_is_told() -> None:
    item = item_of(BY_CODE)
    slip = item.steps[1].model_copy(update={"typed": False})
    told = Told(item.model_copy(update={"steps": (item.steps[0], slip, *item.steps[2:])})).tell("next")
    assert told.visit.view().secondary == ()
    told.tell("type", Failed("code_scanner.disconnected"))
    assert told.problem == "code_scanner.disconnected"
    assert told.tell("retry", CodeShown("XM000001")).at == "case"


def test_whoever_comes_back_to_the_code_may_keep_it_or_show_another() -> None:
    told = by_code().tell(CodeShown("XM000001"), Found({"stage": "审核中"}), "back")
    assert told.at == "slip"
    assert scanned(told).field.value == "XM000001"
    assert told.tell("next").at == "case"
    assert len(told.asked(LookUp)) == 1
    told.tell("back", CodeShown("XM000002"))
    assert told.at == "case"
    assert [asked.asked["case_number"] for asked in told.asked(LookUp)] == ["XM000001", "XM000002"]
    assert shown(told).state is LookupState.ASKING


def test_before_a_code_is_there_there_is_no_way_on() -> None:
    told = by_code()
    assert told.visit.view().primary is None
    assert told.tell("next").at == "slip"


def test_nothing_that_was_looked_up_outlives_the_visit() -> None:
    told = by_card().tell(FOUND, "exit")
    visit = told.visit
    assert told.asked(End) == [End(Ending.LEFT)]
    assert (visit.facts, visit.rows, visit.answers, visit.record) == ({}, {}, {}, None)
