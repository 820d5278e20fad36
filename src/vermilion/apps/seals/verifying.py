"""Verifying a file that somebody brings, in a confined child. Needs neither Django's settings nor a database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from vermilion.base import children
from vermilion.core.pdf.verdict import Verdict, unreadable
from vermilion.core.pdf.verify import MAX_BYTES, verify_pdf
from vermilion.core.trust.store import TrustStore

SECONDS = 20.0
LARGE, SECONDS_FOR_LARGE = 8 * 1024 * 1024, 4.0
"""A large good file holds pictures and takes no longer than a small one; a large one that takes longer is made to."""
MEGABYTES, MEGABYTES_FOR_LARGE, MEDIUM = 376, 640, 52_000_000
"""Address space of the child, up to ``MEDIUM`` bytes and above; some 85 of it are never resident. Measured: good files of 50 MB with three
signatures take 300, of 100 MB 440."""


def verify_foreign(data: bytes, *, trust: TrustStore, now: datetime, integrity_only: bool = False, file: str = "") -> Verdict:
    """Return the verdict on foreign bytes; a file that exceeds the child's time or memory is unreadable. Raises ChildBusy."""
    if len(data) > MAX_BYTES:
        return verify_pdf(data, trust=trust, now=now, file=file)  # refused by its size, before anything is parsed
    try:
        if len(data) <= LARGE:
            verdict = _judged(verify_pdf, data, trust, now, integrity_only, file, SECONDS)
        else:
            from vermilion.core.pdf.general import verify_large  # pyHanko

            verdict = _judged(verify_large, data, trust, now, integrity_only, file, SECONDS_FOR_LARGE)
        return replace(_ofd(data) or verdict, file=file) if verdict.reasons == ("not_pdf",) and data.startswith(b"PK") else verdict
    except children.ChildBusy:
        raise
    except children.ChildError as error:
        limits = (children.ChildTimeout, children.ChildTooLarge, children.ChildCrashed)
        return replace(unreadable("took_too_long" if isinstance(error, limits) else "refused"), file=file)


def _judged(
    function: Callable[..., Verdict], data: bytes, trust: TrustStore, now: datetime, integrity_only: bool, file: str, seconds: float
) -> Verdict:
    options = {"trust": trust, "now": now, "integrity_only": integrity_only, "file": file}
    megabytes = MEGABYTES if len(data) <= MEDIUM else MEGABYTES_FOR_LARGE
    return children.call(function, data, **options, seconds=seconds, megabytes=megabytes)


def _ofd(data: bytes) -> Verdict | None:
    """Say of an OFD file what it is, and honestly that its signature was not judged."""
    from vermilion.core.typeset.recognising import recognise  # PDFium and more, which no PDF needs here

    kind = children.call(recognise, data, seconds=SECONDS, megabytes=MEGABYTES).kind
    return unreadable("ofd_not_judged", format="ofd") if kind in ("ofd", "ofd_signed") else None
