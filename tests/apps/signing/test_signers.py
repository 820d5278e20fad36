"""Who signs, in which order, and what happens when somebody else tries, refuses, changes her mind or comes too late."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from uuid import UUID, uuid4

import pytest

from tests import life
from tests.at_once import at_once
from vermilion.apps.cases import documents
from vermilion.apps.cases import services as cases
from vermilion.apps.cases.errors import ApplicationLocked, CaseStopped, StepOutOfOrder, TransitionRefused
from vermilion.apps.cases.models import Case, CaseParty, Consent, Document
from vermilion.apps.cases.transitions import State
from vermilion.apps.notices.models import Notice
from vermilion.apps.parties.models import Salesperson
from vermilion.apps.payments import services as payments
from vermilion.apps.payments.errors import OrderNotFound
from vermilion.apps.products import rating
from vermilion.apps.seals.signing import trust_store
from vermilion.apps.signing import applying, confirmation, joining, not_me
from vermilion.apps.signing import services as signing
from vermilion.apps.signing.errors import DocumentChanged, NotRead, NotTheSigner, NotYourTurn, StaffPhone, TaskNotOpen
from vermilion.apps.signing.links import find_by_pickup
from vermilion.apps.signing.models import SigningTask, TaskState
from vermilion.apps.signing.proofs import Proof
from vermilion.base import clock
from vermilion.base.errors import VermilionError
from vermilion.cli.demo import content
from vermilion.core.pdf.attachments import attached_json
from vermilion.core.pdf.verify import verify_pdf
from vermilion.core.typeset import HandwritingError

pytestmark = pytest.mark.django_db(transaction=True)


def tasks_of(document) -> list[SigningTask]:
    return list(document.signing_tasks.select_related("party", "case__product", "document").order_by("position"))


def accept(task: SigningTask, **changes):
    """Hand in a signature, with whatever an attacker changes."""
    given = {
        "task_id": task.id,
        "party_id": task.party_id,
        "shown_digest": task.shown_digest,
        "proof": Proof(code_id=changes.pop("code_id", uuid4()), code=changes.pop("code", "123456")),
        "strokes": life.STROKES,
        "session_hash": "s",
        "ip": life.IP,
        "user_agent": life.AGENT,
        **changes,
    }
    return signing.accept_signature(**given)


def ready(task: SigningTask) -> None:
    """Let a further signer do what she must before she may sign."""
    keys = {item.key for item in task.case.product.definition.consents if task.party.role in item.required_for}
    joining.consent_as_signer(case_id=task.case_id, party_id=task.party_id, ticked=keys)
    joining.check_signer_identity(case_id=task.case_id, party_id=task.party_id, ip=life.IP)


def test_an_adult_insured_signs_after_the_policyholder_and_nobody_for_her(platform, drain_jobs):
    case = life.start("critical_illness")
    document = life.apply(case, content.sample_application("critical_illness", seed=11, insured="spouse"))
    first, second = tasks_of(document)
    assert (first.party.role, second.party.role) == ("policyholder", "insured")

    # Not her turn, not her document, not the one shown, not read, nothing written.
    for error, attempt in [
        (NotYourTurn, lambda: signing.mark_read(task_id=second.id, party_id=second.party_id, shown_digest=second.shown_digest)),
        (NotTheSigner, lambda: accept(first, party_id=second.party_id)),
        (NotTheSigner, lambda: signing.refuse(task_id=first.id, party_id=second.party_id, reason="x")),
        (DocumentChanged, lambda: signing.mark_read(task_id=first.id, party_id=first.party_id, shown_digest="0" * 64)),
        (TaskNotOpen, lambda: signing.mark_read(task_id=uuid4(), party_id=first.party_id, shown_digest=first.shown_digest)),
        (NotRead, lambda: accept(first)),
    ]:
        with pytest.raises(error):
            attempt()
    signing.mark_read(task_id=first.id, party_id=first.party_id, shown_digest=first.shown_digest)
    with pytest.raises(HandwritingError):
        accept(first, strokes=[])
    with pytest.raises(VermilionError):
        accept(first)  # a code nobody sent
    first.refresh_from_db()
    assert first.state == TaskState.OPEN

    life.sign(first)
    with pytest.raises(TaskNotOpen):
        accept(first)
    with pytest.raises(NotYourTurn):  # accepted is not yet written
        signing.mark_read(task_id=second.id, party_id=second.party_id, shown_digest=second.shown_digest)
    drain_jobs()

    # The second signer is called to her own phone by a code of her own.
    notice = Notice.objects.filter(case=case, party=second.party).latest("created_at")
    link = find_by_pickup(re.search(r"\b[0-9A-HJKMNP-TV-Z]{6}\b", notice.content["body"]).group(0))
    assert link.party_id == second.party_id
    signing.mark_read(task_id=second.id, party_id=second.party_id, shown_digest=second.shown_digest)
    with pytest.raises(StepOutOfOrder):  # neither consented nor identified
        accept(second)
    sent = signing.send_willingness_code(task_id=second.id, party_id=second.party_id, shown_digest=second.shown_digest, ip=life.IP)
    ready(second)
    first.refresh_from_db()
    with pytest.raises(VermilionError, match="code_"):  # the policyholder's code is not hers
        accept(second, code_id=first.willingness.code_id)
    accept(second, code_id=sent.id, code=life.code_in(sent))
    drain_jobs()
    case.refresh_from_db()
    assert case.state == State.AWAITING_PAYMENT
    verdict = verify_pdf(life.newest(document), trust=trust_store(), now=clock.now())
    assert [one.signer for one in verdict.signatures] == [first.party.personal["name"], second.party.personal["name"]]
    assert (verdict.bottom_line, document.revisions.count()) == ("valid", 3)


def test_a_guardian_signs_for_a_grandchild_and_the_grandparent_for_herself(platform, drain_jobs):
    case = life.start("medical")
    document = life.apply(case, content.sample_application("medical", seed=12, insured="grandchild"))
    assert [task.party.role for task in tasks_of(document)] == ["policyholder", "guardian"]
    life.sign_all(document, drain_jobs)
    case.refresh_from_db()
    assert case.state == State.AWAITING_PAYMENT, case.underwriting_decisions.last().terms
    assert document.revisions.order_by("-number").first().signed_by == "guardian"


def test_one_signer_refuses_and_nothing_is_signed_any_more(platform, drain_jobs):
    case = life.start("critical_illness")
    document = life.apply(case, content.sample_application("critical_illness", seed=13, insured="spouse"))
    first, second = tasks_of(document)
    life.sign(first)
    signing.refuse(task_id=second.id, party_id=second.party_id, reason="我不同意")
    drain_jobs()
    case.refresh_from_db()
    assert case.state == State.WITHDRAWN
    assert [task.state for task in tasks_of(document)] == [TaskState.VOID, TaskState.REFUSED]
    assert document.revisions.count() == 1
    with pytest.raises(TaskNotOpen):
        signing.refuse(task_id=second.id, party_id=second.party_id, reason="x")


def test_a_correction_makes_everybody_confirm_anew(platform, drain_jobs):
    case = life.start("critical_illness")
    application = content.sample_application("critical_illness", seed=14, insured="spouse")
    document = life.apply(case, application)
    first, second = tasks_of(document)
    life.sign(first)
    drain_jobs()
    ready(second)
    signing.mark_read(task_id=second.id, party_id=second.party_id, shown_digest=second.shown_digest)
    sent = signing.send_willingness_code(task_id=second.id, party_id=second.party_id, shown_digest=second.shown_digest, ip=life.IP)
    accept(second, code_id=sent.id, code=life.code_in(sent))

    # While her signature waits to be written, the policyholder goes back: the old document is void, the waiting signature too.
    confirmation.reopen(case_id=case.id)
    drain_jobs()
    case.refresh_from_db()
    document.refresh_from_db()
    assert (case.state, document.void, case.blocked_by) == (State.APPLYING, True, "")
    assert [task.state for task in tasks_of(document)] == [TaskState.SIGNED, TaskState.VOID]
    with pytest.raises(ApplicationLocked):
        applying.confirm_exemption(case_id=life_closed(case))

    # She names another spouse: who was asked before keeps what was hers, and gets no access and no part any more.
    other = content.sample_application("critical_illness", seed=15, insured="spouse")
    application["insured"] = other["insured"]
    renewed = walk_again(case, application)
    replaced = CaseParty._base_manager.get(pk=second.party_id)
    insured = case.parties.get(role="insured")
    assert replaced.former
    assert insured.pk != replaced.pk
    assert replaced.personal["name"] != insured.personal["name"]
    assert Consent.objects.filter(case=case, party=replaced).exists()
    assert [task.state for task in tasks_of(renewed)] == [TaskState.OPEN, TaskState.OPEN]
    life.sign_all(renewed, drain_jobs)
    assert Consent.objects.filter(case=case, party=insured).exists()
    case.refresh_from_db()
    assert case.state == State.AWAITING_PAYMENT
    assert cases.application(case).version == 2
    assert document.revisions.count() == 2, "what was signed stays as it was"


def life_closed(case: Case) -> UUID:
    """Return the id of another case whose application is presented."""
    other = life.start("medical")
    life.apply(other, content.sample_application("medical", seed=16))
    return other.id


def walk_again(case: Case, application):
    """Walk the steps after a correction: notice and consents hold."""
    answers = application["disclosure"]
    applying.submit_application(case_id=case.id, data={key: value for key, value in application.items() if key != "disclosure"})
    applying.submit_disclosure(case_id=case.id, answers=answers)
    applying.confirm_application_notice(case_id=case.id)
    applying.confirm_exemption(case_id=case.id)
    applying.check_identity(case_id=case.id, ip=life.IP)
    return confirmation.present_confirmation(case_id=case.id)


@pytest.mark.parametrize(("language", "named"), [("zh-hans", "投保确认书 abababab"), ("en", "Application confirmation abababab")])
def test_what_is_agreed_to_is_named_in_the_customers_language(language, named):
    document, party = Document(title="投保确认书", kind="confirmation"), CaseParty(role="policyholder")
    task = SigningTask(document=document, party=party, case=Case(language=language), shown_digest="ab" * 32)
    assert signing.wording(task) == named


def test_a_salespersons_phone_gets_no_code(platform, drain_jobs):
    case = life.start("medical")
    document = life.apply(case, content.sample_application("medical", seed=17))
    (task,) = tasks_of(document)
    seller = Salesperson.objects.first()
    seller.phone = task.party.personal["phone"]
    seller.save()
    with pytest.raises(StaffPhone):
        signing.send_willingness_code(task_id=task.id, party_id=task.party_id, shown_digest=task.shown_digest, ip=life.IP)
    # And one that is known before is refused in the form.
    other, data = life.start("medical"), content.sample_application("medical", seed=18)
    data["policyholder"]["phone"] = Salesperson.objects.last().phone
    with pytest.raises(VermilionError) as refused:
        life.apply(other, data)
    assert "policyholder.phone" in refused.value.fields


def test_a_stopped_case_takes_no_signature_until_compliance_lifts_it(platform, drain_jobs):
    case = life.start("medical")
    (task,) = tasks_of(life.apply(case, content.sample_application("medical", seed=19)))
    not_me.report(case_id=case.id, party=task.party, page="sign.read", ip=life.IP, user_agent=life.AGENT)
    with pytest.raises(CaseStopped):
        signing.mark_read(task_id=task.id, party_id=task.party_id, shown_digest=task.shown_digest)
    not_me.lift(case_id=case.id, staff=life.staff("compliance"), reason="已核实")
    life.sign(task)
    drain_jobs()
    case.refresh_from_db()
    assert case.state == State.AWAITING_PAYMENT


def test_deadlines_and_withdrawal_end_what_was_open(platform, drain_jobs):
    late, given_up, unpaid = (life.start("medical") for _unused in range(3))
    (task,) = tasks_of(life.apply(late, content.sample_application("medical", seed=20)))
    (other,) = tasks_of(life.apply(given_up, content.sample_application("medical", seed=21)))
    life.sign_all(life.apply(unpaid, content.sample_application("medical", seed=22)), drain_jobs)
    payments.start_payment(case_id=unpaid.id)
    for case in (late, unpaid):
        Case.objects.filter(pk=case.pk).update(deadline_at=clock.now() - timedelta(seconds=1))
    # Signed in time, but our part is late: that must not end the case.
    life.sign(other)
    cases.expire_overdue(clock.now())
    states = {case.pk: case.state for case in Case.objects.all()}
    assert (states[late.pk], states[unpaid.pk], states[given_up.pk]) == (State.EXPIRED, State.EXPIRED, State.SIGNING)
    assert Case.objects.get(pk=given_up.pk).deadline_at is None
    with pytest.raises(TaskNotOpen):
        signing.mark_read(task_id=task.id, party_id=task.party_id, shown_digest=task.shown_digest)
    with pytest.raises(OrderNotFound):
        payments.start_payment(case_id=unpaid.id)
    assert cases.expire_overdue(clock.now()) == 0

    cases.withdraw(case_id=given_up.id, actor="policyholder", reason="不买了")
    drain_jobs()
    given_up.refresh_from_db()
    other.refresh_from_db()
    assert (given_up.state, given_up.blocked_by, other.state) == (State.WITHDRAWN, "", TaskState.VOID)
    with pytest.raises(TransitionRefused):
        cases.withdraw(case_id=given_up.id, actor="policyholder", reason="x")


def test_two_signatures_at_once_make_one(platform, drain_jobs):
    case = life.start("medical")
    (task,) = tasks_of(life.apply(case, content.sample_application("medical", seed=23)))
    signing.mark_read(task_id=task.id, party_id=task.party_id, shown_digest=task.shown_digest)
    sent = signing.send_willingness_code(task_id=task.id, party_id=task.party_id, shown_digest=task.shown_digest, ip=life.IP)
    results = at_once(*[lambda: accept(task, code_id=sent.id, code=life.code_in(sent)).state] * 3)
    assert [result for result in results if result == TaskState.ACCEPTED] == [TaskState.ACCEPTED], results
    assert all(isinstance(result, VermilionError) for result in results if result != TaskState.ACCEPTED), results
    drain_jobs()
    case.refresh_from_db()
    assert case.state == State.AWAITING_PAYMENT
    assert task.document.revisions.count() == 2


def test_a_birthday_before_the_confirmation_changes_what_is_paid(platform, drain_jobs, monkeypatch):
    case = life.start("critical_illness")
    application = content.sample_application("critical_illness", seed=24)
    born = date.fromisoformat(application["policyholder"]["birth_date"])
    birthday = born.replace(year=clock.today().year + 1)
    present = confirmation.present_confirmation

    def at(day: date) -> None:
        monkeypatch.setattr(clock, "now", lambda: datetime(day.year, day.month, day.day, 4, tzinfo=timezone.utc))

    def on_the_birthday(case_id):
        before.append(cases.application(case).premium)
        at(birthday)
        return present(case_id=case_id)

    before: list[int] = []
    at(birthday - timedelta(days=1))
    monkeypatch.setattr(confirmation, "present_confirmation", on_the_birthday)
    document = life.apply(case, application)
    printed = attached_json(documents.read(document.revisions.get()))
    assert printed["premium"]["amount"] == cases.application(case).premium
    product, data = content.product("critical_illness"), cases.application(case).data
    older = rating.quote(product, data, today=birthday).premium
    assert cases.application(case).premium == older
    assert before[0] == rating.quote(product, data, today=birthday - timedelta(days=1)).premium
    assert before[0] != older
