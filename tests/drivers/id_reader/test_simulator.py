"""The simulated SAM: its states, its refusals, its pace and its verbs, seen by a host that is no driver."""

from __future__ import annotations

import struct
import time
from collections.abc import Iterator

import pytest

from drivers.id_reader.people import TRAY, portrait
from drivers.id_reader.protocol import (
    PREAMBLE,
    Command,
    checksum,
    frame,
    parse_card_data,
    request,
    sam_number,
)
from drivers.id_reader.record import parse_record, text_block
from drivers.id_reader.simulator import FAULTS, SamSimulator
from drivers.simulation import Control, ControlServer
from drivers.transport import TransportLost, transport_for
from tests.drivers.id_reader.desk import PTY, TCP, RawHost, raw_host, running, until

FIND, SELECT, READ, ADDRESS = Command.FIND, Command.SELECT, Command.READ, Command.READ_ADDRESS
ALL = (FIND, SELECT, READ, Command.READ_WITH_FINGERPRINTS, ADDRESS)


@pytest.fixture
def sam() -> Iterator[SamSimulator]:
    with running() as simulator:
        yield simulator


@pytest.fixture
def host(sam: SamSimulator) -> Iterator[RawHost]:
    with raw_host(sam) as raw:
        yield raw


# -- the state table ------------------------------------------------------------------


def test_without_a_card_nothing_is_found_selected_or_read(host: RawHost) -> None:
    assert host.sw3(*ALL) == [0x80, 0x81, 0x41, 0x41, 0x41]


def test_a_card_must_be_found_before_it_is_selected_and_selected_before_it_is_read(
    sam: SamSimulator, host: RawHost
) -> None:
    sam.place("lin")
    assert host.sw3(SELECT, READ, ADDRESS) == [0x81, 0x41, 0x41]
    assert host.sw3(FIND, READ, ADDRESS) == [0x9F, 0x41, 0x41]
    assert host.sw3(FIND) == [0x9F]
    assert host.sw3(SELECT, READ) == [0x90, 0x90]


def test_a_selected_card_is_not_found_again(sam: SamSimulator, host: RawHost) -> None:
    sam.place("lin")
    assert host.sw3(FIND, SELECT, FIND, SELECT, READ) == [0x9F, 0x90, 0x80, 0x81, 0x90]


def test_a_card_that_was_read_is_found_only_after_it_was_lifted(sam: SamSimulator, host: RawHost) -> None:
    sam.place("lin")
    assert host.sw3(FIND, SELECT, READ) == [0x9F, 0x90, 0x90]
    assert host.sw3(FIND, SELECT, READ, ADDRESS) == [0x80, 0x81, 0x90, 0x91]
    sam.lift()
    assert host.sw3(*ALL) == [0x80, 0x81, 0x41, 0x41, 0x41]
    sam.place("lin")
    assert host.sw3(FIND, SELECT, READ) == [0x9F, 0x90, 0x90]


def test_some_readers_find_a_card_again_that_was_read() -> None:
    with running(rereadable=True) as sam, raw_host(sam) as host:
        sam.place("lin")
        assert host.sw3(FIND, SELECT, READ) * 2 == host.sw3(FIND, SELECT, READ, FIND, SELECT, READ)


def test_a_reset_forgets_the_selection_and_keeps_the_card(sam: SamSimulator, host: RawHost) -> None:
    sam.place("lin")
    assert host.sw3(FIND, SELECT, Command.RESET) == [0x9F, 0x90, 0x90]
    assert host.sw3(READ, FIND, SELECT, READ) == [0x41, 0x9F, 0x90, 0x90]
    sam.lift()
    assert host.sw3(Command.RESET, FIND) == [0x90, 0x80]


def test_a_card_lifted_during_the_radio_exchange_is_not_read() -> None:
    with running(read_seconds=0.3) as sam, raw_host(sam) as host:
        sam.place("lin")
        host.sw3(FIND, SELECT)
        host.transport.write(request(READ), time.monotonic() + 5.0)
        sam.lift()
        assert host.say(b"").sw3 == 0x41


