"""What a document of each kind has to say, whoever designs it: the items, and who has a place for a seal.

The policy's ten items are those of the Insurance Law (保险法, 2015) art. 18; the identity and header zones follow the layout of
JR/T 0051-2017 §5.2-5.4. The explanation of exclusions rests on art. 17, endorsements on art. 20, claim decisions and refusals with
their reasons on arts. 23-25, the power of attorney on the Civil Code art. 165 (agent, matters, authority, period). The other items are
the platform's own rule: what the document has to prove before a customer, a regulator or a court.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from .models import Kind


@dataclass(frozen=True)
class Item:
    """One thing that has to be there. ``places``: each is a tuple of dotted paths of which one at least has data.

    In a path ``*`` stands for every element of a list, ``a|b`` at its end for either of two fields. ``first_page``: it stands on the first
    page.
    """

    code: str
    name: Any
    places: tuple[tuple[str, ...], ...]
    first_page: bool = False


def _item(code: str, name: Any, *places: str | tuple[str, ...], first_page: bool = False) -> Item:
    return Item(code, name, tuple((place,) if isinstance(place, str) else place for place in places), first_page)


_INSURER = _item("insurer", _("保险人名称"), "insurer.name")
_HOLDER = _item("policyholder", _("投保人"), "policyholder.name")
_HOLDER_KNOWN = _item("policyholder_identity", _("投保人及其证件号码"), "policyholder.name", "policyholder.id_number")
_INSURED = _item("insured", _("被保险人"), ("insured.*.name", "insured_list.*.name"))
_INSURED_NAMES = _item("insured_names", _("被保险人姓名"), "insured.*")
_CODE = _item("document_code", _("验真码"), "document_code")
_CHANGE = _item("change", _("变更内容"), "changes.*.after", "change_kind")
_IDENTITY = _item("identity_zone", _("标识区：保险人名称和客服电话在首页"), "insurer.name", "insurer.hotline", first_page=True)
_ENDORSEMENT_NO = _item("endorsement_header", _("标题区：批单号和保险单号在首页"), "endorsement_no", "policy_no", first_page=True)
_CLAIM_NO = _item("claim_header", _("赔案号和保险单号在首页"), "claim_no", "policy_no", first_page=True)
_POLICY_NO = _item("policy_no", _("保险单号"), "policy_no")
_APPLICATION_NO = _item("application_no", _("投保单号"), "application_no")
_REQUEST_NO = _item("request_no", _("申请书编号"), "application_no")
_COVERAGES = _item("coverages", _("保险责任"), "coverages.*.name|name_en")
_SUMS = _item("sums_insured", _("保险金额"), ("coverages.*.sum_insured", "coverages.*.sum_insured_text"))
_PREMIUM = _item("premium", _("保险费"), "premium.amount")
_COVER = _item("cover", _("保险期间"), "cover.from")
_DECLARATIONS = _item("declared", _("声明"), "declarations.*")
_SIGNERS = _item("signers", _("签名人"), "signers.*.name")
_MODIFICATIONS = _item("modifications", _("承保条件的变化"), "modifications.*.title", "modifications.*.text")
_NEW_PREMIUM = _item("new_premium", _("变更前后的保险费"), "premium_before", "premium_after")
_ANSWER_UNTIL = _item("answer_until", _("答复期限"), "valid_until")
_DECIDED_ON = _item("decided_on", _("决定日期"), "decided_on")
_REFUND = _item("refund", _("退还金额"), "refund.total")
_INSURED_OF_CLAIM = _item("claim_insured", _("被保险人和申请人"), "insured", "claimant.name")
_EVENT = _item("event", _("保险事故"), "event.text", "event.on")
_REMEDIES = _item("remedies", _("异议和救济的办法"), "next_steps.*")

ITEMS: dict[str, tuple[Item, ...]] = {
    Kind.POLICY: (
        _item("law_1", _("一、保险人的名称和住所"), "insurer.name", "insurer.domicile"),
        _item(
            "law_2", _("二、投保人、被保险人的姓名或者名称、住所"), "policyholder.name", "policyholder.address",
            ("insured.*.name", "insured_list.*.name"),
        ),
        _item("law_3", _("三、保险标的"), "subject"),
        _item("law_4", _("四、保险责任和责任免除"), "coverages.*.name|name_en", "exclusions_summary", "clauses.*.title"),
        _item("law_5", _("五、保险期间和保险责任开始时间"), "cover.from"),
        _item("law_6", _("六、保险金额"), ("coverages.*.sum_insured", "coverages.*.sum_insured_text")),
        _item("law_7", _("七、保险费以及支付办法"), "premium.amount"),
        _item("law_8", _("八、保险金赔偿或者给付办法"), "benefit_payment"),
        _item("law_9", _("九、违约责任和争议处理"), "breach_and_disputes"),
        _item("law_10", _("十、订立合同的年、月、日"), "concluded_on"),
        _IDENTITY,
        _item("policy_header", _("标题区：保险单号在首页"), "policy_no", first_page=True),
        _CODE,
    ),
    Kind.APPLICATION: (
        _IDENTITY, _APPLICATION_NO, _HOLDER_KNOWN, _INSURED, _COVERAGES, _SUMS, _COVER, _PREMIUM,
        _item("declarations", _("投保人声明"), "declarations.*.text"),
        _item("applied_on", _("投保日期"), "applied_on"),
        _SIGNERS, _CODE,
    ),
    Kind.APPLICATION_NOTICE: (_INSURER, _item("notices", _("提示内容"), "items.*.title", "items.*.text"), _CODE),
    Kind.EXEMPTION_EXPLANATION: (
        _INSURER,
        _item("exempting_clauses", _("免除保险人责任的条款原文"), "clauses.*.clause", "clauses.*.text"),
        _item("explanations", _("对概念、内容和法律后果的说明"), "clauses.*.explanation"),
        _CODE,
    ),
    Kind.CLAUSES: (_INSURER, _item("clauses", _("条款全文"), "clauses.title", "clauses.chapters.*.articles.*.paragraphs.*.text"), _CODE),
    Kind.CONFIRMATION: (
        _INSURER, _HOLDER, _INSURED, _COVERAGES, _PREMIUM,
        _item("declarations", _("投保人声明"), "declarations.*.text"),
        _item("consents", _("单独同意"), "consents.*.text"),
        _item("clause_bundle", _("条款文件包的摘要"), "clause_bundle.digest"),
        _SIGNERS, _CODE,
    ),
    Kind.INSURED_CERTIFICATE: (
        _IDENTITY,
        _item("certificate_header", _("凭证号和保险单号在首页"), "certificate_no", "policy_no", first_page=True),
        _item("certificate_holder", _("投保人"), "policyholder_name"),
        _item("certificate_insured", _("被保险人及其证件号码"), "insured.name", "insured.id_number"),
        _COVERAGES, _SUMS, _COVER,
        _item("exclusions", _("责任免除"), "exclusions_summary"),
        _item("issued_on", _("出具日期"), "issued_on"),
        _CODE,
    ),
    Kind.POLICY_ACKNOWLEDGEMENT: (
        _POLICY_NO, _HOLDER,
        _item("documents", _("收到的文件及其摘要"), "documents.*.name", "documents.*.digest"),
        _item("delivered_at", _("送达时间和方式"), "delivered_at", "delivery_way"),
        _item("statements", _("签收人的声明"), "statements.*"),
        _SIGNERS, _CODE,
    ),
    Kind.SERVICING_APPLICATION: (
        _INSURER, _REQUEST_NO, _POLICY_NO, _HOLDER, _CHANGE,
        _item("effective_at", _("生效时间"), "effective_at"),
        _DECLARATIONS, _SIGNERS, _CODE,
    ),
    Kind.ENDORSEMENT: (_IDENTITY, _ENDORSEMENT_NO, _HOLDER, _item("endorsement_text", _("批文"), "text", "change_kind"), _CODE),
    Kind.APPROVAL_SHEET: (
        _item("endorsement_no", _("批单号"), "endorsement_no"),
        _POLICY_NO, _CHANGE,
        _item("requester", _("提交人"), "requester.name"),
        _item("document", _("审批的文件的摘要"), "document.digest"),
        _item("seal", _("拟用印章"), "seal_name"),
        _SIGNERS, _CODE,
    ),
    Kind.UNDERWRITING_NOTICE: (
        _INSURER, _APPLICATION_NO, _HOLDER, _INSURED_NAMES, _MODIFICATIONS, _NEW_PREMIUM, _DECIDED_ON, _ANSWER_UNTIL, _CODE,
    ),
    Kind.TERMS_CONSENT: (
        _INSURER, _APPLICATION_NO, _HOLDER, _INSURED_NAMES, _MODIFICATIONS, _NEW_PREMIUM,
        _item("notice", _("核保通知书的摘要"), "notice.digest"),
        _DECLARATIONS, _SIGNERS, _CODE,
    ),
    Kind.DECISION_NOTICE: (
        _INSURER, _APPLICATION_NO, _HOLDER, _INSURED_NAMES, _item("reason", _("理由"), "reason"), _DECIDED_ON, _REMEDIES, _CODE,
    ),
    Kind.SURRENDER_APPLICATION: (
        _INSURER, _REQUEST_NO, _POLICY_NO, _HOLDER_KNOWN,
        _item("applied_at", _("申请时间"), "applied_at"),
        _REFUND, _DECLARATIONS, _SIGNERS, _CODE,
    ),
    Kind.SURRENDER_ENDORSEMENT: (
        _IDENTITY, _ENDORSEMENT_NO, _HOLDER,
        _item("ended_at", _("合同终止时间"), "ended_at"),
        _item("ending_text", _("批文"), "text"),
        _REFUND, _CODE,
    ),
    Kind.CLAIM_DECISION: (
        _IDENTITY, _CLAIM_NO, _INSURED_OF_CLAIM, _EVENT,
        _item("benefits", _("各项保险金的核定金额"), "benefits.*.name", "benefits.*.approved"),
        _item("total", _("给付合计"), "total"),
        _item("payees", _("领取人和金额"), "payees.*.name", "payees.*.amount"),
        _item("effect", _("对合同的影响"), "effect"),
        _DECIDED_ON, _CODE,
    ),
    Kind.CLAIM_REFUSAL: (
        _IDENTITY, _CLAIM_NO, _INSURED_OF_CLAIM, _EVENT,
        _item("findings", _("查明的事实"), "findings"),
        _item("grounds", _("所依据的条款原文"), "clauses.*.clause", "clauses.*.number", "clauses.*.text"),
        _item("reason", _("理由"), "reason"),
        _DECIDED_ON, _REMEDIES, _CODE,
    ),
    Kind.AUTHORISATION: (
        _item("authorisation_no", _("委托书编号"), "authorisation_no"),
        _item("principal", _("委托人及其证件号码"), "principal.name", "principal.id_number"),
        _item("authorised", _("受托人及其证件号码"), "agent.name", "agent.id_number"),
        _item("scope", _("委托事项和权限"), "scope.*"),
        _item("period", _("委托期限"), "from", "until"),
        _DECLARATIONS, _SIGNERS, _CODE,
    ),
    Kind.INSURED_CONSENT: (
        _INSURER, _APPLICATION_NO, _HOLDER_KNOWN, _COVERAGES, _SUMS, _COVER,
        _item("exempted", _("责任免除的各项"), "exclusions.*"),
        _item("clause_bundle", _("条款文件包的摘要"), "clause_bundle.digest"),
        _DECLARATIONS, _CODE,
    ),
    Kind.EVIDENCE_REPORT: (
        _INSURER,
        _item("evidence_parties", _("当事人"), "parties.*.name"),
        _item("evidence_documents", _("文件及其摘要"), "documents.*.name", "documents.*.digest"),
        _item("evidence_signatures", _("签名人和时间"), "signatures.*.signer", "signatures.*.at"),
        _item("evidence_events", _("过程记录"), "events.*.text"),
        _item("chain", _("记录链的链首摘要"), "chain.head"),
        _item("checking", _("核验方法"), "checking.*"),
        _CODE,
    ),
    Kind.VERIFICATION_REPORT: (
        _item("operator", _("出具报告的机构"), "operator.name"),
        _item("file", _("被检查文件的名称和摘要"), "file.name", "file.sha256"),
        _item("verdict", _("结论"), "verdict.headline", "verdict.advice"),
        _item("software", _("验证软件"), "software"),
    ),
}  # fmt: skip

ROLES: dict[str, tuple[str, ...]] = dict.fromkeys(
    (
        Kind.POLICY,
        Kind.ENDORSEMENT,
        Kind.DECISION_NOTICE,
        Kind.CLAIM_DECISION,
        Kind.CLAIM_REFUSAL,
        Kind.EVIDENCE_REPORT,
        Kind.INSURED_CERTIFICATE,
        Kind.SURRENDER_ENDORSEMENT,
    ),
    ("insurer",),
)
"""Who has a place for a signature or seal, beside the signers whom the data name."""
