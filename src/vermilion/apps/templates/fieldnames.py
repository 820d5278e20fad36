"""What the fields of documents' data are called for people."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

NAMES: dict[str, Any] = {
    "insurer": _("保险人"), "branch": _("分支机构"), "product": _("产品"), "policyholder": _("投保人"), "insured": _("被保险人"),
    "insured_list": _("被保险人清单"), "beneficiaries": _("受益人"), "premium": _("保险费"), "cover": _("保险期间"),
    "coverages": _("保险责任"), "salesperson": _("销售人员"), "staff": _("经办人员"), "underwriting": _("核保"),
    "confirmation": _("投保确认书"), "clauses": _("条款"), "clause_bundle": _("条款文件包"), "cash_values": _("现金价值表"),
    "requester": _("提交人"), "application": _("申请书"), "document": _("文件"), "documents": _("文件"), "agent": _("经办人"),
    "guardian": _("监护人"), "cooling_off": _("犹豫期"), "name": _("名称"), "name_en": _("英文名称"), "domicile": _("住所"),
    "hotline": _("客服电话"), "website": _("网站"), "postcode": _("邮编"), "address": _("地址"), "phone": _("电话"),
    "email": _("邮箱"), "id_type": _("证件类型"), "id_number": _("证件号码"), "sex": _("性别"), "birth_date": _("出生日期"),
    "nationality": _("国籍"), "occupation": _("职业"), "employer": _("工作单位"), "relation": _("关系"), "kind": _("类别"),
    "code": _("编码"), "plan": _("计划"), "version": _("版本"), "policy_no": _("保险单号"), "application_no": _("投保单号"),
    "endorsement_no": _("批单号"), "case_code": _("业务编号"), "document_code": _("验真码"), "verify_url": _("验真地址"),
    "made_at": _("生成时间"), "concluded_on": _("合同成立日期"), "subject": _("保险标的"), "amount": _("金额"),
    "mode": _("交费方式"), "years": _("交费年数"), "loading": _("加费"), "first_due": _("首期交费日"), "paid_at": _("交费时间"),
    "account": _("账号"), "bank": _("银行"), "from": _("起"), "to": _("止"), "until": _("止"), "days": _("天数"),
    "cooling_off_days": _("犹豫期天数"), "benefit_payment": _("保险金给付"), "exclusions_summary": _("责任免除"),
    "breach_and_disputes": _("违约责任与争议"), "special_terms": _("特别约定"), "notices": _("提示"), "endorsements": _("批单索引"),
    "insurance_type": _("险种类别"), "copy": _("正本或副本"), "demo": _("演示"), "change_kind": _("批改事项"), "text": _("正文"),
    "changes": _("变更"), "applied_on": _("申请日期"), "applied_at": _("申请时间"), "effective_at": _("生效时间"),
    "premium_difference": _("保险费变动"), "premium_after": _("变更后保险费"), "premium_before": _("变更前保险费"),
    "approvals": _("审批记录"), "from_version": _("原版本"), "to_version": _("新版本"), "reason": _("原因"), "decision": _("决定"),
    "decided_on": _("决定日期"), "valid_until": _("有效期至"), "delivered_at": _("送达时间"), "delivery_way": _("送达方式"),
    "seal_name": _("印章"), "digest": _("摘要"), "registration_no": _("执业登记编号"), "institution": _("机构"),
    "staff_no": _("工号"), "channel": _("渠道"), "conclusion": _("结论"), "title": _("标题"),
    "legal_representative": _("法定代表人"), "contact_name": _("联系人"), "persons": _("人员"), "questions": _("告知事项"),
    "declarations": _("声明"), "consents": _("同意"), "signers": _("签名人"), "refund": _("退还金额"), "underwriter": _("核保人"),
    "logo_svg": _("标志"), "registration_code": _("备案编号"), "id_valid_until": _("证件有效期至"), "occupation_code": _("职业代码"),
    "annual_income": _("年收入"), "tax_residency": _("税收居民身份"), "social_insurance": _("社会医疗保险"),
    "account_owner": _("账户名"), "auto_renew": _("自动续保"), "rows": _("各行"), "note": _("备注"), "dispute": _("争议处理"),
    "way": _("办理方式"), "received": _("受理"), "at": _("时间"), "clerk": _("经办人员"), "enclosures": _("随附资料"),
    "remarks": _("备注"), "items": _("各项内容"), "confirmed_at": _("确认时间"), "role": _("身份"), "comment": _("意见"),
    "pages": _("页数"), "added_insured": _("新增被保险人"), "removed_insured": _("减少被保险人"), "rule": _("审批规则"),
    "authorisation_no": _("委托书编号"), "principal": _("委托人"), "scope": _("委托事项和权限"), "limits": _("权限的限制"),
    "sub_delegation": _("转委托"), "claim_no": _("赔案号"), "claimant": _("申请人"), "event": _("保险事故"), "on": _("日期"),
    "unsealed": _("未加盖电子印章"),
    "reported_at": _("报案时间"), "complete_on": _("资料齐全日期"), "examiner": _("核赔人"), "benefits": _("保险金"),
    "total": _("合计"), "pay_until": _("付款期限"), "payees": _("领取人"), "effect": _("对合同的影响"), "next_steps": _("后续办法"),
    "findings": _("查明的事实"), "returned": _("退还的资料"), "chapters": _("各章"), "summary": _("摘要说明"), "annexes": _("附表"),
    "page_versions": _("展示过的页面版本"), "postponed_until": _("延期至"), "refund_way": _("退还方式"), "settlement": _("结算方式"),
    "intent_at": _("提出时间"), "notice_at": _("通知时间"), "recorded_at": _("登记时间"), "prepared_by": _("制单人"),
    "underwritten_by": _("核保人"), "handled_by": _("经办人员"), "requested_by": _("申请出具人"), "purpose": _("用途"),
    "parties": _("当事人"), "signatures": _("签名"), "events": _("过程记录"), "chain": _("记录链"), "length": _("长度"),
    "head": _("链首摘要"), "intact": _("完整"), "timestamps": _("时间戳"), "checking": _("核验方法"), "notes": _("说明"),
    "certificate_no": _("凭证号"), "number": _("序号"), "issued_on": _("出具日期"), "policyholder_name": _("投保人"),
    "statements": _("签收人的声明"), "differences": _("与投保单的不同"), "ground": _("终止事由"), "lines": _("明细"),
    "owner": _("账户名"), "warnings": _("风险提示"), "ended_at": _("合同终止时间"), "modifications": _("承保条件的变化"),
    "premium_mode": _("交费方式"), "exclusions": _("责任免除"), "notice": _("核保通知书"),
}  # fmt: skip


def name_of(path: str) -> str:
    """Return the name of a dotted path; a part without a name stands as it is written in the data."""
    return " · ".join(_part(part) for part in path.split("."))


def _part(part: str) -> str:
    if part not in NAMES and part.endswith("_en"):
        return gettext("%(name)s（英文）") % {"name": _part(part.removesuffix("_en"))}
    return str(NAMES.get(part, part))
