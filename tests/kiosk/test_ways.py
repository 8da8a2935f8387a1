"""Showing who one is without a face, through real parts: scanner, reader, staff file, back office, officer."""

from __future__ import annotations

import json
import math
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from backoffice.loopback import LoopbackOfficer, LoopbackPhone, Manner
from drivers.code_scanner.scanner import SAME_CODE_SECONDS
from drivers.id_reader.people import TRAY
from kiosk.gateway.contract import APP_CODE_SECONDS, CallState
from kiosk.identity.events import FaceVerdict, Outcome
from kiosk.operations.technicians import LOCKED, REFUSED, Role
from kiosk.visit.view import StaffState
from tests.kiosk.machine import Machine
from tests.people import LIN

PIN = "482915"


@pytest.fixture
def machine(tmp_path: Path, desk: Path) -> Iterator[Machine]:
    """A machine with every way but the face, and one attendant near it."""
    machine = Machine(tmp_path, desk, ways=True)
    machine.staff.add("w01", "Wang", PIN, Role.ATTENDANT)
    yield machine
    machine.close()


@pytest.fixture
def officer(machine: Machine) -> Iterator[Callable[[Manner], LoopbackOfficer]]:
    """Puts an officer at the other end."""
    here: list[LoopbackOfficer] = []

    def take(manner: Manner) -> LoopbackOfficer:
        here.append(LoopbackOfficer(machine.store, manner=manner, seconds=1.5 if manner is Manner.CONFIRMS else 0.5))
        here[-1].start()
        return here[-1]

    yield take
    for one in here:
        one.stop()


def to(machine: Machine, way: str) -> Machine:
    return machine.begin().read_card().choose(way)


def show(machine: Machine, code: str) -> None:
    """Hold a code before the scanner until it is read; what it read before anybody waited for it is thrown away."""
    shown_at = -math.inf

    def seen() -> bool:
        nonlocal shown_at
        if time.monotonic() - shown_at > SAME_CODE_SECONDS + 0.5:  # until then it is the same code, not shown again
            machine.scanner.scan(code)
            shown_at = time.monotonic()
        return machine.at != "app_code" or bool(machine.problem)

    machine.pump(0.1)
    machine.until(seen, "the code to be judged")


def reason_of(machine: Machine, way: str) -> str:
    """Why a way is closed on the page of the choice."""
    shown = next(one for one in machine.body().ways if one.id == way)
    return shown.reason.zh if shown.reason is not None else ""


def actions(machine: Machine) -> list[str]:
    problem = machine.view.problem
    return [button.id for button in problem.actions] if problem is not None else []


def proof_in_the_office(machine: Machine) -> dict[str, Any]:
    """What stands in the back office of who applied, after the application was sent."""
    machine.fill_in().submit()
    assert machine.body().state == "accepted"
    with closing(sqlite3.connect(machine.directory / "office.sqlite3")) as database:
        (row,) = database.execute("SELECT identity FROM application").fetchall()
    return {key: value for key, value in json.loads(row[0]).items() if value is not None}


