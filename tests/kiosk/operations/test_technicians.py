"""The door to the technician's screen."""

from __future__ import annotations

import argparse
import io
import json
import stat
import statistics
import sys
import time as wall
import traceback
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk import files as files_module
from kiosk.operations import technicians as module
from kiosk.operations.commands import options
from kiosk.operations.journal import ALLOWED
from kiosk.operations.technicians import (
    FORGIVEN_SECONDS,
    Admission,
    Outcome,
    Role,
    TechnicianError,
    Technicians,
    TechniciansUnusable,
    pin_refusal,
)

PIN, OTHER = "739164", "284075"
CARD, ANOTHERS_CARD = "350203199001010010", "350203198507120025"
NAME = "陈师傅"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hash that takes no time; how hard the real one is has a test of its own."""
    monkeypatch.setattr(module, "_N", 2**4)
    monkeypatch.setattr(module, "_NOBODY", module._Hash(n=2**4, r=8, p=1, salt="00" * 16, hash="00" * 32))


class Door:
    """The technicians of a machine whose two clocks are moved by hand, and its journal."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.wall = datetime(2026, 11, 23, 3, 8, tzinfo=UTC)
        self.running = 1000.0
        self.journal: list[tuple[str, dict[str, Any]]] = []
        self.technicians = self._opened()

    def _opened(self) -> Technicians:
        def record(event: str, facts: Mapping[str, Any]) -> None:
            self.journal.append((event, dict(facts)))

        return Technicians(self.directory, now=lambda: self.wall, record=record, clock=lambda: self.running)

    def passes(self, seconds: float) -> None:
        self.running += seconds
        self.wall += timedelta(seconds=seconds)

    def restart(self, seconds: float = 20.0, *, clock_moved: float = 0.0) -> None:
        """The machine boots: its running time begins anew, its clock goes on or jumps."""
        self.wall += timedelta(seconds=seconds + clock_moved)
        self.running = 5.0
        self.technicians = self._opened()

    def knock(self, who: str = "t07", pin: str = PIN, **card: Any) -> Admission:
        return self.technicians.admit(who, pin, **card)

    def wrong(self, times: int, who: str = "t07") -> list[float]:
        """Be wrong so often, each time as soon as anybody may try; how long the door was shut each time."""
        shut = []
        for _ in range(times):
            self.passes(self.technicians.locked_seconds(who))
            admission = self.knock(who, OTHER)
            assert admission.outcome is Outcome.REFUSED
            shut.append(admission.seconds)
        return shut


@pytest.fixture
def door(tmp_path: Path) -> Door:
    door = Door(tmp_path)
    door.technicians.add("t07", NAME, PIN)
    door.technicians.add("t08", "Li", OTHER)
    door.journal.clear()
    return door


def test_who_has_a_pin_gets_in_with_it(door: Door) -> None:
    admission = door.knock()
    assert (admission.outcome, admission.refusal) == (Outcome.ADMITTED, None)
    assert admission.technician is not None
    assert (admission.technician.id, admission.technician.name) == ("t07", NAME)
    assert door.journal == [("technician_admitted", {"technician": "t07", "card": "none"})]


@pytest.mark.parametrize(("who", "pin"), [("t07", OTHER), ("t09", PIN), ("t07", ""), ("", ""), ("t07", "７３９１６４")])
def test_nobody_else_gets_in_and_nobody_learns_why(door: Door, who: str, pin: str) -> None:
    admission = door.knock(who, pin)
    assert (admission.outcome, admission.technician) == (Outcome.REFUSED, None)
    assert admission.refusal == module.REFUSED


def test_the_journal_knows_ids_that_exist_and_nothing_that_was_typed(door: Door) -> None:
    door.knock("t07", OTHER)
    door.knock(CARD, PIN)
    assert door.journal == [
        ("technician_refused", {"technician": "t07", "seconds": None}),
        ("technician_refused", {"technician": None, "seconds": None}),
    ]
    assert {name for _, facts in door.journal for name in facts} <= ALLOWED


