"""Which lanes serve a postal code, kept in the cache until the serviceability table changes."""

from collections.abc import Callable
from uuid import uuid4

from django.core.cache import cache
from django.db import transaction

from logistics.lane_types import ServingLane
from shop.core.cache import last_known

# Part of the key: raise it when the shape of ServingLane changes, as the cache outlives a
# deployment.
SHAPE = 1
VERSION_KEY = f"logistics:lanes:{SHAPE}:version"
# Only a bound for the one case in which forgetting is lost: see handlers.
SECONDS = 300


def cached_lanes(
    place: tuple[str, str], *, load: Callable[[tuple[str, str]], tuple[ServingLane, ...]]
) -> tuple[ServingLane, ...]:
    """Return the lanes of a (country, postal code) from the cache, or load and keep them."""
    key = f"logistics:lanes:{SHAPE}:{place[0]}:{place[1]}"
    found = cache.get_many([VERSION_KEY, key])
    # The version is settled before the table is read: lanes read before a rebuild are kept under
    # the version before it.
    version: str = found.get(VERSION_KEY) or _start_version()
    kept = found.get(key)
    if kept is not None and kept[0] == version:
        found_lanes: tuple[ServingLane, ...] = kept[1]
        return found_lanes

    def load_and_keep() -> tuple[ServingLane, ...]:
        lanes = load(place)
        cache.set(key, (version, lanes), SECONDS)
        return lanes

    return last_known(f"{key}:last", load_and_keep)


def forget_cached_lanes() -> None:
    """Forget all, for this transaction at once and for everybody else with its commit."""
    _new_version()
    transaction.on_commit(_new_version)


def _new_version() -> None:
    cache.set(VERSION_KEY, uuid4().hex, None)


def _start_version() -> str:
    # `add` and not `set`: a rebuild that commits just now must win.
    version = uuid4().hex
    cache.add(VERSION_KEY, version, None)
    return version
