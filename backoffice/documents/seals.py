"""The departments' keys: each signs with its own, and one authority vouches for all of them.

A site has certificates of a real authority and keys in hardware. Here both are
made when they are first needed and lie in one directory, readable for its
owner alone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from kiosk.files import make_once, write_whole

if TYPE_CHECKING:
    from pyhanko.sign.signers import SimpleSigner

AUTHORITY, CERTIFICATE = "authority", "authority.crt"
_AUTHORITY_NAME = "e政务 样本签章机构（测试）"
_VALID = timedelta(days=3650)
_KEY_BITS = 3072


class Seals:
    """Signs in the name of departments. Without a ``directory`` the keys go with the program.

    Methods may be called on any thread. Raises OSError where the keys cannot be kept or read, ValueError where they
    are no keys.
    """

    def __init__(self, directory: Path | None = None, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._directory = directory
        self._now = now
        self._lock = threading.Lock()
        self._pairs: dict[str, _Pair] = {}
        self._signers: dict[str, SimpleSigner] = {}
        if directory is not None:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)

    @property
    def authority(self) -> bytes:
        """The certificate by which every signature can be verified, PEM."""
        with self._lock:
            return self._pair(AUTHORITY, _AUTHORITY_NAME).certificate.public_bytes(serialization.Encoding.PEM)

    def publish(self) -> Path:
        """Write that certificate, and no key, into a file of its own for whoever sets up kiosks; say where.

        Raises ValueError where there is no directory.
        """
        if self._directory is None:
            raise ValueError("these seals have no directory")
        path = self._directory / CERTIFICATE
        write_whole(path, self.authority)
        return path

    def sign(self, pdf: bytes, name: str, organisation: str) -> bytes:
        """The document, certified by ``organisation``, whose key is called ``name``: PAdES B-B, no changes allowed."""
        # They take half a second to load, and most of the back office's commands sign nothing.
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415
        from pyhanko.sign import fields, signers  # noqa: PLC0415

        class Writer(IncrementalPdfFileWriter):
            """Adds the signature and nothing else.

            pyHanko would set the metadata anew, and cannot read the extension schemas that typst writes into it:
            what it makes of them is no PDF/A any more. Nor does a PDF/A-2 call itself PDF 2.0.
            """

            output_version = (1, 7)

            def _update_meta(self) -> None:
                pass

        how = signers.PdfSignatureMetadata(
            field_name="Seal",
            md_algorithm="sha256",
            name=organisation,
            subfilter=fields.SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        )
        with self._lock:
            signer = self._signer(name, organisation)
        signed: BytesIO = signers.sign_pdf(Writer(BytesIO(pdf)), how, signer=signer)
        return signed.getvalue()

    def _signer(self, name: str, organisation: str) -> SimpleSigner:
        from asn1crypto import keys  # noqa: PLC0415
        from asn1crypto import x509 as asn1  # noqa: PLC0415
        from pyhanko.sign.signers import SimpleSigner  # noqa: PLC0415
        from pyhanko_certvalidator.registry import SimpleCertificateStore  # noqa: PLC0415

        if name not in self._signers:
            authority = self._pair(AUTHORITY, _AUTHORITY_NAME)
            pair = self._pair(name, organisation, authority)
            der = serialization.Encoding.DER

            class Loaded(SimpleSigner):
                """pyHanko would load, and so examine, the key for each signature: a third of a second."""

                def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:  # noqa: ARG002
                    return pair.key.sign(data, padding.PKCS1v15(), hashes.SHA256())

            key = pair.key.private_bytes(der, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
            store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
            store.register(asn1.Certificate.load(authority.certificate.public_bytes(der)))
            self._signers[name] = Loaded(
                signing_cert=asn1.Certificate.load(pair.certificate.public_bytes(der)),
                signing_key=keys.PrivateKeyInfo.load(key),
                cert_registry=store,
            )
        return self._signers[name]

    def _pair(self, name: str, organisation: str, issuer: _Pair | None = None) -> _Pair:
        if name not in self._pairs:
            if self._directory is None:
                self._pairs[name] = _made(organisation, issuer, self._now())
            else:
                path = self._directory / f"{name}.pem"
                # Whole or not at all, and mode 0600: key and certificate in one file, so that they always fit.
                make_once(path, lambda draft: draft.write_bytes(_made(organisation, issuer, self._now()).pem()))
                self._pairs[name] = _Pair.of(path.read_bytes())
        return self._pairs[name]


class _Pair:
    """A key and its certificate."""

    def __init__(self, key: rsa.RSAPrivateKey, certificate: x509.Certificate) -> None:
        self.key = key
        self.certificate = certificate

    @classmethod
    def of(cls, pem: bytes) -> _Pair:
        key = serialization.load_pem_private_key(pem, None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise TypeError("the key of a seal is RSA")
        return cls(key, x509.load_pem_x509_certificate(pem))

    def pem(self) -> bytes:
        encoding = serialization.Encoding.PEM
        key = self.key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        return key + self.certificate.public_bytes(encoding)


def _made(organisation: str, issuer: _Pair | None, now: datetime) -> _Pair:
    """A fresh pair; without an ``issuer`` it is an authority, which vouches for others and signs nothing itself."""
    key = rsa.generate_private_key(65537, _KEY_BITS)
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, "电子签章（样章 SAMPLE）"),
        ]
    )
    vouches = issuer is None
    usage = x509.KeyUsage(
        digital_signature=not vouches,
        content_commitment=not vouches,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=vouches,
        crl_sign=vouches,
        encipher_only=False,
        decipher_only=False,
    )
    signing = key if issuer is None else issuer.key
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name if issuer is None else issuer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))  # the clocks of kiosks differ
        .not_valid_after(now + _VALID if issuer is None else issuer.certificate.not_valid_after_utc)
        .add_extension(x509.BasicConstraints(ca=vouches, path_length=0 if vouches else None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
        .sign(signing, hashes.SHA256())
    )
    return _Pair(key, certificate)
