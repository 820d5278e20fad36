"""Documents sealed by request: approved as one list by passkey, sealed one by one through a real keeper, and every way around refused."""

from __future__ import annotations

import base64
import hashlib
import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from tests import life, snapshots
from tests.apps.seals.requesting import decide, make_request, paper
from tests.passkeys import Authenticator, phone_of
from vermilion.apps.chronicle.models import EvidenceEvent
from vermilion.apps.parties import passkeys
from vermilion.apps.parties.models import Role
from vermilion.apps.seals import errors, services
from vermilion.apps.seals.models import SealPermission, SealRequest, SealRequestDecision, SealRequestItem
from vermilion.apps.seals.requests import making, sealing
from vermilion.apps.seals.signing import trust_store
from vermilion.apps.seals.tasks import keep_requests_going
from vermilion.base import blobs, clock
from vermilion.core.pdf.verify import verify_pdf
from vermilion.core.typeset.zones import Zone

ZONE = Zone("insurer", 2, 100, 100, 100, 100)


@pytest.fixture
def asked(register):
    """Three papers that wait for one of two approvers."""
    register.staff[0].roles = [Role.CLERK]
    register.staff[0].save()
    return make_request(register.seal, register.staff[0])


def approved(register, request):
    return decide(request, register.staff[1], phone_of(register.staff[1].user))


def states(request):
    return list(request.items.order_by("position").values_list("state", flat=True))


def test_a_list_is_approved_once_and_each_document_sealed_and_registered(register, asked, monkeypatch):
    monkeypatch.setattr(sealing, "CHUNK", 2)
    approved(register, asked)
    permissions = SealPermission.objects.filter(request=asked)
    assert {one.shown_digest for one in permissions} == {hashlib.sha256(paper(number)).hexdigest() for number in (1, 2, 3)}
    sealing.run(request_id=asked.id)
    assert states(asked) == ["sealed", "sealed", "waiting"], "one job seals a part, so that others come between"
    sealing.run(request_id=asked.id)
    sealing.run(request_id=asked.id)
    asked.refresh_from_db()
    assert (asked.state, states(asked)) == ("done", ["sealed"] * 3)
    for number, item in enumerate(asked.items.order_by("position"), 1):
        sealed = blobs.get(item.sealed_key)
        assert sealed.startswith(paper(number))
        assert verify_pdf(sealed, trust=trust_store(), now=clock.now()).bottom_line == "valid"
        assert item.sealed_digest == permissions.get(document=item.id).uses.get().revision_digest
    told = {event.type for event in EvidenceEvent.objects.filter(stream__subject=register.seal.id)}
    assert {"seal.requested_use", "seal.request_approved", "seal.request_done", "seal.used"} <= told
    passkeys.check_evidence(asked.decisions.get().proof)


def test_a_kill_between_signing_and_keeping_loses_nothing_and_seals_nothing_twice(register, asked, monkeypatch):
    approved(register, asked)

    class Killed(BaseException):
        pass

    with monkeypatch.context() as patch:
        kept = services.mark_stored
        calls = iter([False, True])

        def die(**facts):
            if next(calls):
                raise Killed
            return kept(**facts)

        patch.setattr(services, "mark_stored", die)
        with pytest.raises(Killed):
            sealing.run(request_id=asked.id)
    assert states(asked) == ["sealed", "waiting", "waiting"]
    sealing.run(request_id=asked.id)
    assert states(asked) == ["sealed"] * 3
    for permission in SealPermission.objects.filter(request=asked):
        assert permission.uses.filter(state="stored").count() == 1


def test_one_bad_document_does_not_stop_the_others_and_is_tried_again(register, asked, monkeypatch):
    approved(register, asked)
    bad, read = asked.items.get(position=2), blobs.get

    def damaged(key, **options):
        if key == bad.shown_key:
            raise blobs.BlobDamaged(key=key)
        return read(key, **options)

    with monkeypatch.context() as patch:
        patch.setattr(blobs, "get", damaged)
        sealing.run(request_id=asked.id)
    asked.refresh_from_db()
    bad.refresh_from_db()
    assert (asked.state, states(asked), bad.error) == ("done", ["sealed", "failed", "sealed"], "blob_damaged")
    sealing.retry(request_id=asked.id, item_id=bad.id)
    sealing.run(request_id=asked.id)
    assert states(asked) == ["sealed"] * 3
    with pytest.raises(errors.RequestSettled):
        sealing.retry(request_id=asked.id, item_id=bad.id)


