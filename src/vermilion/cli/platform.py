"""Loading the platform into a command's process."""

from __future__ import annotations

import os

import django

from vermilion.base.config import config
from vermilion.base.database import Role

from . import language


def load(role: Role = "app") -> None:
    """Set Django up, connected as ``role``. Raises ``ConfigError`` when the environment is wrong."""
    os.environ["VERMILION_DATABASE_ROLE"] = role
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vermilion.site.settings")
    os.umask(0o077)
    config.cache_clear()
    config()
    django.setup()
    language.prepare()
