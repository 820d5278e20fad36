"""Certificates of seals and people through a real keeper: renewed without a gap, revoked with reason and time, and on record."""

from __future__ import annotations

import os
import uuid
from datetime import timedelta

import pytest
from cryptography import x509
from django.db import DatabaseError, transaction

from tests.apps.seals.requesting import decide, make_request
from tests.apps.seals.test_signing import seal, store
from tests.passkeys import phone_of
from vermilion.apps.chronicle.models import EvidenceEvent
from vermilion.apps.seals import errors, revoking, services, tasks
from vermilion.apps.seals.certifying import AUTHORITY_STREAM
from vermilion.apps.seals.keeper import client
from vermilion.apps.seals.models import CertificateRecord, RevocationRequest, Seal, SealUse
from vermilion.apps.seals.signing import trust_store
from vermilion.base.clock import now
from vermilion.cli.main import main
from vermilion.core.pdf.verify import verify_pdf
from vermilion.core.trust import timestamp

HOUR = timedelta(hours=1)


def verdict(pdf):
    return verify_pdf(pdf, trust=trust_store(), now=now())


def test_a_seal_is_renewed_without_a_gap(register):
    before = seal(register.permit())
    old = register.seal.certificate
    renewed = services.renew_seal_certificate(seal_id=register.seal.id, by=register.staff[0])
    new = renewed.certificate
    assert (new.pk != old.pk, new.key_name, new.authority) == (True, f"seal-{register.seal.id}.2", "")
    assert (new.trust_class, new.issuer.count("Vermilion Issuing CA")) == ("trial", 1)
    # What was signed by the old key is stored and verifies; the next document is signed by the new one.
    store(before)
    after = seal(register.permit())
    assert (before.certificate_serial, after.certificate_serial) == (old.serial, new.serial)
    assert [verdict(one.pdf).bottom_line for one in (before, after)] == ["valid", "valid"]
    assert EvidenceEvent.objects.filter(stream__subject=register.seal.id, type="seal.renewed").count() == 1


def test_a_renewal_that_was_broken_off_is_finished_not_repeated(register):
    old = register.seal.certificate_id
    first = client.certify_seal(register.seal.id, register.insurer.name, after=old)
    renewed = services.renew_seal_certificate(seal_id=register.seal.id)
    assert renewed.certificate_id == first
    assert CertificateRecord.objects.filter(profile="organisation").count() == 2


def test_the_night_renews_what_ends_soon(register, monkeypatch):
    tasks.keep_certificates.function()
    assert Seal.objects.get().certificate_id == register.seal.certificate_id
    monkeypatch.setattr(tasks, "RENEW_AHEAD", timedelta(days=1000))
    tasks.keep_certificates.function()
    assert Seal.objects.get().certificate_id != register.seal.certificate_id


def test_revocation_has_reason_and_time_and_is_on_record(register, drain_jobs):
    signed = seal(register.permit())
    store(signed)
    assert verdict(signed.pdf).bottom_line == "valid"
    pending, listed = register.permit(), make_request(register.seal, register.staff[0], 1)
    suspected = now() - HOUR
    services.revoke_certificate(
        record_id=register.seal.certificate_id,
        code="keyCompromise",
        reason="笔记本丢失",
        suspected_since=suspected,
        by=register.staff[0],
    )
    frozen = Seal.objects.get()
    assert (frozen.state, frozen.state_reason) == ("frozen", "笔记本丢失")
    with pytest.raises(errors.SealNotUsable):  # pending uses stop: what was permitted, and what waits for its approval
        seal(pending)
    with pytest.raises(errors.SealNotUsable):
        decide(listed, register.staff[1], phone_of(register.staff[1].user))
    drain_jobs()
    (entry,) = x509.load_der_x509_crl(client.crl("issuing"))
    assert entry.extensions.get_extension_for_class(x509.CRLReason).value.reason is x509.ReasonFlags.key_compromise
    found = entry.extensions.get_extension_for_class(x509.InvalidityDate).value.invalidity_date_utc
    assert abs(found - suspected) < timedelta(seconds=1)
    # Signed after the suspected time, though before anybody knew: refused.
    assert verdict(signed.pdf).bottom_line != "valid"
    (event,) = EvidenceEvent.objects.filter(type="certificate.revoked")
    assert b"keyCompromise" in bytes(event.leaf)
    assert "笔记本丢失".encode() not in bytes(event.leaf)
    with pytest.raises(errors.CertificateRevoked):
        services.revoke_certificate(record_id=register.seal.certificate_id, code="superseded", reason="again")
    # A new certificate, and the seal goes on; not before, when it would only look as if it could.
    with pytest.raises(errors.AnotherCertificateNeeded):
        services.unfreeze(seal_id=register.seal.id, reason="found again")
    services.renew_seal_certificate(seal_id=register.seal.id)
    services.unfreeze(seal_id=register.seal.id, reason="new key")
    assert verdict(seal(register.permit()).pdf).bottom_line == "valid"


