"""Who may be met face to face at a moment: who fills in, and whose turn it is to sign."""

from __future__ import annotations

import pytest

from tests import factories
from vermilion.apps.cases.models import CaseParty
from vermilion.apps.cases.services import application, rehash_party
from vermilion.apps.cases.transitions import State
from vermilion.apps.conduct.errors import MeetingRefused
from vermilion.apps.signing import facing
from vermilion.apps.signing.models import SigningTask

pytestmark = pytest.mark.django_db
DEVICE = "d" * 64


def roles(case) -> list[str]:
    return [party.role if party else "" for party in facing.partners(case)]


def test_a_companys_agent_is_met_its_seal_and_its_people_are_not():
    case = factories.case_in(State.SIGNING, "group_accident")
    member = CaseParty(case=case, role="member", position=0, personal=case.parties.get(role="company_agent").personal)
    agents = SigningTask.objects.get(case=case, party__role="company_agent")
    SigningTask.objects.create(
        case=case,
        party=rehash_party(member),
        document=factories.paper(case, "insured_consent"),
        field="member",
        shown_digest="0" * 64,
        created_at=agents.created_at,
    )
    case.signing_tasks.update(position=0)  # all at once
    assert roles(case) == ["company_agent"]


def test_somebody_whom_nobody_has_named_is_met_once_a_phone_is_known():
    case = factories.case_in(State.APPLYING, sold_by=factories.salesperson())
    assert roles(case) == []
    row = application(case)
    row.data = {"policyholder": {"phone": "13800138000"}}
    row.save(update_fields=["data"])
    assert roles(case) == [""]
    made = facing.ask(case_id=case.pk, salesperson=case.salesperson, device=DEVICE)
    assert made.is_of(None)
    assert made.is_of(CaseParty(case=case, role="policyholder"))
    assert not made.is_of(CaseParty(case=case, role="insured"))


@pytest.mark.parametrize("state", [State.UNDERWRITING, State.AWAITING_PAYMENT, State.DELIVERED])
def test_where_nothing_is_filled_in_or_signed_nobody_is_met(state):
    case = factories.case_in(state, sold_by=factories.salesperson())
    with pytest.raises(MeetingRefused):
        facing.ask(case_id=case.pk, salesperson=case.salesperson, device=DEVICE)


def test_nobody_is_met_on_a_phone_of_the_insurers_people_or_by_a_colleague():
    seller = factories.salesperson()
    case = factories.case_in(State.SIGNING, sold_by=seller)
    party = case.parties.get(role="policyholder")
    with pytest.raises(MeetingRefused):
        facing.ask(case_id=case.pk, salesperson=factories.salesperson(), device=DEVICE, party_id=party.pk)
    party.personal = {**party.personal, "phone": seller.phone}
    rehash_party(party)
    with pytest.raises(MeetingRefused):
        facing.ask(case_id=case.pk, salesperson=seller, device=DEVICE, party_id=party.pk)
