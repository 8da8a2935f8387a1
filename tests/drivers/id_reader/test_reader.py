"""The driver against the simulated SAM, over TCP and a pseudo-terminal, in good and bad luck."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from drivers.device import (
    Cancel,
    Cancelled,
    DeviceError,
    DeviceState,
    DeviceStatus,
    HealthLevel,
    Identity,
    NextAction,
)
from drivers.id_reader import reader as driver
from drivers.id_reader import simulator as far_side
from drivers.id_reader.people import TRAY, portrait
from drivers.id_reader.photo import KimgDecoder
from drivers.id_reader.protocol import Command, Mask, Status, request
from drivers.id_reader.reader import ACTS_NEXT, DEADLINES, IdReader, ReaderFault
from drivers.id_reader.simulator import SamSimulator
from drivers.recording import Masks, Passed, Plain, Tap, TappedTransport, replay, tapped
from drivers.transport import SerialTransport, TcpTransport, TransportLost, transport_for
from drivers.worker import DeviceWorker
from tests.drivers.id_reader.desk import FAST, FOREVER, PTY, TCP, Desk, desk, expected, running, until

WIRES = pytest.mark.parametrize("listen", [TCP, PTY], ids=["tcp", "pty"])
BAD_ON_A_LINE = [("corrupt", PTY), ("drip", PTY)]
EXCHANGE = ("FIND", "SELECT", "READ", "READ_ADDRESS")  # what reading a card asks
SAM_NUMBER = "05.01-20101129-0001228293-0296863149"


class WhenIdle(Cancel):
    """Lets something happen the first time the driver pauses because no card is there."""

    def __init__(self, happens: Callable[[], object]) -> None:
        super().__init__()
        self._happens: Callable[[], object] | None = happens

    def wait(self, seconds: float) -> None:
        happens, self._happens = self._happens, None
        if happens is not None:
            happens()
        super().wait(seconds)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """For faults that last: one attempt, and short waits for an answer and for the card's return."""
    monkeypatch.setattr(driver, "ATTEMPTS", 1)
    monkeypatch.setattr(driver, "COMES_BACK", 0.2)
    monkeypatch.setattr(driver, "AFTER_RESET", 0.05)
    monkeypatch.setattr(driver, "BROKEN_OFF", 0.1)
    monkeypatch.setattr(driver, "_USUAL_DEADLINE", 0.1)
    for command in DEADLINES:
        monkeypatch.setitem(DEADLINES, command, 0.1)


@pytest.fixture(params=[TCP, PTY], ids=["tcp", "pty"])
def at(request: pytest.FixtureRequest) -> Iterator[Desk]:
    with desk(request.param, **(FAST if request.param == TCP else {})) as here:
        yield here


def failure(here: Desk) -> tuple[str, NextAction]:
    """How reading a card fails."""
    with pytest.raises(DeviceError) as failed:
        here.read()
    return failed.value.fault.code, failed.value.fault.acts_next


# -- good luck ---------------------------------------------------------------------


@WIRES
def test_every_person_of_the_tray_is_read_as_the_card_says(listen: str) -> None:
    with desk(listen, **({} if listen == PTY else FAST)) as here:
        for person in TRAY:
            here.sam.place(person)
            record = here.read()
            assert record == expected(person)
            assert KimgDecoder().decode(record.portrait) is not None
            here.sam.lift()


def test_a_reader_behind_a_serial_server_is_read() -> None:
    with running() as sam:
        reader = IdReader(transport_for(sam.address.replace("tcp://", "socket://")))
        reader.open()
        try:
            sam.place("chen")
            assert reader.read_card(Cancel())[0] == expected("chen")
        finally:
            reader.close()


def test_a_card_that_comes_later_is_waited_for(at: Desk) -> None:
    found = threading.Event()
    record, seconds = at.reader.read_card(WhenIdle(lambda: at.sam.place("lin")), found.set)
    assert record == expected("lin")
    assert found.is_set()
    assert 0.0 < seconds < 20.0


def test_an_open_reader_says_its_number_and_that_it_never_met_its_hardware(at: Desk) -> None:
    assert at.reader.identity == Identity(at.transport.name, serial=SAM_NUMBER)
    assert at.reader.capabilities.verified_on == ()
    assert at.reader.poll() == DeviceStatus(DeviceState.READY)


