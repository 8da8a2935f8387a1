"""The e政务 kiosk: the one place where its parts are put together.

main.py run          the kiosk
main.py walk ITEM    one invented citizen through one item, by touch
main.py check        opens every device and says whether the machine is fit
main.py simulate     one simulated device on its own
main.py technician   who may open the technician's screen
main.py replay       a recording of a wire, held against the driver
main.py catalogue    checks the items, writes the public lists
main.py backoffice   the back office, and an officer's work in it
"""

from __future__ import annotations

import argparse
import fcntl
import json
import logging
import os
import re
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from PySide6.QtQuick import QQuickWindow

    from drivers.device import Device, DeviceStatus
    from drivers.recording import Masks, Passed, Tap, Trace
    from drivers.simulation import Control
    from drivers.transport import Transport
    from drivers.worker import OwnedDevice
    from drivers.world import World
    from kiosk.catalogue.item import Item
    from kiosk.gateway.client import GatewayClient
    from kiosk.hardware import Hardware
    from kiosk.home import Elsewhere
    from kiosk.operations.faults import FaultWords
    from kiosk.operations.fleet import Heartbeat
    from kiosk.operations.readiness import Readiness
    from kiosk.operations.records import Records
    from kiosk.operations.technicians import Technicians
    from kiosk.operations.workshop import Workshop
    from kiosk.settings import Settings
    from kiosk.terminal import Terminal
    from ui.application import Application, Soon

HOUSE = Path(__file__).resolve().parent
CONFIG = HOUSE / "config"
CHECK_SECONDS = 30.0
LOCK, READINESS = "kiosk.lock", "readiness.json"  # in the storage directory, while a kiosk runs
READINESS_SECONDS = 15.0
MACHINE_SECONDS = 10.0
FIRST_BEAT_SECONDS, BEAT_SECONDS = 5.0, 120.0


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; the result is the program's exit status."""
    parser = argparse.ArgumentParser(prog="main.py", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="the kiosk on a machine")
    _settings_options(run)
    run.add_argument(
        "--simulate",
        nargs="?",
        const="all",
        metavar="KINDS",
        help="simulate every device that has no address, or only these: id_reader,ups",
    )
    run.add_argument("--scenario", metavar="NAME", help="a night of config/scenarios that happens to simulated devices")
    run.add_argument("--control", metavar="HOST:PORT", help="where other processes may play the simulated world")
    run.add_argument("--no-dock", action="store_true", help="simulated devices, but no developers' window")
    run.add_argument("--record", type=Path, metavar="FOLDER", help="keep what goes over every wire, masked")
    run.add_argument("--unmasked", action="store_true", help="record personal bytes as well; only for test cards")
    run.set_defaults(command=_run)

    walk = commands.add_parser("walk", help="one invented citizen through one item")
    _settings_options(walk)
    walk.add_argument("item", help="the item's code, such as JT-02")
    walk.add_argument("--out", type=Path, required=True, help="the folder for result, receipt, screens, journal")
    walk.add_argument("--person", default="lin", help="who lays down the card")
    walk.add_argument("--face", default=None, help="who stands before the camera, if not that person")
    walk.add_argument("--route", choices=["face", "code"], default="face", help="how the citizen signs in")
    walk.add_argument("--language", choices=["zh", "en"], default="zh")
    walk.set_defaults(command=_walk)

    check = commands.add_parser("check", help="opens every device and prints whether the machine is fit")
    _settings_options(check)
    check.add_argument("--json", action="store_true", help="print JSON")
    check.add_argument("--language", choices=["zh", "en"], default="en")
    check.set_defaults(command=_check)

    simulate = commands.add_parser("simulate", help="one simulated device")
    simulate.add_argument("kind", choices=sorted(_SIMULATORS))
    simulate.add_argument("--listen", default="tcp://127.0.0.1:0", help="tcp://host:port (0: any free one) or pty")
    simulate.add_argument(
        "--with", action="append", default=[], metavar="NAME=VALUE", help="what this one is like, as in read_seconds=0"
    )
    simulate.add_argument("--control", default="127.0.0.1:0", help="where verbs are taken, as JSON lines")
    simulate.set_defaults(command=_simulate)

    again = commands.add_parser("replay", help="makes the calls of a recording again and tells the first difference")
    again.add_argument("recording", type=Path)
    again.add_argument("--profile", default="generic-80mm", help="the printer's, for a receipt printer's recording")
    again.set_defaults(command=_replay)

    catalogue = commands.add_parser("catalogue", help="the items")
    what = catalogue.add_subparsers(required=True, metavar="WHAT")
    what.add_parser("check", help="reads every item and says what is wrong").set_defaults(command=_catalogue_check)
    export = what.add_parser("export", help="writes the public lists")
    export.add_argument("--out", type=Path, required=True)
    _settings_options(export)
    export.set_defaults(command=_catalogue_export)

    technician = commands.add_parser("technician", help="who may open the technician's screen")
    if _wants("technician", words):
        from kiosk.operations.commands import options as technician_options

        technician_options(technician, _settings_options, _technicians)

    backoffice = commands.add_parser("backoffice", help="the back office")
    if _wants("backoffice", words):
        from backoffice.commands import options as backoffice_options

        backoffice_options(backoffice)

    options = parser.parse_args(words)
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname).1s %(name)s: %(message)s", stream=sys.stderr
    )
    try:
        status: int = options.command(options)
    except StartError as error:
        print(error, file=sys.stderr)
        return 1
    return status


