"""``/pki/`` as a stranger's tools use it."""

from __future__ import annotations

import hashlib
import shutil
import subprocess

import pytest
from cryptography import x509

from tests.apps.seals.conftest import home, keeper  # noqa: F401 - the keeper's fixtures
from vermilion.core.trust import timestamp
from vermilion.core.trust.errors import TimestampError

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


def test_wrong_methods_and_types(client, keeper):  # noqa: F811
    assert client.get("/pki/tsa").status_code == 405
    assert client.post("/pki/root.cer").status_code == 405
    assert client.post("/pki/tsa", b"x", content_type="text/plain").status_code == 415


def test_a_lost_keeper_is_said_plainly(client, transactional_db, home):  # noqa: F811
    answer = client.get("/pki/root.cer", headers={"accept": "application/json"})
    assert answer.status_code == 503