def test_a_card_is_seen_to_lie_there_until_it_is_lifted(at: Desk) -> None:
    assert not at.reader.card_present()
    at.sam.place("lin")
    at.read()
    assert at.reader.card_present()
    assert at.reader.card_present()
    at.sam.lift()
    assert not at.reader.card_present()
    at.sam.place("chen")
    assert not at.reader.card_present()  # another card, and nobody has read it
    assert at.read() == expected("chen")
    assert at.reader.card_present()


def test_a_card_left_lying_is_not_read_again_until_it_was_lifted(at: Desk) -> None:
    at.sam.place("lin")
    at.read()

    def lay_anew() -> None:
        assert at.sam.state()["card"] == "read"
        at.sam.place("lin")

    assert at.reader.read_card(WhenIdle(lay_anew))[0] == expected("lin")


def test_a_reader_that_allows_it_reads_a_card_left_lying() -> None:
    with desk(rereadable=True) as here:
        here.sam.place("lin")
        assert here.read() == here.read() == expected("lin")


# -- speeds ---------------------------------------------------------------------------


@pytest.mark.parametrize("speed", [57600, 9600])
def test_the_speed_of_the_reader_is_found_when_the_settings_name_another(
    speed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "_USUAL_DEADLINE", 0.15)
    with desk(PTY, baudrate=speed, believed=115200) as here:
        assert here.reader.identity.serial == SAM_NUMBER
        assert here.reader.poll().ready


def test_a_slow_reader_is_read_over_a_network_whatever_the_settings_say() -> None:
    with desk(TCP, baudrate=19200, believed=115200) as here:
        here.sam.place("chen")
        assert here.read() == expected("chen")


def test_fingerprints_are_never_asked_for_as_no_item_compares_them() -> None:
    asked: list[bytes] = []
    tap = Tap(Masks(Plain(), Plain()))
    tap.listeners = (lambda passed: asked.append(passed.data) if passed.what == "out" else None,)
    with running(rereadable=True) as sam:
        sam.place("chen")
        reader = IdReader(TappedTransport(transport_for(sam.address), tap))
        reader.open()
        reader.read_card(Cancel())
        reader.close()
        assert reader.capabilities.features["fingerprints"] is False
    assert request(Command.READ) in asked
    assert request(Command.READ_WITH_FINGERPRINTS) not in asked


@pytest.mark.usefixtures("impatient")
def test_a_reader_that_answers_at_no_speed_is_silent() -> None:
    with running(PTY) as sam:
        sam.fault("silence", FOREVER)
        reader = IdReader(transport_for(sam.address))
        with pytest.raises(DeviceError) as failed:
            reader.open()
        reader.close()
    assert failed.value.fault.code == ReaderFault.SILENT
    assert failed.value.fault.acts_next is NextAction.TECHNICIAN


# -- answers that go wrong once ------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "listen"),
    [*((kind, TCP) for kind in ("corrupt", "drop", "length", "junk", "echo", "stale", "truncate")), *BAD_ON_A_LINE],
)
def test_one_bad_answer_to_every_question_costs_nothing_but_time(
    kind: str, listen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "BROKEN_OFF", 0.1)
    with desk(listen, **(FAST if listen == TCP else {})) as here:
        here.sam.place("chen")
        for command in EXCHANGE:
            here.sam.fault(kind, 1, command)
        assert here.read() == expected("chen")
        assert here.sam.state()["armed"] == []


@pytest.mark.parametrize("kind", ["junk", "split", "drip", "duplicate", "echo", "stale"])
def test_a_line_that_is_always_odd_is_put_up_with(kind: str) -> None:
    with desk(**FAST) as here:
        here.sam.fault(kind, FOREVER, seconds=0.02 if kind in ("split", "drip") else None)
        for person in ("lin", "chen"):
            here.sam.place(person)
            assert here.read() == expected(person)
            assert here.reader.card_present()
            assert here.reader.poll().ready


def test_one_missing_answer_to_every_question_costs_nothing_but_time(monkeypatch: pytest.MonkeyPatch) -> None:
    with desk(**FAST) as at:
        for command in EXCHANGE:
            monkeypatch.setitem(DEADLINES, Command[command], 0.15)
            at.sam.fault("silence", 1, command)
        at.sam.place("chen")
        assert at.read() == expected("chen")


