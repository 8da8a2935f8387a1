"""The e政务 kiosk: the one place where its parts are put together.

main.py run          the kiosk
main.py walk ITEM    one invented citizen through one item, by touch
main.py check        opens every device and says whether the machine is fit
main.py simulate     one simulated device on its own
main.py technician   who may open the technician's screen
main.py evaluate-faces
                     how good the face check is, on people whose names are known
main.py replay       a recording of a wire, held against the driver
main.py catalogue    checks the items, writes the public lists
main.py backoffice   the back office, and an officer's work in it
"""

from __future__ import annotations

import argparse
import gc
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
from contextlib import ExitStack
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assembly import ADDRESSES, CONFIG, HOUSE, SIMULATORS, StartError, catalogue_for, now

if TYPE_CHECKING:
    from PySide6.QtQuick import QQuickWindow

    from assembly.devices import Wires
    from drivers.device import Device
    from drivers.simulation import Control
    from drivers.transport import Transport
    from drivers.world import World
    from kiosk.operations.technicians import Technicians
    from kiosk.settings import Screen, Settings
    from kiosk.terminal import Terminal
    from ui.application import Application

CHECK_SECONDS = 30.0


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

    walk = commands.add_parser("walk", help="one invented citizen through one item, or through several one by one")
    _settings_options(walk)
    walk.add_argument("item", nargs="*", help="codes of items or services (JT-02); every item where none is named")
    walk.add_argument("--out", type=Path, required=True, help="the folder for result, receipt, screens, journal")
    walk.add_argument("--person", default=None, help="who lays down the card, if not whom the item's file names")
    walk.add_argument("--face", default=None, help="who stands before the camera, if not that person")
    walk.add_argument("--way", choices=_WAYS, default="face", help="how the citizen shows who it is")
    walk.add_argument("--language", choices=["zh", "en"], default="zh")
    by = walk.add_argument("--by", choices=["touch", "seated", "corners", "keypad"], default="touch")
    by.help = (
        "with eyes and a finger, that of somebody who is seated and has the page lowered, "
        "or by ear: with the four corners of the glass, or the keys of a keypad"
    )
    walk.set_defaults(command=_walk)

    check = commands.add_parser("check", help="opens every device and prints whether the machine is fit")
    _settings_options(check)
    check.add_argument("--json", action="store_true", help="print JSON")
    check.add_argument("--language", choices=["zh", "en"], default="en")
    check.set_defaults(command=_check)

    simulate = commands.add_parser("simulate", help="one simulated device")
    simulate.add_argument("kind", choices=sorted(SIMULATORS))
    simulate.add_argument("--listen", default="tcp://127.0.0.1:0", help="tcp://host:port (0: any free one) or pty")
    simulate.add_argument(
        "--with", action="append", default=[], metavar="NAME=VALUE", help="what this one is like, as in read_seconds=0"
    )
    simulate.add_argument("--control", default="127.0.0.1:0", help="where verbs are taken, as JSON lines")
    simulate.set_defaults(command=_simulate)

    faces = commands.add_parser("evaluate-faces", help="how often the face check errs, on a folder of known people")
    _settings_options(faces)
    faces.add_argument("folder", type=Path, help="DIR/[group/]person/pictures, DIR/bona-fide and DIR/attack-NAME/clips")
    faces.add_argument("--out", type=Path, help="the folder for result.json and roc.png")
    learned = faces.add_mutually_exclusive_group()
    learned.add_argument("--calibrate-on", type=Path, metavar="DIR", help="take the thresholds from other people first")
    learned.add_argument("--split", action="store_true", help="take them from one half of the people, try the other")
    faces.add_argument("--seed", type=int, default=1, help="which half, and what is asked of clips that do not say")
    faces.set_defaults(command=_evaluate_faces)

    again = commands.add_parser("replay", help="makes the calls of a recording again and tells the first difference")
    again.add_argument("recording", type=Path)
    again.add_argument("--profile", default="generic-80mm", help="the printer's, for a receipt printer's recording")
    again.set_defaults(command=_replay)

    catalogue = commands.add_parser("catalogue", help="the items")
    what = catalogue.add_subparsers(required=True, metavar="WHAT")
    what.add_parser("check", help="reads every item and says what is wrong").set_defaults(command=_catalogue_check)
    export = what.add_parser("export", help="writes the public lists")
    export.add_argument("--out", type=Path, required=True)
    export.set_defaults(command=_catalogue_export)
    prompts = what.add_parser("prompts", help="lists every sentence that can be recorded, and under which name")
    prompts.add_argument("--out", type=Path, required=True, help="a table: language, file name, sentence")
    prompts.set_defaults(command=_catalogue_prompts)
    what.add_parser("schema", help="prints the JSON Schema of an item").set_defaults(command=_catalogue_schema)

    technician = commands.add_parser("technician", help="who may open the technician's screen")
    if _wants("technician", words):
        from kiosk.operations.commands import options as technician_options

        technician_options(technician, _settings_options, _technicians)

    backoffice = commands.add_parser("backoffice", help="the back office")
    if _wants("backoffice", words):
        from backoffice.commands import options as backoffice_options

        backoffice_options(backoffice)

    options = parser.parse_args(words)
    if "ENDS_WITH_ITS_INPUT" in os.environ:
        from drivers.simulation import end_with_the_input

        end_with_the_input()
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname).1s %(name)s: %(message)s", stream=sys.stderr
    )
    try:
        status: int = options.command(options)
    except StartError as error:
        print(error, file=sys.stderr)
        return 1
    return status


