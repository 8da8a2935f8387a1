"""The driver: what a battery's words mean, and what it makes of servers that are good, bad and gone."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.device import Cancel, Cancelled, DeviceError, DeviceState, HealthLevel, Level
from drivers.transport import TransportLost
from drivers.ups.simulator import UpsSimulator
from drivers.ups.ups import ACTS_NEXT, Ups, UpsFault, is_sound, status_of, ups_for

PATIENCE = 20.0


@pytest.fixture(scope="module")
def one_simulator() -> Iterator[UpsSimulator]:
    simulator = UpsSimulator()
    simulator.start()
    yield simulator
    simulator.stop()


@pytest.fixture
def simulator(one_simulator: UpsSimulator) -> Iterator[UpsSimulator]:
    """A battery in good order; what a test does to it is undone."""
    yield one_simulator
    one_simulator.verbs["clear"]()
    one_simulator.mains(True)
    one_simulator.battery(100)
    one_simulator.flags("")
    one_simulator.sound(True)


@contextmanager
def opened(url: str) -> Iterator[Ups]:
    ups = ups_for(url)
    try:
        ups.open()
        yield ups
    finally:
        ups.close()


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "what was waited for did not happen"
        time.sleep(0.005)


def fault_of(deed: Callable[[], object]) -> str:
    with pytest.raises(DeviceError) as caught:
        deed()
    return caught.value.fault.code


@contextmanager
def server(conversation: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that does as a test says; yields a battery's address there."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    host, _ = listener.accept()
                except OSError:
                    return
                with host:
                    host.settimeout(PATIENCE)
                    try:
                        conversation(host)
                    except OSError:
                        pass  # the driver hung up

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"nut://127.0.0.1:{listener.getsockname()[1]}/kiosk"
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(PATIENCE)


# -- what a battery's words mean -----------------------------------------------------------


@pytest.mark.parametrize(
    ("flags", "faults"),
    [
        ("OL", []),
        ("OL CHRG", []),
        ("OL TRIM", []),
        ("OL BOOST CHRG", []),
        ("OL CAL DISCHRG", []),
        ("OB DISCHRG", [UpsFault.ON_BATTERY]),
        ("OB DISCHRG LB", [UpsFault.BATTERY_LOW, UpsFault.ON_BATTERY]),
        ("FSD OL", [UpsFault.BATTERY_LOW]),
        ("OL LB CHRG", [UpsFault.BATTERY_LOW]),
        ("OL RB", [UpsFault.REPLACE_BATTERY]),
        ("OL OVER", [UpsFault.OVERLOADED]),
        ("OL BYPASS", [UpsFault.UNPROTECTED]),
        ("OFF", [UpsFault.UNPROTECTED]),
        ("ALARM OL RB", [UpsFault.REPLACE_BATTERY, UpsFault.ALARM]),
        ("OL SOMETHINGNEW", []),
        ("", [UpsFault.STALE]),
        ("WAIT", [UpsFault.STALE]),
    ],
)
def test_each_word_of_a_status_has_its_meaning(flags: str, faults: list[UpsFault]) -> None:
    status = status_of({"ups.status": flags})
    assert [fault.code for fault in status.faults] == faults
    assert status.state is (DeviceState.ATTENTION if faults else DeviceState.READY)
    if faults != [UpsFault.STALE]:
        assert status.details["on_battery"] is (UpsFault.ON_BATTERY in faults)
        assert status.supplies["battery"] is (Level.LOW if UpsFault.BATTERY_LOW in faults else Level.OK)


def test_numbers_come_in_steps_so_that_a_status_does_not_flicker() -> None:
    said = {"ups.status": "OL", "battery.charge": "97.4", "battery.runtime": "1259", "ups.load": "023.4"}
    assert status_of(said).details == {
        "flags": "OL",
        "on_battery": False,
        "charge_percent": 97,
        "runtime_seconds": 1200,
        "load_percent": 20,
    }


@pytest.mark.parametrize("word", ["", "NA", "-1", "nan", "inf", "1e999", "12,5", "0x10"])
def test_a_number_that_is_none_is_left_out(word: str) -> None:
    assert "charge_percent" not in status_of({"ups.status": "OL", "battery.charge": word}).details


def test_what_an_alarm_is_about_is_told() -> None:
    (fault,) = status_of({"ups.status": "OL ALARM", "ups.alarm": "Fan does not turn"}).faults
    assert fault.detail == "Fan does not turn"


NAMES = ["ups.status", "ups.alarm", "ups.load", "battery.charge", "battery.runtime"]


@given(st.dictionaries(st.sampled_from(NAMES), st.one_of(st.text(max_size=12), st.floats().map(str))))
def test_no_words_of_a_battery_are_an_error(variables: dict[str, str]) -> None:
    status = status_of(variables)
    assert all(fault.acts_next is ACTS_NEXT[UpsFault(fault.code)] for fault in status.faults)


@pytest.mark.parametrize(
    ("result", "passed"),
    [
        ("Done and passed", True),
        ("No test initiated", True),
        ("", True),
        ("OK - Battery GOOD", True),
        ("Done and error", False),
        ("Done and warning", False),
        ("Battery test failed", False),
        ("Bad battery pack", False),
    ],
)
def test_makers_have_their_own_words_for_a_passed_test(result: str, passed: bool) -> None:
    assert is_sound(result) is passed


# -- with the real server ------------------------------------------------------------------


def test_a_power_cut_is_told_and_counted_once(simulator: UpsSimulator) -> None:
    with opened(simulator.address) as ups:
        assert ups.poll().details["on_battery"] is False
        for cuts in (1, 2):
            simulator.mains(False)
            until(lambda: ups.poll().details.get("on_battery"))
            ups.poll()
            assert ups.counters["power_cuts"] == cuts
            simulator.mains(True)
            until(lambda: ups.poll().ready)


def test_the_battery_says_who_it_is_and_the_password_is_nowhere(simulator: UpsSimulator) -> None:
    with opened(simulator.address) as ups:
        ups.poll()
        assert (ups.identity.model, ups.identity.serial) == ('Simulated Battery 600 "kiosk"', "SIM-0001")
        assert ups.identity.firmware == "1.0"
        assert "simulated" not in ups.identity.address
        assert ups.identity.address.startswith("nut://127.0.0.1:")


def test_a_health_check_measures_exactly(simulator: UpsSimulator) -> None:
    simulator.battery(93)
    with opened(simulator.address) as ups:
        until(lambda: ups.poll().details["charge_percent"] == 93)
        facts = ups.check_health(HealthLevel.INTERNAL, Cancel()).facts
    assert (facts["charge_percent"], facts["runtime_seconds"]) == (93.0, 1674.0)
    assert (facts["load_percent"], facts["mains_volts"]) == (23.0, 229.8)
    assert "upsd" in str(facts["server"])


def test_a_worn_battery_fails_its_test(simulator: UpsSimulator) -> None:
    with opened(simulator.address) as ups:
        simulator.sound(False)
        report = ups.check_health(HealthLevel.EXTERNAL, Cancel())
        assert [fault.code for fault in report.faults] == [UpsFault.TEST_FAILED]
        assert report.facts["battery_test"] == "Done and error"
        assert ups.counters["battery_tests"] == 1


def test_a_test_that_nobody_waits_for_any_more_ends(simulator: UpsSimulator) -> None:
    begun = simulator.state()["tests"]
    cancel = Cancel()
    cancel.request()
    with opened(simulator.address) as ups, pytest.raises(Cancelled):
        ups.check_health(HealthLevel.EXTERNAL, cancel)
    until(lambda: simulator.state()["tests"] == begun + 1)


def test_a_server_that_was_away_hears_again_who_asks_for_a_test(simulator: UpsSimulator) -> None:
    with opened(simulator.address) as ups:
        assert ups.check_health(HealthLevel.EXTERNAL, Cancel()).facts["battery_test"] == "Done and passed"
        simulator.verbs["fault"](kind="junk")
        assert fault_of(ups.poll) == UpsFault.GARBLED
        assert ups.check_health(HealthLevel.EXTERNAL, Cancel()).facts["battery_test"] == "Done and passed"


def test_without_a_user_the_battery_is_not_tested(simulator: UpsSimulator) -> None:
    tests = simulator.state()["tests"]
    with opened("nut://" + simulator.address.rpartition("@")[2]) as ups:
        report = ups.check_health(HealthLevel.EXTERNAL, Cancel())
    assert report.faults == ()
    assert report.facts["battery_test"] == "no user in the settings"
    assert simulator.state()["tests"] == tests


def test_a_wrong_password_is_refused_and_not_told(simulator: UpsSimulator) -> None:
    with opened(simulator.address.replace(":simulated@", ":guessed@")) as ups:
        with pytest.raises(DeviceError, match="ACCESS-DENIED") as caught:
            ups.check_health(HealthLevel.EXTERNAL, Cancel())
        assert caught.value.fault.code == UpsFault.REFUSED
        assert "guessed" not in str(caught.value)
        assert ups.poll().ready  # reading needs no password


def test_an_answer_that_comes_too_late_is_not_taken_for_the_next(simulator: UpsSimulator) -> None:
    with opened(simulator.address) as ups:
        ups.poll()
        simulator.verbs["fault"](kind="delay", seconds=1.5)
        assert fault_of(ups.poll) in (UpsFault.SILENT, UpsFault.GARBLED)
        assert "upsd" in str(ups.check_health(HealthLevel.INTERNAL, Cancel()).facts["server"])


def test_an_answer_that_comes_twice_is_taken_once(simulator: UpsSimulator) -> None:
    with opened(simulator.address) as ups:
        simulator.verbs["fault"](kind="duplicate", count=0)
        for on in (False, True, False):
            simulator.mains(on)
            time.sleep(0.1)  # the server knows

            def seen(on: bool = on) -> bool:
                try:
                    return ups.poll().details["on_battery"] is not on
                except DeviceError:
                    return False  # half a list twice is no list

            until(seen)


# -- with servers that are none ------------------------------------------------------------


def test_a_server_that_is_not_there_is_lost() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(TransportLost), opened(f"nut://127.0.0.1:{port}/kiosk"):
        pass


def test_a_server_that_says_nothing_is_silent() -> None:
    def listen(host: socket.socket) -> None:
        while host.recv(100):
            pass

    with server(listen) as url:
        ups = ups_for(url)
        assert fault_of(ups.open) == UpsFault.SILENT
        ups.close()


def test_a_server_that_speaks_another_language_is_garbled() -> None:
    def refuse(host: socket.socket) -> None:
        while host.recv(1000):
            host.sendall(b"HTTP/1.1 400 Bad Request\n")

    with server(refuse) as url, opened(url) as ups:  # a version may be any line
        assert fault_of(ups.poll) == UpsFault.GARBLED


def test_the_list_of_another_battery_is_garbled() -> None:
    def another(host: socket.socket) -> None:
        while asked := host.recv(1000):
            host.sendall(b"upsd\n" if asked == b"VER\n" else b"BEGIN LIST VAR other\nEND LIST VAR other\n")

    with server(another) as url, opened(url) as ups:
        assert fault_of(ups.poll) == UpsFault.GARBLED


def test_whoever_says_more_than_was_asked_is_talked_to_anew() -> None:
    calls = []

    def say_twice(host: socket.socket) -> None:
        calls.append(host)
        while asked := host.recv(1000):
            host.sendall(b"upsd\nOK\n" if asked == b"VER\n" else b"BEGIN LIST VAR kiosk\nEND LIST VAR kiosk\n")

    with server(say_twice) as url, opened(url) as ups:
        assert ups.read() == {}
        assert ups.read() == {}
        assert len(calls) == 2


def test_what_comes_unasked_is_not_taken_for_an_answer() -> None:
    said = threading.Event()

    def babble(host: socket.socket) -> None:
        host.recv(1000)
        host.sendall(b"upsd\n")
        time.sleep(0.1)  # the driver has heard that
        host.sendall(b"OK\n")
        said.set()
        while host.recv(1000):
            host.sendall(b"BEGIN LIST VAR kiosk\nEND LIST VAR kiosk\n")

    with server(babble) as url, opened(url) as ups:
        assert said.wait(PATIENCE)
        time.sleep(0.1)  # it has arrived
        assert ups.read() == {}


def test_a_server_that_breaks_off_is_garbled_and_one_that_hangs_up_is_lost() -> None:
    answers = iter([b"upsd\n", b"BEGIN LIST VAR kiosk\nVAR kiosk"])

    def break_off(host: socket.socket) -> None:
        for answer in answers:
            host.recv(1000)
            host.sendall(answer)
        host.recv(1000)

    with server(break_off) as url, opened(url) as ups:
        assert fault_of(ups.poll) == UpsFault.GARBLED
        with pytest.raises(TransportLost):
            ups.poll()


# -- addresses -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("nut://localhost/kiosk", "nut://localhost:3493/kiosk"),
        ("nut://10.0.0.5:4000/apc%20600", "nut://10.0.0.5:4000/apc 600"),
        ("nut://me:p%40ss@server/kiosk", "nut://server:3493/kiosk"),
    ],
)
def test_an_address_names_a_server_and_a_battery(url: str, address: str) -> None:
    assert ups_for(url).identity.address == address


@pytest.mark.parametrize(
    "url",
    ["", "kiosk", "tcp://host/kiosk", "nut://host", "nut://host/", "nut:///kiosk", "nut://host:x/a", "nut://h/a/b"],
)
def test_an_address_that_names_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="nut://host:3493/name"):
        ups_for(url)


@given(st.text(max_size=30).map(lambda text: "nut://" + text))
def test_no_address_is_an_error_nobody_foresaw(url: str) -> None:
    try:
        ups_for(url)
    except ValueError as error:
        words = str(error)
    else:
        return
    assert words == "a battery's address is nut://host:3493/name"  # and nothing of the address: it may hold a password
