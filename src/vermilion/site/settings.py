"""Django's settings, made from :mod:`vermilion.base.config`; nothing here is for the operator to edit."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from vermilion.base.config import LOOPBACK, config
from vermilion.base.database import django_database
from vermilion.base.logs import logging_settings
from vermilion.base.mail import django_mail

CONFIG = config()
WEB = Path(__file__).resolve().parent.parent / "web"

DEBUG = False
SECRET_KEY = CONFIG.django_secret_key()
_host = urlsplit(CONFIG.base_url).hostname or "127.0.0.1"
ALLOWED_HOSTS = [*sorted({_host, *LOOPBACK} - {"::1"}), "[::1]"]
CSRF_TRUSTED_ORIGINS = [CONFIG.base_url]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "procrastinate.contrib.django",  # before every app that has tasks
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "oauth2_provider",
    "ninja",
    "csp",
    "vermilion.base",
    "vermilion.apps.chronicle",
    "vermilion.apps.parties",
    "vermilion.apps.products",
    "vermilion.apps.cases",
    "vermilion.apps.templates",
    "vermilion.apps.seals",
    "vermilion.apps.notices",
    "vermilion.apps.identity",
    "vermilion.apps.tracing",
    "vermilion.apps.conduct",
    "vermilion.apps.signing",
    "vermilion.apps.payments",
    "vermilion.apps.underwriting",
    "vermilion.apps.policies",
    "vermilion.apps.archive",
    "vermilion.apps.integrations",
    "vermilion.web",
    "vermilion.site",  # last: its wiring needs all the others
]

MIDDLEWARE = [
    "vermilion.web.middleware.room_middleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "vermilion.web.middleware.CompressingMiddleware",
    "vermilion.base.logs.RequestLogMiddleware",
    "vermilion.web.middleware.PrivateByDefaultMiddleware",
    "csp.middleware.CSPMiddleware",
    "vermilion.web.middleware.AddressMiddleware",  # before the session, which is looked up by a cookie
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "vermilion.web.middleware.CsrfMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "vermilion.web.staff.log_ins.LogInMiddleware",
    "vermilion.web.devices.DeviceMiddleware",
    "vermilion.web.middleware.SecondFactorMiddleware",
    "vermilion.web.middleware.ProblemMiddleware",  # last: nearest to the views whose errors it explains
]

ROOT_URLCONF = "vermilion.site.urls"
WSGI_APPLICATION = "vermilion.site.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

DATABASES = {"default": django_database(CONFIG, CONFIG.database_role)}

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [WEB / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "vermilion.web.context.face",
            ],
        },
    }
]

# Counts of attempts (allauth's) are shared by all processes; the table comes with the migrations of vermilion.web.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "web_cache", "OPTIONS": {"MAX_ENTRIES": 20000}}}

# Languages and time
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", _("英语"))]
LOCALE_PATHS = [WEB / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# Files that browsers fetch
STATIC_URL = "/static/"
STATIC_ROOT = CONFIG.home / "static"
STATICFILES_DIRS = [WEB / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # documents go through base.blobs, never here
    "staticfiles": {"BACKEND": "vermilion.site.storage.StaticFiles"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# Uploads: nothing above web/uploads.py's bound is taken; the doors refuse above their own, lower limits.
FILE_UPLOAD_HANDLERS = [
    "vermilion.web.uploads.BoundedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 200  # a list of documents for a seal is one form
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # a group policy's list of insured persons is one form

# Browsers
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF, "blob:"],
        "manifest-src": [SELF],
        "frame-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = False  # the reverse proxy's; we listen on loopback
SECURE_HSTS_SECONDS = 31536000 if CONFIG.secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False  # the insurer's other hosts are not ours to bind
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if CONFIG.trust_proxy else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = CONFIG.secure
SESSION_COOKIE_NAME = "__Host-session" if CONFIG.secure else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if CONFIG.secure else "csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "vermilion.web.problems.csrf_failure"
SESSION_ENGINE = "vermilion.web.sessions"
SESSION_COOKIE_AGE = 12 * 3600
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = CONFIG.secure

# Staff
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend", "allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator", "OPTIONS": {"max_similarity": 0.6}},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/console/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "vermilion.site.accounts.StaffAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if CONFIG.secure else "http"
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if CONFIG.trust_proxy else 0
MFA_SUPPORTED_TYPES = ["totp"]  # passkeys are ours (apps.parties.passkeys): their answers are evidence
MFA_ADAPTER = "vermilion.web.staff.adapters.StaffMFAAdapter"
MFA_FORMS = {"authenticate": "vermilion.web.staff.forms.AuthenticateForm"}

# The insurer's systems: client credentials only
# Named so that migrations of ours may refer to it.
OAUTH2_PROVIDER_APPLICATION_MODEL = "oauth2_provider.Application"
OAUTH2_PROVIDER = {
    "SCOPES_BACKEND_CLASS": "vermilion.apps.integrations.scopes.ClientScopes",
    "OAUTH2_VALIDATOR_CLASS": "vermilion.apps.integrations.oauth.ClientValidator",
    "ACCESS_TOKEN_EXPIRE_SECONDS": 3600,
    # Tokens are stored as digests only.
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "PKCE_REQUIRED": True,
}

# Jobs (rules in base.jobs)
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"
PROCRASTINATE_WORKER_DEFAULTS = {"update_heartbeat_interval": 10, "stalled_worker_timeout": 30}

# Mail
globals().update(django_mail(CONFIG))

# Logs
LOGGING_CONFIG = "vermilion.base.logs.configure"
LOGGING = logging_settings(CONFIG.log_level)
