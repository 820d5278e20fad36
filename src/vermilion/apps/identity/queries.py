"""Reading identity: which check still holds, and what to tell the customer about one that does not."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from vermilion.apps.cases.models import CaseParty
from vermilion.base import clock
from vermilion.base.vault import keyed_hash

from .models import CheckMethod, CheckResult, IdentityCheck

# A method answers for those after it too.
_COVERS = {
    CheckMethod.TWO_ELEMENT: (CheckMethod.TWO_ELEMENT, CheckMethod.THREE_ELEMENT, CheckMethod.COMPANY),
    CheckMethod.THREE_ELEMENT: (CheckMethod.THREE_ELEMENT,),
    CheckMethod.COMPANY: (CheckMethod.COMPANY,),
}

_EXPLANATIONS = {
    "": _("实名认证已通过。"),
    "mismatch": _("姓名与证件号码不一致。请核对是否与证件上完全相同（包括生僻字和间隔号“·”），修改后再试。"),
    "number_invalid": _("号码不符合编码规则。请核对证件号码、手机号或统一社会信用代码后再试。"),
    "provider_unavailable": _("实名认证服务暂时没有响应，您填写的内容已保存。请几分钟后再试，或致电客服。"),
}


def subject_hash(party: CaseParty) -> str:
    """Return by what a check recognises that the party still is who was asked about."""
    return keyed_hash("identity_subject", f"{party.name_hash}{party.id_hash}{party.phone_hash}")


def passed_check(party: CaseParty, method: str = "two_element") -> IdentityCheck | None:
    """Return the newest passed check that is not expired and was about the party as she is now; None when she has to be checked (again)."""
    rows = IdentityCheck.objects.filter(
        party=party,
        method__in=_COVERS[CheckMethod(method)],
        result=CheckResult.PASSED,
        subject_hash=subject_hash(party),
        expires_at__gt=clock.now(),
    )
    return rows.order_by("-checked_at").first()


def check_record(party: CaseParty) -> dict[str, Any]:
    """Return the record of the passed check of ``party`` for a CA that asks for it (no number, no phone); empty when there is none."""
    check = passed_check(party)
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
