"""Sessions that requests of one browser may change at the same time.

Django writes a session back whole, so a slow request undoes what a quicker one has noted meanwhile: while the pictures of a document
were still being made, the one-time code that the customer had just asked for was lost. Here each request writes only its own changes.
"""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db import connection, router, transaction
from django.utils import timezone

from vermilion.base.rows import built, columns, only


class SessionStore(db.SessionStore):
    """The database's sessions, merged on saving (``SESSION_ENGINE``)."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self._seen: dict[str, Any] = {}

    def load(self) -> dict[str, Any]:
        """Return what is stored, and remember it to know later what this request changed."""
        data = super().load()
        self._seen = deepcopy(data)
        return data

    def _get_session_from_db(self) -> Session | None:
        """Django's, by a statement that is not written anew for every request."""
        with connection.cursor() as cursor:
            cursor.execute(_question(), [self.session_key, timezone.now()])
            values = cursor.fetchone()
        if values is None:
            self._session_key = None
            return None
        (row,) = built(values, Session)
        return row  # type: ignore[no-any-return]

    def save(self, must_create: bool = False) -> None:
        """Write this request's changes into what others have stored meanwhile. Raises UpdateError when the session has ended."""
        if self.session_key is None:
            return self.create()
        with transaction.atomic(using=router.db_for_write(self.model)):
            if not must_create:
                mine = dict(self.items())
                rows = self.model.objects.select_for_update(no_key=True)
                row = only(rows.filter(pk=self.session_key, expire_date__gt=timezone.now()))
                if row is not None:
                    self._session_cache = merged(self._seen, mine, row.get_decoded())
            super().save(must_create)
        self._seen = deepcopy(self._session_cache)


@cache
def _question() -> str:
    table = f'"{Session._meta.db_table}"'
    return f"SELECT {columns(stored=Session)} FROM {table} stored WHERE session_key = %s AND expire_date > %s"  # noqa: S608


def merged(base: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    """Return ``theirs`` with what ``mine`` changed since ``base``; what they removed stays removed, whatever was changed inside it."""
    result = dict(theirs)
    for key in base.keys() - mine.keys():
        result.pop(key, None)
    for key, value in mine.items():
        if key in base and value == base[key]:
            continue
        if isinstance(value, dict) and isinstance(base.get(key, {}), dict):
            if isinstance(theirs.get(key), dict):
                result[key] = merged(base.get(key, {}), value, theirs[key])
                continue
            if key in base:
                continue
        result[key] = value
    return result
