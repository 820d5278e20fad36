"""Signing at once: nobody waits for another, the file stays whole, and the last signature closes it, whoever gives it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from tests import life, snapshots
from vermilion.apps.cases.models import Document
from vermilion.apps.cases.transitions import State
from vermilion.apps.notices.models import Notice
from vermilion.apps.products.rules import SigningRule
from vermilion.apps.products.services import publish
from vermilion.apps.seals.signing import trust_store
from vermilion.apps.signing import links
from vermilion.apps.signing import services as signing
from vermilion.apps.signing.errors import NotYourTurn
from vermilion.apps.signing.models import TaskState
from vermilion.base import clock
from vermilion.base.canonical import digest
from vermilion.cli.demo import content
from vermilion.core.pdf.verify import verify_pdf

pytestmark = pytest.mark.django_db(transaction=True)
Drain = Callable[..., int]


def spouses(*, also: dict[str, Any] | None = None, **rule: Any) -> Document:
    """Return a confirmation that policyholder and insured must sign, of a product with this signing rule; ``also``: other parts of it."""
    changes = {"signing": SigningRule(**rule), "version": "2026-9", **(also or {})}
    changed = content.product("critical_illness").model_copy(update=changes)
    publish(insurer=life.insurer(), definition=changed)
    case = life.start("critical_illness")
    return life.apply(case, content.sample_application("critical_illness", seed=11, insured="spouse"))


@pytest.fixture
def together(platform: object) -> Document:
    return snapshots.state("two sign at once", lambda: spouses(order="parallel"))


def test_who_signs_at_once_is_called_at_once_and_either_may_be_the_last(together: Document, drain_jobs: Drain) -> None:
    holder, insured = together.signing_tasks.select_related("party").order_by("party__role").reverse()
    assert (holder.party.role, insured.party.role) == ("policyholder", "insured")
    assert Notice.objects.filter(case=together.case, party=insured.party, template="sign_link").count() == 1
    life.sign(insured)
    drain_jobs()
    insured.refresh_from_db()
    assert insured.state == TaskState.SIGNED
    assert together.revisions.count() == 2
    half = verify_pdf(life.newest(together), trust=trust_store(), now=clock.now())
    assert (half.bottom_line, [one.signer for one in half.signatures]) == ("valid", [insured.party.personal["name"]])
    links.remind(case_id=together.case_id, party_id=holder.party_id)
    life.sign(holder)
    drain_jobs()
    together.refresh_from_db()
    whole = verify_pdf(life.newest(together), trust=trust_store(), now=clock.now())
    assert {one.signer for one in whole.signatures} == {task.party.personal["name"] for task in (insured, holder)}
    assert list(together.revisions.order_by("number").values_list("signed_by", flat=True)) == ["", "insured", "policyholder"]
    assert (whole.bottom_line, together.closed_at is not None) == ("valid", True)
    assert together.case.state == State.AWAITING_PAYMENT
    # Each was called once; nobody is called again when the other one has signed.
    assert Notice.objects.filter(case=together.case, party=insured.party, template="sign_link").count() == 1
    # Only the last signature closes the file.
    assert life.newest(together).count(b"/TransformMethod /FieldMDP") == 1


def test_two_accepted_at_the_same_time_are_written_one_after_the_other(together: Document, drain_jobs: Drain) -> None:
    for task in together.signing_tasks.all():
        life.sign(task)
    assert together.revisions.count() == 1
    drain_jobs()
    verdict = verify_pdf(life.newest(together), trust=trust_store(), now=clock.now())
    assert (verdict.bottom_line, len(verdict.signatures), together.revisions.count()) == ("valid", 2, 3)


def test_one_refusal_ends_what_others_were_to_sign_at_the_same_time(together: Document) -> None:
    holder, insured = together.signing_tasks.select_related("party").order_by("party__role").reverse()
    signing.refuse(task_id=insured.id, party_id=insured.party_id, reason="too dear")
    holder.refresh_from_db()
    together.case.refresh_from_db()
    assert (together.case.state, holder.state) == (State.WITHDRAWN, TaskState.VOID)


def test_in_order_nobody_is_reminded_before_her_turn(platform: object) -> None:
    document = snapshots.state("two sign, hidden", lambda: spouses(hidden=True))
    second = document.signing_tasks.get(party__role="insured")
    with pytest.raises(NotYourTurn):
        links.remind(case_id=document.case_id, party_id=second.party_id)


def test_a_rule_that_says_nothing_leaves_the_digest_of_a_product_as_it_was() -> None:
    definition = content.product("medical")
    assert "signing" not in definition.model_dump(mode="json")
    changed = definition.model_copy(update={"signing": SigningRule(order="parallel")})
    assert digest(changed.model_dump(mode="json")) != digest(definition.model_dump(mode="json"))
    with pytest.raises(ValidationError):
        SigningRule(order="parallel", hidden=True)
