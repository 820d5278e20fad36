from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from vermilion.apps.cases.models import Case
from vermilion.apps.integrations import services
from vermilion.apps.integrations.models import ApiClient


@pytest.fixture
def client(case: Case) -> ApiClient:
    """Return the client that started the case."""
    made = services.create_client(insurer=case.insurer, branch=case.branch, name="核心系统", scopes=["policies:write", "policies:read"])
    Case.objects.filter(pk=case.pk).update(client_id=made.client_id, external_id="core-1")
    case.refresh_from_db()
    return made.client


@dataclass
class Receiver:
    """A receiver of webhooks: what it got, and what it answers."""

    url: str
    status: int = 204
    location: str = ""
    pause: float = 0
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            made.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            time.sleep(made.pause)
            self.send_response(made.status)
            if made.location:
                self.send_header("Location", made.location)
            self.end_headers()

        do_GET = do_POST  # noqa: N815 -- the base class's names

        def log_message(self, *_args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made = Receiver(f"http://127.0.0.1:{server.server_port}/hook")
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield made
        server.shutdown()
