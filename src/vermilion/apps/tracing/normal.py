"""The content of a page without what differs at every request, so that the same content has the same digest."""

from __future__ import annotations

import re

# Token and nonce values are random; the elements and attributes themselves stay.
_CHANGING = re.compile(
    rb"""(?x)
    (<input[^>]*\bname=["']csrfmiddlewaretoken["'][^>]*\bvalue=["'])[^"']*      # Django's token
    | (\bnonce=["'])[^"']*                                                      # Content-Security-Policy
    | (X-CSRFToken(?:"|&quot;|&\#34;|&\#x22;|')\s*:\s*(?:"|&quot;|&\#34;|&\#x22;|'))[A-Za-z0-9]+  # hx-headers
    | (<meta[^>]*\bname=["']csrf-token["'][^>]*\bcontent=["'])[^"']*
    """
)


def normalised(html: bytes) -> bytes:
    """Return ``html`` with every CSRF token and nonce emptied."""
    return _CHANGING.sub(lambda match: next(group for group in match.groups() if group is not None), html)


def stored_form(html: bytes, salt: str) -> bytes:
    """Return what is hashed and stored: the normalised page and a secret salt of its case.

    A page is mostly known text around a few personal data; without the salt its public digest could be found by trying them all.
    """
    return normalised(html) + b"\n<!-- page-salt: " + salt.encode() + b" -->\n"
