from __future__ import annotations

import sqlite3
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from backoffice.refusals import Refused, reasons
from backoffice.store import LONGEST_REASON, OfficeError, Refusal, Store
from backoffice.tables import AttachmentRow
from kiosk.gateway.contract import Application, CodeRequest, PhoneCodeProof, ProblemCode, Stage
from tests.backoffice.conftest import Time
from tests.backoffice.samples import NAME, NUMBER, PERSONAL, PHONE, SIGNATURE, applicant, application

UNREADABLE = Refused("papers_unclear")


def rows(tmp_path: Path, statement: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(tmp_path / "backoffice.sqlite3")) as database:
        return database.execute(statement, values).fetchall()


def filled(time: Time, **changes: Any) -> Application:
    """An application that was filled in just now."""
    return application(filled_at=time.now, **changes)


# -- applications ----------------------------------------------------------------


def test_everything_of_an_application_is_kept(store: Store, time: Time, tmp_path: Path) -> None:
    sent = filled(time)
    store.accept(sent)
    kept = rows(
        tmp_path,
        "SELECT name, number, birth_date, station, item, json_extract(answers, '$.phone'), ticket FROM application",
    )
    assert kept == [(NAME, NUMBER, "1990-01-01", "XM-0001", "JT-02", PHONE, sent.ticket)]
    pages = rows(tmp_path, "SELECT name, media_type, sha256, content FROM attachment")
    assert pages == [("signature", "image/png", sent.attachments[0].sha256, SIGNATURE)]


def test_numbers_of_a_day_count_up_and_begin_anew_on_the_next_local_day(store: Store, time: Time) -> None:
    numbers = [store.accept(filled(time, item=item)).reference_number[:-2] for item in ("JT-02", "GA-HZ-04")]
    time.now = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)  # midnight in China
    numbers.append(store.accept(filled(time)).reference_number[:-2])
    assert numbers == ["JT02-20261123-00001", "GAHZ04-20261123-00002", "JT02-20261124-00001"]


def test_twenty_at_once_with_one_key_are_one_application(store: Store, time: Time) -> None:
    sent = filled(time)
    together = threading.Barrier(20)

    def send(_: int) -> tuple[str, bool]:
        together.wait()
        acceptance = store.accept(sent)
        return acceptance.reference_number, acceptance.duplicate

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(send, range(20)))
    assert len({number for number, _ in answers}) == 1
    assert [duplicate for _, duplicate in answers].count(False) == 1
    assert len(store.listing()) == 1


def test_twenty_at_once_get_twenty_numbers_without_a_gap(store: Store, time: Time) -> None:
    with ThreadPoolExecutor(20) as pool:
        accepted = list(pool.map(store.accept, [filled(time) for _ in range(20)]))
    counts = sorted(int(acceptance.reference_number.split("-")[2]) for acceptance in accepted)
    assert counts == list(range(1, 21))


def test_whoever_is_overtaken_by_the_same_application_finds_the_first(
    store: Store, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    # SQLite lets nobody overtake; elsewhere the unique constraint turns the second away, once.
    sent = filled(time)
    genuine = Store._accept
    overtaken: list[bool] = []

    def overtake(self: Store, *arguments: Any) -> Any:
        if not overtaken:
            overtaken.append(True)
            raise IntegrityError("INSERT", None, Exception("UNIQUE constraint failed"))
        return genuine(self, *arguments)

    monkeypatch.setattr(Store, "_accept", overtake)
    assert not store.accept(sent).duplicate
    assert overtaken


def test_the_database_itself_holds_no_key_twice(store: Store, time: Time, tmp_path: Path) -> None:
    sent = filled(time)
    store.accept(sent)
    with closing(sqlite3.connect(tmp_path / "backoffice.sqlite3")) as database:
        columns = [row[1] for row in database.execute("PRAGMA table_info(application)") if row[1] != "id"]
        listed = ", ".join(columns)
        fresh = listed.replace("reference_number", "'JT02-20261123-99999-X'")
        with pytest.raises(sqlite3.IntegrityError, match=r"UNIQUE constraint failed: application\.idempotency_key"):
            database.execute(f"INSERT INTO application ({listed}) SELECT {fresh} FROM application")


def test_the_same_key_with_another_body_is_a_conflict(store: Store, time: Time) -> None:
    key = uuid4()
    store.accept(filled(time, key=key))
    with pytest.raises(Refusal) as refused:
        store.accept(filled(time, key=key, answers={"phone": "13950010002"}))
    assert refused.value.code is ProblemCode.CONFLICT


def test_the_order_of_answers_makes_no_conflict(store: Store, time: Time) -> None:
    key = uuid4()
    store.accept(filled(time, key=key, answers={"phone": PHONE, "agreed": True}))
    assert store.accept(filled(time, key=key, answers={"agreed": True, "phone": PHONE})).duplicate


def test_a_ticket_and_a_number_lead_to_the_application(store: Store, time: Time) -> None:
    sent = filled(time)
    acceptance = store.accept(sent)
    assert store.by_ticket(sent.ticket).reference_number == acceptance.reference_number
    status = store.status(acceptance.reference_number)
    assert (status.stage, status.changed_at, status.parcel_number) == (Stage.RECEIVED, time.now, None)


def test_only_the_owner_can_read_the_database(store: Store, tmp_path: Path) -> None:
    store.listing()
    modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("backoffice.sqlite3*")}
    assert modes == {0o600}


