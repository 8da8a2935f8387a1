"""Records are numbered, survive, and hold nobody."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from drivers.device import Fault, HealthLevel, HealthReport, NextAction
from kiosk.operations import records as module
from kiosk.operations.records import Checked, Entry, Records, RecordsUnusable, Replenished, SettingChanged, Swapped

NOW = datetime(2026, 11, 23, 3, 8, tzinfo=UTC)


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    records = Records(tmp_path)
    yield records
    records.close()


def checked(**changes: Any) -> Checked:
    return Checked.model_validate({"at": NOW, "device": "receipt_printer", "level": "internal", **changes})


def test_every_kind_of_entry_comes_back_as_it_went_in(records: Records) -> None:
    entries: list[Entry] = [
        checked(
            who="t07", level="interactive", question="receipt_printer.readable", answer="works", facts={"dots": 576}
        ),
        Replenished(at=NOW, who="t07", device="receipt_printer", supply="paper"),
        Swapped(at=NOW, who="t07", device="id_reader", old_serial="05.03-1", new_serial="05.03-2"),
        SettingChanged(at=NOW, who="t07", key="visit.idle_seconds", old="120.0", new="90.0"),
    ]
    numbers = [records.add(entry) for entry in entries]
    assert [record.entry for record in records.newest()] == entries[::-1]
    found = records.get(numbers[1])
    assert found is not None
    assert found.entry == entries[1]
    assert records.get(99) is None


def test_the_number_and_not_the_clock_tells_the_order(records: Records) -> None:
    records.add(checked(faults=("receipt_printer.jam",)))
    records.add(checked(at=NOW - timedelta(days=9000)))  # the board's battery was empty
    (latest,) = records.latest_checks()
    assert (latest.number, latest.entry.passed) == (2, True)
    assert [record.number for record in records.newest()] == [2, 1]


def test_the_latest_of_each_device_and_level_is_found(records: Records) -> None:
    for device in ("receipt_printer", "id_reader"):
        for level in HealthLevel:
            records.add(checked(device=device, level=level, facts={"turn": 1}))
            records.add(checked(device=device, level=level, facts={"turn": 2}))
    latest = records.latest_checks()
    assert len(latest) == 6
    assert {record.entry.facts["turn"] for record in latest} == {2}


@pytest.mark.parametrize(
    ("changes", "passed"),
    [
        ({}, True),
        ({"faults": ("receipt_printer.jam",)}, False),
        ({"question": "receipt_printer.readable", "answer": "works"}, True),
        ({"question": "receipt_printer.readable", "answer": "broken"}, False),
        ({"question": "receipt_printer.readable"}, False),  # asked, and nobody said so
    ],
)
def test_a_test_is_passed_when_nothing_was_found_and_a_person_agreed(changes: dict[str, Any], passed: bool) -> None:
    assert checked(**changes).passed is passed


def test_a_report_becomes_an_entry_without_what_could_be_personal() -> None:
    report = HealthReport(
        HealthLevel.EXTERNAL,
        (Fault("id_reader.silent", NextAction.TECHNICIAN, "林晓舟 350203199001010010"),),
        {"milliseconds": 12, "holder": "林晓舟", "number": 350203199001010010},
        "id_reader.light",
    )
    entry = Checked.of("id_reader", report, at=NOW, who="t07", answer="broken")
    assert (entry.level, entry.faults, entry.question, entry.answer) == (
        HealthLevel.EXTERNAL,
        ("id_reader.silent",),
        "id_reader.light",
        "broken",
    )
    assert entry.facts == {"milliseconds": 12}
    assert "350203" not in entry.model_dump_json()


@pytest.mark.parametrize(
    "changes",
    [
        {"who": "林晓舟"},
        {"who": "13950010001"},
        {"device": "Lin Xiaozhou"},
        {"faults": ("林晓舟",)},
        {"facts": {"holder": "林晓舟"}},
        {"facts": {"phone": 13950010001}},
        {"question": "Who is 林晓舟?"},
        {"note": "anything"},
    ],
)
def test_no_person_fits_into_an_entry(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        checked(**changes)


def test_records_and_their_numbers_survive_a_restart(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        with closing(Records(tmp_path)) as records:
            assert records.add(checked()) == number


def test_no_number_is_given_twice_even_when_old_tests_are_forgotten(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CHECKS_KEPT", 3)
    once = records.add(checked(device="camera"))
    change = records.add(SettingChanged(at=NOW, key="screen.language", old="zh", new="en"))
    numbers = [records.add(checked()) for _ in range(6)]
    kept = [record.number for record in records.newest()]
    assert kept == [*reversed(numbers[-3:]), change, once]  # the only test of the camera is its last, too
    assert records.add(checked()) == numbers[-1] + 1


def test_records_of_one_device_are_found(records: Records) -> None:
    records.add(checked(device="camera"))
    records.add(Replenished(at=NOW, device="receipt_printer", supply="paper"))
    (found,) = records.newest(device="receipt_printer")
    assert isinstance(found.entry, Replenished)


def test_many_threads_get_numbers_of_their_own(records: Records) -> None:
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda _: records.add(checked()), range(40)))
    assert sorted(numbers) == list(range(1, 41))


def test_only_the_owner_can_read_the_file(records: Records, tmp_path: Path) -> None:
    records.add(checked())
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("records.sqlite3*")} == {0o600}


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "records.sqlite3").write_bytes(b"nonsense" * 200)
    with pytest.raises(RecordsUnusable, match=r"records\.sqlite3 cannot be opened"):
        Records(tmp_path)


def test_a_file_of_another_version_is_told(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "records.sqlite3")) as database:
        database.execute("PRAGMA user_version = 9")
    with pytest.raises(RecordsUnusable, match="its format is 9"):
        Records(tmp_path)


@pytest.mark.warns("record 1 cannot be read")
def test_one_record_that_cannot_be_read_does_not_hide_the_others(
    records: Records, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    records.add(checked())
    records.add(checked())
    with closing(sqlite3.connect(tmp_path / "records.sqlite3")) as database:
        database.execute("UPDATE record SET entry = '林晓舟' WHERE number = 1")
        database.commit()
    assert [record.number for record in records.newest()] == [2]
    assert "record 1 cannot be read" in caplog.text
    assert "林晓舟" not in caplog.text
