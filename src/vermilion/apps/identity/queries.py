"""Reading identity: which check still holds, and what to tell the customer about one that does not."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vermilion.apps.cases.models import CaseParty
from vermilion.apps.cases.services import application
from vermilion.base import clock
from vermilion.base.canonical import canonical
from vermilion.base.vault import keyed_hash

from .assurance import LEVELS
from .models import CheckMethod, CheckResult, IdentityCheck

# A method answers for those that ask less.
_COVERS = {
    CheckMethod.TWO_ELEMENT: ("two_element", "three_element", "four_element", "face", "company"),
    CheckMethod.THREE_ELEMENT: ("three_element", "four_element"),
}
#: Methods that prove more than the party herself.
ABOUT_OTHERS = frozenset({"company", "authorisation", "guardian"})
_EXPLANATIONS = {
    "": _("实名认证已通过。"),
    "mismatch": _("姓名与证件号码不一致。请核对是否与证件上完全相同（包括生僻字和间隔号“·”），修改后再试。"),
    "not_found": _("认证机构查不到这组信息。刚办理的证件、军人、改过姓名的客户常有这种情况，可以申请人工审核。"),
    "unsupported": _("认证机构不能核验这类证件或号码。请申请人工审核，或致电客服。"),
    "number_invalid": _("号码不符合编码规则。请核对证件号码、手机号或统一社会信用代码后再试。"),
    "document_expired": _("证件已经过期。请换领新证件后再办理，或致电客服。"),
    "liveness_failed": _("人脸识别没有通过。请在光线充足的地方，正对镜头，摘下口罩和帽子再试。"),
    "cancelled": _("人脸识别没有做完。请重新开始。"),
    "given_up": _("上一次人脸识别没有做完。请重新开始。"),
    "late": _("没有在规定时间内收到认证结果。请重新开始一次；您填写的内容都还在。"),
    "contradictory": _("认证机构先后给出了不同的结果，这次认证不能使用。请重新认证，或致电客服。"),
    "papers_refused": _("人工审核没有通过。请按证件核对信息，重新提交清楚、完整的照片，或致电客服。"),
    "provider_unavailable": _("实名认证服务暂时没有响应，您填写的内容已保存。请几分钟后再试，或致电客服。"),
}


def subject_hash(party: CaseParty, method: str = "") -> str:
    """Return by what a check recognises that it was about the party, and the company or ward she acts for, as they still are."""
    about = f"{party.name_hash}{party.id_hash}{party.phone_hash}"
    if method in ABOUT_OTHERS:
        about += canonical(acting_for(party, method)).decode()
    return keyed_hash("identity_subject", about)


def acting_for(party: CaseParty, method: str) -> dict[str, str]:
    """Return the company or the ward that a check by ``method`` is about, as fields of a provider's Subject."""
    data = application(party.case).data
    if method == CheckMethod.GUARDIAN:
        ward = (data.get("insured") or [{}])[0]
        return {
            "ward_name": str(ward.get("name") or ""),
            "ward_id_type": str(ward.get("id_type") or "resident_id"),
            "ward_id_number": str(ward.get("id_number") or ""),
        }
    holder = data.get("policyholder") or {}
    company = holder.get("company") or {}
    return {
        "company_name": str(holder.get("name") or ""),
        "uscc": str(company.get("uscc") or ""),
        "legal_representative": str(company.get("legal_representative") or ""),
    }


def passed_check(party: CaseParty, method: str = "two_element") -> IdentityCheck | None:
    """Return the newest passed check that is not expired and was about the party as she is now; None when she has to be checked (again)."""
    instead = subject_hash(party, CheckMethod.MANUAL)
    which = Q(method=CheckMethod.MANUAL, instead_of=method, subject_hash=instead)
    for covering in _COVERS.get(CheckMethod(method), (method,)):
        which |= Q(method=covering, subject_hash=subject_hash(party, covering) if covering in ABOUT_OTHERS else instead)
    rows = IdentityCheck.objects.filter(which, party=party, purpose="identity", result=CheckResult.PASSED, expires_at__gt=clock.now())
    return rows.order_by("-checked_at").first()


def check_record(party: CaseParty) -> dict[str, Any]:
    """Return the record of the passed check of ``party`` for a CA that asks for it (no number, no phone); empty when there is none."""
    about = IdentityCheck.objects.filter(party=party, purpose="identity", result=CheckResult.PASSED, subject_hash=subject_hash(party))
    held = about.filter(expires_at__gt=clock.now()).exclude(method__in=("company", "authorisation", "guardian"))
    # The strongest first: a face says more than three elements.
    check = min(held, key=lambda one: (-LEVELS.index(one.assurance), -one.started_at.timestamp()), default=None)
    if check is None:
        return {}
    return {
        "check": str(check.pk),
        "method": check.method,
        "provider": check.provider,
        "assurance": check.assurance,
        "result": check.result,
        "checked_at": clock.rfc3339(check.checked_at) if check.checked_at else "",
        "request_sha256": check.request_hash,
        "response_sha256": check.response_hash,
    }


def explanation(check: IdentityCheck) -> Any:
    """Return one sentence for the customer: what the answer means and what to do."""
    if check.result == CheckResult.PASSED:
        return _EXPLANATIONS[""]
    return _EXPLANATIONS.get(check.reason, _EXPLANATIONS["mismatch"])


def latest_check(party: CaseParty, method: str) -> IdentityCheck | None:
    """Return the newest check of a method about a party, whatever came of it."""
    return IdentityCheck.objects.filter(party=party, method=method, purpose="identity").order_by("-started_at").first()
