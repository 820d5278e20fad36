"""``verify_pdf``: structure → coverage → digest → signature → chain and time → later revisions; independent facts, one bottom line.

Any exception on the way is a refusal with a reason, never a pass.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import datetime
from io import BytesIO

from pyhanko.pdf_utils.generic import DictionaryObject
from pyhanko.pdf_utils.misc import PdfError as HankoError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from vermilion.core.trust.store import TrustStore

from . import coverage, differences, levels, own_form, own_rules, signature_facts, stored_proofs
from .anatomy import Anatomy, check_tail, dissect
from .reader import Reader
from .scan import TooComplex
from .verdict import BottomLine, SignatureVerdict, Verdict, unreadable, worst

MAX_BYTES = 100 * 1024 * 1024
_HEADER_WITHIN = 1024
"""ISO 32000 readers look for ``%PDF-`` in the first kilobyte."""

_OTHER_FORMATS = (b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF")
"""Archives and pictures, in which a ``%PDF-`` near the beginning belongs to a file that was packed uncompressed, not to this one."""

_RANGE_END = re.compile(rb"/ByteRange\s*\[\s*0\s+\d{1,12}\s+(\d{1,12})\s+(\d{1,12})\s*\]")
_MAX_REVISIONS_TRIED = 3
_TRACES = re.compile(rb"/ByteRange\s*\[|/SubFilter\s*/(?:adbe\.|ETSI\.)")


def verify_pdf(data: bytes, *, trust: TrustStore, now: datetime, integrity_only: bool = False, file: str = "") -> Verdict:
    """Return the verdict on ``data``. Never raises for whatever the bytes are; run it in a confined child all the same.

    ``now`` is used where no trusted timestamp tells the time of signing. ``integrity_only``: the bottom line ignores who signed.
    """
    verdict = _verify(data, trust, now, integrity_only)
    return replace(verdict, file=file)


def _verify(data: bytes, trust: TrustStore, now: datetime, integrity_only: bool, *, beginnings: bool = True) -> Verdict:
    if not data:
        return unreadable("empty", format="unknown")
    if len(data) > MAX_BYTES:
        return unreadable("too_large", format="pdf" if data[:5] == b"%PDF-" else "unknown")
    if b"%PDF-" not in data[:_HEADER_WITHIN] or data.startswith(_OTHER_FORMATS):
        return unreadable("not_pdf", format="unknown")
    try:
        anatomy = dissect(data)
    except TooComplex:
        return unreadable("too_complex")
    except Exception:  # foreign bytes
        return _unparsed(data, trust, now, beginnings=beginnings)
    if (own := own_form.judge(anatomy, trust=trust)) is not None:
        return _conclude((own,), integrity_only)
    return _verify_generally(anatomy, trust, now, integrity_only, beginnings=beginnings)


def _verify_generally(anatomy: Anatomy, trust: TrustStore, now: datetime, integrity_only: bool, *, beginnings: bool = True) -> Verdict:
    data = anatomy.data
    try:
        reader = Reader(anatomy)
        if not reader.opens():
            return unreadable("encrypted")
        fields = list(enumerate_sig_fields(reader, filled_status=True))
        int(reader.root["/Pages"]["/Count"])
    except Exception:  # foreign bytes
        return _unparsed(data, trust, now, beginnings=beginnings)
    if not fields:
        traces = _TRACES.search(data) is not None
        return Verdict("pdf", "unsigned", "none", False, reasons=("signature_removed" if traces else "no_signature",))
    proofs = stored_proofs.read(reader)
    trust = proofs.beside(trust)
    verdicts = [_judge(anatomy, reader, str(name), reference.get_object(), trust, now) for name, _, reference in fields]
    order = {one.field: position for position, one in enumerate(verdicts)}
    verdicts.sort(key=lambda one: (one.signed_at is None, one.signed_at.timestamp() if one.signed_at else 0.0, order[one.field]))
    return _conclude(levels.raised(tuple(verdicts), anatomy, stored=proofs.present, now=now), integrity_only)


def _unparsed(data: bytes, trust: TrustStore, now: datetime, *, beginnings: bool) -> Verdict:
    """Judge a PDF that the strict parser refuses: not whole or broken when it bears a signature, else unreadable or unsigned."""
    if b"/Encrypt" in data and _is_encrypted(data):
        return unreadable("encrypted")
    if _TRACES.search(data) is not None:
        # A beginning of the file is looked at once, never a beginning of a beginning: that would go on for ever.
        return (_damaged_later(data, trust, now) if beginnings else None) or Verdict(
            "pdf", "invalid", "broken", False, reasons=("damaged",)
        )
    if b"%%EOF" not in data[-2048:]:
        return unreadable("truncated")
    try:
        reader = PdfFileReader(BytesIO(data), strict=False)
        int(reader.root["/Pages"]["/Count"])
        signed = next(iter(enumerate_sig_fields(reader, filled_status=True)), None) is not None
    except Exception:  # foreign bytes
        return unreadable("damaged")
    if signed:
        return Verdict("pdf", "invalid", "broken", False, reasons=("damaged",))
    return Verdict("pdf", "unsigned", "none", False, reasons=("no_signature",))


def _is_encrypted(data: bytes) -> bool:
    try:
        return bool(PdfFileReader(BytesIO(data), strict=False).encrypted)
    except (HankoError, ValueError, KeyError, TypeError, AssertionError, RecursionError):
        return False


def _damaged_later(data: bytes, trust: TrustStore, now: datetime) -> Verdict | None:
    """Say ``not_whole`` when a signed revision in front is intact and only what was appended can't be read."""
    stops = {int(match[1]) + int(match[2]) for match in _RANGE_END.finditer(data)}
    for stop in sorted((one for one in stops if 0 < one < len(data)), reverse=True)[:_MAX_REVISIONS_TRIED]:
        verdict = _verify(data[:stop], trust, now, integrity_only=True, beginnings=False)
        if verdict.integrity == "intact":
            signatures = tuple(
                one.because("tail", integrity="not_whole", coverage="incomplete", changes_after="unknown") for one in verdict.signatures
            )
            return _conclude(signatures, integrity_only=False)
    return None


