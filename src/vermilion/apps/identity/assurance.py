"""How much a passed check proves, from nothing real to the face."""

from __future__ import annotations

from typing import Literal, get_args

#: sandbox: nothing real · basic: the records agree · substantial: a phone, bank account or paper of hers too · high: her face.
Level = Literal["sandbox", "basic", "substantial", "high"]
LEVELS: tuple[str, ...] = get_args(Level)
#: What a method proves when an operator's file says nothing else.
USUAL: dict[str, Level] = {
    "two_element": "basic",
    "three_element": "substantial",
    "four_element": "substantial",
    "passport": "basic",
    "face": "high",
    "company": "basic",
    "guardian": "basic",
    "authorisation": "substantial",
    "manual": "substantial",
}


def weaker(level: str, than: str) -> bool:
    """Tell whether ``level`` proves less than ``than``."""
    return LEVELS.index(level) < LEVELS.index(than)
