"""Who calls, and what they may do: OAuth 2 client credentials through the toolkit's own token view."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory
from oauth2_provider.views import TokenView

from tests.apps import making
from vermilion.apps.cases.models import Case
from vermilion.apps.integrations import services
from vermilion.apps.integrations.errors import ScopeMissing, ScopeUnknown, TokenInvalid
from vermilion.apps.integrations.scopes import SCOPES, ClientScopes

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(case: Case) -> services.NewClient:
    return services.create_client(insurer=case.insurer, branch=case.branch, name="核心系统", scopes=["policies:write", "policies:read"])


def ask_token(made: services.NewClient, secret: str = "", **form: str) -> tuple[int, dict[str, Any]]:
    basic = base64.b64encode(f"{made.client_id}:{secret or made.client_secret}".encode()).decode()
    data = {"grant_type": "client_credentials", **form}
    response = TokenView.as_view()(RequestFactory().post("/api/v1/token", data, headers={"Authorization": f"Basic {basic}"}))
    return response.status_code, json.loads(response.content)


def test_a_client_gets_a_token_and_is_known_by_it(made: services.NewClient) -> None:
    status, token = ask_token(made)
    assert status == 200
    assert set(token["scope"].split()) == {"policies:write", "policies:read"}
    client = services.authenticate(token["access_token"], "policies:write")
    assert client == made.client
    assert client.client_id == made.client_id


def test_a_token_may_hold_less_but_never_more(made: services.NewClient) -> None:
    _status, token = ask_token(made, scope="policies:read")
    assert services.authenticate(token["access_token"], "policies:read")
    with pytest.raises(ScopeMissing) as missing:
        services.authenticate(token["access_token"], "policies:write")
    assert missing.value.status == 403
    assert ask_token(made, scope="invoices:write") == (400, {"error": "invalid_scope"})


def test_a_wrong_secret_gets_nothing(made: services.NewClient) -> None:
    assert ask_token(made, secret="guess")[0] == 401


@pytest.mark.parametrize("token", ["", "x", "' OR 1=1", "a" * 5000])
def test_a_token_that_is_not_ours(made: services.NewClient, token: str) -> None:
    with pytest.raises(TokenInvalid) as invalid:
        services.authenticate(token)
    assert invalid.value.status == 401


def test_a_token_expires_and_dies_with_its_client(made: services.NewClient, moving: making.MovingClock) -> None:
    token = ask_token(made)[1]["access_token"]
    assert services.authenticate(token)
    services.set_active(client=made.client, active=False)
    with pytest.raises(TokenInvalid):
        services.authenticate(token)
    assert ask_token(made, scope="policies:read")[0] == 401
    services.set_active(client=made.client, active=True)
    moving.forward(hours=2)
    with pytest.raises(TokenInvalid):
        services.authenticate(token)


def test_neither_secret_nor_token_is_stored(made: services.NewClient) -> None:
    token = ask_token(made)[1]["access_token"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT a::text FROM oauth2_provider_application a UNION ALL SELECT t::text FROM oauth2_provider_accesstoken t")
        rows = "".join(row[0] for row in cursor.fetchall())
    assert made.client_secret not in rows
    assert token not in rows


def test_only_known_scopes_are_given(case: Case) -> None:
    with pytest.raises(ScopeUnknown):
        services.create_client(insurer=case.insurer, branch=case.branch, name="x", scopes=["admin"])
    assert set(ClientScopes().get_all_scopes()) == set(SCOPES)
    assert ClientScopes().get_available_scopes(application=None) == []
