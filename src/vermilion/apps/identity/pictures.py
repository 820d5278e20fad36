"""Faces and papers: encrypted while somebody must look, gone with the decision unless the product's rule keeps them for a time."""

from __future__ import annotations

import base64
import binascii
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from vermilion.apps.chronicle.services import record
from vermilion.apps.parties.models import StaffMember
from vermilion.base import clock, vault
from vermilion.base.canonical import sha256

from .errors import PaperRefused
from .models import CheckResult, IdentityCheck, Picture

LARGEST = 4 * 1024 * 1024  # bytes: a photograph of a phone, made smaller by the page
_CONTEXT = "identity_picture.content"
_KINDS = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"))


def keep(check: IdentityCheck, kind: str, data: bytes) -> Picture:
    """Keep a picture that is to be looked at. Raises PaperRefused unless it is a JPEG or PNG of at most 4 MB."""
    media_type = next((name for magic, name in _KINDS if data.startswith(magic)), "")
    if not media_type or len(data) > LARGEST:
        raise PaperRefused()
    content = vault.encrypt(check.data_key_id, data, _CONTEXT)
    return Picture.objects.create(made_for=check, kind=kind, media_type=media_type, digest=sha256(data), content=content)


def take(check: IdentityCheck, text: str) -> str:
    """Take the face that a provider sent (base64) and return its digest; what is no picture leaves only its digest."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return sha256(text.encode())
    if check.rule.get("keep_faces_seconds"):
        try:
            keep(check, Picture.Kind.FACE, data)
        except PaperRefused:
            return sha256(data)
    else:
        _tell_deleted(check, Picture.Kind.FACE, sha256(data))
    return sha256(data)


def decided(check: IdentityCheck) -> None:
    """The check is decided: its pictures go, or get the day on which they go."""
    if check.result not in (CheckResult.PASSED, CheckResult.FAILED, CheckResult.UNAVAILABLE):
        return
    seconds = int(check.rule.get("keep_faces_seconds") or 0)
    for picture in check.pictures.defer("content"):
        if seconds:
            Picture.objects.filter(pk=picture.pk).update(keep_until=clock.now() + timedelta(seconds=seconds))
        else:
            _delete(picture)


def forget_kept() -> int:
    """Delete the pictures whose time is over; return how many."""
    count = 0
    for picture in Picture.objects.filter(keep_until__lte=clock.now()).select_related("made_for__case").defer("content")[:1000]:
        with transaction.atomic():
            _delete(picture)
        count += 1
    return count


def look(*, picture_id: UUID, staff: StaffMember) -> tuple[bytes, str]:
    """Return a picture and its media type to a member of staff; the look is recorded."""
    with transaction.atomic():
        picture = Picture.objects.select_related("made_for__case").get(pk=picture_id)
        record(
            stream="case",
            stream_id=picture.made_for.case_id,
            type="identity.picture_viewed",
            public={"check": str(picture.made_for_id), "kind": picture.kind, "picture": picture.digest},
            private={"by": staff.name},
        )
    return vault.decrypt(picture.content, _CONTEXT), picture.media_type


def _delete(picture: Picture) -> None:
    _tell_deleted(picture.made_for, picture.kind, picture.digest)
    Picture.objects.filter(pk=picture.pk).delete()


def _tell_deleted(check: IdentityCheck, kind: str, digest: str) -> None:
    record(
        stream="case",
        stream_id=check.case_id,
        type="identity.picture_deleted",
        public={"check": str(check.id), "kind": str(kind), "picture": digest},
    )
