"""A kiosk of its own process that begins to pay a bill and is killed; run by test_payments.py.

It has no device, and tells each page as a line of JSON.
"""

from __future__ import annotations

import json
import queue
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from drivers.id_reader.photo import KimgDecoder
from kiosk.catalogue.catalogue import load_catalogue
from kiosk.gateway.client import GatewayClient
from kiosk.gateway.outbox import Courier, Outbox
from kiosk.hardware import Hardware
from kiosk.identity.process import FaceVerifier
from kiosk.operations.faults import load_faults
from kiosk.operations.journal import Journal
from kiosk.settings import load_settings
from kiosk.terminal import Terminal
from kiosk.visit.view import PayBody


def main(url: str, config: Path, directory: Path) -> None:
    """From the home page to the page of the payment, and on until somebody ends this."""
    soon: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
    settings = load_settings(Path("config/kiosk.toml"), [f"storage.directory={directory}"])
    client = GatewayClient(url, connect_seconds=1, read_seconds=2)
    terminal = Terminal(
        settings,
        load_catalogue(config),
        load_faults(Path("config/faults")),
        hardware=Hardware(KimgDecoder(), FaceVerifier(settings.face, url)),
        line=(client, Courier(Outbox(directory), client)),
        journal=Journal(directory / "journal.jsonl", lambda: datetime.now().astimezone()),
        soon=soon.put,
        now=lambda: datetime.now().astimezone(),
    )
    terminal.begin("JT-98")
    terminal.act("next")
    for key, value in (("bill", "B0001"), ("amount", "200.50"), ("phone", "13950010001")):
        terminal.answer(key, value)
    terminal.act("next")
    told = ""
    while True:
        try:
            soon.get(timeout=0.02)()
        except queue.Empty:
            terminal.tick()
        view = terminal.view()
        if view is not None and isinstance(view.body, PayBody):
            here = json.dumps({"state": view.body.state, "code": view.body.code, "order": view.body.order})
            if here != told:
                print(here, flush=True)  # noqa: T201
                told = here


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
