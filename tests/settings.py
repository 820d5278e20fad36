"""Settings of the tests: a throw-away PostgreSQL, everything else as in the product.

The server starts while these settings load, so that pytest-django finds it; the workers of pytest-xdist inherit the environment.
"""

import atexit
import os
import pathlib
import shutil
import tempfile


def in_memory() -> str | None:
    """Return a folder in memory when there is plenty, else None.

    Databases and homes that nobody keeps would wait for the disk for a sixth of the time that all tests take.
    """
    memory, plenty = "/dev/shm", 3 * 1024**3  # half a gigabyte is used
    if not os.access(memory, os.W_OK):
        return None
    room, free = os.statvfs(memory), os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return memory if min(room.f_bavail * room.f_frsize, free) >= plenty and not room.f_flag & os.ST_NOEXEC else None


def start_database() -> str:
    """Start our own embedded server, as the product does but without waiting for the disk; return the superuser's address."""
    from vermilion.base.config import Config
    from vermilion.base.database.server import Server

    # Root's server needs a folder that its system user can reach.
    folder = pathlib.Path(tempfile.mkdtemp(prefix="vermilion-pg-", dir=in_memory()))
    folder.chmod(0o755)
    server = Server(Config(home=folder / "home", postgres_folder=folder))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(server.stop)
    server.start()
    with server.superuser() as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {name} = off")
        connection.execute("SELECT pg_reload_conf()")
        info = connection.info
        return f"postgresql://{info.user}:{info.password}@/{info.dbname}?host={info.host}"


if "VERMILION_TEST_HOME" not in os.environ:
    for name in [name for name in os.environ if name.startswith("VERMILION_")]:
        del os.environ[name]
    os.environ.pop("DATABASE_URL", None)
    _home = pathlib.Path(tempfile.mkdtemp(prefix="vermilion-test-", dir=in_memory()))
    atexit.register(shutil.rmtree, _home, ignore_errors=True)
    (_home / "tmp").mkdir(mode=0o700)  # a child may read what is made later in a folder that is there when it starts
    _url = start_database()
    os.environ["DATABASE_URL"] = os.environ["VERMILION_DATABASE_OWNER_URL"] = os.environ["VERMILION_DATABASE_KEEPER_URL"] = _url
    os.environ["VERMILION_HOME"] = os.environ["VERMILION_TEST_HOME"] = str(_home)

# Each worker of pytest-xdist has a database of its own, so it needs keys, files and a keeper's socket of its own too.
if _worker := os.environ.get("PYTEST_XDIST_WORKER"):
    _own = pathlib.Path(os.environ["VERMILION_TEST_HOME"]) / _worker
    _own.mkdir(exist_ok=True, mode=0o700)
    # As before any web or worker process: a child may read what is made later in a folder that is there when it starts.
    (_own / "tmp").mkdir(exist_ok=True, mode=0o700)
    os.environ["VERMILION_HOME"] = str(_own)

from vermilion.site.settings import *  # noqa: E402, F403

if not CONFIG.master_key_path.exists():  # noqa: F405
    from vermilion.base import master_key

    master_key.make(CONFIG.master_key_path)  # noqa: F405

DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
STATICFILES_DIRS = [*STATICFILES_DIRS, ("tests", pathlib.Path(__file__).parent / "assets")]  # noqa: F405 - axe, for the browser's tests
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
