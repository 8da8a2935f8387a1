"""The commands as a newcomer types them, each in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from assembly import ADDRESSES
from backoffice.store import Store
from drivers.simulation import Control, Partner
from tests.people import LIN

HOUSE = Path(__file__).resolve().parents[1]
MAIN = [sys.executable, str(HOUSE / "main.py")]
STEPS = [
    "guide",
    "card",
    "person",
    "consent",
    "face",
    "file",
    "category",
    "certificate",
    "licence",
    "contact",
    "scan",
    "review",
    "sign",
    "submit",
    "receipt",
    "rate",
]


def main(*words: str, seconds: float = 300) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*MAIN, *words], cwd=HOUSE, capture_output=True, text=True, timeout=seconds, check=False)


def walked(out: Path, *words: str) -> dict[str, Any]:
    """Walk, and read what was left behind; whatever went wrong is shown."""
    done = main("walk", "JT-02", "--out", str(out), *words)
    assert "Traceback" not in done.stderr, done.stderr
    result: dict[str, Any] = json.loads((out / "result.json").read_text(encoding="utf-8"))
    result["status"] = done.returncode
    result["said"] = done.stdout + done.stderr
    return result


def scanned(out: Path) -> list[str]:
    with Image.open(out / "receipt.png") as picture:
        return [code.text for code in zxingcpp.read_barcodes(np.asarray(picture.convert("L")))]


# -- the walk ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    out = tmp_path_factory.mktemp("walk")
    return out, walked(out)


def test_the_walk_ends_submitted_with_everything_it_promises(walk: tuple[Path, dict[str, Any]]) -> None:
    _, result = walk
    assert (result["status"], result["outcome"]) == (0, "submitted"), result["said"]
    assert result["item"] == "JT-02"
    assert [step["step"] for step in result["steps"]] == STEPS
    assert all(step["seconds"] >= 0 for step in result["steps"])
    assert result["card_read_seconds"] > 0.1
    face = result["face"]
    assert face["outcome"] == "accepted"
    assert face["distance"] <= face["threshold"] == 0.40
    assert face["frames"] == 5
    (at_the_face,) = (step["seconds"] for step in result["steps"] if step["step"] == "face")
    assert 0 < face["seconds"] <= at_the_face
    assert result["receipt"]["outcome"] == "printed"


def test_the_receipt_scans_to_the_reference_number_and_its_bytes_are_those_of_the_wire(
    walk: tuple[Path, dict[str, Any]],
) -> None:
    out, result = walk
    assert scanned(out) == [result["reference_number"]]
    wire = (out / "receipt.bin").read_bytes()
    assert len(wire) == result["receipt"]["bytes"]
    assert result["reference_number"].encode() in wire


def test_there_is_a_picture_of_every_step(walk: tuple[Path, dict[str, Any]]) -> None:
    out, _ = walk
    pictures = sorted(path.name for path in (out / "screens").glob("*.png"))
    assert pictures[0] == "01-home.png"
    for step in [*(step for step in STEPS if step != "file"), "done"]:  # what only fills in is seen by nobody
        assert any(f"-{step}" in name for name in pictures), step
    for name in pictures:
        with Image.open(out / "screens" / name) as picture:
            assert picture.size == (1080, 1920)


def test_the_journal_holds_no_personal_datum(walk: tuple[Path, dict[str, Any]]) -> None:
    out, result = walk
    journal = (out / "journal.jsonl").read_text(encoding="utf-8")
    assert [json.loads(line)["event"] for line in journal.splitlines()].count("visit_ended") == 1
    for personal in (LIN.name, LIN.number, LIN.address, "13950010001", "350200123456"):
        assert personal not in journal
        assert personal not in result["said"]


def assert_proven(out: Path, result: dict[str, Any], way: str, page: str) -> None:
    """That it was this way, without a face, that showed who the citizen is."""
    assert result["face"]["outcome"] is None
    steps = [step["step"] for step in result["steps"]]
    assert page in steps
    assert not {"consent", "face"} & set(steps)
    journal = [json.loads(line) for line in (out / "journal.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["way"] for line in journal if line["event"] == "person_proven"] == [way]


@pytest.mark.campaign  # daily: by the phone's code in test_walk_by_ear.py, by an attendant from a wheelchair
@pytest.mark.parametrize(
    ("way", "page", "language"),
    [("phone_code", "code", "en"), ("staff", "staff", "zh"), ("app_code", "app_code", "zh"), ("video", "video", "en")],
)
def test_every_way_without_a_face_ends_well_too(tmp_path: Path, way: str, page: str, language: str) -> None:
    result = walked(tmp_path, "--way", way, "--language", language)
    assert (result["status"], result["outcome"]) == (0, "submitted"), result["said"]
    assert_proven(tmp_path, result, way, page)


def test_from_a_wheelchair_everything_is_reached_from_touch_to_paper(tmp_path: Path) -> None:
    result = walked(tmp_path, "--by", "seated", "--way", "staff", "--language", "en")
    assert (result["status"], result["outcome"]) == (0, "submitted"), result["said"]
    assert_proven(tmp_path, result, "staff", "staff")
    assert scanned(tmp_path) == [result["reference_number"]]


@pytest.mark.campaign
def test_an_item_of_each_kind_and_of_each_way_in_ends_well_on_the_screen(tmp_path: Path) -> None:
    """JT-02, which is applied for with card and face, has tests of its own."""
    codes = {
        "GA-JJ-03": "done",  # pay: nobody is asked who it is, the code of a decision is scanned
        "GA-HZ-01": "done",  # print: without a card, by name and number
        "GA-JZ-01": "done",  # card: one is rewritten
        "HG-03": "done",  # query: for a company
        "MZ-01": "done",  # appoint: a card is enough
        "ZH-02": "done",  # a service, walked like an item
    }
    done = main("walk", *codes, "--way", "app_code", "--out", str(tmp_path), seconds=300)
    told = {
        code: json.loads((tmp_path / code / "result.json").read_text(encoding="utf-8"))["outcome"] for code in codes
    }
    assert (done.returncode, told) == (0, codes), done.stdout + done.stderr


@pytest.mark.campaign  # in short: tests/kiosk/gateway
def test_with_nobody_at_the_other_end_the_walk_ends_saved(tmp_path: Path) -> None:
    result = walked(tmp_path, "--set", "gateway.url=http://127.0.0.1:9", "--set", "gateway.submit_seconds=2")
    assert (result["status"], result["outcome"]) == (0, "saved"), result["said"]
    assert result["reference_number"] is None
    assert scanned(tmp_path) == [result["ticket"]]


@pytest.mark.campaign  # in short: tests/kiosk/identity/test_at_the_machine.py
def test_somebody_else_s_face_ends_the_walk_without_a_number(tmp_path: Path) -> None:
    result = walked(tmp_path, "--face", "grace_hopper")
    assert (result["status"], result["outcome"]) == (1, "face.refused"), result["said"]
    assert result["reference_number"] is None
    assert not (tmp_path / "receipt.bin").exists()


# -- the same walk, its partners replaced ---------------------------------------------


class Elsewhere:
    """Partners that run somewhere else, and the citizen who stands before them."""

    def __init__(self, stack: ExitStack, directory: Path, kinds: tuple[str, ...]) -> None:
        self.words: list[str] = []
        self._controls: dict[str, Control] = {}
        self._ended = threading.Event()
        self.database = f"sqlite:///{directory / 'elsewhere.sqlite3'}"
        for kind in kinds:
            if kind == "gateway":
                serve = ["backoffice", "serve", "--listen", "127.0.0.1:0", "--database", self.database]
                partner = self._start(stack, serve)
                self.words += ["--set", f"gateway.url={partner.address}"]
                continue
            how = {"id_reader_pty": ["--listen", "pty"], "page_printer": ["--with", "color=true"]}.get(kind, [])
            name = kind.removesuffix("_pty")
            partner = self._start(stack, ["simulate", name, *how])
            address = partner.address.replace("tcp://", "socket://") if name == "id_reader" else partner.address
            self.words += ["--set", f"devices.{name}.{ADDRESSES[name]}={address}"]
            self._controls[name] = Control(str(partner.ready["control"]), 20)
            stack.callback(self._controls[name].close)

    @staticmethod
    def _start(stack: ExitStack, words: list[str]) -> Partner:
        partner = Partner([*MAIN, *words])
        stack.callback(partner.stop)
        return partner

    def watch(self, screens: Path) -> None:
        """Look at the screen's pictures, and do what they ask for."""
        seen: set[str] = set()
        while not self._ended.wait(0.1):
            for path in sorted(screens.glob("*.png")):
                if path.name in seen:
                    continue
                seen.add(path.name)
                _, _, page = path.stem.partition("-")
                if page == "card" and "id_reader" in self._controls:
                    self._controls["id_reader"].do("place", person="lin")
                elif page.startswith("face-") and "camera" in self._controls:
                    time.sleep(0.4)
                    self._controls["camera"].do("act", action=page.removeprefix("face-").replace("-", "_"))

    def end(self) -> None:
        self._ended.set()


