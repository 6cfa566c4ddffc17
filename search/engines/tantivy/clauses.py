"""Clauses in Tantivy's own queries."""

from collections.abc import Sequence

import tantivy
from tantivy import Occur, Query

from search.analysis import stems
from search.engines.tantivy.schema import EXACT_FIELDS, schema
from search.reading.clauses import (
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
)

MOST_COMPLETIONS = 50


def term_of(clause: Word) -> str | None:
    """Return the term of the index that this word is; None for one no index keeps."""
    if clause.field in EXACT_FIELDS:
        return clause.word
    return next(iter(stems(clause.word)), None)


def to_query(clause: Clause, searcher: tantivy.Searcher) -> Query:  # noqa: PLR0911 - one a kind
    match clause:
        case Word(field):
            term = term_of(clause)
            return Query.term_query(schema(), field, term) if term else Query.empty_query()
        case Phrase():
            return _phrase(clause)
        case Code(code):
            return Query.term_query(schema(), "codes", code, index_option="basic")
        case CodePrefix(prefix):
            found = searcher.terms_with_prefix("codes", prefix, limit=MOST_COMPLETIONS)
            return Query.term_set_query(schema(), "codes", [term for term, _ in found])
        case Best(parts, tie):
            return Query.disjunction_max_query([to_query(each, searcher) for each in parts], tie)
        case AtLeast(parts, required):
            return _at_least([to_query(each, searcher) for each in parts], required)
        case Boosted(part, factor):
            return Query.boost_query(to_query(part, searcher), factor)
        case Flat(part, score):
            return Query.const_score_query(to_query(part, searcher), score)
        case Scored(must, should):
            clauses = [(Occur.Must, to_query(each, searcher)) for each in must]
            clauses += [(Occur.Should, to_query(each, searcher)) for each in should]
            return Query.boolean_query(clauses)


def _phrase(clause: Phrase) -> Query:
    terms = [stem for word in clause.words for stem in stems(word)]
    if len(terms) < len(clause.words):
        return Query.empty_query()
    return Query.phrase_query(schema(), clause.field, list(terms), clause.slop)


def _at_least(parts: Sequence[Query], required: int) -> Query:
    if required >= len(parts):
        return Query.boolean_query([(Occur.Must, part) for part in parts])
    return Query.boolean_query([(Occur.Should, part) for part in parts], required)
