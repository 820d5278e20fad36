"""Errors of the archive."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vermilion.base.errors import VermilionError


class ArchiveError(VermilionError):
    """Any error of the archive."""

    code = "archive_failed"
    status = 500


class PreservedUnknown(ArchiveError):
    """There is no such long-term copy."""

    code = "preserved_unknown"
    status = 404
    message = _("没有这一份长期保存副本。")


class PreservingLate(ArchiveError):
    """Signed documents wait too long for their long-term copy, or for its next timestamp."""

    code = "preserving_late"
    status = 503
    hint = _("系统每 15 分钟重试；时间戳服务、OCSP 或吊销列表可用后会自动补上，不会降低等级保存。")
