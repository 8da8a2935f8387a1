"""A citizen shows the face at a whole machine: card, camera, face process, what the page says, what follows."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backoffice import faces as office_faces
from drivers.camera.simulator import CameraSimulator
from drivers.id_reader.people import portrait
from drivers.id_reader.photo import HEIGHT, WIDTH, decode_kimg, encode_kimg
from kiosk.gateway.contract import FACES, FaceQuestion, FaceZone
from kiosk.identity.events import FaceEvent, FaceVerdict, Outcome, Prompt, Risk
from kiosk.identity.liveness import draw_actions
from kiosk.identity.matching import DLIB_MEAN_OF_FIVE
from kiosk.operations.technicians import Role
from kiosk.visit.consent import BY_THE_AUTHORITY, IN_THE_MACHINE
from tests.kiosk.identity.conftest import stand
from tests.kiosk.machine import LentFaces, Machine
from tests.kiosk.test_ways import PIN, actions, enter, journal, proof_in_the_office, reason_of
from tests.people import LIN

ASTRONAUT, HOPPER = ("lin", "astronaut"), ("chen", "grace_hopper")  # whose card, and who that is
ASKED = [Prompt(action) for action in draw_actions(random.Random(7))]
# Of the 102 pixels of a portrait: the picture of a small old photograph. dlib has it 0.45 to 0.47 from its holder.
SMALL = 40


@pytest.fixture
def machine(tmp_path: Path, desk: Path, lens: CameraSimulator, lent_faces: LentFaces) -> Iterator[Machine]:
    machine = Machine(tmp_path, desk, camera=lens.address, faces=lent_faces)
    yield machine
    machine.close()


def show_face(machine: Machine, lens: CameraSimulator, *, again: tuple[str, ...] = ("face.not_live",)) -> list[Prompt]:
    """Do what the page asks for until it asks no more; what it asked for in the last check.

    On a machine too busy to follow a face a check begins anew, and what was done for the first one is wrong in the
    second; then one tries once more.
    """
    wish = ("", 0)
    asked: list[Prompt] = []
    while machine.at == "face" and machine.problem in ("", *again):
        if machine.problem:
            if "retry" not in actions(machine):
                break
            wish, asked = ("", 0), []
            machine.act("retry")
            continue
        body = machine.body()
        if body.state == "challenge" and wish != (body.prompt, body.done):
            wish = (body.prompt, body.done)
            asked.append(Prompt(body.prompt))
            lens.verbs["act"](action=body.prompt)
        machine.pump()
    return asked


def goes_on(machine: Machine) -> None:
    """The visit is past the question who is here: what the item asks comes next."""
    machine.until(lambda: machine.problem or machine.at == "category", "the first form")
    assert machine.problem == ""


def nothing_of_a_face_is_kept(machine: Machine) -> None:
    """Neither in memory nor in a file of the machine or of its back office."""
    memory = np.frombuffer(machine.faces._pictures._memory, np.uint8)
    machine.until(lambda: not memory.any(), "the shared memory to be empty")
    assert machine.terminal.frame("face") is None
    for file in (path for path in machine.directory.rglob("*") if path.is_file()):
        assert not [jpeg for jpeg in (b"\xff\xd8\xff", b"/9j/") if jpeg in file.read_bytes()], file


# -- good luck, and somebody else's card --------------------------------------------------------


@pytest.mark.parametrize(("card", "name"), [ASTRONAUT, HOPPER])
def test_the_holder_who_does_what_is_asked_is_let_through_and_then_forgotten(
    machine: Machine, lens: CameraSimulator, card: str, name: str
) -> None:
    stand(lens, name)
    machine.begin().read_card(card).choose("face")
    asked = show_face(machine, lens)
    goes_on(machine)
    judged = journal(machine, "face_judged")[-1]
    assert (judged["outcome"], judged["threshold"], judged["frames"]) == ("accepted", 0.40, 5)
    assert 0.15 < judged["distance"] < 0.36
    assert judged["seconds"] > 0
    assert len(set(asked[-3:])) == 3
    # On a machine too busy to follow a face the check begins anew, with actions of its own choice.
    assert asked == ASKED if len(asked) == len(ASKED) else asked[0] == ASKED[0]
    nothing_of_a_face_is_kept(machine)
    told: list[FaceEvent] = []
    machine.faces.begin(7, Risk.APPLY, told.append)
    machine.until(lambda: told, "the answer")
    assert [event.outcome for event in told if isinstance(event, FaceVerdict)] == [Outcome.NO_PORTRAIT]


def test_a_stranger_with_the_card_is_not_let_through(machine: Machine, lens: CameraSimulator) -> None:
    stand(lens, "grace_hopper")
    machine.begin().read_card("lin").choose("face")
    show_face(machine, lens)
    assert machine.problem == "face.refused"
    assert actions(machine) == ["otherwise", "exit"]
    judged = journal(machine, "face_judged")
    assert (judged[-1]["outcome"], judged[-1]["tries"]) == ("refused", len(judged))
    assert judged[-1]["distance"] > 0.60
    assert len(journal(machine, "card_tried")) == len(judged), "each try of the face is one of the card's"
    assert LIN.number not in (machine.directory / "journal.jsonl").read_text(encoding="utf-8")
    assert reason_of(machine.act("otherwise"), "face") == machine.terminal.words["face.refused"].happened.zh


# -- what else happens ----------------------------------------------------------------------------


def test_whoever_leaves_when_asked_for_actions_has_used_a_try_of_the_card(
    machine: Machine, lens: CameraSimulator
) -> None:
    for tries in (1, 2):
        machine.begin().read_card("lin").choose("face")
        machine.until(lambda: machine.body().state == "challenge", "an action to be asked for")
        assert machine.act("exit").at == "home"
        assert journal(machine, "card_tried")[-1]["tries"] == tries
        machine.reader.lift()


def test_whoever_stops_the_check_has_taken_the_consent_back_and_nothing_of_the_face_is_kept(
    machine: Machine, lens: CameraSimulator
) -> None:
    machine.begin().read_card("lin").choose("face")
    machine.until(lambda: machine.body().state == "challenge", "an action to be asked for")
    assert machine.faces._pictures.portrait(HEIGHT, WIDTH).any()
    assert machine.act("otherwise").at == "person"
    assert not machine.faces._pictures.portrait(HEIGHT, WIDTH).any()


def test_without_a_picture_on_the_card_the_face_is_closed_before_the_first_try_and_says_why(machine: Machine) -> None:
    machine.begin()
    machine.reader.fault("photo", count=9)
    machine.read_card("lin").act("next")
    assert reason_of(machine, "face") == machine.terminal.words["face.no_portrait"].happened.zh
    assert machine.act("way:face").at == "person"
    machine.reader.clear()
    machine.act("back", "again").read_card("lin").act("next")
    assert reason_of(machine, "face") == ""


def test_a_card_that_was_tried_six_times_today_is_offered_the_other_ways_and_another_card_is_not_touched(
    machine: Machine,
) -> None:
    for _ in range(6):
        machine.terminal._face_tries.count(LIN.number)
    machine.begin().read_card("lin").act("next")
    assert reason_of(machine, "face") == machine.terminal.words["face.tries_used_up"].happened.zh
    machine.act("back", "again").read_card("chen").act("next")
    assert reason_of(machine, "face") == ""


def test_with_a_second_person_in_the_picture_the_page_says_so(machine: Machine, lens: CameraSimulator) -> None:
    lens.verbs["second_person"](on=True)
    machine.begin().read_card("lin").choose("face")
    machine.until(lambda: "一个人" in machine.body().hint.zh, "the page to ask for one person")
    machine.act("back", "back", "back")
    assert machine.at == "card"


def test_a_camera_that_goes_away_is_told_with_the_other_way(machine: Machine, lens: CameraSimulator) -> None:
    machine.begin().read_card("lin").choose("face")
    machine.until(lambda: machine.body().state != "starting", "the first picture")
    lens.verbs["unplug"](seconds=30)
    machine.until(lambda: machine.problem, "the camera to be missed")
    assert machine.problem == "camera.disconnected"
    assert "otherwise" in actions(machine)


# -- near, not near enough ----------------------------------------------------------------------


@pytest.fixture
def old_card(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lin's card has a portrait that was made of a small photograph."""
    fine = decode_kimg(portrait("astronaut"))
    small = cv2.resize(fine, (SMALL, round(SMALL * HEIGHT / WIDTH)), interpolation=cv2.INTER_AREA)
    block = encode_kimg(np.asarray(cv2.resize(small, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC), np.uint8))
    monkeypatch.setattr("drivers.id_reader.simulator.portrait", lambda _: block)