def test_the_third_wrong_pin_locks_for_a_minute_and_each_further_one_for_twice_as_long(door: Door) -> None:
    assert door.wrong(11) == [0, 0, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]


def test_a_locked_door_looks_at_nothing_and_counts_nothing(door: Door) -> None:
    door.wrong(3)
    for _ in range(5):
        admission = door.knock()
        assert (admission.outcome, admission.seconds) == (Outcome.LOCKED, 60)
    assert admission.refusal is not None
    assert "1 分钟" in admission.refusal.zh
    door.passes(59)
    assert door.knock().outcome is Outcome.LOCKED
    door.passes(1)
    assert door.knock().outcome is Outcome.ADMITTED
    assert door.wrong(3) == [0, 0, 60]  # it begins anew


def test_the_machine_locks_whoever_is_tried(door: Door) -> None:
    for who in ("t07", "t08", "nobody"):
        door.knock(who, "000000")
    assert door.knock("t08", OTHER).outcome is Outcome.LOCKED


def test_somebody_who_gets_in_does_not_open_the_door_for_another_one(door: Door) -> None:
    door.wrong(2)
    assert door.knock("t08", OTHER).outcome is Outcome.ADMITTED
    assert door.wrong(1) == [60]
    assert door.technicians.locked_seconds() == 0  # the machine has seen one wrong PIN since
    assert door.knock("t08", OTHER).outcome is Outcome.ADMITTED
    assert door.knock("t07").outcome is Outcome.LOCKED


def test_half_a_day_without_a_wrong_pin_is_forgiven(door: Door) -> None:
    door.wrong(5)
    door.passes(FORGIVEN_SECONDS)
    assert door.wrong(3) == [0, 0, 60]


def test_a_lock_survives_a_restart(door: Door) -> None:
    assert door.wrong(9)[-1] == 3600
    door.restart(seconds=100)
    assert door.technicians.locked_seconds("t07") == 3500
    door.passes(3500)
    assert door.wrong(1) == [3600]  # and so does the count


@pytest.mark.parametrize("moved", [timedelta(days=-3650), timedelta(days=3650)])
def test_setting_the_clock_opens_nothing(door: Door, moved: timedelta) -> None:
    door.wrong(9)
    door.wall += moved
    assert door.knock().outcome is Outcome.LOCKED
    assert door.technicians.locked_seconds() == 3600


def test_a_clock_that_went_back_across_a_restart_makes_the_wait_begin_anew(door: Door) -> None:
    door.wrong(9)
    door.passes(3599)
    door.restart(clock_moved=-3600 * 24 * 365 * 30)  # the board's battery is empty
    assert door.technicians.locked_seconds() == 3600
    door.wall += timedelta(days=365 * 30)  # the clock is put right
    assert door.technicians.locked_seconds() == 3600
    door.passes(3600)
    assert door.knock().outcome is Outcome.ADMITTED


def test_a_lock_that_has_ended_does_not_come_back_with_the_next_restart(door: Door) -> None:
    door.wrong(9)
    door.passes(7200)
    door.restart()
    assert door.knock().outcome is Outcome.ADMITTED


@pytest.mark.warns("lockouts.json cannot be read")
def test_a_file_of_lock_outs_that_makes_no_sense_keeps_the_door_shut(door: Door) -> None:
    (door.directory / "lockouts.json").write_text("{}}")
    door.restart()
    assert door.knock().outcome is Outcome.LOCKED
    door.passes(3600)
    assert door.knock().outcome is Outcome.ADMITTED


@pytest.mark.warns("the lock-outs cannot be written")
def test_a_technician_gets_in_when_the_disk_is_full(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "write_whole", full)
    assert door.wrong(3) == [0, 0, 60]  # counted all the same
    door.passes(60)
    assert door.knock().outcome is Outcome.ADMITTED


# -- the card ------------------------------------------------------------------------


@pytest.fixture
def carded(door: Door) -> Door:
    door.technicians.register_card("t07", CARD)
    door.journal.clear()
    return door


