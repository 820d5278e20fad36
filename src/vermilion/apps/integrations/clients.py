"""API clients: making them, and knowing who calls."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from oauth2_provider.models import AbstractApplication, get_access_token_model, get_application_model

from vermilion.apps.chronicle.services import record
from vermilion.apps.parties.models import Branch, Insurer
from vermilion.base import clock
from vermilion.base.rows import only
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
    tokens = get_access_token_model().objects.filter(token_checksum=checksum, expires__gt=clock.now())
    # By two narrow questions: the toolkit's rows are wide, and every call waits for this.
    application, scope = (only(tokens.values_list("application_id", "scope")) if token else None) or (None, "")
    clients = ApiClient.objects.select_related("insurer", "branch")
    client = only(clients.filter(application_id=application, active=True)) if application else None
    if client is None:
        raise TokenInvalid()
    granted = set(scope.split()) & set(client.scopes)
    if scopes and not granted.intersection(scopes):
        raise ScopeMissing(missing=sorted(scopes))
    return client


def _record(client: ApiClient, type: str, actor: str) -> None:
    facts = {"client": str(client.id), "scopes": list(client.scopes)}
    record(stream="system", stream_id=client.insurer_id, type=type, public=facts, private={"name": client.name, "by": actor})
