"""Who may call: OAuth 2 client credentials, a scope for each call, and nothing of anybody else's."""

from __future__ import annotations

import base64
import re
import uuid
from typing import Any

import pytest

from tests import factories
from tests.apps import making
from tests.web.api.system import System, order, problem
from vermilion.apps.cases.models import Case
from vermilion.apps.integrations import services
from vermilion.apps.integrations.scopes import SCOPES
from vermilion.apps.parties.models import Insurer
from vermilion.apps.policies.models import Policy
from vermilion.web.api.api import api

OWNERS = ("cases:write", "policies:write")
CALLS = [
    ("GET", "products", None, "policies:read"),
    ("GET", "products/critical_illness/form", None, "policies:read"),
    ("POST", "cases", {"product": "critical_illness"}, "cases:write"),
    ("GET", "cases", None, "policies:read"),
    ("GET", "cases/X", None, "policies:read"),
    ("GET", "cases/X/insured-consents", None, "policies:read"),
    ("POST", "cases/X/withdrawal", None, "cases:write"),
    ("GET", f"documents/{uuid.uuid4()}/content", None, "policies:read"),
    ("POST", "policies", {}, "policies:write"),
    ("GET", "policies/X", None, "policies:read"),
    ("PUT", "policies/X/invoices/12345678", b"%PDF-", "invoices:write"),
    ("POST", "policies/X/claim-decisions", {}, "claims:write"),
    ("GET", "policies/X/claim-decisions/1", None, "claims:write"),
    ("POST", "verifications", b"%PDF-", "files:verify"),
    ("POST", "webhook-endpoints", {"url": "https://core.example.cn/"}, OWNERS),
    ("GET", "webhook-endpoints", None, ("policies:read", *OWNERS)),
    ("POST", f"webhook-endpoints/{uuid.uuid4()}/secret", None, OWNERS),
    ("DELETE", f"webhook-endpoints/{uuid.uuid4()}", None, OWNERS),
]


def ask(core: System, header: str = "", **form: str) -> Any:
    return core.browser.post("/api/v1/oauth/token", form, headers={"Authorization": header} if header else {})


def basic(*parts: str) -> str:
    return "Basic " + base64.b64encode(":".join(parts).encode("utf-8", "surrogatepass")).decode()


