"""Facets with counts over everything that matches, not only the page shown.

A facet's own selection does not narrow its own counts: each value tells how many products one
would see with it chosen, given all the other filters. Counts of options and prices are made
from offers, so that they too mean a variant that can be delivered.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from tantivy import Occur, Query

from search.engines.tantivy.offers import offer_query, offers_wanted, price_clause
from search.engines.tantivy.schema import SEPARATOR, schema
from search.engines.tantivy.snapshot import Snapshot, live_query
from search.prices import PRICE_RANGES
from search.types import Facet, FacetValue, SearchQuery

MOST_TERMS = 2000
MOST_VALUES = 30
MOST_ATTRIBUTES = 8
MOST_OPTION_FACETS = 4
# An attribute that so few of the products found have is no help in choosing among them.
LEAST_COVERAGE = 0.08
ALL_VALUES = 500

Counts = Mapping[str, int]
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
        answers = self._ask(self._requests())
        facets = [self._category(answers), self._brand(answers), self._price(answers)]
        options = self._options(answers)
        facets += options
        facets += self._attributes(answers, total, {facet.name for facet in options})
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

    def _category(self, answers: Answers) -> Facet:
        counts = _buckets(answers["category"])
        found: dict[str, tuple[str, int]] = {}
        for key, count in counts.items():
            path, name = key.split(SEPARATOR)
            known = found.get(path, (name, 0))
            found[path] = (known[0], known[1] + count)
        values = [
            FacetValue(value=path, label=name, count=count, selected=path == self.query.category)
            for path, (name, count) in found.items()
            if _is_near(path, self.query.category)
        ]
        return Facet(code="category", name="Category", values=_sorted(values))

    def _brand(self, answers: Answers) -> Facet:
        counts = _buckets(answers["brand"])
        return Facet(code="brand", name="Brand", values=_values(counts, self.query.brands))

    def _price(self, answers: Answers) -> Facet:
        counts = {
            each.value: answers[each.value]["doc_count"]
            for each in PRICE_RANGES
            if each.value in answers
        }
        chosen = (self.query.price_min or 0, self.query.price_max)
        has_choice = self.query.price_min is not None or self.query.price_max is not None
        values = [
            FacetValue(
                value=each.value,
                label=each.label(settings.SHOP_CURRENCY),
                count=counts.get(each.value, 0),
                selected=has_choice and chosen == (each.low, each.high),
            )
            for each in PRICE_RANGES
        ]
        return Facet(
            code="price", name="Price", values=tuple(v for v in values if v.count or v.selected)
        )

    def _options(self, answers: Answers) -> list[Facet]:
        offered: dict[str, list[str]] = defaultdict(list)
        for key in _buckets(answers["options"]):
            name, value = key.split(SEPARATOR)
            offered[name].append(value)
        chosen = self.query.options
        names = sorted(offered, key=lambda name: (name not in chosen, -len(offered[name]), name))
        return [self._option(name, offered[name]) for name in names[:MOST_OPTION_FACETS]]

    def _option(self, name: str, values: Sequence[str]) -> Facet:
        others = {each: chosen for each, chosen in self.query.options.items() if each != name}
        query = replace(self.query, options=others)
        requests = [
            Request(value, query, {"filter": self._offer_clause(tokens)})
            for value in values[:ALL_VALUES]
            if (tokens := offers_wanted(query, {**others, name: (value,)}))
        ]
        counts = {value: found["doc_count"] for value, found in self._ask(requests).items()}
        chosen = self.query.options.get(name, ())
        return Facet(code=f"opt.{name}", name=name, values=_values(counts, chosen))

    def _offer_clause(self, tokens: Sequence[str]) -> str:
        low, high = self.query.price_min, self.query.price_max
        if low is not None or high is not None:
            return price_clause(tokens, low, high)
        return f"({' OR '.join(f'offers:{token}' for token in tokens)})"

    def _attributes(self, answers: Answers, total: int, taken: Collection[str]) -> list[Facet]:
        """Return the attributes most products have; of one name with an option, the option."""
        chosen = self.query.attributes
        facets = [self._attribute(code, _buckets(answers[f"attr.{code}"])) for code in chosen]
        shared = _buckets(answers["attributes"])
        by_code: dict[str, dict[str, int]] = defaultdict(dict)
        for key, count in shared.items():
            by_code[key.split(SEPARATOR)[0]][key] = count
        useful = {
            code: sum(counts.values())
            for code, counts in by_code.items()
            if code not in chosen
            and len(counts) > 1
            and sum(counts.values()) >= LEAST_COVERAGE * total
        }
        ranked = sorted(useful, key=lambda code: (-useful[code], code))
        names = {name.casefold() for name in taken} | {each.name.casefold() for each in facets}
        for code in ranked:
            if len(facets) >= MOST_ATTRIBUTES:
                break
            facet = self._attribute(code, by_code[code])
            if facet.name.casefold() not in names:
                names.add(facet.name.casefold())
                facets.append(facet)
        return facets

    def _attribute(self, code: str, counts: Counts) -> Facet:
        own = {key: count for key, count in counts.items() if key.split(SEPARATOR)[0] == code}
        name = next((key.split(SEPARATOR)[1] for key in own), code)
        by_value: dict[str, int] = defaultdict(int)
        for key, count in own.items():
            by_value[key.split(SEPARATOR)[2]] += count
        values = _values(by_value, self.query.attributes.get(code, ()))
        return Facet(code=f"attr.{code}", name=name, values=values)


def _terms(field: str) -> dict[str, Any]:
    return {"terms": {"field": field, "size": MOST_TERMS}}


def _buckets(answer: Mapping[str, Any]) -> Counts:
    return {bucket["key"]: bucket["doc_count"] for bucket in answer["buckets"]}


def _without(query: SearchQuery, code: str) -> SearchQuery:
    others = {each: values for each, values in query.attributes.items() if each != code}
    return replace(query, attributes=others)


def _is_near(path: str, chosen: str | None) -> bool:
    """Offer roots when browsing everything; else the way to the choice, its children, siblings."""
    parent = path.rpartition("/")[0]
    if not parent:
        return True
    if chosen is None:
        return False
    is_on_the_way = chosen == path or chosen.startswith(f"{path}/")
    return is_on_the_way or parent in {chosen, chosen.rpartition("/")[0]}


def _values(counts: Counts, chosen: Sequence[str]) -> tuple[FacetValue, ...]:
    every = {**counts, **{value: counts.get(value, 0) for value in chosen}}
    values = [
        FacetValue(value=value, label=value, count=count, selected=value in chosen)
        for value, count in every.items()
        if count or value in chosen
    ]
    return _sorted(values)


def _sorted(values: Iterable[FacetValue]) -> tuple[FacetValue, ...]:
    ordered = sorted(values, key=lambda each: (not each.selected, -each.count, each.label))
    return tuple(ordered[:MOST_VALUES])
