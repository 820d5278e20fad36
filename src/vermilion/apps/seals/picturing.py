"""A seal's picture from a photograph of its impression: cut out and shown first, then put in place of the present one."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from vermilion.apps.chronicle.services import record
from vermilion.apps.parties.models import StaffMember
from vermilion.base import children
from vermilion.base.canonical import sha256
from vermilion.core.typeset import PictureError

from . import pictures
from .errors import PhotoUnusable, SealInUse, SealNotUsable
from .models import Seal

POINTS_PER_MM = 72 / 25.4
CHANGEABLE = (Seal.State.REQUESTED, Seal.State.FROZEN)
"""A seal that is in use keeps its picture: freezing it first makes the change a visible act, and no document can be sealed meanwhile."""
_SECONDS, _MEGABYTES = 20, 1024


def picture_from_photo(photo: bytes) -> str:
    """Return the red ink of a photographed impression as SVG; nothing is stored. Raises PhotoUnusable, ``base.children``'s errors."""
    from vermilion.core.typeset.photos import cut_out  # loads numpy, only where a photograph came

    try:
        return children.call(cut_out, photo, "seal", seconds=_SECONDS, megabytes=_MEGABYTES)
    except PictureError as error:
        raise PhotoUnusable(reason=error.code) from error


def change_picture(*, seal_id: UUID, picture: str, by: StaffMember) -> Seal:
    """Give a seal that is not in use the picture (SVG) that was shown before. Raises SealInUse, SealNotUsable, and what drawing it raises.

    Documents sealed before keep the picture that they have. The same picture again changes and records nothing.
    """
    known = Seal.objects.filter(pk=seal_id).first()
    if known is None:
        raise SealNotUsable()
    pictures.seal_picture(picture, round(known.size_mm * POINTS_PER_MM, 2))  # better now than at the next policy
    with transaction.atomic():
        seal = Seal.objects.select_for_update(no_key=True).get(pk=seal_id)
        if seal.picture == picture:
            return seal
        if seal.state not in CHANGEABLE:
            raise SealInUse()
        digests = {"before": sha256(seal.picture.encode()), "after": sha256(picture.encode())}
        seal.picture, seal.pictured_by = picture, by
        seal.save(update_fields=["picture", "pictured_by"])
        record(stream="seal", stream_id=seal.pk, type="seal.pictured", private={**digests, "by": str(by.pk)})
    return seal
