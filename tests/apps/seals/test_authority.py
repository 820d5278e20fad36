"""The built-in CA over the years: root key away, a second issuing CA, parts that end and get successors. No database."""

from __future__ import annotations

import shutil
import subprocess
from datetime import datetime, timedelta, timezone

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from vermilion.apps.seals.keeper.ceremony import Ceremony
from vermilion.apps.seals.keeper.hierarchy import RootKeyAway
from vermilion.apps.seals.keeper.keyring import Keyring
from vermilion.core.trust import authority, profiles
from vermilion.core.trust.errors import KeyFileError
from vermilion.core.trust.revocation import Revocation
from vermilion.core.trust.store import TrustStore

NOW = datetime(2026, 11, 25, tzinfo=timezone.utc)
DAY, YEAR = timedelta(days=1), timedelta(days=365)
WHERE = {"demo": False, "base_url": "https://sign.example.cn"}
PASSPHRASE = b"correct horse battery"


def opened(home, moment=NOW):
    keyring = Keyring(home, **WHERE)
    keyring.open(moment)
    keyring.revocation_lists({}, moment)
    return keyring


def judged(home, keyring, name, moment=NOW):
    _key, certificate, frame = keyring.signer(name)
    others = [x509.load_der_x509_certificate(one) for one in frame.certificates[1:]]
    return TrustStore.load(home / "trust").judge(certificate, others=others, moment=moment, purpose="documents")


def certify(keyring, name, moment=NOW):
    subject = authority.subject("保单专用章", organisation="示例人寿")
    return keyring.named(name, profiles.ORGANISATION, subject, moment)


@pytest.fixture
def away(tmp_path):
    """A home whose root key was exported and removed; the exported file."""
    opened(tmp_path)
    exported = tmp_path / "usb" / "root.key"
    ceremony = Ceremony(tmp_path, **WHERE)
    ceremony.export_root(exported, PASSPHRASE)
    ceremony.remove_root(exported, PASSPHRASE, NOW)
    return tmp_path, exported


def test_everything_works_without_the_root_key(away):
    home, exported = away
    assert not (home / "keeper/root.key").exists()
    assert b"ENCRYPTED" in exported.read_bytes()
    keyring = opened(home)
    certify(keyring, "seal-1")
    assert (judged(home, keyring, "seal-1").chain, judged(home, keyring, "seal-1").revocation) == ("trusted", "good")
    lists = keyring.revocation_lists({}, NOW)
    ends = x509.load_der_x509_crl(lists["root"]).next_update_utc
    assert ends > NOW + YEAR
    with pytest.raises(RootKeyAway):
        Ceremony(home, **WHERE).renew_issuing(NOW)
    with pytest.raises(RootKeyAway):
        Ceremony(home, **WHERE).sign_list(NOW)


def test_the_running_keeper_holds_no_root_key(tmp_path):
    keyring = opened(tmp_path)
    assert "root" not in keyring._cabinet.keys.files._held
    assert "issuing" in keyring._cabinet.keys.files._held


def test_the_key_is_not_removed_without_a_copy_that_opens(tmp_path):
    keyring = opened(tmp_path / "one")
    opened(tmp_path / "other")
    ceremony = Ceremony(tmp_path / "one", **WHERE)
    mine, foreign = tmp_path / "mine.key", tmp_path / "foreign.key"
    ceremony.export_root(mine, PASSPHRASE)
    Ceremony(tmp_path / "other", **WHERE).export_root(foreign, PASSPHRASE)
    with pytest.raises(FileExistsError):
        ceremony.export_root(mine, PASSPHRASE)
    for path, passphrase in ((mine, b"another passphrase"), (foreign, PASSPHRASE), (tmp_path / "absent", PASSPHRASE)):
        with pytest.raises(KeyFileError):
            ceremony.remove_root(path, passphrase, NOW)
    assert keyring.hierarchy.root_key_here
    ceremony.remove_root(mine, PASSPHRASE, NOW)
    assert not keyring.hierarchy.root_key_here
    with pytest.raises(KeyFileError):
        ceremony.import_root(foreign, PASSPHRASE)
    ceremony.import_root(mine, PASSPHRASE)
    assert keyring.hierarchy.root_authority().key.suite.name == "p256"


