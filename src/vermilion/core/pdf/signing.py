"""Signing in two steps, so that the key can be elsewhere: ``prepare`` writes the revision with an empty place, ``finish`` fills it in.

The result is PAdES: ``ETSI.CAdES.detached``, time in ``/M``, no signingTime attribute. It begins with exactly the bytes that were given.
"""

from __future__ import annotations

import re
from binascii import hexlify
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cached_property, partial

from vermilion.core.trust.suites import SHA256, Digest

from . import pictures
from .errors import ContentsTooLarge, NotSignable, PdfError
from .fields import Field, Place, add_signed_field, blank_look, empty_field, sign_field, signature_fields
from .repeating import repeated
from .revision import Revision
from .syntax import SyntaxFault, write_dictionary, write_reference, write_text

CONTENTS_HEX_DIGITS = 16384
"""Fixed room for the CMS: 8 kB hold the chain (2.6 kB with RSA) and a timestamp with its own; never guessed by a trial signature."""

_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s*\]")
_BEFORE_HOLE = re.compile(rb"/Contents\s*$")
_RANGE_ROOM = b"[0 0000000000 0000000000 0000000000]"
_HOLE = b"<%b>" % (b"0" * CONTENTS_HEX_DIGITS)
_CONTENTS = b" /Contents "
_APPROVES = b"/Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached"


@dataclass(frozen=True)
class Slices:
    """A cross-page seal: width of the whole picture and height above the page's lower edge, both in points."""

    size: float = 119.0
    bottom: float = 380.0


Piece = bytes | memoryview


