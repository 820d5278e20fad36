from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vermilion.base.errors import VermilionError


class PolicyNotFound(VermilionError):
    code = "policy_not_found"
    status = 404
    message = _("没有找到这张保单。")
    hint = _("请核对保单号；也可以从“我的保单”用手机号和身份信息查找。")


class NoCertificate(VermilionError):
    """Certificates are made for insured persons of group policies, by their number on the list."""

    code = "no_certificate"
    status = 404
    message = _("这张保单没有这一序号的被保险人，不能出具保险凭证。")
    hint = _("保险凭证只为团体保单的被保险人出具，请从被保险人清单中选择。")


class NumberTaken(VermilionError):
    code = "policy_number_taken"
    status = 409
    message = _("这个保单号已经用于另一张保单。")
    hint = _("请核对核心系统的编号；同一张保单的重试请使用同一个 external_id。")


class InvoiceConflict(VermilionError):
    """An invoice of this number is on record, with another file or for another policy."""

    code = "invoice_conflict"
    status = 409
    message = _("这个发票号码已经登记了另一份文件或另一张保单，本次没有改动。")
    hint = _("请核对发票号码和保单号；红冲后重开的发票使用新的号码。")


class NotReadyToAcknowledge(VermilionError):
    code = "not_ready_to_acknowledge"
    status = 409
    message = _("保单还没有送达，现在不能签收。")
    hint = _("保单送达后您会收到短信，请稍后再试。")


class ChangeNotAllowed(VermilionError):
    code = "change_not_allowed"
    status = 403
    message = _("本产品的规则不允许由您办理这项变更。")
    hint = _("请拨打客服热线，由工作人员协助办理。")


class ChangeOpen(VermilionError):
    code = "change_open"
    status = 409
    message = _("这张保单还有一项变更正在办理，完成之前不能再开始新的变更。")
    hint = _("请先完成或撤回正在办理的变更。")


class NothingChanged(VermilionError):
    code = "nothing_changed"
    status = 422
    message = _("填写的内容与保单现有内容相同，没有需要变更的地方。")
    hint = _("请核对后重新填写。")


class PolicyNotInForce(VermilionError):
    code = "policy_not_in_force"
    status = 409
    message = _("这张保单已经不在有效状态，不能办理变更。")
    hint = _("请核对保单状态，或联系客服。")


class ApprovalRefused(VermilionError):
    code = "approval_refused"
    status = 409
    message = _("这份批单现在不能审批：它已经处理过，或者内容已经变化。")
    hint = _("请重新打开审批页面，查看最新的内容。")


class SelfApproval(VermilionError):
    code = "self_approval"
    status = 403
    message = _("经办人不能审批自己提交的变更。")
    hint = _("请由另一位有权限的审批人处理。")


class NotApprover(VermilionError):
    code = "not_approver"
    status = 403
    message = _("您现在没有审批权限，也没有人把审批权限委托给您。")
    hint = _("委托可能已经到期或撤回；请由有权限的审批人处理。")


class DifferenceUnexplained(VermilionError):
    code = "difference_unexplained"
    status = 422
    message = _("还有与投保单不一致的地方没有说明。")
    hint = _("请逐项填写说明，再继续出单。")


class NothingToRetry(VermilionError):
    code = "nothing_to_retry"
    status = 409
    message = _("这笔业务没有停下来的系统任务，不需要重试。")
    hint = _("请刷新页面查看现在的进度。")


class NothingToRemind(VermilionError):
    code = "nothing_to_remind"
    status = 409
    message = _("这笔业务现在没有等待客户办理的事项，或客户还没有留下手机号。")
    hint = _("还在填写的业务，请把投保链接再发给客户一次。")


class RemindedJustNow(VermilionError):
    """``retry_after``: seconds until the next message may go out."""

    code = "reminded_just_now"
    status = 429

    def __init__(self, retry_after: int) -> None:
        minutes = -(-retry_after // 60)
        super().__init__(
            _("十分钟内已经给客户发过同样的提醒，没有重复发送。"),
            hint=_("请在 %(minutes)d 分钟后再试，或直接与客户联系。") % {"minutes": minutes},
            retry_after=retry_after,
        )


class ClaimDecisionInvalid(VermilionError):
    code = "claim_decision_invalid"
    status = 422
    message = _("理赔决定的内容不完整或者有矛盾，没有受理。")
    hint = _("请按接口说明补齐；各项核定金额之和、各收款人金额之和都要等于合计。")


class ClaimDecided(VermilionError):
    code = "claim_decided"
    status = 409
    message = _("这个赔案号已经有另一个决定，没有受理新的决定。")
    hint = _("复核后改变决定的，请使用新的赔案号。")


class ClaimUnknown(VermilionError):
    code = "claim_unknown"
    status = 404
    message = _("没有收到过这个赔案的决定。")
    hint = _("请核对保单号和赔案号。")
