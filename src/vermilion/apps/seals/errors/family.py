"""The family of errors of this package."""

from __future__ import annotations

from vermilion.base.errors import VermilionError


class SealError(VermilionError):
    """The family of this package."""

    code = "seal"
    status = 409
