"""What was changed in a file after it was signed: its own signed revision beside what it shows now.

The signed state comes out of the uploaded file itself; the archive's original is shown to nobody here.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from vermilion.apps.seals.signing import trust_store
from vermilion.base import children, clock
from vermilion.core.pdf.signed_revision import last_signed_revision
from vermilion.core.pdf.verdict import SignatureVerdict
from vermilion.core.typeset.differences import Differences
from vermilion.core.typeset.errors import PictureError

from .verifying import Judgement, conclude

SECONDS = 30.0
MEGABYTES, MEGABYTES_TO_DRAW = 1024, 1536
"""Measured: finding the signed revision of a good file of 100 MB takes 780, since its parts are judged one after another."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Alteration:
    """``signature`` ends the part that is still as it was signed; ``before`` judges that part alone, as if nothing had followed.

    ``differences`` is None when the pages could not be drawn within the limits.
    """

    signature: SignatureVerdict
    before: Judgement
    differences: Differences | None

    @property
    def ours(self) -> bool:
        """Tell whether somebody whom we vouch for signed that part; else it proves nothing about a policy."""
        return self.signature.own and self.signature.trusted


def look_into(data: bytes) -> Alteration | None:
    """Return what was added to an altered file, or None when the signed bytes themselves were changed: then nothing is left to compare.

    Raises ChildBusy.
    """
    try:
        signed = children.call(last_signed_revision, data, trust=trust_store(), now=clock.now(), seconds=SECONDS, megabytes=MEGABYTES)
    except children.ChildBusy:
        raise
    except children.ChildError:
        logger.warning("the signed revision of an altered file was not found within the limits")
        return None
    if signed is None:
        return None
    return Alteration(signed.signature, conclude(signed.verdict), _differences(signed.pdf, data))


def _differences(before: bytes, after: bytes) -> Differences | None:
    from vermilion.core.typeset.differing import compare  # with NumPy and PDFium, which other pages do not need

    try:
        return children.call(compare, before, after, seconds=SECONDS, megabytes=MEGABYTES_TO_DRAW)
    except children.ChildBusy:
        raise
    except (children.ChildError, PictureError):
        logger.warning("an altered file could not be drawn")
        return None
