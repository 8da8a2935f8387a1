"""A citizen at the machine, in good and in bad luck: real drivers, real bytes, a real back office."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import zxingcpp

from backoffice.refusals import Refused
from drivers.receipt_printer.simulator import picture_of
from kiosk.gateway.contract import Stage
from kiosk.home import Front
from kiosk.settings import load_settings
from kiosk.terminal import RECEIPT_LEFT
from tests.backoffice.running import Running
from tests.items import only
from tests.kiosk.machine import CONFIG, PHONE, Machine
from tests.people import LIN

PERSONAL = (LIN.name, LIN.number, LIN.address, PHONE, "1990")


def shown(machine: Machine) -> dict[str, str]:
    """What a person sees of every lamp."""
    lamps: dict[str, str] = machine.lamps.state()["lamps"]
    return lamps


def codes_on(machine: Machine) -> list[str]:
    """What a telephone reads from the receipts that came out."""
    papers = [np.asarray(picture_of(printed.picture).convert("L")) for printed in machine.printer.receipts]
    return [code.text for paper in papers for code in zxingcpp.read_barcodes(paper)]


# -- good luck ---------------------------------------------------------------------


def test_a_citizen_comes_and_leaves_with_a_receipt_whose_code_is_the_reference_number(machine: Machine) -> None:
    machine.to_signature().submit()
    number = machine.body().number
    assert machine.body().state == "accepted"
    machine.print_receipt()
    assert machine.body().state == "printed"
    assert codes_on(machine) == [number]
    machine.act("next", "rate:good", "next")
    assert machine.at == "done"
    machine.act("next")
    assert machine.terminal.view() is None
    assert [row.reference_number for row in machine.store.listing()] == [number]
    assert machine.store.listing()[0].stage is Stage.RECEIVED


def test_the_journal_tells_the_visit_and_nothing_of_the_person(machine: Machine) -> None:
    machine.to_signature().submit().print_receipt().act("next", "next", "next")
    journal = (machine.directory / "journal.jsonl").read_text(encoding="utf-8")
    for event in ("visit_begun", "card_read", "application_accepted", "receipt_done", "visit_ended"):
        assert f'"{event}"' in journal
    assert "private" not in journal
    for personal in PERSONAL[:-1]:
        assert personal not in journal


def test_an_approved_application_is_posted_with_a_parcel_number(machine: Machine) -> None:
    number = machine.to_signature().submit().body().number
    review = machine.store.review(number, "officer", None)
    assert review.stage is Stage.POSTED
    assert review.parcel_number
    assert review.parcel_number in machine.store.texts()[-1].words


def test_a_refused_application_sends_the_reason_to_the_citizen(machine: Machine) -> None:
    number = machine.to_signature().submit().body().number
    machine.store.review(number, "officer", Refused(words="驾驶证照片不清楚"))
    assert "驾驶证照片不清楚" in machine.store.texts()[-1].words
    assert machine.store.texts()[-1].phone == PHONE


def test_the_home_page_has_what_most_people_come_for_at_this_station(tmp_path: Path, desk: Path) -> None:
    machine = Machine(tmp_path, desk)
    items, station = machine.terminal.items, load_settings(CONFIG / "kiosk.toml").station
    assert machine.terminal.home().hot == items.departments.hot
    here = station.model_copy(update={"hot": ("RS-01", "GA-HZ-01")})
    assert Front(here, items).view().hot == ("RS-01", "GA-HZ-01")
    machine.close()


# -- the card ----------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["corrupt", "length", "junk", "drip", "echo", "stale", "delay", "truncate", "silence"])
def test_one_damaged_answer_is_read_again_without_a_word(machine: Machine, kind: str) -> None:
    machine.begin()
    machine.reader.fault(kind, command="READ", seconds=4.5 if kind == "delay" else None)
    machine.read_card()
    assert machine.problem == ""
    assert machine.body().state == "read"


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("corrupt", "id_reader.garbled"),
        ("length", "id_reader.garbled"),
        ("silence", "id_reader.silent"),
        ("truncate", "id_reader.garbled"),
        ("lift", "id_reader.card_moved"),
    ],
)
def test_damage_that_stays_is_told_and_the_card_can_be_read_once_it_is_gone(
    machine: Machine, kind: str, code: str
) -> None:
    machine.begin()
    machine.reader.fault(kind, count=99, command="READ")
    machine.read_card()
    assert machine.problem == code
    machine.reader.clear()
    machine.act("retry")
    machine.reader.lift()
    machine.read_card()
    assert machine.problem == ""
    assert machine.body().state == "read"


def test_an_expired_card_ends_the_way_with_where_to_go(machine: Machine) -> None:
    machine.begin().read_card("expired")
    assert machine.problem == "card.expired"
    machine.act("exit")
    assert machine.at == "home"


def test_a_doubtful_number_goes_to_an_officer_and_not_to_the_street(machine: Machine) -> None:
    machine.begin().read_card("wrong_digit")
    assert machine.problem == "card.number_doubtful"
    machine.act("accept_number")
    assert machine.body().state == "read"


def test_a_card_that_stays_behind_is_shown_at_home_until_it_is_taken(machine: Machine) -> None:
    machine.begin().read_card().act("exit")
    assert machine.terminal.home().notice is not None
    machine.reader.lift()
    machine.until(lambda: machine.terminal.home().notice is None, "the card to be taken")


def test_a_card_that_nobody_comes_back_for_is_told_of_by_one_slip_without_a_name(machine: Machine) -> None:
    machine.begin().read_card().act("exit")
    machine.clock.set_speed(300)
    machine.until(lambda: machine.printer.receipts, "the slip")
    machine.until(lambda: machine.receipts, "the slip's bytes")
    words = machine.printer.receipts[0].text
    assert "身份证" in words
    assert not any(personal in words for personal in PERSONAL)
    assert '"id_card_forgotten"' in (machine.directory / "journal.jsonl").read_text(encoding="utf-8")
    machine.reader.lift()
    machine.until(lambda: machine.terminal.home().notice is None, "the card to be taken")
    assert len(machine.printer.receipts) == 1


def test_a_card_that_is_taken_in_time_is_told_of_by_no_slip(machine: Machine) -> None:
    machine.begin().read_card().act("exit")
    machine.reader.lift()
    machine.until(lambda: machine.terminal.home().notice is None, "the card to be taken")
    machine.clock.set_speed(300)
    before = machine.clock()
    machine.until(lambda: machine.clock() > before + 60, "a minute to pass")
    assert not machine.printer.receipts


def test_a_receipt_that_stays_behind_is_called_for_and_lit_until_it_is_taken(tmp_path: Path, desk: Path) -> None:
    machine = Machine(tmp_path, desk, config=only(tmp_path / "config", "JT-02"), lit=True, presenter=True)
    try:
        machine.to_signature().submit().print_receipt().act("next", "next", "next")
        assert machine.at == "home"
        machine.reader.lift()
        machine.until(lambda: machine.terminal.home().notice == RECEIPT_LEFT, "the notice at home")
        machine.until(lambda: shown(machine)["receipt_printer"] == "blink", "the lamp at the outlet")
        machine.printer.take()
        machine.until(lambda: machine.terminal.home().notice is None, "the receipt to be taken")
    finally:
        machine.close()


def test_what_comes_in_after_the_citizen_left_reaches_nobody(machine: Machine) -> None:
    machine.begin()
    machine.reader.place("lin")
    machine.until(lambda: machine.body().state == "reading" or machine.body().state == "read", "the reader to begin")
    machine.terminal.stop()
    assert machine.terminal.view() is None


def test_an_unplugged_reader_greys_the_tile_and_comes_back_by_itself(machine: Machine) -> None:
    machine.reader.unplug()
    machine.until(lambda: not machine.tile.available, "the tile to turn grey")
    reason = machine.tile.reason
    assert reason is not None
    assert "读卡器" in reason.zh
    machine.terminal.begin("JT-02")
    assert machine.terminal.view() is None
    machine.reader.plug()
    machine.until(lambda: machine.tile.available, "the tile to come back")


# -- the paper ---------------------------------------------------------------------


def test_without_paper_the_tile_is_grey_before_the_card_is_asked_for(machine: Machine) -> None:
    machine.printer.paper("out")
    machine.until(lambda: not machine.tile.available, "the tile to turn grey")
    reason = machine.tile.reason
    assert reason is not None
    assert "没有纸" in reason.zh


@pytest.mark.parametrize(
    ("break_it", "mend_it", "code"),
    [
        (lambda p: p.paper("out"), lambda p: p.paper("ok"), "receipt_printer.paper_out"),
        (lambda p: p.cover(is_open=True), lambda p: p.cover(is_open=False), "receipt_printer.cover_open"),
        (lambda p: p.silence(on=True), lambda p: p.silence(on=False), "receipt_printer.silent"),
    ],
)
def test_a_printer_in_trouble_does_not_touch_the_application_and_prints_once_it_is_mended(
    machine: Machine, break_it: object, mend_it: object, code: str
) -> None:
    machine.to_signature().submit()
    number = machine.body().number
    break_it(machine.printer)  # type: ignore[operator]
    machine.print_receipt()
    assert machine.problem == code
    assert machine.body().number == number
    mend_it(machine.printer)  # type: ignore[operator]
    machine.until(lambda: machine.print_worker.status.ready, "the printer to be ready")
    machine.act("retry").wait_for_receipt()
    assert machine.body().state == "printed"
    assert codes_on(machine)[-1] == number
    assert len(machine.store.listing()) == 1


def test_paper_that_ends_in_the_middle_is_never_called_printed(machine: Machine) -> None:
    machine.to_signature().submit()
    machine.printer.paper("out", after_mm=30)
    machine.print_receipt()
    assert machine.problem in ("receipt_printer.uncertain", "receipt_printer.paper_out")
    assert machine.body().state in ("uncertain", "failed")
    machine.act("without")
    assert machine.at == "rate"


# -- the line ----------------------------------------------------------------------


@pytest.mark.warns("waits on: HTTP 500")
def test_with_the_office_away_the_receipt_says_saved_and_the_application_arrives_by_itself(
    machine: Machine, tmp_path: Path
) -> None:
    machine.to_signature()
    machine.line.spoil = ["500"] * 1000
    machine.submit()
    assert machine.body().state == "saved"
    ticket = machine.body().number
    machine.print_receipt()
    assert codes_on(machine) == [ticket]
    machine.act("next", "next", "next")
    machine.line.spoil = []
    machine.until(machine.store.listing, "the application to arrive")
    assert machine.store.by_ticket(ticket).reference_number == machine.store.listing()[0].reference_number


@pytest.mark.warns("waits on: connection refused")
def test_with_the_office_gone_altogether_nothing_is_lost(machine: Machine) -> None:
    machine.to_signature()
    port = machine.office.port
    machine.office.__exit__(None, None, None)
    machine.submit()
    assert machine.body().state == "saved"
    machine.office = Running(machine.line, port)
    machine.office.__enter__()
    machine.until(machine.store.listing, "the application to arrive")
    assert len(machine.store.listing()) == 1


@pytest.mark.warns("waits on: HTTP 500")
def test_an_answer_that_got_lost_does_not_count_twice(machine: Machine) -> None:
    machine.to_signature()
    machine.line.spoil = ["lost", "lost"]
    machine.submit()
    assert machine.body().state == "accepted"
    assert machine.line.submissions == 3
    assert [row.reference_number for row in machine.store.listing()] == [machine.body().number]


def test_a_person_without_a_number_on_file_is_told_and_may_choose_another_way(machine: Machine) -> None:
    machine.begin().read_card("chen").choose("phone_code")
    machine.until(lambda: machine.problem, "the answer")
    assert machine.problem == "code.no_number"
    machine.act("otherwise")
    assert machine.at == "person"


def test_a_wrong_code_is_told_and_may_be_typed_again(machine: Machine) -> None:
    machine.begin().read_card().choose("phone_code")
    machine.until(lambda: machine.body().state == "entering", "the code to be sent")
    right = machine.newest_code()
    machine.terminal.answer("code", "000000" if right != "000000" else "000001")
    machine.act("next")
    machine.until(lambda: machine.problem, "the judgement")
    assert machine.problem == "code.wrong"
    machine.act("retry")
    machine.terminal.answer("code", right)
    machine.act("next")
    machine.until(lambda: machine.at == "category", "the code to be judged")


def test_without_a_line_the_tile_is_grey(tmp_path: Path, desk: Path) -> None:
    machine = Machine(tmp_path, desk, gateway=False)
    try:
        assert not machine.tile.available
    finally:
        machine.close()


@pytest.mark.warns("an errand failed in a way nobody foresaw")
def test_a_defect_nobody_foresaw_is_told_too(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(machine.courier, "deliver", broken)
    machine.to_signature().submit()
    assert machine.problem == "software.fault"
