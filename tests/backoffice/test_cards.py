"""Cards that kiosks have written: the department hears of each once, and from then on says so itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from backoffice.cards import Cards
from backoffice.departments import Away
from backoffice.reference import RecordsError, load_records, reference_departments
from backoffice.service import create_app
from backoffice.store import Refusal, Store
from kiosk.gateway.client import DepartmentAway, GatewayClient, GatewayRefused
from kiosk.gateway.contract import (
    Answer,
    CardWritten,
    CodeRequest,
    FaceProof,
    IdentityProof,
    PhoneCodeProof,
    ProblemCode,
    Question,
)
from tests.backoffice.conftest import Time
from tests.backoffice.running import Running
from tests.people import LIN, OTHER

FACE = FaceProof(distance=0.31, threshold=0.4, frames=5, engine="dlib")
PEOPLE = f"""
people:
  lin: {{number: "{LIN.number}", phone: "13950010001"}}
  chen: {{number: "{OTHER.number}", phone: "13950010002"}}
"""
POLICE = """
operations:
  police.approved:
    found:
      lin: {facts: {rewrite: waiting, address: 示例路 1 号}}
      chen: {facts: {rewrite: waiting, address: 示例路 2 号}}
  police.rewritten:
    changes: {police.approved: {rewrite: written}}
    found: {lin: {}, chen: {}}
"""


@pytest.fixture
def records(tmp_path: Path) -> Path:
    folder = tmp_path / "records"
    folder.mkdir()
    (folder / "people.yaml").write_text(PEOPLE, encoding="utf-8")
    (folder / "police.yaml").write_text(POLICE, encoding="utf-8")
    return folder


@pytest.fixture
def line(store: Store, records: Path) -> Iterator[GatewayClient]:
    with Running(create_app(store, reference_departments(store, records))) as office:
        client = GatewayClient(office.url, connect_seconds=2, read_seconds=10)
        yield client
        client.close()


def question(proof: IdentityProof = FACE, number: str = LIN.number) -> Question:
    return Question(item="GA-JZ-01", station="XM-0001", number=number, proof=proof)


def news(store: Store, key: UUID | None = None, proof: IdentityProof = FACE, number: str = LIN.number) -> CardWritten:
    return CardWritten(
        idempotency_key=key or uuid4(),
        operation="police.rewritten",
        question=question(proof, number),
        new_card=False,
        written_at=store.now(),
    )


def said(line: GatewayClient, number: str = LIN.number) -> str:
    answer: Answer = line.ask("police.approved", question(number=number))
    return answer.facts["rewrite"]


def test_a_card_that_was_written_is_known_to_its_department_and_nobody_elses_is(
    line: GatewayClient, store: Store
) -> None:
    assert said(line) == "waiting"
    line.tell_written(news(store))
    assert said(line) == "written"
    assert said(line, OTHER.number) == "waiting"


def test_the_same_news_counts_once(store: Store, records: Path) -> None:
    asked: list[str] = []
    departments = reference_departments(store, records)
    ask = departments.ask
    departments.ask = lambda operation, *more, **how: asked.append(operation) or ask(operation, *more, **how)  # type: ignore[method-assign,func-returns-value]
    cards, written = Cards(store, departments), news(store)
    assert [cards.hear(written) for _ in range(3)] == [True, False, False]
    assert asked == ["police.rewritten"]


def test_the_same_key_for_another_card_is_refused(line: GatewayClient, store: Store) -> None:
    key = uuid4()
    line.tell_written(news(store, key))
    with pytest.raises(GatewayRefused) as refusal:
        line.tell_written(news(store, key, number=OTHER.number))
    assert refusal.value.problem.code is ProblemCode.CONFLICT
    assert said(line, OTHER.number) == "waiting"


def test_a_department_that_does_not_answer_is_told_later(line: GatewayClient, store: Store) -> None:
    store.set_manner("police", "closed")
    written = news(store)
    with pytest.raises(DepartmentAway):
        line.tell_written(written)
    store.set_manner("police", "up")
    line.tell_written(written)
    assert said(line) == "written"


def test_news_that_arrives_a_day_late_counts_by_the_proof_of_its_own_time(
    store: Store, time: Time, records: Path
) -> None:
    cards = Cards(store, reference_departments(store, records))
    store.register_phone(LIN.number, "13950010001")
    sent = store.send_code(CodeRequest(number=LIN.number, language="zh"))
    code = re.search(r"\d{6}", store.texts()[-1].words)
    assert code is not None
    assert store.check_code(sent.code_id, code.group()).right
    proof = PhoneCodeProof(code_id=sent.code_id)
    written = news(store, proof=proof)
    time.passes(hours=30)
    with pytest.raises(Refusal):  # a question of now
        cards.hear(written.model_copy(update={"written_at": store.now(), "idempotency_key": uuid4()}))
    assert cards.hear(written)


def test_news_of_an_operation_that_nobody_knows_is_refused_and_kept_nowhere(store: Store, records: Path) -> None:
    cards = Cards(store, reference_departments(store, records))
    with pytest.raises(Refusal) as refusal:
        cards.hear(news(store).model_copy(update={"operation": "police.unknown"}))
    assert refusal.value.code is ProblemCode.NOT_FOUND
    assert store.written_cards(LIN.number) == set()


@pytest.mark.warns("police does not answer")
def test_nothing_is_known_of_a_card_while_its_department_is_away(store: Store, records: Path) -> None:
    cards = Cards(store, reference_departments(store, records))
    store.set_manner("police", "down")
    with pytest.raises(Away):
        cards.hear(news(store))
    assert store.written_cards(LIN.number) == set()


def test_records_that_change_an_operation_that_is_not_there_are_refused(records: Path) -> None:
    (records / "police.yaml").write_text(POLICE.replace("{police.approved: {", "{police.aproved: {"), encoding="utf-8")
    with pytest.raises(RecordsError, match=r"changes police\.aproved"):
        load_records(records)


def test_news_shows_nobody_in_its_repr(store: Store) -> None:
    assert LIN.number not in repr(news(store))
