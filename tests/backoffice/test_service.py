from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backoffice.service import STATUS, create_app
from backoffice.store import Store
from kiosk.gateway.contract import IDEMPOTENCY_KEY, MOST_BYTES, Application, Problem, ProblemCode, ticket_for
from tests.backoffice.running import Running
from tests.backoffice.samples import NUMBER, PERSONAL, application


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('office')}/backoffice.sqlite3")
    yield store
    store.close()


@pytest.fixture(scope="module")
def url(store: Store) -> Iterator[str]:
    with Running(create_app(store)) as running:
        yield running.url


def said(sent: Application) -> dict[str, Any]:
    body: dict[str, Any] = sent.model_dump(mode="json")
    return body


def post(url: str, sent: Application, **changes: Any) -> requests.Response:
    headers = {IDEMPOTENCY_KEY: str(sent.idempotency_key)}
    return requests.post(f"{url}/v1/applications", json={**said(sent), **changes}, headers=headers, timeout=30)


def problem(response: requests.Response) -> Problem:
    """The problem that was answered, in the contract's form."""
    assert response.headers["Content-Type"] == "application/problem+json"
    problem = Problem.model_validate_json(response.content)
    assert problem.status == response.status_code
    return problem


def test_an_application_is_created_once(url: str) -> None:
    sent = application()
    first, second = post(url, sent), post(url, sent)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["reference_number"] == second.json()["reference_number"]
    assert (first.json()["duplicate"], second.json()["duplicate"]) == (False, True)


def test_twenty_posts_at_once_create_one_application(url: str) -> None:
    sent = application()
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: post(url, sent), range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert len({answer.json()["reference_number"] for answer in answers}) == 1


def test_another_body_under_the_same_key_is_a_conflict(url: str) -> None:
    key = uuid4()
    post(url, application(key))
    assert problem(post(url, application(key, item="JT-01"))).code is ProblemCode.CONFLICT


@pytest.mark.parametrize("header", [{}, {IDEMPOTENCY_KEY: str(UUID(int=7))}, {IDEMPOTENCY_KEY: "x"}])
def test_the_key_of_the_header_is_the_key_of_the_body(url: str, header: dict[str, str]) -> None:
    response = requests.post(f"{url}/v1/applications", json=said(application()), headers=header, timeout=30)
    assert problem(response).code is ProblemCode.INVALID


def test_a_number_and_a_ticket_lead_to_an_application(url: str) -> None:
    sent = application()
    reference = post(url, sent).json()["reference_number"]
    status = requests.get(f"{url}/v1/applications/{reference}", timeout=30)
    assert (status.status_code, status.json()["stage"], status.json()["parcel_number"]) == (200, "received", None)
    ticket = requests.get(f"{url}/v1/tickets/{sent.ticket}", timeout=30)
    assert (ticket.status_code, ticket.json()["reference_number"]) == (200, reference)


@pytest.mark.parametrize(
    "place", ["applications/JT02-20261123-00000-X", f"tickets/{ticket_for(UUID(int=7))}", "tickets/x"]
)
def test_what_is_not_there_is_a_problem(url: str, place: str) -> None:
    assert problem(requests.get(f"{url}/v1/{place}", timeout=30)).code is ProblemCode.NOT_FOUND


def test_a_code_nobody_sent_is_not_found(url: str) -> None:
    response = requests.post(f"{url}/v1/codes/abcdefgh", json={"code": "123456"}, timeout=30)
    assert problem(response).code is ProblemCode.NOT_FOUND


def test_no_phone_on_file_is_a_problem(url: str) -> None:
    response = requests.post(f"{url}/v1/codes", json={"number": NUMBER, "language": "zh"}, timeout=30)
    assert response.status_code == 404
    assert problem(response).code is ProblemCode.CODE_NO_NUMBER


def test_every_refusal_of_the_contract_has_a_status() -> None:
    assert set(STATUS) == set(ProblemCode)


def test_a_place_that_does_not_exist_is_no_refusal(url: str) -> None:
    # A wrong address in a kiosk's settings must not make it throw applications away.
    response = requests.post(f"{url}/v2/applications", json=said(application()), timeout=30)
    assert response.status_code == 404
    assert "problem" not in response.headers["Content-Type"]


