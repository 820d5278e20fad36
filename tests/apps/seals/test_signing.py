"""Setting seals and signing through a real keeper: what works, what it refuses, what survives a crash."""

from __future__ import annotations

import hashlib
import stat
import uuid
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import Error as DatabaseError

from tests.apps.seals.conftest import DIGEST, ZONE, start_keeper
from tests.core.pki import PLACES, document
from vermilion.apps.chronicle.models import EvidenceEvent
from vermilion.apps.seals import checks, errors, living, services
from vermilion.apps.seals.keeper import client, line
from vermilion.apps.seals.keeper.client import ToSign
from vermilion.apps.seals.models import CertificateRecord, SealGrant, SealPermission, SealUse
from vermilion.apps.seals.signing import trust_store
from vermilion.base.clock import now
from vermilion.base.config import config
from vermilion.core.pdf import signing as pdf_signing
from vermilion.core.pdf.fields import Place, add_signature_fields
from vermilion.core.pdf.verify import verify_pdf
from vermilion.core.trust.errors import TimestampUnavailable

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 40"><path d="M5 35 L50 5 L95 35" stroke="black" fill="none"/></svg>'


def seal(permission, pdf=None):
    return services.seal_document(permission_id=permission.pk, pdf=pdf or document(), zone=ZONE)


def prepared():
    return pdf_signing.prepare(document(), field=Place("Seal", 0, (0, 0, 50, 50)), at=now(), certify=True)


def store(signed):
    with transaction.atomic():
        return services.mark_stored(use_id=signed.use_id, revision_digest=signed.revision_digest)


def states(permission):
    return list(permission.uses.order_by("started_at").values_list("state", flat=True))


def test_a_policy_is_sealed_verified_and_registered(register):
    permission = register.permit()
    signed = seal(permission)
    assert signed.pdf.startswith(document())
    verdict = verify_pdf(signed.pdf, trust=trust_store(), now=now())
    assert verdict.bottom_line == "valid"
    assert (verdict.signatures[0].signer, verdict.signatures[0].trust_class, verdict.signatures[0].level) == ("保单专用章", "trial", "B-T")
    assert verdict.signatures[0].revocation == "good"
    use = store(signed)
    assert (use.state, use.revision_digest) == ("stored", hashlib.sha256(signed.pdf).hexdigest())
    assert use.certificate_serial == register.seal.certificate.serial
    assert EvidenceEvent.objects.filter(stream__subject=register.seal.id, type="seal.used").count() == 1


def test_two_people_sign_one_after_the_other_with_fresh_keys(register):
    shown = add_signature_fields(document(), PLACES)
    first = services.sign_by_person(
        permission_id=register.permit_person(shown, "李若晴").pk,
        pdf=shown,
        field="policyholder",
        appearance_svg=SVG,
        lines=["李若晴", "2026-11-22"],
        is_last=False,
    )
    store(first)
    second = services.sign_by_person(
        permission_id=register.permit_person(shown, "王小明").pk,
        pdf=first.pdf,
        field="insured",
        appearance_svg=SVG,
        lines=["王小明"],
        is_last=True,
    )
    store(second)
    verdict = verify_pdf(second.pdf, trust=trust_store(), now=now() + timedelta(days=4000))
    assert verdict.bottom_line == "valid"
    assert [one.signer for one in verdict.signatures] == ["李若晴", "王小明"]
    uses = SealUse.objects.filter(seal=None)
    assert len({use.key_id for use in uses}) == 2
    assert len({use.certificate_serial for use in uses}) == 2
    assert CertificateRecord.objects.filter(profile="event", certificate=None).count() == 2


def test_a_permission_makes_one_stored_document(register):
    permission = register.permit()
    store(seal(permission))
    with pytest.raises(errors.PermissionUsed):
        seal(permission)
    assert states(permission) == ["stored", "failed"]


def test_lost_signatures_are_abandoned_and_signed_anew(register):
    """A SIGKILL after signing loses the answer: the next attempt signs again, and the first result can no longer be stored."""
    shown = add_signature_fields(document(), [Place("policyholder", 0, (20, 20, 120, 60), closes=True)])
    permission = register.permit_person(shown)

    def sign():
        return services.sign_by_person(
            permission_id=permission.pk, pdf=shown, field="policyholder", appearance_svg=SVG, lines=["李若晴"], is_last=True
        )

    lost, kept = sign(), sign()
    assert states(permission) == ["abandoned", "signed"]
    with pytest.raises(errors.UseNotCurrent):
        store(lost)
    store(kept)
    with pytest.raises(errors.UseNotCurrent):
        store(kept)
    assert SealUse.objects.get(pk=lost.use_id).key_id != SealUse.objects.get(pk=kept.use_id).key_id


def test_a_keeper_killed_in_the_middle_leaves_an_intent_that_a_retry_closes(register, keeper, monkeypatch):
    permission = register.permit()

    class Killed(BaseException):
        pass

    def die(*arguments):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(keeper.operations, "_make", die)
        with pytest.raises(errors.KeeperUnavailable):
            seal(permission)
    assert states(permission) == ["intent"]
    store(seal(permission))
    assert states(permission) == ["abandoned", "stored"]


