"""Where the parts are put together: the machine, the technician's screen behind it, the simulated world before it.

Nothing in the house imports this; ``main.py`` does, one module for each command.
"""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.catalogue.catalogue import Catalogue
    from kiosk.settings import Settings

HOUSE = Path(__file__).resolve().parents[1]
CONFIG = HOUSE / "config"

# Where the settings say each device is.
ADDRESSES = {
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
# One class of device each; loaded only when it is simulated.
SIMULATORS: dict[str, str] = {
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


class StartError(Exception):
    """The program cannot start; the message is a sentence for whoever starts it."""


def now() -> datetime:
    """The city's time of day, whatever zone the computer was set up in."""
    from kiosk.hours import LOCAL  # noqa: PLC0415  not every command needs what it is made of

    return datetime.now(LOCAL)


def catalogue_for(settings: Settings) -> Catalogue:
    """The items of this machine. Raises StartError, also for a setting that names none of them."""
    from kiosk.catalogue.catalogue import CatalogueError, load_catalogue  # noqa: PLC0415

    try:
        catalogue = load_catalogue(CONFIG)
    except CatalogueError as error:
        raise StartError(f"the kiosk cannot start: {error}") from error
    if unknown := [code for code in settings.station.hot if code not in catalogue]:
        raise StartError(f"the kiosk cannot start: station.hot names {unknown[0]}, which is no item")
    return catalogue


def version() -> str:
    """The version of this program."""
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])
