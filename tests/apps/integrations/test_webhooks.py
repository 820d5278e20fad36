"""Webhooks: signed as the standard says, repeated until taken, never turned against our own network."""

from __future__ import annotations

import json
import pathlib
import socket
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from django.db import connection, transaction
from pydantic import ValidationError
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from tests.apps import making
from tests.apps.integrations.conftest import Receiver
from vermilion.apps.cases.models import Case
from vermilion.apps.integrations import delivery, payload, queries, safe_http, services
from vermilion.apps.integrations.errors import ScopeMissing, WebhookNotFound, WebhookUrlRefused
from vermilion.apps.integrations.models import ApiClient, WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookEvent
from vermilion.apps.notices.models import Notice

Drain = Callable[..., int]


def publish(case: Case, type: str = "policy.sealed", subject: str = "", **data: Any) -> WebhookEvent:
    with transaction.atomic():
        return services.publish(case=case, type=type, payload=data, subject=subject)


@pytest.fixture
def hook(demo: None, client: ApiClient, receiver: Receiver) -> tuple[WebhookEndpoint, str]:
    return services.add_endpoint(client=client, url=receiver.url)


def test_an_event_arrives_signed(case: Case, hook: tuple[WebhookEndpoint, str], receiver: Receiver, drain_jobs: Drain) -> None:
    event = publish(case, policy_number="P2026000001")
    drain_jobs()
    ((headers, body),) = receiver.got
    told = Webhook(hook[1]).verify(body, headers)
    assert told["id"] == event.id == headers["webhook-id"]
    assert told["type"] == "policy.sealed"
    assert told["data"]["policy_number"] == "P2026000001"
    assert told["data"]["external_id"] == "core-1"
    assert told["data"]["case_number"] == case.number
    with pytest.raises(WebhookVerificationError):
        Webhook(hook[1]).verify(body.replace(b"P2026000001", b"P2026000002"), headers)
    assert WebhookDelivery.objects.get().state == "delivered"
    assert WebhookAttempt.objects.get().status == 204


def test_after_a_rotation_both_secrets_verify(case: Case, hook: tuple[WebhookEndpoint, str], receiver: Receiver, drain_jobs: Drain) -> None:
    newer = services.rotate_secret(client=hook[0].client, endpoint_id=hook[0].id)
    publish(case)
    drain_jobs()
    headers, body = receiver.got[0]
    for secret in (hook[1], newer):
        assert Webhook(secret).verify(body, headers)
    newest = services.rotate_secret(client=hook[0].client, endpoint_id=hook[0].id)
    assert newest != newer
    publish(case, "policy.delivered")
    drain_jobs()
    with pytest.raises(WebhookVerificationError):
        Webhook(hook[1]).verify(receiver.got[1][1], receiver.got[1][0])


def test_publishing_twice_tells_once(case: Case, hook: tuple[WebhookEndpoint, str], receiver: Receiver, drain_jobs: Drain) -> None:
    assert publish(case).id == publish(case).id
    assert publish(case, "policy.endorsed", "E1").id != publish(case, "policy.endorsed", "E2").id
    drain_jobs()
    assert len(receiver.got) == 3


def test_an_event_of_a_rolled_back_fact_is_not_told(
    case: Case, hook: tuple[WebhookEndpoint, str], receiver: Receiver, drain_jobs: Drain
) -> None:
    def undone() -> None:
        with transaction.atomic():
            services.publish(case=case, type="policy.sealed")
            raise ValueError("undo")

    with pytest.raises(ValueError, match="undo"):
        undone()
    assert drain_jobs() == 0


def test_who_is_told(demo: None, case: Case, client: ApiClient, receiver: Receiver) -> None:
    services.add_endpoint(client=client, url=receiver.url)
    sales = services.create_client(insurer=case.insurer, branch=case.branch, name="销售平台", scopes=["webhooks:all"]).client
    services.add_endpoint(client=sales, url=receiver.url + "/own")
    services.add_endpoint(client=sales, url=receiver.url + "/all", all_cases=True)
    foreign = making.make_case(making.make_insurer("other"))
    stranger = services.create_client(insurer=foreign.insurer, branch=foreign.branch, name="别家", scopes=["webhooks:all"]).client
    services.add_endpoint(client=stranger, url=receiver.url + "/foreign", all_cases=True)
    publish(case)
    assert {row.endpoint.url.rpartition("/")[2] for row in WebhookDelivery.objects.all()} == {"hook", "all"}


