"""From typed words to a scored Tantivy query.

The words of a query are grouped into units: usually one word each, but a part number with its
dashes, a phrase that has a synonym, or a number and its unit of measure is one unit. A document
matches by units; how well a unit matches is told by the best of its readings.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from tantivy import Occur, Query

from search.engines.tantivy.schema import schema, stems, words
from search.engines.tantivy.snapshot import Snapshot
from search.synonyms import LONGEST_PHRASE, Phrase, homonyms, synonyms
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
MOST_CODE_COMPLETIONS = 50


@dataclass(frozen=True)
class Unit:
    """Words that stand together, and the part number they spell if there is such a one.

    `guess` is what may have been meant by a word that makes the query match nothing.
    """

    words: tuple[str, ...]
    code: str | None = None
    code_completions: tuple[str, ...] = ()
    synonyms: tuple[Phrase, ...] = ()
    guess: str = ""
    is_head: bool = False


def read_units(text: str, snapshot: Snapshot, guesses: Mapping[str, str]) -> list[Unit]:
    """Return the units of a query; of words such as "the" only if there are no others."""
    chunks = [(chunk, found) for chunk in text.split() if (found := words(chunk))]
    telling = [each for each in chunks if each[1][0] not in STOP_WORDS or len(each[1]) > 1]
    units = [
        replace(unit, guess=guesses.get(" ".join(unit.words), ""))
        for unit in _units(telling or chunks, snapshot)
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
        if before.issuperset(unit.words) and not any(map(_has_digit, unit.words))
    ]
    return named[-1] if named else None


def _has_digit(word: str) -> bool:
    return any(char.isdigit() for char in word)


def _units(chunks: list[tuple[str, list[str]]], snapshot: Snapshot) -> Iterator[Unit]:
    position = 0
    while position < len(chunks):
        size, unit = _unit_at(chunks[position:], snapshot)
        yield unit
        position += size


def _unit_at(chunks: list[tuple[str, list[str]]], snapshot: Snapshot) -> tuple[int, Unit]:
    for size in range(min(LONGEST_CODE_RUN, len(chunks)), 0, -1):
        run = chunks[:size]
        spelled = tuple(word for _, found in run for word in found)
        code = normalize_code("".join(chunk for chunk, _ in run))
        if is_codelike(code) and snapshot.searcher.doc_freq("codes", code):
            return size, Unit(spelled, code=code)
        if size <= LONGEST_PHRASE and spelled in synonyms():
            return size, Unit(spelled, synonyms=tuple(_synonyms(spelled, snapshot)))
    _, found = chunks[0]
    return 1, Unit(tuple(found), code_completions=_complete(chunks[0][0], snapshot))


def _synonyms(spelled: Phrase, snapshot: Snapshot) -> Iterator[Phrase]:
    """Yield what means the same here: what a homonym means, the catalogue tells."""
    for other in synonyms()[spelled]:
        is_plain = homonyms().isdisjoint((spelled, other))
        if is_plain or count_together((*spelled, *other), snapshot) >= TOGETHER_FROM:
            yield other


def _complete(chunk: str, snapshot: Snapshot) -> tuple[str, ...]:
    """Return the part numbers that begin like this unknown one."""
    code = normalize_code(chunk)
    if len(code) < SHORTEST_CODE_PREFIX or not is_codelike(code):
        return ()
    found = snapshot.searcher.terms_with_prefix("codes", code, limit=MOST_CODE_COMPLETIONS)
    return tuple(term for term, _ in found)


def unit_query(unit: Unit) -> Query:
    """Score a unit by its best reading, a little by the others."""
    readings = list(_readings(unit, tuple(FIELD_BOOSTS)))
    return readings[0] if len(readings) == 1 else Query.disjunction_max_query(readings, TIE)


def _readings(unit: Unit, fields: Sequence[str]) -> Iterator[Query]:
    yield _together(unit.words, fields)
    others = [*unit.synonyms, *([tuple(unit.guess.split())] if unit.guess else [])]
    for each in others:
        yield Query.boost_query(_together(each, fields), SYNONYM_BOOST)
    if unit.code:
        code = Query.term_query(schema(), "codes", unit.code, index_option="basic")
        yield Query.boost_query(code, CODE_BOOST)
    if unit.code_completions:
        codes = Query.term_set_query(schema(), "codes", list(unit.code_completions))
        yield Query.const_score_query(codes, CODE_BOOST)


def text_query(units: Sequence[Unit], required: int, others: Query | None) -> Query:
    """Match documents with at least `required` units, those with more before all others.

    A document without all units must match `others` as well, if that is given.
    """
    parts = [unit_query(unit) for unit in units]
    clauses = [(Occur.Must, at_least(parts, required))]
    if others is not None:
        worthy = Query.boolean_query(
            [(Occur.Should, at_least(parts, len(parts))), (Occur.Should, others)]
        )
        clauses += [(Occur.Must, Query.const_score_query(worthy, 0.0))]
    for more in range(required + 1, len(parts) + 1):
        bonus = Query.const_score_query(at_least(parts, more), UNIT_BONUS)
        clauses += [(Occur.Should, bonus)]
    clauses += [(Occur.Should, each) for each in _closeness(units)]
    return Query.boolean_query(clauses)


def told_by(units: Sequence[Unit], fields: Sequence[str]) -> Query:
    """Match what has one of the units in one of the fields, or its part number."""
    readings = [each for unit in units for each in _readings(unit, fields)]
    return Query.boolean_query([(Occur.Should, each) for each in readings])


def count_together(texts: Sequence[str], snapshot: Snapshot) -> int:
    """Return how many products have all these words, facts left out."""
    terms = stems(" ".join(texts))
    clauses = [(Occur.Must, Query.term_query(schema(), "main", term)) for term in terms]
    return snapshot.count(Query.boolean_query(clauses))


def at_least(parts: Sequence[Query], required: int) -> Query:
    if required >= len(parts):
        return Query.boolean_query([(Occur.Must, part) for part in parts])
    return Query.boolean_query([(Occur.Should, part) for part in parts], required)


def _closeness(units: Sequence[Unit]) -> Iterator[Query]:
    """Prefer words side by side in the title, and all words outside the table of facts."""
    terms = [stem for unit in units for stem in stems(" ".join(unit.words))]
    for unit in units:
        if unit.is_head and len(units) > 1:
            yield Query.const_score_query(told_by([unit], HEAD_FIELDS), HEAD_BONUS)
    if len(terms) == 1:
        return
    for pair in pairwise(terms):
        near = Query.phrase_query(schema(), "title", list(pair), PHRASE_SLOP)
        yield Query.boost_query(near, PHRASE_BOOST)
    everywhere = [(Occur.Must, Query.term_query(schema(), "main", term)) for term in terms]
    yield Query.const_score_query(Query.boolean_query(everywhere), ALL_WORDS_BONUS)


def _together(phrase: Sequence[str], fields: Sequence[str]) -> Query:
    terms = stems(" ".join(phrase))
    if not terms:
        return Query.empty_query()
    parts = [_word_query(term, fields) for term in terms]
    return parts[0] if len(parts) == 1 else at_least(parts, len(parts))


def _word_query(term: str, fields: Sequence[str]) -> Query:
    return Query.disjunction_max_query(
        [
            Query.boost_query(Query.term_query(schema(), name, term), FIELD_BOOSTS[name])
            for name in fields
        ],
        TIE,
    )
