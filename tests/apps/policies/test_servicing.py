"""Changes after issue: who may ask, who signs, who approves exactly what, and what is then true for everybody who asks."""

from __future__ import annotations

import subprocess
import uuid
from datetime import datetime, timedelta

import pytest

from tests import life, snapshots
from tests.at_once import at_once
from vermilion.apps.archive import tasks as archive_tasks
from vermilion.apps.archive.models import ArchiveEntry
from vermilion.apps.cases import documents
from vermilion.apps.cases.models import Document
from vermilion.apps.cases.transitions import State
from vermilion.apps.notices.models import Notice
from vermilion.apps.parties.models import Salesperson
from vermilion.apps.policies import acknowledging, approval_sheets, certificates, endorsing, finishing, servicing, tasks
from vermilion.apps.policies.errors import (
    ApprovalRefused,
    ChangeNotAllowed,
    ChangeOpen,
    NoCertificate,
    NothingChanged,
    PolicyNotFound,
    PolicyNotInForce,
    SelfApproval,
)
from vermilion.apps.policies.models import Endorsement, Policy
from vermilion.apps.policies.queries import status_of_code, version_in_effect
from vermilion.apps.policies.sentences import status_sentence
from vermilion.apps.policies.verifying import judge
from vermilion.apps.products import rating
from vermilion.apps.products.errors import ApplicationInvalid
from vermilion.apps.seals import services as seals
from vermilion.apps.seals.errors import ApprovalNotProven, PermissionUsed, PersonCertificateMissing
from vermilion.apps.seals.models import CertificateRecord, SealUse
from vermilion.apps.seals.signing import trust_store
from vermilion.apps.signing import services as signing
from vermilion.apps.signing.errors import TaskNotOpen
from vermilion.apps.signing.models import SigningTask
from vermilion.apps.templates.data import common
from vermilion.base import children, clock
from vermilion.base.errors import VermilionError
from vermilion.base.vault import keyed_hash
from vermilion.cli.demo import content
from vermilion.core.pdf.attachments import attached_json
from vermilion.core.pdf.verify import verify_pdf

pytestmark = pytest.mark.django_db(transaction=True)
METHOD = "password+totp"


def approve(change: Endorsement, **changes):
    given = {"staff": life.staff("approver"), "shown_digest": change.shown_digest, **changes}
    return endorsing.approve(endorsement_id=change.id, method=METHOD, **given)


def reach_approval(policy, drain_jobs, *, seed: int) -> Endorsement:
    """Let a clerk add two persons and the company sign; return the change that waits for a leader."""
    people = content.samples.insured_list(seed=seed, count=2, today=clock.today())
    change = servicing.add_insured(policy_id=policy.id, people=people, reason="新入职", staff=life.staff("clerk"))
    change = life.let_added_consent(change, drain_jobs)
    life.sign_all(change.application_document, drain_jobs)
    return Endorsement.objects.get(pk=change.pk)


