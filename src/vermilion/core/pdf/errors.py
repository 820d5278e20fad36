"""The error family of signing in ``core.pdf``. Verifying raises nothing: it returns a verdict with reasons."""

from __future__ import annotations


class PdfError(Exception):
    """A PDF can't be prepared or finished. ``code`` is stable."""

    code = "pdf"


class NotSignable(PdfError):
    """The PDF is encrypted, damaged, lacks the field or is closed by an earlier signature."""

    code = "pdf_not_signable"


class ContentsTooLarge(PdfError):
    """The CMS does not fit in the room that was left for it."""

    code = "cms_too_large"
