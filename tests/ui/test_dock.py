"""The developer dock: everything that can befall a device can be brought about from it, and be mended from it."""

from __future__ import annotations

import importlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QImage

from backoffice.loopback import LoopbackDepartments, LoopbackOfficer, LoopbackPhone, Manner
from backoffice.service import create_app
from backoffice.store import Store
from backoffice.wallet import LoopbackWallet
from drivers.camera.camera import Camera
from drivers.code_scanner.scanner import CodeScanner
from drivers.device import DeviceError, DeviceState, HealthLevel
from drivers.document_camera.page import PageFault, examine
from drivers.id_reader.people import TRAY
from drivers.scenario import Scenario, Step
from drivers.simulation import Relay
from drivers.transport import transport_for
from drivers.worker import DeviceWorker
from drivers.world import World
from kiosk.catalogue.catalogue import load_catalogue
from kiosk.gateway.client import GatewayClient, GatewayUnreachable
from kiosk.gateway.contract import AppCodeCheck, CallRequest, CallState, Order, OrderRequest
from kiosk.operations.faults import load_faults
from kiosk.operations.names import STATES
from kiosk.text import Text
from tests.backoffice.running import Running
from tests.drivers.contract import PATIENCE, Bench
from tests.drivers.simulated import CLASSES, told
from tests.ui.desk import CONFIG
from ui.application import Application, Soon
from ui.finger import let_live
from ui.models.controls import Control, Deed, Tables, reaching
from ui.models.dock import LOOK_MILLISECONDS, DeviceModel, DockModel, Lane

WORDS = load_faults(CONFIG / "faults")
TABLES = Tables()


