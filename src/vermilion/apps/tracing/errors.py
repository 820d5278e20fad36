from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vermilion.base.errors import VermilionError


class PageNotShown(VermilionError):
    """An answer came for a page that this session was never shown in this case."""

    code = "page_not_shown"
    status = 409
    message = _("没有查到本页面的展示记录，您的操作没有提交。")
    hint = _("请刷新页面，重新阅读后再提交。")
