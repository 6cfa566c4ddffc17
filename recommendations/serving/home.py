"""The rows of the start page.

A place is there for both groups under the same condition, or their numbers could not be compared:
the control group gets popular products where the others get what was learned.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from django.utils.translation import gettext, gettext_noop

from catalog.selectors import list_categories
from recommendations.serving.lists import EVERYWHERE, most_popular_category
from recommendations.serving.rows import Row, Source, fill_rows
from recommendations.serving.sources import (
    POPULAR_NOW,
    Knowledge,
    own,
    personal,
    popular,
    seen,
    session,
)
from recommendations.types import Place, Shelf, Shopper

CATEGORY_ROWS = 2
MORE_POPULAR = gettext_noop("More that is popular")


def home_shelves(shopper: Shopper, *, length: int, in_cart: Sequence[int] = ()) -> list[Shelf]:
    """Return the rows in the order to show them."""
    known = Knowledge.of(shopper, leaving_out=in_cart)
    names = _category_names(known)
    in_category = gettext("Popular in %(category)s")
    found = popular(
        known,
        {EVERYWHERE: gettext(POPULAR_NOW)}
        | {path: in_category % {"category": name} for path, name in names.items()},
    )
    everywhere = _at(found, EVERYWHERE)
    categories = list(_categories(known, names, found, length))
    rows = [
        *_for_you(known, everywhere, length),
        *(categories if known.mine else ()),
        *_history(known, everywhere, length),
        Row(place=Place.POPULAR, sources=everywhere, instead=everywhere, length=length),
        *(() if known.mine else categories),
    ]
    shelves = fill_rows(rows, shopper=shopper, group=known.group, excluded=known.excluded)
    return list(_told_apart(shelves))


def _history(known: Knowledge, everywhere: tuple[Source, ...], length: int) -> Iterator[Row]:
    again = known.mine.buy_again if known.mine else ()
    lists = {
        Place.BUY_AGAIN: own(known, gettext("Buy again"), again) if again else (),
        Place.RECENT: seen(known) if known.seen else (),
    }
    for place, learned in lists.items():
        if learned:
            yield Row(
                place=place,
                sources=learned,
                instead=everywhere,
                length=length,
                fewest=1,
                is_history=True,
            )


def _for_you(known: Knowledge, everywhere: tuple[Source, ...], length: int) -> Iterator[Row]:
    learned = (*personal(known), *session(known))
    if learned:
        yield Row(place=Place.FOR_YOU, sources=learned, instead=everywhere, length=length)


def _categories(
    known: Knowledge, names: Mapping[str, str], found: Mapping[str, Source], length: int
) -> Iterator[Row]:
    for path, name in names.items():
        listed = known.mine.categories.get(path, ()) if known.mine else ()
        title = gettext("For you in %(category)s") % {"category": name}
        learned = own(known, title, listed, url=f"/c/{path}/") if listed else ()
        plain = _at(found, path)
        yield Row(place=Place.CATEGORY, sources=(*learned, *plain), instead=plain, length=length)


def _category_names(known: Knowledge) -> dict[str, str]:
    """Return the categories to show, by path: the customer's, or else what everybody likes."""
    paths: Iterable[str | None] = (
        known.mine.categories if known.mine else [most_popular_category()]
    )
    names = {node.path: node.name for node in list_categories()}
    existing = ((path, names[path]) for path in paths if path in names)
    return dict(islice(existing, CATEGORY_ROWS))


def _at(found: Mapping[str, Source], path: str) -> tuple[Source, ...]:
    return (found[path],) if path in found else ()


def _told_apart(shelves: Iterable[Shelf]) -> Iterator[Shelf]:
    """Give a second row of the same list another title."""
    titles: set[str] = set()
    for shelf in shelves:
        yield replace(shelf, title=gettext(MORE_POPULAR)) if shelf.title in titles else shelf
        titles.add(shelf.title)
