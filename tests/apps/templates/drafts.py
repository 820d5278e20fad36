"""What tests of insurers' own templates share: drafts, changes of them, and their way into use."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.apps.templates.papers import sample, squeezed, text_of
from vermilion.apps.templates import authoring, checking, files, publishing, sources
from vermilion.apps.templates.models import TemplateVersion
from vermilion.apps.templates.services import typeset_document
from vermilion.base.canonical import digest

KIND = "decision_notice"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9" fill="#0000ff"/></svg>'
_facts = publishing.facts
_found: dict[str, list[dict[str, Any]]] = {}


def checked_once(version: TemplateVersion) -> Iterator[dict[str, Any]]:
    """Check a version; return what was found before of one with the same content and predecessor: on nothing else it depends."""
    before = publishing.previous_version(version)
    content = [{**sources.content_of(one), "number": 0} if one else {} for one in (version, before)]
    key = digest(content)
    if key not in _found:
        _found[key] = list(_facts(version))
    return iter(_found[key])


def draft(by: Any, *, kind: str = KIND, product: str = "", language: str = "zh-Hans", **settings: Any) -> TemplateVersion:
    made = authoring.create_template(insurer=by.insurer, kind=kind, product=product, name="通知书", language=language, by=by)
    return change(made, by, **settings) if settings else made


def change(version: TemplateVersion, by: Any, **settings: Any) -> TemplateVersion:
    return authoring.change_settings(version_id=version.pk, settings=settings, seen=authoring.state_of(version), by=by)


def checked(version: TemplateVersion) -> TemplateVersion:
    """Ask for the checks and do a worker's part."""
    wanted = authoring.request_checks(version_id=version.pk).checked
    checking.check(version.pk, wanted)
    return TemplateVersion.objects.get(pk=version.pk)


def submit(version: TemplateVersion, by: Any) -> TemplateVersion:
    checked(version)
    return authoring.submit(version_id=version.pk, by=by)


def in_use(by: Any, reviewer: Any, **options: Any) -> TemplateVersion:
    made = draft(by, **options)
    submit(made, by)
    return authoring.publish(version_id=made.pk, by=reviewer)


def text(by: Any, **options: Any) -> str:
    made = typeset_document(KIND, sample(f"{KIND}/sample.json"), insurer_id=by.insurer_id, **options)
    return squeezed(text_of(made.pdf))


def facts(version: TemplateVersion) -> dict[tuple[str, str], dict[str, Any]]:
    return {(fact["code"], fact["facts"].get("item", fact["sample"])): fact for fact in version.checks}


def broken(by: Any, code: str = "", *, schema: Any = None, sample_: Any = None, **options: Any) -> TemplateVersion:
    """A draft with other code after the library's, another schema, or another sample."""
    version = draft(by, **options)
    held = files.load(version.files)
    kind = version.template.kind
    held[f"{kind}/template.typ"] += code.encode()
    if schema is not None:
        version.json_schema = schema
        held[f"{kind}/schema.json"] = json.dumps(schema).encode()
    version.files = files.store(held)
    version.samples = {"sample": sample_ or version.samples["sample"]}
    version.save()
    return version


def first_failure(version: TemplateVersion) -> dict[str, Any]:
    return next(fact for fact in list(publishing.facts(version)) if not fact["ok"])
