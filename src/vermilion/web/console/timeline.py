"""The evidence chain of a case as the page shows it: checked link by link, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from vermilion.apps.cases.models import Case
from vermilion.apps.chronicle import queries as chronicle
from vermilion.apps.chronicle.errors import ChainBroken
from vermilion.apps.conduct.models import Kind, SharedWith
from vermilion.apps.notices.catalogue import TEMPLATES
from vermilion.apps.underwriting.models import Conclusion

from . import words

#: Too many and too small for the case page; they are on the page of what was shown.
PAGES = frozenset({"page.shown", "page.answered"})


@dataclass(frozen=True)
class Entry:
    """One event for ``components/timeline.html``."""

    seq: int
    at: datetime
    title: str
    who: str
    text: str
    kind: str
    digest: str


@dataclass(frozen=True)
class Chain:
    """The entries and the verdict on the whole chain; ``broken_at`` is the first event that does not fit."""

    entries: list[Entry]
    whole: bool
    length: int
    head: str
    broken_at: int | None = None


def of_case(case: Case) -> Chain:
    """Return the case's chain without page events; an unwhole chain shows no event, because none of them can be relied on."""
    try:
        events = chronicle.events("case", case.id)
    except ChainBroken as error:
        return Chain([], whole=False, length=0, head="", broken_at=error.facts.get("seq"))
    entries = [entry(event) for event in reversed(events) if event.type not in PAGES]
    return Chain(entries, whole=True, length=len(events), head=events[-1].digest if events else "")


def entry(event: chronicle.EventView) -> Entry:
    """Return one event in words."""
    kind = "key" if event.type in words.KEY_EVENTS else "failed" if event.type in words.FAILED_EVENTS else ""
    return Entry(event.seq, event.at, str(words.event_title(event.type)), _who(event), _text(event), kind, event.digest)


def _who(event: chronicle.EventView) -> str:
    named = event.private.get("by") or event.private.get("staff") or event.private.get("name")
    if isinstance(named, str) and named != "policyholder":
        return named
    role = event.public.get("actor") or event.public.get("signer") or named
    return str(words.ROLES.get(str(role), role)) if role else ""


def _text(event: chronicle.EventView) -> str:
    public, private = event.public, event.private
    if event.type == "document.revision":
        return f"{words.REVISIONS.get(public.get('revision_kind', ''), '')} · SHA-256 {str(public.get('sha256', ''))[:16]}…"
    if event.type.startswith("notice.") and (template := TEMPLATES.get(public.get("template", ""))):
        return gettext(template.name)
    if event.type == "underwriting.concluded":
        return str(dict(Conclusion.choices).get(public.get("conclusion", ""), public.get("conclusion", "")))
    if event.type == "access.staff":
        return str(words.ACCESS.get(public.get("what", ""), public.get("what", "")))
    if event.type.startswith("suspicion.") and public.get("kind") and not private.get("reason"):
        return f"{dict(Kind.choices).get(public['kind'], '')} · {dict(SharedWith.choices).get(public.get('shared_with', ''), '')}"
    if event.type == "signature.accepted" and public.get("mode") == "face_to_face":
        return gettext("面对面办理")
    if event.type in ("case.assigned", "case.handed_over"):
        return str(private.get("to") or "")
    return _plain(private.get("reason") or private.get("question") or private.get("number") or "")


def _plain(value: Any) -> str:
    return value[:200] if isinstance(value, str) else ""