@pytest.mark.parametrize(
    ("pin", "card", "reader_ready", "outcome"),
    [
        (PIN, CARD, True, Outcome.ADMITTED),
        (PIN, f" {CARD.lower()} ", True, Outcome.ADMITTED),
        (PIN, ANOTHERS_CARD, True, Outcome.REFUSED),
        (PIN, None, True, Outcome.REFUSED),
        (OTHER, CARD, True, Outcome.REFUSED),
        (PIN, None, False, Outcome.ADMITTED),  # the reader is what has to be mended
    ],
)
def test_a_registered_card_is_asked_for_where_a_reader_works(
    carded: Door, pin: str, card: str | None, reader_ready: bool, outcome: Outcome
) -> None:
    assert carded.technicians.needs_card("t07")
    assert carded.knock(pin=pin, card=card, reader_ready=reader_ready).outcome is outcome
    if outcome is Outcome.ADMITTED:
        assert carded.journal[-1][1]["card"] == ("shown" if reader_ready else "reader_away")


def test_who_has_no_card_needs_none(carded: Door) -> None:
    assert not carded.technicians.needs_card("t08")
    assert not carded.technicians.needs_card("nobody")
    assert carded.knock("t08", OTHER, reader_ready=True).outcome is Outcome.ADMITTED


def test_a_card_can_be_given_back(carded: Door) -> None:
    carded.technicians.register_card("t07", None)
    assert carded.knock(reader_ready=True).outcome is Outcome.ADMITTED


def test_a_new_pin_leaves_name_and_card_as_they_are(carded: Door) -> None:
    carded.technicians.add("t07", "", "604817")
    (one,) = (one for one in carded.technicians.listing() if one.id == "t07")
    assert (one.name, one.has_card) == (NAME, True)
    assert carded.knock(pin=PIN, card=CARD, reader_ready=True).outcome is Outcome.REFUSED
    assert carded.knock(pin="604817", card=CARD, reader_ready=True).outcome is Outcome.ADMITTED


def test_neither_pin_nor_card_stands_in_any_file(carded: Door, tmp_path: Path) -> None:
    carded.wrong(1)
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for secret in (PIN, OTHER, CARD):
        assert secret.encode() not in written
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("*.*") if path.suffix != ".lock"}
    assert modes == {"technicians.json": 0o600, "technicians.key": 0o600, "lockouts.json": 0o600}


def test_without_the_machines_key_no_card_fits(carded: Door, tmp_path: Path) -> None:
    (tmp_path / "technicians.key").unlink()
    assert carded.knock(card=CARD, reader_ready=True).outcome is Outcome.REFUSED


# -- PINs ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "pin",
    [
        *("111111", "000000", "123456", "654321", "012345", "890123", "987654321"),
        *("121212", "123123", "7171717", "112233", "147258", "5201314"),
        *("12345", "71717", "1234567890123", "", "73916a", "７３９１６４", "7391 4", "-39164"),
    ],
)
def test_a_trivial_pin_is_refused_with_a_sentence(pin: str, tmp_path: Path) -> None:
    technicians = Door(tmp_path).technicians
    with pytest.raises(TechnicianError) as refused:
        technicians.add("t07", NAME, pin)
    assert refused.value.sentence.zh.endswith("。")
    assert refused.value.sentence.en.endswith(".")
    assert technicians.listing() == ()


@pytest.mark.parametrize("pin", [PIN, OTHER, "739164285017", "135792", "100200"])
def test_other_pins_are_taken(pin: str) -> None:
    assert pin_refusal(pin) is None


def test_a_pin_that_holds_the_staff_number_is_refused() -> None:
    assert pin_refusal("904127", "4127") is not None
    assert pin_refusal("904127", "9") is None


@pytest.mark.parametrize("who", ["", "T07", "陈", CARD, "13950010001", "t" * 13, "a b"])
def test_an_id_is_short_and_nobodys_number(door: Door, who: str) -> None:
    with pytest.raises(TechnicianError, match="An id is"):
        door.technicians.add(who, NAME, PIN)


