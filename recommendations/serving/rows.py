"""Rows filled from their candidates: each from the best source that has enough for it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from recommendations.serving.supply import obtainable
from recommendations.types import Group, Pick, Place, Shelf, Shopper, Strategy

FEWEST = 4  # a shorter row looks like a mistake
# So many candidates are looked at for each place in a row, for some cannot be had, or not here;
# and as many more as other rows may have taken.
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

    `instead` is what the control group gets there, if the row can be filled at all.
    `is_history`: what the customer has bought is no reason to leave it out, and it chooses
    before the others, which can do without.
    """

    place: Place
    sources: tuple[Source, ...]
    instead: tuple[Source, ...]
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

    The first rows choose first, after those of history. Both groups have the same rows, or their
    numbers could not be compared. Two look-ups, however many rows.
    """
    plain = [
        replace(row, sources=row.instead, fewest=1, is_history=False)
        for row in (rows if group is Group.CONTROL else ())
    ]
    most = sum(row.length for row in rows)
    candidates = {
        id(row): [
            _candidates(source, excluded.of(row), most + row.length * CANDIDATES_PER_PLACE)
            for source in row.sources
        ]
        for row in (*rows, *plain)
    }
    asked = (id_ for sources in candidates.values() for ids in sources for id_ in ids)
    picks = obtainable(asked, warehouses=shopper.warehouses)
    filled = _fill_all(rows, candidates, picks, group)
    if group is Group.CONTROL:
        filled = _fill_all([plain[number] for number in sorted(filled)], candidates, picks, group)
    return [filled[number] for number in sorted(filled)]


def _fill_all(
    rows: Sequence[Row],
    candidates: Mapping[int, Sequence[Iterable[int]]],
    picks: Mapping[int, Pick],
    group: Group,
) -> dict[int, Shelf]:
    """Return the shelf of each row that can be filled, by its number."""
    filled: dict[int, Shelf] = {}
    used: set[int] = set()
    for number in sorted(range(len(rows)), key=lambda each: not rows[each].is_history):
        row = rows[number]
        shelf = _fill(row, candidates[id(row)], picks, used, group)
        if shelf is not None:
            used.update(pick.product_id for pick in shelf.picks)
            filled[number] = shelf
    return filled


def _fill(
    row: Row,
    candidates: Sequence[Iterable[int]],
    picks: Mapping[int, Pick],
    used: Collection[int],
    group: Group,
) -> Shelf | None:
    for source, ids in zip(row.sources, candidates, strict=True):
        chosen = [picks[id_] for id_ in ids if id_ in picks and id_ not in used][: row.length]
        if len(chosen) >= row.fewest:
            return Shelf(
                place=row.place,
                title=source.title,
                picks=tuple(chosen),
                strategy=source.strategy,
                group=group,
                run=source.run,
                url=source.url,
            )
    return None


def _candidates(source: Source, unwanted: Collection[int], most: int) -> list[int]:
    return [id_ for id_ in dict.fromkeys(source.product_ids) if id_ not in unwanted][:most]
