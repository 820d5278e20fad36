"""The long-term copy: begins with the delivered file, is made once, is renewed in time, and never made at a lower level."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import life
from vermilion.apps.archive import checks, preserving, services, tasks
from vermilion.apps.archive.errors import PreservingLate
from vermilion.apps.archive.models import PreservedFile, PreservingFault
from vermilion.apps.cases import documents
from vermilion.apps.cases.models import Document
from vermilion.apps.chronicle.queries import events
from vermilion.apps.seals.errors import KeeperUnavailable, RevocationUnavailable
from vermilion.apps.seals.signing import trust_store
from vermilion.base import blobs, clock
from vermilion.base.canonical import sha256
from vermilion.base.config import config
from vermilion.core.pdf.longterm import read_validation_data
from vermilion.core.pdf.verify import verify_pdf

pytestmark = pytest.mark.django_db(transaction=True)


def test_every_signed_document_is_kept_verifiable(platform, drain_jobs, monkeypatch):
    case = life.issued("medical", drain_jobs, first=True)
    policy, confirmation = (case.documents.get(kind=kind, void=False) for kind in ("policy", "confirmation"))
    Document.objects.update(closed_at=clock.now() - timedelta(minutes=5))
    assert {policy.pk, confirmation.pk} <= set(preserving.due(clock.now()))

    # Without time or without the proof of non-revocation there is no copy at all.
    with life.without_keeper(), pytest.raises(KeeperUnavailable):
        preserving.preserve(document_id=policy.pk)

    def no_list(*args: object) -> bytes:
        raise RevocationUnavailable()

    with monkeypatch.context() as patch:
        patch.setattr("vermilion.apps.seals.validation._revocation_list", no_list)
        with pytest.raises(RevocationUnavailable):
            preserving.preserve(document_id=policy.pk)
        for tries in (1, 2):
            tasks.preserve_job.function(str(policy.pk))
            fault = PreservingFault.objects.get()
            assert (fault.document, fault.code, fault.tries) == (policy, "revocation_unavailable", tries)
    assert not PreservedFile.objects.exists()
    # It is left alone for a while, then tried again; its state tells why until it succeeds.
    assert policy.pk not in preserving.due(clock.now(), without=preserving.resting(clock.now()))
    later = clock.now() + preserving.REST
    assert policy.pk in preserving.due(later, without=preserving.resting(later))
    PreservingFault.objects.update(last_at=clock.now() - preserving.REST)

    # Doctor tells of what waits for more than a day.
    assert "没有缺失" in checks.preserved()
    Document.objects.update(closed_at=clock.now() - timedelta(days=2))
    with pytest.raises(PreservingLate, match=r"长期保存副本缺失.*吊销信息"):
        checks.preserved()

    tasks.preserve_sweep.function()
    drain_jobs()
    assert "没有缺失" in checks.preserved()
    assert not PreservingFault.objects.exists()
    assert preserving.due(clock.now()) == []
    for document in (policy, confirmation):
        kept = document.preserved.get()
        data = blobs.get(kept.blob_key)
        delivered = document.revisions.latest("number")
        assert (kept.level, kept.sha256, kept.size) == ("B-LTA", sha256(data), len(data))
        assert data.startswith(documents.read(delivered))
        assert kept.signed_sha256 == delivered.sha256
        verdict = verify_pdf(data, trust=trust_store(), now=clock.now())
        assert (verdict.bottom_line, verdict.integrity) == ("valid", "intact")
        assert delivered.sha256 in {one.revision_sha256 for one in verdict.signatures}
        assert any(one.document_timestamp for one in verdict.signatures)
        assert kept.timestamped_until > clock.now() + timedelta(days=365)
        known = read_validation_data(data)
        assert len(known.certificates) >= 3
        assert known.ocsp_responses, "the TSA's certificate names our responder"
        assert known.revocation_lists, "the root's list tells of the issuing CA"
    assert [event.type for event in events("case", case.id)].count("document.preserved") >= 2

    # Again: nothing. Shortly before the TSA's certificate ends: a further timestamp behind everything.
    assert preserving.preserve(document_id=policy.pk) is None
    soon, before = clock.now() + timedelta(days=30), clock.now() - timedelta(days=8)
    policy.preserved.update(timestamped_until=soon, created_at=before)
    assert preserving.due(clock.now()) == [policy.pk]
    with pytest.raises(PreservingLate, match="1 份已签文件"):
        checks.preserved()
    policy.preserved.update(timestamped_until=clock.now() - timedelta(days=1))
    with pytest.raises(PreservingLate, match="1 份长期保存副本的时间戳证书已经到期"):
        checks.preserved()
    policy.preserved.update(timestamped_until=soon)
    listed = {item["kind"]: item["preserved"] for item in services.build_manifest(case)["documents"]}
    first = policy.preserved.get()
    assert listed["policy"] == [{"number": 1, "level": "B-LTA", "sha256": first.sha256, "size": first.size}]
    renewed = preserving.preserve(document_id=policy.pk)
    first = policy.preserved.get(number=1)
    assert renewed is not None
    assert renewed.number == 2
    data = blobs.get(renewed.blob_key)
    assert data.startswith(blobs.get(first.blob_key))
    verdict = verify_pdf(data, trust=trust_store(), now=clock.now())
    assert verdict.bottom_line == "valid"
    assert "没有缺失" in checks.preserved()
    assert sum(one.document_timestamp for one in verdict.signatures) == 2

    # The operator decides the level; a copy of a lower one is raised, never made anew.
    def set_level(level: str) -> None:
        monkeypatch.setattr(preserving, "config", lambda: config().model_copy(update={"archive_level": level}))

    confirmation.preserved.all().delete()
    set_level("B-T")
    assert preserving.preserve(document_id=confirmation.pk) is None
    assert preserving.due(clock.now()) == []
    set_level("B-LT")
    kept = preserving.preserve(document_id=confirmation.pk)
    assert kept is not None
    assert (kept.level, kept.timestamped_until) == ("B-LT", None)
    assert preserving.preserve(document_id=confirmation.pk) is None
    set_level("B-LTA")
    raised = preserving.preserve(document_id=confirmation.pk)
    assert raised is not None
    assert (raised.level, raised.number) == ("B-LTA", 2)
    assert blobs.get(raised.blob_key).startswith(blobs.get(kept.blob_key))
