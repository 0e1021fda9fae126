"""Django's settings, every one of them from the environment; docs/operations.md lists the names."""

import importlib.util

from portico.config import cluster, env, logging, roles

PROJECT = env.PROJECT
DATA_DIR = env.folder("PORTICO_DATA_DIR", PROJECT / "var")

# --- Where we are -----------------------------------------------------------------------------------------------
PORTICO_BASE_DOMAIN = env.base_domain()
IS_LOCAL = PORTICO_BASE_DOMAIN == "localhost"
PORTICO_SCHEME = "http" if IS_LOCAL else "https"
PORT = env.number("PORT", 8000)
PORTICO_PORT_SUFFIX = f":{PORT}" if IS_LOCAL and PORT != 80 else ""
PORTICO_PROXIES = env.number("PORTICO_PROXIES", 0 if IS_LOCAL else 1)
PORTICO_NOW = env.text("PORTICO_NOW")
PORTICO_ALLOW_SANDBOX = env.flag("PORTICO_ALLOW_SANDBOX", default=IS_LOCAL)

DEVELOPMENT = env.is_development()
DEBUG = env.flag("PORTICO_DEBUG")  # Django's own error pages
if not IS_LOCAL and (DEBUG or DEVELOPMENT or PORTICO_NOW):
    raise env.BadSetting("PORTICO_DEBUG, PORTICO_DEVELOPMENT and PORTICO_NOW are for the base domain localhost only.")

SECRET_KEY = env.secret_key(kept_in=DATA_DIR / "secret_key", is_local=IS_LOCAL)
SECRET_KEY_FALLBACKS = env.text("PORTICO_OLD_SECRET_KEYS").split()

# The company comes from an exact row of its host names: an unknown host gets 404 from the tenancy middleware, and
# links are built from the stored host, so that Django's own list would only repeat the table.
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "portico.config.urls"
WSGI_APPLICATION = "portico.config.wsgi.application"
APPEND_SLASH = False

# --- What it is made of -----------------------------------------------------------------------------------------
ROOMS = [
    "portico.foundation.tenancy",
    "portico.foundation.audit",
    "portico.foundation.messaging",
    "portico.foundation.people",
    "portico.domain.catalog",
    "portico.domain.customers",
    "portico.domain.capacity",
    "portico.domain.equipment",
    "portico.domain.jobs",
    "portico.domain.documents",
    "portico.domain.billing",
    "portico.domain.statements",
    "portico.domain.memberships",
    "portico.domain.estimates",
    "portico.domain.booking",
    "portico.domain.invitations",
    "portico.domain.adoption",
    "portico.importer",
    "portico.faces.ui",
    "portico.faces.customer",
    "portico.faces.office",
    "portico.config",
]
INSTALLED_APPS = [
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "procrastinate.contrib.django",
    *(room for room in ROOMS if importlib.util.find_spec(room)),
]
MIDDLEWARE = [
    "portico.faces.ui.request_log.log_requests",
    "django.middleware.security.SecurityMiddleware",
    "portico.faces.ui.headers.add_headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portico.foundation.people.middleware.enter",
    "django.middleware.csrf.CsrfViewMiddleware",
    "portico.faces.ui.typed.without_card_numbers",
    "django_htmx.middleware.HtmxMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "portico.faces.ui.minijinja.MiniJinja",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {"reload": DEVELOPMENT},  # a fifth of a page's time
    }
]
OPERATOR_TERMS = env.text_file("PORTICO_OPERATOR_TERMS")  # a file; empty: the text that comes along
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Database ---------------------------------------------------------------------------------------------------
# Which role a process has: `web` (the default), `direct` (worker and commands: past a PgBouncer, longer statements),
# `owner` (migrate, and nothing else).
DATABASE_ROLE = env.text("PORTICO_DATABASE_ROLE", "web")
_url = env.text("DATABASE_URL") or cluster.embedded().url(roles.APP)
if DATABASE_ROLE == "owner":
    _url = env.text("DATABASE_OWNER_URL") or (
        cluster.embedded().url(roles.OWNER) if not env.text("DATABASE_URL") else ""
    )
    if not _url:
        raise env.BadSetting("Set DATABASE_OWNER_URL: migrating needs the role that owns the tables.")
elif DATABASE_ROLE == "direct":
    _url = env.text("DATABASE_DIRECT_URL", _url)
_database = env.database(_url)
_options = {"connect_timeout": "5", **dict(_database.pop("OPTIONS"))}  # type: ignore[call-overload]
if DATABASE_ROLE == "direct":
    _options["options"] = "-c statement_timeout=60s -c idle_in_transaction_session_timeout=60s"
DATABASES = {
    "default": {
        "ENGINE": "portico.foundation.tenancy.backend",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": _options,
        **_database,
    }
}

# --- Language and time ------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
LOCALE_PATHS = [PROJECT / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- People -----------------------------------------------------------------------------------------------------
PASSWORD_HASHERS = ["portico.foundation.people.hashers.Argon2"]
_host_only = "" if IS_LOCAL else "__Host-"  # script clients never send Secure cookies over plain http
PORTAL_COOKIE_NAME = f"{_host_only}portal"
OFFICE_COOKIE_NAME = f"{_host_only}office"
VIEWING_COOKIE_NAME = f"{_host_only}viewing"
COOKIE_SECURE = not IS_LOCAL
CSRF_COOKIE_NAME = f"{_host_only}csrf"
CSRF_COOKIE_SECURE = COOKIE_SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "portico.faces.ui.error_pages.form_expired"

# --- Browser side -----------------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = not IS_LOCAL
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PORTICO_PROXIES else None
SECURE_HSTS_SECONDS = 0 if IS_LOCAL else 63_072_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin-allow-popups"
SILENCED_SYSTEM_CHECKS = [
    "security.W002",  # framing is denied by our own headers, frame-ancestors and X-Frame-Options
    "security.W021",  # HSTS preload is for the operator to apply for
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400
FILE_UPLOAD_HANDLERS = [
    "portico.faces.ui.uploads.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# --- Files ------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
MEDIA_ROOT = DATA_DIR / "files"  # private: served by a view that asks who is looking
PORTICO_FILES_S3 = bool(env.text("PORTICO_FILES_S3_BUCKET"))
STORAGES = {
    "default": env.files(is_there=bool(importlib.util.find_spec("storages") and importlib.util.find_spec("boto3"))),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEVELOPMENT
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_AUTOREFRESH = DEVELOPMENT
WHITENOISE_USE_FINDERS = DEVELOPMENT
WHITENOISE_ALLOW_ALL_ORIGINS = False

# --- Mail -------------------------------------------------------------------------------------------------------
MAIL_DIR = DATA_DIR / "mail"
EMAIL_FILE_PATH: str = str(MAIL_DIR)
globals().update(env.email(env.text("EMAIL_URL"), mailbox=MAIL_DIR))
DEFAULT_FROM_EMAIL = env.text("PORTICO_MAIL_FROM", f"portal@{'example.com' if IS_LOCAL else PORTICO_BASE_DOMAIN}")

# --- Payments ---------------------------------------------------------------------------------------------------
STRIPE_SECRET_KEY = env.text("STRIPE_SECRET_KEY")
STRIPE_WEBHOOK_SECRET = env.text("STRIPE_WEBHOOK_SECRET")
STRIPE_API_BASE = env.text("STRIPE_API_BASE")

# --- Background work and logs -----------------------------------------------------------------------------------
PROCRASTINATE_WORKER_DEFAULTS = {"delete_jobs": "successful"}
LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = logging.configuration(readable=DEVELOPMENT)
