"""The driver against the simulator: what a person sees, whatever happens to the unit."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from drivers.device import Cancel, Cancelled, DeviceError, DeviceState, HealthLevel
from drivers.guide_lights.lights import ANSWER_SECONDS, GuideLights, GuideLightsFault
from drivers.guide_lights.protocol import LAMPS
from drivers.guide_lights.simulator import WATCHDOG_SECONDS, GuideLightsSimulator
from drivers.transport import transport_for
from drivers.worker import DeviceWorker

PATIENCE = 20.0
THREE = ("id_reader", "camera", "receipt_printer")


class Desk:
    """A driver, opened, and the unit it speaks to."""

    def __init__(self, listen: str = "tcp://127.0.0.1:0", watchdog_seconds: float = WATCHDOG_SECONDS) -> None:
        self.unit = GuideLightsSimulator(listen, lamps=THREE, watchdog_seconds=watchdog_seconds)
        self.unit.start()
        self.lights = GuideLights(transport_for(self.unit.address))
        self.lights.open()
        self.cancel = Cancel()

    def show(self, *lamps: str, blink: bool = False) -> None:
        self.lights.show(frozenset(lamps), blink=blink)

    @property
    def lit(self) -> dict[str, str]:
        """What a person sees, without the lamps that are off."""
        return {lamp: light for lamp, light in self.unit.state()["lamps"].items() if light != "off"}

    def until(self, lit: dict[str, str]) -> None:
        deadline = time.monotonic() + PATIENCE
        while self.lit != lit:
            assert time.monotonic() < deadline, f"waited in vain; lit are {self.lit}"
            time.sleep(0.01)

    def close(self) -> None:
        self.lights.close()
        self.unit.stop()


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.close()


@pytest.mark.parametrize("listen", ["pty", "tcp://127.0.0.1:0"])
def test_the_lamps_that_are_wanted_are_lit_and_no_others(listen: str) -> None:
    desk = Desk(listen)
    assert desk.lit == {}
    desk.show("id_reader", blink=True)
    assert desk.lit == {"id_reader": "blink"}
    desk.show("camera", "receipt_printer")
    desk.show("camera", "receipt_printer")
    assert desk.lit == {"camera": "on", "receipt_printer": "on"}
    desk.show()
    assert desk.lit == {}
    desk.close()


def test_it_tells_which_lamps_it_has_and_which_unit_it_is(desk: Desk) -> None:
    assert desk.lights.capabilities.features == {"lamps": 3, "names": "id_reader camera receipt_printer"}
    assert desk.lights.capabilities.verified_on == ()
    identity = desk.lights.identity
    assert (identity.address, identity.serial, identity.firmware) == (desk.unit.address, "SIM-0001", "1.0")


def test_a_lamp_that_this_unit_does_not_have_is_left_out(desk: Desk) -> None:
    desk.show("camera", "page_printer")
    assert desk.lit == {"camera": "on"}


def test_a_lamp_that_no_machine_has_is_a_mistake(desk: Desk) -> None:
    with pytest.raises(ValueError, match="toaster"):
        desk.show("toaster")
    assert set(LAMPS) >= set(THREE)


def test_the_status_tells_what_every_lamp_does(desk: Desk) -> None:
    desk.show("camera", blink=True)
    status = desk.lights.poll()
    assert (status.state, status.faults) == (DeviceState.READY, ())
    assert status.details == {"id_reader": "off", "camera": "blink", "receipt_printer": "off"}


def test_a_broken_lamp_is_named_and_the_others_go_on(desk: Desk) -> None:
    desk.unit.burn_out("camera")
    desk.show("camera", "id_reader")
    status = desk.lights.poll()
    assert [(fault.code, fault.detail) for fault in status.faults] == [(GuideLightsFault.LAMP_BROKEN, "camera")]
    assert status.state is DeviceState.ATTENTION
    assert desk.lit == {"id_reader": "on"}
    desk.unit.repair("camera")
    assert desk.lights.poll().ready
    assert desk.lit == {"camera": "on", "id_reader": "on"}


def test_a_unit_that_forgot_its_picture_gets_it_back(desk: Desk) -> None:
    desk.show("camera")
    desk.unit.restart()
    assert desk.lit == {}
    desk.lights.poll()
    assert desk.lit == {"camera": "on"}
    assert desk.lights.counters["restored"] == 1


def test_what_is_wanted_survives_a_pulled_cable() -> None:
    desk = Desk()
    worker = DeviceWorker("guide_lights", desk.lights, poll_seconds=0.05)
    worker.start()
    worker.submit(lambda lights, _: lights.show(frozenset({"camera"}), blink=True)).future.result(PATIENCE)
    desk.unit.unplug()
    desk.unit.restart()
    desk.until({})
    desk.unit.plug()
    desk.until({"camera": "blink"})
    worker.stop()
    desk.close()


def test_a_host_that_went_silent_leaves_everything_dark_until_it_is_back() -> None:
    desk = Desk(watchdog_seconds=0.3)
    desk.show("camera")
    assert desk.lit == {"camera": "on"}
    desk.until({})
    desk.lights.poll()
    assert desk.lit == {"camera": "on"}
    desk.close()


def test_one_answer_that_is_lost_or_harmed_changes_nothing(desk: Desk) -> None:
    for kind in ("silence", "junk", "drop", "truncate", "corrupt", "duplicate", "drip", "split"):
        desk.unit.verbs["fault"](kind=kind)
        desk.show("camera")
        assert desk.lit == {"camera": "on"}
        desk.show()
    assert desk.lights.counters["answers_missed"] == 1
    assert desk.lights.counters["answers_damaged"] >= 3


def test_an_answer_that_comes_late_is_not_taken_for_the_next_one(desk: Desk) -> None:
    desk.unit.verbs["fault"](kind="delay", seconds=ANSWER_SECONDS + 0.2)
    desk.show("camera")  # answered late; asked once more
    desk.show("id_reader")
    assert desk.lights.poll().details == {"id_reader": "on", "camera": "off", "receipt_printer": "off"}


class Told:
    """A pipe whose far side says what it was told to, whatever it is asked; then the same thing for ever."""

    name = "told"
    is_open = True

    def __init__(self, *answers: bytes) -> None:
        self.answers = list(answers)
        self.waiting = b""

    def open(self) -> None: ...

    def close(self) -> None: ...

    def set_baudrate(self, baudrate: int) -> None: ...

    def discard_input(self) -> None:
        self.waiting = b""

    def write(self, data: bytes, deadline: float) -> None:
        self.waiting += self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def read(self, at_most: int, deadline: float) -> bytes:
        data, self.waiting = self.waiting[:at_most], self.waiting[at_most:]
        return data


UNIT = b"unit protocol=1 lamps=id_reader,camera\n"
DARK, CAMERA, READER = (
    b"lamps id_reader=%s camera=%s\n" % lit for lit in ((b"off", b"off"), (b"off", b"on"), (b"on", b"off"))
)


def test_a_picture_that_was_wanted_earlier_is_passed_over() -> None:
    lights = GuideLights(Told(UNIT, DARK, CAMERA, CAMERA + READER))
    lights.open()
    lights.show(frozenset({"camera"}))
    lights.show(frozenset({"id_reader"}))
    assert lights.counters["pictures"] == 2


def test_a_unit_that_shows_something_else_is_not_believed() -> None:
    lights = GuideLights(Told(UNIT, DARK, CAMERA))
    lights.open()
    with pytest.raises(DeviceError) as caught:
        lights.show(frozenset({"id_reader"}))
    assert caught.value.fault.code == GuideLightsFault.GARBLED


def test_what_came_before_a_question_is_no_answer_to_it() -> None:
    pipe = Told(UNIT, DARK)
    lights = GuideLights(pipe)
    lights.open()
    pipe.waiting = CAMERA
    assert lights.poll().details == {"id_reader": "off", "camera": "off"}
    assert lights.counters["restored"] == 0


@pytest.mark.parametrize(
    "picture", [b"lamps id_reader=off\n", b"lamps camera=off id_reader=off\n", DARK[:-1] + b" page_printer=off\n"]
)
def test_a_picture_of_other_lamps_is_none(picture: bytes) -> None:
    lights = GuideLights(Told(UNIT, DARK, picture))
    lights.open()
    with pytest.raises(DeviceError) as caught:
        lights.poll()
    assert caught.value.fault.code == GuideLightsFault.GARBLED


def test_a_unit_that_refuses_is_quoted() -> None:
    lights = GuideLights(Told(b"error too old\n"))
    with pytest.raises(DeviceError) as caught:
        lights.open()
    assert caught.value.fault.detail == "refused: too old"


def test_a_line_that_never_falls_silent_holds_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drivers.guide_lights.lights.ANSWER_SECONDS", 0.1)

    class Babble(Told):
        def read(self, at_most: int, deadline: float) -> bytes:
            return b"x\n"

    with pytest.raises(DeviceError) as caught:
        GuideLights(Babble(b"")).open()
    assert caught.value.fault.code == GuideLightsFault.GARBLED


def test_an_answer_that_broke_off_is_not_waited_for(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drivers.guide_lights.lights.ANSWER_SECONDS", 60.0)
    desk.unit.verbs["fault"](kind="truncate")
    began = time.monotonic()
    desk.show("camera")
    assert time.monotonic() - began < 30.0


def test_what_is_wanted_is_lit_as_soon_as_the_unit_is_open_again(desk: Desk) -> None:
    desk.show("camera")
    desk.lights.close()
    desk.unit.restart()
    desk.lights.open()
    assert desk.lit == {"camera": "on"}


@pytest.mark.parametrize(
    ("kind", "code"), [("silence", GuideLightsFault.SILENT), ("truncate", GuideLightsFault.GARBLED)]
)
def test_a_unit_that_does_not_make_sense_is_named_so(desk: Desk, kind: str, code: GuideLightsFault) -> None:
    desk.unit.verbs["fault"](kind=kind, count=0)
    with pytest.raises(DeviceError) as caught:
        desk.lights.poll()
    assert caught.value.fault.code == code
    desk.unit.verbs["clear"]()
    time.sleep(0.1)
    assert desk.lights.poll().ready


@pytest.fixture
def quick_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ALL_SECONDS", "EACH_SECONDS"):
        monkeypatch.setattr(f"drivers.guide_lights.lights.{name}", 0.4)


@pytest.mark.usefixtures("quick_checks")
def test_the_external_check_lights_all_of_them_and_leaves_them_as_they_were(desk: Desk) -> None:
    desk.show("camera", blink=True)
    seen: list[dict[str, str]] = []
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.02):
            seen.append(desk.lit)

    eyes = threading.Thread(target=watch)
    eyes.start()
    report = desk.lights.check_health(HealthLevel.EXTERNAL, desk.cancel)
    over.set()
    eyes.join()
    assert report.faults == ()
    assert dict.fromkeys(THREE, "on") in seen
    assert desk.lit == {"camera": "blink"}


@pytest.mark.usefixtures("quick_checks")
def test_the_interactive_check_lights_one_after_the_other(desk: Desk) -> None:
    seen: list[dict[str, str]] = []
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.02):
            if not seen or desk.lit != seen[-1]:
                seen.append(desk.lit)

    eyes = threading.Thread(target=watch)
    eyes.start()
    report = desk.lights.check_health(HealthLevel.INTERACTIVE, desk.cancel)
    over.set()
    eyes.join()
    assert report.question == "guide_lights.one_by_one"
    assert [lit for lit in seen if lit] == [{lamp: "on"} for lamp in THREE]
    assert desk.lit == {}


def test_a_check_that_is_stopped_leaves_the_lamps_as_they_were(desk: Desk) -> None:
    desk.show("camera")
    threading.Timer(0.2, desk.cancel.request).start()
    with pytest.raises(Cancelled):
        desk.lights.check_health(HealthLevel.INTERACTIVE, desk.cancel)
    assert desk.lit == {"camera": "on"}


def test_a_check_finds_the_broken_lamp(desk: Desk) -> None:
    desk.unit.burn_out("id_reader")
    report = desk.lights.check_health(HealthLevel.INTERNAL, desk.cancel)
    assert [fault.detail for fault in report.faults] == ["id_reader"]
    assert report.facts == {"lamps": 3, "model": "simulated", "firmware": "1.0"}


# -- the simulator, as whoever builds a unit sees it ------------------------------------


def said_to(unit: GuideLightsSimulator, *pieces: bytes) -> bytes:
    """What the unit answers to a host that says each of these on a connection of its own; the last answer."""
    where = urlsplit(unit.address)
    answer = b""
    for number, piece in enumerate(pieces, 1):
        with socket.create_connection((str(where.hostname), where.port or 0), PATIENCE) as host:
            host.sendall(piece)
            if number == len(pieces):
                answer = host.makefile("rb").readline()
            else:
                time.sleep(0.2)
    return answer


def test_a_unit_refuses_a_lamp_that_it_does_not_have(desk: Desk) -> None:
    assert said_to(desk.unit, b"show camera=on\n").startswith(b"lamps ")
    assert said_to(desk.unit, b"show page_printer=on\n") == b"error no such lamp\n"
    assert said_to(desk.unit, b"good evening\n") == b"error not understood\n"
    assert desk.lit == {"camera": "on"}


def test_half_a_line_of_an_earlier_host_is_forgotten(desk: Desk) -> None:
    assert said_to(desk.unit, b"show cam", b"?\n").startswith(b"lamps ")


def test_only_a_lamp_that_is_there_can_burn_out(desk: Desk) -> None:
    with pytest.raises(ValueError, match="page_printer"):
        desk.unit.burn_out("page_printer")
