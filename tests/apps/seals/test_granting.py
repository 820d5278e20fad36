"""Grants approved by two passkeys over the digest of their terms; the keeper counts them again, and nothing else is a grant to it."""

from __future__ import annotations

import uuid
from datetime import timedelta
from functools import partial

import pytest
from django.db import DatabaseError, connection, transaction

from tests import snapshots
from tests.apps.seals.requesting import PARTY
from tests.apps.seals.test_signing import seal, store
from tests.at_once import at_once
from tests.passkeys import phone_of
from vermilion.apps.parties import passkeys
from vermilion.apps.parties.errors import PasskeyFailed
from vermilion.apps.parties.models import Insurer, Role, StaffMember
from vermilion.apps.parties.passkeys import Assertion
from vermilion.apps.seals import errors, granting, permitting, services
from vermilion.apps.seals.models import SealGrant
from vermilion.base import clock


@pytest.fixture
def asked(register):
    """A grant that waits; the one that the register began with is over."""
    services.revoke_grant(grant_id=register.grant.pk, by=register.staff[0], reason="x")
    terms = {"document_kinds": ["policy"], "products": [], "max_amount": None, "daily_limit": 2, "reason": "日常出单"}
    period = {"valid_from": register.seal.valid_from, "valid_to": register.seal.valid_to}
    return services.request_grant(seal_id=register.seal.pk, requested_by=register.staff[0], **terms, **period)


def answer_of(phone, challenge):
    client_data, data, signature = phone.answer(passkeys.challenge_bytes(challenge))
    return Assertion(phone.credential_id, client_data, data, signature)


def approve(grant, staff, phone=None, **changes):
    challenge = granting.ask(grant=grant, staff=staff, party=PARTY)
    answer = answer_of(phone or phone_of(staff.user), challenge)
    facts = {"shown_digest": grant.terms_digest, "challenge_id": challenge.id, "answer": answer, **changes}
    return granting.decide(grant_id=grant.pk, staff=staff, **facts)


def forged(grant, **changes):
    """Write a grant as somebody with the application's role could: its digest is right, its approvals are those of ``grant``."""
    forgery = SealGrant.objects.get(pk=grant.pk)
    forgery.pk = uuid.uuid4()
    for name, value in changes.items():
        setattr(forgery, name, value)
    forgery.terms_digest = granting.terms_digest(forgery)
    forgery.save(force_insert=True)
    return forgery


def test_two_passkeys_make_a_grant_that_the_keeper_believes_and_no_copy_of_their_answers_does(register, asked):
    _asker, first, second = register.staff
    assert approve(asked, first).state == "requested"
    with pytest.raises(errors.ApprovalRefused):
        approve(asked, first)
    done = approve(SealGrant.objects.get(pk=asked.pk), second)
    assert (done.state, done.first_approver, done.second_approver) == ("active", first, second)
    for proof in (done.first_proof, done.second_proof):
        passkeys.check_evidence(proof)
        assert (proof["shown"], proof["method"]) == (granting.terms_digest(done), "passkey")
    store(seal(register.permit()))
    # Larger, with the same answers; the first person's answer twice; by people whose passkeys these are not.
    with transaction.atomic():
        services.revoke_grant(grant_id=done.pk, by=first, reason="x")
    for changes in (
        {"daily_limit": 1000},
        {"second_proof": done.first_proof},
        {"first_approver": second, "second_approver": first},
        {"first_proof": {"method": "passkey", "shown": done.terms_digest}},
    ):
        with snapshots.guards_asleep():  # which refuse some of it already
            forgery = forged(done, state="active", **changes)
        with pytest.raises(errors.GrantNotApproved):
            seal(register.permit())
        services.revoke_grant(grant_id=forgery.pk, by=first, reason="x")


def test_two_approvers_at_once_are_two_and_one_person_twice_at_once_is_one(register, asked):
    _asker, first, second = register.staff
    answers = []
    for person in (first, first, second):
        phone = phone_of(person.user)
        challenge = granting.ask(grant=asked, staff=person, party=PARTY)
        answers.append({"staff": person, "challenge_id": challenge.id, "answer": answer_of(phone, challenge)})
    results = at_once(*[partial(granting.decide, grant_id=asked.pk, shown_digest=asked.terms_digest, **about) for about in answers])
    found = sorted(getattr(one, "code", "approved") for one in results)
    asked.refresh_from_db()
    assert found in (["approval_refused", "approved", "approved"], ["approved", "approved", "grant_settled"])
    assert (asked.state, {asked.first_approver, asked.second_approver}) == ("active", {first, second})
    store(seal(register.permit()))