def test_a_request_that_arrived_damaged_is_sent_again(at: Desk) -> None:
    at.sam.place("lin")
    at.sam.fault("sw3", 1, "FIND", Status.CHECKSUM_WRONG)
    at.sam.fault("sw3", 1, "SELECT", Status.LENGTH_WRONG)
    at.sam.fault("sw3", 1, "READ", Status.CHECKSUM_WRONG)
    assert at.read() == expected("lin")
    assert at.sam.state()["armed"] == []


def test_an_answer_that_comes_late_is_never_taken_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(DEADLINES, Command.READ, 0.5)
    with desk() as here:
        here.sam.place("chen")
        here.sam.fault("delay", 1, "READ", seconds=0.8)
        assert here.read() == expected("chen")
        assert here.reader.card_present()
        assert here.reader.poll().ready


def test_a_photo_that_cannot_be_decoded_does_not_keep_a_card_from_being_read(at: Desk) -> None:
    at.sam.place("lin")
    at.sam.fault("photo")
    record = at.read()
    assert record.name == "林示例"
    assert record.portrait == b"WL" + bytes(1022)
    assert KimgDecoder().decode(record.portrait) is None


# -- cards that go away --------------------------------------------------------------------


def test_a_card_lifted_in_the_middle_is_the_citizens_to_lay_down_again(
    at: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "COMES_BACK", 0.3)
    monkeypatch.setattr(driver, "BROKEN_OFF", 0.2)
    at.sam.place("lin")
    at.sam.fault("lift", 1, "READ")
    assert failure(at) == ("id_reader.card_moved", NextAction.CITIZEN)
    assert not at.reader.card_present()
    at.sam.place("chen")
    assert at.read() == expected("chen")


def test_a_card_lifted_in_the_middle_and_laid_down_again_is_read(at: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "BROKEN_OFF", 0.2)
    at.sam.place("lin")
    at.sam.fault("lift", 1, "READ")
    assert at.reader.read_card(WhenIdle(lambda: at.sam.place("lin")))[0] == expected("lin")


def test_a_card_lifted_between_found_and_selected_is_read_when_it_comes_back(at: Desk) -> None:
    at.sam.place("lin")

    def on_found() -> None:
        if not lifted.is_set():
            at.sam.lift()
            lifted.set()

    lifted = threading.Event()
    record, _ = at.reader.read_card(WhenIdle(lambda: at.sam.place("chen")), on_found)
    assert record == expected("chen")


def test_a_card_that_is_lifted_each_time_ends_after_three_attempts(at: Desk) -> None:
    seen = 0

    def on_found() -> None:
        nonlocal seen
        seen += 1
        at.sam.place("lin")  # not found any more: selecting it fails

    at.sam.place("lin")
    with pytest.raises(DeviceError) as failed:
        at.reader.read_card(at.cancel, on_found)
    assert failed.value.fault.code == ReaderFault.CARD_MOVED
    assert seen == 3


# -- faults that last --------------------------------------------------------------------

MEANS = {
    0x10: ReaderFault.GARBLED,
    0x11: ReaderFault.GARBLED,
    0x21: ReaderFault.PROTOCOL,
    0x23: ReaderFault.PROTOCOL,
    0x24: ReaderFault.PROTOCOL,
    0x31: ReaderFault.CARD_REFUSED,
    0x32: ReaderFault.CARD_REFUSED,
    0x33: ReaderFault.CARD_REFUSED,
    0x40: ReaderFault.NOT_AN_ID_CARD,
    0x41: ReaderFault.CARD_MOVED,
    0x47: ReaderFault.CARD_MOVED,
    0x55: ReaderFault.PROTOCOL,  # not in the protocol
    0x60: ReaderFault.SELF_TEST_FAILED,
    0x66: ReaderFault.UNAUTHORISED,
    0x80: ReaderFault.CARD_MOVED,
    0x81: ReaderFault.CARD_MOVED,
    0x91: ReaderFault.SILENT,  # no such item: belongs to the additional address
    0x90: ReaderFault.SILENT,  # done, and no card with it: not an answer to this question
    0x9F: ReaderFault.SILENT,  # found belongs to find
}
MAY_HEAL = {0x10, 0x11, 0x31, 0x32, 0x33, 0x41, 0x47, 0x80, 0x81}