def until(condition: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    """Let the dock live until ``condition`` holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        let_live(10)


def bench_of(device_class: str) -> AbstractContextManager[Bench]:
    return importlib.import_module(f"tests.drivers.{device_class}.bench").bench()  # type: ignore[no-any-return]


@contextmanager
def dock_over(*benches: Bench, nights: Mapping[str, Scenario] | None = None) -> Iterator[DockModel]:
    """The dock's model over devices on their benches, told over real control sockets."""
    world = World(nights or {})
    with ExitStack() as stack:
        for bench in benches:
            world.controls[bench.device_class] = stack.enter_context(told(bench.verbs))
        model = DockModel(
            world,
            Soon(),
            devices={bench.device_class: bench.owned for bench in benches},
            traces={},
            words=WORDS,
            picture=no_picture,
        )
        stack.callback(model.close)
        yield model


def settle(device: DeviceModel) -> None:
    """Let what was asked of a simulator be done, and be shown."""
    until(lambda: not device.account["busy"], "the simulator's answer")
    let_live(0)


def choose(device: DeviceModel, control: int, which: int) -> str:
    """Touch one choice or button; what was refused."""
    device.choose(control, which)
    settle(device)
    return str(device.account["trouble"])


def mend(device: DeviceModel, control: int) -> None:
    """Put a control back to how it should be: its first choice; where it has none, all faults are cleared."""
    if device.table.controls[control].choices:
        assert choose(device, control, 0) == ""
    else:
        device.clear()
        settle(device)


# -- every state of every device -------------------------------------------------

# Codes that no control has to reach, each for its reason; none of them may ever stand in a status.
NOT_THE_WORLDS = {
    "page_printer.not_capable": "the kiosk asked for what this model cannot do",
    "card_rewriter.no_stock": "the same",
    "page_printer.busy": "a server's word for a moment, after which the driver asks again",
}


# Each day a device on a serial line, one with a lens and one with paper.
DAILY = ("id_reader", "camera", "receipt_printer")


@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    "device_class", [one if one in DAILY else pytest.param(one, marks=pytest.mark.campaign) for one in CLASSES]
)
def test_every_fault_of_a_device_is_reached_from_the_dock_and_mended_from_it(
    application: Application, device_class: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("drivers.code_scanner.scanner.TEST_CODE_SECONDS", 2.0)  # nobody shows one
    monkeypatch.setattr("drivers.receipt_printer.printer.RECOVER_SECONDS", 0.0)  # and nobody waits for it to be tried
    with bench_of(device_class) as bench, dock_over(bench) as dock:
        device = dock.devices[device_class]
        bench.until_ready()
        seen = {DeviceState.READY}
        ways = {str(code): list(reaching(device.table, str(code))) for code in bench.faults}
        lost = {code for code in ways if not ways[code]}
        excused = NOT_THE_WORLDS.keys() & ways.keys()
        assert lost == excused, f"nothing in ui/controls/{device_class}.yaml reaches them"
        assert not lost & set(map(str, bench.standing))
        for code in ways.keys() - lost:
            assert any(_leads_to(code, bench, device, way, seen) for way in ways[code]), f"no way to {code} was open"
        assert DeviceState.DISCONNECTED in seen
        assert (DeviceState.ATTENTION in seen) == bool(bench.standing)
    assert f"{device_class}.disconnected" in {str(one) for one in bench.faults}


def _leads_to(code: str, bench: Bench, device: DeviceModel, way: tuple[int, int, Deed], seen: set[DeviceState]) -> bool:
    """Bring one fault about by one control, see it, and mend it; False when this simulator lacks the part."""
    control, which, deed = way
    if trouble := choose(device, control, which):
        assert trouble.startswith("Refused: there is no"), trouble
        return False
    if device.table.controls[control].choices:
        assert device.account["values"][control] == which
    if code in deed.reaches:
        until(lambda: code in [fault.code for fault in bench.status.faults], code)
        seen.add(bench.status.state)
        device.look()
        until(lambda: code in [shown for shown, _ in device.account["faults"]], f"{code} in the dock")
        assert all(happened for _, happened in device.account["faults"])
    else:
        until(lambda: code in met_in_use(bench), f"{code} in use")
    mend(device, control)
    if code in deed.in_use:
        until(lambda: code not in met_in_use(bench), f"{code} to be over")
    bench.until_ready()
    device.look()
    until(lambda: device.account["mark"] == "ok", "a sound device in the dock")
    return True


# Devices whose faults in use are met by examining them; others are met by using them.
EXAMINED = {"ups": HealthLevel.EXTERNAL, "code_scanner": HealthLevel.INTERACTIVE}


def met_in_use(bench: Bench) -> set[str]:
    """The faults that the device meets when it does what it is for, or shows afterwards."""
    met = {fault.code for fault in bench.status.faults}
    if isinstance(camera := bench.owned, Camera):
        if bench.status.state is DeviceState.DISCONNECTED:  # the next citizen comes, and the lens is switched on
            camera.stop()
            camera.join()
            camera.start()
        frame = camera.latest()
        return met | {str(code) for code in (examine(frame.image).faults if frame else [PageFault.NO_PICTURE])}
    try:
        if (level := EXAMINED.get(bench.device_class)) is not None:
            met |= {fault.code for fault in bench.owned.check_health(level).future.result(PATIENCE).faults}
        else:
            bench.use()
    except DeviceError as error:
        met.add(error.fault.code)
    return met | {fault.code for fault in bench.status.faults}


@pytest.mark.parametrize("device_class", CLASSES)
def test_no_verb_of_a_simulator_is_out_of_reach(device_class: str) -> None:
    with bench_of(device_class) as bench:
        offered = verbs_of(TABLES.of(device_class).controls)
        table = TABLES.of(device_class)
        offered |= {"state", "fault", "clear"} | ({table.roll.do} if table.roll else set())
        assert set(bench.verbs) <= offered
        assert offered <= set(bench.verbs), "the dock offers what the simulator does not know"


def verbs_of(controls: tuple[Control, ...]) -> set[str]:
    verbs: set[str] = set()
    for control in controls:
        verbs |= {verb for deed in control.deeds for verb in deed.do}
        verbs |= {one.do for one in (control.slider, control.text) if one is not None}
    return verbs


def test_every_card_of_the_tray_lies_in_the_dock() -> None:
    card = next(control for control in TABLES.of("id_reader").controls if control.label == "Card")
    people = {deed.do["place"]["person"] for deed in card.deeds if "place" in deed.do}
    assert people == set(TRAY)


@pytest.mark.parametrize(("device_class", "shape"), [("receipt_printer", 0.0), ("page_printer", 297 / 210)])
def test_what_came_out_is_there_to_be_looked_at_the_newest_on_top(
    application: Application, device_class: str, shape: float
) -> None:
    with bench_of(device_class) as bench, dock_over(bench) as dock:
        device = dock.devices[device_class]
        bench.until_ready()
        device.look()
        settle_look(device)
        assert device.roll == []
        for number in (1, 2):
            bench.use()
            until(lambda: looked(device) and len(device.roll) == number, "the newest")  # noqa: B023
        pictures = [QImage(QUrl(url).toLocalFile()) for url in device.roll]
        assert all(picture.width() > 300 for picture in pictures)
        assert all(
            not shape or picture.height() / picture.width() == pytest.approx(shape, rel=0.02) for picture in pictures
        )
        assert [Path(url).stem[-1] for url in device.roll] == ["2", "1"]


def looked(device: DeviceModel) -> bool:
    device.look()
    return True


def test_a_device_that_nobody_asked_yet_is_shown_as_such(application: Application) -> None:
    with bench_of("code_scanner") as bench, worker_that_rests() as resting, told(bench.verbs) as control:
        world = World({})
        world.controls["code_scanner"] = control
        model = DockModel(world, Soon(), devices={"code_scanner": resting}, traces={}, words=WORDS, picture=no_picture)
        assert model.devices["code_scanner"].account["word"] == STATES[DeviceState.UNKNOWN].en
        assert model.devices["code_scanner"].account["mark"] == "quiet"
        model.close()


@contextmanager
def worker_that_rests() -> Iterator[DeviceWorker[Any]]:
    worker: DeviceWorker[Any] = DeviceWorker("code_scanner", CodeScanner(transport_for("socket://127.0.0.1:9")))
    yield worker
    worker.stop()


def no_picture() -> Callable[[], Path]:
    raise AssertionError("nobody asked for a picture")


# -- the line ----------------------------------------------------------------------


@pytest.mark.parametrize("label", ["Silent", "Down"])
def test_the_line_can_be_cut_and_silenced_so_that_the_kiosk_feels_it(
    application: Application, tmp_path: Path, label: str
) -> None:
    store = Store(f"sqlite:///{tmp_path}/backoffice.sqlite3")
    with Running(create_app(store)) as office, relay_before(office.url) as relay, told(relay.verbs) as control:
        world = World({})
        world.controls["line"] = control
        model = DockModel(world, Soon(), devices={}, traces={}, words=WORDS, picture=no_picture)
        line = model.devices["line"]
        client = GatewayClient(f"http://{relay.address}", connect_seconds=0.5, read_seconds=0.5)
        which = line.table.controls[0].labels.index(label)
        assert line.table.controls[0].deeds[which].in_use == ("gateway.unreachable",)
        assert choose(line, 0, which) == ""
        assert line.account["values"][0] == which
        with pytest.raises(GatewayUnreachable):
            client.health()
        assert choose(line, 0, 0) == ""
        assert (line.account["mark"], line.account["values"][0]) == ("ok", 0)
        until(lambda: answers(client), "the line to come back")
        client.close()
        model.close()
    store.close()


@contextmanager
def relay_before(url: str) -> Iterator[Relay]:
    relay = Relay(urlsplit(url).netloc)
    relay.start()
    yield relay
    relay.stop()


def answers(client: GatewayClient) -> bool:
    try:
        return client.health().status == "ok"
    except GatewayUnreachable:
        return False


# -- the people at the other end ----------------------------------------------------------


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path}/backoffice.sqlite3")
    yield store
    store.close()


