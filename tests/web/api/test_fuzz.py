"""Whatever a system sends: never a 500, always a problem, and nothing written. Driven by the OpenAPI document itself."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from functools import cache
from itertools import cycle
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import factories
from tests.web.api.system import PROBLEM, System, order
from tests.web.api.test_claims import decision
from vermilion.apps.parties.models import Insurer
from vermilion.apps.products import paths
from vermilion.cli.demo import content

# Written by every call, or by asking: the journal of requests is not the insurer's data.
ASIDE = {"oauth2_provider_accesstoken", "web_ratecounter", "django_session"}
HUGE = 10**400
NUL, LONE, RARE = "a\0b", "a\ud800b", "\U0010ffff\u202e\u2028𰻝\ufeff"
DEEP: Any = "x"
for _level in range(200):
    DEEP = [DEEP]
#: Nothing of this fits any field that takes text, numbers or objects of a known shape.
NEVER = [NUL, LONE, HUGE, 1.5, DEEP, {"\ud800": 1}, {"a": {"\0": "x"}}]
WRONG = {
    "string": [None, 1, True, [], {}, ["a"], "x" * 100_000, *NEVER],
    "integer": [None, "1", "x", True, 0, -1, 10**14, 2**63, [], {}, *NEVER],
    "boolean": [None, "yes", "true", 1, 0, [], {}, *NEVER],
    "object": [None, "x", 1, True, [], ["a"], *NEVER],
}


@cache
def _tables() -> list[str]:
    return [name for name in connection.introspection.table_names() if name not in ASIDE]


def written() -> dict[str, int]:
    """Return how many rows each table has."""
    with connection.cursor() as cursor:
        # Prepared: planning a hundred counts takes longer than counting.
        cursor.execute("SELECT 1 FROM pg_prepared_statements WHERE name = 'written'")
        if cursor.fetchone() is None:
            counts = ", ".join(f'(SELECT count(*) FROM "{name}")' for name in _tables())
            cursor.execute(f"PREPARE written AS SELECT {counts}")
        cursor.execute("EXECUTE written")
        return dict(zip(_tables(), cursor.fetchone(), strict=True))


def is_problem(answer: Any) -> None:
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.content[:300])
    assert answer["Content-Type"] == PROBLEM, answer.content[:300]
    assert len(answer.content) < 100_000
    said = json.loads(answer.content)
    assert said["status"] == answer.status_code


@pytest.fixture
def document(core: System) -> dict[str, Any]:
    return core.get("openapi.json").json()


def good_body(name: str) -> dict[str, Any]:
    """Return a body that would be accepted, for a named schema of the document."""
    return {
        "CaseIn": {"product": "critical_illness", "external_id": "x-1", "application": content.sample_application("critical_illness", 3)},
        "PolicyIn": order(),
        "EndpointIn": {"url": "https://core.example.cn/hook"},
        "WithdrawalIn": {"reason": "不需要了"},
        "ClaimDecisionIn": decision(),
    }[name]


def operations(document: dict[str, Any], *, with_body: bool) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            kinds = operation.get("requestBody", {}).get("content", {})
            if path != "/api/v1/oauth/token" and ("application/json" in kinds) == with_body:
                yield path.removeprefix("/api/v1/"), method.upper(), operation


def bad_bodies(schema: dict[str, Any], good: dict[str, Any]) -> Iterator[Any]:
    """Yield bodies with one thing wrong in each."""
    yield from (1, True, "x", [], [good])
    if "required" in schema:
        yield from (None, {})
    yield {**good, "surprise": 1}
    yield {**good, LONE: 1}
    yield {**good, NUL: 1}
    yield {**good, **{f"x{n}": 1 for n in range(3000)}}
    for name in schema.get("required", []):
        yield {key: value for key, value in good.items() if key != name}
    for name, described in schema["properties"].items():
        for value in WRONG[described.get("type", "object")]:
            yield {**good, name: value}
    bad = cycle((NUL, LONE, HUGE, 1.5, DEEP))  # each value comes to every kind of field, each field gets one of them
    for path in filter(once, paths.flatten(good.get("application", {}))):
        yield {**good, "application": changed(good["application"], path, next(bad))}


def once(path: str) -> bool:
    """Tell whether a path is worth trying: the people of a list have one shape, so the first stands for all."""
    head, _dot, rest = path.partition(".")
    return head != "insured" or rest.partition(".")[0] in ("", "0")


def changed(data: Any, path: str, value: Any) -> Any:
    data = copy.deepcopy(data)
    *way, last = path.split(".")
    node = data
    for part in way:
        node = node[int(part)] if isinstance(node, list) else node[part]
    node[int(last) if isinstance(node, list) else last] = value
    return data


def raw_bodies(good: dict[str, Any]) -> Iterator[tuple[bytes, str]]:
    text = json.dumps(good)
    name = next(iter(good))
    yield from (
        (b"", "application/json"),
        (b"null", "application/json"),
        (text[:-1].encode(), "application/json"),
        (text.encode() + b"}", "application/json"),
        (b"\xff\xfe" + text.encode("utf-16-le"), "application/json"),
        (b"\xef\xbb\xbf" + text.encode(), "application/json"),
        (text.encode().replace(b'": "', b'": "\xff', 1), "application/json"),
        (b"[" * 100_000, "application/json"),
        (b'{"a":' * 20_000 + b"1" + b"}" * 20_000, "application/json"),
        (f'{{"{name}": "x", {text[1:]}'.encode(), "application/json"),
        (f'{text[:-1]}, "premium": NaN}}'.encode(), "application/json"),
        (f'{text[:-1]}, "premium": 1e999}}'.encode(), "application/json"),
        (f'{text[:-1]}, "premium": {"9" * 5000}}}'.encode(), "application/json"),
        (b" " * (5 * 1024 * 1024) + text.encode(), "application/json"),
        (text.encode(), "text/plain"),
        (text.encode(), "application/xml"),
        (text.encode(), ""),
        (b"product=group_accident", "application/x-www-form-urlencoded"),
        (b"--b\r\n\r\n--b--", "multipart/form-data; boundary=b"),
    )


def test_bad_bodies_change_nothing(core: System, document: dict[str, Any]) -> None:
    case = core.post("cases", {"product": "critical_illness"}).json()["number"]
    policy = factories.case_in("delivered", of=Insurer.objects.get()).policy.number
    before, tried = written(), 0
    for path, method, operation in operations(document, with_body=True):
        described = operation["requestBody"]["content"]["application/json"]["schema"]
        name = described.get("anyOf", [described])[0]["$ref"].rpartition("/")[2]
        number = policy if path.startswith("policies") else case
        schema, good, address = document["components"]["schemas"][name], good_body(name), path.replace("{number}", number)
        good.get("application", {}).pop("disclosure" if name == "CaseIn" else "", None)
        for body in bad_bodies(schema, good):
            is_problem(core.call(method, address, json.dumps(body).encode(), **{"Idempotency-Key": "k"}))
            tried += 1
        for raw, kind in raw_bodies(good):
            if raw.strip() not in (b"", b"null") or "required" in schema:
                is_problem(core.call(method, address, raw, **{"Idempotency-Key": "k", "Content-Type": kind}))
    assert written() == before
    assert tried > 300


PARTS = ("%00", "a%00b", "%FF", "%ED%A0%80", "x" * 5000, "%F4%8F%BF%BF", "..%2F..%2Fx", "'%20OR%201=1--", "%0A", "-1")


def test_bad_addresses_change_nothing(core: System, document: dict[str, Any]) -> None:
    before, tried = written(), 0
    for path, method, operation in operations(document, with_body=False):
        for parameter in operation["parameters"]:
            for part in PARTS:
                if parameter["in"] == "path":
                    address = path
                    for other in operation["parameters"]:
                        address = address.replace(f"{{{other['name']}}}", part if other is parameter else "HYG000001")
                    is_problem(core.call(method, address, b"%PDF-1.7" if method == "PUT" else None, **{"Idempotency-Key": "k"}))
                    tried += 1
                elif parameter["in"] == "query":
                    answer = core.call(method, f"{path}?{parameter['name']}={part}")
                    assert answer.status_code == 200 or is_problem(answer) is None
                    tried += 1
    assert written() == before
    assert tried >= 80


def places(data: Any, prefix: str = "") -> Iterator[str]:
    """Yield the path of every value and every group of an application."""
    for key, value in data.items() if isinstance(data, dict) else enumerate(data):
        yield f"{prefix}{key}"
        if isinstance(value, (dict, list)):
            yield from places(value, f"{prefix}{key}.")


ODD = [None, 0, 1, -1, True, "", " ", "x", RARE, "张" * 5000, [], {}, [None], {"a": 1}, "0001-01-01", "9999-12-31", "2026-02-30", "１", "²"]
SAMPLES = {product.code: content.sample_application(product.code, seed=11) for product in content.products()}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_changed_application_is_taken_whole_or_refused(core: System, data: Any) -> None:
    product = data.draw(st.sampled_from(sorted(SAMPLES)))
    application = SAMPLES[product]
    for _time in range(data.draw(st.integers(1, 2))):
        path = data.draw(st.sampled_from(sorted(filter(once, places(application)))))
        application = changed(application, path, data.draw(st.sampled_from(ODD)))
    known = {key: part for key, part in application.items() if key != "disclosure"}
    before = written()
    for where, body in (
        ("policies", order(product=product, application=application)),
        ("cases", {"product": product, "application": known}),
    ):
        answer = core.post(where, body)
        if answer.status_code in (201, 202):
            before = written()
        else:
            is_problem(answer)
            assert written() == before


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters(codec=None)),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(codec=None)), inner, max_size=3),
        max_leaves=12,
    )
)
def test_any_json_at_all(core: System, thing: Any) -> None:
    before = written()
    good = order()
    for path, body in (("policies", thing), ("cases", thing), ("webhook-endpoints", thing), ("policies", {**good, "application": thing})):
        is_problem(core.post(path, json.dumps(body).encode()))
    name = quote(str(thing)[:80], errors="replace", safe="")
    is_problem(core.get(f"policies/{name}"))
    assert written() == before
