"""Signing in two steps, so that the key can be elsewhere: ``prepare`` writes the revision with an empty place, ``finish`` fills it in.

The result is PAdES: ``ETSI.CAdES.detached``, time in ``/M``, no signingTime attribute. It begins with exactly the bytes that were given.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timezone

from vermilion.core.trust.suites import SHA256, Digest

from . import pictures
from .errors import ContentsTooLarge, NotSignable, PdfError
from .fields import Field, Place, add_fields, empty_field, signature_fields
from .revision import Revision
from .syntax import SyntaxFault, write_dictionary, write_reference, write_text

CONTENTS_HEX_DIGITS = 16384
"""Fixed room for the CMS: 8 kB hold the chain (2.6 kB with RSA) and a timestamp with its own; never guessed by a trial signature."""

_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s*\]")
RANGE_ROOM = b"[0 0000000000 0000000000 0000000000]"
HOLE = b"<%b>" % (b"0" * CONTENTS_HEX_DIGITS)
"""What stands for /ByteRange and /Contents until they are known."""


@dataclass(frozen=True)
class Slices:
    """A cross-page seal: width of the whole picture and height above the page's lower edge, both in points."""

    size: float = 119.0
    bottom: float = 380.0


@dataclass(frozen=True)
class Prepared:
    """A PDF that lacks only its CMS. ``start`` and ``end`` bound the ``<…>`` of /Contents; digests are of all the rest."""

    pdf: bytes
    start: int
    end: int

    @property
    def digest(self) -> bytes:
        """Return the SHA-256 of the byte range."""
        return self.digested(SHA256)

    def digested(self, digest: Digest) -> bytes:
        """Return the digest of the byte range that a CMS must sign whose suite has this ``digest``."""
        state = digest.new()
        state.update(memoryview(self.pdf)[: self.start])
        state.update(memoryview(self.pdf)[self.end :])
        return bytes(state.digest())


def prepare(
    pdf: bytes,
    *,
    field: str | Place,
    at: datetime,
    certify: bool = False,
    close: bool = False,
    picture: bytes | None = None,
    slices: Slices | None = None,
    reason: str = "",
    name: str = "",
) -> Prepared:
    """Write the signing revision.

    ``field``: the name of an empty field, or a Place where a field is made in this revision (insurer documents).
    ``certify``: a certifying signature that permits no change (DocMDP P=1). ``close``: the last person's signature, locks all fields.
    ``picture``: one-page PDF drawn in the field; ``slices``: draw it across the pages' edges too (only on a file without signatures).
    Raises NotSignable or PdfError; nothing is signed here.
    """
    try:
        revision = Revision(pdf)
        _check_open(revision, makes_field=isinstance(field, Place), alone=certify or slices is not None)
        drawn = pictures.read_picture(picture) if picture else None
        number = drawn.place_in(revision) if drawn else 0
        if drawn and slices:
            pictures.draw_slices(revision, drawn, number, size=slices.size, bottom=slices.bottom)
        if isinstance(field, Place):
            add_fields(revision, [field])
        target = empty_field(revision, field.name if isinstance(field, Place) else field)
        entries = dict(target.entries)
        if drawn:
            look = pictures.field_appearance(revision, drawn, number, target.width, target.height)
            entries["AP"] = write_dictionary({"N": write_reference(look)})
        return _with_signature(revision, target, entries, at, certify=certify, close=close, reason=reason, name=name)
    except (SyntaxFault, KeyError, ValueError) as error:
        raise NotSignable(f"the signature can't be placed: {error}") from error


def _check_open(revision: Revision, *, makes_field: bool, alone: bool) -> None:
    """Raise NotSignable when the signatures that the file has permit no further one of this kind."""
    signed = [field for field in signature_fields(revision) if field.signed]
    if "Perms" in revision.root:
        raise NotSignable("the file is certified; nothing may be added to it")
    if any(_locks(revision, field) for field in signed):
        raise NotSignable("the last signature closed the file")
    if signed and (alone or makes_field):
        raise NotSignable("a file that is signed already can't be certified, nor get a new field or a cross-page seal")