@contextmanager
def dock_with(name: str, verbs: Mapping[str, Callable[..., Any]]) -> Iterator[DeviceModel]:
    world = World({})
    with told(verbs) as control:
        world.controls[name] = control
        model = DockModel(world, Soon(), devices={}, traces={}, words=WORDS, picture=no_picture)
        yield model.devices[name]
        model.close()


def call_of(office: Store) -> str:
    number = TRAY["lin"].record.number
    request = CallRequest(station="XM-0001", item="JT-02", number=number, name="林示例", language="zh")
    return office.call(request).call_id


# What a kiosk says of each; an officer who is away is called in vain, and the kiosk says that all are busy.
SAID = {CallState.BUSY: "video.busy", CallState.REFUSED: "video.refused", CallState.DROPPED: "video.dropped"}


@pytest.mark.parametrize("which", range(len(Manner)))
def test_an_officer_takes_calls_in_the_manner_that_is_chosen_in_the_dock(
    application: Application, office: Store, which: int
) -> None:
    officer = LoopbackOfficer(office, seconds=0.0)
    with dock_with("officer", officer.verbs) as device:
        assert choose(device, 0, which) == ""
        assert device.account["values"][0] == which
        deed = device.table.controls[0].deeds[which]
        officer.start()
        call_id = call_of(office)
        end = {"away": CallState.CALLING, "talks": CallState.CONNECTED, "confirms": CallState.CONFIRMED}
        manner = deed.do["behave"]["manner"]
        if manner in end:
            until(lambda: office.how_is_call(call_id).state is end[manner], "the officer")
        else:
            until(lambda: SAID.get(office.how_is_call(call_id).state) in deed.in_use, "the officer")
        officer.stop()
        assert choose(device, 0, 0) == ""


