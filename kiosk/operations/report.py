"""The readiness of a machine on paper and in programs: JSON, plain text, A4, a receipt."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import typst
from pydantic import TypeAdapter

from drivers.device import HealthLevel, Level
from drivers.receipt_printer.receipt import Feed, Receipt, Row, Rule
from drivers.receipt_printer.receipt import Text as Line
from kiosk.operations.names import HEALTH, LEVELS, device_name, said, thing
from kiosk.operations.readiness import VERDICTS, WHO, FaultView, LastCheck, Part, Readiness, Reason
from kiosk.text import Language, Text

Reader = Literal["attendant", "technician"]

_TEMPLATE = Path(__file__).with_name("report.typ")
_FONTS = Path("/usr/share/fonts/opentype/noto")

_TITLE = Text(zh="自检报告", en="Readiness report")
_STATION = Text(zh="站点", en="Station")
_TIME = Text(zh="时间", en="Time")
_SOFTWARE = Text(zh="软件版本", en="Software")
_NEXT = Text(zh="下一步", en="Who acts next")
_WHY = Text(zh="待处理", en="What has to be seen to")
_ITEMS = Text(zh="事项", en="Items")
_DEVICES = Text(zh="设备", en="Devices")
_OUTBOX = Text(zh="待上传的申请", en="Applications to be sent")
_REFUSED = Text(zh="被退回、待人工处理的申请", en="Refused applications for an officer")
_AVAILABLE = Text(zh="可以办理", en="available")
_MACHINE = Text(zh="整机", en="The machine")
_ADDRESS = Text(zh="地址", en="Address")
_MODEL = Text(zh="型号", en="Model")
_SERIAL = Text(zh="序列号", en="Serial number")
_FIRMWARE = Text(zh="固件", en="Firmware")
_DRIVER = Text(zh="驱动", en="Driver")
_VERIFIED = Text(zh="在真机上验证过：{models}", en="verified on {models}")
_NEVER = Text(zh="还没有在真机上验证过", en="has never met its hardware")
_PASSED = Text(zh="通过", en="passed")
_FAILED = Text(zh="没有通过", en="not passed")
_NEVER_CHECKED = Text(zh="没有记录", en="no record")
_PAGE = Text(zh="第 {page} 页，共 {pages} 页", en="Page {page} of {pages}")

_JSON: TypeAdapter[Readiness] = TypeAdapter(Readiness)


def to_json(readiness: Readiness) -> str:
    """Everything, for programs; texts in both languages."""
    return _JSON.dump_json(readiness, indent=2).decode()


def to_text(readiness: Readiness, language: Language, reader: Reader = "technician") -> str:
    """What a terminal shows. The attendant reads what an attendant can do."""
    return "\n".join(_lines(readiness, language, reader)) + "\n"


def to_receipt(readiness: Readiness, language: Language, reader: Reader = "technician") -> Receipt:
    """A slip of what has to be seen to."""

    def say(text: Text) -> str:
        return text.in_(language)

    parts: list[Line | Row | Rule | Feed] = [
        Line(say(_TITLE), size=2, bold=True, align="centre"),
        Line(say(VERDICTS[readiness.verdict]), bold=True, align="centre"),
        Rule(),
        Row(say(_STATION), f"{say(readiness.name)} {readiness.station}"),
        Row(say(_TIME), f"{readiness.at:%Y-%m-%d %H:%M}"),
        Row(say(_SOFTWARE), readiness.software),
        Row(say(_NEXT), _who(readiness, language)),
        Rule(),
    ]
    for reason in readiness.reasons:
        parts.append(Line(say(_headline(reason)), bold=True))
        if (todo := _todo(readiness, reason, reader)) is not None:
            parts.append(Line(say(todo)))
        parts.append(Row(say(_NEXT), say(WHO[reason.acts_next])))
        parts.append(Feed())
    parts += [Row(say(part.title), _state(part, language)) for part in readiness.parts]
    return Receipt(tuple(parts))


def to_pdf(readiness: Readiness, language: Language) -> bytes:
    """An A4 document for the technician's file, PDF/A-2b. Raises RuntimeError where the Chinese font is missing."""
    if not _FONTS.exists():
        raise RuntimeError(f"{_FONTS} is missing; install the package fonts-noto-cjk")
    return typst.compile(
        _TEMPLATE,
        font_paths=[_FONTS],
        ignore_system_fonts=True,
        sys_inputs={"sheet": json.dumps(_sheet(readiness, language), ensure_ascii=False)},
        pdf_standards="a-2b",
        timestamp=int(readiness.at.timestamp()),
    )


# -- words ----------------------------------------------------------------------------


def _who(readiness: Readiness, language: Language) -> str:
    names = [WHO[who].in_(language) for who in readiness.acts_next]
    return ("、" if language == "zh" else ", ").join(names) or "—"


def _headline(reason: Reason) -> Text:
    part = device_name(reason.part) if reason.part else _MACHINE
    return Text(zh=f"{part.zh}：{reason.sentence.zh}", en=f"{part.en}: {reason.sentence.en}")


def _fault_of(readiness: Readiness, reason: Reason) -> FaultView | None:
    faults = (fault for part in readiness.parts if part.name == reason.part for fault in part.faults)
    return next((fault for fault in faults if fault.code == reason.code), None)


