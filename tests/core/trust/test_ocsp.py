"""The OCSP responder against OpenSSL and against odd requests."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest
from asn1crypto import ocsp as asn1_ocsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp as x509_ocsp

from tests.core.pki import MINUTE, NOW, YEAR, Pki, pki
from vermilion.core.trust import authority, ocsp, profiles, suites
from vermilion.core.trust.revocation import Revocation


def leaf(from_pki=None):
    key = suites.generate(suites.P256)
    times = {"not_before": NOW - MINUTE, "not_after": NOW + YEAR}
    issuing = (from_pki or pki()).issuing
    return issuing.issue(profiles.APPROVER, authority.subject("林静"), key.public_key(), random=os.urandom, **times)


@pytest.fixture(scope="module")
def responder():
    key = suites.generate(suites.P256)
    times = {"not_before": NOW - MINUTE, "not_after": NOW + 30 * 24 * 60 * MINUTE}
    certificate = pki().issuing.issue(profiles.OCSP, authority.subject("Test OCSP"), key.public_key(), random=os.urandom, **times)
    return ocsp.Responder(pki().issuing.certificate, certificate, key)


def request_for(certificate, *, nonce=None, algorithm=None, issuer=None):
    builder = x509_ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer or pki().issuing.certificate, algorithm or hashes.SHA256())
    if nonce is not None:
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    return builder.build().public_bytes(Encoding.DER)


def respond(responder, data, known):
    answer = responder.respond(ocsp.read(data), lambda serial: known, now=NOW)
    return answer, x509_ocsp.load_der_ocsp_response(answer.der)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
@pytest.mark.parametrize("options", [["-sha1"], ["-sha256"], ["-sha256", "-no_nonce"]])
def test_openssl_accepts_every_status(responder, tmp_path, options):
    certificate = leaf()
    files = {"root.pem": pki().root.certificate, "issuing.pem": pki().issuing.certificate, "leaf.pem": certificate}
    for name, one in files.items():
        (tmp_path / name).write_bytes(one.public_bytes(Encoding.PEM))

    def run(*arguments):
        return subprocess.run(["openssl", "ocsp", *arguments], cwd=tmp_path, capture_output=True, text=True)

    assert run(*options, "-issuer", "issuing.pem", "-cert", "leaf.pem", "-reqout", "q").returncode == 0
    query = ocsp.read((tmp_path / "q").read_bytes())
    assert responder.answers_for(query)
    stolen = Revocation(certificate.serial_number, NOW - MINUTE, "keyCompromise", NOW - 9 * MINUTE)
    for known, words in ((True, "leaf.pem: good"), (False, "leaf.pem: unknown"), (stolen, "leaf.pem: revoked")):
        (tmp_path / "r").write_bytes(responder.respond(query, lambda serial, known=known: known, now=NOW).der)
        chain = ["-CAfile", "root.pem", "-verify_other", "issuing.pem", "-issuer", "issuing.pem", "-cert", "leaf.pem"]
        done = run("-respin", "r", "-no_nonce", options[0], *chain)
        assert "Response verify OK" in done.stderr, done.stderr
        assert words in done.stdout
        assert ("keyCompromise" in done.stdout) == (known is stolen)


def test_a_nonce_comes_back_and_is_never_kept(responder):
    certificate = leaf()
    answer, response = respond(responder, request_for(certificate, nonce=b"n" * 16), True)
    assert response.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == b"n" * 16
    assert answer.until is None
    answer, response = respond(responder, request_for(certificate), True)
    assert len(response.extensions) == 0
    assert answer.until == response.next_update_utc == NOW + ocsp.LIFETIME


def test_the_responder_is_delegated_and_answers_for_its_issuer_only(responder):
    extensions = responder.certificate.extensions
    assert list(extensions.get_extension_for_class(x509.ExtendedKeyUsage).value) == [x509.ExtendedKeyUsageOID.OCSP_SIGNING]
    assert extensions.get_extension_for_class(x509.OCSPNoCheck)
    assert responder.answers_for(ocsp.read(request_for(leaf())))
    stranger = Pki()
    other = request_for(leaf(stranger), issuer=stranger.issuing.certificate)
    assert not responder.answers_for(ocsp.read(other))


def _two_certificates():
    one, two = (asn1_ocsp.OCSPRequest.load(request_for(leaf())) for _ in range(2))
    one["tbs_request"]["request_list"].append(two["tbs_request"]["request_list"][0])
    return one.dump(force=True)


@pytest.mark.parametrize(
    "data",
    [b"", b"nothing", b"0" * 5000, lambda: request_for(leaf(), nonce=b"n" * 33), lambda: request_for(leaf(), nonce=b""), _two_certificates],
)
def test_odd_requests_are_malformed(data):
    assert ocsp.read(data() if callable(data) else data) is None


def test_a_refusal_is_an_ocsp_response():
    answer = ocsp.refusal(x509_ocsp.OCSPResponseStatus.UNAUTHORIZED)
    assert x509_ocsp.load_der_ocsp_response(answer.der).response_status is x509_ocsp.OCSPResponseStatus.UNAUTHORIZED
    assert answer.until is None
