"""Which shoppers get popular lists everywhere, so that it can be measured what others gain.

A guest's group is dealt to the browser. It is the customer's who first signs in there, and stays
theirs: what somebody sees does not change on the way to the checkout.
"""

import hashlib
from collections.abc import Iterable, Sequence
from functools import partial

from django.db import transaction

from recommendations.models import CustomerGroup
from recommendations.serving.keeping import drop, keep
from recommendations.types import Group, Shopper

CONTROL_SHARE = 0.05
# Another salt deals the groups anew.
SALT = "recommendations-2026"
KEPT_SECONDS = 600
_RANGE = 2**64
_PREFIX = "group"


def group_of(key: str) -> Group:
    """Return the group dealt to `Shopper.key`, always the same."""
    digest = hashlib.sha256(f"{SALT}:{key}".encode()).digest()
    is_control = int.from_bytes(digest[:8]) < CONTROL_SHARE * _RANGE
    return Group.CONTROL if is_control else Group.MODEL


def group_for(shopper: Shopper) -> Group:
    """Return the shopper's group: what a customer has kept, else what is dealt."""
    if shopper.customer_id is None:
        return group_of(shopper.key)
    kept = keep(_PREFIX, [shopper.customer_id], kept_groups, seconds=KEPT_SECONDS)
    return kept.get(shopper.customer_id) or group_of(shopper.key)


def kept_groups(customer_ids: Sequence[int]) -> dict[int, Group]:
    """Return the groups of the customers who have kept one."""
    rows = CustomerGroup.objects.filter(customer_id__in=customer_ids)
    return {row.customer_id: Group(row.group) for row in rows}


def keep_group(*, customer_id: int, visitor: str) -> None:
    """Have the browser's group be the customer's, who keeps an earlier one."""
    dealt = group_of(Shopper(visitor=visitor).key)
    CustomerGroup.objects.get_or_create(customer_id=customer_id, defaults={"group": dealt})
    transaction.on_commit(partial(drop, _PREFIX, customer_id), robust=True)


def forget_groups(customer_ids: Iterable[int]) -> None:
    """Keep these customers' groups no longer."""
    CustomerGroup.objects.filter(customer_id__in=list(customer_ids)).delete()
