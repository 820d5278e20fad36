"""Which proofs of the will a product accepts, and where a written name is asked."""

from __future__ import annotations

import pytest

from tests import factories
from vermilion.apps.cases.transitions import State
from vermilion.apps.products.models import ProductVersion
from vermilion.apps.products.proving import WillingnessRule
from vermilion.apps.signing import proofs
from vermilion.base.canonical import digest


def test_what_a_product_does_not_say_is_not_in_its_digest() -> None:
    assert set(WillingnessRule(methods=["sms", "face"]).model_dump()) == {"methods", "statement"}
    assert {"others", "acknowledgement_by_hand"} < set(WillingnessRule(others=["passkey"], acknowledgement_by_hand=True).model_dump())


@pytest.mark.django_db
def test_a_receipt_needs_a_written_name_only_where_the_product_says_so() -> None:
    task = factories.case_in(State.DELIVERED).signing_tasks.select_related("document", "case__product").first()
    assert task is not None
    assert proofs.by_hand(task)
    task.document.kind = proofs.ACKNOWLEDGEMENT
    assert not proofs.by_hand(task)
    assert proofs.accepted(task) == ["sms", "passkey"]
    product = task.case.product
    changed = {**product.data, "willingness": {"methods": ["sms"], "acknowledgement_by_hand": True}}
    task.case.product = ProductVersion(data=changed, digest=digest(changed))
    assert proofs.by_hand(task)
    assert proofs.accepted(task) == ["sms"]
