"""Answers kept in the cache for a while, many at once; without a cache each is read."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from django.core.cache import cache

K = TypeVar("K", int, str)
V = TypeVar("V")


def keep(
    prefix: str, keys: Sequence[K], read: Callable[[Sequence[K]], dict[K, V]], *, seconds: int
) -> dict[K, V]:
    """Return what exists of `keys`; that something does not exist is kept as well, as None."""
    names = {f"recommendations:{prefix}:{key}": key for key in keys}
    kept: dict[K, V | None] = {names[name]: value for name, value in cache.get_many(names).items()}
    missing = [key for key in keys if key not in kept]
    if missing:
        found = read(missing)
        cache.set_many(
            {f"recommendations:{prefix}:{key}": found.get(key) for key in missing}, seconds
        )
        kept |= found
    return {key: value for key, value in kept.items() if value is not None}


def drop(prefix: str, key: int | str) -> None:
    """Keep one answer no longer."""
    cache.delete(f"recommendations:{prefix}:{key}")
