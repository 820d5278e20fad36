"""Bulk issue: after some documents of one shape, the next are drawn by a plan (``core.typeset.overlay``) instead of typeset in full.

A plan lives in the process that learned it, under the digest of its template. What it cannot hold is typeset in full, by the same template.
An insurer's version has plans when its code is that of the library: what code of others does with a value that varies, nobody can know. A
value that its settings compare in a condition does not vary within a plan.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections import Counter, deque
from pathlib import Path
from typing import Any

from vermilion.base import children
from vermilion.base.canonical import canonical
from vermilion.core.typeset import Typeset
from vermilion.core.typeset.compile import typeset
from vermilion.core.typeset.errors import TypesetError
from vermilion.core.typeset.overlay import DoesNotFit, Plan, render, shape, varying_paths
from vermilion.core.typeset.overlay.preparing import made_at, prepare, specimen
from vermilion.core.typeset.settings import VariableError, resolve

from . import library
from .inputs import check_codes, inputs

logger = logging.getLogger(__name__)

LEARN_AFTER = 20  # documents of one shape in one process: learning costs as much as six of them
MOST_PLANS = 8  # of one template in one process; the one that was not used for longest goes
VARYING: dict[str, tuple[str, ...]] = {
    "policy": (
        *("policy_no", "application_no", "case_code", "document_code", "verify_url", "made_at", "concluded_on", "cover.from"),
        *(f"policyholder.{name}" for name in ("name", "id_number", "sex", "birth_date", "phone", "email", "address", "contact_name")),
        *(f"insured.*.{name}" for name in ("name", "id_number", "sex", "birth_date", "phone", "address")),
        *(f"insured_list.*.{name}" for name in ("name", "id_number", "sex", "birth_date")),
        *("premium.amount", "premium.paid_at", "confirmation.code", "confirmation.digest"),
        *("salesperson.name", "salesperson.registration_no", "salesperson.phone", "salesperson.staff_no"),
    ),
}
"""Kind → the values that differ from one document of a shape to the next. All others must be the same."""

_plans: dict[str, deque[Plan]] = {}
_seen: Counter[tuple[str, str]] = Counter()
_lock = threading.Lock()


def drawn(entry: library.Entry, data: dict[str, Any]) -> tuple[Typeset, bytes] | None:
    """Return the document by a plan of this process, and its data as canonical JSON; None when there is no plan that holds it."""
    for plan in list(_plans.get(entry.digest, ())):
        try:
            return render(plan, data, at=made_at(data), codes=check_codes(data))
        except DoesNotFit:
            continue
    return None


def note(entry: library.Entry, data: dict[str, Any], *, pack: Path | None) -> None:
    """Count a document that was typeset in full; learn a plan when there were enough of its shape."""
    patterns = _patterns(entry)
    if not patterns or not _known_code(entry):
        return
    key = entry.digest, hashlib.sha256(shape(data, varying_paths(data, patterns))).hexdigest()
    with _lock:
        if len(_seen) > 10_000:
            _seen.clear()
        _seen[key] += 1
        if _seen[key] != LEARN_AFTER:
            return
    try:
        plan = children.call(
            learn, entry.main, entry.kind, entry.language, entry.standard, data, patterns,
            root=entry.root, settings=entry.settings, pack=pack, seconds=60, megabytes=2048,
        )  # fmt: skip
    except (TypesetError, VariableError, children.ChildError) as error:  # the document is made; only the next ones take longer
        logger.info("no plan for bulk", extra={"kind": entry.kind, "reason": getattr(error, "code", str(error))})
        return
    with _lock:
        _plans.setdefault(entry.digest, deque(maxlen=MOST_PLANS)).appendleft(plan)


def _patterns(entry: library.Entry) -> tuple[str, ...]:
    """Return what varies within a plan of a template: a compared value decides which blocks there are, so it stays the same."""
    parts = (*entry.settings.get("blocks", []), *entry.settings.get("hidden", []))
    compared = {part["when"]["field"] for part in parts if "when" in part and part["when"]["op"] not in ("present", "absent")}
    return tuple(one for one in VARYING.get(entry.kind, ()) if one not in compared)


def _known_code(entry: library.Entry) -> bool:
    """Tell whether a template's code and schema are those of this or an older release of the library; a logo may stand beside them."""
    if entry.root == library.FOLDER:
        return True
    from .models import TemplateVersion  # not where this module is loaded in a child: there are no models there
    from .newer import code_of

    own = code_of(entry.content["files"])
    rows = TemplateVersion.objects.filter(template__insurer=None, template__kind=entry.kind, language=entry.language)
    return any(row.content.get("files") == own for row in rows) or library.entry(entry.kind, entry.language).content["files"] == own


def learn(
    main: str, kind: str, language: str, standard: str, data: dict[str, Any], patterns: tuple[str, ...],
    *, root: Path = library.FOLDER, settings: dict[str, Any] | None = None, pack: Path | None = None,
) -> Plan:  # fmt: skip
    """Learn and prove a plan for documents like that of ``data``. Runs in a child. Raises NoPlan and the typesetter's errors."""

    def compiled(twin: dict[str, Any]) -> Any:
        given = inputs(twin, language)
        if settings:
            given["settings"] = canonical(resolve(settings, twin, english=language == "en")).decode()
        made = typeset(
            root,
            main,
            canonical(twin),
            at=made_at(twin),
            attachment_name=f"{kind}.json",
            inputs=given,
            standard=standard,
            pack=pack,
        )
        return specimen(twin, made)

    return prepare(compiled, check_codes, canonical, data, patterns, english=language == "en")
