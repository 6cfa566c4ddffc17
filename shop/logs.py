"""What the processes log: to the console, where `make run` or a container collects it."""

from typing import Any


def logging_config(*, level: str) -> dict[str, Any]:
    """Return Django's LOGGING; `level` is the name of a level."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"plain": {"format": "%(levelname)s %(name)s: %(message)s"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Each request of theirs is a line of INFO.
            "httpx": {"level": "WARNING"},
            "elastic_transport": {"level": "WARNING"},
            "cassandra": {"level": "WARNING"},
            # While Redis is away, a page of traceback each second; other processes tell of it.
            "channels_redis": {"level": "CRITICAL"},
            # A shopper's typing error, or a 403, is no news; what breaks is.
            "django.request": {"level": "ERROR"},
            "django.server": {"level": "WARNING"},
        },
    }
