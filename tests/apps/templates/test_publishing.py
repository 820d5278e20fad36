"""The checks before a version may be published: what they find, and that every kind of the library passes them."""

from __future__ import annotations

import pytest

from tests.apps.templates.drafts import KIND, broken, change, draft, facts, first_failure, in_use, submit
from tests.apps.templates.papers import sample, squeezed, text_of
from vermilion.apps.templates import authoring, files, library, mandatory, previews, publishing, requirements, services, sources
from vermilion.apps.templates.checkwords import words
from vermilion.apps.templates.errors import ChecksFailed
from vermilion.apps.templates.models import Template, TemplateVersion
from vermilion.base.canonical import canonical

pytestmark = pytest.mark.django_db


def test_a_failed_check_keeps_the_draft_and_tells_why(writer):
    version = draft(writer, kind="policy", hidden=[{"section": "给付、违约责任与争议处理"}])
    version.samples = {"sample": version.samples["sample-medical"]}
    version.save()
    with pytest.raises(ChecksFailed):
        submit(version, writer)
    version.refresh_from_db()
    assert (version.state, version.digest) == ("draft", None)
    bad = [fact for fact in version.checks if not fact["ok"]]
    assert {fact["facts"]["item"] for fact in bad} == {"law_8", "law_9"}
    assert words(bad[0]) == "页面上没有：八、保险金赔偿或者给付办法（benefit_payment）"
    assert all(words(fact) for fact in version.checks)


def test_every_kind_has_its_items_and_a_code_means_one_thing():
    assert set(mandatory.ITEMS) == set(library.kinds())
    assert all(len(items) >= 3 for items in mandatory.ITEMS.values())
    found: dict[str, set[str]] = {}
    for item in (item for items in mandatory.ITEMS.values() for item in items):
        found.setdefault(item.code, set()).add(str(item.name))
    assert {code: names for code, names in found.items() if len(names) > 1} == {}


@pytest.mark.parametrize(("kind", "language"), [*((kind, "zh-Hans") for kind in library.authored()), ("policy", "en")])
def test_the_library_passes_its_own_checks_and_takes_blocks_and_leaves_sections_out(writer, kind, language):
    """Whatever is set, the places for signatures and what must be printed stay: a block at every place, every section left out at once."""
    version = draft(writer, kind=kind, language=language)
    version.samples = {"sample": min(version.samples.values(), key=lambda data: len(canonical(data)))}
    checks = list(publishing.facts(version))
    assert [fact for fact in checks if not fact["ok"]] == []
    found = {fact["code"]: fact["facts"] for fact in checks}
    assert {"schema", "fits", "compiles", "rare_name", "zones"} <= found.keys()
    assert found["compared"]["changed"] == []
    outline = previews.outline_of(version)
    blocks = [{"at": place, "text": f"块{place}"} for place in ("top", "signature", "end")]
    blocks += [{"at": "after", "section": name, "text": f"后{index}"} for index, name in enumerate(outline.sections)]
    made = services.typeset_entry(sources.of_version(version, {"blocks": blocks}), version.samples["sample"])
    shown = squeezed(text_of(made.pdf))
    for block in blocks:
        assert shown.count(block["text"]) >= 1, block
    bare = sources.of_version(version, {"hidden": [{"section": name} for name in outline.sections]})
    made = services.typeset_entry(bare, version.samples["sample"])
    assert sorted({zone.role for zone in made.zones}) == found["zones"]["roles"]
    # Who leaves every section out is told in words what the paper lacks.
    lacking = [item for item in requirements.items(kind) if requirements.unprinted(item, version.samples["sample"], [text_of(made.pdf)])]
    assert lacking or not outline.sections or kind == "exemption_explanation"  # its explanations stand before its only section
    told = [words({"code": "item", "ok": False, "facts": {"item": item.code, "fields": ["x"]}}) for item in lacking]
    assert told == [f"页面上没有：{item.name}（x）" for item in lacking]


def test_changed_pages_are_counted(writer, reviewer):
    in_use(writer, reviewer)
    second = authoring.new_draft(template_id=Template.objects.get(insurer=writer.insurer).pk, language="zh-Hans", by=writer)
    second = change(second, writer, blocks=[{"at": "top", "text": "不同"}])
    submit(second, writer)
    second.refresh_from_db()
    assert facts(second)["compared", "sample"]["facts"]["changed"] == [1]


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
