"""A person's written name from a photograph: the ink is cut out and shown to her first; what she confirms stands on papers that she signs.

The photograph is somebody's handwriting: it is encrypted from the first moment, a trial that nobody confirmed is removed, and what was
confirmed is kept as evidence of where the picture came from.
"""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from vermilion.apps.chronicle.services import record
from vermilion.base import blobs, children, clock, vault
from vermilion.base.canonical import sha256
from vermilion.core.typeset import PictureError

from .errors import WrittenNameGone, WrittenNameUnusable
from .models import Salesperson, StaffMember, WrittenName

TRIAL_LASTS = timedelta(hours=1)
"""How long a picture that was shown may be confirmed."""
LARGEST_PHOTO = 12_000_000  # bytes, as core.typeset.photos says: it loads numpy, which no other page needs
_SECONDS, _MEGABYTES = 20, 1024


def show(*, user: Any, photo: bytes) -> WrittenName:
    """Cut the ink out of a photograph and keep it as a trial of ``user``; an older trial is replaced.

    Raises WrittenNameUnusable with what is wrong with the file, and the errors of ``base.children``.
    """
    from vermilion.core.typeset.photos import cut_out

    if not photo:
        raise WrittenNameUnusable("empty")
    if len(photo) > LARGEST_PHOTO:
        raise WrittenNameUnusable("picture_too_large")
    try:
        picture = children.call(cut_out, photo, "signature", seconds=_SECONDS, megabytes=_MEGABYTES)
    except PictureError as error:
        raise WrittenNameUnusable(error.code) from error
    with transaction.atomic():
        WrittenName.objects.filter(user=user, confirmed_at=None).delete()
        return WrittenName.objects.create(
            user=user,
            data_key_id=vault.new_data_key("handwriting").id,
            content={"picture": picture, "photo": base64.b64encode(photo).decode()},
            photo_digest=sha256(photo),
            picture_digest=sha256(picture.encode()),
            created_at=clock.now(),
        )


def confirm(*, user: Any, written_id: UUID) -> WrittenName:
    """Use the picture that was shown from now on; the photograph is stored apart. Repeated, it changes nothing. Raises WrittenNameGone."""
    trial = WrittenName.objects.filter(pk=written_id, user=user, ended_at=None).first()
    if trial is None or (trial.confirmed_at is None and trial.created_at < clock.now() - TRIAL_LASTS):
        raise WrittenNameGone()
    if trial.confirmed_at:
        return trial
    key = f"staff/{trial.id}/{uuid4()}"
    blobs.put(key, base64.b64decode(trial.content["photo"]), data_key=trial.data_key_id)
    with transaction.atomic():
        written = WrittenName.objects.select_for_update(no_key=True).filter(pk=trial.pk).first()
        if written is None:
            raise WrittenNameGone()
        if written.confirmed_at:
            return written  # pressed twice
        WrittenName.objects.filter(user=user, ended_at=None).exclude(confirmed_at=None).update(ended_at=clock.now())
        written.content = {"picture": written.content["picture"]}
        written.photo_key, written.confirmed_at = key, clock.now()
        written.save(update_fields=["content", "photo_key", "confirmed_at"])
        _record(user, "account.written_name", photo=written.photo_digest, picture=written.picture_digest)
    return written


def stop(*, user: Any) -> None:
    """Use the present picture no more. What was signed with it stays as it is, and so does the record of where it came from."""
    with transaction.atomic():
        if WrittenName.objects.filter(user=user, ended_at=None).exclude(confirmed_at=None).update(ended_at=clock.now()):
            _record(user, "account.written_name_stopped")


def present(user: Any) -> WrittenName | None:
    """Return what is in use now."""
    return WrittenName.objects.filter(user=user, ended_at=None).exclude(confirmed_at=None).order_by("-confirmed_at").first()


def picture_of(user: Any) -> str:
    """Return the picture in use as SVG; empty text when there is none."""
    written = present(user)
    return str(written.content["picture"]) if written else ""


def remove_trials(before: datetime) -> int:
    """Remove what was shown before a moment and never confirmed."""
    return WrittenName.objects.filter(confirmed_at=None, created_at__lt=before).delete()[0]


def _record(user: Any, type: str, **digests: str) -> None:
    person = StaffMember.objects.filter(user=user).first() or Salesperson.objects.get(user=user)
    record(stream="staff", stream_id=person.pk, type=type, private={"name": person.name, **digests})
