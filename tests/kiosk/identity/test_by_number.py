"""Somebody without a card: the authority compares the face with its own picture of the typed number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copy

import cv2
import numpy as np
import pytest

from backoffice import faces as office_faces
from backoffice.service import create_app
from backoffice.store import Store
from drivers.camera.scene import SWAY, Look
from drivers.camera.simulator import CameraSimulator
from kiosk.gateway.client import GatewayClient
from kiosk.gateway.contract import FaceAnswer, FaceQuestion, FaceZone
from kiosk.identity.authority import AuthorityComparison
from kiosk.identity.comparison import Judgement
from kiosk.identity.engine import Picture
from kiosk.identity.events import Outcome
from kiosk.identity.mesh import MeshLandmarks
from kiosk.identity.portrait import locate
from kiosk.visit.consent import BY_NUMBER
from tests.backoffice.running import Running
from tests.kiosk.identity.conftest import Film, stand
from tests.kiosk.identity.test_at_the_machine import PATIENT, show_face
from tests.kiosk.machine import CONFIG, Machine
from tests.kiosk.visit.items import WITH_OR_WITHOUT_CARD, file_of
from tests.people import LIN, OTHER


def jpeg_of(rgb: Picture) -> bytes:
    return bytes(cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))[1])


@pytest.fixture
def authority(tmp_path: Path, card: Callable[[str], Picture]) -> Iterator[AuthorityComparison]:
    """A line to an authority that has the astronaut's picture under one number."""
    store = Store(f"sqlite:///{tmp_path}/office.sqlite3")
    store.register_portrait(LIN.number, jpeg_of(card("astronaut")))
    with Running(create_app(store)) as office:
        yield AuthorityComparison(GatewayClient(office.url, read_seconds=60).compare_faces)
    store.close()


@pytest.mark.parametrize(("live", "outcome"), [("astronaut", Outcome.ACCEPTED), ("grace_hopper", Outcome.REFUSED)])
def test_the_service_compares_with_its_own_picture_of_the_number(
    authority: AuthorityComparison, mesh: MeshLandmarks, film: Callable[[Look], Film], live: str, outcome: Outcome
) -> None:
    authority.prepare_number(LIN.number)
    assert authority.prepared
    for frame in film(Look(person=live))[SWAY[0]][::10]:
        rgb = np.ascontiguousarray(frame[:, :, ::-1])
        face = mesh.find(rgb)[0]
        authority.add(authority.cut(rgb, face, mesh.points(rgb, face)))
    assert authority.judge(0.005).outcome is outcome


def test_a_number_without_a_picture_on_file_proves_nothing(authority: AuthorityComparison) -> None:
    authority.prepare_number(OTHER.number)
    authority.add(np.full((320, 320, 3), 128, np.uint8))
    assert authority.judge(0.005) == Judgement(Outcome.NO_PORTRAIT, reason="not_on_file")


def test_what_is_asked_names_the_number_and_carries_no_portrait_and_is_forgotten(
    mesh: MeshLandmarks, card: Callable[[str], Picture]
) -> None:
    asked: list[FaceQuestion] = []

    def service(question: FaceQuestion) -> FaceAnswer:
        asked.append(question)
        return FaceAnswer(zone=FaceZone.ACCEPTED, engine="x", distance=0.2, threshold=0.4)

    comparison = AuthorityComparison(service)
    comparison.prepare(locate(card("astronaut"), mesh))  # the card of whoever was here before
    comparison.prepare_number(LIN.number)
    comparison.add(np.full((320, 320, 3), 128, np.uint8))
    comparison.judge(0.005)
    assert [(question.number, question.portrait) for question in asked] == [(LIN.number, None)]
    assert LIN.number not in repr(asked)
    comparison.forget()
    assert not comparison.prepared


@pytest.fixture
def machine(tmp_path: Path, desk: Path, lens: CameraSimulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    """A machine whose own engine and the authority's have to agree, with an item that needs no card."""
    monkeypatch.setattr("kiosk.identity.process.HANG_SECONDS", 60.0)  # however busy the computer is
    config = tmp_path / "config"
    (config / "items" / "transport").mkdir(parents=True)
    copy(CONFIG / "departments.yaml", config / "departments.yaml")
    path = config / "items" / "transport" / "JT-94.yaml"
    path.write_text(file_of(WITH_OR_WITHOUT_CARD, "JT-94"), encoding="utf-8")
    records = tmp_path / "records"
    records.mkdir()
    copy("backoffice/records/people.yaml", records / "people.yaml")
    found = "operations:\n  transport.records: {found: {lin: {facts: {rating: a}}}}\n"
    (records / "transport.yaml").write_text(found, encoding="utf-8")
    # A service that has just been started needs a second for it; and while it is loaded a warning is silenced for all
    # threads, which those of a machine may undo.
    office_faces._engine()
    machine = Machine(
        tmp_path, desk, camera=lens.address, faces=True, engines="dlib+authority", config=config, records=records
    )
    yield machine
    machine.close()


def typed(machine: Machine) -> Machine:
    """To what somebody without a card has to agree to."""
    machine.begin("JT-94").terminal.answer("card_here", "without")
    machine.act("next").terminal.answer("name", LIN.name)
    machine.terminal.answer("number", LIN.number)
    machine.act("next", "way:face")
    assert machine.at == "consent"
    assert machine.body().points[1:] == BY_NUMBER.points
    return machine


def test_the_holder_of_the_number_is_let_through_and_the_department_is_told_how(
    machine: Machine, lens: CameraSimulator, card: Callable[[str], Picture]
) -> None:
    machine.store.register_portrait(LIN.number, jpeg_of(card("astronaut")))
    stand(lens, "astronaut")
    typed(machine).act("next")
    show_face(machine, lens, again=PATIENT)
    machine.until(lambda: machine.problem or machine.body().state == "shown", "the department's answer")
    assert (machine.problem, machine.at) == ("", "records")
    assert machine.body().facts[0].value.zh == "a"


def test_without_a_picture_on_file_the_face_is_closed_and_the_other_ways_stay(
    machine: Machine, lens: CameraSimulator
) -> None:
    stand(lens, "astronaut")
    typed(machine).act("next")
    show_face(machine, lens, again=PATIENT)
    assert machine.problem == "face.not_on_file"
    machine.act("otherwise")
    ways = {way.id: way.reason for way in machine.body().ways}
    assert ways["face"] is not None
    assert ways["phone_code"] is None
