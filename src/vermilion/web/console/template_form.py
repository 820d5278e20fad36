"""The form of a draft's settings: rows of plain fields on one side, settings on the other. Business people write no code and no JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from vermilion.apps.templates.clauses import as_block
from vermilion.apps.templates.fields import Field
from vermilion.apps.templates.models import ClauseVersion
from vermilion.core.typeset import Outline

SPARE = 2
"""Empty rows after those that are filled."""
MOST_ROWS = 120


@dataclass(frozen=True)
class Chooser:
    """What the form offers: sections and tables of the layout, its words, the fields of the data, the clause library."""

    outline: Outline
    words: list[str]
    fields: dict[str, Field]
    wordings: list[ClauseVersion]

    def places(self) -> list[tuple[str, str]]:
        """Return where a block may stand."""
        after = [(f"after:{name}", _("“%(section)s”之后") % {"section": name}) for name in self.outline.sections]
        return [("top", _("开头")), *after, ("signature", _("签名或印章之前")), ("end", _("末尾"))]

    def variables(self) -> list[Field]:
        """Return the fields that a text may name, those of every document first."""
        return sorted(
            (field for field in self.fields.values() if field.kind not in ("list", "group", "other", "boolean")),
            key=lambda field: not field.required,
        )


def operators() -> list[tuple[str, str]]:
    """Return what a condition may ask."""
    return [
        ("", _("总是")), ("present", _("有")), ("absent", _("没有")), ("eq", _("等于")), ("ne", _("不等于")),
        ("lt", _("小于")), ("le", _("不大于")), ("gt", _("大于")), ("ge", _("不小于")),
    ]  # fmt: skip


def rows_of(settings: dict[str, Any], chooser: Chooser) -> dict[str, Any]:
    """Return the form's rows for settings, with empty ones to fill in."""
    hidden = {item["section"]: item for item in settings.get("hidden", [])}
    blocks = [_block_row(item, chooser, index) for index, item in enumerate(settings.get("blocks", []))]
    texts = [{"words": words, "own": own} for words, own in settings.get("texts", {}).items()]
    return {
        "theme": {"accent": "#C3272B", "ink": "#1c1a19", "seal": "right", **settings.get("theme", {})},
        "texts": [*texts, *({"words": "", "own": ""} for _spare in range(SPARE))],
        "sections": [
            {
                "name": name,
                "prefix": f"section.{index}",
                "state": _state(hidden.get(name)),
                **_when_row(hidden.get(name, {}).get("when"), chooser),
            }
            for index, name in enumerate(chooser.outline.sections)
        ],
        "blocks": [*blocks, _block_row({}, chooser, len(blocks))],
        "tables": [_table_row(name, columns, settings.get("tables", {}).get(name)) for name, columns in chooser.outline.tables.items()],
    }


def _state(item: dict[str, Any] | None) -> str:
    return "show" if item is None else "when" if "when" in item else "hide"


def _when_row(when: dict[str, Any] | None, chooser: Chooser) -> dict[str, Any]:
    when = when or {}
    value = when.get("value", "")
    field = chooser.fields.get(when.get("field", ""))
    if field is not None and field.kind == "money" and isinstance(value, int):
        value = f"{value // 100}.{value % 100:02}"
    return {"field": when.get("field", ""), "op": when.get("op", ""), "value": str(value).lower() if isinstance(value, bool) else value}


def _block_row(item: dict[str, Any], chooser: Chooser, index: int) -> dict[str, Any]:
    at = item.get("at", "signature")
    clause = item.get("clause")
    held = f"{clause['code']}:{clause['number']}" if clause else ""
    wordings = [(f"{one.clause.code}:{one.number}", f"{one.title} ({one.number})") for one in chooser.wordings]
    if held and held not in dict(wordings):  # an older wording, which stays until another one is chosen
        wordings.append((held, held))
    return {
        "prefix": f"block.{index}",
        "wordings": wordings,
        "at": f"after:{item['section']}" if at == "after" else at,
        "title": item.get("title", ""),
        "text": item.get("text", ""),
        "style": item.get("style", "plain"),
        "clause": held,
        **_when_row(item.get("when"), chooser),
    }


def _table_row(name: str, columns: tuple[str, ...], chosen: list[dict[str, Any]] | None) -> dict[str, Any]:
    kept = {item["column"]: (order, item) for order, item in enumerate(chosen or [], 1)}
    rows = []
    for index, column in enumerate(columns, 1):
        order, item = kept.get(column, (index if chosen is None else len(columns), {}))
        width = item.get("width", "")
        rows.append(
            {"column": column, "shown": chosen is None or column in kept, "order": order, "heading": item.get("heading", ""),
             "width": width.removesuffix("mm") if width.endswith("mm") else ""}
        )  # fmt: skip
    return {"name": name, "title": "、".join(columns[:3]), "columns": rows, "own": chosen is not None}


