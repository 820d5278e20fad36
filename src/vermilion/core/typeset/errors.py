"""The error family of ``core.typeset``. Codes are stable; the sentences for users are made by the layers above."""

from __future__ import annotations


class TypesetError(Exception):
    """A document could not be made. ``code`` is stable."""

    code = "typeset"


class TemplateError(TypesetError):
    """A template is wrong or does not fit its data; the text is the typesetter's own message. ``line`` (from 1) is None when unknown."""

    code = "template"

    def __init__(self, message: str, *, file: str = "", line: int | None = None) -> None:
        self.file, self.line = file, line
        super().__init__(message)


class MissingGlyphs(TypesetError):
    """Data holds characters that the fonts cannot print. ``missing`` maps the path of each field to its characters."""

    code = "missing_glyphs"

    def __init__(self, missing: dict[str, list[str]]) -> None:
        self.missing = missing
        super().__init__("; ".join(f"{path}: {' '.join(characters)}" for path, characters in missing.items()))


class HandwritingError(TypesetError):
    """A drawn signature is no signature.

    ``code`` says why: ``empty``, ``too_small``, ``too_short``, ``scribble``, ``too_large``, ``malformed``.
    """

    def __init__(self, code: str, detail: str) -> None:
        self.code = code
        super().__init__(detail)


class SealError(TypesetError):
    """A seal picture cannot be drawn from this text."""

    code = "seal"


class PictureError(TypesetError):
    """A file is no PDF that pages could be drawn from, or no photograph that ink could be cut from.

    ``code``: ``not_pdf``, ``not_png``, ``encrypted``, ``too_many_pages``, ``page_too_large``; ``not_picture``,
    ``picture_too_large``, ``picture_too_small``, ``no_ink``, ``no_background``.
    """

    def __init__(self, code: str, detail: str) -> None:
        self.code = code
        super().__init__(detail)


class FontPackError(TypesetError):
    """A folder is no pack of rare-character fonts, or an incomplete one."""

    code = "font_pack"
