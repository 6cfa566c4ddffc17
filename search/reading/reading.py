"""What the words of a query are taken for: their spelling, and how many of them must match."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from search.reading.clauses import AtLeast, Clause, every, some
from search.reading.lexicon import Lexicon
from search.reading.spelling import correct
from search.reading.wording import (
    HEAD_FIELDS,
    TELLING_FIELDS,
    Unit,
    read_units,
    text_query,
    told_by,
    unit_query,
)

# With fewer products than this having all the words, those with most of them are found too.
ENOUGH = 10


@dataclass(frozen=True)
class Reading:
    """The scored query and what to tell about it; no query if there were no words.

    Where products without some of the words are found too, `whole` matches those with all.
    """

    query: Clause | None = None
    did_you_mean: str | None = None
    is_corrected: bool = False
    is_guessed: bool = False
    unmatched: tuple[str, ...] = ()
    whole: Clause | None = None


def read(text: str, lexicon: Lexicon) -> Reading:
    spelling = correct(text, lexicon)
    # For a single word a guess is only offered: there is nothing else that speaks for it.
    guesses = spelling.guesses if len(spelling.text.split()) > 1 else {}
    units = read_units(spelling.text, lexicon, guesses)
    if not units:
        return Reading()
    parts = tuple(unit_query(unit) for unit in units)
    required = _required(lexicon, units, parts)
    is_strict = required >= len(parts)
    others = None if is_strict else _others(lexicon, units, parts)
    return Reading(
        query=text_query(units, required, others),
        did_you_mean=spelling.suggestion,
        is_corrected=spelling.is_corrected,
        is_guessed=any(unit.guess for unit in units),
        unmatched=_unmatched(lexicon, units),
        whole=None if is_strict else every(parts),
    )


def _unmatched(lexicon: Lexicon, units: Sequence[Unit]) -> tuple[str, ...]:
    return tuple(
        " ".join(unit.words)
        for unit in units
        if not lexicon.count(unit_query(replace(unit, guess="")))
    )


def _required(lexicon: Lexicon, units: Sequence[Unit], parts: tuple[Clause, ...]) -> int:
    """Return how many units a product must have: all of them, or fewer if few have all."""
    levels = range(len(parts), 1, -1)
    lexicon.expect(AtLeast(parts, required) for required in levels)
    if levels:
        lexicon.expect(told_by([unit], TELLING_FIELDS) for unit in units)
    for required in levels:
        if lexicon.count(AtLeast(parts, required)) >= ENOUGH:
            return required
    return 1


def _others(lexicon: Lexicon, units: Sequence[Unit], parts: tuple[Clause, ...]) -> Clause | None:
    """Return what products without some of the words must match to be worth showing.

    Beside products with all words, only those of the kind that is looked for and those with the
    rarest word; else those with any word where it tells most, unless there are none.
    """
    heads = [unit for unit in units if unit.is_head]
    if heads and lexicon.count(every(parts)):
        rarest = min(units, key=lambda unit: lexicon.count(told_by([unit], TELLING_FIELDS)))
        return some([told_by(heads, HEAD_FIELDS), told_by([rarest], TELLING_FIELDS)])
    telling = told_by(units, TELLING_FIELDS)
    return telling if lexicon.count(telling) else None
