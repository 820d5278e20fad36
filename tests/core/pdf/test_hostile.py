"""Hostile files at a small size: each ends, and none is valid. ``make torture`` measures them at 50 MB."""

from __future__ import annotations

import pytest

from tests.core.pdf.hostile import FILES
from tests.core.pki import NOW, sealed
from vermilion.core.pdf.tokens import Fault
from vermilion.core.pdf.verify import verify_pdf
from vermilion.core.trust.store import TrustStore


@pytest.mark.timeout(60)
@pytest.mark.parametrize("make", FILES.values(), ids=FILES.keys())
def test_a_hostile_file_ends_refused(make):
    verdict = verify_pdf(make(100_000), trust=TrustStore(), now=NOW, integrity_only=True)
    assert verdict.bottom_line != "valid"


@pytest.mark.parametrize("place", ["verify.dissect", "general.Reader", "general.EmbeddedPdfSignature", "general.coverage.read_range"])
def test_a_file_for_which_memory_does_not_suffice_is_not_called_broken(place, monkeypatch):
    def exhausted(*_given: object, **_named: object) -> object:
        raise MemoryError

    monkeypatch.setattr(f"vermilion.core.pdf.{place}", exhausted)
    with pytest.raises(MemoryError):
        verify_pdf(sealed() + b"\n", trust=TrustStore(), now=NOW)


@pytest.mark.parametrize("place", ["own_form.judge", "general.levels.raised", "general.stored_proofs.read"])
def test_what_no_step_foresaw_is_refused(place, monkeypatch):
    def odd(*_given: object, **_named: object) -> object:
        raise Fault(0)

    monkeypatch.setattr(f"vermilion.core.pdf.{place}", odd)
    verdict = verify_pdf(sealed().replace(b"/M (D:", b"/M  (D:"), trust=TrustStore(), now=NOW, integrity_only=True)
    assert (verdict.bottom_line, verdict.integrity) == ("invalid", "broken")
