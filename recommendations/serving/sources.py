"""What rows can be made of for one shopper: what a run learned, what was looked at, popularity."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext, gettext_noop

from orders.selectors import bought_product_ids
from recommendations.live import live_run_id
from recommendations.serving.groups import group_for
from recommendations.serving.lists import (
    EVERYWHERE,
    CustomerRow,
    customer_row,
    merge_by_rank,
    popular_lists,
    product_rows,
)
from recommendations.serving.recent import recent_products
from recommendations.serving.rows import Exclusions, Source
from recommendations.types import Group, Shopper, Strategy

PICKED_FOR_YOU = gettext_noop("Picked for you")
INSPIRED = gettext_noop("Inspired by what you looked at")
POPULAR_NOW = gettext_noop("Popular right now")
# So many of the last products looked at say what the shopper is after now.
LOOKED_BACK_AT = 6


@dataclass(frozen=True, kw_only=True)
class Knowledge:
    """What is known of a shopper when a page is asked for; `mine` only if the run has it."""

    shopper: Shopper
    group: Group
    run: int | None
    mine: CustomerRow | None
    seen: Sequence[int]
    excluded: Exclusions

    @classmethod
    def of(cls, shopper: Shopper, *, leaving_out: Iterable[int] = ()) -> Self:
        """Read it: a statement for the live run, the row, and what was bought since, at most."""
        run = live_run_id()
        mine = customer_row(run, shopper.customer_id)
        bought = frozenset(mine.bought if mine else ())
        if shopper.customer_id is not None:
            bought |= bought_product_ids(customer_id=shopper.customer_id)
        return cls(
            shopper=shopper,
            group=group_for(shopper),
            run=run,
            mine=mine,
            seen=recent_products(shopper.key),
            excluded=Exclusions(everywhere=frozenset(leaving_out), bought=bought),
        )


def personal(known: Knowledge) -> tuple[Source, ...]:
    """Return what the run learned of the customer."""
    if known.mine is None or not known.mine.for_you:
        return ()
    return (_learned(known, Strategy.PERSONAL, gettext(PICKED_FOR_YOU), known.mine.for_you),)


def session(known: Knowledge) -> tuple[Source, ...]:
    """Return what is like the products looked at last."""
    latest = known.seen[:LOOKED_BACK_AT]
    rows = product_rows(known.run, latest)
    alike = merge_by_rank(rows[each].similar for each in latest if each in rows)
    wanted = [each for each in alike if each not in known.seen]
    return (_learned(known, Strategy.SESSION, gettext(INSPIRED), wanted),) if wanted else ()


def seen(known: Knowledge) -> tuple[Source, ...]:
    """Return what was looked at last; no run is asked."""
    return (
        Source(
            strategy=Strategy.SESSION, title=gettext("Recently viewed"), product_ids=known.seen
        ),
    )


def beside(known: Knowledge, title: str, product_ids: Sequence[int]) -> tuple[Source, ...]:
    """Return a list of the product that is being looked at."""
    return (_learned(known, Strategy.SESSION, title, product_ids),)


def goes_with(known: Knowledge, product_ids: Sequence[int], title: str) -> tuple[Source, ...]:
    """Return what is bought in one basket with the products, then what is like them."""
    rows = product_rows(known.run, product_ids)
    held = [rows[each] for each in product_ids if each in rows]
    wanted = (
        *merge_by_rank(row.together for row in held),
        *merge_by_rank(row.similar for row in held),
    )
    return (_learned(known, Strategy.SESSION, title, wanted),) if wanted else ()


def popular(known: Knowledge, titles: Mapping[str, str]) -> dict[str, Source]:
    """Return what is popular in each category of which there is a list, by its path.

    `titles` has the title for each path.
    """
    lists = popular_lists(known.run, titles)
    return {
        path: Source(
            strategy=Strategy.POPULAR,
            title=title,
            product_ids=lists[path],
            url=f"/c/{path}/" if path else "",
        )
        for path, title in titles.items()
        if path in lists
    }


def popular_everywhere(known: Knowledge) -> tuple[Source, ...]:
    """Return what is popular in the whole shop."""
    return tuple(popular(known, {EVERYWHERE: gettext(POPULAR_NOW)}).values())


def own(
    known: Knowledge, title: str, product_ids: Sequence[int], *, url: str = ""
) -> tuple[Source, ...]:
    """Return one of the customer's other lists."""
    return (_learned(known, Strategy.PERSONAL, title, product_ids, url=url),)


def _learned(
    known: Knowledge, strategy: Strategy, title: str, product_ids: Sequence[int], *, url: str = ""
) -> Source:
    return Source(strategy=strategy, title=title, product_ids=product_ids, run=known.run, url=url)
