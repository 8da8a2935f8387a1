"""Is this machine fit: one model, from which the screen, the command, the paper and the support bundle are made.

Fit means that everything is well now and that the last check of every kind was
passed. What stands in the way names who acts next.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from drivers.device import DeviceState, DeviceStatus, Fact, Fault, HealthLevel, Identity, Level, NextAction
from drivers.worker import OwnedDevice
from kiosk.catalogue.item import Item, PrintDocumentStep, RewriteCardStep
from kiosk.home import Service
from kiosk.operations.faults import FaultWords
from kiosk.operations.machine import STOPS_EVERYTHING
from kiosk.operations.names import HEALTH, LEVELS, STATES, device_name, thing
from kiosk.operations.records import Checked, Record
from kiosk.settings import Station
from kiosk.text import Text

# While one of these stands, nobody can begin anything, whatever an item requires.
STOPPING: frozenset[str] = frozenset({*STOPS_EVERYTHING, "ups.on_battery", "ups.battery_low"})
ABSENT = "absent"
NOT_CAPABLE = "page_printer.not_capable"
NO_NEW_CARDS = {Level.OUT: "card_rewriter.stock_empty", Level.NOT_SUPPORTED: "card_rewriter.no_stock"}
NO_AUTHORITY = "document.no_authority"
SOFTWARE_FAULT = "software.fault"


class Verdict(StrEnum):
    """Whether citizens can be served here."""

    FIT = "fit"
    LIMITED = "limited"  # something can be done, and somebody has to see to something
    NOT_FIT = "not_fit"  # nothing can be done


VERDICTS: Mapping[Verdict, Text] = {
    Verdict.FIT: Text(zh="可以正常服务", en="Fit for service"),
    Verdict.LIMITED: Text(zh="可以服务，有问题待处理", en="Fit with limits"),
    Verdict.NOT_FIT: Text(zh="不能服务", en="Not fit for service"),
}
WHO: Mapping[NextAction, Text] = {
    NextAction.ATTENDANT: Text(zh="站点人员", en="the site's attendant"),
    NextAction.TECHNICIAN: Text(zh="维护人员", en="a technician"),
    NextAction.SOFTWARE: Text(zh="开发人员", en="the developers"),
    NextAction.CITIZEN: Text(zh="市民", en="the citizen"),
    NextAction.NOBODY: Text(zh="等它自己恢复", en="nobody: it mends itself"),
}
_IS_ABSENT = Text(zh="本机没有", en="not there")
_FAILED = Text(zh="{check}没有通过（{at}）", en="{check} of {at} was not passed")
_NOT_ASKED = Text(zh="还没有检查过", en="Not checked yet")
_SUPPLY = Text(zh="{supply}{level}", en="{supply}: {level}")


@dataclass(frozen=True, slots=True)
class FaultView:
    """A fault that stands, with the sentences of those who may act. ``detail`` is for technicians."""

    code: str
    acts_next: NextAction
    happened: Text
    technician: Text
    attendant: Text | None
    detail: str


@dataclass(frozen=True, slots=True)
class Supply:
    """Paper, toner, a disk: how much is left."""

    name: str
    title: Text
    level: Level


@dataclass(frozen=True, slots=True)
class LastCheck:
    """What the last check of a level came to. ``number`` is its record's; ``who`` is None where the machine did it."""

    level: HealthLevel
    number: int
    at: datetime
    who: str | None
    passed: bool
    faults: tuple[str, ...]
    answer: str | None
    facts: Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Part:
    """One device of the machine, or one that its items require and that is not there (``state`` is "absent").

    ``verified_on`` names the hardware that the driver has really met.
    """

    name: str
    title: Text
    state: str
    state_words: Text
    faults: tuple[FaultView, ...] = ()
    supplies: tuple[Supply, ...] = ()
    details: Mapping[str, Fact] = field(default_factory=dict)
    identity: Identity | None = None
    counters: Mapping[str, int] = field(default_factory=dict)
    checks: tuple[LastCheck, ...] = ()
    verified_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemState:
    """Whether an item can be done now. ``hindrance`` is the fault of this machine that keeps it from ending well.

    ``reason`` says why it cannot, also where it is no fault of the machine: hours, a department that is away.
    """

    code: str
    name: Text
    hindrance: str | None
    reason: Text | None


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that keeps the machine from being fit. ``part`` is a device's name, "" for the whole machine."""

    part: str
    code: str
    sentence: Text
    acts_next: NextAction
    stops: bool  # alone, it keeps everybody from beginning