def test_an_answer_serves_once_its_own_grant_and_in_time(register, asked, monkeypatch):
    _asker, first, second = register.staff
    phone = phone_of(first.user)
    challenge = granting.ask(grant=asked, staff=first, party=PARTY)
    answer = answer_of(phone, challenge)
    other = services.request_grant(
        seal_id=register.seal.pk, document_kinds=["policy"], products=[], max_amount=None, daily_limit=9, requested_by=second,
        valid_from=asked.valid_from, valid_to=asked.valid_to,
    )  # fmt: skip
    about = {"staff": first, "challenge_id": challenge.id, "answer": answer}
    with pytest.raises(PasskeyFailed) as refused:
        granting.decide(grant_id=other.pk, shown_digest=other.terms_digest, **about)
    assert refused.value.reason == "other_subject"
    with pytest.raises(PasskeyFailed) as refused:  # it burnt with the attempt
        granting.decide(grant_id=asked.pk, shown_digest=asked.terms_digest, **about)
    assert refused.value.reason == "replayed"
    late = granting.ask(grant=asked, staff=first, party=PARTY)
    with monkeypatch.context() as patch:
        moment = clock.now() + passkeys.LASTS
        patch.setattr(clock, "now", lambda: moment)
        with pytest.raises(PasskeyFailed) as refused:
            granting.decide(
                grant_id=asked.pk, staff=first, shown_digest=asked.terms_digest, challenge_id=late.id, answer=answer_of(phone, late)
            )
    assert refused.value.reason == "expired"
    with pytest.raises(PasskeyFailed):
        approve(asked, second, phone)
    asked.refresh_from_db()
    assert (asked.state, asked.first_approver) == ("requested", None)


def test_two_of_whom_one_is_an_approver_and_each_within_reach(register, asked):
    asker, first, second = register.staff
    for person, role in ((first, Role.CUSTODIAN), (second, Role.COMPLIANCE)):
        person.roles = [role]
        person.save()
    with pytest.raises(errors.ApprovalRefused):
        granting.ask(grant=asked, staff=asker, party=PARTY)
    approve(asked, first)
    asked.refresh_from_db()
    with pytest.raises(errors.ApproverMissing):
        granting.ask(grant=asked, staff=second, party=PARTY)
    second.roles = [Role.CLERK]
    with pytest.raises(errors.ApprovalRefused):
        granting.ask(grant=asked, staff=second, party=PARTY)
    second.roles = [Role.APPROVER]
    second.save()
    second = StaffMember.objects.get(pk=second.pk)
    second.bindings.create(role=Role.APPROVER, branch=second.branch)
    with pytest.raises(errors.ApprovalRefused):  # the company's seal is not a branch's to lend
        granting.ask(grant=asked, staff=second, party=PARTY)


def test_no_grant_comes_into_force_without_an_approver_even_by_sql_and_none_ends_with_her_role(register, asked):
    """What the application's role could write: two people's own passkeys, neither of whom is an approver."""
    _asker, first, second = register.staff
    approve(asked, first)
    done = approve(SealGrant.objects.get(pk=asked.pk), second)
    people = StaffMember.objects.filter(pk__in=[first.pk, second.pk])
    people.update(roles=[Role.COMPLIANCE])
    store(seal(register.permit()))  # who approved it may change her post; the grant stands
    services.revoke_grant(grant_id=done.pk, by=first, reason="x")
    waits = forged(done, state="requested")
    attempts = [
        lambda: forged(done, state="active"),
        lambda: SealGrant.objects.filter(pk=waits.pk).update(state="active"),
        lambda: people.update(roles=[Role.APPROVER], active=False) and forged(done, state="active"),
    ]
    for attempt in attempts:
        with pytest.raises(DatabaseError, match="is an approver"), transaction.atomic():
            attempt()
    people.filter(pk=second.pk).update(roles=[Role.APPROVER])
    SealGrant.objects.filter(pk=waits.pk).update(state="active")
    with pytest.raises(errors.GrantNotApproved):  # in force, but its answers were for other terms
        seal(register.permit())


def test_a_weaker_way_counts_until_the_insurer_demands_passkeys(register):
    store(seal(register.permit()))
    permission = register.permit()
    Insurer.objects.filter(pk=register.insurer.pk).update(passkeys_required=True)
    with pytest.raises(errors.GrantNotApproved):
        register.permit()
    with pytest.raises(errors.GrantNotApproved):
        seal(permission)


def test_terms_and_approvals_never_change_even_by_sql(register, asked):
    approve(asked, register.staff[1])
    for change in (
        "UPDATE seals_sealgrant SET daily_limit = 100000",
        "UPDATE seals_sealgrant SET products = '{x}'",
        f"UPDATE seals_sealgrant SET valid_to = valid_to + interval '1 year' WHERE id = '{asked.pk}'",
        f"UPDATE seals_sealgrant SET first_proof = '{{}}' WHERE id = '{asked.pk}'",
        f"UPDATE seals_sealgrant SET state = 'active' WHERE id = '{asked.pk}'",
        f"UPDATE seals_sealgrant SET state = 'active' WHERE id = '{register.grant.pk}'",
        f"DELETE FROM seals_sealgrant WHERE id = '{asked.pk}'",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)


def test_an_expired_grant_permits_nothing(register, asked, monkeypatch):
    for person in register.staff[1:]:
        asked.refresh_from_db()
        approve(asked, person)
    moment = asked.valid_to + timedelta(seconds=1)
    monkeypatch.setattr(permitting, "now", lambda: moment)
    with pytest.raises(errors.GrantExceeded):
        register.permit()
