"""Templates at the desk: list, form with preview, review beside the version before, clauses, import and export."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests import factories
from tests.apps.templates.drafts import KIND, SVG, draft
from vermilion.apps.parties.models import Role
from vermilion.apps.templates.models import ClauseVersion, Template, TemplateVersion
from vermilion.base import clock
from vermilion.base.canonical import digest, sha256

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return factories.browser_of(Role.TEMPLATE_EDITOR)


@pytest.fixture
def reviewer():
    return factories.browser_of(Role.COMPLIANCE)


def shown(answer, status=200):
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def at(name, version):
    return reverse(f"console:{name}", args=[version.pk])


def form(version, **changes):
    from vermilion.apps.templates import authoring

    return {"seen": authoring.state_of(version), "accent": "#c3272b", "ink": "#1c1a19", "seal": "right", "sample": "sample", **changes}


def test_business_people_change_a_template_and_a_second_person_publishes_it(editor, reviewer, drain_jobs):
    answer = editor.post(reverse("console:template_new"), {"kind": KIND, "product": "", "language": "zh-Hans", "name": "华岳决定书"})
    assert answer.status_code == 302
    version = TemplateVersion.objects.get(template__insurer=editor.staff.insurer)
    page = shown(editor.get(answer.url))
    assert "data:image/webp;base64," in page
    assert "投保人 · 名称" in page  # a variable by its name
    assert 'value="{policyholder.name}"' in page

    # The preview shows what stands in the form, and keeps nothing.
    written = form(
        version,
        accent="#1b4f8f",
        **{
            "block.0.at": "top",
            "block.0.text": "致 {policyholder.name}：",
            "block.0.style": "callout",
            "block.1.at": "after:决定",
            "block.1.text": "退费 {refund:money}",
            "block.1.field": "refund",
            "block.1.op": "gt",
            "block.1.value": "1.50",
            "block.2.at": "end",
            "block.2.text": "",
        },
        words=["核保决定通知书", ""],
        own=["承保决定函", ""],
    )
    assert "data:image/webp;base64," in shown(editor.post(at("template_preview", version), written))
    version.refresh_from_db()
    assert version.settings == {}
    wrong = shown(editor.post(at("template_preview", version), {**written, "block.0.text": "{nobody}"}))
    assert "没有这个变量：nobody" in wrong
    assert editor.post(at("template_edit", version), {**written, "note": "第一稿"}).status_code == 302
    version.refresh_from_db()
    assert version.settings == {
        "theme": {"accent": "#1b4f8f"},
        "texts": {"核保决定通知书": "承保决定函"},
        "blocks": [
            {"at": "top", "text": "致 {policyholder.name}：", "style": "callout"},
            {"at": "after", "section": "决定", "text": "退费 {refund:money}", "when": {"field": "refund", "op": "gt", "value": 150}},
        ],
    }
    page = shown(editor.get(at("template_edit", version)))
    assert 'value="1.50"' in page  # money in yuan, as typed
    assert "期间被别人修改" in shown(editor.post(at("template_edit", version), {**written, "note": "旧"}), 422)

    assert editor.post(at("template_submit", version)).url == at("template_edit", version)  # nothing was checked yet
    assert editor.post(at("template_check", version)).status_code == 302
    assert "正在检查" in shown(editor.get(at("template_checks", version)))
    drain_jobs()
    page = shown(editor.get(at("template_checks", version)))
    assert "检查全部通过" in page
    assert "hx-get" not in page  # it stops asking
    assert editor.post(at("template_submit", version)).url == at("template_version", version)
    assert "同意并发布" not in shown(editor.get(at("template_version", version)))
    assert editor.post(at("template_publish", version)).status_code == 403
    page = shown(reviewer.get(at("template_version", version)))
    assert "同意并发布" in page
    assert "生僻字姓名" in page
    assert "不同处以红框标出" in shown(reviewer.get(at("template_compare", version)))
    assert reviewer.post(at("template_publish", version), {"comment": "可以"}).status_code == 302
    version.refresh_from_db()
    assert (version.state, version.reviewed_by) == ("published", reviewer.staff)
    assert version.digest in shown(reviewer.get(at("template_version", version)))
    assert "第 1 版" in shown(editor.get(reverse("console:templates")))

    # The next version, sent back once, then deleted.
    assert editor.post(reverse("console:template_draft", args=[version.template_id]), {"base": str(version.pk)}).status_code == 302
    second = TemplateVersion.objects.get(number=2, template=version.template)
    assert second.settings == version.settings
    editor.post(at("template_check", second))
    drain_jobs()
    editor.post(at("template_submit", second))
    reviewer.post(at("template_send_back", second), {"comment": ""})
    second.refresh_from_db()
    assert second.state == "review"
    reviewer.post(at("template_send_back", second), {"comment": "颜色太深"})
    assert "颜色太深" in shown(editor.get(at("template_edit", second)))
    editor.post(at("template_delete", second))
    assert not TemplateVersion.objects.filter(pk=second.pk).exists()
    assert reviewer.post(at("template_retire", version)).status_code == 302


def test_sections_and_columns_are_chosen_by_form(editor):
    version = draft(editor.staff, kind="policy")
    chosen = {
        "section.0": "when", "section.0.field": "version", "section.0.op": "gt", "section.0.value": "8", "section.2": "hide",
        "table.1.own": "on", "table.1.0.shown": "on", "table.1.0.order": "2", "table.1.0.heading": "责任", "table.1.0.width": "70",
        "table.1.1.shown": "on", "table.1.1.order": "1",
    }  # fmt: skip
    assert editor.post(at("template_edit", version), form(version, **chosen)).status_code == 302
    version.refresh_from_db()
    names = [item["section"] for item in version.settings["hidden"]]
    assert version.settings["hidden"][0]["when"] == {"field": "version", "op": "gt", "value": 8}
    assert len(names) == 2
    (columns,) = version.settings["tables"].values()
    assert columns[1]["heading"] == "责任"
    assert columns[1]["width"] == "70mm"
    again = shown(editor.get(at("template_edit", version)))
    assert 'value="70"' in again


def test_logo_export_import_and_foreign_ids(editor, reviewer):
    version = draft(editor.staff)
    logo = SimpleUploadedFile("logo.svg", SVG)
    assert editor.post(at("template_logo", version), {"file": logo}).status_code == 302
    version.refresh_from_db()
    assert version.settings["theme"]["logo"] == "assets/logo.svg"
    bad = editor.post(at("template_logo", version), {"file": SimpleUploadedFile("x.svg", b"<svg onload='x'></svg>")}, follow=True)
    assert "不能作为标志" in shown(bad)
    package = editor.get(at("template_export", version))
    assert package["Content-Type"] == "application/zip"
    other = factories.browser_of(Role.TEMPLATE_EDITOR, of=factories.insurer("other"))
    file = SimpleUploadedFile("t.zip", package.content)
    assert other.post(reverse("console:template_import"), {"file": file}).url.endswith("/edit/")
    nonsense = other.post(reverse("console:template_import"), {"file": SimpleUploadedFile("t.zip", b"PK")}, follow=True)
    assert "不是导出的模板" in shown(nonsense)
    for name in ("template_edit", "template_checks", "template_version", "template_compare", "template_export"):
        assert other.get(at(name, version)).status_code == 404, name
    for name in (
        "template_edit",
        "template_preview",
        "template_check",
        "template_submit",
        "template_delete",
        "template_publish",
        "template_retire",
    ):
        assert other.post(at(name, version)).status_code == 404, name
    assert other.get(reverse("console:template", args=[version.template_id])).status_code == 404


def test_a_clause_is_written_taken_over_and_written_anew(editor):
    write = {"code": "cooling-off", "title": "犹豫期", "text": "签收后十五日内可以解除合同。"}
    assert editor.post(reverse("console:clause_write"), write).status_code == 302
    first = ClauseVersion.objects.get()
    version = draft(editor.staff)
    taken = form(version, **{"block.0.at": "end", "block.0.text": "别的文字", "block.0.clause": "cooling-off:1"})
    assert editor.post(at("template_edit", version), taken).status_code == 302
    version.refresh_from_db()
    (block,) = version.settings["blocks"]
    assert block["text"] == first.text
    assert block["clause"] == {"code": "cooling-off", "number": 1, "digest": first.digest}
    assert editor.post(reverse("console:clause_write"), {**write, "text": "签收后二十日内可以解除合同。"}).status_code == 302
    assert editor.post(reverse("console:clause_write"), {**write, "text": "签收后二十日内可以解除合同。"}).status_code == 302
    assert ClauseVersion.objects.count() == 2  # the same words twice are one wording
    page = shown(editor.get(reverse("console:clause", args=["cooling-off"])))
    assert "不是最新" in page
    # The template keeps its wording until somebody chooses the new one.
    version.refresh_from_db()
    kept = form(version, **{"block.0.at": "end", "block.0.text": "x", "block.0.clause": "cooling-off:1"})
    editor.post(at("template_edit", version), kept)
    version.refresh_from_db()
    assert version.settings["blocks"][0]["clause"]["number"] == 1
    assert "不能印刷的字符" in shown(editor.post(reverse("console:clause_write"), {**write, "text": "\U0001f600"}), 422)
    assert "编码" in shown(editor.post(reverse("console:clause_write"), {**write, "code": "A B"}), 422)
    assert editor.get(reverse("console:clause", args=["none"])).status_code == 404


def test_a_newer_version_of_the_library_is_told_compared_and_taken_over(editor, reviewer):
    """The copy in use began with an older release of the library, which a row of that release still names."""
    from vermilion.apps.templates import authoring, library

    older = {**library.files(KIND), f"{KIND}/template.typ": library.files(KIND)[f"{KIND}/template.typ"] + b"\n#pagebreak()\n"}
    entry = library.entry(KIND, "zh-Hans")
    shared, _made = Template.objects.get_or_create(insurer=None, kind=KIND, product="")
    content = {**entry.content, "files": {path: sha256(data) for path, data in older.items()}}
    facts = {"content": content, "json_schema": entry.schema, "registered_at": clock.now(), "state": "retired"}
    TemplateVersion.objects.create(template=shared, language="zh-Hans", digest=digest(content), **facts)
    version = draft(editor.staff, theme={"accent": "#1b4f8f"})
    current = shown(editor.get(reverse("console:template", args=[version.template_id])))
    assert "平台现在有新版" not in current
    version = authoring.replace_content(
        version_id=version.pk,
        new_files=older,
        settings=version.settings,
        samples=version.samples,
        json_schema=version.json_schema,
        standard=version.standard,
        note="",
        by=editor.staff,
    )
    version.state, version.digest, version.reviewed_by = "review", "e" * 64, reviewer.staff
    version.save()
    TemplateVersion.objects.filter(pk=version.pk).update(state="published")

    assert "平台有新版" in shown(reviewer.get(reverse("console:templates")))
    page = shown(reviewer.get(reverse("console:template", args=[version.template_id])))
    assert "平台现在有新版" in page
    assert "采用新版" not in page.replace("采用新版时", ""), "who reviews does not write"
    assert "平台的新版" in shown(reviewer.get(at("template_compare", version), {"with": "library"}))
    assert reviewer.post(at("template_take_over", version)).status_code == 403
    taken = editor.post(at("template_take_over", version))
    made = version.template.versions.get(state="draft")
    assert taken.url == at("template_edit", made)
    assert (made.settings, made.base) == (version.settings, version)
    assert made.files == {path: sha256(data) for path, data in library.files(KIND).items()}
    editor.post(at("template_take_over", version))
    assert version.template.versions.filter(state="draft").count() == 1, "one draft at a time"
