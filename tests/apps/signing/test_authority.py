"""A company's agent shows that she may act: signed by the representative and herself, or on paper that two of the staff judge."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests import life, snapshots
from vermilion.apps.cases.errors import CaseStopped, StepOutOfOrder
from vermilion.apps.cases.models import Case
from vermilion.apps.identity import reviewing
from vermilion.apps.identity.errors import PaperRefused
from vermilion.apps.notices.models import Notice
from vermilion.apps.parties.models import Salesperson
from vermilion.apps.seals.signing import trust_store
from vermilion.apps.signing import applying, joining, not_me
from vermilion.apps.signing import services as signing
from vermilion.apps.signing.company import authority
from vermilion.apps.signing.company.errors import AuthorityFaulty, AuthorityMissing
from vermilion.base import clock
from vermilion.cli.demo import content
from vermilion.cli.demo.content import people
from vermilion.core.pdf.verify import verify_pdf

pytestmark = pytest.mark.django_db(transaction=True)
Drain = Callable[..., int]
SCAN = b"\xff\xd8\xff" + b"stamped" * 20


@pytest.fixture
def case(platform: object) -> Case:
    """Return a company's case whose agent is identified and whose phone is proven."""

    def begin() -> Case:
        case = life.start("group_accident")
        life.walk(case, content.sample_application("group_accident"), until="authority")
        life.prove_agent(case)
        return case

    return snapshots.state("company, identified", begin)


def representative() -> dict[str, str]:
    person = people.person(1001, today=clock.today(), age=50)
    return {"id_number": person["id_number"], "phone": person["phone"]}


def test_representative_and_agent_sign_in_any_order_and_the_company_stands_in_both_certificates(case: Case, drain_jobs: Drain) -> None:
    with pytest.raises(AuthorityMissing):
        authority.finish(case_id=case.id)
    document = authority.ask_signature(case_id=case.id, **representative())
    hers = document.signing_tasks.select_related("party").get(party__role="representative")
    mine = document.signing_tasks.select_related("party").get(party__role="company_agent")
    assert Notice.objects.filter(party=hers.party, template="sign_link").count() == 1
    life.sign(mine)
    with pytest.raises(StepOutOfOrder):  # she has neither consented nor proven who she is
        joining.require_own_steps(case, hers.party)
    life.sign(hers)
    drain_jobs()
    document.refresh_from_db()
    verdict = verify_pdf(life.newest(document), trust=trust_store(), now=clock.now())
    assert (verdict.bottom_line, document.closed_at is not None) == ("valid", True)
    assert {one.signer for one in verdict.signatures} == {mine.party.personal["name"], hers.party.personal["name"]}
    assert Notice.objects.filter(party=mine.party, template="link_resent").exists()
    authority.finish(case_id=case.id)
    assert applying.next_step(case) == "insured_consents"
    # The same company, representative and agent after a correction: nobody signs again. Another agent: everything anew.
    data = content.sample_application("group_accident", count=9)
    life.walk(case, data, until="authority")
    assert authority.standing(case).holds
    data["policyholder"]["company"]["agent"]["phone"] = "19912345670"
    life.walk(case, data, until="authority")
    assert not authority.standing(case).holds
    document.refresh_from_db()
    assert document.void


def test_a_refusal_and_a_new_representative_make_the_paper_void(case: Case) -> None:
    first = authority.ask_signature(case_id=case.id, **representative())
    hers = first.signing_tasks.get(party__role="representative")
    signing.refuse(task_id=hers.id, party_id=hers.party_id, reason="不知情")
    first.refresh_from_db()
    assert first.void
    assert authority.standing(case).document is None
    second = authority.ask_signature(case_id=case.id, **representative() | {"phone": "19912345671"})
    third = authority.ask_signature(case_id=case.id, **representative())
    second.refresh_from_db()
    assert second.void
    assert set(second.signing_tasks.values_list("state", flat=True)) == {"void"}
    assert third.signing_tasks.filter(state="open").count() == 2


def test_neither_the_agent_nor_a_salesperson_grants_the_authority(case: Case) -> None:
    agent = applying.named_applicant(case).personal
    good = representative()
    for wrong, field in (
        ({"id_number": agent["id_number"]}, "id_number"),
        ({"id_number": "123"}, "id_number"),
        ({"phone": agent["phone"]}, "phone"),
        ({"phone": Salesperson.objects.first().phone}, "phone"),
        ({"phone": "1"}, "phone"),
    ):
        with pytest.raises(AuthorityFaulty) as refused:
            authority.ask_signature(case_id=case.id, **good | wrong)
        assert set(refused.value.fields) == {field}
    assert not case.documents.filter(kind="authorisation").exists()


def test_a_stopped_case_asks_nobody_for_the_authority(case: Case) -> None:
    """The agent said that it was not she: what somebody else sends from her session opens no paper and takes no scan."""
    not_me.report(case_id=case.id, party=applying.named_applicant(case), page="apply.authority", ip=life.IP, user_agent=life.AGENT)
    with pytest.raises(CaseStopped):
        authority.ask_signature(case_id=case.id, **representative())
    assert not case.documents.filter(kind="authorisation").exists()


def test_a_stamped_paper_counts_when_two_of_the_staff_agree(case: Case) -> None:
    with pytest.raises(PaperRefused):
        authority.ask_review(case_id=case.id, scan=b"", ip=life.IP)
    authority.ask_review(case_id=case.id, scan=SCAN, ip=life.IP)
    assert authority.standing(case).waiting
    check = authority.standing(case).review
    assert check
    reviewing.give_opinion(review_id=check.id, staff=life.staff("clerk"), passed=True, reason="盖章清楚")
    with pytest.raises(AuthorityMissing):
        authority.finish(case_id=case.id)
    reviewing.give_opinion(review_id=check.id, staff=life.staff("compliance"), passed=True, reason="一致")
    authority.finish(case_id=case.id)
    assert applying.next_step(case) == "insured_consents"
