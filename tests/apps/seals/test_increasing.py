"""More uses of a grant on one day: a passkey approves it, the keeper counts only that; and the register as a sealed file."""

from __future__ import annotations

import pytest
from django.db import transaction

from tests.apps.seals.requesting import PARTY
from tests.apps.seals.test_signing import seal, store
from tests.passkeys import phone_of
from vermilion.apps.parties import passkeys
from vermilion.apps.parties.passkeys import Assertion
from vermilion.apps.seals import errors, increasing, registering, services
from vermilion.apps.seals.models import GrantIncrease
from vermilion.apps.seals.signing import trust_store
from vermilion.base.clock import now
from vermilion.core.pdf.verify import verify_pdf


def decide(increase, staff, phone, decision="approve", **changes):
    challenge = increasing.ask(increase=increase, staff=staff, decision=decision, party=PARTY)
    client_data, data, signature = phone.answer(passkeys.challenge_bytes(challenge))
    answer = Assertion(phone.credential_id, client_data, data, signature)
    facts = {"shown_digest": increase.digest, "decision": decision, "visit": {}, **changes}
    return increasing.decide(increase_id=increase.pk, staff=staff, challenge_id=challenge.id, answer=answer, **facts)


def test_an_increase_lets_the_keeper_go_on_only_when_a_passkey_of_somebody_else_approved_it(register):
    asker, approver = register.staff[0], register.staff[1]
    for _time in range(register.grant.daily_limit):
        store(seal(register.permit()))
    permission = register.permit()
    with pytest.raises(errors.GrantExceeded):
        seal(permission)
    increase = increasing.ask_increase(grant_id=register.grant.pk, extra=1, reason="月末集中出单", by=asker)
    assert increasing.ask_increase(grant_id=register.grant.pk, extra=5, reason="again", by=asker) == increase
    with pytest.raises(errors.IncreaseRefused):
        increasing.ask(increase=increase, staff=asker, decision="approve", party=PARTY)
    # Written into the table without a passkey: the keeper does not count it.
    about = {"decided_by": approver, "decided_at": now()}
    GrantIncrease.objects.filter(pk=increase.pk).update(state="approved", proof={}, **about)
    with pytest.raises(errors.GrantExceeded):
        seal(permission)
    GrantIncrease.objects.filter(pk=increase.pk).update(state="waiting", proof=None, decided_by=None, decided_at=None)
    decide(increase, approver, phone_of(approver.user))
    store(seal(permission))
    with pytest.raises(errors.GrantExceeded):
        seal(register.permit())
    # What was approved cannot be made larger afterwards.
    GrantIncrease.objects.filter(pk=increase.pk).update(extra=100)
    with pytest.raises(errors.GrantExceeded):
        seal(register.permit())
    with pytest.raises(errors.IncreaseRefused):
        increasing.ask(increase=GrantIncrease.objects.get(), staff=register.staff[2], decision="approve", party=PARTY)


def test_the_register_is_a_file_that_the_seal_closes_and_needs_a_grant_of_its_own(register):
    data = {"insurer": register.insurer.name, "demo": True, "period": "x", "count": "1", "made": "x"}
    data |= {"columns": ["列"] * 10, "rows": [["0" * 16 + "\n" + "1" * 16] * 10] * 60}
    with pytest.raises(errors.GrantMissing):
        registering.sealed_register(insurer=register.insurer, data=data)
    asked = {"document_kinds": ["seal_register"], "products": [], "max_amount": None, "daily_limit": 3, "requested_by": register.staff[0]}
    period = {"valid_from": register.seal.valid_from, "valid_to": register.seal.valid_to}
    grant = services.request_grant(seal_id=register.seal.id, **asked, **period)
    for person in register.staff[1:]:
        services.approve_grant(grant_id=grant.id, by=person)
    sealed = registering.sealed_register(insurer=register.insurer, data=data)
    assert verify_pdf(sealed.pdf, trust=trust_store(), now=now()).bottom_line == "valid"
    use = register.seal.uses.get()
    assert (use.state, use.permission.document_kind) == ("stored", "seal_register")
    with transaction.atomic():
        (people,) = registering.people_of([use]).values()
    assert (people.asked, people.approved) == ("custodian", ("first（演示数据）", "second（演示数据）"))
