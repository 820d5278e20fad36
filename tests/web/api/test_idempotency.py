"""``Idempotency-Key`` over HTTP: every POST of the document, once, and the same answer for ever."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests import factories
from tests.at_once import at_once
from tests.web.api.system import System, order, problem
from tests.web.api.test_claims import decision
from vermilion.apps.cases.models import Case
from vermilion.apps.integrations.models import IdempotencyRecord, WebhookEndpoint
from vermilion.apps.parties.models import Insurer
from vermilion.apps.policies.models import Policy

# Keeps and changes nothing: asking again is harmless, and the key is left unread.
WITHOUT_EFFECT = {"verifications"}
Posts = list[tuple[str, Any, Any]]


def posts(core: System) -> Posts:
    """Return every POST with a body that is taken and another one."""
    number = core.post("cases", {"product": "medical"}).json()["number"]
    hook = core.post("webhook-endpoints", {"url": "https://core.example.cn/0"}).json()["id"]
    policy = factories.case_in("delivered", of=Insurer.objects.get()).policy.number
    calls: Posts = [
        ("cases", {"product": "medical", "external_id": "a"}, {"product": "medical", "external_id": "b"}),
        (f"cases/{number}/withdrawal", None, {"reason": "x"}),
        ("policies", order(), order()),
        ("webhook-endpoints", {"url": "https://core.example.cn/1"}, {"url": "https://core.example.cn/2"}),
        (f"webhook-endpoints/{hook}/secret", None, {}),
        (f"policies/{policy}/claim-decisions", decision("paid"), decision("refused")),
    ]
    document = core.get("openapi.json").json()
    declared = {path.removeprefix("/api/v1/") for path, methods in document["paths"].items() if "post" in methods}
    named = {number: "{number}", policy: "{number}", hook: "{endpoint_id}"}
    called = {re.sub("|".join(named), lambda found: named[found[0]], path) for path, _body, _other in calls}
    assert called == declared - WITHOUT_EFFECT
    return calls


def test_every_post_is_done_once(core: System, insurer: Insurer) -> None:
    other_system = System(insurer, name="销售平台")
    for index, (path, body, other) in enumerate(posts(core)):
        key = f"key-{index}"
        for bad in ("", " ", "x" * 256, "a b", "é"):
            problem(core.post(path, body, key=bad) if bad != " " else core.call("POST", path, body), 400, "idempotency_key_missing")
        first = core.post(path, body, key=key)
        assert first.status_code in (200, 201, 202), path
        assert not first.has_header("Idempotent-Replayed")
        counts = Case.objects.count(), Policy.objects.count(), WebhookEndpoint.objects.count()
        for _time in range(2):
            again = core.post(path, body, key=key)
            assert (again.status_code, again.content, again["Idempotent-Replayed"]) == (first.status_code, first.content, "true"), path
            assert again.get("Location") == first.get("Location")
        problem(core.post(path, other, key=key), 422, "idempotency_key_reused")
        problem(core.post("cases", {"product": "critical_illness"}, key=key), 422, "idempotency_key_reused")
        assert counts == (Case.objects.count(), Policy.objects.count(), WebhookEndpoint.objects.count()), path
    # A key is its client's own: another client's request with it is another request.
    assert other_system.post("cases", {"product": "medical", "external_id": "a"}, key="key-0").status_code == 201


def test_a_refused_request_leaves_its_key_free(core: System) -> None:
    before = IdempotencyRecord.objects.count()
    good = order()
    problem(core.post("policies", {**good, "application": {}}, key="k"), 422, "application_invalid")
    problem(core.post("policies", {**good, "product": "nothing"}, key="k"), 404, "product_not_on_sale")
    problem(core.post("policies", {**good, "branch": "XX"}, key="k"), 422, "branch_unknown")
    assert IdempotencyRecord.objects.count() == before
    assert not Case.objects.exists()
    assert core.post("policies", good, key="k").status_code == 202


def test_numbers_are_used_once(core: System, insurer: Insurer) -> None:
    first = order(external_id="core-1", policy_number="HYG00000001")
    assert core.post("policies", first).status_code == 202
    problem(core.post("policies", first), 409, "external_id_taken")
    problem(core.post("policies", {**first, "external_id": "core-2"}), 409, "policy_number_taken")
    problem(core.post("cases", {"product": "medical", "external_id": "core-1"}), 409, "external_id_taken")
    assert (Case.objects.count(), Policy.objects.count()) == (1, 1)
    # An id of the caller's is unique for the caller only; without one there is nothing to compare.
    sales = System(insurer, name="销售平台")
    assert sales.post("cases", {"product": "medical", "external_id": "core-1"}).status_code == 201
    assert [sales.post("cases", {"product": "medical"}).status_code for _time in range(2)] == [201, 201]
    (found,) = core.get("cases?external_id=core-1").json()
    assert found["policy_number"] == "HYG00000001"


@pytest.mark.django_db(transaction=True)
def test_many_at_once_make_one(clean_jobs: None, insurer: Insurer, core: System) -> None:
    body = order(external_id="core-1")
    answers = at_once(*[lambda: core.post("policies", body, key="same")] * 6)
    assert {answer.status_code for answer in answers} <= {202, 409}
    for answer in answers:
        if answer.status_code == 409:
            problem(answer, 409, "request_in_progress")
            assert int(answer["Retry-After"]) > 0
    done = [answer for answer in answers if answer.status_code == 202]
    assert len({answer.content for answer in done}) == 1
    assert sum(not answer.has_header("Idempotent-Replayed") for answer in done) == 1
    assert core.post("policies", body, key="same").content == done[0].content

    # With keys of their own, the caller's id and the number still let only one through.
    other = order(external_id="core-2", policy_number="HYG99999999")
    answers = at_once(*[lambda key=key: core.post("policies", other, key=f"other-{key}") for key in range(6)])
    assert sorted(answer.status_code for answer in answers) == [202] + [409] * 5
    assert (Case.objects.count(), Policy.objects.count()) == (2, 2)
