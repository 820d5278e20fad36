"""The style guide: every component and layout with made-up content, in demo instances only."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vermilion.base import clock
from vermilion.base.instance import is_demo
from vermilion.web.templatetags.icons import ICONS

LAYOUTS = {
    "portal": "staff/example_portal.html",
    "sign": "staff/example_sign.html",
    "console": "staff/example_console.html",
    "verify": "staff/example_verify.html",
}
DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


class ExampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="姓名", help_text="与证件上的一致，生僻字也可以填写。")
    phone = forms.CharField(label="手机号", widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}))
    sum_insured = forms.ChoiceField(label="保险金额", choices=[("30", "30 万元"), ("50", "50 万元")])
    note = forms.CharField(label="备注", required=False, widget=forms.Textarea)
    smoker = forms.ChoiceField(label="过去一年内是否吸烟？", choices=[("y", "是"), ("n", "否")], widget=forms.RadioSelect)
    agree = forms.BooleanField(label="我已阅读并理解上述内容", help_text="需要您亲自勾选。")


class FilterForm(forms.Form):
    """A list's filters."""

    q = forms.CharField(label="关键词", required=False)
    status = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), ("a", "待核保"), ("b", "待缴费")])


def _steps() -> list[dict[str, str]]:
    names = ["告知与授权", "填写投保单", "健康告知", "投保提示", "实名认证", "确认与签名", "核保", "缴费", "签收保单"]
    return [{"title": name, "state": "done" if at < 5 else "current" if at == 5 else "todo"} for at, name in enumerate(names)]


def _nav() -> list[dict[str, Any]]:
    waiting = [
        ("核保工作台", "pen", 12, True),
        ("待缴费", "money", 8, False),
        ("签章失败", "alert", 0, False),
        ("送达失败", "send", 1, True),
        ("未签收", "inbox", 23, False),
    ]
    other = [
        ("全部业务", "list", None, False),
        ("批单", "document", 4, False),
        ("印章管理", "seal", None, False),
        ("客服", "phone", None, False),
    ]
    return [
        {
            "title": title,
            "links": [
                {"title": name, "url": f"#{name}", "icon": icon, "count": count, "hot": hot, "current": name == "全部业务"}
                for name, icon, count, hot in rows
            ],
        }
        for title, rows in (("待处理", waiting), ("业务", other))
    ]


def _example() -> dict[str, Any]:
    moment = clock.now()
    rows = [
        {
            "code": f"A26{number:06}",
            "holder": holder,
            "product": product,
            "tone": tone,
            "label": label,
            "premium": premium,
            "at": moment - timedelta(hours=number * 7),
        }
        for number, (holder, product, tone, label, premium) in enumerate(
            [
                ("李*", "华岳康宁终身重疾险", "waiting", "待核保", 1_286_000),
                ("欧阳**", "华岳百万医疗险", "active", "签署中", 38_800),
                ("王**", "华岳团体意外险", "done", "已生效", 24_000_000),
                ("张*", "华岳康宁终身重疾险", "blocked", "签章失败", 964_000),
                ("赵**", "华岳百万医疗险", "ended", "已退保", 41_200),
            ],
            start=1,
        )
    ]
    broken = ExampleForm({"name": "", "phone": "123", "smoker": "n"})
    broken.add_error("phone", "手机号应为 11 位数字，例如 138 0000 0000。")
    return {
        "steps": _steps(),
        "nav": _nav(),
        "form": broken,
        "filters": FilterForm(),
        "rows": rows,
        "page_obj": Paginator(list(range(96)), 20).page(2),
        "facts": [
            ("投保人", "李*"),
            ("保险金额", "500,000.00 元"),
            ("保险期间", "终身"),
            ("缴费方式", "年缴 20 年"),
            ("身故受益人", "法定"),
        ],
        "digest": DIGEST,
        "pages": [{"url": f"/staff/components/page-{number}/", "width": 840, "height": 1188} for number in (1, 2)],
        "events": [
            {"at": moment, "title": "保单已盖章", "who": "系统", "text": "时间戳 内置时间戳服务（试用）", "kind": "key"},
            {
                "at": moment - timedelta(minutes=1),
                "title": "短信发送失败",
                "who": "系统",
                "text": "第 1 次，稍后自动重试",
                "kind": "failed",
            },
            {"at": moment - timedelta(hours=3), "title": "投保人签名完成", "who": "李*", "text": ""},
        ],
        "icons": sorted(ICONS),
        "case_code": "A26000001",
        "not_me_url": "#not-me",
        "crumbs": [{"title": _("运营台"), "url": "/console/"}, {"title": "全部业务", "url": ""}],
        "link": "https://example.invalid/v/7KQ2M9",
    }


def _demo_only() -> None:
    if not is_demo():
        raise Http404


@require_safe
def style_guide(request: HttpRequest) -> HttpResponse:
    """Show every component."""
    _demo_only()
    return render(request, "staff/components.html", _example())


@require_safe
def layout_example(request: HttpRequest, layout: str) -> HttpResponse:
    """Show one layout, or an example page picture (``page-1``)."""
    _demo_only()
    if layout.startswith("page-"):
        return HttpResponse(EXAMPLE_PAGE, content_type="image/svg+xml", headers={"Cache-Control": "max-age=3600"})
    if layout not in LAYOUTS:
        raise Http404
    return render(request, LAYOUTS[layout], _example())


EXAMPLE_PAGE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 840 1188"><rect width="840" height="1188" fill="#fff"/>'
    '<rect x="250" y="100" width="340" height="34" fill="#23201c"/>'
    + "".join(f'<rect x="90" y="{200 + row * 34}" width="{660 if row % 6 != 5 else 380}" height="10" fill="#cfc8ba"/>' for row in range(24))
    + '<circle cx="620" cy="1020" r="76" fill="none" stroke="#c3272b" stroke-width="6"/>'
    '<path d="m620 985 9 26h27l-22 16 8 26-22-16-22 16 8-26-22-16h27z" fill="#c3272b"/></svg>'
)
