"""What belongs to one visit to a document to be signed: its record, the place of the signature, the drawing that was sent."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from vermilion.apps.cases import documents
from vermilion.apps.cases.models import Case, Revision
from vermilion.apps.signing import services as signing
from vermilion.apps.signing.models import Ceremony, SigningTask
from vermilion.core.pdf.fields import Spot, field_spot
from vermilion.core.typeset import HandwritingError
from vermilion.web import devices
from vermilion.web.limits import client_address

LARGEST_DRAWING = 400_000  # characters of JSON: several minutes of writing
WIDEST_SHEET = 20_000  # CSS pixels
MARGIN = 30.0  # points around the place, in the strip that the pad's page shows
STRIP = 300.0  # width of that strip


@dataclass(frozen=True)
class Strip:
    """The part of a page around the place of a signature, in points from the page's top left."""

    url: str
    spot: Spot
    left: float
    top: float
    width: float
    height: float

    @property
    def view(self) -> str:
        """Return the SVG view box of the strip."""
        return f"{self.left:.1f} {self.top:.1f} {self.width:.1f} {self.height:.1f}"


def session_hash(request: HttpRequest) -> str:
    """Return by what a visit is recognised; a session that has no key yet gets one."""
    if not request.session.session_key:
        request.session.create()
    return hashlib.sha256(str(request.session.session_key).encode()).hexdigest()


def enter(request: HttpRequest, task: SigningTask) -> Ceremony:
    """Record that this browser opened the document for signing."""
    return signing.open_ceremony(
        task=task,
        session_hash=session_hash(request),
        ip=client_address(request),
        user_agent=request.headers.get("User-Agent", ""),
        device=devices.of(request),
    )


def elsewhere(request: HttpRequest, task: SigningTask) -> Ceremony | None:
    """Return the visit of another device that has the same document open."""
    return signing.elsewhere(task, session_hash(request))


def shown_revision(task: SigningTask) -> Revision:
    """Return the file that is signed, as it is shown."""
    return task.document.revisions.get(kind="shown", sha256=task.shown_digest)


def marked_pages(case: Case, task: SigningTask) -> list[dict[str, Any]]:
    """Return the pages of the document for ``components/document.html``; the one with the place of the signature has a ``mark``."""
    revision = shown_revision(task)
    spot = field_spot(documents.read(revision), task.field)
    return [
        {"url": _picture(case, task, revision, number), **({"mark": spot} if number == spot.page else {})}
        for number in range(1, revision.pages + 1)
    ]


def strip(case: Case, task: SigningTask) -> Strip:
    """Return the strip of the page on which the signature will stand."""
    revision = shown_revision(task)
    spot = field_spot(documents.read(revision), task.field)
    left, top, right, bottom = spot.box
    width = min(spot.width, max(STRIP, right - left + 2 * MARGIN))
    start = min(max(0.0, (left + right - width) / 2), spot.width - width)
    above = max(0.0, top - 2 * MARGIN)
    return Strip(_picture(case, task, revision, spot.page), spot, start, above, width, min(spot.height, bottom + MARGIN) - above)


def _picture(case: Case, task: SigningTask, revision: Revision, number: int) -> str:
    return reverse("apply_document_page", args=[case.number, task.document.code, revision.number, number])


def strokes(text: str, most: int = LARGEST_DRAWING) -> list[Any]:
    """Return the drawing that the pad sent. Raises HandwritingError when it is none."""
    if len(text) > most:
        raise HandwritingError("too_large", "the drawing is too long")
    try:
        drawn = json.loads(text or "[]")
    except (ValueError, RecursionError) as error:
        raise HandwritingError("malformed", "the drawing is no JSON") from error
    if not isinstance(drawn, list):
        raise HandwritingError("malformed", "the drawing is no list")
    return drawn


def sheet(request: HttpRequest) -> tuple[int, int] | None:
    """Return width and height of the pad, as its script tells them; None for nonsense."""
    try:
        wide, high = (int(request.POST.get(f"strokes_{side}", "")) for side in ("width", "height"))
    except ValueError:
        return None
    return (wide, high) if 0 < wide <= WIDEST_SHEET and 0 < high <= WIDEST_SHEET else None