def test_others_cases_are_told_only_to_who_may_know_them(demo: None, case: Case, receiver: Receiver) -> None:
    sales = services.create_client(insurer=case.insurer, branch=case.branch, name="销售平台", scopes=["cases:write"]).client
    with pytest.raises(ScopeMissing):
        services.add_endpoint(client=sales, url=receiver.url, all_cases=True)
    assert not WebhookEndpoint.objects.exists()
    # An address that was registered while the client still had the right is told nothing after it lost it.
    core = services.create_client(insurer=case.insurer, branch=case.branch, name="核心系统", scopes=["webhooks:all"]).client
    services.add_endpoint(client=core, url=receiver.url, all_cases=True)
    ApiClient.objects.filter(pk=core.pk).update(scopes=["cases:write"])
    publish(case)
    assert not WebhookDelivery.objects.exists()


@pytest.mark.parametrize(("status", "error"), [(500, "refused"), (404, "refused"), (302, "redirected")])
def test_a_refusal_is_recorded_and_tried_again_with_the_same_id(
    case: Case, hook: tuple[WebhookEndpoint, str], receiver: Receiver, drain_jobs: Drain, status: int, error: str
) -> None:
    receiver.status, receiver.location = status, receiver.url
    publish(case)
    drain_jobs()
    row = WebhookDelivery.objects.get()
    tried = WebhookAttempt.objects.get()
    assert (row.state, row.attempts, tried.status, tried.error) == ("pending", 1, status, error)
    assert row.next_at
    assert len(receiver.got) == 1  # a redirect was not followed
    assert list(queries.troubled(case.insurer)) == [row]
    receiver.status, receiver.location = 200, ""
    drain_jobs(delayed=True)
    row.refresh_from_db()
    assert row.state == "delivered"
    assert receiver.got[0][0]["webhook-id"] == receiver.got[1][0]["webhook-id"]
    assert WebhookEndpoint.objects.get().failing_since is None


def test_waits_double_and_end(case: Case, hook: tuple[WebhookEndpoint, str], receiver: Receiver, moving: making.MovingClock) -> None:
    receiver.status = 500
    publish(case)
    row = WebhookDelivery.objects.get()
    waits = []
    while row.state == "pending":
        delivery.deliver(row.id)
        row.refresh_from_db()
        if row.next_at:
            waits.append(round((row.next_at - moving.moment).total_seconds()))
            moving.moment = row.next_at
    assert waits == [2**n for n in range(1, 17)]
    assert (row.state, row.tries.count()) == ("failed", 17)
    receiver.status = 200
    services.resend(delivery_id=row.id)
    delivery.deliver(row.id)
    row.refresh_from_db()
    assert row.state == "delivered"


def test_the_contact_is_told_once(case: Case, client: ApiClient, receiver: Receiver, demo: None) -> None:
    ApiClient.objects.update(contact_mail="ops@core.example.cn")
    services.add_endpoint(client=client, url=receiver.url)
    receiver.status = 500
    for type in ("policy.sealed", "policy.delivered"):
        publish(case, type)
    for row in WebhookDelivery.objects.all():
        for _try in range(6):
            delivery.deliver(row.id)
    notice = Notice.objects.get()
    assert (notice.template, notice.content["to"]) == ("webhook_failing", "ops@core.example.cn")
    assert receiver.url in notice.content["body"]


def test_gone_and_disabled_are_given_up_at_once(
    case: Case, hook: tuple[WebhookEndpoint, str], receiver: Receiver, drain_jobs: Drain
) -> None:
    receiver.status = 410
    publish(case)
    drain_jobs()
    assert WebhookDelivery.objects.get().state == "failed"
    publish(case, "policy.delivered")
    WebhookEndpoint.objects.update(enabled=False)
    drain_jobs()
    assert WebhookAttempt.objects.order_by("-id")[0].error == "endpoint_disabled"
    assert len(receiver.got) == 1


def test_a_delivered_event_is_not_delivered_again_by_a_late_job(case: Case, hook: tuple[WebhookEndpoint, str], receiver: Receiver) -> None:
    publish(case)
    row = WebhookDelivery.objects.get()
    delivery.deliver(row.id)
    delivery.deliver(row.id)
    assert len(receiver.got) == 1


def test_resending_what_is_not_there(db: None) -> None:
    with pytest.raises(WebhookNotFound):
        services.resend(delivery_id=making.make_case().id)


