"""How the desk names states, events and kinds. What is not named here shows its technical name: nothing is hidden."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vermilion.apps.cases.transitions import CLOSED, State
from vermilion.apps.identity.models import CheckMethod
from vermilion.apps.parties.models import Branch, Insurer
from vermilion.apps.policies.models import EndorsementState, PolicyStatus
from vermilion.apps.products.models import ProductVersion

WAITING_FOR_US = {State.UNDERWRITING, State.ISSUING, State.SEALED}
TONES: dict[str, str] = {
    **dict.fromkeys(State.values, "waiting"),
    **dict.fromkeys(WAITING_FOR_US, "active"),
    **dict.fromkeys(CLOSED, "ended"),
    State.APPLYING: "active",
    State.DIFFERENT: "blocked",
    State.HELD: "blocked",
    State.ACKNOWLEDGED: "done",
    State.ARCHIVED: "done",
    **dict.fromkeys(PolicyStatus.values, "ended"),
    PolicyStatus.IN_FORCE: "done",
    EndorsementState.CONSENTS: "waiting",
    EndorsementState.SIGNING: "waiting",
    EndorsementState.APPROVAL: "waiting",
    EndorsementState.SEALING: "active",
    EndorsementState.REFUSED: "blocked",
    EndorsementState.SEALED: "done",
}

EVENTS: dict[str, Any] = {
    "case.started": _("业务建立"),
    "case.assigned": _("业务分派"),
    "case.withdrawn": _("业务撤回"),
    "case.expired": _("业务过期"),
    "case.archived": _("业务归档"),
    "document.preserved": _("建立长期保存副本"),
    "preserving.looked_at": _("核查长期保存的问题"),
    "application.prefilled": _("代填投保信息"),
    "prefilled.settled": _("代填内容由客户核对"),
    "application.saved": _("投保单保存"),
    "application.reopened": _("返回修改投保单"),
    "application.signed": _("投保确认书签署完成"),
    "application.accepted": _("同意承保"),
    "application.postponed": _("延期承保"),
    "application.declined": _("不予承保"),
    "consent.given": _("同意授权"),
    "confirmation.presented": _("投保确认书出示"),
    "step.notice": _("阅读告知"),
    "step.consents": _("完成授权同意"),
    "step.application": _("填完投保单"),
    "step.disclosure": _("完成健康告知"),
    "step.application_notice": _("确认投保提示书"),
    "step.exemption": _("确认免责说明"),
    "step.identity": _("完成实名认证"),
    "step.insured_consents": _("被保险人同意已截止"),
    "step.authority": _("经办人授权已确认"),
    "authority.asked": _("请法定代表人签署授权委托书"),
    "authority.signed": _("授权委托书已签署"),
    "authority.void": _("授权委托书作废"),
    "company.seal_accepted": _("经办人确认加盖单位印章"),
    "company.seal_kept": _("保存单位印章图样"),
    "consents.opened": _("开始征集被保险人同意"),
    "consents.asked": _("请被保险人答复"),
    "consents.reminded": _("提醒未答复的被保险人"),
    "consents.extended": _("重新开放征集"),
    "consents.reopened": _("继续征集被保险人同意"),
    "consents.taken_off": _("被保险人移出名单"),
    "consents.void": _("保险内容变更，征集作废"),
    "consents.closed": _("征集截止"),
    "insured.consented": _("被保险人同意投保"),
    "insured.refused": _("被保险人不同意投保"),
    "insured.withdrew": _("被保险人撤回同意"),
    "insured.cover_ended": _("被保险人的保障办理终止"),
    "consent.withdrawn": _("因被保险人撤回同意退回投保单位"),
    "issuing.held": _("因被保险人撤回同意，暂缓出单"),
    "premium.refunded": _("保费已退还，退回投保单位重新确认名单"),
    "payment.refunded": _("登记退还保费"),
    "endorsement.consented": _("新增人员答复完毕，按同意的人办理"),
    "consent.overtaken": _("截止后才作出的答复，未采用"),
    "step.phone": _("验证手机号"),
    "step.confirmation": _("确认投保内容"),
    "identity.asked": _("发起实名核验"),
    "identity.answered": _("实名核验结果"),
    "identity.viewed": _("查看实名核验资料"),
    "identity.lowered": _("以较低等级完成实名核验"),
    "identity.face_started": _("开始人脸识别"),
    "identity.late": _("认证结果迟到，未采用"),
    "identity.repeated": _("认证结果重复送达"),
    "identity.contradicted": _("认证机构前后结果矛盾"),
    "identity.contradicted_after_signing": _("签署后认证机构更正了结果"),
    "identity.review_asked": _("申请人工审核"),
    "identity.opinion": _("人工审核意见"),
    "identity.picture_viewed": _("查看证件或人脸照片"),
    "identity.picture_deleted": _("证件或人脸照片已删除"),
    "signature.other_document": _("提交的内容不是针对待签文件，未采用"),
    "signature.overtaken": _("意愿认证后文件已更换，签名未采用"),
    "link.guessed": _("取件码多次输错"),
    "code.sent": _("验证码发出"),
    "code.verified": _("验证码通过"),
    "code.refused": _("验证码错误"),
    "code.withheld": _("验证码次数用完，未发送"),
    "code.guessed": _("验证码连续输错"),
    "identity.callback_refused": _("认证回调未采用"),
    "willingness.verified": _("意愿认证通过"),
    "passkey.added": _("设置通行密钥"),
    "passkey.removed": _("移除通行密钥"),
    "passkey.refused": _("通行密钥未通过"),
    "willingness.consumed": _("意愿认证已使用"),
    "access.proved": _("客户证明身份后进入"),
    "access.staff": _("工作人员查看资料"),
    "customer.reminded": _("提醒客户"),
    "not_me.reported": _("客户报告非本人操作"),
    "not_me.lifted": _("合规核查后恢复办理"),
    "meeting.asked": _("发起面对面办理"),
    "meeting.agreed": _("客户同意面对面办理"),
    "meeting.handed": _("设备交给客户"),
    "meeting.confirmed": _("客户在本人手机上确认"),
    "meeting.ended": _("结束面对面办理"),
    "suspicion.raised": _("发现疑似代签"),
    "suspicion.met": _("疑似代签再次出现"),
    "suspicion.reopened": _("排除后再次出现，重新待核查"),
    "suspicion.cleared": _("合规排除疑似代签"),
    "suspicion.confirmed": _("合规确认代签"),
    "case.handed_over": _("改派销售人员"),
    "machine.retried": _("系统任务重新开始"),
    "link.shared": _("投保链接生成"),
    "link.opened": _("链接打开"),
    "page.shown": _("页面展示"),
    "page.answered": _("页面作答"),
    "document.revision": _("文件存档"),
    "document.read": _("文件阅读完毕"),
    "document.downloaded": _("客户下载文件"),
    "document.mailed": _("客户把文件发到邮箱"),
    "signing.opened": _("发起签署"),
    "signing.refused": _("拒绝签署"),
    "ceremony.opened": _("进入签署"),
    "ceremony.second_device": _("同一文件在另一台设备上打开"),
    "ceremony.handed_on": _("生成换设备的二维码"),
    "ceremony.moved": _("换到另一台设备"),
    "link.used_again": _("一次性链接被再次使用，已拒绝"),
    "signature.accepted": _("签名提交"),
    "signature.stored": _("签名写入文件"),
    "underwriting.concluded": _("核保结论"),
    "information.requested": _("要求补充资料"),
    "information.given": _("补充资料提交"),
    "terms.offered": _("新承保条件出示"),
    "terms.signed": _("新承保条件签署"),
    "terms.refused": _("拒绝新承保条件"),
    "payment.requested": _("发起缴费"),
    "premium.paid": _("保费到账"),
    "policy.ordered": _("核心系统出单请求"),
    "policy.numbered": _("保单编号"),
    "difference.found": _("发现与投保单不一致"),
    "difference.explained": _("差异已说明"),
    "policy.sealed": _("保单签章"),
    "claim.decided": _("理赔决定"),
    "evidence.reported": _("出具存证报告"),
    "certificate.issued": _("出具保险凭证"),
    "policy.delivered": _("保单送达"),
    "policy.acknowledged": _("保单签收"),
    "policy.expired": _("保单满期"),
    "policy.ended": _("保单终止"),
    "invoice.received": _("收到发票"),
    "follow_up.done": _("完成回访"),
    "endorsement.requested": _("申请变更"),
    "endorsement.presented": _("批单出示待审批"),
    "endorsement.signed": _("批改申请书签署"),
    "endorsement.approved": _("批单审批通过"),
    "endorsement.approval_signed": _("审批单签名"),
    "endorsement.refused": _("批单审批退回"),
    "endorsement.sealed": _("批单签章生效"),
    "endorsement.withdrawn": _("变更撤回"),
    "notice.created": _("消息生成"),
    "notice.handed_over": _("消息发出"),
    "notice.received": _("消息送达"),
    "notice.failed": _("消息发送失败"),
}
KEY_EVENTS = frozenset(
    {
        "application.signed",
        "application.accepted",
        "premium.paid",
        "policy.sealed",
        "policy.acknowledged",
        "endorsement.sealed",
        "terms.signed",
    }
)
FAILED_EVENTS = frozenset(
    {
        "notice.failed",
        "code.refused",
        "difference.found",
        "signing.refused",
        "endorsement.refused",
        "application.declined",
        "not_me.reported",
        "suspicion.raised",
        "suspicion.met",
        "suspicion.reopened",
        "suspicion.confirmed",
    }
)

ROLES: dict[str, Any] = {
    "policyholder": _("投保人"),
    "insured": _("被保险人"),
    "guardian": _("监护人"),
    "company_agent": _("经办人"),
    "company": _("投保单位"),
    "representative": _("法定代表人"),
    "member": _("团体被保险人"),
    "underwriter": _("核保员"),
    "clerk": _("保全专员"),
    "rule": _("自动规则"),
    "machine": _("系统"),
    "keeper": _("签章服务"),
    "gateway": _("网关"),
    "sweep": _("系统"),
    "core": _("核心系统"),
    "staff": _("工作人员"),
}

#: What a rule of a product suggests, in its own words.
SUGGESTIONS: dict[str, Any] = {
    "accept": _("标准承保"),
    "modified_terms": _("加费/除外承保"),
    "ask_more": _("补充资料"),
    "refer": _("转人工核保"),
    "postpone": _("延期承保"),
    "decline": _("不予承保"),
}

ACCESS: dict[str, Any] = {
    "case": _("业务页"),
    "party": _("当事人完整信息"),
    "document": _("文件"),
    "signature": _("签名证据摘要"),
    "page": _("页面内容"),
    "answers": _("告知内容"),
}

REVISIONS: dict[str, Any] = {"shown": _("出示稿"), "signed": _("已签名"), "sealed": _("已签章"), "received": _("外部收到")}

PAGES: dict[str, Any] = {
    "notice": _("投保前告知"),
    "consents": _("授权同意"),
    "application": _("投保单"),
    "disclosure": _("健康告知"),
    "application_notice": _("投保提示书"),
    "exemption": _("免除保险人责任条款说明"),
    "identity": _("实名认证"),
    "authority": _("单位授权"),
    "insured_consents": _("被保险人同意"),
    "consent.read": _("阅读被保险人同意书"),
    "consent.decide": _("被保险人答复"),
    "consent.refuse": _("被保险人不同意"),
    "consent.withdraw": _("被保险人撤回同意"),
    "added_consents": _("新增人员同意"),
    "identity.again": _("重新实名认证"),
    "confirmation": _("投保确认书"),
    "signature": _("签署"),
    "acknowledgement": _("保单签收"),
    "acknowledge": _("保单签收"),
    "application.section": _("填写投保信息"),
    "document": _("阅读文件"),
    "preserved": _("取走长期保存副本"),
    "health": _("健康告知"),
    "information": _("补充资料"),
    "phone": _("手机号验证"),
    "meeting": _("面对面办理"),
    "meeting.sign": _("在销售人员的设备上手写签名"),
    "sign.read": _("阅读待签文件"),
    "sign.refuse": _("拒绝签署"),
    "sign.write": _("验证意愿并签名"),
    "signer.consents": _("签署人授权同意"),
    "signer.identity": _("签署人实名认证"),
    "status": _("办理进度"),
}

METHODS: dict[str, Any] = dict(CheckMethod.choices)

INTEGRITY: dict[str, Any] = {
    "valid": _("签章有效，文件完整"),
    "invalid": _("签章无效或文件被改动"),
    "unsigned": _("尚无签名"),
    "unreadable": _("文件无法读取"),
}


def branch_name(branch: Branch) -> str:
    """Return a branch's name without the company's, which stands on every page."""
    company = branch.insurer.name.split("（")[0]
    return branch.name.removeprefix(company).split("（")[0] or branch.name


def event_title(kind: str) -> Any:
    """Return the name of an event."""
    return EVENTS.get(kind, kind)


def text_of(value: Any) -> str:
    """Return a product text ``{"zh", "en"}`` in the language of the page."""
    if not isinstance(value, dict):
        return str(value or "")
    return str(value.get("en") if get_language() == "en" and value.get("en") else value.get("zh", ""))


def product_names(insurer: Insurer) -> dict[Any, str]:
    """Return short names by version id without loading whole definitions."""
    rows = ProductVersion.objects.filter(insurer=insurer).values_list("pk", "data__short_name")
    return {pk: text_of(name) for pk, name in rows}


def product_choices(insurer: Insurer) -> list[tuple[str, str]]:
    """Return (code, short name) of every product, for a filter."""
    rows = ProductVersion.objects.filter(insurer=insurer).order_by("code", "published_at").values_list("code", "data__short_name")
    return sorted({code: text_of(name) for code, name in rows}.items())
