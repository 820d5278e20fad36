"""No dictionary may have a key twice, however it is spelled: one reader takes the first, another the last."""

from __future__ import annotations

import re

from . import values
from .tokens import REGULAR, Values

_NAME = re.compile(rb"/%b*+" % REGULAR)
_PART = re.compile(
    rb"<<|>>|\[|\]|/%b*+|%b[^()<>\[\]{}/%%]*+|<[^>]*+>"
    rb"|\((?>[^()\\]++|\\[\x00-\xff]|\((?>[^()\\]++|\\[\x00-\xff]|\((?>[^()\\]++|\\[\x00-\xff])*+\))*+\))*+\)|\(|%%[^\r\n]*+"
    % (REGULAR, REGULAR)
)
"""One part of a value that is known to be one; numbers and words that follow each other are one, since none of them is a key."""


def doubled_key(value: bytes) -> bool:
    """Tell whether a dictionary inside ``value`` has the same key twice."""
    names = _NAME.findall(value)
    escaped = value.find(b"#") >= 0
    if not escaped and len(names) == len(set(names)):
        return False  # no name stands twice at all; nearly every object ends here
    # Per open bracket: the keys seen (None for an array); a key is awaited when the last thing in a dictionary was a value.
    open_keys: list[set[bytes] | None] = []
    keys: set[bytes] | None = None
    awaited = False
    for token in _parts(value):
        first = token[0]
        if first == 0x2F and awaited:  # "/"
            if escaped:
                token = values.plain_name(token).encode("latin-1")
            if keys is None or token in keys:
                return True
            keys.add(token)
            awaited = False
        elif token == b"<<" or token == b"[":
            open_keys.append(keys)
            keys = set() if token == b"<<" else None
            awaited = keys is not None
        elif token == b">>" or token == b"]":
            if not open_keys:
                return True  # brackets that do not match: nobody can say whose keys these are
            keys = open_keys.pop()
            awaited = keys is not None
        elif first != 0x25:  # "%"
            awaited = keys is not None
    return False


def _parts(value: bytes) -> list[bytes]:
    parts = _PART.findall(value)
    if b"(" in parts:  # a string with brackets in brackets in brackets in brackets, of which the pattern sees the first only
        return [token for _, _, token in Values(value).tokens(0)]
    return parts
