"""Every kind of step on the real screen, by four corners and by keypad: five items that come over all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from backoffice.service import create_app
from backoffice.store import Store
from kiosk.aloud import Deed, Edit, Entry
from kiosk.by_ear import Key
from kiosk.catalogue.item import StepKind
from kiosk.gateway.client import GatewayClient
from kiosk.settings import load_settings
from kiosk.text import Text
from kiosk.visit.events import Ending, Event
from kiosk.visit.view import VisitView
from tests.backoffice.running import Running
from tests.kiosk.test_by_ear import CATALOGUE, FAULTS, NOW, Blind
from tests.people import card_of
from tests.ui.conftest import Loudspeaker
from tests.ui.desk import CONFIG, Desk
from ui.application import Application
from ui.blind_finger import KEYPAD, BlindFinger, Notes
from ui.models.listening import ListeningModel

ITEMS = ("GA-ZA-01", "GA-HZ-01", "GA-CR-01", "GA-HZ-10", "RS-06")


class Counter(Desk):
    """A desk before which a citizen stands whose visit is its own."""

    citizen: OnTheGlass | None = None

    def view(self) -> VisitView | None:
        return self.citizen.view() if self.citizen is not None else None

    def happen(self, *events: Event) -> None:
        if self.citizen is not None and self.citizen.visit.ending is None:
            self.citizen.tell(*events)


class GlassHand:
    """Presses on the real glass what :class:`tests.kiosk.test_by_ear.Hand` presses on a list."""

    def __init__(self, finger: BlindFinger, listening: ListeningModel, notes: Notes) -> None:
        self.finger, self.listening, self.notes = finger, listening, notes
        self.ear = self

    @property
    def heard(self) -> list[Text]:
        return [Text(zh=words, en=words) for words in self.notes.said if words]

    @heard.setter
    def heard(self, _: list[Text]) -> None:
        """The machine itself says what there is to hear."""

    @property
    def entries(self) -> tuple[Entry, ...]:
        return self.listening.entries

    @property
    def signing(self) -> bool:
        return bool(self.listening.property("signing"))

    def look(self) -> list[Text]:
        return []

    def press(self, key: Key) -> None:
        self.finger.press(key)

    def go_to(self, deed: Callable[[Deed | None], bool]) -> None:
        assert self.finger.go_to(deed), [entry.deed for entry in self.entries]

    def choose(self, wanted: Deed) -> None:
        self.go_to(lambda deed: deed == wanted)
        self.press(Key.CHOOSE)

    def fill(self, key: str, value: str) -> None:
        self.go_to(lambda deed: isinstance(deed, Edit) and deed.key == key)
        self.finger.type_text(f"field-{key}", value)

    def fill_address(self, key: str, value: str) -> None:
        self.fill(key, value)


class OnTheGlass(Blind):
    """The same citizen before the real screen, which hears of everything that happens."""

    counter: Counter | None = None

    def tell(self, *events: Event) -> None:
        super().tell(*events)
        if self.counter is not None:
            self.counter.on_change()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[tuple[Store, GatewayClient]]:
    """Anew for each citizen: who has booked cannot book that day again."""
    store = Store(f"sqlite:///{tmp_path}/office.sqlite3", now=lambda: NOW)
    with Running(create_app(store, platform="https://pay.invalid")) as running:
        client = GatewayClient(running.url)
        yield store, client
        client.close()
    store.close()


@pytest.mark.parametrize(
    "by_keys", [pytest.param(False, id="four corners", marks=pytest.mark.campaign), pytest.param(True, id="keypad")]
)
@pytest.mark.parametrize("code", ITEMS)
def test_an_item_is_gone_through_on_the_real_screen(
    application: Application, speaker: Loudspeaker, office: tuple[Store, GatewayClient], code: str, *, by_keys: bool
) -> None:
    del speaker
    store, client = office
    words = [f"speech.keys.{key}={name}" for key, name in KEYPAD.items()] if by_keys else []
    counter, notes = Counter(), Notes()
    night = datetime(2026, 11, 23, 23, 8).astimezone()
    window = application.show(counter, load_settings(CONFIG / "kiosk.toml", words), lambda: night)  # type: ignore[arg-type]
    try:
        application.speak_through(notes)
        listening = application.listening
        assert listening is not None
        finger = BlindFinger(window, listening, counter.view, by_keys=by_keys)
        finger.begin()
        person = card_of(CATALOGUE[code].sample_person)
        citizen = OnTheGlass(code, person, CATALOGUE, FAULTS, client, store, NOW)
        citizen.hand = GlassHand(finger, listening, notes)  # type: ignore[assignment]
        counter.citizen, citizen.counter = citizen, counter
        assert citizen.go() == Ending.FINISHED, " → ".join(citizen.seen)
        assert not listening.property("on")
    finally:
        application.close()


def test_these_items_come_over_every_kind_of_step() -> None:
    assert {StepKind(step.kind) for code in ITEMS for step in CATALOGUE[code].steps} == {
        StepKind(step.kind) for item in CATALOGUE.values() for step in item.steps
    }
