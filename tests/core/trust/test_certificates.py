"""Profiles, the CA, revocation lists, trust stores, key files."""

from __future__ import annotations

import asyncio
import os
import pickle
import shutil
import stat
import subprocess
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID

from tests.core.pki import MINUTE, NOW, YEAR, Pki, pki
from vermilion.core.trust import authority, oids, profiles, suites
from vermilion.core.trust.authority import Authority
from vermilion.core.trust.errors import KeyFileError, ProfileError, TrustError
from vermilion.core.trust.keyfiles import KeyFolder
from vermilion.core.trust.revocation import Revocation
from vermilion.core.trust.store import Root, TrustStore

SECRET = b"s" * 32


def issue(profile, *, name="张三", lasts=10 * MINUTE, suite=suites.P256, binding=None):
    key = suites.generate(suite)
    return pki().issuing.issue(
        profile,
        authority.subject(name),
        key.public_key(),
        not_before=NOW - MINUTE,
        not_after=NOW + lasts,
        random=os.urandom,
        binding=binding,
    )


def test_event_certificate_is_short_bound_and_without_revocation():
    binding = authority.event_binding(b"d" * 32, "3f0c")
    certificate = issue(profiles.EVENT, binding=binding)
    extensions = {one.oid.dotted_string: one for one in certificate.extensions}
    assert extensions[oids.EVENT_BINDING].value.value == binding
    assert not extensions[oids.EVENT_BINDING].critical
    for oid in (oids.NO_REV_AVAIL, oids.SHORT_TERM):
        assert extensions[oid].value.value == b"\x05\x00"
        assert not extensions[oid].critical
    # RFC 9608 §3: beside noRevAvail there is no pointer to revocation data.
    access = extensions[x509.AuthorityInformationAccess.oid.dotted_string].value
    assert [one.access_method for one in access] == [AuthorityInformationAccessOID.CA_ISSUERS]
    assert x509.CRLDistributionPoints.oid.dotted_string not in extensions
    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc <= timedelta(minutes=16)


@pytest.mark.parametrize("tail", ["a13800138000", "13800138000f", "b11010119900"])
def test_a_random_identifier_is_nobodys_number(tail):
    """Of these a case could never be signed: every attempt binds the same permission."""
    transaction = f"0a1b2c3d-4e5f-4a6b-8c7d-{tail}"
    assert issue(profiles.EVENT, binding=authority.event_binding(bytes(32), transaction))
    with pytest.raises(ProfileError, match="ID or phone"):
        issue(profiles.EVENT, binding=authority.event_binding(bytes(32), f"{transaction} of 13800138000"))


@pytest.mark.parametrize(
    ("profile", "changes", "word"),
    [
        (profiles.EVENT, {"lasts": timedelta(hours=2), "binding": b"\x05\x00"}, "validity"),
        (profiles.EVENT, {}, "event extensions"),
        (profiles.ORGANISATION, {"binding": None, "lasts": 20 * YEAR, "suite": suites.RSA2048}, "validity"),
        (profiles.APPROVER, {"name": "张三 110101199003077475", "lasts": YEAR}, "ID or phone"),
        (profiles.SALESPERSON, {"name": "李四 13800138000", "lasts": YEAR}, "ID or phone"),
        (profiles.APPROVER, {"name": "张三 138 0013-8000", "lasts": YEAR}, "ID or phone"),
        (profiles.APPROVER, {"name": "张三 １３８００１３８０００", "lasts": YEAR}, "ID or phone"),
        (profiles.EVENT, {"binding": authority.event_binding(bytes(32), "signer 13800138000")}, "extension .* ID or phone"),
        (profiles.ORGANISATION, {"binding": authority.event_binding(bytes(32), "x"), "lasts": YEAR}, "event extensions"),
        (profiles.OCSP, {"lasts": 2 * YEAR}, "validity"),
        (profiles.APPROVER, {"suite": suites.RSA2048, "lasts": YEAR}, "suite"),
    ],
)
def test_certificate_against_its_profile_is_not_signed(profile, changes, word):
    with pytest.raises(ProfileError, match=word):
        issue(profile, **changes)


