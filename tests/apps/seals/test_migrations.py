"""What the migrations make of grants, and of passkeys, that were there before approvals were proven to the keeper."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps

from tests import snapshots
from tests.apps.seals.test_signing import seal, store
from tests.passkeys import phone_of
from vermilion.apps.seals import errors, granting
from vermilion.apps.seals.models import KnownPasskey, SealGrant, WeakerProof
from vermilion.base import instance
from vermilion.base.models import InstanceFact

PROVEN = import_module("vermilion.apps.seals.migrations.0013_grants_by_passkey")
KNOWN = import_module("vermilion.apps.seals.migrations.0015_approvals_known_to_the_keeper")


@pytest.mark.django_db(transaction=True)
def test_a_grant_from_before_goes_on_as_the_weaker_one_that_it_was(register):
    """The real steps over rows as they were: a grant that two people approved by buttons, a passkey, in no demonstration."""
    phone_of(register.staff[1].user, known=False)
    with snapshots.guards_asleep():
        SealGrant.objects.update(terms_digest="", first_proof={}, second_proof={})
        InstanceFact.objects.update(value=False)
        instance.forget()
        permission = register.permit()
    with pytest.raises(errors.GrantNotApproved):
        seal(permission)
    with snapshots.guards_asleep():  # which this migration made only afterwards
        PROVEN.keep(apps, None)
    KNOWN.keep(apps, None)
    grant = SealGrant.objects.get()
    assert (grant.terms_digest, granting.is_weaker(grant)) == (granting.terms_digest(grant), True)
    assert {(one.method, one.subject, one.by) for one in WeakerProof.objects.all()} == {
        ("session", grant.pk, person) for person in register.staff[1:]
    }
    assert KnownPasskey.objects.get().staff == register.staff[1]
    store(seal(register.permit()))
