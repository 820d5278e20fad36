"""What ``openapi.json`` says beyond the functions' signatures: OAuth 2, ``Idempotency-Key``, problems, files."""

from __future__ import annotations

from typing import Any

from vermilion.apps.integrations.scopes import SCOPES

from .schemas import Problem

SCHEME = "oauth2"
TOKEN_PATH = "/api/v1/oauth/token"  # noqa: S105 -- an address
# What may happen to any request, and to one with a body.
ALWAYS = {
    "400": "The request cannot be read",
    "401": "No valid token",
    "403": "The token lacks the scope",
    "404": "Nothing there, or nothing that this client may know of",
    "422": "A value does not fit; `fields` names it",
}
WITH_BODY = {
    "409": "The present state forbids it, or a request with this key is being worked on",
    "411": "The length of the body was not told",
    "413": "The body is too large",
    "415": "The operation takes another type of body",
}
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "1 to 255 visible ASCII characters: new for each new request, the same for its repeats",
    "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
}
PREFER = {
    "name": "Prefer",
    "in": "header",
    "required": False,
    "description": "`wait=20` (RFC 7240): answer when the policy is delivered, after at most so many seconds",
    "schema": {"type": "string"},
}


# Operations that change nothing, though they are POSTs: no key is needed to repeat them.
HARMLESS = frozenset({"verify_file"})
FILE_FORM = {
    "schema": {
        "type": "object",
        "required": ["file"],
        "properties": {"file": {"type": "string", "contentMediaType": "application/octet-stream"}},
    }
}
BUSY = {"429": "Too many requests in a short time; `Retry-After` tells the seconds", "503": "Too many files are being looked at"}


def files(*media_types: str) -> dict[str, Any]:
    """Return the ``content`` of a body that is a file: in OpenAPI 3.1 a media type without a schema is bytes."""
    return {name: {} for name in media_types}


def complete(document: dict[str, Any], scopes: dict[str, tuple[str, ...]]) -> None:
    """Make ninja's document whole; ``scopes`` is what opens each operation, by its id: any one of them."""
    components = document["components"]
    components["schemas"]["Problem"] = Problem.model_json_schema()
    told = {scope: str(meaning) for scope, meaning in SCOPES.items()}
    flow = {"tokenUrl": TOKEN_PATH, "scopes": told}
    components["securitySchemes"] = {SCHEME: {"type": "oauth2", "flows": {"clientCredentials": flow}}}
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for operations in document["paths"].values():
        for method, operation in operations.items():
            operation["security"] = [{SCHEME: [scope]} for scope in scopes[operation["operationId"]]]
            harmless = operation["operationId"] in HARMLESS
            if method == "post" and not harmless:
                operation["parameters"].append(IDEMPOTENCY_KEY)
            refusals = {**ALWAYS, **(WITH_BODY if method in ("post", "put") else {}), **(BUSY if harmless else {})}
            answers = {str(status): answer for status, answer in operation["responses"].items()}
            answers |= {status: {"description": sentence, "content": problem} for status, sentence in refusals.items()}
            if harmless:
                answers["200"]["content"] |= files("application/pdf")
            operation["responses"] = dict(sorted(answers.items()))