def test_readers_are_told_where_to_ask_for_revocation():
    certificate = issue(profiles.APPROVER, lasts=YEAR)
    access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    assert {(one.access_method._name, one.access_location.value) for one in access} == {
        ("caIssuers", "http://127.0.0.1:8000/pki/issuing.cer"),
        ("OCSP", "http://127.0.0.1:8000/pki/ocsp"),
    }
    (point,) = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    assert [one.value for one in point.full_name] == ["http://127.0.0.1:8000/pki/issuing.crl"]


def test_no_event_certificate_without_every_mark(monkeypatch):
    left_out = Authority._extensions

    def forget(oid):
        def extensions(self, profile, binding):
            return [one for one in left_out(self, profile, binding) if one.oid.dotted_string != oid]

        return extensions

    for oid in (oids.NO_REV_AVAIL, oids.SHORT_TERM, oids.EVENT_BINDING):
        monkeypatch.setattr(Authority, "_extensions", forget(oid))
        with pytest.raises(ProfileError, match="event extensions"):
            issue(profiles.EVENT, binding=authority.event_binding(bytes(32), "x"))


def test_a_revocation_list_tells_reason_and_suspected_time():
    stolen = Revocation(5, NOW, "keyCompromise", NOW - 5 * MINUTE)
    plain = Revocation(6, NOW)
    entries = {one.serial_number: one for one in pki().issuing.revocation_list([stolen, plain], number=1, now=NOW)}
    assert entries[5].extensions.get_extension_for_class(x509.CRLReason).value.reason is x509.ReasonFlags.key_compromise
    assert entries[5].extensions.get_extension_for_class(x509.InvalidityDate).value.invalidity_date_utc == NOW - 5 * MINUTE
    assert len(entries[6].extensions) == 0


def test_key_of_no_suite_is_refused():
    with pytest.raises(TrustError):
        suites.of_spki(suites.spki_of(ec.generate_private_key(ec.SECP384R1()).public_key()))


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_follows_chain_and_revocation_list(tmp_path):
    certificate = issue(profiles.ORGANISATION, lasts=YEAR, suite=suites.RSA2048)
    files = {"root.pem": pki().root.certificate, "issuing.pem": pki().issuing.certificate, "leaf.pem": certificate}
    for name, one in files.items():
        (tmp_path / name).write_bytes(one.public_bytes(Encoding.PEM))

    def verify(revoked):
        crl = pki().issuing.revocation_list(revoked, number=1, now=NOW)
        (tmp_path / "crl.pem").write_bytes(crl.public_bytes(Encoding.PEM))
        command = ["openssl", "verify", "-CAfile", "root.pem", "-untrusted", "issuing.pem", "-crl_check", "-CRLfile", "crl.pem", "leaf.pem"]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    assert verify([]).returncode == 0
    assert "revoked" in verify([Revocation(certificate.serial_number, NOW)]).stderr


def test_store_knows_classes_purposes_and_revocation():
    organisation = pki().organisation().certificate
    others = [pki().issuing.certificate]

    def judge(store, moment=NOW, purpose="documents"):
        return store.judge(organisation, others=others, moment=moment, purpose=purpose)

    assert judge(pki().trust).trusted
    assert judge(TrustStore()).chain == "unknown_root"
    assert judge(Pki().trust).chain == "unknown_root"
    assert judge(pki().trust, moment=NOW + 2 * YEAR).chain == "expired"
    assert judge(pki().trust, moment=NOW - YEAR).chain == "not_yet_valid"
    only_time = TrustStore((Root(pki().root.certificate, "private", ("timestamps",)),))
    assert judge(only_time).chain == "unknown_root"
    crl = pki().issuing.revocation_list([Revocation(organisation.serial_number, NOW - MINUTE)], number=1, now=NOW)
    revoked = TrustStore(pki().trust.roots, (crl,))
    assert judge(revoked).revocation == "revoked"
    assert not judge(revoked).trusted
    assert judge(revoked, moment=NOW - 2 * MINUTE).revocation != "revoked"
    stolen = Revocation(organisation.serial_number, NOW - MINUTE, "keyCompromise", NOW - 5 * MINUTE)
    suspected = TrustStore(pki().trust.roots, (pki().issuing.revocation_list([stolen], number=1, now=NOW),))
    assert judge(suspected, moment=NOW - 2 * MINUTE).revocation == "revoked"
    assert judge(suspected, moment=NOW - 6 * MINUTE).revocation != "revoked"
    forged = Pki().issuing.revocation_list([Revocation(organisation.serial_number, NOW - MINUTE)], number=1, now=NOW)
    assert judge(TrustStore(pki().trust.roots, (forged,))).revocation == "unknown"