@dataclass(frozen=True, slots=True)
class Readiness:
    """All of it. ``waiting`` applications are still to be sent, ``refused`` ones are for an officer to look at."""

    at: datetime
    station: str
    name: Text
    software: str
    verdict: Verdict
    service: Service
    acts_next: tuple[NextAction, ...]
    reasons: tuple[Reason, ...]
    items: tuple[ItemState, ...]
    parts: tuple[Part, ...]
    waiting: int = 0
    refused: int = 0

    @property
    def unavailable(self) -> tuple[str, ...]:
        """The codes of the items that cannot be done now."""
        return tuple(item.code for item in self.items if item.hindrance is not None)


def hindrances(
    items: Mapping[str, Item],
    statuses: Mapping[str, DeviceStatus],
    stopped_by: str | None = None,
    *,
    printer: Mapping[str, Fact] | None = None,
    no_documents: str | None = None,
) -> dict[str, str | None]:
    """For each item the fault that keeps it from ending well, None when there is none.

    ``statuses`` are those of the devices that are there. ``stopped_by`` is what already closes the whole machine: no
    line, an outbox that cannot be opened, maintenance. ``printer`` is what the A4 printer can do, as far as it is
    known, ``no_documents`` the fault for which no document of a department can be printed.
    """
    standing = (fault.code for status in statuses.values() for fault in status.faults)
    stopped = stopped_by or next((code for code in standing if code in STOPPING), None)

    def hindered(item: Item) -> str | None:
        devices = (_obstacle(device, statuses) for device in item.requires)
        found = stopped or next(filter(None, devices), None) or _beyond(item, printer or {}, no_documents)
        return found or _without_new_cards(item, statuses)

    return {code: hindered(item) for code, item in items.items()}


def _beyond(item: Item, printer: Mapping[str, Fact], no_documents: str | None) -> str | None:
    """Why a document of this item cannot be printed by a printer that is well."""
    steps = [step for step in item.steps if isinstance(step, PrintDocumentStep)]
    if steps and no_documents is not None:
        return no_documents
    for step in steps if printer else ():
        able = {"color": step.colour, "duplex": step.duplex}
        if any(wanted and not printer.get(what) for what, wanted in able.items()):
            return NOT_CAPABLE
    return None


def _without_new_cards(item: Item, statuses: Mapping[str, DeviceStatus]) -> str | None:
    """Why no new card can be handed out by a rewriter that is well: it goes on rewriting cards that are put in."""
    if not any(isinstance(step, RewriteCardStep) and step.new_card for step in item.steps):
        return None
    rewriter = statuses.get("card_rewriter")
    stock = rewriter.supplies.get("stock") if rewriter is not None else None
    return NO_NEW_CARDS.get(stock) if stock is not None else None


def _obstacle(name: str, statuses: Mapping[str, DeviceStatus]) -> str | None:
    if name not in statuses:
        return f"{name}.absent"
    status = statuses[name]
    if status.state not in (DeviceState.DISCONNECTED, DeviceState.ATTENTION) or not status.faults:
        return None
    return status.faults[0].code


def assess(
    *,
    at: datetime,
    station: Station,
    software: str,
    devices: Mapping[str, OwnedDevice],
    items: Mapping[str, Item],
    stopped_by: str | None,
    words: Mapping[str, FaultWords],
    checks: Iterable[Record[Checked]],
    waiting: int = 0,
    refused: int = 0,
    no_documents: str | None = None,
    not_now: Mapping[str, Text] | None = None,
) -> Readiness:
    """Everything that is known of the machine now; asks nobody and waits for nothing.

    ``checks`` are the last ones of each device and level, ``software`` is the version of this program. ``not_now`` says
    of items why they cannot be done though the machine is well.
    """
    statuses = {name: device.status for name, device in devices.items()}
    printer = devices["page_printer"].capabilities.features if "page_printer" in devices else None
    in_the_way = hindrances(items, statuses, stopped_by, printer=printer, no_documents=no_documents)
    latest = tuple(checks)
    present = tuple(_part(name, device, statuses[name], words, latest) for name, device in devices.items())
    required = dict.fromkeys(name for item in items.values() for name in item.requires)
    absent = tuple(
        Part(name, device_name(name), ABSENT, _IS_ABSENT, (_fault(f"{name}.absent", words),))
        for name in required
        if name not in devices
    )
    parts = (*present, *absent)
    hindered = [code for code in in_the_way.values() if code is not None]
    reasons = _reasons(parts, stopped_by, words, hindered)
    if items and len(hindered) == len(items):
        service, verdict = Service.OUT_OF_SERVICE, Verdict.NOT_FIT
    else:
        service = Service.LIMITED if hindered else Service.IN_SERVICE
        verdict = Verdict.LIMITED if hindered or reasons else Verdict.FIT
    return Readiness(
        at=at,
        station=station.id,
        name=Text(zh=station.name_zh, en=station.name_en),
        software=software,
        verdict=verdict,
        service=service,
        acts_next=tuple(who for who in WHO if any(reason.acts_next is who for reason in reasons)),
        reasons=reasons,
        items=tuple(
            ItemState(
                code, item.name, in_the_way[code], _happened(in_the_way[code], words) or (not_now or {}).get(code)
            )
            for code, item in items.items()
        ),
        parts=parts,
        waiting=waiting,
        refused=refused,
    )