@pytest.fixture
def walk_elsewhere(tmp_path: Path) -> Iterator[Any]:
    with ExitStack() as stack:

        def walk(*kinds: str) -> tuple[dict[str, Any], Elsewhere]:
            elsewhere = Elsewhere(stack, tmp_path, kinds)
            out = tmp_path / "out"
            person = threading.Thread(target=elsewhere.watch, args=(out / "screens",))
            person.start()
            try:
                return walked(out, *elsewhere.words), elsewhere
            finally:
                elsewhere.end()
                person.join()

        yield walk


@pytest.mark.campaign
def test_the_walk_ends_well_with_every_partner_somewhere_else(walk_elsewhere: Any, tmp_path: Path) -> None:
    result, elsewhere = walk_elsewhere("id_reader", "receipt_printer", "camera", "gateway")
    assert (result["status"], result["outcome"]) == (0, "submitted"), result["said"]
    assert scanned(tmp_path / "out") == [result["reference_number"]]
    store = Store(elsewhere.database)
    assert [row.reference_number for row in store.listing()] == [result["reference_number"]]
    store.close()


@pytest.mark.campaign
@pytest.mark.parametrize("kind", ["id_reader", "id_reader_pty", "receipt_printer", "camera", "gateway"])
def test_the_walk_ends_well_with_any_one_partner_somewhere_else(walk_elsewhere: Any, tmp_path: Path, kind: str) -> None:
    result, _ = walk_elsewhere(kind)
    assert (result["status"], result["outcome"]) == (0, "submitted"), result["said"]
    assert scanned(tmp_path / "out") == [result["reference_number"]]


