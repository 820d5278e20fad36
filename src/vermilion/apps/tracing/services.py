"""Recording that a page was shown and what was answered on it."""

from __future__ import annotations

import zlib
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import get_language

from vermilion.apps.cases.models import Case, CaseParty
from vermilion.apps.chronicle.services import record
from vermilion.base import blobs, clock
from vermilion.base.canonical import canonical, sha256
from vermilion.base.rows import only
from vermilion.base.vault import keyed_hash

from .errors import PageNotShown
from .models import PageShown, PageVersion
from .normal import stored_form

LONGEST_AGENT = 300


def page_shown(
    *, case: Case, party: CaseParty | None, page: str, html: bytes, session: str, ip: str, user_agent: str, template: str = ""
) -> PageShown:
    """Record that ``html`` was sent to a browser as ``page`` of the case, and return the showing.

    Of ``session``, the session key, only a keyed hash is stored. The content is stored once per case and digest. Raises the errors of
    ``base.blobs`` when the content cannot be kept: a page whose content is not on record must not count as shown.
    """
    version = _version(case, page, html, template)
    hashed = _session_hash(session)
    details = {"session": hashed, "ip": ip, "device": user_agent[:LONGEST_AGENT]}
    moment = clock.now()
    with transaction.atomic():
        shown = PageShown.objects.create(
            case=case, party=party, version=version, page=page, session_hash=hashed, shown_at=moment, details=details
        )
        record(
            stream="case",
            stream_id=case.id,
            type="page.shown",
            public={"page": page, "version": version.digest, "shown": str(shown.id), "signer": party.role if party else ""},
            private=details,
        )
    return shown


def page_answered(
    *, answer: dict[str, Any], shown_id: UUID | None = None, case: Case | None = None, page: str = "", session: str = ""
) -> PageShown:
    """Record what was answered on a page: the showing ``shown_id``, or the last one of ``page`` to ``session`` in ``case``.

    May run inside the caller's transaction, so that answer and effect stand or fall together. Each further answer on the same showing is an
    event of its own. Raises PageNotShown.
    """
    with transaction.atomic():
        rows = PageShown.objects.select_for_update(of=("self",), no_key=True).select_related("version")
        if shown_id is not None:
            rows = rows.filter(pk=shown_id)
        else:
            rows = rows.filter(case=case, page=page, session_hash=_session_hash(session))
        shown = rows.order_by("-shown_at").first()
        if shown is None:
            raise PageNotShown()
        shown.answered_at = clock.now()
        shown.answer_hash = keyed_hash("page_answer", canonical(answer).decode())
        shown.save(update_fields=["answered_at", "answer_hash"])
        record(
            stream="case",
            stream_id=shown.case_id,
            type="page.answered",
            public={"page": shown.page, "version": shown.version.digest, "shown": str(shown.id)},
            private={"answer": answer, "seconds": int((shown.answered_at - shown.shown_at).total_seconds())},
        )
    return shown


def _version(case: Case, page: str, html: bytes, template: str) -> PageVersion:
    content = stored_form(html, keyed_hash("page_salt", str(case.id)))
    digest = sha256(content)
    known = PageVersion.objects.filter(case=case, page=page, digest=digest)
    if found := only(known):
        return found
    key = f"cases/{case.id}/pages/{digest}.html.z"
    blobs.put(key, zlib.compress(content, 6), data_key=case.data_key_id)
    try:
        with transaction.atomic():
            return PageVersion.objects.create(
                case=case,
                page=page,
                digest=digest,
                template=template[:120],
                language=get_language() or "",
                size=len(content),
                blob_key=key,
                first_seen=clock.now(),
            )
    except IntegrityError:  # shown twice at the same moment
        return known.get()


def _session_hash(session: str) -> str:
    return keyed_hash("session", session)
