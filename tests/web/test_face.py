"""Layouts, large print, language, tags."""

import re

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

from vermilion.apps.parties.models import Insurer
from vermilion.base import instance
from vermilion.web.qr import qr_svg
from vermilion.web.templatetags.customer import insurer_brand

EXAMPLES = ["", "portal/", "sign/", "console/", "verify/"]


def show(text: str, **context: object) -> str:
    return Template("{% load face %}" + text).render(Context(context))


@pytest.mark.django_db
@pytest.mark.parametrize("example", EXAMPLES)
def test_the_style_guide_shows_every_layout_in_a_demo_instance_only(client, example):
    assert client.get(f"/staff/components/{example}").status_code == 404
    instance.decide(demo=True)
    assert client.get(f"/staff/components/{example}").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("example", EXAMPLES)
def test_pages_obey_a_strict_content_security_policy(client, example):
    instance.decide(demo=True)
    page = client.get(f"/staff/components/{example}").content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"\son\w+=", page)
    assert " style=" not in page
    assert "<style" not in page


@pytest.mark.django_db
def test_a_demo_instance_says_so_on_every_page(client):
    assert "演示 · 无法律效力" not in client.get("/console/login/").content.decode()
    instance.decide(demo=True)
    assert "演示 · 无法律效力" in client.get("/console/login/").content.decode()


@pytest.mark.django_db
def test_large_print_is_remembered_and_leads_back(client):
    answer = client.post("/i18n/large-print/", {"large_print": "1", "next": "/console/login/?next=/x/"})
    assert answer["Location"] == "/console/login/?next=/x/"
    assert 'class="large-print"' in client.get("/console/login/").content.decode()
    client.post("/i18n/large-print/", {"large_print": "0"})
    assert 'class="large-print"' not in client.get("/console/login/").content.decode()


@pytest.mark.django_db
def test_large_print_leads_to_no_other_site(client):
    assert client.post("/i18n/large-print/", {"large_print": "1", "next": "//evil.example/"})["Location"] == "/"


@pytest.mark.django_db
def test_the_language_can_be_switched(client):
    assert '<html lang="zh-Hans"' in client.get("/console/login/", headers={"Accept-Language": "zh-CN"}).content.decode()
    client.post("/i18n/language/", {"language": "en", "next": "/console/login/"})
    page = client.get("/console/login/", headers={"Accept-Language": "zh-CN"}).content.decode()
    assert '<html lang="en"' in page
    assert "Staff log-in" in page


class Sample(forms.Form):
    phone = forms.CharField(label="手机号", help_text="用于接收验证码")
    agree = forms.BooleanField(label="我同意")
    smoker = forms.ChoiceField(label="吸烟", choices=[("y", "是"), ("n", "否")], widget=forms.RadioSelect)


def test_help_and_error_are_tied_to_the_input():
    form = Sample({"phone": ""})
    html = show("{% field form.phone %}", form=form)
    described = re.search(r'aria-describedby="([^"]+)"', html)[1].split()
    assert 'aria-invalid="true"' in html
    for name in described:
        assert f'id="{name}"' in html
    assert len(described) == 2


def test_one_mistake_is_not_called_several():
    class Two(forms.Form):
        name, phone = forms.CharField(), forms.CharField()

    def summary(**data):
        return show('{% include "components/form_errors.html" %}', form=Two(data))

    assert "有一项需要改正" in summary(name="王芳")
    assert "有几项需要改正" in summary()
    assert "改正" not in summary(name="王芳", phone="1")


def test_a_phones_head_gets_the_short_english_name():
    insurer = Insurer(name="华岳人寿保险股份有限公司（演示）", short_name="华岳人寿（演示）")
    for full, short in [
        ("Huayue Life Insurance Co., Ltd. (demonstration)", "Huayue Life Insurance"),
        ("Acme Limited", "Acme"),
        ("Incline Life", "Incline Life"),
        ("", "华岳人寿（演示）"),
    ]:
        insurer.name_en = full
        with translation.override("en"):
            assert insurer_brand(insurer) == short
    assert insurer_brand(insurer) == "华岳人寿（演示）"


def test_every_choice_is_a_label_of_its_own():
    html = show("{% field form.smoker %}{% field form.agree %}", form=Sample())
    assert html.count('<label class="choice"') == 3
    assert "<legend" in html


@pytest.mark.parametrize(("fen", "text"), [(123450, "¥1,234.50"), (5, "¥0.05"), (-100, "-¥1.00"), (None, "")])
def test_money(fen, text):
    assert show("{{ fen|yuan }}", fen=fen) == text


def test_masks():
    assert show("{{ v|masked }}", v="13812345678") == "138****5678"
    assert show("{{ v|masked }}", v="11010519491231002X") == "110***********002X"


def test_an_unknown_icon_is_an_error_not_a_gap():
    with pytest.raises(KeyError):
        show('{% icon "no-such" %}')


def test_qr_codes_can_be_read(tmp_path):
    import numpy
    import zxingcpp

    svg = qr_svg("https://example.invalid/v/7KQ2M9")
    size = int(re.search(r'viewBox="0 0 (\d+) ', svg)[1])
    picture = numpy.full((size * 4, size * 4), 255, dtype=numpy.uint8)
    for x, y in re.findall(r"M(\d+) (\d+)h1", svg):
        picture[int(y) * 4 : int(y) * 4 + 4, int(x) * 4 : int(x) * 4 + 4] = 0
    assert zxingcpp.read_barcode(picture).text == "https://example.invalid/v/7KQ2M9"
