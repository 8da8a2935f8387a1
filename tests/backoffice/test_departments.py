"""Departments behind the back office, asked over a real line: who may ask, what they say, and that one alone fails."""

from __future__ import annotations

import re
import threading
import time as real_time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from backoffice.departments import ALIVE_SECONDS, AT_ONCE, Departments, Terms
from backoffice.loopback import LoopbackDepartments
from backoffice.reference import Manner, reference_departments
from backoffice.service import create_app
from backoffice.store import Store
from kiosk.gateway.client import DepartmentAway, GatewayClient, GatewayRefused, GatewayUnreachable
from kiosk.gateway.contract import (
    PROOF_SECONDS,
    Answer,
    AnswerKind,
    AppCodeCheck,
    AppCodeProof,
    CodeRequest,
    DepartmentService,
    FaceProof,
    IdentityProof,
    PhoneCodeProof,
    ProblemCode,
    Question,
    StaffProof,
)
from kiosk.hours import Hours
from tests.backoffice.conftest import Time
from tests.backoffice.running import Running, until
from tests.backoffice.samples import applicant
from tests.backoffice.test_store import filled
from tests.people import LIN, OTHER

FACE = FaceProof(distance=0.31, threshold=0.4, frames=5, engine="dlib")

PEOPLE = f"""
people:
  lin: {{number: "{LIN.number}", phone: "13950010001"}}
  chen: {{number: "{OTHER.number}", phone: "13950010002"}}
  wang: {{number: "350221194801300021", phone: "13950010003"}}
"""
HOUSING = """
hours: {open: "08:00-22:00"}
operations:
  housing.homes:
    found:
      lin:
        facts: {count: "1", since: today-30, lease: month-1}
        rows: [{key: "1", address: 示例路 1 号}, {key: "2", address: 示例路 2 号}]
      chen: {facts: {count: "0"}}
    denied:
      wang:
        happened: {zh: 有一套房被查封, en: One home is under seizure}
        meaning: {zh: 查封期间不出证明。, en: Nothing is certified during a seizure.}
        todo: {zh: 请到窗口办理。, en: Please go to the counter.}
  housing.limits:
    proof: false
    found: {lin: {facts: {limit: "2"}}}
"""
TAX = """
operations:
  tax.bill:
    about: bill
    proof: false
    found: {B-1: {facts: {due: "120.00"}}}
  tax.paid:
    found:
      lin: {monthly: {months: 3, row: {amount: "86.50"}}}
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """One whose hour is 09:30 in China."""
    store = Store(f"sqlite:///{tmp_path}/backoffice.sqlite3", now=lambda: datetime(2026, 11, 23, 1, 30, tzinfo=UTC))
    yield store
    store.close()


def records(folder: Path, **files: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in {"people": PEOPLE, **files}.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


@contextmanager
def line_to(store: Store, departments: Departments) -> Iterator[GatewayClient]:
    with Running(create_app(store, departments)) as office:
        client = GatewayClient(office.url, connect_seconds=2, read_seconds=10)
        yield client
        client.close()


@pytest.fixture
def line(store: Store, tmp_path: Path) -> Iterator[GatewayClient]:
    departments = reference_departments(store, records(tmp_path / "records", housing=HOUSING, tax=TAX))
    with line_to(store, departments) as client:
        yield client


def question(number: str | None = LIN.number, proof: IdentityProof | None = FACE, **changes: Any) -> Question:
    return Question.model_validate(
        {"item": "FG-01", "station": "XM-0001", "number": number, "name": "某某", "proof": proof, **changes}
    )


def refused(line: GatewayClient, operation: str, asked: Question) -> ProblemCode:
    with pytest.raises(GatewayRefused) as refusal:
        line.ask(operation, asked)
    return refusal.value.problem.code


# -- what they say -----------------------------------------------------------------------


def test_who_is_known_is_told_and_days_are_counted_from_today(line: GatewayClient) -> None:
    answer = line.ask("housing.homes", question())
    assert answer.outcome is AnswerKind.FOUND
    assert answer.facts == {"count": "1", "since": "20261024", "lease": "202610"}
    assert [row["key"] for row in answer.rows] == ["1", "2"]


def test_a_row_for_each_month_before_this_one(line: GatewayClient) -> None:
    rows = line.ask("tax.paid", question()).rows
    assert [(row["key"], row["month"], row["amount"]) for row in rows] == [
        ("202610", "202610", "86.50"),
        ("202609", "202609", "86.50"),
        ("202608", "202608", "86.50"),
    ]


def test_whoever_is_denied_is_told_why_in_the_departments_own_sentences(line: GatewayClient) -> None:
    answer = line.ask("housing.homes", question("350221194801300021"))
    assert answer.outcome is AnswerKind.DENIED
    assert answer.said is not None
    assert answer.said.todo.zh == "请到窗口办理。"
    assert (answer.facts, answer.rows) == ({}, ())


def test_of_whom_nothing_is_known_nothing_is_found(line: GatewayClient) -> None:
    assert line.ask("housing.homes", question("350203199001010010")).outcome is AnswerKind.NOTHING


def test_a_thing_is_asked_about_by_what_was_answered(line: GatewayClient) -> None:
    known = line.ask("tax.bill", question(None, None, asked={"bill": "B-1"}))
    assert known.facts == {"due": "120.00"}
    assert line.ask("tax.bill", question(None, None, asked={"bill": "B-2"})).outcome is AnswerKind.NOTHING
    assert line.ask("tax.bill", question(None, None)).outcome is AnswerKind.NOTHING


# -- who may ask ------------------------------------------------------------------------


def test_a_number_without_a_proof_hears_nothing_where_one_is_wanted(line: GatewayClient) -> None:
    assert refused(line, "housing.homes", question(proof=None)) is ProblemCode.NOT_PROVEN
    assert refused(line, "housing.homes", question(None)) is ProblemCode.NOT_PROVEN


def test_where_the_card_alone_will_do_a_typed_number_alone_will_not(line: GatewayClient) -> None:
    assert line.ask("housing.limits", question(proof=None)).facts == {"limit": "2"}
    assert refused(line, "housing.limits", question(proof=None, typed=True)) is ProblemCode.NOT_PROVEN
    assert line.ask("housing.limits", question(typed=True)).facts == {"limit": "2"}
    assert refused(line, "housing.limits", question(None, None)) is ProblemCode.NOT_PROVEN


def phone_code(store: Store, number: str = LIN.number, *, right: bool = True) -> PhoneCodeProof:
    store.register_phone(number, "13950010001")
    sent = store.send_code(CodeRequest(number=number, language="zh"))
    found = re.search(r"\d{6}", store.texts()[-1].words)
    assert found is not None
    typed = int(found.group()) + (0 if right else 1)
    store.check_code(sent.code_id, f"{typed % 10**6:06d}")
    return PhoneCodeProof(code_id=sent.code_id)


def test_a_code_carries_several_questions_and_then_one_application_and_what_comes_after_it(
    line: GatewayClient, store: Store
) -> None:
    proof = phone_code(store)
    for _ in range(3):
        assert line.ask("housing.homes", question(proof=proof)).outcome is AnswerKind.FOUND
    sent = filled(Time(), applicant=applicant(number=LIN.number), identity=proof)
    line.submit(sent)
    assert line.ask("housing.homes", question(proof=proof)).outcome is AnswerKind.FOUND
    another = filled(Time(), applicant=applicant(number=LIN.number), identity=proof)
    with pytest.raises(GatewayRefused, match="not_proven"):
        line.submit(another)


def test_somebody_elses_code_one_that_was_mistyped_and_one_nobody_sent_prove_nothing(
    line: GatewayClient, store: Store
) -> None:
    assert refused(line, "housing.homes", question(proof=phone_code(store, OTHER.number))) is ProblemCode.NOT_PROVEN
    assert refused(line, "housing.homes", question(proof=phone_code(store, right=False))) is ProblemCode.NOT_PROVEN
    nobody = PhoneCodeProof(code_id="0123456789abcdef")
    assert refused(line, "housing.homes", question(proof=nobody)) is ProblemCode.NOT_PROVEN


def test_the_phone_app_and_an_attendant_prove_as_they_do_for_an_application(line: GatewayClient, store: Store) -> None:
    check = AppCodeCheck(number=LIN.number, code=store.issue_app_code(LIN.number))
    app = AppCodeProof(proof_id=store.check_app_code(check).proof_id or "")
    for proof in (app, StaffProof(staff="w01")):
        assert line.ask("housing.homes", question(proof=proof)).outcome is AnswerKind.FOUND
    assert refused(line, "housing.homes", question(OTHER.number, app)) is ProblemCode.NOT_PROVEN


def test_a_proof_of_half_an_hour_ago_is_too_old_for_a_question(tmp_path: Path, time: Time) -> None:
    store = Store(f"sqlite:///{tmp_path}/backoffice.sqlite3", now=time)
    proof = phone_code(store)
    time.passes(seconds=PROOF_SECONDS)
    departments = reference_departments(store, records(tmp_path / "records", housing=HOUSING))
    assert departments.ask("housing.homes", question(proof=proof)).outcome is AnswerKind.FOUND
    time.passes(seconds=1)
    with line_to(store, departments) as line:
        assert refused(line, "housing.homes", question(proof=proof)) is ProblemCode.NOT_PROVEN
    store.close()


def test_what_no_department_knows_is_not_found(line: GatewayClient) -> None:
    assert refused(line, "housing.castles", question()) is ProblemCode.NOT_FOUND
    assert refused(line, "navy.ships", question()) is ProblemCode.NOT_FOUND


def test_a_question_that_is_none_is_refused_without_a_word_of_it(store: Store, tmp_path: Path) -> None:
    departments = reference_departments(store, records(tmp_path / "records", housing=HOUSING))
    with Running(create_app(store, departments)) as office:
        body = {"item": "FG-01", "station": "XM-0001", "number": "NOBODYS-NUMBER", "asked": {"Secret Key": "x" * 501}}
        answer = requests.post(f"{office.url}/v1/operations/housing.homes", json=body, timeout=20)
    assert answer.status_code == 422
    assert "NOBODYS" not in answer.text
    assert "Secret" not in answer.text


def test_nobody_reads_a_person_out_of_a_question_or_an_answer() -> None:
    asked = question(name="林示例", asked={"plate": "闽D00001"})
    answer = Answer(outcome=AnswerKind.FOUND, facts={"unit": "示例公司"}, rows=({"key": "1", "name": "林示例"},))
    for thing in (asked, answer):
        for word in ("林示例", LIN.number, "闽D00001", "示例公司"):
            assert word not in repr(thing)


# -- one alone fails --------------------------------------------------------------------


def services(line: GatewayClient) -> dict[str, DepartmentService]:
    """How each stands, but for the city's own system, which is always there."""
    states = line.departments().departments
    return {state.department: state.service for state in states if state.department != "city"}


