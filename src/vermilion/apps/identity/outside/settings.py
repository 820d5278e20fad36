"""The file that ``VERMILION_IDENTITY_FILE`` names: identity providers as the operator describes them, checked when it is read."""

from __future__ import annotations

import stat
import string
import tomllib
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import urlsplit

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator, model_validator

from vermilion.apps.identity.assurance import USUAL, Level
from vermilion.base.config import LOOPBACK
from vermilion.base.errors import VermilionError

FIELDS = frozenset({
    "request_id", "name", "id_type", "id_number", "phone", "bank_card", "company_name", "uscc", "legal_representative", "ward_name",
    "ward_id_number", "return_url", "callback_url", "time",
})  # fmt: skip
"""What a value of the mapping may stand for, in braces."""
SIGNED = frozenset({"time", "method", "path", "body", "body_sha256"})
"""What a signature may be made over, in braces."""

#: Our words for a provider's codes. The first passes; the next decide against; the last two decide nothing.
Outcome = Literal[
    "passed",
    "mismatch",
    "not_found",
    "number_invalid",
    "document_expired",
    "liveness_failed",
    "cancelled",
    "unsupported",
    "busy",
]
UNDECIDED = frozenset({"unsupported", "busy"})
Asked = Literal["two_element", "three_element", "four_element", "passport", "face", "company", "guardian"]


class ProvidersInvalid(VermilionError):
    """The file of identity providers is wrong; the message has one sentence for each fault."""

    code = "identity_file_invalid"
    status = 500
    hint = _("改正 VERMILION_IDENTITY_FILE 指向的文件后重新启动；格式见 docs/identity.md。")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise ValueError("must begin with https:// unless the service is on this machine")
    return value


def _named(text: str, known: frozenset[str]) -> None:
    try:
        unknown = {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name is not None} - known
    except ValueError as error:
        raise ValueError(f"braces do not match in {text!r}") from error
    if unknown:
        raise ValueError(f"unknown value in braces: {', '.join(sorted(unknown))}; there are: {', '.join(sorted(known))}")


class Signature(_Part):
    """An HMAC-SHA256 in a header, over ``text``. For answers and callbacks ``skew_seconds`` is how far the two clocks may be apart."""

    secret_file: Path
    header: str = "X-Signature"
    time_header: str = "X-Timestamp"
    text: str = "{time}\n{body_sha256}"
    encoding: Literal["hex", "base64"] = "hex"
    time_format: Literal["unix", "unix_ms", "rfc3339"] = "unix"
    skew_seconds: int = Field(default=300, ge=5, le=900)

    @field_validator("secret_file")
    @classmethod
    def _private(cls, value: Path) -> Path:
        if not value.is_file():
            raise ValueError(f"{value} is not there")
        if stat.S_IMODE(value.stat().st_mode) & 0o077:
            raise ValueError(f"{value} is open to others; chmod 600 it")
        return value

    @field_validator("text")
    @classmethod
    def _known(cls, value: str) -> str:
        _named(value, SIGNED)
        if "{time}" not in value or "{body" not in value:
            raise ValueError("must cover {time} and {body} or {body_sha256}, else a message could be sent again or changed")
        return value


class Answer(_Part):
    """Where things stand in a JSON answer (dotted paths). Every path of ``results`` must say the same, or the answer decides nothing."""

    results: tuple[str, ...] = Field(min_length=1)
    codes: dict[str, Outcome] = Field(min_length=1)
    echo: str = ""  # our request_id, told back
    reference: str = ""  # the provider's own number of a visit
    redirect: str = ""  # where a visit begins
    picture: str = ""  # base64 of a face; taken out of what is kept

    @field_validator("codes")
    @classmethod
    def _passes(cls, value: dict[str, Outcome]) -> dict[str, Outcome]:
        if "passed" not in value.values():
            raise ValueError("no code means passed")
        return value


class Interface(_Part):
    """One method of a provider. ``face`` begins at ``url`` and is asked for its result at ``result_url``."""

    url: str
    encoding: Literal["json", "form"] = "json"
    fields: dict[str, str]  # dotted names for nested JSON
    headers: dict[str, str] = {}
    assurance: Level | None = None
    answer: Answer | None = None  # else the provider's
    started: Answer | None = None  # face: how the answer to the beginning is read
    result_url: str = ""  # with {reference}; asked by GET
    minutes: int = Field(default=15, ge=1, le=120)  # how long a visit may take

    @field_validator("url", "result_url")
    @classmethod
    def _https(cls, value: str) -> str:
        return _address(value) if value else value

    @model_validator(mode="after")
    def _mapping(self) -> Interface:
        for text in (*self.fields.values(), *self.headers.values()):
            _named(text, FIELDS)
        _named(self.result_url, frozenset({"reference"}))
        if "{request_id}" not in "".join((*self.fields.values(), *self.headers.values())):
            raise ValueError("{request_id} goes nowhere: an answer could not be told from another's")
        return self


class Provider(_Part):
    """One provider. The order of the file is the order of asking. ``cost``: fen for each answered question."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    cost: int = Field(default=0, ge=0)
    seconds: float = Field(default=5.0, gt=0, le=30)
    tries: int = Field(default=2, ge=1, le=3)
    health_url: str = ""
    tls_roots: Path | None = None  # PEM; else those of the system
    redirect_hosts: tuple[str, ...] = ()  # where a visit may lead; else the host of its url
    sign: Signature | None = None  # of what we send
    verify: Signature | None = None  # of what comes back, callbacks too
    answer: Answer
    methods: dict[Asked, Interface] = Field(min_length=1)

    @field_validator("health_url")
    @classmethod
    def _https(cls, value: str) -> str:
        return _address(value) if value else value

    @model_validator(mode="after")
    def _whole(self) -> Provider:
        face = self.methods.get("face")
        if face is not None:
            if self.verify is None:
                raise ValueError("face needs verify: a callback that nobody signed is nobody's word")
            if not (face.started and face.started.redirect and face.started.reference and self.reading("face").reference):
                raise ValueError("face needs started with redirect and reference, and a reference in its answer")
            if not face.result_url:
                raise ValueError("face needs result_url: a callback may be lost")
        return self

    def reading(self, method: str) -> Answer:
        """Return how the answer of a method is read."""
        return self.methods[method].answer or self.answer  # type: ignore[index]

    def assurance(self, method: str) -> str:
        """Return what a pass of a method proves; empty when it is not offered."""
        found = self.methods.get(method)  # type: ignore[call-overload]
        return (found.assurance or USUAL[method]) if found else ""


class _File(_Part):
    provider: tuple[Provider, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _apart(self) -> _File:
        names = [one.name for one in self.provider]
        if len(set(names)) < len(names) or {"sandbox", "staff"} & set(names):
            raise ValueError("each provider needs a name of its own, other than sandbox and staff")
        return self


METHODS: tuple[str, ...] = get_args(Asked)


def load(path: Path) -> tuple[Provider, ...]:
    """Read and check the file. Raises ProvidersInvalid."""
    try:
        return TypeAdapter(_File).validate_python(tomllib.loads(path.read_text(encoding="utf-8"))).provider
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProvidersInvalid(format_lazy(_("不能读取 {path}：{reason}"), path=path, reason=str(error))) from None
    except ValidationError as problem:
        sentences = [f"{'.'.join(map(str, one['loc']))}: {one['msg'].removeprefix('Value error, ')}" for one in problem.errors()]
        raise ProvidersInvalid("\n".join(sentences)) from None
