"""The built-in TSA against OpenSSL, the client against TSAs that lie, fail or are slow."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import threading
import time
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tests.core.pki import NOW, YEAR, Pki, der, pki
from vermilion.core.trust import cms, oids, timestamp
from vermilion.core.trust.errors import TimestampError, TimestampUnavailable
from vermilion.core.trust.store import Root, TrustStore
from vermilion.core.trust.tsa_client import HttpAuthority, LocalAuthority, TimestampClient

DIGEST = hashlib.sha256(b"policy").digest()


class Answers:
    """A TSA that answers what it is told to."""

    def __init__(self, answer, name="lying"):
        self.answer, self.name = answer, name

    def ask(self, query):
        return self.answer(query)


def client_of(*authorities, trust=None):
    return TimestampClient(authorities, trust or pki().trust, os.urandom, lambda: NOW, "trial")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
@pytest.mark.parametrize("options", [["-sha256", "-cert"], ["-sha512", "-cert"], ["-sha256", "-cert", "-no_nonce"]])
def test_openssl_accepts_our_response(tmp_path, options):
    (tmp_path / "x").write_bytes(b"policy")
    (tmp_path / "root.pem").write_bytes(pki().root.certificate.public_bytes(Encoding.PEM))
    subprocess.run(["openssl", "ts", "-query", "-data", "x", *options, "-out", "q"], cwd=tmp_path, check=True, capture_output=True)
    (tmp_path / "r").write_bytes(pki().tsa.respond((tmp_path / "q").read_bytes(), now=NOW))
    done = subprocess.run(
        ["openssl", "ts", "-verify", "-queryfile", "q", "-in", "r", "-CAfile", "root.pem"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "OK" in done.stdout


@pytest.mark.parametrize(
    ("query", "failure"),
    [
        (b"", "bad_request"),
        (b"0\x03\x02\x01\x01", "bad_request"),
        (b"0" * 5000, "bad_request"),
        (timestamp.request(DIGEST[:20], 7), "bad_data_format"),
        (timestamp.request(DIGEST, 7).replace(bytes.fromhex("608648016503040201"), bytes.fromhex("608648016503040209")), "bad_alg"),
    ],
)
def test_bad_query_is_rejected_with_a_reason(query, failure):
    answer = pki().tsa.respond(query, now=NOW)
    with pytest.raises(TimestampError, match=f"rejection: {failure}"):
        timestamp.token_of(answer)


def test_token_states_time_and_digest_and_is_canonical():
    token = pki().client().token(DIGEST)
    assert (token.time, token.digest, token.builtin) == (NOW, DIGEST, True)
    assert cms.is_canonical(token.der, der(pki().tsa_certificate))


def test_every_changed_byte_of_a_token_is_refused():
    good = pki().client().token(DIGEST)
    accepted = []
    for position in range(0, len(good.der), 3):
        bad = bytearray(good.der)
        bad[position] ^= 1
        try:
            facts = timestamp.read(bytes(bad))
        except TimestampError:
            continue
        judged = pki().trust.judge(facts.certificate, others=facts.others, moment=facts.time, purpose="timestamps")
        if facts.digest == DIGEST and judged.trusted and cms.is_canonical(bytes(bad), der(facts.certificate)):
            accepted.append(position)
    assert accepted == []


def test_token_for_another_digest_nonce_or_time_is_refused():
    other_digest = Answers(lambda query: pki().tsa.respond(timestamp.request(hashlib.sha256(b"other").digest(), 1), now=NOW))
    replayed = Answers(lambda query: pki().tsa.respond(timestamp.request(DIGEST, 1), now=NOW))
    wrong_clock = Answers(lambda query: pki().tsa.respond(query, now=NOW + timedelta(hours=1)))
    for liar, word in ((other_digest, "another digest"), (replayed, "nonce"), (wrong_clock, "too far")):
        with pytest.raises(TimestampUnavailable, match=word):
            client_of(liar).token(DIGEST)


def test_untrusted_tsa_is_refused_and_the_next_in_the_list_is_asked():
    other = Pki().tsa
    stranger = Answers(lambda query: other.respond(query, now=NOW), name="stranger")
    with pytest.raises(TimestampUnavailable, match="not trusted"):
        client_of(stranger).token(DIGEST)
    token = client_of(stranger, LocalAuthority(lambda: pki().tsa, lambda: NOW)).token(DIGEST)
    assert token.certificate == pki().tsa_certificate


def test_the_built_in_authority_gives_in_process_what_it_would_answer_by_http():
    local = client_of(LocalAuthority(lambda: pki().tsa, lambda: NOW)).token(DIGEST)
    asked = client_of(Answers(lambda query: pki().tsa.respond(query, now=NOW))).token(DIGEST)
    read = timestamp.read(local.der)
    assert replace(read, der=local.der) == replace(local, others=read.others)
    assert set(local.others) == set(read.others)
    assert replace(asked, der=b"", nonce=None, serial=0) == replace(read, der=b"", serial=0)
    late = LocalAuthority(lambda: pki().tsa, lambda: NOW + 20 * YEAR)
    with pytest.raises(TimestampUnavailable, match="not valid now"):
        client_of(late).token(DIGEST)


def test_a_token_of_another_class_is_refused_and_never_taken_instead():
    other = Pki()
    trust = TrustStore((*pki().trust.roots, Root(other.root.certificate, "private")))
    demo = Answers(lambda query: other.tsa.respond(query, now=NOW), name="demo")
    licensed = TimestampClient([demo], trust, os.urandom, lambda: NOW, "licensed")
    with pytest.raises(TimestampUnavailable, match=r"demo: the token is of class trial, this list of class licensed"):
        licensed.token(DIGEST)


def test_only_the_agreed_policy_is_taken():
    good = Answers(lambda query: pki().tsa.respond(query, now=NOW))
    with pytest.raises(TimestampUnavailable, match="policy"):
        replace(client_of(good), policy="1.2.3").token(DIGEST)
    assert replace(client_of(good), policy=oids.BUILTIN_TSA_POLICY).token(DIGEST).digest == DIGEST


def test_each_authoritys_fault_is_told():
    good = Answers(lambda query: pki().tsa.respond(query, now=NOW), name="good")
    bad = Answers(lambda query: b"", name="bad")
    assert client_of(good, bad).faults(DIGEST) == {"good": "", "bad": "the TSA's answer is not a TimeStampResp"}


def test_an_answer_by_drops_is_given_up(tsa_server):
    url, _state = tsa_server
    passing = iter(range(0, 1000, 6))
    with httpx.Client(trust_env=False) as http, pytest.raises(TimestampUnavailable, match="too slowly"):
        client_of(HttpAuthority(url, http, lambda: next(passing), seconds=2)).token(DIGEST)


def test_no_authority_means_no_token():
    with pytest.raises(TimestampUnavailable):
        TimestampClient([], TrustStore(), os.urandom, lambda: NOW, "trial").token(DIGEST)


@pytest.fixture
def tsa_server():
    """A TSA over HTTP whose behaviour a test chooses by ``mode``."""
    state = {"mode": "good"}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            query = self.rfile.read(int(self.headers["Content-Length"]))
            if state["mode"] == "slow":
                threading.Event().wait(2)
            body = {"good": lambda: pki().tsa.respond(query, now=NOW), "huge": lambda: b"x" * 100_000}.get(state["mode"], lambda: b"")()
            self.send_response(500 if state["mode"] == "error" else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
            except OSError:
                pass

        def log_message(self, *arguments):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/tsa", state
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("mode", ["good", "error", "huge", "empty", "slow"])
def test_http_authority(tsa_server, mode):
    url, state = tsa_server
    state["mode"] = mode
    with httpx.Client(trust_env=False) as http:
        client = client_of(HttpAuthority(url, http, time.monotonic, seconds=0.5))
        if mode == "good":
            assert client.token(DIGEST).digest == DIGEST
        else:
            with pytest.raises(TimestampUnavailable, match=url):
                client.token(DIGEST)
