"""The last intact signed revision of a file: what somebody really signed, to be laid beside what the file shows now."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from vermilion.core.trust.store import TrustStore

from .verdict import SignatureVerdict, Verdict
from .verify import verify_pdf

_RANGE_END = re.compile(rb"/ByteRange\s{0,16}\[\s{0,16}0\s{1,16}\d{1,12}\s{1,16}(\d{1,12})\s{1,16}(\d{1,12})\s{0,16}\]")
_MOST_TRIED = 8
"""Own files have a handful of signatures; each try is a whole verification."""


@dataclass(frozen=True)
class SignedRevision:
    """``pdf``: the file's first bytes, all covered by ``signature``; ``verdict``: the judgement on them alone."""

    pdf: bytes
    signature: SignatureVerdict
    verdict: Verdict


def last_signed_revision(data: bytes, *, trust: TrustStore, now: datetime) -> SignedRevision | None:
    """Return the longest beginning of ``data`` that ends with a signature and is intact, or None when there is none.

    Whoever signed: ask ``signature.own`` and ``signature.trusted`` before calling it ours. Never raises; run it in a confined child
    (everything in the answer may travel back from there).
    """
    stops = {int(match[1]) + int(match[2]) for match in _RANGE_END.finditer(data)}
    for stop in sorted((one for one in stops if 0 < one <= len(data)), reverse=True)[:_MOST_TRIED]:
        verdict = verify_pdf(data[:stop], trust=trust, now=now, integrity_only=True)
        whole = [one for one in verdict.signatures if one.coverage == "whole_file"]
        if verdict.integrity == "intact" and len(whole) == 1:
            return SignedRevision(data[:stop], whole[0], verdict)
    return None
