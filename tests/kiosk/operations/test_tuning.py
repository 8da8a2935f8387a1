"""Settings that are changed at the machine: checked, on record, undone, and never in the way of a start."""

from __future__ import annotations

import logging
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from drivers.device import HealthLevel
from kiosk.operations import tuning as module
from kiosk.operations.records import Checked, Records, RecordsUnusable, SettingChanged
from kiosk.operations.tuning import Tunable, Tuning, TuningError
from kiosk.settings import TUNABLE, Settings, SettingsError, load_settings, load_tuned

HOUSE = Path(__file__).resolve().parents[3]
SHIPPED = HOUSE / "config" / "kiosk.toml"
NOW = datetime(2026, 11, 23, 3, 8, tzinfo=UTC)


class Bench:
    """The settings of a machine, and a technician who changes them."""

    def __init__(self, directory: Path, *words: str) -> None:
        self.directory = directory
        self.words = [f"storage.directory={directory}", *words]
        self.records = Records(directory)
        self.tuning = Tuning(
            directory,
            lambda tuned: load_settings(SHIPPED, self.words, tuned),
            self.records,
            profiles=["generic-80mm", "generic-58mm"],
            fixed=[word.partition("=")[0] for word in words],
        )

    def start(self) -> Settings:
        """The settings as the program finds them when it starts."""
        return load_settings(SHIPPED, self.words)

    def change(self, key: str, value: str) -> int:
        return self.tuning.change(key, value, who="t07", at=NOW).number

    def undo(self, number: int) -> int:
        return self.tuning.undo(number, who="t07", at=NOW).number

    def listed(self, key: str) -> Tunable:
        (one,) = (one for one in self.tuning.listing() if one.key == key)
        return one


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.records.close()


def test_a_change_takes_effect_at_the_next_start_and_is_on_record(bench: Bench) -> None:
    change = bench.tuning.change("visit.idle_seconds", " 90 ", who="t07", at=NOW)
    assert (change.old, change.new) == ("120", "90")
    assert "重新启动后生效" in change.sentence.zh
    assert bench.start().visit.idle_seconds == 90
    record = bench.records.get(change.number)
    assert record is not None
    assert record.entry == SettingChanged(at=NOW, who="t07", key="visit.idle_seconds", old="120", new="90")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("screen.language", "en"),
        ("screen.speech", "false"),
        ("sound.volume", "0"),
        ("sound.volume", "100"),
        ("visit.warning_seconds", "45.5"),
        ("gateway.read_seconds", "15"),
        ("devices.receipt_printer.profile", "generic-58mm"),
        ("devices.receipt_printer.url", "tcp://192.168.1.50:9100"),
        ("devices.id_reader.port", "/dev/serial/by-id/usb-FTDI_A50285BI-if00-port0"),
        ("devices.id_reader.port", "usb:0403:6001:A50285BI"),
        ("devices.code_scanner.port", "keyboard"),
        ("devices.camera.source", "0"),
        ("devices.ups.url", "nut://127.0.0.1:3493/ups"),
        ("devices.page_printer.url", "ipp://printer.local/ipp/print"),
    ],
)
def test_everything_that_may_be_changed_can_be_and_is_listed(bench: Bench, key: str, value: str) -> None:
    shipped = bench.listed(key)
    bench.change(key, value)
    assert bench.listed(key).value == value
    assert (shipped.changed, bench.listed(key).changed) == (False, True)
    assert {one.key for one in bench.tuning.listing()} == set(TUNABLE)


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("storage.directory", "/tmp", module.NOT_TUNABLE),
        ("station.id", "XM-HL-0002", module.NOT_TUNABLE),
        ("gateway.url", "http://elsewhere.example", module.NOT_TUNABLE),
        ("visit.idle_seconds", "120", module.SAME),
        ("visit.idle_seconds", "ever", module.NO_SECONDS.filled(most=600)),
        ("visit.idle_seconds", "inf", module.NO_SECONDS.filled(most=600)),
        ("visit.idle_seconds", "nan", module.NO_SECONDS.filled(most=600)),
        ("gateway.read_seconds", "61", module.NO_SECONDS.filled(most=60)),
        ("devices.receipt_printer.profile", "generic-90mm", module.NO_PROFILE),
        ("devices.id_reader.port", "ttyUSB0", module.NO_ADDRESS),
        ("devices.receipt_printer.url", "tcp://192.168.1.50", module.NO_ADDRESS),
        ("devices.receipt_printer.url", "tcp://192.168.1.50:port", module.NO_ADDRESS),
        ("devices.camera.source", "rtsp://admin:secret@10.0.0.9/1", module.FILE_ONLY),
        ("devices.camera.source", "rtsp://10.0.0.9/1?password=secret", module.FILE_ONLY),
        ("devices.camera.source", "/home/林晓舟/film.mp4", module.NOT_ASCII),
        ("devices.camera.source", "/home/13950010001", module.NOT_ASCII),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence_and_changes_nothing(
    bench: Bench, key: str, value: str, sentence: object
) -> None:
    before = bench.start()
    with pytest.raises(TuningError) as refused:
        bench.change(key, value)
    assert refused.value.sentence == sentence
    assert bench.start() == before
    assert bench.records.newest() == []


