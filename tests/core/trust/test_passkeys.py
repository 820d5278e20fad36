"""What an authenticator's answer proves, and every way in which it does not."""

from __future__ import annotations

import hashlib

import pytest
from fido2 import cbor
from hypothesis import given
from hypothesis import strategies as st

from tests.passkeys import AT, UP, UV, Authenticator
from vermilion.core.trust.passkeys import Assertion, Expected, PasskeyRefused, bound_challenge, check_assertion, check_registration

CHALLENGE = bytes(range(32))
EXPECTED = Expected(CHALLENGE, "localhost", "http://localhost")
FACTS = {
    "purpose": "approval",
    "subject": "8f14e45f-ceea-467f-a8f3-7a3b8e1c2d10",
    "shown_digest": "ab" * 32,
    "decision": "approve",
    "detail_digest": "",
    "nonce": "01" * 32,
}


def assertion(phone: Authenticator, challenge: bytes = CHALLENGE, **changes) -> Assertion:
    return Assertion(phone.credential_id, *phone.answer(challenge, **changes))


def refusal(call) -> str:
    with pytest.raises(PasskeyRefused) as refused:
        call()
    return refused.value.reason


def test_a_bound_challenge_is_the_digest_of_seven_lines_that_anybody_can_write():
    lines = ["vermilion-passkey-1", *(FACTS[name] for name in ("purpose", "subject", "shown_digest", "decision", "detail_digest", "nonce"))]
    assert bound_challenge(**FACTS) == hashlib.sha256("\n".join(lines).encode()).digest()


@pytest.mark.parametrize("name", FACTS)
def test_every_fact_changes_the_challenge(name):
    other = "02" * 32 if name == "nonce" else "other"
    assert bound_challenge(**{**FACTS, name: other}) != bound_challenge(**FACTS)


@pytest.mark.parametrize("change", [{"subject": "a\nb"}, {"nonce": "01"}, {"nonce": "zz" * 32}])
def test_a_malformed_challenge_is_not_made(change):
    with pytest.raises(ValueError):
        bound_challenge(**{**FACTS, **change})


def test_a_new_passkey_is_kept_and_its_answer_believed():
    phone = Authenticator(counts=True)
    client_data, attestation = phone.register(CHALLENGE)
    made = check_registration(EXPECTED, client_data=client_data, attestation_object=attestation)
    assert (made.credential_id, made.data, made.sign_count) == (phone.credential_id, phone.credential, 1)
    assert check_assertion(EXPECTED, assertion(phone), data=made.data, sign_count=made.sign_count) == 2


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"origin": "https://evil.example"}, "origin"),
        ({"origin": "http://localhost.evil.example"}, "origin"),
        ({"crossOrigin": True}, "origin"),
        ({"kind": "webauthn.create"}, "type"),
        ({"flags": UP}, "not_verified"),
        ({"flags": UV}, "not_verified"),
        ({"flags": 0}, "not_verified"),
    ],
)
def test_an_answer_of_another_kind_or_place_is_refused(changes, reason):
    phone = Authenticator()
    answer = assertion(phone, **changes)
    assert refusal(lambda: check_assertion(EXPECTED, answer, data=phone.credential, sign_count=0)) == reason


def test_another_challenge_key_host_or_signature_is_refused():
    phone, other = Authenticator(), Authenticator()

    def judged(answer, passkey=phone):
        return refusal(lambda: check_assertion(EXPECTED, answer, data=passkey.credential, sign_count=0))

    good = assertion(phone)
    assert judged(assertion(phone, b"\1" * 32)) == "challenge"
    assert judged(assertion(other)) == "other_passkey"
    assert judged(Assertion(phone.credential_id, *other.answer(CHALLENGE))) == "signature"
    assert judged(assertion(Authenticator(rp_id="evil.example"))) == "relying_party"
    turned = bytes([*good.authenticator_data[:32], UP | UV | 0x10, *good.authenticator_data[33:]])
    assert judged(Assertion(good.credential_id, good.client_data, turned, good.signature)) == "signature"


@pytest.mark.parametrize(("before", "refused"), [(0, False), (4, False), (5, True), (9, True)])
def test_a_count_that_does_not_grow_is_a_copy(before, refused):
    phone = Authenticator(counts=True)
    phone.count = 4
    answer = assertion(phone)

    def judge():
        return check_assertion(EXPECTED, answer, data=phone.credential, sign_count=before)

    if refused:
        assert refusal(judge) == "counter"
    else:
        assert judge() == 5


def test_a_registration_needs_the_person_and_a_known_algorithm():
    phone = Authenticator()
    client_data, attestation = phone.register(CHALLENGE, flags=UP)
    assert refusal(lambda: check_registration(EXPECTED, client_data=client_data, attestation_object=attestation)) == "not_verified"
    key = {1: 2, 3: -65535, -1: 1}
    credential = bytes(16) + (32).to_bytes(2, "big") + phone.credential_id + cbor.encode(key)
    foreign = cbor.encode({"fmt": "none", "attStmt": {}, "authData": phone.data(UP | UV | AT) + credential})
    assert refusal(lambda: check_registration(EXPECTED, client_data=client_data, attestation_object=foreign)) == "algorithm"


@given(st.binary(max_size=80), st.binary(max_size=80), st.binary(max_size=80))
def test_rubbish_is_refused_and_nothing_else(client_data, data, signature):
    phone = Authenticator()
    good = phone.client_data("webauthn.get", CHALLENGE)
    for said in (client_data, good):
        answer = Assertion(phone.credential_id, said, data, signature)
        refusal(lambda answer=answer: check_assertion(EXPECTED, answer, data=phone.credential, sign_count=0))
    created = phone.client_data("webauthn.create", CHALLENGE)
    refusal(lambda: check_registration(EXPECTED, client_data=created, attestation_object=data))
