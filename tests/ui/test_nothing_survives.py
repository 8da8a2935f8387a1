"""After a visit nothing of it is left: a whole one with planted values, then every place is searched for them.

The order matters: the memory is searched before the process itself is told what to search for.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from backoffice.service import create_app
from backoffice.store import Store
from drivers.document_camera.simulator import draw_licence
from drivers.id_reader.simulator import SamSimulator
from drivers.receipt_printer.simulator import PrinterSimulator
from kiosk.memory import OVERWRITING
from tests.backoffice.running import Line, Running
from tests.people import card_of

HOUSE = Path(__file__).resolve().parents[2]
RARE = card_of("rare")
PHONE = "13950010001"
# What is typed, and found nowhere else in the world.
CERTIFICATE, TYPED_PHONE, RECIPIENT, DETAIL = "QXZ7731WVK9", "13957731964", "欧阳植入", "植入路7731号"
PLANTED = (RARE.name, RARE.number, RARE.address, CERTIFICATE, TYPED_PHONE, RECIPIENT, DETAIL)
PIXEL = bytes([0x9B, 0x57, 0x13])  # blue, green, red of the square that is laid under the document camera


class Citizen:
    """Stands before a kiosk of its own process; its devices and the back office are here."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.meanwhile = dict.fromkeys([*PLANTED, "the picture"], 0)  # how often each stood in the memory
        self.store = Store(f"sqlite:///{folder / 'office.sqlite3'}")
        self.store.register_phone(RARE.number, PHONE)
        self.office = Running(Line(create_app(self.store)))
        self.office.__enter__()
        self.reader, self.printer = SamSimulator(read_seconds=0.0), PrinterSimulator(mm_per_second=2000.0)
        self.reader.start()
        self.printer.start()
        for name in ("home", "temporary", "state", "desk"):
            (folder / name).mkdir()
        desk = folder / "desk" / "licence.png"
        draw_licence(desk)
        picture = cv2.imread(str(desk))
        assert picture is not None
        picture[300:500, 500:800] = np.frombuffer(PIXEL, np.uint8)
        cv2.imwrite(str(desk), picture)
        self.before = set(os.listdir("/dev/shm"))  # noqa: PTH208
        words = [
            f"storage.directory={folder / 'state'}",
            f"gateway.url={self.office.url}",
            f"devices.id_reader.port={self.reader.address}",
            f"devices.receipt_printer.url={self.printer.address}",
            f"devices.document_camera.source={folder / 'desk'}",
        ]
        environment = {
            **os.environ,
            "QT_QPA_PLATFORM": "offscreen",
            "QT_QUICK_BACKEND": "software",
            "HOME": str(folder / "home"),
            "TMPDIR": str(folder / "temporary"),
            **OVERWRITING,
        }
        self.log = (folder / "log").open("w", encoding="utf-8")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.ui.kiosk_process", *words],
            cwd=HOUSE,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            self.process.wait(20)
        finally:
            self.process.kill()
            assert self.process.stdout is not None
            self.process.stdout.close()
            self.log.close()
            self.office.__exit__(None, None, None)
            self.reader.stop()
            self.printer.stop()
            self.store.close()

    def ask(self, what: str, *how: str) -> Any:
        """Have the kiosk do or say something; whatever went wrong there is raised here."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([what, *how]) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, (self.folder / "log").read_text(encoding="utf-8")[-3000:]
        answer = json.loads(line)
        assert "error" not in answer, f"{what} {' '.join(how)} at {answer['at']}: {answer['error']}"
        return answer["said"]

    def go_on(self, *pages: str) -> None:
        self.ask("tap", "primary")
        self.ask("until", *pages)

    def fill(self, field: str, words: str) -> None:
        self.ask("open", f"field-{field}")
        for character in words:
            self.ask("key", character)
        self.ask("close")

    def newest_code(self) -> str:
        found = re.search(r"\d{6}", self.store.texts()[-1].words)
        assert found is not None
        return found.group()

    def visit(self) -> None:
        """From the home page to the review."""
        self.ask("tap", "tile-JT-02")
        self.go_on("card")
        self.reader.place("rare")
        self.ask("until", "card read")
        self.ask("hold", "masked-holder.number")
        self.go_on("person")
        self.ask("tap", "way-phone_code")
        self.ask("until", "code entering")
        self.fill("code", self.newest_code())
        self.go_on("category")
        self.ask("tap", "option-category-taxi")
        self.go_on("certificate")
        self.fill("certificate_number", CERTIFICATE)
        self.fill("first_issued", "20201208")
        self.fill("valid_until", "20261207")
        self.go_on("licence")
        self.fill("licence_class", "C1")
        self.fill("licence_until", "20300630")
        self.go_on("contact")
        self.fill("phone", TYPED_PHONE)
        self.fill("recipient", RECIPIENT)
        self.fill("address", DETAIL)
        self.go_on("scan")
        self.ask("picture")
        self.see()
        for _ in range(2):
            self.ask("picture")
            self.go_on("scan captured")
            self.ask("tap", "primary")
        self.ask("until", "review")
        self.ask("hold", "masked-phone")
        self.see()

    def finish(self) -> None:
        """From the review home."""
        self.go_on("sign")
        self.ask("draw", "signature-pad")
        self.go_on("submit accepted")
        self.go_on("receipt printed")
        self.go_on("rate")
        self.ask("tap", "rate-very_good")
        self.go_on("done")
        self.go_on("home")
        self.reader.lift()

    def see(self) -> None:
        """Look into the memory while there has to be something."""
        for name, count in self.memory().items():
            self.meanwhile[name] += count

    def memory(self) -> dict[str, int]:
        """How often each planted value stands in the process's own memory, in any of the ways a program writes it."""
        found = dict.fromkeys([*PLANTED, "the picture"], 0)
        patterns = [
            (word, form) for word in PLANTED for form in {word.encode(c) for c in ("utf-8", "utf-16-le", "gb18030")}
        ]
        patterns += [("the picture", PIXEL * 24), ("the picture", (PIXEL + b"\xff") * 24)]
        with open(f"/proc/{self.process.pid}/mem", "rb", buffering=0) as memory:  # noqa: PTH123
            for line in Path(f"/proc/{self.process.pid}/maps").read_text(encoding="ascii").splitlines():
                place, rights, _, _, inode, *_ = line.split()
                if not rights.startswith("rw") or (inode != "0" and "/dev/shm" not in line):
                    continue
                start, end = (int(edge, 16) for edge in place.split("-"))
                try:
                    memory.seek(start)
                    held = memory.read(end - start)
                except OSError:
                    continue
                for name, pattern in patterns:
                    found[name] += held.count(pattern)
        return found

    def files(self) -> Iterator[str]:
        """Every file of the kiosk's own that holds one of the planted values."""
        kept = [self.folder / name for name in ("home", "temporary", "state", "log")]
        kept += [Path("/dev/shm") / name for name in set(os.listdir("/dev/shm")) - self.before]  # noqa: PTH208
        for file in (one for top in kept for one in ([top] if top.is_file() else top.rglob("*")) if one.is_file()):
            held = file.read_bytes()
            for word in PLANTED:
                if any(word.encode(form) in held for form in ("utf-8", "utf-16-le", "gb18030")):
                    yield f"{word} in {file.relative_to(self.folder) if self.folder in file.parents else file}"
            if PIXEL * 24 in held:
                yield f"the picture in {file}"