def test_a_caller_inside_an_event_loop_gets_the_same_answer():
    organisation = pki().organisation().certificate

    async def judged() -> str:
        return pki().trust.judge(organisation, others=[pki().issuing.certificate], moment=NOW, purpose="documents").chain

    assert asyncio.run(judged()) == "trusted"


def test_a_demonstration_is_never_shown_as_more():
    store = TrustStore((Root(pki().root.certificate, "licensed"),))
    judged = store.judge(pki().organisation().certificate, others=[pki().issuing.certificate], moment=NOW, purpose="documents")
    assert judged.trust_class == "trial"


def test_store_on_disk_and_on_its_way_to_a_child(tmp_path):
    folder = tmp_path / "trial"
    folder.mkdir()
    (folder / "root.pem").write_bytes(pki().root.certificate.public_bytes(Encoding.PEM))
    (tmp_path / "crl").mkdir()
    (tmp_path / "crl" / "a.crl").write_bytes(pki().issuing.revocation_list([], number=1, now=NOW).public_bytes(Encoding.DER))
    store = TrustStore.load(tmp_path)
    assert [root.trust_class for root in store.roots] == ["trial"]
    assert pickle.loads(pickle.dumps(store)) == store  # noqa: S301 - our own bytes
    assert (
        store.judge(pki().organisation().certificate, others=[pki().issuing.certificate], moment=NOW, purpose="documents").revocation
        == "good"
    )
    (folder / "broken.pem").write_text("nothing")
    with pytest.raises(TrustError, match=r"broken\.pem"):
        TrustStore.load(tmp_path)


def test_key_files_are_private_encrypted_and_bound_to_their_name(tmp_path):
    keys = KeyFolder(tmp_path, SECRET)
    key = suites.generate(suites.P256)
    keys.save("seal-1", key)
    path = tmp_path / "seal-1.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"ENCRYPTED PRIVATE KEY" in path.read_bytes()
    again = KeyFolder(tmp_path, SECRET)
    assert suites.spki_of(again.load("seal-1").public_key()) == suites.spki_of(key.public_key())
    assert again.load("seal-1") is again.load("seal-1")
    with pytest.raises(KeyFileError, match="exists"):
        keys.save("seal-1", key)
    with pytest.raises(KeyFileError, match="secret"):
        KeyFolder(tmp_path, b"t" * 32).load("seal-1")
    path.rename(tmp_path / "seal-2.key")
    with pytest.raises(KeyFileError, match="secret"):
        KeyFolder(tmp_path, SECRET).load("seal-2")
    (tmp_path / "seal-2.key").chmod(0o640)
    with pytest.raises(KeyFileError, match="open to others"):
        KeyFolder(tmp_path, SECRET).load("seal-2")
    with pytest.raises(KeyFileError):
        keys.load("../seal-2")


def test_serial_numbers_are_random_and_fit():
    serials = {issue(profiles.APPROVER, lasts=YEAR).serial_number for _ in range(5)}
    assert len(serials) == 5
    assert all(0 < serial < 1 << 159 for serial in serials)


def test_no_certificate_names_a_person_by_number():
    certificate = issue(profiles.EVENT, binding=authority.event_binding(bytes(32), "x"))
    assert {attribute.oid for attribute in certificate.subject} <= {
        x509.NameOID.COUNTRY_NAME,
        x509.NameOID.COMMON_NAME,
        x509.NameOID.ORGANIZATION_NAME,
        x509.NameOID.ORGANIZATIONAL_UNIT_NAME,
    }
