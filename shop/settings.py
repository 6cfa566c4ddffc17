"""Settings for every environment; what differs between them comes from environment variables.

`.env.example` lists every variable. A store without a URL is the embedded one.
"""

import sys
from pathlib import Path
from typing import Any

import django_stubs_ext
from environs import Env, validate

from shop.api_settings import (  # noqa: F401 - settings
    ACCOUNT_LOGIN_BY_CODE_ENABLED,
    ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND,
    ACCOUNT_LOGIN_BY_CODE_TIMEOUT,
    ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT,
    ALLAUTH_SETTING_GETTER,
    HEADLESS_CLIENTS,
    HEADLESS_JWT_ACCESS_TOKEN_EXPIRES_IN,
    HEADLESS_JWT_ALGORITHM,
    HEADLESS_JWT_REFRESH_TOKEN_EXPIRES_IN,
    HEADLESS_JWT_ROTATE_REFRESH_TOKEN,
    HEADLESS_JWT_STATEFUL_VALIDATION_ENABLED,
    HEADLESS_SERVE_SPECIFICATION,
    HEADLESS_SPECIFICATION_TEMPLATE_NAME,
    HEADLESS_TOKEN_STRATEGY,
    MFA_ADAPTER,
    MFA_PASSKEY_LOGIN_ENABLED,
    MFA_SUPPORTED_TYPES,
    MFA_TOTP_TOLERANCE,
    REST_FRAMEWORK,
    SPECTACULAR_SETTINGS,
    USERSESSIONS_ADAPTER,
    api_rates,
    live_settings,
)
from shop.core.database.options import connection_options
from shop.embedded.paths import EmbeddedPaths
from shop.installed import INSTALLED_APPS, MIDDLEWARE  # noqa: F401 - settings
from shop.lake_settings import lake_settings
from shop.logs import logging_config
from shop.schedule import BROKER_OPTIONS, beat_schedule
from shop.store_settings import WITHOUT_DATABASE, celery_url, redis_url, store_settings
from shop.template_settings import templates

django_stubs_ext.monkeypatch()  # ModelAdmin[Product] and its like at run time

BASE_DIR = Path(__file__).resolve().parents[1]

env = Env(eager=False)
env.read_env(str(BASE_DIR / ".env"), recurse=False)

# --- the site ---------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", False)
DEMO = env.bool("DEMO", True)
SECRET_KEY = env.str("SECRET_KEY", "only-for-development-" + "x" * 40)
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
# Our own processes speak to each other over the loopback.
ALLOWED_HOSTS = [*env.list("ALLOWED_HOSTS", []), "localhost", "127.0.0.1", "[::1]"]
VAR_DIR = Path(env.str("VAR_DIR", str(BASE_DIR / "var")))
# A command run beside `make run` finds the same shop: it left its port there.
_port = VAR_DIR / "port"
_default_port = int(_port.read_text()) if _port.exists() else 8000
PORT = env.int("PORT", _default_port, validate=validate.Range(min=1, max=65533))
SHOP_URL = env.str("SHOP_URL", f"http://localhost:{PORT}").rstrip("/")
SHOP_NAME = env.str("SHOP_NAME", "Parcelwise")
SHOP_COUNTRY = "US"
SHOP_CURRENCY = "USD"
CSRF_TRUSTED_ORIGINS = [SHOP_URL]
HTTPS = SHOP_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# What a proxy says is believed only where there is one.
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0, validate=validate.Range(min=0))
BEHIND_HTTPS = HTTPS and TRUSTED_PROXY_COUNT > 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_HTTPS else None
SECURE_SSL_REDIRECT = BEHIND_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$", r"^payments/webhooks/"]
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", 3600 if BEHIND_HTTPS else 0)
X_FRAME_OPTIONS = "DENY"

