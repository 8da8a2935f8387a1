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
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kiosk.settings import Settings
    from kiosk.terminal import Terminal

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
    _backoffice_options(backoffice)

    options = parser.parse_args(words)
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname).1s %(name)s: %(message)s", stream=sys.stderr
    )
    status: int = options.command(options)
    return status


# -- the machine -----------------------------------------------------------------


@contextmanager
def _machine(settings: Settings, soon: Callable[[Callable[[], None]], None]) -> Iterator[Terminal]:
    """The terminal with everything it needs, started, and stopped in the end."""
    import secrets
    from datetime import datetime

    from drivers.camera.camera import Camera
    from drivers.device import DeviceStatus
    from drivers.id_reader.photo import decoder_for
    from drivers.id_reader.reader import IdReader
    from drivers.receipt_printer.printer import ReceiptPrinter
    from drivers.receipt_printer.profile import load_profile
    from drivers.transport import transport_for
    from drivers.worker import DeviceWorker
    from kiosk.catalogue.catalogue import load_catalogue
    from kiosk.gateway.client import GatewayClient
    from kiosk.gateway.outbox import Courier, Outbox
    from kiosk.identity.process import FaceVerifier
    from kiosk.operations.faults import load_faults
    from kiosk.operations.journal import Journal
    from kiosk.terminal import Hardware, Terminal

    raise NotImplementedError
