"""``/pki/`` as a stranger's tools use it."""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import uuid
from datetime import timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import quote

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp as x509_ocsp

from tests.apps.seals.conftest import home, keeper, prepared  # noqa: F401 - the keeper's fixtures
from tests.core.pki import Pki
from vermilion.apps.seals import services
from vermilion.apps.seals.models import CertificateRecord
from vermilion.base.clock import now
from vermilion.core.trust import timestamp
from vermilion.core.trust.errors import TimestampError
from vermilion.web import limits
from vermilion.web.pki import views

DIGEST = hashlib.sha256(b"policy").digest()
QUERY = "application/timestamp-query"


def test_certificates_and_revocation_lists_belong_together(client, keeper):  # noqa: F811
    root = x509.load_der_x509_certificate(client.get("/pki/root.cer").content)
    issuing = x509.load_pem_x509_certificate(client.get("/pki/issuing.pem").content)
    issuing.verify_directly_issued_by(root)
    assert "演示" in root.subject.rfc4514_string()
    for name, certificate in (("root", root), ("issuing", issuing)):
        answer = client.get(f"/pki/{name}.crl")
        assert answer["Content-Type"] == "application/pkix-crl"
        revocation_list = x509.load_der_x509_crl(answer.content)
        assert revocation_list.is_signature_valid(certificate.public_key())
        assert len(revocation_list) == 0


def test_timestamps_over_http(client, keeper):  # noqa: F811
    answer = client.post("/pki/tsa", timestamp.request(DIGEST, 12345), content_type=QUERY)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/timestamp-reply")
    token = timestamp.read(timestamp.token_of(answer.content))
    assert (token.digest, token.nonce, token.builtin) == (DIGEST, 12345, True)
    rejected = client.post("/pki/tsa", b"x" * 10_000, content_type=QUERY)
    with pytest.raises(TimestampError, match="bad_request"):
        timestamp.token_of(rejected.content)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_trusts_them_with_what_pki_gives(client, keeper, tmp_path):  # noqa: F811
    (tmp_path / "x").write_bytes(b"policy")
    (tmp_path / "root.pem").write_bytes(client.get("/pki/root.pem").content)
    subprocess.run(
        ["openssl", "ts", "-query", "-data", "x", "-sha256", "-cert", "-out", "q"], cwd=tmp_path, check=True, capture_output=True
    )
    (tmp_path / "r").write_bytes(client.post("/pki/tsa", (tmp_path / "q").read_bytes(), content_type=QUERY).content)
    command = ["openssl", "ts", "-verify", "-queryfile", "q", "-in", "r", "-CAfile", "root.pem"]
    assert "OK" in subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_asks_for_the_status_over_http(live_server, keeper, tmp_path):  # noqa: F811
    record = services.issue_person_certificate(profile="approver", subject_id=uuid.uuid4(), name="林静", organisation="示例人寿")
    tsa = CertificateRecord.objects.get(profile="tsa")
    for name, serial in (("leaf", record), ("tsa", tsa)):
        (tmp_path / f"{name}.pem").write_bytes(x509.load_der_x509_certificate(bytes(serial.certificate)).public_bytes(Encoding.PEM))
    for name in ("root.pem", "issuing.pem"):
        (tmp_path / name).write_bytes(httpx.get(f"{live_server.url}/pki/{name}", trust_env=False).content)

    def ask(*options):
        chain = ["-CAfile", "root.pem", "-verify_other", "issuing.pem", "-issuer", "issuing.pem"]
        command = ["openssl", "ocsp", "-url", f"{live_server.url}/pki/ocsp", *chain, *options, "-text"]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    for certificate in ("leaf.pem", "tsa.pem"):
        done = ask("-sha256", "-cert", certificate)
        assert "Response verify OK" in done.stderr, done.stderr
        assert "nonce" not in done.stderr
        assert f"{certificate}: good" in done.stdout
    assert ": unknown" in ask("-serial", "0x1234567890abcdef1234").stdout
    services.revoke_certificate(record_id=record.pk, code="keyCompromise", reason="lost phone", suspected_since=now() - timedelta(hours=2))
    done = ask("-cert", "leaf.pem")
    assert "leaf.pem: revoked" in done.stdout
    assert "Reason: keyCompromise" in done.stdout