# -- what it refuses ---------------------------------------------------------------


def test_a_request_with_a_wrong_checksum_is_answered_with_10_and_changes_nothing(
    sam: SamSimulator, host: RawHost
) -> None:
    sam.place("lin")
    for command in ALL:
        good = request(command)
        assert host.say(good[:-1] + bytes([good[-1] ^ 1])).sw3 == 0x10
    assert sam.state()["card"] == "laid"


@pytest.mark.parametrize("length", [0, 2, 4, 0x40, 0xFFFF])
def test_a_request_with_a_wrong_length_is_answered_with_11_and_changes_nothing(
    sam: SamSimulator, host: RawHost, length: int
) -> None:
    sam.place("lin")
    counted = struct.pack(">H", length) + bytes(FIND.value)
    assert host.say(PREAMBLE + counted + bytes([checksum(counted)])).sw3 == 0x11
    assert sam.state()["card"] == "laid"
    assert host.sw3(FIND) == [0x9F]


@pytest.mark.parametrize("code", ["2000", "2003", "9901", "3011", "6005"])
def test_an_unknown_command_is_answered_with_21_and_changes_nothing(
    sam: SamSimulator, host: RawHost, code: str
) -> None:
    sam.place("lin")
    assert host.say(frame(bytes.fromhex(code))).sw3 == 0x21
    assert sam.state()["card"] == "laid"


def test_noise_before_a_request_is_overlooked(host: RawHost) -> None:
    assert host.say(b"\x00\xaa\xaa" + request(Command.STATUS)).sw3 == 0x90


def test_a_request_may_come_byte_by_byte(host: RawHost) -> None:
    for byte in request(Command.STATUS)[:-1]:
        host.transport.write(bytes([byte]), time.monotonic() + 5.0)
    assert host.say(request(Command.STATUS)[-1:]).sw3 == 0x90


# -- what it says --------------------------------------------------------------------


def test_it_has_a_number(host: RawHost) -> None:
    assert sam_number(host.ask(Command.SAM_NUMBER).data) == "05.01-20101129-0001228293-0296863149"


@pytest.mark.parametrize(("person", "prints"), [("lin", 0), ("wang_elder", 512), ("chen", 1024)])
def test_fingerprints_come_only_to_those_who_ask(sam: SamSimulator, host: RawHost, person: str, prints: int) -> None:
    sam.place(person)
    host.sw3(FIND, SELECT)
    plain, full = host.ask(READ).data, host.ask(Command.READ_WITH_FINGERPRINTS).data
    assert (len(plain) + 11, len(full) + 11) == (1295, 1297 + prints)
    card = parse_card_data(full, fingerprints=True)
    assert (card.text, card.photo) == (parse_card_data(plain).text, parse_card_data(plain).photo)
    assert parse_record(card.text).name == TRAY[person].record.name
    assert card.photo == portrait(TRAY[person].photograph)
    assert len(card.fingerprints) == prints


def test_a_newer_address_is_70_bytes_and_none_is_91(sam: SamSimulator, host: RawHost) -> None:
    sam.place("chen")
    host.sw3(FIND, SELECT, READ)
    answer = host.ask(ADDRESS)
    assert (answer.sw3, len(answer.data)) == (0x90, 70)
    assert answer.data.decode("utf-16-le").rstrip() == "福建省厦门市集美区示例大道3号"
    sam.place("lin")
    host.sw3(FIND, SELECT, READ)
    assert (host.ask(ADDRESS).sw3, host.ask(ADDRESS).data) == (0x91, b"")


