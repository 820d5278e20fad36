"""印章卡片: one seal on one page, to print and file."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from vermilion.apps.chronicle.queries import events
from vermilion.apps.seals import custody, kinds, papers
from vermilion.apps.seals.models import SealFiling
from vermilion.base import children, clock
from vermilion.base.instance import is_demo

from . import permissions
from .seal_scope import seal_of

HISTORY = {
    "seal.requested": "登记",
    "seal.reviewed": "复核通过",
    "seal.turned_down": "复核未通过",
    "seal.activated": "启用",
    "seal.pictured": "更换图样",
    "seal.frozen": "冻结",
    "seal.unfrozen": "恢复使用",
    "seal.renewed": "换发证书",
    "certificate.revoked": "吊销证书",
    "seal.retired": "停用",
    "seal.destroyed": "销毁",
    "seal.keys_destroyed": "密钥已销毁",
    "seal.custodians_named": "更换保管人",
}
"""What of a seal's record stands on its sheet, which is Chinese like every document of the insurer."""
MOST_EVENTS = 24


@require_safe
@permissions.page("seal_sheet")
def seal_sheet(request: HttpRequest, seal_id: UUID) -> HttpResponse:
    """Give the sheet as PDF."""
    seal = seal_of(request, seal_id)
    known, certificate = kinds.KINDS.get(seal.kind), seal.certificate
    filing = SealFiling.objects.filter(seal=seal).first()
    facts = [
        ("名称", seal.name),
        ("种类", str(known.name) if known else seal.kind),
        ("编号", str(seal.pk)),
        ("机构", seal.branch.name if seal.branch else "总公司"),
        ("保管人", "、".join(person.name for person in custody.custodians_of(seal)) or "—"),
        ("备案", f"{filing.authority} {filing.number}（{_day(filing.filed_on)}）" if filing else "—"),
        ("状态", str(seal.get_state_display())),
        ("有效期", f"{_day(seal.valid_from)} 至 {_day(seal.valid_to)}"),
        ("证书序列号", certificate.serial if certificate else "—"),
        ("证书有效期", f"{_day(certificate.not_before)} 至 {_day(certificate.not_after)}" if certificate else "—"),
    ]
    told = [event for event in events("seal", seal.pk) if event.type in HISTORY][-MOST_EVENTS:]
    data = {
        "insurer": seal.insurer.name,
        "demo": is_demo(),
        "picture": seal.picture,
        "size": seal.size_mm,
        "facts": facts,
        "history": [(f"{event.at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}", HISTORY[event.type]) for event in told] or [("—", "—")],
        "made": f"{request.staff.name} · {clock.now().astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}",  # type: ignore[attr-defined]
    }
    pdf = children.call(papers.typeset, "sheet", data, seconds=30)
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="seal-{seal.pk}.pdf"'})


def _day(moment: object) -> str:
    return f"{moment:%Y-%m-%d}"
