"""How often things may be tried. Constants, so that nobody can loosen them by accident; a demo's visitors wait less."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from vermilion.base.instance import is_demo

CODE_LIFE = timedelta(minutes=5)
CODE_TRIES = 5

IDENTITY_FAILURES = 5  # per party and window: a typing error or two, not a search for a number that fits a name
IDENTITY_QUESTIONS = 20  # per party and window, outages included: each may cost the insurer a fee
IDENTITY_WINDOW = timedelta(hours=24)
IDENTITY_VALID = timedelta(days=30)
# A question without an answer for so long belongs to a process that died.
IDENTITY_LOST = timedelta(minutes=2)
# Between the answer about a face and the signature that rests on it.
FACE_WILL = timedelta(minutes=5)
# Callbacks that nobody known signed: so many are kept in an hour, and for so long.
STRANGERS_KEPT = 100
KEEP_STRANGERS = timedelta(days=90)


@dataclass(frozen=True)
class CodeLimits:
    """Codes per phone and per network address. An address may be a whole office or a mobile operator's gateway.

    ``known_hour``: per address, to phones that are on record for a person of a case: nobody gets there without her link, and a company's
    people may all answer from one office.
    """

    resend: timedelta
    phone_hour: int
    phone_day: int
    address_hour: int
    known_hour: int = 600


NORMAL = CodeLimits(resend=timedelta(seconds=60), phone_hour=5, phone_day=10, address_hour=60)
DEMO = CodeLimits(resend=timedelta(seconds=0), phone_hour=200, phone_day=1000, address_hour=5000, known_hour=5000)


def code_limits() -> CodeLimits:
    """Return this instance's limits."""
    return DEMO if is_demo() else NORMAL
