"""The facts inside one signature: CMS, digest, value, certificate, time, level. Coverage and changes are judged elsewhere."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from asn1crypto import cms as asn1_cms
from asn1crypto import parser
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from vermilion.core.trust import chains, cms, signedinfo, timestamp
from vermilion.core.trust.errors import CmsError, TimestampError
from vermilion.core.trust.store import TrustStore

from .ranges import Range
from .verdict import SignatureVerdict

if TYPE_CHECKING:
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

_CANONICAL_HEX = re.compile(rb"[0-9a-f]*")
_UNIFORM_HEX = re.compile(rb"[0-9a-f]*+|[0-9A-F]*+")
"""A token of the built-in TSA may have been put into the file by another program, which may write capitals, but then all of them."""


def judge(data: bytes, signature: EmbeddedPdfSignature, covered: Range, *, trust: TrustStore, now: datetime) -> SignatureVerdict:
    """Return the verdict on the signature itself. Raises only for bytes that can't be read at all."""
    digits = covered.hex_digits(data)
    raw = bytes(signature.pkcs7_content)
    used = _used(raw)
    verdict = SignatureVerdict(field=str(signature.fq_name), integrity="intact")
    if raw[used:].strip(b"\x00"):
        verdict = verdict.because("padding")  # some writers pad with random bytes; our own never do (canonical form below)
    if str(signature.sig_object.get("/Type", "/Sig")) == "/DocTimeStamp":
        plain = _UNIFORM_HEX.fullmatch(digits) is not None and not raw[used:].strip(b"\x00")
        return _judge_document_timestamp(data, raw[:used], covered, verdict, trust, plain=plain)
    signed = asn1_cms.ContentInfo.load(raw[:used])["content"]
    (info,) = signed["signer_infos"]
    certificates = _certificates(signed)
    signer = next((one for one in certificates if signedinfo.is_signer(info, one)), None)
    if signer is None:
        return verdict.because("cms", integrity="broken")
    verdict = verdict.because(
        signer=name_of(signer.subject),
        issuer=name_of(signer.issuer),
        algorithm=algorithm_of(signer, signedinfo.digest_name(info)),
        own=timestamp.has_builtin_policy(signer),
    )
    verdict = _judge_value(data, signed, info, signer, covered, verdict)
    if verdict.own and not (_CANONICAL_HEX.fullmatch(digits) and not raw[used:].strip(b"\x00") and _canonical(raw[:used], signer)):
        verdict = verdict.because("not_canonical", integrity="broken")
    others = [one for one in certificates if one != signer]
    return _judge_trust(signature, info, signer, others, verdict, trust, now)


def _used(raw: bytes) -> int:
    """Return the length of the DER or BER value that ``raw`` begins with."""
    _, _, _, header, content, trailer = parser.parse(raw, strict=False)
    return len(header) + len(content) + len(trailer)


def _certificates(signed: asn1_cms.SignedData) -> list[x509.Certificate]:
    found = signed["certificates"]
    if not isinstance(found, asn1_cms.CertificateSet):
        return []
    return [x509.load_der_x509_certificate(one.chosen.dump()) for one in found if one.name == "certificate"]


def name_of(name: x509.Name) -> str:
    """Return the common name, else the organisation, else the whole name."""
    for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        values = name.get_attributes_for_oid(oid)
        if values:
            return str(values[0].value)
    return name.rfc4514_string()


def algorithm_of(certificate: x509.Certificate, digest: str) -> str:
    """Return key and digest as people know them, e.g. ``ECDSA P-256 / SHA-256``."""
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        kind = f"RSA-{key.key_size}"
    elif isinstance(key, ec.EllipticCurvePublicKey):
        kind = "ECDSA P-256" if isinstance(key.curve, ec.SECP256R1) else f"ECDSA {key.curve.name}"
    elif isinstance(key, (ed25519.Ed25519PublicKey, ed448.Ed448PublicKey)):
        kind = "EdDSA"
    else:
        kind = type(key).__name__.removesuffix("PublicKey")
    return f"{kind} / {digest.upper().replace('SHA', 'SHA-', 1)}"


def _judge_value(
    data: bytes,
    signed: asn1_cms.SignedData,
    info: asn1_cms.SignerInfo,
    signer: x509.Certificate,
    covered: Range,
    verdict: SignatureVerdict,
) -> SignatureVerdict:
    content = signed["encap_content_info"]
    algorithm = signedinfo.digest_name(info)
    try:
        digest = covered.digest(data, algorithm)
        if content["content_type"].native != "data":
            raise CmsError("unexpected content type")
        embedded = content["content"].native
        if embedded is not None:
            # adbe.pkcs7.sha1 wraps a digest; whatever else is embedded is not the file, and PAdES forbids it.
            raise CmsError("the signature carries content of its own")
        intact, valid = signedinfo.check(info, signer, content_type="data", digest=digest)
    except (CmsError, ValueError):
        return verdict.because("cms", integrity="broken")
    if not intact:
        verdict = verdict.because("digest", integrity="altered" if valid else "broken")
    if not valid:
        verdict = verdict.because("signature_value", integrity="broken")
    if algorithm in signedinfo.WEAK_DIGESTS:
        verdict = verdict.because("weak_digest")
    return verdict


