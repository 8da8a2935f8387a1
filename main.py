"""The e政务 kiosk: the one place where its parts are put together.

main.py run          the kiosk
main.py walk ITEM    one invented citizen through one item, by touch
main.py check        opens every device and says whether the machine is fit
main.py simulate     one simulated device on its own
main.py catalogue    checks the items, writes the public lists
main.py backoffice   the back office, and an officer's work in it
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import re
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PySide6.QtQuick import QQuickWindow

    from drivers.device import DeviceStatus
    from drivers.id_reader.reader import IdReader
    from drivers.receipt_printer.printer import ReceiptPrinter
    from drivers.simulation import Control
    from drivers.worker import DeviceWorker
    from kiosk.settings import CameraSettings, Settings
    from kiosk.terminal import Terminal
    from ui.application import Application

HOUSE = Path(__file__).resolve().parent
CONFIG = HOUSE / "config"


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; the result is the program's exit status."""
    parser = argparse.ArgumentParser(prog="main.py", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="the kiosk on a machine")
    _settings_options(run)
    run.add_argument("--simulate", action="store_true", help="simulate every device that has no address")
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
    check.set_defaults(command=_check)

    simulate = commands.add_parser("simulate", help="one simulated device")
    simulate.add_argument("kind", choices=sorted(_SIMULATORS))
    simulate.add_argument("--listen", default="tcp://127.0.0.1:0", help="tcp://host:port (0: any free one) or pty")
    simulate.add_argument(
        "--with", action="append", default=[], metavar="NAME=VALUE", help="what this one is like, as in read_seconds=0"
    )
    simulate.add_argument("--control", default="127.0.0.1:0", help="where verbs are taken, as JSON lines")
    simulate.set_defaults(command=_simulate)

    catalogue = commands.add_parser("catalogue", help="the items")
    what = catalogue.add_subparsers(required=True, metavar="WHAT")
    what.add_parser("check", help="reads every item and says what is wrong").set_defaults(command=_catalogue_check)
    export = what.add_parser("export", help="writes the public lists")
    export.add_argument("--out", type=Path, required=True)
    _settings_options(export)
    export.set_defaults(command=_catalogue_export)

    backoffice = commands.add_parser("backoffice", help="the back office")
    if _wants_backoffice(words):
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
def machine(settings: Settings, soon: Callable[[Callable[[], None]], None]) -> Iterator[Terminal]:
    """The terminal with everything it needs, started, and stopped in the end."""
    from drivers.camera.camera import Camera
    from drivers.id_reader.photo import decoder_for
    from kiosk.catalogue.catalogue import CatalogueError, load_catalogue
    from kiosk.gateway.client import GatewayClient
    from kiosk.gateway.outbox import Courier, Outbox, OutboxUnusable
    from kiosk.identity.process import FaceVerifier
    from kiosk.operations.faults import WordsError, load_faults
    from kiosk.operations.journal import Journal
    from kiosk.terminal import Hardware, Terminal

    devices = settings.devices
    try:
        catalogue, faults = load_catalogue(CONFIG / "items"), load_faults(CONFIG / "faults")
        portraits = decoder_for(devices.id_reader.portrait, devices.id_reader.library)
    except (CatalogueError, WordsError, ValueError) as error:
        raise StartError(f"the kiosk cannot start: {error}") from error
    faces = FaceVerifier()
    soon(faces.start)  # its process takes a second of its own; the home page comes first
    journal = Journal(settings.storage.directory / "journal.jsonl", _now)
    told: list[Terminal] = []

    def changed(name: str) -> Callable[[DeviceStatus], None]:
        return lambda status: soon(lambda: told[0].device_changed(name, status) if told else None)

    def camera(wanted: CameraSettings) -> Camera | None:
        return Camera(wanted.source, width=wanted.width, height=wanted.height) if wanted.source else None

    reader, printer = _id_reader(settings, changed("id_reader")), _receipt_printer(settings, changed("receipt_printer"))
    line, outbox, no_line = None, None, "gateway.absent"
    if settings.gateway.url:
        gateway = settings.gateway
        client = GatewayClient(gateway.url, connect_seconds=gateway.connect_seconds, read_seconds=gateway.read_seconds)
        try:
            outbox = Outbox(settings.storage.directory)
        except OutboxUnusable:
            logging.getLogger("main").exception("the outbox cannot be opened, so nothing can be applied for")
            no_line = "outbox.unusable"
        else:
            courier = Courier(outbox, client, on_event=lambda event, facts: soon(lambda: journal.record(event, facts)))
            line = (client, courier)
    terminal = Terminal(
        settings,
        catalogue,
        faults,
        hardware=Hardware(
            reader,
            printer,
            camera(devices.camera),
            camera(devices.document_camera),
            portraits,
            faces,
        ),
        line=line,
        no_line=no_line,
        journal=journal,
        soon=soon,
        now=_now,
    )
    told.append(terminal)
    for worker in (reader, printer):
        if worker is not None:
            worker.start()
    if line is not None:
        line[1].start()
    try:
        yield terminal
    finally:
        terminal.stop()
        if outbox is not None:
            outbox.close()


