from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vermilion.base.errors import VermilionError


class AuthorityExceeded(VermilionError):
    code = "authority_exceeded"
    status = 403
    message = _("这笔业务的保险金额或这个结论超过了您的核保权限，结论没有保存。")
    hint = _("请选“上报更高权限”，由权限更高的核保员处理。")


class TermsIncomplete(VermilionError):
    code = "terms_incomplete"
    status = 422
    message = _("核保结论缺少必要内容。")
    hint = _("请填写理由；加费请填写比例，除外请填写除外内容，延期请填写期限。")


class OfferInWork(VermilionError):
    code = "offer_in_work"
    status = 409
    message = _("这笔业务已经有加费或除外的结论，通知书正在制作，本次结论没有保存。")
    hint = _("请刷新页面查看；通知书送达客户以后，等待客户确认或拒绝。")


class NothingAsked(VermilionError):
    code = "nothing_asked"
    status = 409
    message = _("现在没有需要您补充的资料。")
    hint = _("请刷新页面查看进度。")