@pytest.mark.parametrize("listen", [TCP, PTY])
@pytest.mark.parametrize("speed", [115200, 38400, 9600])
def test_bytes_leave_no_faster_than_the_line_carries_them(listen: str, speed: int) -> None:
    with running(listen, baudrate=speed) as sam:
        transport = transport_for(sam.address, speed)
        transport.open()
        host = RawHost(transport)
        try:
            started = time.monotonic()
            host.ask(Command.SAM_NUMBER)
            assert time.monotonic() - started >= 0.95 * (10 + 27) * 10 / speed
            if speed >= 38400:
                sam.place("lin")
                host.sw3(FIND, SELECT)
                started = time.monotonic()
                host.ask(READ)
                assert time.monotonic() - started >= 0.95 * (10 + 1295) * 10 / speed
        finally:
            transport.close()


def test_a_line_at_another_speed_hears_nothing() -> None:
    with running(PTY, baudrate=9600) as sam:
        transport = transport_for(sam.address, 115200)
        transport.open()
        try:
            transport.write(request(Command.STATUS), time.monotonic() + 5.0)
            assert transport.read(100, time.monotonic() + 0.3) == b""
            transport.set_baudrate(9600)
            assert RawHost(transport).ask(Command.STATUS).sw3 == 0x90
        finally:
            transport.close()


# -- its verbs ---------------------------------------------------------------------------


def test_its_world_is_played_from_another_process(sam: SamSimulator, host: RawHost) -> None:
    server = ControlServer(sam.verbs)
    server.start()
    control = Control(server.address)
    try:
        state = control.do("state")
        assert state.items() >= {"plugged": True, "card": "absent", "person": "", "baudrate": 115200}.items()
        assert state["armed"] == []
        control.do("place", person="rare")
        assert host.sw3(FIND) == [0x9F]
        state = control.do("state")
        assert (state["card"], state["person"]) == ("found", "rare")
        control.do("fault", kind="sw3", value=0x66, count=2)
        control.do("fault", kind="delay", after=9, seconds=0.1)
        assert [fault["kind"] for fault in control.do("state")["armed"]] == ["delay", "sw3"]
        assert host.sw3(FIND, FIND, FIND) == [0x66, 0x66, 0x9F]
        control.do("fault", kind="silence")
        control.do("fault", kind="silence", command="FIND")
        control.do("clear")
        assert control.do("state")["armed"] == []
        control.do("lift")
        assert host.sw3(FIND) == [0x80]
    finally:
        control.close()
        server.stop()


SENSELESS: list[tuple[str, dict[str, object]]] = [
    ("place", {"person": "nobody"}),
    ("fault", {"kind": "earthquake"}),
    ("fault", {"kind": "silence", "command": "DANCE"}),
    ("fault", {"kind": "silence", "count": -1}),
    ("fault", {"kind": "silence", "count": "many"}),
    ("fault", {"kind": "silence", "command": "READ", "count": -1}),
    ("fault", {"kind": "silence", "command": "READ", "seconds": -1}),
    ("fault", {"kind": "silence", "command": "READ", "after": -1}),
    ("fault", {"kind": "silence", "command": "READ", "probability": 0}),
    ("fault", {"kind": "sw3", "seconds": 1}),
    ("fault", {"kind": "silence", "deed": "dance"}),
    ("arm", {}),
    ("arm", {"deed": {"dance": {}}}),
    ("arm", {"deed": {"place": {"who": "lin"}}}),
    ("arm", {"deed": {"place": {}}, "after": -1}),
    ("arm", {"deed": {"place": {}}, "seconds": 1}),
    ("fault", {"kind": "sw3", "count": -1}),
    ("fault", {"kind": "sw3", "value": 256}),
    ("fault", {}),
    ("lift", {"gently": True}),
]


def test_verbs_that_make_no_sense_are_refused_and_harm_nothing(sam: SamSimulator, host: RawHost) -> None:
    server = ControlServer(sam.verbs)
    server.start()
    control = Control(server.address)
    try:
        for verb, arguments in SENSELESS:
            with pytest.raises(RuntimeError):
                control.do(verb, **arguments)
            assert control.do("state")["armed"] == []
            assert host.ask(Command.STATUS).sw3 == 0x90
    finally:
        control.close()
        server.stop()