# -- the other commands ------------------------------------------------------------------


def test_without_a_word_the_commands_are_listed() -> None:
    done = main("--help")
    assert done.returncode == 0
    for command in ("run", "walk", "check", "simulate", "catalogue", "backoffice"):
        assert command in done.stdout


def test_settings_that_cannot_be_used_are_told_in_one_sentence(tmp_path: Path) -> None:
    for words, sentence in (
        (["--set", "devices.id_reader.baudrate=12"], "devices.id_reader.baudrate"),
        (["--set", "nonsense"], "expected name=value"),
        (["--set", "devices.reader.port=x"], "devices.reader"),
        (["--config", str(tmp_path / "none.toml")], "none.toml"),
    ):
        done = main("check", *words)
        assert done.returncode != 0
        assert "the settings cannot be used" in done.stderr
        assert sentence in done.stderr
        assert "Traceback" not in done.stderr


def test_a_kiosk_that_cannot_start_says_why_in_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    no_display = main("run")
    assert (no_display.returncode, "there is no display" in no_display.stderr) == (1, True)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    folder = f"storage.directory={tmp_path}"
    printer = ["--set", "devices.receipt_printer.url=tcp://127.0.0.1:9"]
    wrong = tmp_path / "kiosk.toml"
    settings = (HOUSE / "config" / "kiosk.toml").read_text(encoding="utf-8")
    wrong.write_text(settings.replace("[station]", '[station]\nhot = ["RS-01", "RS-99"]', 1), encoding="utf-8")
    for words, sentence in (
        ([*printer, "--set", "devices.receipt_printer.profile=nope"], "nope.toml"),
        (["--set", "devices.id_reader.portrait=library"], "library"),
        (["--config", str(wrong)], "station.hot names RS-99, which is no item"),
    ):
        done = main("run", "--set", folder, *words)
        assert done.returncode == 1
        assert "the kiosk cannot start" in done.stderr
        assert sentence in done.stderr
        assert "Traceback" not in done.stderr