def test_a_time_to_come_is_no_suspicion(register):
    with pytest.raises(errors.SuspectedLater):
        services.revoke_certificate(record_id=register.seal.certificate_id, code="keyCompromise", reason="x", suspected_since=now() + HOUR)
    assert CertificateRecord.objects.filter(revoked_at__isnull=False).count() == 0


def test_the_record_of_a_certificate_is_final(register):
    record = register.seal.certificate

    def change(**values):
        with pytest.raises(DatabaseError), transaction.atomic():
            CertificateRecord.objects.filter(pk=record.pk).update(**values)

    change(trust_class="licensed")
    change(key_name="root")
    change(revocation_reason="nothing")
    services.revoke_certificate(record_id=record.pk, code="superseded", reason="x")
    change(revoked_at=None)
    change(suspected_since=now())


def test_a_person_gets_a_successor_too(register):
    person = {"name": "林静", "organisation": "示例人寿"}
    old = services.issue_person_certificate(profile="approver", subject_id=uuid.uuid4(), **person)
    new = services.renew_person_certificate(record_id=old.pk, **person)
    assert services.renew_person_certificate(record_id=old.pk, **person).pk == new.pk
    assert (new.subject_id, new.profile, new.pk != old.pk) == (old.subject_id, "approver", True)
    services.revoke_certificate(record_id=new.pk, code="affiliationChanged", reason="left")
    assert EvidenceEvent.objects.filter(stream__subject=AUTHORITY_STREAM, type="certificate.revoked").count() == 1
    # After a revocation whoever asks again gets a fresh one, not the revoked.
    again = services.issue_person_certificate(profile="approver", subject_id=old.subject_id, **person)
    assert again.pk not in (old.pk, new.pk)


def test_an_answer_that_comes_after_the_certificates_end_is_no_signature(register, keeper, monkeypatch):
    """An event certificate lives for minutes; a token of a slow authority behind its end proves nothing."""
    permission = register.permit()
    _key, certificate, _frame = keeper.operations._keyring.signer(register.seal.key_name)
    token = keeper.operations._timestamps.token

    def late(digest):
        found = token(digest)
        object.__setattr__(found, "time", certificate.not_valid_after_utc + timedelta(seconds=1))
        return found

    monkeypatch.setattr(type(keeper.operations._timestamps), "token", lambda self, digest: late(digest))
    with pytest.raises(errors.TimestampFailed):
        seal(permission)
    assert list(SealUse.objects.filter(permission=permission).values_list("state", flat=True)) == ["failed"]


def test_the_command_takes_the_root_away_and_back(register, home, tmp_path, capsys):
    secret, exported = tmp_path / "passphrase", tmp_path / "root.key"
    secret.write_text("correct horse battery\n")
    options = ["--passphrase-file", str(secret), "--people", "林静、王强"]
    assert main(["ca", "root", "export", str(exported), *options]) == 0
    assert main(["ca", "root", "remove", str(exported), *options]) == 0
    assert main(["ca", "issuing", "renew", "--people", "林静"]) == 1
    assert "root key was taken away" in capsys.readouterr().err
    assert verdict(seal(register.permit()).pdf).bottom_line == "valid"
    assert main(["ca", "show"]) == 0
    assert "已离线" in capsys.readouterr().out
    assert main(["ca", "root", "import", str(exported), *options]) == 0
    assert main(["ca", "issuing", "renew", "--people", "林静"]) == 0
    assert "不必重新启动" in capsys.readouterr().out
    # The running keeper issues by the new CA, tells the time by it, and what it makes verifies.
    by_new = x509.load_der_x509_certificate(client.certificate("issuing-2")).subject.rfc4514_string()
    assert services.renew_seal_certificate(seal_id=register.seal.id).certificate.issuer == by_new
    assert timestamp.read(client.timestamp(b"0" * 32)).certificate.issuer.rfc4514_string() == by_new
    assert verdict(seal(register.permit()).pdf).bottom_line == "valid"
    kinds = EvidenceEvent.objects.filter(stream__subject=AUTHORITY_STREAM).order_by("seq").values_list("type", flat=True)
    assert list(kinds) == ["ca.root_exported", "ca.root_removed", "ca.root_imported", "ca.issuing_made"]
    short = tmp_path / "short"
    short.write_text("1234")
    assert main(["ca", "root", "export", str(tmp_path / "b"), "--passphrase-file", str(short), "--people", "x"]) == 1


