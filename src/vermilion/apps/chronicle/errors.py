from __future__ import annotations

from vermilion.base.errors import VermilionError


class ChainBroken(VermilionError):
    """A stored event no longer fits its chain or its commitments."""

    code = "evidence_chain_broken"
    status = 500
