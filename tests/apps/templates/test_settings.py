"""What an insurer sets without code: theme, logo, own words, sections, blocks, columns; and settings that are refused."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from PIL import Image

from tests.apps.templates.drafts import KIND, SVG, draft
from tests.apps.templates.papers import sample, squeezed, text_of
from vermilion.apps.templates import authoring, fields, library, services, sources
from vermilion.apps.templates.errors import LogoRefused, SettingsRefused
from vermilion.apps.templates.models import TemplateVersion

pytestmark = pytest.mark.django_db


def test_every_field_of_every_kind_has_a_name_for_people():
    shapes = fields.shapes_of(library.FOLDER)
    known = {
        path: field for kind in library.authored() for path, field in fields.fields_of(library.entry(kind, "en").schema, shapes).items()
    }
    assert {path: field.name for path, field in known.items() if re.search("[a-z]", field.name)} == {}


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


# Logo


def test_the_logo_is_a_file_of_the_version(writer):
    version = authoring.put_logo(version_id=draft(writer).pk, data=SVG, by=writer)
    assert version.settings["theme"] == {"logo": "assets/logo.svg"}
    made = services.typeset_entry(sources.of_version(version), sample(f"{KIND}/sample.json"))
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