def test_an_item_that_is_not_there_is_told_in_one_sentence(tmp_path: Path) -> None:
    done = main("walk", "JT-99", "--out", str(tmp_path))
    assert done.returncode != 0
    assert "JT-99" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_walk_by_phone_app_needs_its_own_back_office_and_says_so(tmp_path: Path) -> None:
    done = main("walk", "JT-02", "--out", str(tmp_path), "--way", "app_code", "--set", "gateway.url=http://127.0.0.1:9")
    assert done.returncode == 1
    assert "leave gateway.url" in done.stderr
    assert "Traceback" not in done.stderr


def test_check_is_fit_only_with_everything_there(tmp_path: Path) -> None:
    done = main("check", "--json", "--set", f"storage.directory={tmp_path}")
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert report["verdict"] == "not_fit"
    states = {part["name"]: part["state"] for part in report["parts"]}
    assert states["id_reader"] == "absent"
    assert "face" not in states, "without a camera there is no face check"
    assert "gateway.absent" in [reason["code"] for reason in report["reasons"]]


def test_check_with_every_device_is_fit_and_a_fault_says_who_acts_next(tmp_path: Path) -> None:
    devices = ("id_reader", "receipt_printer", "camera", "page_printer", "card_rewriter", "bank_card_reader", "gateway")
    with ExitStack() as stack:
        elsewhere = Elsewhere(stack, tmp_path, devices)
        camera = next(word for word in elsewhere.words if word.startswith("devices.camera.source="))
        words = [*elsewhere.words, "--set", camera.replace("devices.camera", "devices.document_camera")]
        words += ["--set", f"documents.authority={tmp_path / 'seals' / 'authority.crt'}"]
        words += ["--set", f"storage.directory={tmp_path / 'storage'}"]
        done = main("check", "--json", *words)
        report = json.loads(done.stdout)
        assert (done.returncode, report["verdict"]) == (0, "fit"), report
        (face,) = (part for part in report["parts"] if part["name"] == "face")
        assert (face["state"], face["identity"]["model"]) == ("ready", "dlib-resnet-v1 + mesh")
        assert face["checks"][0]["facts"].keys() == {"load_seconds", "memory_locked"}
        elsewhere._controls["receipt_printer"].do("paper", state="out")
        done = main("check", "--json", *words)
        assert done.returncode == 1
        (reason,) = json.loads(done.stdout)["reasons"]
        assert (reason["part"], reason["code"]) == ("receipt_printer", "receipt_printer.paper_out")
        assert reason["acts_next"] == "attendant"


