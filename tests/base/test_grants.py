"""The application's and the keeper's roles can do what they need and nothing that would rewrite history."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from vermilion.base import instance
from vermilion.base.database import grants
from vermilion.base.models import DataKey, InstanceFact

pytestmark = pytest.mark.django_db


def refused(statement: str) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_every_named_table_exists() -> None:
    named = {*grants.APP_EXCEPTIONS, *grants.KEEPER}
    assert named <= set(connection.introspection.table_names()), "a grant names a table that is not there"


def test_the_application_cannot_rewrite_evidence_nor_invent_a_use_of_a_seal(as_role: Callable[[str], None]) -> None:
    as_role("app")
    for table in ("chronicle_evidenceevent", "chronicle_evidencedetail"):
        refused(f"DELETE FROM {table}")
        refused(f"TRUNCATE {table}")
    refused("UPDATE chronicle_evidenceevent SET id = id")
    refused("DELETE FROM seals_sealuse")
    refused("INSERT INTO seals_sealuse DEFAULT VALUES")
    refused("DELETE FROM django_migrations")
    refused("UPDATE base_datakey SET purpose = 'x'")


def test_the_application_cannot_change_the_tables(as_role: Callable[[str], None]) -> None:
    as_role("app")
    for statement in ("DROP TRIGGER base_instancefact_final ON base_instancefact", "ALTER TABLE base_instancefact DISABLE TRIGGER ALL"):
        with pytest.raises(DatabaseError, match="must be owner"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    refused("CREATE TABLE mine (n int)")


def test_the_keeper_sees_no_case_and_no_log_in(as_role: Callable[[str], None]) -> None:
    as_role("keeper")
    for table in ("cases_case", "cases_caseparty", "auth_user", "django_session", "procrastinate_jobs"):
        refused(f"SELECT * FROM {table}")


@pytest.mark.parametrize("change", [lambda: InstanceFact.objects.update(value=False), lambda: InstanceFact.objects.all().delete()])
def test_that_this_is_a_demo_cannot_be_undone_even_by_the_owner(change: Callable[[], Any]) -> None:
    assert instance.decide(demo=True) is True
    with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
        change()
    assert instance.decide(demo=False) is True
    assert instance.is_demo()


def test_roles_that_are_not_apart_are_refused() -> None:
    with connection.cursor() as cursor:
        for name in ("t_owner", "t_app", "t_keeper"):
            cursor.execute(f"CREATE ROLE {name}")
    grants.check_roles(connection, app="t_app", owner="t_owner", keeper="t_keeper")
    with pytest.raises(grants.RolesError):
        grants.check_roles(connection, app="t_app", owner="t_app", keeper="t_keeper")
    with connection.cursor() as cursor:
        cursor.execute("GRANT t_owner TO t_app")
    with pytest.raises(grants.RolesError):
        grants.check_roles(connection, app="t_app", owner="t_owner", keeper="t_keeper")
    with connection.cursor() as cursor:
        cursor.execute("REVOKE t_owner FROM t_app")
        cursor.execute("ALTER ROLE t_keeper SUPERUSER")
    with pytest.raises(grants.RolesError):
        grants.check_roles(connection, app="t_app", owner="t_owner", keeper="t_keeper")


def test_a_key_made_by_the_application_is_readable_by_it(as_role: Callable[[str], None]) -> None:
    from vermilion.base import vault

    as_role("app")
    key = vault.new_data_key("case")
    assert vault.decrypt(vault.encrypt(key, b"x", "a"), "a") == b"x"
    assert DataKey.objects.filter(pk=key.pk).exists()
