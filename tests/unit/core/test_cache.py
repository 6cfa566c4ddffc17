"""What a cache that does not answer gives back."""

from django.core.cache import cache

from shop.core.cache import breaker


def test_a_miss_is_the_callers_own() -> None:
    breaker.trip()
    mine = cache.get_many(["one"])
    mine["one"] = "what I made myself"
    failed = cache.set_many({"one": 1})
    failed.append("one")

    assert cache.get_many(["one"]) == {}
    assert cache.set_many({"one": 1}) == []