@pytest.mark.usefixtures("old_card")
def test_whoever_is_near_an_old_portrait_goes_on_with_one_more_proof_and_not_without(
    machine: Machine, lens: CameraSimulator
) -> None:
    machine.begin().read_card("lin").choose("face")
    show_face(machine, lens)
    assert machine.problem == "face.step_up"
    assert actions(machine) == ["otherwise", "retry", "exit"]
    judged = journal(machine, "face_judged")[-1]
    assert (judged["outcome"], judged["threshold"]) == ("step_up", DLIB_MEAN_OF_FIVE.accept(0.005))
    assert 0.40 < judged["distance"] <= DLIB_MEAN_OF_FIVE.step_up == 0.50
    nothing_of_a_face_is_kept(machine)

    machine.act("otherwise")
    assert machine.body().second
    assert [way.id for way in machine.body().ways] == ["phone_code"], "the other ways, the face only once more"
    assert machine.act("next").at == "person", "near alone is no proof"
    machine.act("way:phone_code")
    machine.until(lambda: machine.body().state == "entering", "the code to be sent")
    right = machine.newest_code()
    machine.terminal.answer("code", "000000" if right != "000000" else "000001")
    machine.act("next")
    machine.until(lambda: machine.problem, "the code to be judged")
    assert (machine.problem, machine.at) == ("code.wrong", "code"), "nor is near with a wrong code"
    assert journal(machine, "person_proven") == []
    machine.act("retry")
    machine.terminal.answer("code", right)
    machine.act("next")
    goes_on(machine)
    assert [(line["way"], line["second"]) for line in journal(machine, "person_proven")] == [("phone_code", 1)]
    proof = proof_in_the_office(machine)
    assert proof["route"] == "phone_code"
    assert proof["face"] == {
        "distance": judged["distance"],
        "threshold": 0.40,
        "frames": 5,
        "engine": DLIB_MEAN_OF_FIVE.engine,
    }


