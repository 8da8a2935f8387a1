"""An item that prints a document, as small as can be: a card, a form, the document."""

from __future__ import annotations

from typing import Any

from kiosk.catalogue.item import Item


def _both(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def paper_item(**step: Any) -> Item:
    """``step`` changes the printing step: ``colour=True``, ``duplex=True``."""
    facts = [
        {"key": "unit", "label": _both("现参保单位", "Present employer")},
        {"key": "months", "label": _both("累计缴费月数", "Months paid")},
        {"key": "kept", "label": _both("内部编号", "Internal number"), "hidden": True},
    ]
    purposes = [
        {"value": "school", "label": _both("入学", "School")},
        {"value": "loan", "label": _both("贷款", "A loan")},
    ]
    field = {
        "key": "purpose",
        "type": "choice",
        "sample": "school",
        "label": _both("用途", "Purpose"),
        "hint": _both("选一项", "Choose one"),
        "choices": purposes,
    }
    document = {
        "kind": "print_document",
        "document": "proof",
        "name": _both("个人参保证明", "Proof of enrolment"),
        "operation": "human_resources.enrolment",
        "asks": ["purpose"],
        **step,
    }
    lookup = {
        "kind": "lookup",
        "show": False,
        "operation": "human_resources.enrolment",
        "title": _both("您的参保情况", "Your enrolment"),
        "hint": _both("没有问题，就打印。", "If this is right, print it."),
        "facts": facts,
    }
    return Item.model_validate(
        {
            "schema": 1,
            "code": "RS-01",
            "revision": 1,
            "name": _both("参保证明打印", "Proof of enrolment"),
            "line": _both("当场打印盖章", "Printed and sealed at once"),
            "department": "human_resources",
            "group": "insurance",
            "kind": "print",
            "provenance": {"grade": "K", "sources": ["none"], "note": "An example of the tests."},
            "guide": {
                "result": _both("一张证明", "A proof"),
                "who": _both("任何人。", "Anybody."),
                "bring": [_both("身份证", "Your ID card")],
                "minutes": 1,
                "fee": _both("免费", "Free"),
                "afterwards": _both("当场拿走。", "Take it with you."),
            },
            "risk": "print",
            "requires": ["id_reader", "page_printer"],
            "steps": [
                {"kind": "guide"},
                {"kind": "read_card"},
                {"kind": "sign_in"},
                lookup,
                {
                    "kind": "form",
                    "title": _both("做什么用？", "What for?"),
                    "hint": _both("选。", "Choose."),
                    "fields": [field],
                },
                document,
                {"kind": "rate"},
                {"kind": "done", "next_steps": [_both("请拿好证明。", "Please take the proof.")]},
            ],
        }
    )
