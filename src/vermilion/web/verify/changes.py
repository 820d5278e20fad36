"""An altered file's changed pages for the page: pictures side by side, and the same in words for who cannot see them."""

from __future__ import annotations

import base64
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vermilion.apps.policies.altered import Alteration
from vermilion.core.typeset.differences import PageDifference, Region
from vermilion.web import dates


def shown_changes(alteration: Alteration) -> dict[str, Any]:
    """Return what the template shows: whose signed state it is, the list of changed pages, and each page with its pictures."""
    signature, differences = alteration.signature, alteration.differences
    pages = differences.pages if differences else ()
    return {
        "ours": alteration.ours,
        "signer": signature.signer or "—",
        "signed_at": dates.moment(signature.signed_at) if signature.signed_at else "",
        "drawn": differences is not None,
        "cut": bool(differences and differences.cut),
        "pages_before": differences.pages_before if differences else 0,
        "pages_after": differences.pages_after if differences else 0,
        "list": [_told(page) for page in pages],
        "pages": [_shown(page) for page in pages if page.before or page.after],
        "left_out": sum(not (page.before or page.after) for page in pages),
    }


def _told(page: PageDifference) -> str:
    if page.kind == "added":
        return _("第 %(page)s 页：签名后增加的") % {"page": page.number_after}
    if page.kind == "removed":
        return _("原第 %(page)s 页：签名后被删去") % {"page": page.number_before}
    count = len(page.regions)
    if not count:
        return _("第 %(page)s 页：有细微不同，肉眼看不出") % {"page": page.number_after}
    places = ngettext("%(count)s 处不同", "%(count)s 处不同", count) % {"count": count}
    return _("第 %(page)s 页：%(places)s") % {"page": page.number_after, "places": places}


def _shown(page: PageDifference) -> dict[str, Any]:
    return {
        "kind": page.kind,
        "title": _told(page),
        "before": picture(page.before),
        "after": picture(page.after),
        "number_before": page.number_before,
        "number_after": page.number_after,
        "regions": [_region(number, region) for number, region in enumerate(page.regions, 1)],
    }


def _region(number: int, region: Region) -> dict[str, Any]:
    return {
        "number": number,
        "before": picture(region.before),
        "after": picture(region.after),
        "words_before": _marked(region.words_before, region.words_after),
        "words_after": _marked(region.words_after, region.words_before),
        "same_words": region.words_before == region.words_after,
    }


def _marked(words: str, others: str) -> list[tuple[str, bool]]:
    """Return the words, each with whether it is missing on the other side."""
    there = set(others.split())
    return [(word, word not in there) for word in words.split()]


def picture(webp: bytes) -> str:
    """Return a picture as an address that holds it: it exists in this answer only and is stored nowhere."""
    return f"data:image/webp;base64,{base64.b64encode(webp).decode()}" if webp else ""
