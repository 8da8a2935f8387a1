"""Named nights: they load, everything in them can be done to the simulator it names, and they end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from drivers.scenario import Player, Scenario, ScenarioError, Step, load_scenarios
from drivers.world import World
from tests.drivers.simulated import HOUSE, world_of

NIGHTS = load_scenarios(HOUSE / "config" / "scenarios")
PATIENCE = 30.0
FAST = 1000.0


def until(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.01)


def written(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        head = f"name: {{zh: 夜, en: {name}}}\ntold: {{zh: 一夜。, en: A night.}}\n"
        (folder / f"{name}.yaml").write_text(head + text, encoding="utf-8")
    return folder


def night(*steps: tuple[float, str, str, dict[str, Any]]) -> Scenario:
    return Scenario(
        "night",
        {"zh": "夜", "en": "Night"},
        {"zh": "一夜。", "en": "A night."},
        tuple(Step(at=at, device=device, do=do, **how) for at, device, do, how in steps),
    )


class Hand:
    """Notes what it is told to do; refuses what it is told to refuse."""

    def __init__(self, refuses: Mapping[str, Exception] | None = None) -> None:
        self.done: list[tuple[str, str, dict[str, Any]]] = []
        self._refuses = refuses or {}

    def __call__(self, device: str, verb: str, **how: Any) -> Mapping[str, Any]:
        if verb in self._refuses:
            raise self._refuses[verb]
        self.done.append((device, verb, how))
        return {}


# -- files -----------------------------------------------------------------------


def test_a_night_is_read_with_its_words_and_its_steps_in_order(tmp_path: Path) -> None:
    steps = "steps:\n  - {at: 5, device: lamp, do: dim, level: 2}\n  - {at: 1, device: bell, do: ring}\n"
    one = load_scenarios(written(tmp_path, one=steps))["one"]
    assert (one.name, one.told) == ({"zh": "夜", "en": "one"}, {"zh": "一夜。", "en": "A night."})
    assert [(step.at, step.device, step.do, step.arguments) for step in one.steps] == [
        (1, "bell", "ring", {}),
        (5, "lamp", "dim", {"level": 2}),
    ]
    assert one.devices == {"bell", "lamp"}


def test_companions_happen_as_well_once_each_even_when_they_name_each_other(tmp_path: Path) -> None:
    written(
        tmp_path,
        both="with: [left, right]\n",
        left="with: [right]\nsteps: [{at: 2, device: lamp, do: left}]\n",
        right="with: [left, both]\nsteps: [{at: 1, device: lamp, do: right}]\n",
    )
    assert [step.do for step in load_scenarios(tmp_path)["both"].steps] == ["right", "left"]


@pytest.mark.parametrize(
    "text",
    [
        "with: [nowhere]\n",
        "steps: [{at: -1, device: lamp, do: dim}]\n",
        "steps: [{at: 90000, device: lamp, do: dim}]\n",
        "steps: [{at: 1, do: dim}]\n",
        "because: it rains\n",
        "steps: [\n",
    ],
)
def test_a_file_that_cannot_be_a_night_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(ScenarioError, match=r"wrong\.yaml"):
        load_scenarios(written(tmp_path, wrong=text))


# -- playing ---------------------------------------------------------------------


def test_steps_happen_in_order_and_not_before_their_time() -> None:
    now = 100.0
    hand = Hand()
    player = Player(
        night((0, "a", "first", {}), (10, "b", "second", {"x": 1}), (20, "c", "third", {})), hand, lambda: now
    )
    player.start()
    until(lambda: len(hand.done) == 1, "the first step")
    now = 115.0
    until(lambda: len(hand.done) == 2, "the second step")
    assert player.playing
    now = 120.0
    assert player.join(PATIENCE)
    assert hand.done == [("a", "first", {}), ("b", "second", {"x": 1}), ("c", "third", {})]
    assert player.failures == []


def test_a_night_that_is_stopped_does_nothing_more() -> None:
    hand = Hand()
    player = Player(night((0, "a", "first", {}), (3600, "a", "second", {})), hand)
    player.start()
    until(lambda: hand.done, "the first step")
    player.stop()
    assert not player.playing
    assert [verb for _, verb, _ in hand.done] == ["first"]


@pytest.mark.warns("lamp could not fly", "lamp could not jam", "lamp could not vanish")
def test_what_cannot_be_done_is_kept_and_the_night_goes_on() -> None:
    refused = {"jam": RuntimeError("ValueError: no"), "vanish": ConnectionError("gone"), "fly": LookupError("no wings")}
    hand = Hand(refused)
    player = Player(night(*((0, "lamp", verb, {}) for verb in ("jam", "vanish", "fly", "shine"))), hand)
    player.start()
    assert player.join(PATIENCE)
    assert [failure.split(":")[0] for failure in player.failures] == ["lamp jam", "lamp vanish", "lamp fly"]
    assert hand.done == [("lamp", "shine", {})]


def test_a_player_that_never_began_can_be_stopped() -> None:
    player = Player(night(), Hand())
    player.stop()
    assert not player.playing


# -- the nights of config/scenarios -------------------------------------------------


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    names = sorted(frozenset[str]().union(*(one.devices for one in NIGHTS.values())))
    with world_of(names, NIGHTS) as world:
        yield world


def test_there_are_nights_and_each_is_told_in_a_sentence() -> None:
    assert {"paper-runs-out", "loose-reader", "back-office-away", "power-cut", "covered-lens"} <= NIGHTS.keys()
    assert {"hot-printer", "noisy-lines", "worst-night"} <= NIGHTS.keys()
    for one in NIGHTS.values():
        assert one.steps, one.id
        assert one.told["zh"].endswith("。"), one.id
        assert one.told["en"].endswith("."), one.id
        assert not one.name["zh"].endswith("。"), one.id


@pytest.mark.parametrize("name", NIGHTS)
def test_every_night_can_be_played_to_its_end_on_real_simulators(world: World, name: str) -> None:
    world.clock.set_speed(FAST)
    world.play(name)
    until(lambda: world.playing is None, "the morning")
    assert world.failures == ()


def test_the_worst_night_is_every_other_one_it_names() -> None:
    worst = NIGHTS["worst-night"].steps
    for name in ("noisy-lines", "loose-reader", "covered-lens", "paper-runs-out", "back-office-away", "power-cut"):
        assert set(map(str, NIGHTS[name].steps)) <= set(map(str, worst))


def test_stopping_ends_every_fault_that_waits(world: World) -> None:
    world.clock.set_speed(1.0)
    world.play("noisy-lines")
    until(lambda: all(armed(world, name) for name in NIGHTS["noisy-lines"].devices), "the noise")
    assert threading.active_count() > 1
    world.stop_playing()
    assert world.playing is None
    assert not any(armed(world, name) for name in NIGHTS["noisy-lines"].devices)


def armed(world: World, name: str) -> list[Any]:
    return list(world.tell(name, "state")["armed"])
