"""Identity evidence on its whole way: the check that a customer passed → her permission → the order → another company's CA."""

from __future__ import annotations

import base64
import hashlib
import json

import pytest

from tests import life
from vermilion.apps.cases.models import CaseParty
from vermilion.apps.identity.models import IdentityCheck
from vermilion.apps.seals.models import CertificateRecord
from vermilion.apps.seals.signing import trust_store
from vermilion.base import clock
from vermilion.base.canonical import canonical
from vermilion.core.pdf.verify import verify_pdf

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_record_of_the_check_reaches_the_authority_and_nothing_else_of_her(platform, drain_jobs, outside, configure):
    configure(outside, outside.mapping("event"))
    case = life.signed("medical", drain_jobs, seed=83)
    confirmation = case.documents.get(kind="confirmation", void=False)
    verdict = verify_pdf(life.newest(confirmation), trust=trust_store(), now=clock.now())
    party = CaseParty.objects.get(case=case, role="policyholder")
    assert [(one.signer, one.trust_class) for one in verdict.signatures] == [(party.personal["name"], "licensed")]
    (record,) = CertificateRecord.objects.filter(authority="api-ca")
    assert record.profile == "event"

    (sent,) = [json.loads(body) for method, _path, _headers, body in outside.seen if method == "POST"]
    evidence = base64.b64decode(sent["applicant"]["record"])
    assert sent["applicant"]["proof"] == hashlib.sha256(evidence).hexdigest()
    told = json.loads(evidence)
    assert canonical(told) == evidence
    check = IdentityCheck.objects.get(pk=told["check"])
    assert (check.party_id, check.result) == (party.pk, "passed")
    assert (told["provider"], told["method"], told["result"]) == (check.provider, check.method, "passed")
    assert (told["request_sha256"], told["response_sha256"]) == (check.request_hash, check.response_hash)
    # Her name is in the certificate; numbers and address are for nobody.
    whole = json.dumps(sent, ensure_ascii=False) + evidence.decode() + base64.b64decode(sent["csr"]["base64"]).decode("latin-1")
    for secret in ("id_number", "phone", "address", "email"):
        value = party.personal.get(secret)
        assert not value or str(value) not in whole, secret
    assert party.personal["id_number"]
