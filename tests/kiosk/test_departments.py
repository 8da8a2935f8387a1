"""Questions to departments on a whole machine: real card, real line, a back office whose departments behave."""

from __future__ import annotations

import json
import math
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copy
from typing import Any

import pytest

from backoffice.loopback import LoopbackDepartments
from drivers.code_scanner.scanner import SAME_CODE_SECONDS
from kiosk.operations.availability import STALE_SECONDS
from kiosk.visit.view import LookupState, StepKind
from tests.kiosk.machine import CONFIG, SIGNATURE, Machine
from tests.kiosk.visit.items import BY_CARD, BY_CODE, BY_PLATE, WITH_OR_WITHOUT_CARD, file_of
from tests.people import LIN

OTHER_DEPARTMENT = BY_PLATE.replace("transport.vehicle", "tax.vehicle")

APPLICATION = WITH_OR_WITHOUT_CARD.replace(
    "  - {kind: done,",
    "  - {kind: review}\n  - {kind: sign, statement: {zh: 属实。, en: True.}}\n  - {kind: submit}\n  - {kind: done,",
)

TRANSPORT = """
operations:
  transport.records:
    found:
      lin:
        facts:
          {rating: a, since: "20201225", fines: "0", happened_at: today-9, happened_time: "08:15", place: x, plate: x}
        photographs: [before, beyond]
        rows: [{key: "1", day: today-30, what: 年度考核}]
    denied:
      chen:
        happened: {zh: 您的档案被锁定, en: Your file is locked}
        meaning: {zh: 窗口正在核对。, en: It is being checked.}
        todo: {zh: 请到窗口。, en: Please go to the counter.}
  transport.case:
    about: case_number
    proof: false
    found: {XM000001: {facts: {stage: 审核中}}}
"""
TAX = """
operations:
  tax.vehicle:
    about: plate
    proof: false
    found: {闽D12345: {facts: {state: ok}, rows: [{key: s1, name: 江头站, road: 示例路}]}}
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Items of this test's own: JT-97 asks about the holder, JT-96 asks another department about a plate."""
    folder = tmp_path / "config"
    items = folder / "items" / "transport"
    items.mkdir(parents=True)
    copy(CONFIG / "departments.yaml", folder / "departments.yaml")
    for code, steps in (
        ("JT-97", BY_CARD),
        ("JT-96", OTHER_DEPARTMENT),
        ("JT-95", BY_CODE),
        ("JT-94", WITH_OR_WITHOUT_CARD),
        ("JT-93", APPLICATION),
    ):
        (items / f"{code}.yaml").write_text(file_of(steps, code), encoding="utf-8")
    return folder


@pytest.fixture
def records(tmp_path: Path) -> Path:
    folder = tmp_path / "records"
    folder.mkdir()
    copy("backoffice/records/people.yaml", folder / "people.yaml")
    (folder / "transport.yaml").write_text(TRANSPORT, encoding="utf-8")
    (folder / "tax.yaml").write_text(TAX, encoding="utf-8")
    return folder


@pytest.fixture
def make(tmp_path: Path, desk: Path, config: Path, records: Path) -> Iterator[Callable[..., Machine]]:
    """Makes a machine with those items, before those departments."""
    made: list[Machine] = []

    def machine(**changes: Any) -> Machine:
        made.append(Machine(tmp_path, desk, ways=True, config=config, records=records, **changes))
        made[-1].store.register_phone("35020319790808004X", "13950010002")
        return made[-1]

    yield machine
    for one in made:
        one.close()


@pytest.fixture
def machine(make: Callable[..., Machine]) -> Machine:
    return make()


def play(machine: Machine) -> LoopbackDepartments:
    return LoopbackDepartments(machine.store, ["transport", "tax"])


def answered(machine: Machine) -> Machine:
    """Until a department has said something, or why it does not."""
    machine.until(
        lambda: machine.problem or machine.view.kind is not StepKind.LOOKUP or machine.body().state != "asking",
        "the department's answer",
    )
    return machine


def asked_by_card(machine: Machine, person: str = "lin") -> Machine:
    return answered(machine.begin("JT-97").read_card(person).prove_by_code())


