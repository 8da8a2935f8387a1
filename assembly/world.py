"""The other side of the wires: a simulator for every device that has no address, a back office where there is none."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image

from assembly import ADDRESSES, CONFIG, HOUSE, StartError
from backoffice.documents.seals import CERTIFICATE
from backoffice.loopback import LoopbackDepartments, LoopbackOfficer, LoopbackPhone
from backoffice.reference import load_records
from backoffice.store import Store
from backoffice.wallet import LoopbackWallet
from drivers.id_reader.people import TRAY, portrait
from drivers.id_reader.photo import decode_kimg
from drivers.scenario import ScenarioError, load_scenarios
from drivers.simulation import Control, ControlServer, Partner, Relay, Verb
from drivers.world import World
from kiosk.settings import Settings

# What the simulated devices are like, where that is not the usual.
WITH = {"page_printer": ("--with", "color=true")}  # seals are red


@contextmanager
def world_for(
    settings: Settings, directory: Path, kinds: Iterable[str], *, faulty_line: bool = False
) -> Iterator[World]:
    """Start a simulator for every device of ``kinds`` without an address, and a back office where there is none.

    With ``faulty_line`` the way to the back office can be cut and slowed down.
    """

    try:
        world = World(load_scenarios(CONFIG / "scenarios"))
    except ScenarioError as error:
        raise StartError(f"the kiosk cannot start: {error}") from error
    with ExitStack() as stack:
        stack.callback(world.close)
        missing = [kind for kind in kinds if not getattr(getattr(settings.devices, kind), ADDRESSES[kind])]
        commands = {
            kind: [sys.executable, str(HOUSE / "main.py"), "simulate", kind, *WITH.get(kind, ())] for kind in missing
        }
        if not settings.gateway.url:
            world.database = f"sqlite:///{directory / 'backoffice.sqlite3'}"
            serve = ["backoffice", "serve", "--listen", "127.0.0.1:0", "--database", world.database]
            serve += ["--seals", str(directory / "seals"), "--platform", _wallet(world, stack)]
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
                world.words.append(f"documents.authority={directory / 'seals' / CERTIFICATE}")
                continue
            world.words.append(f"devices.{kind}.{ADDRESSES[kind]}={partner.address}")
            world.controls[kind] = Control(str(partner.ready["control"]), seconds=20)
        if world.database:
            _people_at_the_other_end(world, stack, faces=settings.face.leaves)
        if faulty_line:
            given = [word.removeprefix("gateway.url=") for word in world.words if word.startswith("gateway.url=")]
            relay = Relay(urlsplit((given or [settings.gateway.url])[0]).netloc)
            relay.start()
            stack.callback(relay.stop)
            _play(world, stack, "line", relay.verbs)
            world.words.append(f"gateway.url=http://{relay.address}")
        yield world


def _wallet(world: World, stack: ExitStack) -> str:
    """A payment platform and the phone that pays; returns where the platform is, which the back office has to know."""
    store = Store(world.database)
    stack.callback(store.close)
    wallet = LoopbackWallet(store)
    wallet.start()
    stack.callback(wallet.stop)
    _play(world, stack, "wallet", wallet.verbs)
    return wallet.address


def _people_at_the_other_end(world: World, stack: ExitStack, *, faces: bool) -> None:
    """An officer, the departments, and where codes can be scanned, the phone of everybody in the tray of cards.

    Where ``faces`` are compared there, so that nobody needs a card for it, everybody's picture is on file.
    """
    store = Store(world.database)
    stack.callback(store.close)
    officer = LoopbackOfficer(store)
    officer.start()
    stack.callback(officer.stop)
    people, departments = load_records()
    for person in people.values():
        store.register_phone(person.number, person.phone)
    for holder in TRAY.values() if faces else ():
        picture = io.BytesIO()
        Image.fromarray(decode_kimg(portrait(holder.photograph))).save(picture, "JPEG")
        store.register_portrait(holder.record.number, picture.getvalue())
    verbs = {"officer": officer.verbs, "departments": LoopbackDepartments(store, departments).verbs}
    if (scanner := world.controls.get("code_scanner")) is not None:
        numbers = {name: person.record.number for name, person in TRAY.items()}
        verbs["phone"] = LoopbackPhone(store, numbers, lambda text: scanner.do("scan", text=text)).verbs
    for name, what in verbs.items():
        _play(world, stack, name, what)
    world.words.append("gateway.video_calls=true")


def _play(world: World, stack: ExitStack, name: str, verbs: Mapping[str, Verb]) -> None:
    """Let what these verbs do be done from the dock and from other processes."""
    server = ControlServer(verbs)
    server.start()
    stack.callback(server.stop)
    world.controls[name] = Control(server.address)
