"""Documents made, verified and sent, over the real line: the back office's own service and the kiosk's own client."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests

from backoffice.documents.issuing import Documents
from backoffice.documents.seals import Seals
from backoffice.reference import reference_departments
from backoffice.service import create_app
from backoffice.store import Store
from kiosk.gateway.client import DepartmentAway, GatewayClient, GatewayRefused
from kiosk.gateway.contract import (
    COPY_SECONDS,
    Answer,
    AnswerKind,
    CopyRequest,
    Document,
    DocumentChecked,
    DocumentFacts,
    Genuineness,
    PhoneCodeProof,
    Sentences,
)
from kiosk.gateway.signatures import verify
from kiosk.text import Text
from tests.backoffice.conftest import Time
from tests.backoffice.documents.bench import COLUMNS, FACE, Office, departments, found, months, request, text_of
from tests.backoffice.running import Running
from tests.people import LIN, OTHER

PUBLIC = "https://e.example"
PHONE = "13950010001"
SEALS = Seals(now=Time())  # keys take a second to make


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def url(store: Store, office: Office) -> Iterator[str]:
    store.register_phone(LIN.number, PHONE)
    with Running(create_app(store, departments(store, office), seals=SEALS, public=PUBLIC)) as running:
        yield running.url


@pytest.fixture
def client(url: str) -> Iterator[GatewayClient]:
    client = GatewayClient(url)
    yield client
    client.close()


def refusal(client: GatewayClient, **changes: Any) -> str:
    with pytest.raises(GatewayRefused) as refused:
        client.make_document(request(**changes))
    return str(refused.value.problem.code)


def post(url: str, code: str, what: str, **said: object) -> requests.Response:
    return requests.post(f"{url}/v1/documents/{code}/{what}", json=said, timeout=30)


def check(url: str, code: str, **said: object) -> Genuineness:
    return DocumentChecked.model_validate_json(post(url, code, "checks", **said).content).result


def as_base64(pdf: bytes) -> str:
    return base64.b64encode(pdf).decode()


# -- making ---------------------------------------------------------------------------


def test_a_document_is_signed_by_its_department_and_bears_its_code(client: GatewayClient, time: Time) -> None:
    made = client.make_document(request())
    assert verify(made.pdf, SEALS.authority, time.now) == "厦门市人力资源和社会保障局"
    assert made.code in text_of(made.pdf)[0]
    assert made.url == f"{PUBLIC}/documents/{made.code}"
    assert made.sha256 == hashlib.sha256(made.pdf).hexdigest()
    assert made.pages == 1
    assert not made.duplicate


def test_asked_for_again_it_is_the_same_document(client: GatewayClient, office: Office) -> None:
    asked = request()
    first, second = client.make_document(asked), client.make_document(asked)
    assert (second.code, second.pdf) == (first.code, first.pdf)
    assert second.duplicate
    assert office.asked == 1


def test_asked_for_many_times_at_once_it_is_one_document(client: GatewayClient) -> None:
    asked = request()
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: client.make_document(asked), range(4)))
    assert len({one.code for one in made}) == 1
    assert sorted(one.duplicate for one in made) == [False, True, True, True]


def test_other_words_under_the_same_key_are_a_conflict(client: GatewayClient) -> None:
    asked = request()
    client.make_document(asked)
    assert refusal(client, idempotency_key=asked.idempotency_key, answers=()) == "conflict"


def test_two_documents_have_two_codes(client: GatewayClient) -> None:
    assert client.make_document(request()).code != client.make_document(request()).code


def test_a_document_of_the_police_is_signed_by_the_police(client: GatewayClient, time: Time) -> None:
    made = client.make_document(request(item="GA-JJ-05", operation="police.driver_record"))
    assert verify(made.pdf, SEALS.authority, time.now) == "厦门市公安局交通警察支队"


@pytest.mark.parametrize(
    "answer",
    [
        Answer(outcome=AnswerKind.NOTHING),
        Answer(
            outcome=AnswerKind.DENIED,
            said=Sentences(
                happened=Text(zh="否", en="no"), meaning=Text(zh="否", en="no"), todo=Text(zh="否", en="no")
            ),
        ),
    ],
)
def test_where_the_department_has_nothing_to_say_nothing_is_issued(
    client: GatewayClient, office: Office, answer: Answer
) -> None:
    office.answer = answer
    assert refusal(client) == "document.not_issued"


@pytest.mark.warns("penalty_decision of .* lacks decision_number")
def test_a_document_that_would_lack_something_is_not_issued(client: GatewayClient) -> None:
    assert refusal(client, document="penalty_decision", item="GA-JJ-02") == "document.not_issued"


@pytest.mark.warns("has a character that no font has")
def test_a_name_that_cannot_be_written_is_refused_and_in_no_log(
    client: GatewayClient, caplog: pytest.LogCaptureFixture
) -> None:
    assert refusal(client, name="\U00031f00示例") == "document.not_issued"
    assert "示例" not in caplog.text


@pytest.mark.parametrize("changes", [{"document": "no_such_thing"}, {"item": "ZZ-01"}])
def test_what_nobody_knows_is_refused(client: GatewayClient, changes: dict[str, str]) -> None:
    assert refusal(client, **changes) == "invalid"


def test_whoever_has_not_shown_to_be_the_person_gets_nothing(client: GatewayClient) -> None:
    assert refusal(client, proof=None) == "not_proven"
    assert refusal(client, proof=PhoneCodeProof(code_id="made-up-0001")) == "not_proven"


def test_about_a_company_nobody_has_to_show_who_it_is(client: GatewayClient) -> None:
    asked = request(
        "company_extract", item="SC-02", operation="market.company", number=None, name="", proof=None, answers=()
    )
    text = text_of(client.make_document(asked).pdf)[0]
    assert "该企业在市场监督管理部门登记的基本信息如下" in text


@pytest.mark.warns("does not answer")
def test_a_department_that_is_away_is_said_to_be_and_the_same_request_succeeds_later(
    client: GatewayClient, office: Office
) -> None:
    asked = request()
    office.answer = ConnectionError("away")
    with pytest.raises(DepartmentAway):
        client.make_document(asked)
    office.answer = found()
    assert not client.make_document(asked).duplicate


def test_a_long_list_comes_over_the_line(client: GatewayClient, office: Office) -> None:
    office.answer = found(months(240))
    made = client.make_document(request("contribution_list", columns=COLUMNS))
    assert made.pages > 5
    assert len(made.pdf) > 256 * 1024


# -- verifying ------------------------------------------------------------------------


def test_a_code_says_what_it_stands_for_and_whose_it_is_behind_a_mask(
    client: GatewayClient, url: str, time: Time
) -> None:
    made = client.make_document(request())
    told = DocumentFacts.model_validate_json(requests.get(f"{url}/v1/documents/{made.code}", timeout=30).content)
    assert (told.code, told.item, told.sha256, told.pages) == (made.code, "RS-01", made.sha256, 1)
    assert told.title.zh == "个人参保证明"
    assert told.office.zh == "厦门市人力资源和社会保障局"
    assert told.name == "林*例"
    assert told.issued_at == time.now


def test_a_code_that_nobody_issued_or_that_was_mistyped_is_not_found(url: str) -> None:
    assert requests.get(f"{url}/v1/documents/7K4Q-9MPZ-2HC", timeout=30).status_code in (404, 422)
    assert requests.get(f"{url}/v1/documents/hello", timeout=30).status_code == 422


def test_the_document_itself_is_genuine_by_its_bytes_and_by_its_hash(client: GatewayClient, url: str) -> None:
    made = client.make_document(request())
    assert check(url, made.code, pdf=as_base64(made.pdf)) is Genuineness.GENUINE
    assert check(url, made.code, sha256=made.sha256) is Genuineness.GENUINE


def test_a_document_that_was_tampered_with_is_unmasked(client: GatewayClient, url: str) -> None:
    made = client.make_document(request())
    place = made.pdf.index(b"/Title") + 12
    tampered = made.pdf[:place] + bytes([made.pdf[place] ^ 1]) + made.pdf[place + 1 :]
    assert check(url, made.code, pdf=as_base64(tampered)) is Genuineness.ALTERED
    assert check(url, made.code, pdf=as_base64(made.pdf + b"\n")) is Genuineness.ALTERED


def test_another_document_is_not_this_one(client: GatewayClient, url: str) -> None:
    mine, other = client.make_document(request()), client.make_document(request())
    assert check(url, mine.code, pdf=as_base64(other.pdf)) is Genuineness.OTHER
    assert check(url, mine.code, sha256=other.sha256) is Genuineness.OTHER
    assert check(url, mine.code, pdf=as_base64(b"%PDF-1.7 printed and scanned")) is Genuineness.OTHER


def test_the_public_page_shows_the_same_and_nothing_more(client: GatewayClient, url: str) -> None:
    made = client.make_document(request())
    page = requests.get(f"{url}/documents/{made.code.lower()}", timeout=30)
    assert page.status_code == 200
    assert "林*例" in page.text
    assert made.sha256 in page.text
    assert LIN.name not in page.text
    assert LIN.number not in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-store"
    nobody = requests.get(f"{url}/documents/7K4Q-9MPZ-2HC", timeout=30)
    assert nobody.status_code == 404
    assert "没有这个验证码的文件" in nobody.text


def test_what_stands_on_the_public_page_is_no_markup(client: GatewayClient, url: str) -> None:
    made = client.make_document(request(title=Text(zh="<script>证明", en="<b>proof")))
    page = requests.get(f"{url}/documents/{made.code}", timeout=30).text
    assert "&lt;script&gt;证明" in page
    assert "<script>证明" not in page


# -- copies ---------------------------------------------------------------------------


def sent(client: GatewayClient, made: Document, asked_key: object, email: str | None = None) -> str:
    return client.send_copy(made.code, CopyRequest(idempotency_key=asked_key, email=email)).to


def test_its_owner_fetches_it_once_with_the_code_out_of_the_text_message(
    client: GatewayClient, store: Store, url: str
) -> None:
    asked = request()
    made = client.make_document(asked)
    assert sent(client, made, asked.idempotency_key) == "139****0001"
    text = store.texts()[-1]
    assert text.phone == PHONE
    assert made.url in text.words
    fetch_code = re.findall(r"取件码 (\d{6})", text.words)[0]
    first = post(url, made.code, "file", fetch_code=fetch_code)
    assert first.json()["pdf"] == as_base64(made.pdf)
    assert post(url, made.code, "file", fetch_code=fetch_code).status_code == 410


def test_a_code_can_be_guessed_five_times_and_used_for_a_day(
    client: GatewayClient, store: Store, url: str, time: Time
) -> None:
    asked = request()
    made = client.make_document(asked)
    codes = []
    for _ in range(2):
        sent(client, made, asked.idempotency_key)
        codes.append(re.findall(r"取件码 (\d{6})", store.texts()[-1].words)[0])
    wrong = next(f"{n:06}" for n in range(10) if f"{n:06}" not in codes)
    for _ in range(5):
        assert post(url, made.code, "file", fetch_code=wrong).status_code == 410
    assert post(url, made.code, "file", fetch_code=codes[0]).status_code == 410
    sent(client, made, asked.idempotency_key)
    late = re.findall(r"取件码 (\d{6})", store.texts()[-1].words)[0]
    time.passes(seconds=COPY_SECONDS + 1)
    assert post(url, made.code, "file", fetch_code=late).status_code == 410


def test_a_mail_goes_to_the_address_with_the_document(client: GatewayClient, store: Store) -> None:
    asked = request()
    made = client.make_document(asked)
    assert sent(client, made, asked.idempotency_key, "lin.shili@example.com") == "l********@example.com"
    mail = store.emails()[-1]
    assert (mail.address, mail.code) == ("lin.shili@example.com", made.code)
    assert "个人参保证明" in mail.subject
    assert made.code in mail.words
    assert "lin.shili" not in repr(mail)


def test_three_copies_are_sent_and_no_more(client: GatewayClient) -> None:
    asked = request()
    made = client.make_document(asked)
    for _ in range(3):
        sent(client, made, asked.idempotency_key)
    with pytest.raises(GatewayRefused, match=r"document\.copy_too_often"):
        sent(client, made, asked.idempotency_key, "lin@example.com")


def test_nobody_but_the_kiosk_that_asked_for_it_can_have_it_sent(client: GatewayClient, store: Store) -> None:
    made = client.make_document(request())
    with pytest.raises(GatewayRefused, match="not_found"):
        sent(client, made, uuid4(), "thief@example.com")
    assert not store.emails()


def test_without_a_number_on_file_that_is_said(client: GatewayClient) -> None:
    asked = request(number="350213199211020049")
    made = client.make_document(asked)
    with pytest.raises(GatewayRefused, match=r"document\.copy_no_phone"):
        sent(client, made, asked.idempotency_key)
    assert sent(client, made, asked.idempotency_key, "rare@example.com")


@pytest.mark.parametrize(
    "address", ["lin", "lin@", "@example.com", "lin@example", "a b@example.com", "x@y.z\r\nBcc:a@b.cd"]
)
def test_what_is_no_address_is_refused(client: GatewayClient, url: str, address: str) -> None:
    asked = request()
    made = client.make_document(asked)
    answer = post(url, made.code, "copies", idempotency_key=str(asked.idempotency_key), email=address)
    assert answer.status_code == 422
    assert address not in answer.text


def test_a_document_outlives_the_service(tmp_path: Path, office: Office) -> None:
    asked, codes = request(), []
    for _ in range(2):
        store = Store(f"sqlite:///{tmp_path}/office.sqlite3")
        with Running(create_app(store, departments(store, office), seals=SEALS, public=PUBLIC)) as running:
            client = GatewayClient(running.url)
            codes.append(client.make_document(asked).code)
            client.close()
        store.close()
    assert codes[0] == codes[1]


def test_valid_for_a_day_is_told(client: GatewayClient, time: Time) -> None:
    made = client.make_document(request("identity_statement", item="GA-HZ-01", operation="police.identity"))
    assert made.valid_until == time.now + timedelta(hours=24)


def test_one_person_gets_so_many_of_it_in_a_month_and_the_same_one_again(client: GatewayClient, time: Time) -> None:
    identity = {"document": "identity_statement", "item": "GA-HZ-01", "operation": "police.identity"}
    asked = [request(**identity) for _ in range(4)]
    codes = [client.make_document(one).code for one in asked[:3]]
    assert refusal(client, **identity) == "document.not_issued"
    assert [client.make_document(one).code for one in asked[:3]] == codes
    assert client.make_document(request(**identity, number=OTHER.number, name=OTHER.name)).code not in codes
    time.passes(days=40)
    assert client.make_document(asked[3]).code not in codes


def test_what_was_issued_here_counts_for_the_department(store: Store, time: Time) -> None:
    documents = Documents(store, reference_departments(store), SEALS, PUBLIC)
    statement = {"item": "GA-HZ-01", "operation": "police.identity_statement", "document": "identity_statement"}

    def used() -> str:
        question = request(**statement).question
        return reference_departments(store).ask("police.identity_statement", question).facts["used_this_month"]

    assert used() == "0"
    for _ in range(2):
        documents.make(request(**statement, proof=FACE))
    assert used() == "2"
    time.passes(days=40)
    assert used() == "0"