# -- compared by the authority ------------------------------------------------------------------


class Overheard:
    """What the back office is asked about faces, and what it answers."""

    def __init__(self, office: ASGIApp) -> None:
        self._office = office
        self.questions: list[FaceQuestion] = []
        self.zones: list[FaceZone] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != FACES:
            await self._office(scope, receive, send)
            return
        asked, answered = b"", b""

        async def hear() -> Message:
            nonlocal asked
            message = await receive()
            asked += message.get("body", b"")
            return message

        async def tell(message: Message) -> None:
            nonlocal answered
            answered += message.get("body", b"")
            await send(message)

        await self._office(scope, hear, tell)
        self.questions.append(FaceQuestion.model_validate_json(asked))  # which has no place for a name or a station
        self.zones.append(FaceZone(json.loads(answered)["zone"]))


Sending = Callable[[str], tuple[Machine, Overheard]]


@pytest.fixture
def sending(tmp_path: Path, desk: Path, lens: CameraSimulator) -> Iterator[Sending]:
    """A machine whose settings name these engines, with an attendant; and what its back office hears."""
    made: list[Machine] = []

    def machine_of(engines: str) -> tuple[Machine, Overheard]:
        made.append(Machine(tmp_path, desk, camera=lens.address, faces=True, engines=engines, ways=True))
        machine = made[-1]
        machine.staff.add("w01", "Wang", PIN, Role.ATTENDANT)
        overheard = Overheard(machine.line._app)
        machine.line._app = overheard
        office_faces._engine()  # a service that has just been started needs a second for it
        return machine, overheard

    yield machine_of
    for machine in made:
        machine.close()