class StartError(Exception):
    """The program cannot start; the message is a sentence for whoever starts it."""


# -- the machine -----------------------------------------------------------------


def _now() -> datetime:
    return datetime.now().astimezone()


@contextmanager
def machine(
    settings: Settings, soon: Callable[[Callable[[], None]], None], wires: Wires | None = None, **how: Any
) -> Iterator[Terminal]:
    """The terminal with everything it needs, started, and stopped in the end; ``how`` goes to the terminal."""
    from drivers.receipt_printer.profile import ProfileError
    from kiosk.catalogue.catalogue import CatalogueError, load_catalogue
    from kiosk.gateway.client import GatewayClient
    from kiosk.gateway.outbox import Courier, Outbox, OutboxUnusable
    from kiosk.operations.faults import WordsError, load_faults
    from kiosk.operations.fleet import Heartbeat
    from kiosk.operations.journal import Journal
    from kiosk.stations import StationsError, elsewhere, load_stations
    from kiosk.terminal import Terminal

    told: list[Terminal] = []

    def changed(name: str, status: DeviceStatus) -> None:
        soon(lambda: told[0].device_changed(name, status) if told else None)

    directory, gateway = settings.storage.directory, settings.gateway
    client = None
    if gateway.url:
        client = GatewayClient(gateway.url, connect_seconds=gateway.connect_seconds, read_seconds=gateway.read_seconds)
    try:
        catalogue, faults = load_catalogue(CONFIG / "items"), load_faults(CONFIG / "faults")
        stations = load_stations(CONFIG / "stations.yaml")
        hardware = _hardware(settings, changed, wires or Wires(), client)
    except (CatalogueError, WordsError, StationsError, ProfileError, ValueError) as error:
        raise StartError(f"the kiosk cannot start: {error}") from error
    soon(hardware.faces.start)  # its process takes a second of its own; the home page comes first
    journal = Journal(directory / "journal.jsonl", _now)
    line, outbox, no_line = None, None, "gateway.absent"
    if client is not None:
        try:
            outbox = Outbox(directory)
        except OutboxUnusable:
            logging.getLogger("main").exception("the outbox cannot be opened, so nothing can be applied for")
            no_line = "outbox.unusable"
        else:
            courier = Courier(outbox, client, on_event=lambda event, facts: soon(lambda: journal.record(event, facts)))
            line = (client, courier)
    heartbeat = Heartbeat(directory, client, settings.station.id, version(), now=_now)

    def others() -> tuple[Elsewhere, ...]:
        known = heartbeat.known()
        fleet, age = (known.fleet, known.age) if known is not None else (None, 0.0)
        return elsewhere(stations, settings.station.id, _now(), fleet=fleet, age=age)

    terminal = Terminal(
        settings,
        catalogue,
        faults,
        hardware=hardware,
        line=line,
        no_line=no_line,
        journal=journal,
        soon=soon,
        now=_now,
        elsewhere=others,
        **how,
    )
    told.append(terminal)
    hardware.start()
    if line is not None:
        line[1].start()
    ended = threading.Event()
    beating = threading.Thread(target=_beat, args=(heartbeat, terminal, ended), name="heartbeat", daemon=True)
    beating.start()
    try:
        yield terminal
    finally:
        ended.set()
        terminal.stop()
        beating.join(5.0)
        if outbox is not None:
            outbox.close()


def _beat(heartbeat: Heartbeat, terminal: Terminal, ended: threading.Event) -> None:
    """Tell the back office now and then how this machine is."""
    pause = FIRST_BEAT_SECONDS
    while not ended.wait(pause):
        home = terminal.home()
        heartbeat.beat(home.service, tuple(tile.code for tile in home.tiles if not tile.available))
        pause = BEAT_SECONDS


