"""The one family of errors that may reach a user.

A package derives its own errors from :class:`VermilionError`; ``web/problems.py`` turns any of them into an RFC 9457 problem or a page.
"""

from __future__ import annotations

from typing import Any


class VermilionError(Exception):
    """Something that a user or a calling system can be told.

    Class attributes are the defaults; an instance may override ``message`` and ``hint`` and carry ``fields`` (field name → sentence).
    ``code`` is stable and part of the API; ``message`` says what happened, ``hint`` what to do. ``title`` stands above them where that
    of the status would mislead. All three may be lazy translations.
    """

    code: str = "internal"
    status: int = 400
    title: Any = ""
    message: Any = ""
    hint: Any = ""

    def __init__(self, message: Any = None, *, hint: Any = None, fields: dict[str, Any] | None = None, **facts: Any) -> None:
        if message is not None:
            self.message = message
        if hint is not None:
            self.hint = hint
        self.fields = fields or {}
        self.facts = facts
        super().__init__(self.code)

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"
