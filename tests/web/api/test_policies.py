"""Data in, sealed policy out: ordered by a core system, sealed, delivered, told, invoiced, read again."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.test import Client
from standardwebhooks.webhooks import Webhook

from tests import factories
from tests.apps.integrations.conftest import Receiver, receiver
from tests.web.api.system import System, order, problem, worker
from vermilion.apps.cases.models import Case, Document
from vermilion.apps.parties.models import Insurer, StaffMember
from vermilion.apps.policies.models import Invoice, Policy
from vermilion.apps.products import paths
from vermilion.base import clock
from vermilion.cli.demo import content
from vermilion.core.pdf.attachments import attached_json

__all__ = ["receiver"]
Drain = Callable[..., int]
NUMBER = "24312000000012345678"


def ofd() -> bytes:
    """Return the smallest thing that is an OFD by its outside."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("OFD.xml"), "<ofd/>")  # without the time of day
    return buffer.getvalue()


def test_an_order_comes_back_sealed_and_delivered(platform: Insurer, drain_jobs: Drain, receiver: Receiver) -> None:
    core = System(platform)
    secret = core.post("webhook-endpoints", {"url": receiver.url}).json()["secret"]
    body = order()
    with worker(drain_jobs):
        first = core.post("policies", body, key="core-1", Prefer="respond-async, wait=25")
    policy = first.json()
    assert first.status_code == 201, policy
    assert first["Location"] == f"/api/v1/policies/{policy['number']}"
    assert (policy["number"], policy["external_id"], policy["premium"]) == (body["policy_number"], body["external_id"], body["premium"])
    assert (policy["status"], policy["invoice"], policy["blocked_by"]) == ("in_force", "being_issued", "")
    assert policy["sealed_at"] <= policy["delivered_at"]

    # A repeat, waiting or not, gets the very same, whatever has become of the policy meanwhile.
    case = Case.objects.get(number=policy["case_number"])
    Policy.objects.update(status="surrendered")
    for prefer in ({}, {"Prefer": "wait=5"}):
        again = core.post("policies", body, key="core-1", **prefer)
        assert (again.status_code, again.content, again["Idempotent-Replayed"]) == (201, first.content, "true")
    assert core.get(f"policies/{policy['number']}").json()["status"] == "surrendered"
    Policy.objects.update(status="in_force")
    assert (Case.objects.count(), Policy.objects.count()) == (1, 1)

    # The file is the sealed one: its digest, its data, what anyone is told of it.
    (told,) = [one for one in policy["documents"] if one["kind"] == "policy"]
    answer = core.browser.get(told["url"], headers={"Authorization": f"Bearer {core.token}"})
    assert answer["Content-Type"] == "application/pdf"
    assert hashlib.sha256(answer.content).hexdigest() == told["sha256"]
    assert answer["Repr-Digest"] == f"sha-256=:{base64.b64encode(hashlib.sha256(answer.content).digest()).decode()}:"
    data = json.dumps(attached_json(answer.content), ensure_ascii=False)
    assert body["policy_number"] in data
    assert all(person["name"] in data for person in body["application"]["insured"])
    seen = Client().post("/verify/", {"file": io.BytesIO(answer.content)}, headers={"Accept": "application/json"}).json()
    assert (seen["bottom_line"], seen["kind"], seen["policy"]["number"]) == ("valid", "in_force", policy["number"])

    # The core is told of it once each, signed, without a word about any person.
    events = [Webhook(secret).verify(raw, headers) for headers, raw in receiver.got]
    assert [event["type"] for event in events] == ["policy.sealed", "policy.delivered"]
    assert all(event["data"]["external_id"] == body["external_id"] for event in events)
    people = {
        str(value)
        for path, value in paths.flatten(body["application"]).items()
        if path.rpartition(".")[2] in ("name", "phone", "id_number")
    }
    sent = b"".join(raw for _headers, raw in receiver.got).decode()
    assert not [person for person in people if person in sent]

    # Invoice: raw bytes, PDF or OFD; the customer and the core see it.
    pdf, place = factories.one_page(), f"policies/{policy['number']}/invoices/{NUMBER}"
    received = core.put(place, pdf, **{"Content-Type": "application/pdf"})
    assert (received.status_code, received.json()["sha256"]) == (200, hashlib.sha256(pdf).hexdigest())
    assert core.put(place, pdf).json() == received.json()
    problem(core.put(place, factories.one_page() + b"\n%%EOF"), 409, "invoice_conflict")
    assert core.get(f"policies/{policy['number']}").json()["invoice"] == "issued"
    second = core.put(f"policies/{policy['number']}/invoices/{NUMBER[:-1]}9", ofd(), **{"Content-Type": "application/ofd"})
    assert second.status_code == 200
    listed = [one for one in core.get(f"policies/{policy['number']}").json()["documents"] if one["kind"] == "invoice"]
    files = [core.get(f"documents/{one['id']}/content") for one in listed]
    assert [(answer["Content-Type"], answer.content) for answer in files] == [("application/pdf", pdf), ("application/ofd", ofd())]
    assert files[1]["Content-Disposition"].endswith('.ofd"')
    assert Invoice.objects.count() == 2
    assert case.documents.filter(kind="invoice").count() == 2

    # Something is wrong with each of these, and nothing of it is kept.
    another = order()
    assert core.post("policies", another).status_code == 202
    documents = Document.objects.count()
    elsewhere = f"policies/{another['policy_number']}/invoices"
    problem(core.put(f"{elsewhere}/{NUMBER}", pdf), 409, "invoice_conflict")
    for bad in (b"%PDF-1.7 cut off", b"not a file", b"PK\x03\x04 some archive", b"\0" * 100, json.dumps({"file": "x"}).encode()):
        problem(core.put(f"{elsewhere}/12345678", bad), 422, "invoice_not_readable")
    for bad in ("1234", "x" * 41, "1234567%00", "12345678%20", "%E5%8F%91%E7%A5%A8%E5%8F%B7%E7%A0%81"):
        assert core.put(f"{elsewhere}/{bad}", pdf).status_code in (404, 422)
    problem(core.put(f"{elsewhere}/12345678", pdf, **{"Content-Type": "text/html"}), 415, "body_type_unsupported")
    problem(core.put(f"{elsewhere}/12345678", pdf + b" " * 5 * 1024 * 1024), 413, "too_large")
    problem(core.put("policies/NONE-000/invoices/12345678", pdf), 404, "policy_not_found")
    assert Document.objects.count() == documents


