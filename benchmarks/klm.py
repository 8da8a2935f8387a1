"""How long the most used items take a person, by reckoning: the keystroke-level model over the real visit.

An invented citizen goes through each item (:mod:`tests.kiosk.catalogue.citizen`: the real visit, the reference back
office behind a real line); every touch, key, sign that is read, decision and wait is counted, and multiplied with what
the literature says it takes. It is an estimate without errors and without hesitation, for comparing one design with
another; it is no study (docs/usability/README.md is the plan of one).
"""

from __future__ import annotations

import logging
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pypinyin import lazy_pinyin

from assembly import CONFIG, HOUSE
from backoffice.service import create_app
from backoffice.store import Store
from kiosk.catalogue.catalogue import Catalogue, load_catalogue
from kiosk.catalogue.item import CHOSEN, FieldType, Item
from kiosk.gateway.client import GatewayClient
from kiosk.hours import LOCAL
from kiosk.identity.events import FaceVerdict, Outcome
from kiosk.operations.faults import load_faults
from kiosk.text import Text
from kiosk.visit.events import Act, Ending, Signed, Way
from kiosk.visit.view import BookBody, FieldView, FormBody, RewriteBody, ScanDocumentBody, StepKind, VisitView
from tests.backoffice.running import Running
from tests.kiosk.catalogue.citizen import LINE, Citizen, Lost
from tests.people import card_of

RESULT = HOUSE / "docs" / "usability" / "times.md"
NOW = datetime(2026, 11, 27, 10, 0, tzinfo=LOCAL)  # a Friday morning
# Beside those that config/departments.yaml calls hot: nobody has counted yet, so this is a guess.
OTHERS = ("GA-JJ-01", "GJ-01", "SW-01", "GA-HZ-05")

# Seconds. Sources stand in klm.md.
POINT = 1.1
TAP = 0.2
KEY = 0.5
THINK = 1.35
READ = 60 / 255  # a Chinese character, read aloud
HAND = 4.0  # to take, lay down or put away something
SIGN = 5.0
# How much slower somebody of about seventy is, by the cycle times of motor, cognitive and perceptual processor.
OLDER = {"motor": 146 / 70, "think": 118 / 70, "read": 178 / 100}
# What the machine lets one wait, as its simulated devices do; of paper, as assumed.
WAITS: dict[StepKind, float] = {
    StepKind.READ_CARD: 1.2,
    StepKind.VERIFY_FACE: 5.4,
    StepKind.LOOKUP: 1.0,
    StepKind.SCAN_CODE: 0.5,
    StepKind.READ_BANK_CARD: 1.5,
    StepKind.BOOK: 1.0,
    StepKind.PAY: 3.0,
    StepKind.REWRITE_CARD: 20.0,
    StepKind.SCAN_DOCUMENT: 1.0,
    StepKind.SUBMIT: 1.0,
    StepKind.PRINT_DOCUMENT: 10.0,
    StepKind.PRINT_RECEIPT: 3.0,
}
# What has to be taken in hand on a page.
HANDS: dict[StepKind, int] = {
    StepKind.READ_CARD: 2,  # out of the wallet, onto the reader
    StepKind.SCAN_CODE: 1,
    StepKind.READ_BANK_CARD: 2,
    StepKind.PAY: 2,  # the phone, and its app
    StepKind.REWRITE_CARD: 2,
    StepKind.SCAN_DOCUMENT: 1,
    StepKind.PRINT_DOCUMENT: 1,
    StepKind.PRINT_RECEIPT: 1,
    StepKind.DONE: 1,  # the card, back into the wallet
}


@dataclass
class Counted:
    """What one citizen does in one item."""

    touches: int = 0
    keys: int = 0
    thoughts: int = 0
    hands: int = 0
    signs: int = 0  # Chinese characters that can be read
    signatures: int = 0
    waits: float = 0.0  # seconds

    def seconds(self, *, reads: bool = True, older: bool = False) -> float:
        """How long it takes; whoever has been here before does not ``read`` what stands on the pages."""
        motor, think, read = (OLDER[name] if older else 1.0 for name in ("motor", "think", "read"))
        moved = self.touches * (POINT + TAP) + self.keys * KEY + self.hands * HAND + self.signatures * SIGN
        return moved * motor + self.thoughts * THINK * think + (self.signs * READ * read if reads else 0) + self.waits


@dataclass
class Counting(Citizen):
    """A citizen who shows who he is by his face and whose every act is counted."""

    counted: Counted = field(default_factory=Counted)
    _read: str = ""

    def _page(self, view: VisitView) -> None:
        counted = self.counted
        body = view.body
        here = f"{view.step_id} {body.number}" if isinstance(body, ScanDocumentBody) else view.step_id
        if here != self._read:
            self._read = here
            counted.signs += sum(map(_signs, _texts(view)))
            counted.thoughts += 1
            counted.hands += HANDS.get(view.kind, 0)
            counted.waits += WAITS.get(view.kind, 0.0)
            if isinstance(body, RewriteBody) and body.is_new:
                counted.hands -= 1  # nothing is put in
        match view.kind:
            case StepKind.CHOOSE_WAY:
                counted.touches += 1
                self.tell(Act(f"way:{Way.FACE}"))
            case StepKind.VERIFY_FACE:
                self.tell(FaceVerdict(Outcome.ACCEPTED, 0.23, 0.40, 5, 0.4, "dlib"))
            case StepKind.SIGN:
                counted.signatures += 1
                counted.touches += 1
                self.tell(Signed((LINE,)), Act("next"))
            case StepKind.BOOK if isinstance(view.body, BookBody):
                counted.touches += 1
                super()._page(view)
            case _:
                if (view.primary is not None and view.primary.enabled) or view.kind in (
                    StepKind.FORM,
                    StepKind.TYPE_NUMBER,
                ):
                    counted.touches += 1
                super()._page(view)

    def _fill(self, asked: FieldView) -> None:
        before = asked.value
        super()._fill(asked)
        body = self.visit.view().body
        after = (
            next((one for one in body.fields if one.key == asked.key), asked) if isinstance(body, FormBody) else asked
        )
        if after.value == before:
            return
        counted = self.counted
        counted.thoughts += 1
        if asked.type in (*CHOSEN, FieldType.PICK):
            counted.touches += len(after.value.split(","))
            return
        counted.touches += 2  # into the field, and the key that puts the keyboard away
        counted.keys += keys_for(after.value)


