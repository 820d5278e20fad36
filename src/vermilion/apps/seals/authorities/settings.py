"""The file that ``VERMILION_AUTHORITIES_FILE`` names: outside CAs as the operator describes them, checked when it is read."""

from __future__ import annotations

import stat
import string
import tomllib
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator, model_validator

from vermilion.apps.seals.errors import SealError
from vermilion.core.trust.store import read_pem

FIELDS = frozenset({
    "request_id", "pkcs10_pem", "pkcs10_base64", "common_name", "organisation", "profile", "evidence_sha256", "evidence_base64",
})  # fmt: skip
"""What a value of the mapping may stand for, in braces."""


class AuthoritiesInvalid(SealError):
    """The file of outside CAs is wrong; the message has one sentence for each fault."""

    code = "authorities_invalid"
    status = 500
    hint = _("改正 VERMILION_AUTHORITIES_FILE 指向的文件后重新启动；格式见 docs/operator.md。")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OutsideAuthority(_Part):
    """What both adapters need. ``profiles``: the kinds of certificate that come from here, and from nowhere else."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    profiles: frozenset[Literal["organisation", "event"]] = Field(min_length=1)
    url: str
    issuers: Path  # PEM: its root, and what stands between
    tls_roots: Path | None = None  # PEM; else those of the system
    client_certificate: Path | None = None
    client_key: Path | None = None
    seconds: float = Field(default=10.0, gt=0, le=60)
    tries: int = Field(default=3, ge=1, le=5)
    evidence_file: Path | None = None  # for an organisation: what the CA wants to see, e.g. a scanned licence

    @field_validator("url")
    @classmethod
    def _https(cls, value: str) -> str:
        if urlsplit(value).scheme != "https" or not urlsplit(value).hostname:
            raise ValueError("must begin with https://")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _files(self) -> OutsideAuthority:
        if (self.client_certificate is None) != (self.client_key is None):
            raise ValueError("client_certificate and client_key belong together")
        for path in (self.client_certificate, self.tls_roots, self.evidence_file):
            if path is not None and not path.is_file():
                raise ValueError(f"{path} is not there")
        if self.client_key is not None:
            check_private(self.client_key)
        if not any(one.subject == one.issuer for one in self.issuer_certificates()):
            raise ValueError("issuers holds no root certificate")
        return self

    def issuer_certificates(self) -> list[x509.Certificate]:
        """Return the certificates of this CA. Raises TrustError."""
        return read_pem(self.issuers)


class RequestSignature(_Part):
    """How a request is signed: over time, method, path and the body's SHA-256, each on a line. ``file``: the secret or the PEM key."""

    kind: Literal["hmac-sha256", "detached"]
    file: Path
    header: str = "X-Signature"
    time_header: str = "X-Timestamp"

    @field_validator("file")
    @classmethod
    def _private(cls, value: Path) -> Path:
        check_private(value)
        return value

    @model_validator(mode="after")
    def _usable(self) -> RequestSignature:
        if self.kind == "detached":
            self.key()
        return self

    def key(self) -> rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey:
        """Return the key of a detached signature. Raises ValueError."""
        try:
            key = load_pem_private_key(self.file.read_bytes(), None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            key = None
        if not isinstance(key, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey)):
            raise ValueError(f"{self.file} is no RSA or EC key in PEM without a passphrase")
        return key


class AnswerMapping(_Part):
    """Where things stand in a JSON answer (dotted paths); ``certificate`` empty: the whole body is the certificate or PKCS#7."""

    certificate: str = ""
    status: str = ""
    pending: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    reason: str = ""
    reference: str = ""
    poll_url: str = ""  # with {reference} or {request_id}; asked by GET

    @model_validator(mode="after")
    def _whole(self) -> AnswerMapping:
        if self.pending and not (self.status and self.poll_url):
            raise ValueError("pending needs status and poll_url")
        if self.poll_url and urlsplit(self.poll_url).scheme != "https":
            raise ValueError("poll_url must begin with https://")
        return self


class HttpsAuthority(OutsideAuthority):
    """An HTTPS interface described by a mapping. Keys of ``fields`` are dotted for nested JSON."""

    adapter: Literal["https"]
    encoding: Literal["json", "form", "multipart"] = "json"
    fields: dict[str, str] = {}
    files: dict[str, Literal["pkcs10", "evidence"]] = {}  # parts of a multipart body
    headers: dict[str, str] = {}
    signature: RequestSignature | None = None
    answer: AnswerMapping = AnswerMapping()

    @model_validator(mode="after")
    def _mapping(self) -> HttpsAuthority:
        for text in (*self.fields.values(), *self.headers.values()):
            unknown = {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name is not None} - FIELDS
            if unknown:
                raise ValueError(f"unknown value in braces: {', '.join(sorted(unknown))}; there are: {', '.join(sorted(FIELDS))}")
        if self.files and self.encoding != "multipart":
            raise ValueError("files need encoding = multipart")
        if not self.files and not any("pkcs10" in text for text in self.fields.values()):
            raise ValueError("the PKCS#10 request goes nowhere: name it in fields or files")
        return self


class EstAuthority(OutsideAuthority):
    """An EST server; ``url`` ends with ``/.well-known/est`` or a label below it. ``user``: HTTP basic, in place of a client certificate."""

    adapter: Literal["est"]
    user: str = ""
    password_file: Path | None = None

    @model_validator(mode="after")
    def _credentials(self) -> EstAuthority:
        if bool(self.user) != (self.password_file is not None):
            raise ValueError("user and password_file belong together")
        if self.password_file is not None:
            check_private(self.password_file)
        if not self.user and self.client_certificate is None:
            raise ValueError("an EST server knows us by client_certificate or by user")
        return self


class _File(_Part):
    authority: tuple[Annotated[HttpsAuthority | EstAuthority, Field(discriminator="adapter")], ...]

    @model_validator(mode="after")
    def _apart(self) -> _File:
        names = [one.name for one in self.authority]
        profiles = [profile for one in self.authority for profile in one.profiles]
        if len(set(names)) < len(names) or len(set(profiles)) < len(profiles):
            raise ValueError("each name and each profile may stand at one authority only; there is no second choice when one fails")
        return self


def check_private(path: Path) -> None:
    """Refuse a secret that is absent or that others may read. Raises ValueError."""
    if not path.is_file():
        raise ValueError(f"{path} is not there")
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise ValueError(f"{path} is open to others; chmod 600 it")


def load(path: Path) -> tuple[HttpsAuthority | EstAuthority, ...]:
    """Read and check the file. Raises AuthoritiesInvalid."""
    try:
        return TypeAdapter(_File).validate_python(tomllib.loads(path.read_text(encoding="utf-8"))).authority
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AuthoritiesInvalid(format_lazy(_("不能读取 {path}：{reason}"), path=path, reason=str(error))) from None
    except ValidationError as problem:
        sentences = [f"{'.'.join(map(str, one['loc']))}: {one['msg'].removeprefix('Value error, ')}" for one in problem.errors()]
        raise AuthoritiesInvalid("\n".join(sentences)) from None
