"""API clients: making them, and knowing who calls."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.db import connection, transaction
from oauth2_provider.models import AbstractApplication, get_access_token_model, get_application_model

from vermilion.apps.chronicle.services import record
from vermilion.apps.parties.models import Branch, Insurer
from vermilion.base import clock
from vermilion.base.rows import built, columns
from vermilion.base.vault import new_data_key

from .errors import ScopeMissing, ScopeUnknown, TokenInvalid
from .models import ApiClient
from .scopes import SCOPES


@dataclass(frozen=True)
class NewClient:
    """A client and its secret, which is shown once and stored only as a hash."""

    client: ApiClient
    client_id: str
    client_secret: str


def create_client(
    *, insurer: Insurer, branch: Branch, name: str, scopes: Iterable[str], contact_mail: str = "", actor: str = ""
) -> NewClient:
    """Make a client for OAuth 2 client credentials. ``branch`` receives its cases that name none. Raises ScopeUnknown."""
    wanted = sorted(set(scopes))
    if not set(wanted) <= set(SCOPES):
        raise ScopeUnknown(unknown=sorted(set(wanted) - set(SCOPES)))
    with transaction.atomic():
        application = get_application_model()(
            name=name,
            client_type=AbstractApplication.CLIENT_CONFIDENTIAL,
            authorization_grant_type=AbstractApplication.GRANT_CLIENT_CREDENTIALS,
        )
        secret = str(application.client_secret)
        application.save()
        client = ApiClient.objects.create(
            application=application,
            client_id=application.client_id,
            insurer=insurer,
            branch=branch,
            name=name,
            scopes=wanted,
            contact_mail=contact_mail,
            data_key=new_data_key("api_client"),
            created_at=clock.now(),
        )
        _record(client, "api_client.created", actor)
    return NewClient(client, client.client_id, secret)


def set_active(*, client: ApiClient, active: bool, actor: str = "") -> None:
    """Let a client in, or shut it out at once: its tokens stop working with it."""
    with transaction.atomic():
        ApiClient.objects.filter(pk=client.pk).update(active=active)
        client.active = active
        _record(client, "api_client.activated" if active else "api_client.deactivated", actor)


def authenticate(token: str, *scopes: str) -> ApiClient:
    """Return the client that a bearer token belongs to. Raises TokenInvalid, or ScopeMissing when it has none of ``scopes``."""
    checksum = hashlib.sha256(token.encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(_of_token(), [checksum, clock.now()])
        row = cursor.fetchone() if token else None
    if row is None:
        raise TokenInvalid()
    client, client.insurer, client.branch = built(row[1:], ApiClient, Insurer, Branch)
    granted = set(row[0].split()) & set(client.scopes)
    if scopes and not granted.intersection(scopes):
        raise ScopeMissing(missing=sorted(scopes))
    return client


@cache
def _of_token() -> str:
    return f"""
SELECT token.scope, {columns(client=ApiClient, insurer=Insurer, branch=Branch)}
FROM "{get_access_token_model()._meta.db_table}" token
JOIN "{ApiClient._meta.db_table}" client ON client.application_id = token.application_id AND client.active
JOIN "{Insurer._meta.db_table}" insurer ON insurer.id = client.insurer_id
JOIN "{Branch._meta.db_table}" branch ON branch.id = client.branch_id
WHERE token.token_checksum = %s AND token.expires > %s
"""  # noqa: S608  # names of our own tables and columns; what comes from outside is a parameter


def _record(client: ApiClient, type: str, actor: str) -> None:
    facts = {"client": str(client.id), "scopes": list(client.scopes)}
    record(stream="system", stream_id=client.insurer_id, type=type, public=facts, private={"name": client.name, "by": actor})