def test_the_catalogue_is_checked_and_written_for_the_public(tmp_path: Path) -> None:
    checked = main("catalogue", "check").stdout
    assert "JT-02  A  从业人员证换卡" in checked
    items = len(list((HOUSE / "config" / "items").glob("*/*.yaml")))
    assert f"{items} items, " in checked
    assert main("catalogue", "export", "--out", str(tmp_path)).returncode == 0
    listed = json.loads((tmp_path / "items.json").read_text(encoding="utf-8"))["rows"]
    assert len(listed) == items
    assert "从业人员证换卡" in (tmp_path / "items.html").read_text(encoding="utf-8")
    assert "XM-HL-0001,湖里区江头" in (tmp_path / "stations.csv").read_text(encoding="utf-8-sig")


def test_an_officer_moves_an_application_on_from_the_command_line(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'office.sqlite3'}"
    listing = main("backoffice", "listing", "--database", database)
    assert listing.returncode == 0
    review = main("backoffice", "review", "JT02-20261123-00001-M", "--approve", "--database", database)
    assert review.returncode == 1
    assert "JT02-20261123-00001-M" in review.stderr
    assert "Traceback" not in review.stderr


# -- a kiosk in a simulated world ------------------------------------------------------


def test_a_running_kiosk_is_played_with_from_outside_and_tells_how_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    folder = ["--set", f"storage.directory={tmp_path}"]
    kinds = "id_reader,receipt_printer,document_camera,guide_lights"
    run = [*MAIN, "run", "--simulate", kinds, "--no-dock", "--control", "127.0.0.1:0", *folder]
    kiosk = subprocess.Popen(run, cwd=HOUSE, stderr=subprocess.PIPE, text=True)
    assert kiosk.stderr is not None
    rest = threading.Thread()
    try:
        told = next(line for line in kiosk.stderr if "the simulated world is played at" in line)
        rest = threading.Thread(target=kiosk.stderr.read, daemon=True)  # or its pipe fills up
        rest.start()
        world = Control(told.split()[-1], 60)
        world.do("tell", device="receipt_printer", verb="cover", is_open=True)
        assert world.do("state")["devices"]["receipt_printer"]["cover_open"]
        with pytest.raises(RuntimeError, match="not simulated here"):
            world.do("tell", device="ups", verb="mains", on=False)
        world.do("play", name="back-office-away")
        assert world.do("state")["scenario"] == "back-office-away"
        world.do("stop")
        deadline = time.monotonic() + 90
        while "receipt_printer.cover_open" not in (said := main("check", "--json", *folder).stdout):
            assert time.monotonic() < deadline, said
            time.sleep(1)
        found = json.loads(said)
        assert found["verdict"] == "limited"
        assert "receipt_printer.cover_open" in [reason["code"] for reason in found["reasons"]]
        world.close()
        kiosk.terminate()
        assert kiosk.wait(30) == 0
    finally:
        kiosk.kill()
        kiosk.wait()
        if rest.is_alive():
            rest.join(20)
        kiosk.stderr.close()
    assert not (tmp_path / "readiness.json").exists()


def test_a_scenario_needs_a_simulated_world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    folder = ["--set", f"storage.directory={tmp_path}"]
    done = main("run", "--scenario", "power-cut", *folder)
    assert (done.returncode, "need --simulate" in done.stderr) == (1, True)
    done = main("run", "--simulate", "toaster", *folder)
    assert (done.returncode, "nobody can simulate toaster" in done.stderr) == (1, True)


def test_a_technician_is_added_listed_and_removed(tmp_path: Path) -> None:
    folder = ["--set", f"storage.directory={tmp_path}"]
    add = [*MAIN, "technician", "add", "lw", "--name", "L. W.", *folder]
    weak = subprocess.run(add, cwd=HOUSE, input="111111\n", capture_output=True, text=True, timeout=60, check=False)
    assert (weak.returncode, "Traceback" in weak.stderr) == (1, False)
    good = subprocess.run(add, cwd=HOUSE, input="482915\n", capture_output=True, text=True, timeout=60, check=False)
    assert good.returncode == 0, good.stderr
    assert "lw" in main("technician", "list", *folder).stdout
    assert main("technician", "remove", "lw", *folder).returncode == 0
    assert "lw" not in main("technician", "list", *folder).stdout
