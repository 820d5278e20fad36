"""pyHanko's incremental writer, made deterministic: no own metadata, no random document id, no clock."""

from __future__ import annotations

import hashlib
from io import BytesIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError as HankoError
from pyhanko.pdf_utils.reader import PdfFileReader

from .errors import NotSignable


class RevisionWriter(IncrementalPdfFileWriter):
    """Writes one more revision behind a PDF; what stands before stays byte for byte. Raises NotSignable for an unusable PDF."""

    def __init__(self, pdf: bytes) -> None:
        try:
            reader = PdfFileReader(BytesIO(pdf), strict=True)
            if reader.encrypted:
                raise NotSignable("the PDF is encrypted")
            if reader.xrefs.hybrid_xrefs_present:
                raise NotSignable("the PDF has hybrid cross-references")
            super().__init__(reader.stream, prev=reader)
            first, _ = self._document_id
            revision_id = generic.ByteStringObject(hashlib.sha256(pdf).digest()[:16])
            self._document_id = generic.ArrayObject([first, revision_id])
        except (HankoError, ValueError, AssertionError, KeyError, TypeError) as error:
            raise NotSignable(f"the PDF can't be read: {error}") from error

    def _update_meta(self) -> None:
        """Leave title, dates and XMP as they are: they belong to what was shown, and PDF/A wants both in step."""

    @property
    def page_count(self) -> int:
        """Return the number of pages."""
        return int(self.root["/Pages"]["/Count"])

    def finished(self) -> bytes:
        """Return the PDF with the new revision."""
        output = BytesIO()
        self.write(output)  # type: ignore[no-untyped-call]
        return output.getvalue()