def test_a_restarted_keeper_has_the_same_keys(register, keeper):
    before = client.status()[0]["root_sha256"]
    keeper.stop()
    with pytest.raises(errors.KeeperUnavailable):
        seal(register.permit())
    again = start_keeper()
    try:
        assert client.status()[0]["root_sha256"] == before
        store(seal(register.permit()))
    finally:
        again.stop()


def test_changed_shown_bytes_are_refused(register):
    permission = register.permit()
    changed = document().replace(b"%%EOF", b"%%EOF ", 1)
    with pytest.raises(errors.ShownBytesChanged):
        seal(permission, changed)
    assert states(permission) == ["failed"]
    assert permission.uses.get().error == "shown_bytes_changed"


def test_the_keeper_believes_no_offsets(register):
    """A caller can't pass off other bytes as shown, nor a file that is not prepared. Each is refused by itself, in one request."""
    good, length = prepared(), len(document())
    permissions = [register.permit() for _ in range(4)]
    asked = [(permissions[0].pk, good.pieces, length - 1), (permissions[1].pk, good.pieces, 0)]
    asked += [(permissions[2].pk, [document()], length), (uuid.uuid4(), good.pieces, length), (permissions[3].pk, good.pieces, length)]
    found = client.sign([ToSign(*one) for one in asked])
    refusals = [errors.ShownBytesChanged, errors.ShownBytesChanged, errors.NotPrepared, errors.PermissionUnknown]
    assert [type(one) for one in found] == [*refusals, client.Signature]
    assert [states(one) for one in permissions] == [["failed"], ["failed"], ["failed"], ["signed"]]
    signed = pdf_signing.finish(good, found[-1].cms)
    assert verify_pdf(signed, trust=trust_store(), now=now()).bottom_line == "valid"
    covered = hashlib.sha256(b"".join([*good.before, good.after])).hexdigest()
    assert SealUse.objects.get(pk=found[-1].use_id).range_digest == covered


def test_nonsense_in_a_batch_is_refused_whole(register):
    good, permission = prepared(), register.permit()
    one = ToSign(permission.pk, good.pieces, len(document()))
    assert client.sign([]) == []
    for documents in (None, [1], [{**one.head, "length": one.length + 1}], [{**one.head, "length": True}], [{}] * 65):
        answer, _body = line.ask(config().keeper_socket, {"op": "sign", "documents": documents}, *good.pieces)
        assert (answer["ok"], answer["code"]) == (False, "signing_failed")
    assert states(permission) == []


def test_frozen_retired_and_revoked_seals_are_refused(register):
    permission = register.permit()
    services.freeze(seal_id=register.seal.id, reason="lost")
    with pytest.raises(errors.SealNotUsable):
        seal(permission)
    with pytest.raises(errors.SealNotUsable, match="冻结"):
        register.permit()
    services.unfreeze(seal_id=register.seal.id, reason="found")
    services.revoke_certificate(record_id=register.seal.certificate_id, code="keyCompromise", reason="key lost")
    with pytest.raises(errors.SealNotUsable):
        seal(permission)
    ending = living.ask_end(seal_id=register.seal.id, kind="retire", reason="over", by=register.staff[0])
    living.confirm_end(ending_id=ending.pk, by=register.staff[1])
    with pytest.raises(errors.SealNotUsable):
        services.unfreeze(seal_id=register.seal.id, reason="again")


def test_limits_of_the_grant(register):
    with pytest.raises(errors.GrantExceeded):
        register.permit(amount=500_000_01)
    with pytest.raises(errors.GrantExceeded):
        register.permit(amount=None)
    with pytest.raises(errors.GrantMissing):
        register.permit(product="medical")
    with pytest.raises(errors.GrantMissing):
        register.permit(document_kind="endorsement")
    for _ in range(3):
        store(seal(register.permit()))
    permission = register.permit()
    with pytest.raises(errors.GrantExceeded):
        seal(permission)
    assert states(permission) == ["failed"]


def test_the_keeper_judges_the_grant_again(register):
    """The application may be wrong or lie: a permission beyond the grant is refused where the key is."""
    permission = register.permit()
    beyond = SealPermission.objects.create(
        kind="grant",
        seal=register.seal,
        grant=register.grant,
        document=uuid.uuid4(),
        document_kind="policy",
        product="ci",
        amount=10**12,
        shown_digest=permission.shown_digest,
        template_digest=DIGEST,
        data_digest=DIGEST,
        expires_at=now() + timedelta(hours=1),
    )
    with pytest.raises(errors.GrantExceeded):
        seal(beyond)
    services.revoke_grant(grant_id=register.grant.id, by=register.staff[0], reason="misuse")
    with pytest.raises(errors.GrantMissing):
        seal(permission)


