"""``POST /api/v1/verifications``: the verdict of ``vermilion verify --json`` by HTTP, or its report. Nothing is kept, nothing breaks it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.core.pki import document as plain
from tests.core.pki import sealed
from tests.web.api.system import System, problem
from tests.web.api.test_fuzz import written
from vermilion.apps.parties.models import Insurer
from vermilion.web import limits
from vermilion.web.api import verifications

SCHEMA = json.loads((Path(__file__).parents[3] / "docs/schemas/verify.json").read_text())
PDF = {"Content-Type": "application/pdf"}
BOUNDARY = "multipart/form-data; boundary=b"


def send(core: System, data: bytes, **headers: str) -> Any:
    return core.call("POST", "verifications", data, **{**PDF, **headers})


def form(data: bytes, *, field: str = "file", name: str = "policy.pdf") -> bytes:
    head = f'--b\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\nContent-Type: application/pdf\r\n\r\n'
    return head.encode() + data + b"\r\n--b--\r\n"


def test_the_answer_is_that_of_the_command(core: System) -> None:
    before = written()
    large = sealed() + b"%" * (6 * 1024 * 1024)
    for data, line in ((sealed(), "invalid"), (plain(), "unsigned"), (b"hello", "unreadable"), (large, "invalid")):
        answer = send(core, data)
        assert answer.status_code == 200, answer.content[:300]
        jsonschema.validate([answer.json()], SCHEMA)
        assert answer.json()["bottom_line"] == line
    named = core.call("POST", "verifications", form(sealed(), name="旧保单.pdf"), **{"Content-Type": BOUNDARY}).json()
    assert named == {**send(core, sealed()).json(), "file": "旧保单.pdf"}
    empty = core.call("POST", "verifications", form(b""), **{"Content-Type": BOUNDARY}).json()
    assert (empty["bottom_line"], empty["reasons"]) == ("unreadable", ["empty"])
    assert written() == before, "no file, no verdict, no key is kept"


def test_the_report_by_accept(core: System) -> None:
    report = send(core, sealed(), Accept="application/pdf")
    assert (report.status_code, report["Content-Type"]) == (200, "application/pdf")
    assert report.content.startswith(b"%PDF-")
    assert report["Cache-Control"] == "no-store"


def test_what_cannot_be_taken_is_a_problem(core: System, insurer: Insurer, monkeypatch: Any) -> None:
    problem(core.call("POST", "verifications", b"{}", **{"Content-Type": "application/json"}), 415, "body_type_unsupported")
    problem(core.call("POST", "verifications", form(b"x", field="other"), **{"Content-Type": BOUNDARY}), 422, "body_invalid")
    problem(core.call("POST", "verifications", b"--x", **{"Content-Type": "multipart/form-data"}), 400, "bad_request")
    problem(Client().generic("POST", "/api/v1/verifications", b"%PDF-", content_type="application/pdf"), 401, "invalid_token")
    problem(send(System(insurer, "cases:write", name="销售平台"), sealed()), 403, "insufficient_scope")
    monkeypatch.setattr(verifications.uploads, "LARGEST", 1000)
    problem(send(core, b"%PDF-" + bytes(2000)), 413, "too_large")
    problem(core.call("POST", "verifications", form(bytes(3000)), **{"Content-Type": BOUNDARY}), 413, "too_large")
    monkeypatch.setattr(verifications, "RATE", limits.Limit("api-verify-test", 1, 60))
    send(core, b"x")
    assert problem(send(core, b"x"), 429, "too_many_requests")


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_bytes_at_all(core: System, data: Any) -> None:
    whole = bytearray(sealed())
    for _time in range(data.draw(st.integers(0, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(whole)))
    body = data.draw(st.sampled_from([bytes(whole), bytes(whole[:cut]), bytes(whole[cut:]), data.draw(st.binary(max_size=400))]))
    answer = send(core, body or b"x")  # without bytes the test's client would send no type either
    assert answer.status_code == 200
    jsonschema.validate([answer.json()], SCHEMA)
