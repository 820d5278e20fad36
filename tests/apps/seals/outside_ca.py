"""Somebody else's CA for the tests: a real HTTPS server on loopback with mutual TLS, a mapping-style interface and EST."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import json
import ssl
import threading
from datetime import datetime, timedelta, timezone
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs7
from cryptography.x509.oid import NameOID

SECRET = b"shared secret of the tests"
PASSWORD = "password of the tests"
DAY = timedelta(days=1)


class Ca:
    """A small CA of P-256 keys."""

    def __init__(self, name: str, issuer: Ca | None = None) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"), x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.certificate = (issuer or self).issue(self.key.public_key(), self.name, ca=True, lasts=900 * DAY)

    def issue(
        self, key: Any, name: x509.Name, *, ca: bool = False, lasts: timedelta = 300 * DAY, extensions: tuple = ()
    ) -> x509.Certificate:
        now = datetime.now(timezone.utc)
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self.name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(minutes=1))
            .not_valid_after(now + lasts)
            .add_extension(x509.BasicConstraints(ca, None), critical=True)
            .add_extension(x509.KeyUsage(not ca, not ca, False, False, False, ca, ca, False, False), critical=True)
        )
        for extension in extensions:
            builder = builder.add_extension(extension, critical=False)
        return builder.sign(self.key, hashes.SHA256())


def pem(one: x509.Certificate) -> bytes:
    return one.public_bytes(Encoding.PEM)


def write_key(path: Path, key: Any) -> None:
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    path.chmod(0o600)


class OutsideCa:
    """The server. ``mode`` says how it behaves; ``seen`` holds what came: method, path, headers, body.

    It knows its clients by their certificate, or (not ``mutual``) by HTTP basic.
    """

    def __init__(self, folder: Path, *, mutual: bool = True) -> None:
        self.mutual = mutual
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.root = Ca("Outside Root")
        self.issuing = Ca("Outside Issuing", self.root)
        self.stranger = Ca("Stranger Root")
        self.mode = "good"
        self.fail_first = 0
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []
        self.issued: dict[str, bytes] = {}
        tls = Ca("TLS Root")
        (folder / "tls-root.pem").write_bytes(pem(tls.certificate))
        (folder / "issuers.pem").write_bytes(pem(self.root.certificate) + pem(self.issuing.certificate))
        self._tls_leaf(tls, "server", x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]))
        self._tls_leaf(tls, "client")
        (folder / "secret").write_bytes(SECRET + b"\n")
        (folder / "secret").chmod(0o600)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "server.pem", folder / "server.key")
        (folder / "password").write_text(PASSWORD + "\n")
        (folder / "password").chmod(0o600)
        if mutual:
            context.load_verify_locations(folder / "tls-root.pem")
            context.verify_mode = ssl.CERT_REQUIRED
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = False  # closing waits for them: their sockets are closed by then
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def _tls_leaf(self, tls: Ca, name: str, *extensions: x509.ExtensionType) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        (self.folder / f"{name}.pem").write_bytes(pem(tls.issue(key.public_key(), subject, extensions=extensions)))
        write_key(self.folder / f"{name}.key", key)

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def certificate_for(self, request: bytes) -> x509.Certificate:
        """Issue what ``mode`` makes of a PKCS#10 request."""
        asked = x509.load_der_x509_csr(request)
        assert asked.is_signature_valid
        key, name, ca = asked.public_key(), asked.subject, self.issuing
        if self.mode == "other_key":
            key = ec.generate_private_key(ec.SECP256R1()).public_key()
        if self.mode == "other_name":
            name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "somebody else")])
        if self.mode == "number":
            name = x509.Name([*asked.subject, x509.NameAttribute(NameOID.SERIAL_NUMBER, "110101199003077475")])
        if self.mode == "stranger":
            ca = self.stranger
        event = not asked.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value.endswith("章")
        lasts = {"ended": timedelta(seconds=-1), "too_long": 4000 * DAY}.get(self.mode, timedelta(minutes=30) if event else 300 * DAY)
        return ca.issue(key, name, ca=self.mode == "ca", lasts=lasts)

    def _handler(outer) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - two selves
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                self._do(self.rfile.read(int(self.headers["Content-Length"])))

            def do_GET(self) -> None:
                self._do(b"")

            def _do(self, body: bytes) -> None:
                outer.seen.append((self.command, self.path, dict(self.headers), body))
                if outer.mode == "slow":
                    threading.Event().wait(1.5)
                if outer.fail_first > 0:
                    outer.fail_first -= 1
                    return self._send(503, b"busy")
                word = base64.b64encode(f"vermilion:{PASSWORD}".encode()).decode()
                if not outer.mutual and self.headers["Authorization"] != f"Basic {word}":
                    return self._send(401, b"who are you?")
                if "/.well-known/est/" in self.path:
                    return self._est(body)
                return self._api(body)

            def _est(self, body: bytes) -> None:
                if self.path.endswith("cacerts"):
                    data = pkcs7.serialize_certificates([outer.issuing.certificate, outer.root.certificate], Encoding.DER)
                    return self._send(200, base64.encodebytes(data), "application/pkcs7-mime")
                if outer.mode == "pending":
                    outer.mode = "good"
                    return self._send(202, b"", retry="1")
                data = pkcs7.serialize_certificates([outer.certificate_for(base64.b64decode(body))], Encoding.DER)
                return self._send(200, base64.encodebytes(data), "application/pkcs7-mime; smime-type=certs-only")

            def _api(self, body: bytes) -> None:
                if outer.mode == "refuse":
                    return self._json({"state": "NO", "message": "licence missing"})
                if self.command == "GET":
                    outer.mode = "good"
                    found = outer.issued[self.path.rsplit("/", 1)[1]]
                    return self._json({"state": "OK", "data": {"certificate": found.decode()}})
                kind = self.headers["Content-Type"]
                if kind.startswith("application/json"):
                    told = json.loads(body)
                    request, reference = base64.b64decode(told["csr"]["base64"]), told["id"]
                elif kind.startswith("application/x-www-form-urlencoded"):
                    told = dict(parse_qsl(body.decode(), strict_parsing=True))
                    request, reference = base64.b64decode(told["csr.base64"]), told["id"]
                else:
                    message = BytesParser().parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
                    parts = {
                        part.get_param("name", header="content-disposition"): part.get_payload(decode=True)
                        for part in message.get_payload()
                    }
                    request, reference = parts["csr"], parts["id"].decode()
                certificate = outer.certificate_for(request)
                outer.issued[reference] = pem(certificate)
                if outer.mode == "pending":
                    return self._json({"state": "WAIT", "id": reference}, retry="1")
                data = pkcs7.serialize_certificates([certificate, outer.issuing.certificate], Encoding.PEM)
                return self._json({"state": "OK", "data": {"certificate": data.decode()}})

            def _json(self, told: Any, retry: str = "") -> None:
                self._send(200, json.dumps(told).encode(), "application/json", retry)

            def _send(self, status: int, body: bytes, kind: str = "text/plain", retry: str = "") -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                if retry:
                    self.send_header("Retry-After", retry)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments: Any) -> None:
                pass

        return Handler

    def common(self, name: str, *profiles: str) -> str:
        """Return the part of the settings that both adapters have."""
        kinds = ", ".join(f'"{one}"' for one in profiles)
        files = {"issuers": "issuers.pem", "tls_roots": "tls-root.pem", "client_certificate": "client.pem", "client_key": "client.key"}
        lines = [f'{key} = "{self.folder / file}"' for key, file in files.items()]
        return "\n".join(["[[authority]]", f'name = "{name}"', f"profiles = [{kinds}]", "seconds = 1", *lines, ""])

    def est(self, *profiles: str) -> str:
        return self.common("est-ca", *profiles) + f'adapter = "est"\nurl = "{self.url}/.well-known/est"\n'

    def est_with_password(self, *profiles: str) -> str:
        lines = [line for line in self.est(*profiles).splitlines() if not line.startswith("client_")]
        return "\n".join([*lines, 'user = "vermilion"', f'password_file = "{self.folder / "password"}"', ""])

    def mapping(self, *profiles: str, encoding: str = "json") -> str:
        multipart = encoding == "multipart"
        fields = '{ "id" = "{request_id}", "applicant.name" = "{common_name}", "applicant.proof" = "{evidence_sha256}"'
        fields += ', "applicant.record" = "{evidence_base64}"'
        carried = 'files = { "csr" = "pkcs10", "proof" = "evidence" }\n' if multipart else ""
        fields += " }" if multipart else ', "csr.base64" = "{pkcs10_base64}" }'
        return (
            self.common("api-ca", *profiles)
            + f'adapter = "https"\nurl = "{self.url}/api/certs?v=2"\nencoding = "{encoding}"\n'
            + f'fields = {fields}\n{carried}headers = {{ "Idempotency-Key" = "{{request_id}}" }}\n'
            + f'signature = {{ kind = "hmac-sha256", file = "{self.folder / "secret"}" }}\n'
            + 'answer = { certificate = "data.certificate", status = "state", pending = ["WAIT"], refused = ["NO"], reason = "message", '
            + f'reference = "id", poll_url = "{self.url}/api/certs/{{reference}}" }}\n'
        )


def signed_as_agreed(seen: tuple[str, str, dict[str, str], bytes]) -> bool:
    """Tell whether a request that came carries the right signature over time and body."""
    return hmac.compare_digest(seen[2]["X-Signature"], hmac.new(SECRET, _signed_text(seen), hashlib.sha256).hexdigest())


def signed_by(key: Any, seen: tuple[str, str, dict[str, str], bytes]) -> bool:
    """Tell whether a request that came carries the detached signature of ``key`` over the same text."""
    how = (padding.PKCS1v15(), hashes.SHA256()) if isinstance(key, rsa.RSAPublicKey) else (ec.ECDSA(hashes.SHA256()),)
    try:
        key.verify(base64.b64decode(seen[2]["X-Signature"]), _signed_text(seen), *how)
    except InvalidSignature:
        return False
    return True


def _signed_text(seen: tuple[str, str, dict[str, str], bytes]) -> bytes:
    method, path, headers, body = seen
    return "\n".join((headers["X-Timestamp"], method, path, hashlib.sha256(body).hexdigest())).encode()
