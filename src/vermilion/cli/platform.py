"""Loading the platform into a command's process."""

from __future__ import annotations

import gc
import os
from dataclasses import asdict

import django
import structlog

from vermilion.base import confinement
from vermilion.base.config import config
from vermilion.base.database import Role, conninfo

from . import language, loading

logger = structlog.get_logger("vermilion.confinement")


def load(role: Role = "app", *, confined: str = "") -> None:
    """Set Django up, connected as ``role``. ``confined`` names the part (``web``, ``worker``) that gives up what it does not need first.

    Raises ``ConfigError`` when the environment is wrong.
    """
    os.environ["VERMILION_DATABASE_ROLE"] = role
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vermilion.site.settings")
    os.umask(0o077)
    config.cache_clear()
    settings = config()
    protection = None
    if confined:
        # Before anything heavy is imported (numpy starts threads), and after what a first run makes in the home.
        settings.django_secret_key()
        conninfo(settings, role)
        protection = confinement.enter(confined, settings)
    with loading.keeping_all():
        django.setup()
        language.prepare()
        gc.freeze()  # nobody looks through it later either, and web processes go on sharing its memory with their parent
    if protection is not None:
        log = logger.info if protection.landlock else logger.warning
        log("confined" if protection.landlock else "not_confined", **asdict(protection))
