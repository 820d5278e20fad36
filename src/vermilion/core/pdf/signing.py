"""Signing in two steps, so that the key can be elsewhere: ``prepare`` writes the revision with an empty place, ``finish`` fills it in.

The result is PAdES: ``ETSI.CAdES.detached``, time in ``/M``, no signingTime attribute. It begins with exactly the bytes that were given.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.form_tools import annot_width_height
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.misc import PdfError as HankoError
from pyhanko.sign.fields import FieldMDPSpec, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigMDPSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject

from . import pictures
from .errors import ContentsTooLarge, NotSignable, PdfError
from .fields import CLOSING_LOCK, Place
from .writer import RevisionWriter

CONTENTS_HEX_DIGITS = 16384
"""Fixed room for the CMS: 8 kB hold the chain (2.6 kB with RSA) and a timestamp with its own; never guessed by a trial signature."""

_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s*\]")


@dataclass(frozen=True)
class Slices:
    """A cross-page seal: width of the whole picture and height above the page's lower edge, both in points."""

    size: float = 119.0
    bottom: float = 380.0


@dataclass(frozen=True)
class Prepared:
    """A PDF that lacks only its CMS. ``start`` and ``end`` bound the ``<…>`` of /Contents; ``digest`` is the SHA-256 of all the rest."""

    pdf: bytes
    start: int
    end: int

    @property
    def digest(self) -> bytes:
        """Return the byte-range digest that the CMS must sign."""
        state = hashlib.sha256(memoryview(self.pdf)[: self.start])
        state.update(memoryview(self.pdf)[self.end :])
        return state.digest()


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
    writer = RevisionWriter(pdf)
    signed_before = next(iter(writer.prev.embedded_signatures), None) is not None
    if signed_before and (certify or slices):
        raise NotSignable("a file that is signed already can't be certified or get a cross-page seal")
    if not certify and _certified(writer):
        raise NotSignable("the file is certified; nothing may be added to it")
    drawn = pictures.import_picture(writer, picture) if picture else None
    if drawn and slices:
        pictures.draw_slices(writer, drawn, size=slices.size, bottom=slices.bottom)
    try:
        return _embed(writer, field, at, certify, close, drawn, reason, name)
    except (HankoError, SigningError, ValueError, KeyError, AssertionError) as error:
        raise NotSignable(f"the signature can't be placed: {error}") from error


def _certified(writer: RevisionWriter) -> bool:
    return "/Perms" in writer.root and "/DocMDP" in writer.root["/Perms"]


def _embed(
    writer: RevisionWriter,
    field: str | Place,
    at: datetime,
    certify: bool,
    close: bool,
    drawn: pictures.Picture | None,
    reason: str,
    name: str,
) -> Prepared:
    spec = None
    if isinstance(field, Place):
        spec = SigFieldSpec(field.name, on_page=field.page, box=field.box)  # type: ignore[arg-type]
    embedding = PdfCMSEmbedder(new_field_spec=spec).write_cms(
        field.name if isinstance(field, Place) else field, writer, existing_fields_only=spec is None
    )
    field_reference = next(embedding)
    widget = field_reference.get_object()
    width, height = annot_width_height(widget)
    if drawn and width and height:
        appearance = pictures.field_appearance(writer, drawn, float(width), float(height))
        widget[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): appearance})
    placeholder = SignatureObject(
        timestamp=at, subfilter=SigSeedSubFilter.PADES, name=name, reason=reason, bytes_reserved=CONTENTS_HEX_DIGITS
    )
    lock = FieldMDPSpec.from_pdf_object(widget["/Lock"]) if "/Lock" in widget else CLOSING_LOCK if close else None
    permission = MDPPerm.NO_CHANGES if certify or lock is not None else None
    rules = SigMDPSetup(md_algorithm="sha256", certify=certify, field_lock=lock, docmdp_perms=permission)
    embedding.send(SigObjSetup(sig_placeholder=placeholder, mdp_setup=rules))
    prepared, output = embedding.send(SigIOSetup(md_algorithm="sha256"))
    return Prepared(output.getvalue(), prepared.reserved_region_start, prepared.reserved_region_end)


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
