"""What can go wrong with the embedded server."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from ..errors import VermilionError


class EmbeddedError(VermilionError):
    """The embedded PostgreSQL cannot be used."""

    code = "database_embedded"
    status = 503
    hint = _("查看数据库日志；运行 vermilion doctor。")
