"""From a visit to what goes over the line."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from PIL import Image
from pydantic import ValidationError

from drivers.id_reader.people import TRAY
from drivers.id_reader.record import IdRecord
from kiosk.catalogue.catalogue import load_item
from kiosk.documents.application import SIGNATURE_SIZE, fill_in, signature_png
from kiosk.gateway.contract import (
    AppCodeProof,
    Applicant,
    Application,
    FaceProof,
    NearFace,
    PhoneCodeProof,
    StaffProof,
    VideoProof,
)
from kiosk.identity.events import FaceVerdict, Outcome
from kiosk.visit.events import Proof, Submit, Way
from kiosk.visit.lookup import record_of
from tests.people import LIN, card_of

JT02 = load_item(Path(__file__).resolve().parents[3] / "config" / "items" / "transport" / "JT-02.yaml")
KEY = UUID("11111111-2222-4333-8444-555555555555")
FACE = Proof(Way.FACE, FaceVerdict(Outcome.ACCEPTED, 0.23, 0.40, 5, 0.3, "dlib"))
STROKES = (((0.1, 0.5), (0.9, 0.5)),)


def filled_in(record: IdRecord = LIN, proof: Proof = FACE, *, typed: bool = False) -> Application:
    submit = Submit(
        record,
        proof,
        typed=typed,
        answers={"phone": "13950010001"},
        pages={"driving_licence-1": b"\xff\xd8one"},
        strokes=STROKES,
    )
    return fill_in(
        JT02, submit, key=KEY, station="XM-HL-0001", language="zh", filled_at=datetime(2026, 11, 23, tzinfo=UTC)
    )


def test_the_holder_is_taken_from_the_card() -> None:
    applicant = filled_in().applicant
    assert (applicant.name, applicant.number, applicant.number_check_ok) == (LIN.name, LIN.number, True)


def test_of_a_typed_number_neither_a_card_nor_its_validity_is_told() -> None:
    applicant = filled_in(record_of(LIN.name, LIN.number), typed=True).applicant
    assert (applicant.card, applicant.number, applicant.name) == ("typed", LIN.number, LIN.name)
    assert (applicant.valid_until, applicant.long_term, applicant.address) == (None, False, "")


@pytest.mark.parametrize("validity", [{"long_term": True}, {"valid_until": "2030-01-01"}])
def test_where_no_card_was_read_nothing_is_known_of_its_validity(validity: dict[str, object]) -> None:
    typed = filled_in(record_of(LIN.name, LIN.number), typed=True).applicant.model_dump()
    with pytest.raises(ValidationError, match="no card was read"):
        Applicant.model_validate({**typed, **validity})


def test_a_card_still_ends_on_a_day_or_never() -> None:
    card = filled_in().applicant.model_dump()
    with pytest.raises(ValidationError, match="either ends on a day"):
        Applicant.model_validate({**card, "valid_until": None, "long_term": False})


@pytest.mark.parametrize("person", sorted(TRAY))
def test_every_card_of_the_tray_makes_an_application_that_survives_the_line(person: str) -> None:
    application = filled_in(card_of(person))
    assert Application.model_validate_json(application.model_dump_json()) == application


def test_pages_and_signature_go_along_with_their_digests() -> None:
    attachments = {attachment.name: attachment for attachment in filled_in().attachments}
    assert set(attachments) == {"driving_licence_1", "signature"}
    assert attachments["driving_licence_1"].content == b"\xff\xd8one"
    with Image.open(BytesIO(attachments["signature"].content)) as picture:
        assert picture.size == SIGNATURE_SIZE


def test_the_proof_is_the_one_of_the_route() -> None:
    assert filled_in().identity == FaceProof(distance=0.23, threshold=0.40, frames=5, engine="dlib")
    assert filled_in(proof=Proof(Way.PHONE_CODE, None, "code-0001")).identity == PhoneCodeProof(code_id="code-0001")
    assert filled_in(proof=Proof(Way.APP_CODE, None, "code-0001")).identity == AppCodeProof(proof_id="code-0001")
    assert filled_in(proof=Proof(Way.STAFF, None, "w01")).identity == StaffProof(staff="w01")
    assert filled_in(proof=Proof(Way.VIDEO, None, "call-0001")).identity == VideoProof(call_id="call-0001")


@pytest.mark.parametrize("threshold", [0.40, None])
def test_a_near_face_is_named_beside_the_proof_that_decided(threshold: float | None) -> None:
    near = FaceVerdict(Outcome.STEP_UP, 0.43, threshold, 5, 0.3, "dlib")
    identity = filled_in(proof=Proof(Way.STAFF, near, "w01")).identity
    assert identity == StaffProof(
        staff="w01", face=NearFace(distance=0.43, threshold=threshold, frames=5, engine="dlib")
    )


def test_a_face_that_was_never_compared_proves_nothing() -> None:
    with pytest.raises(ValueError, match="never compared"):
        filled_in(proof=Proof(Way.FACE, FaceVerdict(Outcome.ACCEPTED)))


def test_a_signature_is_drawn_where_the_finger_was() -> None:
    with Image.open(BytesIO(signature_png([((0.0, 0.5), (1.0, 0.5))]))) as picture:
        width, height = picture.size
        assert picture.getpixel((width // 2, height // 2)) == 20
        assert picture.getpixel((width // 2, height // 4)) == 255


def test_a_lone_dot_and_an_empty_stroke_are_drawn_without_complaint() -> None:
    assert signature_png([((0.5, 0.5),), ()]).startswith(b"\x89PNG")
