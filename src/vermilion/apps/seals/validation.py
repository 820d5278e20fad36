"""What proves, for decades, that no certificate of a signed file was revoked: the certificates, answers of responders, revocation lists.

For each certificate the OCSP responder that it names is asked first, since its answer is small and fresh; where it names none, or none
gives an answer that counts, the list. An authority of this instance is asked through the keeper, any other at the address its certificates
name. Whatever can't be had stops the caller: a file is kept verifiable, or it is not and says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import httpx
from asn1crypto import cms as asn1_cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID

from vermilion.base.config import config
from vermilion.base.outside import whole_answer
from vermilion.base.tls import public_roots
from vermilion.core.pdf.longterm import ValidationData, signatures_in
from vermilion.core.trust import oids, proofs
from vermilion.core.trust.store import TrustStore
from vermilion.core.trust.timestamp import has_builtin_policy

from .errors import RevocationUnavailable, SealError
from .keeper import client

FETCH_SECONDS = 10.0
WHOLE_SECONDS = 60.0
MAX_LIST = 20 * 1024 * 1024
"""The largest lists of public CAs have a few megabytes."""
MAX_ANSWER = 64 * 1024
"""A responder's answer with its certificate has one or two kilobytes."""


def validation_data(pdf: bytes, *, trust: TrustStore, after: datetime) -> ValidationData:
    """Return certificates and the proofs of their state for every signature and timestamp of ``pdf``.

    Those of this instance's issuing CA are signed at ``after`` or later, so that they speak of the time of signing. Raises SealError.
    """
    roots = [root.certificate for root in trust.roots]
    certificates = {_der(one): one for value in signatures_in(pdf) for one in _certificates(value)}
    needed = dict(certificates)
    answers: dict[bytes, bytes] = {}
    lists: dict[tuple[str, ...], bytes] = {}  # by their addresses: one list tells of many certificates
    for one in certificates.values():
        chain = _chain(one, certificates.values(), roots)
        for issued, issuer in zip(chain, [*chain[1:], chain[-1]], strict=True):
            encoded = _der(issued)
            needed[encoded] = issued
            where = tuple(_addresses(issued))
            if encoded in answers or (where and where in lists) or _needs_no_proof(issued):
                continue
            answer, faults = _answer(issued, issuer, after)
            if answer is not None:
                answers[encoded] = answer
            else:
                lists[where] = _revocation_list(issued, after, faults)
    return ValidationData(tuple(sorted(needed)), tuple(sorted(lists.values())), tuple(sorted(answers.values())))


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


def _needs_no_proof(certificate: x509.Certificate) -> bool:
    """Tell whether nobody revokes it: a root, or a certificate that says so (RFC 9608)."""
    return certificate.issuer == certificate.subject or any(one.oid.dotted_string == oids.NO_REV_AVAIL for one in certificate.extensions)


def _answer(certificate: x509.Certificate, issuer: x509.Certificate, after: datetime) -> tuple[bytes | None, list[str]]:
    """Return what a responder that the certificate names says of it (DER), or None and why none said anything that counts."""
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA1())  # noqa: S303 - names the issuer (RFC 5019)
    question, faults = builder.build().public_bytes(Encoding.DER), []
    for address in _responders(certificate):
        try:
            answer = client.ocsp(question)[0] if _is_ours(certificate, address) else _asked(address, question)
        except SealError as error:
            faults.append(str(error.facts.get("detail", error.code)))
            continue
        if proofs.status(answer, certificate, [issuer], after) is not None:
            return answer, []
        faults.append(f"{address}: no answer that counts")
    return None, faults


def _revocation_list(certificate: x509.Certificate, after: datetime, faults: list[str]) -> bytes:
    """Return the revocation list (DER) of the certificate's issuer. ``faults``: why its responders did not do.

    Raises RevocationUnavailable, the keeper's errors.
    """
    for address in _addresses(certificate):
        if _is_ours(certificate, address):
            return client.crl(address.rpartition("/")[2].removesuffix(".crl"), after=after)
        try:
            return _list_of(address)
        except RevocationUnavailable as error:
            faults = [*faults, str(error.facts["detail"])]
    raise RevocationUnavailable(detail="; ".join(faults) or f"certificate {certificate.serial_number:x} names neither responder nor list")


def _is_ours(certificate: x509.Certificate, address: str) -> bool:
    return has_builtin_policy(certificate) and address.startswith(f"{config().base_url}/pki/")


def _responders(certificate: x509.Certificate) -> list[str]:
    try:
        places = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except x509.ExtensionNotFound:
        return []
    return _of_the_web([one.access_location for one in places if one.access_method == AuthorityInformationAccessOID.OCSP])


def _addresses(certificate: x509.Certificate) -> list[str]:
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return []
    return _of_the_web([name for point in points for name in point.full_name or ()])


def _of_the_web(names: Iterable[x509.GeneralName]) -> list[str]:
    found = [name.value for name in names if isinstance(name, x509.UniformResourceIdentifier)]
    return [name for name in found if urlsplit(name).scheme in ("http", "https")]


def _asked(address: str, question: bytes) -> bytes:
    """Return a responder's answer (DER), not judged yet. Its signature protects it, so plain HTTP is right (RFC 6960, A.1)."""
    return _fetched(address, MAX_ANSWER, method="POST", content=question, headers={"Content-Type": "application/ocsp-request"})


def _list_of(address: str) -> bytes:
    """Fetch a list of another authority. Its signature protects it, so plain HTTP is right (RFC 5280, 8)."""
    try:
        return x509.load_der_x509_crl(_fetched(address, MAX_LIST)).public_bytes(Encoding.DER)
    except ValueError as error:
        raise RevocationUnavailable(detail=f"{address}: no revocation list") from error


def _fetched(address: str, most: int, *, method: str = "GET", **request: Any) -> bytes:
    """Return what an address gives, if it is short and comes in time. Raises RevocationUnavailable."""
    try:
        with httpx.Client(verify=public_roots(), trust_env=False, timeout=FETCH_SECONDS) as client:
            answer = whole_answer(client, client.build_request(method, address, **request), most=most, seconds=WHOLE_SECONDS)
        answer.raise_for_status()
    except TimeoutError as error:
        raise RevocationUnavailable(detail=f"{address}: too long or too slow") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise RevocationUnavailable(detail=f"{address}: {type(error).__name__}") from error
    return answer.content


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)