def away(line: GatewayClient, operation: str, asked: Question | None = None) -> DepartmentAway:
    with pytest.raises(DepartmentAway) as trouble:
        line.ask(operation, asked or question())
    return trouble.value


@pytest.mark.warns("housing does not answer: SystemDown")
def test_one_that_is_down_is_said_to_be_and_comes_back(line: GatewayClient, store: Store) -> None:
    play = LoopbackDepartments(store, ["housing", "tax"])
    play.behave("housing", "down")
    assert away(line, "housing.homes").problem.code is ProblemCode.DEPARTMENT_UNAVAILABLE
    assert services(line) == {"housing": DepartmentService.UNAVAILABLE, "tax": DepartmentService.OPEN}
    assert line.ask("tax.paid", question()).outcome is AnswerKind.FOUND
    assert play.state() == {"housing": "down", "tax": "up"}
    play.clear()
    assert line.ask("housing.homes", question()).outcome is AnswerKind.FOUND
    assert set(services(line).values()) == {DepartmentService.OPEN}


def test_one_that_is_closed_says_when_it_is_open_where_it_has_hours(line: GatewayClient, store: Store) -> None:
    play = LoopbackDepartments(store, ["housing", "tax"])
    for department in ("housing", "tax"):
        play.behave(department, "closed")
    closed = away(line, "housing.homes").problem
    assert closed.code is ProblemCode.DEPARTMENT_CLOSED
    assert closed.hours is not None
    assert closed.hours.zh == "每天 08:00–22:00"
    assert away(line, "tax.paid").problem.hours is None
    assert set(services(line).values()) == {DepartmentService.CLOSED}


