"""The receipts of attested items, line by line as they come out, kept in ``golden/<CODE>.txt``.

``python -m tests.kiosk.catalogue.golden`` writes them anew: look at the difference before it is kept.
"""

from __future__ import annotations

import re
import tempfile
from datetime import datetime
from pathlib import Path

from backoffice.service import create_app
from backoffice.store import Store
from drivers.receipt_printer.interpreter import Interpreter
from drivers.receipt_printer.layout import compose as lay_out
from drivers.receipt_printer.profile import load_profile
from drivers.receipt_printer.protocol import CommandParser
from kiosk.catalogue.catalogue import load_catalogue
from kiosk.catalogue.item import PrintReceiptStep
from kiosk.documents.receipt import compose
from kiosk.gateway.client import GatewayClient
from kiosk.hours import LOCAL
from kiosk.operations.faults import load_faults
from kiosk.settings import Station
from kiosk.visit.events import PrintReceipt
from tests.backoffice.running import Running
from tests.kiosk.catalogue.citizen import STATION, Citizen
from tests.people import card_of

FOLDER = Path(__file__).with_name("golden")
CONFIG = Path("config")
ITEMS = load_catalogue(CONFIG)
ATTESTED = [
    code
    for code, item in ITEMS.items()
    if item.provenance.grade == "A" and any(isinstance(step, PrintReceiptStep) for step in item.steps)
]
ROLLS = ("generic-58mm", "generic-80mm")
NOW = datetime(2026, 11, 27, 10, 0, tzinfo=LOCAL)
HERE = Station(
    id=STATION,
    name_zh="湖里区江头 24 小时便利店站",
    name_en="Jiangtou 24-hour shop, Huli",
    operator_zh="示例公司",
    operator_en="Example",
    hotline="0592-7703144",
)
# The number of a payment is drawn by chance.
_DRAWN = re.compile(r"JF-?[0-9A-Z]{4}-?[0-9A-Z]{4}-?[0-9A-Z]{3}")


def receipt_of(code: str) -> str:
    """What comes out for an invented citizen who goes through the item, on the narrow roll and on the wide one."""
    with tempfile.TemporaryDirectory() as directory:
        store = Store(f"sqlite:///{directory}/office.sqlite3", now=lambda: NOW)
        with Running(create_app(store, platform="https://pay.invalid")) as running:
            client = GatewayClient(running.url)
            who = card_of(ITEMS[code].sample_person)
            citizen = Citizen(code, who, ITEMS, dict(load_faults(CONFIG / "faults")), client, store, NOW)
            citizen.go()
            client.close()
        store.close()
    printed = next(effect for effect in citizen.effects if isinstance(effect, PrintReceipt))
    receipt = compose(ITEMS[code], printed, station=HERE, language="zh", now=NOW)
    lines = []
    for roll in ROLLS:
        profile = load_profile(CONFIG / "printers" / f"{roll}.toml")
        interpreter, parser = Interpreter(profile.dots, profile.charset), CommandParser()
        for token in parser.feed(lay_out(receipt, profile)):
            interpreter.take(token)
        lines += [f"== {roll}", *(line.rstrip() for line in interpreter.cut().text.splitlines())]
    return _DRAWN.sub("JF-####-####-###", "\n".join(lines)) + "\n"


def main() -> None:
    """Write all of them."""
    FOLDER.mkdir(exist_ok=True)
    for code in ATTESTED:
        (FOLDER / f"{code}.txt").write_text(receipt_of(code), encoding="utf-8")


if __name__ == "__main__":
    main()