def test_who_is_removed_does_not_get_in(door: Door) -> None:
    door.technicians.remove("t07")
    assert [one.id for one in door.technicians.listing()] == ["t08"]
    assert door.knock().outcome is Outcome.REFUSED
    with pytest.raises(TechnicianError, match="no technician"):
        door.technicians.remove("t07")
    with pytest.raises(TechnicianError, match="no technician"):
        door.technicians.register_card("t07", CARD)


def test_a_machine_without_technicians_lets_nobody_in(tmp_path: Path) -> None:
    assert Door(tmp_path).knock().outcome is Outcome.REFUSED


def test_a_file_that_makes_no_sense_is_told_without_its_content(door: Door) -> None:
    path = door.directory / "technicians.json"
    path.write_text(path.read_text().replace("hash", NAME))
    with pytest.raises(TechniciansUnusable) as failed:
        door.knock()
    assert NAME not in str(failed.value)
    assert NAME not in "".join(traceback.format_exception(failed.value))


def test_two_who_add_at_once_are_both_kept(door: Door) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: Door(door.directory).technicians.add(f"u{n:02}", "", PIN), range(20)))
    assert len(door.technicians.listing()) == 22


def test_a_write_that_fails_leaves_the_old_file_and_no_draft(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (door.directory / "technicians.json").read_bytes()

    def fail(_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(files_module.os, "fsync", fail)  # type: ignore[attr-defined]
    with pytest.raises(TechniciansUnusable):
        door.technicians.remove("t07")
    assert (door.directory / "technicians.json").read_bytes() == before
    assert not [path for path in door.directory.iterdir() if path.name.startswith(".")]


# -- how hard it is ---------------------------------------------------------------------


@pytest.fixture
def hard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Door:
    monkeypatch.undo()
    door = Door(tmp_path)
    door.technicians.add("t07", NAME, PIN)
    return door


def test_a_pin_is_kept_hard_and_the_way_stands_beside_it(hard: Door) -> None:
    kept = json.loads((hard.directory / "technicians.json").read_text())["technicians"][0]["pin"]
    assert (kept["n"], kept["r"], kept["p"]) == (2**15, 8, 1)
    assert kept["n"] * kept["r"] * 128 == 32 * 1024 * 1024  # bytes of memory a try needs
    assert hard.knock().outcome is Outcome.ADMITTED


def test_who_does_not_exist_is_refused_no_faster(hard: Door) -> None:
    def seconds(who: str) -> float:
        taken = []
        for _ in range(5):
            hard.passes(FORGIVEN_SECONDS)
            began = wall.perf_counter()
            hard.knock(who, OTHER)
            taken.append(wall.perf_counter() - began)
        return statistics.median(taken)

    # Generous: a busy machine doubles a time; skipping the work would make it fifty times shorter.
    assert seconds("nobody") > seconds("t07") / 5


# -- attendants -----------------------------------------------------------------------------


@pytest.fixture
def staffed(door: Door) -> Door:
    """A door with an attendant of the site beside the technicians."""
    door.technicians.add("w01", "Wang", PIN, Role.ATTENDANT)
    door.technicians.register_card("w01", CARD)
    door.journal.clear()
    return door


def test_an_attendant_gets_in_with_pin_or_card_and_the_journal_says_who(staffed: Door) -> None:
    for admission in (
        staffed.knock("w01", role=Role.ATTENDANT),
        staffed.technicians.admit_attendant_by_card(CARD),
    ):
        assert admission.technician is not None
        assert (admission.technician.id, admission.technician.role) == ("w01", Role.ATTENDANT)
    assert staffed.journal == [
        ("attendant_admitted", {"staff": "w01", "card": "none"}),
        ("attendant_admitted", {"staff": "w01", "card": "shown"}),
    ]
    assert {name for _, facts in staffed.journal for name in facts} <= ALLOWED


def test_nobody_opens_the_door_of_the_other_role(staffed: Door) -> None:
    staffed.technicians.register_card("t07", ANOTHERS_CARD)
    assert staffed.knock("w01").outcome is Outcome.REFUSED
    assert staffed.knock("t07", role=Role.ATTENDANT).outcome is Outcome.REFUSED
    assert staffed.technicians.admit_attendant_by_card(ANOTHERS_CARD).outcome is Outcome.REFUSED
    assert [one.id for one in staffed.technicians.listing()] == ["t07", "t08"]
    assert [one.id for one in staffed.technicians.listing(Role.ATTENDANT)] == ["w01"]


def test_wrong_pins_of_attendants_shut_their_way_and_not_the_technicians_door(staffed: Door) -> None:
    for _ in range(3):
        refused = staffed.knock("w01", OTHER, role=Role.ATTENDANT)
    assert refused.seconds == 60
    assert refused.refusal == module.LOCKED.filled(minutes=1)
    for shut in (staffed.knock("w01", role=Role.ATTENDANT), staffed.technicians.admit_attendant_by_card(CARD)):
        assert shut.outcome is Outcome.LOCKED
    assert staffed.knock("t07").outcome is Outcome.ADMITTED
    staffed.passes(60)
    assert staffed.knock("w01", role=Role.ATTENDANT).outcome is Outcome.ADMITTED


def test_cards_that_are_nobodys_shut_the_way_as_well(staffed: Door) -> None:
    refused = [staffed.technicians.admit_attendant_by_card(ANOTHERS_CARD) for _ in range(3)]
    assert [one.seconds for one in refused] == [0, 0, 60]
    assert staffed.journal[-1] == ("attendant_refused", {"staff": None, "seconds": 60})
    assert ANOTHERS_CARD not in str(staffed.journal)


def test_with_a_new_pin_an_attendant_stays_one(staffed: Door) -> None:
    staffed.technicians.add("w01", "", OTHER)
    assert staffed.knock("w01", OTHER, role=Role.ATTENDANT).outcome is Outcome.ADMITTED


# -- the command --------------------------------------------------------------------------


def run(monkeypatch: pytest.MonkeyPatch, directory: Path, *words: str, typed: str = "") -> int:
    parser = argparse.ArgumentParser()

    def prepare(command: argparse.ArgumentParser) -> None:
        command.add_argument("--directory", type=Path, default=directory)

    options(parser, prepare, lambda chosen: Technicians(chosen.directory, now=lambda: datetime.now(UTC)))
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    chosen = parser.parse_args(words)
    status: int = chosen.command(chosen)
    return status


def test_technicians_are_added_listed_and_removed_by_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, tmp_path, "add", "t07", "--name", "Chen", typed=f"{PIN}\n") == 0
    assert run(monkeypatch, tmp_path, "list") == 0
    assert capsys.readouterr().out == "t07\tChen\ttechnician\tPIN\n"
    assert run(monkeypatch, tmp_path, "remove", "t07") == 0
    assert run(monkeypatch, tmp_path, "remove", "t07") == 1
    assert "no technician" in capsys.readouterr().err
    assert run(monkeypatch, tmp_path, "add", "t07", typed="123456\n") == 1
    assert "in order" in capsys.readouterr().err


def test_attendants_are_added_by_command_and_get_a_card(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, tmp_path, "add", "w01", "--name", "Wang", "--role", "attendant", typed=f"{PIN}\n") == 0
    assert run(monkeypatch, tmp_path, "card", "w01", typed=f"{CARD}\n") == 0
    assert run(monkeypatch, tmp_path, "list") == 0
    assert capsys.readouterr().out == "w01\tWang\tattendant\tPIN and card\n"
    staff = Technicians(tmp_path, now=lambda: datetime.now(UTC))
    assert staff.admit_attendant_by_card(CARD).outcome is Outcome.ADMITTED
    assert run(monkeypatch, tmp_path, "card", "w01", typed="\n") == 0
    assert staff.admit_attendant_by_card(CARD).outcome is Outcome.REFUSED
