"""What is known of the machine, in the words of the technician's screen. Asks nobody and changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from drivers.device import DeviceState, Fact, HealthLevel, HealthReport, NextAction
from drivers.worker import OwnedDevice
from kiosk.operations import readiness
from kiosk.operations.faults import FaultWords
from kiosk.operations.machine import MachineFault
from kiosk.operations.names import HEALTH, device_name, said, thing
from kiosk.operations.readiness import LastCheck, Verdict
from kiosk.operations.records import Checked, CutShort, Entry, Records, Replenished, SettingChanged, Swapped
from kiosk.operations.workshop_view import Check, DeviceView, FaultLine, Group, LookView, Part, Row, Tone
from kiosk.text import Text, same

RECORDS_SHOWN = 20
LATELY_SHOWN = 8

# What is tried with the glass and the loudspeaker; everything else is a device's own interactive check.
TESTS: Mapping[str, Text] = {
    "touch": Text(zh="触摸屏", en="Touch screen"),
    "colours": Text(zh="颜色和坏点", en="Colours and dead pixels"),
    "sound": Text(zh="声音", en="Sound"),
}
VERDICT_TONES: Mapping[Verdict, Tone] = {Verdict.FIT: "ok", Verdict.LIMITED: "warn", Verdict.NOT_FIT: "bad"}
NOT_YET = Text(zh="还没有检查", en="not checked yet")
PASSED = Text(zh="通过", en="passed")
SAID_WELL = Text(zh="人工确认正常", en="confirmed by eye")
SAID_BROKEN = Text(zh="人工报告不正常", en="reported as not working")
NOT_FINISHED = Text(zh="没有做完", en="not finished")
NEVER_MET = Text(zh="还没有遇到过真机", en="never met its hardware")
ABOUT = Text(zh="这台设备", en="This device")
ADDRESS = Text(zh="地址", en="Address")
MODEL = Text(zh="型号", en="Model")
SERIAL = Text(zh="序列号", en="Serial number")
FIRMWARE = Text(zh="固件", en="Firmware")
VERIFIED = Text(zh="驱动验证过的型号", en="Verified on")
SUPPLIES = Text(zh="耗材", en="Supplies")
NOW = Text(zh="现在", en="Now")
MEASURED = Text(zh="检查测到的", en="Measured by checks")
CAN = Text(zh="能做什么", en="Capabilities")
COUNTED = Text(zh="启动以来", en="Since the start")
LATELY = Text(zh="最近的故障", en="Last faults")
DONE: Mapping[str, Text] = {
    "paper_changed": Text(zh="换了纸", en="paper changed"),
    "reader_swapped": Text(zh="换了读卡器", en="reader swapped"),
}
# What a technician wants to know before anything else: measured by the computer itself, and what the battery tells.
LINE = "line_milliseconds"
AWAY = Text(zh="连不上", en="away")
VITALS: Mapping[str, tuple[Text, Callable[[float], str]]] = {
    LINE: (Text(zh="后台往返", en="Back office"), lambda value: f"{value:.0f} ms"),
    "clock_offset_seconds": (Text(zh="时钟偏差", en="Clock offset"), lambda value: f"{round(value, 1) + 0.0:+.1f} s"),
    "disk_free_mib": (Text(zh="磁盘剩余", en="Disk free"), lambda value: f"{value / 1024:.1f} GiB"),
    "memory_available_mib": (Text(zh="内存可用", en="Memory free"), lambda value: f"{value / 1024:.1f} GiB"),
    "celsius": (Text(zh="温度", en="Temperature"), lambda value: f"{value:.0f} ℃"),
    "charge_percent": (Text(zh="电池电量", en="Battery"), lambda value: f"{value:.0f} %"),
}
ORDER: Mapping[Tone, int] = {"bad": 0, "warn": 1, "quiet": 2, "ok": 3}


class Known(Protocol):
    """What there is to be shown of: the terminal."""

    @property
    def devices(self) -> Mapping[str, OwnedDevice]: ...

    @property
    def words(self) -> Mapping[str, FaultWords]: ...

    @property
    def last_faults(self) -> tuple[tuple[datetime, str, str], ...]:
        """When, which device, which fault; the newest last."""


def part_of(part: readiness.Part, reasons: tuple[readiness.Reason, ...]) -> Part:
    """Red: nobody can begin, or somebody has to act. Amber: it works, and something is to be kept an eye on."""
    own = [reason for reason in reasons if reason.part == part.name]
    known = part.state != DeviceState.UNKNOWN
    if any(reason.stops for reason in own) or any(fault.acts_next is not NextAction.NOBODY for fault in part.faults):
        tone = "bad"
    elif own and known:
        tone = "warn"
    else:
        tone = "ok" if known else "quiet"
    return Part(part.name, part.title, part.state_words, own[0].sentence if own else None, tone)


def reason_of(reason: readiness.Reason) -> Text:
    """What is in the way, with the device's name."""
    if not reason.part:
        return reason.sentence
    part = device_name(reason.part)
    return Text(zh=f"{part.zh}：{reason.sentence.zh}", en=f"{part.en}: {reason.sentence.en}")


