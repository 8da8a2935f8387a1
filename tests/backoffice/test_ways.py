"""What the back office knows of the ways without a face: codes of a phone app, and calls to an officer."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from pydantic import BaseModel

from backoffice.loopback import LoopbackOfficer, LoopbackPhone, Manner
from backoffice.service import create_app
from backoffice.store import OfficeError, Refusal, Store
from kiosk.gateway.client import GatewayClient, GatewayRefused
from kiosk.gateway.contract import (
    APP_CODE_SECONDS,
    CALL_SECONDS,
    AppCodeCheck,
    AppCodeProof,
    Call,
    CallRequest,
    CallState,
    NearFace,
    ProblemCode,
    StaffProof,
    VideoProof,
)
from tests.backoffice.conftest import Time
from tests.backoffice.running import Running, until
from tests.backoffice.samples import NAME, NUMBER, applicant
from tests.backoffice.test_commands import run
from tests.backoffice.test_store import filled, refusal_of, rows

OTHER = "350203198507120025"
NEAR = NearFace(distance=0.45, threshold=0.40, frames=5, engine="dlib")


# -- the code of the phone app -------------------------------------------------------------


def check(store: Store, code: str, number: str = NUMBER) -> str:
    """The proof's id, "" when the code does not count."""
    result = store.check_app_code(AppCodeCheck(number=number, code=code))
    assert result.right == (result.proof_id is not None)
    return result.proof_id or ""


def test_a_fresh_code_of_the_own_app_counts_once(store: Store) -> None:
    code = store.issue_app_code(NUMBER)
    assert check(store, code)
    assert not check(store, code)


def test_somebody_elses_code_does_not_count_and_is_not_used_up_by_it(store: Store) -> None:
    code = store.issue_app_code(OTHER)
    assert not check(store, code)
    assert check(store, code, OTHER)


def test_a_code_is_good_for_two_minutes(store: Store, time: Time) -> None:
    first, second = store.issue_app_code(NUMBER), store.issue_app_code(NUMBER)
    time.passes(seconds=APP_CODE_SECONDS)
    assert check(store, first)
    time.passes(seconds=1)
    assert not check(store, second)


def test_of_twenty_who_show_one_code_at_once_one_is_let_in(store: Store) -> None:
    code = store.issue_app_code(NUMBER)
    with ThreadPoolExecutor(20) as pool:
        proofs = list(pool.map(lambda _: check(store, code), range(20)))
    assert len([proof for proof in proofs if proof]) == 1


def test_no_code_stands_in_the_database_and_no_two_are_alike(store: Store, tmp_path: Path) -> None:
    codes = {store.issue_app_code(NUMBER) for _ in range(50)}
    assert len(codes) == 50
    kept = str(rows(tmp_path, "SELECT * FROM app_code"))
    assert not [code for code in codes if code in kept or code.removeprefix("EID1-") in kept]


def test_a_shown_code_proves_who_applies_once_even_days_later(store: Store, time: Time) -> None:
    proof = AppCodeProof(proof_id=check(store, store.issue_app_code(NUMBER)), face=NEAR)
    sent = filled(time, identity=proof)
    time.passes(days=3)
    assert not store.accept(sent).duplicate
    assert store.accept(sent).duplicate
    assert refusal_of(store.accept, filled(time, identity=proof)) is ProblemCode.NOT_PROVEN


def test_a_code_of_another_person_or_one_that_nobody_showed_proves_nothing(
    store: Store, time: Time, tmp_path: Path
) -> None:
    proof = AppCodeProof(proof_id=check(store, store.issue_app_code(NUMBER)))
    others = filled(time, identity=proof, applicant=applicant(number=OTHER))
    assert refusal_of(store.accept, others) is ProblemCode.NOT_PROVEN
    store.issue_app_code(NUMBER)
    ((unused,),) = rows(tmp_path, "SELECT id FROM app_code WHERE proven_at IS NULL")
    for proof_id in (unused, "abcdefgh"):
        sent = filled(time, identity=AppCodeProof(proof_id=proof_id))
        assert refusal_of(store.accept, sent) is ProblemCode.NOT_PROVEN


def test_of_ten_applications_with_one_proof_one_is_taken(store: Store, time: Time) -> None:
    proof = AppCodeProof(proof_id=check(store, store.issue_app_code(NUMBER)))

    def taken(_: int) -> bool:
        try:
            store.accept(filled(time, identity=proof))
        except Refusal:
            return False
        return True

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(taken, range(10))) == 1


def test_what_an_attendant_saw_is_taken_at_the_kiosks_word(store: Store, time: Time) -> None:
    assert not store.accept(filled(time, identity=StaffProof(staff="w01", face=NEAR))).duplicate


