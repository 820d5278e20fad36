"""Hostile files at a small size: each ends, and none is valid. ``make torture`` measures them at 50 MB."""

from __future__ import annotations

import pytest

from tests.core.pdf.hostile import FILES
from tests.core.pki import NOW
from vermilion.core.pdf.verify import verify_pdf
from vermilion.core.trust.store import TrustStore


@pytest.mark.timeout(60)
@pytest.mark.parametrize("make", FILES.values(), ids=FILES.keys())
def test_a_hostile_file_ends_refused(make):
    verdict = verify_pdf(make(100_000), trust=TrustStore(), now=NOW, integrity_only=True)
    assert verdict.bottom_line != "valid"
