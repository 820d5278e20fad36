"""A company as policyholder: its own certificate and seal stand on what its agent signs, and the policy lists who consented."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from pydantic import ValidationError

from tests import life, snapshots
from vermilion.apps.cases import services as cases
from vermilion.apps.cases.models import Case, Document
from vermilion.apps.chronicle.models import EvidenceEvent
from vermilion.apps.policies.models import Policy
from vermilion.apps.products.definition import ProductDefinition
from vermilion.apps.seals.models import SealPermission, SealUse
from vermilion.apps.seals.signing import trust_store
from vermilion.apps.signing import confirmation
from vermilion.apps.signing import services as signing
from vermilion.apps.signing.company import sealing
from vermilion.apps.signing.company.errors import SealNotDrawn
from vermilion.apps.signing.errors import NotYourTurn
from vermilion.apps.signing.group import collecting, queries
from vermilion.apps.signing.models import SigningTask, TaskState
from vermilion.apps.signing.tasks import finish_accepted_signatures
from vermilion.base import clock
from vermilion.cli.demo import content
from vermilion.core.pdf.attachments import attached_json
from vermilion.core.pdf.verify import verify_pdf

pytestmark = pytest.mark.django_db(transaction=True)
Drain = Callable[..., int]


@pytest.fixture
def shown(platform: object) -> Document:
    """Return the confirmation of a company of seven people, of whom five consented."""

    def show() -> Document:
        case = life.start("group_accident")
        life.walk(case, content.sample_application("group_accident", count=7))
        people = life.ask_insured(case)
        for party in people[:5]:
            life.let_consent(party)
        asked = queries.round_of(case)
        assert asked
        collecting.close(case_id=case.id, seen=queries.counts(asked))
        return confirmation.present_confirmation(case_id=case.id)

    return snapshots.state("company, confirmation shown", show)


def task_of(document: Document, role: str):
    return document.signing_tasks.select_related("party", "document", "case__product", "case__insurer").get(party__role=role)


def test_the_agents_signature_sets_the_companys_seal_and_the_verifier_names_both(shown: Document, drain_jobs: Drain) -> None:
    agent, company = task_of(shown, "company_agent"), task_of(shown, "company")
    assert signing.wording(agent).endswith("并加盖单位印章")
    life.sign(agent)
    company.refresh_from_db()
    assert (company.state, company.acted_by_id, company.willingness_id) == (TaskState.ACCEPTED, agent.id, None)
    drain_jobs()
    shown.refresh_from_db()
    company.refresh_from_db()
    file = life.newest(shown)
    verdict = verify_pdf(file, trust=trust_store(), now=clock.now())
    name = cases.application(shown.case).data["policyholder"]["name"]
    assert verdict.bottom_line == "valid"
    assert [one.signer for one in verdict.signatures] == [agent.party.personal["name"], name]
    assert all(one.level == "B-T" for one in verdict.signatures)
    assert (company.state, shown.closed_at is not None, shown.revisions.count()) == (TaskState.SIGNED, True, 3)
    # Two keys, each of one signature, and on record whose hands they were in.
    uses = SealUse.objects.filter(permission__document=shown.id, state="stored")
    assert len({use.key_id for use in uses}) == 2
    assert SealPermission.objects.get(pk=company.permission_id).basis == company.id
    leaves = EvidenceEvent.objects.filter(stream__subject=shown.case_id, type="signature.stored").values_list("leaf", flat=True)
    told = [json.loads(bytes(leaf))["public"] for leaf in leaves]
    assert {fact["key"] for fact in told} == {use.key_id for use in uses}
    assert {fact["custody"] for fact in told} == {"keeper_single_use"}
    # The list, the premium and the declaration are those of the five.
    data = attached_json(file)
    assert len(data["insured_list"]) == 5
    asked = queries.round_of(shown.case)
    assert asked
    assert any(asked.shown_digest in one["text"] and "5 名" in one["text"] and "2 人" in one["text"] for one in data["declarations"])
    case = Case.objects.get(pk=shown.case_id)
    life.pay(case)
    drain_jobs()
    version = Policy.objects.get(case=case).versions.get(number=1)
    assert len(version.fields["application"]["insured"]) == 5
    assert version.fields["premium"] == cases.application(case).premium


def test_a_seal_whose_job_was_lost_is_finished_and_never_before_the_agent(shown: Document, drain_jobs: Drain) -> None:
    agent, company = task_of(shown, "company_agent"), task_of(shown, "company")
    life.sign(agent)
    signing.apply_signature(task_id=company.id)  # too early: nothing happens
    assert shown.revisions.count() == 1
    signing.apply_signature(task_id=agent.id)
    SigningTask.objects.filter(pk=company.pk).update(accepted_at=clock.now() - timedelta(hours=1))
    finish_accepted_signatures()
    drain_jobs()
    company.refresh_from_db()
    assert (company.state, shown.revisions.count()) == (TaskState.SIGNED, 3)
    signing.apply_signature(task_id=company.id)  # twice
    assert shown.revisions.count() == 3


def test_nobody_signs_the_companys_task_with_a_code(shown: Document) -> None:
    company = task_of(shown, "company")
    with pytest.raises(NotYourTurn):
        signing.send_willingness_code(task_id=company.id, party_id=company.party_id, shown_digest=company.shown_digest, ip=life.IP)


def test_a_seal_is_drawn_from_a_name_that_a_seal_can_hold() -> None:
    assert "<svg" in sealing.drawn("上海样例精密制造有限公司（演示）")
    with pytest.raises(SealNotDrawn):
        sealing.drawn("长" * 40)


def test_a_companys_seal_comes_last_after_its_agent() -> None:
    data = content.product("group_accident").model_dump(mode="json")
    for signers in (["company", "company_agent"], ["company"]):
        with pytest.raises(ValidationError, match="comes last"):
            ProductDefinition.model_validate(data | {"signers": [{"role": role} for role in signers]})