def test_an_error_of_the_database_shows_nothing_personal(store: Store, time: Time, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "backoffice.sqlite3")) as database:
        database.execute("DROP TABLE text_message")
        database.commit()
    sent = filled(time)
    time.passes(hours=1)
    with pytest.raises(OperationalError, match="no such table") as failed:
        store.accept(sent)
    assert not [datum for datum in PERSONAL if datum in repr(failed.value) + str(failed.value)]


# -- codes -----------------------------------------------------------------------


@pytest.fixture
def registered(store: Store) -> Store:
    store.register_phone(NUMBER, PHONE)
    return store


def newest_code(store: Store) -> str:
    return next(word for word in store.texts()[-1].words.split() if word[:6].isdigit())[:6]


def other_than(code: str) -> str:
    return "000000" if code != "000000" else "000001"


def proven(store: Store, number: str = NUMBER) -> PhoneCodeProof:
    """A code that was sent and typed in correctly."""
    sent = store.send_code(CodeRequest(number=number, language="zh"))
    assert store.check_code(sent.code_id, newest_code(store)).right
    return PhoneCodeProof(code_id=sent.code_id)


def refusal_of(call: Any, *arguments: Any) -> ProblemCode:
    with pytest.raises(Refusal) as refused:
        call(*arguments)
    return refused.value.code


def test_a_code_goes_to_the_phone_on_file(registered: Store) -> None:
    sent = registered.send_code(CodeRequest(number=NUMBER, language="en"))
    assert sent.phone == "139****0001"
    (text,) = registered.texts()
    assert text.phone == PHONE
    assert "Your code is" in text.words
    assert "5 minutes" in text.words


def test_without_a_phone_on_file_no_code_is_sent(store: Store) -> None:
    assert refusal_of(store.send_code, CodeRequest(number=NUMBER, language="zh")) is ProblemCode.CODE_NO_NUMBER
    assert list(store.texts()) == []


def test_a_fourth_code_within_an_hour_is_too_often(registered: Store, time: Time) -> None:
    request = CodeRequest(number=NUMBER, language="zh")
    for _ in range(3):
        registered.send_code(request)
        time.passes(minutes=10)
    assert refusal_of(registered.send_code, request) is ProblemCode.CODE_TOO_OFTEN
    time.passes(minutes=31)
    assert registered.send_code(request).code_id


def test_ten_requests_at_once_send_three_codes(registered: Store) -> None:
    def ask(_: int) -> bool:
        try:
            registered.send_code(CodeRequest(number=NUMBER, language="zh"))
        except Refusal:
            return False
        return True

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(ask, range(10))) == 3
    assert len(registered.texts()) == 3


def test_a_code_mistyped_five_times_is_used_up(registered: Store) -> None:
    sent = registered.send_code(CodeRequest(number=NUMBER, language="zh"))
    code = newest_code(registered)
    left = [registered.check_code(sent.code_id, other_than(code)).tries_left for _ in range(5)]
    assert left == [4, 3, 2, 1, 0]
    assert refusal_of(registered.check_code, sent.code_id, code) is ProblemCode.CODE_USED_UP


def test_a_code_is_good_for_five_minutes(registered: Store, time: Time) -> None:
    sent = registered.send_code(CodeRequest(number=NUMBER, language="zh"))
    code = newest_code(registered)
    time.passes(seconds=300)
    assert registered.check_code(sent.code_id, code).right
    time.passes(seconds=1)
    assert refusal_of(registered.check_code, sent.code_id, code) is ProblemCode.CODE_USED_UP