def _part(
    name: str,
    device: OwnedDevice,
    status: DeviceStatus,
    words: Mapping[str, FaultWords],
    checks: Sequence[Record[Checked]],
) -> Part:
    return Part(
        name=name,
        title=device_name(name),
        state=status.state.value,
        state_words=STATES[status.state],
        faults=tuple(_fault(fault.code, words, fault) for fault in status.faults),
        supplies=tuple(Supply(supply, thing(supply), level) for supply, level in status.supplies.items()),
        details=dict(status.details),
        identity=device.identity,
        counters=dict(device.counters),
        checks=tuple(
            LastCheck(
                level=check.level,
                number=record.number,
                at=check.at,
                who=check.who,
                passed=check.passed,
                faults=check.faults,
                answer=check.answer,
                facts=dict(check.facts),
            )
            for level in HealthLevel
            for record in checks
            if (check := record.entry).device == name and check.level is level
        ),
        verified_on=device.capabilities.verified_on,
    )


def _fault(code: str, words: Mapping[str, FaultWords], fault: Fault | None = None) -> FaultView:
    said = words.get(code) or words[SOFTWARE_FAULT]
    return FaultView(
        code=str(code),
        acts_next=fault.acts_next if fault is not None else said.acts_next,
        happened=said.happened,
        technician=said.technician or said.todo,
        attendant=said.attendant,
        detail=fault.detail if fault is not None else "",
    )


def _happened(code: str | None, words: Mapping[str, FaultWords]) -> Text | None:
    return None if code is None else (words.get(code) or words[SOFTWARE_FAULT]).happened


def _reasons(
    parts: Iterable[Part], stopped_by: str | None, words: Mapping[str, FaultWords], hindered: Iterable[str] = ()
) -> tuple[Reason, ...]:
    """Everything in the way, what stops the whole machine first; whatever hinders an item is among it."""
    found: list[Reason] = []
    if stopped_by is not None:
        fault = _fault(stopped_by, words)
        found.append(Reason("", fault.code, fault.happened, fault.acts_next, stops=True))
    for part in parts:
        found += [
            Reason(part.name, fault.code, fault.happened, fault.acts_next, fault.code in STOPPING)
            for fault in part.faults
        ]
        found += _supplies(part)
        found += _failed_checks(part)
    told = {reason.code for reason in found}
    for code in dict.fromkeys(hindered):  # of a device that is well, and cannot do what some item needs
        if code not in told:
            fault = _fault(code, words)
            found.append(Reason("", fault.code, fault.happened, fault.acts_next, stops=False))
    return tuple(sorted(found, key=lambda reason: not reason.stops))


def _supplies(part: Part) -> list[Reason]:
    """Supplies that run out and for which no fault stands already."""
    standing = [fault.code.partition(".")[2] for fault in part.faults]
    return [
        Reason(
            part.name,
            f"{part.name}.{supply.name}_{supply.level.value}",
            _filled(_SUPPLY, supply=supply.title, level=LEVELS[supply.level]),
            NextAction.ATTENDANT,
            stops=False,
        )
        for supply in part.supplies
        if supply.level in (Level.LOW, Level.OUT) and not any(code.startswith(supply.name) for code in standing)
    ]


def _failed_checks(part: Part) -> list[Reason]:
    """Checks that were not passed for a fault that does not stand now; and a part that nobody ever looked at."""
    standing = {fault.code for fault in part.faults}
    failed = [
        Reason(
            part.name,
            f"{part.name}.{check.level.value}_check",
            _filled(_FAILED, check=HEALTH[check.level], at=f"{check.at.astimezone():%Y-%m-%d %H:%M}"),
            NextAction.TECHNICIAN,
            stops=False,
        )
        for check in part.checks
        if not check.passed and (not check.faults or not standing.issuperset(check.faults))
    ]
    # A lens is off until somebody needs it: then only a check tells whether it works.
    if part.state == DeviceState.UNKNOWN.value and not part.checks:
        failed.append(Reason(part.name, f"{part.name}.not_checked", _NOT_ASKED, NextAction.TECHNICIAN, stops=False))
    return failed


def _filled(text: Text, **values: Text | str) -> Text:
    def of(value: Text | str, zh: bool) -> str:
        return value if isinstance(value, str) else value.zh if zh else value.en

    return Text(
        zh=text.zh.format_map({name: of(value, True) for name, value in values.items()}),
        en=text.en.format_map({name: of(value, False) for name, value in values.items()}),
    )
