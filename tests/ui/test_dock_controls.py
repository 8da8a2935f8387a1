"""The tables of the dock: what a control does, which of its choices stands, and how facts are said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ui.models.controls import ControlsError, Table, Tables

COVER = {
    "label": "Cover",
    "choices": {
        "Closed": {"do": {"cover": {"open": False}}},
        "Open": {"do": {"cover": {"open": True}}, "when": {"cover": True}, "reaches": ["cover_open"]},
    },
}


def table(**said: Any) -> Table:
    return Table.model_validate(said)


def folder_with(folder: Path, **files: str) -> Path:
    for name, text in {"wire": "controls: []\n", **files}.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def test_a_deed_does_its_verbs_in_order() -> None:
    deed = {"do": {"clear": {}, "plug": {}, "fault": {"kind": "delay", "count": 0}}}
    done: list[tuple[str, dict[str, Any]]] = []
    one = table(controls=[{"label": "Line", "buttons": {"Slow": deed}}]).controls[0].deeds[0]

    def do(verb: str, **how: Any) -> dict[str, Any]:
        done.append((verb, how))
        return {}

    one.carry_out(do)
    assert done == [("clear", {}), ("plug", {}), ("fault", {"kind": "delay", "count": 0})]


@pytest.mark.parametrize(
    ("when", "state", "stands"),
    [
        ({"cover": True}, {"cover": True}, True),
        ({"cover": True}, {"cover": False}, False),
        ({"cover": True}, {}, False),
        ({"level": 0}, {"level": 0.0}, True),
        ({"level": {"above": 3}}, {"level": 4}, True),
        ({"level": {"above": 3}}, {"level": 3}, False),
        ({"level": {"below": 3}}, {"level": 2.5}, True),
        ({"level": {"below": 3}}, {"level": None}, False),
        ({"level": {"above": 0, "below": 3}}, {"level": 2}, True),
        ({"level": {"above": 0, "below": 3}}, {"level": 4}, False),
        ({"parts": {"has": "drum"}}, {"parts": ["belt", "drum"]}, True),
        ({"parts": {"has": "drum"}}, {"parts": []}, False),
        ({"armed": {"has": {"kind": "delay", "count": 0}}}, {"armed": [{"kind": "delay", "count": 0, "x": 1}]}, True),
        ({"armed": {"has": {"kind": "delay", "count": 0}}}, {"armed": [{"kind": "delay", "count": 2}]}, False),
        ({"armed.0.kind": "drop"}, {"armed": [{"kind": "drop"}]}, True),
        ({"armed.0.kind": "drop"}, {"armed": []}, False),
        ({"a": 1, "b": 2}, {"a": 1, "b": 3}, False),
    ],
)
def test_a_choice_stands_when_the_state_says_so(when: dict[str, Any], state: dict[str, Any], stands: bool) -> None:
    control = {"label": "It", "choices": {"Sound": {"do": {"a": {}}}, "Broken": {"do": {"b": {}}, "when": when}}}
    assert table(controls=[control]).controls[0].standing(state) == (1 if stands else 0 if state else -1)


def test_of_several_that_stand_the_last_is_shown_and_a_button_never_stands() -> None:
    two = {
        "Up": {"do": {"a": {}}, "when": {"plugged": True}},
        "Slow": {"do": {"b": {}}, "when": {"plugged": True, "late": True}},
    }
    line = table(controls=[{"label": "Line", "choices": two}, {"label": "Tear", "buttons": {"Now": {"do": {"t": {}}}}}])
    assert line.controls[0].standing({"plugged": True, "late": True}) == 1
    assert line.controls[0].standing({"plugged": True}) == 0
    assert line.controls[0].standing({"plugged": False}) == -1
    assert line.controls[1].standing({"plugged": True}) == -1


def test_facts_are_said_as_people_do() -> None:
    facts = {
        "Paper": "{paper:.0f} mm",
        "Cover": "{cover}",
        "Lit": "{lit}",
        "Dark": "{dark}",
        "Mark": "{mark[x]}",
        "Gone": "{gone} or {never[there]}",
        "Empty": "{empty}",
    }
    state = {"paper": 79.6, "cover": True, "lit": ["a", "b"], "dark": [], "mark": {"x": 3}, "gone": None, "empty": ""}
    assert dict(table(facts=facts).told(state)) == {
        "Paper": "80 mm",
        "Cover": "yes",
        "Lit": "a, b",
        "Dark": "none",
        "Mark": "3",
        "Gone": "– or –",
        "Empty": "–",
    }


def test_a_slider_knows_its_value_and_none_where_the_state_is_silent() -> None:
    light = {"do": "light", "argument": "level", "least": 0, "most": 2, "sound": 1, "shows": "look.light"}
    slider = table(controls=[{"label": "Light", "slider": light}]).controls[0].slider
    assert slider is not None
    assert slider.value({"look": {"light": 0.3}}) == 0.3
    assert slider.value({"look": {}}) is None


def test_codes_are_completed_and_an_own_control_stands_before_the_wires(tmp_path: Path) -> None:
    wire = "controls:\n- {label: Cable, choices: {In: {do: {plug: {}}}, Out: {do: {pull: {}}, reaches: [lost]}}}\n"
    own = (
        "controls:\n- {label: Cable, choices: {In: {do: {plug: {}}}, Out: {do: {cut: {}}, reaches: [gateway.away]}}}\n"
    )
    alone = "wire: false\ncontrols: []\n"
    tables = Tables(folder_with(tmp_path, wire=wire, own=own, alone=alone))
    assert tables.of("harp").controls[0].deeds[1].reaches == ("harp.lost",)
    (cable,) = tables.of("own").controls
    assert cable.deeds[1].do == {"cut": {}}
    assert cable.deeds[1].reaches == ("gateway.away",)
    assert tables.of("alone").controls == ()


@pytest.mark.parametrize(
    "text",
    [
        "controls: [\n",
        "colour: red\n",
        "controls:\n- {label: Nothing}\n",
        "controls:\n- {label: Both, choices: {A: {do: {a: {}}}}, buttons: {B: {do: {b: {}}}}}\n",
        "controls:\n- {label: Undone, choices: {A: {when: {a: 1}}}}\n",
    ],
)
def test_a_table_that_cannot_be_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(ControlsError, match=r"wrong\.yaml"):
        Tables(folder_with(tmp_path, wrong=text))


def test_the_first_choice_is_never_one_that_breaks_something() -> None:
    tables = Tables()
    for name in tables.classes:
        for control in tables.of(name).controls:
            for first in [*control.choices.values()][:1]:
                assert not first.reaches, f"{name}: {control.label}"
                assert not first.in_use, f"{name}: {control.label}"


def test_a_cover_is_as_its_state_says() -> None:
    cover = table(controls=[COVER]).controls[0]
    assert cover.labels == ["Closed", "Open"]
    assert [cover.standing(state) for state in ({"cover": True}, {"cover": False}, {})] == [1, 0, -1]
