"""The slip that says where a card lies which the machine has kept, or which got stuck in it. Nobody is named on it."""

from __future__ import annotations

from datetime import datetime

from drivers.receipt_printer.receipt import Feed, Receipt, Row, Rule, Text
from kiosk.text import Language
from kiosk.text import Text as Words
from kiosk.visit.events import CardKept

_CITY = Words(zh="厦门 e政务", en="Xiamen e-Government")
_TITLE = Words(zh="证件保管凭条", en="A card is kept for you")
_NUMBER = Words(zh="单号", en="Number")
_ITEM = Words(zh="事项", en="Item")
_TIME = Words(zh="时间", en="Time")
_PLACE = Words(zh="在哪里", en="Where it is")
_PHONE = Words(zh="电话", en="Phone")
_KEPT = Words(
    zh="证件没有取走，已由机器收起保管。", en="It was not taken, so the machine has put it into its locked bin."
)
_STUCK = Words(
    zh="证件在机器里退不出来，没有丢失，由工作人员取出。",
    en="It did not come out of the machine. It is not lost; the staff will take it out.",
)
_HOW = Words(
    zh="请凭本人身份证和这个单号，向站点工作人员领取，或先打上面的电话。",
    en="Ask the staff of the station for it with your ID card and this number, or call the number above first.",
)


_FORGOTTEN = Words(zh="失物提示", en="Something was left here")
_LIES_THERE = Words(
    zh="这台机器的读卡器上有一张身份证，没有人拿走。",
    en="An ID card lies on this machine's reader, and nobody has taken it.",
)
_HAND_IN = Words(
    zh="是您的，请收好；不是您的，请交给站点工作人员，或打上面的电话。",
    en="If it is yours, please take it. If not, please give it to the staff, or call the number above.",
)


def forgotten_slip(place: Words, phone: str, *, now: datetime) -> Receipt:
    """The slip of an ID card that lies on the reader when its holder is gone: for whoever comes by, bilingual."""
    return Receipt(
        (
            Text(_CITY.zh, size=2, bold=True, align="centre"),
            Text(f"{_FORGOTTEN.zh} {_FORGOTTEN.en}", align="centre"),
            Feed(),
            Rule(),
            Row(_TIME.zh, f"{now:%Y-%m-%d %H:%M}"),
            Row(_PLACE.zh, place.zh),
            Row(_PHONE.zh, phone),
            Rule(),
            *(Text(words.in_(language)) for language in ("zh", "en") for words in (_LIES_THERE, _HAND_IN)),
            Feed(),
        )
    )


def slip_number(now: datetime) -> str:
    """Under which a card is handed over: day and time, as no machine keeps two cards within a second."""
    return f"{now:%y%m%d-%H%M%S}"


def compose_slip(kept: CardKept, item: Words | None, *, language: Language, now: datetime) -> Receipt:
    """The slip. ``item`` is None where nobody knows any more what the card was put in for."""

    def say(words: Words) -> str:
        return words.in_(language)

    return Receipt(
        (
            Text(say(_CITY), size=2, bold=True, align="centre"),
            Text(say(_TITLE), align="centre"),
            Feed(),
            Text(say(_NUMBER), align="centre"),
            Text(kept.slip, size=2, bold=True, align="centre"),
            Feed(),
            Rule(),
            *([Row(say(_ITEM), say(item))] if item is not None else []),
            Row(say(_TIME), f"{now:%Y-%m-%d %H:%M}"),
            Row(say(_PLACE), say(kept.place)),
            Row(say(_PHONE), kept.phone),
            Rule(),
            Text(say(_STUCK if kept.fault else _KEPT)),
            Text(say(_HOW)),
            Feed(),
        )
    )
