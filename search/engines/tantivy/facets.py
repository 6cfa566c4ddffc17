"""Facets with counts over everything that matches, not only the page shown.

A facet's own selection does not narrow its own counts: each value tells how many products one
would see with it chosen, given all the other filters. Counts of options and prices are made
from offers, so that they too mean a variant that can be delivered.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tantivy import Occur, Query

from search.contents import SEPARATOR
from search.engines.tantivy.offers import offer_query, offers_wanted, price_clause
from search.engines.tantivy.schema import schema
from search.engines.tantivy.snapshot import Snapshot, live_query
from search.facets import (
    Counts,
    attribute_facets,
    brand_facet,
    category_facet,
    option_facet,
    option_names,
    price_facet,
)
from search.prices import PRICE_RANGES
from search.types import Facet, SearchQuery

MOST_TERMS = 2000
ALL_VALUES = 500

Answers = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Request:
    """Something to count among the products that match `query`, in Tantivy's terms."""

    name: str
    query: SearchQuery
    wanted: dict[str, Any]


@dataclass(frozen=True)
class FacetCounter:
    """Counts for one query: `text` is its text part, None for browsing."""

    snapshot: Snapshot
    query: SearchQuery
    text: Query | None

    def matching(self, query: SearchQuery | None = None) -> Query:
        """Return the query with all filters: of this query, or of a variation of it."""
        query = query or self.query
        clauses = [(Occur.Must, live_query())]
        if self.text is not None:
            clauses.append((Occur.Must, self.text))
        filters = (Query.const_score_query(each, 0.0) for each in self._filters(query))
        clauses += [(Occur.Must, each) for each in filters]
        return Query.boolean_query(clauses)

    def facets(self, total: int) -> tuple[Facet, ...]:
        answers, query = self._ask(self._requests()), self.query
        options = self._options(answers)
        shared = _buckets(answers["attributes"])
        own = {code: _buckets(answers[f"attr.{code}"]) for code in query.attributes}
        facets = [
            category_facet(_buckets(answers["category"]), query.category),
            brand_facet(_buckets(answers["brand"]), query.brands),
            self._price(answers),
            *options,
            *attribute_facets(shared, own, query, total, [facet.name for facet in options]),
        ]
        return tuple(facet for facet in facets if facet.values)

    def _requests(self) -> Iterator[Request]:
        """Yield what to count, each without the facet's own selection."""
        query = self.query
        yield Request("category", replace(query, category=None), _terms("category_facet"))
        yield Request("brand", replace(query, brands=()), _terms("brand_facet"))
        yield Request("options", replace(query, options={}), _terms("option_facet"))
        yield Request("attributes", query, _terms("attribute_facet"))
        for code in query.attributes:
            yield Request(f"attr.{code}", _without(query, code), _terms("attribute_facet"))
        any_price = replace(query, price_min=None, price_max=None)
        tokens = offers_wanted(any_price, query.options)
        for each in PRICE_RANGES if tokens else ():
            clause = price_clause(tokens, each.low, each.high)
            yield Request(each.value, any_price, {"filter": clause})

    def _ask(self, requests: Iterable[Request]) -> Answers:
        """Count everything that has the same filters in one pass over the matches."""
        passes: list[tuple[SearchQuery, list[Request]]] = []
        for request in requests:
            known = next((group for query, group in passes if query == request.query), None)
            if known is None:
                passes.append((request.query, [request]))
            else:
                known.append(request)
        answers: Answers = {}
        for query, group in passes:
            wanted = {str(number): request.wanted for number, request in enumerate(group)}
            found = self.snapshot.searcher.aggregate(self.matching(query), wanted)
            answers |= {each.name: found[str(number)] for number, each in enumerate(group)}
        return answers

    def _filters(self, query: SearchQuery) -> Iterable[Query]:
        if query.category is not None:
            yield Query.term_query(schema(), "category", query.category, index_option="basic")
        if query.brands:
            yield Query.term_set_query(schema(), "brand_is", list(query.brands))
        for code, values in query.attributes.items():
            wanted = [SEPARATOR.join([code, value]) for value in values]
            yield Query.term_set_query(schema(), "attribute_is", wanted)
        offers = offer_query(self.snapshot.index, query, query.options)
        if offers is not None:
            yield offers

    def _price(self, answers: Answers) -> Facet:
        values = [each.value for each in PRICE_RANGES if each.value in answers]
        counts = {value: answers[value]["doc_count"] for value in values}
        return price_facet(counts, self.query)

    def _options(self, answers: Answers) -> list[Facet]:
        offered: dict[str, list[str]] = defaultdict(list)
        for key in _buckets(answers["options"]):
            name, value = key.split(SEPARATOR)
            offered[name].append(value)
        names = option_names(offered, self.query.options)
        return [self._option(name, offered[name]) for name in names]

    def _option(self, name: str, values: Sequence[str]) -> Facet:
        others = {each: chosen for each, chosen in self.query.options.items() if each != name}
        query = replace(self.query, options=others)
        requests = [
            Request(value, query, {"filter": self._offer_clause(tokens)})
            for value in values[:ALL_VALUES]
            if (tokens := offers_wanted(query, {**others, name: (value,)}))
        ]
        counts = {value: found["doc_count"] for value, found in self._ask(requests).items()}
        return option_facet(name, counts, self.query.options.get(name, ()))

    def _offer_clause(self, tokens: Sequence[str]) -> str:
        low, high = self.query.price_min, self.query.price_max
        if low is not None or high is not None:
            return price_clause(tokens, low, high)
        return f"({' OR '.join(f'offers:{token}' for token in tokens)})"


def _terms(field: str) -> dict[str, Any]:
    return {"terms": {"field": field, "size": MOST_TERMS}}


def _buckets(answer: Mapping[str, Any]) -> Counts:
    return {bucket["key"]: bucket["doc_count"] for bucket in answer["buckets"]}


def _without(query: SearchQuery, code: str) -> SearchQuery:
    others = {each: values for each, values in query.attributes.items() if each != code}
    return replace(query, attributes=others)
