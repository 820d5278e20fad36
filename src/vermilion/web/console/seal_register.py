"""The register as a sealed PDF."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from vermilion.apps.seals import registering
from vermilion.base import clock
from vermilion.base.instance import is_demo

from . import permissions
from .seals import found_uses, use_rows


@require_POST
@permissions.page("seal_uses_pdf")
def seal_uses_pdf(request: HttpRequest) -> HttpResponse:
    """Give what the search found as a file that the insurer's seal closes; its making stands in the register too."""
    staff = request.staff  # type: ignore[attr-defined]
    uses = found_uses(request.scope, request.POST)[1]  # type: ignore[attr-defined]
    count = uses.count()
    rows = [_row(row) for row in use_rows(uses[: registering.MOST_ROWS])]
    first, last = (rows[-1][0], rows[0][0]) if rows else ("—", "—")
    data = {
        "insurer": request.insurer.name,  # type: ignore[attr-defined]
        "demo": is_demo(),
        "period": f"{first} – {last}",
        "count": str(len(rows)) if count == len(rows) else f"{len(rows)} / {count}",
        "made": f"{staff.name} · {clock.now().astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M:%S}",
        "columns": ["时间", "印章", "单证", "申请人", "审批人", "机构", "结果", "出示稿指纹", "签章后指纹", "证书序列号"],
        "rows": rows,
    }
    sealed = registering.sealed_register(insurer=request.insurer, data=data)  # type: ignore[attr-defined]
    response = HttpResponse(sealed.pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="seal-uses-{clock.today():%Y%m%d}.pdf"'
    return response


def _row(row: dict[str, Any]) -> list[str]:
    use = row["use"]
    digests = [_lines(digest) for digest in (use.shown_digest, use.revision_digest, use.certificate_serial)]
    who = [row["asked"], row["approved"], row["place"], str(use.get_state_display())]
    return [f"{use.started_at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M:%S}", row["seal"], row["kind"], *who, *digests]


def _lines(digest: str) -> str:
    """Return a digest in lines that fit a column of the paper."""
    return "\n".join(digest[start : start + 16] for start in range(0, len(digest), 16))