@pytest.fixture(scope="module")
def gone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Citizen]:
    """A citizen who was here and has gone home."""
    citizen = Citizen(tmp_path_factory.mktemp("visit"))
    try:
        citizen.visit()
        citizen.finish()
        yield citizen
    finally:
        citizen.close()


def test_while_the_visit_lasts_the_search_finds_everything(gone: Citizen) -> None:
    assert all(gone.meanwhile.values()), gone.meanwhile
    assert len(gone.store.listing()) == 1  # and it was sent


def test_nothing_is_left_in_the_memory_of_the_process(gone: Citizen) -> None:
    """Freed memory too: it was overwritten. What is put aside is given back within a few seconds."""
    deadline = time.monotonic() + 30
    while any((found := gone.memory()).values()) and time.monotonic() < deadline:
        time.sleep(1)
    assert not any(found.values()), found


def test_nothing_is_left_in_a_file(gone: Citizen) -> None:
    """State, log, temporary files, settings and dictionaries of the keyboard, shared memory."""
    assert list(gone.files()) == []
    assert (gone.folder / "state" / "journal.jsonl").is_file()


def test_no_object_of_the_visit_is_alive(gone: Citizen) -> None:
    assert gone.ask("alive") == {}


def test_nothing_is_left_on_the_glass_in_the_models_on_the_clipboard_or_in_an_object(gone: Citizen) -> None:
    assert gone.ask("search", *PLANTED) == []
    station = gone.ask("search", "江头")  # and what stands on the home page is found
    assert "the model's home" in station
    assert any(place.startswith("a property of") for place in station)
    assert "a kiosk.text.Text" in station or "a builtins.dict" in station
