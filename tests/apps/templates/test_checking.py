"""The checks before publishing as a job: their result belongs to one content, whatever happens to the job or the draft."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.apps.templates.drafts import change, checked, draft
from vermilion.apps.templates import authoring, checking, publishing
from vermilion.apps.templates.errors import ChecksFailed, ChecksNeeded
from vermilion.apps.templates.models import TemplateVersion

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("checked_once")]


def again(version: TemplateVersion) -> TemplateVersion:
    return TemplateVersion.objects.get(pk=version.pk)


def test_a_draft_is_submitted_when_its_checks_came_to_their_end(writer, drain_jobs):
    version = draft(writer)
    with pytest.raises(ChecksNeeded):
        authoring.submit(version_id=version.pk, by=writer)
    asked = authoring.request_checks(version_id=version.pk)
    assert checking.running(asked)
    assert authoring.request_checks(version_id=version.pk).checking_since == asked.checking_since
    with pytest.raises(ChecksNeeded):
        authoring.submit(version_id=version.pk, by=writer)
    assert drain_jobs() == 1  # asked for twice, made once
    found = again(version)
    assert checking.passed(found)
    checking.check(version.pk, found.checked)
    assert again(version).checks == found.checks
    assert authoring.submit(version_id=version.pk, by=writer).digest == found.checked


def test_a_job_killed_in_the_middle_begins_anew(writer, monkeypatch):
    wanted = authoring.request_checks(version_id=draft(writer).pk).checked
    version = TemplateVersion.objects.get(checked=wanted)
    whole = list(publishing.facts(version))

    def killed(_version):
        yield from whole[:3]
        raise SystemExit

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(publishing, "facts", killed)
        checking.check(version.pk, wanted)
    assert again(version).checks == whole[:3]
    assert checking.running(again(version))
    assert not checking.passed(again(version))
    checking.check(version.pk, wanted)
    assert again(version).checks == whole
    assert checking.passed(again(version))


def test_who_writes_meanwhile_loses_the_result(writer, monkeypatch):
    version = draft(writer)
    wanted = authoring.request_checks(version_id=version.pk).checked
    whole = list(publishing.facts(version))

    def written(_version):
        yield whole[0]
        change(again(version), writer, blocks=[{"at": "end", "text": "新"}])
        yield from whole[1:]

    monkeypatch.setattr(publishing, "facts", written)
    checking.check(version.pk, wanted)
    assert (again(version).checks, again(version).checked) == ([], "")
    with pytest.raises(ChecksNeeded):
        authoring.submit(version_id=version.pk, by=writer)


def test_checks_of_another_content_count_for_nothing(writer):
    """As after an upgrade with another typesetter, or a change past the services."""
    version = checked(draft(writer))
    with connection.cursor() as cursor:
        cursor.execute('UPDATE templates_templateversion SET note=\'x\', settings=\'{"theme":{"seal":"left"}}\' WHERE id=%s', [version.pk])
    with pytest.raises(ChecksNeeded):
        authoring.submit(version_id=version.pk, by=writer)


def test_a_deleted_draft_ends_its_job(writer):
    version = draft(writer)
    wanted = authoring.request_checks(version_id=version.pk).checked
    authoring.delete_draft(version_id=version.pk, by=writer)
    checking.check(version.pk, wanted)


def test_failed_checks_stay_with_the_draft(writer, monkeypatch):
    version = draft(writer)
    monkeypatch.setattr(publishing, "facts", lambda _version: iter([{"code": "samples", "ok": False, "sample": "", "facts": {"count": 0}}]))
    checked(version)
    with pytest.raises(ChecksFailed):
        authoring.submit(version_id=version.pk, by=writer)
    assert again(version).state == "draft"
