"""A fault is planted in a whole machine; a technician finds it by looking, and the report names it.

Nothing is looked at but what the screen shows and what the report says.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from drivers.camera.simulator import CameraSimulator
from drivers.device import HealthLevel, NextAction
from kiosk.operations.readiness import WHO, Readiness, Verdict
from kiosk.operations.report import to_json, to_pdf, to_receipt, to_text
from kiosk.operations.workshop_view import Check, DeviceView
from tests.items import only
from tests.kiosk.machine import Machine
from tests.kiosk.operations.bench import PATIENCE, Shop
from tests.kiosk.operations.test_report import text_of, words_of


@dataclass
class Bench:
    """A machine with everything, its technician, and the camera on the far side of its wire."""

    machine: Machine
    shop: Shop
    camera: CameraSimulator
    models: Path  # a folder that shadows the package with the face models, once it is on the path


@dataclass(frozen=True)
class Planted:
    """What is done to the machine, how it is mended, and what has to be found.

    ``level`` is the check that tells, ``warns`` what the log says of it.
    """

    device: str
    code: str
    plant: Callable[[Bench], object]
    mend: Callable[[Bench], object]
    acts_next: NextAction = NextAction.TECHNICIAN
    level: str = "internal"
    warns: tuple[str, ...] = ()


def _clock(bench: Bench, ahead: timedelta) -> None:
    bench.machine.ahead = ahead


def _full(bench: Bench, full: bool) -> None:
    bench.machine.full = full


def _kill_faces() -> None:
    (child,) = (child for child in multiprocessing.active_children() if child.name == "face")
    child.kill()


def _lose_models(bench: Bench) -> None:
    sys.path.insert(0, str(bench.models))  # the spawned process looks where this one does
    _kill_faces()
    deadline = time.monotonic() + PATIENCE
    while "face.model_missing" not in [fault.code for fault in bench.machine.faces.status.faults]:
        assert time.monotonic() < deadline, "the models were found after all"
        time.sleep(0.02)


def _find_models(bench: Bench) -> None:
    sys.path.remove(str(bench.models))
    bench.machine.faces.check_health(HealthLevel.INTERNAL)  # or it might pause for half a minute


FAULTS = {
    "the reader is unplugged": Planted(
        "id_reader",
        "id_reader.disconnected",
        lambda on: on.machine.reader.unplug(),
        lambda on: on.machine.reader.plug(),
    ),
    "the printer's cover is open": Planted(
        "receipt_printer",
        "receipt_printer.cover_open",
        lambda on: on.machine.printer.cover(is_open=True),
        lambda on: on.machine.printer.cover(is_open=False),
        NextAction.ATTENDANT,
    ),
    "the printer is silent": Planted(
        "receipt_printer",
        "receipt_printer.silent",
        lambda on: on.machine.printer.silence(on=True),
        lambda on: on.machine.printer.silence(on=False),
    ),
    "the camera is unplugged": Planted(
        "camera",
        "camera.disconnected",
        lambda on: on.camera.verbs["unplug"](),
        lambda on: on.camera.verbs["plug"](),
    ),
    "the camera is covered": Planted(
        "camera",
        "camera.black",
        lambda on: on.camera.verbs["black"](on=True),
        lambda on: on.camera.verbs["black"](on=False),
        NextAction.ATTENDANT,
        level="external",  # one dark picture is no proof
    ),
    "the disk is full": Planted(
        "machine", "machine.disk_full", lambda on: _full(on, True), lambda on: _full(on, False)
    ),
    "the clock is an hour ahead": Planted(
        "machine",
        "machine.clock_wrong",
        lambda on: _clock(on, timedelta(hours=1)),
        lambda on: _clock(on, timedelta()),
    ),
    "a model of the face check is missing": Planted(
        "face",
        "face.model_missing",
        _lose_models,
        _find_models,
        warns=("face.process_died", "face.model_missing"),
    ),
}


@pytest.fixture(scope="module")
def eye() -> Iterator[CameraSimulator]:
    camera = CameraSimulator(every=2)  # half the work, and nobody asks for more
    camera.start()
    yield camera
    camera.stop()


@pytest.fixture
def bench(tmp_path: Path, desk: Path, eye: CameraSimulator) -> Iterator[Bench]:
    machine = Machine(
        tmp_path / "machine",
        desk,
        config=only(tmp_path / "config", "JT-02"),
        camera=eye.address,
        faces=True,
        lit=True,
        computer=True,
    )
    shop = Shop(machine, tmp_path / "shop")
    models = tmp_path / "models"
    (models / "face_recognition_models").mkdir(parents=True)
    (models / "face_recognition_models" / "__init__.py").touch()
    yield Bench(machine, shop, eye, models)
    if str(models) in sys.path:
        sys.path.remove(str(models))
    shop.close()
    machine.close()


def look(bench: Bench, device: str, level: str) -> tuple[DeviceView, Check]:
    """Run a check of a device, and see its page."""
    bench.shop.check(device, level)
    view = bench.shop.view.device
    assert view is not None
    return view, next(check for check in view.checks if check.level == level)


def fit(shop: Shop) -> bool:
    return shop.view.tone == "ok" and all(part.tone == "ok" for part in shop.view.parts)


def papers(found: Readiness) -> dict[str, str]:
    """The report in everything it is made of, but for JSON, in English."""
    return {
        "text": to_text(found, "en"),
        "receipt": words_of(to_receipt(found, "en")),
        "pdf": text_of(to_pdf(found, "en")),
    }


def flat(words: str) -> str:
    """Without what lines are broken with."""
    return "".join(words.split())


# Each day one fault of each kind: a wire, a device that says so, one that is silent, the computer.
DAILY = ("the reader is unplugged", "the printer's cover is open", "the printer is silent", "the disk is full")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(
            name,
            marks=[pytest.mark.warns(*planted.warns), *([] if name in DAILY else [pytest.mark.campaign])],
        )
        for name, planted in FAULTS.items()
    ],
)
def test_a_planted_fault_is_seen_at_a_glance_and_named_by_the_report(bench: Bench, name: str) -> None:
    planted, shop = FAULTS[name], bench.shop
    shop.enter()
    shop.until(lambda: fit(shop), "a machine with nothing wrong")
    shop.workshop.act("leave")

    planted.plant(bench)
    shop.enter()
    shop.until(lambda: shop.view.parts[0].tone == "bad", "the fault to stand first")
    words = bench.machine.terminal.words[planted.code]
    assert shop.view.parts[0].name == planted.device
    assert shop.view.parts[0].sentence == words.happened
    assert any(words.happened.en in reason for reason in shop.reasons())

    page, check = look(bench, planted.device, planted.level)
    assert [fault.code.partition(" ")[0] for fault in page.faults] == [planted.code]
    assert page.faults[0].todo == words.technician
    assert (check.result, check.tone) == (words.happened, "bad")

    found = shop.assess()
    told = [(reason["part"], reason["code"], reason["acts_next"]) for reason in json.loads(to_json(found))["reasons"]]
    assert (planted.device, planted.code, planted.acts_next.value) in told
    assert words.technician is not None
    for kind, paper in papers(found).items():
        for said in (words.happened.en, words.technician.en, WHO[planted.acts_next].en):
            assert flat(said) in flat(paper), f"{kind} does not say: {said}"

    planted.mend(bench)
    if planted.device != "camera":  # a lens is off: that it is well again only a check can tell
        shop.until(lambda: shop.view.device and not shop.view.device.faults, "the fault to go")
    page, check = look(bench, planted.device, planted.level)
    assert (page.faults, check.tone) == ((), "ok")
    shop.until(lambda: fit(shop), "a machine with nothing wrong again")
    assert not json.loads(to_json(shop.assess()))["reasons"]


@pytest.mark.campaign
@pytest.mark.warns("the face process ended: face.process_died")
def test_a_killed_face_process_is_shown_until_it_is_back_and_stays_among_the_last_faults(bench: Bench) -> None:
    shop, words = bench.shop, bench.machine.terminal.words["face.process_died"]
    shop.enter()
    shop.until(lambda: fit(shop), "a machine with nothing wrong")
    shop.workshop.act("open", "face")
    _kill_faces()
    shop.until(lambda: shop.view.device and shop.view.device.faults, "the death to be seen")
    found, page = shop.assess(), shop.view.device
    assert page is not None
    assert (page.faults[0].happened, page.faults[0].todo) == (words.happened, words.technician)
    (reason,) = found.reasons
    assert (reason.part, reason.sentence, reason.acts_next) == ("face", words.happened, NextAction.SOFTWARE)
    assert (found.verdict, found.unavailable) == (Verdict.LIMITED, ()), "there are other ways"
    shop.until(lambda: fit(shop), "a fresh process")
    page = shop.view.device
    assert page is not None
    rows = {row.label.en: row.value for group in page.groups for row in group.rows}
    assert rows["Started again"].en == "1"
    assert words.happened in rows.values()


def test_a_machine_without_a_camera_has_no_face_check(tmp_path: Path, desk: Path) -> None:
    machine = Machine(tmp_path / "machine", desk, config=only(tmp_path / "config", "JT-02"))
    shop = Shop(machine, tmp_path / "shop")
    assert "face" not in machine.terminal.devices
    assert "face" not in {part.name for part in shop.assess().parts}
    shop.close()
    machine.close()