def ocsp_request(client, record, **options):
    certificate = x509.load_der_x509_certificate(bytes(record.certificate))
    issuing = x509.load_der_x509_certificate(client.get("/pki/issuing.cer").content)
    builder = x509_ocsp.OCSPRequestBuilder().add_certificate(certificate, issuing, hashes.SHA1())  # noqa: S303
    if options.get("nonce"):
        builder = builder.add_extension(x509.OCSPNonce(options["nonce"]), critical=False)
    return builder.build().public_bytes(Encoding.DER)


def test_ocsp_by_get_may_be_cached_and_by_nonce_not(client, keeper):  # noqa: F811
    record = services.issue_person_certificate(profile="approver", subject_id=uuid.uuid4(), name="林静", organisation="示例人寿")
    query = base64.b64encode(ocsp_request(client, record)).decode()
    answer = client.get(f"/pki/ocsp/{quote(query, safe='')}")
    assert answer["Content-Type"] == "application/ocsp-response"
    response = x509_ocsp.load_der_ocsp_response(answer.content)
    assert response.certificate_status is x509_ocsp.OCSPCertStatus.GOOD
    assert "public" in answer["Cache-Control"]
    assert parsedate_to_datetime(answer["Expires"]) <= response.next_update_utc
    posted = client.post("/pki/ocsp", ocsp_request(client, record, nonce=b"n" * 20), content_type="application/ocsp-request")
    assert posted["Cache-Control"] == "no-store"
    assert x509_ocsp.load_der_ocsp_response(posted.content).extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == b"n" * 20


def test_odd_ocsp_requests_are_answered_in_kind(client, keeper):  # noqa: F811
    statuses = x509_ocsp.OCSPResponseStatus

    def status(answer):
        assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
        return x509_ocsp.load_der_ocsp_response(answer.content).response_status

    assert status(client.post("/pki/ocsp", b"x" * 9000, content_type="application/ocsp-request")) is statuses.MALFORMED_REQUEST
    assert status(client.get("/pki/ocsp/not%20base64")) is statuses.MALFORMED_REQUEST
    stranger = Pki()
    certificate = stranger.organisation().certificate
    builder = x509_ocsp.OCSPRequestBuilder().add_certificate(certificate, stranger.issuing.certificate, hashes.SHA256())
    posted = client.post("/pki/ocsp", builder.build().public_bytes(Encoding.DER), content_type="application/ocsp-request")
    assert status(posted) is statuses.UNAUTHORIZED
    assert client.post("/pki/ocsp", b"x", content_type="text/plain").status_code == 415


def test_no_list_of_an_authority_that_is_not_there(client, keeper):  # noqa: F811
    for address in ("issuing-2.crl", "issuing-2.cer", "secret.pem", "tsa.cer"):
        assert client.get(f"/pki/{address}").status_code == 404


def test_timestamps_are_limited_by_address(client, keeper):  # noqa: F811
    for _ in range(600):
        limits.hit(views.STAMPS, "127.0.0.1")
    assert client.post("/pki/tsa", timestamp.request(DIGEST, 1), content_type=QUERY).status_code == 429


def test_wrong_methods_and_types(client, keeper):  # noqa: F811
    assert client.get("/pki/tsa").status_code == 405
    assert client.post("/pki/root.cer").status_code == 405
    assert client.post("/pki/tsa", b"x", content_type="text/plain").status_code == 415


def test_a_lost_keeper_is_said_plainly(client, transactional_db, home):  # noqa: F811
    answer = client.get("/pki/root.cer", headers={"accept": "application/json"})
    assert answer.status_code == 503
