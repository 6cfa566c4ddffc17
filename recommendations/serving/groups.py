"""Which shoppers get popular lists everywhere, so that it can be measured what others gain."""

import hashlib

from recommendations.types import Group

CONTROL_SHARE = 0.05
# Another salt deals the groups anew.
SALT = "recommendations-2026"
_RANGE = 2**64


def group_of(key: str) -> Group:
    """Return the group of `Shopper.key`, always the same."""
    digest = hashlib.sha256(f"{SALT}:{key}".encode()).digest()
    is_control = int.from_bytes(digest[:8]) < CONTROL_SHARE * _RANGE
    return Group.CONTROL if is_control else Group.MODEL
