"""The operator's mail server, as Django wants to hear of it."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from .config import Config

PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


def django_mail(config: Config) -> dict[str, Any]:
    """Return Django's mail settings; without a mail server a mail that somebody sends raises, it never vanishes."""
    if not config.mail_url:
        return {"EMAIL_BACKEND": "vermilion.base.mail.Unconfigured"}
    parts = urlsplit(config.mail_url)
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp+starttls",
        "EMAIL_TIMEOUT": 20,
        "DEFAULT_FROM_EMAIL": config.mail_from,
        "SERVER_EMAIL": config.mail_from,
    }


class Unconfigured:
    """A mail back end that says what is missing."""

    def __init__(self, **_options: Any) -> None:
        """Take Django's options; there is nothing to connect to."""

    def send_messages(self, messages: Any) -> int:
        """Raise :class:`MailNotConfigured`."""
        from .errors import VermilionError

        raise VermilionError("no mail server is configured", hint="set VERMILION_MAIL_URL and VERMILION_MAIL_FROM")
