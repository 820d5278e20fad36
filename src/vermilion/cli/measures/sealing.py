"""Sealing the 3-page policy, next to the bare key operation and to pyHanko as it is documented."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from io import BytesIO

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

from vermilion.core.trust import suites

from . import Measurement, cpu_time, each, side_by_side
from .workshop import DOCUMENTS, Signer, Workshop

UNIT = "cpu_ms/document"


def measure(seconds: float) -> list[Measurement]:
    """Return the CPU time of one seal: prepared, digested, signed and filled in, from the finished policy to the sealed file.

    Every document is another one. What bounds it runs in turns with it.
    """
    workshop = Workshop(DOCUMENTS)
    found = []
    for suite in (suites.RSA2048, suites.P256):
        signer = workshop.signer(suite)
        found += [_bb(workshop, signer, f"seal.{suite.name}.bb", seconds), _bt(workshop, signer, f"seal.{suite.name}.bt", seconds)]
    return found


def _bb(workshop: Workshop, signer: Signer, name: str, seconds: float) -> Measurement:
    ours, bare = side_by_side(
        [
            each(lambda number: workshop.seal(signer, number, timestamped=False)),
            each(lambda number: _bare(workshop.policies[number % DOCUMENTS], signer.key)),
        ],
        seconds=seconds,
    )
    peer = cpu_time(lambda _: _peer(workshop, signer), seconds=min(seconds, 5.0))
    return Measurement(
        name=name,
        unit=UNIT,
        value=round(ours.cpu_ms, 3),
        limit="key.sign and SHA-256 of the file",
        limit_value=round(bare.cpu_ms, 3),
        peer=f"pyhanko {version('pyhanko')}",
        peer_value=round(peer.cpu_ms, 2),
        count=ours.count,
        seconds=round(ours.seconds, 2),
    )


def _bt(workshop: Workshop, signer: Signer, name: str, seconds: float) -> Measurement:
    ours, without = side_by_side(
        [
            each(lambda number: workshop.seal(signer, number, timestamped=True)),
            each(lambda number: workshop.seal(signer, number, timestamped=False)),
        ],
        seconds=seconds,
    )
    return Measurement(
        name=name,
        unit=UNIT,
        value=round(ours.cpu_ms, 3),
        limit="the same without a timestamp",
        limit_value=round(without.cpu_ms, 3),
        count=ours.count,
        seconds=round(ours.seconds, 2),
    )


def _bare(policy: bytes, key: suites.PrivateKey) -> bytes:
    return key.sign(hashlib.sha256(policy).digest())


@cache
def _plain_key(key: suites.SoftwareKey) -> asn1_keys.PrivateKeyInfo:
    """Return a key of the bench in the form that pyHanko takes; made once, so that opening it is not measured."""
    plain = load_pem_private_key(key.encrypted(b"bench"), b"bench")
    return asn1_keys.PrivateKeyInfo.load(plain.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))


def _peer(workshop: Workshop, signer: Signer) -> bytes:
    """The same level and field through pyHanko's documented way, without our pictures (less work than ours)."""
    certificate, issuer = (
        asn1_x509.Certificate.load(one.public_bytes(Encoding.DER)) for one in (signer.certificate, workshop.issuing.certificate)
    )
    registry = SimpleCertificateStore()
    registry.register(issuer)
    theirs = SimpleSigner(signing_cert=certificate, signing_key=_plain_key(signer.key), cert_registry=registry)
    metadata = PdfSignatureMetadata(
        field_name="Seal", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, certify=True, docmdp_permissions=MDPPerm.NO_CHANGES
    )
    field = SigFieldSpec("Seal", on_page=1, box=(411, 377, 524, 490))
    out = BytesIO()
    PdfSigner(metadata, theirs, new_field_spec=field).sign_pdf(IncrementalPdfFileWriter(BytesIO(workshop.policy)), output=out)
    return out.getvalue()
