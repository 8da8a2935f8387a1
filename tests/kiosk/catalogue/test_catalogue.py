"""Items are data: a wrong file is refused with its place, a right one is complete."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kiosk.catalogue.catalogue import CatalogueError, load_catalogue, load_item
from kiosk.catalogue.item import FormStep, Item
from kiosk.conditions import holds
from kiosk.visit.fields import error_of
from tests.items import appointment

CONFIG = Path("config")
JT_02 = CONFIG / "items" / "transport" / "JT-02.yaml"


def changed(tmp_path: Path, old: str, new: str) -> Path:
    text = JT_02.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "JT-02.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def every_item() -> list[Item]:
    return list(load_catalogue(CONFIG).values())


def test_an_unknown_key_is_refused_with_its_place_and_a_suggestion(tmp_path: Path) -> None:
    path = changed(tmp_path, "max_length: 20", "max_lenght: 20")
    with pytest.raises(CatalogueError, match=r"JT-02\.yaml:\d+: steps → certificate → fields → 0 → max_lenght.*length"):
        load_item(path)


def test_a_condition_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="step licence: no condition licence_gone"):
        load_item(changed(tmp_path, "- when: licence_expired", "- when: licence_gone"))


def test_a_sentence_without_english_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"name.*en"):
        load_item(changed(tmp_path, ', en: "Transport worker\'s card renewal"}', "}"))


def test_a_file_must_be_called_like_its_item(tmp_path: Path) -> None:
    folder = tmp_path / "items" / "transport"
    folder.mkdir(parents=True)
    (folder / "JT-99.yaml").write_bytes(JT_02.read_bytes())
    (tmp_path / "departments.yaml").write_bytes((CONFIG / "departments.yaml").read_bytes())
    with pytest.raises(CatalogueError, match="the file is called JT-99, the item JT-02"):
        load_catalogue(tmp_path)


def test_an_empty_folder_is_no_catalogue(tmp_path: Path) -> None:
    (tmp_path / "departments.yaml").write_bytes((CONFIG / "departments.yaml").read_bytes())
    with pytest.raises(CatalogueError, match="no items here"):
        load_catalogue(tmp_path)


def test_broken_yaml_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="line"):
        load_item(changed(tmp_path, "requires: [", "requires: [["))


@pytest.mark.parametrize("item", every_item(), ids=lambda item: item.code)
@pytest.mark.parametrize("today", [date(2026, 11, 23), date(2028, 2, 29), date(2027, 1, 1)])
def test_the_sample_citizen_of_every_item_gets_through(item: Item, today: date) -> None:
    answers = item.sample_answers(today)
    for step in item.steps:
        if isinstance(step, FormStep):
            wrong = {f.key: error_of(f, answers[f.key]) for f in step.fields if f.key in answers}
            assert not any(wrong.values()), wrong
            assert not [
                deny.when
                for deny in step.deny
                if holds(deny.when, item.conditions, lambda key: answers.get(key, ""), today)
            ]


def test_a_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="duplicate"):
        load_item(changed(tmp_path, "revision: 2\n", "revision: 2\nrevision: 3\n"))


def test_bookings_are_shown_to_nobody_who_only_typed_a_number() -> None:
    steps = [step.model_dump(mode="json") for step in appointment().steps]
    typed = [{"kind": "type_number"} if step["kind"] == "read_card" else step for step in steps]
    said = appointment().model_dump(mode="json", by_alias=True) | {"receipt": []}
    with pytest.raises(ValueError, match="there is no read_card or sign_in before book"):
        Item.model_validate(said | {"steps": typed})
    signed_in = [
        part for step in typed for part in ([step, {"kind": "sign_in"}] if step["kind"] == "type_number" else [step])
    ]
    Item.model_validate(said | {"steps": signed_in})
