"""What the words of a query are taken for: their spelling, and how many of them must match."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tantivy import Occur, Query

from search.engines.tantivy.snapshot import Snapshot
from search.engines.tantivy.spelling import correct
from search.engines.tantivy.wording import (
    HEAD_FIELDS,
    TELLING_FIELDS,
    Unit,
    at_least,
    read_units,
    text_query,
    told_by,
    unit_query,
)

# With fewer products than this having all the words, those with most of them are found too.
ENOUGH = 10


@dataclass(frozen=True)
class Reading:
    """The scored query and what to tell about it; no query if there were no words."""

    query: Query | None = None
    did_you_mean: str | None = None
    is_corrected: bool = False
    unmatched: tuple[str, ...] = ()
    is_loosened: bool = False


def read(snapshot: Snapshot, text: str) -> Reading:
    spelling = correct(text, snapshot)
    # For a single word a guess is only offered: there is nothing else that speaks for it.
    guesses = spelling.guesses if len(spelling.text.split()) > 1 else {}
    units = read_units(spelling.text, snapshot, guesses)
    if not units:
        return Reading()
    unmatched = tuple(
        " ".join(unit.words)
        for unit in units
        if not snapshot.count(unit_query(replace(unit, guess="")))
    )
    parts = [unit_query(unit) for unit in units]
    required = _required(snapshot, parts)
    others = _others(snapshot, units, parts) if required < len(parts) else None
    query = text_query(units, required, others)
    guessed = any(unit.guess for unit in units)
    is_loosened = guessed or (
        required < len(parts) and snapshot.count(query) > _count_all(snapshot, parts)
    )
    return Reading(query, spelling.suggestion, spelling.is_corrected, unmatched, is_loosened)


def _required(snapshot: Snapshot, parts: Sequence[Query]) -> int:
    """Return how many units a product must have: all of them, or fewer if few have all."""
    for required in range(len(parts), 1, -1):
        if snapshot.count(at_least(parts, required)) >= ENOUGH:
            return required
    return 1


def _count_all(snapshot: Snapshot, parts: Sequence[Query]) -> int:
    return snapshot.count(at_least(parts, len(parts)))


def _others(snapshot: Snapshot, units: Sequence[Unit], parts: Sequence[Query]) -> Query | None:
    """Return what products without some of the words must match to be worth showing.

    Beside products with all words, only those of the kind that is looked for and those with the
    rarest word; else those with any word where it tells most, unless there are none.
    """
    heads = [unit for unit in units if unit.is_head]
    if heads and _count_all(snapshot, parts):
        rarest = min(units, key=lambda unit: snapshot.count(told_by([unit], TELLING_FIELDS)))
        either = [told_by(heads, HEAD_FIELDS), told_by([rarest], TELLING_FIELDS)]
        return Query.boolean_query([(Occur.Should, each) for each in either])
    telling = told_by(units, TELLING_FIELDS)
    return telling if snapshot.count(telling) else None