def version() -> str:
    """The version of this program."""
    import tomllib

    project = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


class Wires:
    """The taps of this machine's wires: a live trace of each, and a recording where one was asked for."""

    def __init__(self, folder: Path | None = None, *, masked: bool = True) -> None:
        self.traces: dict[str, Trace] = {}
        self._folder = folder
        self._masked = masked

    def tap(self, name: str) -> Tap:
        """The tap of one device's wire."""
        from drivers.recording import Masks, Plain, Recording, Tap, Trace

        tap = Tap(masks_of(name) if self._masked else Masks(Plain(), Plain()))
        trace = self.traces[name] = Trace()
        tap.listeners = (trace.see,)
        if self._folder is not None:
            self._folder.mkdir(parents=True, exist_ok=True)
            file = (self._folder / f"{name}.jsonl").open("w", encoding="utf-8")
            tap.listeners += (Recording(file, name, masked=self._masked).see,)
        return tap


def masks_of(device_class: str) -> Masks:
    """What takes personal content out of a wire; where a protocol has no mask of its own, nothing of it is shown."""
    from drivers.recording import Masks, Plain

    match device_class:
        case "id_reader":
            from drivers.id_reader.protocol import Mask as CardMask

            return Masks(Plain(), CardMask())
        case "receipt_printer":
            from drivers.receipt_printer.protocol import Mask as ReceiptMask

            return Masks(ReceiptMask(), Plain())
        case "guide_lights" | "ups":
            return Masks(Plain(), Plain())
        case _:
            return Masks()


def _hardware(
    settings: Settings,
    on_status: Callable[[str, DeviceStatus], None],
    wires: Wires,
    client: GatewayClient | None = None,
) -> Hardware:
    """Every device that has an address, with its owner, not yet started; the computer itself is one of them.

    Raises ValueError, ProfileError.
    """
    from drivers.camera.camera import Camera
    from drivers.id_reader.photo import decoder_for
    from drivers.recording import tapped
    from drivers.worker import DeviceWorker
    from kiosk.hardware import Hardware
    from kiosk.identity.process import FaceVerifier
    from kiosk.operations.machine import Machine, ask_line

    def told(name: str) -> Callable[[DeviceStatus], None]:
        return lambda status: on_status(name, status)

    owned: dict[str, DeviceWorker[Any]] = {}
    for name, make in _devices(settings).items():
        tap = wires.tap(name)
        device = tapped(make(tap), tap)
        owned[name] = DeviceWorker(name, device, on_status=told(name))
    asks = partial(ask_line, client, _now) if client is not None else None
    itself = Machine(settings.storage.directory, asks)
    owned["machine"] = DeviceWorker("machine", itself, poll_seconds=MACHINE_SECONDS, on_status=told("machine"))

    def camera(name: str, device_class: str = "camera") -> Camera | None:
        wanted = getattr(settings.devices, name)
        if not wanted.source:
            return None
        return Camera(wanted.source, name=name, device_class=device_class, width=wanted.width, height=wanted.height)

    card = settings.devices.id_reader
    return Hardware(
        decoder_for(card.portrait, card.library),
        FaceVerifier(),
        id_reader=owned.pop("id_reader", None),
        camera=camera("camera"),
        infrared_camera=camera("infrared_camera"),
        document_camera=camera("document_camera", "document_camera"),
        receipt_printer=owned.pop("receipt_printer", None),
        guide_lights=owned.pop("guide_lights", None),
        more=owned,
    )


def _devices(settings: Settings) -> dict[str, Callable[[Tap], Device]]:
    """How each device that has an address is made; its driver is loaded only then. Raises ProfileError, ValueError."""
    devices = settings.devices
    found: dict[str, Callable[[Tap], Device]] = {}

    def on_a_pipe(name: str, address: str, baudrate: int, make: Callable[[Transport], Device]) -> None:
        def made(tap: Tap) -> Device:
            from drivers.recording import TappedTransport
            from drivers.transport import transport_for

            return make(TappedTransport(transport_for(address, baudrate), tap))

        if address:
            found[name] = made

    if (card := devices.id_reader).port:
        from drivers.id_reader.reader import IdReader

        on_a_pipe("id_reader", card.port, card.baudrate, lambda pipe: IdReader(pipe, card.baudrate))
    if (paper := devices.receipt_printer).url:
        from drivers.receipt_printer.printer import ReceiptPrinter
        from drivers.receipt_printer.profile import load_profile

        profile = load_profile(CONFIG / "printers" / f"{paper.profile}.toml")
        on_a_pipe("receipt_printer", paper.url, 115200, lambda pipe: ReceiptPrinter(pipe, profile))
    for name, (module, driver) in _ON_A_LINE.items():
        line = getattr(devices, name)
        if line.port:
            on_a_pipe(name, line.port, line.baudrate, getattr(import_module(f"drivers.{name}.{module}"), driver))
    if devices.page_printer.url:
        from drivers.page_printer.printer import PagePrinter

        found["page_printer"] = lambda _: PagePrinter(devices.page_printer.url)
    if devices.ups.url:
        from drivers.ups.ups import ups_for

        found["ups"] = lambda _: ups_for(devices.ups.url)
    return found


