"""The proofs of a file by another authority: its responder first, then its list, over real HTTP; neither means no proof at all."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp as x509_ocsp

from tests.core.pki import NOW, YEAR, Pki, document
from vermilion.apps.seals.errors import RevocationUnavailable
from vermilion.apps.seals.validation import validation_data
from vermilion.core.pdf.longterm import add_validation_data
from vermilion.core.pdf.verify import verify_pdf
from vermilion.core.trust import ocsp, profiles, suites
from vermilion.core.trust.ocsp import Responder
from vermilion.core.trust.revocation import Revocation

AFTER = NOW + timedelta(minutes=2)


class Elsewhere:
    """Another company's CA with responder and lists at real addresses. ``answers`` and ``lists`` say how they behave."""

    def __init__(self) -> None:
        self.answers, self.lists = "good", "good"
        self.asked: list[str] = []
        self.revoked: dict[int, Revocation] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        self.pki = Pki(base_url=f"http://127.0.0.1:{self._server.server_port}")
        self.responder, self.stranger = self._responder(self.pki), self._responder(Pki())
        self.signer = self.pki.organisation()
        self.sealed = self.pki.seal(document(), self.signer)

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _responder(self, pki: Pki) -> Responder:
        key = suites.generate(suites.P256)
        return Responder(pki.issuing.certificate, pki._issue(pki.issuing, profiles.OCSP, "Responder", key, YEAR / 2), key)

    def answer(self, question: bytes) -> bytes:
        request = ocsp.read(question)
        assert request is not None
        if self.answers == "refuses":
            return ocsp.refusal(x509_ocsp.OCSPResponseStatus.UNAUTHORIZED).der
        responder = self.stranger if self.answers == "stranger" else self.responder
        moment = AFTER - timedelta(days=1) if self.answers == "stale" else AFTER
        return responder.respond(request, lambda serial: self.answers != "unknown" and self.revoked.get(serial, True), now=moment).der

    def list_of(self, name: str) -> bytes:
        issuer = self.pki.root if name == "root" else self.pki.issuing
        entries = [one for one in self.revoked.values() if name != "root"]
        return issuer.revocation_list(entries, number=1, now=AFTER).public_bytes(Encoding.DER)

    def _handler(outer) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - two selves
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.asked.append("ocsp")
                assert self.headers["Content-Type"] == "application/ocsp-request"
                if outer.answers == "dead":
                    return self._send(503, b"busy")
                if outer.answers == "endless":
                    return self._send(200, b"x" * 200_000)
                return self._send(200, b"nothing" if outer.answers == "nonsense" else outer.answer(body))

            def do_GET(self) -> None:
                name = self.path.rpartition("/")[2].removesuffix(".crl")
                outer.asked.append(name)
                bad = outer.lists != "good" and name != "root"
                return self._send(200, b"no list" if bad else outer.list_of(name))

            def _send(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments: Any) -> None:
                pass

        return Handler


@pytest.fixture(scope="module")
def _other() -> Iterator[Elsewhere]:
    other = Elsewhere()
    yield other
    other.stop()


@pytest.fixture
def other(_other: Elsewhere) -> Elsewhere:
    """The other CA, well again."""
    _other.answers = _other.lists = "good"
    _other.revoked = {}
    _other.asked.clear()
    return _other


def test_the_responder_is_asked_first_and_its_answer_kept(other):
    found = validation_data(other.sealed, trust=other.pki.trust, after=AFTER)
    about = {x509_ocsp.load_der_ocsp_response(one).serial_number for one in found.ocsp_responses}
    assert about == {other.signer.certificate.serial_number, other.pki.tsa_certificate.serial_number}
    # The issuing CA names no responder: the root's list tells of it. No list of the issuing CA is needed.
    assert [x509.load_der_x509_crl(one).issuer for one in found.revocation_lists] == [other.pki.root.certificate.subject]
    assert sorted(other.asked) == ["ocsp", "ocsp", "root"]
    verdict = verify_pdf(add_validation_data(other.sealed, found), trust=other.pki.trust, now=NOW)
    assert (verdict.bottom_line, verdict.signatures[0].revocation, verdict.signatures[0].level) == ("valid", "good", "B-LT")


@pytest.mark.parametrize("how", ["dead", "nonsense", "endless", "refuses", "stranger", "stale", "unknown"])
def test_where_no_answer_counts_the_list_is_taken(other, how):
    other.answers = how
    found = validation_data(other.sealed, trust=other.pki.trust, after=AFTER)
    assert found.ocsp_responses == ()
    assert {x509.load_der_x509_crl(one).issuer for one in found.revocation_lists} == {
        other.pki.root.certificate.subject,
        other.pki.issuing.certificate.subject,
    }
    verdict = verify_pdf(add_validation_data(other.sealed, found), trust=other.pki.trust, now=NOW)
    assert (verdict.bottom_line, verdict.signatures[0].level) == ("valid", "B-LT")


@pytest.mark.parametrize("how", ["dead", "stranger", "unknown"])
def test_neither_responder_nor_list_is_no_proof(other, how):
    other.answers, other.lists = how, "nonsense"
    with pytest.raises(RevocationUnavailable) as caught:
        validation_data(other.sealed, trust=other.pki.trust, after=AFTER)
    told = caught.value.facts["detail"]
    assert "/pki/ocsp" in told
    assert ".crl: no revocation list" in told


def test_an_answer_that_says_revoked_counts(other):
    serial = other.signer.certificate.serial_number
    other.revoked = {serial: Revocation(serial, NOW - timedelta(hours=1), "keyCompromise")}
    found = validation_data(other.sealed, trust=other.pki.trust, after=AFTER)
    assert len(found.ocsp_responses) == 2
    verdict = verify_pdf(add_validation_data(other.sealed, found), trust=other.pki.trust, now=NOW)
    assert (verdict.bottom_line == "valid", verdict.signatures[0].revocation) == (False, "revoked")