def test_a_call_under_way_is_taken_by_touching_buttons(application: Application, office: Store) -> None:
    with dock_with("officer", LoopbackOfficer(office).verbs) as device:
        now = control_of(device, "Now")
        labels = device.table.controls[now].labels
        for end, state in (("Confirm", "confirmed"), ("Refuse", "refused"), ("Hang up", "dropped")):
            call_id = call_of(office)
            assert choose(device, now, labels.index(end)).startswith("Refused: ")
            assert choose(device, now, labels.index("Answer")) == ""
            assert dict(device.account["facts"])["Calls"] == "connected"
            assert choose(device, now, labels.index(end)) == ""
            assert office.how_is_call(call_id).state == state


def test_the_citizens_phone_shows_a_code_of_whoever_is_named(application: Application, office: Store) -> None:
    shown: list[str] = []
    numbers = {name: person.record.number for name, person in TRAY.items()}
    with dock_with("phone", LoopbackPhone(office, numbers, shown.append).verbs) as device:
        text = device.table.controls[0].text
        assert text is not None
        for name in text.samples.values():
            device.say(0, name)
            settle(device)
            assert office.check_app_code(AppCodeCheck(number=numbers[name], code=shown[-1])).right
        device.say(0, "nobody")
        settle(device)
        assert device.account["trouble"].startswith("Refused: ")


def order_of(wallet: LoopbackWallet, bill: str) -> Order:
    about = Text(zh="示例费", en="A fee")
    request = OrderRequest(
        operation="transport.fee", bill=bill, amount=1500, about=about, item="JT-02", station="XM-0001", language="zh"
    )
    return wallet.payments.order(request)


# What becomes of an order that the phone reads, by the manner that is chosen.
PAID_BY = {"pays": "paid", "refuses": "refused", "pays_twice": "paid", "slow": "open", "only_looks": "open"}


@pytest.mark.parametrize("which", range(len(PAID_BY)))
def test_the_phone_pays_in_the_manner_that_is_chosen_in_the_dock(
    application: Application, office: Store, which: int
) -> None:
    wallet = LoopbackWallet(office, seconds=0.0)
    wallet.start()
    with dock_with("wallet", wallet.verbs) as device:
        assert choose(device, 0, which) == ""
        manner = device.table.controls[0].deeds[which].do["behave"]["manner"]
        order = order_of(wallet, manner)
        device.say(control_of(device, "Read a code"), order.code)
        settle(device)
        until(lambda: wallet.payments.status(order.order_id).state == PAID_BY[manner], "the phone")
        until(lambda: wallet.state()["refunded"] == (manner == "pays_twice"), "the refund")
    wallet.stop()


