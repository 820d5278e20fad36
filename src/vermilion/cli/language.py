"""The language of the terminal: the operator's where we have it, else Chinese."""

from __future__ import annotations

import os
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.utils import translation


def prepare() -> None:
    """Make sentences printable: where the platform's settings are not loaded, load the catalogues and nothing else."""
    if not settings.configured:
        settings.configure(
            USE_I18N=True,
            LANGUAGE_CODE="zh-hans",
            LOCALE_PATHS=[Path(__file__).resolve().parent.parent / "web" / "locale"],
            INSTALLED_APPS=[],
        )
    if not apps.ready:
        # Not django.setup(), which loads the models' and the pages' machinery for this: a quarter of what a short command costs.
        apps.populate(settings.INSTALLED_APPS)
    wanted = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    translation.activate("en" if wanted.startswith("en") else "zh-hans")
