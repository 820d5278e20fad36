"""One policy through its whole life, with the real keeper, database, typesetting and files."""

from __future__ import annotations

import pytest

from tests import life
from tests.apps.templates.papers import squeezed, text_of
from vermilion.apps.cases import documents
from vermilion.apps.cases.models import Case
from vermilion.apps.cases.transitions import State
from vermilion.apps.chronicle.queries import events
from vermilion.apps.policies import acknowledging, endorsing, servicing
from vermilion.apps.policies.models import Policy
from vermilion.apps.policies.verifying import judge
from vermilion.apps.seals.models import SealUse
from vermilion.apps.signing import application_form
from vermilion.apps.signing.models import SigningTask
from vermilion.base.canonical import digest
from vermilion.cli.demo import content
from vermilion.core.pdf.attachments import attached_json

pytestmark = pytest.mark.django_db(transaction=True)


def newest(document) -> bytes:
    return documents.read(document.revisions.order_by("-number").first())


def test_a_critical_illness_policy_lives_from_application_to_archive(platform, drain_jobs):
    case = life.start("critical_illness")
    confirmation = life.apply(case, content.sample_application("critical_illness", seed=1))
    life.sign(SigningTask.objects.get(document=confirmation))
    drain_jobs()
    case.refresh_from_db()
    assert case.state == State.AWAITING_PAYMENT
    shown = confirmation.revisions.get(number=1)
    assert newest(confirmation).startswith(documents.read(shown))
    form = case.documents.get(kind="application")
    filled_in, asked = attached_json(newest(form)), attached_json(newest(confirmation))
    assert {key: filled_in[key] for key in ("policyholder", "insured", "questions", "premium", "signers")} == {
        key: asked[key] for key in ("policyholder", "insured", "questions", "premium", "signers")
    }
    assert filled_in["confirmation"]["digest"] == shown.sha256
    assert application_form.keep_application_form(document_id=confirmation.id) == form
    assert form.revisions.count() == 1

    assert life.pay(case) == "accepted"
    drain_jobs()
    case.refresh_from_db()
    assert case.state == State.DELIVERED, case.blocked_reason
    policy = Policy.objects.get(case=case)
    pdf = newest(policy.versions.get().document)
    assert judge(pdf).kind == "in_force"
    assert judge(pdf[:-40] + bytes((pdf[-40] ^ 1,)) + pdf[-39:]).kind in ("altered", "unreadable")

    receipt = acknowledging.present_acknowledgement(case_id=case.id)
    life.sign(SigningTask.objects.get(document=receipt))
    drain_jobs()
    case.refresh_from_db()
    policy.refresh_from_db()
    assert case.state == State.ARCHIVED
    assert (policy.cooling_off_until - policy.cooling_off_from).days == 14
    assert not SealUse.objects.exclude(state="stored").exists()
    assert "application" in {item["kind"] for item in case.archive_entries.get().manifest["documents"]}
    assert digest(case.product.definition.model_dump(mode="json")) == case.product.digest, "nobody on the way changed what all share"

    change = servicing.change_contact(policy_id=policy.id, contact={"address": "上海市徐汇区示例路 9 号 302 室"})
    drain_jobs()
    change.refresh_from_db()
    assert change.state == "sealed", change.last_error
    assert judge(pdf).kind == "superseded"
    assert judge(newest(change.document)).kind == "in_force"
    types = [event.type for event in events("case", case.id)]
    assert {"case.started", "consent.given", "signature.stored", "policy.sealed", "policy.acknowledged", "endorsement.sealed"} <= set(types)


def test_a_leader_approves_new_persons_of_a_group(platform, drain_jobs):
    case = life.start("group_accident", language="en")
    confirmation = life.apply(case, content.sample_application("group_accident", seed=2))
    life.sign(SigningTask.objects.get(document=confirmation, party__role="company_agent"))
    drain_jobs()
    case = Case.objects.get(pk=case.pk)
    assert case.state == State.AWAITING_PAYMENT, (case.state, case.underwriting_decisions.last().terms)
    life.pay(case)
    drain_jobs()
    policy = Policy.objects.get(case=case)
    # She applied in English: so are form, confirmation and policy, and the words that the choice rests on are on record.
    assert events("case", case.id)[0].public["language"] == "en"
    papers = {kind: case.documents.get(kind=kind) for kind in ("application", "confirmation", "policy")}
    assert {paper.language for paper in papers.values()} == {"en"}
    titles = {"application": "Application for Insurance", "confirmation": "Application Confirmation", "policy": "Insurance Policy"}
    for kind, title in titles.items():
        assert title.replace(" ", "") in squeezed(text_of(newest(papers[kind]))), kind
    assert judge(newest(papers["policy"])).kind == "in_force"
    people = content.samples.insured_list(seed=77, count=2, today=life.clock.today())
    change = servicing.add_insured(policy_id=policy.id, people=people, reason="新入职", staff=life.staff("clerk"))
    change = life.let_added_consent(change, drain_jobs)
    life.sign(SigningTask.objects.get(document=change.application_document))
    drain_jobs()
    change.refresh_from_db()
    assert change.state == "approval"
    endorsing.approve(endorsement_id=change.id, staff=life.staff("approver"), shown_digest=change.shown_digest, method="password+totp")
    drain_jobs()
    change.refresh_from_db()
    assert change.state == "sealed", change.last_error
    assert policy.versions.count() == 2
