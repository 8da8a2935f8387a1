"""我的办件: gone through like an item, counted among none, by the card and by the number on a slip."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from uuid import uuid4

import pytest

from backoffice.booking.desk import BookingDesk
from backoffice.store import Store
from drivers.id_reader.people import TRAY
from kiosk.catalogue.catalogue import Catalogue, CatalogueError, load_catalogue
from kiosk.catalogue.item import Item, LookupStep
from kiosk.documents.application import fill_in
from kiosk.gateway.client import GatewayClient
from kiosk.gateway.contract import BookingPath
from kiosk.hours import LOCAL
from kiosk.visit.events import Ending, Proof, Submit, Way
from kiosk.visit.view import LookupBody, StepKind, VisitView
from tests.backoffice.samples import application
from tests.kiosk.catalogue import test_every_item as every_item
from tests.kiosk.catalogue.citizen import Citizen
from tests.kiosk.catalogue.test_walks import CATALOGUE, FAULTS, office
from tests.people import card_of

SERVICES = Catalogue(CATALOGUE.departments, CATALOGUE.services)
every_service = pytest.mark.parametrize("service", list(SERVICES.values()), ids=list(SERVICES))
Office = tuple[Store, GatewayClient]
assert office  # the fixture of the walks


def walk(office: Office, who: str = "lin", code: str = "ZH-01", **choose: str) -> Citizen:
    store, client = office
    return Citizen(code, card_of(who), SERVICES, FAULTS, client, store, datetime.now(LOCAL), choose)


def applied(office: Office, who: str) -> str:
    """Somebody has applied for something; the reference number."""
    store, _ = office
    said = application()
    return store.accept(
        said.model_copy(update={"applicant": said.applicant.model_copy(update={"number": TRAY[who].record.number})})
    ).reference_number


def shown(citizen: Citizen) -> LookupBody:
    """Go on to the page that says how a case is getting on."""
    seen: list[VisitView] = []

    def there(view: VisitView) -> bool:
        if view.kind is StepKind.LOOKUP and view.primary is not None and view.primary.enabled:
            seen.append(view)
        return bool(seen)

    citizen.give_up_at = there
    assert citizen.go() == Ending.LEFT, " → ".join(citizen.seen)
    body = seen[0].body
    assert isinstance(body, LookupBody)
    return body


@every_service
def test_it_keeps_what_holds_for_every_item(service: Item) -> None:
    every_item.test_every_sentence_is_chinese_in_chinese_and_english_in_english(service)
    every_item.test_a_heading_fits_its_line_and_ends_without_a_full_stop(service)
    every_item.test_every_condition_is_reached_both_ways_and_serves_for_something(service)


def test_it_is_counted_among_no_items() -> None:
    assert len(CATALOGUE) == 93
    assert not CATALOGUE.services.keys() & CATALOGUE.keys()
    assert CATALOGUE.department(CATALOGUE.services["ZH-01"]).id == "city"


def test_it_shows_items_by_their_names() -> None:
    lookups = [step for step in CATALOGUE.services["ZH-01"].steps if isinstance(step, LookupStep)]
    named = [fact for step in lookups for fact in (*step.facts, *step.columns) if fact.key == "item"]
    assert len(named) == 3
    assert all(fact.words["JT-02"] == CATALOGUE["JT-02"].name for fact in named)


def test_by_the_card_one_sees_ones_own_case(office: Office) -> None:
    number = applied(office, "lin")
    citizen = walk(office)
    body = shown(citizen)
    assert citizen.seen[:3] == ["how", "card", "person"]
    said = {fact.label.zh: fact.value.zh for fact in body.facts}
    assert (said["事项"], said["编号"], said["状态"]) == ("从业人员证换卡", number, "待审核")
    assert "林晓舟" not in str(body)


def test_with_the_number_of_a_slip_no_card_is_asked_for(office: Office) -> None:
    number = applied(office, "chen")
    citizen = walk(office, how="number", number=number)
    body = shown(citizen)
    assert "card" not in citizen.seen
    assert [row[1].zh for row in body.rows] == ["待审核"]


def test_it_ends_without_asking_how_it_was(office: Office) -> None:
    number = applied(office, "lin")
    citizen = walk(office, how="number", number=number)
    assert citizen.go() == Ending.FINISHED
    assert "rate" not in citizen.seen


def test_a_number_that_nobody_knows_is_told_with_what_to_do(office: Office) -> None:
    citizen = walk(office, how="number", number="JT02-20200101-00001-X")
    assert citizen.go() == "denied.nothing_found"
    assert citizen.leave() is Ending.REFUSED


def test_whoever_never_applied_is_told_so(office: Office) -> None:
    assert walk(office, "hmt").go() == "denied.nothing_found"


def test_a_visit_to_the_hall_is_booked_with_no_more_than_a_card_and_a_phone(office: Office) -> None:
    citizen = walk(office, code="ZH-02")
    assert citizen.go() == Ending.FINISHED
    assert list(dict.fromkeys(citizen.seen)) == [
        "guide",
        "card",
        "matter",
        "contact",
        "book",
        "receipt",
        "rate",
        "done",
    ]
    (booking,) = BookingDesk(office[0]).mine(TRAY["lin"].record.number).bookings
    assert (booking.service, booking.place_name.zh) == ("city_hall", "厦门市行政服务中心")
    assert booking.code.startswith("YY-")


def test_whoever_is_sixty_gets_a_green_pass_in_the_hall(office: Office) -> None:
    citizen = walk(office, "wang_elder", code="ZH-02")
    citizen.ways = ["green"]
    assert citizen.go() == Ending.FINISHED
    (booking,) = BookingDesk(office[0]).mine(TRAY["wang_elder"].record.number).bookings
    assert booking.path is BookingPath.GREEN


def test_a_mistake_in_a_service_is_told_like_one_in_an_item(tmp_path: Path) -> None:
    (tmp_path / "departments.yaml").write_text(Path("config/departments.yaml").read_text("utf-8"), encoding="utf-8")
    (tmp_path / "services").mkdir()
    text = Path("config/services/ZH-01.yaml").read_text("utf-8").replace("risk: look", "risky: look")
    (tmp_path / "services" / "ZH-01.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"ZH-01.yaml:\d+: risky: nobody knows this key"):
        load_catalogue(tmp_path)


def test_what_arrives_later_is_found_by_its_ticket(office: Office) -> None:
    submit = Submit(card_of("lin"), Proof(Way.STAFF, reference="w01"), False, {}, {}, ())
    made = fill_in(
        CATALOGUE["JT-02"], submit, key=uuid4(), station="XM-0001", language="zh", filled_at=datetime.now(LOCAL)
    )
    assert walk(office, how="number", number=made.ticket).go() == "denied.nothing_found"
    office[1].submit(made)
    assert walk(office, how="number", number=made.ticket).go() == Ending.FINISHED
