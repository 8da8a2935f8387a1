"""The other side of the wires: simulators are told what to do, nights are played, the clock runs faster."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest

from drivers.scenario import Scenario, Step
from drivers.simulation import Control, ControlServer
from drivers.world import WarpClock, World
from tests.drivers.simulated import world_of
from tests.drivers.test_scenario import until

WORDS = {"zh": "夜。", "en": "Night."}
LONG = Scenario("long", WORDS, WORDS, (Step(at=0, device="line", do="fault", kind="silence", count=0), *(
    Step(at=at, device="line", do=do) for at, do in ((600, "unplug"), (1200, "plug"))
)))  # fmt: skip
SHORT = Scenario("short", WORDS, WORDS, (Step(at=0, device="line", do="unplug", seconds=0.1),))
ODD = Scenario("odd", WORDS, WORDS, (Step(at=0, device="line", do="dance"),))
ELSEWHERE = Scenario("elsewhere", WORDS, WORDS, (Step(at=0, device="harp", do="play"),))


@pytest.fixture
def world() -> Iterator[World]:
    nights = {night.id: night for night in (LONG, SHORT, ODD, ELSEWHERE)}
    with world_of(["line", "code_scanner"], nights) as world:
        yield world
        world.close()


def test_a_simulator_does_as_it_is_told_and_gives_its_account(world: World) -> None:
    world.tell("code_scanner", "scan", text="XM-1")
    assert world.tell("code_scanner", "state")["scanned"] == ["XM-1"]
    world.tell("line", "unplug")
    account = world.state()
    assert account["devices"]["line"]["plugged"] is False
    assert account["devices"]["code_scanner"]["scanned"] == ["XM-1"]
    assert (account["speed"], account["scenario"], account["failures"]) == (1.0, None, [])


def test_what_is_not_there_is_said_with_what_is(world: World) -> None:
    with pytest.raises(LookupError, match="harp is not simulated here; there are code_scanner, line"):
        world.tell("harp", "play")
    with pytest.raises(RuntimeError, match="no such verb: dance"):
        world.tell("line", "dance")
    with pytest.raises(LookupError, match="no scenario never; there are long"):
        world.play("never")
    with pytest.raises(LookupError, match="elsewhere needs harp"):
        world.play("elsewhere")
    assert world.playing is None


def test_a_night_follows_the_clock_also_when_that_changes_its_speed(world: World) -> None:
    world.play("long")
    until(lambda: world.tell("line", "state")["armed"], "the first step")
    assert world.playing == "long"
    assert world.tell("line", "state")["plugged"]
    world.clock.set_speed(1000)
    until(lambda: world.playing is None, "twenty minutes in a second")
    assert world.tell("line", "state")["plugged"]
    assert world.failures == ()


def test_another_night_ends_the_one_before(world: World) -> None:
    world.play("long")
    world.play("short")
    until(lambda: world.playing is None, "the short night's end")
    assert world.state()["scenario"] is None


@pytest.mark.warns("line could not dance")
def test_a_verb_that_nobody_has_is_a_failure_of_the_night(world: World) -> None:
    world.play("odd")
    until(lambda: world.playing is None, "its end")
    assert len(world.failures) == 1
    assert "no such verb: dance" in world.failures[0]
    assert world.state()["failures"] == list(world.failures)


def test_stopping_clears_what_waits_also_when_another_simulator_is_gone(world: World) -> None:
    gone = ControlServer({"clear": dict})
    gone.start()
    server_side = Control(gone.address)
    server_side.close()
    gone.stop()
    world.controls = {"gone": server_side, **world.controls}
    world.play("long")
    until(lambda: world.tell("line", "state")["armed"], "the first step")
    with pytest.raises(OSError, match=r".*"):
        world.stop_playing()
    assert world.playing is None
    assert world.tell("line", "state")["armed"] == []
    del world.controls["gone"]


def test_it_can_be_played_by_another_process(world: World) -> None:
    server = ControlServer(world.verbs)
    server.start()
    host, _, port = server.address.rpartition(":")
    with socket.create_connection((host, int(port)), 20) as line, line.makefile("rb") as answers:

        def ask(**request: Any) -> dict[str, Any]:
            line.sendall(json.dumps(request).encode() + b"\n")
            return dict(json.loads(answers.readline()))

        assert ask(do="tell", device="code_scanner", verb="scan", text="XM-2") == {"ok": True}
        assert ask(do="speed", factor=60) == {"ok": True}
        assert ask(do="play", name="long") == {"ok": True}
        account = ask(do="state")
        assert account["scenario"] == "long"
        assert account["speed"] == 60.0
        assert account["devices"]["code_scanner"]["scanned"] == ["XM-2"]
        assert ask(do="stop") == {"ok": True}
        assert ask(do="state")["scenario"] is None
        refused = ask(do="play", name="never")
        assert not refused["ok"]
        assert "no scenario never" in refused["error"]
    server.stop()


# -- the clock ------------------------------------------------------------------------


def test_a_clock_that_runs_faster_never_leaps_nor_goes_back() -> None:
    wall = 50.0
    clock = WarpClock(lambda: wall)
    assert clock() == 50.0
    clock.set_speed(60)
    assert clock() == 50.0
    wall += 2.0
    assert clock() == 170.0
    clock.set_speed(1)
    assert clock() == 170.0
    wall += 1.0
    assert clock() == 171.0
    assert clock.speed == 1.0


@pytest.mark.parametrize("factor", [0.0, -1.0, 1000.1])
def test_a_clock_does_not_stand_still_nor_run_back(factor: float) -> None:
    clock = WarpClock()
    with pytest.raises(ValueError, match="between 0 and 1000"):
        clock.set_speed(factor)
    before = clock()
    time.sleep(0.01)
    assert clock() > before
