"""PostgreSQL: the embedded server, the roles and what each may do, and how a process connects."""

from .connect import Role, conninfo, django_database

__all__ = ["Role", "conninfo", "django_database"]
