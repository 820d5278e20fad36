"""A document that no retry will ever give a long-term copy: put on record by code, looked at by somebody, counted by doctor."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from tests import life
from vermilion.apps.archive import checks, faults, preserving, tasks
from vermilion.apps.archive.errors import FaultGone, PreservingLate
from vermilion.apps.archive.models import PreservedFile, PreservingFault
from vermilion.apps.cases.models import Document
from vermilion.apps.chronicle.queries import events
from vermilion.apps.parties.models import StaffMember
from vermilion.apps.seals import errors, services
from vermilion.apps.seals.models import Seal
from vermilion.base import clock

CHINESE = re.compile("[\u4e00-\u9fff]")
pytestmark = pytest.mark.django_db(transaction=True)


def test_a_file_sealed_after_the_key_was_lost_is_looked_at_and_doctor_is_well_again(platform, drain_jobs):
    case = life.issued("medical", drain_jobs, first=True)
    policy = case.documents.get(kind="policy", void=False)
    Document.objects.update(closed_at=clock.now() - timedelta(days=2))
    seal = Seal.objects.get(kind="policy")
    services.revoke_certificate(
        record_id=seal.certificate_id, code="keyCompromise", reason="密钥失控", suspected_since=seal.certificate.not_before
    )
    tasks.preserve_sweep.function()
    drain_jobs()
    fault = PreservingFault.objects.get()
    assert (fault.document, fault.code, fault.looked_at) == (policy, "self_check_failed", None)
    assert not PreservedFile.objects.filter(document=policy).exists()
    with translation.override("zh-hans"):
        assert "没有通过验签" in faults.words(fault)
        assert "吊销" in faults.words(fault)
    with translation.override("en"):
        assert "did not pass" in faults.words(fault)
        assert "revoked" in faults.words(fault)
        assert not CHINESE.search(faults.words(fault))
    with pytest.raises(PreservingLate, match=r"1 份已签文件.*没有通过验签"):
        checks.preserved()

    # Nobody need look at what is in order; nor can a mark be without a person and a sentence.
    who = StaffMember.objects.filter(roles__contains=["compliance"]).first()
    with pytest.raises(FaultGone):
        faults.look_at(document_id=case.documents.get(kind="confirmation").pk, by=who, why="?")
    for half in ({"looked_at": clock.now()}, {"looked_at": clock.now(), "looked_by": who}, {"looked_why": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PreservingFault.objects.update(**half)

    faults.look_at(document_id=policy.pk, by=who, why="已重新出单")
    assert "另有 1 份已由人核查" in checks.preserved()
    (event,) = [one for one in events("case", case.id) if one.type == "preserving.looked_at"]
    assert event.public == {"document": str(policy.pk), "code": "self_check_failed", "reasons": fault.reasons}
    assert "已重新出单" not in str(event.public)

    # It is tried once a day from now on; the same cause again leaves the mark, another one is new.
    later = clock.now() + preserving.REST
    assert policy.pk in preserving.due(later)
    assert policy.pk not in preserving.due(later, without=preserving.resting(later))
    tomorrow = clock.now() + preserving.LONG_REST
    assert policy.pk in preserving.due(tomorrow, without=preserving.resting(tomorrow))
    tasks.preserve_job.function(str(policy.pk))
    fault.refresh_from_db()
    assert (fault.tries, fault.looked_by, fault.looked_why) == (2, who, "已重新出单")
    faults.note(document_id=policy.pk, error=errors.RevocationUnavailable(detail="http://ca.example.cn/a.crl: ConnectTimeout"))
    fault.refresh_from_db()
    assert (fault.tries, fault.code, fault.reasons, fault.looked_at, fault.looked_by) == (3, "revocation_unavailable", [], None, None)
    with pytest.raises(PreservingLate, match=r"吊销信息.*ConnectTimeout"):
        checks.preserved()


def test_every_code_that_may_be_on_record_has_words_in_both_languages():
    for error in errors.SealError.__subclasses__():
        if not error.message:
            continue
        fault = PreservingFault(code=error.code, reasons=["revoked", "no_such_reason"])
        with translation.override("en"):
            assert not CHINESE.search(faults.words(fault)), error.code
        with translation.override("zh-hans"):
            assert "no_such_reason" in faults.words(fault)
    assert "gone_code" in faults.words(PreservingFault(code="gone_code"))
