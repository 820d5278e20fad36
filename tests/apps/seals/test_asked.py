"""What the keeper finds in a PDF that lies in memory which the caller can still write to."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime, timezone

from tests.core.pki import document
from vermilion.apps.seals.keeper.asked import Asked, Examined
from vermilion.core.pdf import signing
from vermilion.core.pdf.fields import Place
from vermilion.core.trust.suites import SHA256, Digest

SHA384 = Digest("sha384", "2.16.840.1.101.3.4.2.2", 48)


def asked() -> tuple[Asked, bytearray, signing.Prepared]:
    prepared = signing.prepare(document(), field=Place("Seal", 0, (0, 0, 50, 50)), at=datetime(2026, 11, 26, tzinfo=timezone.utc))
    memory = bytearray(prepared.pdf)
    return Asked(uuid.uuid4(), memoryview(memory), len(document())), memory, prepared


def test_one_reading_gives_both_digests():
    one, _memory, prepared = asked()
    assert one.examined == Examined(hashlib.sha256(document()).hexdigest(), prepared.digest)
    assert one.digested(SHA256) == prepared.digest
    assert one.digested(SHA384) == prepared.digested(SHA384)


def test_what_is_written_after_it_was_judged_is_not_signed():
    """The caller shows what is permitted, then writes another sum into the shown bytes while the keeper asks the database."""
    for place in (100, len(document()) + 10):
        one, memory, prepared = asked()
        assert one.examined.shown == hashlib.sha256(document()).hexdigest()
        memory[place] ^= 1
        assert one.digested(SHA256) == prepared.digest, "what was judged, not what stands there now"
        assert one.digested(SHA384) is None, "it had to be read again"


def test_impossible_lengths_show_nothing():
    one, memory, _prepared = asked()
    for length in (-1, 0, len(memory) + 1):
        assert Asked(one.permission_id, one.pdf, length).examined == Examined()
    assert Asked(one.permission_id, one.pdf, len(memory)).examined.range_digest is None
