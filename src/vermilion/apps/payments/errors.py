from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vermilion.base.errors import VermilionError


class CallbackRefused(VermilionError):
    """Base of all reasons not to believe a callback; the gateway gets 4xx and nothing changes."""

    code = "callback_refused"
    status = 400
    title = _("支付通知未被接受")
    message = _("支付通知未被接受。")


class CallbackForged(CallbackRefused):
    code = "callback_signature_wrong"
    status = 401
    message = _("支付通知的签名不正确。")


class CallbackStale(CallbackRefused):
    code = "callback_too_old"
    status = 401
    message = _("支付通知的时间与现在相差过大。")


class CallbackMismatch(CallbackRefused):
    code = "callback_mismatch"
    status = 422
    message = _("支付通知的金额、币种或业务号与订单不一致。")


class OrderNotFound(VermilionError):
    code = "order_not_found"
    status = 404
    message = _("没有找到这笔缴费。")
    hint = _("请从业务进度页重新进入缴费。")


class OrderClosed(VermilionError):
    code = "order_closed"
    status = 409
    message = _("这笔缴费已经完成或关闭，不需要再次支付。")
    hint = _("请回到业务进度页查看。")


class RefundUnknown(VermilionError):
    code = "refund_unknown"
    status = 422
    message = _("请填写退款流水号，最多 64 个字母、数字或符号，不含空格。")
    hint = _("流水号在支付机构或者银行的退款回单上。")


class GatewayNotConfigured(VermilionError):
    code = "payment_not_configured"
    status = 503
    message = _("本系统还没有接入支付机构，暂时不能在线缴费。")
    hint = _("请联系保险公司客服，了解其他缴费方式。您的投保资料已经保存。")