def journal(machine: Machine, event: str) -> list[dict[str, Any]]:
    lines = (machine.directory / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    return [found for found in map(json.loads, lines) if found["event"] == event]


# -- the choice -----------------------------------------------------------------------


def test_every_way_that_the_machine_has_is_offered_and_one_that_breaks_says_why_until_it_is_back(
    machine: Machine,
) -> None:
    machine.begin().read_card().act("next")
    assert [way.id for way in machine.body().ways] == ["phone_code", "app_code", "staff", "video"]
    machine.scanner.verbs["unplug"]()
    machine.until(lambda: reason_of(machine, "app_code"), "the scanner to be missed")
    assert machine.act("way:app_code").at == "person"
    machine.scanner.verbs["plug"]()
    machine.until(lambda: not reason_of(machine, "app_code"), "the scanner to be back")
    assert machine.act("way:app_code").at == "app_code"


def test_without_scanner_staff_and_officers_the_text_message_is_left(tmp_path: Path, desk: Path) -> None:
    machine = Machine(tmp_path, desk)
    try:
        machine.begin().read_card().act("next")
        assert [way.id for way in machine.body().ways] == ["phone_code"]
    finally:
        machine.close()


# -- the code by text message -----------------------------------------------------------


def test_a_code_mistyped_five_times_is_used_up_and_another_one_is_sent(machine: Machine) -> None:
    to(machine, "phone_code")
    machine.until(lambda: machine.body().state == "entering", "the code to be sent")
    first = machine.newest_code()
    for _ in range(5):
        machine.terminal.answer("code", "000000" if first != "000000" else "000001")
        machine.act("next")
        machine.until(lambda: machine.problem, "the code to be judged")
        seen = machine.problem
        machine.act("retry" if seen == "code.wrong" else "resend")
    assert seen == "code.used_up"
    machine.until(lambda: machine.body().state == "entering", "another code")
    assert len(machine.store.texts()) == 2
    machine.terminal.answer("code", machine.newest_code())
    machine.act("next")
    machine.until(lambda: machine.at == "category", "the code to be judged")


# -- the code of the phone app -----------------------------------------------------------


def test_the_code_of_the_own_app_leads_to_an_application_that_says_so(machine: Machine) -> None:
    to(machine, "app_code")
    LoopbackPhone(machine.store, {"lin": LIN.number}, lambda code: show(machine, code)).show_code("lin")
    assert machine.at == "category"
    assert proof_in_the_office(machine)["route"] == "app_code"
    assert [line["way"] for line in journal(machine, "person_proven")] == ["app_code"]
    assert "EID1" not in (machine.directory / "journal.jsonl").read_text(encoding="utf-8")


@pytest.mark.parametrize("whose", ["somebody else's", "expired", "used", "some other code"])
def test_a_code_that_does_not_count_is_told_and_a_fresh_one_of_ones_own_still_does(
    machine: Machine, whose: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    to(machine, "app_code")
    store = machine.store
    code = store.issue_app_code(TRAY["chen"].record.number if whose == "somebody else's" else LIN.number)
    if whose == "used":
        show(machine, code)
        assert machine.at == "category"
        machine.act("exit")
        machine.reader.lift()
        machine.until(lambda: machine.terminal.home().notice is None, "the card to be taken")
        to(machine, "app_code")
    elif whose == "expired":
        later = datetime.now(UTC) + timedelta(seconds=APP_CODE_SECONDS + 1)
        monkeypatch.setattr(store, "now", lambda: later)
    elif whose == "some other code":
        code = "https://example.org/a-parcel"
    show(machine, code)
    assert machine.problem == "app_code.wrong"
    assert actions(machine) == ["retry", "otherwise", "exit"]
    machine.act("retry")
    show(machine, store.issue_app_code(LIN.number))
    assert machine.at == "category"


def test_a_scanner_that_goes_away_leaves_the_other_ways(machine: Machine) -> None:
    to(machine, "app_code")
    machine.scanner.verbs["unplug"]()
    machine.until(lambda: machine.problem, "the scanner to be missed")
    assert machine.problem == "code_scanner.disconnected"
    machine.act("otherwise")
    machine.until(lambda: reason_of(machine, "app_code"), "the way to be closed")


# -- the site's staff -----------------------------------------------------------------------


def enter(machine: Machine, pin: str, who: str = "w01") -> None:
    machine.act(f"who:{who}")
    for key in (*pin, "enter"):
        machine.terminal.answer("pin_key", key)
    machine.until(lambda: machine.problem or machine.body().state != "checking", "the PIN to be checked")


def test_an_attendant_confirms_with_the_own_pin_and_the_journal_says_who(machine: Machine) -> None:
    to(machine, "staff")
    assert machine.body().people == ("w01",)
    enter(machine, PIN)
    assert machine.body().state is StaffState.CONFIRM
    machine.act("next")
    assert machine.at == "category"
    assert proof_in_the_office(machine) == {"route": "staff", "staff": "w01"}
    assert [line["staff"] for line in journal(machine, "attendant_admitted")] == ["w01"]
    assert [(line["staff"], line["right"]) for line in journal(machine, "staff_judged")] == [("w01", 1)]
    text = (machine.directory / "journal.jsonl").read_text(encoding="utf-8")
    assert not [datum for datum in (LIN.name, LIN.number, PIN, "Wang") if datum in text]


def test_an_attendant_who_says_no_is_not_asked_again_and_the_other_ways_stay(machine: Machine) -> None:
    to(machine, "staff")
    enter(machine, PIN)
    machine.act("refuse")
    assert machine.problem == "staff.refused"
    assert actions(machine) == ["otherwise", "exit"]
    machine.act("otherwise")
    assert [way.id for way in machine.body().ways if way.reason is not None] == ["staff"]
    assert [(line["staff"], line["right"]) for line in journal(machine, "staff_judged")] == [("w01", 0)]


def test_after_three_wrong_pins_nobody_of_the_staff_gets_in_for_a_minute(machine: Machine) -> None:
    to(machine, "staff")
    for _ in range(3):
        enter(machine, "111222")
        assert machine.body().state is StaffState.WHO
    assert machine.body().message == LOCKED.filled(minutes=1)
    enter(machine, PIN)
    assert machine.body().message == LOCKED.filled(minutes=1)
    assert machine.act("otherwise").at == "person"
    assert reason_of(machine, "phone_code") == ""
    machine.clock.set_speed(100)
    until = machine.clock() + 61
    machine.until(lambda: machine.clock() > until, "a minute to pass")
    machine.clock.set_speed(1)
    machine.act("way:staff")
    enter(machine, PIN)
    assert machine.body().state is StaffState.CONFIRM


def test_a_technician_is_no_attendant(machine: Machine) -> None:
    machine.staff.add("t07", "Chen", "739155")
    to(machine, "staff")
    assert machine.body().people == ("w01",)
    machine.act("who:t07")
    assert machine.body().state is StaffState.WHO
    assert machine.staff.admit("t07", "739155", role=Role.ATTENDANT).technician is None


def test_a_staff_card_will_do_once_the_citizens_card_is_off_the_reader(machine: Machine) -> None:
    machine.staff.register_card("w01", TRAY["chen"].record.number)
    to(machine, "staff").act("card")
    machine.pump(0.5)
    assert machine.body().state is StaffState.CARD
    machine.reader.lift()
    machine.until(lambda: not machine.terminal.home().notice, "the citizen's card to be taken")
    machine.reader.place("chen")
    machine.until(lambda: machine.problem or machine.body().state is StaffState.CONFIRM, "the staff card")
    assert machine.body().who == "w01"
    assert machine.body().number.endswith(LIN.number[-4:])
    machine.act("next")
    assert machine.at == "category"


def test_a_card_that_is_nobodys_of_the_staff_is_refused(machine: Machine) -> None:
    machine.staff.register_card("w01", TRAY["chen"].record.number)
    machine.reader.place("lin")
    to(machine, "staff").act("card")
    machine.reader.lift()
    machine.until(lambda: not machine.terminal.home().notice, "the citizen's card to be taken")
    machine.reader.place("lin")
    machine.until(lambda: machine.body().state is StaffState.WHO, "the card to be refused")
    assert machine.body().message == REFUSED


def test_a_card_that_lies_there_is_still_known_of_when_no_staff_card_comes(machine: Machine) -> None:
    to(machine, "staff").act("card")
    machine.pump(0.5)
    machine.act("again", "exit")
    machine.pump(0.5)
    assert machine.terminal.home().notice is not None
    machine.reader.lift()
    machine.until(lambda: machine.terminal.home().notice is None, "the card to be taken")


@pytest.mark.warns("nobody of the staff can be let in")
def test_a_list_of_staff_that_cannot_be_read_is_told(machine: Machine, caplog: pytest.LogCaptureFixture) -> None:
    to(machine, "staff")
    (machine.directory / "technicians.json").write_text("?")
    enter(machine, PIN)
    assert machine.problem == "staff.unusable"
    assert actions(machine) == ["retry", "otherwise", "exit"]
    caplog.clear()


# -- the officer far away ------------------------------------------------------------------------


def test_an_officer_confirms_and_the_application_names_the_call(
    machine: Machine, officer: Callable[[Manner], LoopbackOfficer]
) -> None:
    officer(Manner.CONFIRMS)
    to(machine, "video")
    states = []

    def over() -> bool:
        if machine.at == "video":
            states.append(machine.body().state)
        return machine.at == "category" or bool(machine.problem)

    machine.until(over, "the officer")
    assert sorted(set(states)) == [CallState.CALLING, CallState.CONNECTED]
    found = proof_in_the_office(machine)
    assert found["route"] == "video"
    assert len(found["call_id"]) >= 8


@pytest.mark.parametrize(
    ("manner", "problem"),
    [(Manner.BUSY, "video.busy"), (Manner.REFUSES, "video.refused"), (Manner.DROPS, "video.dropped")],
)
@pytest.mark.may_warn("the back office cannot be reached: closed")
def test_a_call_that_comes_to_nothing_is_told_and_another_way_leads_on(
    machine: Machine, officer: Callable[[Manner], LoopbackOfficer], manner: Manner, problem: str
) -> None:
    officer(manner)
    to(machine, "video")
    machine.until(lambda: machine.problem, "the officer")
    assert machine.problem == problem
    machine.act("otherwise")
    assert bool(reason_of(machine, "video")) == (manner is Manner.REFUSES)
    machine.act("way:phone_code")
    assert machine.at == "code"


def test_an_officer_who_never_answers_is_waited_for_only_so_long_and_is_not_called_any_more(machine: Machine) -> None:
    to(machine, "video")
    machine.until(machine.store.calls, "the call")
    machine.clock.set_speed(4)  # quicker, and an office on a busy machine would take the kiosk for gone
    machine.until(lambda: machine.problem, "the end of the patience")
    machine.clock.set_speed(1)
    assert machine.problem == "video.busy"
    machine.until(lambda: not machine.store.calls(), "the kiosk to hang up")


@pytest.mark.parametrize("action", ["otherwise", "back", "exit"])
def test_whoever_leaves_the_call_has_hung_up(
    machine: Machine, officer: Callable[[Manner], LoopbackOfficer], action: str
) -> None:
    officer(Manner.TALKS)
    to(machine, "video")
    machine.until(lambda: machine.body().state is CallState.CONNECTED, "the officer")
    machine.act(action)
    assert machine.at == ("home" if action == "exit" else "person")
    machine.until(lambda: not machine.store.calls(), "the kiosk to hang up")


def test_whoever_leaves_while_the_call_is_made_has_hung_up_as_well(machine: Machine) -> None:
    to(machine, "video").act("back")
    machine.until(lambda: journal_of_calls(machine) == ["dropped"], "the kiosk to hang up")


def journal_of_calls(machine: Machine) -> list[str]:
    with closing(sqlite3.connect(machine.directory / "office.sqlite3")) as database:
        return [state for (state,) in database.execute("SELECT state FROM call")]


@pytest.mark.warns("the back office cannot be reached")
def test_a_line_that_breaks_under_a_call_ends_it_and_says_so(
    machine: Machine, officer: Callable[[Manner], LoopbackOfficer], caplog: pytest.LogCaptureFixture
) -> None:
    officer(Manner.TALKS)
    to(machine, "video")
    machine.until(lambda: machine.body().state is CallState.CONNECTED, "the officer")
    machine.office.__exit__(None, None, None)
    machine.clock.set_speed(5)
    machine.until(lambda: machine.problem, "the silence to be noticed")
    machine.clock.set_speed(1)
    assert machine.problem == "video.dropped"
    machine.act("retry")
    machine.until(lambda: machine.problem, "the call to fail")
    assert machine.problem == "gateway.unreachable"
    assert actions(machine) == ["retry", "otherwise", "exit"]
    machine.act("otherwise", "way:staff")  # which needs no line
    enter(machine, PIN)
    machine.act("next")
    assert machine.at == "category"
    caplog.clear()


# -- two ways together ----------------------------------------------------------------------------


def test_a_near_face_stands_beside_the_way_that_decided(machine: Machine) -> None:
    machine.begin().read_card()
    visit = machine.terminal._visit
    assert visit is not None
    visit.near_face = FaceVerdict(Outcome.STEP_UP, 0.45, 0.40, 5, 0.4, "dlib")
    machine.act("next")
    assert machine.body().second
    machine.act("way:staff")
    enter(machine, PIN)
    machine.act("next")
    assert proof_in_the_office(machine) == {
        "route": "staff",
        "staff": "w01",
        "face": {"distance": 0.45, "threshold": 0.40, "frames": 5, "engine": "dlib"},
    }
    assert [(line["way"], line["second"]) for line in journal(machine, "person_proven")] == [("staff", 1)]
