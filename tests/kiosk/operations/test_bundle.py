"""The support bundle tells a machine's state, and nothing of anybody."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from backoffice.service import create_app
from backoffice.store import Store
from drivers.device import (
    DeviceState,
    DeviceStatus,
    Fact,
    Fault,
    HealthLevel,
    HealthReport,
    Identity,
    Level,
    NextAction,
)
from drivers.recording import Masks, Recording, Tap
from kiosk.catalogue.catalogue import load_catalogue
from kiosk.gateway.client import GatewayClient
from kiosk.gateway.outbox import Outbox
from kiosk.operations import bundle as module
from kiosk.operations.bundle import BundleError, Sources, address_shown, make, media, name_for, save, send
from kiosk.operations.faults import load_faults, load_questions
from kiosk.operations.journal import Journal
from kiosk.operations.log_ring import LogRing
from kiosk.operations.readiness import Readiness, assess
from kiosk.operations.records import Checked, Records, SettingChanged, Swapped
from kiosk.operations.vocabulary import Vocabulary
from kiosk.settings import Settings, load_settings
from tests.backoffice.running import Running
from tests.backoffice.samples import application
from tests.kiosk.operations.stand_in import StandIn

HOUSE = Path(__file__).resolve().parents[3]
FAULTS = load_faults(HOUSE / "config" / "faults")
QUESTIONS = load_questions(HOUSE / "config" / "questions")
ITEMS = load_catalogue(HOUSE / "config")
WORDS = Vocabulary.of(FAULTS, QUESTIONS, ITEMS)
NOW = datetime(2026, 11, 23, 3, 8, tzinfo=UTC)

NAME, LATIN, PINYIN = "林晓舟", "LIN XIAOZHOU", "linxiaozhou"
NUMBER, PHONE, ADDRESS, BORN = "350203199001010010", "13950010001", "厦门市思明区虚构路 7 号", "1990-01-01"
SECRET = "hunter2-secret"
PERSONAL = (NAME, LATIN, "XIAOZHOU", PINYIN, NUMBER, PHONE, ADDRESS, "虚构路", BORN, "19900101", SECRET)
EVERYTHING = " ".join(PERSONAL)


def found(content: bytes) -> list[str]:
    """What of anybody stands in the zip file: in its members, their names and comments, in any encoding."""
    told = [content]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        told.append(archive.comment)
        for info in archive.infolist():
            told += [archive.read(info), info.filename.encode(), info.comment, info.extra]
    # JSON might have escaped it.
    told += [json.dumps(one.decode("utf-8", errors="replace")).encode() for one in list(told)]
    return [datum for datum in PERSONAL if any(form in one.lower() for form in spelt(datum) for one in told)]


def spelt(datum: str) -> list[bytes]:
    """Every way in which bytes may say it, in small letters."""
    encoded = [datum.encode(code) for code in ("utf-8", "gb18030", "utf-16-le", "utf-16-be")]
    escaped = json.dumps(datum).strip('"').encode()
    return [form.lower() for form in (*encoded, escaped, *(one.hex().encode() for one in encoded))]


def members(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


def jsonl(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def settings(directory: Path, *words: str) -> Settings:
    return load_settings(HOUSE / "config" / "kiosk.toml", [f"storage.directory={directory}", *words])


def readiness(*devices: StandIn, settings: Settings, checks: Any = ()) -> Readiness:
    return assess(
        at=NOW,
        station=settings.station,
        software="0.1.0",
        devices={device.name: device for device in devices},
        items=ITEMS,
        stopped_by=None,
        words=FAULTS,
        checks=checks,
        waiting=2,
    )


@pytest.fixture
def ring() -> Iterator[LogRing]:
    ring = LogRing()
    ring.vocabulary = WORDS
    logging.getLogger().addHandler(ring)
    yield ring
    logging.getLogger().removeHandler(ring)


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    records = Records(tmp_path)
    yield records
    records.close()


def fail() -> None:
    """End with an exception, and another one as its cause, that talk of somebody."""
    try:
        Path(f"/home/{PINYIN}/{EVERYTHING}").read_text()
    except OSError as cause:
        raise OSError(5, EVERYTHING, f"/home/{PINYIN}") from cause


class Everywhere:
    """A machine with a person in every place that could hold one."""

    def __init__(self, directory: Path, ring: LogRing, records: Records) -> None:
        self.settings = settings(
            directory / PINYIN,
            f"station.name_zh={NAME}",
            f"station.name_en={LATIN}",
            f"station.hotline={PHONE}",
            f"devices.id_reader.library=/home/{PINYIN}/lib.so",
            f"devices.camera.source=rtsp://{PINYIN}:{SECRET}@10.0.0.9:554/user={PINYIN}_password={SECRET}",
            f"devices.document_camera.source=/home/{NAME}/desk",
            f"devices.ups.url=nut://admin:{SECRET}@10.0.0.8/{PINYIN}",
            f"devices.receipt_printer.url=tcp://10.0.0.7:9100?{SECRET}",
            f"devices.receipt_printer.profile={NAME}",
            f"devices.page_printer.url=ipp://{SECRET}@printer/{PINYIN}",
            f"gateway.url=https://{PINYIN}:{SECRET}@office.example/{PINYIN}",
        )
        self._write_journal(directory / "journal.jsonl")
        self._log()
        self._keep(records)
        self._outbox(directory)
        details: dict[str, Fact] = {
            "holder": EVERYTHING,
            NAME: 1,
            "charset": NAME,
            "width": int(NUMBER),
            "state": PINYIN,
            "dots": int(PHONE),
        }
        device = StandIn(
            "id_reader",
            DeviceStatus(
                DeviceState.ATTENTION,
                (
                    Fault("id_reader.silent", NextAction.TECHNICIAN, EVERYTHING),
                    Fault(f"id_reader.{PINYIN}", NextAction.TECHNICIAN, NAME),
                ),
                {PINYIN: Level.OUT},
                details,
            ),
            counters={PINYIN: 1, "cards_read": int(NUMBER) % 100},
            identity=Identity(f"tcp://{PINYIN}:{SECRET}@10.0.0.6/{NAME}", NAME, NUMBER, f"born {BORN} {PHONE}"),
        )
        stranger = StandIn(PINYIN, DeviceStatus(DeviceState.READY, details={"x": EVERYTHING}))
        self.sources = Sources(
            readiness=readiness(device, stranger, settings=self.settings, checks=records.latest_checks()),
            settings=self.settings,
            vocabulary=WORDS,
            journal=directory / "journal.jsonl",
            log=ring.lines(),
            records=records.newest(),
            wires={"id_reader": self._wire(), PINYIN: self._wire(), "camera": self._unmasked()},
        )

    def _write_journal(self, path: Path) -> None:
        journal = Journal(path, lambda: NOW)
        journal.record("visit_begun", {"item": "JT-02", "revision": 1})
        journal.record("card_read", {"name": EVERYTHING})  # not allowed: the journal itself replaces it
        # Allowed by name, and abused.
        journal.record(
            "card_read", {"item": NAME, "step": LATIN, "state": PINYIN, "level": int(NUMBER), "code": NUMBER}
        )
        journal.record(NAME, {"fault": f"id_reader.silent {PHONE}"})
        journal.record("application_accepted", {"reference_number": f"JT02-{NUMBER}", "ticket": PINYIN, "seconds": 3.5})
        journal.close()
        with path.open("a", encoding="utf-8") as file:
            file.write(EVERYTHING + "\n")
            file.write(json.dumps({"at": EVERYTHING, "event": EVERYTHING}) + "\n")
            file.write(json.dumps({"at": NOW.isoformat(), "event": "x", "item": {NAME: [NUMBER]}, NAME: NAME}) + "\n")
        with path.open("ab") as raw:
            raw.write(NAME.encode("gb18030") + b"\n" + NAME.encode("utf-16") + b"\n")

    def _log(self) -> None:
        log = logging.getLogger("tests.bundle")
        log.warning("a line about %s, %s, %s, %d", NAME, LATIN, PINYIN, int(NUMBER))
        log.warning(f"a line about {EVERYTHING}")
        log.warning("%s", {"holder": EVERYTHING})
        log.warning(EVERYTHING)
        try:
            fail()
        except OSError:
            log.exception("it failed")

    def _keep(self, records: Records) -> None:
        report = HealthReport(
            HealthLevel.INTERNAL,
            (Fault("id_reader.silent", NextAction.TECHNICIAN, EVERYTHING),),
            {"holder": PINYIN, "charset": PINYIN, "name": NAME, "celsius": 51, "number": int(PHONE)},
        )
        records.add(Checked.of("id_reader", report, at=NOW, who=PINYIN))
        records.add(Checked(at=NOW, device=PINYIN, level=HealthLevel.INTERNAL, question=f"{PINYIN}.{PINYIN}"))
        records.add(Swapped(at=NOW, who=PINYIN, device="id_reader", old_serial="05.03-1", new_serial="05.03-2"))
        records.add(
            SettingChanged(
                at=NOW, key="devices.camera.source", old=f"http://a:{SECRET}@10.0.0.9/", new=f"/home/{PINYIN}"
            )
        )
        records.add(SettingChanged(at=NOW, key=f"{PINYIN}.{PINYIN}", old=PINYIN, new=BORN))
        records.add(SettingChanged(at=NOW, key="visit.idle_seconds", old="120", new=BORN))

    def _outbox(self, directory: Path) -> None:
        outbox = Outbox(directory)
        outbox.put(application(uuid4()))
        outbox.close()

    def _wire(self) -> bytes:
        file = io.StringIO()
        recording = Recording(file, "id_reader", masked=True)
        tap = Tap(Masks(), clock=lambda: 0.0)  # hides everything
        tap.listeners = (recording.see,)
        tap.tell("call", note="read_card")
        tap.tell("in", NAME.encode("gb18030") + NUMBER.encode())
        tap.tell("back", note=f"read_card: id_reader.silent {EVERYTHING}")
        file.write(json.dumps({"t": 1, "what": EVERYTHING, "note": EVERYTHING}) + "\n" + EVERYTHING + "\n")
        file.write(json.dumps({"t": NAME, "what": "in", "data": NAME}) + "\n")
        return file.getvalue().encode()

    def _unmasked(self) -> bytes:
        file = io.StringIO()
        recording = Recording(file, "camera", masked=False)
        class_line = file.getvalue()
        assert '"masked": false' in class_line
        del recording
        return (class_line + json.dumps({"t": 1, "what": "in", "data": NUMBER.encode().hex()}) + "\n").encode()


@pytest.mark.warns("^tests.bundle: ", "the journal does not know the fact 'name'")
def test_nobody_who_was_planted_anywhere_is_in_the_bundle(tmp_path: Path, ring: LogRing, records: Records) -> None:
    everywhere = Everywhere(tmp_path, ring, records)
    # The planting is real: what goes in is full of people.
    planted = (tmp_path / "journal.jsonl").read_bytes() + repr(everywhere.sources.readiness).encode()
    planted += everywhere.settings.model_dump_json().encode() + repr(everywhere.sources.wires).encode()
    assert all(datum.encode() in planted for datum in PERSONAL if datum != "19900101")
    content = make(everywhere.sources, NOW)
    assert found(content) == []


def test_the_search_itself_finds_what_is_there() -> None:
    for datum in PERSONAL:
        for code in ("utf-8", "gb18030", "utf-16-le"):
            file = io.BytesIO()
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("x", b"pad" * 100 + datum.encode(code))
            assert datum in found(file.getvalue())
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(f"{PINYIN}.txt", json.dumps({"name": NAME}))
    assert {NAME, PINYIN} <= set(found(file.getvalue()))


@pytest.mark.warns("^tests.bundle: ", "the journal does not know the fact 'name'")
def test_what_developers_need_is_in_the_bundle(tmp_path: Path, ring: LogRing, records: Records) -> None:
    told = members(make(Everywhere(tmp_path, ring, records).sources, NOW))
    assert sorted(told) == [
        "about.txt",
        "journal.jsonl",
        "log.jsonl",
        "readiness.json",
        "readiness.txt",
        "records.jsonl",
        "settings.json",
        "software.json",
        "wires/camera.jsonl",
        "wires/id_reader.jsonl",
    ]
    ready = json.loads(told["readiness.json"])
    assert (ready["station"], ready["software"], ready["waiting"]) == ("XM-HL-0001", "0.1.0", 2)
    (reader,) = (part for part in ready["parts"] if part["name"] == "id_reader")
    assert reader["faults"][0]["code"] == "id_reader.silent"
    assert reader["identity"]["address"] == "tcp://10.0.0.6"
    assert reader["counters"] == {"cards_read": 10}
    assert FAULTS["id_reader.silent"].happened.zh in told["readiness.txt"]

    journal = jsonl(told["journal.jsonl"])
    assert journal[0] == {"at": "2026-11-23T03:08:00.000+00:00", "event": "visit_begun", "item": "JT-02", "revision": 1}
    assert journal[3]["fault"] == "id_reader.silent …"
    assert journal[4] == {"at": journal[0]["at"], "event": "application_accepted", "seconds": 3.5}

    log = [line for line in jsonl(told["log.jsonl"]) if line["logger"] == "tests.bundle"]
    assert log[0]["sentence"] == "a line about %s, %s, %s, %d"
    assert log[-1]["sentence"] == "it failed"
    assert [error.split(" ")[0] for error in log[-1]["exception"]] == ["FileNotFoundError", "OSError"]

    checked = next(line for line in jsonl(told["records.jsonl"]) if line["number"] == 1)
    assert (checked["faults"], checked["facts"]) == (["id_reader.silent"], {"charset": "…", "celsius": 51})
    swapped = next(line for line in jsonl(told["records.jsonl"]) if line["number"] == 3)
    assert swapped["new_serial"] == "05.03-2"

    changed = next(line for line in jsonl(told["records.jsonl"]) if line.get("key") == "visit.idle_seconds")
    assert (changed["old"], changed["new"]) == ("120", "…")

    shown = json.loads(told["settings.json"])
    assert shown["gateway.url"] == "https://office.example"
    assert shown["devices.camera.source"] == "rtsp://10.0.0.9:554"
    assert shown["devices.document_camera.source"] == "file"
    assert shown["devices.receipt_printer.profile"] == "…"
    assert shown["visit.idle_seconds"] == 120
    assert "fastapi" in json.loads(told["software.json"])["packages"]

    wire = jsonl(told["wires/id_reader.jsonl"])
    assert wire[1] == {"t": 0.0, "what": "call", "note": "read_card"}
    assert wire[2]["data"] == "00" * len(NAME.encode("gb18030") + NUMBER.encode())
    assert wire[3]["note"].startswith("read_card: id_reader.silent … ")
    assert told["wires/camera.jsonl"] == ""  # it was not masked


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("", ""),
        ("0", "0"),
        ("keyboard", "keyboard"),
        ("/dev/serial/by-id/usb-FTDI_A50285BI-if00", "/dev/serial/by-id/usb-FTDI_A50285BI-if00"),
        ("usb:0403:6001:13950010001", "usb:0403:6001"),
        ("tcp://192.168.1.50:9100", "tcp://192.168.1.50:9100"),
        ("socket://127.0.0.1:9301", "socket://127.0.0.1:9301"),
        ("nut://admin:secret@10.0.0.8:3493/ups", "nut://10.0.0.8:3493"),
        ("ipp://printer.local:631/ipp/print", "ipp://printer.local:631"),
        ("http://[::1/", "…"),
        ("tcp://host:port", "…"),
        ("/home/linxiaozhou/film.mp4", "file"),
        ("film.mp4", "file"),
        ("/dev/13950010001", "file"),
        ("13950010001", "file"),
        (f"tcp://{PHONE}/", "file"),
    ],
)
def test_an_address_is_shown_without_user_password_and_path(address: str, shown: str) -> None:
    assert address_shown(address) == shown


def harmless_sources(tmp_path: Path, **changes: Any) -> Sources:
    chosen = settings(tmp_path)
    sources = Sources(readiness(settings=chosen), chosen, WORDS, tmp_path / "journal.jsonl")
    return replace(sources, **changes)


def test_a_bundle_of_a_machine_without_journal_is_a_bundle(tmp_path: Path) -> None:
    assert members(make(harmless_sources(tmp_path), NOW))["journal.jsonl"] == ""


def test_a_clock_that_begins_in_1970_makes_a_bundle_all_the_same(tmp_path: Path) -> None:
    assert "readiness.json" in members(make(harmless_sources(tmp_path), datetime(1970, 1, 1, tzinfo=UTC)))


def test_only_the_end_of_a_long_journal_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "JOURNAL_BYTES", 4000)
    with (tmp_path / "journal.jsonl").open("w") as file:
        for number in range(1000):
            file.write(json.dumps({"at": NOW.isoformat(), "event": "rated", "number": number}) + "\n")
    kept = [line["number"] for line in jsonl(members(make(harmless_sources(tmp_path), NOW))["journal.jsonl"])]
    assert kept == list(range(kept[0], 1000))
    assert 40 < len(kept) < 100


def test_a_bundle_that_would_be_too_large_leaves_out_the_wires(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    head = json.dumps({"recording": 1, "device_class": "camera", "masked": True})
    noise = "".join(f"{number * 2654435761 % 2**32:08x}" for number in range(20_000))
    wires = {"camera": f"{head}\n{json.dumps({'t': 1, 'what': 'in', 'data': noise})}\n".encode()}
    sources = harmless_sources(tmp_path, wires=wires)
    assert "wires/camera.jsonl" in members(make(sources, NOW))
    monkeypatch.setattr(module, "MOST_BUNDLE_BYTES", 40_000)
    assert "wires/camera.jsonl" not in members(make(sources, NOW))


# -- where it goes ----------------------------------------------------------------------


def test_a_file_is_named_after_the_station_and_the_moment() -> None:
    assert name_for("XM-HL-0001", NOW) == "XM-HL-0001-20261123-030800.zip"


def test_media_are_found_where_they_are_mounted_the_newest_first(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(
        "/dev/sda1 / ext4 rw 0 0\n/dev/sdb1 /media/kiosk/USB\\040STICK vfat rw 0 0\n"
        "tmpfs /media tmpfs rw 0 0\n/dev/sdc1 /run/media/kiosk/B exfat ro 0 0\n"
    )
    assert media(mounts) == (Path("/run/media/kiosk/B"), Path("/media/kiosk/USB STICK"))
    assert media(tmp_path / "none") == ()


def test_a_bundle_is_saved_whole_under_its_name(tmp_path: Path) -> None:
    sentence = save(b"PK", "a.zip", [tmp_path])
    assert "a.zip" in sentence.zh
    assert (tmp_path / "a.zip").read_bytes() == b"PK"
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


def test_without_a_medium_a_sentence_asks_for_one() -> None:
    with pytest.raises(BundleError) as failed:
        save(b"PK", "a.zip", [])
    assert failed.value.sentence == module.NO_MEDIUM


def test_a_medium_that_was_pulled_out_is_told(tmp_path: Path) -> None:
    with pytest.raises(BundleError) as failed:
        save(b"PK", "a.zip", [tmp_path / "gone"])
    assert failed.value.sentence == module.LOST


@pytest.fixture
def stick(tmp_path: Path) -> Iterator[Path]:
    """A real medium of 64 KiB, where this may be mounted."""
    folder = tmp_path / "media" / "STICK"
    folder.mkdir(parents=True)
    words = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("nothing can be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_real_medium_is_found_and_takes_a_bundle(stick: Path) -> None:
    places = media(roots=[str(stick.parent)])
    assert places == (stick,)
    save(bytes(4096), "a.zip", places)
    assert (stick / "a.zip").stat().st_size == 4096


def test_a_real_medium_that_is_full_is_told_and_keeps_nothing_of_it(stick: Path) -> None:
    with pytest.raises(BundleError) as failed:
        save(bytes(128 * 1024), "a.zip", [stick])
    assert failed.value.sentence == module.FULL
    assert list(stick.iterdir()) == []


def test_a_real_medium_that_is_write_protected_is_told(stick: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(stick)], check=True)
    with pytest.raises(BundleError) as failed:
        save(b"PK", "a.zip", [stick])
    assert failed.value.sentence == module.READ_ONLY


def test_a_bundle_is_handed_in_and_its_number_told(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/office.sqlite3")
    content = make(harmless_sources(tmp_path), NOW)
    with Running(create_app(store)) as office:
        client = GatewayClient(office.url)
        assert "编号 1" in send(content, "XM-HL-0001", NOW, client).zh
        assert send(content, "XM-HL-0001", NOW, client).zh.endswith("编号 1。")
    assert store.bundle(1) == content
    store.close()


def test_without_a_line_a_sentence_names_the_other_way() -> None:
    with pytest.raises(BundleError) as failed:
        send(b"PK", "XM-HL-0001", NOW, GatewayClient("http://127.0.0.1:1"))
    assert failed.value.sentence == module.NO_LINE