@pytest.mark.parametrize(
    "changes",
    [
        {"unknown": "林晓舟"},
        {"林晓舟": 1},
        {"item": "林晓舟"},
        {"answers": {"Name 林晓舟": "x"}},
        {"answers": {"name": "林晓舟" * 400}},
        {"applicant": "林晓舟"},
        {"identity": {"route": "林晓舟"}},
        {"identity": {"route": "face", "distance": 0.9, "threshold": 0.4, "frames": 5, "engine": "林晓舟"}},
        {"filled_at": "2026-11-23T10:00:00"},
        {"ticket": "0000-0000-000"},
        {"attachments": [{"name": "page", "media_type": "image/png", "sha256": "0" * 64, "content": "5p6X"}]},
        {"attachments": [{"name": "page", "media_type": "image/png", "sha256": "0" * 64, "content": "林晓舟"}]},
    ],
)
def test_what_is_not_of_the_contract_is_refused_without_repeating_it(
    url: str, store: Store, changes: dict[str, Any]
) -> None:
    before = len(store.listing())
    response = post(url, application(), **changes)
    assert problem(response).code is ProblemCode.INVALID
    assert "body" in problem(response).detail
    told = response.content.decode() + json.dumps(response.json(), ensure_ascii=False)
    assert not [datum for datum in PERSONAL if datum in told]
    assert len(store.listing()) == before


def test_the_place_of_a_mistake_is_told_to_who_writes_a_kiosk(url: str) -> None:
    body = said(application())
    body["applicant"]["number"] = "?"
    response = requests.post(
        f"{url}/v1/applications", json=body, headers={IDEMPOTENCY_KEY: body["idempotency_key"]}, timeout=30
    )
    assert problem(response).detail == "body.applicant.number: string_pattern_mismatch"


def test_a_request_that_announces_too_much_is_turned_away(url: str) -> None:
    response = requests.post(f"{url}/v1/applications", data=bytes(MOST_BYTES + 1), timeout=30)
    assert response.status_code == 413
    assert problem(response).code is ProblemCode.TOO_LARGE


def test_a_request_that_grows_too_large_is_turned_away(url: str) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(MOST_BYTES // 2**20 + 1):
            yield bytes(2**20)

    response = requests.post(f"{url}/v1/applications", data=endless(), timeout=30)
    assert problem(response).code is ProblemCode.TOO_LARGE


def test_nothing_personal_is_logged(url: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "uvicorn")
    post(url, application())
    post(url, application(), unknown="林晓舟")
    assert not [datum for datum in PERSONAL if datum in caplog.text]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    noise=st.one_of(
        st.binary(max_size=200),
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.text(max_size=9),
            lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
            max_leaves=12,
        ).map(lambda value: json.dumps(value).encode()),
    ),
    place=st.sampled_from(["applications", "codes", "codes/abcdefgh"]),
)
def test_no_body_whatsoever_breaks_the_service(url: str, noise: bytes, place: str) -> None:
    headers = {IDEMPOTENCY_KEY: str(uuid4()), "Content-Type": "application/json"}
    response = requests.post(f"{url}/v1/{place}", data=noise, headers=headers, timeout=30)
    assert problem(response).code is ProblemCode.INVALID


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    field=st.sampled_from(sorted(Application.model_fields)),
    value=st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.lists(st.integers(), max_size=3),
)
def test_one_field_made_into_anything_never_breaks_the_service(url: str, field: str, value: object) -> None:
    response = post(url, application(), **{field: value})
    assert response.status_code == 201 or problem(response).code is ProblemCode.INVALID


@pytest.mark.warns("uvicorn.error: Exception in ASGI application")
def test_a_database_that_is_gone_is_no_refusal(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/gone.sqlite3")
    with Running(create_app(store)) as running:
        with store._engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE application")
        response = post(running.url, application())
        assert response.status_code == 500
        assert not [datum for datum in PERSONAL if datum in response.text]
    store.close()
