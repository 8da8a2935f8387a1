"""How a document's signature is verified: the part of the contract that no field of it can hold.

A department certifies the whole file (PAdES, with DocMDP "no changes"), with a
certificate that leads up to the authority whom kiosk and back office know.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from io import BytesIO
from pathlib import Path

from cryptography.x509 import load_pem_x509_certificate


class Flaw(StrEnum):
    """Why a document is not believed."""

    UNREADABLE = "unreadable"
    UNSIGNED = "unsigned"
    CHANGED = "changed"  # it was signed, and is not what was signed
    UNTRUSTED = "untrusted"  # by somebody whom the authority does not vouch for


class SignatureInvalid(Exception):
    """A document is not believed."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.value)
        self.flaw = flaw


def load_authority(path: Path) -> bytes:
    """The certificate in a file, PEM. Raises OSError, ValueError when it is none."""
    pem = path.read_bytes()
    load_pem_x509_certificate(pem)
    return pem


def verify(pdf: bytes, authority: bytes, at: datetime) -> str:
    """Whose signature the document bears, as its certificate names the organisation.

    ``authority`` is the certificate of whoever vouches for all departments, PEM. Nothing is fetched from anywhere.
    Raises SignatureInvalid, ValueError for an ``authority`` that is no certificate.
    """
    # It takes half a second to load, and most visits print no document.
    from asn1crypto import pem, x509  # noqa: PLC0415
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415
    from pyhanko.sign.validation import validate_pdf_signature  # noqa: PLC0415
    from pyhanko.sign.validation.status import SignatureCoverageLevel  # noqa: PLC0415
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415

    root = x509.Certificate.load(pem.unarmor(authority)[2])
    # Whatever is wrong with a file, the library may raise: it is made for files that mean well.
    try:
        signatures = PdfFileReader(BytesIO(pdf)).embedded_signatures
    except Exception as error:
        raise SignatureInvalid(Flaw.UNREADABLE) from error
    if not signatures:
        raise SignatureInvalid(Flaw.UNSIGNED)
    context = ValidationContext(trust_roots=[root], allow_fetching=False, moment=at)
    try:
        status = validate_pdf_signature(signatures[0], context)
    except Exception as error:
        raise SignatureInvalid(Flaw.CHANGED) from error
    # What is added to a certified file may be allowed by the letter of PDF; of our documents nobody adds anything.
    whole = status.coverage is SignatureCoverageLevel.ENTIRE_FILE and len(signatures) == 1
    if not (status.valid and status.intact and whole):
        raise SignatureInvalid(Flaw.CHANGED)
    if not status.bottom_line:
        raise SignatureInvalid(Flaw.UNTRUSTED)
    return str(status.signing_cert.subject.native.get("organization_name", ""))