def test_what_the_settings_themselves_refuse_is_told_in_their_words(bench: Bench) -> None:
    with pytest.raises(TuningError, match="greater than or equal to 40"):
        bench.change("visit.idle_seconds", "30")


def test_a_change_is_undone_by_its_record_and_the_file_counts_again(bench: Bench) -> None:
    number = bench.change("visit.idle_seconds", "90")
    undone = bench.tuning.undo(number, who="t08", at=NOW)
    assert (undone.old, undone.new) == ("90", "120")
    assert load_tuned(bench.directory) == {}
    assert not bench.listed("visit.idle_seconds").changed
    record = bench.records.get(undone.number)
    assert record is not None
    assert isinstance(record.entry, SettingChanged)
    assert (record.entry.undoes, record.entry.who) == (number, "t08")
    bench.undo(undone.number)  # that was a mistake, too
    assert bench.start().visit.idle_seconds == 90


def test_an_earlier_change_is_not_undone_over_a_later_one(bench: Bench) -> None:
    first = bench.change("visit.idle_seconds", "90")
    second = bench.change("visit.idle_seconds", "80")
    with pytest.raises(TuningError) as refused:
        bench.undo(first)
    assert refused.value.sentence == module.CHANGED_SINCE
    bench.undo(second)
    bench.undo(first)
    assert bench.start().visit.idle_seconds == 120


def test_only_a_change_can_be_undone(bench: Bench) -> None:
    number = bench.records.add(Checked(at=NOW, device="camera", level=HealthLevel.INTERNAL))
    for wrong in (number, 99):
        with pytest.raises(TuningError) as refused:
            bench.undo(wrong)
        assert refused.value.sentence == module.NO_CHANGE


def test_what_the_command_line_fixes_cannot_be_changed(tmp_path: Path) -> None:
    bench = Bench(tmp_path, "visit.idle_seconds=60")
    with pytest.raises(TuningError) as refused:
        bench.change("visit.idle_seconds", "90")
    assert refused.value.sentence == module.FIXED
    assert "visit.idle_seconds" not in {one.key for one in bench.tuning.listing()}
    bench.records.close()


def test_an_address_with_a_password_is_neither_shown_nor_put_on_record(tmp_path: Path) -> None:
    shipped = tmp_path / "kiosk.toml"
    shipped.write_text(
        SHIPPED.read_text(encoding="utf-8") + '\n[devices.ups]\nurl = "nut://admin:secret@10.0.0.9/ups"\n'
    )
    bench = Bench(tmp_path)
    bench.tuning._load = lambda tuned: load_settings(shipped, bench.words, tuned)
    assert "secret" not in repr(bench.tuning.listing())
    with pytest.raises(TuningError) as refused:
        bench.change("devices.ups.url", "nut://127.0.0.1/ups")
    assert refused.value.sentence == module.FILE_ONLY
    bench.records.close()


def test_a_change_that_cannot_be_put_on_record_is_none(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: object) -> int:
        raise RecordsUnusable("the disk is full")

    monkeypatch.setattr(bench.records, "add", full)
    with pytest.raises(TuningError) as refused:
        bench.change("visit.idle_seconds", "90")
    assert refused.value.sentence == module.NOT_SAVED
    assert bench.start().visit.idle_seconds == 120


def test_the_command_line_wins_over_the_technician_who_wins_over_the_file(bench: Bench) -> None:
    bench.change("visit.idle_seconds", "90")
    assert load_settings(SHIPPED, [*bench.words, "visit.idle_seconds=70"]).visit.idle_seconds == 70


@pytest.mark.parametrize(
    "content",
    [
        b"[[[",
        b"\xff\xfe",
        b'"visit.idle_seconds" = "5"\n',  # a later version of the program may be stricter
        b'"storage.directory" = "/elsewhere"\n',
        b'"visit.idle_seconds" = 90\n',
        b'[visit]\nidle_seconds = "90"\n',
    ],
)
@pytest.mark.warns("what a technician changed is left out")
def test_a_file_that_cannot_be_used_does_not_keep_the_machine_from_starting(
    bench: Bench, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    (bench.directory / "settings.toml").write_bytes(content)
    with caplog.at_level(logging.ERROR):
        assert bench.start().visit.idle_seconds == 120
    assert "what a technician changed is left out" in caplog.text
    bench.change("visit.idle_seconds", "90")  # and it can be mended on the screen
    assert bench.start().visit.idle_seconds == 90


def test_a_file_of_the_operator_that_cannot_be_used_still_ends_the_start(bench: Bench) -> None:
    with pytest.raises(SettingsError, match="idle_seconds"):
        load_settings(SHIPPED, [*bench.words, "visit.idle_seconds=5"])


def test_only_the_owner_can_read_what_was_changed(bench: Bench) -> None:
    bench.change("screen.language", "en")
    assert stat.S_IMODE((bench.directory / "settings.toml").stat().st_mode) == 0o600


@given(value=st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=80))
@example(value='/dev/"quoted"\\path')
@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_saved_is_read_back_as_it_was(bench: Bench, value: str) -> None:
    try:
        bench.change("devices.camera.source", value)
    except TuningError:
        return
    assert bench.start().devices.camera.source == value.strip()
