"""Whoever follows docs/adding-an-item.md has an item: one file, and no Python."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest
import yaml

from backoffice.reference import OperationRecords
from backoffice.service import create_app
from backoffice.store import Store
from kiosk.catalogue.catalogue import Catalogue, load_catalogue
from kiosk.catalogue.export import summary
from kiosk.catalogue.finder import finder_of
from kiosk.gateway.client import GatewayClient
from kiosk.visit.events import Ending, MakeDocument, PrintDocument
from tests.backoffice.running import Running
from tests.kiosk.catalogue import test_every_item as every_item
from tests.kiosk.catalogue.citizen import Citizen
from tests.kiosk.catalogue.test_walks import FAULTS, NOW
from tests.people import card_of

GUIDE = Path("docs/adding-an-item.md").read_text(encoding="utf-8")
ITEM, RECORDS, *_ = re.findall(r"^```yaml\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
CODE = "RS-99"


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """The shipped one with the guide's item laid beside its neighbours."""
    config = tmp_path_factory.mktemp("config")
    copytree("config", config, dirs_exist_ok=True)
    (config / "items" / "human_resources" / f"{CODE}.yaml").write_text(ITEM, encoding="utf-8")
    return load_catalogue(config)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, GatewayClient]]:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('office')}/office.sqlite3", now=lambda: NOW)
    with Running(create_app(store)) as running:
        client = GatewayClient(running.url)
        yield store, client
        client.close()
    store.close()


def test_the_file_is_the_ninety_fourth_item_and_is_found(catalogue: Catalogue) -> None:
    assert summary(catalogue).startswith("94 items, 10 departments")
    assert CODE in finder_of(catalogue).find("示例参保")


def test_it_keeps_what_holds_for_every_item(catalogue: Catalogue) -> None:
    item = catalogue[CODE]
    every_item.test_every_sentence_is_chinese_in_chinese_and_english_in_english(item)
    every_item.test_a_heading_fits_its_line_and_ends_without_a_full_stop(item)
    every_item.test_every_way_through_it_ends(item)
    every_item.test_it_asks_for_what_its_kind_needs(item)
    every_item.test_every_condition_is_reached_both_ways_and_serves_for_something(item)


def test_it_is_gone_through_to_its_end(catalogue: Catalogue, office: tuple[Store, GatewayClient]) -> None:
    store, client = office
    citizen = Citizen(CODE, card_of("lin"), catalogue, FAULTS, client, store, NOW)
    assert citizen.go() == Ending.FINISHED
    made = [type(effect) for effect in citizen.effects if isinstance(effect, MakeDocument | PrintDocument)]
    assert made == [MakeDocument, PrintDocument]


def test_whoever_has_paid_nothing_is_refused(catalogue: Catalogue, office: tuple[Store, GatewayClient]) -> None:
    store, client = office
    citizen = Citizen(CODE, card_of("chen"), catalogue, FAULTS, client, store, NOW)
    assert citizen.go() == "denied.not_enrolled"
    assert citizen.leave() is Ending.REFUSED


def test_the_records_beside_it_are_records() -> None:
    operations = yaml.safe_load(RECORDS)["operations"]
    assert len(operations) >= 4
    for operation in operations.values():
        denied = operation.get("denied", {})
        for said in denied.values():  # the guide writes dots where each department has words of its own
            assert said.keys() == {"happened", "meaning", "todo"}
        OperationRecords.model_validate(operation)
