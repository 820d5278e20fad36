"""Handing a case, or all open ones, of a salesperson to a colleague of the branch. The customer is told who serves her now."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from vermilion.apps.cases import services
from vermilion.apps.cases.models import Case, PartyRole
from vermilion.apps.cases.transitions import ENDED
from vermilion.apps.chronicle.services import record
from vermilion.apps.notices.services import send
from vermilion.apps.parties.models import Salesperson, StaffMember
from vermilion.apps.parties.queries import is_genuine
from vermilion.apps.parties.scoping import Scope
from vermilion.base import clock

from .errors import HandOverRefused
from .models import FaceToFace

#: So many at once; more take another press of the button.
MOST = 200


def open_cases(seller: Salesperson, scope: Scope | None = None) -> QuerySet[Case]:
    """Return a salesperson's cases that have not ended, the longest waiting first."""
    rows = Case.objects.filter(salesperson=seller).exclude(state__in=ENDED)
    rows = rows.filter(scope.q()) if scope else rows
    return rows.select_related("branch__insurer").defer("product__data").order_by("state_since")


def colleagues(seller: Salesperson) -> list[Salesperson]:
    """Return who of the branch may take over today."""
    rows = Salesperson.objects.filter(branch=seller.branch_id, active=True).exclude(pk=seller.pk).order_by("name")
    return [person for person in rows if is_genuine(person, on=clock.today())]


def hand_over(*, case_id: UUID, giver: Salesperson, taker: Salesperson, by: StaffMember) -> Case:
    """Give one case of ``giver`` to ``taker``. Raises HandOverRefused, also when somebody else was quicker."""
    with transaction.atomic():
        case = services.lock(case_id)
        taker = Salesperson.objects.get(pk=taker.pk)
        if (
            case.salesperson_id != giver.pk
            or case.state in ENDED
            or taker.pk == giver.pk
            or taker.insurer_id != case.insurer_id
            or taker.branch_id != giver.branch_id
            or not is_genuine(taker, on=clock.today())
            or case.product.code not in taker.products
        ):
            raise HandOverRefused()
        case.salesperson = taker
        case.save(update_fields=["salesperson"])
        FaceToFace.objects.filter(case=case, ended_at=None).update(ended_at=clock.now())
        record(
            stream="case",
            stream_id=case.id,
            type="case.handed_over",
            public={"from": str(giver.pk), "to": str(taker.pk), "by_staff": str(by.pk)},
            private={
                "by": by.name,
                "from_name": giver.name,
                "to": taker.name,
                "from_licence": giver.licence_no,
                "to_licence": taker.licence_no,
            },
        )
        _tell(case, taker)
    return case


def hand_over_all(*, giver: Salesperson, taker: Salesperson, by: StaffMember, cases: QuerySet[Case]) -> tuple[int, list[str]]:
    """Give each of ``cases`` that ``taker`` may take, each by itself; return how many, and the numbers of those that stay."""
    done, left = 0, []
    for case in list(cases[:MOST]):
        try:
            hand_over(case_id=case.pk, giver=giver, taker=taker, by=by)
            done += 1
        except HandOverRefused:
            left.append(case.number)
    return done, left


def _tell(case: Case, taker: Salesperson) -> None:
    roles = (PartyRole.POLICYHOLDER, PartyRole.COMPANY_AGENT)
    party = case.parties.filter(role__in=roles, position=0).first()
    phone = party.personal.get("phone") if party else None
    if party and phone:
        data = {"case": case.number, "seller": taker.name, "licence": taker.licence_no[-4:]}
        send(case=case, template="case_handed_over", channel="sms", to=phone, party=party, data=data)