def test_without_prefer_the_answer_is_202_and_stays_it(core: System, drain_jobs: Drain) -> None:
    body = order()
    first = core.post("policies", body, key="k")
    assert (first.status_code, first.json()["case_state"], first.json()["documents"]) == (202, "issuing", [])
    Case.objects.update(blocked_by="seal_grant_missing")
    again = core.post("policies", body, key="k")
    assert (again.status_code, again.content) == (202, first.content)
    # Who waits is told how far it is when the time is over; nobody can ask for ever.
    for wish in ("wait=1", "wait=0", "wait=x", "wait=-5", "waiting=9", ""):
        assert core.post("policies", body, key="k", Prefer=wish).status_code == 202
    waited = core.post("policies", body, key="k", Prefer="wait=1")
    assert waited.json()["blocked_by"] == "seal_grant_missing"


def test_what_the_core_concludes_is_checked(core: System, insurer: Insurer) -> None:
    good = order()
    tomorrow = clock.today() + timedelta(days=1)
    for changes, code, field in (
        ({"concluded_on": tomorrow.isoformat()}, "concluded_in_future", "concluded_on"),
        ({"concluded_on": "1999-12-31"}, "body_invalid", "concluded_on"),
        ({"concluded_on": "2026-02-30"}, "body_invalid", "concluded_on"),
        ({"concluded_on": 20000}, "body_invalid", "concluded_on"),
        ({"concluded_on": "2026-11-22T00:00:00Z"}, "body_invalid", "concluded_on"),
        ({"conclusion": "decline"}, "body_invalid", "conclusion"),
        ({"currency": "USD"}, "body_invalid", "currency"),
        ({"premium": 0}, "body_invalid", "premium"),
        ({"premium": "320000"}, "body_invalid", "premium"),
        ({"premium": 3200.5}, "body_invalid", "premium"),
        ({"premium": 10**14}, "body_invalid", "premium"),
        ({"policy_number": "hyg 1"}, "body_invalid", "policy_number"),
        ({"external_id": ""}, "body_invalid", "external_id"),
        ({"surprise": 1}, "body_invalid", "surprise"),
    ):
        said = problem(core.post("policies", {**good, **changes}), 422, code)
        assert field in said["fields"], said
    # The application is checked like a customer's, and nothing of it is dropped in silence.
    staff_phone = StaffMember.objects.filter(insurer=insurer).first().phone
    for path, value, wrong in (
        ("policyholder.company.agent.phone", "123", "policyholder.company.agent.phone"),
        ("policyholder.company.agent.phone", staff_phone, "policyholder.company.agent.phone"),
        ("insured.0.id_number", "110101199001010010", "insured.0.id_number"),
        ("insured.1.name", "张\U0001f600", "insured.1.name"),
        ("insured.2.nickname", "阿三", "insured.2.nickname"),
        ("remark", "加急", "remark"),
        ("insured.3.phone", {"home": "021"}, "insured.3.phone"),
    ):
        data = content.sample_application("group_accident", seed=7)
        way, _dot, last = path.rpartition(".")
        (paths.get(data, way) if way else data)[last] = value
        said = problem(core.post("policies", {**good, "application": data}), 422, "application_invalid")
        assert list(said["fields"]) == [f"application.{wrong}"], said
    asked = content.sample_application("critical_illness", seed=7)
    place, answered = next((place, one) for place, one in enumerate(asked["disclosure"]) if one["answer"] == "no")
    answered["detail"] = "没有问到的内容"
    said = problem(core.post("policies", {**good, "product": "critical_illness", "application": asked}), 422, "application_invalid")
    assert list(said["fields"]) == [f"application.disclosure.{place}.detail"]
    assert not Case.objects.exists()


def test_problems_speak_the_callers_language(core: System) -> None:
    said: Any = core.post("policies", {"product": 5}, **{"Accept-Language": "en"})
    assert said["Content-Language"] == "en"
    english = problem(said, 422, "body_invalid")
    assert (english["detail"] + "".join(english["fields"].values())).isascii(), english
    chinese = problem(core.post("policies", {"product": 5}), 422, "body_invalid")
    assert not any(sentence.isascii() for sentence in chinese["fields"].values())