def _judge(anatomy: Anatomy, reader: Reader, name: str, field: DictionaryObject, trust: TrustStore, now: datetime) -> SignatureVerdict:
    refused = SignatureVerdict(field=name, integrity="broken")
    try:
        signature = EmbeddedPdfSignature(reader, field, name)
    except Exception:  # foreign bytes
        return refused.because("contents")
    try:
        return _judge_readable(anatomy, reader, signature, trust, now)
    except coverage.CoverageFault as fault:
        return SignatureVerdict(field=name, integrity="not_whole").because(fault.code)
    except Exception:  # foreign bytes: what can't be explained is refused
        return refused.because("refused")


def _judge_readable(
    anatomy: Anatomy, reader: Reader, signature: EmbeddedPdfSignature, trust: TrustStore, now: datetime
) -> SignatureVerdict:
    data = anatomy.data
    covered = coverage.read_range(anatomy, signature)
    verdict = signature_facts.judge(data, signature, covered, trust=trust, now=now)
    verdict = verdict.because(covers=covered.stop, revision_sha256=hashlib.sha256(memoryview(data)[: covered.stop]).hexdigest())
    ambiguous = [one.code for one in anatomy.findings if one.position < covered.stop]
    if ambiguous:
        verdict = verdict.because(*ambiguous, integrity="broken")
    if covered.stop == len(data):
        if not _revision_complete(reader, signature, covered):
            return verdict.because("revision_incomplete", integrity=worst([verdict.integrity, "not_whole"]))
        return _by_own_rules(anatomy, verdict.because(coverage="whole_file", changes_after="none"))
    if check_tail(anatomy, covered.stop) is not None:
        behind = [one.code for one in anatomy.findings if one.position >= covered.stop]
        return verdict.because("tail", *behind, integrity=worst([verdict.integrity, "not_whole"]))
    if not _revision_complete(reader, signature, covered):
        return verdict.because("revision_incomplete", integrity=worst([verdict.integrity, "not_whole"]))
    if verdict.integrity == "broken":
        return verdict  # there is no signed revision that the present one could be compared with
    changes = differences.review(anatomy, reader, signature, start=covered.stop, own=verdict.own)
    if verdict.own and changes.permitted and not _explained_end(anatomy, reader):
        changes = differences.Changes(False, ("change_forbidden",))
    verdict = verdict.because(*changes.reasons, coverage="revision", changes_after="permitted" if changes.permitted else "forbidden")
    if not changes.permitted:
        return verdict.because(integrity=worst([verdict.integrity, "altered"]))
    return _by_own_rules(anatomy, verdict)


def _by_own_rules(anatomy: Anatomy, verdict: SignatureVerdict) -> SignatureVerdict:
    codes = own_rules.safe_findings(anatomy) if verdict.own else []
    return verdict.because(*codes, integrity="broken") if codes else verdict


def _explained_end(anatomy: Anatomy, reader: Reader) -> bool:
    """Tell whether what no signature or timestamp of an own file covers is validation data as we add it, or nothing."""
    stops = [0]
    for one in reader.embedded_signatures:
        numbers = [int(value) for value in one.byte_range]
        if len(numbers) == 4:
            stops.append(numbers[2] + numbers[3])
    last = max(stop for stop in stops if stop <= len(anatomy.data))
    return last == len(anatomy.data) or stored_proofs.written_by_us(anatomy, last)


def _revision_complete(reader: PdfFileReader, signature: EmbeddedPdfSignature, covered: coverage.Range) -> bool:
    """Tell whether the cross-reference of the signature's own revision lies inside the covered bytes, and no later one does."""
    own = signature.signed_revision
    return all(
        (reader.xrefs.get_xref_container_info(revision).end_location <= covered.stop) == (revision <= own)
        for revision in range(reader.xrefs.total_revisions)
    )


def _conclude(signatures: tuple[SignatureVerdict, ...], integrity_only: bool) -> Verdict:
    integrity = worst([one.integrity for one in signatures])
    people = [one for one in signatures if not one.document_timestamp]
    trusted = bool(people) and all(one.trusted for one in people)
    reasons = tuple(dict.fromkeys(code for one in signatures for code in one.reasons))
    bottom_line: BottomLine = "valid" if integrity == "intact" and people and (trusted or integrity_only) else "invalid"
    if not people and integrity == "intact":
        bottom_line = "unsigned"
        reasons = ("no_signature", *reasons)
    return Verdict("pdf", bottom_line, integrity, trusted, signatures, reasons)