@dataclass(frozen=True)
class Prepared:
    """A PDF that lacks only its CMS, in pieces, so that a large file is not copied.

    ``before`` and ``after`` are all but the ``<…>`` of /Contents; digests are of them.
    """

    before: tuple[Piece, ...]
    after: Piece

    @property
    def start(self) -> int:
        """Where the place of the CMS begins."""
        return sum(map(len, self.before))

    @property
    def end(self) -> int:
        """Where the place of the CMS ends."""
        return self.start + len(_HOLE)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The whole file, its place for the CMS empty."""
        return (*self.before, _HOLE, self.after)

    @cached_property
    def pdf(self) -> bytes:
        """The same as one."""
        return b"".join(self.pieces)

    @cached_property
    def digest(self) -> bytes:
        """The SHA-256 of the byte range: registered, then signed, and made once."""
        return self._digest(SHA256)

    def digested(self, digest: Digest) -> bytes:
        """Return the digest of the byte range that a CMS must sign whose suite has this ``digest``."""
        return self.digest if digest == SHA256 else self._digest(digest)

    def _digest(self, digest: Digest) -> bytes:
        state = digest.new()
        for piece in (*self.before, self.after):
            state.update(piece)
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
        draw = partial(_draw, revision, certify=certify, picture=picture, slices=slices)
        if isinstance(field, Place):  # made for an insurer's document, where everything is as in the last one of its template
            value = repeated(revision, (field, certify, picture, slices), partial(draw, field))
            closes = field.closes
        else:
            _check_open(revision, makes_field=False, alone=certify or slices is not None)
            target = empty_field(revision, field)
            value, closes = draw(target), target.closes
        entries = _signature(at, certify=certify, close=close or closes, reason=reason, name=name)
        revision.replace(value, unsigned_value(entries))
        return with_range(revision)
    except (SyntaxFault, KeyError, ValueError) as error:
        raise NotSignable(f"the signature can't be placed: {error}") from error


def _draw(revision: Revision, target: Field | Place, *, certify: bool, picture: bytes | None, slices: Slices | None) -> int:
    """Write all of the signing revision but the signature dictionary, whose number is returned."""
    if isinstance(target, Place):
        _check_open(revision, makes_field=True, alone=certify or slices is not None)
    look = None
    if picture:
        drawn = pictures.read_picture(picture)
        number = drawn.place_in(revision)
        if slices:
            pictures.draw_slices(revision, drawn, number, size=slices.size, bottom=slices.bottom)
        look = pictures.field_appearance(revision, drawn, number, target.width, target.height)
    value = revision.reserve(1)
    if isinstance(target, Place):
        add_signed_field(revision, target, value, blank_look(revision, target.box) if look is None else look)
    else:
        sign_field(revision, target, value, look)
    if certify:
        permissions = write_dictionary({b"/DocMDP": write_reference(value)})
        revision.update(revision.root_number, {**revision.root, b"/Perms": permissions})
    return value


def _check_open(revision: Revision, *, makes_field: bool, alone: bool) -> None:
    """Raise NotSignable when the signatures that the file has permit no further one of this kind."""
    signed = [field for field in signature_fields(revision) if field.signed]
    if b"/Perms" in revision.root:
        raise NotSignable("the file is certified; nothing may be added to it")
    if any(_locks(revision, field) for field in signed):
        raise NotSignable("the last signature closed the file")
    if signed and (alone or makes_field):
        raise NotSignable("a file that is signed already can't be certified, nor get a new field or a cross-page seal")


def _locks(revision: Revision, field: Field) -> bool:
    return b"/Reference" in revision.opened(field.entries[b"/V"])


def _signature(at: datetime, *, certify: bool, close: bool, reason: str, name: str) -> bytes:
    """Return the entries of the signature dictionary, without range and contents."""
    moment = at.astimezone(timezone.utc)
    time = (moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second)
    entries = _APPROVES + b" /M (D:%04d%02d%02d%02d%02d%02d+00'00')" % time
    if name:
        entries += b" /Name " + write_text(name)
    if reason:
        entries += b" /Reason " + write_text(reason)
    if certify:
        entries += _CERTIFIES
    elif close:
        entries += _CLOSES
    return entries


def _rule(method: bytes, parameters: bytes) -> bytes:
    """Return /Reference: what may change after the signature (ISO 32000-1, 12.8.2)."""
    transform = b"<< /Type /TransformParams /V /1.2 %b >>" % parameters
    return b" /Reference [<< /Type /SigRef /TransformMethod /%b /TransformParams %b >>]" % (method, transform)


_CERTIFIES = _rule(b"DocMDP", b"/P 1")
_CLOSES = _rule(b"FieldMDP", b"/Action /All /P 1")


def unsigned_value(entries: bytes) -> tuple[bytes, ...]:
    """Return a signature dictionary with these ``entries`` and room for /ByteRange and /Contents, its last."""
    return b"<< %b /ByteRange " % entries, _RANGE_ROOM, _CONTENTS, _HOLE, b" >>"


def with_range(revision: Revision) -> Prepared:
    """Return the finished ``revision``, one of whose objects is an :func:`unsigned_value`, with its /ByteRange filled in."""
    parts, begin, total = revision.pieces()
    hole = next(index for index, part in enumerate(parts) if part is _HOLE)
    start = begin + sum(map(len, parts[:hole]))
    end = start + len(_HOLE)
    parts[hole - 2] = (b"[0 %d %d %d]" % (start, end, total - end)).ljust(len(_RANGE_ROOM))
    return Prepared((revision.pdf, b"".join(parts[:hole])), b"".join(parts[hole + 1 :]))


def empty_place(tail: bytes, begin: int = 0) -> tuple[int, int]:
    """Return where the place of the CMS begins and ends in a prepared PDF, trusting nothing that a caller says about offsets.

    ``tail``: the PDF from its ``begin``-th byte on; there the one empty signature must lie. Raises PdfError if the file is not so.
    """
    candidates = []
    position = len(tail)
    while (position := tail.rfind(b"/ByteRange", 0, position)) >= 0:  # from the end, which is thrice as fast
        if match := _RANGE.match(tail, position):
            zero, start, end, rest = map(int, match.groups())
            if zero == 0 and start < end and end + rest == begin + len(tail):
                candidates.append((start, end))
    if len(candidates) != 1:
        raise PdfError("the file is not prepared for exactly one signature")
    start, end = candidates[0]
    if start < begin or end - start != len(_HOLE) or not tail.startswith(_HOLE, start - begin):
        raise PdfError("the place of the signature is not empty")
    if not _BEFORE_HOLE.search(tail, max(0, start - begin - 32), start - begin):
        raise PdfError("the empty place is not a /Contents entry")
    return start, end


def finish(prepared: Prepared, cms: bytes) -> bytes:
    """Return the signed PDF: lower-case hex, padded with zeros. Raises ContentsTooLarge when ``cms`` does not fit."""
    digits = hexlify(cms)
    spare = CONTENTS_HEX_DIGITS - len(digits)
    if spare < 0:
        raise ContentsTooLarge(f"the signature has {len(digits)} hex digits, {-spare} more than there is room for")
    return b"".join((*prepared.before, b"<", digits, b"0" * spare, b">", prepared.after))