def settings_from(posted: Any, chooser: Chooser, old: dict[str, Any]) -> dict[str, Any]:
    """Return the settings that a posted form means; what it can't say (logo) stays as it is. Shape and sense are judged by the service."""
    theme = {name: posted.get(name, "") for name in ("accent", "ink") if posted.get(name, "").lower() not in ("", _DEFAULTS[name])}
    if posted.get("seal") == "left":
        theme["seal"] = "left"
    if "logo" in old.get("theme", {}):
        theme["logo"] = old["theme"]["logo"]
    made = {
        "theme": theme,
        "texts": dict(_texts(posted)),
        "hidden": list(_hidden(posted, chooser)),
        "blocks": list(_blocks(posted, chooser, old)),
        "tables": dict(_tables(posted, chooser)),
    }
    return {name: value for name, value in made.items() if value}


_DEFAULTS = {"accent": "#c3272b", "ink": "#1c1a19"}


def _texts(posted: Any) -> Any:
    for words, own in zip(posted.getlist("words")[:MOST_ROWS], posted.getlist("own")[:MOST_ROWS], strict=False):
        if words.strip() and own.strip() and words != own:
            yield words, own.replace("\r\n", "\n").strip()


def _when(posted: Any, prefix: str, chooser: Chooser) -> dict[str, Any]:
    field, op, value = (posted.get(f"{prefix}.{part}", "").strip() for part in ("field", "op", "value"))
    if not op or not field:
        return {}
    if op in ("present", "absent"):
        return {"when": {"field": field, "op": op}}
    return {"when": {"field": field, "op": op, "value": _typed(value, chooser.fields.get(field))}}


def _typed(value: str, field: Field | None) -> Any:
    """Return a typed value as the data have it: yuan become fen, yes and no become a truth value."""
    kind = field.kind if field else "text"
    try:
        if kind == "number":
            return int(value)
        if kind == "money":
            yuan, _dot, cents = value.replace(",", "").partition(".")
            return int(yuan) * 100 + int(cents.ljust(2, "0")[:2] or 0)
    except ValueError:
        return value
    if kind == "boolean":
        return value.lower() in ("是", "true", "yes", "1")
    return value


def _hidden(posted: Any, chooser: Chooser) -> Any:
    for index, name in enumerate(chooser.outline.sections):
        state = posted.get(f"section.{index}", "show")
        when = _when(posted, f"section.{index}", chooser)
        if state == "hide" or (state == "when" and when):
            yield {"section": name, **(when if state == "when" else {})}


def _blocks(posted: Any, chooser: Chooser, old: dict[str, Any]) -> Any:
    wordings = {f"{item.clause.code}:{item.number}": as_block(item) for item in chooser.wordings}
    # An older wording that a block holds stays until another one is chosen.
    wordings |= {
        f"{item['clause']['code']}:{item['clause']['number']}": {"text": item["text"], "clause": item["clause"]}
        for item in old.get("blocks", [])
        if "clause" in item
    }
    for index in range(MOST_ROWS):
        prefix = f"block.{index}"
        if f"{prefix}.at" not in posted:
            return
        taken = wordings.get(posted.get(f"{prefix}.clause", ""), {})
        text = taken.get("text") or posted.get(f"{prefix}.text", "").replace("\r\n", "\n").strip()
        if not text or posted.get(f"{prefix}.remove"):
            continue
        at, _colon, section = posted[f"{prefix}.at"].partition(":")
        made = {"at": at, "text": text, **({"clause": taken["clause"]} if taken else {}), **_when(posted, prefix, chooser)}
        if section:
            made["section"] = section
        if title := posted.get(f"{prefix}.title", "").strip():
            made["title"] = title
        if posted.get(f"{prefix}.style") == "callout":
            made["style"] = "callout"
        yield made


def _tables(posted: Any, chooser: Chooser) -> Any:
    for number, (name, columns) in enumerate(chooser.outline.tables.items()):
        if not posted.get(f"table.{number}.own"):
            continue
        chosen = []
        for index, column in enumerate(columns):
            prefix = f"table.{number}.{index}"
            if not posted.get(f"{prefix}.shown"):
                continue
            item = {"column": column}
            if heading := posted.get(f"{prefix}.heading", "").strip():
                item["heading"] = heading
            if (width := posted.get(f"{prefix}.width", "").strip()) != "":
                item["width"] = f"{width}mm"
            order = posted.get(f"{prefix}.order", "")
            chosen.append((int(order) if order.isdecimal() and len(order) < 4 else index, index, item))
        if chosen:
            yield name, [item for _order, _index, item in sorted(chosen, key=lambda one: one[:2])]
