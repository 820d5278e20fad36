"""From a certificate to a trusted root: RFC 5280 path validation at a given moment, without any network."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from asn1crypto import x509 as asn1_x509
from cryptography import x509
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


_Key = tuple[x509.Certificate, tuple[x509.Certificate, ...], tuple[x509.Certificate, ...]]


@dataclass(frozen=True)
class _Known:
    """A path that was found good: the root that it ends in, and between which moments all its certificates are valid."""

    root: x509.Certificate | None
    first: datetime
    last: datetime


_known: OrderedDict[_Key, _Known] = OrderedDict()
"""Good paths by every certificate that went into them, which are compared by their bytes. Those do not change, so nothing here grows old:
a moment outside the path's validity is judged anew, and revocation is never asked here."""
_MOST_KNOWN = 512


def judge(
    certificate: x509.Certificate, *, others: Iterable[x509.Certificate], roots: Iterable[x509.Certificate], moment: datetime
) -> tuple[str, x509.Certificate | None]:
    """Return the chain's state at ``moment`` (one of the constants above) and, when trusted, the root that it ends in."""
    key = certificate, tuple(others), tuple(roots)
    if not key[2]:
        return UNKNOWN_ROOT, None
    known = _known.get(key)
    if known is None or not known.first <= moment <= known.last:
        return _judge(key, moment)
    return TRUSTED, known.root


def _judge(key: _Key, moment: datetime) -> tuple[str, x509.Certificate | None]:
    from pyhanko_certvalidator import CertificateValidator, ValidationContext, errors  # 0.2 s, for processes that judge chains

    certificate, others, roots = key
    anchors = {root.public_bytes(Encoding.DER): root for root in roots}

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
            anchors.get(path.first.dump()) if isinstance(path.first, asn1_x509.Certificate) else None,
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
    return TRUSTED, found.root
