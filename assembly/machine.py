"""The kiosk without its screen: devices, the line, the outbox, and the terminal over them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from assembly import CONFIG, StartError, now, version
from assembly.devices import Wires, hardware_of
from drivers.device import DeviceStatus
from drivers.receipt_printer.profile import ProfileError
from kiosk.attract import attract_view
from kiosk.catalogue.catalogue import Catalogue, CatalogueError
from kiosk.catalogue.help import load_help
from kiosk.catalogue.ratings import load_ratings
from kiosk.feedback import Feedback
from kiosk.gateway.client import GatewayClient
from kiosk.gateway.notes import Messenger, Notes, NotesUnusable
from kiosk.gateway.outbox import Courier, Outbox, OutboxUnusable
from kiosk.gateway.signatures import load_authority
from kiosk.news import NewsError, load_news
from kiosk.operations.faults import WordsError, load_faults
from kiosk.operations.fleet import Heartbeat
from kiosk.operations.journal import Journal
from kiosk.operations.technicians import Fact, Technicians
from kiosk.settings import Settings
from kiosk.stations import Around, StationsError, load_stations
from kiosk.terminal import Terminal

log = logging.getLogger("assembly")

FIRST_BEAT_SECONDS, BEAT_SECONDS = 5.0, 120.0


@contextmanager
def machine(
    settings: Settings,
    catalogue: Catalogue,
    soon: Callable[[Callable[[], None]], None],
    wires: Wires | None = None,
    **how: Any,
) -> Iterator[Terminal]:
    """The terminal with everything it needs, started, and stopped in the end; ``how`` goes to the terminal.

    Raises StartError.
    """

    told: list[Terminal] = []

    def changed(name: str, status: DeviceStatus) -> None:
        soon(lambda: told[0].device_changed(name, status) if told else None)

    directory, gateway = settings.storage.directory, settings.gateway
    client = None
    if gateway.url:
        client = GatewayClient(gateway.url, connect_seconds=gateway.connect_seconds, read_seconds=gateway.read_seconds)
    try:
        faults = load_faults(CONFIG / "faults")
        stations, news = load_stations(CONFIG / "stations.yaml"), load_news(CONFIG / "news.yaml")
        hardware = hardware_of(settings, changed, wires or Wires())
    except (WordsError, StationsError, NewsError, ProfileError, ValueError) as error:
        raise StartError(f"the kiosk cannot start: {error}") from error
    if hardware.camera is not None:
        soon(hardware.faces.start)  # its process takes a second of its own
    journal = Journal(directory / "journal.jsonl", now)
    line, outbox, no_line = None, None, "gateway.absent"
    if client is not None:
        try:
            outbox = Outbox(directory)
        except OutboxUnusable:
            log.exception("the outbox cannot be opened, so nothing can be applied for")
            no_line = "outbox.unusable"
        else:
            courier = Courier(outbox, client, on_event=lambda event, facts: soon(lambda: journal.record(event, facts)))
            line = (client, courier)
    heartbeat = Heartbeat(directory, client, settings.station.id, version(), now=now)

    names = {code: item.name for code, item in catalogue.items()}
    around = Around(stations, settings.station.id, names, known=heartbeat.known, now=now)

    def record(event: str, facts: Mapping[str, Fact]) -> None:
        soon(lambda: journal.record(event, facts))

    terminal = Terminal(
        settings,
        catalogue,
        faults,
        hardware=hardware,
        line=line,
        no_line=no_line,
        journal=journal,
        soon=soon,
        now=now,
        elsewhere=around.elsewhere,
        places=around.places,
        attract=lambda: attract_view(around.hours(), news.at(settings.station.id, now().date())),
        staff=Technicians(directory, now=now, record=record),
        authority=authority_of(settings),
        feedback=feedback_of(settings, client),
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


def feedback_of(settings: Settings, client: GatewayClient | None) -> Feedback:
    """What passes on ratings and counts; nobody is told where there is no line. Raises StartError."""
    messenger = None
    try:
        ratings, help_words = load_ratings(CONFIG / "ratings.yaml"), load_help(CONFIG / "help.yaml")
    except CatalogueError as error:
        raise StartError(f"the kiosk cannot start: {error}") from error
    if client is not None:
        try:
            messenger = Messenger(Notes(settings.storage.directory), client)
            messenger.start()
        except NotesUnusable:
            log.exception("neither ratings nor counts reach the back office")
    return Feedback(settings.station.id, now, ratings, messenger, help_words)


def authority_of(settings: Settings) -> bytes | None:
    """The certificate that vouches for documents; None, with a word in the log, where there is none to be used."""
    if not settings.documents.authority:
        return None
    try:
        return load_authority(Path(settings.documents.authority))
    except (OSError, ValueError):
        log.exception("documents.authority cannot be used, so no document is printed")
        return None


def _beat(heartbeat: Heartbeat, terminal: Terminal, ended: threading.Event) -> None:
    """Tell the back office now and then how this machine is."""
    pause = FIRST_BEAT_SECONDS
    while not ended.wait(pause):
        home = terminal.home()
        heartbeat.beat(home.service, tuple(tile.code for tile in home.tiles if not tile.available))
        pause = BEAT_SECONDS