def agree(machine: Machine) -> Machine:
    """From the card that was read to the check, by way of what one has to agree to."""
    machine.act("next", "way:face")
    assert machine.view.title == BY_THE_AUTHORITY.title != IN_THE_MACHINE.title
    assert not machine.faces._pictures.portrait(HEIGHT, WIDTH).any()
    return machine.act("next")


PATIENT = ("face.not_live", "face.unavailable")  # a service on a busy computer may be late; nothing is lost by it


def test_the_holder_is_let_through_when_machine_and_authority_both_say_so(
    sending: Sending, lens: CameraSimulator
) -> None:
    machine, overheard = sending("dlib+authority")
    agree(machine.begin().read_card("lin"))
    assert overheard.questions == []
    show_face(machine, lens, again=PATIENT)
    goes_on(machine)
    assert overheard.zones[-1] is FaceZone.ACCEPTED
    question = overheard.questions[-1]
    assert (question.number, len(question.probes), question.false_accepts) == (None, 5, 0.005)
    judged = journal(machine, "face_judged")[-1]
    assert (judged["outcome"], judged["engine"]) == ("accepted", "dlib-resnet-v1+authority")
    nothing_of_a_face_is_kept(machine)


def test_a_stranger_is_refused_by_the_authority_alone(sending: Sending, lens: CameraSimulator) -> None:
    stand(lens, "grace_hopper")
    machine, overheard = sending("authority")
    agree(machine.begin().read_card("lin"))
    show_face(machine, lens, again=PATIENT)
    assert machine.problem == "face.refused"
    assert overheard.zones[-1] is FaceZone.REFUSED
    judged = journal(machine, "face_judged")[-1]
    assert (judged["outcome"], judged["engine"], judged["threshold"]) == ("refused", "authority", 0.42)
    assert judged["distance"] > 0.55
    nothing_of_a_face_is_kept(machine)


@pytest.mark.may_warn("the back office cannot be reached")  # by the item, which goes on
def test_with_the_authority_away_nobody_is_proven_it_costs_no_try_and_another_way_leads_on(
    sending: Sending, lens: CameraSimulator
) -> None:
    machine, overheard = sending("dlib+authority")
    agree(machine.begin().read_card("lin"))
    machine.office.__exit__(None, None, None)
    show_face(machine, lens)
    assert machine.problem == "face.unavailable"
    assert actions(machine) == ["otherwise", "retry", "exit"]
    judged = journal(machine, "face_judged")
    assert (judged[-1]["outcome"], judged[-1]["sign"]) == ("unavailable", "unreachable")
    assert "distance" not in judged[-1]
    assert judged[-1]["tries"] == len(journal(machine, "card_tried")) == len(judged) - 1
    assert overheard.questions == []
    nothing_of_a_face_is_kept(machine)

    machine.act("otherwise")
    assert not machine.body().second
    assert reason_of(machine, "face") == reason_of(machine, "staff") == ""
    enter(machine.act("way:staff"), PIN)  # which needs no line
    machine.act("next")
    assert [(line["way"], line["second"]) for line in journal(machine, "person_proven")] == [("staff", 0)]
    assert machine.at not in ("person", "staff")
