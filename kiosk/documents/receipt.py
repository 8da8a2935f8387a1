"""The receipt (凭条): what the citizen takes home, and what is true at the moment it is printed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from drivers.receipt_printer.receipt import Feed, Part, Qr, Receipt, Row, Rule, Text
from kiosk.catalogue.item import DoneStep, Item
from kiosk.gateway.contract import APPROVED, Stage
from kiosk.privacy import mask_name, mask_number
from kiosk.settings import Station
from kiosk.text import Language
from kiosk.text import Text as Words
from kiosk.visit.events import PrintReceipt
from kiosk.visit.words import SAVED_NEXT

_CITY = Words(zh="厦门 e政务", en="Xiamen e-Government")
_TITLE = Words(zh="办理凭条", en="Receipt")
_COPY = Words(zh="第 {copy} 次补打", en="copy {copy}")
_ITEM = Words(zh="事项", en="Item")
_NAME = Words(zh="姓名", en="Name")
_NUMBER = Words(zh="证件号", en="Card")
_TIME = Words(zh="时间", en="Time")
_STATION = Words(zh="站点", en="Station")
_STATE = Words(zh="状态", en="State")
_DONE = Words(zh="已办结", en="Done")
_SUBMITTED = Words(zh="已提交，等待审核", en="Submitted, waiting for review")
_APPROVED = Words(zh="已通过", en="Approved")
_REFUSED = Words(zh="没有通过", en="Not approved")
_SAVED = Words(zh="已保存，待上传", en="Saved, waiting to be sent")
_REFERENCE = Words(zh="受理编号", en="Reference number")
_TICKET = Words(zh="暂存号（还不是受理编号）", en="Ticket (not yet a reference number)")
_CODE = Words(zh="查询编号", en="Number")
_WHY = Words(zh="原因", en="Reasons")
_NEXT = Words(zh="接下来", en="What happens next")
_HOTLINE = Words(zh="咨询电话", en="Questions")


def compose(item: Item, effect: PrintReceipt, *, station: Station, language: Language, now: datetime) -> Receipt:
    """The receipt of one visit. Its QR code holds a bare number, so that any scanner can look it up.

    Where there is a ticket and no reference number, the application has not been accepted yet, and the state says so.
    """

    def say(words: Words) -> str:
        return words.in_(language)

    saved = bool(effect.ticket) and not effect.reference_number
    steps = next((step.next_steps for step in item.steps if isinstance(step, DoneStep)), ())
    following = (SAVED_NEXT, *steps) if saved else effect.reasons or steps
    record = effect.record
    who: tuple[Part, ...] = ()
    if record is not None:
        who = (
            Row(say(_NAME), mask_name(record.name or record.name_en)),
            Row(say(_NUMBER), mask_number(record.number)),
        )
    return Receipt(
        (
            Text(say(_CITY), size=2, bold=True, align="centre"),
            Text(say(_TITLE) + ("  " + say(_COPY.filled(copy=effect.copy)) if effect.copy else ""), align="centre"),
            Feed(),
            Rule(),
            Row(say(_ITEM), say(item.name)),
            *who,
            Row(say(_TIME), f"{now:%Y-%m-%d %H:%M}"),
            Row(say(_STATION), f"{station.name_zh if language == 'zh' else station.name_en} {station.id}"),
            Row(say(_STATE), say(_state(effect))),
            *(Row(say(label), say(value)) for label, value in effect.rows),
            Rule(),
            *_found_by(effect, say),
            Feed(),
            Text(say(_WHY if effect.stage is Stage.REFUSED else _NEXT), bold=True),
            *(Text(f"{place}. {say(step)}") for place, step in enumerate(following, 1)),
            Feed(),
            Row(say(_HOTLINE), station.hotline),
        )
    )


def _state(effect: PrintReceipt) -> Words:
    if not effect.reference_number:
        return _SAVED if effect.ticket else _DONE
    if effect.stage is Stage.REFUSED:
        return _REFUSED
    return _APPROVED if effect.stage in APPROVED else _SUBMITTED


def _found_by(effect: PrintReceipt, say: Callable[[Words], str]) -> tuple[Part, ...]:
    """The number under which it is found again, in large print and as a code."""
    if not effect.code:
        return ()
    label = _REFERENCE if effect.reference_number else _TICKET if effect.ticket else _CODE
    return (
        Feed(),
        Text(say(label), align="centre"),
        Text(effect.code, size=2, bold=True, align="centre"),
        Feed(),
        Qr(effect.code),
    )
