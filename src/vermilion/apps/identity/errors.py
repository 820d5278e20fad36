from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from vermilion.base.errors import VermilionError


class CodeWrong(VermilionError):
    """``tries_left`` says how often one may try again."""

    code = "code_wrong"
    status = 422
    hint = _("请核对最新一条短信中的 6 位数字后重新输入。")

    def __init__(self, tries_left: int) -> None:
        self.tries_left = tries_left
        super().__init__(_("验证码不正确，还可以再试 %(left)d 次。") % {"left": tries_left}, tries_left=tries_left)


class CodeExpired(VermilionError):
    """Older than five minutes, replaced by a newer one, or no code of ours for this purpose; which of them is not told."""

    code = "code_expired"
    status = 422
    message = _("验证码已失效。")
    hint = _("请重新获取验证码；只有最新一条短信中的验证码有效。")


class CodeExhausted(VermilionError):
    code = "code_exhausted"
    status = 422
    message = _("验证码已连续输错 5 次，为保护您的账户，这条验证码已作废。")
    hint = _("请重新获取验证码。如果不是您本人操作，请点“非本人操作”或致电客服。")


class CodeUsed(VermilionError):
    code = "code_used"
    status = 409
    message = _("这条验证码已经使用过了。")
    hint = _("请刷新页面查看是否已完成；如需再次验证，请重新获取验证码。")


class CodeBoundElsewhere(VermilionError):
    """The code was sent for another document, another wording or another person than the one presented now."""

    code = "code_bound_elsewhere"
    status = 409
    message = _("这条验证码不是为当前显示的内容发送的，没有生效。")
    hint = _("请返回重新阅读当前文件，然后重新获取验证码。")


class CodeRefused(VermilionError):
    """Too many codes; ``retry_after`` is the number of seconds to wait."""

    code = "code_quota_reached"
    status = 429
    hint = _("请稍后再试；一直收不到短信，请检查手机号是否正确，或致电客服。")

    def __init__(self, retry_after: int, message: Any = None) -> None:
        self.retry_after = retry_after
        super().__init__(message or _minutes(retry_after), retry_after=retry_after)


class CodeTooSoon(CodeRefused):
    code = "code_too_soon"
    hint = _("短信可能会晚到，请稍候。")

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after, _("刚刚已发送过验证码，请在 %(seconds)d 秒后再获取。") % {"seconds": retry_after})


class WillingnessConsumed(VermilionError):
    code = "willingness_consumed"
    status = 409
    message = _("这次意愿认证已经用于一次签署，不能再次使用。")
    hint = _("请刷新页面查看签署是否已完成；如需再次签署，请重新认证。")


class WillingnessForeign(VermilionError):
    """The willingness was given for another document."""

    code = "willingness_foreign"
    status = 409
    message = _("意愿认证与所签文件不符，签署没有进行。")
    hint = _("请重新打开文件并重新认证。")


class IdentityNotConfigured(VermilionError):
    code = "identity_not_configured"
    status = 503
    message = _("本系统尚未配置实名认证服务，这一步暂时无法办理。")
    hint = _("您填写的内容已保存。请联系保险公司客服办理；运维人员配置实名认证服务后可继续。")


class IdentityAttemptsExhausted(VermilionError):
    code = "identity_attempts_exhausted"
    status = 429
    message = _("今天的实名认证次数已用完。")
    hint = _("请核对姓名和证件号码是否与证件完全一致，24 小时后再试，或致电客服人工核实。")


class IdentityRunning(VermilionError):
    code = "identity_running"
    status = 409
    message = _("实名认证正在进行。")
    hint = _("请等待几秒钟后刷新页面。")


def _minutes(seconds: int) -> Any:
    return _("获取验证码的次数已达上限，请在 %(minutes)d 分钟后再试。") % {"minutes": -(-seconds // 60)}


class PaperRefused(VermilionError):
    code = "identity_paper_refused"
    status = 422
    message = _("照片无法使用：只接受 4 MB 以内的 JPEG 或 PNG 照片。")
    hint = _("请重新拍摄，四角完整、字迹清楚、没有反光，再提交一次。")


class CallbackForged(VermilionError):
    code = "identity_callback_forged"
    status = 403
    message = _("回调签名不正确，内容没有采用。")
    hint = _("请核对签名密钥和签名方法。")


class CallbackStale(VermilionError):
    """The sender's clock and ours differ too much, or the message was kept and sent again."""

    code = "identity_callback_stale"
    status = 400
    message = _("回调的时间与本系统时间相差过大，内容没有采用。")
    hint = _("请核对两边服务器的时钟；重发时请重新签名。")


class CallbackUnknown(VermilionError):
    code = "identity_callback_unknown"
    status = 404
    message = _("没有与这个回调对应的认证。")
    hint = _("请核对认证编号。")


class CallbackUnreadable(VermilionError):
    code = "identity_callback_unreadable"
    status = 422
    message = _("回调内容无法识别，没有采用。")
    hint = _("请核对字段与结果代码；映射写在 VERMILION_IDENTITY_FILE 指向的文件中。")


class IdentityLapsed(VermilionError):
    """The check on which the ceremony rests has expired, or was taken back because the provider contradicted itself."""

    code = "identity_lapsed"
    status = 409
    message = _("实名认证已经过期，或者认证机构更正了结果，签名没有提交。")
    hint = _("请重新完成实名认证后再签署；您填写的内容都还在。")


class WillingnessMethodRefused(VermilionError):
    code = "willingness_method_refused"
    status = 409
    message = _("这款产品不接受这种意愿确认方式。")
    hint = _("请返回签署页面，选择页面上列出的方式。")


class WillingnessNotReady(VermilionError):
    """The face check for this document has not passed (yet), is too old, or was made for another document."""

    code = "willingness_not_ready"
    status = 409
    message = _("还没有收到与这份文件对应的人脸认证结果，签名没有提交。")
    hint = _("请稍等几秒再提交；如果认证没有通过，请重新认证或改用短信验证码。")


class StatementIncomplete(VermilionError):
    code = "statement_incomplete"
    status = 422
    message = _("抄录的字没有写完，或者有的字太小、是空白。")
    hint = _("请把每个字都写一遍，写满格子。")


class ReviewDecided(VermilionError):
    code = "identity_review_decided"
    status = 409
    message = _("这项人工审核已经有结论，或者客户已经修改了资料。")
    hint = _("请刷新列表。")


class ReviewSamePerson(VermilionError):
    """Four eyes: nobody gives both opinions."""

    code = "identity_review_same_person"
    status = 403
    message = _("人工审核须由两人分别作出，您已经审核过。")
    hint = _("请由另一位同事复核。")


class PasskeyUnknown(VermilionError):
    """The passkey to remove is not this person's."""

    code = "passkey_unknown"
    status = 404
    message = _("没有找到这个通行密钥。")
    hint = _("请回到列表，刷新后再试。")


class PasskeyNotProven(VermilionError):
    """A customer's passkey did not prove what was asked; ``reason`` is a stable word for the record."""

    code = "willingness_passkey_refused"
    status = 422
    message = _("没有通过通行密钥验证，签名没有提交。")
    hint = _("请再试一次；仍不成功时，请改用页面上的另一种方式。")

    def __init__(self, reason: str = "") -> None:
        super().__init__()
        self.reason = reason
