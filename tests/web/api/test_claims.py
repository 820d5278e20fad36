"""A claims system reports its decision: a sealed notice, judged by the version of that day, in the customer's hands and on record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests import factories, life
from tests.apps.templates.papers import sample
from tests.web.api.system import System, problem
from vermilion.apps.cases.models import Case
from vermilion.apps.chronicle.queries import events
from vermilion.apps.parties.models import Insurer
from vermilion.apps.policies import claims
from vermilion.apps.policies.models import Policy
from vermilion.apps.policies.verifying import judge
from vermilion.base import clock
from vermilion.web.portal.documents import visible

Drain = Callable[..., int]
_HEAD = ("demo", "insurer", "branch", "verify_url", "document_code", "made_at", "case_code", "product", "claim_no", "policy_no")


def said(kind: str, **changes: Any) -> dict[str, Any]:
    """Return a notice's own fields as a claims system sends them, of an event of yesterday."""
    data = {key: value for key, value in sample(f"{kind}/sample.json").items() if key not in (*_HEAD, "version", "decided_on")}
    event = {**data["event"], "on": (clock.today() - timedelta(days=1)).isoformat()}
    return {**data, "event": event, **changes}


def decision(conclusion: str = "paid", claim_no: str = "CL-0001", **changes: Any) -> dict[str, Any]:
    kind = {"paid": "claim_decision", "refused": "claim_refusal"}[conclusion]
    return {"claim_no": claim_no, "conclusion": conclusion, "decided_on": clock.today().isoformat(), "notice": said(kind, **changes)}


def test_a_decision_becomes_a_sealed_notice(platform: Insurer, drain_jobs: Drain) -> None:
    case_id = life.issued("critical_illness", drain_jobs, first=True).pk
    case, system = Case.objects.get(pk=case_id), System(platform)
    path = f"policies/{case.policy.number}/claim-decisions"
    for conclusion, claim_no in (("paid", "CL-0001"), ("refused", "CL-0002")):
        answer = system.post(path, decision(conclusion, claim_no))
        assert (answer.status_code, answer.json()["policy_version"], answer.json()["document"]) == (202, 1, None), answer.content
    drain_jobs()
    told = [system.get(f"{path}/{claim_no}").json()["document"] for claim_no in ("CL-0001", "CL-0002")]
    assert [one["kind"] for one in told] == ["claim_decision", "claim_refusal"]
    holder = case.parties.get(role="policyholder")
    shown = {row.kind: row for row in visible(case, holder)}
    for one in told:
        assert judge(life.newest(shown[one["kind"]])).kind == "genuine"
    assert case.notices.filter(template="claim_decided", channel="sms").count() == 2
    recorded = [event for event in events("case", case.id) if event.type == "claim.decided"]
    assert [(event.public["conclusion"], event.private["number"]) for event in recorded] == [("paid", "CL-0001"), ("refused", "CL-0002")]

    # Twice is once; another decision of the same claim is refused.
    assert system.post(path, decision("paid", "CL-0001")).status_code == 202
    problem(system.post(path, decision("refused", "CL-0001")), 409, "claim_decided")
    claims.send_notice(decision_id=case.policy.claim_decisions.first().pk)
    assert case.documents.filter(kind__in=("claim_decision", "claim_refusal")).count() == 2


def test_what_no_notice_can_be_made_of_is_refused_at_once(db: None) -> None:
    case = factories.case_in("delivered")
    system, policy = System(case.insurer), Policy.objects.get(case=case)
    path = f"policies/{policy.number}/claim-decisions"
    problem(system.post(path, decision(total=1)), 422, "claim_decision_invalid")
    problem(system.post(path, decision(effect="")), 422, "claim_decision_invalid")
    problem(system.post(path, decision(event={"on": "tomorrow", "kind": "疾病"})), 422, "claim_decision_invalid")
    problem(system.post(path, decision(surprise=1)), 422, "claim_decision_invalid")
    problem(system.post(path, decision(effect="😀")), 422, "unprintable_characters")
    later = (clock.today() + timedelta(days=1)).isoformat()
    problem(system.post(path, {**decision(), "decided_on": later}), 422, "decided_in_future")
    problem(System(factories.insurer("other")).post(path, decision()), 404, "policy_not_found")
    assert System(case.insurer, "policies:read", name="读").post(path, decision()).status_code == 403
    assert not policy.claim_decisions.exists()
    assert not case.documents.filter(kind="claim_decision").exists()
