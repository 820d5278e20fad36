"""What the keeper is asked to sign, as it finds it itself. Knows no Django, so that ``vermilion bench`` can measure it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from vermilion.core.pdf.errors import PdfError
from vermilion.core.pdf.signing import Prepared, read_prepared


@dataclass(frozen=True)
class Asked:
    """A prepared PDF that is to be signed by a permission; its first ``shown_length`` bytes are said to be what was shown."""

    permission_id: UUID
    pdf: bytes
    shown_length: int

    @cached_property
    def examined(self) -> tuple[str, Prepared | None]:
        """The SHA-256 (hex) of what was shown, empty for an impossible length; the place of the signature, None when there is not one."""
        if not 0 < self.shown_length <= len(self.pdf):
            return "", None
        shown = hashlib.sha256(memoryview(self.pdf)[: self.shown_length])
        try:
            prepared = read_prepared(self.pdf, self.shown_length)  # what is to be signed may not lie in what was shown
            prepared.continue_digest(shown, self.shown_length)  # what was shown is digested once, for the judgement and for the signature
        except PdfError:
            return shown.hexdigest(), None
        return shown.hexdigest(), prepared
