"""Offer terms: which variant can be had where."""

from search.documents import SearchVariant
from search.engines.tantivy.offers import ANYWHERE, offer_token, offer_tokens, offers_wanted
from search.types import SearchQuery


def variant(**options: str) -> SearchVariant:
    return SearchVariant(sku="A", options=options, price_minor=100, warehouses=("W1", "W2"))


def test_a_variant_leaves_a_term_for_each_place_and_subset_of_its_options() -> None:
    tokens, priced = offer_tokens([variant(Color="Red", Size="M")])

    assert len(tokens) == 3 * 4
    assert offer_token("W1", [("Color", "Red"), ("Size", "M")]) in tokens
    assert offer_token(ANYWHERE, [("Size", "M")]) in tokens
    assert offer_token("W3", []) not in tokens
    assert priced == {f"{token}{100:012d}" for token in tokens}


def test_many_options_leave_only_singles_and_pairs() -> None:
    tokens, _ = offer_tokens([variant(**{f"o{n}": "x" for n in range(10)})])

    assert len(tokens) == 3 * (1 + 10 + 45)


def test_two_variants_do_not_mix_their_options() -> None:
    tokens, _ = offer_tokens([variant(Color="Red", Size="M"), variant(Color="Blue", Size="L")])

    assert offer_token("W1", [("Color", "Red"), ("Size", "L")]) not in tokens


def test_a_query_asks_for_every_place_with_every_choice() -> None:
    query = SearchQuery(warehouses=("W1", "W2"))

    wanted = offers_wanted(query, {"Size": ("M", "L"), "Color": ("Red",)})

    assert len(wanted) == 4
    assert offer_token("W2", [("Color", "Red"), ("Size", "L")]) in wanted
    assert offers_wanted(SearchQuery(warehouses=()), {}) == []
    assert offers_wanted(SearchQuery(), {}) == [offer_token(ANYWHERE, [])]
