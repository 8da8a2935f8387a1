"""Whether a machine is fit, why not, and who acts next."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from drivers.device import (
    Cancelled,
    DeviceError,
    DeviceState,
    DeviceStatus,
    Fact,
    Fault,
    HealthLevel,
    HealthReport,
    Level,
    NextAction,
)
from kiosk.catalogue.catalogue import load_catalogue
from kiosk.catalogue.item import Item
from kiosk.home import Service
from kiosk.operations.examination import examine
from kiosk.operations.faults import load_faults
from kiosk.operations.readiness import Readiness, Verdict, assess, hindrances
from kiosk.operations.records import Checked, Record
from kiosk.settings import Station
from kiosk.text import Text
from tests.kiosk.operations.stand_in import StandIn, broken, ready
from tests.papers import paper_item

HOUSE = Path(__file__).resolve().parents[3]
WORDS = load_faults(HOUSE / "config" / "faults")
ITEM = load_catalogue(HOUSE / "config")["JT-02"]
STATION = Station(
    id="XM-HL-0001",
    name_zh="江头站",
    name_en="Jiangtou",
    operator_zh="示例公司",
    operator_en="Example",
    hotline="0592-7703144",
)
NOW = datetime(2026, 11, 23, 3, 8, tzinfo=UTC)


def item(code: str, *requires: str) -> Item:
    return ITEM.model_copy(update={"code": code, "requires": requires})


PRINTS, READS = item("AA-01", "id_reader", "receipt_printer"), item("AA-02", "id_reader")
ITEMS = {"AA-01": PRINTS, "AA-02": READS}


def judged(*devices: StandIn, items: dict[str, Item] = ITEMS, **changes: Any) -> Readiness:
    values: dict[str, Any] = {"stopped_by": None, "checks": ()} | changes
    return assess(
        at=NOW,
        station=STATION,
        software="0.1.0",
        devices={device.name: device for device in devices},
        items=items,
        words=WORDS,
        **values,
    )


def check(number: int = 1, **changes: Any) -> Record[Checked]:
    values = {"at": NOW, "device": "receipt_printer", "level": "internal", **changes}
    return Record(number, Checked.model_validate(values))


def reasons(readiness: Readiness) -> list[tuple[str, str]]:
    return [(reason.part, reason.code) for reason in readiness.reasons]


def test_an_item_that_is_closed_now_is_said_to_be_and_makes_no_machine_unfit() -> None:
    closed = Text(zh="现在不是办理时间", en="Not at this hour")
    readiness = judged(ready("id_reader"), ready("receipt_printer", paper=Level.OK), not_now={"AA-01": closed})
    assert (readiness.verdict, readiness.service, readiness.unavailable) == (Verdict.FIT, Service.IN_SERVICE, ())
    assert [item.reason for item in readiness.items] == [closed, None]
    broken_too = judged(broken("id_reader", "id_reader.disconnected"), not_now={"AA-01": closed})
    assert broken_too.items[0].reason == WORDS["id_reader.disconnected"].happened


def test_a_machine_with_everything_ready_is_fit() -> None:
    readiness = judged(ready("id_reader"), ready("receipt_printer", paper=Level.OK))
    assert (readiness.verdict, readiness.service) == (Verdict.FIT, Service.IN_SERVICE)
    assert (readiness.reasons, readiness.acts_next, readiness.unavailable) == ((), (), ())


def test_a_fault_of_one_device_limits_the_machine_to_what_does_not_need_it() -> None:
    readiness = judged(ready("id_reader"), broken("receipt_printer", "receipt_printer.cutter"))
    assert (readiness.verdict, readiness.service) == (Verdict.LIMITED, Service.LIMITED)
    assert readiness.unavailable == ("AA-01",)
    assert reasons(readiness) == [("receipt_printer", "receipt_printer.cutter")]
    assert readiness.acts_next == (NextAction.TECHNICIAN,)
    (part,) = (part for part in readiness.parts if part.name == "receipt_printer")
    assert part.faults[0].technician == WORDS["receipt_printer.cutter"].technician


def test_a_machine_on_which_nothing_can_be_done_is_not_fit() -> None:
    readiness = judged(broken("id_reader", "id_reader.silent", DeviceState.DISCONNECTED), ready("receipt_printer"))
    assert (readiness.verdict, readiness.service) == (Verdict.NOT_FIT, Service.OUT_OF_SERVICE)
    assert readiness.items[0].reason == WORDS["id_reader.silent"].happened


def test_a_device_that_is_required_and_not_there_is_told() -> None:
    readiness = judged(ready("id_reader"))
    assert readiness.unavailable == ("AA-01",)
    assert reasons(readiness) == [("receipt_printer", "receipt_printer.absent")]
    assert [part.state for part in readiness.parts] == ["ready", "absent"]


def test_a_device_that_is_not_there_and_not_required_does_not_matter() -> None:
    assert judged(ready("id_reader"), items={"AA-02": READS}).verdict is Verdict.FIT


def test_a_fault_that_stops_no_item_still_has_to_be_seen_to() -> None:
    hot = StandIn("machine", DeviceStatus(DeviceState.READY, (Fault("machine.hot", NextAction.ATTENDANT, "91 °C"),)))
    readiness = judged(ready("id_reader"), ready("receipt_printer"), hot)
    assert (readiness.verdict, readiness.service) == (Verdict.LIMITED, Service.IN_SERVICE)
    assert readiness.acts_next == (NextAction.ATTENDANT,)


@pytest.mark.parametrize("code", ["machine.disk_full", "machine.disk_failed", "ups.battery_low", "ups.on_battery"])
def test_what_stops_the_whole_machine_comes_first(code: str) -> None:
    readiness = judged(
        broken("receipt_printer", "receipt_printer.jam", who=NextAction.ATTENDANT),
        ready("id_reader"),
        broken(code.partition(".")[0], code),
    )
    assert readiness.verdict is Verdict.NOT_FIT
    assert readiness.reasons[0].code == code
    assert [reason.stops for reason in readiness.reasons] == [True, False]
    assert readiness.acts_next == (NextAction.ATTENDANT, NextAction.TECHNICIAN)


def test_without_a_line_nothing_can_be_applied_for() -> None:
    readiness = judged(ready("id_reader"), ready("receipt_printer"), stopped_by="gateway.absent")
    assert readiness.verdict is Verdict.NOT_FIT
    assert reasons(readiness) == [("", "gateway.absent")]
    assert set(readiness.unavailable) == set(ITEMS)


def test_paper_that_runs_low_is_the_attendants_business() -> None:
    readiness = judged(ready("id_reader"), ready("receipt_printer", paper=Level.LOW))
    assert readiness.verdict is Verdict.LIMITED
    (reason,) = readiness.reasons
    assert (reason.code, reason.acts_next) == ("receipt_printer.paper_low", NextAction.ATTENDANT)
    assert "纸" in reason.sentence.zh


def test_what_a_fault_tells_already_is_not_told_twice() -> None:
    printer = broken("receipt_printer", "receipt_printer.paper_out", who=NextAction.ATTENDANT)
    printer.status = DeviceStatus(printer.status.state, printer.status.faults, {"paper": Level.OUT})
    readiness = judged(ready("id_reader"), printer, checks=[check(faults=("receipt_printer.paper_out",))])
    assert reasons(readiness) == [("receipt_printer", "receipt_printer.paper_out")]


@pytest.mark.parametrize("level", [Level.UNKNOWN, Level.NOT_SUPPORTED])
def test_a_sensor_that_cannot_tell_is_no_fault(level: Level) -> None:
    assert judged(ready("id_reader"), ready("receipt_printer", paper=level)).verdict is Verdict.FIT


def test_a_check_that_was_not_passed_counts_until_it_is_repeated() -> None:
    devices = (ready("id_reader"), ready("receipt_printer"))
    failed = check(3, level="interactive", question="receipt_printer.readable", answer="broken", who="t07")
    readiness = judged(*devices, checks=[failed])
    assert readiness.verdict is Verdict.LIMITED
    assert reasons(readiness) == [("receipt_printer", "receipt_printer.interactive_check")]
    (part,) = (part for part in readiness.parts if part.checks)
    assert (part.checks[0].number, part.checks[0].who, part.checks[0].passed) == (3, "t07", False)
    passed = check(4, level="interactive", question="receipt_printer.readable", answer="works")
    assert judged(*devices, checks=[passed]).verdict is Verdict.FIT


def test_a_lens_that_is_off_is_well_once_it_was_checked() -> None:
    camera = StandIn("camera", DeviceStatus(DeviceState.UNKNOWN))
    others = (ready("id_reader"), ready("receipt_printer"))
    assert reasons(judged(*others, camera)) == [("camera", "camera.not_checked")]
    assert judged(*others, camera, checks=[check(device="camera")]).verdict is Verdict.FIT


def test_a_fault_without_words_is_still_told() -> None:
    readiness = judged(ready("receipt_printer"), broken("id_reader", "id_reader.something_new", detail="E77"))
    fault = next(part for part in readiness.parts if part.name == "id_reader").faults[0]
    assert (fault.code, fault.detail) == ("id_reader.something_new", "E77")
    assert fault.happened == WORDS["software.fault"].happened


def test_an_item_is_hindered_by_the_first_of_its_devices_that_cannot() -> None:
    def statuses(devices: Iterable[StandIn]) -> dict[str, DeviceStatus]:
        return {device.name: device.status for device in devices}

    both = statuses([broken("id_reader", "id_reader.silent"), broken("receipt_printer", "receipt_printer.jam")])
    assert hindrances(ITEMS, both) == {"AA-01": "id_reader.silent", "AA-02": "id_reader.silent"}
    busy = StandIn("id_reader", DeviceStatus(DeviceState.BUSY))
    assert hindrances(ITEMS, statuses([busy, ready("receipt_printer")])) == {"AA-01": None, "AA-02": None}
    assert hindrances(ITEMS, statuses([busy]), "gateway.absent") == dict.fromkeys(ITEMS, "gateway.absent")


ABLE: dict[str, Fact] = {"color": True, "duplex": True}


@pytest.mark.parametrize(
    ("asks", "able", "fault"),
    [
        ({}, ABLE, None),
        ({}, {}, None),  # nothing is known yet
        ({"colour": True, "duplex": True}, ABLE, None),
        ({"colour": True}, ABLE | {"color": False}, "page_printer.not_capable"),
        ({"duplex": True}, ABLE | {"duplex": False}, "page_printer.not_capable"),
    ],
)
def test_a_document_that_the_printer_cannot_print_hinders_its_item(
    asks: dict[str, Any], able: dict[str, Fact], fault: str | None
) -> None:
    statuses = {device.name: device.status for device in (ready("id_reader"), ready("page_printer"))}
    assert hindrances({"RS-01": paper_item(**asks)}, statuses, printer=able) == {"RS-01": fault}


def test_without_an_authority_no_document_is_printed_and_the_report_says_who_mends_that() -> None:
    devices = (ready("id_reader"), ready("page_printer"), ready("receipt_printer"))
    items = {**ITEMS, "RS-01": paper_item()}
    readiness = judged(*devices, items=items, no_documents="document.no_authority")
    assert reasons(readiness) == [("", "document.no_authority")]
    assert readiness.reasons[0].acts_next is NextAction.TECHNICIAN
    assert readiness.service is Service.LIMITED
    assert reasons(judged(*devices, no_documents="document.no_authority")) == []  # no item prints any


# -- examining everything ---------------------------------------------------------------


def test_every_device_is_examined_and_whoever_fails_says_why() -> None:
    fault = Fault("receipt_printer.silent", NextAction.TECHNICIAN)
    reports = examine(
        {
            "id_reader": StandIn("id_reader", outcome=HealthReport(HealthLevel.INTERNAL, facts={"milliseconds": 3})),
            "receipt_printer": StandIn("receipt_printer", outcome=DeviceError(fault)),
            "camera": StandIn("camera", outcome=Cancelled()),
            "ups": StandIn("ups", outcome=ValueError("林晓舟")),
        }
    )
    assert reports["id_reader"].facts == {"milliseconds": 3}
    assert reports["receipt_printer"].faults == (fault,)
    assert reports["camera"].faults[0].code == "camera.wedged"
    assert (reports["ups"].faults[0].code, reports["ups"].faults[0].detail) == ("software.fault", "ValueError")


def test_whoever_does_not_come_back_is_given_up() -> None:
    stuck = StandIn("id_reader")
    reports = examine({"id_reader": stuck}, HealthLevel.EXTERNAL, seconds=0.05)
    assert reports["id_reader"].level is HealthLevel.EXTERNAL
    assert reports["id_reader"].faults[0].code == "id_reader.wedged"
    assert stuck.checks[0].cancel.requested


def test_no_machine_is_limited_without_a_reason() -> None:
    able = StandIn("page_printer", features={"color": False, "duplex": True})
    readiness = judged(ready("id_reader"), able, items={"RS-01": paper_item(colour=True)})
    assert readiness.verdict is Verdict.NOT_FIT  # its one item cannot be done
    assert reasons(readiness) == [("", "page_printer.not_capable")]