def check_sheet(change: Endorsement, folder) -> None:
    """The approval left a sheet that names the approved digest, signed with the approver's own certificate; any reader can check it."""
    change.refresh_from_db()
    sheet, approver = change.approval_document, change.approved_by
    assert [revision.kind for revision in sheet.revisions.order_by("number")] == ["shown", "signed"]
    pdf = life.newest(sheet)
    data = attached_json(pdf)
    assert (data["document"]["digest"], data["signers"]) == (change.shown_digest, [{"role": "approver", "name": approver.name}])
    verdict = verify_pdf(pdf, trust=trust_store(), now=clock.now())
    assert verdict.bottom_line == "valid"
    (signature,) = verdict.signatures
    certificate = CertificateRecord.objects.get(profile="approver", subject_id=approver.id)
    assert approver.name in signature.signer
    use = SealUse.objects.get(permission__document=sheet.id)
    assert (use.state, use.permission.kind, use.certificate_serial) == ("stored", "staff", certificate.serial)
    (folder / "sheet.pdf").write_bytes(pdf)
    said = subprocess.run(["pdfsig", "-nocert", "sheet.pdf"], cwd=folder, capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid." in said
    assert f"Signer Certificate Common Name: {approver.name}" in said

    # Asked again nothing is made again; who approved nothing signs nothing; an approval has one sheet; a revoked certificate signs no more.
    approval_sheets.make(endorsement_id=change.id)
    assert SealUse.objects.filter(permission__document=sheet.id).count() == 1
    facts = {"document_id": sheet.id, "document_kind": "approval_sheet", "case_id": sheet.case_id}
    shown, proof = sheet.revisions.get(number=1), {"method": METHOD, "shown": change.shown_digest}
    facts["shown_digest"] = shown.sha256
    for wrong in ({}, proof | {"method": "passkey"}, proof | {"method": "password+sms"}):
        with snapshots.guards_asleep():
            other = seals.staff_permission(staff_id=life.staff("clerk").id, approval_id=change.id, proof=wrong, **facts)
        with pytest.raises(ApprovalNotProven):
            sign_sheet(other, shown)
    with pytest.raises(PermissionUsed):
        sign_sheet(seals.staff_permission(staff_id=approver.id, approval_id=change.id, proof=proof | {"shown": "0" * 64}, **facts), shown)
    seals.revoke_certificate(record_id=certificate.pk, code="keyCompromise", reason="手机丢失")
    with pytest.raises(PersonCertificateMissing):
        sign_sheet(seals.staff_permission(staff_id=approver.id, approval_id=uuid.uuid4(), proof=proof, **facts), shown)


def sign_sheet(permission, shown):
    facts = {"field": "approver", "appearance_svg": "", "lines": ["x"], "is_last": True}
    seals.sign_by_person(permission_id=permission.id, pdf=documents.read(shown), **facts)


def move_to(monkeypatch, moment: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment)


def test_the_policyholder_changes_how_she_is_reached(platform, drain_jobs):
    case = life.acknowledged("critical_illness", drain_jobs, first=True)
    policy = Policy.objects.get(case=case)
    party = case.parties.get(role="policyholder")
    old_phone = party.personal["phone"]
    for error, contact in [
        (NothingChanged, {"phone": old_phone}),
        (NothingChanged, {"name": "别名"}),
        (ApplicationInvalid, {"phone": Salesperson.objects.first().phone}),
        (ApplicationInvalid, {"phone": life.staff("clerk").phone}),
        (ApplicationInvalid, {"phone": "12345"}),
        (ApplicationInvalid, {"email": "not an address"}),
        (ApplicationInvalid, {"address": "\U0002ffff"}),
    ]:
        with pytest.raises(error):
            servicing.change_contact(policy_id=policy.id, contact=contact)
    assert not Endorsement.objects.exists()

    change = servicing.change_contact(policy_id=policy.id, contact={"phone": "13999990001", "email": "new@example.cn"})
    with pytest.raises(ChangeOpen):
        servicing.change_contact(policy_id=policy.id, contact={"address": "别处"})
    with pytest.raises(ChangeOpen):
        servicing.end_policy(policy_id=policy.id, reason="退保", staff=life.staff("clerk"))
    drain_jobs()
    change.refresh_from_db()
    party.refresh_from_db()
    assert (change.state, party.personal["phone"], party.phone_hash) == ("sealed", "13999990001", keyed_hash("phone", "13999990001"))
    told = Notice.objects.filter(case=case, template="endorsement_done")
    assert {notice.channel for notice in told} == {"sms", "mail"}

    # Versions are chained and each says what it was made of.
    first, second = policy.versions.order_by("number")
    assert (second.previous_digest, second.fields["application"]["policyholder"]["phone"]) == (first.fields_digest, "13999990001")
    assert first.fields["application"]["policyholder"]["phone"] == old_phone
    assert second.fields["application"]["insured"][0]["phone"] == "13999990001", "she is insured herself"
    assert judge(life.newest(first.document)).kind == "superseded"
    assert judge(life.newest(change.document)).kind == "in_force"
    assert not SealUse.objects.exclude(state="stored").exists()


def test_a_group_grows_only_by_signature_and_approval(platform, drain_jobs, tmp_path):
    case = life.acknowledged("group_accident", drain_jobs, first=True)
    policy = Policy.objects.get(case=case)
    assert case.state == State.ARCHIVED
    clerk, approver = life.staff("clerk"), life.staff("approver")
    listed = policy.versions.get().fields["application"]["insured"]
    newcomer = content.samples.insured_list(seed=63, count=1, today=clock.today())[0]
    for wrong in ([], [{**listed[0], "name": "同号"}], [{}], [{**newcomer, "id_number": "1"}]):
        with pytest.raises(ApplicationInvalid):
            servicing.add_insured(policy_id=policy.id, people=wrong, reason="x", staff=clerk)
    with pytest.raises(ChangeNotAllowed):  # nobody cancels a product that knows no cooling-off
        servicing.rule_of(policy, "cooling_off_cancel", by="clerk")

    # Withdrawn before the company has signed: the waiting signature is not written any more.
    people = content.samples.insured_list(seed=64, count=2, today=clock.today())
    given_up = servicing.add_insured(policy_id=policy.id, people=people, reason="新入职", staff=clerk)
    given_up = life.let_added_consent(given_up, drain_jobs)
    task = SigningTask.objects.get(document=given_up.application_document)
    life.sign(task)
    servicing.withdraw(endorsement_id=given_up.id, staff=clerk)
    drain_jobs()
    given_up.refresh_from_db()
    task.refresh_from_db()
    assert (given_up.state, task.state) == ("withdrawn", "void")
    with pytest.raises(ChangeNotAllowed):
        servicing.withdraw(endorsement_id=given_up.id, staff=clerk)

    # Refused by the company, refused by the leader: the policy stays as it is.
    change = servicing.add_insured(policy_id=policy.id, people=people, reason="新入职", staff=clerk)
    change = life.let_added_consent(change, drain_jobs)
    (task,) = change.application_document.signing_tasks.all()
    signing.refuse(task_id=task.id, party_id=task.party_id, reason="人数不对")
    change.refresh_from_db()
    assert change.state == "withdrawn"
    assert Notice.objects.filter(template="change_given_up").count() == 1  # the one withdrawn above: this one she refused herself
    change = reach_approval(policy, drain_jobs, seed=64)
    assert change.state == "approval"
    for error, attempt in [
        (ApprovalRefused, {"shown_digest": "0" * 64}),
        (ApprovalRefused, {"shown_digest": ""}),
        (SelfApproval, {"staff": clerk}),
    ]:
        with pytest.raises(error):
            approve(change, **attempt)
    with pytest.raises(ApprovalRefused):
        endorsing.refuse(endorsement_id=change.id, staff=approver, reason=" ")
    with pytest.raises(SelfApproval):
        endorsing.refuse(endorsement_id=change.id, staff=clerk, reason="x")
    endorsing.refuse(endorsement_id=change.id, staff=approver, reason="名单缺少劳动合同")
    drain_jobs()
    change.refresh_from_db()
    assert (change.state, change.content["comment"], policy.versions.count()) == ("refused", "名单缺少劳动合同", 1)
    assert Notice.objects.filter(template="change_given_up").count() == 2
    with pytest.raises(ApprovalRefused):
        approve(change)

    # Two leaders at once: one approval.
    change = reach_approval(policy, drain_jobs, seed=65)
    results = at_once(*[lambda: approve(change).state] * 2)
    assert sorted((getattr(one, "status", one) for one in results), key=str) == [409, "sealing"]
    drain_jobs()
    change.refresh_from_db()
    assert change.state == "sealed", change.last_error
    assert change.number.endswith("-E004"), "every try keeps its number"
    printed = children.call(attached_json, life.newest(change.document))
    assert len(printed["added_insured"]) == 2
    assert printed["premium_difference"] == change.premium_delta > 0
    version = policy.versions.get(number=2)
    assert len(version.fields["application"]["insured"]) == len(listed) + 2
    assert version.fields["premium"] == policy.versions.get(number=1).fields["premium"] + change.premium_delta
    use = SealUse.objects.get(permission__document=change.document_id)
    assert (use.state, use.permission.approved_by, use.shown_digest) == ("stored", approver.id, change.shown_digest)
    assert life.newest(change.document).startswith(life.documents.read(change.document.revisions.get(number=1)))

    # Each insured person can have a certificate, once for a version; whoever came later is covered since the change.
    made = [certificates.certificate(policy_id=policy.id, number=number, by="clerk") for number in (1, 1, len(listed) + 1)]
    assert made[0] == made[1]
    papers = [children.call(attached_json, life.newest(document)) for document in made[1:]]
    assert [paper["insured"]["name"] for paper in papers] == [listed[0]["name"], printed["added_insured"][0]["name"]]
    assert papers[0]["cover"]["from"] == common.moment(policy.cover_from)
    assert papers[1]["cover"]["from"] == common.moment(max(change.effective_at, policy.cover_from))
    assert (judge(life.newest(made[0])).kind, status_sentence(status_of_code(made[0].code))[1]) == (
        "in_force",
        "这是真实的保险凭证，保单目前有效",
    )
    for number in (0, len(listed) + 3):
        with pytest.raises(NoCertificate):
            certificates.certificate(policy_id=policy.id, number=number, by="clerk")

    # Cover has not begun: the change governs it from its first day. Once it runs, a change for a later day leaves the policy as it is.
    assert version_in_effect(policy) == version
    assert status_of_code(policy.versions.get(number=1).document.code).superseded_by == change.number
    Policy.objects.filter(pk=policy.pk).update(cover_from=clock.now() - timedelta(days=9))
    policy = Policy.objects.get(pk=policy.pk)
    assert change.begins_later
    assert version_in_effect(policy) is None, "the first version began at a moment that the line above moved"
    status = status_of_code(policy.versions.get(number=1).document.code)
    assert (status.superseded_by, status.next_change) == (None, (change.number, change.effective_at))
    status = status_of_code(change.document.code)
    assert status.starts_at == change.effective_at
    assert status_sentence(status)[1] == "这是真实的批单，尚未到生效时间"

    # What was archived before has got its second entry.
    entries = list(ArchiveEntry.objects.filter(case=case))
    assert [entry.number for entry in entries][-1] >= 2
    assert str(change.document_id) in {item["document"] for item in entries[-1].manifest["documents"]}

    check_sheet(change, tmp_path)


def test_another_insurers_leader_and_clerk_find_nothing(platform, drain_jobs):
    case = life.issued("group_accident", drain_jobs, first=True)
    change = reach_approval(Policy.objects.get(case=case), drain_jobs, seed=67)
    stranger = life.staff("approver")
    other = type(platform).objects.create(
        code="other", name="别家", name_en="Other", short_name="别家", uscc="91310000DEM0000999", address="x", hotline="x"
    )
    stranger.insurer = other
    stranger.save()
    with pytest.raises(PolicyNotFound):
        approve(change, staff=stranger)
    with pytest.raises(PolicyNotFound):
        servicing.withdraw(endorsement_id=change.id, staff=stranger)


def test_cancelling_in_the_cooling_off_period_returns_the_whole_premium(platform, drain_jobs):
    clerk = life.staff("clerk")
    # Once before she has acknowledged: the period has not even begun. Once within it.
    for walked in (life.issued, life.acknowledged):
        case = walked("critical_illness", drain_jobs, first=True)
        policy = Policy.objects.get(case=case)
        waiting = acknowledging.present_acknowledgement(case_id=case.id) if walked is life.issued else None
        change = servicing.end_policy(policy_id=policy.id, reason="不需要了", staff=clerk)
        assert (change.kind, change.premium_delta) == ("cooling_off_cancel", -policy.versions.get().fields["premium"])
        drain_jobs()
        change.refresh_from_db()
        paper = attached_json(life.newest(change.application_document))
        assert (change.application_document.title, paper["ground"]) == ("退保申请书", "cooling_off")
        assert paper["refund"]["total"] == sum(line["amount"] for line in paper["refund"]["lines"]) == -change.premium_delta
        assert paper["account"]["number"].startswith("****")
        life.sign_all(change.application_document, drain_jobs)
        change.refresh_from_db()
        assert change.state == "approval"
        approve(change)
        drain_jobs()
        policy.refresh_from_db()
        case.refresh_from_db()
        assert (policy.status, policy.end_reason, case.state) == ("cancelled", "cooling_off_cancel", State.ARCHIVED)
        judgement = judge(life.newest(policy.versions.get(number=1).document))
        assert (judgement.kind, judgement.status.policy_status) == ("ended", "cancelled")
        assert policy.versions.get(number=2).job == "cancellation"
        entry = ArchiveEntry.objects.filter(case=case).latest("number")
        assert entry.retention_until.year == policy.ended_at.astimezone(clock.SHANGHAI).year + 10
        if waiting:
            with pytest.raises(VermilionError):
                acknowledging.present_acknowledgement(case_id=case.id)
            with pytest.raises(TaskNotOpen):
                life.sign(waiting.signing_tasks.get())
        with pytest.raises(PolicyNotInForce):
            servicing.change_contact(policy_id=policy.id, contact={"address": "别处"})
        with pytest.raises(PolicyNotInForce):
            servicing.end_policy(policy_id=policy.id, reason="x", staff=clerk)


def test_a_surrender_pays_the_cash_value_and_ends_at_midnight(platform, drain_jobs, monkeypatch):
    case = life.acknowledged("critical_illness", drain_jobs, first=True)
    policy = Policy.objects.get(case=case)
    later = clock.now() + timedelta(days=800)
    Policy.objects.filter(pk=policy.pk).update(
        cover_from=policy.cover_from - timedelta(days=800), cooling_off_until=clock.today() - timedelta(days=780)
    )
    policy.refresh_from_db()
    change = servicing.end_policy(policy_id=policy.id, reason="退保", staff=life.staff("clerk"))
    fields = policy.versions.get().fields
    table = rating.cash_value_table(content.product("critical_illness"), fields["application"], today=clock.today())
    assert change.kind == "surrender"
    assert table[1].cash_value <= -change.premium_delta <= table[2].cash_value
    assert change.effective_at.astimezone(clock.SHANGHAI).hour == 0
    drain_jobs()
    change.refresh_from_db()
    life.sign_all(change.application_document, drain_jobs)
    change.refresh_from_db()
    approve(change)
    drain_jobs()
    change.refresh_from_db()
    paper = attached_json(life.newest(change.document))
    assert (change.document.title, paper["refund"]["total"]) == ("退保批单", -change.premium_delta)
    assert paper["application"]["digest"] == change.application_document.revisions.latest("number").sha256

    # Sealed today, effective at midnight: until then the insured is covered and everybody who asks is told so.
    policy.refresh_from_db()
    document = policy.versions.get(number=1).document
    assert (policy.status, policy.ended_at) == ("in_force", change.effective_at)
    assert status_of_code(document.code).policy_status == "in_force"
    assert finishing.end_due(clock.now()) == 0
    with pytest.raises(PolicyNotInForce):
        servicing.end_policy(policy_id=policy.id, reason="x", staff=life.staff("clerk"))
    move_to(monkeypatch, change.effective_at + timedelta(seconds=1))
    tasks.sweep()
    assert finishing.end_due(clock.now()) == 0
    policy.refresh_from_db()
    assert (policy.status, policy.ended_at) == ("surrendered", change.effective_at)
    assert judge(life.newest(document)).kind == "ended"
    assert later > clock.now()


def test_a_one_year_policy_expires_by_itself_and_its_invoice_is_archived_late(platform, drain_jobs, monkeypatch):
    case = life.acknowledged("medical", drain_jobs, first=True)
    policy = Policy.objects.get(case=case)
    assert case.state == State.ARCHIVED
    before = ArchiveEntry.objects.filter(case=case).count()
    pdf = b"%PDF-1.7 invoice"
    invoiced = {"policy_number": policy.number, "insurer_id": policy.insurer_id, "invoice_number": "24312000000012345678"}
    for _twice in range(2):
        finishing.receive_invoice(**invoiced, file=pdf)
    invoice = policy.invoices.get()
    assert (invoice.number, life.newest(invoice.document)) == ("24312000000012345678", pdf)
    with pytest.raises(PolicyNotFound):
        finishing.receive_invoice(policy_number="NO", insurer_id=policy.insurer_id, invoice_number="24312000000012345678", file=pdf)
    # Its job is lost; the archive's own sweep finds the file.
    with life.connections["default"].cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
    Document.objects.filter(pk=invoice.document_id).update(closed_at=clock.now() - timedelta(minutes=3))
    ArchiveEntry.objects.filter(case=case).update(archived_at=clock.now() - timedelta(minutes=5))
    archive_tasks.sweep()
    drain_jobs()
    assert ArchiveEntry.objects.filter(case=case).count() == before + 1
    archive_tasks.sweep()
    assert drain_jobs() == 0
    with pytest.raises(ChangeNotAllowed):
        servicing.add_insured(policy_id=policy.id, people=[], reason="x", staff=life.staff("clerk"))
    move_to(monkeypatch, policy.cover_to + timedelta(seconds=1))
    assert finishing.expire_policies(clock.now()) == 1
    assert finishing.expire_policies(clock.now()) == 0
    policy.refresh_from_db()
    assert (policy.status, policy.ended_at) == ("expired", policy.cover_to)
    with pytest.raises(PolicyNotInForce):
        servicing.end_policy(policy_id=policy.id, reason="x", staff=life.staff("clerk"))
