"""``openapi.json`` is a whole and valid description, and what the API answers is what it says."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from django.test import Client

from tests.web.api.system import System, order
from vermilion.apps.integrations.scopes import SCOPES
from vermilion.cli.demo import content

DRAFT = jsonschema.Draft202012Validator


@pytest.fixture
def document(db: None) -> dict[str, Any]:
    answer = Client().get("/api/v1/openapi.json")
    assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (200, "application/json")
    return dict(answer.json())


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, one) for path, methods in document["paths"].items() for method, one in methods.items()]


def references(node: Any) -> list[str]:
    if isinstance(node, dict):
        return [value for key, value in node.items() if key == "$ref"] + [found for value in node.values() for found in references(value)]
    return [found for value in node for found in references(value)] if isinstance(node, list) else []


def test_it_is_served_to_anybody_and_is_valid(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    assert document["info"]["title"]
    assert document["info"]["version"]
    for name in references(document):
        assert name.startswith("#/components/schemas/")
        assert name.rpartition("/")[2] in document["components"]["schemas"], name
    for schema in document["components"]["schemas"].values():
        DRAFT.check_schema(schema)
    found = operations(document)
    names = [one["operationId"] for _path, _method, one in found]
    assert len(names) == len(set(names)) >= 12
    for path, method, one in found:
        inside = {part["name"] for part in one["parameters"] if part["in"] == "path"}
        assert inside == {part[1:-1] for part in path.split("/") if part.startswith("{")}, path
        for part in one["parameters"]:
            DRAFT.check_schema(part["schema"])
        assert ("requestBody" in one) <= (method in ("post", "put")), path
        assert all(answer["description"] for answer in one["responses"].values())


def test_it_tells_what_every_call_needs_and_may_get(document: dict[str, Any]) -> None:
    flow = document["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]
    assert flow["tokenUrl"] == "/api/v1/oauth/token"
    assert set(flow["scopes"]) == set(SCOPES)
    for path, method, one in operations(document):
        opening = [need["oauth2"] for need in one["security"]]
        assert opening, path
        assert all(len(scopes) == 1 and scopes[0] in SCOPES for scopes in opening), path
        keys = [part for part in one["parameters"] if part["name"] == "Idempotency-Key"]
        assert bool(keys) == (method == "post" and path != "/api/v1/verifications"), path
        for status in ("400", "401", "403", "404", "422"):
            assert list(one["responses"][status]["content"]) == ["application/problem+json"], (path, status)
        assert any(status.startswith("2") for status in one["responses"])


def fits(document: dict[str, Any], body: Any, name: str) -> None:
    """Assert that a body is what the document's schema of that name says (a good one: see above); a list of them counts too."""
    schemas = json.loads(json.dumps(document["components"]["schemas"]).replace("#/components/schemas/", "#/$defs/"))
    said = DRAFT({"$defs": schemas, "$ref": f"#/$defs/{name}"})
    for one in body if isinstance(body, list) else [body]:
        said.validate(one)


def test_answers_are_as_described(core: System, document: dict[str, Any]) -> None:
    fits(document, core.get("products").json(), "ProductOut")
    form = core.get("products/critical_illness/form").json()
    assert {"form", "plans", "terms", "disclosure", "consents"} <= set(form)
    body = {"product": "critical_illness", "external_id": "c-1"}
    fits(document, body, "CaseIn")
    started = core.post("cases", body)
    assert started.status_code == 201
    fits(document, started.json(), "CaseOut")
    number = started.json()["number"]
    assert core.get(f"cases/{number}").json() == {**started.json(), "link": None}
    fits(document, core.get("cases").json(), "CaseOut")
    fits(document, order(), "PolicyIn")
    ordered = core.post("policies", order())
    assert ordered.status_code == 202
    fits(document, ordered.json(), "PolicyOut")
    fits(document, core.get(f"policies/{ordered.json()['number']}").json(), "PolicyOut")
    endpoint = core.post("webhook-endpoints", {"url": "https://core.example.cn/hook"})
    fits(document, endpoint.json(), "EndpointOut")
    fits(document, core.get("webhook-endpoints").json(), "EndpointOut")
    fits(document, core.post(f"cases/{number}/withdrawal", {"reason": "不买了"}).json(), "CaseOut")
    fits(document, core.get("cases/none").json(), "Problem")
    refused = core.post("policies", order(application=content.sample_application("medical", seed=1)))
    fits(document, refused.json(), "Problem")