def _simulate(options: argparse.Namespace) -> int:
    from drivers.simulation import ControlServer

    try:
        make = getattr(import_module(f"drivers.{options.kind}.simulator"), SIMULATORS[options.kind])
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


def _wait_for_the_end() -> None:
    end = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: end.set())
    end.wait()


# -- commands ------------------------------------------------------------------------


def _on_the_glass(
    stack: ExitStack,
    settings: Settings,
    options: argparse.Namespace,
    record: Path | None = None,
    *,
    masked: bool = True,
    **how: Any,
) -> tuple[Application, Terminal, QQuickWindow, Wires]:
    """The screen over a machine; both end with ``stack``, the screen first. The home page is drawn before the rest."""
    from kiosk.home import Front
    from kiosk.operations.log_ring import LogRing
    from ui.application import Application, ScreenError

    ring = LogRing()
    logging.getLogger().addHandler(ring)
    stack.callback(logging.getLogger().removeHandler, ring)

    try:
        screen = Application()
        catalogue = catalogue_for(settings)
        window = screen.open(Front(settings.station, catalogue).view(), settings, now)
        screen.wait_until_drawn()
        from assembly.devices import TYPES, Wires
        from assembly.machine import machine
        from assembly.workshop import workshop_for
        from ui.wedge import WedgeFilter

        wires = Wires(record, masked=masked)
        terminal = stack.enter_context(machine(settings, catalogue, screen.soon, wires, **how))
        shop = workshop_for(stack, settings, options, terminal=terminal, wires=wires, ring=ring, soon=screen.soon)
        screen.serve(terminal, shop)
        if settings.devices.code_scanner.port == TYPES:
            WedgeFilter(window, wires.keyboard.typed)  # it belongs to the window
    except ScreenError as error:
        raise StartError(f"the kiosk cannot start: {error}") from error
    stack.callback(screen.close)
    return screen, terminal, window, wires


