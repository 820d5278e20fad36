"""Baseline levels (ETSI EN 319 142-1) and how far a proof of time reaches: facts of a whole file, after each signature was judged."""

from __future__ import annotations

from datetime import datetime

from . import values
from .anatomy import Anatomy
from .tokens import Fault
from .verdict import SignatureVerdict


def raised(signatures: tuple[SignatureVerdict, ...], anatomy: Anatomy, *, stored: bool, now: datetime) -> tuple[SignatureVerdict, ...]:
    """Return ``signatures`` with B-LT and B-LTA where they hold, and ``timestamp_aged`` where a proof of time has run out.

    B-LT: the file holds the proof that nothing was revoked (``stored``: it has a /DSS). B-LTA: a trusted document timestamp covers that.
    A timestamp proves by its TSA's certificate; when that has ended, by a later timestamp that was made while it had not.
    """
    archive = sorted((one for one in signatures if _counts(one)), key=lambda one: one.covers)
    stored_at = _stored_at(anatomy) if stored else None
    found = []
    for one in signatures:
        if (
            one.level == "B-T"
            and one.trusted
            and one.integrity == "intact"
            and stored_at is not None
            and one.revocation in ("good", "not_needed")
        ):
            covered = any(stamp.covers > max(stored_at, one.covers) for stamp in archive)
            one = one.because(level="B-LTA" if covered else "B-LT")
        if one.proof_ends is not None and now > _reach(one.proof_ends, one.covers, archive):
            one = one.because("timestamp_aged")
        found.append(one)
    return tuple(found)


def _counts(one: SignatureVerdict) -> bool:
    return one.document_timestamp and one.trusted and one.integrity == "intact" and one.signed_at is not None


def _stored_at(anatomy: Anatomy) -> int | None:
    """Return where the newest /DSS stands; inside the catalog, that is the catalog's own place."""
    try:
        number = values.reference(anatomy.catalog.get("DSS", b"")) or anatomy.references.root
    except (Fault, KeyError):  # pyHanko reads a catalog there, our reader none
        return None
    place = anatomy.references.places.get(number) if number is not None else None
    return place.where if place is not None and place.kind == "n" else None


def _reach(ends: datetime, covers: int, archive: list[SignatureVerdict]) -> datetime:
    """Return until when a proof holds that ends at ``ends`` by itself, carried on by each later timestamp made in time."""
    for stamp in archive:
        made, its_end = stamp.signed_at, stamp.proof_ends
        if stamp.covers > covers and made is not None and its_end is not None and made <= ends:
            ends = max(ends, its_end)
    return ends
