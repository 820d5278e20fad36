"""Addresses that are told of events: registered, listed, given new secrets and removed over HTTP; never one inside our own network."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from tests.apps.integrations.conftest import Receiver, receiver
from tests.web.api.system import System, problem
from vermilion.apps.cases.models import Case
from vermilion.apps.integrations import services
from vermilion.apps.integrations.models import WebhookDelivery, WebhookEndpoint
from vermilion.apps.parties.models import Insurer
from vermilion.base import instance

__all__ = ["receiver"]

INSIDE = [
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0177.0.0.1/",
    "https://localhost/",
    "https://LOCALHOST./",
    "https://db.internal/",
    "https://printer.local:8443/x",
    "https://intranet/",
    "https://10.1.2.3/",
    "https://172.16.0.1:8443/",
    "https://192.168.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://100.64.0.1/",
    "https://0.0.0.0/",
    "https://[::1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://[fe80::1]/",
    "https://[fd00::1]/",
    "https://[64:ff9b::a00:1]/",
    "https://[2002:a00:1::]/",
]
MISSHAPEN = [
    "",
    "core.example.cn",
    "http://core.example.cn/",
    "HTTP://core.example.cn/",
    "ftp://core.example.cn/",
    "file:///etc/passwd",
    "gopher://core.example.cn/",
    "https://",
    "https:///x",
    "https://user:pass@core.example.cn/",
    "https://@core.example.cn/",
    "https://core.example.cn@10.0.0.1/",
    "https://core.example.cn\\@10.0.0.1/",
    "https://core.example.cn/#x",
    "https://core.example.cn:0/",
    "https://core.example.cn:99999/",
    "https://core.example.cn:port/",
    "https://回调.example.cn/",
    "https://core.example.cn/a b",
    "https://[::1/",
]


@pytest.mark.parametrize("demo", [True, False])
def test_what_may_not_be_called_is_not_registered(core: System, monkeypatch: pytest.MonkeyPatch, demo: bool) -> None:
    if not demo:
        monkeypatch.setattr(instance, "_demo", _no_demo)
    loopback = ("127.0.0.1", "127.1/", "2130706433", "0x7f", "0177", "localhost", "LOCALHOST", "[::1]/", "http://", "HTTP://")
    for url in [*INSIDE, *MISSHAPEN]:
        if demo and any(part in url for part in loopback):
            continue  # a demo may call its own machine
        said = problem(core.post("webhook-endpoints", {"url": url}), 422, "webhook_url_refused")
        assert "https://" in said["detail"]
    for url in ("https://core.example.cn/" + "x" * 500, 5, None, ["https://core.example.cn/"]):
        problem(core.post("webhook-endpoints", {"url": url}), 422, "body_invalid")
    for url in (
        "https://core.example.cn/hook?tenant=1",
        "https://core.example.cn:8443/",
        "https://93.184.215.14/",
        "https://[2606:4700::1]/",
    ):
        assert core.post("webhook-endpoints", {"url": url}).status_code == 201
    assert WebhookEndpoint.objects.count() == 4


def _no_demo() -> Any:
    return False


def test_an_address_from_registration_to_removal(core: System, insurer: Insurer, receiver: Receiver, drain_jobs: Any) -> None:
    made = core.post("webhook-endpoints", {"url": receiver.url}).json()
    assert made["secret"].startswith("whsec_")
    (listed,) = core.get("webhook-endpoints").json()
    assert listed == {"id": made["id"], "url": receiver.url, "enabled": True, "all_cases": False, "secret": None}

    def told() -> tuple[dict[str, str], bytes]:
        case = core.post("cases", {"product": "medical"}).json()["number"]
        with transaction.atomic():
            services.publish(case=Case.objects.get(number=case), type="policy.failed", payload={"reason": "difference_found"})
        drain_jobs()
        return receiver.got[-1]

    headers, body = told()
    assert Webhook(made["secret"]).verify(body, headers)["type"] == "policy.failed"
    # During a change of secrets both sign; then the first is worth nothing.
    second = core.post(f"webhook-endpoints/{made['id']}/secret").json()["secret"]
    headers, body = told()
    assert Webhook(made["secret"]).verify(body, headers) == Webhook(second).verify(body, headers)
    third = core.post(f"webhook-endpoints/{made['id']}/secret").json()["secret"]
    headers, body = told()
    with pytest.raises(WebhookVerificationError):
        Webhook(made["secret"]).verify(body, headers)
    assert Webhook(third).verify(body, headers)

    before = len(receiver.got)
    for _time in range(2):
        gone = core.call("DELETE", f"webhook-endpoints/{made['id']}")
        assert (gone.status_code, gone.content) == (204, b"")
    assert core.get("webhook-endpoints").json()[0]["enabled"] is False
    problem(core.post(f"webhook-endpoints/{made['id']}/secret"), 404, "webhook_not_found")
    case = core.post("cases", {"product": "medical"}).json()["number"]
    with transaction.atomic():
        services.publish(case=Case.objects.get(number=case), type="policy.failed", payload={"reason": "difference_found"})
    drain_jobs()
    assert len(receiver.got) == before
    assert WebhookDelivery.objects.count() == before  # what was delivered stays on record


def test_only_who_asks_for_it_is_told_of_others_cases(core: System, insurer: Insurer, receiver: Receiver, drain_jobs: Any) -> None:
    sales = System(insurer, "cases:write", name="销售平台")
    problem(sales.post("webhook-endpoints", {"url": f"{receiver.url}/all", "all_cases": True}), 403, "insufficient_scope")
    core.post("webhook-endpoints", {"url": f"{receiver.url}/own"})
    core.post("webhook-endpoints", {"url": f"{receiver.url}/all", "all_cases": True})
    case = sales.post("cases", {"product": "medical", "external_id": "s-1"}).json()["number"]
    with transaction.atomic():
        services.publish(case=Case.objects.get(number=case), type="policy.failed", payload={"reason": "difference_found"})
    drain_jobs()
    assert [row.endpoint.url for row in WebhookDelivery.objects.all()] == [f"{receiver.url}/all"]