def test_every_status_has_its_meaning() -> None:
    assert MEANS.keys() - {0x55} == {status.value for status in Status}


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("sw3", MEANS, ids="{:02X}".format)
def test_a_status_that_lasts_ends_the_reading_with_its_meaning(sw3: int) -> None:
    with desk(rereadable=True, **FAST) as here:
        here.sam.place("lin")
        here.sam.fault("sw3", FOREVER, "READ", sw3)
        assert failure(here) == (MEANS[sw3], ACTS_NEXT[MEANS[sw3]])
        here.sam.clear()
        assert here.read() == expected("lin")


@pytest.mark.parametrize("sw3", sorted(MAY_HEAL), ids="{:02X}".format)
def test_a_status_that_passes_costs_another_attempt_only(sw3: int) -> None:
    with desk(rereadable=True, **FAST) as here:
        here.sam.place("lin")
        here.sam.fault("sw3", 2, "READ", sw3)
        assert here.read() == expected("lin")


@pytest.mark.parametrize(("sw3", "meaning"), [(0x60, ReaderFault.SELF_TEST_FAILED), (0x66, ReaderFault.UNAUTHORISED)])
def test_a_sam_that_is_unwell_is_reachable_and_says_so(sw3: int, meaning: ReaderFault) -> None:
    with running() as sam:
        sam.fault("sw3", FOREVER, value=sw3)
        reader = IdReader(transport_for(sam.address))
        reader.open()
        status = reader.poll()
        with pytest.raises(DeviceError) as failed:
            reader.read_card(Cancel())
        reader.close()
    assert status.state is DeviceState.ATTENTION
    assert not status.ready
    assert [fault.code for fault in status.faults] == [meaning] == [failed.value.fault.code]


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("kind", ["corrupt", "drop", "length", "truncate"])
def test_a_card_that_always_arrives_damaged_is_garbled(kind: str) -> None:
    with desk(**FAST) as here:
        here.sam.place("lin")
        here.sam.fault(kind, FOREVER, "READ")
        assert failure(here) == (ReaderFault.GARBLED, NextAction.TECHNICIAN)
        here.sam.clear()
        here.sam.place("lin")
        assert here.read() == expected("lin")


@pytest.mark.usefixtures("impatient")
def test_a_reader_that_falls_silent_while_a_card_is_awaited_is_reset_and_then_given_up() -> None:
    with desk(**FAST) as here:
        here.sam.fault("silence", FOREVER)
        assert failure(here) == (ReaderFault.SILENT, NextAction.TECHNICIAN)


@pytest.mark.usefixtures("impatient")
def test_a_reader_that_its_reset_revives_goes_on() -> None:
    with desk(**FAST) as here:
        here.sam.place("lin")
        here.sam.fault("silence", 6, "FIND")
        assert here.read() == expected("lin")
        assert here.sam.state()["armed"] == []


