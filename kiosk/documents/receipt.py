"""The receipt (凭条): what the citizen takes home, and what is true at the moment it is printed."""

from __future__ import annotations

from datetime import datetime

from drivers.id_reader.record import IdRecord
from drivers.receipt_printer.receipt import Feed, Qr, Receipt, Row, Rule, Text
from kiosk.catalogue.item import DoneStep, Item
from kiosk.privacy import mask_name, mask_number
from kiosk.settings import Station
from kiosk.text import Language
from kiosk.text import Text as Words
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
_SUBMITTED = Words(zh="已提交，等待审核", en="Submitted, waiting for review")
_SAVED = Words(zh="已保存，待上传", en="Saved, waiting to be sent")
_REFERENCE = Words(zh="受理编号", en="Reference number")
_TICKET = Words(zh="暂存号（还不是受理编号）", en="Ticket (not yet a reference number)")
_NEXT = Words(zh="接下来", en="What happens next")
_HOTLINE = Words(zh="咨询电话", en="Questions")


def compose(
    item: Item,
    record: IdRecord,
    *,
    station: Station,
    language: Language,
    now: datetime,
    reference_number: str,
    ticket: str,
    copy: int = 0,
) -> Receipt:
    """The receipt of one application. The QR code holds the bare number, so that any scanner can look it up.

    ``reference_number`` is empty while the application has not been accepted; then ``ticket`` stands
    instead, and the state says so.
    """

    def say(words: Words) -> str:
        return words.in_(language)

    number = reference_number or ticket
    title = say(_TITLE) + ("  " + say(_COPY.filled(copy=copy)) if copy else "")
    steps = next((step.next_steps for step in item.steps if isinstance(step, DoneStep)), ())
    following = steps if reference_number else (SAVED_NEXT, *steps)
    return Receipt(
        (
            Text(say(_CITY), size=2, bold=True, align="centre"),
            Text(title, align="centre"),
            Feed(),
            Rule(),
            Row(say(_ITEM), say(item.name)),
            Row(say(_NAME), mask_name(record.name or record.name_en)),
            Row(say(_NUMBER), mask_number(record.number)),
            Row(say(_TIME), f"{now:%Y-%m-%d %H:%M}"),
            Row(say(_STATION), f"{station.name_zh if language == 'zh' else station.name_en} {station.id}"),
            Row(say(_STATE), say(_SUBMITTED if reference_number else _SAVED)),
            Rule(),
            Feed(),
            Text(say(_REFERENCE if reference_number else _TICKET), align="centre"),
            Text(number, size=2, bold=True, align="centre"),
            Feed(),
            Qr(number),
            Feed(),
            Text(say(_NEXT), bold=True),
            *(Text(f"{place}. {say(step)}") for place, step in enumerate(following, 1)),
            Feed(),
            Row(say(_HOTLINE), station.hotline),
        )
    )