def test_outside_its_hours_a_department_is_closed(tmp_path: Path, time: Time) -> None:
    store = Store(f"sqlite:///{tmp_path}/backoffice.sqlite3", now=time)
    departments = reference_departments(store, records(tmp_path / "records", housing=HOUSING, tax=TAX))
    with line_to(store, departments) as line:
        time.now = datetime(2026, 11, 23, 13, 59, tzinfo=UTC)  # 21:59 in China
        assert line.ask("housing.homes", question()).outcome is AnswerKind.FOUND
        time.now = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
        assert away(line, "housing.homes").problem.code is ProblemCode.DEPARTMENT_CLOSED
        assert services(line) == {"housing": DepartmentService.CLOSED, "tax": DepartmentService.OPEN}
        assert line.ask("tax.paid", question()).outcome is AnswerKind.FOUND
    store.close()


def test_one_that_is_slow_answers_when_it_has_had_its_time(line: GatewayClient, store: Store) -> None:
    store.set_manner("housing", Manner.SLOW, 0.6)
    began = real_time.monotonic()
    assert line.ask("housing.homes", question()).outcome is AnswerKind.FOUND
    assert 0.6 <= real_time.monotonic() - began < 3


class Hung:
    """A system that takes questions and never answers, and gives no sign of life."""

    hours = Hours()

    def __init__(self) -> None:
        self.asked = 0
        self.release = threading.Event()

    def open_now(self) -> bool:
        return True

    def alive(self) -> bool:
        return self.release.wait(60)

    def terms(self, operation: str) -> Terms | None:
        return Terms(person=False, proof=False)

    def ask(self, operation: str, asked: Question) -> Answer:
        self.asked += 1
        self.release.wait(60)
        return Answer(outcome=AnswerKind.NOTHING)


