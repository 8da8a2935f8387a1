"""What holds for every device class, whatever it is: the same sentences for all of them."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from drivers.device import DeviceError, DeviceState, HealthLevel
from drivers.injection import FaultKind
from drivers.simulation import Armoury
from kiosk.operations.faults import load_faults, load_questions
from kiosk.operations.names import DEVICES, THINGS
from tests.drivers.contract import PATIENCE, Bench

HERE = Path(__file__).parent
CLASSES = sorted(path.parent.name for path in HERE.glob("*/bench.py"))


@pytest.fixture(params=CLASSES)
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    make: Callable[[], AbstractContextManager[Bench]] = importlib.import_module(
        f"tests.drivers.{request.param}.bench"
    ).bench
    with make() as bench:
        assert bench.device_class == request.param
        bench.until_ready()
        yield bench


def test_every_folder_of_a_device_class_is_on_the_bench() -> None:
    house = HERE.parents[1] / "drivers"
    assert sorted(path.parent.name for path in house.glob("*/simulator.py")) == CLASSES


def test_it_gets_ready_by_itself_and_does_what_it_is_for(bench: Bench) -> None:
    bench.use()
    assert bench.owned.capabilities.device_class == bench.device_class
    assert bench.owned.identity.address
    bench.until_ready()


def named(bench: Bench, words: Iterable[str]) -> None:
    """The technician's screen has a name in both languages for each of ``words``."""
    assert sorted(set(words) - THINGS.keys() - DEVICES.keys() - bench.names) == []


def test_whatever_it_tells_of_itself_has_a_name(bench: Bench) -> None:
    status, capabilities = bench.status, bench.owned.capabilities
    named(bench, {*status.supplies, *status.details, *capabilities.features, *bench.owned.counters})


def test_it_counts_what_it_did(bench: Bench) -> None:
    before = dict(bench.owned.counters)
    bench.use()
    after = dict(bench.owned.counters)
    assert before.keys() <= after.keys()
    assert all(after[name] >= count for name, count in before.items())
    assert sum(after.values()) > sum(before.values())


@pytest.mark.parametrize("level", HealthLevel)
def test_a_sound_device_passes_at_every_level_of_health(bench: Bench, level: HealthLevel) -> None:
    report = bench.owned.check_health(level).future.result(PATIENCE)
    assert report.level is level
    assert report.faults == ()
    assert bool(report.question) == (level is HealthLevel.INTERACTIVE)
    if report.question:
        assert report.question in load_questions(bench.words / "questions")
    named(bench, report.facts)


def test_a_pulled_cable_is_noticed_named_and_got_over_without_help(bench: Bench) -> None:
    bench.verbs["unplug"]()
    status = bench.until(lambda status: status.state is DeviceState.DISCONNECTED, "the pulled cable to be noticed")
    assert [fault.code for fault in status.faults] == [f"{bench.device_class}.disconnected"]
    with pytest.raises(DeviceError):
        bench.use()
    bench.verbs["plug"]()
    bench.until_ready()
    bench.use()


@pytest.mark.parametrize("kind", FaultKind)
def test_a_fault_on_the_wire_passes_and_leaves_nothing_behind(bench: Bench, kind: FaultKind) -> None:
    for _ in range(3):
        bench.verbs["fault"](kind=kind.value, seconds=0.2)
        deadline = time.monotonic() + PATIENCE
        while bench.verbs["state"]()["armed"]:  # type: ignore[index]
            assert time.monotonic() < deadline, "nothing was said that the fault could have struck"
            time.sleep(0.02)
    bench.until_useful()


def test_whatever_can_happen_to_it_waits_for_its_turn_and_clears_itself(bench: Bench) -> None:
    armoury = Armoury(bench.verbs)
    armoury.arm({"unplug": {}}, {"plug": {}}, after=2, seconds=0.3)
    assert [one["kind"] for one in bench.verbs["state"]()["armed"]] == ["unplug()"]  # type: ignore[index]
    deadline = time.monotonic() + PATIENCE
    while bench.verbs["state"]()["armed"]:  # type: ignore[index]
        assert time.monotonic() < deadline, "its turn never came"
        time.sleep(0.02)
    assert bench.verbs["state"]()["plugged"]  # type: ignore[index]
    bench.until_useful()


def test_a_fault_of_its_own_that_was_armed_is_shown_and_ends_when_everything_is_cleared(bench: Bench) -> None:
    lost = f"{bench.device_class}.disconnected", (bench.verbs["unplug"], bench.verbs["plug"])
    code, (break_it, mend_it) = next(iter(bench.standing.items()), lost)
    armoury = Armoury({**bench.verbs, "break": break_it, "mend": mend_it})  # type: ignore[dict-item]
    armoury.arm({"break": {}}, {"mend": {}}, after=1, seconds=3600)
    bench.until(lambda status: code in [fault.code for fault in status.faults], code)
    armoury.clear()
    bench.until_ready()
    assert bench.verbs["state"]()["armed"] == []  # type: ignore[index]


def test_every_fault_it_can_show_is_shown_and_goes_away_when_mended(bench: Bench) -> None:
    for code, (break_it, mend_it) in bench.standing.items():
        break_it()
        bench.until(lambda status: code in [f.code for f in status.faults], code)  # noqa: B023
        mend_it()
        bench.until_ready()


def test_no_fault_lacks_its_sentences_or_its_next_actor(bench: Bench) -> None:
    prefix, words = f"{bench.device_class}.", load_faults(bench.words / "faults")
    codes = {str(code) for code in bench.faults}
    assert codes == {str(code) for code in bench.acts_next}
    assert all(code.startswith(prefix) for code in codes)
    wanted = codes | {prefix + "absent", prefix + "wedged", prefix + "disconnected"}
    assert wanted <= words.keys()
    for code in wanted:
        assert words[code].attendant, code
        assert words[code].technician, code
    for code, actor in bench.acts_next.items():
        assert words[str(code)].acts_next is actor
    assert set(bench.standing) <= codes


def test_it_ends_in_time_even_when_it_is_asked_in_the_middle(bench: Bench) -> None:
    task = bench.owned.check_health(HealthLevel.EXTERNAL)
    began = time.monotonic()
    bench.stop()
    assert time.monotonic() - began < PATIENCE
    assert task.future.done()