def test_a_silent_receiver_is_left(
    case: Case, hook: tuple[WebhookEndpoint, str], receiver: Receiver, drain_jobs: Drain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(safe_http, "TIMEOUT", httpx.Timeout(0.3))
    receiver.pause = 1
    publish(case)
    drain_jobs()
    assert WebhookAttempt.objects.get().error == "timed_out"


def test_a_closed_port_is_recorded(demo: None, case: Case, client: ApiClient, drain_jobs: Drain) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    services.add_endpoint(client=client, url=f"http://127.0.0.1:{port}/")
    publish(case)
    drain_jobs()
    assert WebhookAttempt.objects.get().error == "connection_failed"


@pytest.mark.parametrize(
    "data",
    [
        {"name": "李若晴"},
        {"policy_number": "P 1"},
        {"documents": [{"kind": "policy", "code": "ABCDEFGH", "sha256": "x", "url": "https://a/v/b"}]},
        {"documents": [{"kind": "policy", "code": "ABCDEFGH", "sha256": "a" * 64, "url": "https://a/v/b?id_number=1"}]},
        {"reason": "客户李若晴拒绝"},
    ],
)
def test_a_payload_has_no_room_for_personal_data(case: Case, data: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        publish(case, **data)


def test_an_unknown_type_is_a_defect(case: Case) -> None:
    with pytest.raises(ValidationError):
        publish(case, "policy.something")


def test_the_secret_lies_encrypted(hook: tuple[WebhookEndpoint, str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT e::text FROM integrations_webhookendpoint e")
        row = cursor.fetchone()[0]
    assert hook[1].removeprefix("whsec_") not in row
    assert hook[1].encode().hex() not in row


def test_the_published_schema_is_current() -> None:
    page = pathlib.Path(__file__).parents[3] / "docs/schemas/webhooks.json"
    text = page.read_text(encoding="utf-8")
    assert text == payload.schema(), "run: python -m vermilion.apps.integrations.payload > docs/schemas/webhooks.json"
    assert json.loads(text)["properties"]["type"]["enum"]


@pytest.mark.parametrize(
    "url",
    [
        "http://core.example.cn/hook",
        "ftp://core.example.cn/",
        "file:///etc/passwd",
        "https://user:pass@core.example.cn/",
        "https://core.example.cn/#x",
        "https://",
        "https://core.example.cn:99999/",
        "https://core.example.cn:0/",
        "https://回调.example.cn/",
        "https://core.example.cn/a b",
        "https://core.example.cn/\r\nX: y",
        "http://127.0.0.1/",
    ],
)
def test_addresses_of_the_wrong_shape_are_refused(client: ApiClient, url: str) -> None:
    with pytest.raises(WebhookUrlRefused):
        services.add_endpoint(client=client, url=url)


INSIDE = [
    "127.0.0.1",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:0:7f00:1::",
]


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Let every name resolve to the next of ``answers``; return the list of names asked for."""
    asked: list[str] = []
    rest = list(answers)

    def resolve(host: str, port: int, *_places: Any, **_options: Any) -> list[Any]:
        asked.append(host)
        found = rest.pop(0) if len(rest) > 1 else rest[0]
        return [(socket.AF_INET6 if ":" in ip else socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in found]

    monkeypatch.setattr(safe_http.socket, "getaddrinfo", resolve)
    return asked


@pytest.mark.parametrize("address", INSIDE)
def test_names_that_lead_inside_are_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    for answer in ([address], ["93.184.215.14", address]):
        resolving(monkeypatch, answer)
        with pytest.raises(safe_http.CallRefused) as refused:
            safe_http.post("https://core.example.cn/", b"{}", {}, allow_loopback=False)
        assert (refused.value.code, refused.value.permanent) == ("address_refused", True)


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f.1", "017700000001", "localhost", "[::1]", "[::ffff:7f00:1]"])
def test_other_ways_to_write_loopback_are_refused(host: str) -> None:
    with pytest.raises(safe_http.CallRefused) as refused:
        safe_http.post(f"https://{host}/", b"{}", {}, allow_loopback=False)
    assert refused.value.code in ("address_refused", "name_unknown")


def test_a_demo_reaches_loopback_and_nothing_else_inside(monkeypatch: pytest.MonkeyPatch, receiver: Receiver) -> None:
    assert safe_http.post(receiver.url, b"{}", {}, allow_loopback=True) == 204
    resolving(monkeypatch, ["10.0.0.1"])
    with pytest.raises(safe_http.CallRefused):
        safe_http.post("http://core.example.cn/", b"{}", {}, allow_loopback=True)


def test_the_connection_goes_to_the_judged_address(monkeypatch: pytest.MonkeyPatch, receiver: Receiver) -> None:
    port = httpx.URL(receiver.url).port
    asked = resolving(monkeypatch, ["127.0.0.1"])
    assert safe_http.post(f"http://core.example.cn:{port}/x", b"{}", {}, allow_loopback=True) == 204
    assert asked == ["core.example.cn", "127.0.0.1"]  # the second is the judged address itself, not the name again
    assert receiver.got[0][0]["host"] == f"core.example.cn:{port}"
