"""From a permission to a signed file: prepare → keeper → finish → self-check. No transaction may be open: the keeper has a socket."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from vermilion.base.clock import now
from vermilion.base.config import config
from vermilion.core.pdf import signing as pdf_signing
from vermilion.core.pdf.errors import PdfError
from vermilion.core.pdf.fields import Place, field_size
from vermilion.core.pdf.signing import Prepared, Slices
from vermilion.core.pdf.verify import verify_pdf
from vermilion.core.trust.store import TrustStore
from vermilion.core.typeset.zones import Zone

from . import pictures
from .errors import NotPrepared, PermissionUnknown, SealNotUsable, SelfCheckFailed
from .events import outside_event
from .keeper import client
from .models import SealPermission

POINTS_PER_MM = 72 / 25.4
SEAL_FIELD = "Seal"
_REVISION_END = re.compile(rb"%%EOF(?:\r\n|\r|\n)?")


@dataclass(frozen=True)
class SignedDocument:
    """A signed file that passed the verifier. Store it, then call ``services.mark_stored(use_id=…, revision_digest=…)``.

    ``revision_digest``: SHA-256 (hex) of ``pdf``. ``level``: B-T. ``signed_at``: the timestamp's time.
    """

    pdf: bytes
    use_id: UUID
    signed_at: datetime
    level: str
    revision_digest: str
    certificate_serial: str


SealedDocument = SignedDocument


def place_of(zone: Zone, name: str, *, closes: bool = False, label: str = "") -> Place:
    """Return the signature field's place for a zone of the typesetter (whose pages count from 1)."""
    box = (zone.x, zone.y, zone.x + zone.width, zone.y + zone.height)
    return Place(name, zone.page - 1, box, closes=closes, label=label)


def seal_document(*, permission_id: UUID, pdf: bytes, zone: Zone, cross_page: bool = True) -> SealedDocument:
    """Set the insurer's seal: one certifying signature (no change permitted after it), seal picture in ``zone``, slices across the pages.

    ``pdf`` is the complete unsigned document whose digest the permission names. Raises SealError; the file is then unchanged.
    """
    permission = SealPermission.objects.select_related("seal").filter(pk=permission_id).first()
    if permission is None:
        raise PermissionUnknown()
    if permission.seal is None:
        raise SealNotUsable()
    size = permission.seal.size_mm * POINTS_PER_MM
    picture = pictures.seal_picture(permission.seal.picture, round(size, 2))
    try:
        prepared = pdf_signing.prepare(
            pdf,
            field=place_of(_square(zone, size), SEAL_FIELD),
            at=now(),
            certify=True,
            picture=picture,
            slices=Slices(size=size) if cross_page else None,
        )
    except PdfError as error:
        raise NotPrepared() from error
    return _complete(permission_id, pdf, prepared)


def _square(zone: Zone, size: float) -> Zone:
    """Return a square of the seal's true size in the middle of ``zone`` (smaller when the zone is)."""
    side = min(size, zone.width, zone.height)
    return Zone(zone.role, zone.page, zone.x + (zone.width - side) / 2, zone.y + (zone.height - side) / 2, side, side)


def sign_by_person(
    *,
    permission_id: UUID,
    pdf: bytes,
    field: str,
    appearance_svg: str,
    lines: list[str],
    is_last: bool,
) -> SignedDocument:
    """Add one person's signature in ``field``, which was made before the document was shown.

    ``pdf``: the file so far, with the signatures of those who signed before; it begins with the bytes whose digest the permission names.
    ``is_last`` closes the file. Raises SealError; the file is then unchanged.
    """
    permission = SealPermission.objects.filter(pk=permission_id).first()
    if permission is None:
        raise PermissionUnknown()
    try:
        width, height = field_size(pdf, field)
        picture = pictures.signature_picture(appearance_svg, lines, width, height)
        prepared = pdf_signing.prepare(pdf, field=field, at=now(), close=is_last, picture=picture)
    except PdfError as error:
        raise NotPrepared() from error
    return _complete(permission_id, pdf[: _shown_length(pdf, permission.shown_digest)], prepared)


def _shown_length(pdf: bytes, shown_digest: str) -> int:
    """Return how many bytes of ``pdf`` were shown: to the end of the revision whose digest fits, else all, which the keeper refuses."""
    state, position = hashlib.sha256(), 0
    for match in _REVISION_END.finditer(pdf):
        state.update(memoryview(pdf)[position : match.end()])
        position = match.end()
        if state.hexdigest() == shown_digest:
            return position
    return len(pdf)


def _complete(permission_id: UUID, shown: bytes, prepared: Prepared) -> SignedDocument:
    if connection.in_atomic_block:
        raise RuntimeError("a document is signed outside any transaction: the keeper must see the permission, and answers over a socket")
    signature = client.sign(permission_id, prepared.pieces, len(shown), outside=outside_event(permission_id))
    signed = pdf_signing.finish(prepared, signature.cms)
    _self_check(signed)
    return SignedDocument(
        pdf=signed,
        use_id=signature.use_id,
        signed_at=signature.signed_at,
        level=signature.level,
        revision_digest=hashlib.sha256(signed).hexdigest(),
        certificate_serial=signature.certificate_serial,
    )


def _self_check(signed: bytes) -> None:
    """Look at the finished file as a stranger would. Raises SelfCheckFailed."""
    verdict = verify_pdf(signed, trust=trust_store(), now=now())
    if verdict.bottom_line != "valid":
        raise SelfCheckFailed(reasons=list(verdict.reasons))


def trust_store() -> TrustStore:
    """Return whom this instance trusts: ``$VERMILION_HOME/trust``."""
    return TrustStore.load(config().home / "trust")