# --- stores -----------------------------------------------------------------------------------
EMBEDDED = EmbeddedPaths(VAR_DIR)
DATABASES: dict[str, Any] = {"default": env.dj_db_url("DATABASE_URL", EMBEDDED.database_url)}
_database = DATABASES["default"] or {}
_database["ENGINE"] = "shop.core.database"
_database["OPTIONS"] = connection_options(
    _database.get("OPTIONS", {}),
    pool_size=env.int("DATABASE_POOL_SIZE", 16, validate=validate.Range(min=1)),
    with_timeouts=env.bool(
        "DATABASE_TIMEOUTS", bool({"shop.wsgi", "shop.asgi"} & sys.modules.keys())
    ),
)
REDIS_URL = env.str("REDIS_URL", "", validate=WITHOUT_DATABASE)
REDIS_POOL_SIZE = env.int("REDIS_POOL_SIZE", 32, validate=validate.Range(min=1))
REDIS_BROKER, REDIS_CACHE, REDIS_CHANNELS, REDIS_DEADLINES, REDIS_STREAM = (
    redis_url(REDIS_URL, number, EMBEDDED) for number in range(5)
)
_lake = lake_settings(env, VAR_DIR)
EVENT_LAKE_URL, EVENT_RETENTION_DAYS = _lake.url, _lake.keep_days
RECOMMENDATIONS_URL = _lake.runs_url
STORES = store_settings(env, VAR_DIR)
CACHES = {
    "default": {
        "BACKEND": "shop.core.cache.ForgivingRedisCache",
        "LOCATION": REDIS_CACHE,
        "OPTIONS": {
            "socket_timeout": 0.5,
            "socket_connect_timeout": 0.3,
            # One that is used up makes the next one wait, for as long as a call may take.
            "pool_class": "redis.BlockingConnectionPool",
            "max_connections": REDIS_POOL_SIZE,
            "timeout": 0.5,
        },
    },
    # Copies for an outage: on the disk, bounded, and there while Redis is not.
    "last_pages": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR_DIR / "last-pages",
        "TIMEOUT": 24 * 3600,
        "OPTIONS": {"MAX_ENTRIES": 1000},
    },
}
# Not behind the cache: it may miss a log-out, see docs/adr/0006-sessions-in-sql.md.
SESSION_ENGINE = "accounts.sessions"

# --- apps and pages ---------------------------------------------------------------------------
ROOT_URLCONF = "shop.urls"
WSGI_APPLICATION = "shop.wsgi.application"
TEMPLATES = templates(BASE_DIR)
STATIC_URL = "static/"
STATICFILES_DIRS = [path for path in [BASE_DIR / "static"] if path.exists()]
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        # Hashed names where they are collected; plain ones for tests and single commands.
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if env.bool("STATIC_MANIFEST", False)
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
MEDIA_URL = "media/"
MEDIA_ROOT = VAR_DIR / "media"
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en-us"
LANGUAGES = [("en", "English"), ("es", "Español")]  # of the API; pages are English
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

# --- sign-in ----------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupFields"
ACCOUNT_FORMS = {
    "login": "accounts.sign_in_forms.ShopLoginForm",
    "signup": "accounts.sign_in_forms.ShopSignupForm",
    "reset_password": "accounts.sign_in_forms.ShopResetPasswordForm",
    "add_email": "accounts.sign_in_forms.ShopAddEmailForm",
}
# A code typed into the open page: the visit, and with it the cart, goes on in the same browser.
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_SESSION_REMEMBER = True
# allauth's, and so many an hour to one address that nobody fills somebody's mailbox.
ACCOUNT_RATE_LIMITS = {
    "request_login_code": "20/m/ip,3/m/key,20/h/key",
    "reset_password": "20/m/ip,5/m/key,20/h/key",
    "confirm_email": "1/10s/key,20/h/key",
}
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
# How many proxies of ours stand before the shop: the rate limits of log-in go by client address.
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT

