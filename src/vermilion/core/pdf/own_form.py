"""The short way for a file exactly as this platform seals it: one signature over all of it, classic tables, canonical CMS and token.

Makes every check of the general way (:mod:`.verify`) with the verifier's own reader, and answers only when all of them pass; for whatever
is not exactly of this form, and for every refusal, it answers None and the general way judges. A test holds the two together.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

from cryptography import x509

from vermilion.core.trust import canonical
from vermilion.core.trust.store import TrustStore

from . import own_rules, values
from .anatomy import Anatomy
from .ranges import Range
from .signature_facts import algorithm_of, name_of
from .tails import check_tail
from .tokens import Fault
from .verdict import SignatureVerdict

_RANGE = re.compile(rb"/ByteRange (\[0 ([1-9]\d{0,9}) ([1-9]\d{0,9}) ([1-9]\d{0,9}) *\])")


def judge(anatomy: Anatomy, *, trust: TrustStore) -> SignatureVerdict | None:
    """Return the verdict on the file's only signature when everything about it is in order, else None. Raises nothing."""
    try:
        return _judge(anatomy, trust)
    except MemoryError:
        raise
    except Exception:  # foreign bytes: not our form
        return None


def _judge(anatomy: Anatomy, trust: TrustStore) -> SignatureVerdict | None:
    if anatomy.findings or anatomy.layout.strange or anatomy.encrypted or anatomy.layout.header != 0:
        return None
    sections = anatomy.references.sections
    if any(one.kind != "table" for one in sections) or check_tail(anatomy, _base_end(anatomy)) is not None:
        return None
    signed = _only_signature(anatomy)
    if signed is None or own_rules.findings(anatomy):
        return None
    name, covered = signed
    return _facts(anatomy, name, covered, trust)


def _base_end(anatomy: Anatomy) -> int:
    """Return where the first revision ends: behind it, everything must be whole revisions."""
    _, declared, end = anatomy.layout.ends[0]
    if declared != anatomy.references.sections[-1].start or anatomy.layout.ends[0][0] < declared:
        raise Fault(declared)
    return end


def _only_signature(anatomy: Anatomy) -> tuple[str, Range] | None:
    """Return name and range of the one signed field of a form that holds signature fields only."""
    form = anatomy.entries(anatomy.catalog["AcroForm"])
    found = None
    for number in values.references(anatomy.resolved(form["Fields"])):
        field = values.dictionary(anatomy.value(number))
        if field.get("FT") != b"/Sig" or "Kids" in field or "Parent" in field:
            return None
        if "V" not in field:
            continue
        name = values.plain_text(field["T"])
        if found is not None or name is None:
            return None
        found = name, values.reference(field["V"])
    if found is None or found[1] is None:
        return None
    covered = _range(anatomy, found[1])
    return (found[0], covered) if covered is not None else None


def _range(anatomy: Anatomy, number: int) -> Range | None:
    place = anatomy.references.places[number]
    one = anatomy.at(place.where)
    if place.kind != "n" or one is None or one.number != number:
        return None
    data = anatomy.data
    found = _RANGE.search(data, one.value, one.value_end)
    if found is None:
        return None
    start, end, rest = (int(group) for group in found.groups()[1:])
    if not one.value < start < end < one.value_end or end + rest != len(data):
        return None
    # What the range leaves out is known to be one hexadecimal string by :func:`_facts`. Read without its digits, the dictionary must have
    # the empty string as its own /Contents, and nowhere else.
    without = data[one.value : start] + b"<>" + data[end : one.value_end]
    entries = values.dictionary(without)
    if (entries["Type"], entries["SubFilter"]) != (b"/Sig", b"/ETSI.CAdES.detached") or entries["ByteRange"] != found[1]:
        return None
    return Range(start, end, end + rest) if entries["Contents"] == b"<>" and without.count(b"<>") == 1 else None


def _facts(anatomy: Anatomy, name: str, covered: Range, trust: TrustStore) -> SignatureVerdict | None:
    data = anatomy.data
    digits = covered.hex_digits(data)
    raw = bytes.fromhex(digits.decode("ascii"))
    if data[covered.start : covered.start + 1] + data[covered.end - 1 : covered.end] != b"<>" or raw.hex().encode("ascii") != digits:
        return None  # only plain lower-case digits are our form
    (outer,) = canonical.parts(raw, 0, _length(raw))
    if raw[outer.end :] != bytes(len(raw) - outer.end):
        return None
    digest, whole = covered.digest_and_whole(data)
    signed = canonical.open_signed(raw[: outer.end], digest)
    if signed is None or not signed.chain.own or not signed.token:
        return None
    token = canonical.open_token(signed.token)
    if token is None or token.digest != hashlib.sha256(signed.signature).digest():
        return None
    signer, *others = signed.chain.certificates
    stamped = trust.judge(token.certificate, others=token.others, moment=token.time, purpose="timestamps")
    facts = trust.judge(signer, others=others, moment=token.time, purpose="documents")
    if not stamped.trusted or not facts.trusted:
        return None
    subject, issuer, algorithm = _words(signed.chain.frame.certificates[0])
    return SignatureVerdict(
        field=name,
        integrity="intact",
        coverage="whole_file",
        changes_after="none",
        signer=subject,
        issuer=issuer,
        trust_class=facts.trust_class,
        level="B-T",
        algorithm=algorithm,
        signed_at=token.time,
        time_source="builtin_tsa",
        chain=facts.chain,
        revocation=facts.revocation,
        trusted=True,
        own=True,
        revision_sha256=whole.hex(),
        proof_ends=token.certificate.not_valid_after_utc,
        covers=len(data),
        reasons=("revocation_unknown",) if facts.revocation == "unknown" else (),
    )


def _length(raw: bytes) -> int:
    """Return the length of the DER value at the beginning of ``raw``, which zeros may follow."""
    length, content = raw[1], 2
    if length & 0x80:
        content += length & 0x7F
        length = int.from_bytes(raw[2:content], "big")
    return content + length


@lru_cache(maxsize=256)
def _words(certificate: bytes) -> tuple[str, str, str]:
    """Return signer, issuer and algorithm as shown; they say nothing but what the certificate's bytes say."""
    loaded = x509.load_der_x509_certificate(certificate)
    return name_of(loaded.subject), name_of(loaded.issuer), algorithm_of(loaded, "sha256")
