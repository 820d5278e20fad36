"""What proves, for decades, that no certificate of a signed file was revoked: the certificates themselves and fresh revocation lists.

An authority of this instance is asked through the keeper, any other at the address its certificates name. Whatever can't be had stops the
caller: a file is kept verifiable, or it is not and says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

import httpx
from asn1crypto import cms as asn1_cms
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from vermilion.base.config import config
from vermilion.core.pdf.longterm import ValidationData, signatures_in
from vermilion.core.trust import oids
from vermilion.core.trust.store import TrustStore
from vermilion.core.trust.timestamp import has_builtin_policy

from .errors import RevocationUnavailable
from .keeper import client

FETCH_SECONDS = 10.0
MAX_LIST = 20 * 1024 * 1024
"""The largest lists of public CAs have a few megabytes."""


def validation_data(pdf: bytes, *, trust: TrustStore, after: datetime) -> ValidationData:
    """Return certificates and revocation lists for every signature and timestamp of ``pdf``.

    Lists of this instance's issuing CA are signed at ``after`` or later, so that they speak of the time of signing. Raises SealError.
    """
    roots = [root.certificate for root in trust.roots]
    certificates = {_der(one): one for value in signatures_in(pdf) for one in _certificates(value)}
    needed = dict(certificates)
    lists: set[bytes] = set()
    for one in certificates.values():
        for issued in _chain(one, certificates.values(), roots):
            needed[_der(issued)] = issued
            if not _needs_no_list(issued):
                lists.add(_revocation_list(issued, after))
    return ValidationData(tuple(sorted(needed)), tuple(sorted(lists)))


def _certificates(value: bytes) -> list[x509.Certificate]:
    """Return the certificates of a CMS and of the timestamp in it."""
    signed = asn1_cms.ContentInfo.load(value)["content"]
    found = [x509.load_der_x509_certificate(one.chosen.dump()) for one in signed["certificates"]]
    unsigned = signed["signer_infos"][0]["unsigned_attrs"]
    if isinstance(unsigned, asn1_cms.CMSAttributes):
        for attribute in unsigned:
            if attribute["type"].dotted == oids.TIMESTAMP_ATTRIBUTE:
                found += _certificates(attribute["values"][0].dump())
    return found


def _chain(certificate: x509.Certificate, others: Iterable[x509.Certificate], roots: list[x509.Certificate]) -> list[x509.Certificate]:
    """Return ``certificate`` and its issuers up to the root. Raises RevocationUnavailable when one is missing."""
    chain = [certificate]
    while chain[-1].issuer != chain[-1].subject:
        issuer = next((one for one in [*others, *roots] if one.subject == chain[-1].issuer and one not in chain), None)
        if issuer is None:
            raise RevocationUnavailable(detail=f"issuer of {chain[-1].serial_number:x} is unknown")
        chain.append(issuer)
    return chain


def _needs_no_list(certificate: x509.Certificate) -> bool:
    """Tell whether nobody revokes it: a root, or a certificate that says so (RFC 9608)."""
    return certificate.issuer == certificate.subject or any(one.oid.dotted_string == oids.NO_REV_AVAIL for one in certificate.extensions)


def _revocation_list(certificate: x509.Certificate, after: datetime) -> bytes:
    """Return the revocation list (DER) of the certificate's issuer."""
    for address in _addresses(certificate):
        if has_builtin_policy(certificate) and address.startswith(f"{config().base_url}/pki/"):
            return client.crl(address.rpartition("/")[2].removesuffix(".crl"), after=after)
        return _fetched(address)
    raise RevocationUnavailable(detail=f"certificate {certificate.serial_number:x} names no revocation list")


def _addresses(certificate: x509.Certificate) -> list[str]:
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return []
    names = [name.value for point in points for name in point.full_name or () if isinstance(name, x509.UniformResourceIdentifier)]
    return [name for name in names if urlsplit(name).scheme in ("http", "https")]


def _fetched(address: str) -> bytes:
    """Fetch a list of another authority. Its signature protects it, so plain HTTP is right (RFC 5280, 8)."""
    try:
        with httpx.Client(trust_env=False, timeout=FETCH_SECONDS) as http, http.stream("GET", address) as answer:
            answer.raise_for_status()
            data = bytearray()
            for part in answer.iter_bytes():
                data += part
                if len(data) > MAX_LIST:
                    raise RevocationUnavailable(detail=f"{address}: too long")
        return x509.load_der_x509_crl(bytes(data)).public_bytes(Encoding.DER)
    except (httpx.HTTPError, ValueError) as error:
        raise RevocationUnavailable(detail=f"{address}: {type(error).__name__}") from error


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)
