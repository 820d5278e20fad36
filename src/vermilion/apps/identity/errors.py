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
