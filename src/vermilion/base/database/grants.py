"""What each database role may do: one table, applied after every migration.

The owner role makes and changes tables and is used by ``vermilion migrate`` and ``backup`` only. The application's role (web, workers) and
the keeper's role own nothing: a hole in the application cannot rewrite evidence, invent a use of a seal, or drop a trigger.
"""

from __future__ import annotations

from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from psycopg import sql

from ..errors import VermilionError

EVERYTHING = ("SELECT", "INSERT", "UPDATE", "DELETE")

# The application may do everything to every table (never TRUNCATE), except:
APP_EXCEPTIONS: dict[str, tuple[str, ...]] = {
    "django_migrations": ("SELECT",),
    "base_datakey": ("SELECT", "INSERT"),
    "base_instancefact": ("SELECT", "INSERT"),
    # Evidence is added to and read, never changed or removed (design §3).
    "chronicle_evidenceevent": ("SELECT", "INSERT"),
    "chronicle_evidencedetail": ("SELECT", "INSERT"),
    # What keeps a signed file verifiable is added to, never changed or removed.
    "archive_preservedfile": ("SELECT", "INSERT"),
    # A passkey ends but stays: what it proved is checked with it (triggers keep the rest).
    "parties_passkey": ("SELECT", "INSERT", "UPDATE"),
    "identity_customerpasskey": ("SELECT", "INSERT", "UPDATE"),
    # Who checked that an insurer is licensed is added to and read.
    "parties_insurerauthentication": ("SELECT", "INSERT"),
    # Who lent an authority to whom is evidence; a trigger lets it only end.
    "parties_delegation": ("SELECT", "INSERT", "UPDATE"),
    # A template's files and a clause's wordings are named by digest: added and read, never changed. A file that no version holds any
    # more goes; a trigger refuses any other.
    "templates_templatefile": ("SELECT", "INSERT", "DELETE"),
    "templates_clauseversion": ("SELECT", "INSERT"),
    # The keeper alone writes a use of a seal; the application moves it to "stored".
    "seals_sealuse": ("SELECT", "UPDATE"),
    # What was asked of a seal and decided stays; triggers keep the rest.
    "seals_sealrule": ("SELECT", "INSERT", "UPDATE"),
    "seals_grantincrease": ("SELECT", "INSERT", "UPDATE"),
    "seals_sealalert": ("SELECT", "INSERT", "UPDATE"),
    "seals_sealfiling": ("SELECT", "INSERT"),
    "seals_sealending": ("SELECT", "INSERT", "UPDATE"),
    "seals_doubtdraft": ("SELECT", "INSERT", "UPDATE"),
    "seals_sealrequest": ("SELECT", "INSERT", "UPDATE"),
    "seals_sealrequestitem": ("SELECT", "INSERT", "UPDATE"),
    "seals_sealrequestdecision": ("SELECT", "INSERT"),
    # Whose a passkey is, and what was approved in a weaker way, the keeper alone says.
    "seals_knownpasskey": ("SELECT",),
    "seals_weakerproof": ("SELECT",),
    # It alone issues certificates; the application may revoke one.
    "seals_certificaterecord": ("SELECT", "UPDATE"),
}

# The keeper may do nothing, except:
KEEPER: dict[str, tuple[str, ...]] = {
    "django_migrations": ("SELECT",),
    "base_instancefact": ("SELECT",),
    "base_datakey": ("SELECT",),
    "seals_seal": ("SELECT",),
    "seals_sealgrant": ("SELECT",),
    "seals_sealpermission": ("SELECT", "UPDATE"),
    "seals_sealuse": ("SELECT", "INSERT", "UPDATE"),
    "seals_certificaterecord": ("SELECT", "INSERT"),
    # It judges an approved request anew, down to the passkeys of those who approved it.
    "seals_sealrequest": ("SELECT",),
    "seals_sealrequestitem": ("SELECT",),
    "seals_sealrequestdecision": ("SELECT",),
    "seals_grantincrease": ("SELECT",),
    "seals_knownpasskey": ("SELECT", "INSERT"),
    # It makes the codes that approve in a weaker way, and says who entered them.
    "seals_weakerproof": ("SELECT", "INSERT", "UPDATE"),
    # It destroys a seal's keys only when two people decided it.
    "seals_sealending": ("SELECT",),
    "parties_passkey": ("SELECT",),
    "parties_staffmember": ("SELECT",),
    "parties_delegation": ("SELECT",),
    "parties_insurer": ("SELECT",),
}


class RolesError(VermilionError):
    """The operator's database roles do not keep the application apart from the owner."""

    code = "database_roles"
    status = 500
    hint = _("按 docs/operator.md 建立三个数据库角色：所有者、应用、密钥服务，并分别写入三个连接地址。")


def apply(connection: Any, *, app: str, keeper: str) -> None:
    """Give ``app`` and ``keeper`` exactly the rights above in the schema that ``connection`` (the owner's) uses.

    Call it in a transaction: processes that work meanwhile must not see a moment without rights, nor a kill leave them there.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = sorted(row[0] for row in cursor.fetchall())
        # A table of one's own, named like a real one, would be found first by a trigger that looks something up.
        cursor.execute("SELECT current_database()")
        cursor.execute(sql.SQL("REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC").format(sql.Identifier(cursor.fetchone()[0])))
        for role in (app, keeper):
            name = sql.Identifier(role)
            cursor.execute(sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(name))
            cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name))
            cursor.execute(sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(name))
        for table in tables:
            _grant(cursor, table, APP_EXCEPTIONS.get(table, EVERYTHING), app)
            _grant(cursor, table, KEEPER.get(table, ()), keeper)


def check_roles(connection: Any, *, app: str, owner: str, keeper: str) -> None:
    """Refuse roles that could undo the separation. Raises :class:`RolesError`."""
    if len({app, owner, keeper}) < 3:
        raise RolesError(_("数据库的所有者、应用、密钥服务必须是三个不同的角色。"))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s) AND (rolsuper OR rolcreaterole OR rolbypassrls)", [[app, keeper]]
        )
        strong = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT r FROM unnest(%s::text[]) AS r WHERE pg_has_role(r, %s, 'MEMBER')", [[app, keeper], owner])
        strong += [row[0] for row in cursor.fetchall()]
    if strong:
        raise RolesError(
            format_lazy(_("数据库角色 {roles} 权限过大：不得是超级用户，也不得属于所有者角色。"), roles="、".join(sorted(set(strong))))
        )


def _grant(cursor: Any, table: str, rights: tuple[str, ...], role: str) -> None:
    if rights:
        statement = sql.SQL("GRANT {} ON {} TO {}").format(
            sql.SQL(", ").join(sql.SQL(right) for right in rights), sql.Identifier("public", table), sql.Identifier(role)
        )
        cursor.execute(statement)
