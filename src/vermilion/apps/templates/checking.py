"""The checks before publishing as a job: asked for by a writer, made by a worker, kept with the draft fact by fact.

The result belongs to the digest of the content that was checked. A draft that is written on meanwhile loses it, and the job ends by itself.
Run twice or killed in the middle, the job begins anew and comes to the same facts.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from vermilion.base.canonical import digest
from vermilion.base.clock import now

from . import publishing, sources
from .models import TemplateVersion

State = TemplateVersion.State
PATIENCE = timedelta(minutes=10)
"""After that a run that did not end may be asked for again: its job failed for good, which ``vermilion doctor`` tells."""


def content_digest(version: TemplateVersion) -> str:
    """Return the digest of a version's present content: what it will be named by when it is submitted."""
    return version.digest or digest(sources.content_of(version))


def running(version: TemplateVersion) -> bool:
    """Tell whether the checks of a draft's present content were asked for and did not come to their end yet."""
    since = version.checking_since
    return since is not None and now() - since < PATIENCE and version.checked == content_digest(version)


def ended(version: TemplateVersion) -> bool:
    """Tell whether the checks of exactly the present content came to their end."""
    return version.checking_since is None and bool(version.checks) and version.checked == content_digest(version)


def passed(version: TemplateVersion) -> bool:
    """Tell whether exactly the present content was checked, and passed."""
    return ended(version) and publishing.passed(version.checks)


def check(version_id: UUID, wanted: str) -> None:
    """Make the checks of a draft whose content has the digest ``wanted``; nothing happens when they are made or the draft changed."""
    version = _open(version_id, wanted).select_related("template__insurer").first()
    if version is None:
        return
    if content_digest(version) != wanted:  # a new typesetter or other fonts since it was asked for
        _open(version_id, wanted).update(checks=[], checked="", checking_since=None)
        return
    found: list[dict[str, Any]] = []
    for fact in publishing.facts(version):
        found.append(fact)
        if not _open(version_id, wanted).update(checks=found):
            return  # somebody wrote on the draft, or deleted it
    _open(version_id, wanted).update(checking_since=None)


def _open(version_id: UUID, wanted: str) -> Any:
    return TemplateVersion.objects.filter(pk=version_id, state=State.DRAFT, checked=wanted, checking_since__isnull=False)
