"""A salesperson's registration: where, until when, for which products; and the photograph that her badge shows."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vermilion.apps.chronicle.services import record
from vermilion.base import blobs, children, vault
from vermilion.base.canonical import sha256
from vermilion.base.validation import InvalidValue, validate_phone
from vermilion.core.typeset import PictureError

from .errors import PortraitUnusable
from .models import Branch, Salesperson, StaffMember
from .services import PersonRefused, check_registration

LARGEST_PHOTO = 12_000_000  # bytes, as core.typeset.photos says: it loads numpy, which no other page needs
_SECONDS, _MEGABYTES = 20, 1024


@transaction.atomic
def change_registration(
    *,
    seller: Salesperson,
    branch: Branch,
    phone: str,
    licence_no: str,
    valid_from: date,
    valid_to: date,
    products: Collection[str],
    by: StaffMember,
) -> Salesperson:
    """Change what a salesperson is registered for; her badge page says so at once. Raises PersonRefused."""
    seller = Salesperson.objects.select_for_update(of=("self",), no_key=True).get(pk=seller.pk)
    if branch.insurer_id != seller.insurer_id:
        raise PersonRefused(fields={"branch": _("机构必须属于同一家公司。")})
    number = check_registration(licence_no=licence_no, valid_from=valid_from, valid_to=valid_to, own=seller)
    try:
        seller.phone = validate_phone(phone)
    except InvalidValue as error:
        raise PersonRefused(fields={"phone": error.message}) from None
    before = seller.products
    seller.branch, seller.licence_no, seller.products = branch, number, sorted(products)
    seller.valid_from, seller.valid_to = valid_from, valid_to
    seller.save(update_fields=["branch", "licence_no", "products", "phone", "valid_from", "valid_to"])
    public = {
        "branch": branch.code,
        "products": seller.products,
        "products_before": before,
        "valid_from": valid_from.isoformat(),
        "valid_to": valid_to.isoformat(),
    }
    record(stream="staff", stream_id=seller.id, type="salesperson.registered", public=public, private={"licence": number, "by": by.name})
    return seller


def set_photo(*, seller: Salesperson, photo: bytes, by: StaffMember) -> None:
    """Let the badge show ``photo``, made small and without the camera's notes in a confined child. Not inside a transaction.

    Raises PortraitUnusable with what is wrong with the file, and the errors of ``base.children``.
    """
    from vermilion.core.typeset.photos import portrait

    if not photo:
        raise PortraitUnusable("empty")
    if len(photo) > LARGEST_PHOTO:
        raise PortraitUnusable("picture_too_large")
    try:
        picture = children.call(portrait, photo, seconds=_SECONDS, megabytes=_MEGABYTES)
    except PictureError as error:
        raise PortraitUnusable(error.code) from error
    key = f"staff/{seller.pk}/{uuid4()}"
    blobs.put(key, picture, data_key=vault.new_data_key("portrait"))
    with transaction.atomic():
        Salesperson.objects.filter(pk=seller.pk).update(photo_key=key, photo_digest=sha256(picture))
        record(
            stream="staff",
            stream_id=seller.pk,
            type="salesperson.photo",
            private={"photo": sha256(picture), "upload": sha256(photo), "by": by.name},
        )


def photo_of(seller: Salesperson) -> bytes | None:
    """Return the photograph as WebP, None without one."""
    return blobs.get(seller.photo_key, expected_sha256=seller.photo_digest) if seller.photo_key else None
