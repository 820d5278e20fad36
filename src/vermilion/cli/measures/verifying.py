"""Verifying an own sealed policy, next to the digest and the key operation that no verifier can leave out, and to pyHanko."""

from __future__ import annotations

import hashlib
import logging
from importlib.metadata import version
from io import BytesIO

from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from vermilion.core.pdf.verify import verify_pdf
from vermilion.core.trust import suites

from . import Measurement, cpu_time
from .workshop import Workshop


def measure(seconds: float) -> list[Measurement]:
    """Return the CPU time of the whole verdict on a P-256 B-T policy of one revision of ours, in this process (no child)."""
    workshop = Workshop()
    signer = workshop.signer(suites.P256)
    sealed = workshop.seal(signer, timestamped=True)
    if (verdict := verify_pdf(sealed, trust=workshop.trust, now=workshop.now)).bottom_line != "valid":
        raise RuntimeError(f"the sealed policy does not verify: {verdict.reasons}")
    ours = cpu_time(lambda _: verify_pdf(sealed, trust=workshop.trust, now=workshop.now), seconds=seconds)
    value = signer.key.sign(sealed)
    public = signer.certificate.public_key()
    # Two signatures are checked, the seal's and the timestamp's, under chains of two more.
    bare = cpu_time(lambda _: (hashlib.sha256(sealed).digest(), suites.verify(public, value, sealed)), seconds=seconds / 2)  # type: ignore[arg-type]
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    roots = [asn1_x509.Certificate.load(workshop.root.certificate.public_bytes(Encoding.DER))]
    peer = cpu_time(lambda _: _peer(sealed, roots), seconds=seconds / 2)
    return [
        Measurement(
            name="verify.own",
            unit="cpu_ms/document",
            value=round(ours.cpu_ms, 2),
            limit="SHA-256 of the file and one signature check",
            limit_value=round(bare.cpu_ms, 3),
            peer=f"pyhanko {version('pyhanko')}",
            peer_value=round(peer.cpu_ms, 2),
            count=ours.count,
            seconds=round(ours.seconds, 2),
        )
    ]


def _peer(sealed: bytes, roots: list[asn1_x509.Certificate]) -> bool:
    signature = PdfFileReader(BytesIO(sealed)).embedded_signatures[0]
    context = ValidationContext(trust_roots=roots, allow_fetching=False)
    return bool(validate_pdf_signature(signature, context).intact)
