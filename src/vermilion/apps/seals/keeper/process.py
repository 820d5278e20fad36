"""``vermilion keeper``: opens the keys of this instance and serves them until it is told to end."""

from __future__ import annotations

import os
import signal

import structlog
from django.db import close_old_connections

from vermilion.apps.seals import authorities
from vermilion.base import confinement, instance
from vermilion.base.clock import now
from vermilion.base.config import config

from .keyring import Keyring
from .operations import Operations
from .server import Server

logger = structlog.get_logger("vermilion.keeper")


def make_operations() -> Operations | None:
    """Open the keyring of this instance; None when its certificates could not yet carry a permanent address."""
    settings = config()
    demo = instance.is_demo()
    if not demo and settings.public_url is None:
        logger.warning("not_ready", reason="VERMILION_PUBLIC_URL is not set, so no certificate authority is made")
        return None
    authorities.configured()  # a wrong file is told at the start, not at the first signature
    keyring = Keyring(settings.home, demo=demo, base_url=settings.base_url)
    keyring.open(now())
    operations = Operations(keyring, now)
    operations.start()
    return operations


def make_server(operations: Operations | None) -> Server:
    """Return the server of this instance's socket, which is not yet open."""
    settings = config()
    return Server(settings.keeper_socket, operations, group=settings.keeper_group, between=close_old_connections)


def main() -> int:
    """Run the keeper until SIGTERM or SIGINT. Django is set up with the keeper's database role."""
    os.umask(0o077)
    confinement.shield()
    server = make_server(make_operations())
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, server.stop)
    signal.signal(signal.SIGUSR1, server.lock_keys)
    server.bind()
    logger.info("ready", socket=str(config().keeper_socket))
    server.serve()
    return 0
