"""The register 用印记录 as rows that say who asked and who approved, and as a sealed file of its own."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from vermilion.apps.parties.models import Insurer, StaffMember
from vermilion.base import blobs, children
from vermilion.base.canonical import sha256
from vermilion.base.vault import new_data_key
from vermilion.core.typeset.zones import Zone

from . import papers, services, weaker
from .models import SealRequest, SealRequestDecision, SealUse
from .signing import SealedDocument

KIND = "seal_register"
MOST_ROWS = 2_000
ZONE = Zone("insurer", 1, 842 - 36 - 113, 595 - 40 - 113, 113, 113)
"""Top right of the first page, A4 lying (``register.typ`` keeps it free)."""


@dataclass(frozen=True)
class People:
    """Who asked for a use, who approved it, and where: the branch that asked, else the seal's, else the head office.

    Behind the name of who approved in a weaker way than by passkey stands which.
    """

    asked: str
    approved: tuple[str, ...]
    place: str


def people_of(uses: Sequence[SealUse]) -> dict[uuid.UUID, People]:
    """Return by use who is behind it. The uses have seal, grant and permission read."""
    permissions = [use.permission for use in uses]
    requests = {one.request_id for one in permissions if one.request_id}
    decisions = SealRequestDecision.objects.filter(request__in=requests, decision="approve").select_related("by")
    decided: dict[Any, list[str]] = {}
    for one in decisions.order_by("at"):
        decided.setdefault(one.request_id, []).append(marked(one.by.name, one.proof))
    ids: set[uuid.UUID | None] = {one.approved_by for one in permissions if one.approved_by}
    for use in uses:
        if use.grant is not None:
            ids |= {use.grant.requested_by_id, use.grant.first_approver_id, use.grant.second_approver_id}
    asked = {one.pk: one for one in SealRequest.objects.filter(pk__in=requests).select_related("requested_by", "branch")}
    names = dict(StaffMember.objects.filter(pk__in=[one for one in ids if one is not None]).values_list("pk", "name"))
    found = {}
    for use in uses:
        permission, grant = use.permission, use.grant
        place = use.seal.branch.name if use.seal and use.seal.branch else _("总公司")
        if permission.request_id:
            request = asked[permission.request_id]
            found[use.pk] = People(request.requested_by.name, tuple(decided.get(request.pk, ())), request.branch.name)
        elif grant is not None:
            approvers = ((grant.first_approver_id, grant.first_proof), (grant.second_approver_id, grant.second_proof))
            said = tuple(marked(names[one], proof) for one, proof in approvers if one in names)
            found[use.pk] = People(names.get(grant.requested_by_id, ""), said, place)
        else:
            approver = names.get(permission.approved_by, "") if permission.approved_by else ""
            found[use.pk] = People("", (marked(approver, permission.proof),) if approver else (), place)
    return found


def marked(name: str, proof: dict[str, Any] | None) -> str:
    """Return the name of who approved, with the way behind it where that was weaker than a passkey."""
    way = weaker.NAMES.get((proof or {}).get("method", ""))
    return _("%(name)s（%(way)s）") % {"name": name, "way": way} if way else name


def sealed_register(*, insurer: Insurer, data: dict[str, Any]) -> SealedDocument:
    """Typeset the register, seal it by a grant for this kind of paper, and keep it. Outside any transaction.

    ``data`` is what ``register.typ`` takes. Raises GrantMissing where there is no such grant, and the keeper's errors.
    """
    pdf = children.call(papers.typeset, "register", data, seconds=60)
    document = uuid.uuid4()
    digests: dict[str, Any] = {"template_digest": sha256((papers.FOLDER / "register.typ").read_bytes()), "data_digest": sha256(pdf)}
    facts: dict[str, Any] = {"document_kind": KIND, "product": "", "amount": 0, "document_id": document, "case_id": None}
    permission = services.grant_permission(insurer_id=insurer.pk, shown_digest=sha256(pdf), **facts, **digests)
    sealed = services.seal_document(permission_id=permission.pk, pdf=pdf, zone=ZONE, cross_page=False)
    blobs.put(f"seals/registers/{document}.pdf", sealed.pdf, data_key=new_data_key("seal register").pk)
    with transaction.atomic():
        services.mark_stored(use_id=sealed.use_id, revision_digest=sealed.revision_digest)
    return sealed
