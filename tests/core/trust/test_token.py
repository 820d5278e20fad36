"""Keys in a real SoftHSM2 token: made and found, used by many threads, after the token was away, and never by a wrong PIN twice."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.core.pki import MINUTE, NOW, YEAR, Signer, der, document, pki
from tests.core.trust.softhsm import LABEL, PIN, SoftHsm
from vermilion.core.pdf import signing
from vermilion.core.pdf.fields import Place
from vermilion.core.pdf.verify import verify_pdf
from vermilion.core.trust import authority, cms, profiles, suites, tokenkeys
from vermilion.core.trust.errors import KeyGone, KeyStoreError, PinRefused
from vermilion.core.trust.revocation import Revocation
from vermilion.core.trust.token import Token


@pytest.fixture
def hsm(tmp_path, monkeypatch):
    return SoftHsm(tmp_path, monkeypatch)


@pytest.fixture
def token(hsm):
    token = Token(hsm.module, LABEL, lambda: PIN)
    yield token
    token.close()


@pytest.mark.parametrize("suite", [suites.P256, suites.RSA2048], ids=lambda suite: suite.name)
def test_a_key_made_in_the_token_signs_a_seal_that_verifies_and_stays_there(token, suite):
    reference = tokenkeys.make(token, "seal-1", suite)
    key = tokenkeys.TokenKey(token, reference)
    assert key.suite is suite
    assert tokenkeys.is_locked_in(token, reference)
    assert tokenkeys.find(token, label="seal-1") == reference
    issuing = pki().issuing
    certificate = issuing.issue(
        profiles.ORGANISATION, authority.subject("HSM"), key.public_key(), not_before=NOW - MINUTE, not_after=NOW + YEAR, random=os.urandom
    )
    frame = cms.Frame(key.suite, (der(certificate), der(issuing.certificate)))
    prepared = signing.prepare(document(), field=Place("Seal", 0, (20, 20, 120, 120)), at=NOW, certify=True)
    sealed = pki().complete(prepared, Signer(key, certificate, frame))
    verdict = verify_pdf(sealed, trust=pki().trust, now=NOW)
    assert verdict.bottom_line == "valid", verdict


def test_a_ca_whose_key_lies_in_the_token_issues_certificates_and_lists(token):
    key = tokenkeys.TokenKey(token, tokenkeys.make(token, "root", suites.P256))
    root = authority.make_root(key, authority.subject("Root"), now=NOW, random=os.urandom)
    root.certificate.verify_directly_issued_by(root.certificate)
    assert root.revocation_list([Revocation(3, NOW)], number=1, now=NOW).is_signature_valid(root.certificate.public_key())


def test_a_key_that_was_imported_is_found_by_label_or_id_and_no_other_takes_its_place(hsm, token):
    native = ec.generate_private_key(ec.SECP256R1())
    hsm.import_key(native.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), "old seal", "a1b2")
    reference = tokenkeys.find(token, label="old seal")
    assert reference == tokenkeys.find(token, id=bytes.fromhex("a1b2"))
    assert reference.spki == suites.spki_of(native.public_key())
    assert not tokenkeys.is_locked_in(token, reference)
    value = tokenkeys.TokenKey(token, reference).sign(b"data")
    assert suites.verify(native.public_key(), value, b"data")
    other = suites.spki_of(ec.generate_private_key(ec.SECP256R1()).public_key())
    with pytest.raises(KeyStoreError, match="another key"):
        tokenkeys.TokenKey(token, tokenkeys.Reference(reference.id, other)).sign(b"data")
    with pytest.raises(KeyStoreError, match="NoSuchKey"):
        tokenkeys.find(token, label="nobody")


def test_two_keys_of_one_name_are_refused(token):
    for _ in range(2):
        tokenkeys.make(token, "twice", suites.P256)
    with pytest.raises(KeyStoreError, match="MultipleObjects"):
        tokenkeys.find(token, label="twice")


def test_many_threads_sign_at_once_and_go_on_after_the_token_was_restarted(hsm, token):
    key = tokenkeys.TokenKey(token, tokenkeys.make(token, "seal-1", suites.P256))
    again = threading.Barrier(8)

    def work(number: int) -> int:
        good = 0
        for turn in range(6):
            if turn == 3:
                again.wait()
                if number == 0:
                    hsm.put_away()
                    hsm.bring_back()
                    token._forget(token._generation)  # as after a call into a module that was restarted
                again.wait()
            data = b"%d %d" % (number, turn)
            good += suites.verify(key.public_key(), key.sign(data), data)
        return good

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(8))) == [6] * 8
    assert len(token._idle) <= 4, "sessions are kept and bounded"


def test_a_module_that_was_initialised_anew_is_noticed_and_nobody_is_troubled(hsm, token):
    import ctypes

    key = tokenkeys.TokenKey(token, tokenkeys.make(token, "seal-1", suites.P256))
    key.sign(b"1")
    module = ctypes.CDLL(str(hsm.module))
    module.C_Finalize(None)
    assert suites.verify(key.public_key(), key.sign(b"2"), b"2")
    module.C_Finalize(None)
    module.C_Initialize(None)
    assert suites.verify(key.public_key(), key.sign(b"3"), b"3")
    module.C_Finalize(None)
    assert tokenkeys.make(token, "seal-2", suites.P256), "making a key finds its way back too"


def test_a_token_that_is_gone_is_a_clear_error_until_it_is_back(hsm, token):
    key = tokenkeys.TokenKey(token, tokenkeys.make(token, "seal-1", suites.P256))
    key.sign(b"1")
    token._forget(token._generation)
    hsm.put_away()
    for _ in range(2):
        with pytest.raises(KeyStoreError, match="NoSuchToken"):
            key.sign(b"2")
    hsm.bring_back()
    assert suites.verify(key.public_key(), key.sign(b"3"), b"3")


def test_an_empty_token_of_the_same_name_does_not_pass_for_the_old_one(hsm, token):
    key = tokenkeys.TokenKey(token, tokenkeys.make(token, "seal-1", suites.P256))
    key.sign(b"1")
    hsm.remove()
    hsm.make()
    with pytest.raises(KeyStoreError, match="NoSuchKey"):
        key.sign(b"2")


def test_a_refused_pin_is_tried_once_and_a_new_one_again(hsm):
    tries = []
    pins = ["0000000000"] * 4 + [PIN]

    def pin() -> str:
        tries.append(pins[len(tries)])
        return tries[-1]

    token = Token(hsm.module, LABEL, pin)
    for number in range(4):
        with pytest.raises(PinRefused, match="refused the PIN" if number == 0 else "not tried again") as caught:
            tokenkeys.find(token, label="seal-1")
        assert "0000000000" not in str(caught.value)
    assert len(tokenkeys.make(token, "seal-1", suites.P256).spki) > 80, "the right PIN, set later, is taken"
    token.close()


def test_a_closed_token_signs_nothing(token):
    key = tokenkeys.TokenKey(token, tokenkeys.make(token, "seal-1", suites.P256))
    token.close()
    with pytest.raises(KeyGone):
        key.sign(b"data")


def test_a_forked_child_is_refused(token):
    key = tokenkeys.TokenKey(token, tokenkeys.make(token, "seal-1", suites.P256))
    token._process = os.getpid() + 1  # as a child of a fork sees it
    with pytest.raises(KeyStoreError, match="forked"):
        key.sign(b"data")
    token._process = os.getpid()


def test_names_are_all_that_is_shown(token):
    reference = tokenkeys.make(token, "seal-1", suites.P256)
    assert repr(token) == f"<Token {LABEL}>"
    assert PIN not in repr(tokenkeys.TokenKey(token, reference)) + repr(reference) + repr(vars(token))