# Devices on a serial line that need nothing but the line.
_ON_A_LINE = {
    "code_scanner": ("scanner", "CodeScanner"),
    "card_rewriter": ("rewriter", "CardRewriter"),
    "bank_card_reader": ("reader", "BankCardReader"),
    "guide_lights": ("lights", "GuideLights"),
}


# -- the other side of the wires -----------------------------------------------------


# Where the settings say each device is.
_ADDRESS = {
    "id_reader": "port",
    "camera": "source",
    "document_camera": "source",
    "receipt_printer": "url",
    "page_printer": "url",
    "code_scanner": "port",
    "card_rewriter": "port",
    "bank_card_reader": "port",
    "guide_lights": "port",
    "ups": "url",
}


@contextmanager
def world_for(
    settings: Settings, directory: Path, kinds: Iterable[str], *, faulty_line: bool = False
) -> Iterator[World]:
    """Start a simulator for every device of ``kinds`` without an address, and a back office where there is none.

    With ``faulty_line`` the way to the back office can be cut and slowed down.
    """
    from drivers.scenario import ScenarioError, load_scenarios
    from drivers.simulation import Control, ControlServer, Partner, Relay
    from drivers.world import World

    try:
        world = World(load_scenarios(CONFIG / "scenarios"))
    except ScenarioError as error:
        raise StartError(f"the kiosk cannot start: {error}") from error
    with ExitStack() as stack:
        stack.callback(world.close)
        missing = [kind for kind in kinds if not getattr(getattr(settings.devices, kind), _ADDRESS[kind])]
        commands = {kind: [sys.executable, str(HOUSE / "main.py"), "simulate", kind] for kind in missing}
        if not settings.gateway.url:
            world.database = f"sqlite:///{directory / 'backoffice.sqlite3'}"
            serve = ["backoffice", "serve", "--listen", "127.0.0.1:0", "--database", world.database]
            commands["backoffice"] = [sys.executable, str(HOUSE / "main.py"), *serve]
        with ThreadPoolExecutor(len(commands) or 1) as pool:  # each needs a second or two; together they need two
            started = {kind: pool.submit(Partner, command) for kind, command in commands.items()}
        for future in started.values():
            if future.exception() is None:
                stack.callback(future.result().stop)
        for kind, future in started.items():
            try:
                partner = future.result()
            except (RuntimeError, OSError) as error:
                raise StartError(f"{kind} cannot be simulated: {error}") from error
            if kind == "backoffice":
                world.words.append(f"gateway.url={partner.address}")
                continue
            world.words.append(f"devices.{kind}.{_ADDRESS[kind]}={partner.address}")
            world.controls[kind] = Control(str(partner.ready["control"]), seconds=20)
        if faulty_line:
            given = [word.removeprefix("gateway.url=") for word in world.words if word.startswith("gateway.url=")]
            relay = Relay(urlsplit((given or [settings.gateway.url])[0]).netloc)
            relay.start()
            stack.callback(relay.stop)
            server = ControlServer(relay.verbs)
            server.start()
            stack.callback(server.stop)
            world.controls["line"] = Control(server.address)
            world.words.append(f"gateway.url=http://{relay.address}")
        yield world


def _simulate(options: argparse.Namespace) -> int:
    from drivers.simulation import ControlServer

    try:
        make = getattr(import_module(f"drivers.{options.kind}.simulator"), _SIMULATORS[options.kind])
        simulator = make(options.listen, **dict(map(_option, getattr(options, "with"))))
    except (TypeError, ValueError, OSError) as error:
        raise StartError(f"this simulator cannot be made: {error}") from error
    simulator.start()
    host, _, port = options.control.rpartition(":")
    control = ControlServer(simulator.verbs, host, int(port))
    control.start()
    print(json.dumps({"ready": simulator.address, "control": control.address}), flush=True)
    _wait_for_the_end()
    control.stop()
    simulator.stop()
    return 0


