"""Every fact of a signed file for who wants to check the verdict by hand: certificates, digests, offsets, revisions. No judgement.

What can't be read is left out: the verdict says what that means. Run it in a confined child.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import cms as asn1_cms
from asn1crypto import parser
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from vermilion.core.trust import signedinfo, timestamp
from vermilion.core.trust.errors import TimestampError

from .signature_facts import token_in

MOST_SIGNATURES = 20
MOST_CERTIFICATES = 12
MOST_REVISIONS = 40

_RANGE = re.compile(rb"/ByteRange\s{0,16}\[\s{0,16}0\s{1,16}(\d{1,12})\s{1,16}(\d{1,12})\s{1,16}(\d{1,12})\s{0,16}\]")
_REVISION_END = re.compile(rb"startxref\s{1,16}\d{1,12}\s{1,16}%%EOF(?:\r\n|\r|\n)?")
_OBJECT = re.compile(rb"(?<![0-9])\d{1,10}\s{1,4}\d{1,5}\s{1,4}obj\b")


@dataclass(frozen=True)
class CertificateFacts:
    """One certificate; serial number and digest in lower-case hex, ``key`` such as ``EC secp256r1`` or ``RSA 2048``."""

    subject: str
    issuer: str
    serial: str
    not_before: datetime
    not_after: datetime
    key: str
    sha256: str


@dataclass(frozen=True)
class TokenFacts:
    """An RFC 3161 token. ``authority`` is whose name the certificate bears, which says nothing yet of trust."""

    time: datetime
    authority: str
    serial: str
    policy: str
    digest_algorithm: str
    digest: str


@dataclass(frozen=True)
class SignatureFacts:
    """One signature: signed are bytes 0 to ``start`` and ``end`` to ``stop``; ``certificates`` begin with the signer's."""

    start: int
    end: int
    stop: int
    revision_sha256: str
    digest_algorithm: str = ""
    message_digest: str = ""
    certificates: tuple[CertificateFacts, ...] = ()
    token: TokenFacts | None = None
    document_timestamp: bool = False


@dataclass(frozen=True)
class RevisionFacts:
    """Bytes ``start`` to ``stop`` of the file, which a cross-reference ends; ``kind`` says what they hold besides pages and forms."""

    start: int
    stop: int
    objects: int
    kind: str  # signature | timestamp | validation | other | first
    sha256: str  # of the file up to here


@dataclass(frozen=True)
class Inspection:
    """``rest``: bytes behind the last complete revision."""

    size: int
    sha256: str
    version: str
    signatures: tuple[SignatureFacts, ...]
    revisions: tuple[RevisionFacts, ...]
    rest: int


def inspect(data: bytes) -> Inspection:
    """Return the facts of ``data``, whatever its bytes are. Never raises for them."""
    ranges = list(_RANGE.finditer(data))[:MOST_SIGNATURES]
    spans = [(int(one[1]), int(one[2]), int(one[2]) + int(one[3])) for one in ranges]
    found = {span: _signature(data, *span) for span in dict.fromkeys(spans) if 0 < span[0] < span[1] < span[2] <= len(data)}
    signatures = tuple(sorted(found.values(), key=lambda one: one.stop))
    revisions = _revisions(data)
    version = re.match(rb"%PDF-(\d\.\d)", data[:8])
    return Inspection(
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        version=version[1].decode() if version else "",
        signatures=signatures,
        revisions=revisions,
        rest=len(data) - (revisions[-1].stop if revisions else 0),
    )


def _signature(data: bytes, start: int, end: int, stop: int) -> SignatureFacts:
    plain = SignatureFacts(start, end, stop, hashlib.sha256(memoryview(data)[:stop]).hexdigest())
    try:
        raw = bytes.fromhex(data[start + 1 : end - 1].translate(None, b"\x00\t\n\x0c\r ").decode("ascii"))
        _, _, _, header, content, trailer = parser.parse(raw, strict=False)
        der = raw[: len(header) + len(content) + len(trailer)]
        signed = asn1_cms.ContentInfo.load(der)["content"]
        (info,) = signed["signer_infos"]
        certificates = [x509.load_der_x509_certificate(one.chosen.dump()) for one in signed["certificates"] if one.name == "certificate"]
        whole = signed["encap_content_info"]["content_type"].native == "tst_info"
        token = _token(der if whole else token_in(info))
        chain = _chain(info, certificates)
        return SignatureFacts(
            start,
            end,
            stop,
            plain.revision_sha256,
            digest_algorithm=signedinfo.digest_name(info),
            message_digest=_message_digest(info),
            certificates=tuple(_certificate(one) for one in chain[:MOST_CERTIFICATES]),
            token=token,
            document_timestamp=whole,
        )
    except Exception:  # foreign bytes: what can't be read is not told
        return plain


def _chain(info: asn1_cms.SignerInfo, certificates: list[x509.Certificate]) -> list[x509.Certificate]:
    """Return the signer's certificate, then each issuer's, then whatever else is there."""
    chain = [one for one in certificates if signedinfo.is_signer(info, one)][:1]
    left = [one for one in certificates if one not in chain]
    while chain and (issuer := next((one for one in left if one.subject == chain[-1].issuer), None)):
        chain.append(issuer)
        left.remove(issuer)
    return chain + left


def _certificate(one: x509.Certificate) -> CertificateFacts:
    key = one.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        kind = f"RSA {key.key_size}"
    elif isinstance(key, ec.EllipticCurvePublicKey):
        kind = f"EC {key.curve.name}"
    else:
        kind = type(key).__name__.removesuffix("PublicKey")
    digest = hashlib.sha256(one.public_bytes(Encoding.DER)).hexdigest()
    return CertificateFacts(
        one.subject.rfc4514_string(),
        one.issuer.rfc4514_string(),
        f"{one.serial_number:x}",
        one.not_valid_before_utc,
        one.not_valid_after_utc,
        kind,
        digest,
    )


def _token(der: bytes | None) -> TokenFacts | None:
    if der is None:
        return None
    try:
        facts = timestamp.read(der)
    except TimestampError:
        return None
    name = facts.certificate.subject.rfc4514_string()
    return TokenFacts(facts.time, name, f"{facts.serial:x}", facts.policy, facts.digest_algorithm, facts.digest.hex())


def _message_digest(info: asn1_cms.SignerInfo) -> str:
    attributes: Any = info["signed_attrs"]
    for attribute in attributes if isinstance(attributes, asn1_cms.CMSAttributes) else ():
        if attribute["type"].native == "message_digest" and len(attribute["values"]) == 1:
            return bytes(attribute["values"][0].native).hex()
    return ""


def _revisions(data: bytes) -> tuple[RevisionFacts, ...]:
    """Cut the file where a cross-reference ends. A file written for fast web view counts its two parts as two."""
    found: list[RevisionFacts] = []
    state, start = hashlib.sha256(), 0
    for match in _REVISION_END.finditer(data):
        if len(found) == MOST_REVISIONS:
            break
        part = data[start : match.end()]
        state.update(part)
        kind = _kind(part) if found else "signature" if b"/ByteRange" in part else "first"
        found.append(RevisionFacts(start, match.end(), len(_OBJECT.findall(part)), kind, state.hexdigest()))
        start = match.end()
    return tuple(found)


def _kind(part: bytes) -> str:
    if b"/DocTimeStamp" in part and b"/ByteRange" in part:
        return "timestamp"
    if b"/ByteRange" in part:
        return "signature"
    return "validation" if b"/DSS" in part else "other"
