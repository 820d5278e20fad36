"""The clause library: texts that templates take over word by word, each wording for ever and named by its digest."""

from __future__ import annotations

import re
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vermilion.apps.chronicle.services import record
from vermilion.apps.parties.models import Insurer, StaffMember
from vermilion.base.canonical import sha256
from vermilion.base.clock import now
from vermilion.core.typeset import missing_characters

from .errors import ClauseRefused
from .models import Clause, ClauseVersion

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
LONGEST = 8000


@transaction.atomic
def write_clause(*, insurer: Insurer, code: str, title: str, text: str, by: StaffMember) -> ClauseVersion:
    """Keep a wording of the clause ``code``, which begins with its first one; the same words again are the version that is there.

    Templates keep the wording that they took until somebody takes the new one over. Raises ClauseRefused.
    """
    text, title = text.replace("\r\n", "\n").strip(), title.strip()
    if not _CODE.fullmatch(code) or not text or not title or len(text) > LONGEST or len(title) > 200:
        raise ClauseRefused()
    if missing := missing_characters(title + text):
        raise ClauseRefused(_("不能印刷的字符：%(characters)s") % {"characters": "、".join(missing)})
    Clause.objects.get_or_create(insurer=insurer, code=code)
    clause = Clause.objects.select_for_update(no_key=True).get(insurer=insurer, code=code)
    last = clause.versions.order_by("-number").first()
    if last is not None and (last.title, last.text) == (title, text):
        return last
    made = ClauseVersion.objects.create(
        clause=clause,
        number=last.number + 1 if last else 1,
        title=title,
        text=text,
        digest=sha256(text.encode()),
        written_by=by,
        written_at=now(),
    )
    public = {"clause": code, "number": made.number, "digest": made.digest}
    record(stream="system", stream_id=insurer.pk, type="clause.written", public=public, private={"by": str(by.pk)})
    return made


def as_block(wording: ClauseVersion) -> dict[str, Any]:
    """Return what a block of a template takes over from a wording."""
    return {"text": wording.text, "clause": {"code": wording.clause.code, "number": wording.number, "digest": wording.digest}}
