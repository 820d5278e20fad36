"""A template's life: draft, review by a second person, in use, retired; and which one a document is made from."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tests import factories
from tests.apps.templates.test_library import sample, squeezed, text_of
from vermilion.apps.chronicle.models import EvidenceEvent
from vermilion.apps.parties.models import Role
from vermilion.apps.templates import authoring, files, library, publishing, services, sources
from vermilion.apps.templates.errors import (
    ChecksFailed,
    DraftChanged,
    DraftExists,
    LogoRefused,
    NotADraft,
    ReviewRefused,
    SettingsRefused,
    TemplateExists,
    UnknownKind,
)
from vermilion.apps.templates.models import Template, TemplateVersion
from vermilion.apps.templates.services import typeset_document

pytestmark = pytest.mark.django_db
KIND = "decision_notice"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9" fill="#0000ff"/></svg>'


@pytest.fixture
def writer():
    return factories.staff(Role.TEMPLATE_EDITOR)


@pytest.fixture
def reviewer():
    return factories.staff(Role.COMPLIANCE)


def draft(by: Any, *, kind: str = KIND, product: str = "", language: str = "zh-Hans", **settings: Any) -> TemplateVersion:
    made = authoring.create_template(insurer=by.insurer, kind=kind, product=product, name="通知书", language=language, by=by)
    return change(made, by, **settings) if settings else made


def change(version: TemplateVersion, by: Any, **settings: Any) -> TemplateVersion:
    return authoring.change_settings(version_id=version.pk, settings=settings, seen=authoring.state_of(version), by=by)


def in_use(by: Any, reviewer: Any, **options: Any) -> TemplateVersion:
    made = draft(by, **options)
    authoring.submit(version_id=made.pk, by=by)
    return authoring.publish(version_id=made.pk, by=reviewer)


def text(by: Any, **options: Any) -> str:
    made = typeset_document(KIND, sample(f"{KIND}/sample.json"), insurer_id=by.insurer_id, **options)
    return squeezed(text_of(made.pdf))


def test_from_the_library_to_use_and_out_of_it(writer, reviewer):
    version = draft(
        writer, texts={"核保决定通知书": "承保决定函"}, blocks=[{"at": "top", "text": "致 {policyholder.name}：", "style": "callout"}]
    )
    assert "承保决定函" not in text(writer)  # a draft serves nobody
    assert authoring.submit(version_id=version.pk, by=writer).state == "review"
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
    authoring.submit(version_id=special.pk, by=writer)
    authoring.publish(version_id=special.pk, by=reviewer)
    assert "重疾专用的话" in text(writer, product="critical_illness")
    assert "通用的话" in text(writer, product="group_accident")
    with pytest.raises(TemplateExists):
        draft(writer, product="critical_illness")


def test_who_wrote_or_submitted_does_not_review(writer, reviewer):
    second, stranger = factories.staff(Role.TEMPLATE_EDITOR), factories.staff(Role.COMPLIANCE, of=factories.insurer("other"))
    version = change(draft(writer), second, blocks=[{"at": "end", "text": "完"}])
    authoring.submit(version_id=version.pk, by=reviewer)
    for person in (writer, second, reviewer, stranger):
        with pytest.raises(ReviewRefused):
            authoring.publish(version_id=version.pk, by=person)
    third = factories.staff(Role.COMPLIANCE)
    assert authoring.publish(version_id=version.pk, by=third).state == "published"


def test_a_version_is_sent_back_changed_and_submitted_again(writer, reviewer):
    version = draft(writer)
    first = authoring.submit(version_id=version.pk, by=writer).digest
    back = authoring.send_back(version_id=version.pk, by=reviewer, comment="请改标题")
    assert (back.state, back.digest, back.review_comment) == ("draft", None, "请改标题")
    version = change(back, writer, blocks=[{"at": "end", "text": "新"}])
    assert authoring.submit(version_id=version.pk, by=writer).digest != first


def test_the_next_version_takes_the_place_of_the_one_before(writer, reviewer):
    first = in_use(writer, reviewer)
    second = authoring.new_draft(template_id=first.template_id, language="zh-Hans", by=writer)
    with pytest.raises(DraftExists):
        authoring.new_draft(template_id=first.template_id, language="zh-Hans", by=writer)
    assert (second.number, second.base) == (2, first)
    second = change(second, writer, blocks=[{"at": "end", "text": "第二版"}])
    authoring.submit(version_id=second.pk, by=writer)
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
    authoring.submit(version_id=version.pk, by=writer)
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


@pytest.mark.parametrize(
    ("settings", "place"),
    [
        ({"theme": {"accent": "red"}}, "theme.accent"),
        ({"theme": {"logo": "assets/logo.svg"}}, "theme.logo"),
        ({"theme": {"logo": "../../secret.svg"}}, "theme.logo"),
        ({"surprise": 1}, "settings"),
        ({"blocks": [{"at": "end", "text": "{nobody.name}"}]}, "blocks.0.text"),
        ({"blocks": [{"at": "end", "text": "{branch.name}"}]}, "blocks.0.text"),  # not every document has one
        ({"blocks": [{"at": "end", "text": "{made_at:money}"}]}, "blocks.0.text"),
        ({"blocks": [{"at": "after", "text": "x"}]}, "blocks.0"),
        ({"blocks": [{"at": "end", "text": "x", "when": {"field": "none", "op": "present"}}]}, "blocks.0.when"),
        ({"blocks": [{"at": "end", "text": "x", "when": {"field": "decision", "op": "eq", "value": "maybe"}}]}, "blocks.0.when"),
        ({"blocks": [{"at": "end", "text": "x", "when": {"field": "demo", "op": "eq", "value": "yes"}}]}, "blocks.0.when"),
        ({"blocks": [{"at": "end", "text": "x", "clause": {"code": "a", "number": 1, "digest": "0" * 64}}]}, "blocks.0.clause"),
        ({"texts": {"投保人": "\U0001f600"}}, "texts.投保人"),
        ({"texts": {"投保人": "{refund:money}"}}, "texts.投保人"),
        ({"tables": {"coverages": [{"column": "a"}, {"column": "a"}]}}, "tables.coverages"),
        ({"tables": {"coverages": [{"column": "a", "width": "900mm"}]}}, "tables.coverages.0.width"),
    ],
)
def test_wrong_settings_are_refused_by_place(writer, settings, place):
    with pytest.raises(SettingsRefused) as refused:
        draft(writer, **settings)
    assert list(refused.value.fields) == [place]


def test_an_optional_variable_stands_under_its_condition(writer):
    blocks = [
        {"at": "end", "text": "{branch.name}", "when": {"field": "branch", "op": "present"}},
        {"at": "end", "text": "{refund:money}", "when": {"field": "refund", "op": "gt", "value": 100}},
    ]
    assert draft(writer, blocks=blocks).settings["blocks"] == blocks


def test_sections_texts_tables_and_the_seals_side(writer):
    data = sample("policy/sample.json")
    entry = sources.of_version(draft(writer, kind="policy"))
    settings = {
        "theme": {"accent": "#1b4f8f", "seal": "left"},
        "texts": {"投保人": "要保人"},
        "hidden": [{"section": "销售与服务"}, {"section": "投保人", "when": {"field": "version", "op": "gt", "value": 9}}],
        "blocks": [
            {"at": "after", "section": "投保人", "title": "特别的话", "text": "甲段\n乙段"},
            {"at": "signature", "text": "盖章之前"},
        ],
        "tables": {"coverages": [{"column": "保险金额（元）", "heading": "保额"}, {"column": "保险责任", "width": "60mm"}]},
    }
    before = services.typeset_entry(entry, data)
    after = services.typeset_entry(sources.of_version(TemplateVersion.objects.get(number=1), settings), data)
    was, shown = squeezed(text_of(before.pdf)), squeezed(text_of(after.pdf))
    assert "销售与服务" in was
    assert "销售与服务" not in shown
    assert shown.index("要保人姓名") < shown.index("特别的话甲段") < shown.index("被保险人姓名")
    assert shown.index("盖章之前") < shown.index("保险人（电子签章）") < shown.index("现金价值表")
    assert "保额保险责任" in shown
    assert "等待期" in was
    assert "等待期" not in shown.split("保险费", 1)[0].split("保额", 1)[1]
    assert after.zone("insurer").x < 100 < 300 < before.zone("insurer").x
    assert shown.count("第一条") == was.count("第一条")  # the clauses stay, whatever is left out before them


@pytest.mark.parametrize("kind", library.authored())
def test_every_kind_takes_blocks_and_leaves_sections_out(writer, kind):
    """Whatever is set, the places for signatures and what must be printed stay: a block at every place, every section left out in turn."""
    version = draft(writer, kind=kind)
    entry = sources.of_version(version)
    data = version.samples[min(version.samples)]
    from vermilion.apps.templates import previews

    outline = previews.outline_of(version)
    blocks = [{"at": place, "text": f"块{place}"} for place in ("top", "signature", "end")]
    blocks += [{"at": "after", "section": name, "text": f"后{index}"} for index, name in enumerate(outline.sections)]
    made = services.typeset_entry(sources.of_version(version, {"blocks": blocks}), data)
    shown = squeezed(text_of(made.pdf))
    for block in blocks:
        assert shown.count(block["text"]) >= 1, block
    hidden = [{"section": name} for name in outline.sections]
    bare = services.typeset_entry(sources.of_version(version, {"hidden": hidden}), data)
    assert {zone.role for zone in bare.zones} == {zone.role for zone in services.typeset_entry(entry, data).zones}


# Logo


def test_the_logo_is_a_file_of_the_version(writer):
    version = authoring.put_logo(version_id=draft(writer).pk, data=SVG, by=writer)
    assert version.settings["theme"] == {"logo": "assets/logo.svg"}
    made = services.typeset_entry(sources.of_version(version), sample(f"{KIND}/sample.json"))
    from io import BytesIO

    from PIL import Image

    page = Image.open(BytesIO(services.page_pictures(made.pdf)[0]))
    blue = [page.getpixel((x, 120)) for x in range(60, 140)]
    assert any(color[2] > 200 and color[0] < 60 for color in blue)
    target = BytesIO()
    Image.new("RGB", (300, 100), "#00ff00").save(target, "PNG")
    version = authoring.put_logo(version_id=version.pk, data=target.getvalue(), by=writer)
    assert version.settings["theme"] == {"logo": "assets/logo.png"}
    assert "assets/logo.svg" not in version.files
    version = authoring.put_logo(version_id=version.pk, data=b"", by=writer)
    assert version.settings["theme"] == {}
    assert not any(path.startswith("assets/") for path in version.files)


@pytest.mark.parametrize(
    "data",
    [
        b"GIF89a",
        b"\x89PNG\r\n\x1a\nbroken",
        b"<svg>" + b" " * 70_000 + b"</svg>",
        b"<svg><script>alert(1)</script></svg>",
        b'<svg onload="x()"></svg>',
        b'<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg>&a;</svg>',
        b'<svg><image href="/etc/passwd"/></svg>',
        b'<svg><use href="https://example.org/x.svg#a"/></svg>',
        b'<svg><rect fill="url(https://example.org/x)"/></svg>',
        b"<html><svg></svg></html>",
        b"\xff\xfe<svg></svg>",
    ],
)
def test_other_pictures_are_refused(writer, data):
    version = draft(writer)
    with pytest.raises(LogoRefused):
        authoring.put_logo(version_id=version.pk, data=data, by=writer)


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


def test_the_application_can_not_change_files_or_wordings(writer, as_role):
    draft(writer)
    as_role("app")
    for table in ("templates_templatefile", "templates_clauseversion"):
        with pytest.raises(Exception, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
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


# Checks


def facts(version: TemplateVersion) -> dict[tuple[str, str], dict[str, Any]]:
    return {(fact["code"], fact["facts"].get("item", fact["sample"])): fact for fact in version.checks}


def test_a_failed_check_keeps_the_draft_and_tells_why(writer):
    version = draft(writer, kind="policy", hidden=[{"section": "给付、违约责任与争议处理"}])
    version.samples = {"sample": version.samples["sample"]}
    version.save()
    with pytest.raises(ChecksFailed):
        authoring.submit(version_id=version.pk, by=writer)
    version.refresh_from_db()
    assert (version.state, version.digest) == ("draft", None)
    bad = [fact for fact in version.checks if not fact["ok"]]
    assert {fact["facts"]["item"] for fact in bad} == {"law_8", "law_9"}
    from vermilion.apps.templates.checkwords import words

    assert words(bad[0]) == "页面上没有：八、保险金赔偿或者给付办法（benefit_payment）"
    assert all(words(fact) for fact in version.checks)


@pytest.mark.parametrize(("kind", "language"), [*((kind, "zh-Hans") for kind in library.authored()), ("policy", "en")])
def test_the_library_passes_its_own_checks(writer, kind, language):
    version = draft(writer, kind=kind, language=language)
    version.samples = {"sample": version.samples[min(version.samples)]}
    checks = publishing.run(version)
    assert [fact for fact in checks if not fact["ok"]] == []
    assert {"schema", "fits", "compiles", "rare_name", "zones"} <= {fact["code"] for fact in checks}
    assert next(fact for fact in checks if fact["code"] == "compared")["facts"]["changed"] == []


def test_changed_pages_are_counted(writer, reviewer):
    in_use(writer, reviewer)
    second = authoring.new_draft(template_id=Template.objects.get(insurer=writer.insurer).pk, language="zh-Hans", by=writer)
    second = change(second, writer, blocks=[{"at": "top", "text": "不同"}])
    authoring.submit(version_id=second.pk, by=writer)
    second.refresh_from_db()
    assert facts(second)["compared", "sample"]["facts"]["changed"] == [1]


def broken(by: Any, code: str = "", *, schema: Any = None, sample_: Any = None, **options: Any) -> TemplateVersion:
    """A draft with other code after the library's, another schema, or another sample."""
    version = draft(by, **options)
    held = files.load(version.files)
    kind = version.template.kind
    held[f"{kind}/template.typ"] += code.encode()
    if schema is not None:
        version.json_schema = schema
        held[f"{kind}/schema.json"] = json.dumps(schema).encode()
    version.files = files.store(held)
    version.samples = {"sample": sample_ or version.samples["sample"]}
    version.save()
    return version


