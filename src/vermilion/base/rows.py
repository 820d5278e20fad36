"""Asking the database for one row, for several counts at once, and for whole rows by a statement of one's own.

Django writes a question anew each time, which takes longer than the answer. What nearly every request asks is written once, in SQL.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet, ObjectDoesNotExist
from django.db import connection
from django.db.models import Model, QuerySet

Queried = TypeVar("Queried", bound=Model)
Row = TypeVar("Row")


def only(rows: QuerySet[Queried, Row]) -> Row | None:
    """Return the one row of ``rows``, asked for by what is unique; None when there is none. Raises MultipleObjectsReturned.

    ``first`` would have it ordered, which costs Django a third of the whole query.
    """
    try:
        return rows.get()
    except ObjectDoesNotExist:
        return None


def counted(asked: Mapping[str, QuerySet[Any, Any]]) -> dict[str, int]:
    """Return how many rows each of ``asked`` has, by one question: a page that shows ten figures waits once."""
    counts = dict.fromkeys(asked, 0)
    parts: dict[str, str] = {}
    values: list[Any] = []
    for name, rows in asked.items():
        try:
            text, given = rows.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:  # nothing can fit, so Django would not ask either
            continue
        parts[name] = f"(SELECT count(*) FROM ({text}) counted)"  # noqa: S608  # by Django; values are parameters
        values += given
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(parts.values())}", values)
            counts.update(zip(parts, cursor.fetchone(), strict=True))
    return counts


def columns(**tables: type[Model]) -> str:
    """Return what a statement selects to have whole rows of ``tables``, named as the statement names them; :func:`built` reads them."""
    fields = [(name, field) for name, model in tables.items() for field in model._meta.concrete_fields]
    if unread := [field.name for _name, field in fields if hasattr(field, "from_db_value")]:
        raise TypeError(f"only Django reads {unread}")
    return ", ".join(f'{name}."{field.column}"' for name, field in fields)


def built(values: Sequence[Any], *models: type[Model]) -> list[Any]:
    """Return the rows of ``models`` that :func:`columns` selected, None for one that an outer join did not find."""
    rows: list[Any] = []
    for model in models:
        names = [field.attname for field in model._meta.concrete_fields]
        mine, values = values[: len(names)], values[len(names) :]
        row = model.from_db(connection.alias, names, mine)
        rows.append(None if row.pk is None else row)
    return rows
