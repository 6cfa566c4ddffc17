"""Runs with their lists, live or not, and counted popular products."""

from collections.abc import Mapping, Sequence
from itertools import count

from django.utils import timezone

from accounts.models import User
from recommendations.live import publish
from recommendations.models import (
    CategoryLists,
    CustomerLists,
    PopularProduct,
    ProductLists,
    RecommendationRun,
    RunStatus,
)
from recommendations.serving.groups import group_of
from recommendations.types import Group
from tests.factories.accounts import make_customer


def make_run(
    *,
    customers: Mapping[int, Mapping[str, object]] | None = None,
    products: Mapping[int, Mapping[str, Sequence[int]]] | None = None,
    categories: Mapping[str, Sequence[int]] | None = None,
    is_live: bool = True,
) -> int:
    """Make a run of these lists and return its id; what is not given is empty."""
    now = timezone.now()
    run = RecommendationRun.objects.create(
        status=RunStatus.READY, started_at=now, heartbeat_at=now, has_lists=True
    )
    nothing: dict[str, object] = {"for_you": [], "categories": {}, "buy_again": [], "bought": []}
    CustomerLists.objects.bulk_create(
        CustomerLists(run=run, customer_id=customer_id, **(nothing | dict(given)))
        for customer_id, given in (customers or {}).items()
    )
    ProductLists.objects.bulk_create(
        ProductLists(
            run=run,
            product_id=product_id,
            similar=given.get("similar", []),
            together=given.get("together", []),
        )
        for product_id, given in (products or {}).items()
    )
    CategoryLists.objects.bulk_create(
        CategoryLists(run=run, path=path, product_ids=ids)
        for path, ids in (categories or {}).items()
    )
    if is_live:
        publish(run.pk, by=None, reason="a test", now=now)
    return run.pk


def make_popular(product_ids: Sequence[int], *, category: str = "") -> None:
    """Have these counted as popular, best first."""
    PopularProduct.objects.bulk_create(
        PopularProduct(
            category=category,
            rank=rank,
            product_id=product_id,
            score=100 - rank,
            built_at=timezone.now(),
        )
        for rank, product_id in enumerate(product_ids, start=1)
    )


def customer_in(group: Group, *, above: int = 1000) -> int:
    """Return an id that a customer of the group could have."""
    return next(number for number in count(above) if group_of(f"c{number}") is group)


def make_customer_in(group: Group) -> User:
    """Make customers until one is in the group."""
    customer = make_customer()
    while group_of(f"c{customer.pk}") is not group:
        customer = make_customer()
    return customer


def visitor_in(group: Group) -> str:
    """Return a visitor of the group."""
    return next(name for name in map(str, count()) if group_of(f"v{name}") is group)
