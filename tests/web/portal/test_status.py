"""What the status page says is what has happened."""

from __future__ import annotations

import pytest

from tests import factories
from vermilion.apps.cases.models import Case
from vermilion.apps.cases.transitions import State
from vermilion.apps.signing.models import TaskState
from vermilion.web.portal import journey, telling
from vermilion.web.portal.access import Access

pytestmark = pytest.mark.django_db


def access_to(case: Case) -> Access:
    return Access(case, case.parties.first(), is_applicant=True, proven=True)


def test_who_never_took_a_step_here_is_not_told_that_she_did() -> None:
    case = factories.case_in(State.DELIVERED, "group_accident")
    assert "identity" in [step["name"] for step in journey.steps(access_to(case)) if step["state"] == "done"]
    case.application_signed_at = None  # ordered by the core system
    steps = {step["name"]: step["state"] for step in journey.steps(access_to(case))}
    assert steps == {"policy": "done", "acknowledgement": "current"}


def test_a_cooling_off_period_is_told_of_only_where_the_product_has_one() -> None:
    for code, expected in (("critical_illness", True), ("group_accident", False)):
        case = factories.case_in(State.DELIVERED, code)
        told = telling.tell(access_to(case), None, paying=False)
        assert ("犹豫期" in str(told.meaning)) is expected


def test_the_last_signer_is_not_told_to_wait_for_others() -> None:
    case = factories.case_in(State.SIGNING)
    case.signing_tasks.update(state=TaskState.ACCEPTED)
    told = telling.tell(access_to(case), case.signing_tasks.get(), paying=False)
    assert "其他人" not in str(told.headline)
