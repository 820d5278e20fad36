"""A standing grant does not cover a use, or is not to be given like this."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .family import SealError


class GrantMissing(SealError):
    """No standing permission covers this use."""

    code = "grant_missing"
    message = _("没有适用于这类单证和产品的用印授权。")
    hint = _("请印章保管人申请授权，并由两名审批人批准。")


class GrantExceeded(SealError):
    """The use is beyond the grant's amount, period or daily number."""

    code = "grant_exceeded"
    message = _("本次用印超出授权的金额、期限或当日次数。")
    hint = _("请等待次日额度，或申请新的用印授权。")


class GrantNotApproved(SealError):
    """The keeper does not find two people's word behind a grant's terms, or one gave hers more weakly than the insurer now demands."""

    code = "grant_not_approved"
    status = 403
    message = _("用印授权的条件与两人批准的内容不符，或者批准方式弱于贵公司现在的要求，没有用印。")
    hint = _("请重新申请授权，由两人用通行密钥批准；单证会在授权生效后自动继续。")


class GrantSettled(SealError):
    """A grant was decided already."""

    code = "grant_settled"
    message = _("这份用印授权已经处理过，没有再次改变。")
    hint = _("请在“印章与授权”查看它现在的状态。")


class ApprovalNotProven(SealError):
    """The keeper did not make this code for what is approved, or it is over, used, wrong, or no longer enough for this insurer."""

    code = "approval_not_proven"
    status = 422
    message = _("签章服务没有认可这个验证码：它已过期、已使用，或不是为这份内容发出的。没有批准任何内容。")
    hint = _("请重新发送验证码；如贵公司要求通行密钥，请用通行密钥批准。")


class PasskeyUnknown(SealError):
    """The keeper was not told of a passkey when it was added; what it approves, the keeper would not seal."""

    code = "passkey_unknown"
    status = 422
    message = _("签章服务没有登记这把通行密钥，用它批准的内容不会用印，所以没有批准。")
    hint = _("请在“登录与安全”中移除它，再重新添加一次；添加时签章服务须在运行。")


class ApprovalRefused(SealError):
    """Who asks can't approve, and two different people must approve."""

    code = "approval_refused"
    status = 403
    message = _("申请人不能审批自己的申请，且两次审批须由不同的人完成。")
    hint = _("请由另一名审批人操作。")


class ApproverMissing(SealError):
    """Neither of the two who approved is an authorised leader."""

    code = "approver_missing"
    status = 403
    message = _("两次审批中至少一次须由审批人完成，本次审批没有保存。")
    hint = _("请由一名审批人操作。")


class IncreaseRefused(SealError):
    """An increase of a day's limit is not open, or not this person's to decide."""

    code = "increase_refused"
    message = _("这项临时增额没有改变：已经处理过、授权不在有效期内，或者是您自己申请的。")
    hint = _("临时增额只在当天有效，由另一位审批人用通行密钥批准。")