def first_failure(version: TemplateVersion) -> dict[str, Any]:
    return next(fact for fact in publishing.run(version) if not fact["ok"])


def test_an_error_in_the_code_is_told_with_its_line(writer):
    version = broken(writer, "\n#data.nothing\n")
    lines = (library.FOLDER / KIND / "template.typ").read_text().count("\n")
    assert first_failure(version)["facts"]["place"] == f"{KIND}/template.typ:{lines + 2}"


def test_a_sample_that_does_not_fit_and_a_schema_that_is_none(writer):
    data = sample(f"{KIND}/sample.json") | {"surprise": 1}
    assert first_failure(broken(writer, sample_=data))["code"] == "fits"
    for schema in (
        {"type": "nonsense"},
        {"type": "array"},
        {"type": "object", "properties": {"a": {"$ref": "https://example.org/a.json"}}},
    ):
        version = TemplateVersion.objects.get(template__insurer=writer.insurer)
        version.json_schema = schema
        assert first_failure(version)["code"] == "schema"


def test_a_glyph_that_no_font_has_in_the_code(writer):
    fact = first_failure(broken(writer, "\n\U0001f600\n"))
    assert fact["code"] == "compiles"
    assert "could not be displayed" in fact["facts"]["error"]


def test_a_sealed_document_is_not_tagged(writer):
    version = draft(writer)
    authoring.change_settings(version_id=version.pk, settings={}, seen=authoring.state_of(version), standard="a-3a", by=writer)
    version.refresh_from_db()
    assert first_failure(version)["code"] == "standard"


def test_a_missing_zone_is_told_by_role(writer):
    version = broken(writer)
    held = files.load(version.files)
    held["common/frame.typ"] = held["common/frame.typ"].replace(b'zone("insurer", 40mm, 40mm)', b"[]")
    version.files = files.store(held)
    version.save()
    fact = first_failure(version)
    assert (fact["code"], fact["facts"]["missing"]) == ("zones", ["insurer"])
