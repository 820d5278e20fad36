"""The content of a page without what differs at every request, so that the same content has the same digest."""

from __future__ import annotations

import re

# Token and nonce values are random; the elements and attributes themselves stay. Each pattern begins with plain letters, which the engine
# finds many times faster than an alternative of all.
_QUOTE = rb"""(?:"|&quot;|&#34;|&#x22;|')"""
_CHANGING = (
    re.compile(rb"""(csrfmiddlewaretoken["'][^>]*\bvalue=["'])[^"']*"""),  # Django's form token
    re.compile(rb"""(nonce=["'])[^"']*"""),  # Content-Security-Policy
    re.compile(rb"(X-CSRFToken" + _QUOTE + rb"\s*:\s*" + _QUOTE + rb")[A-Za-z0-9]+"),  # hx-headers
    re.compile(rb"""(csrf-token["'][^>]*\bcontent=["'])[^"']*"""),  # meta
)


def normalised(html: bytes) -> bytes:
    """Return ``html`` with every CSRF token and nonce emptied."""
    for pattern in _CHANGING:
        html = pattern.sub(rb"\1", html)
    return html


def stored_form(html: bytes, salt: str) -> bytes:
    """Return what is hashed and stored: the normalised page and a secret salt of its case.

    A page is mostly known text around a few personal data; without the salt its public digest could be found by trying them all.
    """
    return normalised(html) + b"\n<!-- page-salt: " + salt.encode() + b" -->\n"
