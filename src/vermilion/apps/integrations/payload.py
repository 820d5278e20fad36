"""What a webhook says; ``docs/schemas/webhooks.json`` is made of it (``python -m vermilion.apps.integrations.payload``).

No field can hold a personal datum: numbers of ours, states, digests and addresses only, and nothing unknown gets in.
"""

from __future__ import annotations

import json
import sys
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

EventType = Literal["policy.sealed", "policy.delivered", "policy.acknowledged", "policy.endorsed", "policy.ended", "policy.failed"]
Code = Annotated[str, Field(pattern=r"^[a-z0-9_.]{1,64}$")]
Number = Annotated[str, Field(pattern=r"^\S{1,48}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class DocumentRef(_Strict):
    """A file of the case as it was at the event; anybody may see its status, and nothing else of it, at ``url``."""

    kind: Code
    code: Annotated[str, Field(pattern=r"^[0-9A-Z]{8,24}$", description="Verification code printed on the document")]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    url: Annotated[str, Field(pattern=r"^https?://[^?#]+$", max_length=500)]


class EventData(_Strict):
    """``status`` is the case's state at the event; read the case again for what it is now."""

    case_number: Number
    external_id: Annotated[
        str, Field(max_length=100, description="The id that your own request gave to the case; empty when there is none")
    ] = ""
    status: Code
    policy_number: Number | None = None
    policy_status: Code | None = None
    version: Annotated[int, Field(ge=1, description="Version of the policy")] | None = None
    endorsement_number: Number | None = None
    documents: list[DocumentRef] = []
    channel: Code | None = Field(default=None, description="By what the policy was delivered: sms or mail")
    reason: Code | None = Field(default=None, description="Stable code of what failed or why")


class Event(_Strict):
    """The body of one webhook. ``id`` equals the header ``webhook-id`` and is the same at every repeat."""

    id: Annotated[str, Field(pattern=r"^evt_[0-9a-f]{32}$")]
    type: EventType
    timestamp: Annotated[str, Field(description="RFC 3339 in UTC: when it happened")]
    data: EventData


def schema() -> str:
    """Return the JSON Schema of the body as text."""
    document = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Event.model_json_schema()}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema())
