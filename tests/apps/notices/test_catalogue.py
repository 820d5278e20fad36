"""What the catalogue promises to the people who register and read the messages."""

from __future__ import annotations

import pathlib
import re
import string

import pytest

from vermilion.apps.notices import rendering
from vermilion.apps.notices.catalogue import MAIL, PURPOSES, SMS, TEMPLATES, Template
from vermilion.apps.notices.errors import NoticeDataWrong
from vermilion.apps.notices.handbook import handbook

SENDER = rendering.Sender("华岳人寿", "华岳人寿保险股份有限公司", "400-820-9550")
SAMPLE = {
    "count": "4100",
    "code": "123456",
    "minutes": "5",
    "wording": "签署投保确认书",
    "pickup": "7KQ2MX",
    "deadline": "2026-12-31",
    "case": "T7KQ2MX9AB",
    "seller": "欧阳若晴",
    "licence": "0001",
    "badge": "0001",
    "endpoint": "https://core.example.cn/hooks/vermilion",
    "error": "timed_out",
    "number": "E001",
    "when": "2026-12-31 00:00",
    "reason": "没有获得批准",
}
EACH = pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES.keys())


def data(template: Template) -> dict[str, str]:
    return {name: SAMPLE[name] for name in template.variables}


@pytest.fixture(autouse=True)
def public_url(monkeypatch: pytest.MonkeyPatch) -> None:
    class Public:
        base_url = "https://sign.example.cn"

    monkeypatch.setattr(rendering, "config", Public)


@pytest.mark.parametrize("template", [t for t in TEMPLATES.values() if SMS in t.channels], ids=lambda template: template.key)
def test_chinese_sms_fits_one_message_and_english_three(template: Template) -> None:
    chinese = rendering.render(template.key, channel=SMS, language="zh-hans", sender=SENDER, data=data(template)).body
    assert chinese.startswith("【华岳人寿】")
    assert len(chinese) <= 70, chinese
    english = rendering.render(template.key, channel=SMS, language="en", sender=SENDER, data=data(template)).body
    assert rendering.parts(english) <= 3


@EACH
def test_every_message_has_two_languages_and_uses_what_it_declares(template: Template) -> None:
    given = set(template.variables) | {"hotline", "link"}
    for text in (template.zh, template.en):
        used = {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name}
        assert used <= given
        assert set(template.variables) - {"pickup"} <= used
        assert ("link" in used) == bool(template.door)
    assert re.search("[一-鿿]", template.zh)
    assert not re.search("[一-鿿]", template.en)
    assert bool(template.subject[0] and template.subject[1]) == (MAIL in template.channels)


@EACH
def test_no_message_asks_for_a_name_or_number_of_a_person(template: Template) -> None:
    assert not set(template.variables) & {"name", "id_number", "phone", "account", "address", "amount", "policy"}


def test_links_are_the_constant_address_and_the_code() -> None:
    body = rendering.render("sign_link", channel=SMS, language="zh-hans", sender=SENDER, data={"pickup": "7KQ2MX"}).body
    assert re.findall(r"https?://\S+", body) == ["https://sign.example.cn/s/7KQ2MX"]


def test_mail_has_a_subject_and_says_who_writes() -> None:
    mail = rendering.render("policy_delivered", channel=MAIL, language="en", sender=SENDER, data={"pickup": "7KQ2MX"})
    assert mail.subject == "【华岳人寿】Your policy is issued"
    assert "Hotline: 400-820-9550" in mail.body


@pytest.mark.parametrize(
    ("key", "channel", "values"),
    [
        ("sign_link", SMS, {}),
        ("sign_link", SMS, {"pickup": "7KQ2MX", "name": "李若晴"}),
        ("sign_link", SMS, {"pickup": "https://evil.example/"}),
        ("sign_link", SMS, {"pickup": ""}),
        ("code", MAIL, {"code": "123456", "minutes": "5", "wording": "x"}),
        ("code", SMS, {"code": "123456", "minutes": "5", "wording": "证件11010519491231002X"}),
        ("code", SMS, {"code": "123456", "minutes": "5", "wording": "手机13800138000"}),
        ("code", SMS, {"code": "123456", "minutes": "5", "wording": "长" * 61}),
        ("payment_received", SMS, {"case": "T1\nBcc: evil@example.cn"}),
        ("no_such", SMS, {}),
    ],
)
def test_data_that_do_not_fit_are_refused(key: str, channel: str, values: dict[str, str]) -> None:
    with pytest.raises(NoticeDataWrong):
        rendering.render(key, channel=channel, language="zh-hans", sender=SENDER, data=values)


def test_parts_are_counted_as_gateways_do() -> None:
    assert [rendering.parts("字" * length) for length in (1, 70, 71, 134, 135)] == [1, 1, 2, 2, 3]


def test_every_purpose_of_a_code_has_both_languages() -> None:
    assert all(zh and en and len(zh) <= 20 for zh, en in PURPOSES.values())


def test_the_documentation_is_current() -> None:
    page = pathlib.Path(__file__).parents[3] / "docs/notices.md"
    assert page.read_text(encoding="utf-8") == handbook(), "run: python -m vermilion.apps.notices.handbook > docs/notices.md"
