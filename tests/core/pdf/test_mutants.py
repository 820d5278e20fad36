"""A short run of the fuzz target; ``make fuzz`` is the long one."""

from __future__ import annotations

import random
from functools import cache

from tests.core.pdf.mutants import cms, mutant
from tests.core.pdf.test_longterm import data, timestamped
from tests.core.pdf.test_verify import signed
from tests.core.pki import NOW, pki, sealed
from vermilion.core.pdf.longterm import add_validation_data
from vermilion.core.pdf.verify import verify_pdf


@cache
def seeds() -> tuple[bytes, ...]:
    """Good files of every kind that this platform makes; each ends in a signature or timestamp over all of it."""
    return sealed(), signed(), timestamped(add_validation_data(sealed(), data()))


def test_the_seeds_are_good():
    assert [verify_pdf(one, trust=pki().trust, now=NOW).bottom_line for one in seeds()] == ["valid"] * 3


def test_a_signature_that_lost_digits_can_be_changed_once_more():
    for digits in (b"30" * 500 + b"8", b"0" * 1001, b"00" * 600 + b"1", b"3" * 1001):
        for seed in range(30):
            assert len(cms(random.Random(seed), b"/Contents <" + digits + b">", ())) == len(digits) + 12


def test_no_mutant_is_accepted():
    choose = random.Random(20261125)
    accepted = []
    for number in range(150):
        name, _, bad = mutant(choose, seeds())
        if verify_pdf(bad, trust=pki().trust, now=NOW, integrity_only=True).bottom_line == "valid":
            accepted.append((number, name))
    assert accepted == []
