"""The facts for an expert are those of the bytes: compared here with what hashlib and the certificates say."""

from __future__ import annotations

import hashlib

from tests.core.pki import PLACES, document, pki, sealed
from vermilion.core.pdf.fields import add_signature_fields
from vermilion.core.pdf.inspecting import inspect


def test_a_seal_with_its_certificates_and_timestamp():
    data = sealed()
    found = inspect(data)
    assert (found.size, found.sha256, found.rest) == (len(data), hashlib.sha256(data).hexdigest(), 0)
    (one,) = found.signatures
    assert one.stop == len(data)
    assert one.revision_sha256 == found.sha256
    signed = hashlib.sha256(data[: one.start] + data[one.end : one.stop])
    assert (one.digest_algorithm, one.message_digest) == ("sha256", signed.hexdigest())
    assert one.certificates[0].issuer == one.certificates[1].subject, "the signer's first, then its issuer's"
    assert one.token is not None
    assert one.certificates[0].not_before <= one.token.time <= one.certificates[0].not_after
    assert found.revisions[-1].kind == "signature"
    assert found.revisions[-1].sha256 == found.sha256
    assert [part.start for part in found.revisions[1:]] == [part.stop for part in found.revisions[:-1]]


def test_what_was_appended_is_a_revision_or_a_rest():
    first = pki().sign(add_signature_fields(document(), PLACES), "policyholder", name="第一人")
    both = pki().sign(first, "insured", close=True, name="第二人")
    assert [one.stop for one in inspect(both).signatures] == [len(first), len(both)]
    assert inspect(both + b"more").rest == 4
    assert inspect(both + b"more").signatures == inspect(both).signatures


def test_any_bytes_at_all():
    data = sealed()
    for broken in (b"", b"x", data[:20000], data[5:], data.replace(b"3082", b"zz82"), b"/ByteRange [0 1 2 9999999999]" * 3):
        found = inspect(broken)
        assert found.size == len(broken)