def test_a_fault_strikes_the_command_it_is_meant_for(sam: SamSimulator, host: RawHost) -> None:
    sam.place("lin")
    sam.fault("sw3", command="SELECT", value=0x81)
    sam.fault("duplicate", command="READ")
    assert host.sw3(FIND, SELECT) == [0x9F, 0x81]
    assert [fault["kind"] for fault in sam.state()["armed"]] == ["duplicate"]
    host.transport.write(request(READ), time.monotonic() + 5.0)
    came = b""
    while len(came) < 2 * 1295:
        more = host.transport.read(4096, time.monotonic() + 5.0)
        assert more, "the answer does not come twice"
        came += more
    assert came[:1295] == came[1295:]


@pytest.mark.parametrize("kind", ["silence", "sw3"])
def test_a_fault_that_waits_for_one_command_counts_only_the_answers_to_it(
    sam: SamSimulator, host: RawHost, kind: str
) -> None:
    sam.fault(kind, command="FIND", value=0x66, after=2)
    assert host.sw3(FIND, SELECT, SELECT, FIND) == [0x80, 0x81, 0x81, 0x80]
    assert sam.state()["armed"][0]["after"] == 0
    if kind == "sw3":
        assert host.sw3(FIND) == [0x66]
    else:
        host.transport.write(request(FIND), time.monotonic() + 5.0)
        until(lambda: not sam.state()["armed"])
        assert host.transport.read(100, time.monotonic() + 0.2) == b""
    assert host.sw3(FIND) == [0x80]


def test_the_chance_of_a_fault_that_waits_for_one_command_is_the_one_asked_for(
    sam: SamSimulator, host: RawHost
) -> None:
    sam.fault("sw3", 0, "FIND", 0x66, probability=0.3)
    met = host.sw3(*[FIND] * 200).count(0x66)
    assert 30 < met < 90


def test_a_fault_without_a_count_stays_until_it_is_cleared(sam: SamSimulator, host: RawHost) -> None:
    sam.fault("sw3", 0, value=0x66)
    assert host.sw3(*[FIND] * 20) == [0x66] * 20
    sam.clear()
    assert host.sw3(FIND) == [0x80]


def test_a_spoilt_photo_waits_for_the_reading(sam: SamSimulator, host: RawHost) -> None:
    sam.place("lin")
    sam.fault("photo")
    assert host.sw3(FIND, SELECT) == [0x9F, 0x90]
    assert parse_card_data(host.ask(READ).data).photo == b"WL" + bytes(1022)
    assert parse_card_data(host.ask(READ).data).photo == portrait("astronaut")
    assert parse_card_data(host.ask(READ).data).text == text_block(TRAY["lin"].record)


def test_every_fault_says_what_it_does() -> None:
    assert all(FAULTS.values())


def test_a_newer_host_takes_the_place_of_an_older_one(sam: SamSimulator, host: RawHost) -> None:
    assert host.ask(Command.STATUS).sw3 == 0x90
    with raw_host(sam) as newer:
        assert newer.ask(Command.STATUS).sw3 == 0x90
        with pytest.raises(TransportLost):
            host.transport.read(1, time.monotonic() + 5.0)


def test_half_a_request_of_one_host_does_not_spoil_the_next_hosts(sam: SamSimulator) -> None:
    with raw_host(sam) as host:
        host.transport.write(request(FIND)[:7], time.monotonic() + 5.0)
    with raw_host(sam) as host:
        assert host.ask(Command.STATUS).sw3 == 0x90


def test_while_it_is_unplugged_nobody_can_connect(sam: SamSimulator, host: RawHost) -> None:
    def refused() -> bool:
        transport = transport_for(sam.address)
        try:
            transport.open()
        except TransportLost:
            return True
        finally:
            transport.close()
        return False

    sam.unplug()
    with pytest.raises(TransportLost):
        host.transport.read(1, time.monotonic() + 5.0)
    until(refused)
    sam.plug()
    until(lambda: not refused())
    with raw_host(sam) as again:
        assert again.ask(Command.STATUS).sw3 == 0x90
