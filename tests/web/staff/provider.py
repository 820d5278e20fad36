"""An OpenID provider over HTTP on this machine: it checks client, redirect address, code and PKCE, and can be told to lie."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS

CLIENT, SECRET = "vermilion", "a secret of the tests"


@cache
def own_key() -> JWK:
    """Return the key of every provider of this process: RSA keys are slow to make."""
    return JWK.generate(kty="RSA", size=2048, kid="one", use="sig")


class Provider:
    """``claims`` and ``header`` change what the next ID tokens say; ``key`` signs them, ``published`` is what others see of it."""

    def __init__(self) -> None:
        self.key = own_key()
        self.published = [json.loads(self.key.export_public())]
        self.claims: dict[str, Any] = {}
        self.header: dict[str, Any] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.person = {"sub": "248289761001", "preferred_username": "zhoumin"}
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *args: Any) -> None:
                pass

            def do_GET(self) -> None:
                self.say(200, provider.metadata() if "well-known" in self.path else {"keys": provider.published})

            def do_POST(self) -> None:
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                known = self.headers.get("Authorization") == "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
                token = provider.token({name: values[0] for name, values in form.items()}) if known else None
                self.say(200 if token else 400, {"id_token": token, "token_type": "Bearer"} if token else {"error": "invalid_grant"})

            def say(self, status: int, body: Any) -> None:
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self.named = self.issuer
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def metadata(self) -> dict[str, str]:
        ends = {f"{name}_endpoint": f"{self.issuer}/{name}" for name in ("authorization", "token")}
        return {"issuer": self.named, "jwks_uri": f"{self.issuer}/keys", **ends}

    def log_in(self, address: str) -> dict[str, str]:
        """Do what the provider's own page does; return the query with which the browser comes back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert (asked["client_id"], asked["response_type"], asked["code_challenge_method"]) == (CLIENT, "code", "S256")
        code = hashlib.sha256(asked["state"].encode()).hexdigest()
        self.codes[code] = asked
        return {"state": asked["state"], "code": code}

    def token(self, form: dict[str, str]) -> str | None:
        asked = self.codes.pop(form["code"], None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        if asked is None or asked["redirect_uri"] != form["redirect_uri"] or asked["code_challenge"] != challenge:
            return None
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "nonce": asked["nonce"], "iat": now, "exp": now + 300, **self.person, **self.claims}
        signed = JWS(json.dumps(claims))
        signed.allowed_algs = ["RS256", "HS256"]
        signed.add_signature(self.key, protected=json.dumps({"alg": "RS256", "kid": "one", **self.header}))
        return str(signed.serialize(compact=True))
