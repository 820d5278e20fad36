"""Walking a case through its life by the use cases, as the doors do it: for tests that need one in a certain state."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connections, transaction

from vermilion.apps.cases import documents
from vermilion.apps.cases import services as cases
from vermilion.apps.cases.models import Case, CaseParty, Document
from vermilion.apps.identity import services as identity
from vermilion.apps.identity.models import IdentityCheck, Willingness
from vermilion.apps.identity.providers import SandboxIdentity
from vermilion.apps.parties.models import Insurer, StaffMember
from vermilion.apps.payments import gateways
from vermilion.apps.payments import services as payments
from vermilion.apps.payments.models import PaymentOrder
from vermilion.apps.policies import acknowledging, adding
from vermilion.apps.policies.models import Endorsement
from vermilion.apps.products import queries as products
from vermilion.apps.signing import applying, confirmation, identifying, joining
from vermilion.apps.signing import services as signing
from vermilion.apps.signing.group import answering, collecting, withdrawing
from vermilion.apps.signing.group import queries as group_queries
from vermilion.apps.signing.models import SigningTask
from vermilion.apps.signing.proofs import Proof
from vermilion.base import clock, instance
from vermilion.base.canonical import canonical
from vermilion.base.config import config
from vermilion.cli.demo import content, seed

from . import snapshots

IP = "127.0.0.1"
AGENT = "pytest"
# A signature as the pad gives it: one long wave of 60 points.
STROKES = [
    {
        "points": [
            {"x": 20.0 + 3 * n, "y": 60.0 + 25 * ((n * 7) % 13) / 13, "pressure": 0.5, "time": 1_700_000_000_000 + 16 * n}
            for n in range(60)
        ]
    }
]


@contextmanager
def running_keeper() -> Iterator[None]:
    """Run the keeper in a thread of this process, on the socket where clients look for it."""
    from vermilion.apps.seals.keeper.process import make_operations, make_server

    server = make_server(make_operations())
    server.bind()

    def serve() -> None:
        try:
            server.serve()
        finally:
            connections.close_all()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.stop()
        thread.join(10)


@contextmanager
def without_keeper() -> Iterator[None]:
    """Let nobody find the keeper's socket for a while; the connection that this thread keeps is dropped."""
    from vermilion.apps.seals.keeper import line

    line._mine.line = None
    aside = config().keeper_socket.with_suffix(".aside")
    config().keeper_socket.rename(aside)
    try:
        yield
    finally:
        aside.rename(config().keeper_socket)


