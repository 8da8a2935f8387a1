"""Where the report and the bundle go: onto real paper, a folder that plays the USB medium, a back office that runs."""

from __future__ import annotations

import io
import logging
import socket
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

from drivers.recording import Passed, Trace
from kiosk.gateway.client import GatewayClient
from kiosk.operations.bundle import NO_LINE, NO_MEDIUM
from kiosk.operations.errands import NO_PRINTER, PRINTED, Errands
from kiosk.operations.log_ring import LogRing
from kiosk.operations.readiness import VERDICTS, Verdict
from kiosk.operations.vocabulary import Vocabulary
from kiosk.settings import load_settings
from kiosk.text import Text
from tests.items import only
from tests.kiosk.machine import CONFIG, Machine
from tests.kiosk.operations.bench import Shop, now
from tests.people import LIN

SECRET = LIN.number.encode()


@pytest.fixture
def shop(tmp_path: Path, desk: Path) -> Iterator[Shop]:
    machine = Machine(tmp_path / "machine", desk, config=only(tmp_path / "config", "JT-02"))
    shop = Shop(machine, tmp_path / "shop")
    camera = machine.terminal.hardware.document_camera
    assert camera is not None
    camera.probe()  # a lens that nobody has looked through keeps the machine from being fit
    yield shop
    shop.close()
    machine.close()


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """The USB medium."""
    folder = tmp_path / "media" / "STICK"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def errands(shop: Shop, stick: Path) -> Iterator[Errands]:
    terminal = shop.machine.terminal
    vocabulary = Vocabulary.of(terminal.words, {}, terminal.items)
    ring = LogRing()
    ring.vocabulary = vocabulary
    logging.getLogger().addHandler(ring)
    trace = Trace()
    trace.see(Passed(0.1, "in", SECRET))
    yield Errands(
        settings=load_settings(CONFIG / "kiosk.toml", [f"storage.directory={shop.machine.directory}"]),
        words=terminal.words,
        vocabulary=vocabulary,
        assess=shop.assess,
        language=lambda: "en",
        now=now,
        records=shop.records,
        log=ring,
        traces={"id_reader": trace},
        masked=True,
        printer=terminal.hardware.receipt_printer,
        client=terminal.client,
        media=lambda: (stick,) if stick.exists() else (),
    )
    logging.getLogger().removeHandler(ring)


def nowhere() -> GatewayClient:
    """A line to a port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    return GatewayClient(f"http://127.0.0.1:{port}", connect_seconds=1, read_seconds=1)


def members(bundle: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(bundle)) as file:
        return {name: file.read(name) for name in file.namelist()}


# -- the report -----------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_slip_says_the_verdict_in_the_language_of_the_screen(shop: Shop, errands: Errands, language: str) -> None:
    errands = replace(errands, language=lambda: language)  # type: ignore[arg-type, return-value]
    verdict = VERDICTS[Verdict.FIT]
    assert errands.print_report() == PRINTED
    (slip,) = shop.machine.printer.receipts
    assert (verdict.zh in slip.text, verdict.en in slip.text) == (language == "zh", language == "en")


def test_the_slip_says_what_is_wrong_and_who_acts_next(shop: Shop, errands: Errands) -> None:
    shop.machine.reader.unplug()
    shop.machine.until(lambda: not shop.machine.id_worker.status.ready, "the reader to be gone")
    assert errands.print_report() == PRINTED
    (slip,) = shop.machine.printer.receipts
    said = " ".join(slip.text.split())
    assert VERDICTS[Verdict.NOT_FIT].en in said
    assert shop.machine.terminal.words["id_reader.disconnected"].happened.en in said
    assert "a technician" in said


def test_with_an_open_cover_nothing_is_printed_and_the_sentence_says_why(shop: Shop, errands: Errands) -> None:
    shop.machine.printer.cover(is_open=True)
    shop.machine.until(lambda: not shop.machine.print_worker.status.ready, "the open cover")
    assert errands.print_report() == shop.machine.terminal.words["receipt_printer.cover_open"].happened
    assert shop.machine.printer.receipts == ()


def test_a_printer_that_is_unplugged_or_not_there_is_told_of(shop: Shop, errands: Errands) -> None:
    shop.machine.printer.unplug()
    shop.machine.until(lambda: not shop.machine.print_worker.status.ready, "the printer to be gone")
    assert errands.print_report() == shop.machine.terminal.words["receipt_printer.disconnected"].happened
    assert replace(errands, printer=None).print_report() == NO_PRINTER


def test_the_report_lies_on_the_medium_as_a_document(shop: Shop, errands: Errands, stick: Path) -> None:
    said = errands.save_report()
    (document,) = stick.iterdir()
    assert document.name in said.en
    assert document.suffix == ".pdf"
    page = pypdfium2.PdfDocument(document)[0].get_textpage().get_text_range()
    assert VERDICTS[Verdict.FIT].en in page


# -- the bundle -----------------------------------------------------------------------------


def test_the_bundle_lies_on_the_medium(shop: Shop, errands: Errands, stick: Path) -> None:
    shop.enter()
    shop.check("id_reader", "internal")
    shop.until(lambda: shop.view.tone == "ok", "the camera to have been looked at")
    said = errands.save_bundle()
    (file,) = stick.iterdir()
    assert file.name in said.en
    found = members(file.read_bytes())
    assert b'"verdict": "fit"' in found["readiness.json"]
    assert b"id_reader" in found["records.jsonl"]
    assert b"device_changed" in found["journal.jsonl"]


@pytest.mark.parametrize("what", ["save_report", "save_bundle"])
def test_without_a_medium_the_sentence_asks_for_one(errands: Errands, stick: Path, what: str) -> None:
    stick.rmdir()
    said: Text = getattr(errands, what)()
    assert said == NO_MEDIUM


def test_the_back_office_takes_the_bundle_and_the_sentence_says_its_number(shop: Shop, errands: Errands) -> None:
    said = errands.send_bundle()
    (taken,) = shop.machine.store.bundles()
    assert (taken.station, str(taken.number) in said.en) == (shop.settings.station.id, True)
    assert "readiness.json" in members(shop.machine.store.bundle(taken.number))


def test_with_the_line_away_or_none_at_all_the_sentence_offers_the_medium(shop: Shop, errands: Errands) -> None:
    client = nowhere()
    assert replace(errands, client=client).send_bundle() == NO_LINE
    assert replace(errands, client=None).send_bundle() == NO_LINE
    assert shop.machine.store.bundles() == []
    client.close()


@pytest.mark.parametrize("masked", [True, False])
def test_what_went_over_the_wires_is_told_only_where_it_was_masked(errands: Errands, stick: Path, masked: bool) -> None:
    replace(errands, masked=masked).save_bundle()
    (file,) = stick.iterdir()
    found = members(file.read_bytes())
    assert ("wires/id_reader.jsonl" in found) is masked
    everything = b"".join(found.values())
    assert masked or (SECRET not in everything and SECRET.hex().encode() not in everything)


def test_every_errand_of_the_page_is_there(errands: Errands) -> None:
    assert set(errands.by_name()) == {"print", "save-pdf", "save-bundle", "send-bundle"}
