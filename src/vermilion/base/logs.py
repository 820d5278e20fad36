"""Logs: JSON lines on standard error, one per request and one per job, without personal data.

A request is named by its route (``s/<token>/``), never by its path: paths carry tokens and codes.
"""

from __future__ import annotations

import logging.config
import sys
import time
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponseBase

logger = structlog.get_logger("vermilion.request")

QUIET = frozenset({"healthz", "metrics"})  # asked every few seconds by machines


def _shared() -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]


def logging_settings(level: str) -> dict[str, Any]:
    """Return the standard library's logging configuration."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
                ],
                "foreign_pre_chain": _shared(),
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "stream": sys.stderr, "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "vermilion": {"level": level},
            # The access log would print paths; our middleware logs routes.
            "gunicorn.access": {"level": "CRITICAL"},
            # "Not Found: /s/<token>/" carries the path.
            "django.request": {"level": "CRITICAL"},
            "procrastinate": {"level": "WARNING"},
        },
    }


def configure(settings: dict[str, Any]) -> None:
    """Set up logging in this process."""
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    logging.config.dictConfig(settings)


class RequestLogMiddleware:
    """Give each request an id, in the log and in the answer's ``X-Request-Id``, and log its end."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer ``request``."""
        request_id = uuid.uuid4().hex
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        start = time.monotonic()
        response = self.get_response(request)
        response["X-Request-Id"] = request_id
        route = request.resolver_match.route if request.resolver_match else "-"
        if route not in QUIET:
            milliseconds = round((time.monotonic() - start) * 1000)
            logger.info("request", method=request.method, route=route, status=response.status_code, ms=milliseconds)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> None:
        """Log what a view raised; the traceback names code, and its text is left out because it may hold personal data."""
        frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in _frames(error)]
        logger.error("view_failed", error=type(error).__name__, code=getattr(error, "code", None), frames=frames[-12:])


def _frames(error: BaseException) -> list[Any]:
    import traceback

    return list(traceback.extract_tb(error.__traceback__))
