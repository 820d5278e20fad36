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


class FaultGone(ArchiveError):
    """The document has its copy by now, or there was never anything wrong."""

    code = "preserving_fault_gone"
    status = 409
    message = _("这份文件的长期保存现在没有问题，不需要核查。")
    hint = _("请刷新页面查看当前状态。")


class PreservingLate(ArchiveError):
    """Signed documents wait too long for their long-term copy, or for its next timestamp."""

    code = "preserving_late"
    status = 503
    hint = _("系统每 15 分钟重试；时间戳服务、OCSP 或吊销列表可用后会自动补上，不会降低等级保存。")
