"""Why a document is typeset in full after all."""

from __future__ import annotations

from ..errors import TypesetError


class NoPlan(TypesetError):
    """Two documents differ in a way that no value of their data explains; the text says where."""

    code = "no_plan"


class DoesNotFit(TypesetError):
    """A document's data do not fit the plan: another shape, a text too wide, a character that the font lacks."""

    code = "does_not_fit"