class Broken(Hung):
    """A system that fails in a way nobody foresaw, and whose error speaks of a person."""

    def alive(self) -> bool:
        return True

    def ask(self, operation: str, asked: Question) -> Answer:
        raise RuntimeError(f"no record of {asked.number}")


class Well(Hung):
    """A system that works."""

    def alive(self) -> bool:
        return True

    def ask(self, operation: str, asked: Question) -> Answer:
        return Answer(outcome=AnswerKind.FOUND, facts={"asked": operation.partition(".")[0]})


NINE = ("police", "human_resources", "medical_insurance", "housing_fund", "customs", "transport", "tax", "market", "mz")


@pytest.mark.may_warn("housing (did not answer within|has no room)")
def test_one_that_hangs_leaves_the_other_nine_as_quick_as_ever(store: Store) -> None:
    hung = Hung()
    departments = Departments(store, {"housing": hung, **{name: Well() for name in NINE}}, answer_seconds=4.0)
    with line_to(store, departments) as line, ThreadPoolExecutor(60) as citizens:
        # Many more wait for the one that hangs than it has places, and than the service has threads.
        waiting = [citizens.submit(away, line, "housing.homes") for _ in range(60)]
        until(lambda: hung.asked == AT_ONCE)
        for name in NINE:
            began = real_time.monotonic()
            assert line.ask(f"{name}.anything", question()).facts == {"asked": name}
            assert real_time.monotonic() - began < 2.0, name
        assert {one.result().problem.code for one in waiting} == {ProblemCode.DEPARTMENT_UNAVAILABLE}
        assert hung.asked == AT_ONCE
        assert services(line) == {
            "housing": DepartmentService.UNAVAILABLE,
            **dict.fromkeys(NINE, DepartmentService.OPEN),
        }
        hung.release.set()  # it comes back: so do its places
        until(lambda: services(line)["housing"] is DepartmentService.OPEN)
        assert line.ask("housing.homes", question()).outcome is AnswerKind.NOTHING


def test_no_sign_of_life_is_waited_for_only_so_long(store: Store) -> None:
    departments = Departments(store, {"housing": Hung(), "tax": Hung(), "police": Well()})
    began = real_time.monotonic()
    found = {state.department: state.service for state in departments.states().departments}
    assert real_time.monotonic() - began < ALIVE_SECONDS + 1
    assert found == {
        "housing": DepartmentService.UNAVAILABLE,
        "tax": DepartmentService.UNAVAILABLE,
        "police": DepartmentService.OPEN,
    }


@pytest.mark.warns("^backoffice.departments: tax does not answer: RuntimeError$")
def test_one_that_breaks_is_away_and_its_words_about_a_person_stay_with_it(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    with line_to(store, Departments(store, {"tax": Broken(), "police": Well()})) as line:
        trouble = away(line, "tax.paid")
        assert LIN.number not in trouble.problem.model_dump_json()
        assert line.ask("police.card", question()).facts == {"asked": "police"}
    assert LIN.number not in caplog.text


def test_a_department_that_is_away_may_answer_later_and_no_application_is_thrown_away_for_it() -> None:
    assert issubclass(DepartmentAway, GatewayUnreachable)
    assert not issubclass(DepartmentAway, GatewayRefused)
