"""A written name from a photograph: shown first, used when confirmed, its photograph kept, a trial not."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from tests import factories
from tests.core.typeset.photographs import photograph
from vermilion.apps.chronicle.models import EvidenceEvent
from vermilion.apps.parties import written_names
from vermilion.apps.parties.errors import WrittenNameGone, WrittenNameUnusable
from vermilion.apps.parties.models import Role, WrittenName
from vermilion.apps.seals.pictures import signature_picture
from vermilion.base import blobs, clock
from vermilion.core.typeset.pictures import page_pictures

pytestmark = pytest.mark.django_db
STROKES = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 30"><path d="M5 20 C15 2 20 28 30 12 S45 25 55 8" fill="none" '
    'stroke="#1b2a5a" stroke-width="2.2"/></svg>'
)


@pytest.fixture(scope="module")
def photo() -> bytes:
    return photograph(STROKES)


def test_what_was_shown_is_used_when_confirmed_and_the_photograph_is_kept(photo):
    user = factories.staff(Role.APPROVER).user
    first = written_names.show(user=user, photo=photo)
    assert written_names.picture_of(user) == ""
    trial = written_names.show(user=user, photo=photo)
    assert not WrittenName.objects.filter(pk=first.pk).exists()
    assert trial.content["picture"].startswith("<svg")
    for _pressed in range(2):
        used = written_names.confirm(user=user, written_id=trial.pk)
    assert written_names.picture_of(user) == trial.content["picture"]
    assert blobs.get(used.photo_key) == photo
    assert "photo" not in used.content
    assert EvidenceEvent.objects.filter(type="account.written_name").count() == 1
    # It can be drawn into the place of a signature.
    drawn = page_pictures(signature_picture(written_names.picture_of(user), ["2026-11-26 批准"], 215, 62), 100)[0]
    assert sum(Image.open(io.BytesIO(drawn)).convert("L").histogram()[:120]) > 300

    # Another one takes its place; a stranger's, an old or an ended one does not.
    other = factories.staff(Role.APPROVER).user
    following = written_names.show(user=user, photo=photo)
    with pytest.raises(WrittenNameGone):
        written_names.confirm(user=other, written_id=following.pk)
    written_names.confirm(user=user, written_id=following.pk)
    with pytest.raises(WrittenNameGone):
        written_names.confirm(user=user, written_id=trial.pk)
    written_names.stop(user=user)
    written_names.stop(user=user)
    assert written_names.picture_of(user) == ""
    late = written_names.show(user=user, photo=photo)
    WrittenName.objects.filter(pk=late.pk).update(created_at=clock.now() - timedelta(hours=2))
    with pytest.raises(WrittenNameGone):
        written_names.confirm(user=user, written_id=late.pk)
    assert written_names.remove_trials(clock.now() - written_names.TRIAL_LASTS) == 1


def test_a_file_that_is_no_signature_says_why(photo):
    user = factories.staff(Role.APPROVER).user
    black = io.BytesIO()
    Image.new("RGB", (400, 300)).save(black, "JPEG")
    reasons = {}
    files = {"empty": b"", "text": b"%PDF-1.7 not a picture", "huge": b"\xff" * 12_000_001, "cut": photo[:200], "black": black.getvalue()}
    for name, data in files.items():
        with pytest.raises(WrittenNameUnusable) as refused:
            written_names.show(user=user, photo=data)
        reasons[name] = refused.value.reason
    assert (reasons["empty"], reasons["huge"]) == ("empty", "picture_too_large")
    assert {reasons["text"], reasons["cut"]} == {"not_picture"}
    assert reasons["black"] in ("no_ink", "no_background")
    assert not WrittenName.objects.exists()


def test_she_sees_it_on_two_papers_before_she_uses_it(photo):
    browser, page = Client(), reverse("written_name")
    assert browser.get(page).status_code == 302
    browser.force_login(factories.staff(Role.APPROVER).user)
    assert "没有选择照片" in browser.post(page).content.decode()
    bad = browser.post(page, {"photo": SimpleUploadedFile("name.jpg", b"GIF89a", "image/jpeg")})
    assert (bad.status_code, "不是 JPEG、PNG 或 WebP 图片" in bad.content.decode()) == (422, True)
    shown = browser.post(page, {"photo": SimpleUploadedFile("name.jpg", photo, "image/jpeg")}).content.decode()
    assert shown.count("data:image/svg+xml;base64,") == 2
    trial = WrittenName.objects.get()
    used = browser.post(reverse("written_name_confirm", args=[trial.pk]), follow=True).content.decode()
    assert "现在使用的签名" in used
    assert "手写签名已启用" in used
    assert browser.post(reverse("written_name_stop"), follow=True).content.decode().count("data:image") == 0