def test_an_expired_permission_is_refused(register):
    permission = SealPermission.objects.create(
        kind="approval",
        seal=register.seal,
        document=uuid.uuid4(),
        document_kind="endorsement",
        basis=uuid.uuid4(),
        approved_by=register.staff[1].pk,
        proof={},
        shown_digest=hashlib.sha256(document()).hexdigest(),
        expires_at=now() - timedelta(seconds=1),
    )
    with pytest.raises(errors.PermissionExpired):
        seal(permission)


def test_no_timestamp_means_no_seal(register, keeper, monkeypatch):
    permission = register.permit()

    def unavailable(digest):
        raise TimestampUnavailable("tsa.example: not reachable")

    with monkeypatch.context() as patch:
        # TimestampClient is frozen; the keeper's attribute is what an operator's dead TSA comes down to.
        patch.setattr(keeper.operations, "_timestamps", type("Dead", (), {"token": staticmethod(unavailable)})())
        with pytest.raises(errors.TimestampFailed):
            seal(permission)
    assert states(permission) == ["failed"]
    assert "not reachable" in permission.uses.get().error_detail
    store(seal(permission))


def test_signing_inside_a_transaction_is_a_mistake(register):
    permission = register.permit()
    with transaction.atomic(), pytest.raises(RuntimeError, match="outside any transaction"):
        seal(permission)


def test_who_asks_cannot_approve_and_two_are_needed(register):
    custodian, first, second = register.staff
    period = {"valid_from": now(), "valid_to": now() + timedelta(days=1)}
    grant = services.request_grant(
        seal_id=register.seal.id,
        document_kinds=["endorsement"],
        products=[],
        max_amount=None,
        daily_limit=1,
        requested_by=custodian,
        **period,
    )
    with pytest.raises(errors.ApprovalRefused):
        services.approve_grant(grant_id=grant.id, by=custodian)
    assert services.approve_grant(grant_id=grant.id, by=first).state == "requested"
    with pytest.raises(errors.ApprovalRefused):
        services.approve_grant(grant_id=grant.id, by=first)
    assert services.approve_grant(grant_id=grant.id, by=second).state == "active"
    with pytest.raises(DatabaseError), transaction.atomic():
        SealGrant.objects.filter(pk=grant.id).update(second_approver=custodian)


def test_the_register_cannot_be_rewritten(register):
    permission = register.permit()
    store(seal(permission))
    for change in (
        "UPDATE seals_sealuse SET state = 'signed' WHERE state = 'stored'",
        "UPDATE seals_sealuse SET shown_digest = range_digest",
        "DELETE FROM seals_sealuse",
        "UPDATE seals_sealpermission SET shown_digest = data_digest",
        "UPDATE seals_certificaterecord SET serial = '1'",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)


def test_the_application_cannot_invent_a_use(register, as_role):
    permission = register.permit()
    as_role("app")
    with pytest.raises(DatabaseError), transaction.atomic():
        SealUse.objects.create(
            permission=permission, seal=register.seal, state="intent", shown_digest=permission.shown_digest, started_at=now()
        )
    with pytest.raises(DatabaseError), transaction.atomic():
        CertificateRecord.objects.create(profile="event", serial="1", sha256=DIGEST, not_before=now(), not_after=now())


def test_the_application_only_closes_a_signed_use(register, as_role):
    signed, lost = seal(register.permit()), register.permit()
    intent = SealUse.objects.create(permission=lost, seal=register.seal, state="intent", shown_digest=DIGEST, started_at=now())
    as_role("app")
    facts = {"certificate_serial": "1", "signed_at": now()}
    with pytest.raises(DatabaseError), transaction.atomic():
        SealUse.objects.filter(pk=intent.pk).update(state="signed", **facts)
    with pytest.raises(DatabaseError), transaction.atomic():
        SealUse.objects.filter(pk=signed.use_id).update(state="abandoned")
    assert store(signed).state == "stored"


def test_keys_lie_in_a_private_folder(register, home):
    folder = home / "keeper"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    names = {path.name for path in folder.iterdir()}
    assert {"root.key", "issuing.key", "tsa.key", f"seal-{register.seal.id}.key"} <= names
    assert not any("event" in name for name in names)
    for path in folder.glob("*.key"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert b"ENCRYPTED" in path.read_bytes()


def test_certificates_of_people_carry_no_number(register):
    record = services.issue_person_certificate(
        profile="approver", subject_id=register.staff[1].pk, name="王经理", organisation=register.insurer.name
    )
    assert record.profile == "approver"
    again = services.issue_person_certificate(
        profile="approver", subject_id=register.staff[1].pk, name="王经理", organisation=register.insurer.name
    )
    assert again.pk == record.pk
    with pytest.raises(errors.SigningFailed):
        services.issue_person_certificate(profile="salesperson", subject_id=uuid.uuid4(), name="李四 110101199003077475", organisation="x")


def test_doctor_tries_it_all(keeper):
    assert "B-T" in checks.probe()
    assert "trial" in checks.keeper()
    assert checks.time()
