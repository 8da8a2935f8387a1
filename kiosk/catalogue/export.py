"""The public lists 自助办理事项清单 and 站点指引, made from the catalogue so that they never disagree with it."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from html import escape
from io import StringIO
from pathlib import Path
from typing import Any

from kiosk.catalogue.catalogue import Catalogue
from kiosk.catalogue.item import Item, Kind, StepKind
from kiosk.stations import Stations

KINDS: dict[Kind, str] = {
    Kind.QUERY: "查询",
    Kind.PRINT: "打印",
    Kind.APPLY: "申办",
    Kind.PAY: "缴费",
    Kind.APPOINT: "预约",
    Kind.CARD: "制证写卡",
}
_ITEM_HEADS = {
    "code": "编码",
    "name": "事项",
    "department": "部门",
    "group": "类别",
    "kind": "类型",
    "sign_in": "如何核对本人",
    "who": "谁能办",
    "bring": "带什么",
    "minutes": "约几分钟",
    "fee": "费用",
    "hours": "办理时间",
    "result": "结果",
    "afterwards": "办完以后",
    "phone": "咨询电话",
    "elsewhere": "还能去哪里办",
    "grade": "依据等级",
}
_STATION_HEADS = {
    "id": "编号",
    "name": "站点",
    "address": "地址",
    "hours": "开放时间",
    "lat": "纬度",
    "lon": "经度",
    "phone": "电话",
}
_STYLE = (
    "body{font:16px/1.6 sans-serif;margin:2rem auto;max-width:90rem;padding:0 1rem;color:#1d2b33}"
    "table{border-collapse:collapse;width:100%}th,td{border:1px solid #c9d3d8;padding:.4rem .6rem;text-align:left;"
    "vertical-align:top}th{background:#eef3f5}caption{font-size:1.6rem;text-align:left;padding:.5rem 0}"
)

Row = Mapping[str, str | int | float]


def export(catalogue: Catalogue, stations: Stations, folder: Path) -> list[Path]:
    """Write ``items`` and ``stations`` as CSV, JSON and HTML into ``folder`` and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    items = [_item_row(catalogue, item) for item in catalogue.values()]
    places: list[Row] = [
        {
            "id": station.id,
            "name": station.name.zh,
            "address": station.address.zh,
            "hours": station.in_words.zh,
            "lat": station.lat,
            "lon": station.lon,
            "phone": station.phone,
        }
        for station in stations.stations
    ]
    return [
        *_written(folder, "items", f"自助办理事项清单（{len(items)} 项）", _ITEM_HEADS, items),
        *_written(folder, "stations", f"自助办理站点指引（{len(places)} 个站点）", _STATION_HEADS, places),
    ]


def summary(catalogue: Catalogue) -> str:
    """How many items there are: in all, of each department, of each grade of certainty."""
    grades: dict[str, int] = {}
    of: dict[str, int] = dict.fromkeys((one.id for one in catalogue.departments.departments), 0)
    for item in catalogue.values():
        grades[item.provenance.grade] = grades.get(item.provenance.grade, 0) + 1
        of[item.department] += 1
    held = {name: count for name, count in of.items() if count}
    return "\n".join(
        (
            f"{len(catalogue)} items, {len(held)} departments",
            "  ".join(f"{name} {count}" for name, count in held.items()),
            "grades: " + "  ".join(f"{grade} {grades[grade]}" for grade in "ACXEDK" if grade in grades),
        )
    )


def item_schema() -> str:
    """The JSON Schema of an item's file, as text."""
    return json.dumps(Item.model_json_schema(), ensure_ascii=False, indent=1) + "\n"


def _item_row(catalogue: Catalogue, item: Item) -> Row:
    department, guide = catalogue.department(item), item.guide
    return {
        "code": item.code,
        "name": item.name.zh,
        "department": department.name.zh,
        "group": next(group.name.zh for group in department.groups if group.id == item.group),
        "kind": KINDS[item.kind],
        "sign_in": _sign_in(item),
        "who": guide.who.zh,
        "bring": "、".join(thing.zh for thing in guide.bring),
        "minutes": guide.minutes,
        "fee": guide.fee.zh,
        "hours": item.hours.in_words.zh,
        "result": guide.result.zh,
        "afterwards": guide.afterwards.zh,
        "phone": guide.phone or department.phone,
        "elsewhere": (guide.elsewhere or department.elsewhere).zh,
        "grade": item.provenance.grade,
    }


def _sign_in(item: Item) -> str:
    kinds = {step.kind for step in item.steps}
    if StepKind.SIGN_IN in kinds:
        start = "姓名和身份证号" if StepKind.TYPE_NUMBER in kinds else "身份证"
        return start + "，刷脸或其他方式"
    if StepKind.READ_CARD in kinds:
        return "身份证或编号" if StepKind.SCAN_CODE in kinds else "身份证"
    return "编号" if StepKind.SCAN_CODE in kinds else "不需要"


def _written(folder: Path, name: str, title: str, heads: Mapping[str, str], rows: Sequence[Row]) -> list[Path]:
    files = {
        "csv": "\ufeff" + _csv(heads, rows),  # the mark tells spreadsheets that it is UTF-8
        "json": json.dumps({"title": title, "rows": rows}, ensure_ascii=False, indent=1) + "\n",
        "html": _html(title, heads, rows),
    }
    paths = []
    for suffix, text in files.items():
        path = folder / f"{name}.{suffix}"
        path.write_text(text, encoding="utf-8", newline="")
        paths.append(path)
    return paths


def _csv(heads: Mapping[str, str], rows: Sequence[Row]) -> str:
    text = StringIO()
    writer: Any = csv.writer(text)
    writer.writerow(heads.values())
    writer.writerows([row[key] for key in heads] for row in rows)
    return text.getvalue()


def _html(title: str, heads: Mapping[str, str], rows: Sequence[Row]) -> str:
    head = "".join(f"<th scope=col>{escape(name)}</th>" for name in heads.values())
    body = "\n".join("<tr>" + "".join(f"<td>{escape(str(row[key]))}</td>" for key in heads) + "</tr>" for row in rows)
    return (
        f'<!doctype html>\n<html lang="zh-CN">\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n'
        f"<style>{_STYLE}</style>\n<table>\n<caption>{escape(title)}</caption>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{body}\n</tbody>\n</table>\n</html>\n"
    )
