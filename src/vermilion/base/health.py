"""The checks of ``vermilion doctor``; each part registers its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from django.db import InterfaceError, OperationalError, ProgrammingError

from .database.errors import DatabaseUnavailable, SchemaOutdated
from .errors import VermilionError

logger = structlog.get_logger("vermilion.doctor")

# A check returns a sentence about what it found, or raises.
Check = Callable[[], str]

_checks: dict[str, Check] = {}


@dataclass(frozen=True, slots=True)
class Result:
    """What a check found."""

    name: str
    ok: bool
    detail: str
    hint: str
    seconds: float


def register(name: str, check: Check) -> None:
    """Add a check; a second one of the same name replaces the first. Called in an app's ``AppConfig.ready``."""
    _checks[name] = check


def run() -> list[Result]:
    """Run every check, in the order of registration; one that raises does not stop the others."""
    return [_run(name, check) for name, check in _checks.items()]


def _run(name: str, check: Check) -> Result:
    start = time.monotonic()
    try:
        ok, detail, hint = True, check(), ""
    except VermilionError as error:
        ok, detail, hint = False, str(error.message), str(error.hint)
    except (OperationalError, InterfaceError):
        ok, detail, hint = False, str(DatabaseUnavailable.message), str(DatabaseUnavailable.hint)
    except ProgrammingError:
        ok, detail, hint = False, str(SchemaOutdated.message), str(SchemaOutdated.hint)
    except Exception as error:
        # The terminal gets a sentence; who needs more asks for it with VERMILION_LOG_LEVEL=DEBUG.
        logger.debug("check_failed", check=name, exc_info=True)
        ok, detail, hint = False, f"{type(error).__name__}: {error}", ""
    return Result(name, ok, detail, hint, round(time.monotonic() - start, 3))
