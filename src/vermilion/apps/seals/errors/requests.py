"""A use of a seal is not to be asked for, or not to be approved, like this."""

from __future__ import annotations

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from .family import SealError


class RequestNotApproved(SealError):
    """A permission names a request that the rule's people did not approve, or not for this document."""

    code = "request_not_approved"
    status = 403
    message = _("这份文件没有经过规则要求的审批，签章服务拒绝用印。")
    hint = _("请通过“用印申请”提交，由规则指定的人审批。")


class RequestSettled(SealError):
    """The request was decided, withdrawn or has expired."""

    code = "request_settled"
    message = _("这份用印申请已经处理过，没有再做任何改动。")
    hint = _("刷新页面查看结果。")


class RequestExpired(SealError):
    """The time to decide is over."""

    code = "request_expired"
    message = _("审批期限已过，这份用印申请不能再批准。")
    hint = _("请申请人重新提交。")


class OwnRequest(SealError):
    """Who asked for the use of a seal does not approve it."""

    code = "own_request"
    status = 403
    message = _("这是您自己提交的用印申请，须由他人审批。")
    hint = _("请通知规则指定的其他审批人。")


class NotThisApprover(SealError):
    """The rule names other people, it is not this one's turn, or she decided already."""

    code = "not_this_approver"
    status = 403
    message = _("现在不由您审批：规则指定了其他人，或尚未轮到您，或您已经审批过。")
    hint = _("审批页面列出了正在等待的审批人。")


class ReasonMissing(SealError):
    """A refusal needs a reason."""

    code = "reason_missing"
    status = 422
    message = _("请写明不批准的原因，申请人会看到。")


class ShownListChanged(SealError):
    """What is to be approved is not the list that was shown."""

    code = "shown_list_changed"
    message = _("您看到的清单与待审批的清单不一致，没有批准。")
    hint = _("刷新页面，重新核对清单。")


class OtherBranch(SealError):
    """The seal belongs to another branch."""

    code = "other_branch"
    status = 403
    message = _("这枚印章属于另一家分支机构，您不能申请使用。")
    hint = _("请选择本机构或总公司的印章。")


class NobodyApproves(SealError):
    """Nobody can approve a request: no approver is left, or the rule needs the person who asks."""

    code = "nobody_approves"
    message = _("没有人可以审批这份申请：没有在职的审批人，或者审批规则必须由您本人批准。")
    hint = _("请另一位同事提交申请，或由合规调整审批规则。")


class WrongSeal(SealError):
    """A seal of this kind does not stand on documents of that kind."""

    code = "wrong_seal"
    status = 422
    message = _("这类印章不能用于所选的单证。")
    hint = _("请选择与单证相符的印章，例如合同协议用合同专用章或公章。")


class ListUnsuitable(SealError):
    """The request lacks something, or has too many documents."""

    code = "list_unsuitable"
    status = 422
    message = _("申请内容不完整：需要标题、事由和 1 至 200 份文件。")


class RuleRefused(SealError):
    """A rule is incomplete, or this person may not decide it."""

    code = "rule_refused"
    status = 409
    message = _("这条审批规则没有改变：内容不完整、已经处理过，或者须由他人复核。")
    hint = _("审批人须在职并有审批权限；提出规则的人不能自己复核。")


UNSUITABLE = {
    "not_pdf": _("不是可以读取的 PDF 文件"),
    "encrypted": _("文件设有密码或加密"),
    "ambiguous": _("文件结构有歧义，不同软件看到的内容可能不同"),
    "active": _("文件含有脚本或会自动执行的动作"),
    "signed": _("文件已经有签名或印章"),
    "layers": _("文件含有可以隐藏的图层"),
    "rotated": _("要盖章的页面带有旋转标记"),
    "page_too_small": _("要盖章的页面太小，放不下印章"),
    "not_sealable": _("文件不允许再加签章"),
    "too_many_pages": _("文件没有页面，或超过 400 页"),
    "too_large": _("文件是空的，或超过 20 MB"),
    "twice": _("同一份文件提交了两次"),
}
"""Why a file that was sent in cannot be sealed, by the stable word."""


class FileUnsuitable(SealError):
    """One of the files cannot be sealed; nothing of the request was kept."""

    code = "file_unsuitable"
    status = 422
    hint = _("请修改或重新导出这份文件（例如“打印为 PDF”），再整批提交。")

    def __init__(self, reason: str, title: str) -> None:
        super().__init__(format_lazy(_("“{title}”不能用印：{reason}。"), title=title[:80], reason=UNSUITABLE[reason]), reason=reason)
