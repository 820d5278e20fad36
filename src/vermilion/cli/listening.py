"""The port, opened before anything else starts."""

from __future__ import annotations

import socket

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from vermilion.base.config import Config
from vermilion.base.errors import VermilionError

BACKLOG = 512


class PortUnusable(VermilionError):
    """Nobody can be served at the address that was asked for."""

    code = "port_unusable"
    status = 503


def open_port(settings: Config) -> socket.socket:
    """Return a socket that listens where the settings say. Raises PortUnusable."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((settings.host, settings.port))
        opened.listen(BACKLOG)
    except OSError as error:
        opened.close()
        raise PortUnusable(
            format_lazy(_("无法监听 {host}:{port}：{reason}。"), host=settings.host, port=settings.port, reason=error.strerror),
            hint=_("端口可能被其他程序占用；用 --port 或 VERMILION_PORT 换一个端口。"),
        ) from None
    return opened
