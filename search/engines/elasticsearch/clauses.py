"""Clauses in Elasticsearch's query language."""

from collections.abc import Sequence
from typing import Any

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

Query = dict[str, Any]

# Lucene leaves this constant factor out of BM25, k1 + 1; the flat bonuses are made for it.
BM25_FACTOR = 2.2
NONE: Query = {"match_none": {}}


def to_query(clause: Clause) -> Query:  # noqa: PLR0911 - one a kind
    match clause:
        case Word(field, word):
            return {"match": {field: {"query": word, "boost": BM25_FACTOR}}}
        case Phrase(field, words, slop):
            phrase = {"query": " ".join(words), "slop": slop, "boost": BM25_FACTOR}
            return {"match_phrase": {field: phrase}}
        case Code(code):
            return {"term": {"codes": {"value": code, "boost": BM25_FACTOR}}}
        case CodePrefix(prefix):
            return {"prefix": {"codes": {"value": prefix}}}
        case Best(parts, tie):
            return {"dis_max": {"queries": _all(parts), "tie_breaker": tie}}
        case AtLeast(parts, required):
            return _at_least(_all(parts), required)
        case Boosted(part, factor):
            return {"bool": {"must": [to_query(part)], "boost": factor}}
        case Flat(part, score):
            return {"constant_score": {"filter": to_query(part), "boost": score}}
        case Scored(must, should):
            return {"bool": {"must": _all(must), "should": _all(should)}}


def _all(clauses: Sequence[Clause]) -> list[Query]:
    return [to_query(each) for each in clauses]


def _at_least(parts: list[Query], required: int) -> Query:
    if not parts:
        return NONE
    if required >= len(parts):
        return {"bool": {"must": parts}}
    return {"bool": {"should": parts, "minimum_should_match": required}}
