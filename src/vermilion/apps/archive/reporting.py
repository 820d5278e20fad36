"""存证报告: what the chronicle has on record about one case, as a printable PDF/A. Who asked for one, and why, is on record too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vermilion.apps.cases import services as cases
from vermilion.apps.cases.models import Case, CaseParty, PartyRole, Revision
from vermilion.apps.chronicle import queries as chronicle
from vermilion.apps.chronicle.services import record
from vermilion.apps.identity.models import CheckResult
from vermilion.apps.parties.models import StaffMember
from vermilion.apps.policies.models import Policy
from vermilion.apps.seals.models import SealUse
from vermilion.apps.templates.data import common
from vermilion.apps.templates.services import typeset_document
from vermilion.base import clock
from vermilion.base.canonical import digest, sha256
from vermilion.base.config import config
from vermilion.base.instance import is_demo
from vermilion.base.validation import mask_id_number
from vermilion.core.trust import timestamp

KIND = "evidence_report"
LONGEST = 200  # characters of a line


def report(*, case: Case, staff: StaffMember, purpose: str, told: Callable[[chronicle.EventView], str]) -> bytes:
    """Return the report of a case as a PDF/A, in the language of the page, and record that ``staff`` took it.

    ``told`` words an event. The file is kept nowhere: its digest is on record. Raises ChainBroken, and what typesetting raises.
    """
    english = (get_language() or "").startswith("en")
    data = report_data(case, asked_by=staff.name, purpose=purpose, told=told)
    made = typeset_document(KIND, data, language="en" if english else "zh-Hans", insurer_id=case.insurer_id, product=case.product.code).pdf
    with transaction.atomic():
        cases.lock(case.id)
        record(
            stream="case",
            stream_id=case.id,
            type="evidence.reported",
            public={"report": data["document_code"], "sha256": sha256(made), "head": data["chain"]["head"], "staff": str(staff.id)},
            private={"name": staff.name, "reason": purpose},
        )
    return made


def report_data(case: Case, *, asked_by: str, purpose: str, told: Callable[[chronicle.EventView], str]) -> dict[str, Any]:
    """Return the report's data (shape: ``templates/library/evidence_report/schema.json``). Raises ChainBroken."""
    events = chronicle.events("case", case.id)
    insurer, branch = case.insurer, case.branch
    policy = Policy.objects.filter(case=case).first()
    data = common.present(
        demo=is_demo(),
        insurer=common.present(name=insurer.name, name_en=insurer.name_en, domicile=insurer.address, hotline=insurer.hotline),
        branch=common.present(name=branch.name, address=branch.address),
        case_code=case.number,
        verify_url=f"{config().base_url}/verify/",
        made_at=common.moment(clock.now()),
        product=common.product(case),
        policy_no=policy.number if policy else None,
        application_no=case.number,
        unsealed=True,
        requested_by=asked_by,
        purpose=purpose[:LONGEST],
        parties=_parties(case),
        documents=[common.reference(document) for document in case.documents.filter(revisions__isnull=False).distinct()],
        signatures=_signatures(case),
        events=[
            {"sequence": event.seq + 1, "at": common.moment(event.at), "text": told(event)[:LONGEST], "digest": event.digest}
            for event in events
        ],
        chain={"length": len(events), "head": events[-1].digest, "intact": True},
        timestamps=_timestamps(case),
        checking=[
            _("文件：在%(url)s上传文件，或者对文件计算 SHA-256，与本报告中的摘要比较。") % {"url": f" {config().base_url}/verify/ "},
            _("过程记录：每一条的摘要由其内容和前一条的摘要算出；任何一条被改动，其后的摘要都会不同。出具本报告时逐条核对过。"),
            _("时间：时间戳由时间戳机构按 RFC 3161 签发，证明其摘要所指的内容在该时间之前已经存在。"),
        ],
        notes=[
            _("本报告是系统记录的摘要，不代替原始记录和原始文件；证件号码已经遮蔽。"),
            _("本报告反映出具时的记录；出具本报告也作为一条事件写入记录。"),
        ],
    )
    return {**data, "document_code": digest(data)[:16].upper()}


def _parties(case: Case) -> list[dict[str, Any]]:
    rows = []
    for party in case.parties.exclude(role=PartyRole.MEMBER):
        check = case.identity_checks.filter(party=party, result=CheckResult.PASSED).order_by("-checked_at").first()
        told = f"{check.get_method_display()} · {common.moment(check.checked_at)[:10]}" if check and check.checked_at else None
        number = party.personal.get("id_number")
        rows.append(
            common.present(
                role=str(party.get_role_display()),
                name=party.personal["name"],
                id_number=mask_id_number(number) if number else None,
                check=told,
            )
        )
    if case.salesperson:
        rows.append(common.present(role=_("销售人员"), name=case.salesperson.name, check=case.salesperson.licence_no))
    return rows or [{"role": _("投保人"), "name": _("尚未填写")}]


def _signatures(case: Case) -> list[dict[str, Any]]:
    uses = SealUse.objects.filter(permission__case=case.id, state=SealUse.State.STORED).select_related("seal").order_by("signed_at")
    revisions = {row.sha256: row for row in Revision.objects.filter(document__case=case).select_related("document")}
    rows = []
    for use in uses:
        revision = revisions.get(use.revision_digest)
        if revision is None or use.signed_at is None:
            continue
        rows.append(
            {
                "document": revision.document.title,
                "signer": use.seal.name if use.seal else _signer(case, revision),
                "at": common.moment(use.signed_at),
                "time_source": _("时间戳（RFC 3161）"),
            }
        )
    return rows


def _signer(case: Case, revision: Revision) -> str:
    party = CaseParty.objects.filter(case=case, role=revision.signed_by).first()
    role = str(dict(PartyRole.choices).get(revision.signed_by, revision.signed_by))
    return f"{party.personal['name']}（{role}）" if party else role or "—"


def _timestamps(case: Case) -> list[dict[str, Any]]:
    rows = []
    for entry in case.archive_entries.order_by("number"):
        token = timestamp.read(bytes(entry.timestamp_token))
        rows.append(
            {
                "authority": token.certificate.subject.rfc4514_string()[:LONGEST],
                "at": common.moment(token.time),
                "serial": f"{token.serial:x}"[:LONGEST],
                "over": _("归档清单第 %(number)d 号") % {"number": entry.number},
            }
        )
    return rows