def _id_reader(settings: Settings, on_status: Callable[[DeviceStatus], None]) -> DeviceWorker[IdReader] | None:
    from drivers.id_reader.reader import IdReader
    from drivers.transport import transport_for
    from drivers.worker import DeviceWorker

    wanted = settings.devices.id_reader
    if not wanted.port:
        return None
    reader = IdReader(transport_for(wanted.port, wanted.baudrate), wanted.baudrate)
    return DeviceWorker("id_reader", reader, on_status=on_status)


def _receipt_printer(
    settings: Settings, on_status: Callable[[DeviceStatus], None]
) -> DeviceWorker[ReceiptPrinter] | None:
    from drivers.receipt_printer.printer import ReceiptPrinter
    from drivers.receipt_printer.profile import ProfileError, load_profile
    from drivers.transport import transport_for
    from drivers.worker import DeviceWorker

    wanted = settings.devices.receipt_printer
    if not wanted.url:
        return None
    try:
        profile = load_profile(CONFIG / "printers" / f"{wanted.profile}.toml")
    except ProfileError as error:
        raise StartError(f"the kiosk cannot start: {error}") from error
    return DeviceWorker("receipt_printer", ReceiptPrinter(transport_for(wanted.url), profile), on_status=on_status)


# -- the other side of the wires -----------------------------------------------------


@dataclass
class World:
    """What was started because no address was given: ``words`` are the settings that point there."""

    words: list[str] = field(default_factory=list)
    controls: dict[str, Control] = field(default_factory=dict)
    database: str = ""


@contextmanager
def world_for(settings: Settings, directory: Path) -> Iterator[World]:
    """Start a simulator for every device without an address, and a back office where there is none."""
    from drivers.document_camera.simulator import draw_licence
    from drivers.simulation import Control, Partner

    world = World()
    devices = settings.devices
    missing = {
        "id_reader": ("devices.id_reader.port", devices.id_reader.port),
        "receipt_printer": ("devices.receipt_printer.url", devices.receipt_printer.url),
        "camera": ("devices.camera.source", devices.camera.source),
    }
    with ExitStack() as stack:
        commands = {
            kind: [sys.executable, str(HOUSE / "main.py"), "simulate", kind]
            for kind, (_, address) in missing.items()
            if not address
        }
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
            world.words.append(f"{missing[kind][0]}={partner.address}")
            control = Control(str(partner.ready["control"]), seconds=20)
            stack.callback(control.close)
            world.controls[kind] = control
        if not devices.document_camera.source:
            desk = directory / "desk"
            desk.mkdir(exist_ok=True)
            draw_licence(desk / "licence.png")
            world.words.append(f"devices.document_camera.source={desk}")
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


