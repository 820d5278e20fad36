"""The bytes of templates: kept once, removed when the last version that holds them goes, and never under somebody's hands."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tests.apps.templates.drafts import SVG, draft
from vermilion.apps.templates import authoring, files
from vermilion.apps.templates.models import TemplateFile, TemplateVersion
from vermilion.base.canonical import sha256

LOGO = SVG.replace(b"0000ff", b"00ff00")


def kept() -> set[str]:
    return set(TemplateFile.objects.values_list("sha256", flat=True))


@pytest.mark.django_db
def test_a_deleted_drafts_own_bytes_go_and_those_of_others_stay(writer: Any, as_role: Any) -> None:
    first = draft(writer)
    other = draft(writer, kind="policy")
    first = authoring.put_logo(version_id=first.pk, data=SVG, by=writer)
    first = authoring.put_logo(version_id=first.pk, data=LOGO, by=writer)
    assert sha256(SVG) not in kept(), "a logo that was replaced"
    assert sha256(LOGO) in kept()
    as_role("app")
    authoring.delete_draft(version_id=first.pk, by=writer)
    assert kept() == set(other.files.values())
    with pytest.raises(IntegrityError), transaction.atomic():
        TemplateFile.objects.filter(sha256=next(iter(kept()))).delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        TemplateVersion.objects.filter(pk=other.pk).update(files={**other.files, "assets/logo.svg": sha256(LOGO)})


@pytest.mark.django_db(transaction=True)
def test_two_at_once_one_deletes_what_the_other_just_adds(writer: Any) -> None:
    """The writer who adds the same logo waits for the deletion, and stores it anew."""
    mine, theirs = draft(writer), draft(writer, kind="policy")
    mine = authoring.put_logo(version_id=mine.pk, data=LOGO, by=writer)
    failures: list[BaseException] = []

    def add() -> None:
        try:
            authoring.put_logo(version_id=theirs.pk, data=LOGO, by=writer)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    adding = threading.Thread(target=add)
    with transaction.atomic():
        authoring.delete_draft(version_id=mine.pk, by=writer)
        assert sha256(LOGO) not in kept()
        adding.start()
        adding.join(0.3)
        assert adding.is_alive(), "it waits"
    adding.join(20)
    assert not failures
    held = TemplateVersion.objects.get(pk=theirs.pk).files
    assert held["assets/logo.svg"] == sha256(LOGO)
    assert files.load(held)["assets/logo.svg"] == LOGO
