"""Approvals weaker than a passkey: the keeper believes the codes it made itself, nothing that the application's role writes."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from tests import snapshots
from tests.apps.seals.requesting import PARTY, make_request, paper
from tests.apps.seals.test_granting import approve
from tests.apps.seals.test_requests import ZONE, _decision, proof_of
from tests.apps.seals.test_signing import PLACES, SVG, document, seal, store
from tests.passkeys import phone_of
from vermilion.apps.parties import passkeys
from vermilion.apps.parties.errors import PasskeyDemanded
from vermilion.apps.parties.models import Insurer, Passkey, Role
from vermilion.apps.parties.passkeys import Assertion
from vermilion.apps.seals import errors, granting, services, weaker
from vermilion.apps.seals.keeper import client
from vermilion.apps.seals.keeper.client import ToApprove
from vermilion.apps.seals.models import KnownPasskey, Seal, SealGrant, SealPermission, SealRequest, WeakerProof
from vermilion.apps.seals.requests import approving, sealing
from vermilion.base import clock, instance
from vermilion.base.canonical import sha256
from vermilion.base.models import InstanceFact
from vermilion.core.pdf.fields import add_signature_fields

SMS = {"method": weaker.SMS}


def terms(register, **changes):
    facts = {"document_kinds": ["policy"], "products": [], "max_amount": None, "daily_limit": 5, "requested_by": register.staff[0]}
    period = {"valid_from": register.seal.valid_from, "valid_to": register.seal.valid_to}
    return services.request_grant(seal_id=register.seal.pk, **facts | period | changes)


@pytest.fixture
def asked(register):
    """A grant that waits; the one that the register began with is over."""
    services.revoke_grant(grant_id=register.grant.pk, by=register.staff[0], reason="x")
    return terms(register)


def about(subject, person, shown):
    return ToApprove(uuid.uuid4(), subject, person.pk, shown)


def proven(subject, person, shown):
    """Have the keeper see a code entered by ``person``."""
    code = about(subject, person, shown)
    client.prove_code(code, client.make_code(code))


def real_instance():
    """Let this be no demonstration, in which an authenticator's code and the seed's word count."""
    with snapshots.guards_asleep():
        InstanceFact.objects.update(value=False)
    instance.forget()


def test_a_code_counts_once_in_time_and_for_what_it_was_made_for(register, asked, keeper):
    first, second = register.staff[1:]
    code = about(asked.pk, first, asked.terms_digest)
    value = client.make_code(code)
    others = [
        ToApprove(code.id, uuid.uuid4(), first.pk, asked.terms_digest),
        ToApprove(code.id, asked.pk, second.pk, asked.terms_digest),
        ToApprove(code.id, asked.pk, first.pk, "0" * 64),
        ToApprove(uuid.uuid4(), asked.pk, first.pk, asked.terms_digest),
    ]
    for other in others:
        with pytest.raises(errors.ApprovalNotProven):
            client.prove_code(other, value)
    client.prove_code(code, value)
    with pytest.raises(errors.ApprovalNotProven):
        client.prove_code(code, value)
    guessed = about(asked.pk, first, asked.terms_digest)
    value = client.make_code(guessed)
    for _try in range(5):
        with pytest.raises(errors.ApprovalNotProven):
            client.prove_code(guessed, "x")
    with pytest.raises(errors.ApprovalNotProven):
        client.prove_code(guessed, value)
    late = about(asked.pk, first, asked.terms_digest)
    value = client.make_code(late)
    keeper.operations._clock = lambda: clock.now() + timedelta(minutes=5)
    with pytest.raises(errors.ApprovalNotProven):
        client.prove_code(late, value)
    assert WeakerProof.objects.filter(proven_at__isnull=False).count() == 1
    Insurer.objects.update(passkeys_required=True)
    with pytest.raises(errors.ApprovalNotProven):
        client.make_code(about(asked.pk, first, asked.terms_digest))


def test_two_codes_make_a_grant_until_passkeys_are_demanded(register, asked):
    for person in register.staff[1:]:
        with pytest.raises(DatabaseError, match="no code"):
            granting.approve_grant(grant_id=asked.pk, by=person, method=weaker.SMS)
        proven(asked.pk, person, asked.terms_digest)
        granting.approve_grant(grant_id=asked.pk, by=person, method=weaker.SMS)
    store(seal(register.permit()))
    permission = register.permit()
    Insurer.objects.update(passkeys_required=True)
    with pytest.raises(errors.GrantNotApproved):
        seal(permission)


def test_a_request_is_approved_by_a_code_and_refused_by_a_log_in(register):
    asker, first, second = register.staff
    asker.roles = [Role.CLERK]
    asker.save()
    asked, other = make_request(register.seal, asker, 2), make_request(register.seal, asker, 1)
    say = {"request_id": asked.pk, "staff": first, "shown_digest": asked.list_digest, "decision": "approve"}
    with pytest.raises(DatabaseError, match="no code"):
        approving.decide_weakly(**say, proof=SMS)
    proven(asked.pk, first, asked.list_digest)
    approving.decide_weakly(**say, proof=SMS)
    sealing.run(request_id=asked.pk)
    assert SealRequest.objects.get(pk=asked.pk).state == "done"
    refusal = {"request_id": other.pk, "staff": second, "shown_digest": other.list_digest, "decision": "refuse", "reason": "金额有误"}
    Insurer.objects.update(passkeys_required=True)
    second.insurer.refresh_from_db()
    with pytest.raises(PasskeyDemanded):
        approving.decide_weakly(**refusal, proof={"method": weaker.SESSION})
    Insurer.objects.update(passkeys_required=False)
    second.insurer.refresh_from_db()
    assert approving.decide_weakly(**refusal, proof={"method": weaker.SESSION}).state == "refused"


def test_a_list_that_a_code_approved_stops_when_passkeys_are_demanded(register):
    asker, first, _second = register.staff
    asked = make_request(register.seal, asker, 1)
    proven(asked.pk, first, asked.list_digest)
    approving.decide_weakly(request_id=asked.pk, staff=first, shown_digest=asked.list_digest, decision="approve", proof=SMS)
    Insurer.objects.update(passkeys_required=True)
    with pytest.raises(errors.RequestNotApproved):
        services.seal_document(permission_id=SealPermission.objects.get(request=asked).pk, pdf=paper(1), zone=ZONE)


def written(asked, first, second, **changes):
    """A grant written as its approvals would make it: the terms' digest is right."""
    grant = SealGrant.objects.get(pk=asked.pk)
    grant.pk, grant.state = uuid.uuid4(), "active"
    grant.first_approver, grant.second_approver = first, second
    for name, value in changes.items():
        setattr(grant, name, value)
    grant.terms_digest = granting.terms_digest(grant)
    grant.first_approved_at = grant.second_approved_at = clock.now()
    grant.first_proof = {"method": weaker.SMS, "shown": grant.terms_digest} | (grant.first_proof or {})
    grant.second_proof = {"method": weaker.SMS, "shown": grant.terms_digest} | (grant.second_proof or {})
    grant.save(force_insert=True)
    return grant