def _option(words: str) -> tuple[str, Any]:
    """``read_seconds=0`` as a keyword argument; numbers and true, false, null as JSON has them."""
    name, _, value = words.partition("=")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


# One class of device each; loaded only when it is simulated.
_SIMULATORS: dict[str, str] = {
    "bank_card_reader": "BankCardReaderSimulator",
    "camera": "CameraSimulator",
    "card_rewriter": "CardRewriterSimulator",
    "code_scanner": "CodeScannerSimulator",
    "document_camera": "DocumentCameraSimulator",
    "guide_lights": "GuideLightsSimulator",
    "id_reader": "SamSimulator",
    "page_printer": "PagePrinterSimulator",
    "receipt_printer": "PrinterSimulator",
    "ups": "UpsSimulator",
}


def _wait_for_the_end() -> None:
    end = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: end.set())
    end.wait()


# -- commands ------------------------------------------------------------------------


def readiness_of(
    settings: Settings,
    devices: Mapping[str, OwnedDevice],
    items: Mapping[str, Item],
    words: Mapping[str, FaultWords],
    *,
    records: Records,
    no_line: str | None,
) -> Readiness:
    """Everything that is known of this machine now."""
    from kiosk.operations.readiness import assess

    return assess(
        at=_now(),
        station=settings.station,
        software=version(),
        devices=devices,
        items=items,
        stopped_by=no_line,
        words=words,
        checks=records.latest_checks(),
    )


def workshop(
    stack: ExitStack, settings: Settings, options: argparse.Namespace, *, terminal: Terminal, wires: Wires, soon: Soon
) -> Workshop | None:
    """What stands behind the technician's screen; None, with a word in the log, where its records cannot be kept."""
    from kiosk.operations.errands import Errands
    from kiosk.operations.faults import load_questions
    from kiosk.operations.log_ring import LogRing
    from kiosk.operations.records import Records, RecordsUnusable
    from kiosk.operations.technicians import Technicians
    from kiosk.operations.tuning import Tuning
    from kiosk.operations.vocabulary import Vocabulary
    from kiosk.operations.workshop import Workshop
    from kiosk.settings import load_settings
    from ui.models.wire import describer

    directory = settings.storage.directory
    try:
        records = Records(directory)
    except RecordsUnusable:
        logging.getLogger("main").exception("the technician's screen cannot be opened")
        return None
    stack.callback(records.close)
    questions = load_questions(CONFIG / "questions")
    ring = LogRing()
    ring.vocabulary = Vocabulary.of(terminal.words, questions, terminal.items)
    logging.getLogger().addHandler(ring)
    stack.callback(logging.getLogger().removeHandler, ring)

    def found() -> Readiness:
        return readiness_of(
            settings, terminal.devices, terminal.items, terminal.words, records=records, no_line=terminal.no_line
        )

    def described(name: str, passed: Passed) -> str:
        if passed.what in ("in", "out"):
            return describer(name)(passed.what, passed.data).replace("\n", "; ")
        return " ".join(filter(None, [passed.what, passed.note]))

    errands = Errands(
        settings=settings,
        words=terminal.words,
        vocabulary=ring.vocabulary,
        assess=found,
        language=lambda: terminal.language,
        now=_now,
        records=records,
        log=ring,
        traces=wires.traces,
        printer=terminal.hardware.receipt_printer,
        client=terminal.client,
    )
    fixed = {word.partition("=")[0] for word in options.set}
    ended = threading.Event()
    stack.callback(ended.set)
    threading.Thread(target=_keep_readiness, args=(directory, found, ended), name="readiness", daemon=True).start()
    shop = Workshop(
        terminal,
        questions,
        technicians=Technicians(directory, now=_now, record=terminal.record),
        records=records,
        assess=found,
        tuning=Tuning(
            directory,
            lambda tuned: load_settings(options.config, options.set, tuned),
            records,
            profiles=[path.stem for path in (CONFIG / "printers").glob("*.toml")],
            fixed=fixed,
        ),
        errands=errands.by_name(),
        traces=wires.traces,
        describe=described,
        soon=soon,
        now=_now,
        clock=time.monotonic,
    )
    stack.callback(shop.stop)
    return shop