def _canonical(raw: bytes, signer: x509.Certificate) -> bool:
    """Tell whether an own signature, and its token when the built-in TSA made it, are byte for byte as this platform writes them."""
    if not cms.is_canonical(raw, signer.public_bytes(Encoding.DER)):
        return False
    token = token_in(asn1_cms.ContentInfo.load(raw)["content"]["signer_infos"][0])
    if token is None:
        return True
    try:
        facts = timestamp.read(token)
    except TimestampError:
        return False
    return not facts.builtin or cms.is_canonical(token, facts.certificate.public_bytes(Encoding.DER))


def token_in(info: asn1_cms.SignerInfo) -> bytes | None:
    """Return the signature timestamp token among the unsigned attributes, if there is one."""
    attributes = info["unsigned_attrs"]
    if not isinstance(attributes, asn1_cms.CMSAttributes):
        return None
    for attribute in attributes:
        if attribute["type"].native == "signature_time_stamp_token" and len(attribute["values"]) == 1:
            return bytes(attribute["values"][0].dump())
    return None


def _judge_trust(
    signature: EmbeddedPdfSignature,
    info: asn1_cms.SignerInfo,
    signer: x509.Certificate,
    others: list[x509.Certificate],
    verdict: SignatureVerdict,
    trust: TrustStore,
    now: datetime,
) -> SignatureVerdict:
    pades = str(signature.sig_object.get("/SubFilter", "")) == "/ETSI.CAdES.detached" and signedinfo.names_signing_certificate(info)
    if not signedinfo.names_signing_certificate(info):
        verdict = verdict.because("no_signing_certificate")
    verdict = verdict.because(level="B-B" if pades else "CMS")
    verdict, moment = _judge_time(signature, info, verdict, trust, pades)
    facts = trust.judge(signer, others=others, moment=moment or now, purpose="documents")
    verdict = verdict.because(trust_class=facts.trust_class, chain=facts.chain, revocation=facts.revocation)
    if facts.chain != chains.TRUSTED:
        verdict = verdict.because(facts.chain)
    elif facts.revocation == "revoked":
        verdict = verdict.because("revoked")
    elif facts.revocation == "unknown":
        verdict = verdict.because("revocation_unknown")
    proven = moment is not None or not verdict.own
    return verdict.because(trusted=facts.trusted and proven)


def _judge_time(
    signature: EmbeddedPdfSignature, info: asn1_cms.SignerInfo, verdict: SignatureVerdict, trust: TrustStore, pades: bool
) -> tuple[SignatureVerdict, datetime | None]:
    """Return the verdict with its time, and the proven time or None."""
    claimed = verdict.because(signed_at=_claimed(signature), time_source="claimed")
    token = token_in(info)
    if token is None:
        return claimed.because("timestamp_missing" if verdict.own else "no_timestamp"), None
    try:
        facts = timestamp.read(token)
        digest = hashlib.new(facts.digest_algorithm, info["signature"].native).digest()
    except (TimestampError, ValueError):
        return claimed.because("timestamp", integrity="broken"), None
    if facts.digest != digest:
        return claimed.because("timestamp", integrity="broken"), None
    if not trust.judge(facts.certificate, others=facts.others, moment=facts.time, purpose="timestamps").trusted:
        return claimed.because("timestamp_untrusted"), None
    source = "builtin_tsa" if facts.builtin else "tsa"
    proven = verdict.because(signed_at=facts.time, time_source=source, level="B-T" if pades else "CMS")
    return proven.because(proof_ends=facts.certificate.not_valid_after_utc), facts.time


def _claimed(signature: EmbeddedPdfSignature) -> datetime | None:
    try:
        moment: Any = signature.self_reported_timestamp
    except Exception:  # foreign bytes: a date that can't be read is no date
        return None
    return moment if isinstance(moment, datetime) and moment.tzinfo is not None else None


def _judge_document_timestamp(
    data: bytes, token: bytes, covered: Range, verdict: SignatureVerdict, trust: TrustStore, *, plain: bool
) -> SignatureVerdict:
    verdict = verdict.because(document_timestamp=True, level="DocTimeStamp")
    try:
        facts = timestamp.read(token)
        digest = covered.digest(data, facts.digest_algorithm)
    except (TimestampError, ValueError):
        return verdict.because("timestamp", integrity="broken")
    if facts.digest != digest:
        return verdict.because("digest", integrity="altered")
    if facts.builtin and not (plain and cms.is_canonical(token, facts.certificate.public_bytes(Encoding.DER))):
        verdict = verdict.because("not_canonical", integrity="broken")
    judged = trust.judge(facts.certificate, others=facts.others, moment=facts.time, purpose="timestamps")
    verdict = verdict.because(
        signer=name_of(facts.certificate.subject),
        issuer=name_of(facts.certificate.issuer),
        signed_at=facts.time,
        time_source="builtin_tsa" if facts.builtin else "tsa",
        trust_class=judged.trust_class,
        chain=judged.chain,
        revocation=judged.revocation,
        trusted=judged.trusted,
        proof_ends=facts.certificate.not_valid_after_utc,
    )
    return verdict if judged.trusted else verdict.because("timestamp_untrusted")
