"""``verify_pdf``: structure → coverage → digest → signature → chain and time → later revisions; independent facts, one bottom line.

Any exception on the way is a refusal with a reason, never a pass.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from vermilion.core.trust.store import TrustStore

from . import own_form
from .anatomy import Anatomy
from .dissecting import dissect
from .tokens import TooComplex
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
    """Return the verdict on ``data``. Raises nothing for whatever the bytes are but MemoryError; run it in a confined child all the same.

    ``now`` is used where no trusted timestamp tells the time of signing. ``integrity_only``: the bottom line ignores who signed.
    """
    try:
        verdict = _verify(data, trust, now, integrity_only)
    except MemoryError:
        raise  # the limit is reached: that says nothing about the file, and the child tells it
    except Exception:  # foreign bytes that no step below foresaw: what can't be explained is refused
        verdict = Verdict("pdf", "invalid", "broken", False, reasons=("refused",))
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
    except MemoryError:
        raise
    except Exception:  # foreign bytes
        return _unparsed(data, trust, now, beginnings=beginnings)
    if (own := own_form.judge(anatomy, trust=trust)) is not None:
        return _conclude((own,), integrity_only)
    return _verify_generally(anatomy, trust, now, integrity_only, beginnings=beginnings)


def _verify_generally(anatomy: Anatomy, trust: TrustStore, now: datetime, integrity_only: bool, *, beginnings: bool = True) -> Verdict:
    from . import general  # pyHanko: most of a second for a process that perhaps only sees own files

    try:
        signatures = general.judge(anatomy, trust, now)
    except general.Encrypted:
        return unreadable("encrypted")
    except general.Unparsed:
        return _unparsed(anatomy.data, trust, now, beginnings=beginnings)
    if not signatures:
        traces = _TRACES.search(anatomy.data) is not None
        return Verdict("pdf", "unsigned", "none", False, reasons=("signature_removed" if traces else "no_signature",))
    return _conclude(signatures, integrity_only)


def _unparsed(data: bytes, trust: TrustStore, now: datetime, *, beginnings: bool) -> Verdict:
    """Judge a PDF that the strict parser refuses: not whole or broken when it bears a signature, else unreadable or unsigned."""
    from . import general

    if b"/Encrypt" in data and general.is_encrypted(data):
        return unreadable("encrypted")
    if _TRACES.search(data) is not None:
        # A beginning of the file is looked at once, never a beginning of a beginning: that would go on for ever.
        return (_damaged_later(data, trust, now) if beginnings else None) or Verdict(
            "pdf", "invalid", "broken", False, reasons=("damaged",)
        )
    if b"%%EOF" not in data[-2048:]:
        return unreadable("truncated")
    signed = general.is_signed_leniently(data)
    if signed is None:
        return unreadable("damaged")
    if signed:
        return Verdict("pdf", "invalid", "broken", False, reasons=("damaged",))
    return Verdict("pdf", "unsigned", "none", False, reasons=("no_signature",))


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