def test_a_code_that_was_never_sent_is_not_found(store: Store) -> None:
    assert refusal_of(store.check_code, "abcdefgh", "123456") is ProblemCode.NOT_FOUND


def test_no_code_stands_in_the_table_of_codes(registered: Store, tmp_path: Path) -> None:
    registered.send_code(CodeRequest(number=NUMBER, language="zh"))
    assert newest_code(registered) not in str(rows(tmp_path, "SELECT id, digest FROM code"))


def test_a_typed_code_proves_who_applies_once_even_days_later(registered: Store, time: Time) -> None:
    proof = proven(registered)
    sent = filled(time, identity=proof)
    time.passes(days=3)
    assert not registered.accept(sent).duplicate
    assert registered.accept(sent).duplicate  # the same application again is no second use
    assert refusal_of(registered.accept, filled(time, identity=proof)) is ProblemCode.NOT_PROVEN


def test_a_code_that_was_not_typed_proves_nothing(registered: Store, time: Time) -> None:
    code = registered.send_code(CodeRequest(number=NUMBER, language="zh"))
    registered.check_code(code.code_id, other_than(newest_code(registered)))
    sent = filled(time, identity=PhoneCodeProof(code_id=code.code_id))
    assert refusal_of(registered.accept, sent) is ProblemCode.NOT_PROVEN
    assert list(registered.listing()) == []


def test_somebody_elses_code_proves_nothing(registered: Store, time: Time) -> None:
    proof = proven(registered)
    sent = filled(time, identity=proof, applicant=applicant(number="350203198507120025"))
    assert refusal_of(registered.accept, sent) is ProblemCode.NOT_PROVEN


def test_a_code_that_does_not_exist_proves_nothing(store: Store, time: Time) -> None:
    sent = filled(time, identity=PhoneCodeProof(code_id="abcdefgh"))
    assert refusal_of(store.accept, sent) is ProblemCode.NOT_PROVEN


@pytest.mark.parametrize(
    "phone", ["", "1395001000", "139500100011", "23950010001", "1395001000x", "１３９５００１０００１"]
)
def test_what_is_no_phone_number_is_not_put_on_file(store: Store, phone: str) -> None:
    with pytest.raises(OfficeError, match="not a mobile phone number"):
        store.register_phone(NUMBER, phone)


def test_what_is_no_card_number_is_not_put_on_file(store: Store) -> None:
    with pytest.raises(OfficeError, match="not a card number"):
        store.register_phone("somebody", PHONE)


# -- officers ----------------------------------------------------------------------


def history(tmp_path: Path) -> list[tuple[Any, ...]]:
    return rows(tmp_path, "SELECT stage, officer, reason FROM stage_change ORDER BY id")


def test_an_approved_application_is_produced_and_posted(store: Store, time: Time, tmp_path: Path) -> None:
    reference = store.accept(filled(time)).reference_number
    time.passes(hours=1)
    review = store.review(reference, "chen", None)
    assert review.stage is Stage.POSTED
    assert review.parcel_number == "EA000000014CN"
    assert history(tmp_path) == [
        ("received", "", ""),
        ("in_review", "chen", ""),
        ("approved", "chen", ""),
        ("producing", "chen", ""),
        ("posted", "chen", ""),
    ]
    status = store.status(reference)
    assert (status.stage, status.parcel_number, status.changed_at) == (Stage.POSTED, review.parcel_number, time.now)
    (text,) = store.texts()
    assert text.phone == PHONE
    assert reference in text.words
    assert "EA000000014CN" in text.words


def test_a_refused_applicant_is_told_the_reason(store: Store, time: Time, tmp_path: Path) -> None:
    reference = store.accept(filled(time)).reference_number
    assert store.review(reference, "chen", Refused("papers_unclear")).stage is Stage.REFUSED
    why = "材料的照片不清楚，有的字看不出来，请重新拍摄"
    assert history(tmp_path)[-1] == ("refused", "chen", why)
    (text,) = store.texts()
    assert text.phone == PHONE
    assert f"原因：{why}。您可以" in text.words
    assert store.status(reference).parcel_number is None


def test_a_text_is_in_the_language_of_the_application(store: Store, time: Time) -> None:
    reference = store.accept(filled(time, language="en")).reference_number
    review = store.review(reference, "chen", Refused("papers_expired", "驾驶证{page}过期了。"))
    assert "Reason: A document of yours has expired; please have it renewed first; " in review.text
    assert "in the officer's own words: “驾驶证{page}过期了”. You can" in review.text