def test_a_frozen_seal_and_a_dead_keeper_stop_the_list_and_it_goes_on_by_itself(register, asked):
    approved(register, asked)
    services.freeze(seal_id=register.seal.id, reason="核查")
    sealing.run(request_id=asked.id)
    asked.refresh_from_db()
    assert (asked.trouble, states(asked)) == ("seal_not_usable", ["waiting"] * 3)
    asked.seal.refresh_from_db()
    assert "已冻结" in sealing.why_stopped(asked)[0]
    assert not SealPermission.objects.filter(request=asked, uses__isnull=False).exists(), "not asked every minute while it is frozen"
    services.unfreeze(seal_id=register.seal.id, reason="核查完毕")
    with life.without_keeper():
        sealing.run(request_id=asked.id)
    asked = SealRequest.objects.get(pk=asked.pk)
    assert asked.trouble == "keeper_unavailable"
    assert "无法连接" in sealing.why_stopped(asked)[0]
    keep_requests_going.function()
    sealing.run(request_id=asked.id)
    assert states(asked) == ["sealed", "waiting", "waiting"], "first one, to see whether it goes again"
    sealing.run(request_id=asked.id)
    asked.refresh_from_db()
    assert (asked.state, asked.trouble, states(asked)) == ("done", "", ["sealed"] * 3)


def test_an_ended_certificate_stops_the_list_until_there_is_another(register, asked):
    approved(register, asked)
    with snapshots.guards_asleep():
        register.seal.certificate.not_after = clock.now() - timedelta(minutes=1)
        register.seal.certificate.save(update_fields=["not_after"])
    sealing.run(request_id=asked.id)
    asked = SealRequest.objects.get(pk=asked.pk)
    assert (asked.trouble, states(asked)) == ("seal_not_usable", ["waiting"] * 3)
    assert "证书已到期" in sealing.why_stopped(asked)[0]
    assert not SealPermission.objects.filter(request=asked, uses__isnull=False).exists(), "nothing half sealed"
    services.renew_seal_certificate(seal_id=register.seal.id)
    for _time in range(2):
        keep_requests_going.function()
        sealing.run(request_id=asked.id)
    asked = SealRequest.objects.get(pk=asked.pk)
    assert (asked.state, asked.trouble, states(asked)) == ("done", "", ["sealed"] * 3)
    assert verify_pdf(blobs.get(asked.items.first().sealed_key), trust=trust_store(), now=clock.now()).bottom_line == "valid"


def test_what_is_withdrawn_or_late_is_never_sealed(register, asked, monkeypatch):
    approved(register, asked)
    making.withdraw(request_id=asked.id, by=register.staff[0], reason="条款有误")
    sealing.run(request_id=asked.id)
    assert states(asked) == ["dropped"] * 3
    permission = SealPermission.objects.get(document=asked.items.get(position=1).id)
    with pytest.raises(errors.RequestNotApproved):
        services.seal_document(permission_id=permission.pk, pdf=paper(1), zone=ZONE)
    late = make_request(register.seal, register.staff[0], 1, days=1)
    moment = clock.now()
    monkeypatch.setattr(clock, "now", lambda: moment + timedelta(days=2))
    monkeypatch.setattr(making, "now", clock.now)
    assert making.expire(clock.now()) == 1
    late.refresh_from_db()
    assert (late.state, states(late)) == ("expired", ["dropped"])


