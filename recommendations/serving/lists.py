"""The lists that rows are made from: one statement a table, and none for a while after.

The rows of a run never change, so they are kept by run; popular lists are counted anew all day.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, zip_longest

from recommendations.models import CategoryLists, CustomerLists, PopularProduct, ProductLists
from recommendations.serving.keeping import drop, keep

KEPT_SECONDS = 600
POPULAR_KEPT_SECONDS = 60
EVERYWHERE = ""


@dataclass(frozen=True, kw_only=True)
class CustomerRow:
    """What a run has for a customer; `categories` by path, best first."""

    for_you: Sequence[int] = ()
    categories: Mapping[str, Sequence[int]] = field(default_factory=dict)
    buy_again: Sequence[int] = ()
    bought: Sequence[int] = ()


@dataclass(frozen=True, kw_only=True)
class ProductRow:
    """What a run has for a product."""

    similar: Sequence[int] = ()
    together: Sequence[int] = ()


def customer_row(run: int | None, customer_id: int | None) -> CustomerRow | None:
    """Return the customer's lists, None if the run has none."""
    if run is None or customer_id is None:
        return None

    def read(missing: Sequence[int]) -> dict[int, CustomerRow]:
        rows = CustomerLists.objects.filter(run=run, customer_id__in=missing)
        return {row.customer_id: _customer(row) for row in rows}

    return keep(f"{run}:customer", [customer_id], read, seconds=KEPT_SECONDS).get(customer_id)


def forget_customer(run: int | None, customer_id: int) -> None:
    """Keep the customer's row no longer; it is read anew."""
    drop(f"{run}:customer", customer_id)


def product_rows(run: int | None, product_ids: Sequence[int]) -> dict[int, ProductRow]:
    """Return the lists of the products that the run has any for."""
    if run is None:
        return {}

    def read(missing: Sequence[int]) -> dict[int, ProductRow]:
        rows = ProductLists.objects.filter(run=run, product_id__in=missing)
        return {
            row.product_id: ProductRow(similar=row.similar, together=row.together) for row in rows
        }

    return keep(f"{run}:product", product_ids, read, seconds=KEPT_SECONDS)


def popular_lists(run: int | None, paths: Iterable[str]) -> dict[str, Sequence[int]]:
    """Return popular products by category path; as the run saw them where nothing was counted."""

    def read(missing: Sequence[str]) -> dict[str, Sequence[int]]:
        counted: dict[str, Sequence[int]] = {}
        rows = PopularProduct.objects.filter(category__in=missing).order_by("rank")
        for path, product_id in rows.values_list("category", "product_id"):
            counted[path] = [*counted.get(path, ()), product_id]
        uncounted = [path for path in missing if path not in counted]
        if run is None or not uncounted:
            return counted
        lasting = CategoryLists.objects.filter(run=run, path__in=uncounted)
        return counted | dict(lasting.values_list("path", "product_ids"))

    wanted = list(dict.fromkeys(paths))
    return keep(f"{run}:popular", wanted, read, seconds=POPULAR_KEPT_SECONDS)


def most_popular_category() -> str | None:
    """Return the path of the root category with the most popular products, if there is any."""

    def read(keys: Sequence[str]) -> dict[str, str]:
        roots = PopularProduct.objects.exclude(category=EVERYWHERE)
        best = roots.exclude(category__contains="/").order_by("-score", "category")
        path = best.values_list("category", flat=True).first()
        return dict.fromkeys(keys, path) if path else {}

    return keep("category", ["best"], read, seconds=POPULAR_KEPT_SECONDS).get("best")


def merge_by_rank(lists: Iterable[Sequence[int]]) -> tuple[int, ...]:
    """Return the firsts of all lists, then the seconds, and so on, each product once."""
    ranks = chain.from_iterable(zip_longest(*lists))
    return tuple(dict.fromkeys(each for each in ranks if each is not None))


def _customer(row: CustomerLists) -> CustomerRow:
    return CustomerRow(
        for_you=row.for_you,
        categories=_by_interest(row.categories, row.for_you),
        buy_again=row.buy_again,
        bought=row.bought,
    )


def _by_interest(
    categories: Mapping[str, Sequence[int]], for_you: Sequence[int]
) -> dict[str, Sequence[int]]:
    """Order the categories by what their products are worth to the customer: JSON keeps none."""
    worth = {product_id: 1 / rank for rank, product_id in enumerate(for_you, start=1)}
    return dict(
        sorted(
            categories.items(),
            key=lambda each: (-sum(worth.get(id_, 0) for id_ in each[1]), each[0]),
        )
    )
