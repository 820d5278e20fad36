"""A system of the insurer with a token: calls the API by HTTP alone, as a core system or a sales platform would."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections
from django.http import HttpResponse
from django.test import Client

from vermilion.apps.integrations import services
from vermilion.apps.integrations.scopes import SCOPES
from vermilion.apps.parties.models import Insurer
from vermilion.base import clock
from vermilion.cli.demo import content

PROBLEM = "application/problem+json"


class System:
    """One API client. ``post`` brings a fresh ``Idempotency-Key`` unless it is given one (``key=""``: none)."""

    def __init__(self, insurer: Insurer, *scopes: str, name: str = "核心系统") -> None:
        self.made = services.create_client(
            insurer=insurer, branch=insurer.branches.get(code="SH"), name=name, scopes=scopes or tuple(SCOPES)
        )
        self.browser = Client()
        self.token = self.ask_token().json()["access_token"]

    def ask_token(self, **form: str) -> HttpResponse:
        data = {"grant_type": "client_credentials", "client_id": self.made.client_id, "client_secret": self.made.client_secret, **form}
        return self.browser.post("/api/v1/oauth/token", data)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        sent = {"Authorization": f"Bearer {self.token}", **headers}
        kind = sent.pop("Content-Type", "application/json")
        return self.browser.generic(method, f"/api/v1/{path}", data, content_type=kind, headers=sent)

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, *, key: str | None = None, **headers: str) -> HttpResponse:
        key = str(uuid.uuid4()) if key is None else key
        return self.call("POST", path, body, **({"Idempotency-Key": key} if key else {}), **headers)

    def put(self, path: str, body: bytes, **headers: str) -> HttpResponse:
        return self.call("PUT", path, body, **{"Content-Type": "application/octet-stream", **headers})


def order(**changes: Any) -> dict[str, Any]:
    """Return the body of an order that is accepted; every one has a number of its own."""
    number = uuid.uuid4().hex[:12].upper()
    return {
        "product": "group_accident",
        "external_id": f"core-{number}",
        "policy_number": f"HYG{number}",
        "premium": 320000,
        "concluded_on": clock.today().isoformat(),
        "conclusion": "accept",
        "application": content.sample_application("group_accident", seed=7, count=5),
        **changes,
    }


def problem(answer: HttpResponse, status: int, code: str) -> dict[str, Any]:
    """Check that ``answer`` is a problem of this status and code, and return it."""
    assert (answer.status_code, answer["Content-Type"]) == (status, PROBLEM), (answer.status_code, answer.content[:500])
    said: dict[str, Any] = json.loads(answer.content)
    assert (said["status"], said["code"]) == (status, code), said
    assert said["type"].endswith(code)
    assert said["title"]
    assert said["detail"]
    return said


@contextmanager
def worker(drain: Callable[..., int]) -> Iterator[None]:
    """Run jobs beside the test, as a worker does."""
    stop = threading.Event()
    failures: list[BaseException] = []

    def work() -> None:
        try:
            while not stop.wait(0.05):
                drain()
        except BaseException as error:  # shown by the test
            failures.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(60)
    assert failures == []