def test_a_code_for_what_is_no_card_number_is_not_made(store: Store) -> None:
    with pytest.raises(OfficeError, match="not a card number"):
        store.issue_app_code("somebody")


# -- calls --------------------------------------------------------------------------------------


def request(number: str = NUMBER) -> CallRequest:
    return CallRequest(station="XM-0001", item="JT-02", number=number, name=NAME, language="zh")


def called(store: Store, *states: CallState, number: str = NUMBER) -> str:
    """A call that an officer has taken so far; its id."""
    call_id = store.call(request(number)).call_id
    for state in states:
        store.take_call(call_id, state, "chen")
    return call_id


def test_a_call_goes_from_calling_to_connected_to_confirmed(store: Store, tmp_path: Path) -> None:
    call = store.call(request())
    assert call.state is CallState.CALLING
    (line,) = store.calls()
    assert (line.call_id, line.station, line.item, line.state) == (call.call_id, "XM-0001", "JT-02", CallState.CALLING)
    for state in (CallState.CONNECTED, CallState.CONFIRMED):
        store.take_call(call.call_id, state, "chen")
        assert store.how_is_call(call.call_id).state is state
    assert not store.calls()
    assert rows(tmp_path, "SELECT officer, state, name FROM call") == [("chen", "confirmed", "")]


@pytest.mark.parametrize(
    ("before", "state"),
    [
        ([], CallState.CONFIRMED),
        ([], CallState.REFUSED),
        ([], CallState.CALLING),
        ([CallState.BUSY], CallState.CONNECTED),
        ([CallState.CONNECTED], CallState.BUSY),
        ([CallState.CONNECTED, CallState.REFUSED], CallState.CONFIRMED),
        ([CallState.CONNECTED, CallState.CONFIRMED], CallState.REFUSED),
        ([CallState.CONNECTED, CallState.DROPPED], CallState.CONFIRMED),
    ],
)
def test_nothing_else_follows(store: Store, before: list[CallState], state: CallState) -> None:
    call_id = called(store, *before)
    with pytest.raises(OfficeError, match=f"cannot become {state}"):
        store.take_call(call_id, state, "chen")


def test_a_call_that_was_hung_up_is_over_and_what_was_said_before_stays(store: Store) -> None:
    call_id = called(store, CallState.CONNECTED)
    assert store.hang_up(call_id).state is CallState.DROPPED
    with pytest.raises(OfficeError):
        store.take_call(call_id, CallState.CONFIRMED, "chen")
    confirmed = called(store, CallState.CONNECTED, CallState.CONFIRMED)
    assert store.hang_up(confirmed).state is CallState.CONFIRMED


def test_a_kiosk_that_falls_silent_has_hung_up(store: Store, time: Time) -> None:
    asking, silent = called(store, CallState.CONNECTED), called(store, CallState.CONNECTED)
    time.passes(seconds=CALL_SECONDS)
    store.how_is_call(asking)
    time.passes(seconds=1)
    with pytest.raises(OfficeError):
        store.take_call(silent, CallState.CONFIRMED, "chen")
    assert [line.call_id for line in store.calls()] == [asking]
    assert store.how_is_call(silent).state is CallState.DROPPED
    store.take_call(asking, CallState.CONFIRMED, "chen")


def test_of_ten_officers_one_takes_the_call(store: Store) -> None:
    call_id = called(store)

    def take(number: int) -> bool:
        try:
            store.take_call(call_id, CallState.CONNECTED, f"officer-{number}")
        except OfficeError:
            return False
        return True

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(take, range(10))) == 1


def test_a_confirmed_call_proves_who_applies_once(store: Store, time: Time) -> None:
    proof = VideoProof(call_id=called(store, CallState.CONNECTED, CallState.CONFIRMED))
    sent = filled(time, identity=proof)
    assert not store.accept(sent).duplicate
    assert store.accept(sent).duplicate
    assert refusal_of(store.accept, filled(time, identity=proof)) is ProblemCode.NOT_PROVEN


@pytest.mark.parametrize("states", [[], [CallState.CONNECTED], [CallState.CONNECTED, CallState.REFUSED]])
def test_a_call_in_which_nobody_confirmed_proves_nothing(store: Store, time: Time, states: list[CallState]) -> None:
    proof = VideoProof(call_id=called(store, *states))
    assert refusal_of(store.accept, filled(time, identity=proof)) is ProblemCode.NOT_PROVEN


def test_somebody_elses_call_proves_nothing(store: Store, time: Time) -> None:
    proof = VideoProof(call_id=called(store, CallState.CONNECTED, CallState.CONFIRMED, number=OTHER))
    assert refusal_of(store.accept, filled(time, identity=proof)) is ProblemCode.NOT_PROVEN


# -- over the wire ---------------------------------------------------------------------------------


