"""The API object: title, errors, routers."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from vermilion.apps.integrations.errors import TokenInvalid
from vermilion.base.errors import VermilionError
from vermilion.web import problems

from . import cases, policies, products, webhooks

DESCRIPTION = """
Join Vermilion to a sales platform or a core system. Get a token by OAuth 2 client credentials from `/api/v1/oauth/token`.
Every POST needs an `Idempotency-Key`: the same key with the same body gets the same resource, with another body a 422.
Errors are `application/problem+json` with a stable `code`.
"""

api = NinjaAPI(
    title="Vermilion API", version="1.0.0", description=DESCRIPTION, urls_namespace="api-v1", openapi_url="/openapi.json", docs_url=None
)
api.add_router("", products.router, tags=["products"])
api.add_router("", cases.router, tags=["cases"])
api.add_router("", policies.router, tags=["policies"])
api.add_router("", webhooks.router, tags=["webhooks"])


class BodyInvalid(VermilionError):
    """The body or a parameter does not fit the schema; ``fields`` tells where."""

    code = "body_invalid"
    status = 422
    message = problems._("请求内容不符合接口定义。")
    hint = problems._("请对照 openapi.json 检查各字段的名称、类型和取值。")


@api.exception_handler(VermilionError)
def _ours(request: HttpRequest, error: Any) -> HttpResponse:
    return problems.respond(request, error)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    fields = {".".join(str(part) for part in item["loc"][1:] if part != "body") or "body": item["msg"] for item in error.errors}
    return problems.respond(request, BodyInvalid(fields=fields))


@api.exception_handler(AuthenticationError)
def _unauthenticated(request: HttpRequest, error: Any) -> HttpResponse:
    return problems.respond(request, TokenInvalid())


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: Any) -> HttpResponse:
    # Ninja raises these for bodies that are no JSON.
    return problems.respond(request, problems.BadRequest() if error.status_code == 400 else problems.NotFound())
