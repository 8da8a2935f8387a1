"""From a visit to the application that goes over the line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from uuid import UUID

from PIL import Image, ImageDraw

from drivers.id_reader.record import IdRecord
from kiosk.catalogue.item import Item
from kiosk.gateway.contract import (
    AppCodeProof,
    Applicant,
    Application,
    Attachment,
    FaceProof,
    IdentityProof,
    NearFace,
    PhoneCodeProof,
    StaffProof,
    VideoProof,
)
from kiosk.identity.events import FaceVerdict
from kiosk.text import Language
from kiosk.visit.events import Proof, Stroke, Submit, Way

SIGNATURE_SIZE = (900, 450)  # pixels; the pad has the same proportions
_PEN = 7
_OVERSAMPLING = 3


def fill_in(
    item: Item, submit: Submit, *, key: UUID, station: str, language: Language, filled_at: datetime
) -> Application:
    """The application as the contract wants it. ``key`` must be fresh; ``filled_at`` must know its time zone.

    Raises pydantic's ValidationError when the record lacks what the contract asks for.
    """
    pages = [Attachment.of(name.replace("-", "_"), "image/jpeg", jpeg) for name, jpeg in sorted(submit.pages.items())]
    return Application(
        idempotency_key=key,
        item=item.code,
        item_revision=item.revision,
        station=station,
        filled_at=filled_at,
        language=language,
        applicant=_applicant(submit.record, typed=submit.typed),
        identity=identity_of(submit.proof),
        answers=dict(submit.answers),
        attachments=(*pages, Attachment.of("signature", "image/png", signature_png(submit.strokes))),
    )


def signature_png(strokes: Sequence[Stroke]) -> bytes:
    """The signature, dark on white, 900×450 pixels, as PNG."""
    width, height = (side * _OVERSAMPLING for side in SIGNATURE_SIZE)
    image = Image.new("L", (width, height), 255)
    draw = ImageDraw.Draw(image)
    pen = _PEN * _OVERSAMPLING
    for stroke in filter(None, strokes):
        points = [(x * width, y * height) for x, y in stroke]
        draw.line(points, fill=20, width=pen, joint="curve")
        for x, y in (points[0], points[-1]):
            draw.ellipse((x - pen / 2, y - pen / 2, x + pen / 2, y + pen / 2), fill=20)
    file = BytesIO()
    image.resize(SIGNATURE_SIZE, Image.Resampling.LANCZOS).save(file, "PNG", optimize=True)
    return file.getvalue()


def _applicant(record: IdRecord, *, typed: bool) -> Applicant:
    return Applicant(
        card="typed" if typed else record.kind.value,
        name=record.name,
        name_en=record.name_en,
        number=record.number,
        number_check_ok=record.number_check_ok,
        sex=record.sex.value,
        birth_date=record.birth_date,
        nationality=record.nationality,
        address=record.new_address or record.address,
        valid_until=record.valid_until,
        long_term=record.long_term and not typed,
    )


def identity_of(proof: Proof) -> IdentityProof:
    """The proof as the contract wants it. Raises ValueError for a face that was never compared."""
    near = _near(proof.face) if proof.face is not None else None
    match proof.way:
        case Way.FACE:
            return _face(proof.face)
        case Way.PHONE_CODE:
            return PhoneCodeProof(code_id=proof.reference, face=near)
        case Way.APP_CODE:
            return AppCodeProof(proof_id=proof.reference, face=near)
        case Way.STAFF:
            return StaffProof(staff=proof.reference, face=near)
        case Way.VIDEO:
            return VideoProof(call_id=proof.reference, face=near)


def _face(face: FaceVerdict | None) -> FaceProof:
    if face is None or face.distance is None or face.threshold is None:
        raise ValueError("a face that was never compared proves nothing")
    return FaceProof(distance=face.distance, threshold=face.threshold, frames=face.frames, engine=face.engine)


def _near(face: FaceVerdict) -> NearFace | None:
    if face.distance is None:
        return None
    return NearFace(distance=face.distance, threshold=face.threshold, frames=face.frames, engine=face.engine)
