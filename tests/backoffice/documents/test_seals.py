"""Signatures: what verifies, what does not, and where the keys lie."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from backoffice.documents.seals import AUTHORITY, CERTIFICATE, Seals
from backoffice.documents.sheet import Imprint, Press, compose, office_of, templates
from kiosk.gateway.signatures import Flaw, SignatureInvalid, load_authority, verify
from tests.backoffice.documents.bench import found, request

NOW = datetime.now(UTC)
NAME = "厦门市人力资源和社会保障局"


def sheet() -> bytes:
    office = office_of("RS-01")
    assert office is not None
    return Press().pdf(compose(request(), found(), templates()["proof"], office, Imprint("C", "U", NOW)), NOW)


@pytest.fixture(scope="module")
def seals() -> Seals:
    return Seals()


@pytest.fixture(scope="module")
def signed(seals: Seals) -> bytes:
    return seals.sign(sheet(), "RS", NAME)


def flaw(pdf: bytes, seals: Seals, at: datetime = NOW) -> Flaw | None:
    try:
        verify(pdf, seals.authority, at)
    except SignatureInvalid as error:
        return error.flaw
    return None


def test_a_signed_document_names_its_department(signed: bytes, seals: Seals) -> None:
    assert verify(signed, seals.authority, NOW) == NAME


def test_an_unsigned_document_is_not_believed(seals: Seals) -> None:
    assert flaw(sheet(), seals) is Flaw.UNSIGNED


@pytest.mark.parametrize("junk", [b"", b"hello", b"%PDF-1.7\n", bytes(range(256)) * 40])
def test_what_is_no_document_is_not_believed(junk: bytes, seals: Seals) -> None:
    assert flaw(junk, seals) is Flaw.UNREADABLE


@pytest.mark.warns("Failed to build path")
def test_another_authoritys_department_is_not_believed(signed: bytes) -> None:
    assert flaw(signed, Seals()) is Flaw.UNTRUSTED


@pytest.mark.warns("Validation error")
def test_a_certificate_that_has_ended_is_not_believed(signed: bytes, seals: Seals) -> None:
    assert flaw(signed, seals, NOW + timedelta(days=4000)) is Flaw.UNTRUSTED


def test_what_is_added_behind_the_signature_is_seen(signed: bytes, seals: Seals) -> None:
    assert flaw(signed + b"\n", seals) is Flaw.CHANGED


@pytest.mark.may_warn("Error in diff operation")
def test_an_update_that_pdf_itself_allows_is_seen(signed: bytes, seals: Seals) -> None:
    writer: Any = IncrementalPdfFileWriter(BytesIO(signed))
    writer.root["/Lang"] = writer.root["/Lang"]
    writer.update_root()
    updated = BytesIO()
    writer.write(updated)
    assert flaw(updated.getvalue(), seals) is Flaw.CHANGED


@pytest.mark.may_warn("^pyhanko")
@settings(max_examples=60, deadline=None)
@given(place=st.integers(0, 10**9), bit=st.integers(0, 7))
def test_no_changed_bit_goes_unnoticed(place: int, bit: int, signed: bytes, seals: Seals) -> None:
    begin = signed.index(b"/Contents <") + len(b"/Contents ")
    end = signed.index(b">", begin) + 1
    outside = [*range(begin), *range(end, len(signed))]  # the signature itself lies in between
    where = outside[place % len(outside)]
    changed = signed[:where] + bytes([signed[where] ^ 1 << bit]) + signed[where + 1 :]
    assert flaw(changed, seals) is not None


def test_signing_leaves_the_pdf_a_as_it_was(signed: bytes) -> None:
    """The metadata are the same bytes, and the file does not call itself of a later version."""
    unsigned = signed[: signed.index(b"%%EOF") + 5]
    assert signed.count(b"<pdfaid:part>2</pdfaid:part>") == unsigned.count(b"<pdfaid:part>2</pdfaid:part>") == 1
    assert b"/Version /2.0" not in signed
    assert signed.startswith(b"%PDF-1.7")


def test_keys_are_made_once_and_readable_for_their_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "seals"
    first = Seals(folder)
    pdf = first.sign(sheet(), "RS", NAME)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {path.name for path in folder.iterdir()} == {f"{AUTHORITY}.pem", "RS.pem"}
    for path in folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = Seals(folder)
    assert again.authority == first.authority
    assert flaw(pdf, again) is None
    assert flaw(again.sign(sheet(), "RS", NAME), first) is None


def test_what_is_published_is_the_certificate_and_no_key(tmp_path: Path) -> None:
    seals = Seals(tmp_path)
    path = seals.publish()
    assert path.name == CERTIFICATE
    assert b"PRIVATE KEY" not in path.read_bytes()
    assert load_authority(path) == seals.authority


def test_a_file_that_is_no_certificate_is_refused(tmp_path: Path) -> None:
    (tmp_path / "authority.crt").write_bytes(b"hello")
    with pytest.raises(ValueError, match=r"PEM|certificate|framing"):
        load_authority(tmp_path / "authority.crt")
