"""An uploaded logo: a PNG is drawn anew in a child, an SVG may hold nothing but shapes."""

from __future__ import annotations

import re

from vermilion.base import children
from vermilion.core.typeset.errors import PictureError
from vermilion.core.typeset.pictures import clean_png

from .errors import LogoRefused

LARGEST_SVG, LARGEST_PNG = 60_000, 1_000_000
_SVG = re.compile(r"\A(?:<\?xml[^>]*\?>\s*)?<svg[\s>].*</svg>\s*\Z", re.DOTALL)
# No document type (entities that grow), no script or event, no reference but to a part of itself, no foreign content.
_FORBIDDEN = re.compile(
    r"<!|<script|<foreignobject|<image|<use[^>]+href\s*=\s*[\"'](?!#)|\son[a-z]+\s*=|javascript:|@import|url\(\s*[\"']?(?!#)", re.I
)


def checked_logo(data: bytes) -> tuple[str, bytes]:
    """Return a logo's suffix and the bytes to keep. Raises LogoRefused."""
    if data.startswith(b"\x89PNG"):
        if len(data) > LARGEST_PNG:
            raise LogoRefused()
        try:
            return "png", children.call(clean_png, data, seconds=10, megabytes=512)
        except (PictureError, children.ChildError) as error:
            raise LogoRefused() from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LogoRefused() from error
    if len(data) > LARGEST_SVG or not _SVG.match(text.strip()) or _FORBIDDEN.search(text):
        raise LogoRefused()
    return "svg", text.strip().encode()