def keys_for(typed: str) -> int:
    """How many keys it takes: a Chinese character by its pinyin and, for two of them, a choice from the list."""
    chinese = [sign for sign in typed if "\u3400" <= sign <= "\u9fff"]
    letters = sum(len(syllable) for syllable in lazy_pinyin("".join(chinese)))
    return len(typed) - len(chinese) + letters + (len(chinese) + 1) // 2


def way_to(item: Item, catalogue: Catalogue) -> int:
    """How many touches lead from the home page to the item."""
    if item.code in catalogue.departments.hot:
        return 1
    groups = [one.group for one in catalogue.values() if one.department == item.department]
    first = next(group.id for group in catalogue.department(item).groups if group.id in groups)
    return 2 if item.group == first else 3


def _texts(of: Any) -> Iterator[str]:
    if isinstance(of, Text):
        yield of.zh
    elif is_dataclass(of):
        for one in fields(of):
            if one.name not in ("stages", "problem"):  # nobody reads the step bar through
                yield from _texts(getattr(of, one.name))
    elif isinstance(of, tuple | list):
        for part in of:
            yield from _texts(part)


def _signs(text: str) -> int:
    return sum("\u3400" <= sign <= "\u9fff" for sign in text)


@contextmanager
def _office() -> Iterator[tuple[Store, GatewayClient]]:
    with tempfile.TemporaryDirectory(prefix="times-") as folder:
        store = Store(f"sqlite:///{folder}/office.sqlite3", now=lambda: NOW)
        with Running(create_app(store, platform="https://pay.invalid")) as running:
            client = GatewayClient(running.url)
            yield store, client
            client.close()
        store.close()


def count(codes: tuple[str, ...] = ()) -> dict[str, Counted]:
    """What is done in each item, by its code. Raises Lost when one is not gone through to its end."""
    catalogue, faults = load_catalogue(CONFIG), dict(load_faults(CONFIG / "faults"))
    found = {}
    with _office() as (store, client):
        for code in codes or (*catalogue.departments.hot, *OTHERS):
            who = card_of(catalogue[code].sample_person)
            citizen = Counting(code, who, catalogue, faults, client, store, NOW)
            ending = citizen.go()
            if ending != Ending.FINISHED:
                raise Lost(f"{code}: {ending}")
            citizen.counted.touches += way_to(catalogue[code], catalogue)
            citizen.counted.thoughts += 1  # which item it is that one wants
            found[code] = citizen.counted
    return found


TABLE = Path(__file__).parent / "klm.md"


def page(found: dict[str, Counted]) -> str:
    """The page of docs/usability."""
    catalogue = load_catalogue(CONFIG)
    rows = []
    for code, one in found.items():
        times = (one.seconds(reads=False), one.seconds(), one.seconds(older=True))
        cells: tuple[object, ...] = (
            code,
            catalogue[code].name.zh,
            one.touches,
            one.keys,
            one.signs,
            one.hands,
            f"{one.waits:.0f}",
            *map(_clock, times),
            f"{catalogue[code].guide.minutes} min",
        )
        rows.append(f"| {' | '.join(map(str, cells))} |")
    return TABLE.read_text(encoding="utf-8").format(
        rows="\n".join(rows),
        point=POINT,
        tap=TAP,
        key=KEY,
        think=THINK,
        read=READ,
        hand=HAND,
        sign=SIGN,
        waits=", ".join(f"{kind.value.replace('_', ' ')} {seconds:g}" for kind, seconds in WAITS.items()),
        motor=OLDER["motor"],
        thought=OLDER["think"],
        perceived=OLDER["read"],
        where=_where(found, catalogue),
    )


def _where(found: dict[str, Counted], catalogue: Catalogue) -> str:
    total = Counted()
    for one in found.values():
        for name in ("touches", "keys", "thoughts", "hands", "signs", "signatures"):
            setattr(total, name, getattr(total, name) + getattr(one, name))
        total.waits += one.waits
    whole = total.seconds()
    parts = {
        "reading": total.signs * READ,
        "waiting for the machine": total.waits,
        "things in hand": total.hands * HAND,
        "touches": total.touches * (POINT + TAP),
        "decisions": total.thoughts * THINK,
        "keys": total.keys * KEY,
        "signing": total.signatures * SIGN,
    }
    lines = [
        f"- {name}: {100 * seconds / whole:.0f} %" for name, seconds in sorted(parts.items(), key=lambda part: -part[1])
    ]
    over = [code for code, one in found.items() if one.seconds(older=True) > 60 * catalogue[code].guide.minutes]
    said = (
        f"Somebody of 60 or more who reads everything needs longer than the guide says in {', '.join(over)}."
        if over
        else "Also somebody of 60 or more who reads everything keeps the minutes that the guide names."
    )
    return "\n".join(["Of all ten, read through by an adult:", "", *lines, "", said])


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def main() -> int:
    """Write the page."""
    logging.getLogger().setLevel(logging.WARNING)
    RESULT.write_text(page(count()), encoding="utf-8")
    print(f"{RESULT.relative_to(HOUSE)} is written", file=sys.stderr)
    return 0