def test_every_reason_can_be_told_whole_in_both_languages() -> None:
    for reason in reasons().values():
        assert len(Refused(words="字" * LONGEST_REASON).said().en) + len(reason.en) <= 498
        assert not reason.zh.endswith("。")
        assert not reason.en.endswith(".")


@pytest.mark.parametrize("first", [None, UNREADABLE])
@pytest.mark.parametrize("second", [None, UNREADABLE])
def test_nobody_reviews_twice(
    store: Store, time: Time, tmp_path: Path, first: Refused | None, second: Refused | None
) -> None:
    reference = store.accept(filled(time)).reference_number
    store.review(reference, "chen", first)
    before = (history(tmp_path), len(store.texts()))
    with pytest.raises(OfficeError, match=f"^{reference} has already been reviewed: it is "):
        store.review(reference, "li", second)
    assert (history(tmp_path), len(store.texts())) == before


def test_two_officers_at_once_make_one_review(store: Store, time: Time) -> None:
    reference = store.accept(filled(time)).reference_number

    def review(reason: Refused | None) -> bool:
        try:
            store.review(reference, "chen", reason)
        except OfficeError:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(review, [None, UNREADABLE] * 3)) == 1
    assert len(store.texts()) == 1


def test_what_is_not_there_cannot_be_reviewed(store: Store) -> None:
    with pytest.raises(OfficeError, match="There is no application"):
        store.review("JT02-20261123-00001-X", "chen", None)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 301])
def test_a_refusal_without_a_reason_that_fits_is_none(store: Store, time: Time, reason: str) -> None:
    reference = store.accept(filled(time)).reference_number
    with pytest.raises(OfficeError, match="needs a reason"):
        store.review(reference, "chen", Refused(words=reason))
    with pytest.raises(OfficeError, match="There is no reason papers_unclaer; there are papers_unclear, "):
        store.review(reference, "chen", Refused("papers_unclaer"))
    assert store.status(reference).stage is Stage.RECEIVED


def test_a_citizen_who_left_no_phone_gets_no_text_and_the_review_stands(store: Store, time: Time) -> None:
    reference = store.accept(filled(time, answers={})).reference_number
    assert store.review(reference, "chen", UNREADABLE).text == ""
    assert list(store.texts()) == []


def test_an_application_that_comes_later_is_answered_by_text(store: Store, time: Time) -> None:
    china = timezone(timedelta(hours=8))
    sent = application(filled_at=datetime(2026, 11, 23, 0, 10, tzinfo=china), language="zh")
    acceptance = store.accept(sent)
    (text,) = store.texts()
    assert text.phone == PHONE
    assert acceptance.reference_number in text.words
    assert sent.ticket in text.words
    assert "2026-11-23" in text.words  # the citizen's day, not Greenwich's
    store.accept(sent)
    assert len(store.texts()) == 1


def test_an_application_that_comes_at_once_needs_no_text(store: Store, time: Time) -> None:
    sent = filled(time)
    time.passes(seconds=60)
    store.accept(sent)
    assert list(store.texts()) == []


def test_the_list_of_applications_holds_nothing_personal(store: Store, time: Time) -> None:
    reference = store.accept(filled(time)).reference_number
    (listed,) = store.listing()
    assert (listed.reference_number, listed.item, listed.stage) == (reference, "JT-02", Stage.RECEIVED)
    assert not [datum for datum in PERSONAL if datum in repr(listed)]


def test_texts_do_not_show_themselves_in_a_log(registered: Store) -> None:
    registered.send_code(CodeRequest(number=NUMBER, language="zh"))
    assert PHONE not in repr(registered.texts())


def test_what_was_kept_is_there_after_a_restart(tmp_path: Path, time: Time) -> None:
    url = f"sqlite:///{tmp_path}/deep/folder/office.sqlite3"
    for _ in range(2):
        with closing(Store(url, now=time)) as store:
            store.accept(filled(time))
    with closing(Store(url, now=time)) as store:
        assert [row.reference_number.split("-")[2] for row in store.listing()] == ["00001", "00002"]


def test_an_attachment_belongs_to_an_application(store: Store) -> None:
    with pytest.raises(IntegrityError, match="FOREIGN KEY"), store.transaction() as session:
        session.add(AttachmentRow(application_id=7, name="page", media_type="image/png", sha256="0", content=b"x"))
