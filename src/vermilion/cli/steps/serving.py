"""gunicorn, told what we want of it, and the static files that it serves."""

from __future__ import annotations

import gc
import hashlib
import os
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings as django_settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.utils.translation import gettext_lazy as _
from gunicorn.app.base import BaseApplication
from gunicorn.workers.gthread import ThreadWorker

from vermilion.base import instance
from vermilion.base.config import Config, config
from vermilion.base.landlock import SHARED_MEMORY
from vermilion.base.private import make_folder

from .migrating import WrongKind

# A worker is renewed after about this many requests: what leaks, leaks little.
MAX_REQUESTS = 5000
# A request that is not done by then is lost; long work is a job's.
REQUEST_SECONDS = 60
STOP_SECONDS = 30
# What style sheets are built from, of which browsers get the result, and Ninja's viewers of API descriptions, 10 MB that no page shows.
UNSERVED = ["src", "ninja"]


class Gunicorn(BaseApplication):  # type: ignore[misc]
    """gunicorn with settings from :class:`Config` instead of its own files and command line."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        """Give gunicorn our options."""
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Return the WSGI application with all its pages, loaded once for all workers: none is slow at its first, and they share memory."""
        application = get_wsgi_application()
        import_module(django_settings.ROOT_URLCONF)
        gc.freeze()
        return application


class Worker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's threaded worker, which hears of its end at once instead of at its next look a second later."""

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Stop accepting, finish what runs."""
        super().handle_exit(sig, frame)
        if self.method_queue.fileno() is not None:
            self.method_queue.defer(int)


# Called by gunicorn at the end of its two kinds of process: spare the interpreter its last look through all objects (cli/main.py).
def _worker_ends(server: Any, worker: Any) -> None:
    gc.freeze()


def _server_ends(server: Any) -> None:
    gc.freeze()


def _heartbeats(settings: Config) -> str | None:
    """Return where workers show that they live: in memory, where that never waits for a disk, or None for the temporary folder."""
    home = Path(os.path.realpath(settings.home))
    return str(SHARED_MEMORY) if os.access(SHARED_MEMORY, os.W_OK) and SHARED_MEMORY not in home.parents else None


def serve(*, fd: int) -> None:
    """Serve on the open socket ``fd`` until SIGTERM; requests that run then are finished."""
    settings = config()
    connections.close_all()  # workers are forked, and a connection must not be shared
    options: dict[str, Any] = {
        "bind": f"fd://{fd}",
        "worker_class": Worker,
        "preload_app": True,
        "workers": settings.web_workers,
        "threads": settings.web_threads,
        "timeout": REQUEST_SECONDS,
        "graceful_timeout": STOP_SECONDS,
        "keepalive": 5,
        "max_requests": MAX_REQUESTS,
        "max_requests_jitter": MAX_REQUESTS // 10,
        "worker_tmp_dir": _heartbeats(settings),
        "control_socket_disable": True,
        "loglevel": "warning",
        "proc_name": "vermilion-web",
        "worker_exit": _worker_ends,
        "on_exit": _server_ends,
    }
    Gunicorn(options).run()


def refuse_public_demo() -> None:
    """Raise :class:`WrongKind` when a demo instance would be reachable from outside, or the database is not ready."""
    if instance.is_demo() and not config().loopback:
        raise WrongKind(_("演示实例只能在本机使用。"), hint=_("去掉 VERMILION_PUBLIC_URL 和 VERMILION_HOST。"))


def collect_static() -> None:
    """Copy, hash and compress the static files into the home, unless they are there already."""
    root = Path(django_settings.STATIC_ROOT)
    state = _static_state()
    stamp = root / ".collected"
    if stamp.is_file() and stamp.read_text() == state:
        return
    make_folder(root)
    call_command("collectstatic", interactive=False, verbosity=0, clear=True, ignore_patterns=UNSERVED)
    stamp.write_text(state)


def _static_state() -> str:
    """Return a digest of what there is to collect: names, sizes, times."""
    lines = []
    for finder in get_finders():
        for path, storage in finder.list(UNSERVED):
            found = os.stat(storage.path(path))
            lines.append(f"{path} {found.st_size} {found.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
