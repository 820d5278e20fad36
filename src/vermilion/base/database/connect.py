"""Which database a process opens, and as whom."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from .. import private
from ..config import Config

Role = Literal["app", "owner", "keeper"]

DATABASE = "vermilion"
# A statement that waits longer than this for a lock is a defect; the user is told instead of waiting for ever.
LOCK_TIMEOUT = "10s"
# Django joins outward from the row that it asks for, so the order it writes is the one to take. Trying all orders of the eight tables
# behind a customer's page takes the planner longer than reading them.
JOINS_REORDERED = 4


def role_name(role: Role) -> str:
    """Return the PostgreSQL role that the embedded server gives to ``role``."""
    return f"vermilion_{role}"


def password_path(config: Config, role: str) -> Path:
    """Return where the embedded server's generated password of ``role`` lies."""
    return config.secrets_folder / f"database-{role}.password"


def socket_folder(config: Config) -> Path:
    """Return the folder of the embedded server's socket."""
    from .layout import layout  # not needed for a connection to an outside server

    return layout(config).socket_folder


def conninfo(config: Config, role: Role) -> dict[str, Any]:
    """Return libpq's connection parameters of ``role``."""
    url = {"app": config.database_url, "owner": config.database_owner_url, "keeper": config.database_keeper_url}[role]
    if config.database_url:
        from psycopg.conninfo import conninfo_to_dict  # what only wants to know where a password lies does without

        return conninfo_to_dict(url or "")
    return {
        "dbname": DATABASE,
        "user": role_name(role),
        "password": private.read_or_make(password_path(config, role)),
        "host": str(socket_folder(config)),
    }


def django_database(config: Config, role: Role) -> dict[str, Any]:
    """Return Django's description of the connection of ``role``."""
    info = conninfo(config, role)
    known = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    database: dict[str, Any] = {name: str(info.pop(key)) for key, name in known.items() if key in info}
    database["ENGINE"] = "django.db.backends.postgresql"
    # A worker keeps its connection; one that died is noticed before it is used.
    database["CONN_MAX_AGE"] = 600
    database["CONN_HEALTH_CHECKS"] = True
    options = f"-c join_collapse_limit={JOINS_REORDERED}"
    if role != "owner":
        options += f" -c lock_timeout={LOCK_TIMEOUT}"
    database["OPTIONS"] = {"application_name": f"vermilion-{role}", "connect_timeout": 10, "options": options, **info}
    return database
