"""The error of every check in this package."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vermilion.base.errors import VermilionError


class InvalidValue(VermilionError, ValueError):
    """A value that somebody typed is not acceptable; ``message`` says why and what is expected. Never carries the value itself."""

    code = "invalid_value"
    status = 422
    message = _("填写的内容不符合要求。")
    hint = _("请按提示修改后再继续。")