@contextmanager
def without_timestamps(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let another keeper serve whose only timestamp authority does not answer."""
    from vermilion.apps.seals.keeper import operations

    dead = config().model_copy(update={"tsa_urls": ("http://127.0.0.1:9/tsa",)})
    with without_keeper(), monkeypatch.context() as patch:
        patch.setattr(operations, "config", lambda: dead)
        with running_keeper():
            yield


@contextmanager
def without_files() -> Iterator[None]:
    """Let something else stand where the files are kept."""
    folder = config().home / "blobs"
    aside = folder.with_suffix(".aside")
    folder.rename(aside)
    folder.write_text("not a folder")
    try:
        yield
    finally:
        folder.unlink()
        aside.rename(folder)


def seeded_insurer() -> Insurer:
    """Return the demo insurer with its people, products, seals and grants; the keeper must run."""
    instance.decide(demo=True)
    seed.ensure()
    return insurer()


def insurer() -> Insurer:
    """Return the insurer of the demonstration."""
    return Insurer.objects.get(code=content.insurer().code)


def staff(role: str, *, level: int = 0) -> StaffMember:
    """Return a seeded member of staff with the role (and at least the underwriting level)."""
    return StaffMember.objects.filter(roles__contains=[role], underwriting_level__gte=level).order_by("underwriting_level").first()


def start(code: str, **options: Any) -> Case:
    """Start a case of a seeded product."""
    company = insurer()
    return cases.start_case(product=products.current(company, code), branch=company.branches.get(code="SH"), channel="portal", **options)


def walk(case: Case, application: dict[str, Any], *, until: str = "") -> None:
    """Walk the applicant's own steps up to what others have to do, or to the confirmation; or to the step ``until``."""
    role = applying.applicant_role(case)
    steps = applying.own_steps(case)
    applying.confirm_notice(case_id=case.id)
    keys = {item.key for item in case.product.definition.consents if role in item.required_for}
    applying.give_consents(case_id=case.id, ticked=keys)
    answers = application["disclosure"]
    applying.submit_application(case_id=case.id, data={key: value for key, value in application.items() if key != "disclosure"})
    if "disclosure" in steps:
        applying.submit_disclosure(case_id=case.id, answers=answers)
    if "application_notice" in steps:
        applying.confirm_application_notice(case_id=case.id)
    if "exemption" in steps:
        applying.confirm_exemption(case_id=case.id)
    if until == "identity":
        return
    if "identity" in steps:
        check = applying.check_identity(case_id=case.id, ip=IP) or show_face(case)
        assert check.result == "passed"
    if "authority" in steps and until != "authority":
        authorise(case)


def authorise(case: Case) -> None:
    """Let a company's agent have shown her authority; how she does it is tried apart."""
    with transaction.atomic():
        before = applying.own_steps(case)[: applying.own_steps(case).index("authority")]
        cases.complete_step(cases.lock(case.id), "authority", required_before=tuple(before))


def apply(case: Case, application: dict[str, Any]) -> Document:
    """Walk the applicant's steps up to the shown confirmation."""
    walk(case, application)
    if "insured_consents" in applying.own_steps(case):
        consent_all(case)
    return confirmation.present_confirmation(case_id=case.id)


def prove_agent(case: Case) -> None:
    """Let a company's agent have proven her phone."""
    agent = applying.applicant(case)
    if agent is not None and not applying.phone_proven(case, agent):
        code = applying.send_phone_code(case_id=case.id, party_id=agent.id, ip=IP)
        applying.prove_phone(case_id=case.id, party_id=agent.id, code_id=code.id, code=code_in(code))


def ask_insured(case: Case) -> list[CaseParty]:
    """Have the agent of a company, whose phone is proven, ask everybody on the list; return them, without sending messages."""
    prove_agent(case)
    collecting.open_round(case_id=case.id)
    return list(case.parties.filter(role="member").order_by("position"))


def prove_member(party: CaseParty) -> str:
    """Let an insured person of a list consent to data processing, be identified and read; return the digest of what she read."""
    keys = {item.key for item in party.case.product.definition.consents if party.role in item.required_for}
    joining.consent_as_signer(case_id=party.case_id, party_id=party.id, ticked=keys)
    assert joining.check_signer_identity(case_id=party.case_id, party_id=party.id, ip=IP).result == "passed"
    digest = str(party.insured_consent.round.shown_digest)
    answering.mark_read(party_id=party.id, shown_digest=digest)
    return digest


def consent(party: CaseParty) -> None:
    """Let an insured person of a list do all that she has to, and consent."""
    digest = prove_member(party)
    code = answering.send_code(party_id=party.id, shown_digest=digest, ip=IP)
    answering.consent(party_id=party.id, shown_digest=digest, code_id=code.id, code=code_in(code), ip=IP, device=AGENT)


def let_consent(party: CaseParty) -> None:
    """Let an insured person of a list have consented; what she does for it is tried apart."""
    answer, moment = party.insured_consent, clock.now()
    proof = Willingness.objects.create(
        case=party.case,
        party=party,
        signer_role=party.role,
        document=answer.round.document,
        shown_digest=answer.round.shown_digest,
        method="copied",
        details={},
        verified_at=moment,
    )
    answer.state, answer.willingness, answer.read_at, answer.answered_at = "consented", proof, moment, moment
    answer.save()


def consent_all(case: Case) -> None:
    """Let a company's case have the consents of everybody on its list, and the agent close it."""
    for party in ask_insured(case):
        let_consent(party)
    asked = group_queries.round_of(case)
    assert asked is not None
    collecting.close(case_id=case.id, seen=group_queries.counts(asked))


def take_back(party: CaseParty) -> str:
    """Let an insured person take her consent back by a code of her own; return what that did."""
    code = withdrawing.send_code(party_id=party.id, ip=IP)
    return str(withdrawing.withdraw(party_id=party.id, code_id=code.id, code=code_in(code), ip=IP, device=AGENT))


def added(change: Endorsement) -> list[CaseParty]:
    """Return the people who are asked for an endorsement that adds them, in its order."""
    asked = group_queries.round_of_change(change.id)
    return [answer.party for answer in group_queries.answers(asked)] if asked else []


def let_added_consent(change: Endorsement, drain: Callable[[], int]) -> Endorsement:
    """Let everybody whom a change adds have consented, and the change go on to its application."""
    drain()
    for party in added(change):
        let_consent(party)
    adding.proceed(Endorsement.objects.select_related("policy__case").get(pk=change.pk))
    drain()
    return Endorsement.objects.get(pk=change.pk)


def show_face(case: Case) -> IdentityCheck:
    """Have the applicant, whose sum asks for it, visit the sandbox's face recognition and come back recognised."""
    party = applying.applicant(case)
    assert party is not None
    check = identifying.visit(party_id=party.id, ip=IP, return_url="/")
    said, time = json.dumps({"reference": check.details["reference"], "outcome": "passed"}).encode(), str(int(clock.now().timestamp()))
    headers = {"X-Timestamp": time, "X-Signature": SandboxIdentity().sign(time, said)}
    assert identity.take_callback(provider_name=SandboxIdentity.name, headers=headers, path="/", raw=said) == "accepted"
    assert applying.finish_identity(case_id=case.id)
    check.refresh_from_db()
    return check


def prove_signer(party: CaseParty) -> None:
    """Let a further signer have consented and been identified."""
    keys = {item.key for item in party.case.product.definition.consents if party.role in item.required_for}
    joining.consent_as_signer(case_id=party.case_id, party_id=party.id, ticked=keys)
    assert joining.check_signer_identity(case_id=party.case_id, party_id=party.id, ip=IP).result == "passed"


def sign(task: SigningTask) -> None:
    """Read, get the code, sign: all that one signer does. The writing itself is a job."""
    task.refresh_from_db()
    if task.party.role == "representative" or (task.document.kind == "confirmation" and task.party.role in ("insured", "guardian")):
        prove_signer(task.party)
    signing.open_ceremony(task=task, session_hash="s", ip=IP, user_agent=AGENT)
    signing.mark_read(task_id=task.id, party_id=task.party_id, shown_digest=task.shown_digest)
    sent = signing.send_willingness_code(task_id=task.id, party_id=task.party_id, shown_digest=task.shown_digest, ip=IP)
    signing.accept_signature(
        task_id=task.id,
        party_id=task.party_id,
        shown_digest=task.shown_digest,
        proof=Proof(code_id=sent.id, code=code_in(sent)),
        strokes=STROKES,
        session_hash="s",
        ip=IP,
        user_agent=AGENT,
    )


def sign_all(document: Document, drain: Callable[[], int]) -> None:
    """Let everybody sign a document in order; each signature is written before the next signer comes."""
    for task in document.signing_tasks.exclude(party__role="company").order_by("position"):
        sign(task)
        drain()


def signed(
    code: str, drain: Callable[[], int], *, first: bool = False, seed: int = 1, change: Callable[[Any], None] | None = None, **sample: Any
) -> Case:
    """Return a case whose confirmation everybody has signed and the rules have judged. ``change`` alters the sample application.

    ``first``: nothing was changed since the fixture ``platform``; the way is walked once a process (``snapshots.state``).
    """
    if first:
        return _once("signed", code, sample, lambda: signed(code, drain, seed=seed, **sample))
    case = start(code)
    application = content.sample_application(code, seed=seed, **sample)
    if change:
        change(application)
    sign_all(apply(case, application), drain)
    case.refresh_from_db()
    return case


def issued(code: str, drain: Callable[[], int], *, first: bool = False, **sample: Any) -> Case:
    """Return a paid case whose policy is sealed and delivered; ``first`` as for :func:`signed`."""
    if first:
        return _once("issued", code, sample, lambda: _paid(signed(code, drain, first=True, **sample), drain))
    return _paid(signed(code, drain, **sample), drain)


def _paid(case: Case, drain: Callable[[], int]) -> Case:
    pay(case)
    drain()
    return Case.objects.get(pk=case.pk)


def acknowledged(code: str, drain: Callable[[], int], *, first: bool = False, **sample: Any) -> Case:
    """Return a case whose policy the customer has acknowledged, archived if that was all; ``first`` as for :func:`signed`."""
    if first:
        return _once("acknowledged", code, sample, lambda: _received(issued(code, drain, first=True, **sample), drain))
    return _received(issued(code, drain, **sample), drain)


def _once(state: str, code: str, sample: dict[str, Any], walk: Callable[[], Case]) -> Case:
    return Case.objects.get(pk=snapshots.state(f"life: {state} {code} {sample}", lambda: walk().pk))


def _received(case: Case, drain: Callable[[], int]) -> Case:
    sign_all(acknowledging.present_acknowledgement(case_id=case.id), drain)
    return Case.objects.get(pk=case.pk)


def newest(document: Document) -> bytes:
    """Return the file of a document's newest revision."""
    return documents.read(document.revisions.order_by("-number").first())


def code_in(sent: Any) -> str:
    """Return the one-time code as the phone shows it."""
    found = re.search(r"\d{6}", sent.notice.content["body"])
    assert found
    return found.group(0)


def paid(case: Case, **changes: Any) -> dict[str, Any]:
    """Return what the sandbox gateway says of the open order, once it is paid."""
    order = PaymentOrder.objects.get(case=case, state="open")
    return {
        "order_id": str(order.id),
        "case_number": case.number,
        "amount": order.amount,
        "currency": order.currency,
        "transaction_id": f"SB{order.id.hex}",
        "payer": "test",
        **changes,
    }


def pay(case: Case, **changes: Any) -> str:
    """Pay the open order by a genuine callback of the sandbox gateway; ``changes`` make it a wrong one."""
    payments.start_payment(case_id=case.id)
    raw = canonical(paid(case, **changes))
    stamp = str(int(clock.now().timestamp()))
    return payments.take_callback(
        gateway_name="sandbox", timestamp=stamp, signature=gateways.sign(gateways.SandboxGateway().key(), stamp, raw), raw=raw
    )