def test_a_code_that_was_read_is_paid_by_touching_buttons(application: Application, office: Store) -> None:
    wallet = LoopbackWallet(office, seconds=0.0)
    wallet.start()
    wallet.behave("only_looks")
    with dock_with("wallet", wallet.verbs) as device:
        now = control_of(device, "Now")
        labels = device.table.controls[now].labels
        assert choose(device, now, labels.index("Pay")).startswith("Refused: ")
        for button, state in (("Pay", "paid"), ("Refuse", "refused"), ("Pay twice", "paid")):
            order = order_of(wallet, button)
            wallet.scan(order.code)
            assert choose(device, now, labels.index(button)) == ""
            assert dict(device.account["facts"])["Order"] == state
            assert wallet.payments.status(order.order_id).state == state
    wallet.stop()


DEPARTMENTS = [one.id for one in load_catalogue(CONFIG).departments.departments]


def test_each_department_behaves_as_it_is_chosen_in_the_dock(application: Application, office: Store) -> None:
    with dock_with("departments", LoopbackDepartments(office, DEPARTMENTS).verbs) as device:
        assert len(device.table.controls) == len(DEPARTMENTS)
        for number, department in enumerate(DEPARTMENTS):
            for choice, manner in ((1, "down"), (2, "slow"), (3, "closed"), (0, "up")):
                assert choose(device, number, choice) == ""
                assert office.manners()[department][0] == manner
                assert device.account["values"][number] == choice


@pytest.mark.parametrize("name", ["officer", "phone", "wallet", "departments"])
def test_no_verb_of_the_people_at_the_other_end_is_out_of_reach(office: Store, name: str) -> None:
    wallet = LoopbackWallet(office)
    wallet.start()
    verbs = {
        "officer": LoopbackOfficer(office).verbs,
        "phone": LoopbackPhone(office, {}, str).verbs,
        "wallet": wallet.verbs,
        "departments": LoopbackDepartments(office, DEPARTMENTS).verbs,
    }[name]
    wallet.stop()
    assert set(verbs) == verbs_of(TABLES.of(name).controls) | {"state", "clear"}
    assert all(code in WORDS for control in TABLES.of(name).controls for deed in control.deeds for code in deed.in_use)


# -- what may be done ------------------------------------------------------------------


@pytest.fixture
def scanner(application: Application) -> Iterator[DeviceModel]:
    """The dock's card of a code scanner."""
    with bench_of("code_scanner") as bench, dock_over(bench) as dock:
        bench.until_ready()
        device = dock.devices["code_scanner"]
        device.look()
        settle_look(device)
        yield device


def settle_look(device: DeviceModel) -> None:
    until(lambda: device.lane.idle, "its account")
    let_live(0)


def control_of(device: DeviceModel, label: str) -> int:
    return next(number for number, control in enumerate(device.table.controls) if control.label == label)


def test_words_reach_the_scanner_and_are_seen_in_its_account(scanner: DeviceModel) -> None:
    scanner.say(control_of(scanner, "Scan"), "受理编号 JT02")
    settle(scanner)
    assert any("受理编号 JT02" in value for _, value in scanner.account["facts"])


def test_a_refusal_is_a_sentence_that_goes_when_something_else_is_done(scanner: DeviceModel) -> None:
    scanner.say(control_of(scanner, "Raw bytes"), "no bytes")
    settle(scanner)
    assert scanner.account["trouble"].startswith("Refused: ")
    assert scanner.account["trouble"].endswith(".")
    assert "Error" not in scanner.account["trouble"]
    scanner.clear()
    settle(scanner)
    assert scanner.account["trouble"] == ""


