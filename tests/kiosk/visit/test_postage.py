"""Whoever is sent something sees who pays the post, and chooses the area of the address."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.catalogue.catalogue import CatalogueError, load_catalogue
from kiosk.visit.events import Answer, PageTaken
from kiosk.visit.view import FieldView
from tests.kiosk.visit.told import CATALOGUE, JT_02, Told

FREE = CATALOGUE.postage(JT_02)


def at_contact() -> Told:
    told = Told()
    told.visit.postage = FREE
    told.to_form()
    for step in ("category", "certificate", "licence"):
        told.fill(step)
    return told


def address(told: Told) -> FieldView:
    field: FieldView = next(field for field in told.body.fields if field.key == "address")
    return field


def test_the_field_has_its_area_its_detail_and_who_pays() -> None:
    field = address(at_contact())
    assert (field.area, field.detail) == (("福建省", "厦门市", "湖里区"), "示例路1号101室")
    assert field.around == ("福建省", "厦门市")
    assert field.postage == FREE
    assert FREE is not None
    assert "不用付" in FREE.zh


def test_without_an_area_one_begins_in_xiamen_and_cannot_go_on() -> None:
    told = at_contact().tell(Answer("address", "示例路 1 号"))
    assert (address(told).area, address(told).around) == ((), ("福建省", "厦门市"))
    told.tell("next")
    assert told.at == "contact"
    error = address(told).error
    assert error is not None
    assert "省、市、区" in error.zh


def test_the_review_says_it_once_more() -> None:
    told = at_contact()
    told.fill("contact")
    for page in (b"jpeg-1", b"jpeg-2"):
        told.tell("next", PageTaken(page), "next")
    assert told.at == "review"
    rows = {row.label.zh: row.value for section in told.body.sections for row in section.rows}
    assert rows["邮费"] == FREE


def test_only_what_is_posted_has_postage() -> None:
    posted = {code for code, item in CATALOGUE.items() if CATALOGUE.postage(item) is not None}
    assert {"JT-01", "JT-02", "JT-03", "GA-HZ-04", "GA-JJ-06", "MZ-03"} <= posted
    assert not posted & {"RS-01", "FG-03", "GA-JZ-05", "RS-12"}
    for code in posted:
        postage, fee = CATALOGUE.postage(CATALOGUE[code]), CATALOGUE[code].guide.fee.zh
        assert postage is not None
        if "邮寄也免费" in fee:
            assert "不用付" in postage.zh, code
        if "收件时付" in fee or "到付" in fee:
            assert "到付" in postage.zh, code


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("usual: on_delivery", "usual: by_pigeon", "there is no rule by_pigeon"),
        ("JT-01: free", "XX-01: free", "there is no item XX-01"),
        ("usual:", "usal:", "nobody knows this key; did you mean usual"),
    ],
)
def test_a_mistake_in_the_file_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    for name in ("departments.yaml", "items"):
        (tmp_path / name).symlink_to(Path("config").resolve() / name)
    text = Path("config/postage.yaml").read_text("utf-8").replace(old, new)
    (tmp_path / "postage.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError, match=told):
        load_catalogue(tmp_path)
