"""The English is complete, and the tool that says so notices what is not."""

import importlib.util
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

ROOT = Path(__file__).resolve().parents[2]
spec = importlib.util.spec_from_file_location("translations", ROOT / "tools/translations.py")
translations = importlib.util.module_from_spec(spec)
spec.loader.exec_module(translations)


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "code.py").write_text(
        'from django.utils.translation import gettext_lazy as _\nTITLE = _("保单")\nLONG = _("第一句。"\n  "第二句。")\n'
    )
    (folder / "page.html").write_text(
        '{% load i18n %}<div>\n    <p title="it\'s (">{% translate "签收" %}</p>\n'
        "{% blocktranslate with n=x.y %}共 {{ n }} 页{% endblocktranslate %}\n"
        '{% blocktranslate count n=k %}{{ n }} 件{% plural %}{{ n }} 件们{% endblocktranslate %}{% translate "关闭" as close %}</div>'
    )
    return folder


def test_it_finds_texts_in_code_and_templates(source):
    found = {text for _file, _line, text, _context in translations.texts(source)}
    assert found == {"保单", "第一句。第二句。", "签收", "共 %(n)s 页", ("%(n)s 件", "%(n)s 件们"), "关闭"}


def wrong(source, **english) -> list[str]:
    have = Catalog(locale="en")
    for message in translations.catalog_of(source):
        if message.id:
            default = (
                ("%(n)s item", "%(n)s items")
                if isinstance(message.id, tuple)
                else "%(n)s pages in all"
                if "共" in message.id
                else "English"
            )
            text = english.get(translations._id(message), default)
            if text is not None:
                have.add(message.id, text)
    return translations.problems(translations.catalog_of(source), have)


def test_a_complete_translation_has_no_problems(source):
    assert wrong(source) == []


@pytest.mark.parametrize(
    ("english", "word"),
    [
        ({"签收": None}, "no English"),
        ({"签收": ""}, "no English"),
        ({"签收": "Sign 签收"}, "still has Chinese"),
        ({"共 %(n)s 页": "pages"}, "other placeholders"),
    ],
)
def test_each_defect_is_named(source, english, word):
    (problem,) = wrong(source, **english)
    assert word in problem


def test_a_text_that_nobody_uses_is_stale(source):
    have = Catalog(locale="en")
    have.add("没人用", "unused")
    assert any("no longer used" in line for line in translations.problems(translations.catalog_of(source), have))
