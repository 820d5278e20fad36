"""Where a page was opened: chat programs whose built-in browser has no passkeys and no downloads."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

# What their browsers say of themselves. WeCom says MicroMessenger too, so it comes first.
PROGRAMS = (
    ("wxwork", _("企业微信")),
    ("micromessenger", _("微信")),
    ("dingtalk", _("钉钉")),
    ("feishu", _("飞书")),
    ("lark", _("飞书")),
    ("alipayclient", _("支付宝")),
)


def program(agent: str) -> str:
    """Return the name of the program that shows this page in its own browser, empty for an ordinary one."""
    lower = agent.lower()
    return next((str(name) for word, name in PROGRAMS if word in lower), "")