API_RATES = api_rates(env)
API_ADDRESS_FACTOR = env.int("API_ADDRESS_FACTOR", 5, validate=validate.Range(min=1))
_live = live_settings(env, redis=REDIS_CHANNELS, shop_url=SHOP_URL, port=PORT + 2)
LIVE_URL, CHANNEL_LAYERS = _live["url"], _live["layers"]
LIVE_MAX_CONNECTIONS, LIVE_CONNECTS_PER_MINUTE = _live["connections"], _live["connects"]

# --- mail -------------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", f"{SHOP_NAME} <orders@parcelwise.example>")
STAFF_EMAIL = env.str("STAFF_EMAIL", "staff@parcelwise.example")
EMAIL_URL = env.str(
    "EMAIL_URL",
    "",
    validate=validate.Regexp(
        r"$|(smtps?|submission|console)://",
        error="{input} must start with smtp://, smtps://, submission:// or console://.",
    ),
)
_mail_server: dict[str, Any] = env.dj_email_url("EMAIL_URL", "smtp://localhost") or {}
if EMAIL_URL:
    EMAIL_BACKEND = _mail_server.get("EMAIL_BACKEND", "")
else:
    EMAIL_BACKEND = "notifications.mailbox.MailboxBackend"
EMAIL_HOST = _mail_server.get("EMAIL_HOST")
EMAIL_PORT = _mail_server.get("EMAIL_PORT")
EMAIL_HOST_USER = _mail_server.get("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = _mail_server.get("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = _mail_server.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _mail_server.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10

# --- checkout and payment ---------------------------------------------------------------------
PAYMENT_WINDOW_SECONDS = env.int(
    "PAYMENT_WINDOW_SECONDS", 600, validate=validate.Range(min=1, max=86_400)
)
LATE_PAYMENT_POLICY = env.str(
    "LATE_PAYMENT_POLICY", "refund", validate=validate.OneOf(["refund", "reinstate"])
)
# What a split order pays: its dearest parcel once, or each parcel.
DELIVERY_FEE_POLICY = env.str(
    "DELIVERY_FEE_POLICY", "dearest", validate=validate.OneOf(["dearest", "sum"])
)
# Unpaid orders hold stock; one shopper may have so many at a time.
MAX_UNPAID_ORDERS = env.int("MAX_UNPAID_ORDERS", 5, validate=validate.Range(min=1))
# So many of one network address: carts are free, so whoever does not pay may take a new one.
MAX_UNPAID_ORDERS_PER_ADDRESS = env.int(
    "MAX_UNPAID_ORDERS_PER_ADDRESS", 20, validate=validate.Range(min=1)
)
ARCHIVE_AFTER_DAYS = env.int("ARCHIVE_AFTER_DAYS", 30, validate=validate.Range(min=0))
SANDBOX_URL = env.str("SANDBOX_URL", f"http://localhost:{PORT + 1}").rstrip("/")
SANDBOX_SECRET = env.str("SANDBOX_SECRET", "only-for-development")
DEFAULT_GATEWAY = "sandbox"
PAYMENT_GATEWAYS: dict[str, dict[str, Any]] = {
    "sandbox": {
        "BACKEND": "payments.gateways.sandbox.SandboxGateway",
        "OPTIONS": {"url": SANDBOX_URL, "secret": SANDBOX_SECRET},
    }
}

# --- background work --------------------------------------------------------------------------
CELERY_BROKER_URL = celery_url(REDIS_BROKER)
CELERY_BROKER_POOL_LIMIT = REDIS_POOL_SIZE
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False  # an expired lease is the only retry, see shop.core.outbox
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_TRANSPORT_OPTIONS = BROKER_OPTIONS
CELERY_BEAT_SCHEDULE = beat_schedule(nightly_hour=_lake.hour)
CELERY_TASK_PUBLISH_RETRY = False  # a refused send is the relay's to handle, at once

# How long a worker has an event to itself; one that was killed delays it by this much.
OUTBOX_LEASE_SECONDS = env.int("OUTBOX_LEASE_SECONDS", 60, validate=validate.Range(min=1))

LOGGING = logging_config(level=env.str("LOG_LEVEL", "INFO"))

env.seal()