def test_the_applications_role_cannot_get_round_the_approval_by_sql(register, asked, as_role):
    """Web and worker have this role; whoever takes them over has no more."""
    facts = {"seal": register.seal, "request": asked, "document": asked.items.first().id, "document_kind": "contract", "basis": asked.id}
    facts |= {"approved_by": register.staff[1].id, "shown_digest": asked.items.first().shown_digest}
    person = register.staff[1]
    attempts = [
        lambda: SealPermission.objects.create(kind="request", expires_at=clock.now(), **facts),
        lambda: SealRequest.objects.filter(pk=asked.pk).update(state="approved", decided_at=clock.now(), use_until=clock.now()),
        lambda: SealRequest.objects.filter(pk=asked.pk).update(rule={"mode": "any", "approvers": [str(asked.requested_by_id)]}),
        lambda: SealRequest.objects.filter(pk=asked.pk).update(requested_by=person),
        lambda: SealRequest.objects.filter(pk=asked.pk).delete(),
        lambda: asked.items.update(shown_digest="0" * 64),
        lambda: asked.items.update(state="sealed", sealed_digest="0" * 64),
        lambda: asked.items.all().delete(),
        lambda: _decision(asked, asked.requested_by, asked.requested_by_id),
        lambda: _decision(asked, person, uuid.uuid4()),
    ]
    as_role("app")
    for number, attempt in enumerate(attempts):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
            raise AssertionError(number)
    with transaction.atomic():
        said = SealRequestDecision(request=asked, decision="comment", by=person, list_digest=asked.list_digest, at=clock.now())
        said.content = {"text": "看过"}
        said.save()
    for change in (lambda: SealRequestDecision.objects.update(by=asked.requested_by), lambda: SealRequestDecision.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def _decision(request, by, seat, proof=None):
    said = SealRequestDecision(request=request, decision="approve", by=by, seat=seat, list_digest=request.list_digest, at=clock.now())
    said.proof, said.content = proof or {}, {"text": ""}
    said.save(force_insert=True)


def forge(request, person, proof):
    """Write what only an approval writes, the triggers asleep: the worst that somebody with the database can do."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
    try:
        _decision(request, person, person.id, proof)
        until = clock.now() + timedelta(days=1)
        SealRequest.objects.filter(pk=request.pk).update(state="approved", decided_at=clock.now(), use_until=until)
        item = request.items.get(position=1)
        return SealPermission.objects.create(
            kind="request", seal=request.seal, request=request, document=item.id, document_kind="contract", basis=request.id,
            approved_by=person.id, shown_digest=item.shown_digest, expires_at=until,
        )  # fmt: skip
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = DEFAULT")


def proof_of(person, phone, **changes):
    """Return what a passkey of ``person`` proves about something else, as evidence."""
    bound = passkeys.Bound("approval", **{"subject": str(uuid.uuid4()), "shown_digest": "1" * 64, "decision": "approve", **changes})
    challenge = passkeys.ask(party=passkeys.RelyingParty("localhost", "http://localhost"), bound=bound, user=person.user)
    client_data, data, signature = phone.answer(passkeys.challenge_bytes(challenge))
    with passkeys.spending(challenge_id=challenge.id, user=person.user):
        answer = passkeys.Assertion(phone.credential_id, client_data, data, signature)
        return passkeys.evidence(passkeys.prove(challenge_id=challenge.id, answer=answer, bound=bound, user=person.user))


@pytest.mark.parametrize("way", ["nothing", "other list", "own passkey", "stranger's key", "changed list"])
def test_the_keeper_believes_no_approval_that_no_passkey_made(register, asked, way):
    person, asker = register.staff[1], register.staff[0]
    phone = phone_of(person.user)
    about = {"subject": str(asked.id), "shown_digest": asked.list_digest}
    if way == "nothing":
        proof = {}
    elif way == "other list":
        proof = proof_of(person, phone)
    elif way == "own passkey":
        proof = proof_of(asker, phone_of(asker.user), **about)
    elif way == "stranger's key":
        proof = proof_of(person, phone, **about)
        stranger = Authenticator()
        proof["credential"] = base64.b64encode(stranger.credential).decode()
    else:
        proof = proof_of(person, phone, **about)
    permission = forge(asked, person, proof)
    if way == "changed list":
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            SealRequestItem.objects.filter(request=asked, position=2).update(shown_digest="2" * 64)
            cursor.execute("SET session_replication_role = DEFAULT")
    with pytest.raises(errors.RequestNotApproved):
        services.seal_document(permission_id=permission.pk, pdf=paper(1), zone=ZONE)
    assert permission.uses.get().error == "request_not_approved"