def approval(register, person, proof, **changes):
    facts = {"kind": "approval", "seal": register.seal, "document": uuid.uuid4(), "document_kind": "endorsement", "basis": uuid.uuid4()}
    facts |= {"approved_by": person.pk, "shown_digest": sha256(document()), "expires_at": clock.now() + timedelta(hours=1), "proof": proof}
    return SealPermission.objects.create(**facts | changes)


def test_the_applications_role_writes_no_weaker_approval(register, asked, as_role):
    """What plain SQL with that role could try: a larger grant, a decision, a permission, and what would vouch for them."""
    asker, first, second = register.staff
    asker.roles = [Role.CLERK]
    asker.save()
    request = make_request(register.seal, asker, 1)
    proven(asked.pk, first, asked.terms_digest)
    proven(asked.pk, second, asked.terms_digest)
    code = about(asked.pk, first, "5" * 64)
    client.make_code(code)
    passkey = Passkey.objects.create(user=first.user, name="x", credential_hash="6" * 64, data=b"x", created_at=clock.now())
    real_instance()
    facts = {"subject": asked.pk, "by": first, "shown_digest": asked.terms_digest, "made_at": clock.now(), "proven_at": clock.now()}
    attempts = [
        lambda: written(asked, first, second, daily_limit=1_000_000),
        lambda: written(asked, first, second, first_proof={"method": "operator"}, second_proof={"method": "operator"}),
        lambda: written(asked, first, second, first_proof={"method": "session"}, second_proof={"method": "session"}),
        lambda: written(asked, first, second, first_proof={"method": "password+totp"}, second_proof={"method": "password+totp"}),
        lambda: SealGrant.objects.filter(pk=asked.pk).update(first_approver=second, first_proof={"method": "session", "shown": "0" * 64}),
        lambda: _decision(request, first, first.pk, SMS | {"shown": request.list_digest}),
        lambda: _decision(request, first, first.pk, {"method": "session", "shown": request.list_digest}),
        lambda: approval(register, first, None),
        lambda: approval(register, first, {"method": "password+totp", "shown": sha256(document())}),
        lambda: approval(register, first, SMS | {"shown": sha256(document())}),
        lambda: approval(register, first, None, kind="staff", seal=None),
        lambda: approval(register, first, SMS | {"shown": "0" * 64}, kind="staff", seal=None),
        lambda: WeakerProof.objects.create(method="session", **facts),
        lambda: WeakerProof.objects.filter(pk=code.id).update(proven_at=clock.now()),
        lambda: WeakerProof.objects.all().delete(),
        lambda: KnownPasskey.objects.create(passkey=passkey, staff=first, data_sha256=sha256(b"x"), known_at=clock.now()),
        lambda: KnownPasskey.objects.update(staff=second),
        lambda: InstanceFact.objects.update(value=True),
        lambda: Seal.objects.update(insurer=uuid.uuid4()),
        lambda: sql("CREATE TEMPORARY TABLE seals_weakerproof (LIKE public.seals_weakerproof)"),
        lambda: sql("CREATE TEMPORARY TABLE base_instancefact (LIKE public.base_instancefact)"),
        lambda: sql("CREATE SCHEMA mine"),
        lambda: sql("CREATE TABLE public.mine (id int)"),
        lambda: sql("ALTER TABLE seals_sealgrant DISABLE TRIGGER USER"),
        lambda: sql("SET session_replication_role = replica"),
        lambda: sql("CREATE OR REPLACE FUNCTION seals_weaker_stands(jsonb, uuid, uuid, text) RETURNS bool AS 'SELECT true' LANGUAGE sql"),
    ]  # fmt: skip
    as_role("app")
    for number, attempt in enumerate(attempts):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
            raise AssertionError(number)


