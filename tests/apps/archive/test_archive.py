"""The archive's manifest names exactly the files that exist, its time can be checked with openssl, and nothing is archived twice."""

from __future__ import annotations

import shutil
import subprocess
from datetime import datetime, timezone

import pytest

from tests import life
from vermilion.apps.archive import preserving
from vermilion.apps.archive.models import ArchiveEntry
from vermilion.apps.archive.services import archive, retention_until
from vermilion.apps.cases import documents
from vermilion.apps.cases.transitions import State
from vermilion.apps.chronicle.queries import events
from vermilion.apps.policies import acknowledging, finishing
from vermilion.apps.policies.models import Policy
from vermilion.apps.seals.errors import KeeperUnavailable
from vermilion.base.canonical import canonical, digest, sha256
from vermilion.base.config import config

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_finished_case_is_archived_once_with_a_true_timestamped_manifest(platform, drain_jobs, tmp_path):
    case = life.issued("medical", drain_jobs, first=True)
    archive_early = ArchiveEntry.objects.filter(case=case).exists()
    assert not archive_early, "the customer has not acknowledged yet"
    life.sign_all(acknowledging.present_acknowledgement(case_id=case.id), drain_jobs)
    case.refresh_from_db()
    assert case.state == State.ARCHIVED
    entry = ArchiveEntry.objects.get(case=case)

    listed = {
        (item["document"], revision["number"]): (revision["sha256"], revision["size"])
        for item in entry.manifest["documents"]
        for revision in item["revisions"]
    }
    there = {}
    for document in case.documents.all():
        for revision in document.revisions.all():
            data = documents.read(revision)
            there[(str(document.id), revision.number)] = (sha256(data), len(data))
    assert listed == there
    kinds = {item["kind"] for item in entry.manifest["documents"]}
    assert {"confirmation", "policy", "policy_acknowledgement"} <= kinds
    chain = events("case", case.id)
    assert entry.manifest["evidence"]["head"] == chain[entry.manifest["evidence"]["events"] - 1].digest
    assert entry.manifest["product"] == case.product.digest
    assert entry.manifest_digest == digest(entry.manifest)
    archived = next(event for event in chain if event.type == "case.archived")
    assert archived.private == {"manifest": entry.manifest_digest, "entry": 1}

    policy = Policy.objects.get(case=case)
    assert entry.retention_until.year == policy.cover_to.year + 10
    assert "十年" in entry.retention_basis
    check_by_openssl(entry, tmp_path)

    # A long-term copy that came after the entry is no new content.
    preserving.preserve(document_id=case.documents.get(kind="policy", void=False).pk)
    archive(case.id)
    assert ArchiveEntry.objects.filter(case=case).count() == 1

    # Again, at once or by the sweep: nothing new, no new entry. The keeper gone: no entry without a timestamp.
    archive(case.id)
    assert ArchiveEntry.objects.filter(case=case).count() == 1
    assert policy.invoices.get().received_at is None
    finishing.receive_invoice(
        policy_number=policy.number, insurer_id=policy.insurer_id, invoice_number="24312000000087654321", file=b"%PDF-1.7"
    )
    with life.without_keeper(), pytest.raises(KeeperUnavailable):
        archive(case.id)
    assert ArchiveEntry.objects.filter(case=case).count() == 1
    drain_jobs()
    assert [item.number for item in ArchiveEntry.objects.filter(case=case)] == [1, 2]
    assert "invoice" in {item["kind"] for item in ArchiveEntry.objects.get(case=case, number=2).manifest["documents"]}


def check_by_openssl(entry: ArchiveEntry, folder) -> None:
    """Let somebody else's program check what we say about the time."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    (folder / "manifest.json").write_bytes(canonical(entry.manifest))
    (folder / "token.der").write_bytes(bytes(entry.timestamp_token))
    trusted = folder / "root.pem"
    trusted.write_bytes(b"".join(path.read_bytes() for path in sorted((config().home / "trust").rglob("*.pem"))))
    command = ["openssl", "ts", "-verify", "-data", "manifest.json", "-in", "token.der", "-token_in", "-CAfile", str(trusted)]
    answer = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert "Verification: OK" in answer.stdout, answer.stderr
    (folder / "manifest.json").write_bytes(canonical({**entry.manifest, "case": "another"}))
    assert subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode != 0


def test_retention_counts_from_the_end_of_the_contract():
    leap = Policy(cover_to=datetime(2028, 2, 29, 3, tzinfo=timezone.utc))
    assert retention_until(leap).isoformat() == "2038-03-01"
    assert retention_until(Policy()) is None, "a contract for life has no end yet"
    ended = Policy(cover_to=datetime(2040, 1, 1, tzinfo=timezone.utc), ended_at=datetime(2030, 12, 31, 17, tzinfo=timezone.utc))
    assert retention_until(ended).isoformat() == "2041-01-01", "days are counted in Shanghai"
