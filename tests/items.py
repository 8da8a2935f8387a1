"""Small items of the tests: an appointment, a bill that anybody can pay, a card that is paid for and then written."""

from __future__ import annotations

from pathlib import Path
from shutil import copy, copytree
from typing import Any

import yaml

from kiosk.catalogue.item import Item

_ANY: dict[str, Any] = {
    "schema": 1,
    "revision": 1,
    "name": {"zh": "示例事项", "en": "Sample item"},
    "line": {"zh": "测试用", "en": "For tests"},
    "department": "transport",
    "group": "records",
    "provenance": {"grade": "K", "sources": ["none"], "note": "An item of the tests."},
    "guide": {
        "result": {"zh": "一张凭条", "en": "A slip"},
        "who": {"zh": "谁都可以。", "en": "Anybody."},
        "bring": [{"zh": "身份证", "en": "Your ID card"}],
        "minutes": 2,
        "fee": {"zh": "免费", "en": "Free"},
        "afterwards": {"zh": "按时去。", "en": "Go there in time."},
    },
    "risk": "look",
    "requires": [],
}
_PHONE = {
    "key": "phone",
    "type": "phone",
    "sample": "13950010001",
    "pii": "masked",
    "label": {"zh": "手机号码", "en": "Mobile number"},
    "hint": {"zh": "11 位", "en": "11 digits"},
}
_DONE = {"kind": "done", "next_steps": [{"zh": "请拿好凭条。", "en": "Please keep the slip."}]}


def _text(key: str, sample: str, kind: str = "latin") -> dict[str, Any]:
    words = {"zh": key, "en": key}
    return {"key": key, "type": kind, "sample": sample, "label": words, "hint": words}


def _form(*fields: dict[str, Any]) -> dict[str, Any]:
    title = {"zh": "请填写", "en": "Please fill in"}
    return {"id": "about", "kind": "form", "title": title, "hint": title, "fields": list(fields)}


def _appointment() -> dict[str, Any]:
    return {
        **_ANY,
        "code": "JT-97",
        "kind": "appoint",
        "steps": [
            {"kind": "guide"},
            {"kind": "read_card"},
            _form(_text("place", "hall", "text"), _PHONE),
            {
                "kind": "book",
                "title": {"zh": "哪天去", "en": "Which day"},
                "hint": {"zh": "选一个时间。", "en": "Choose a time."},
                "service": "city_hall",
                "where": "place",
            },
            {"kind": "print_receipt"},
            _DONE,
        ],
        "receipt": ["fact.booking", "fact.day", "fact.time", "fact.place"],
    }


_PAY = {
    "kind": "pay",
    "title": {"zh": "请用手机扫码付款", "en": "Please pay with your phone"},
    "operation": "transport.fee",
    "bill": "bill",
    "amount": "amount",
}


def _bill() -> dict[str, Any]:
    return {
        **_ANY,
        "code": "JT-98",
        "kind": "pay",
        "steps": [
            {"kind": "guide"},
            _form(_text("bill", "B0001"), _text("amount", "200.50", "amount"), _PHONE),
            _PAY,
            {"kind": "print_receipt"},
            _DONE,
        ],
        "receipt": ["bill", "fact.payment", "fact.paid_amount", "fact.paid_at"],
    }


def _paid_card() -> dict[str, Any]:
    words = {"zh": "请插入卡", "en": "Put in the card"}
    return {
        **_ANY,
        "code": "JT-99",
        "kind": "card",
        "steps": [
            {"kind": "guide"},
            {"kind": "read_card"},
            _form(_text("bill", "C0001"), _text("amount", "15", "amount"), _PHONE),
            _PAY,
            {
                "kind": "rewrite_card",
                "title": words,
                "hint": words,
                "new_card": True,
                "operation": "transport.written",
                "lines": [{"key": "payment", "label": words}],
            },
            _DONE,
        ],
    }


def appointment() -> Item:
    """A half-day at a counter; the place is the answer ``place``."""
    return Item.model_validate(_appointment())


def bill() -> Item:
    """Anybody pays a bill; number and amount are typed, and the phone that is told of it."""
    return Item.model_validate(_bill())


def paid_card() -> Item:
    """A card is paid for, and then written."""
    return Item.model_validate(_paid_card())


def written_card(*, is_new: bool = False) -> Item:
    """A card is written with what a department says: the citizen's own, or a new one."""
    words = {"zh": "请插入证件", "en": "Put in the card"}
    wanted: dict[str, Any] = {"new_card": True} if is_new else {"number": "holder.number"}
    lines = [
        {"key": "address", "label": {"zh": "居住地址", "en": "Address"}},
        {"key": "until", "label": {"zh": "有效期至", "en": "Valid until"}, "type": "date"},
    ]
    return Item.model_validate(
        {
            **_ANY,
            "code": "JT-96",
            "kind": "card",
            "requires": ["card_rewriter"],
            "steps": [
                {"kind": "guide"},
                {"kind": "read_card"},
                {
                    "kind": "lookup",
                    "operation": "transport.approved",
                    "title": words,
                    "hint": words,
                    "facts": lines,
                },
                {
                    "kind": "rewrite_card",
                    "title": words,
                    "hint": {"zh": "照片朝上。", "en": "Portrait up."},
                    "operation": "transport.written",
                    "lines": lines,
                    **wanted,
                },
                _DONE,
            ],
        }
    )


def bank_card() -> Item:
    """The number of a bank card is read, shown, and stands on the receipt."""
    return Item.model_validate(
        {
            **_ANY,
            "code": "JT-95",
            "kind": "apply",
            "requires": ["bank_card_reader", "receipt_printer"],
            "steps": [
                {"kind": "guide"},
                {"kind": "read_bank_card"},
                {"kind": "review"},
                {"kind": "print_receipt"},
                _DONE,
            ],
            "receipt": ["bank_card"],
        }
    )


def config_in(folder: Path) -> Path:
    """A configuration whose items are the first two of these."""
    items = folder / "items" / "transport"
    items.mkdir(parents=True)
    copy("config/departments.yaml", folder / "departments.yaml")
    for one in (_appointment(), _bill()):
        (items / f"{one['code']}.yaml").write_text(yaml.safe_dump(one, allow_unicode=True), encoding="utf-8")
    return folder


def only(folder: Path, *codes: str) -> Path:
    """A configuration with some of the shipped items: a machine that has what they need has nothing wrong."""
    folder.mkdir(parents=True)
    copy("config/departments.yaml", folder / "departments.yaml")
    copytree("config/services", folder / "services")
    for path in Path("config/items").glob("*/*.yaml"):
        if path.stem in codes:
            place = folder / "items" / path.parent.name
            place.mkdir(parents=True, exist_ok=True)
            copy(path, place)
    return folder