def _keep_readiness(directory: Path, found: Callable[[], Readiness], ended: threading.Event) -> None:
    """Tell ``main.py check`` how this machine is, as long as its devices are ours."""
    from kiosk.operations.files import write_whole
    from kiosk.operations.report import to_json

    with (directory / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            logging.getLogger("main").warning("another kiosk runs on the same storage directory")
            return
        while not ended.wait(1.0 if not (directory / READINESS).exists() else READINESS_SECONDS):
            try:
                write_whole(directory / READINESS, to_json(found()).encode())
            except OSError:
                logging.getLogger("main").exception("nobody can be told how this machine is")
        (directory / READINESS).unlink(missing_ok=True)


def _on_the_glass(
    stack: ExitStack,
    settings: Settings,
    options: argparse.Namespace,
    wires: Wires | None = None,
    **how: Any,
) -> tuple[Application, Terminal, QQuickWindow]:
    """The screen over a machine; both end with ``stack``, the screen first."""
    wires = wires or Wires()
    from ui.application import Application, ScreenError

    try:
        screen = Application()
        terminal = stack.enter_context(machine(settings, screen.soon, wires, **how))
        shop = workshop(stack, settings, options, terminal=terminal, wires=wires, soon=screen.soon)
        window = screen.show(terminal, settings, _now, shop)
    except ScreenError as error:
        raise StartError(f"the kiosk cannot start: {error}") from error
    stack.callback(screen.close)
    return screen, terminal, window


def _run(options: argparse.Namespace) -> int:
    from ui.stage import Stage

    if not any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        raise StartError("there is no display; a machine without a desktop sets QT_QPA_PLATFORM=eglfs")
    settings = _settings(options)
    wires = Wires(options.record, masked=not options.unmasked)
    with ExitStack() as stack:
        world, stage, how = None, None, {}
        if options.simulate:
            directory = settings.storage.directory
            directory.mkdir(parents=True, exist_ok=True)
            kinds = _ADDRESS if options.simulate == "all" else _kinds(options.simulate)
            world = stack.enter_context(world_for(settings, directory, kinds, faulty_line=True))
            settings = _settings(options, world.words)
            how["clock"] = world.clock
            if options.no_dock:
                reader, camera = world.controls.get("id_reader"), world.controls.get("camera")
                stage = Stage(reader, camera, person="lin", face="astronaut")
                stack.callback(stage.leave)
                stage.enter()
        elif options.scenario or options.control:
            raise StartError("--scenario and --control play simulated devices, so they need --simulate")
        screen, terminal, window = _on_the_glass(stack, settings, options, wires, **how)
        if stage is not None:
            screen.watch(stage.see)
        if world is not None:
            _open_world(stack, world, options)
            if not options.no_dock:
                from ui.dock import Dock

                dock = Dock(
                    world,
                    window,
                    devices=terminal.devices,
                    traces=wires.traces,
                    words=terminal.words,
                    pictures=settings.storage.directory / "pictures",
                )
                stack.callback(dock.close)
        terminal.on_power_out = screen.quit
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: screen.quit())
        return screen.run()


def _kinds(words: str) -> list[str]:
    kinds = [word.strip() for word in words.split(",") if word.strip()]
    if unknown := set(kinds) - _ADDRESS.keys():
        raise StartError(f"nobody can simulate {', '.join(sorted(unknown))}; there are {', '.join(_ADDRESS)}")
    return kinds


def _open_world(stack: ExitStack, world: World, options: argparse.Namespace) -> None:
    """Begin the night that was asked for, and let other processes play."""
    from drivers.simulation import ControlServer

    if options.control:
        host, _, port = options.control.rpartition(":")
        server = ControlServer(world.verbs, host or "127.0.0.1", int(port))
        server.start()
        stack.callback(server.stop)
        logging.getLogger("main").info("the simulated world is played at %s", server.address)
    if options.scenario:
        try:
            world.play(options.scenario)
        except LookupError as error:
            raise StartError(str(error.args[0])) from error


