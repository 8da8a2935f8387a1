"""What simulators share: the control socket, the wires, and programs of their own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drivers.injection import Injector
from drivers.simulation import Armoury, Control, ControlServer, Partner, Relay, Simulator, Verb, Wire, wire_for
from drivers.transport import Transport, TransportLost, transport_for

PATIENCE = 20.0
HOUSE = Path(__file__).resolve().parents[2]


def greet(name: str, loud: bool = False) -> Mapping[str, str]:
    return {"greeting": name.upper() if loud else name}


def trip(over: str) -> None:
    raise {"key": KeyError("no such"), "io": OSError("no such file"), "other": RuntimeError("tripped")}[over]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = ControlServer(
        {"greet": greet, "trip": trip, "nothing": lambda: None, "strange": lambda: {"answer": object()}}
    )
    server.start()
    yield server.address
    server.stop()


@pytest.fixture(scope="module")
def control(address: str) -> Iterator[Control]:
    caller = Control(address, PATIENCE)
    yield caller
    caller.close()


@pytest.fixture(scope="module")
def line(address: str) -> Iterator[socket.socket]:
    host, _, port = address.rpartition(":")
    with socket.create_connection((host, int(port)), PATIENCE) as connection:
        yield connection


def said_raw(line: socket.socket, request: bytes) -> dict[str, Any]:
    """What the server answers to these bytes, whatever they are."""
    line.sendall(request + b"\n")
    answer = b""
    while not answer.endswith(b"\n"):
        piece = line.recv(65536)
        assert piece, "the server hung up"
        answer += piece
    parsed: dict[str, Any] = json.loads(answer)
    return parsed


# -- what waits for its turn -------------------------------------------------------------


class Lamp:
    """Something that says whatever it is told to say, burns or not, and remembers all of it."""

    def __init__(self) -> None:
        self.injector = Injector()
        self.story: list[str] = []

    @property
    def verbs(self) -> Mapping[str, Verb]:
        return {
            "fault": self.injector.arm,
            "clear": self.injector.clear,
            "burn": self.burn,
            "state": lambda: {"armed": self.injector.armed()},
        }

    def burn(self, *, on: bool) -> None:
        self.story.append("burns" if on else "is out")

    def speak(self, times: int = 1) -> None:
        for _ in range(times):
            assert self.injector.strike(b"hello").pieces == [(0.0, b"hello")], "a deed harms no message"


@pytest.fixture
def lamp() -> Lamp:
    return Lamp()


@pytest.fixture
def armoury(lamp: Lamp) -> Iterator[Armoury]:
    armoury = Armoury(lamp.verbs)
    yield armoury
    armoury.stop()


BURN: dict[str, Any] = {"deed": {"burn": {"on": True}}, "undo": {"burn": {"on": False}}}


def until(condition: Any, what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.005)


def test_what_is_armed_lets_messages_pass_happens_is_undone_and_is_gone(lamp: Lamp, armoury: Armoury) -> None:
    armoury.arm(**BURN, after=2, seconds=0.05)
    lamp.speak(2)
    assert (lamp.story, lamp.injector.armed()[0]["kind"]) == ([], "burn(on=True)")
    lamp.speak()
    until(lambda: lamp.story == ["burns", "is out"], "the lamp to be out")
    until(lambda: not lamp.injector.armed(), "nothing to wait any more")
    lamp.speak(5)
    assert lamp.story == ["burns", "is out"]


def test_what_stands_is_listed_and_does_not_happen_again_before_it_is_undone(lamp: Lamp, armoury: Armoury) -> None:
    armoury.arm(**BURN, count=2, seconds=3600)
    lamp.speak(3)
    until(lambda: lamp.story == ["burns"], "the lamp")
    told = lamp.injector.armed()[0]
    assert (told["standing"], told["struck"], told["seconds"]) == (True, 1, 3600)
    armoury.clear()
    assert lamp.story == ["burns", "is out"]
    assert lamp.injector.armed() == []


def test_it_happens_as_often_as_told(lamp: Lamp, armoury: Armoury) -> None:
    armoury.arm(**BURN, count=3, seconds=0)
    for times in (1, 2, 3):
        lamp.speak()
        until(lambda: lamp.story == ["burns", "is out"] * times, "it to be over")  # noqa: B023
        until(lambda: not any(one["standing"] for one in lamp.injector.armed()), "its thread to end")
    lamp.speak(3)
    assert lamp.story == ["burns", "is out"] * 3


def test_without_an_undo_it_happens_and_that_is_all(lamp: Lamp, armoury: Armoury) -> None:
    armoury.arm({"burn": {"on": True}})
    lamp.speak()
    until(lambda: not lamp.injector.armed(), "it to have happened")
    assert lamp.story == ["burns"]


def test_its_chance_is_the_one_asked_for(lamp: Lamp, armoury: Armoury) -> None:
    armoury.arm({"burn": {"on": True}}, count=0, probability=0.2)
    for _ in range(300):
        lamp.speak()
        until(lambda: not lamp.injector.armed()[0]["standing"], "it to be over")
    assert 30 < len(lamp.story) < 90


def test_a_fault_of_the_wire_strikes_the_same_message(lamp: Lamp, armoury: Armoury) -> None:
    armoury.arm(**BURN, seconds=3600)
    lamp.injector.arm("silence")
    assert lamp.injector.strike(b"hello").pieces == []
    until(lambda: lamp.story == ["burns"], "the lamp")


@pytest.mark.warns("was refused when its turn came")
def test_what_is_refused_when_its_turn_comes_is_logged_and_undone(lamp: Lamp, caplog: pytest.LogCaptureFixture) -> None:
    armoury = Armoury({**lamp.verbs, "trip": trip})
    armoury.arm({"trip": {"over": "io"}}, BURN["undo"], seconds=0)
    lamp.speak()
    until(lambda: lamp.story == ["is out"], "it to be undone")
    assert "trip(over=io) was refused when its turn came" in caplog.text
    armoury.stop()


def test_stopping_undoes_what_stands(lamp: Lamp, armoury: Armoury) -> None:
    armoury.arm(**BURN, seconds=3600)
    lamp.speak()
    until(lambda: lamp.story == ["burns"], "the lamp")
    armoury.stop()
    assert lamp.story == ["burns", "is out"]


def test_every_control_socket_of_a_simulator_takes_it(lamp: Lamp) -> None:
    server = ControlServer(lamp.verbs)
    server.start()
    control = Control(server.address, PATIENCE)
    try:
        control.do("arm", **BURN, after=1, probability=0.5, seconds=2)
        told = {"kind": "burn(on=True)", "after": 1, "count": 1, "probability": 0.5, "seconds": 2.0, "struck": 0}
        assert control.do("state")["armed"] == [{**told, "standing": False}]
        control.do("clear")
        assert control.do("state")["armed"] == []
        assert "arm" in control.do("help")["verbs"]
    finally:
        control.close()
        server.stop()


# -- the control socket ------------------------------------------------------------------


def test_a_verb_is_carried_out_with_its_arguments(control: Control) -> None:
    assert control.do("greet", name="林") == {"greeting": "林"}
    assert control.do("greet", name="lin", loud=True) == {"greeting": "LIN"}


def test_a_verb_with_nothing_to_say_says_nothing(control: Control) -> None:
    assert control.do("nothing") == {}


def test_help_names_the_verbs(control: Control) -> None:
    assert control.do("help") == {"verbs": ["greet", "nothing", "strange", "trip"]}


def test_an_unknown_verb_is_refused_and_the_known_ones_are_named(control: Control) -> None:
    with pytest.raises(RuntimeError, match="no such verb: dance; there are greet, nothing, strange, trip"):
        control.do("dance")


@pytest.mark.parametrize(
    ("verb", "arguments"),
    [
        ("greet", {}),
        ("greet", {"name": "lin", "quietly": 1}),
        ("greet", {"name": 5, "loud": True}),
        ("trip", {"over": "key"}),
        ("trip", {"over": "io"}),
        ("trip", {"over": "other"}),
        ("strange", {}),
    ],
)
def test_a_verb_that_trips_is_refused_and_the_conversation_goes_on(
    control: Control, verb: str, arguments: dict[str, Any]
) -> None:
    with pytest.raises(RuntimeError):
        control.do(verb, **arguments)
    assert control.do("nothing") == {}


@pytest.mark.parametrize(
    "request_line",
    [
        b"",
        b"nonsense",
        b"[]",
        b"5",
        b"null",
        b"{}",
        b'{"do": null}',
        b'{"do": ["greet"]}',
        b'{"do": "\\ud800"}',
        b'{"do": "greet", "name": "\\ud800", "loud": "\\udfff", "and": 1}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"do": "nothing", "": 1}',
        b'{"do": "nothing", "do": "dance"}',
    ],
    ids=lambda request: repr(request[:24]),
)
def test_a_line_that_is_no_request_is_refused_in_words(line: socket.socket, request_line: bytes) -> None:
    answer = said_raw(line, request_line)
    assert answer["ok"] is False
    assert answer["error"]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.one_of(st.binary(max_size=80), st.text(max_size=40).map(lambda word: json.dumps({"do": word}).encode())))
def test_every_line_gets_an_answer(line: socket.socket, request_line: bytes) -> None:
    assert "ok" in said_raw(line, request_line.replace(b"\n", b" "))


def test_several_may_speak_at_once(address: str) -> None:
    one, other = Control(address, PATIENCE), Control(address, PATIENCE)
    assert one.do("greet", name="1") == {"greeting": "1"}
    assert other.do("greet", name="2") == {"greeting": "2"}
    assert one.do("greet", name="3") == {"greeting": "3"}
    one.close()
    other.close()


def test_whoever_asks_a_simulator_that_has_gone_is_told_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        control = Control(f"127.0.0.1:{server.getsockname()[1]}", PATIENCE)
        server.accept()[0].close()
        with pytest.raises(OSError, match=r"hung up|reset|[Bb]roken"):
            control.do("nothing")
        control.close()


def test_a_server_that_never_began_can_be_stopped() -> None:
    ControlServer({}).stop()


def test_a_server_that_was_stopped_takes_no_more_calls() -> None:
    server = ControlServer({})
    server.start()
    server.stop()
    with pytest.raises(OSError, match="refused"):
        Control(server.address, PATIENCE)


# -- wires ---------------------------------------------------------------------------------


@pytest.fixture(params=["tcp://127.0.0.1:0", "pty"])
def wire(request: pytest.FixtureRequest) -> Iterator[Wire]:
    made = wire_for(request.param)
    yield made
    made.close()


def heard(wire: Wire, count: int) -> bytes:
    got, deadline = b"", time.monotonic() + PATIENCE
    while len(got) < count:
        assert time.monotonic() < deadline
        got += wire.receive(0.1) or b""
    return got


def test_bytes_cross_a_wire_both_ways(wire: Wire) -> None:
    transport = transport_for(wire.address)
    transport.open()
    transport.write(b"\x00\x0a\x0d\x11\x13\xff", time.monotonic() + PATIENCE)
    assert heard(wire, 6) == b"\x00\x0a\x0d\x11\x13\xff"
    wire.send(b"\x00\x0a\x0d\x11\x13\xff")
    got = b""
    while len(got) < 6:
        got += transport.read(10, time.monotonic() + PATIENCE)
    assert got == b"\x00\x0a\x0d\x11\x13\xff"
    transport.close()


def test_listening_to_nobody_ends(wire: Wire) -> None:
    assert wire.receive(0.05) == b""


def test_speaking_to_nobody_is_fine_and_never_holds(wire: Wire) -> None:
    speaking = threading.Thread(target=wire.send, args=[bytes(50_000)], daemon=True)
    speaking.start()
    speaking.join(PATIENCE)
    assert not speaking.is_alive()


def test_a_serial_wire_knows_its_hosts_speed_and_a_network_has_none(wire: Wire) -> None:
    transport = transport_for(wire.address, 57600)
    transport.open()
    assert wire.host_speed in (57600, None)
    transport.set_baudrate(9600)
    assert wire.host_speed == (9600 if wire.address.startswith("/") else None)
    transport.close()


def test_a_new_conversation_is_announced() -> None:
    wire = wire_for("tcp://127.0.0.1:0")
    transport = transport_for(wire.address)
    transport.open()
    assert wire.receive(PATIENCE) is None
    assert wire.receive(0.05) == b""
    wire.hang_up()
    with pytest.raises(TransportLost):
        transport.read(1, time.monotonic() + PATIENCE)
    transport.open()
    assert wire.receive(PATIENCE) is None
    transport.close()
    wire.close()


def test_an_unplugged_wire_takes_nobody_until_it_is_listened_to_again() -> None:
    wire = wire_for("tcp://127.0.0.1:0")
    transport = transport_for(wire.address)
    wire.unplug()
    wire.unplug()
    with pytest.raises(TransportLost):
        transport.open()
    assert wire.receive(0.05) == b""
    transport.open()
    assert wire.receive(PATIENCE) is None
    transport.close()
    wire.close()
    wire.close()


# -- programs of their own ------------------------------------------------------------------


def program(text: str) -> list[str]:
    return [sys.executable, "-c", text]


def test_a_partner_says_where_it_listens_and_is_ended() -> None:
    partner = Partner(program('import time; print(\'{"ready": "tcp://x:1", "more": 2}\', flush=True); time.sleep(99)'))
    assert partner.address == "tcp://x:1"
    assert partner.ready["more"] == 2
    partner.stop()
    partner.stop()


def test_a_partner_that_does_not_want_to_end_is_ended() -> None:
    stubborn = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        'print(\'{"ready": "x"}\', flush=True); time.sleep(99)'
    )
    Partner(program(stubborn)).stop(0.1)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("pass", "it ended without a word"),
        ("raise SystemExit(3)", "it ended without a word"),
        ("print('half', end='', flush=True)", "it ended without a word"),
        ("print('hello')", "did not get ready"),
        ("print('{}')", "did not get ready"),
        ("print('5')", "did not get ready"),
        ("import time; time.sleep(99)", "no word from it in time"),
        ("import time; print('half', end='', flush=True); time.sleep(99)", "no word from it in time"),
    ],
)
def test_a_partner_that_does_not_get_ready_is_ended_and_reported(text: str, why: str) -> None:
    with pytest.raises(RuntimeError, match=why):
        Partner(program(text), seconds=0.4 if "sleep" in text else PATIENCE)


def test_a_partner_that_dies_later_can_still_be_stopped() -> None:
    partner = Partner(program('print(\'{"ready": "x"}\')'))
    partner.stop()


def test_a_partner_that_is_no_program_is_not_found() -> None:
    with pytest.raises(OSError, match="No such file"):
        Partner([os.fspath("/nowhere/nothing")])


def test_a_partner_ends_with_whoever_started_it_even_if_that_is_killed() -> None:
    script = (
        "import sys, time; from drivers.simulation import Partner\n"
        "partner = Partner([sys.executable, 'main.py', 'simulate', 'guide_lights'])\n"
        "print(partner._process.pid, flush=True); time.sleep(60)"
    )
    owner = subprocess.Popen([sys.executable, "-c", script], cwd=HOUSE, stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    partner = int(owner.stdout.readline())
    owner.kill()
    owner.wait()
    owner.stdout.close()
    deadline = time.monotonic() + PATIENCE
    while Path(f"/proc/{partner}").exists() and "Z" not in Path(f"/proc/{partner}/stat").read_text().split()[2]:
        assert time.monotonic() < deadline, "the partner lives on"
        time.sleep(0.05)


# -- a simulator of its own kind ----------------------------------------------------------


class Parrot(Simulator):
    """Says back what it hears."""

    def arrived(self, data: bytes) -> None:
        self.send(data)


@pytest.fixture
def parrot() -> Iterator[tuple[Parrot, Transport]]:
    bird = Parrot()
    bird.start()
    near = transport_for(bird.address)
    near.open()
    yield bird, near
    near.close()
    bird.stop()


def said_back(near: Transport, words: bytes, seconds: float = PATIENCE) -> bytes:
    near.write(words, time.monotonic() + PATIENCE)
    return near.read(100, time.monotonic() + seconds)


def test_a_simulator_answers_and_its_faults_strike_its_answers(parrot: tuple[Parrot, Transport]) -> None:
    bird, near = parrot
    assert said_back(near, b"hello") == b"hello"
    bird.verbs["fault"](kind="corrupt")
    assert [fault["kind"] for fault in bird.state()["armed"]] == ["corrupt"]
    assert said_back(near, b"hello") == b"hell" + bytes([ord("o") ^ 0x55])
    assert said_back(near, b"hello") == b"hello"
    bird.verbs["fault"](kind="silence", count=0)
    assert said_back(near, b"hello", 0.3) == b""
    bird.verbs["clear"]()
    assert said_back(near, b"again") == b"again"


def test_a_simulators_cable_can_be_out_for_a_while(parrot: tuple[Parrot, Transport]) -> None:
    bird, near = parrot
    bird.verbs["unplug"](seconds=0.5)
    with pytest.raises(TransportLost):
        near.read(100, time.monotonic() + PATIENCE)
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            near.open()
            break
        except TransportLost:
            assert time.monotonic() < deadline
            time.sleep(0.02)
    assert said_back(near, b"back") == b"back"
    assert bird.plugged


@pytest.mark.warns("Clumsy stumbled")
def test_a_simulator_that_stumbles_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    class Clumsy(Parrot):
        def arrived(self, data: bytes) -> None:
            if data == b"trip":
                raise ValueError("tripped")
            super().arrived(data)

    bird = Clumsy()
    bird.start()
    near = transport_for(bird.address)
    near.open()
    assert said_back(near, b"trip", 0.3) == b""
    assert said_back(near, b"up") == b"up"
    near.close()
    bird.stop()
    assert "stumbled" in caplog.text


# -- a relay before a real server ------------------------------------------------------------


@pytest.fixture
def relayed(parrot: tuple[Parrot, Transport]) -> Iterator[tuple[Relay, Transport]]:
    _, direct = parrot
    direct.close()  # a parrot listens to one at a time
    relay = Relay(parrot[0].address.removeprefix("tcp://"))
    relay.start()
    near = transport_for(f"tcp://{relay.address}")
    near.open()
    yield relay, near
    near.close()
    relay.stop()


def test_a_relay_passes_everything_on_and_faults_strike_the_answers(relayed: tuple[Relay, Transport]) -> None:
    relay, near = relayed
    assert said_back(near, b"hello") == b"hello"
    relay.verbs["fault"](kind="truncate")
    assert said_back(near, b"hello") == b"he"
    assert said_back(near, b"hello") == b"hello"
    assert relay.state() == {"plugged": True, "armed": [], "messages": 3}


def test_a_relay_cuts_the_line_and_lets_it_through_again(relayed: tuple[Relay, Transport]) -> None:
    relay, near = relayed
    relay.verbs["unplug"]()
    with pytest.raises(TransportLost):
        near.read(100, time.monotonic() + PATIENCE)
    with pytest.raises(TransportLost):  # noqa: PT012 - the port closes a moment later
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            near.open()
            near.read(1, time.monotonic() + 0.2)
    relay.verbs["plug"]()
    deadline = time.monotonic() + PATIENCE
    while not near.is_open:
        assert time.monotonic() < deadline
        try:
            near.open()
        except TransportLost:
            time.sleep(0.02)
    assert said_back(near, b"back") == b"back"


def test_a_relay_before_nobody_hangs_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        free = nobody.getsockname()[1]
    relay = Relay(f"127.0.0.1:{free}")
    relay.start()
    near = transport_for(f"tcp://{relay.address}")
    near.open()
    with pytest.raises(TransportLost):
        near.read(100, time.monotonic() + PATIENCE)
    near.close()
    relay.stop()
