"""Suites: each signs by its own algorithm, another one fits in without any change of a caller, keys tell nothing of themselves."""

from __future__ import annotations

import copy
import os
import pickle
from dataclasses import replace

import pytest
from asn1crypto import cms as asn1_cms
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from tests.core.pki import MINUTE, NOW, YEAR, der, document
from vermilion.core.pdf import signing
from vermilion.core.pdf.fields import Place
from vermilion.core.pdf.verify import verify_pdf
from vermilion.core.trust import authority, cms, profiles, signed, suites
from vermilion.core.trust import der as encode
from vermilion.core.trust.errors import KeyGone, TrustError
from vermilion.core.trust.revocation import Revocation
from vermilion.core.trust.store import TrustStore
from vermilion.core.trust.timestamp import BuiltinTsa

_ECDSA_WITH_SHA384 = encode.sequence(encode.oid("1.2.840.10045.4.3.3"))
STRANGER = suites.EcdsaSuite(
    "stranger",
    "P-384 under another name",
    suites.Digest("sha384", "2.16.840.1.101.3.4.2.2", 48),
    suites.ec_key_algorithm("1.3.132.0.34"),
    _ECDSA_WITH_SHA384,
    _ECDSA_WITH_SHA384,
    104,
    ec.SECP384R1(),
)


@pytest.mark.parametrize("suite", list(suites.SUITES.values()), ids=lambda suite: suite.name)
def test_each_suite_signs_verifies_and_certifies(suite):
    key = suites.generate(suite)
    value = key.sign(b"data")
    assert len(value) <= suite.signature_size
    assert suites.verify(key.public_key(), value, b"data")
    assert not suites.verify(key.public_key(), value, b"other")
    assert not suites.verify(key.public_key(), b"\0" * len(value), b"data")
    assert suites.of_spki(suites.spki_of(key.public_key())) is suite
    assert suites.spki_of(suites.open_key(key.encrypted(b"secret"), b"secret").public_key()) == suites.spki_of(key.public_key())
    root = authority.make_root(suites.generate(suites.P256), authority.subject("Root"), now=NOW, random=os.urandom)
    issuing = root.issue(
        replace(profiles.ISSUING, suites=(suite.name,)), authority.subject("Issuing"), key.public_key(),
        not_before=NOW, not_after=NOW + YEAR, random=os.urandom,
    )  # fmt: skip
    issuing.verify_directly_issued_by(root.certificate)
    revoked = authority.Authority(key, issuing).revocation_list([Revocation(7, NOW)], number=1, now=NOW)
    assert revoked.is_signature_valid(issuing.public_key())
    assert signed.is_signed_by(der(issuing), suites.spki_of(root.key.public_key()))
    assert not signed.is_signed_by(der(issuing), suites.spki_of(key.public_key()))


def test_identifiers_are_those_that_others_compute():
    key = suites.generate(suites.P256).public_key()
    assert signed.key_identifier(key) == x509.SubjectKeyIdentifier.from_public_key(key).digest


def test_another_suite_seals_stamps_and_verifies_without_any_change(monkeypatch):
    """The seam for SM2 with SM3: a suite with its own digest, known to nobody but the table of suites and the profiles' data."""
    monkeypatch.setitem(suites.SUITES, STRANGER.name, STRANGER)

    def allowing(profile):
        return replace(profile, suites=(STRANGER.name,))

    monkeypatch.setattr(profiles, "ROOT", allowing(profiles.ROOT))
    root_key, issuing_key, tsa_key, seal_key = (suites.generate(STRANGER) for _ in range(4))
    root = authority.make_root(root_key, authority.subject("Root"), now=NOW, random=os.urandom, trial=True)

    def issue(issuer, profile, key):
        return issuer.issue(
            allowing(profile), authority.subject(profile.name), key.public_key(),
            not_before=NOW - MINUTE, not_after=NOW + YEAR, random=os.urandom,
        )  # fmt: skip

    issuing = authority.Authority(issuing_key, issue(root, profiles.ISSUING, issuing_key))
    chain = der(issuing.certificate)
    tsa = BuiltinTsa(tsa_key, (der(issue(issuing, profiles.TSA, tsa_key)), chain), os.urandom)
    frame = cms.Frame(STRANGER, (der(issue(issuing, profiles.ORGANISATION, seal_key)), chain))
    prepared = signing.prepare(document(), field=Place("Seal", 0, (20, 20, 120, 120)), at=NOW, certify=True)
    value = cms.sign(frame, seal_key, prepared.digested(STRANGER.digest), lambda digest: tsa.token(digest, now=NOW).der)

    (info,) = asn1_cms.ContentInfo.load(value)["content"]["signer_infos"]
    assert info["digest_algorithm"]["algorithm"].native == "sha384"
    assert cms.is_canonical(value, frame.certificates[0])
    verdict = verify_pdf(signing.finish(prepared, value), trust=TrustStore.of([root.certificate], "trial"), now=NOW)
    assert (verdict.bottom_line, verdict.signatures[0].level, verdict.signatures[0].algorithm) == (
        "valid",
        "B-T",
        "ECDSA secp384r1 / SHA-384",
    )


def test_a_certificate_of_no_suite_is_not_ours(monkeypatch):
    monkeypatch.setitem(suites.SUITES, STRANGER.name, STRANGER)
    key = suites.generate(STRANGER)
    root = authority.make_root(suites.generate(suites.P256), authority.subject("Root"), now=NOW, random=os.urandom)
    certificate = root.issue(
        replace(profiles.ORGANISATION, suites=(STRANGER.name,)), authority.subject("Seal"), key.public_key(),
        not_before=NOW, not_after=NOW + YEAR, random=os.urandom,
    )  # fmt: skip
    value, other = (cms.sign(cms.Frame(STRANGER, (der(certificate),)), key, bytes(48 * [filled])) for filled in (0, 1))
    assert cms.is_canonical(value, der(certificate))
    monkeypatch.delitem(suites.SUITES, STRANGER.name)
    assert not cms.is_canonical(other, der(certificate)), (
        "what was found out once about the same bytes is kept, as a process has its suites"
    )
    with pytest.raises(TrustError):
        suites.verify(key.public_key(), b"", b"")


def test_a_key_tells_nothing_and_goes_nowhere():
    key = suites.generate(suites.P256)
    assert repr(key) == "<OpensslKey p256>"
    with pytest.raises(TypeError):
        pickle.dumps(key)
    with pytest.raises(TypeError):
        copy.deepcopy(key)


def test_a_wiped_key_signs_nothing_whoever_holds_it():
    key = suites.generate(suites.P256)
    held = authority.make_root(key, authority.subject("Root"), now=NOW, random=os.urandom)
    key.wipe()
    with pytest.raises(KeyGone):
        held.revocation_list([], number=1, now=NOW)
    with pytest.raises(KeyGone):
        key.encrypted(b"secret")


def test_a_key_in_clear_or_of_no_suite_does_not_open():
    native = ec.generate_private_key(ec.SECP384R1())
    with pytest.raises(TrustError):
        suites.open_key(suites.OpensslKey(suites.P256, native).encrypted(b"x"), b"x")
    with pytest.raises(ValueError, match=r"(?i)encrypted|password"):
        suites.open_key(suites.OpensslKey(suites.P256, native).encrypted(b"x"), b"y")
