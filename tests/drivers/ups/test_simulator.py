"""The simulated battery behind the real server: what its verbs do, and that NUT's own play battery says the same."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from drivers.device import Cancel, HealthLevel
from drivers.simulation import Control, ControlServer
from drivers.transport import TcpTransport
from drivers.ups.protocol import Answer, AnswerParser, Line, Listing, Refusal, Refused, request
from drivers.ups.simulator import NAME, PASSWORD, UPSD, USER, UpsSimulator
from drivers.ups.ups import QUICK_TEST, UpsFault, ups_for

PATIENCE = 20.0


@pytest.fixture
def simulator() -> Iterator[UpsSimulator]:
    simulator = UpsSimulator()
    simulator.start()
    yield simulator
    simulator.stop()


@pytest.fixture
def ask(simulator: UpsSimulator) -> Iterator[Callable[..., Answer]]:
    """A host that is no driver: it asks what it is told to ask."""
    host, _, port = simulator.address.rpartition("/")[0].rpartition("@")[2].rpartition(":")
    transport, parser = TcpTransport(host, int(port)), AnswerParser()
    transport.open()

    def asked(*words: str) -> Answer:
        transport.write(request(*words), time.monotonic() + PATIENCE)
        while True:
            data = transport.read(65536, time.monotonic() + PATIENCE)
            assert data, f"no answer to {words}"
            if answers := parser.feed(data):
                (answer,) = answers
                return answer

    yield asked
    transport.close()


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "what was waited for did not happen"
        time.sleep(0.01)


def test_every_request_of_the_protocol_is_answered_by_the_real_server(ask: Callable[..., Answer]) -> None:
    version = ask("VER")
    assert isinstance(version, Line)
    assert version.words[:4] == ("Network", "UPS", "Tools", "upsd")
    batteries = ask("LIST", "UPS")
    assert isinstance(batteries, Listing)
    assert [name for name, _ in batteries.rows] == [NAME]
    assert ask("LIST", "CMD", NAME) == Listing(("CMD", NAME), ((QUICK_TEST,),))
    assert ask("GET", "VAR", NAME, "ups.status") == Line(("VAR", NAME, "ups.status", "OL"))
    assert ask("GET", "VAR", NAME, "ups.model") == Line(("VAR", NAME, "ups.model", 'Battery 600 "kiosk"'))
    assert ask("GET", "VAR", NAME, "no.such") == Refusal(Refused.VAR_NOT_SUPPORTED)
    assert ask("LIST", "VAR", "another") == Refusal(Refused.UNKNOWN_UPS)
    assert ask("DANCE") == Refusal(Refused.UNKNOWN_COMMAND)
    assert ask("INSTCMD", NAME, QUICK_TEST) == Refusal(Refused.USERNAME_REQUIRED)
    assert ask("USERNAME", USER) == Line(("OK",))
    assert ask("USERNAME", USER) == Refusal(Refused.ALREADY_SET_USERNAME)
    assert ask("PASSWORD", PASSWORD) == Line(("OK",))
    assert ask("INSTCMD", NAME, "load.off") == Refusal(Refused.CMD_NOT_SUPPORTED)
    assert ask("INSTCMD", NAME, QUICK_TEST) == Line(("OK",))
    assert ask("LOGIN", NAME) == Refusal(Refused.ACCESS_DENIED)  # this user is no upsmon
    assert ask("LOGOUT") == Line(("OK", "Goodbye"))


@pytest.mark.parametrize(
    ("deeds", "flags"),
    [
        ([("mains", {"on": False})], "OB DISCHRG"),
        ([("battery", {"charge": 60})], "OL CHRG"),
        ([("battery", {"charge": 19})], "OL CHRG LB"),
        ([("mains", {"on": False}), ("low", {"on": True})], "OB DISCHRG LB"),
        ([("replace", {"on": True})], "OL RB"),
        ([("flags", {"words": "OVER TRIM"})], "OL OVER TRIM"),
    ],
)
def test_what_happens_to_it_stands_in_its_status(
    simulator: UpsSimulator, ask: Callable[..., Answer], deeds: list[tuple[str, dict[str, Any]]], flags: str
) -> None:
    for verb, arguments in deeds:
        simulator.verbs[verb](**arguments)
    until(lambda: ask("GET", "VAR", NAME, "ups.status") == Line(("VAR", NAME, "ups.status", flags)))
    assert simulator.state()["variables"]["ups.status"] == flags


def test_a_lost_battery_is_stale_and_a_dead_driver_is_missed(
    simulator: UpsSimulator, ask: Callable[..., Answer]
) -> None:
    simulator.stale(True)
    until(lambda: ask("GET", "VAR", NAME, "ups.status") == Refusal(Refused.DATA_STALE))
    simulator.stale(False)
    until(lambda: isinstance(ask("GET", "VAR", NAME, "ups.status"), Line))
    simulator.driver(False)
    until(lambda: ask("GET", "VAR", NAME, "ups.status") == Refusal(Refused.DRIVER_NOT_CONNECTED))
    simulator.driver(True)
    simulator.driver(True)
    until(lambda: isinstance(ask("GET", "VAR", NAME, "ups.status"), Line))


def test_its_world_is_played_from_another_process(simulator: UpsSimulator) -> None:
    server = ControlServer(simulator.verbs)
    server.start()
    control = Control(server.address, PATIENCE)
    try:
        control.do("mains", on=False)
        control.do("battery", charge=40)
        control.do("fault", kind="silence")
        state = control.do("state")
        assert (state["mains"], state["charge"], state["plugged"]) == (False, 40, True)
        assert [fault["kind"] for fault in state["armed"]] == ["silence"]
        assert "battery" in control.do("help")["verbs"]
        for verb, arguments in (("battery", {"charge": 101}), ("battery", {"charge": -1}), ("mains", {})):
            with pytest.raises(RuntimeError):
                control.do(verb, **arguments)
        assert control.do("state")["charge"] == 40
    finally:
        control.close()
        server.stop()


@pytest.mark.parametrize("listen", ["pty", "127.0.0.1:0", "tcp://127.0.0.1"])
def test_it_listens_on_an_address_only(listen: str) -> None:
    with pytest.raises(ValueError, match="such as tcp://"):
        UpsSimulator(listen)


def test_nothing_is_left_of_it() -> None:
    simulator = UpsSimulator()
    simulator.start()
    folder, server = simulator._folder, simulator._server
    assert folder.exists()
    simulator.stop()
    assert not folder.exists()
    assert server.poll() is not None


def test_the_server_ends_with_whoever_started_it_even_if_that_is_killed() -> None:
    started = "from drivers.ups.simulator import UpsSimulator as S; s = S(); print(s._folder, flush=True); input()"
    owner = subprocess.Popen([sys.executable, "-c", started], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert owner.stdout is not None
    assert owner.stdin is not None
    folder = owner.stdout.readline().decode().strip()

    def serves(process: Path) -> bool:
        try:
            ours = f"NUT_CONFPATH={folder}\0" in process.joinpath("environ").read_text()
            return ours and process.joinpath("comm").read_text() == "upsd\n"
        except OSError:
            return False  # it has ended meanwhile, or belongs to somebody else

    def servers() -> list[Path]:
        return [process for process in Path("/proc").glob("[0-9]*") if serves(process)]

    assert len(servers()) == 1
    owner.kill()
    owner.wait()
    owner.stdin.close()
    owner.stdout.close()
    until(lambda: not servers())
    shutil.rmtree(folder)


def test_a_taken_address_leaves_nothing_behind(simulator: UpsSimulator) -> None:
    port = simulator.address.rpartition(":")[2].removesuffix(f"/{NAME}")
    running = set(Path("/tmp").glob("ups-*"))
    with pytest.raises(OSError, match="in use"):
        UpsSimulator(f"tcp://127.0.0.1:{port}")
    assert set(Path("/tmp").glob("ups-*")) <= running


# -- NUT's own play battery --------------------------------------------------------------------


def test_nuts_own_play_battery_is_understood_as_well(simulator: UpsSimulator) -> None:
    """The driver dummy-ups behind the same server; nothing of ours but the driver under test is left in the way."""
    simulator.driver(False)
    folder = simulator._folder
    simulator._write("play.dev", 'ups.status: OB DISCHRG\nbattery.charge: 42\nups.mfr: NUT\nups.model: "Play 1"\n')
    simulator._write("ups.conf", f"[{NAME}]\ndriver = dummy-ups\nport = {folder}/play.dev\nmode = dummy-once\n")
    as_root = ["-u", "root"] if os.getuid() == 0 else []
    driver = subprocess.Popen(
        [UPSD.parent / "dummy-ups", "-a", NAME, "-F", *as_root],
        env={**os.environ, "NUT_CONFPATH": str(folder), "NUT_STATEPATH": str(folder), "NUT_ALTPIDPATH": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    ups = ups_for(simulator.address)
    try:
        simulator._reload()
        ups.open()
        until(lambda: ups.poll().details.get("on_battery"))
        status = ups.poll()
        assert [fault.code for fault in status.faults] == [UpsFault.ON_BATTERY]
        assert status.details["charge_percent"] == 42
        assert ups.identity.model == "NUT Play 1"
        report = ups.check_health(HealthLevel.EXTERNAL, Cancel())
        assert report.facts["battery_test"] == "not offered"
        driver.kill()
        until(lambda: [fault.code for fault in ups.poll().faults] == [UpsFault.STALE])
    finally:
        ups.close()
        driver.kill()
        driver.wait()