def test_a_stolen_issuing_key_is_replaced_without_a_restart(register, capsys):
    people = ["--people", "林静、王强"]
    assert main(["ca", "issuing", "renew", *people]) == 0
    assert main(["ca", "root", "crl", "--revoke", "issuing", "--reason", "keyCompromise", *people]) == 0
    assert len(x509.load_der_x509_crl(client.crl("root"))) == 1
    services.renew_seal_certificate(seal_id=register.seal.id)
    assert verdict(seal(register.permit()).pdf).bottom_line == "valid"


def test_the_night_renews_the_tsa_of_a_running_keeper(register, keeper, monkeypatch):
    before = timestamp.read(client.timestamp(b"0" * 32)).certificate
    tasks.keep_certificates.function()
    assert timestamp.read(client.timestamp(b"0" * 32)).certificate == before
    later = now() + timedelta(days=4 * 365 + 10)
    monkeypatch.setattr(keeper.operations, "_clock", lambda: later)
    monkeypatch.setattr(client, "now", lambda: later)
    client.look_again()
    after = timestamp.read(keeper.operations._keyring.tsa.token(b"0" * 32, now=later).der).certificate
    assert after != before
    assert CertificateRecord.objects.filter(profile="tsa").count() == 2
    assert keeper.operations._timestamps.authorities[0].tsa().token(b"0" * 32, now=later).certificate == after


def test_only_the_keepers_user_holds_ceremonies(register, home, capsys):
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    os.chown(home / "keeper", 65534, -1)
    assert main(["ca", "issuing", "renew", "--people", "林静"]) == 1
    assert "nobody" in capsys.readouterr().err
    assert not (home / "keeper/issuing-2.key").exists()


def test_the_command_lists_renews_and_revokes(register, capsys):
    assert main(["ca", "renew", str(register.seal.id)]) == 0
    serial = Seal.objects.get().certificate.serial
    assert main(["ca", "list"]) == 0
    assert serial in capsys.readouterr().out
    options = ["--reason", "superseded", "--because", "test", "--by", "custodian"]
    # Nobody revokes the certificate of our own TSA but here.
    tsa = CertificateRecord.objects.get(profile="tsa")
    assert main(["ca", "revoke", tsa.serial, *options]) == 0
    assert CertificateRecord.objects.get(pk=tsa.pk).revoked_by == register.staff[0]
    assert main(["ca", "revoke", "abc", *options]) == 1
    assert main(["ca", "renew", "no-seal"]) == 1


def test_the_command_only_asks_for_the_revocation_of_a_seals_certificate(register, capsys):
    """As in the console it takes two people, and those who look after seals."""
    first, second = register.staff[:2]
    serial = register.seal.certificate.serial
    options = ["--reason", "keyCompromise", "--because", "test", "--by", "custodian", "--since", "2026-01-02T08:30:00+08:00"]
    assert main(["ca", "revoke", serial, *options]) == 1, "an approver does not look after seals"
    first.roles = second.roles = ["custodian"]
    first.save()
    second.save()
    assert main(["ca", "revoke", serial, *options]) == 0
    asked = RevocationRequest.objects.get()
    assert (asked.requested_by, asked.state, asked.certificate.revoked_at) == (first, "requested", None)
    assert "另一人" in capsys.readouterr().out
    assert Seal.objects.get().state == "active"
    with pytest.raises(errors.RevocationRefused):
        revoking.confirm_revocation(request_id=asked.pk, by=first)
    assert revoking.confirm_revocation(request_id=asked.pk, by=second).suspected_since == asked.suspected_since
    assert main(["ca", "revoke", serial, *options]) == 1, "it is revoked already"
    second.active = False
    second.save()
    assert main(["ca", "revoke", serial, *options[:5], "second"]) == 1, "who left decides nothing"
