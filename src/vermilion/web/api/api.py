"""The API object: title, errors, routers."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from vermilion.apps.integrations.errors import TokenInvalid
from vermilion.base.errors import VermilionError
from vermilion.web import problems, uploads

from . import cases, claims, contract, policies, products, verifications, webhooks
from .errors import BodyInvalid, BodyNotJson
from .parsing import StrictParser

DESCRIPTION = """
Join Vermilion to a sales platform or a core system. Get a token by OAuth 2 client credentials from `/api/v1/oauth/token`.
Every POST that changes something needs an `Idempotency-Key`: the same key with the same body gets the stored answer, with another body
a 422.
Errors are `application/problem+json` with a stable `code`.
"""

# What pydantic says, by its type of error, in our words.
_SENTENCES = {
    "missing": _("缺少此项。"),
    "extra_forbidden": _("接口没有此项。"),
    "string_type": _("应为文本。"),
    "int_type": _("应为整数。"),
    "int_parsing": _("应为整数。"),
    "bool_type": _("应为 true 或 false。"),
    "dict_type": _("应为对象。"),
    "model_attributes_type": _("应为对象。"),
    "string_too_short": _("不能为空。"),
    "string_too_long": _("超过允许的长度。"),
    "date_from_datetime_parsing": _("应为日期，如 2026-11-22。"),
    "date_parsing": _("应为日期，如 2026-11-22。"),
    "uuid_parsing": _("应为 UUID。"),
    "greater_than": _("数值超出范围。"),
    "greater_than_equal": _("数值超出范围。"),
    "less_than_equal": _("数值超出范围。"),
    "enum": _("请从列出的取值中选择。"),
}
_OTHERWISE = _("取值不符合要求。")


class Api(NinjaAPI):
    """Ninja's API with operations named by their functions and a complete document."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Return the name of the function."""
        return operation.view_func.__name__

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """Return the document that is served as ``openapi.json``."""
        document = super().get_openapi_schema(**options)
        views = [view for bound in self._get_bound_routers() for view in bound.path_operations.values()]
        scopes = {one.view_func.__name__: one.auth_callbacks[0].scopes for view in views for one in view.operations}  # type: ignore[attr-defined]
        contract.complete(document, scopes)
        return document


api = Api(
    title="Vermilion API",
    version="1.0.0",
    description=DESCRIPTION,
    urls_namespace="api-v1",
    openapi_url="/openapi.json",
    docs_url=None,
    parser=StrictParser(),
)
api.add_router("", products.router, tags=["products"])
api.add_router("", cases.router, tags=["cases"])
api.add_router("", policies.router, tags=["policies"])
api.add_router("", claims.router, tags=["claims"])
api.add_router("", webhooks.router, tags=["webhooks"])
api.add_router("", verifications.router, tags=["verifications"])


@api.exception_handler(VermilionError)
def _ours(request: HttpRequest, error: Any) -> HttpResponse:
    response = problems.respond(request, error)
    if error.status == 401:
        response["WWW-Authenticate"] = f'Bearer error="{error.code}"'
    return response


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    fields = {}
    for item in error.errors:
        # The place begins with where it was (body, path, query) and, for a body, the name of our function's argument.
        place = item["loc"][2:] if item["loc"][0] == "body" else item["loc"][1:]
        fields[".".join(str(part) for part in place) or "body"] = _SENTENCES.get(item["type"], _OTHERWISE)
    return _ours(request, BodyInvalid(fields=fields))


@api.exception_handler(AuthenticationError)
def _unauthenticated(request: HttpRequest, error: Any) -> HttpResponse:
    return _ours(request, TokenInvalid())


@api.exception_handler(RequestDataTooBig)
def _too_large(request: HttpRequest, error: Any) -> HttpResponse:
    uploads.drop(request)
    return _ours(request, problems.TooLarge())


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: Any) -> HttpResponse:
    # Ninja wraps what our parser raises.
    return _ours(request, error.__cause__ if isinstance(error.__cause__, VermilionError) else BodyNotJson())
