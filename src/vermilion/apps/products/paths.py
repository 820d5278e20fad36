"""Dotted field paths: between the nested ``application`` and the flat names of an HTML form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: More list entries than this in a posted form are not a form of ours.
MAX_INDEX = 5000


def get(data: Any, path: str) -> Any:
    """Return the value at ``path`` (``insured.0.name``), or None when any part of the way is missing."""
    for part in path.split("."):
        if isinstance(data, Mapping):
            data = data.get(part)
        elif isinstance(data, list) and part.isascii() and part.isdigit() and int(part) < len(data):
            data = data[int(part)]
        else:
            return None
    return data


def flatten(data: Any, prefix: str = "") -> dict[str, Any]:
    """Return ``{dotted path: leaf}`` of a nested application."""
    if isinstance(data, Mapping):
        items = [(str(key), value) for key, value in data.items()]
    elif isinstance(data, list):
        items = [(str(index), value) for index, value in enumerate(data)]
    else:
        return {prefix: data}
    flat: dict[str, Any] = {}
    for key, value in items:
        flat.update(flatten(value, f"{prefix}.{key}" if prefix else key))
    return flat


def unflatten(flat: Mapping[str, Any]) -> dict[str, Any]:
    """Return the nested application of a posted form. Numeric parts make lists. Raises ValueError on contradicting paths."""
    tree: dict[str, Any] = {}
    for path, value in flat.items():
        parts = path.split(".")
        node = tree
        for part in parts[:-1]:
            node = node.setdefault(part, {})
            if not isinstance(node, dict):
                raise ValueError(f"{path} goes through a value")
        if isinstance(node.get(parts[-1]), dict):
            raise ValueError(f"{path} is both a value and a group")
        node[parts[-1]] = value
    nested: dict[str, Any] = _close_lists(tree)
    return nested


def _close_lists(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    closed = {key: _close_lists(value) for key, value in node.items()}
    if closed and all(key.isascii() and key.isdigit() for key in closed):
        if any(len(key) > 6 or int(key) > MAX_INDEX for key in closed):
            raise ValueError("a list is too long")
        return [closed[key] for key in sorted(closed, key=int)]
    return closed