def sql(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("way", ["password+sms", "session", "operator", "password+totp"])
def test_the_keeper_believes_no_weaker_approval_that_it_did_not_see(register, asked, way):
    """The triggers asleep: the worst that somebody with the database can do short of being its owner. Codes for other terms are there."""
    asker, first, second = register.staff
    for person in (first, second):
        proven(asked.pk, person, asked.terms_digest)
    real_instance()
    request = make_request(register.seal, asker, 1)
    with snapshots.guards_asleep():
        written(asked, first, second, daily_limit=1_000, first_proof={"method": way}, second_proof={"method": way})
        _decision(request, first, first.pk, {"method": way, "shown": request.list_digest})
        until = clock.now() + timedelta(days=1)
        SealRequest.objects.filter(pk=request.pk).update(state="approved", decided_at=clock.now(), use_until=until)
        item = request.items.get()
        asked_for = approval(register, first, None, kind="request", request=request, document=item.pk, shown_digest=item.shown_digest)
        approved = approval(register, first, {"method": way, "shown": sha256(document())})
        shown = add_signature_fields(document(), PLACES)
        forged = {"kind": "staff", "seal": None, "shown_digest": sha256(shown)}
        own = approval(register, first, {"method": way, "shown": "0" * 64}, **forged)
    with pytest.raises(errors.GrantNotApproved):
        seal(register.permit())
    with pytest.raises(errors.RequestNotApproved):
        services.seal_document(permission_id=asked_for.pk, pdf=paper(1), zone=ZONE)
    with pytest.raises(errors.ApprovalNotProven):
        seal(approved)
    with pytest.raises(errors.ApprovalNotProven):
        services.sign_by_person(permission_id=own.pk, pdf=shown, field="insured", appearance_svg=SVG, lines=["x"], is_last=True)


def test_a_passkey_that_somebody_wrote_into_the_table_approves_nothing(register, asked):
    """Its answer is right in every way; but the keeper was never told whose it is."""
    first = register.staff[1]
    phone = phone_of(first.user, known=False)
    challenge = granting.ask(grant=asked, staff=first, party=PARTY)
    client_data, data, signature = phone.answer(passkeys.challenge_bytes(challenge))
    answer = Assertion(phone.credential_id, client_data, data, signature)
    with pytest.raises(errors.PasskeyUnknown):
        granting.decide(grant_id=asked.pk, staff=first, shown_digest=asked.terms_digest, challenge_id=challenge.id, answer=answer)
    assert SealGrant.objects.get(pk=asked.pk).first_approver is None
    # What it would have proven, written by hand.
    with passkeys.spending(challenge_id=(challenge := granting.ask(grant=asked, staff=first, party=PARTY)).id, user=first.user):
        client_data, data, signature = phone.answer(passkeys.challenge_bytes(challenge))
        bound = granting._bound(asked.pk, asked.terms_digest)
        answer = Assertion(phone.credential_id, client_data, data, signature)
        kept = passkeys.evidence(passkeys.prove(challenge_id=challenge.id, answer=answer, bound=bound, user=first.user))
    passkeys.check_evidence(kept)
    with pytest.raises(DatabaseError, match="no code"), transaction.atomic():
        approval(register, first, {"method": "passkey", **kept}, basis=asked.pk, shown_digest=asked.terms_digest)
    what = (str(asked.pk), asked.terms_digest, "approve")
    assert not granting.judging.proves(kept, by=first.pk, about=what)
    client.know_passkey(Passkey.objects.get(user=first.user).pk)
    assert granting.judging.proves(kept, by=first.pk, about=what)
    assert not granting.judging.proves(kept, by=register.staff[2].pk, about=what)
    with pytest.raises(errors.PasskeyUnknown):
        client.know_passkey(uuid.uuid4())


def test_a_passkey_that_ended_approves_nothing_from_then_on_whoever_writes(register, asked):
    """Somebody has the lost phone, and the database: the answer is right, and made after the reset."""
    first, second = register.staff[1:]
    grants, phones = [terms(register, daily_limit=7), asked], {person: phone_of(person.user) for person in (first, second)}
    for person in (first, second):
        approve(SealGrant.objects.get(pk=asked.pk), person, phones[person])
    store(seal(register.permit()))
    lost = passkeys.usable(first.user)[0]
    proof = proof_of(first, phones[first], subject=str(grants[0].pk), shown_digest=grants[0].terms_digest)
    passkeys.remove(passkey_id=lost.pk, user=first.user)
    facts = {"first_approver": first, "first_approved_at": clock.now(), "first_proof": {"method": "passkey", **proof}}
    for attempt in (
        lambda: SealGrant.objects.filter(pk=grants[0].pk).update(**facts),
        lambda: approval(register, first, {"method": "passkey", **proof}),
        lambda: approval(register, second, {"method": "passkey", **proof}),  # hers, under another name
    ):
        with pytest.raises(DatabaseError, match="no code"), transaction.atomic():
            attempt()
    store(seal(register.permit()))  # what it approved before stands