def test_faults_are_armed_listed_in_words_and_cleared(scanner: DeviceModel) -> None:
    scanner.arm("delay", 100, 3, 0.5, 0.2)
    scanner.arm("silence", 100, 0, 1.0, 0.0)
    settle(scanner)
    assert scanner.account["armed"] == [
        "delay · 3 more · after 100 · 50% · 0.2 s",
        "silence · every message · after 100",
    ]
    scanner.clear()
    settle(scanner)
    assert scanner.account["armed"] == []


@pytest.mark.parametrize("device_class", CLASSES)
def test_all_that_can_befall_a_device_itself_can_be_armed_and_is_refused_by_none(
    application: Application, device_class: str
) -> None:
    with bench_of(device_class) as bench, dock_over(bench) as dock:
        device = dock.devices[device_class]
        own = [one["label"] for one in device.property("ownFaults")]
        assert len(own) == len(set(own))
        for number, label in enumerate(own):
            device.armOwn(number, 10_000, 2, 0.5, 1.0)
            settle(device)
            assert device.account["trouble"] == "", label
            assert len(device.account["armed"]) == number + 1, label
        device.clear()
        settle(device)
        assert device.account["armed"] == []


def test_what_befalls_a_device_is_undone_by_its_sound_choice_and_the_wires_faults_are_not_offered_twice() -> None:
    mishaps = {one.label: one for one in TABLES.of("receipt_printer").mishaps}
    assert mishaps["Cover: Open"].do == {"cover": {"is_open": True}}
    assert mishaps["Cover: Open"].undo == {"cover": {"is_open": False}}
    assert not mishaps["Power: Off and on again"].lasts
    assert not [label for label in mishaps if label.startswith(("Cable", "Loose plug", "Answers"))]
    refused = next(one for one in TABLES.of("id_reader").mishaps if one.label == "Reading: Card refused")
    told = list[Any]()

    def tell(verb: str, **how: Any) -> Mapping[str, Any]:
        told.append((verb, how))
        return {}

    refused.arm(tell, after=1, count=2, probability=0.5, seconds=9.0)
    turn = {"after": 1, "count": 2, "probability": 0.5}
    assert told == [("fault", {"kind": "sw3", "command": "READ", "value": 0x31, **turn})]


def test_what_is_armed_wrongly_is_refused(scanner: DeviceModel) -> None:
    scanner.arm("rain", 0, 1, 1.0, 0.0)
    settle(scanner)
    assert scanner.account["trouble"].startswith("Refused: no such fault: rain; there are silence")


def test_a_simulator_that_is_gone_is_said_and_the_dock_goes_on(application: Application) -> None:
    with bench_of("code_scanner") as bench, dock_over(bench) as dock:
        device = dock.devices["code_scanner"]
        dock._world.controls["code_scanner"].close()
        device.look()
        until(lambda: device.account["trouble"], "a word about it")
        assert device.account["trouble"].startswith("The simulator does not answer")


@pytest.mark.warns("a call of the dock failed")
def test_what_nobody_foresaw_is_logged_and_the_dock_goes_on(
    application: Application, caplog: pytest.LogCaptureFixture
) -> None:
    lane, told_of = Lane("test", Soon()), list[object]()

    def stumble() -> None:
        raise TypeError("a slip of the developer's hand")

    lane.ask(stumble, told_of.append, told_of.append)
    lane.ask(lambda: "done", told_of.append, told_of.append)
    until(lambda: len(told_of) == 2, "both ends")
    assert told_of == ["This failed in a way nobody foresaw; the log says how.", "done"]
    assert "nobody foresaw" in caplog.text
    assert lane.idle
    lane.close()


def test_what_comes_after_the_end_reaches_nobody(application: Application) -> None:
    lane, released, told_of = Lane("test", Soon()), threading.Event(), list[object]()
    lane.ask(lambda: released.wait(PATIENCE), told_of.append, told_of.append)
    lane.close()
    lane.ask(lambda: "more", told_of.append, told_of.append)
    released.set()
    until(lambda: lane.idle, "the end of what was under way")
    let_live(50)
    assert told_of == []