def _walk(options: argparse.Namespace) -> int:
    _without_display()
    from kiosk.catalogue.catalogue import load_catalogue
    from ui.finger import Finger, FingerError
    from ui.stage import Stage
    from ui.walk import Walk, WalkError, summary

    catalogue = load_catalogue(CONFIG / "items")
    if options.item not in catalogue:
        raise StartError(f"there is no item {options.item}; there are {', '.join(catalogue)}")
    out: Path = options.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    for old in ("screens/[0-9][0-9]-*.png", "receipt.bin", "receipt.png", "result.json", "journal.jsonl"):
        for path in out.glob(old):  # what an earlier walk left here
            path.unlink()
    outcome, trouble = "given_up", ""
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="walk-")))
        options.set = [f"storage.directory={directory}", f"screen.language={options.language}", *options.set]
        settings = _settings(options)
        world = stack.enter_context(world_for(settings, directory, catalogue[options.item].requires))
        settings = _settings(options, world.words)
        face = options.face or _PHOTOGRAPH_OF.get(options.person, "astronaut")
        stage = Stage(world.controls.get("id_reader"), world.controls.get("camera"), person=options.person, face=face)
        stack.callback(stage.leave)
        stage.enter()
        screen, terminal, window = _on_the_glass(stack, settings, options)
        wire: list[bytes] = []
        terminal.on_printed = wire.append
        screen.watch(stage.see)
        item = terminal.items[options.item]
        walk = Walk(
            Finger(window),
            terminal.view,
            item.sample_answers(_now().date()),
            out / "screens",
            route=options.route,
            read_code=_phone(world, options.person, stack) if options.route == "code" else None,
        )
        try:
            outcome = walk.run(options.item)
        except (WalkError, FingerError) as error:
            trouble = str(error)
        _keep_receipt(out, wire, world.controls.get("receipt_printer"))
        journal = out / "journal.jsonl"
        journal.write_bytes((settings.storage.directory / "journal.jsonl").read_bytes())
    result = summary(options.item, outcome, journal)
    (out / "result.json").write_text(json.dumps(result, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(f"{options.item}: {result['outcome']}, {result['reference_number'] or result['ticket'] or 'no number'}")
    print(f"pictures, receipt, journal and result lie in {out}")
    if trouble:
        print(f"the walk was given up: {trouble}", file=sys.stderr)
    return 0 if result["outcome"] in ("submitted", "saved") else 1


# Whose photograph each person of the tray wears, where it is not the astronaut's.
_PHOTOGRAPH_OF = {"chen": "grace_hopper"}


def _phone(world: World, person: str, stack: ExitStack) -> Callable[[], str]:
    """The citizen's own phone: a number that is registered at the back office, and its text messages."""
    from backoffice.store import Store
    from drivers.id_reader.people import TRAY

    if not world.database:
        raise StartError(
            "the text message can only be read from the walk's own back office, so leave gateway.url unset"
        )
    store = Store(world.database)
    stack.callback(store.close)
    store.register_phone(TRAY[person].record.number, "13950010001")

    def newest_code() -> str:
        found = re.search(r"\d{6}", store.texts()[-1].words)
        return found.group() if found else ""

    return newest_code


def _keep_receipt(out: Path, wire: list[bytes], printer: Control | None) -> None:
    """The bytes as they left, and the paper: as our printer drew it, or as it would have, where it is not ours."""
    if not wire:
        return
    (out / "receipt.bin").write_bytes(wire[-1])
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if printer is None:
            from drivers.simulation import Control, Partner
            from drivers.transport import transport_for

            partner = Partner([sys.executable, str(HOUSE / "main.py"), "simulate", "receipt_printer"])
            stack.callback(partner.stop)
            printer = Control(str(partner.ready["control"]))
            stack.callback(printer.close)
            line = transport_for(partner.address)
            line.open()
            stack.callback(line.close)
            line.write(wire[-1], time.monotonic() + 10)
            deadline = time.monotonic() + 30
            while not printer.do("state")["receipts"] and time.monotonic() < deadline:
                time.sleep(0.1)
        printer.do("save", directory=str(directory))
        for picture in sorted(directory.glob("receipt-*.png")):
            (out / "receipt.png").write_bytes(picture.read_bytes())


def _check(options: argparse.Namespace) -> int:
    from drivers.device import HealthLevel
    from kiosk.catalogue.catalogue import load_catalogue
    from kiosk.gateway.client import GatewayClient
    from kiosk.operations.examination import examine
    from kiosk.operations.faults import load_faults
    from kiosk.operations.readiness import Verdict
    from kiosk.operations.records import Checked, Records
    from kiosk.operations.report import to_json, to_text

    settings = _settings(options)
    directory = settings.storage.directory
    if (kept := _told_by_the_kiosk(directory)) is not None:
        print(kept if options.json else "\n".join(_reasons(kept)))
        return 0 if json.loads(kept)["verdict"] == Verdict.FIT else 1
    client = GatewayClient(settings.gateway.url) if settings.gateway.url else None
    hardware = _hardware(settings, lambda *_: None, Wires(), client)
    with ExitStack() as stack:
        records = Records(directory)
        stack.callback(records.close)
        stack.callback(hardware.stop)
        hardware.start()
        devices = hardware.owned()
        for name, report in examine(devices, HealthLevel.INTERNAL, seconds=CHECK_SECONDS).items():
            records.add(Checked.of(name, report, at=_now()))
        items, words = load_catalogue(CONFIG / "items"), load_faults(CONFIG / "faults")
        no_line = None if client is not None else "gateway.absent"
        found = readiness_of(settings, devices, items, words, records=records, no_line=no_line)
    print(to_json(found) if options.json else to_text(found, options.language))
    return 0 if found.verdict is Verdict.FIT else 1


def _told_by_the_kiosk(directory: Path) -> str | None:
    """What a kiosk that is running here told of itself last; None when none is running, and its devices are free."""
    try:
        with (directory / LOCK).open("r") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return (directory / READINESS).read_text(encoding="utf-8")
    except FileNotFoundError:
        pass
    return None


def _reasons(kept: str) -> Iterator[str]:
    found = json.loads(kept)
    yield f"{found['at']} {found['verdict']}, as the kiosk that is running here says"
    for reason in found["reasons"]:
        yield f"  {reason['part'] or 'machine'}: {reason['sentence']['en']} ({reason['acts_next']})"


def _replay(options: argparse.Namespace) -> int:
    from drivers.recording import Differs, RecordingError, load, replay

    makers: dict[str, tuple[str, str]] = {"id_reader": ("reader", "IdReader"), **_ON_A_LINE}
    try:
        device_class, passed = load(options.recording)
        if device_class == "receipt_printer":
            from drivers.receipt_printer.printer import ReceiptPrinter
            from drivers.receipt_printer.profile import load_profile

            profile = load_profile(CONFIG / "printers" / f"{options.profile}.toml")
            make: Callable[[Transport], Device] = lambda pipe: ReceiptPrinter(pipe, profile)  # noqa: E731
        elif device_class in makers:
            module, driver = makers[device_class]
            make = getattr(import_module(f"drivers.{device_class}.{module}"), driver)
        else:
            raise StartError(f"{options.recording}: {device_class} cannot be replayed")
        count = replay(passed, make, masks_of(device_class).out)
    except (OSError, RecordingError, Differs) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{count} calls, no difference")
    return 0


def _catalogue_check(_: argparse.Namespace) -> int:
    from kiosk.catalogue.catalogue import CatalogueError, load_catalogue

    try:
        catalogue = load_catalogue(CONFIG / "items")
    except CatalogueError as error:
        print(error, file=sys.stderr)
        return 1
    for code, item in catalogue.items():
        print(f"{code}  {item.name.zh}  {item.name.en}")
    return 0


def _catalogue_export(options: argparse.Namespace) -> int:
    from kiosk.catalogue.catalogue import load_catalogue

    station = _settings(options).station
    lines = [
        f"# 自助办理事项清单：{station.name_zh}",
        "",
        "| 事项 | 部门 | 谁能办 | 带什么 | 费用 |",
        "|---|---|---|---|---|",
    ]
    for item in load_catalogue(CONFIG / "items").values():
        guide = item.guide
        bring = "、".join(thing.zh for thing in guide.bring)
        lines.append(f"| {item.name.zh} | {item.department.zh} | {guide.who.zh} | {bring} | {guide.fee.zh} |")
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "items.md").write_text("\n".join([*lines, "", f"咨询电话 {station.hotline}", ""]), encoding="utf-8")
    print(options.out / "items.md")
    return 0


# -- words of the command line -------------------------------------------------------------


def _wants(command: str, words: Sequence[str] | None) -> bool:
    """Only who asks for a command pays for loading it."""
    return command in (sys.argv[1:] if words is None else words)[:1]


def _technicians(options: argparse.Namespace) -> Technicians:
    from kiosk.operations.technicians import Technicians

    return Technicians(_settings(options).storage.directory, now=_now)


def _settings_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, default=CONFIG / "kiosk.toml", help="the settings (config/kiosk.toml)")
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="one setting, as in gateway.url=http://…"
    )


def _settings(options: argparse.Namespace, words: Sequence[str] = ()) -> Settings:
    from kiosk.settings import SettingsError, load_settings

    try:
        return load_settings(options.config, [*options.set, *words])
    except SettingsError as error:
        raise StartError(f"the settings cannot be used: {error}") from error


def _without_display() -> None:
    """Draw into memory where there is no screen."""
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if os.environ.get("QT_QPA_PLATFORM") == "offscreen":
        os.environ.setdefault("QT_QUICK_BACKEND", "software")


if __name__ == "__main__":
    sys.exit(main())