def test_a_second_issuing_ca_takes_over_without_a_gap(away):
    home, exported = away
    before = opened(home)
    certify(before, "seal-1")
    ceremony = Ceremony(home, **WHERE)
    ceremony.import_root(exported, PASSPHRASE)
    ceremony.renew_issuing(NOW)
    ceremony.remove_root(exported, PASSPHRASE, NOW)
    after = opened(home)
    assert [one.name for one in after.issuers] == ["issuing", "issuing-2"]
    second = certify(after, "seal-2")
    assert second.issuer == after.issuers[1].certificate.subject
    point = second.extensions.get_extension_for_class(x509.CRLDistributionPoints).value[0].full_name[0].value
    assert point == "https://sign.example.cn/pki/issuing-2.crl"
    for name in ("seal-1", "seal-2"):
        assert judged(home, after, name).trusted
        assert judged(home, after, name).revocation == "good"
    # Each CA tells of its own certificates; both have a responder.
    serial = after.signer("seal-1")[1].serial_number
    lists = after.revocation_lists({"issuing": [Revocation(serial, NOW)]}, NOW)
    assert [len(x509.load_der_x509_crl(lists[name])) for name in ("issuing", "issuing-2")] == [1, 0]
    assert [one.issuer for one in after.responders] == [one.certificate for one in after.issuers]


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_a_revoked_issuing_ca_is_on_the_roots_list_for_ever(away, tmp_path):
    home, exported = away
    ceremony = Ceremony(home, **WHERE)
    ceremony.import_root(exported, PASSPHRASE)
    stolen = Revocation(ceremony.issuing_serial("issuing"), NOW, "cACompromise", NOW - DAY)
    ceremony.sign_list(NOW, [stolen])
    data = ceremony.sign_list(NOW + DAY)
    (entry,) = x509.load_der_x509_crl(data)
    assert Revocation.of(entry) == stolen
    for name, one in (("root", opened(home).root), ("issuing", opened(home).issuing.certificate)):
        (tmp_path / f"{name}.pem").write_bytes(one.public_bytes(Encoding.PEM))
    (tmp_path / "root.crl.pem").write_bytes(x509.load_der_x509_crl(data).public_bytes(Encoding.PEM))
    moment = str(int((NOW + 2 * DAY).timestamp()))
    command = ["openssl", "verify", "-attime", moment, "-CAfile", "root.pem", "-crl_check", "-CRLfile", "root.crl.pem", "issuing.pem"]
    assert "revoked" in subprocess.run(command, cwd=tmp_path, capture_output=True, text=True).stderr
    with pytest.raises(KeyFileError):
        ceremony.issuing_serial("seal-1")


def test_parts_get_successors_before_they_end(tmp_path):
    first = opened(tmp_path)
    again = opened(tmp_path, NOW + DAY)
    assert (again.tsa_certificate, again.responders[0].certificate) == (first.tsa_certificate, first.responders[0].certificate)
    later = opened(tmp_path, NOW + 200 * DAY)
    assert later.responders[0].certificate != first.responders[0].certificate
    assert later.responders[0].certificate.subject == first.responders[0].certificate.subject
    much_later = opened(tmp_path, NOW + 4 * YEAR + 10 * DAY)
    assert much_later.tsa_certificate != first.tsa_certificate
    assert first.tsa_certificate.not_valid_after_utc > NOW + 4 * YEAR + 10 * DAY


def test_a_running_keyring_takes_over_what_came_since(tmp_path):
    keyring = opened(tmp_path)
    first, tsa = keyring.issuing, keyring.tsa_certificate
    Ceremony(tmp_path, **WHERE).renew_issuing(NOW)
    keyring.revocation_lists({}, NOW + DAY)
    assert [one.name for one in keyring.issuers] == [first.name, "issuing-2"]
    assert certify(keyring, "seal-1", NOW + DAY).issuer == keyring.issuing.certificate.subject
    # The old CA may have been revoked: time is told by a certificate of the new one, once.
    assert keyring.tsa_certificate.issuer == keyring.issuing.certificate.subject
    assert keyring.tsa_certificate != tsa
    second = keyring.tsa_certificate
    keyring.revocation_lists({}, NOW + 2 * DAY)
    assert keyring.tsa_certificate == second
    keyring.revocation_lists({}, NOW + 4 * YEAR + 10 * DAY)
    assert keyring.tsa_certificate not in (tsa, second)
    assert keyring.tsa.token(b"0" * 32, now=NOW + 5 * YEAR).certificate == keyring.tsa_certificate


def test_a_revoked_part_gets_a_successor_at_once(tmp_path):
    keyring = opened(tmp_path)
    tsa, responder = keyring.tsa_certificate, keyring.responders[0].certificate
    revoked = [Revocation(one.serial_number, NOW) for one in (tsa, responder)]
    for _ in range(2):
        keyring.revocation_lists({"issuing": revoked}, NOW)
    again = opened(tmp_path)
    for found in (keyring, again):
        assert tsa.serial_number != found.tsa_certificate.serial_number
        assert responder.serial_number != found.responders[0].certificate.serial_number
    assert again.tsa_certificate == keyring.tsa_certificate


def test_nothing_outlives_its_issuer(tmp_path):
    opened(tmp_path)
    late = opened(tmp_path, NOW + 9 * YEAR)
    ends = late.issuing.certificate.not_valid_after_utc
    assert certify(late, "seal-9", NOW + 9 * YEAR).not_valid_after_utc == ends
    # A responder that can't outlive the old one gets no successor at every start.
    first, second = (opened(tmp_path, ends - 20 * DAY).responders[0].certificate for _ in range(2))
    assert first == second
