"""One file of every kind that this platform signs, made by the code that signs them, under a CA of a moment."""

from __future__ import annotations

from datetime import datetime, timezone
from functools import cache

from cryptography.hazmat.primitives.serialization import Encoding

from tests.core.pki import PLACES, YEAR, Pki, der, document
from vermilion.core.pdf import signing
from vermilion.core.pdf.fields import Place, add_signature_fields
from vermilion.core.pdf.longterm import ValidationData, add_validation_data, prepare_timestamp
from vermilion.core.trust import profiles, suites


@cache
def pki() -> Pki:
    """Return the CA of these files: as old as they, for other programs look at the clock and an event certificate lasts minutes."""
    return Pki(datetime.now(timezone.utc).replace(microsecond=0))


@cache
def kinds() -> dict[str, bytes]:
    """Return name → file, in the order of the table."""
    made: dict[str, bytes] = {}
    for suite in (suites.P256, suites.RSA2048, suites.RSA3072):
        for level in ("B-B", "B-T"):
            made[f"insurer's seal, {suite.label}, {level}"] = _sealed(suite, timestamped=level == "B-T")
    sealed = made[f"insurer's seal, {suites.RSA2048.label}, B-T"]
    made["insurer's seal, B-LT"] = known = with_data(sealed)
    made["insurer's seal, B-LTA"] = kept = timestamped(known)
    made["insurer's seal, B-LTA renewed"] = timestamped(with_data(kept, number=2))
    shown = add_signature_fields(document(), PLACES)
    first = pki().sign(shown, "policyholder", name="张三")
    made["confirmation, first of two signers (event certificate)"] = first
    made["confirmation, both signers, closed"] = both = pki().sign(first, "insured", close=True, name="李四")
    made["confirmation, both signers, B-LTA"] = timestamped(with_data(both))
    alone = add_signature_fields(document(), [Place("policyholder", 0, (20, 20, 120, 60), closes=True)])
    made["acknowledgement, one signer, closed"] = pki().sign(alone, "policyholder", close=True)
    return made


def _sealed(suite: suites.Suite, *, timestamped: bool) -> bytes:
    key = suites.generate(suite)
    certificate = pki()._issue(pki().issuing, profiles.ORGANISATION, "华岳人寿（演示）", key, YEAR)
    return pki().seal(document(), pki()._signer(key, certificate), timestamped=timestamped)


def with_data(pdf: bytes, number: int = 1) -> bytes:
    """Return ``pdf`` at B-LT: our CA's certificates and fresh lists."""
    lists = tuple(one.revocation_list([], number=number, now=pki().now).public_bytes(Encoding.DER) for one in (pki().root, pki().issuing))
    certificates = (pki().root.certificate, pki().issuing.certificate, pki().tsa_certificate)
    return add_validation_data(pdf, ValidationData(tuple(der(one) for one in certificates), lists))


def timestamped(pdf: bytes) -> bytes:
    """Return ``pdf`` under a document timestamp."""
    prepared = prepare_timestamp(pdf)
    return signing.finish(prepared, pki().client().token(prepared.digest).der)