def _run(options: argparse.Namespace) -> int:
    from kiosk.memory import keep_in_memory, overwrite_what_is_given_back

    gc.disable()  # while the program is loaded nothing is thrown away; the screen enables it when it serves
    if not options.simulate:
        overwrite_what_is_given_back()
    if not any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        raise StartError("there is no display; a machine without a desktop sets QT_QPA_PLATFORM=eglfs")
    settings = _settings(options)
    with ExitStack() as stack:
        world, stage, how = None, None, {}
        if options.simulate:
            from assembly.world import world_for
            from ui.stage import Stage

            directory = settings.storage.directory
            directory.mkdir(parents=True, exist_ok=True)
            kinds = ADDRESSES if options.simulate == "all" else _kinds(options.simulate)
            world = stack.enter_context(world_for(settings, directory, kinds, faulty_line=True))
            settings = _settings(options, world.words)
            how["clock"] = world.clock
            stage = Stage(world.controls, person="lin", face="astronaut")
            stack.callback(stage.leave)
            stage.enter()
        elif options.scenario or options.control:
            raise StartError("--scenario and --control play simulated devices, so they need --simulate")
        else:
            keep_in_memory()  # real people come to a machine with real devices
        screen, terminal, window, wires = _on_the_glass(
            stack, settings, options, options.record, masked=not options.unmasked, **how
        )
        if world is not None and stage is not None:
            acts, see = world, stage.see
            screen.watch(lambda view: see(view if acts.citizen_acts else None))
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
    if unknown := set(kinds) - ADDRESSES.keys():
        raise StartError(f"nobody can simulate {', '.join(sorted(unknown))}; there are {', '.join(ADDRESSES)}")
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
    from assembly.world import world_for
    from drivers.id_reader.people import TRAY
    from kiosk.catalogue.catalogue import load_catalogue
    from kiosk.operations.technicians import Role, Technicians
    from ui.blind_finger import KEYPAD, BlindFinger, Notes
    from ui.finger import Finger, FingerError
    from ui.stage import Stage
    from ui.walk import GOOD_ENDS, Walk, WalkError, listing, summary

    catalogue = load_catalogue(CONFIG)
    codes = options.item or list(catalogue)
    items = {**catalogue, **catalogue.services}
    if unknown := [code for code in codes if code not in items]:
        raise StartError(f"there is no item {unknown[0]}; there are {', '.join(items)}")
    out: Path = options.out.resolve()
    results: list[dict[str, Any]] = []
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="walk-")))
        options.set = [f"storage.directory={directory}", f"screen.language={options.language}", *options.set]
        if options.by == "keypad":
            options.set += [f"speech.keys.{key}={name}" for key, name in KEYPAD.items()]
        settings = _settings(options)
        needed = {kind for code in codes for kind in items[code].requires}
        kinds = {*needed, "id_reader", "camera", "code_scanner"}  # so that every way is offered
        world = stack.enter_context(world_for(settings, directory, kinds))
        settings = _settings(options, world.words)
        if options.way == "app_code" and "phone" not in world.controls:
            raise StartError(
                "the phone app stands between the walk's own back office and its own scanner, so leave gateway.url "
                "and devices.code_scanner.port unset"
            )
        Technicians(directory, now=now).add(*_ATTENDANT, Role.ATTENDANT)
        screen, terminal, window, _ = _on_the_glass(stack, settings, options)
        wire: list[bytes] = []
        terminal.on_printed = wire.append
        seeing: list[Stage] = []  # whoever stands before the machine
        screen.watch(lambda view: seeing[-1].see(view) if seeing else None)
        finger, heard = Finger(window), Notes()
        if options.by == "seated":
            finger = Finger(window, reach=_reach_of_the_seated(settings.screen, window.height()))
        elif options.by != "touch" and screen.listening is not None:
            screen.speak_through(heard)
            finger = BlindFinger(window, screen.listening, terminal.view, by_keys=options.by == "keypad")
        journal = settings.storage.directory / "journal.jsonl"
        for code in codes:
            item, began = items[code], time.monotonic()
            folder = _emptied(out if len(codes) == 1 else out / code)
            person = options.person or item.sample_person
            stage = Stage(world.controls, person=person, face=options.face or _PHOTOGRAPH_OF.get(person, "astronaut"))
            stage.enter()
            seeing.append(stage)
            walk = Walk(
                finger,
                terminal.view,
                item.sample_answers(now().date()),
                folder / "screens",
                way=options.way,
                read_code=_phone(world, person, stack) if options.way == "phone_code" else None,
                show_code=partial(_show_code, world, person),
                scan=partial(_scan, world) if "code_scanner" in world.controls else None,
                holder=(TRAY[person].record.name, TRAY[person].record.number),
                attendant=(_ATTENDANT[0], _ATTENDANT[2]),
                seated=options.by == "seated",
            )
            outcome, trouble = "given_up", ""
            before = len(journal.read_bytes())
            try:
                outcome = walk.run(item)
            except (WalkError, FingerError) as error:
                trouble = str(error)
            seeing.clear()
            stage.leave()
            _keep_receipt(folder, wire, world.controls.get("receipt_printer"))
            wire.clear()
            if heard.said:
                (folder / "heard.txt").write_text("\n".join(heard.said) + "\n", encoding="utf-8")
                heard.said.clear()
            if "page_printer" in world.controls:
                world.controls["page_printer"].do("save", directory=str(folder))
            (folder / "journal.jsonl").write_bytes(journal.read_bytes()[before:])
            result = summary(code, outcome, folder / "journal.jsonl")
            (folder / "result.json").write_text(
                json.dumps(result, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
            )
            results.append({**result, "seconds": round(time.monotonic() - began, 1), "trouble": trouble})
            names = ("reference_number", "ticket", "booking", "payment", "document")
            number = next(filter(None, (result[name] for name in names)), None)
            print(f"{code}: {result['outcome']}, {number or 'no number'}", flush=True)
            if trouble:
                print(f"the walk was given up: {trouble}", file=sys.stderr, flush=True)
                if len(codes) > 1 and terminal.view() is not None:
                    terminal.act("exit")
    print(f"pictures, receipts, journal and result lie in {out}")
    if len(codes) > 1:
        (out / "walks.md").write_text(listing(items, results), encoding="utf-8")
    return 0 if all(result["outcome"] in GOOD_ENDS for result in results) else 1


def _reach_of_the_seated(screen: Screen, pixels: int) -> tuple[float, float]:
    """From and to how many pixels below the upper edge of a glass that is ``pixels`` high a seated person reaches."""
    from ui.models.session import HIGHEST_REACH, LOWEST_REACH

    pitch = pixels / screen.millimetres_high
    above, below = (
        pixels - (height - screen.millimetres_above_floor) * pitch for height in (HIGHEST_REACH, LOWEST_REACH)
    )
    return above, below


def _emptied(folder: Path) -> Path:
    """Without what an earlier walk left there."""
    folder.mkdir(parents=True, exist_ok=True)
    left = (
        "screens/[0-9][0-9]-*.png",
        "receipt.bin",
        "receipt.png",
        "document-*.pdf",
        "result.json",
        "journal.jsonl",
        "heard.txt",
    )
    for old in left:
        for path in folder.glob(old):
            path.unlink()
    return folder


_WAYS = ["face", "phone_code", "app_code", "staff", "video"]
_ATTENDANT = ("w01", "Wang", "482915")  # who comes when the citizen of a walk calls
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


def _scan(world: World, text: str) -> None:
    world.controls["code_scanner"].do("scan", text=text)


def _show_code(world: World, person: str) -> None:
    world.tell("phone", "show_code", person=person)


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
    settings = _settings(options)  # before the rest is loaded: whoever mistyped is told at once
    from assembly.devices import Wires, hardware_of
    from assembly.machine import authority_of
    from assembly.workshop import readiness_of, told_by_the_kiosk
    from drivers.device import HealthLevel
    from kiosk.catalogue.catalogue import load_catalogue
    from kiosk.operations.examination import examine
    from kiosk.operations.faults import load_faults
    from kiosk.operations.readiness import NO_AUTHORITY, Verdict
    from kiosk.operations.records import Checked, Records
    from kiosk.operations.report import to_json, to_text

    directory = settings.storage.directory
    if (kept := told_by_the_kiosk(directory)) is not None:
        print(kept if options.json else "\n".join(_reasons(kept)))
        return 0 if json.loads(kept)["verdict"] == Verdict.FIT else 1
    hardware = hardware_of(settings, lambda *_: None, Wires())
    with ExitStack() as stack:
        records = Records(directory)
        stack.callback(records.close)
        stack.callback(hardware.stop)
        hardware.start()
        devices = hardware.owned()
        for name, report in examine(devices, HealthLevel.INTERNAL, seconds=CHECK_SECONDS).items():
            records.add(Checked.of(name, report, at=now()))
        items, words = load_catalogue(CONFIG), load_faults(CONFIG / "faults")
        no_line = None if settings.gateway.url else "gateway.absent"
        no_documents = None if authority_of(settings) is not None else NO_AUTHORITY
        found = readiness_of(
            settings, devices, items, words, records=records, no_line=no_line, no_documents=no_documents
        )
    print(to_json(found) if options.json else to_text(found, options.language))
    return 0 if found.verdict is Verdict.FIT else 1


def _reasons(kept: str) -> Iterator[str]:
    found = json.loads(kept)
    yield f"{found['at']} {found['verdict']}, as the kiosk that is running here says"
    for reason in found["reasons"]:
        yield f"  {reason['part'] or 'machine'}: {reason['sentence']['en']} ({reason['acts_next']})"


def _evaluate_faces(options: argparse.Namespace) -> int:
    from kiosk.identity.engine import EngineUnavailable
    from kiosk.identity.engines import load
    from kiosk.identity.evaluation.figures import roc, to_json, to_text
    from kiosk.identity.evaluation.gathering import Gatherer
    from kiosk.identity.evaluation.judging import NothingToEvaluate
    from kiosk.identity.evaluation.measuring import Plan, measure

    settings = _settings(options)
    if settings.face.leaves:
        raise StartError("the engine authority would send these pictures away, so it is not evaluated here")
    out: Path | None = options.out
    if out is not None:
        try:
            out.mkdir(parents=True, exist_ok=True)  # before the work
        except OSError as error:
            raise StartError(f"the result cannot be written to {out}: {error.strerror}") from error
    try:
        gatherer = Gatherer(load(settings.face, line=""), options.seed, _told_how_far)
        onnx = frozenset({settings.face.onnx.name} if settings.face.onnx else ())
        plan = Plan(options.folder, options.calibrate_on, options.split, options.seed)
        report = measure(plan, gatherer, settings.face.false_accepts.model_dump(), settings.face.landmarks, onnx)
    except EngineUnavailable as error:
        raise StartError(f"the engine cannot work here: {error}") from error
    except NothingToEvaluate as error:
        print(f"nothing can be evaluated: {error}", file=sys.stderr)
        return 2
    print(to_text(report), end="")
    if out is not None:
        (out / "result.json").write_text(to_json(report), encoding="utf-8")
        picture = roc(report.faces) if report.faces else None
        if picture is None:
            (out / "roc.png").unlink(missing_ok=True)  # an earlier run's
        else:
            picture.save(out / "roc.png")
    return 0


def _told_how_far(done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done} of {total} folders", end="\r", file=sys.stderr, flush=True)


def _replay(options: argparse.Namespace) -> int:
    from assembly.devices import NUMBERED, ON_A_LINE, masks_of
    from drivers.exchange import number_before
    from drivers.recording import Differs, RecordingError, load, replay, said_in

    makers: dict[str, tuple[str, str]] = {"id_reader": ("reader", "IdReader"), **ON_A_LINE}
    try:
        device_class, passed = load(options.recording)
        said = said_in(passed)
        if device_class == "receipt_printer":
            from drivers.receipt_printer.printer import ReceiptPrinter
            from drivers.receipt_printer.profile import load_profile

            profile = load_profile(CONFIG / "printers" / f"{options.profile}.toml")
            make: Callable[[Transport], Device] = lambda pipe: ReceiptPrinter(pipe, profile)  # noqa: E731
        elif device_class == "ups":
            from drivers.ups.ups import recorded_ups

            make = partial(recorded_ups, said=said)
        elif device_class == "page_printer":
            from drivers.page_printer.recorded import recorded_printer

            make = partial(recorded_printer, said=said)
        elif device_class in makers:
            module, driver = makers[device_class]
            kind = getattr(import_module(f"drivers.{device_class}.{module}"), driver)
            make = partial(kind, after=number_before(said)) if device_class in NUMBERED else kind
        else:
            raise StartError(f"{options.recording}: {device_class} cannot be replayed")
        count = replay(passed, make, masks_of(device_class).out)
    except (OSError, ValueError, RecordingError, Differs) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{count} calls, no difference")
    return 0


def _catalogue_check(_: argparse.Namespace) -> int:
    from kiosk.catalogue.catalogue import CatalogueError, load_catalogue
    from kiosk.catalogue.export import summary

    try:
        catalogue = load_catalogue(CONFIG)
    except CatalogueError as error:
        print(error, file=sys.stderr)
        return 1
    for code, item in catalogue.items():
        print(f"{code}  {item.provenance.grade}  {item.name.zh}  {item.name.en}")
    print(summary(catalogue))
    return 0


def _catalogue_prompts(options: argparse.Namespace) -> int:
    from kiosk.catalogue.catalogue import load_catalogue
    from kiosk.catalogue.help import load_help
    from kiosk.operations.faults import load_faults
    from kiosk.prompts import sentences
    from kiosk.text import LANGUAGES
    from ui.voice import name_of

    catalogue = load_catalogue(CONFIG)
    roots = (tuple(catalogue.values()), catalogue.services, catalogue.departments)
    found = sentences(*roots, load_faults(CONFIG / "faults"), load_help(CONFIG / "help.yaml"))
    lines = [
        f"{language}\t{name_of(said)}\t{said}\n"
        for language in LANGUAGES
        for said in sorted({text.in_(language) for text in found})
    ]
    options.out.write_text("".join(lines), encoding="utf-8")
    print(f"{len(lines)} sentences are listed in {options.out}")
    return 0


def _catalogue_export(options: argparse.Namespace) -> int:
    from kiosk.catalogue.catalogue import load_catalogue
    from kiosk.catalogue.export import export
    from kiosk.stations import load_stations

    for path in export(load_catalogue(CONFIG), load_stations(CONFIG / "stations.yaml"), options.out):
        print(path)
    return 0


def _catalogue_schema(_: argparse.Namespace) -> int:
    from kiosk.catalogue.export import item_schema

    print(item_schema(), end="")
    return 0


# -- words of the command line -------------------------------------------------------------


def _wants(command: str, words: Sequence[str] | None) -> bool:
    """Only who asks for a command pays for loading it."""
    return command in (sys.argv[1:] if words is None else words)[:1]


def _technicians(options: argparse.Namespace) -> Technicians:
    from kiosk.operations.technicians import Technicians

    return Technicians(_settings(options).storage.directory, now=now)


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
