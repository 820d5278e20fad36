"""存证报告: everything the chronicle has on record of a case, for those who may, and on record itself."""

from __future__ import annotations

import io
import json

import pikepdf
import pytest
from django.urls import reverse

from tests import factories
from tests.apps.templates.papers import squeezed, text_of
from vermilion.apps.cases.transitions import State
from vermilion.apps.chronicle.models import EvidenceEvent
from vermilion.apps.chronicle.queries import events
from vermilion.apps.parties.models import Role
from vermilion.base.canonical import sha256

pytestmark = pytest.mark.django_db


def test_the_report_holds_every_event_and_is_on_record():
    case = factories.case_in(State.DELIVERED)
    before = events("case", case.id)
    address = reverse("console:case_evidence", args=[case.number])
    answer = factories.browser_of(Role.COMPLIANCE).post(address, {"purpose": "  核对 投保过程 "})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    with pikepdf.open(io.BytesIO(answer.content)) as pdf:
        data = json.loads(pdf.attachments["evidence_report.json"].get_file().read_bytes())
    assert [(row["sequence"], row["digest"]) for row in data["events"]] == [(event.seq + 1, event.digest) for event in before]
    assert data["chain"] == {"length": len(before), "head": before[-1].digest, "intact": True}
    assert data["purpose"] == "核对 投保过程"
    holder = case.parties.get(role="policyholder").personal
    shown = squeezed(text_of(answer.content))
    assert "未加盖电子印章" in shown
    assert holder["name"] in shown
    assert holder["id_number"] not in shown + json.dumps(data), "numbers are masked"
    last = events("case", case.id)[-1]
    assert (last.type, last.private["reason"]) == ("evidence.reported", "核对 投保过程")
    assert (last.public["sha256"], last.public["head"]) == (sha256(answer.content), before[-1].digest)


def test_without_a_purpose_or_the_right_there_is_none():
    case = factories.case_in(State.DELIVERED)
    address = reverse("console:case_evidence", args=[case.number])
    assert factories.browser_of(Role.COMPLIANCE).post(address, {"purpose": " "}).status_code == 302
    assert factories.browser_of(Role.SERVICE_DESK).post(address, {"purpose": "x"}).status_code == 403
    assert not EvidenceEvent.objects.filter(type="evidence.reported").exists()


def test_a_chain_that_does_not_hold_makes_no_report():
    case = factories.case_in(State.DELIVERED)
    EvidenceEvent.objects.filter(stream__subject=case.id, seq=0).update(type="case.withdrawn")
    answer = factories.browser_of(Role.COMPLIANCE).post(reverse("console:case_evidence", args=[case.number]), {"purpose": "核对"})
    assert (answer.status_code, answer["Content-Type"][:9]) == (500, "text/html")
