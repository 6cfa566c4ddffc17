"""What a shopper looked at last, newest first: in the cache, and gone with it."""

from django.core.cache import cache

MOST = 20
KEPT_SECONDS = 30 * 24 * 3600


def remember_view(key: str, product_id: int) -> None:
    """Put a product at the head of what the shopper of this key looked at."""
    before = recent_products(key)
    if before[:1] != [product_id]:
        others = [seen for seen in before if seen != product_id]
        cache.set(_name(key), [product_id, *others][:MOST], KEPT_SECONDS)


def recent_products(key: str) -> list[int]:
    """Return product ids, nothing while the cache is away."""
    seen: list[int] | None = cache.get(_name(key))
    return seen or []


def bring_along(old_key: str, new_key: str) -> None:
    """Have what was looked at under one key, which was lately, among what was under another."""
    lately = recent_products(old_key)
    if lately:
        both = dict.fromkeys([*lately, *recent_products(new_key)])
        cache.set(_name(new_key), list(both)[:MOST], KEPT_SECONDS)
        forget_views(old_key)


def forget_views(key: str) -> None:
    cache.delete(_name(key))


def _name(key: str) -> str:
    return f"recommendations:recent:{key}"
