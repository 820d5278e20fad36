"""An identity provider over HTTP on this machine, with an interface of its own: JSON, codes, HMACs, visits; it can be told to lie."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from vermilion.base import clock

SECRET = b"a secret of the tests, long enough"


class Service:
    """``asked``: the requests. ``say`` makes the answer; ``pause`` seconds before it; ``skew`` of its clock; ``key`` it signs with."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.say: Callable[[dict[str, Any]], Any] = lambda asked: {"seq": asked["seq"], "data": {"result": "01", "match": True}}
        self.status, self.pause, self.skew, self.key = 200, 0.0, 0, SECRET
        service = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *args: Any) -> None:
                pass

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                moment = self.headers.get("X-Time", "")
                right = service.sign(f"{moment}\nPOST\n{self.path}\n{hashlib.sha256(body).hexdigest()}", SECRET)
                asked = {**json.loads(body), "path": self.path, "genuine": hmac.compare_digest(right, self.headers.get("X-Sign", ""))}
                service.asked.append(asked)
                self.answer(service.say(asked))

            def do_GET(self) -> None:
                self.answer(service.say({"path": self.path, "seq": ""}))

            def answer(self, told: Any) -> None:
                time.sleep(service.pause)
                body = told if isinstance(told, bytes) else json.dumps(told).encode()
                try:
                    self.send_response(service.status)
                    for name, value in service.headers(body).items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except OSError:  # it waited no longer
                    pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def sign(self, text: str, key: bytes) -> str:
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()

    def headers(self, body: bytes) -> dict[str, str]:
        """Return the signed headers of an answer or a callback."""
        moment = str(int(clock.now().timestamp()) + self.skew)
        return {"X-Time": moment, "X-Sign": self.sign(f"{moment}\n{hashlib.sha256(body).hexdigest()}", self.key)}

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def describe(self, folder: Path, *, name: str = "acme", cost: int = 30, more: str = "") -> str:
        """Return how an operator describes this service."""
        secret = folder / "acme.key"
        secret.write_bytes(SECRET)
        secret.chmod(0o600)
        text = "{time}\\n{method}\\n{path}\\n{body_sha256}"
        return f"""
[[provider]]
name = "{name}"
cost = {cost}
seconds = 0.5
tries = 2
health_url = "{self.url}/health"
sign = {{ secret_file = "{secret}", header = "X-Sign", time_header = "X-Time", text = "{text}" }}
verify = {{ secret_file = "{secret}", header = "X-Sign", time_header = "X-Time" }}
[provider.answer]
results = ["data.result", "data.match"]
echo = "seq"
[provider.answer.codes]
"01" = "passed"
"true" = "passed"
"02" = "mismatch"
"false" = "mismatch"
"03" = "not_found"
"09" = "busy"
[provider.methods.three_element]
url = "{self.url}/three"
fields = {{ "seq" = "{{request_id}}", "person.name" = "{{name}}", "person.no" = "{{id_number}}", "person.mobile" = "{{phone}}" }}
[provider.methods.face]
url = "{self.url}/face"
fields = {{ "seq" = "{{request_id}}", "name" = "{{name}}", "no" = "{{id_number}}", "notify" = "{{callback_url}}" }}
started = {{ results = ["code"], codes = {{ "0" = "passed", "1" = "unsupported" }}, echo = "seq", reference = "token", redirect = "url" }}
result_url = "{self.url}/result?token={{reference}}"
[provider.methods.face.answer]
results = ["outcome"]
codes = {{ "ok" = "passed", "bad" = "liveness_failed", "run" = "busy" }}
reference = "token"
picture = "image"
{more}
"""
