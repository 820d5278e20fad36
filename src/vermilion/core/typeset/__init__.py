"""From data to a page: typst → PDF/A-3b, fonts, seal pictures, handwriting, check codes, page pictures. Framework-free.

What stands here is light and may run anywhere. ``compile`` and ``pictures`` load typst and PDFium and run in a child process only;
``codes`` and ``handwriting`` load numpy, which a command that draws nothing need not wait for.
"""

from .errors import FontPackError, HandwritingError, MissingGlyphs, PictureError, SealError, TemplateError, TypesetError
from .fonts import missing_characters, missing_in
from .seals import company_seal, name_seal, oval_seal
from .zones import Outline, Typeset, Zone

__all__ = [
    "FontPackError",
    "HandwritingError",
    "MissingGlyphs",
    "Outline",
    "PictureError",
    "SealError",
    "TemplateError",
    "Typeset",
    "TypesetError",
    "Zone",
    "company_seal",
    "missing_characters",
    "missing_in",
    "name_seal",
    "oval_seal",
]
