from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from vermilion.base.errors import VermilionError


class NoticeDataWrong(VermilionError):
    """The caller's data do not fit the template: a variable is missing, unknown, too long, or holds a personal number."""

    code = "notice_data_wrong"
    status = 500
    message = _("通知内容与登记的模板不符，没有发送。")
    hint = _("请联系系统运维人员。")


class NoticeNotFound(VermilionError):
    code = "notice_not_found"
    status = 404
    message = _("没有找到这条通知。")
    hint = _("请刷新列表后再试。")


class OutboxClosed(VermilionError):
    """The outbox shows what was sent; it exists only in a demo instance."""

    code = "outbox_closed"
    status = 404
    message = _("发件箱只在演示实例中提供。")
    hint = _("正式环境请在业务页面查看每条通知的发送状态。")


class DeliveryError(VermilionError):
    """A message was not handed over. ``temporary`` says whether trying again may help; ``detail`` is the provider's own word."""

    status = 503

    def __init__(self, code: str, message: Any, *, temporary: bool, detail: str = "", hint: Any = None) -> None:
        self.code = code
        self.temporary = temporary
        self.detail = detail[:400]
        super().__init__(message, hint=hint)


def sms_not_configured() -> DeliveryError:
    """Return the error of an instance without an SMS provider."""
    return DeliveryError(
        "sms_not_configured",
        _("本系统尚未配置短信服务，短信没有发出。"),
        temporary=False,
        hint=_("请联系保险公司客服；运维人员配置短信服务后可在“送达失败”中重新发送。"),
    )


def mail_not_configured() -> DeliveryError:
    """Return the error of an instance without a mail server."""
    return DeliveryError(
        "mail_not_configured",
        _("本系统尚未配置邮件服务器，邮件没有发出。"),
        temporary=False,
        hint=_("运维人员设置 VERMILION_MAIL_URL 后可在“送达失败”中重新发送。"),
    )