def facts_of(kiosk: Known, measured: HealthReport | None) -> tuple[Row, ...]:
    """The vital ones of what the computer ``measured`` of itself; what nobody can measure here is left out."""
    battery = kiosk.devices.get("ups")
    known: dict[str, Fact] = dict(battery.status.details) if battery is not None else {}
    away = False
    if measured is not None:
        known |= measured.facts
        away = any(fault.code == MachineFault.LINE_AWAY for fault in measured.faults)
    return tuple(
        Row(label, AWAY if away and key == LINE else same(words(value)))
        for key, (label, words) in VITALS.items()
        if isinstance(value := known.get(key), int | float)
    )


def device_view(
    kiosk: Known,
    part: readiness.Part,
    shown: Part,
    *,
    running: HealthLevel | None,
    lens: bool,
    look: LookView | None,
) -> DeviceView:
    """Everything that is known of one device; ``running`` is the check that is under way."""
    device = kiosk.devices.get(part.name)
    groups: list[Group] = []
    if part.identity is not None:
        verified = same("、".join(part.verified_on)) if part.verified_on else NEVER_MET
        identity = part.identity
        about = ((ADDRESS, identity.address), (MODEL, identity.model), (SERIAL, identity.serial))
        rows = [Row(label, said(value)) for label, value in (*about, (FIRMWARE, identity.firmware)) if value]
        groups.append(Group(ABOUT, (*rows, Row(VERIFIED, verified))))
    facts: dict[str, object] = {}
    for check in part.checks:
        facts |= check.facts
    features = device.capabilities.features if device is not None else {}
    for title, values in (
        (SUPPLIES, {supply.name: supply.level for supply in part.supplies}),
        (NOW, part.details),
        (MEASURED, facts),
        (CAN, features),
        (COUNTED, part.counters),
    ):
        if values:
            groups.append(Group(title, tuple(Row(thing(key), said(value)) for key, value in values.items())))
    if lately := _lately(kiosk, part.name):
        groups.append(Group(LATELY, lately))
    return DeviceView(
        part=shown,
        faults=tuple(
            FaultLine(" · ".join(filter(None, [fault.code, fault.detail])), fault.happened, fault.technician)
            for fault in part.faults
        ),
        checks=tuple(_check_view(kiosk, part, level, running=level is running) for level in HealthLevel),
        groups=tuple(groups),
        lens=lens,
        look=look,
    )


def _lately(kiosk: Known, name: str) -> tuple[Row, ...]:
    found = [(at, code) for at, device, code in kiosk.last_faults if device == name]
    words = kiosk.words
    return tuple(
        Row(same(f"{at:%m-%d %H:%M:%S}"), words[code].happened if code in words else same(code))
        for at, code in reversed(found[-LATELY_SHOWN:])
    )


def _check_view(kiosk: Known, part: readiness.Part, level: HealthLevel, *, running: bool) -> Check:
    check = next((check for check in part.checks if check.level is level), None)
    result, tone = _result(kiosk, check)
    when = same(f"#{check.number} · {check.at.astimezone():%m-%d %H:%M}") if check is not None else None
    return Check(level.value, HEALTH[level], result, when, tone, running)


def _result(kiosk: Known, check: LastCheck | None) -> tuple[Text, Tone]:
    if check is None:
        return NOT_YET, "quiet"
    if check.faults:
        words = kiosk.words.get(check.faults[0])
        return (words.happened if words is not None else same(check.faults[0])), "bad"
    if check.answer is not None:
        return (SAID_WELL, "ok") if check.passed else (SAID_BROKEN, "bad")
    return (PASSED, "ok") if check.passed else (NOT_FINISHED, "quiet")


def tests_of(kiosk: Known, records: Records) -> tuple[Part, ...]:
    """Glass, loudspeaker and every device, and what a person said of each the last time."""
    last = {
        record.entry.device: record.entry
        for record in records.latest_checks()
        if record.entry.level is HealthLevel.INTERACTIVE
    }
    lines = []
    for name in (*TESTS, *kiosk.devices):
        entry = last.get(name)
        if entry is None:
            result, tone = NOT_YET, "quiet"
        elif entry.passed:
            result, tone = (SAID_WELL if entry.answer is not None else PASSED), "ok"
        else:
            result, tone = SAID_BROKEN, "bad"
        lines.append(Part(name, TESTS.get(name) or device_name(name), result, None, tone))
    return tuple(lines)


def kept(records: Records) -> tuple[Row, ...]:
    """The newest records, the newest first."""
    return tuple(
        Row(
            same(f"#{record.number} {record.entry.at.astimezone():%m-%d %H:%M} {record.entry.who or ''}".strip()),
            _entry(record.entry),
        )
        for record in records.newest(RECORDS_SHOWN)
    )


def _entry(entry: Entry) -> Text:
    match entry:
        case Checked():
            result = (
                PASSED
                if entry.passed
                else SAID_BROKEN
                if entry.answer is not None
                else same(" ".join(entry.faults) or "—")
            )
            name, level = TESTS.get(entry.device) or device_name(entry.device), HEALTH[entry.level]
            return Text(zh=f"{name.zh} {level.zh}：{result.zh}", en=f"{name.en}, {level.en}: {result.en}")
        case CutShort():
            name, level = TESTS.get(entry.device) or device_name(entry.device), HEALTH[entry.level]
            return Text(zh=f"{name.zh} {level.zh}：{NOT_FINISHED.zh}", en=f"{name.en}, {level.en}: {NOT_FINISHED.en}")
        case Replenished():
            return DONE["paper_changed"]
        case Swapped():
            return DONE["reader_swapped"]
        case SettingChanged(key=key, old=old, new=new):
            return same(f"{key}: {old or '—'} → {new or '—'}")
