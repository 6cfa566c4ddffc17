"""A cache whose failure is a miss: Redis being down must not take a page down."""

import logging
from collections.abc import Callable
from copy import copy
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.core.cache import cache
from django.core.cache.backends.redis import RedisCache
from django.db import InterfaceError, OperationalError
from redis.exceptions import RedisError

from shop.core.breaker import Breaker

logger = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

LAST_KNOWN_SECONDS = 24 * 3600

breaker = Breaker()


def forgiving(missed: R) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Turn a call that Redis refuses into `missed`, and spare the next ones for a while.

    Each caller gets a copy of `missed`: some put what they made themselves into the dictionary.
    """

    def decorate(call: Callable[P, R]) -> Callable[P, R]:
        @wraps(call)
        def attempt(*args: P.args, **kwargs: P.kwargs) -> R:
            if not breaker.allows():
                return copy(missed)
            if breaker.is_suspect:
                breaker.trip()  # this call tries again; the others need not wait with it
            try:
                found = call(*args, **kwargs)
            except (RedisError, OSError):
                breaker.trip()
                logger.warning("Could not reach the cache; going on without it.")
                return copy(missed)
            breaker.reset()
            return found

        return attempt

    return decorate


LOCK = ":lock"
AWAY = ("away",)  # a value that nobody keeps


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache, with errors as misses and writes that may be lost."""

    _add = forgiving(missed=False)(RedisCache.add)
    _take_lock = forgiving(missed=True)(RedisCache.add)
    _get = forgiving(missed=AWAY)(RedisCache.get)
    set = forgiving(missed=None)(RedisCache.set)
    touch = forgiving(missed=False)(RedisCache.touch)
    delete = forgiving(missed=False)(RedisCache.delete)
    get_many = forgiving(missed=dict[Any, Any]())(RedisCache.get_many)
    has_key = forgiving(missed=False)(RedisCache.has_key)
    incr = forgiving(missed=1)(RedisCache.incr)
    set_many = forgiving(missed=list[Any]())(RedisCache.set_many)
    delete_many = forgiving(missed=None)(RedisCache.delete_many)
    clear = forgiving(missed=None)(RedisCache.clear)

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """Return what is kept; the default if nothing is, or Redis is away."""
        found = self._get(key, AWAY, version)
        return default if found == AWAY else found

    def add(self, key: Any, *args: Any, **kwargs: Any) -> bool:
        """Add it if there is none; False while Redis is away.

        Only locks are had then: allauth takes one to count who signs in, waits a second for it,
        and refuses who cannot be counted. Nobody could sign in.
        """
        add = self._take_lock if str(key).endswith(LOCK) else self._add
        return add(key, *args, **kwargs)


def last_known(key: str, read: Callable[[], R]) -> R:
    """Return what `read` finds and keep it for a day; while the database is away, what is kept.

    :raises OperationalError: if it is away and nothing is kept
    """
    try:
        found = read()
    except (OperationalError, InterfaceError):
        kept: R | None = cache.get(key)
        if kept is None:
            raise
        return kept
    cache.set(key, found, LAST_KNOWN_SECONDS)
    return found
