"""The simulator as a host sees it: raw bytes in, raw bytes out."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from drivers.receipt_printer.protocol import CLEAR_BUFFERS, RECOVER_AND_CLEAR, process_id_query
from drivers.receipt_printer.simulator import PrinterSimulator
from drivers.simulation import Control, ControlServer
from drivers.transport import Transport, TransportLost, transport_for
from tests.drivers.receipt_printer.desk import NARROW, SAMPLE, desk, profile, receipt, until


class Host:
    """Somebody who writes bytes to a printer and reads bytes."""

    def __init__(self, listen: str = "tcp://127.0.0.1:0", **machine: Any) -> None:
        self.printer = PrinterSimulator(listen, **{"mm_per_second": 0.0, **machine})
        self.printer.start()
        self.wire: Transport = transport_for(self.printer.address)
        self.wire.open()

    def say(self, data: bytes) -> None:
        self.wire.write(data, time.monotonic() + 5.0)

    def hear(self, size: int) -> bytes:
        """The next ``size`` bytes; fewer when they do not come."""
        heard, deadline = b"", time.monotonic() + 5.0
        while len(heard) < size and time.monotonic() < deadline:
            heard += self.wire.read(size - len(heard), deadline)
        return heard

    def hears_nothing(self) -> bool:
        return self.wire.read(16, time.monotonic() + 0.1) == b""

    def ask(self, number: int) -> int:
        self.say(bytes([0x10, 0x04, number]))
        return self.hear(1)[0]

    def states(self) -> tuple[int, ...]:
        return tuple(self.ask(number) for number in (1, 2, 3, 4))


@pytest.fixture(params=["tcp://127.0.0.1:0", "pty"])
def host(request: pytest.FixtureRequest) -> Iterator[Host]:
    host = Host(request.param)
    yield host
    host.wire.close()
    host.printer.stop()


@pytest.fixture
def tcp() -> Iterator[Host]:
    host = Host()
    yield host
    host.wire.close()
    host.printer.stop()


def raster(data: bytes) -> bytes:
    """Raster data of 3 bytes a row that holds ``data``."""
    rows = -(-len(data) // 3)
    return b"\x1dv0\x00\x03\x00" + bytes([rows, 0]) + data.ljust(rows * 3, b"\x00")


def test_ready_is_answered_with_a_plain_0x16(host: Host) -> None:
    assert host.states() == (0x16, 0x12, 0x12, 0x12)


def test_each_trouble_shows_in_its_bits(tcp: Host) -> None:
    printer = tcp.printer
    printer.paper("near_end")
    assert tcp.states() == (0x16, 0x12, 0x12, 0x1E)
    printer.paper("out")
    assert tcp.states() == (0x1E, 0x32, 0x12, 0x7E)
    printer.paper("ok")
    printer.cover(is_open=True)
    assert tcp.states() == (0x1E, 0x16, 0x12, 0x12)
    printer.cover(is_open=False)
    printer.heat(hot=True)
    assert tcp.states() == (0x1E, 0x52, 0x52, 0x12)
    printer.heat(hot=False)
    assert tcp.states() == (0x16, 0x12, 0x12, 0x12)


def test_a_model_without_the_near_end_sensor_sees_only_the_end() -> None:
    host = Host(near_end_sensor=False)
    try:
        host.printer.paper("near_end")
        assert host.ask(4) == 0x12
        host.printer.paper("out")
        assert host.ask(4) == 0x72
    finally:
        host.wire.close()
        host.printer.stop()


@contextmanager
def hosted(**machine: Any) -> Iterator[Host]:
    host = Host(**machine)
    try:
        yield host
    finally:
        host.wire.close()
        host.printer.stop()


def test_a_jam_a_defect_and_a_pause_show_in_their_bits(tcp: Host) -> None:
    tcp.printer.jam(on=True)
    assert tcp.states() == (0x1E, 0x52, 0x16, 0x12)
    tcp.printer.jam(on=False)
    assert tcp.states() == (0x1E, 0x52, 0x16, 0x12)
    tcp.say(RECOVER_AND_CLEAR)
    assert tcp.states() == (0x16, 0x12, 0x12, 0x12)
    tcp.printer.defect(on=True)
    assert tcp.states() == (0x1E, 0x52, 0x32, 0x12)
    tcp.printer.defect(on=False)
    tcp.printer.pause(on=True)
    assert tcp.states() == (0x1E, 0x12, 0x12, 0x12)


def test_a_model_answers_only_the_questions_that_it_knows() -> None:
    with hosted(states=[1, 4]) as host:
        host.say(b"\x10\x04\x02\x10\x04\x03")
        assert host.hears_nothing()
        assert (host.ask(1), host.ask(4)) == (0x16, 0x12)


def test_it_tells_who_it_is(host: Host) -> None:
    host.say(b"\x1dI\x41")
    assert host.hear(5) == b"\x5f1.0\x00"
    host.say(b"\x1dI\x43")
    assert host.hear(17) == b"\x5fESC/POS printer\x00"
    host.say(b"\x1dI\x44")
    assert host.hear(10) == b"\x5fSIM-0001\x00"
    host.say(b"\x1dI\x07")
    assert host.hears_nothing()


@pytest.mark.parametrize(
    ("charset", "said"), [("gb2312", b"GB2312"), ("gbk", b"GBK"), ("gb18030-2", b"GB18030"), ("gb18030-4", b"GB18030")]
)
def test_it_tells_its_chinese_set(charset: str, said: bytes) -> None:
    with hosted(charset=charset) as host:
        host.say(b"\x1dI\x45")
        assert host.hear(8 + len(said)) == b"\x5fCHINA " + said + b"\x00"


def test_a_model_that_does_not_know_who_it_is_says_nothing() -> None:
    with hosted(identifies=False) as host:
        host.say(b"\x1dI\x41")
        assert host.hears_nothing()
        assert host.ask(1) == 0x16


def test_a_presenter_holds_what_was_cut_until_it_is_taken_or_pulled_back() -> None:
    with hosted(presenter=True) as host:
        host.say(b"\x10\x04\x14")
        assert host.hear(6) == b"\x10\x0f\x00\x00\x00\x00"
        host.say(b"\x1b@x\n\x1dVB\x00\x1dr\x01")
        assert host.hear(1) == b"\x00"
        assert host.printer.state()["presented"] is False
        host.say(b"\x1de\x03\x0c\x1dr\x01")
        assert host.hear(1) == b"\x00"
        host.say(b"\x10\x04\x14")
        assert host.hear(6) == b"\x10\x0f\x20\x00\x00\x00"
        host.say(b"\x1de\x06")
        assert host.hear(1) == b"\x0c"
        host.say(b"\x1de\x02\x1de\x06")
        assert host.hear(1) == b"\x04"
        host.say(b"y\n\x1dVB\x00\x1de\x20\x0c\x1e\x1dr\x01")
        assert host.hear(1) == b"\x00"
        assert host.printer.state()["presented"] is True
        host.printer.take()
        host.say(b"z\n\x1dVB\x00\x1de\x05\x1dr\x01")
        assert host.hear(1) == b"\x00"
        state = host.printer.state()
        assert (state["presented"], state["taken"], state["retracted"]) == (False, 2, 1)


def test_what_is_not_there_cannot_happen(tcp: Host) -> None:
    for verb in (tcp.printer.take, tcp.printer.outlet):
        with pytest.raises(ValueError, match="there is no presenter"):
            verb()
    tcp.say(b"\x10\x04\x14\x1de\x06")
    assert tcp.hears_nothing()


def test_a_printer_of_two_bytes_tears_a_code_of_four_apart() -> None:
    """What is to be seen on paper when a profile promises more than the printer has."""
    with hosted(charset="gbk") as host:
        host.say(b"\x1b@\x1c&" + "中㐀".encode("gb18030") + b"\n\x1dVB\x00" + process_id_query("done"))
        assert host.hear(7) == b"\x37\x22done\x00"
        assert host.printer.receipts[0].text == "中\ufffd9\ufffd9\n"


@pytest.mark.parametrize(
    "around",
    [
        (b"abc", b"def\n"),
        (b"\x1dv0\x00\x03\x00\x02\x00\xff", b"\x00\x00"),
        (b"\x1d(k\x08\x001P0a", b"b"),
        ("厦".encode("gbk")[:1], "厦".encode("gbk")[1:]),
    ],
    ids=["text", "raster", "symbol data", "half a character"],
)
def test_a_real_time_query_is_answered_wherever_it_stands(host: Host, around: tuple[bytes, bytes]) -> None:
    before, after = around
    host.say(before + b"\x10\x04\x01" + after)
    assert host.hear(1) == b"\x16"


def test_real_time_queries_are_answered_while_nothing_can_be_printed(tcp: Host) -> None:
    tcp.printer.cover(is_open=True)
    tcp.say(b"waiting\n" * 20)
    assert tcp.ask(2) == 0x16
    tcp.printer.cover(is_open=False)
    assert tcp.ask(1) == 0x16


def test_real_time_bytes_inside_a_raster_are_printed_as_well(tcp: Host) -> None:
    tcp.say(b"\x1b@" + raster(b"\xff\x10\x04\x01\x00\x00") + b"\x1dVB\x00" + process_id_query("0001"))
    assert tcp.hear(1) == b"\x16"
    assert tcp.hear(7) == b"\x37\x220001\x00"
    dots = tcp.printer.receipts[0].picture[120:122, :24]
    assert dots[0].tolist() == [1] * 8 + [0, 0, 0, 1, 0, 0, 0, 0] + [0, 0, 0, 0, 0, 1, 0, 0]
    assert dots[1].tolist() == [0, 0, 0, 0, 0, 0, 0, 1] + [0] * 16


def test_a_broken_real_time_command_does_not_hide_the_next(tcp: Host) -> None:
    tcp.say(b"\x10\x10\x10\x04\x01")
    assert tcp.hear(1) == b"\x16"


def test_gs_r_is_answered_in_its_turn(tcp: Host) -> None:
    tcp.printer.cover(is_open=True)
    tcp.say(b"x\n\x1dr\x01")
    assert tcp.hears_nothing()
    tcp.printer.cover(is_open=False)
    assert tcp.hear(1) == b"\x00"
    tcp.printer.paper("near_end")
    tcp.say(b"\x1dr\x31")
    assert tcp.hear(1) == b"\x03"


def test_gs_paren_h_is_answered_once_everything_before_it_is_printed(tcp: Host) -> None:
    tcp.printer.heat(hot=True)
    tcp.say(b"\x1b@x\n\x1dVB\x00" + process_id_query("ab 1"))
    assert tcp.hears_nothing()
    tcp.printer.heat(hot=False)
    assert tcp.hear(7) == b"\x37\x22ab 1\x00"
    assert [piece.text for piece in tcp.printer.receipts] == ["x\n"]


def test_gs_a_reports_at_once_and_at_every_change(host: Host) -> None:
    host.say(b"\x1da\x0f")
    assert host.hear(4) == b"\x14\x00\x00\x00"
    host.printer.cover(is_open=True)
    assert host.hear(4) == b"\x3c\x00\x00\x00"
    host.printer.cover(is_open=False)
    assert host.hear(4) == b"\x14\x00\x00\x00"
    host.say(b"\x1da\x00")
    assert host.ask(1) == 0x16
    host.printer.paper("out")
    assert host.hears_nothing()


def test_queries_never_fill_the_buffer_of_a_printer_that_cannot_print() -> None:
    host = Host(receive_buffer=64)
    try:
        host.printer.cover(is_open=True)
        assert {host.ask(2) for _ in range(64)} == {0x16}
        assert host.printer.state()["buffered"] == 0
    finally:
        host.wire.close()
        host.printer.stop()


def test_bytes_that_mean_nothing_do_not_fill_the_buffer_either(tcp: Host) -> None:
    tcp.say(b"\x00" * 8192 + b"\x1b@x\n\x1dVB\x00" + process_id_query("nuls"))
    assert tcp.hear(7) == b"\x37\x22nuls\x00"
    assert tcp.printer.receipts[0].wire == b"\x1b@x\n\x1dVB\x00"


def test_a_picture_longer_than_the_buffer_is_printed(tcp: Host) -> None:
    tcp.say(b"\x1b@\x1dv0\x00\x48\x00\x90\x01" + b"\xaa" * (72 * 400) + b"\x1dVB\x00" + process_id_query("long"))
    assert tcp.hear(7) == b"\x37\x22long\x00"
    assert tcp.printer.receipts[0].picture.sum() == 400 * 288


def test_a_reset_ends_the_reports(tcp: Host) -> None:
    tcp.say(b"\x1da\x0f\x1b@")
    assert tcp.hear(4) == b"\x14\x00\x00\x00"
    tcp.printer.cover(is_open=True)
    assert tcp.hears_nothing()


def test_clearing_loses_what_came_before_and_keeps_what_comes_after(tcp: Host) -> None:
    tcp.printer.cover(is_open=True)
    tcp.say(b"\x1b@before\n" + CLEAR_BUFFERS + b"after\n\x1dVB\x00")
    assert tcp.hear(3) == b"\x37\x25\x00"
    tcp.printer.cover(is_open=False)
    until(lambda: bool(tcp.printer.receipts))
    assert tcp.printer.receipts[0].text == "after\n"


def test_an_unfinished_command_is_cleared_too(tcp: Host) -> None:
    tcp.say(b"\x1b@\x1dv0\x00\x48\x00\xff\x00half" + CLEAR_BUFFERS + b"\x1b@whole\n\x1dVB\x00")
    assert tcp.hear(3) == b"\x37\x25\x00"
    until(lambda: bool(tcp.printer.receipts))
    assert tcp.printer.receipts[0].text == "whole\n"


def test_a_stuck_cutter_is_noticed_by_the_next_cut_and_stays_until_told_to_recover(tcp: Host) -> None:
    tcp.printer.cutter(jammed=True)
    assert tcp.states() == (0x16, 0x12, 0x12, 0x12)
    tcp.say(b"\x1b@x\n\x1dVB\x00")
    until(lambda: bool(tcp.printer.state()["offline"]))
    assert tcp.states() == (0x1E, 0x52, 0x1A, 0x12)
    tcp.say(RECOVER_AND_CLEAR)
    assert tcp.ask(3) == 0x1A
    tcp.printer.cutter(jammed=False)
    assert tcp.ask(3) == 0x1A
    tcp.say(RECOVER_AND_CLEAR)
    assert tcp.states() == (0x16, 0x12, 0x12, 0x12)


def test_a_full_buffer_makes_the_host_wait_and_loses_nothing() -> None:
    host = Host(receive_buffer=64)
    try:
        host.printer.cover(is_open=True)
        host.say(b"\x1b@" + b"".join(b"%04d\n" % n for n in range(2000)) + b"\x1dVB\x00" + process_id_query("full"))
        # What was read before it was full is at most one read more than the buffer.
        until(lambda: host.printer.state()["buffered"] >= 64)
        assert host.printer.state()["buffered"] < 64 + 4096
        host.printer.cover(is_open=False)
        assert host.hear(7) == b"\x37\x22full\x00"
        assert host.printer.receipts[0].text.split() == [f"{n:04d}" for n in range(2000)]
    finally:
        host.wire.close()
        host.printer.stop()


def test_power_off_loses_memory_and_connection(tcp: Host) -> None:
    tcp.printer.cover(is_open=True)
    tcp.say(b"\x1b@lost\n")
    until(lambda: bool(tcp.printer.state()["buffered"]))
    tcp.printer.power_cycle()
    with pytest.raises(TransportLost):
        tcp.hear(1)
    tcp.printer.cover(is_open=False)
    tcp.wire.open()
    assert tcp.ask(1) == 0x16
    assert tcp.printer.state()["buffered"] == 0


def test_paper_that_is_changed_comes_out_with_what_is_on_it(tcp: Host) -> None:
    tcp.printer.paper("out", after_mm=1.0)
    tcp.say(b"\x1b@one\ntwo\n")
    until(lambda: bool(tcp.printer.state()["offline"]))
    tcp.printer.paper("ok")
    assert [piece.text for piece in tcp.printer.receipts] == ["one\n"]


def test_words_for_the_paper_that_mean_nothing_are_refused(tcp: Host) -> None:
    with pytest.raises(ValueError, match="near_end"):
        tcp.printer.paper("much")


def test_every_verb_can_be_played_from_another_process(tcp: Host, tmp_path: Path) -> None:
    server = ControlServer(tcp.printer.verbs)
    server.start()
    control = Control(server.address)
    try:
        control.do("paper", state="near_end")
        control.do("cover", is_open=True)
        control.do("cutter", jammed=True)
        control.do("heat", hot=True)
        assert control.do("state")["offline"] is True
        control.do("heat", hot=False)
        control.do("cutter", jammed=False)
        control.do("cover", is_open=False)
        assert control.do("state")["offline"] is False
        control.do("silence", on=True)
        tcp.say(b"\x10\x04\x01")
        assert tcp.hears_nothing()
        control.do("silence", on=False)
        assert tcp.ask(4) == 0x1E
        control.do("tear")
        assert control.do("save", directory=str(tmp_path)) == {"receipts": 0}
        control.do("unplug")
        control.do("plug")
        control.do("power_cycle")
        with pytest.raises(RuntimeError, match="no such verb"):
            control.do("explode")
    finally:
        control.close()
        server.stop()


def test_saved_bytes_are_those_from_the_reset_through_the_cut(tmp_path: Path) -> None:
    with desk() as at:
        results = [at.print(SAMPLE), at.print(receipt("第二张"))]
        assert at.simulator.save(str(tmp_path)) == {"receipts": 2}
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "receipt-1.bin", "receipt-1.png", "receipt-2.bin", "receipt-2.png",
    ]  # fmt: skip
    for number, result in enumerate(results, 1):
        saved = (tmp_path / f"receipt-{number}.bin").read_bytes()
        assert saved.startswith(b"\x1b@")
        assert saved.endswith(b"\x1dVB\x00")
        assert result.wire.count(saved) == 1


def test_what_comes_after_the_cut_belongs_to_nobody_until_the_next_reset(tcp: Host) -> None:
    tcp.say(b"\x1b@x\n\x1dVB\x00" + b"y\n\x1dVB\x00" + process_id_query("last"))
    assert tcp.hear(7) == b"\x37\x22last\x00"
    assert [piece.wire for piece in tcp.printer.receipts] == [b"\x1b@x\n\x1dVB\x00", b""]


def test_a_saved_picture_has_its_resolution_and_scans(tmp_path: Path) -> None:
    with desk() as at:
        at.print(SAMPLE)
        at.simulator.save(str(tmp_path))
    with Image.open(tmp_path / "receipt-1.png") as picture:
        assert [round(value) for value in picture.info["dpi"]] == [203, 203]
        assert [symbol.text for symbol in zxingcpp.read_barcodes(picture)] == ["JT0220261123000042"]


def test_saved_bytes_draw_the_same_picture_on_another_machine(tmp_path: Path) -> None:
    with desk() as at:
        at.print(SAMPLE)
        first = at.simulator.receipts[0]
    host = Host()
    try:
        host.say(first.wire + process_id_query("done"))
        assert host.hear(4) == b"\x14\x00\x00\x00"  # the receipt asks for reports
        assert host.hear(7) == b"\x37\x22done\x00"
        assert (host.printer.receipts[0].picture == first.picture).all()
    finally:
        host.wire.close()
        host.printer.stop()


def test_without_a_cutter_saving_tears_off_what_hangs_out(tmp_path: Path) -> None:
    with desk(profile(NARROW)) as at:
        at.print(SAMPLE)
        assert at.simulator.receipts == ()
        assert at.simulator.save(str(tmp_path)) == {"receipts": 1}
        assert at.simulator.save(str(tmp_path)) == {"receipts": 1}
    assert (tmp_path / "receipt-1.bin").read_bytes().startswith(b"\x1b@")


def test_what_was_printed_is_in_no_repr() -> None:
    with desk() as at:
        at.print(receipt("张三"))
        assert "张三" in at.simulator.receipts[0].text
        assert "张三" not in repr(at.simulator.receipts)
