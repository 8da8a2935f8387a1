"""The kiosk as a web page: ``benchmarks/web/kiosk.html`` filled with what the catalogue says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from assembly import CONFIG, HOUSE
from kiosk.catalogue.catalogue import load_catalogue
from kiosk.catalogue.item import FormStep
from kiosk.home import departments_of, happenings_of
from ui.models.session import plain

WEB = Path(__file__).parent / "web" / "kiosk.html"
STAGES = ("须知", "身份证", "本人", "填表", "核对", "提交", "凭条")


def departments() -> list[str]:
    """The ids of the departments on the home page."""
    return [one.id for one in departments_of(load_catalogue(CONFIG))]


def web_page(folder: Path) -> Path:
    """Write it into ``folder``; returns where it lies."""
    catalogue = load_catalogue(CONFIG)
    item = catalogue["JT-02"]
    forms = {step.id: step for step in item.steps if isinstance(step, FormStep)}
    tiles_of_departments = plain(departments_of(catalogue), "zh")
    tiles = [
        {
            "code": one.code,
            "icon": catalogue.department(one).icon,
            "name": one.name.zh,
            "line": one.line.zh,
            "minutes": one.guide.minutes,
            "fee": one.guide.fee.zh,
        }
        for one in catalogue.values()
    ]
    icons = ""
    for name in sorted(
        {"search", *(str(tile["icon"]) for tile in tiles), *(one["icon"] for one in tiles_of_departments)}
    ):
        svg = (HOUSE / "assets" / "icons" / f"{name}.svg").read_text(encoding="utf-8")
        icons += f'<symbol id="{name}" viewBox="0 0 24 24">{svg[svg.index(">") + 1 : svg.rindex("</svg>")]}</symbol>'
    data = {
        "icons": icons,
        "tiles": tiles,
        "hot": [code for code in catalogue.departments.hot if code in catalogue],
        "departments": tiles_of_departments,
        "happenings": plain(happenings_of(catalogue), "zh"),
        "item": item.name.zh,
        "stages": STAGES,
        "choice": _form(forms["category"]),
        "fields": _form(forms["certificate"]),
    }
    text = WEB.read_text(encoding="utf-8").replace("/*DATA*/null", json.dumps(data, ensure_ascii=False))
    page = folder / "kiosk.html"
    page.write_text(text, encoding="utf-8")
    return page


def _form(step: FormStep) -> dict[str, Any]:
    return {
        "title": step.title.zh,
        "hint": step.hint.zh,
        "fields": [
            {
                "label": one.label.zh,
                "hint": one.hint.zh,
                "max_length": one.max_length,
                "choices": [
                    {"value": choice.value, "label": choice.label.zh, "note": choice.note.zh if choice.note else ""}
                    for choice in one.choices
                ],
            }
            for one in step.fields
        ],
    }
