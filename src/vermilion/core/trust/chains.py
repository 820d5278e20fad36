"""From a certificate to a trusted root: RFC 5280 path validation at a given moment, without any network."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

Result = TypeVar("Result")
TRUSTED, UNKNOWN_ROOT, EXPIRED, NOT_YET_VALID, INVALID = "trusted", "unknown_root", "expired", "not_yet_valid", "invalid"


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


def _finish(work: Coroutine[None, None, Result]) -> Result:
    """Run ``work`` to its end, also for a caller whose thread has a running event loop, where ``asyncio.run`` refuses."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as other_thread:
        return other_thread.submit(asyncio.run, work).result()


@dataclass(frozen=True)
class _Known:
    """A path that was found good: the root that it ends in, and between which moments all its certificates are valid."""

    root: bytes
    first: datetime
    last: datetime


_known: OrderedDict[tuple[bytes, ...], _Known] = OrderedDict()
"""Good paths by digest of every certificate that went into them. Bytes do not change, so nothing here grows old: a moment outside the
path's validity is judged anew, and revocation is never asked here."""
_MOST_KNOWN = 512


def _key(certificate: x509.Certificate, others: list[x509.Certificate], anchors: dict[bytes, x509.Certificate]) -> tuple[bytes, ...]:
    embedded = sorted(one.fingerprint(hashes.SHA256()) for one in others)
    trusted = hashlib.sha256(b"".join(hashlib.sha256(one).digest() for one in anchors)).digest()
    return certificate.fingerprint(hashes.SHA256()), trusted, *embedded


def judge(
    certificate: x509.Certificate, *, others: Iterable[x509.Certificate], roots: Iterable[x509.Certificate], moment: datetime
) -> tuple[str, x509.Certificate | None]:
    """Return the chain's state at ``moment`` (one of the constants above) and, when trusted, the root that it ends in."""
    anchors = {root.public_bytes(Encoding.DER): root for root in roots}
    if not anchors:
        return UNKNOWN_ROOT, None
    embedded = list(others)
    key = _key(certificate, embedded, anchors)
    known = _known.get(key)
    if known is not None and known.first <= moment <= known.last:
        return TRUSTED, anchors.get(known.root)
    return _judge(certificate, embedded, anchors, moment, key)


def _judge(
    certificate: x509.Certificate,
    others: list[x509.Certificate],
    anchors: dict[bytes, x509.Certificate],
    moment: datetime,
    key: tuple[bytes, ...],
) -> tuple[str, x509.Certificate | None]:
    from pyhanko_certvalidator import CertificateValidator, ValidationContext, errors  # 0.2 s, for processes that judge chains

    async def run() -> _Known:
        # Everything that looks into foreign certificates happens in here, so that whatever they hold ends in a state.
        context = ValidationContext(
            trust_roots=[asn1_x509.Certificate.load(one) for one in anchors],
            other_certs=[_asn1(one) for one in others],
            moment=moment,
            allow_fetching=False,
            revocation_mode="soft-fail",
        )
        path = await CertificateValidator(_asn1(certificate), validation_context=context).async_validate_path()
        all_of_it = [one for one in path if isinstance(one, asn1_x509.Certificate)]
        return _Known(
            bytes(path.first.dump()) if isinstance(path.first, asn1_x509.Certificate) else b"",
            max(one.not_valid_before for one in all_of_it),
            min(one.not_valid_after for one in all_of_it),
        )

    try:
        found = _finish(run())
    except errors.ExpiredError:
        return EXPIRED, None
    except errors.NotYetValidError:
        return NOT_YET_VALID, None
    except errors.PathBuildingError:
        return UNKNOWN_ROOT, None
    except (errors.PathValidationError, errors.InvalidCertificateError, errors.ValidationError, ValueError, TypeError, KeyError):
        return INVALID, None
    _known[key] = found
    while len(_known) > _MOST_KNOWN:
        _known.popitem(last=False)
    return TRUSTED, anchors.get(found.root)