def tile(machine: Machine, code: str) -> str:
    """Why a tile is grey, "" when it is not."""
    found = next(tile for tile in machine.terminal.home().tiles if tile.code == code)
    assert found.available == (found.reason is None)
    return found.reason.zh if found.reason is not None else ""


def told(machine: Machine) -> str:
    problem = machine.view.problem
    assert problem is not None
    return f"{problem.happened.zh}。{problem.meaning.zh}{problem.todo.zh}"


def journal(machine: Machine, event: str) -> list[dict[str, Any]]:
    lines = (machine.directory / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    return [found for found in map(json.loads, lines) if found["event"] == event]


# -- what comes back ------------------------------------------------------------------------


def test_what_the_department_knows_of_the_holder_is_shown(machine: Machine) -> None:
    asked_by_card(machine)
    body = machine.body()
    assert body.state is LookupState.SHOWN
    assert [row.value.zh for row in body.facts] == ["优良", "2020年12月25日"]
    assert body.rows[0][1].zh == "年度考核"
    (looked_up,) = journal(machine, "looked_up")
    assert (looked_up["operation"], looked_up["outcome"]) == ("transport.records", "found")
    assert "<private>" not in json.dumps(journal(machine, "looked_up"))


def test_photographs_come_over_the_line_and_are_gone_with_their_citizen(machine: Machine) -> None:
    asked_by_card(machine)
    assert [words.zh.partition("：")[0] for words in machine.body().pictures] == ["车辆在停止线前", "车辆驶过路口"]
    pictures = [machine.terminal.page_picture(number) for number in range(3)]
    assert [picture[:4] for picture in pictures] == [b"\x89PNG", b"\x89PNG", b""]
    assert pictures[0] != pictures[1]
    machine.act("exit")
    assert machine.terminal.page_picture(0) == b""


def test_whoever_is_denied_is_told_why_says_how_it_was_and_was_refused(machine: Machine) -> None:
    asked_by_card(machine, "chen")
    assert machine.problem == "denied.department"
    assert told(machine) == "您的档案被锁定。窗口正在核对。请到窗口。"
    machine.act("exit")
    assert machine.at == "rate"
    machine.act("rate:poor", "next")
    assert machine.at == "home"
    assert journal(machine, "visit_ended")[-1]["ending"] == "refused"


def test_of_whom_nothing_is_known_the_items_own_words_are_said(machine: Machine) -> None:
    machine.store.register_phone("350213199211020049", "13950010004")
    asked_by_card(machine, "rare")
    assert machine.problem == "denied.nothing_found"
    assert told(machine).startswith("没有查到。")


def test_a_code_before_the_real_scanner_is_asked_about(machine: Machine) -> None:
    machine.begin("JT-95")
    assert machine.at == "slip"
    shown_at = -math.inf

    def read() -> bool:
        nonlocal shown_at
        if time.monotonic() - shown_at > SAME_CODE_SECONDS + 0.5:  # until then it is the same code, not shown again
            machine.scanner.scan("XM000001")
            shown_at = time.monotonic()
        return machine.at == "case"

    machine.pump(0.1)
    machine.until(read, "the code to be read")
    answered(machine)
    assert machine.body().facts[0].value.zh == "审核中"


def lamps(machine: Machine) -> dict[str, str]:
    return {name: light for name, light in machine.lamps.state()["lamps"].items() if light != "off"}


def test_the_lamp_of_the_scanner_blinks_while_a_code_is_waited_for(make: Callable[..., Machine]) -> None:
    machine = make(lit=True)
    machine.begin("JT-95")
    machine.until(lambda: lamps(machine) == {"code_scanner": "blink"}, "the lamp of the scanner")
    machine.act("exit")
    machine.until(lambda: not lamps(machine), "the lamps to go out")


def test_a_scanner_that_is_unplugged_leaves_typing(machine: Machine) -> None:
    machine.scanner.verbs["unplug"]()
    machine.begin("JT-95")
    machine.until(lambda: machine.body().state == "typing", "typing")
    machine.terminal.answer("case_number", "xm000001")
    answered(machine.act("next"))
    assert machine.body().facts[0].value.zh == "审核中"


# -- departments that are away --------------------------------------------------------------


@pytest.mark.warns("transport does not answer: SystemDown")
def test_a_department_that_is_down_is_said_to_be_greys_its_own_items_only_and_comes_back(machine: Machine) -> None:
    machine.begin("JT-97").read_card().choose("phone_code")
    machine.until(lambda: machine.body().state == "entering", "the code to be sent")
    play(machine).behave("transport", "down")
    machine.terminal.answer("code", machine.newest_code())
    machine.act("next")
    machine.until(lambda: machine.problem, "the department to be missed")
    assert machine.problem == "department.unavailable"
    machine.act("exit")
    assert machine.at == "home"
    # After a question that failed nobody waits a minute to know: the other items of this department are grey, too.
    machine.until(lambda: tile(machine, "JT-97"), "the tile to be grey")
    assert tile(machine, "JT-97") == tile(machine, "JT-95") == "部门的系统暂时没有回应"
    assert tile(machine, "JT-96") == ""
    machine.terminal.begin("JT-97")
    assert machine.at == "home"
    answered_by_the_other = machine.begin("JT-96")
    answered_by_the_other.terminal.answer("plate", "闽D12345")
    answered(machine.act("next"))
    assert machine.at == "choice"
    machine.act("exit")
    play(machine).clear()
    machine.clock.set_speed(600)  # it asks once a minute
    machine.until(lambda: not tile(machine, "JT-97"), "the tile to be back")


def test_a_citizen_tries_again_and_the_department_is_back(machine: Machine) -> None:
    play(machine).behave("transport", "closed")
    machine.begin("JT-95").act("type")
    machine.terminal.answer("case_number", "XM000001")
    answered(machine.act("next"))
    assert machine.problem == "department.closed"
    play(machine).clear()
    answered(machine.act("retry"))
    assert machine.body().facts[0].value.zh == "审核中"


def test_a_department_that_is_closed_says_when_it_is_open_on_the_page_and_on_the_tile(
    make: Callable[..., Machine], records: Path
) -> None:
    (records / "tax.yaml").write_text(f'hours: {{open: "08:00-22:00"}}\n{TAX}', encoding="utf-8")
    machine = make()
    play(machine).behave("tax", "closed")
    machine.begin("JT-96").terminal.answer("plate", "闽D12345")
    answered(machine.act("next"))
    assert machine.problem == "department.closed"
    assert "办理时间是每天 08:00–22:00。" in told(machine)
    machine.act("exit")
    machine.until(lambda: tile(machine, "JT-96"), "the tile to be grey")
    assert tile(machine, "JT-96") == "部门的系统现在不开放，办理时间是每天 08:00–22:00"


def test_a_slow_department_is_waited_for(machine: Machine) -> None:
    machine.store.set_manner("transport", "slow", 1.0)
    machine.begin("JT-95").act("type")
    machine.terminal.answer("case_number", "XM000001")
    machine.act("next")
    assert machine.body().state is LookupState.ASKING
    machine.act("exit")
    assert machine.at == "case"
    assert answered(machine).body().state is LookupState.SHOWN


@pytest.mark.may_warn("the back office cannot be reached")
def test_a_line_that_is_down_is_the_lines_fault_and_not_the_departments(machine: Machine) -> None:
    machine.until(lambda: machine.terminal._known_departments.obstacle("tax") is None, "the departments to be known")
    machine.begin("JT-95").act("type")
    machine.terminal.answer("case_number", "XM000001")
    machine.terminal._line[0].close()  # type: ignore[index]
    answered(machine.act("next"))
    assert machine.problem == "gateway.unreachable"


def test_what_nobody_has_told_for_minutes_is_not_held_against_a_department(machine: Machine) -> None:
    play(machine).behave("transport", "closed")
    machine.until(lambda: tile(machine, "JT-97"), "the tile to be grey")
    machine.terminal._line[0].close()  # type: ignore[index]
    machine.clock.set_speed(STALE_SECONDS)
    machine.until(lambda: not tile(machine, "JT-97"), "the tile to be open again")


# -- when an item can be done -----------------------------------------------------------------

NIGHT = datetime(2026, 11, 23, 23, 8, tzinfo=UTC) - timedelta(hours=8)


def changed(config: Path, **changes: Any) -> None:
    path = config / "items" / "transport" / "JT-96.yaml"
    path.write_text(file_of(OTHER_DEPARTMENT, "JT-96", **changes), encoding="utf-8")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"hours": {"open": "08:00-22:00"}}, "现在不是办理时间，办理时间是每天 08:00–22:00"),
        ({"hours": {"days": "workdays", "open": "09:00-17:00"}}, "现在不是办理时间，办理时间是工作日 09:00–17:00"),
        ({"hours": {"open": "08:00-24:00"}}, ""),
        ({"valid_from": "2026-11-24"}, "还没有开始办理，2026年11月24日起可以办"),
        ({"valid_from": "2026-11-23"}, ""),
        ({"valid_until": "2026-11-22"}, "这个事项已经停止办理"),
        ({"valid_until": "2026-11-23"}, ""),
        ({"requires": ["page_printer"]}, "本机没有"),
        ({"requires": ["bank_card_reader"]}, "本机没有"),
        ({"requires": ["card_rewriter"]}, "本机没有"),
        ({"requires": ["code_scanner"]}, ""),
    ],
)
def test_a_tile_is_grey_outside_its_days_and_hours_and_without_its_devices_and_says_so(
    make: Callable[..., Machine], config: Path, changes: dict[str, Any], reason: str
) -> None:
    changed(config, **changes)
    machine = make(now=lambda: NIGHT)
    assert tile(machine, "JT-96").startswith(reason)
    assert bool(tile(machine, "JT-96")) == bool(reason)
    machine.terminal.begin("JT-96")
    assert machine.at == ("home" if reason else "guide")
    assert tile(machine, "JT-97") == ""
    devices = reason == "本机没有"  # which is the machine's own affair
    assert ("JT-96" in machine.terminal.not_now) == (bool(reason) and not devices)