def _locks(revision: Revision, field: Field) -> bool:
    return "Reference" in revision.opened(field.entries["V"])


def _with_signature(
    revision: Revision, target: Field, entries: dict[str, bytes], at: datetime, *, certify: bool, close: bool, reason: str, name: str
) -> Prepared:
    signature = {
        "Type": b"/Sig",
        "Filter": b"/Adobe.PPKLite",
        "SubFilter": b"/ETSI.CAdES.detached",
        "M": b"(D:%b+00'00')" % at.astimezone(timezone.utc).strftime("%Y%m%d%H%M%S").encode(),
    }
    if name:
        signature["Name"] = write_text(name)
    if reason:
        signature["Reason"] = write_text(reason)
    if certify:
        signature["Reference"] = _rule("DocMDP", {"P": b"1"})
    elif close or target.closes:
        signature["Reference"] = _rule("FieldMDP", {"Action": b"/All", "P": b"1"})
    number = revision.add(write_dictionary({**signature, "ByteRange": RANGE_ROOM, "Contents": HOLE}))
    revision.update(target.number, {**entries, "V": write_reference(number)})
    if certify:
        permissions = write_dictionary({"DocMDP": write_reference(number)})
        revision.update(revision.root_number, {**revision.root, "Perms": permissions})
    return with_range(revision.finished())


def _rule(method: str, parameters: dict[str, bytes]) -> bytes:
    """Return /Reference: what may change after the signature (ISO 32000-1, 12.8.2)."""
    transform = write_dictionary({"Type": b"/TransformParams", "V": b"/1.2", **parameters})
    return b"[%b]" % write_dictionary({"Type": b"/SigRef", "TransformMethod": b"/" + method.encode(), "TransformParams": transform})


def with_range(pdf: bytes) -> Prepared:
    """Return the finished revision with its /ByteRange filled in; the room for it and the hole are the last of the file."""
    start = pdf.rindex(HOLE)
    end = start + len(HOLE)
    room = pdf.rindex(RANGE_ROOM, 0, start)
    filled = (b"[0 %d %d %d]" % (start, end, len(pdf) - end)).ljust(len(RANGE_ROOM))
    return Prepared(b"".join((pdf[:room], filled, pdf[room + len(RANGE_ROOM) :])), start, end)


def read_prepared(pdf: bytes) -> Prepared:
    """Find the one empty signature in ``pdf``, trusting nothing that a caller says about offsets. Raises PdfError if the file is not so."""
    candidates = []
    for match in _RANGE.finditer(pdf):
        zero, start, end, rest = (int(part) for part in match.groups())
        if zero == 0 and start < end and end + rest == len(pdf):
            candidates.append((start, end))
    if len(candidates) != 1:
        raise PdfError("the file is not prepared for exactly one signature")
    start, end = candidates[0]
    hole = pdf[start:end]
    if len(hole) != CONTENTS_HEX_DIGITS + 2 or hole[:1] != b"<" or hole[-1:] != b">" or hole.strip(b"<>").strip(b"0"):
        raise PdfError("the place of the signature is not empty")
    if not re.search(rb"/Contents\s*$", pdf[max(0, start - 32) : start]):
        raise PdfError("the empty place is not a /Contents entry")
    return Prepared(pdf, start, end)


def finish(prepared: Prepared, cms: bytes) -> bytes:
    """Return the signed PDF: lower-case hex, padded with zeros. Raises ContentsTooLarge when ``cms`` does not fit."""
    digits = cms.hex()
    room = prepared.end - prepared.start - 2
    if len(digits) > room:
        raise ContentsTooLarge(f"the signature has {len(digits)} hex digits, the room {room}")
    filled = digits.ljust(room, "0").encode()
    return b"".join((prepared.pdf[: prepared.start + 1], filled, prepared.pdf[prepared.end - 1 :]))
