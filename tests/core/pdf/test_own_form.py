"""The short way and the general way say the same; the short way answers for nothing but our own sealed form."""

from __future__ import annotations

import pickle
import random
import subprocess
import sys
from functools import cache

import pytest

from tests.core.pdf.test_verify import CORPUS, signed
from tests.core.pki import NOW, PLACES, Pki, document, pki, sealed
from vermilion.core.pdf import own_form, verify
from vermilion.core.pdf.dissecting import dissect
from vermilion.core.pdf.fields import add_signature_fields
from vermilion.core.pdf.tokens import Fault, TooComplex
from vermilion.core.pdf.verdict import SignatureVerdict
from vermilion.core.trust.store import TrustStore


def short(data: bytes, trust: TrustStore | None = None) -> SignatureVerdict | None:
    try:
        return own_form.judge(dissect(data), trust=trust or pki().trust)
    except (Fault, TooComplex, KeyError, ValueError):
        return None


def general(data: bytes, trust: TrustStore | None = None):
    return verify._verify_generally(dissect(data), trust or pki().trust, NOW, False)


@cache
def signed_by_one() -> bytes:
    return pki().sign(add_signature_fields(document(), PLACES), "policyholder")


@pytest.mark.parametrize("make", [sealed, signed_by_one])
def test_both_ways_say_the_same_of_an_own_file(make):
    verdict = general(make())
    assert (verdict.bottom_line, short(make())) == ("valid", verdict.signatures[0])


def test_the_short_way_leaves_everything_else_to_the_general_one():
    assert short(signed()) is None
    assert short(document()) is None
    assert short(pki().seal(document(), timestamped=False)) is None
    assert short(sealed(), TrustStore()) is None
    assert short(sealed(), Pki().trust) is None


@pytest.mark.skipif(not CORPUS.exists(), reason="the shared corpus is not on this machine")
def test_the_short_way_answers_for_no_foreign_file():
    assert [path.name for path in CORPUS.glob("*.pdf") if short(path.read_bytes()) is not None] == []


def test_the_short_way_accepts_no_changed_byte():
    choose = random.Random(20261125)
    good = sealed()
    accepted = []
    for _ in range(400):
        position = choose.randrange(len(good))
        other = choose.choice([good[position] ^ 0x20, good[position] ^ 1, choose.randrange(256)])
        bad = good[:position] + bytes((other,)) + good[position + 1 :]
        if bad != good and short(bad) is not None:
            accepted.append((position, good[position], other))
    assert accepted == []


def test_an_own_file_needs_no_pyhanko():
    """Loading it costs a new process most of a second."""
    program = (
        "import pickle, sys; from vermilion.core.pdf.verify import verify_pdf; data, trust, now = pickle.load(sys.stdin.buffer);"
        "print(verify_pdf(data, trust=trust, now=now).bottom_line, 'pyhanko' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], input=pickle.dumps((sealed(), pki().trust, NOW)), capture_output=True, check=True
    )
    assert done.stdout.split() == [b"valid", b"False"]
