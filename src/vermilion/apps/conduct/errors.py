from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from vermilion.base.errors import VermilionError

from .models import Kind


class SalespersonDevice(VermilionError):
    """Sales staff may not sign or confirm for the parties (Sales Measures 29), so their devices carry no ceremony."""

    code = "salesperson_device"
    status = 403
    message = _("这台设备登录过销售人员账户，不能用来办理客户的投保和签署。")
    hint = _("请用您自己的手机打开链接办理。当面办理的，请销售人员在业务页点“面对面办理”，由您在自己的手机上同意和确认。")


class OwnPhoneOnly(VermilionError):
    """What a salesperson must not see, or must not enter, even in a meeting."""

    code = "own_phone_only"
    status = 403
    message = _("这一步请在您自己的手机上办理。")
    hint = _("健康告知、验证码和文件内容不在销售人员的设备上显示或填写。链接在发到您手机的短信里。")


class OwnPhoneMissing(VermilionError):
    """The signature was written on the salesperson's device before the signer confirmed on her own phone."""

    code = "own_phone_missing"
    status = 409
    message = _("您还没有在自己的手机上阅读并确认这份文件，签名没有提交。")
    hint = _("请打开您手机上的短信链接，读完文件并用验证码确认，再回到这里签名。")


class MeetingRefused(VermilionError):
    code = "meeting_refused"
    status = 409
    message = _("现在不能发起面对面办理。")
    hint = _("业务须在办理中、由您负责，并且已经填写客户本人的手机号。")


class MeetingOver(VermilionError):
    code = "meeting_over"
    status = 409
    message = _("这次面对面办理已经结束或超时。")
    hint = _("需要继续的，请销售人员重新发起，您在自己的手机上同意。")


class SameDevice(VermilionError):
    """A meeting is agreed to, and its documents confirmed, on a device that is not the salesperson's."""

    code = "same_device"
    status = 403
    message = _("请在您自己的手机上同意和确认，不能在销售人员的设备上操作。")
    hint = _("请用您自己的手机打开短信里的链接。")


class SigningHeld(VermilionError):
    """By the insurer's rule, or by compliance's decision, nothing is signed in this case now."""

    code = "signing_held"
    status = 409
    title = _("签署已暂停")
    message = _("为保护您的权益，这笔业务的签署已经暂停，保险公司正在核实是不是您本人在办理。")

    def __init__(self, kind: str, *, confirmed: bool) -> None:
        super().__init__(*([_CONFIRMED] if confirmed else []), hint=_HINT if confirmed else _WAYS.get(kind, _HINT))
        self.kind = kind


class SuspicionUnknown(VermilionError):
    code = "suspicion_unknown"
    status = 404
    message = _("没有找到这条记录。")
    hint = _("请从“疑似代签”列表重新打开。")


class DecisionIncomplete(VermilionError):
    code = "decision_incomplete"
    status = 422
    message = _("请写明核查经过和理由，没有记录任何决定。")


class HandOverRefused(VermilionError):
    code = "hand_over_refused"
    status = 409
    message = _("这笔业务不能改派给这位销售人员，没有改变任何内容。")
    hint = _("接手人须在同一机构、执业登记今日有效，并且可以销售该产品；业务可能刚被别人改派，请刷新后查看。")


class TooManyReports(VermilionError):
    """A badge was reported so often that more reports tell nothing new."""

    code = "too_many_reports"
    status = 429
    message = _("今天已经收到很多关于这张工作证的举报，合规部门正在核查，这一条没有保存。")
    hint = _("如果您有新的情况，请拨打客服热线。")


class ReportIncomplete(VermilionError):
    code = "report_incomplete"
    status = 422
    message = _("请写明您遇到了什么，举报没有提交。")


_CONFIRMED = _("经核查，这笔业务不是由投保人、被保险人本人办理的，不能继续签署。")
_HINT = _("如果是您本人在办理，请拨打页面下方的客服热线说明情况。")
_WAYS: dict[str, Any] = {
    Kind.PHONE: _("您填写的手机号也用于保险公司人员或其他客户。请返回修改为您本人的手机号；如果确实是家人共用，请致电客服热线说明。"),
    Kind.DEVICE: _("这台设备也用于保险公司人员或多位客户。请换您自己的手机打开链接办理；没有的，请致电客服热线说明。"),
    Kind.PAYER: _("缴费账户也用于保险公司人员或其他客户。保险费应由投保人本人的账户支付，请致电客服热线核实。"),
}
