"""Rows filled from their candidates: each from the best source that has enough for it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from recommendations.serving.supply import obtainable
from recommendations.types import Group, Pick, Place, Shelf, Shopper, Strategy

FEWEST = 4  # a shorter row looks like a mistake
# So many candidates are looked at for each place in a row: some cannot be had, or not here.
CANDIDATES_PER_PLACE = 3


@dataclass(frozen=True, kw_only=True)
class Source:
    """One way to fill a row; `run` if what it has was learned."""

    strategy: Strategy
    title: str
    product_ids: Sequence[int]
    run: int | None = None
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row to be filled from the first of its sources that has `fewest` products left.

    `is_history`: what the customer has bought is no reason to leave it out, and it chooses
    before the others, which can do without.
    """

    place: Place
    sources: tuple[Source, ...]
    length: int
    fewest: int = FEWEST
    is_history: bool = False


@dataclass(frozen=True, kw_only=True)
class Exclusions:
    """What is not shown: `everywhere`, and `bought` only where that matters."""

    everywhere: frozenset[int] = frozenset()
    bought: frozenset[int] = frozenset()

    def of(self, row: Row) -> frozenset[int]:
        return self.everywhere if row.is_history else self.everywhere | self.bought


def fill_rows(
    rows: Sequence[Row], *, shopper: Shopper, group: Group, excluded: Exclusions
) -> list[Shelf]:
    """Return the shelves of the rows that can be filled, no product on two of them.

    The first rows choose first, after those of history. Two look-ups, however many rows.
    """
    candidates = dict.fromkeys(
        product_id
        for row in rows
        for source in row.sources
        for product_id in _candidates(row, source, excluded)
    )
    picks = obtainable(candidates, warehouses=shopper.warehouses)
    filled = dict(_filled(rows, picks, group, excluded))
    return [filled[number] for number in sorted(filled)]


def _filled(
    rows: Sequence[Row], picks: Mapping[int, Pick], group: Group, excluded: Exclusions
) -> Iterator[tuple[int, Shelf]]:
    """Yield the shelves by the numbers of their rows."""
    used: set[int] = set()
    for number, row in sorted(enumerate(rows), key=lambda each: not each[1].is_history):
        for source in row.sources:
            chosen = _choose(_candidates(row, source, excluded), picks, used)[: row.length]
            if len(chosen) >= row.fewest:
                used.update(pick.product_id for pick in chosen)
                yield number, _shelf(row, source, chosen, group)
                break


def _candidates(row: Row, source: Source, excluded: Exclusions) -> Sequence[int]:
    unwanted = excluded.of(row)
    wanted = [id_ for id_ in dict.fromkeys(source.product_ids) if id_ not in unwanted]
    return wanted[: row.length * CANDIDATES_PER_PLACE]


def _choose(
    candidates: Iterable[int], picks: Mapping[int, Pick], used: Collection[int]
) -> list[Pick]:
    return [picks[id_] for id_ in candidates if id_ in picks and id_ not in used]


def _shelf(row: Row, source: Source, chosen: Sequence[Pick], group: Group) -> Shelf:
    return Shelf(
        place=row.place,
        title=source.title,
        picks=tuple(chosen),
        strategy=source.strategy,
        group=group,
        run=source.run,
        url=source.url,
    )
