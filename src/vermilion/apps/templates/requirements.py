"""Whether the schema demands, and the paper shows, what a document of a kind has to say (``mandatory``)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vermilion.core.typeset import settings as forms

from .mandatory import ITEMS, ROLES, Item


def items(kind: str) -> tuple[Item, ...]:
    """Return what a document of a kind has to say."""
    return ITEMS[kind]


def roles(kind: str, data: dict[str, Any]) -> set[str]:
    """Return whose zones a document of these data needs."""
    return {*ROLES.get(kind, ()), *(signer["role"] for signer in data.get("signers", []))}


def absent_in_schema(item: Item, schema: dict[str, Any]) -> list[str]:
    """Return the fields of an item that the schema does not demand; where there is a choice, that it does not know."""
    known, required = schema.get("properties", {}), schema.get("required", [])
    missing = []
    for place in item.places:
        tops = [path.split(".")[0] for path in place]
        if (tops[0] not in required) if len(set(tops)) == 1 else not any(top in known for top in tops):
            missing.append(place[0])
    return missing


def unprinted(item: Item, data: dict[str, Any], pages: list[str]) -> list[str]:
    """Return the fields of an item that the sample lacks or the paper does not show; ``pages`` are the texts of its pages."""
    paper = squeezed(pages[0] if item.first_page else "".join(pages))
    missing = []
    for place in item.places:
        values = [value for path in place for value in values_at(data, path.split("."))]
        if not values or not all(_stands(value, paper) for value in values):
            missing.append(place[0])
    return missing


def _stands(values: tuple[Any, ...], paper: str) -> bool:
    return any(squeezed(form) in paper for value in values for form in printed_forms(value))


def squeezed(text: str) -> str:
    """Return a text without white space: lines break anywhere on paper."""
    return "".join(text.split())


def values_at(data: Any, path: list[str]) -> Iterator[tuple[Any, ...]]:
    """Return what stands at a path: for each element of its lists the values of which one has to be printed."""
    if not path:  # an element of a list that ends the path
        yield (data,)
    elif path[0] == "*" and isinstance(data, list):
        for one in data:
            yield from values_at(one, path[1:])
    elif isinstance(data, dict) and len(path) > 1:
        if path[0] in data:
            yield from values_at(data[path[0]], path[1:])
    elif isinstance(data, dict) and any(name in data for name in path[0].split("|")):
        # An English document prints the English text where there is one.
        yield tuple(data[form] for name in path[0].split("|") for form in (name, f"{name}_en") if form in data)


def printed_forms(value: Any) -> list[str]:
    """Return how a value may stand on paper."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return []
    if isinstance(value, int):
        return [forms.money(value, english=False).removesuffix(" 元")]
    found = [value]
    for printed in (forms.day, forms.moment):
        for english in (False, True):
            try:
                found.append(printed(value, english))
            except ValueError:
                continue
    if len(value) > 10 and len(found) > 1:  # a moment: its day in Shanghai
        found += [form.rsplit(" ", 1)[0] for form in found[-2:]]
    return found
