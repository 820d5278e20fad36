"""From a certificate to a trusted root: RFC 5280 path validation at a given moment, without any network."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    ExpiredError,
    InvalidCertificateError,
    NotYetValidError,
    PathBuildingError,
    PathValidationError,
    ValidationError,
)

TRUSTED, UNKNOWN_ROOT, EXPIRED, NOT_YET_VALID, INVALID = "trusted", "unknown_root", "expired", "not_yet_valid", "invalid"


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


def _finish(work: Coroutine[None, None, bytes]) -> bytes:
    """Run ``work`` to its end, also for a caller whose thread has a running event loop, where ``asyncio.run`` refuses."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as other_thread:
        return other_thread.submit(asyncio.run, work).result()


def judge(
    certificate: x509.Certificate, *, others: Iterable[x509.Certificate], roots: Iterable[x509.Certificate], moment: datetime
) -> tuple[str, x509.Certificate | None]:
    """Return the chain's state at ``moment`` (one of the constants above) and, when trusted, the root that it ends in."""
    anchors = {_asn1(root).dump(): root for root in roots}
    if not anchors:
        return UNKNOWN_ROOT, None

    async def run() -> bytes:
        # Everything that looks into foreign certificates happens in here, so that whatever they hold ends in a state.
        context = ValidationContext(
            trust_roots=[asn1_x509.Certificate.load(one) for one in anchors],
            other_certs=[_asn1(one) for one in others],
            moment=moment,
            allow_fetching=False,
            revocation_mode="soft-fail",
        )
        path = await CertificateValidator(_asn1(certificate), validation_context=context).async_validate_path()
        return bytes(path.first.dump()) if isinstance(path.first, asn1_x509.Certificate) else b""

    try:
        root = _finish(run())
    except ExpiredError:
        return EXPIRED, None
    except NotYetValidError:
        return NOT_YET_VALID, None
    except PathBuildingError:
        return UNKNOWN_ROOT, None
    except (PathValidationError, InvalidCertificateError, ValidationError, ValueError, TypeError, KeyError):
        return INVALID, None
    return TRUSTED, anchors.get(root)