# -- without a card ---------------------------------------------------------------------------


def typed(machine: Machine, code: str) -> Machine:
    """To the choice of a way, without a card."""
    machine.begin(code).terminal.answer("card_here", "without")
    machine.act("next")
    machine.terminal.answer("name", LIN.name)
    machine.terminal.answer("number", LIN.number)
    return machine.act("next")


def test_without_an_authority_the_face_is_closed_to_whoever_typed_and_the_other_ways_stay(
    make: Callable[..., Machine], tmp_path: Path
) -> None:
    machine = make(camera=str(tmp_path))
    typed(machine, "JT-94")
    ways = {way.id: way.reason.zh if way.reason else "" for way in machine.body().ways}
    assert ways["face"] == "没放身份证，不能刷脸"
    assert ways["phone_code"] == ways["video"] == ""
    machine.act("way:face")
    assert machine.at == "person"


def test_a_typed_number_that_is_proven_is_asked_about(machine: Machine) -> None:
    typed(machine, "JT-94").act("back", "next")
    machine.act("way:phone_code")
    machine.until(lambda: machine.problem or machine.body().state == "entering", "the code to be sent")
    machine.terminal.answer("code", machine.newest_code())
    machine.act("next")
    machine.until(lambda: machine.problem or machine.at == "records", "the code to be judged")
    assert answered(machine).body().facts[0].value.zh == "a"


def test_the_application_of_somebody_without_a_card_says_so(machine: Machine) -> None:
    typed(machine, "JT-93").act("way:phone_code")
    machine.until(lambda: machine.problem or machine.body().state == "entering", "the code to be sent")
    machine.terminal.answer("code", machine.newest_code())
    machine.act("next")
    machine.until(lambda: machine.problem or machine.at == "records", "the code to be judged")
    answered(machine).act("next", "next")
    assert machine.at == "sign"
    machine.terminal.sign(SIGNATURE)
    machine.act("next")
    machine.until(lambda: machine.problem or machine.body().state != "sending", "the application to be sent")
    assert machine.body().state == "accepted"
    with closing(sqlite3.connect(machine.directory / "office.sqlite3")) as database:
        kept = database.execute("SELECT card, number, valid_until, long_term, address FROM application").fetchall()
    assert kept == [("typed", LIN.number, None, 0, "")]