def _on_the_glass(stack: ExitStack, settings: Settings) -> tuple[Application, Terminal, QQuickWindow]:
    """The screen over a machine; both end with ``stack``, the screen first."""
    from ui.application import Application, ScreenError

    try:
        screen = Application()
        terminal = stack.enter_context(machine(settings, screen.soon))
        window = screen.show(terminal, settings, _now)
    except ScreenError as error:
        raise StartError(f"the kiosk cannot start: {error}") from error
    stack.callback(screen.close)
    return screen, terminal, window


def _run(options: argparse.Namespace) -> int:
    from ui.stage import Stage

    if not any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        raise StartError("there is no display; a machine without a desktop sets QT_QPA_PLATFORM=eglfs")
    settings = _settings(options)
    with ExitStack() as stack:
        stage = None
        if options.simulate:
            directory = settings.storage.directory
            directory.mkdir(parents=True, exist_ok=True)
            world = stack.enter_context(world_for(settings, directory))
            settings = _settings(options, world.words)
            stage = Stage(world.controls.get("id_reader"), world.controls.get("camera"), person="lin", face="astronaut")
            stack.callback(stage.leave)
            stage.enter()
        screen, _, _ = _on_the_glass(stack, settings)
        if stage is not None:
            screen.watch(stage.see)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: screen.quit())
        return screen.run()


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
        world = stack.enter_context(world_for(settings, directory))
        settings = _settings(options, world.words)
        face = options.face or _PHOTOGRAPH_OF.get(options.person, "astronaut")
        stage = Stage(world.controls.get("id_reader"), world.controls.get("camera"), person=options.person, face=face)
        stack.callback(stage.leave)
        stage.enter()
        screen, terminal, window = _on_the_glass(stack, settings)
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
    from drivers.camera.camera import Camera
    from drivers.device import DeviceState
    from kiosk.operations.faults import load_faults

    settings = _settings(options)
    words = load_faults(CONFIG / "faults")
    found: dict[str, DeviceStatus | None] = {}
    for name, make in (("id_reader", _id_reader), ("receipt_printer", _receipt_printer)):
        heard = threading.Event()
        worker = make(settings, lambda _, heard=heard: heard.set())  # type: ignore[misc]
        if worker is not None:
            worker.start()
            heard.wait(10)
            worker.stop()
        found[name] = None if worker is None else worker.status
    for name in ("camera", "document_camera"):
        wanted = getattr(settings.devices, name)
        camera = Camera(wanted.source) if wanted.source else None
        found[name] = camera.probe() if camera is not None else None
        if camera is not None:
            camera.join()
    report = {
        name: {
            "state": "absent" if status is None else str(status.state),
            "faults": [] if status is None else [fault.code for fault in status.faults],
            "acts_next": sorted({str(fault.acts_next) for fault in status.faults} if status else set()),
        }
        for name, status in found.items()
    }
    report["gateway"] = {"state": _line_state(settings), "faults": [], "acts_next": []}
    fit = all(part["state"] == DeviceState.READY for part in report.values())
    if options.json:
        print(json.dumps({"fit": fit, "parts": report}, ensure_ascii=False, indent=2))
    else:
        for name, part in report.items():
            said = [words[code].technician or words[code].happened for code in part["faults"] if code in words]
            print(f"{name:16} {part['state']:13} {' '.join(text.en for text in said)}")
        print("fit" if fit else "not fit")
    return 0 if fit else 1


def _line_state(settings: Settings) -> str:
    from kiosk.gateway.client import GatewayClient, GatewayRefused, GatewayUnreachable

    if not settings.gateway.url:
        return "absent"
    try:
        GatewayClient(settings.gateway.url).health()
    except (GatewayUnreachable, GatewayRefused):
        return "disconnected"
    return "ready"


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


def _wants_backoffice(words: Sequence[str] | None) -> bool:
    """Only who asks for the back office pays for loading it."""
    return "backoffice" in (sys.argv[1:] if words is None else words)[:1]


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
