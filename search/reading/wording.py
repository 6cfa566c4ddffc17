"""From typed words to a scored clause.

The words of a query are grouped into units: usually one word each, but a part number with its
dashes, a phrase that has a synonym, or a number and its unit of measure is one unit. A document
matches by units; how well a unit matches is told by the best of its readings.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from search.analysis import words
from search.reading.clauses import (
    NOTHING,
    AtLeast,
    Best,
    Boosted,
    Clause,
    Code,
    CodePrefix,
    Flat,
    Phrase,
    Scored,
    Word,
    every,
    some,
)
from search.reading.lexicon import Lexicon, has_digit
from search.synonyms import LONGEST_PHRASE, homonyms, synonyms
from search.text import STOP_WORDS, is_codelike, normalize_code

# Tuned on judged queries (docs/search.md): a title says most, a table of facts least.
FIELD_BOOSTS = {"title": 3.0, "brand": 2.0, "kind": 2.0, "details": 1.0, "facts": 0.8}
TIE = 0.3
CODE_BOOST = 3.0
SYNONYM_BOOST = 0.5
PHRASE_BOOST = 1.0
PHRASE_SLOP = 2
ALL_WORDS_BONUS = 15.0
# Among near equals, for what the query names: for "hiking boots", not what goes with boots.
HEAD_BONUS = 0.4
HEAD_FIELDS = ("title", "kind")
TELLING_FIELDS = ("title", "brand", "kind")
# Above any score text can reach: a document with more units always comes first.
UNIT_BONUS = 400.0
LONGEST_CODE_RUN = 3
# So many products must have a word and its homonymous synonym both.
TOGETHER_FROM = 3
# What follows one of these is not what is looked for: a case for a camera is a case.
PREPOSITIONS = frozenset({"for", "with", "without", "from", "in", "of", "on", "to", "by"})
SHORTEST_CODE_PREFIX = 4

Spelled = tuple[str, ...]


@dataclass(frozen=True)
class Unit:
    """Words that stand together, and the part number they spell if there is such a one.

    `guess` is what may have been meant by a word that makes the query match nothing.
    """

    words: tuple[str, ...]
    code: str | None = None
    code_prefix: str | None = None
    synonyms: tuple[Spelled, ...] = ()
    guess: str = ""
    is_head: bool = False


def read_units(text: str, lexicon: Lexicon, guesses: Mapping[str, str]) -> list[Unit]:
    """Return the units of a query; of words such as "the" only if there are no others."""
    chunks = [(chunk, found) for chunk in text.split() if (found := words(chunk))]
    telling = [each for each in chunks if each[1][0] not in STOP_WORDS or len(each[1]) > 1]
    units = [
        replace(unit, guess=guesses.get(" ".join(unit.words), ""))
        for unit in _units(telling or chunks, lexicon)
    ]
    head = _head([word for _, found in chunks for word in found], units)
    return [replace(unit, is_head=number == head) for number, unit in enumerate(units)]


def _head(spoken: Sequence[str], units: Sequence[Unit]) -> int | None:
    """Return which unit names the kind of thing: the last one before "for" and the like."""
    cut = next((at for at, word in enumerate(spoken) if at and word in PREPOSITIONS), len(spoken))
    before = set(spoken[:cut])
    named = [
        number
        for number, unit in enumerate(units)
        if before.issuperset(unit.words) and not any(map(has_digit, unit.words))
    ]
    return named[-1] if named else None


def _units(chunks: list[tuple[str, list[str]]], lexicon: Lexicon) -> Iterator[Unit]:
    position = 0
    while position < len(chunks):
        size, unit = _unit_at(chunks[position:], lexicon)
        yield unit
        position += size


def _unit_at(chunks: list[tuple[str, list[str]]], lexicon: Lexicon) -> tuple[int, Unit]:
    for size in range(min(LONGEST_CODE_RUN, len(chunks)), 0, -1):
        run = chunks[:size]
        spelled = tuple(word for _, found in run for word in found)
        code = normalize_code("".join(chunk for chunk, _ in run))
        if is_codelike(code) and lexicon.count(Code(code), likely=0):
            return size, Unit(spelled, code=code)
        if size <= LONGEST_PHRASE and spelled in synonyms():
            return size, Unit(spelled, synonyms=tuple(_synonyms(spelled, lexicon)))
    _, found = chunks[0]
    return 1, Unit(tuple(found), code_prefix=_code_prefix(chunks[0][0]))


def _synonyms(spelled: Spelled, lexicon: Lexicon) -> Iterator[Spelled]:
    """Yield what means the same here: what a homonym means, the catalogue tells."""
    for other in synonyms()[spelled]:
        is_plain = homonyms().isdisjoint((spelled, other))
        if is_plain or count_together((*spelled, *other), lexicon) >= TOGETHER_FROM:
            yield other


def _code_prefix(chunk: str) -> str | None:
    """Return an unknown part number as the beginning of others, if it says enough for that."""
    code = normalize_code(chunk)
    return code if len(code) >= SHORTEST_CODE_PREFIX and is_codelike(code) else None


def unit_query(unit: Unit) -> Clause:
    """Score a unit by its best reading, a little by the others."""
    readings = tuple(_readings(unit, tuple(FIELD_BOOSTS)))
    return readings[0] if len(readings) == 1 else Best(readings, TIE)


def _readings(unit: Unit, fields: Sequence[str]) -> Iterator[Clause]:
    yield _together(unit.words, fields)
    others = [*unit.synonyms, *([tuple(unit.guess.split())] if unit.guess else [])]
    for each in others:
        yield Boosted(_together(each, fields), SYNONYM_BOOST)
    if unit.code:
        yield Boosted(Code(unit.code), CODE_BOOST)
    if unit.code_prefix:
        yield Flat(CodePrefix(unit.code_prefix), CODE_BOOST)


def text_query(units: Sequence[Unit], required: int, others: Clause | None) -> Clause:
    """Match documents with at least `required` units, those with more before all others.

    A document without all units must match `others` as well, if that is given.
    """
    parts = tuple(unit_query(unit) for unit in units)
    must: list[Clause] = [AtLeast(parts, required)]
    if others is not None:
        must.append(Flat(some([every(parts), others]), 0.0))
    bonuses = [Flat(part, UNIT_BONUS) for part in parts if required < len(parts)]
    return Scored(tuple(must), (*bonuses, *_closeness(units)))


def told_by(units: Sequence[Unit], fields: Sequence[str]) -> Clause:
    """Match what has one of the units in one of the fields, or its part number."""
    return some(each for unit in units for each in _readings(unit, fields))


def count_together(texts: Sequence[str], lexicon: Lexicon) -> int:
    """Return how many products have all these words, facts left out."""
    return lexicon.count(every(Word("main", word) for word in words(" ".join(texts))))


def _closeness(units: Sequence[Unit]) -> Iterator[Clause]:
    """Prefer words side by side in the title, and all words outside the table of facts."""
    terms = [word for unit in units for word in words(" ".join(unit.words))]
    for unit in units:
        if unit.is_head and len(units) > 1:
            yield Flat(told_by([unit], HEAD_FIELDS), HEAD_BONUS)
    if len(terms) == 1:
        return
    for pair in pairwise(terms):
        yield Boosted(Phrase("title", pair, PHRASE_SLOP), PHRASE_BOOST)
    yield Flat(every(Word("main", term) for term in terms), ALL_WORDS_BONUS)


def _together(phrase: Sequence[str], fields: Sequence[str]) -> Clause:
    parts = [_word_query(word, fields) for word in words(" ".join(phrase))]
    if not parts:
        return NOTHING
    return parts[0] if len(parts) == 1 else every(parts)


def _word_query(word: str, fields: Sequence[str]) -> Clause:
    return Best(tuple(Boosted(Word(name, word), FIELD_BOOSTS[name]) for name in fields), TIE)
