"""From a permission to a signed file: prepare → keeper → finish → self-check. No transaction may be open: the keeper has a socket."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
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
from .errors import NotPrepared, PermissionUnknown, SealError, SealNotUsable, SelfCheckFailed
from .events import outside_event
from .keeper import client
from .keeper.client import Signature, ToSign
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
_Prepared = tuple[Prepared, ToSign]

GROUP = 16
"""Documents that go to the keeper together; of more, the last would cost no less."""
GROUP_BYTES = 32 * 1024 * 1024
"""What they may have together, but for a single one: both sides hold them in memory."""


def place_of(zone: Zone, name: str, *, closes: bool = False, label: str = "") -> Place:
    """Return the signature field's place for a zone of the typesetter (whose pages count from 1)."""
    box = (zone.x, zone.y, zone.x + zone.width, zone.y + zone.height)
    return Place(name, zone.page - 1, box, closes=closes, label=label)


@dataclass(frozen=True)
class ToSeal:
    """A complete unsigned document of the insurer whose digest the permission names: seal picture in ``zone``, slices across the pages."""

    permission_id: UUID
    pdf: bytes
    zone: Zone
    cross_page: bool = True


def seal_document(*, permission_id: UUID, pdf: bytes, zone: Zone, cross_page: bool = True) -> SealedDocument:
    """Set the insurer's seal: one certifying signature (no change permitted after it). As :class:`ToSeal`; many: :func:`seal_documents`.

    Raises SealError; the file is then unchanged.
    """
    (sealed,) = seal_documents([ToSeal(permission_id, pdf, zone, cross_page)])
    if isinstance(sealed, SealError):
        raise sealed
    return sealed


def seal_documents(documents: Iterable[ToSeal]) -> Iterator[SealedDocument | SealError]:
    """Set the insurer's seal on many documents; yield in their order what became of each, a sealed file or why there is none.

    Each stands for itself: it has its own permission, judged and registered as if it were alone, and a refused one stops none of the
    others. What several have in common is done once (:data:`GROUP` go to the keeper in one request), so a document costs less than alone.
    ``documents`` may be a generator that typesets them; a group is taken from it at a time. Store each result as it comes
    (``services.mark_stored``): whoever is interrupted asks again for those not stored, whose lost signatures are then abandoned.
    A SealError that says nothing of single documents (the keeper does not answer) is yielded for each of its group.
    """
    for group in _groups(documents):
        permissions = SealPermission.objects.select_related("seal").in_bulk({one.permission_id for one in group})
        yield from _complete_all([_prepared(permissions.get(one.permission_id), one) for one in group])


def _groups(documents: Iterable[ToSeal]) -> Iterator[list[ToSeal]]:
    """Part ``documents`` into what goes to the keeper together."""
    group: list[ToSeal] = []
    for one in documents:
        if len(group) == GROUP or (group and sum(len(other.pdf) for other in (*group, one)) > GROUP_BYTES):
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def _prepared(permission: SealPermission | None, document: ToSeal) -> _Prepared | SealError:
    if permission is None:
        return PermissionUnknown()
    if permission.seal is None:
        return SealNotUsable()
    size = permission.seal.size_mm * POINTS_PER_MM
    picture = pictures.seal_picture(permission.seal.picture, round(size, 2))
    try:
        prepared = pdf_signing.prepare(
            document.pdf,
            field=place_of(_square(document.zone, size), SEAL_FIELD),
            at=now(),
            certify=True,
            picture=picture,
            slices=Slices(size=size) if document.cross_page else None,
        )
    except PdfError as error:
        refusal = NotPrepared()
        refusal.__cause__ = error
        return refusal
    return prepared, ToSign(document.permission_id, prepared.pieces, len(document.pdf))


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
    shown = _shown_length(pdf, permission.shown_digest)
    (signed,) = _complete_all([(prepared, ToSign(permission_id, prepared.pieces, shown, outside_event(permission_id)))])
    if isinstance(signed, SealError):
        raise signed
    return signed


def _shown_length(pdf: bytes, shown_digest: str) -> int:
    """Return how many bytes of ``pdf`` were shown: to the end of the revision whose digest fits, else all, which the keeper refuses."""
    state, position = hashlib.sha256(), 0
    for match in _REVISION_END.finditer(pdf):
        state.update(memoryview(pdf)[position : match.end()])
        position = match.end()
        if state.hexdigest() == shown_digest:
            return position
    return len(pdf)


def _complete_all(documents: Sequence[_Prepared | SealError]) -> Iterator[SignedDocument | SealError]:
    """Have the keeper sign what could be prepared, by one request, and check what it made."""
    if connection.in_atomic_block:
        raise RuntimeError("a document is signed outside any transaction: the keeper must see the permission, and answers over a socket")
    asked = [one[1] for one in documents if not isinstance(one, SealError)]
    try:
        signatures = iter(client.sign(asked) if asked else [])
    except SealError as error:
        yield from [one if isinstance(one, SealError) else error for one in documents]
        return
    trust = trust_store()
    for one in documents:
        yield one if isinstance(one, SealError) else _finished(one[0], next(signatures), trust)


def _finished(prepared: Prepared, signature: Signature | SealError, trust: TrustStore) -> SignedDocument | SealError:
    """Return the signed file once it was looked at as a stranger would."""
    if isinstance(signature, SealError):
        return signature
    signed = pdf_signing.finish(prepared, signature.cms)
    verdict = verify_pdf(signed, trust=trust, now=now())
    if verdict.bottom_line != "valid":
        return SelfCheckFailed(reasons=list(verdict.reasons))
    return SignedDocument(
        pdf=signed,
        use_id=signature.use_id,
        signed_at=signature.signed_at,
        level=signature.level,
        revision_digest=hashlib.sha256(signed).hexdigest(),
        certificate_serial=signature.certificate_serial,
    )


def trust_store() -> TrustStore:
    """Return whom this instance trusts: ``$VERMILION_HOME/trust``."""
    return TrustStore.load(config().home / "trust")
