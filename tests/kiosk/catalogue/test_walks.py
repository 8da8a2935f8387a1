"""Every item is gone through to its end, refused once, and left half-way once, against the reference back office."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from backoffice.service import create_app
from backoffice.store import Store
from drivers.id_reader.people import TRAY
from kiosk.catalogue.catalogue import load_catalogue
from kiosk.catalogue.item import Kind, StepKind
from kiosk.gateway.client import GatewayClient
from kiosk.hours import LOCAL
from kiosk.operations.faults import load_faults
from kiosk.visit.events import CloseOrder, Ending, OpenOrder, PrintDocument, Submit
from tests.backoffice.running import Running
from tests.kiosk.catalogue.citizen import Citizen
from tests.people import card_of

CONFIG = Path("config")
CATALOGUE = load_catalogue(CONFIG)
FAULTS = dict(load_faults(CONFIG / "faults"))
every_item = pytest.mark.parametrize("code", list(CATALOGUE))

Walk = Callable[..., Citizen]

# A Friday morning; past the last year of announced holidays nothing could be booked.
NOW = datetime(2026, 11, 27, 10, 0, tzinfo=LOCAL)

# What has to be answered to be refused, where that does not hang on who asks.
ASKED_IN_VAIN: dict[str, dict[str, str]] = {
    "GA-HZ-09": {"given_name": "无人用"},
    "GA-JJ-03": {"decision_number": "9999999999999999"},
    "FG-03": {"address": "思明区示例路 999 号"},
    "FG-04": {"case_number": "BDC9999999999"},
    "JT-02": {"valid_until": f"{NOW + timedelta(days=60):%Y%m%d}"},
    "JT-06": {"case_number": "JT01-99999999"},
    "SC-02": {"company_code": "91350200MA00000033"},
    "SC-03": {"case_number": "SC2026100100002"},
}
OTHERS = ("chen", "wang_elder", "uygur", "rare", "lin")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, GatewayClient]]:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('office')}/office.sqlite3", now=lambda: NOW)
    with Running(create_app(store, platform="https://pay.invalid")) as running:
        client = GatewayClient(running.url)
        yield store, client
        client.close()
    store.close()


@pytest.fixture
def walk(office: tuple[Store, GatewayClient]) -> Walk:
    """Sends somebody of the tray through an item."""
    store, client = office

    def start(code: str, who: str, **how: object) -> Citizen:
        return Citizen(code, card_of(who), CATALOGUE, FAULTS, client, store, NOW, **how)  # type: ignore[arg-type]

    return start


@every_item
def test_it_is_gone_through_to_its_end(code: str, walk: Walk) -> None:
    citizen = walk(code, CATALOGUE[code].sample_person)
    assert citizen.go() == Ending.FINISHED, " → ".join(citizen.seen)
    assert citizen.seen[-1] == "done"
    assert not citizen.visit.answers
    assert not citizen.visit.facts


@pytest.mark.parametrize("code", [code for code, item in CATALOGUE.items() if item.kind is not Kind.APPOINT])
def test_somebody_is_refused_and_told_why_and_may_say_how_it_was(code: str, walk: Walk) -> None:
    tried = []
    for who in OTHERS:
        citizen = walk(code, who, choose=ASKED_IN_VAIN.get(code, {}))
        outcome = citizen.go()
        if outcome.startswith("denied."):
            told_why(citizen)
            assert not [one for one in citizen.effects if isinstance(one, Submit | PrintDocument)]
            assert citizen.leave() is Ending.REFUSED
            return
        tried.append(f"{who}: {outcome} at {citizen.seen[-1]}")
    raise AssertionError(f"nobody is refused: {'; '.join(tried)}")


@pytest.mark.parametrize(("code", "who"), [("GA-HZ-10", "hmt"), ("MZ-01", "uygur")])
def test_whoever_did_not_come_twice_cannot_book(
    code: str, who: str, walk: Walk, office: tuple[Store, GatewayClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, _ = office
    long_ago = NOW - timedelta(days=40)
    monkeypatch.setattr(store, "now", lambda: long_ago)
    for slot in (-1, 0):
        assert walk(code, who, slot=slot).go() == Ending.FINISHED
    monkeypatch.undo()
    citizen = walk(code, who)
    assert citizen.go() == "booking.suspended"
    told_why(citizen)


def told_why(citizen: Citizen) -> None:
    problem = citizen.visit.view().problem
    assert problem is not None
    for sentence in (problem.happened, problem.meaning, problem.todo):
        assert len(sentence.zh) > 3, sentence
        assert len(sentence.en) > 10, sentence


@every_item
def test_whoever_leaves_half_way_has_applied_for_nothing_and_paid_nothing(code: str, walk: Walk) -> None:
    last = [step.kind for step in CATALOGUE[code].steps][-3:]
    late = {StepKind.PAY, StepKind.SUBMIT, StepKind.PRINT_DOCUMENT, StepKind.REWRITE_CARD, StepKind.BOOK, *last}
    citizen = walk(code, CATALOGUE[code].sample_person)
    citizen.give_up_at = lambda view: (
        view.kind != StepKind.GUIDE
        and view.exit
        and (view.kind in late or view.kind in (StepKind.FORM, StepKind.REVIEW, StepKind.LOOKUP))
    )
    assert citizen.go() == Ending.LEFT, " → ".join(citizen.seen)
    assert not citizen.visit.answers
    assert not citizen.visit.facts
    assert citizen.visit.record is None
    assert not [one for one in citizen.effects if isinstance(one, Submit | PrintDocument | CloseOrder | OpenOrder)]


def test_everybody_who_walks_is_invented() -> None:
    assert set(OTHERS) <= set(TRAY)
