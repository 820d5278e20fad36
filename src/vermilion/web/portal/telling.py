"""What the status page says of a case: a headline and what it means, in the words of the person who reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vermilion.apps.cases.models import PartyRole
from vermilion.apps.cases.transitions import State
from vermilion.apps.signing.models import SigningTask, TaskState
from vermilion.web.templatetags.customer import title_words

from .access import Access


@dataclass(frozen=True)
class Told:
    """Tone of the box, headline of the page, what it means."""

    tone: str
    headline: Any
    meaning: Any


_SEE_MY = gettext_lazy("您可以随时在“我的保单”中查看、下载和验真。")
_TOLD = {
    State.APPLYING: Told("info", gettext_lazy("投保还没有完成"), gettext_lazy("您填写的内容已保存，可以从离开的地方继续。")),
    State.SIGNING: Told("info", gettext_lazy("等待其他人签署"), gettext_lazy("投保确认书由每位签署人本人阅读并签名后，保险公司开始核保。")),
    State.UNDERWRITING: Told(
        "info", gettext_lazy("正在核保"), gettext_lazy("保险公司正在审核您的投保。有结果时会发短信通知您，不需要一直停留在本页。")
    ),
    State.INFORMATION_REQUESTED: Told("warning", gettext_lazy("需要补充资料"), gettext_lazy("核保员需要您补充说明，提交后继续核保。")),
    State.OFFERED: Told(
        "warning",
        gettext_lazy("有新的承保条件"),
        gettext_lazy("保险公司愿意按调整后的条件承保，请阅读核保通知书和同意书，由您决定是否接受。"),
    ),
    State.AWAITING_PAYMENT: Told(
        "success", gettext_lazy("核保通过，请缴费"), gettext_lazy("请用投保人本人的账户支付。不要把钱交给任何个人。")
    ),
    State.ISSUING: Told("info", gettext_lazy("正在出具保单"), gettext_lazy("已收到保险费，正在制作保单并加盖印章，通常只需几秒钟。")),
    State.DIFFERENT: Told(
        "warning", gettext_lazy("保单正在核对"), gettext_lazy("保单内容正在由工作人员与您的投保单逐项核对，完成后会通知您。")
    ),
    State.HELD: Told(
        "warning",
        gettext_lazy("有被保险人撤回同意，暂缓出单"),
        gettext_lazy("保险公司会把保险费全部退还原付款账户。退还后会发短信给您：其他人的同意仍然有效，去掉该人后重新确认、缴费即可。"),
    ),
    State.SEALED: Told("info", gettext_lazy("保单已盖章，正在送达"), gettext_lazy("短信马上就到。")),
    State.DELIVERED: Told("success", gettext_lazy("保单已出具"), gettext_lazy("请阅读保单并签收回执。犹豫期从您签收的次日开始计算。")),
    State.ACKNOWLEDGED: Told("success", gettext_lazy("保单已签收"), _SEE_MY),
    State.ARCHIVED: Told("success", gettext_lazy("办理完成"), _SEE_MY),
    State.POSTPONED: Told(
        "warning", gettext_lazy("暂不能承保（延期）"), gettext_lazy("原因和以后的办法见核保决定通知书。没有收取保险费。")
    ),
    State.DECLINED: Told("warning", gettext_lazy("未获承保"), gettext_lazy("没有收取保险费。")),
    State.WITHDRAWN: Told("info", gettext_lazy("投保已撤回"), gettext_lazy("这笔业务已经结束，没有产生保险合同。")),
    State.EXPIRED: Told("info", gettext_lazy("投保已过期"), gettext_lazy("超过办理期限，这笔业务已经结束。如仍需要，请重新投保。")),
}
# The insured or a guardian reads the same case, but the next step is not hers.
_DONE_HERE = gettext_lazy("您这边已经办完，现在不需要做什么。")
_TOLD_SIGNER = {
    State.APPLYING: Told("info", gettext_lazy("投保人正在修改投保信息"), gettext_lazy("改好后会再发短信请您阅读和签署。")),
    State.INFORMATION_REQUESTED: Told("info", gettext_lazy("等待投保人补充资料"), _DONE_HERE),
    State.OFFERED: Told("info", gettext_lazy("等待投保人决定"), _DONE_HERE),
    State.AWAITING_PAYMENT: Told("info", gettext_lazy("核保通过，等待投保人缴费"), _DONE_HERE),
    State.DELIVERED: Told("success", gettext_lazy("保单已出具"), _SEE_MY),
}
_GRANTED = Told("success", gettext_lazy("您这边已经办完"), gettext_lazy("单位的投保由获得授权的经办人继续办理。"))
_WRITING = Told(
    "info",
    gettext_lazy("签名已提交"),
    gettext_lazy("系统正在把签名写入文件，完成后保险公司开始核保。您不需要做什么，也不必停留在本页。"),
)
_PAYING = Told(
    "info", gettext_lazy("正在等待支付结果"), gettext_lazy("收到支付机构的结果后本页会自动更新。如果还没有支付，可以再次进入支付页面。")
)


def tell(access: Access, task: SigningTask | None, *, paying: bool) -> Told:
    """Return what the status page says to this person; ``task`` is what she has to sign now, ``paying`` whether a payment is under way."""
    state = State(access.case.state)
    if task is not None and task.state == TaskState.OPEN and state != State.OFFERED:
        headline = _("请您签署%(what)s") % {"what": title_words(task.document.title)}
        if access.party is not None and access.party.role == PartyRole.GUARDIAN:
            return Told("warning", headline, _("您是未成年被保险人的监护人。请读完整份文件；没有问题的话，由您本人签名。"))
        return Told("warning", headline, _("请读完整份文件；没有问题的话，由您本人签名。"))
    if access.party is not None and access.party.role == PartyRole.REPRESENTATIVE:
        return _GRANTED
    if not access.is_applicant:
        return _TOLD_SIGNER.get(state, _TOLD[state])
    if state == State.AWAITING_PAYMENT and paying:
        return _PAYING
    if state == State.SIGNING and not access.case.signing_tasks.filter(state=TaskState.OPEN).exists():
        return _WRITING
    if state == State.DELIVERED and not access.case.product.definition.acknowledgement:
        return Told("success", gettext_lazy("保单已出具"), _SEE_MY)
    if state == State.DELIVERED and not access.case.product.definition.times.cooling_off_days:
        return Told("success", gettext_lazy("保单已出具"), gettext_lazy("请阅读保单并签收回执。"))
    return _TOLD[state]