def test_a_card_of_an_unknown_kind_is_not_an_id_card(at: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(far_side, "text_block", lambda _: bytes(248) + b"Q\0" + bytes(6))
    at.sam.place("lin")
    assert failure(at) == (ReaderFault.NOT_AN_ID_CARD, NextAction.CITIZEN)


def test_a_text_block_of_another_length_is_not_an_id_card(at: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(far_side, "text_block", lambda _: bytes(128))
    at.sam.place("lin")
    assert failure(at) == (ReaderFault.NOT_AN_ID_CARD, NextAction.CITIZEN)


# -- lines that go away ------------------------------------------------------------------


@WIRES
def test_a_line_that_goes_away_is_lost_whatever_is_asked(listen: str) -> None:
    with desk(listen) as here:
        here.sam.stop()
        for ask in (here.reader.poll, here.reader.card_present, here.read):
            with pytest.raises(TransportLost):
                ask()
        with pytest.raises(TransportLost):
            here.reader.open()
        # desk() stops it once more
        here.sam.stop = lambda: None  # type: ignore[method-assign]


def test_noise_without_end_is_no_answer_and_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "BAUDRATES", {115200: Command.BAUD_115200})
    monkeypatch.setattr(driver, "_USUAL_DEADLINE", 0.1)
    listening = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def flood() -> None:
        host, _ = listening.accept()
        with host:
            while not over.is_set():
                try:
                    host.sendall(b"\xaa\x96" * 2000)
                except OSError:
                    return

    thread = threading.Thread(target=flood)
    thread.start()
    reader = IdReader(TcpTransport(*listening.getsockname()[:2]))
    try:
        with pytest.raises(DeviceError) as failed:
            reader.open()
        assert failed.value.fault.code == ReaderFault.SILENT
    finally:
        over.set()
        reader.close()
        thread.join(10.0)
        listening.close()
    assert not thread.is_alive()


# -- owned by a worker --------------------------------------------------------------------


class Told:
    """The states a worker has told of."""

    def __init__(self) -> None:
        self.statuses: list[DeviceStatus] = []

    def __call__(self, status: DeviceStatus) -> None:
        self.statuses.append(status)

    @property
    def states(self) -> list[DeviceState]:
        return [status.state for status in self.statuses]


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def sam() -> Iterator[SamSimulator]:
    with running() as simulator:
        yield simulator


@pytest.fixture
def worker(sam: SamSimulator, told: Told) -> Iterator[DeviceWorker[IdReader]]:
    owner = DeviceWorker("id_reader", IdReader(transport_for(sam.address)), poll_seconds=0.05, on_status=told)
    owner.start()
    until(lambda: owner.status.ready)
    yield owner
    owner.stop()


def test_a_reader_that_is_unplugged_comes_back_by_itself(
    sam: SamSimulator, worker: DeviceWorker[IdReader], told: Told
) -> None:
    sam.unplug()
    until(lambda: worker.status.state is DeviceState.DISCONNECTED)
    assert worker.status.faults[0].code == ReaderFault.DISCONNECTED
    assert worker.status.faults[0].acts_next is NextAction.TECHNICIAN
    with pytest.raises(DeviceError) as failed:
        worker.submit(lambda reader, cancel: reader.read_card(cancel)).future.result(20.0)
    assert failed.value.fault.code == ReaderFault.DISCONNECTED
    sam.plug()
    until(lambda: worker.status.ready)
    assert told.states == [DeviceState.READY, DeviceState.DISCONNECTED, DeviceState.READY]
    sam.place("lin")
    task = worker.submit(lambda reader, cancel: reader.read_card(cancel)[0])
    assert task.future.result(20.0) == expected("lin")


def test_a_reader_unplugged_in_the_middle_of_a_card_is_disconnected_and_the_card_is_read_later(
    sam: SamSimulator, worker: DeviceWorker[IdReader]
) -> None:
    sam.place("lin")
    task = worker.submit(lambda reader, cancel: reader.read_card(cancel, sam.unplug))
    error = task.future.exception(20.0)
    assert isinstance(error, DeviceError)
    assert error.fault.code == ReaderFault.DISCONNECTED
    sam.plug()
    sam.place("lin")
    until(lambda: worker.status.ready)
    assert worker.submit(lambda reader, cancel: reader.read_card(cancel)[0]).future.result(20.0) == expected("lin")


def test_waiting_for_a_card_ends_when_nobody_wants_it_any_more(
    sam: SamSimulator, worker: DeviceWorker[IdReader]
) -> None:
    waiting = threading.Event()

    def wait_for_card(reader: IdReader, cancel: Cancel) -> None:
        waiting.set()
        reader.read_card(cancel)

    task = worker.submit(wait_for_card)
    assert waiting.wait(20.0)
    task.abandon()
    with pytest.raises(Cancelled):
        task.future.result(20.0)
    sam.place("lin")
    assert worker.submit(lambda reader, cancel: reader.read_card(cancel)[0]).future.result(20.0) == expected("lin")


def test_a_sam_that_becomes_unwell_is_told_and_so_is_its_recovery(
    sam: SamSimulator, worker: DeviceWorker[IdReader], told: Told
) -> None:
    sam.fault("sw3", FOREVER, "STATUS", 0x60)
    until(lambda: worker.status.state is DeviceState.ATTENTION)
    assert worker.status.faults[0].code == ReaderFault.SELF_TEST_FAILED
    sam.clear()
    until(lambda: worker.status.ready)
    assert told.states == [DeviceState.READY, DeviceState.ATTENTION, DeviceState.READY]


# -- health, and what is told of it ----------------------------------------------------------


def test_an_internal_check_asks_the_sam_and_touches_nothing(at: Desk) -> None:
    at.sam.place("lin")
    at.read()
    report = at.reader.check_health(HealthLevel.INTERNAL, at.cancel)
    assert (report.faults, report.question) == ((), "")
    assert report.facts == {"sam_number": SAM_NUMBER, "baudrate": at.sam.state()["baudrate"]}
    assert at.sam.state()["card"] == "read"
    assert at.reader.counters["resets"] == 0


def test_an_external_check_resets_the_sam_and_waits_until_it_is_back(at: Desk) -> None:
    at.sam.place("lin")
    at.read()
    report = at.reader.check_health(HealthLevel.EXTERNAL, at.cancel)
    assert (report.level, report.faults) == (HealthLevel.EXTERNAL, ())
    assert at.sam.state()["card"] == "laid", "the reset forgot that it was read"
    assert at.reader.counters["resets"] == 1


def test_a_reader_that_is_silent_after_its_reset_for_a_while_is_waited_for(
    at: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "_USUAL_DEADLINE", 0.1)
    cancel = WhenIdle(lambda: at.sam.fault("silence", 3, "STATUS"))
    report = at.reader.check_health(HealthLevel.EXTERNAL, cancel)
    assert report.faults == ()
    assert float(report.facts["reset_seconds"]) > 0.2


def test_a_reader_that_does_not_come_back_from_its_reset_is_silent(at: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "_USUAL_DEADLINE", 0.1)
    monkeypatch.setattr(driver, "BACK_AFTER_RESET", 0.3)
    with pytest.raises(DeviceError) as failed:
        at.reader.check_health(HealthLevel.EXTERNAL, WhenIdle(lambda: at.sam.fault("silence", 0)))
    assert failed.value.fault.code == ReaderFault.SILENT


@pytest.mark.parametrize(("decoder", "decoded"), [(KimgDecoder(), True), (None, False)])
def test_an_interactive_check_reads_a_card_and_tells_nothing_of_it(
    decoder: KimgDecoder | None, *, decoded: bool
) -> None:
    with running(**FAST) as sam:
        reader = IdReader(transport_for(sam.address), photos=decoder)
        reader.open()
        sam.place("chen")
        report = reader.check_health(HealthLevel.INTERACTIVE, Cancel())
        reader.close()
    assert (report.faults, report.question) == ((), "id_reader.test_card")
    assert report.facts.keys() == {"sam_number", "baudrate", "seconds", "photo_decoded"}
    assert report.facts["photo_decoded"] is decoded


def test_an_interactive_check_without_a_card_ends_by_itself(at: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "TEST_CARD_SECONDS", 0.3)
    with pytest.raises(DeviceError) as failed:
        at.reader.check_health(HealthLevel.INTERACTIVE, at.cancel)
    assert failed.value.fault.code == ReaderFault.CARD_MOVED
    assert "no card within" in failed.value.fault.detail


def test_a_check_that_nobody_wants_any_more_ends(at: Desk) -> None:
    for level in HealthLevel:
        cancel = Cancel()
        cancel.request()
        with pytest.raises(Cancelled):
            at.reader.check_health(level, cancel)
    later = WhenIdle(lambda: Cancel.request(later))
    with pytest.raises(Cancelled):
        at.reader.check_health(HealthLevel.INTERACTIVE, later)


@pytest.mark.parametrize("level", HealthLevel)
def test_a_sam_that_is_unwell_is_not_examined_any_further(at: Desk, level: HealthLevel) -> None:
    at.sam.fault("sw3", 0, value=Status.UNAUTHORISED)
    report = at.reader.check_health(level, at.cancel)
    assert [fault.code for fault in report.faults] == [ReaderFault.UNAUTHORISED]
    assert report.facts["sam_number"] == SAM_NUMBER, "known since it was opened"
    assert report.question == ""


def test_whether_a_card_lies_there_is_told_as_far_as_it_is_known(at: Desk) -> None:
    assert at.reader.poll().details == {}
    at.sam.place("lin")
    assert at.reader.poll().details == {}, "nobody has looked"
    at.read()
    assert at.reader.poll().details == {"card": True}
    at.sam.lift()
    assert not at.reader.card_present()
    assert at.reader.poll().details == {"card": False}


def test_what_a_reader_did_and_what_befell_it_is_counted(at: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "COMES_BACK", 0.1)
    monkeypatch.setattr(driver, "_USUAL_DEADLINE", 0.2)
    at.sam.place("lin")
    at.read()
    for kind in ("corrupt", "truncate", "silence"):
        at.sam.fault(kind)
        assert at.reader.poll().ready
    at.sam.place("chen")
    at.sam.fault("sw3", 0, "READ", Status.WRONG_CARD)
    assert failure(at)[0] == ReaderFault.NOT_AN_ID_CARD
    at.reader.reset()
    assert at.reader.counters == {
        "cards_read": 1,
        "cards_failed": 1,
        "frames_damaged": 2,
        "answers_missed": 1,
        "resets": 1,
    }


# -- what stays between card and citizen -------------------------------------------------


def test_nothing_a_card_says_is_logged_or_stands_in_an_error(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "COMES_BACK", 0.1)
    monkeypatch.setattr(driver, "BROKEN_OFF", 0.1)
    said: list[str] = []
    with caplog.at_level(logging.DEBUG), desk(**FAST) as at:
        at.sam.place("chen")
        at.sam.fault("stale", 3)
        record = at.read()
        for kind in ("corrupt", "lift"):
            at.sam.place("chen")
            at.sam.fault(kind, 6, "READ")
            with pytest.raises(DeviceError) as failed:
                at.read()
            at.sam.clear()
            said += [str(failed.value), repr(failed.value), repr(failed.value.fault)]
    said += [entry.getMessage() for entry in caplog.records]
    assert caplog.records
    for words in said:
        for secret in (record.name, record.number, record.address, record.new_address, "示例"):
            assert secret not in words
    assert all(entry.exc_info is None for entry in caplog.records)


@pytest.mark.parametrize(
    "kind", ["", "corrupt", "drop", "truncate", "junk", "duplicate", "silence", "length", "echo", "stale"]
)
def test_a_masked_recording_of_a_reading_is_played_again_whatever_befell_it(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "BROKEN_OFF", 0.1)
    monkeypatch.setitem(DEADLINES, Command.READ, 0.3)
    mask = Mask()
    tap = Tap(Masks(mask.requests, mask))
    passed: list[Passed] = []
    tap.listeners = (passed.append,)
    with running(**FAST) as sam:
        reader = tapped(IdReader(TappedTransport(transport_for(sam.address), tap)), tap)
        reader.open()
        sam.place("chen")
        if kind:
            sam.fault(kind, 1, "READ")
        assert reader.read_card(Cancel())[0] == expected("chen")
        assert reader.card_present()
        reader.close()
    kept = b"".join(part.data for part in passed)
    of = TRAY["chen"].record
    for personal in (of.name, of.number, of.address, of.new_address):
        assert personal.encode("utf-16-le") not in kept
    assert replay(passed, IdReader, Plain()) == 4  # open, read_card, card_present, close


# -- pace ---------------------------------------------------------------------------------


@pytest.mark.parametrize("speed", [115200, 57600])
def test_a_reading_takes_no_less_than_its_bytes_on_the_line(speed: int) -> None:
    wire = (10 + 19 + 10 + 1295 + 10 + 81) * 10 / speed
    with desk(baudrate=speed) as here:
        portrait("grace_hopper")
        here.sam.place("chen")
        _, seconds = here.reader.read_card(here.cancel)
    assert seconds >= 0.95 * wire


def test_the_delays_of_the_radio_exchange_are_kept() -> None:
    with desk(find_seconds=0.0, select_seconds=0.1, read_seconds=0.4) as here:
        here.sam.place("lin")
        started = time.monotonic()
        here.read()
        assert time.monotonic() - started >= 0.5


def test_a_serial_port_that_somebody_else_holds_is_not_taken() -> None:
    with desk(PTY) as here:
        other = IdReader(SerialTransport(here.sam.address))
        with pytest.raises(TransportLost):
            other.open()
        other.close()
        assert here.reader.poll().ready