def test_the_secret_opens_and_nothing_else_does(core: System) -> None:
    name, secret = core.made.client_id, core.made.client_secret
    grant = {"grant_type": "client_credentials"}
    good = ask(core, basic(name, secret), **grant)
    assert (good.status_code, good["Content-Type"]) == (200, "application/json")
    assert good["Cache-Control"] == "no-store"
    assert good.json()["token_type"] == "Bearer"
    assert good.json()["expires_in"] == 3600
    assert ask(core, **grant, client_id=name, client_secret=secret).status_code == 200
    for header, form, status, error in (
        (basic(name, "guess"), grant, 401, "invalid_client"),
        (basic(name, ""), grant, 401, "invalid_client"),
        (basic("nobody", secret), grant, 401, "invalid_client"),
        (basic("a\0b", secret), grant, 401, "invalid_client"),
        (basic("%00", "%00"), grant, 401, "invalid_client"),
        (basic("\ud800", "x"), grant, 401, "invalid_client"),
        ("Basic ~~~", grant, 401, "invalid_client"),
        ("Bearer x", grant, 401, "invalid_client"),
        ("", {**grant, "client_id": "\0", "client_secret": "\0"}, 401, "invalid_client"),
        ("", grant, 401, "invalid_client"),
        (basic(name, secret), {}, 400, "invalid_request"),
        (basic(name, secret), {"grant_type": "password", "username": "admin", "password": "x"}, 400, "unsupported_grant_type"),
        (
            basic(name, secret),
            {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": "\0"},
            400,
            "unsupported_grant_type",
        ),
        (basic(name, secret), {**grant, "scope": "admin"}, 400, "invalid_scope"),
        (basic(name, secret), {**grant, "scope": "\0"}, 400, "invalid_scope"),
    ):
        answer = ask(core, header, **form)
        assert (answer.status_code, answer.json()["error"]) == (status, error), (header, form)
        assert "access_token" not in answer.json()
    assert core.browser.get("/api/v1/oauth/token").status_code == 405
    # In a form, not in JSON and not in the address.
    assert core.browser.post("/api/v1/oauth/token", grant, content_type="application/json").status_code == 400
    assert (
        core.browser.post(f"/api/v1/oauth/token?grant_type=client_credentials&client_id={name}&client_secret={secret}").status_code == 400
    )


def test_guessing_is_slowed_down_and_success_is_not(core: System) -> None:
    for _time in range(30):
        assert core.ask_token().status_code == 200
    answers = [core.ask_token(client_secret="guess") for _time in range(22)]
    assert [answer.status_code for answer in answers] == [401] * 20 + [429] * 2
    problem(answers[-1], 429, "too_many_requests")
    assert int(answers[-1]["Retry-After"]) > 0


def test_no_call_is_missing_above() -> None:
    """Each operation that the API describes, and whose call is asked of every scope below."""
    described = {(way.upper(), path) for path, ways in api.get_openapi_schema()["paths"].items() for way in ways}
    listed = {(way, f"/api/v1/{path}") for way, path, _body, _scope in CALLS}
    fits = {(way, path) for way, path in described for one, at in listed if way == one and _pattern(path).fullmatch(at)}
    assert described - fits == {("POST", "/api/v1/oauth/token")} & described
    assert len(listed) == len(fits)


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{\w+\}", "[^/]+", path))


def test_every_call_asks_for_a_token_with_one_of_its_scopes(core: System, insurer: Insurer) -> None:
    only = {scope: System(insurer, scope, name=scope) for scope in SCOPES}
    for method, path, body, wanted in CALLS:
        for header in ("", "Bearer ", "Bearer nonsense", f"Basic {core.token}", f"bearer{core.token}", "Bearer é"):
            answer = core.call(method, path, body, Authorization=header)
            problem(answer, 401, "invalid_token")
            assert answer["WWW-Authenticate"].startswith("Bearer")
        opening = (wanted,) if isinstance(wanted, str) else wanted
        for scope, system in only.items():
            answer = system.call(method, path, body, **{"Idempotency-Key": str(uuid.uuid4())})
            if scope in opening:
                assert answer.status_code not in (401, 403), (path, scope)
            else:
                problem(answer, 403, "insufficient_scope")


def test_a_token_dies_by_time_by_narrowing_and_with_its_client(core: System, monkeypatch: pytest.MonkeyPatch) -> None:
    assert core.get("products").status_code == 200
    narrow = core.ask_token(scope="policies:read").json()["access_token"]
    problem(core.post("cases", {"product": "critical_illness"}, Authorization=f"Bearer {narrow}"), 403, "insufficient_scope")
    services.set_active(client=core.made.client, active=False)
    problem(core.get("products"), 401, "invalid_token")
    shut = core.ask_token()
    assert (shut.status_code, shut.json()["error"]) == (401, "invalid_client")
    services.set_active(client=core.made.client, active=True)
    assert core.get("products").status_code == 200
    making.MovingClock(monkeypatch).forward(seconds=3601)
    problem(core.get("products"), 401, "invalid_token")


def test_what_is_another_systems_or_insurers_is_not_there(core: System, insurer: Insurer) -> None:
    number = core.post("policies", order(external_id="core-1")).json()["number"]
    case = core.get(f"policies/{number}").json()["case_number"]
    document = factories.paper(Case.objects.get(number=case), "policy")
    hook = core.post("webhook-endpoints", {"url": "https://core.example.cn/"}).json()["id"]
    assert core.get(f"documents/{document.id}/content").status_code == 200

    elsewhere = factories.insurer("other")
    factories.product("critical_illness", of=elsewhere)
    for stranger in (System(insurer, name="销售平台"), System(elsewhere, name="别家核心")):
        problem(stranger.get(f"cases/{case}"), 404, "case_not_found")
        problem(stranger.get(f"cases/{case}/insured-consents"), 404, "case_not_found")
        problem(stranger.post(f"cases/{case}/withdrawal"), 404, "case_not_found")
        problem(stranger.get(f"policies/{number}"), 404, "policy_not_found")
        problem(stranger.get(f"documents/{document.id}/content"), 404, "document_not_found")
        problem(stranger.post(f"webhook-endpoints/{hook}/secret"), 404, "webhook_not_found")
        problem(stranger.call("DELETE", f"webhook-endpoints/{hook}"), 404, "webhook_not_found")
        assert stranger.get("cases").json() == []
        assert stranger.get("cases?external_id=core-1").json() == []
        assert stranger.get("webhook-endpoints").json() == []
    # The tax system of the same insurer hands over any invoice; another insurer's finds no policy.
    invoice = f"policies/{number}/invoices/24312000000012345678"
    problem(System(elsewhere, name="别家税务").put(invoice, factories.one_page()), 404, "policy_not_found")
    claims = System(elsewhere, "claims:write", name="别家理赔")
    problem(claims.get(f"policies/{number}/claim-decisions/1"), 404, "policy_not_found")
    problem(System(elsewhere, name="别家").post("cases", {"product": "medical"}), 404, "product_not_on_sale")
    problem(System(elsewhere, name="别家二").post("cases", {"product": "critical_illness", "branch": "BJ"}), 422, "branch_unknown")
    assert Policy.objects.get().case.documents.filter(kind="invoice").count() == 0
    assert System(insurer, "invoices:write", name="税务系统").put(invoice, factories.one_page()).status_code == 200


def test_numbers_of_one_insurer_do_not_meet_those_of_another(core: System) -> None:
    elsewhere = factories.insurer("other")
    factories.product("group_accident", of=elsewhere)
    body = order()
    assert core.post("policies", body).status_code == 202
    assert System(elsewhere, name="别家核心").post("policies", body).status_code == 202


def test_an_address_that_is_none_and_a_method_that_is_not_taken(core: System) -> None:
    problem(core.get("nothing"), 404, "not_found")
    answer = core.call("PATCH", "policies", {})
    problem(answer, 405, "method_not_allowed")
    assert "POST" in answer["Allow"]
