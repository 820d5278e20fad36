"""What the keeper is asked to sign, as it finds it itself. Knows no Django, so that ``vermilion bench`` can measure it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from vermilion.core.pdf.errors import PdfError
from vermilion.core.pdf.signing import empty_place
from vermilion.core.trust.suites import SHA256, Digest


@dataclass(frozen=True)
class Examined:
    """What was found: the SHA-256 of what was shown; of the byte range the SHA-256, None when there is no place for a signature."""

    shown: str = ""
    range_digest: bytes | None = None


@dataclass(frozen=True)
class Asked:
    """A prepared PDF that is to be signed by a permission; its first ``shown_length`` bytes are said to be what was shown.

    ``pdf`` may lie in memory that the caller can still write to (:mod:`.shared`): each byte of it is read once.
    """

    permission_id: UUID
    pdf: memoryview
    shown_length: int

    @cached_property
    def examined(self) -> Examined:
        """What is in the PDF, found by one reading of it: what was shown is digested once, for the judgement and for the signature."""
        return self._examine(SHA256)

    def digested(self, digest: Digest) -> bytes | None:
        """Return the digest of the byte range for a suite with this ``digest``; None when there is none, or what was examined changed."""
        if digest == SHA256:
            return self.examined.range_digest
        own = Asked(self.permission_id, memoryview(bytes(self.pdf)), self.shown_length)  # read again, so from a copy
        return own._examine(digest).range_digest if own.examined == self.examined else None

    def _examine(self, digest: Digest) -> Examined:
        if not 0 < self.shown_length <= len(self.pdf):
            return Examined()
        state = digest.new()
        state.update(self.pdf[: self.shown_length])
        shown, tail = state.hexdigest(), bytes(self.pdf[self.shown_length :])
        try:
            start, end = empty_place(tail, self.shown_length)  # what is to be signed may not lie in what was shown
        except PdfError:
            return Examined(shown)
        view = memoryview(tail)
        state.update(view[: start - self.shown_length])
        state.update(view[end - self.shown_length :])
        return Examined(shown, state.digest())
