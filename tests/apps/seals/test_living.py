"""A seal's life with a keeper: no key before its review, and no key after its destruction."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.apps.seals.conftest import SVG
from vermilion.apps.chronicle.models import EvidenceEvent
from vermilion.apps.seals import errors, living, services
from vermilion.apps.seals.keeper import client
from vermilion.apps.seals.models import Seal
from vermilion.base.clock import now
from vermilion.base.config import config


def key_files(seal):
    return list(config().home.rglob(f"{seal.key_name}*.key"))


def test_a_key_comes_after_the_review_and_goes_with_the_seal(register):
    asker, second = register.staff[0], register.staff[1]
    facts = {"kind": "claims", "name": "理赔专用章", "size_mm": 38, "picture": SVG, "uploaded": False, "filing": None, "reason": "x"}
    made = living.ask_seal(by=asker, valid_from=now(), valid_to=now() + timedelta(days=300), **facts)
    # The keeper refuses by its own reading, whoever asks it.
    with pytest.raises(errors.SealNotUsable):
        client.certify_seal(made.pk, register.insurer.name)
    living.review_seal(seal_id=made.pk, by=second, good=True)
    active = services.activate_seal(seal_id=made.pk, by=asker)
    services.renew_seal_certificate(seal_id=made.pk)
    assert (active.state, len(key_files(made))) == (Seal.State.ACTIVE, 2)
    with pytest.raises(errors.SealNotUsable):
        client.destroy_seal(made.pk)
    services.freeze(seal_id=made.pk, reason="x")
    ending = living.ask_end(seal_id=made.pk, kind="destroy", reason="公司更名", by=asker)
    with pytest.raises(errors.OwnSeal):
        living.confirm_end(ending_id=ending.pk, by=asker)
    living.confirm_end(ending_id=ending.pk, by=second)
    done = living.destroy_keys(seal_id=made.pk)
    assert done.keys_destroyed_at is not None
    assert key_files(made) == []
    assert living.destroy_keys(seal_id=made.pk).keys_destroyed_at == done.keys_destroyed_at
    assert client.destroy_seal(made.pk) == 0
    assert len(key_files(register.seal)) == 1
    assert EvidenceEvent.objects.filter(stream__subject=made.pk, type="seal.keys_destroyed").count() == 1
    for again in (lambda: services.renew_seal_certificate(seal_id=made.pk), lambda: client.certify_seal(made.pk, "x")):
        with pytest.raises(errors.SealNotUsable):
            again()
