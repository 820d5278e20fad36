"""What the fields of documents' data are called for people."""

from __future__ import annotations

from typing import Any

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
}  # fmt: skip


def name_of(path: str) -> str:
    """Return the name of a dotted path; a part without a name stands as it is written in the data."""
    return " · ".join(str(NAMES.get(part, part)) for part in path.split("."))
