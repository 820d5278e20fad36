"""What the operator decides: typed settings from the environment, checked once at the start.

One environment variable is one field of :class:`Config`; ``docs/operator.md`` lists them.
A wrong value is one clear sentence, all of them at once.
"""

from __future__ import annotations

import os
from contextlib import suppress
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext_lazy as _
from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from . import private
from .errors import VermilionError

LOOPBACK = ("127.0.0.1", "localhost", "::1")
# Passwords and keys that stand in examples on the net; an instance that uses one is open to everybody.
KNOWN_DEFAULTS = frozenset({
    "admin", "changeme", "change-me", "default", "password", "postgres", "root", "secret", "secret-key", "test", "vermilion",
    "123456", "minioadmin",
})  # fmt: skip
MIN_SECRET_KEY = 50  # what Django's own deployment check asks for


class ConfigError(VermilionError):
    """The environment holds a wrong setting; ``message`` has one sentence per setting."""

    code = "config_invalid"
    status = 500
    hint = _("改正上述环境变量后重新启动。")


class Config(BaseSettings):
    """The settings of this process. Frozen; get it by :func:`config`."""

    model_config = SettingsConfigDict(
        env_prefix="VERMILION_", extra="ignore", frozen=True, env_ignore_empty=True, hide_input_in_errors=True
    )

    home: Path = Path("var")
    # The application's own role; unset means the embedded PostgreSQL under ``home``.
    database_url: str | None = Field(default=None, validation_alias="DATABASE_URL")
    database_owner_url: str | None = None
    database_keeper_url: str | None = None
    # Set by our own commands, not by the operator: whose connection this process opens.
    database_role: Literal["app", "owner", "keeper"] = "app"
    # Where the embedded server and its data lie when root starts it (they belong to a system user of their own).
    postgres_folder: Path = Path("/var/lib/vermilion")

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    # The address that stands in certificates, links and QR codes for ever.
    public_url: str | None = None
    # Believe X-Forwarded-Proto of a reverse proxy in front of us.
    trust_proxy: bool = False
    # Who may read /metrics from another machine; unset: nobody.
    metrics_token: str | None = None

    master_key_file: Path | None = None
    secret_key: str | None = None
    blob_url: str | None = None
    mail_url: str | None = None
    mail_from: str | None = None
    tsa_urls: Annotated[tuple[str, ...], NoDecode] = ()
    # How signed files are kept: as they were delivered, with validation data, or under a document timestamp that is renewed.
    archive_level: Literal["B-T", "B-LT", "B-LTA"] = "B-LTA"

    # A PKCS#11 token: the vendor's library, the token's label, and a file that holds the user's PIN. For the keeper only.
    pkcs11_module: Path | None = None
    pkcs11_token: str | None = None
    pkcs11_pin_file: Path | None = None
    # Who may use the keeper's socket, when the keeper has a system user of its own; unset: its user only.
    keeper_group: str | None = None
    # Where the keys of new seals are made.
    seal_keys: Literal["file", "pkcs11"] = "file"

    web_workers: int = Field(default=2, ge=1, le=64)
    web_threads: int = Field(default=4, ge=1, le=64)
    workers: int = Field(default=1, ge=1, le=64)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    min_free_mb: int = Field(default=200, ge=0)

    # Fonts for rare characters (tools/make_rare_fonts.py); unset: ``home/fonts`` where it is there.
    fonts_folder: Path | None = None

    # Single sign-on of the insurer's people: an OpenID provider, and which of its claims an administrator knows accounts by.
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret_file: Path | None = None
    oidc_claim: str = "preferred_username"

    # Outside CAs (TOML); unset: the built-in one issues everything.
    authorities_file: Path | None = None
    # Identity providers (TOML); unset: the step is closed outside a demo.
    identity_file: Path | None = None

    @field_validator(
        "home",
        "master_key_file",
        "postgres_folder",
        "pkcs11_module",
        "pkcs11_pin_file",
        "authorities_file",
        "identity_file",
        "fonts_folder",
        "oidc_client_secret_file",
    )
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return None if value is None else Path(os.path.abspath(value.expanduser()))

    @field_validator("tsa_urls", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: Any) -> Any:
        return value.upper() if isinstance(value, str) else value

    @field_validator("tsa_urls")
    @classmethod
    def _one_class(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        parts = [_tsa(entry) for entry in value]
        for trust_class, url in parts:
            if urlsplit(url).scheme not in ("http", "https"):
                raise ValueError("must be a comma-separated list of http:// or https:// addresses")
            if trust_class not in ("licensed", "private", "trial"):
                raise ValueError("may name a class before an address only as licensed=, private= or trial=")
        if len({trust_class for trust_class, _url in parts}) > 1:
            raise ValueError("mixes trust classes; a document's time must not depend on which authority happened to answer")
        return value

    @field_validator("public_url")
    @classmethod
    def _origin(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query or parts.username:
            raise ValueError("must be like https://sign.example.cn, without a path")
        if parts.scheme == "http" and parts.hostname not in LOOPBACK:
            raise ValueError("must begin with https:// unless the host is this machine (127.0.0.1 or localhost)")
        return value.rstrip("/")

    @field_validator("oidc_issuer")
    @classmethod
    def _issuer(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "https://unset")
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
            raise ValueError("must begin with https:// unless the provider is on this machine")
        return value

    @field_validator("database_url", "database_owner_url", "database_keeper_url")
    @classmethod
    def _postgres(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in ("postgresql", "postgres"):
            raise ValueError("must begin with postgresql://")
        if parts.password is not None and parts.password.lower() in KNOWN_DEFAULTS:
            raise ValueError("uses a password that everybody knows")
        return value

    @field_validator("blob_url")
    @classmethod
    def _blobs(cls, value: str | None) -> str | None:
        if value is not None and urlsplit(value).scheme not in ("file", "s3"):
            raise ValueError("must begin with file:// or s3://")
        return value

    @field_validator("mail_url")
    @classmethod
    def _smtp(cls, value: str | None) -> str | None:
        if value is not None and (urlsplit(value).scheme not in ("smtp", "smtps", "smtp+starttls") or not urlsplit(value).hostname):
            raise ValueError("must be like smtp+starttls://user:password@mail.example.cn:587")
        return value

    @field_validator("secret_key", "metrics_token")
    @classmethod
    def _strong(cls, value: str | None) -> str | None:
        if value is not None and (len(value) < MIN_SECRET_KEY or value.startswith("django-insecure-") or len(set(value)) < 5):
            raise ValueError(f"must be at least {MIN_SECRET_KEY} random characters; leave it unset and one is made at the first run")
        return value

    @model_validator(mode="after")
    def _complete(self) -> Config:
        if self.database_url and not (self.database_owner_url and self.database_keeper_url):
            raise ValueError("DATABASE_URL is set, so VERMILION_DATABASE_OWNER_URL and VERMILION_DATABASE_KEEPER_URL must be set too")
        token = (self.pkcs11_module, self.pkcs11_token, self.pkcs11_pin_file)
        if any(token) != all(token):
            raise ValueError("VERMILION_PKCS11_MODULE, VERMILION_PKCS11_TOKEN and VERMILION_PKCS11_PIN_FILE must be set together")
        if self.seal_keys == "pkcs11" and not all(token):
            raise ValueError("VERMILION_SEAL_KEYS is pkcs11, so VERMILION_PKCS11_MODULE, …_TOKEN and …_PIN_FILE must be set")
        provider = (self.oidc_issuer, self.oidc_client_id, self.oidc_client_secret_file)
        if any(provider) != all(provider):
            raise ValueError("VERMILION_OIDC_ISSUER, VERMILION_OIDC_CLIENT_ID and VERMILION_OIDC_CLIENT_SECRET_FILE must be set together")
        if self.mail_url and not self.mail_from:
            raise ValueError("VERMILION_MAIL_URL is set, so VERMILION_MAIL_FROM must be set too")
        return self

    @property
    def timestamp_authorities(self) -> tuple[tuple[str, str], ...]:
        """Return trust class and address of the timestamp authorities, in the order in which they are asked."""
        return tuple(_tsa(entry) for entry in self.tsa_urls)

    @property
    def embedded(self) -> bool:
        """Tell whether this instance keeps its own PostgreSQL."""
        return self.database_url is None

    @property
    def base_url(self) -> str:
        """Return the address that people reach us by, without a slash at the end."""
        return self.public_url or f"http://{'127.0.0.1' if self.host in ('0.0.0.0', '::') else self.host}:{self.port}"  # noqa: S104

    @property
    def secure(self) -> bool:
        """Tell whether people reach us by HTTPS."""
        return self.base_url.startswith("https://")

    @property
    def loopback(self) -> bool:
        """Tell whether only this machine can reach us."""
        return self.host in LOOPBACK and urlsplit(self.base_url).hostname in LOOPBACK

    @property
    def blob_folder(self) -> Path | None:
        """Return the folder of the local blob store, or None when blobs lie elsewhere."""
        if self.blob_url is None:
            return self.home / "blobs"
        parts = urlsplit(self.blob_url)
        return Path(unquote(parts.path)) if parts.scheme == "file" else None

    @property
    def keeper_only(self) -> tuple[Path, ...]:
        """Return the folders and files that nobody but the keeper may open."""
        return (self.home / "keeper", *((self.pkcs11_pin_file,) if self.pkcs11_pin_file else ()), *self._software_tokens())

    def _software_tokens(self) -> list[Path]:
        """Return the folder in which SoftHSM2 keeps its tokens, when that is the token: it is a file store like ours."""
        if self.pkcs11_module is None or "softhsm" not in self.pkcs11_module.name:
            return []
        places = (os.environ.get("SOFTHSM2_CONF"), "~/.config/softhsm2/softhsm2.conf", "/etc/softhsm/softhsm2.conf")
        for place in places:
            with suppress(OSError):
                lines = Path(place).expanduser().read_text(errors="replace").splitlines() if place else []
                if named := [line.partition("=")[2].strip() for line in lines if line.strip().startswith("directories.tokendir")]:
                    return [Path(named[-1])]
        return []

    @property
    def secrets_folder(self) -> Path:
        """Return the folder of generated secrets (0700)."""
        return self.home / "secrets"

    @property
    def master_key_path(self) -> Path:
        """Return where the master key lies, whether set or by default."""
        return self.master_key_file or self.secrets_folder / "master.key"

    @cached_property
    def run_folder(self) -> Path:
        """Return the folder of sockets and locks: ``home/run``, or one under /tmp when that path is too long for a socket."""
        return private.run_folder(self.home)

    @property
    def keeper_socket(self) -> Path:
        """Return where the keeper listens."""
        return self.run_folder / "keeper.sock"

    def django_secret_key(self) -> str:
        """Return Django's secret key: set by the operator, or made at the first run."""
        return self.secret_key or private.read_or_make(self.secrets_folder / "django.key")


def _tsa(entry: str) -> tuple[str, str]:
    """Split ``class=address``; an address alone is a licensed authority's."""
    before, equals, after = entry.partition("=")
    return (before, after) if equals and "://" not in before else ("licensed", entry)


def _sentence(error: Any) -> str:
    name = str(error["loc"][0]) if error["loc"] else ""
    text = error["msg"].removeprefix("Value error, ")
    if not name:
        return str(text)
    variable = name if name.isupper() else f"VERMILION_{name.upper()}"
    return f"{variable}: {text[0].lower()}{text[1:]}"


def load() -> Config:
    """Read the environment. Raises :class:`ConfigError` with one sentence per wrong setting."""
    try:
        return Config()
    except ValidationError as problem:
        raise ConfigError("\n".join(_sentence(error) for error in problem.errors())) from None


@lru_cache(maxsize=1)
def config() -> Config:
    """Return this process's settings, read once."""
    return load()
