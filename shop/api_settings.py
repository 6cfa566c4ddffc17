"""Settings of the API and of signing in to it from an app."""

from typing import Any
from urllib.parse import urlsplit

from environs import Env, validate

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "allauth.headless.contrib.rest_framework.authentication.JWTTokenAuthentication",
    ],
    # Who may see what is the services' to say; a view that needs a customer says so.
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["shop.api.parsers.ShallowJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "shop.api.schema.ShopSchema",
    "EXCEPTION_HANDLER": "shop.api.problems.handle",
}

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Parcelwise API",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "shop.api.openapi.hooks.finish",
    ],
    "TAGS": [
        {"name": "shop", "description": "What an app asks before its first screen."},
        {"name": "catalogue", "description": "What there is, and what of it reaches an address."},
        {"name": "cart", "description": "A customer's or a guest's; `version` grows with it."},
        {"name": "wishlist", "description": "Things for another day."},
        {"name": "checkout", "description": "What it would cost, placing an order, paying."},
        {"name": "orders", "description": "Where parcels are, and everything ever ordered."},
        {"name": "account", "description": "Who is signed in."},
        {"name": "addresses", "description": "The customer's address book."},
    ],
}

# Access tokens live minutes; each refresh token serves once; ending a session ends both.
HEADLESS_CLIENTS = ("app",)
HEADLESS_TOKEN_STRATEGY = "accounts.tokens.RotatingTokens"  # noqa: S105 - a class
HEADLESS_JWT_ALGORITHM = "HS256"
HEADLESS_JWT_ACCESS_TOKEN_EXPIRES_IN = 300
HEADLESS_JWT_REFRESH_TOKEN_EXPIRES_IN = 60 * 24 * 3600
HEADLESS_JWT_ROTATE_REFRESH_TOKEN = True
HEADLESS_JWT_STATEFUL_VALIDATION_ENABLED = True
# allauth's part of the schema is needed for ours; ours is what is served and shown.
HEADLESS_SERVE_SPECIFICATION = True
HEADLESS_SPECIFICATION_TEMPLATE_NAME = None
# A forgotten password: a code for an app, a link for a browser, see the module.
ALLAUTH_SETTING_GETTER = "accounts.app_sign_in.setting_for_this_client"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
USERSESSIONS_ADAPTER = "accounts.devices.DevicesAdapter"
MFA_ADAPTER = "accounts.mfa_adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # telephones' clocks differ


def api_rates(env: Env) -> dict[str, int]:
    """Return how many calls a minute one caller has, by purpose."""
    positive = validate.Range(min=1)
    return {
        "read": env.int("API_READS_PER_MINUTE", 600, validate=positive),
        "write": env.int("API_WRITES_PER_MINUTE", 120, validate=positive),
        "order": env.int("API_ORDERS_PER_MINUTE", 20, validate=positive),
        "sign_in": env.int("API_SIGN_INS_PER_MINUTE", 20, validate=positive),
    }


def live_settings(env: Env, *, redis: str, shop_url: str, port: int) -> dict[str, Any]:
    """Return where the live process is for browsers, and what wakes it, and how many may connect.

    Behind a proxy that speaks TLS it is at the shop's own address: the proxy passes /ws/ on.
    """
    shop = urlsplit(shop_url)
    usual = f"wss://{shop.netloc}" if shop.scheme == "https" else f"ws://{shop.hostname}:{port}"
    address = validate.Regexp(
        r"wss?://[^/\s]+/?$", error="{input} must be ws://host:port or wss://host."
    )
    return {
        "connections": env.int("LIVE_MAX_CONNECTIONS", 2000, validate=validate.Range(min=1)),
        "connects": env.int("LIVE_CONNECTS_PER_MINUTE", 120, validate=validate.Range(min=1)),
        "url": env.str("LIVE_URL", usual, validate=address).rstrip("/"),
        "layers": {
            "default": {
                # Wake-ups may be lost: nothing is queued for who does not listen.
                "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
                "CONFIG": {"hosts": [redis]},
            }
        },
    }