def test_a_slow_verb_keeps_nobody_waiting(application: Application) -> None:
    released = threading.Event()

    def slow() -> None:
        assert released.wait(PATIENCE)

    verbs = {"plug": slow, "state": lambda: {"plugged": True, "armed": []}}
    with told(verbs) as one, told({"state": verbs["state"], "unplug": dict}) as other:
        world = World({})
        world.controls = {"slow": one, "quick": other}
        model = DockModel(world, Soon(), devices={}, traces={}, words=WORDS, picture=no_picture)
        began = time.monotonic()
        model.devices["slow"].choose(0, 0)
        model.look()
        assert time.monotonic() - began < 1.0
        assert model.devices["slow"].account["busy"]
        until(lambda: model.devices["quick"].account["word"] == "up", "the other one's account")
        assert model.devices["slow"].account["busy"]
        released.set()
        settle(model.devices["slow"])
        model.close()


@pytest.mark.warns("code_scanner could not dance")
def test_nights_are_played_stopped_and_their_failures_told(application: Application) -> None:
    nights = {
        name: Scenario(name, {"zh": "夜", "en": "Night"}, {"zh": "一夜。", "en": "A night."}, steps)
        for name, steps in {
            "long": (Step(at=0, device="code_scanner", do="fault", kind="drop", count=0), far(3600)),
            "odd": (Step(at=0, device="code_scanner", do="dance"),),
            "elsewhere": (Step(at=0, device="harp", do="play"),),
        }.items()
    }
    with bench_of("code_scanner") as bench, dock_over(bench, nights=nights) as dock:
        told_of = {night["id"]: night for night in dock.property("nights")}
        assert told_of["long"]["lasts"] == "1 h"
        assert told_of["odd"]["lasts"] == "until it is stopped"
        assert told_of["elsewhere"]["missing"] == "harp"
        dock.play("long")
        until(lambda: dock.night["playing"] == "long", "the night")
        scanner = dock.devices["code_scanner"]
        looks(dock, lambda: scanner.account["armed"] == ["drop · every message"])
        dock.stop()
        looks(dock, lambda: dock.night["playing"] == "" and not scanner.account["armed"])
        dock.play("odd")
        looks(dock, lambda: dock.night["failures"])
        assert "no such verb: dance" in dock.night["failures"][0]
        dock.play("elsewhere")
        looks(dock, lambda: dock.night["trouble"])
        assert dock.night["trouble"] == ("This cannot be done: elsewhere needs harp, which are not simulated here.")
        dock.run(60)
        looks(dock, lambda: dock.night["speed"] == 60.0 and not dock.night["trouble"])


def far(at: float) -> Step:
    return Step(at=at, device="code_scanner", do="clear")


def looks(dock: DockModel, condition: Callable[[], object]) -> None:
    """Let the dock look around until ``condition`` holds."""

    def looked() -> object:
        dock.look()
        return condition()

    until(looked, "what the dock shows")


def test_nobody_is_asked_while_nobody_looks(application: Application) -> None:
    asked = [0]

    def state() -> Mapping[str, Any]:
        asked[0] += 1
        return {"plugged": True, "armed": []}

    with told({"state": state}) as control:
        world = World({})
        world.controls["thing"] = control
        model = DockModel(world, Soon(), devices={}, traces={}, words=WORDS, picture=no_picture)
        let_live(LOOK_MILLISECONDS + 200)
        assert asked == [0]
        model.watch(True)
        until(lambda: asked[0] >= 2, "the second question")
        model.watch(False)
        let_live(100)
        before = asked[0]
        let_live(LOOK_MILLISECONDS + 200)
        assert asked[0] == before
        model.close()


def test_a_device_without_a_table_still_has_its_cable_and_its_faults(application: Application) -> None:
    assert [control.label for control in TABLES.of("harp").controls] == ["Cable", "Loose plug", "Answers"]
    assert TABLES.of("harp").controls[0].choices["Out"].reaches == ("harp.disconnected",)