def _todo(readiness: Readiness, reason: Reason, reader: Reader) -> Text | None:
    fault = _fault_of(readiness, reason)
    if fault is None:
        return None
    return fault.technician if reader == "technician" else fault.attendant


def _state(part: Part, language: Language) -> str:
    found = [part.state_words, *(fault.happened for fault in part.faults)]
    return ("，" if language == "zh" else ", ").join(text.in_(language) for text in found)


def _check(checks: tuple[LastCheck, ...], level: HealthLevel, language: Language) -> str:
    check = next((check for check in checks if check.level is level), None)
    if check is None:
        return _NEVER_CHECKED.in_(language)
    result = (_PASSED if check.passed else _FAILED).in_(language)
    return " ".join(filter(None, [f"#{check.number}", f"{check.at:%Y-%m-%d %H:%M}", check.who, result, *check.faults]))


def _properties(part: Part, language: Language) -> Iterator[tuple[str, str]]:
    """Everything else that is known of a part, as label and value."""

    def say(text: Text) -> str:
        return text.in_(language)

    if part.identity is not None:
        for label, value in (
            (_MODEL, part.identity.model),
            (_SERIAL, part.identity.serial),
            (_FIRMWARE, part.identity.firmware),
            (_ADDRESS, part.identity.address),
        ):
            if value:
                yield say(label), value
        met = _VERIFIED.filled(models=", ".join(part.verified_on)) if part.verified_on else _NEVER
        yield say(_DRIVER), say(met)
    for supply in part.supplies:
        if supply.level is not Level.NOT_SUPPORTED:
            yield say(supply.title), say(LEVELS[supply.level])
    for key, fact in part.details.items():
        yield say(thing(key)), say(said(fact))
    if part.identity is not None:
        for level in HealthLevel:
            yield say(HEALTH[level]), _check(part.checks, level, language)
    measured = {key: fact for check in part.checks for key, fact in check.facts.items()}
    for key, fact in measured.items():
        yield say(thing(key)), say(said(fact))
    for key, count in part.counters.items():
        yield say(thing(key)), str(count)


def _lines(readiness: Readiness, language: Language, reader: Reader) -> Iterator[str]:
    def say(text: Text) -> str:
        return text.in_(language)

    yield f"{readiness.station}  {say(readiness.name)}  {readiness.at:%Y-%m-%d %H:%M}  {readiness.software}"
    yield f"{say(VERDICTS[readiness.verdict])}    {say(_NEXT)}: {_who(readiness, language)}"
    for reason in readiness.reasons:
        yield f"  {say(_headline(reason))} ({reason.code}; {say(WHO[reason.acts_next])})"
        if (todo := _todo(readiness, reason, reader)) is not None:
            yield f"    {say(todo)}"
        fault = _fault_of(readiness, reason)
        if reader == "technician" and fault is not None and fault.detail:
            yield f"    {fault.detail}"
    yield f"{say(_ITEMS)}"
    for item in readiness.items:
        yield f"  {item.code}  {say(item.name)}: {say(item.reason or _AVAILABLE)}"
    yield f"{say(_OUTBOX)}: {readiness.waiting}    {say(_REFUSED)}: {readiness.refused}"
    yield f"{say(_DEVICES)}"
    for part in readiness.parts:
        yield f"  {say(part.title)} ({part.name}): {_state(part, language)}"
        if reader == "technician":
            for label, value in _properties(part, language):
                yield f"    {label}: {value}"


def _sheet(readiness: Readiness, language: Language) -> dict[str, Any]:
    """What the template sets, in words."""

    def say(text: Text) -> str:
        return text.in_(language)

    reasons = []
    for reason in readiness.reasons:
        fault = _fault_of(readiness, reason)
        reasons.append(
            {
                "headline": say(_headline(reason)),
                "todo": say(fault.technician) if fault is not None else "",
                "who": say(
                    Text(zh=f"{_NEXT.zh}：{WHO[reason.acts_next].zh}", en=f"{_NEXT.en}: {WHO[reason.acts_next].en}")
                ),
                "code": " · ".join(filter(None, [reason.code, fault.detail if fault is not None else ""])),
            }
        )
    return {
        "language": language,
        "title": say(_TITLE),
        "verdict": say(VERDICTS[readiness.verdict]),
        "tone": readiness.verdict.value,
        "page": say(_PAGE),
        "facts": [
            [say(_STATION), f"{say(readiness.name)} ({readiness.station})"],
            [say(_TIME), f"{readiness.at:%Y-%m-%d %H:%M %z}"],
            [say(_SOFTWARE), readiness.software],
            [say(_NEXT), _who(readiness, language)],
            [say(_OUTBOX), str(readiness.waiting)],
            [say(_REFUSED), str(readiness.refused)],
        ],
        "why": say(_WHY),
        "reasons": reasons,
        "items": {
            "title": say(_ITEMS),
            "rows": [[item.code, say(item.name), say(item.reason or _AVAILABLE)] for item in readiness.items],
        },
        "devices": {
            "title": say(_DEVICES),
            "parts": [
                {
                    "title": say(part.title),
                    "name": part.name,
                    "state": _state(part, language),
                    "well": not part.faults and part.state in ("ready", "busy", "unknown"),
                    "rows": [list(pair) for pair in _properties(part, language)],
                }
                for part in readiness.parts
            ],
        },
    }
