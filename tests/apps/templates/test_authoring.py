"""A template's life: draft, review by a second person, in use, retired; and which one a document is made from."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from tests import factories
from tests.apps.templates.drafts import KIND, change, draft, in_use, submit, text
from tests.apps.templates.papers import sample, squeezed, text_of
from vermilion.apps.chronicle.models import EvidenceEvent
from vermilion.apps.parties.models import Role
from vermilion.apps.templates import authoring, files, library, services
from vermilion.apps.templates.errors import (
    DraftChanged,
    DraftExists,
    FilesNotLaidOut,
    NotADraft,
    ReviewRefused,
    TemplateExists,
    UnknownKind,
)
from vermilion.apps.templates.models import Template, TemplateVersion
from vermilion.apps.templates.services import typeset_document

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("checked_once")]


def test_from_the_library_to_use_and_out_of_it(writer, reviewer):
    version = draft(
        writer, texts={"核保决定通知书": "承保决定函"}, blocks=[{"at": "top", "text": "致 {policyholder.name}：", "style": "callout"}]
    )
    assert "承保决定函" not in text(writer)  # a draft serves nobody
    assert submit(version, writer).state == "review"
    published = authoring.publish(version_id=version.pk, by=reviewer, comment="可以")
    made = typeset_document(KIND, sample(f"{KIND}/sample.json"), insurer_id=writer.insurer_id)
    assert made.template_digest == published.digest
    shown = squeezed(text_of(made.pdf))
    assert f"致{sample(f'{KIND}/sample.json')['policyholder']['name']}：" in shown
    stranger = factories.insurer("other")
    assert "致" not in squeezed(text_of(typeset_document(KIND, sample(f"{KIND}/sample.json"), insurer_id=stranger.pk).pdf))
    assert "致" not in text(writer, language="en")
    authoring.retire(version_id=version.pk, by=reviewer)
    assert "致" not in text(writer)
    told = list(EvidenceEvent.objects.filter(stream__subject=writer.insurer_id).values_list("type", flat=True))
    assert told == ["template.drafted", "template.submitted", "template.published", "template.retired"]


def test_nothing_set_is_the_librarys_document_to_the_byte(writer, reviewer):
    in_use(writer, reviewer)
    data = sample(f"{KIND}/sample.json")
    assert typeset_document(KIND, data, insurer_id=writer.insurer_id).pdf == typeset_document(KIND, data).pdf


def test_the_products_template_goes_before_the_general_one(writer, reviewer):
    in_use(writer, reviewer, blocks=[{"at": "end", "text": "通用的话"}])
    special = draft(writer, product="critical_illness")
    assert special.settings["blocks"]  # it begins as a copy of the general one
    special = change(special, writer, blocks=[{"at": "end", "text": "重疾专用的话"}])
    submit(special, writer)
    authoring.publish(version_id=special.pk, by=reviewer)
    assert "重疾专用的话" in text(writer, product="critical_illness")
    assert "通用的话" in text(writer, product="group_accident")
    with pytest.raises(TemplateExists):
        draft(writer, product="critical_illness")


def test_who_wrote_or_submitted_does_not_review(writer, reviewer):
    second, stranger = factories.staff(Role.TEMPLATE_EDITOR), factories.staff(Role.COMPLIANCE, of=factories.insurer("other"))
    version = change(draft(writer), second, blocks=[{"at": "end", "text": "完"}])
    submit(version, reviewer)
    for person in (writer, second, reviewer, stranger):
        with pytest.raises(ReviewRefused):
            authoring.publish(version_id=version.pk, by=person)
    third = factories.staff(Role.COMPLIANCE)
    assert authoring.publish(version_id=version.pk, by=third).state == "published"


def test_a_version_is_sent_back_changed_and_submitted_again(writer, reviewer):
    version = draft(writer)
    first = submit(version, writer).digest
    back = authoring.send_back(version_id=version.pk, by=reviewer, comment="请改标题")
    assert (back.state, back.digest, back.review_comment) == ("draft", None, "请改标题")
    version = change(back, writer, blocks=[{"at": "end", "text": "新"}])
    assert submit(version, writer).digest != first


def test_the_next_version_takes_the_place_of_the_one_before(writer, reviewer):
    first = in_use(writer, reviewer)
    second = authoring.new_draft(template_id=first.template_id, language="zh-Hans", by=writer)
    with pytest.raises(DraftExists):
        authoring.new_draft(template_id=first.template_id, language="zh-Hans", by=writer)
    assert (second.number, second.base) == (2, first)
    second = change(second, writer, blocks=[{"at": "end", "text": "第二版"}])
    submit(second, writer)
    authoring.publish(version_id=second.pk, by=reviewer)
    first.refresh_from_db()
    assert first.state == "retired"
    assert "第二版" in text(writer)
    # Back to the first: a new draft from it.
    again = authoring.new_draft(template_id=first.template_id, language="zh-Hans", base_id=first.pk, by=writer)
    assert (again.number, again.settings) == (3, {})


def test_one_state_allows_only_its_own_moves(writer, reviewer):
    version = draft(writer)
    with pytest.raises(NotADraft):
        authoring.publish(version_id=version.pk, by=reviewer)
    with pytest.raises(NotADraft):
        authoring.retire(version_id=version.pk, by=writer)
    submit(version, writer)
    for move in (authoring.submit, authoring.delete_draft):
        with pytest.raises(NotADraft):
            move(version_id=version.pk, by=writer)
    with pytest.raises(NotADraft):
        change(version, writer, blocks=[])
    ours = services.register_library()[0]
    with pytest.raises(NotADraft):
        authoring.retire(version_id=ours.pk, by=writer)


@pytest.mark.parametrize(
    "change_", ["settings='{\"theme\":{}}'", "digest=repeat('0', 64)", "state='draft'", "reviewed_at=now()", "number=9"]
)
def test_the_database_keeps_a_published_version_as_it_is(writer, reviewer, change_):
    version = in_use(writer, reviewer)
    for statement in (f"UPDATE templates_templateversion SET {change_}", "DELETE FROM templates_templateversion"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"{statement} WHERE id=%s", [version.pk])


def test_the_database_knows_one_published_version(writer, reviewer):
    version = in_use(writer, reviewer)
    version.pk, version.digest, version.number = None, "0" * 64, 7
    with pytest.raises(IntegrityError), transaction.atomic():
        version.save(force_insert=True)


def test_drafts_are_deleted_and_their_template_with_the_last(writer):
    version = draft(writer)
    authoring.delete_draft(version_id=version.pk, by=writer)
    assert not Template.objects.filter(insurer=writer.insurer).exists()


def test_two_writers_do_not_overwrite_each_other(writer):
    version = draft(writer)
    seen = authoring.state_of(version)
    authoring.change_settings(version_id=version.pk, settings={"blocks": [{"at": "end", "text": "甲"}]}, seen=seen, by=writer)
    with pytest.raises(DraftChanged):
        authoring.change_settings(version_id=version.pk, settings={}, seen=seen, by=factories.staff(Role.TEMPLATE_EDITOR))


def test_unknown_kind_and_language(writer):
    for options in ({"kind": "poem"}, {"language": "fr"}, {"kind": "verification_report"}):
        with pytest.raises(UnknownKind):
            draft(writer, **options)


# Files


def test_the_folder_is_made_anew_when_somebody_touched_it(writer):
    version = draft(writer)
    place = files.folder(version.files)
    (place / KIND / "template.typ").write_text("#panic()")
    (place / "extra.typ").write_text("x")
    again = files.folder(version.files)
    assert again == place
    assert not (place / "extra.typ").exists()
    assert (place / KIND / "template.typ").read_bytes() == (library.FOLDER / KIND / "template.typ").read_bytes()
    (place / "common" / "parts.typ").unlink()
    (place / "common" / "parts.typ").symlink_to("/etc/passwd")
    assert not (files.folder(version.files) / "common" / "parts.typ").is_symlink()


def test_a_full_disk_is_told_and_leaves_nothing_half_done(writer, monkeypatch):
    version = draft(writer)
    home = files.folder(version.files).parent
    shutil.rmtree(home)
    written, write = [], Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        written.append(path)
        if len(written) == 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(path, data)

    with monkeypatch.context() as patch, pytest.raises(FilesNotLaidOut):
        patch.setattr(Path, "write_bytes", full)
        files.folder(version.files)
    assert list(home.iterdir()) == []
    assert files.folder(version.files).is_dir()  # with room again it goes on


def test_the_application_can_not_change_files_or_wordings(writer, as_role):
    draft(writer)
    as_role("app")
    for table in ("templates_templatefile", "templates_clauseversion"):
        with pytest.raises(Exception, match=r"permission denied|holds this file"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")


# A new release of the platform


def test_a_new_typesetter_makes_a_successor_of_the_version_in_use(writer, reviewer, monkeypatch):
    version = in_use(writer, reviewer)
    monkeypatch.setattr(library, "engine", lambda: {"engine": "typst 99", "fonts": "f" * 64})
    made = typeset_document(KIND, sample(f"{KIND}/sample.json"), insurer_id=writer.insurer_id)
    successor = TemplateVersion.objects.get(digest=made.template_digest)
    assert (successor.base, successor.number, successor.content["engine"], successor.reviewed_by) == (version, 2, "typst 99", reviewer)
    version.refresh_from_db()
    assert version.state == "retired"
    assert typeset_document(KIND, sample(f"{KIND}/sample.json"), insurer_id=writer.insurer_id).template_digest == successor.digest