@pytest.fixture
def client(store: Store) -> Iterator[GatewayClient]:
    with Running(create_app(store)) as office:
        client = GatewayClient(office.url)
        yield client
        client.close()


def test_a_kiosk_shows_a_code_calls_asks_and_hangs_up(store: Store, client: GatewayClient) -> None:
    code = store.issue_app_code(NUMBER)
    assert client.check_app_code(AppCodeCheck(number=NUMBER, code=code)).proof_id
    assert not client.check_app_code(AppCodeCheck(number=NUMBER, code=code)).right
    call = client.call_officer(request())
    assert client.how_is_call(call.call_id) == Call(call_id=call.call_id, state=CallState.CALLING)
    store.take_call(call.call_id, CallState.CONNECTED, "chen")
    assert client.how_is_call(call.call_id).state is CallState.CONNECTED
    assert client.hang_up(call.call_id).state is CallState.DROPPED


def test_a_call_that_nobody_made_is_not_found(client: GatewayClient) -> None:
    for ask in (client.how_is_call, client.hang_up):
        with pytest.raises(GatewayRefused) as refused:
            ask("abcdefgh")
        assert refused.value.problem.code is ProblemCode.NOT_FOUND


def test_what_is_wrong_with_a_request_is_told_without_what_was_in_it(store: Store) -> None:
    with Running(create_app(store)) as office:
        for path, body in (
            ("app-codes/checks", {"number": NUMBER, "code": f"EID1-{NUMBER}"}),
            ("calls", {**said(request()), "station": "x y", "name": NAME}),
        ):
            answer = requests.post(f"{office.url}/v1/{path}", json=body, timeout=30)
            assert answer.status_code == 422
            assert NUMBER not in answer.text
            assert NAME not in answer.text


def said(model: BaseModel) -> dict[str, object]:
    body: dict[str, object] = model.model_dump(mode="json")
    return body


# -- the loopback, and an officer at the command line --------------------------------------------------


@pytest.mark.parametrize(
    ("manner", "end"),
    [
        (Manner.CONFIRMS, CallState.CONFIRMED),
        (Manner.REFUSES, CallState.REFUSED),
        (Manner.DROPS, CallState.DROPPED),
        (Manner.BUSY, CallState.BUSY),
        (Manner.TALKS, CallState.CONNECTED),
    ],
)
def test_the_loopback_officer_takes_every_call_in_one_manner(store: Store, manner: Manner, end: CallState) -> None:
    officer = LoopbackOfficer(store, seconds=0.0)
    officer.verbs["behave"](manner=manner.value)
    officer.start()
    call_id = called(store)
    until(lambda: store.how_is_call(call_id).state is end)
    officer.verbs["clear"]()
    assert officer.verbs["state"]()["manner"] == "confirms"
    officer.stop()


def test_whoever_plays_takes_the_call_of_an_officer_who_is_away(store: Store) -> None:
    officer = LoopbackOfficer(store, manner=Manner.AWAY)
    call_id = called(store)
    assert officer.verbs["state"]() == {"manner": "away", "calls": ["calling"]}
    with pytest.raises(OfficeError, match="cannot become confirmed"):
        officer.verbs["say"](state="confirmed")
    for state in ("connected", "refused"):
        officer.verbs["say"](state=state)
        assert store.how_is_call(call_id).state == state
    with pytest.raises(ValueError, match="shouts"):
        officer.verbs["behave"](manner="shouts")


def test_the_loopback_phone_shows_a_fresh_code_and_the_newest_message(store: Store) -> None:
    shown: list[str] = []
    phone = LoopbackPhone(store, {"lin": NUMBER}, shown.append)
    phone.verbs["show_code"](person="lin")
    assert check(store, shown[0])
    assert phone.verbs["state"]() == {"text": ""}
    with pytest.raises(KeyError):
        phone.verbs["show_code"](person="nobody")


def test_an_officer_takes_a_call_at_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    database = f"sqlite:///{tmp_path}/office.sqlite3"
    store = Store(database)
    call_id = called(store)
    assert run("calls", "--database", database) == 0
    assert capsys.readouterr().out == f"{call_id}\tXM-0001\tJT-02\tcalling\n"
    assert run("call", call_id, "confirmed", "--officer", "chen", "--database", database) == 1
    assert "cannot become confirmed" in capsys.readouterr().err
    assert run("call", call_id, "connected", "--officer", "chen", "--database", database) == 0
    assert run("call", call_id, "confirmed", "--officer", "chen", "--database", database) == 0
    assert store.how_is_call(call_id).state is CallState.CONFIRMED
    assert run("app-code", NUMBER, "--database", database) == 0
    assert check(store, capsys.readouterr().out.strip())
    store.close()
