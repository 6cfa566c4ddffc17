"""What every search engine promises; run against each implementation there is."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.db import connection

from search.documents import SearchDocument, SearchVariant
from search.engines.base import Feature, SearchEngine
from search.engines.tantivy import TantivyEngine
from search.types import Facet, SearchQuery, SearchResult
from tests.factories.search import (
    MirroredSqlEngine,
    document,
    make_elasticsearch_engine,
    new_index_name,
    remove_indexes,
    variant,
)

pytestmark = pytest.mark.django_db(transaction=True)


def tantivy_engine(directory: Path) -> SearchEngine:
    return TantivyEngine(str(directory))


def sql_engine(directory: Path) -> SearchEngine:
    return MirroredSqlEngine()


def elasticsearch_engine(directory: Path) -> SearchEngine:
    return make_elasticsearch_engine(new_index_name())


IMPLEMENTATIONS: dict[str, Callable[[Path], SearchEngine]] = {
    "sql": sql_engine,
    "tantivy": tantivy_engine,
    "elasticsearch": elasticsearch_engine,
}


@pytest.fixture(
    params=["sql", "tantivy", pytest.param("elasticsearch", marks=pytest.mark.servers)]
)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchEngine]:
    built = IMPLEMENTATIONS[request.param](tmp_path / "search")
    needed = request.node.get_closest_marker("needs")
    if needed is not None and not set(needed.args) <= built.features:
        pytest.skip(f"{request.param} declares that it has no {', '.join(needed.args)}")
    built.setup()
    yield built
    if request.param == "elasticsearch":
        remove_indexes()


def find(engine: SearchEngine, text: str = "", **filters: Any) -> SearchResult:
    return engine.search(SearchQuery(text=text, **filters))


def ids(result: SearchResult) -> list[int]:
    return [hit.product_id for hit in result.hits]


def counts(result: SearchResult, code: str) -> dict[str, int]:
    facet = result.facet(code) or Facet(code=code, name="", values=())
    return {value.value: value.count for value in facet.values}


def boots() -> list[SearchDocument]:
    """Three products in stock in different places, in different colors and sizes."""
    return [
        document(
            1,
            title="Trail boot",
            brand="Nordlys",
            categories=("shoes", "shoes/boots"),
            attributes={"material": "Leather"},
            variants=[
                variant("B1-RED", price=9_000, options={"Color": "Red"}, warehouses=["RNO"]),
                variant("B1-BLUE", price=12_000, options={"Color": "Blue"}, warehouses=["ATL"]),
            ],
        ),
        document(
            2,
            title="Winter boot",
            brand="Nordlys",
            categories=("shoes", "shoes/boots"),
            attributes={"material": "Rubber"},
            variants=[
                variant("B2-RED", price=7_000, options={"Color": "Red"}, warehouses=["ATL"]),
                variant("B2-BLUE", price=8_000, options={"Color": "Blue"}, warehouses=[]),
            ],
        ),
        document(
            3,
            title="Garden boot",
            brand="Hedgerow",
            categories=("garden",),
            attributes={"material": "Rubber"},
            variants=[
                variant("B3", price=2_000, options={"Color": "Green"}, warehouses=["RNO", "ATL"])
            ],
        ),
    ]


class TestWords:
    def test_a_document_is_found_by_each_of_its_texts(self, engine: SearchEngine) -> None:
        engine.index(
            [
                document(
                    1,
                    title="Camp stove",
                    brand="Nordlys",
                    description="Boils a liter in minutes",
                    categories=("outdoor",),
                ),
                document(2, title="Reading lamp", brand="Lumen", categories=("home",)),
            ]
        )

        for text in (
            "camp",
            "STOVE",
            "Nordlys",
            "liter",
            "outdoor",
            "nordlys stove",
            "stove camp",
        ):
            assert ids(find(engine, text)) == [1], text

    @pytest.mark.needs(Feature.ALL_FACETS)
    def test_attributes_are_searched(self, engine: SearchEngine) -> None:
        engine.index([document(1, attributes={"material": "Merino"}), document(2)])

        assert ids(find(engine, "merino")) == [1]

    @pytest.mark.needs(Feature.STEMMING)
    def test_forms_of_a_word_are_one(self, engine: SearchEngine) -> None:
        engine.index([document(1, title="Running shoes"), document(2, title="Lamp")])

        assert ids(find(engine, "shoe run")) == [1]

    def test_a_title_says_more_than_a_description(self, engine: SearchEngine) -> None:
        engine.index(
            [
                document(1, title="Wooden table", description="Goes well with a lamp"),
                document(2, title="Lamp", description="Goes well with a table"),
            ]
        )

        assert ids(find(engine, "lamp"))[0] == 2
        assert ids(find(engine, "table"))[0] == 1

    def test_no_words_find_everything(self, engine: SearchEngine) -> None:
        engine.index(boots())

        assert find(engine).total == 3

    @pytest.mark.parametrize(
        "text",
        [
            "-", "*", "?:!", "title:boot AND (", '"boot', "boot^^~~", "[a TO", "\\", "+-&&||!",
            "boot OR NOT", "💥", "%%%s", "' OR 1=1 --", "the", "the of and", "a" * 200, "ß",
            "日本語", "e\u0301", "\u202eboot",
        ],
    )  # fmt: skip
    def test_nothing_typed_breaks_it(self, engine: SearchEngine, text: str) -> None:
        engine.index(boots())

        assert find(engine, text).total <= 3

    def test_words_of_any_script_are_found(self, engine: SearchEngine) -> None:
        engine.index([document(1, title="Café Zürich кофе"), document(2, title="Lamp")])

        for text in ("café", "zürich", "кофе"):
            assert ids(find(engine, text)) == [1], text


class TestPartNumbers:
    @pytest.mark.needs(Feature.CODES)
    @pytest.mark.parametrize(
        "text",
        ["CM1312NFI", "cm1312nfi", "CM-1312-NFI", "cm1312 nfi", "CM 1312 NFI", "CM1312-NFI"],
    )
    def test_a_part_number_is_found_in_every_spelling(
        self, engine: SearchEngine, text: str
    ) -> None:
        engine.index(
            [
                document(1, title="Laser printer CM1312NFI"),
                document(2, title="Laser printer CM1312"),
                document(3, title="Laser printer CP1215"),
            ]
        )

        assert ids(find(engine, text))[0] == 1

    @pytest.mark.needs(Feature.CODES)
    def test_a_sku_finds_its_variant(self, engine: SearchEngine) -> None:
        engine.index(boots())

        hit = find(engine, "b1-blue").hits[0]

        assert (hit.product_id, hit.sku) == (1, "B1-BLUE")

    @pytest.mark.needs(Feature.TYPOS)
    def test_the_beginning_of_a_part_number_is_enough(self, engine: SearchEngine) -> None:
        engine.index([document(1, title="Toner C8238A"), document(2, title="Toner D9999X")])

        assert ids(find(engine, "c8238")) == [1]


class TestSpelling:
    @pytest.fixture
    def stocked(self, engine: SearchEngine) -> SearchEngine:
        engine.index(
            [document(n, title=f"Wireless headphones model {n}") for n in range(1, 6)]
            + [document(n, title=f"Coffee maker series {n}") for n in range(6, 11)]
        )
        return engine

    @pytest.mark.needs(Feature.TYPOS)
    @pytest.mark.parametrize(
        "text",
        ["headpones", "haedphones", "headphnoes", "wirless headphones", "wireless hedphones"],
    )
    def test_a_misspelled_word_is_corrected_and_said_so(
        self, stocked: SearchEngine, text: str
    ) -> None:
        result = find(stocked, text)

        assert sorted(ids(result)) == [1, 2, 3, 4, 5]
        assert result.corrected
        assert result.did_you_mean is not None
        assert "headphones" in result.did_you_mean

    @pytest.mark.needs(Feature.TYPOS)
    def test_words_wrongly_joined_or_parted_are_mended(self, stocked: SearchEngine) -> None:
        assert find(stocked, "coffeemaker").did_you_mean == "coffee maker"
        assert find(stocked, "head phones").did_you_mean == "headphones"

    @pytest.mark.needs(Feature.TYPOS)
    def test_a_word_that_exists_is_left_alone(self, stocked: SearchEngine) -> None:
        stocked.index([document(20, title="Coffer for coins")])

        result = find(stocked, "coffer")

        assert ids(result) == [20]
        assert not result.corrected
        assert result.did_you_mean is None

    @pytest.mark.needs(Feature.TYPOS)
    def test_a_part_number_is_never_respelled(self, stocked: SearchEngine) -> None:
        stocked.index([document(20, title="Toner TN-2110"), document(21, title="Toner TN-2120")])

        assert find(stocked, "tn-2130").did_you_mean is None

    @pytest.mark.needs(Feature.TYPOS)
    @pytest.mark.parametrize("text", ["coffee grinder", "cofee griner"])
    def test_a_word_nobody_sells_is_named_and_not_replaced(
        self, stocked: SearchEngine, text: str
    ) -> None:
        stocked.index(
            [document(n, title=f"Ginger plate {n}") for n in range(20, 25)]
            + [document(n, title=f"Drum grater {n}") for n in range(30, 35)]
        )

        result = find(stocked, text)

        assert sorted(ids(result)) == [6, 7, 8, 9, 10]
        assert result.unmatched == (text.split()[1],)
        assert result.loosened
        assert result.did_you_mean in {None, "coffee griner"}

    @pytest.mark.needs(Feature.TYPOS)
    def test_an_english_word_alone_is_never_replaced(self, stocked: SearchEngine) -> None:
        stocked.index([document(20, description="When all is done")])

        result = find(stocked, "drone")

        assert (result.total, result.did_you_mean, result.unmatched) == (0, None, ("drone",))

    @pytest.mark.needs(Feature.TYPOS)
    def test_a_likely_slip_to_another_english_word_is_asked_about(
        self, stocked: SearchEngine
    ) -> None:
        stocked.index([document(n, title=f"Computer mouse {n}") for n in range(20, 25)])

        alone, beside = find(stocked, "muse"), find(stocked, "computer muse")

        assert (alone.total, alone.did_you_mean, alone.corrected) == (0, "mouse", False)
        assert (beside.total, beside.did_you_mean) == (5, "computer mouse")
        assert (beside.corrected, beside.unmatched) == (False, ("muse",))

    @pytest.mark.needs(Feature.TYPOS)
    def test_a_compound_is_parted_only_where_that_says_the_same(
        self, engine: SearchEngine
    ) -> None:
        engine.index(
            [document(n, title=f"Car pet seat {n}") for n in range(1, 6)]
            + [document(n, title=f"Oak book shelf {n}") for n in range(6, 11)]
        )

        assert find(engine, "carpet").did_you_mean is None
        assert find(engine, "bookshelf").did_you_mean == "book shelf"


class TestPartOfTheWords:
    @pytest.mark.needs(Feature.TYPOS)
    def test_products_with_all_words_come_first_then_those_of_the_kind(
        self, engine: SearchEngine
    ) -> None:
        engine.index(
            [
                document(1, title="Winter sledge"),
                document(2, title="Down jacket"),
                document(3, title="Down jacket", description="For winter"),
                document(4, title="Lamp", description="A jacket of glass"),
            ]
        )

        result = find(engine, "winter jacket")

        assert (ids(result)[0], set(ids(result))) == (3, {1, 2, 3})
        assert result.loosened
        assert result.unmatched == ()

    @pytest.mark.needs(Feature.TYPOS)
    def test_if_all_have_all_words_nothing_is_said(self, engine: SearchEngine) -> None:
        engine.index(boots())

        assert not find(engine, "winter boot red leather").unmatched
        assert not find(engine, "boot").loosened

    @pytest.mark.needs(Feature.TYPOS)
    def test_what_a_product_is_counts_more_than_what_it_goes_with(
        self, engine: SearchEngine
    ) -> None:
        engine.index(
            [
                document(1, title="Hiking socks", description="Thick, for boots"),
                document(2, title="Cairn", attributes={"kind": "Hiking boot"}),
            ]
        )

        assert ids(find(engine, "hiking boots")) == [2, 1]

    @pytest.mark.needs(Feature.TYPOS)
    def test_a_word_with_two_meanings_is_a_synonym_only_where_the_catalogue_uses_it_so(
        self, engine: SearchEngine
    ) -> None:
        engine.index([document(1, title="Laptop sleeve"), document(2, title="Paper notebook")])
        assert ids(find(engine, "laptop")) == [1]

        engine.index([document(n, title="Notebook laptop") for n in (3, 4, 5)])
        assert 2 in ids(find(engine, "laptop"))


class TestFilters:
    def test_a_category_holds_its_subtree(self, engine: SearchEngine) -> None:
        engine.index(boots())

        assert sorted(ids(find(engine, category="shoes"))) == [1, 2]
        assert sorted(ids(find(engine, category="shoes/boots"))) == [1, 2]
        assert ids(find(engine, category="shoe")) == []

    def test_values_of_one_filter_are_alternatives_and_filters_narrow(
        self, engine: SearchEngine
    ) -> None:
        engine.index(boots())

        assert find(engine, brands=("Nordlys", "Hedgerow")).total == 3
        assert ids(find(engine, brands=("Nordlys",), attributes={"material": ("Rubber",)})) == [2]
        assert find(engine, attributes={"material": ("Rubber", "Leather")}).total == 3

    def test_a_product_is_found_only_from_where_a_variant_is_in_stock(
        self, engine: SearchEngine
    ) -> None:
        engine.index(boots())

        assert sorted(ids(find(engine, warehouses=("RNO",)))) == [1, 3]
        assert sorted(ids(find(engine, warehouses=("ATL",)))) == [1, 2, 3]
        assert find(engine, warehouses=("DFW",)).total == 0
        assert find(engine, warehouses=()).total == 0
        assert find(engine, warehouses=None).total == 3

    def test_options_price_and_place_are_met_by_one_and_the_same_variant(
        self, engine: SearchEngine
    ) -> None:
        engine.index(boots())

        red_in_atlanta = find(engine, warehouses=("ATL",), options={"Color": ("Red",)})
        cheap_in_atlanta = find(engine, warehouses=("ATL",), price_max=9_000)
        cheap_and_blue = find(engine, options={"Color": ("Blue",)}, price_max=9_000)

        assert ids(red_in_atlanta) == [2]
        assert sorted(ids(cheap_in_atlanta)) == [2, 3]
        assert ids(cheap_and_blue) == [2]

    def test_the_hit_names_the_variant_that_meets_the_filters(self, engine: SearchEngine) -> None:
        engine.index(boots())

        atlanta = find(engine, "trail", warehouses=("ATL",))
        reno = find(engine, "trail", warehouses=("RNO",))

        assert [hit.sku for hit in atlanta.hits] == ["B1-BLUE"]
        assert [hit.sku for hit in reno.hits] == ["B1-RED"]

    def test_price_bounds_are_included(self, engine: SearchEngine) -> None:
        engine.index(boots())

        assert ids(find(engine, price_min=2_000, price_max=2_000)) == [3]
        assert find(engine, price_min=2_001, price_max=6_999).total == 0
        assert find(engine, price_min=12_001).total == 0

    def test_filters_it_knows_are_told(self, engine: SearchEngine) -> None:
        engine.index(boots())

        assert engine.has_filter("attr.material")
        assert engine.has_filter("opt.Color")
        assert not engine.has_filter("attr.Color")
        assert not engine.has_filter("opt.material")

    def test_filters_agree_with_a_plain_check_of_each_variant(self, engine: SearchEngine) -> None:
        random = Random(20_26)
        documents = [random_document(random, product_id) for product_id in range(1, 61)]
        engine.index(documents)

        for _ in range(60):
            query = random_query(random)
            expected = {each.product_id for each in documents if meets(each, query)}
            result = engine.search(query)
            assert set(ids(result)) == expected, query
            assert result.total == len(expected), query


class TestFacets:
    def test_brand_and_category_count_products(self, engine: SearchEngine) -> None:
        engine.index(boots())

        result = find(engine, "boot")

        assert counts(result, "brand") == {"Nordlys": 2, "Hedgerow": 1}
        assert counts(result, "category")["shoes"] == 2
        assert counts(result, "category")["garden"] == 1

    def test_facets_count_only_what_can_be_delivered(self, engine: SearchEngine) -> None:
        engine.index(boots())

        assert counts(find(engine, warehouses=("RNO",)), "brand") == {"Nordlys": 1, "Hedgerow": 1}

    @pytest.mark.needs(Feature.ALL_FACETS)
    def test_no_two_facets_have_the_same_name(self, engine: SearchEngine) -> None:
        engine.index(
            [
                document(
                    n,
                    attributes={"ruling": value},
                    variants=[variant(f"N{n}", options={"Ruling": value})],
                )
                for n, value in enumerate(("Lined", "Dotted"), start=1)
            ]
        )

        codes = [facet.code for facet in find(engine).facets if facet.name == "Ruling"]
        chosen = find(engine, attributes={"ruling": ("Lined",)}, options={"Ruling": ("Lined",)})

        assert codes == ["opt.Ruling"]
        assert chosen.facet("attr.ruling") is not None

    def test_a_selection_does_not_narrow_its_own_facet(self, engine: SearchEngine) -> None:
        engine.index(boots())

        result = find(engine, brands=("Hedgerow",))
        facet = result.facet("brand")

        assert result.total == 1
        assert counts(result, "brand") == {"Nordlys": 2, "Hedgerow": 1}
        assert facet is not None
        assert [each.value for each in facet.values if each.selected] == ["Hedgerow"]
        assert counts(result, "category") == {"garden": 1}

    @pytest.mark.needs(Feature.ALL_FACETS)
    def test_attributes_options_and_prices_are_facets(self, engine: SearchEngine) -> None:
        engine.index(boots())

        result = find(engine)

        assert counts(result, "attr.material") == {"Rubber": 2, "Leather": 1}
        assert counts(result, "opt.Color") == {"Red": 2, "Blue": 2, "Green": 1}
        assert counts(result, "price") == {"1000-2499": 1, "5000-9999": 2, "10000-19999": 1}

    @pytest.mark.needs(Feature.ALL_FACETS)
    def test_option_and_price_counts_are_of_deliverable_variants(
        self, engine: SearchEngine
    ) -> None:
        engine.index(boots())

        result = find(engine, warehouses=("ATL",))

        assert counts(result, "opt.Color") == {"Red": 1, "Blue": 1, "Green": 1}
        assert counts(result, "price") == {"1000-2499": 1, "5000-9999": 1, "10000-19999": 1}

    @pytest.mark.needs(Feature.ALL_FACETS)
    def test_each_facet_ignores_only_its_own_selection(self, engine: SearchEngine) -> None:
        engine.index(boots())

        result = find(engine, options={"Color": ("Red",)}, attributes={"material": ("Leather",)})

        assert ids(result) == [1]
        assert counts(result, "opt.Color") == {"Red": 1, "Blue": 1}
        assert counts(result, "attr.material") == {"Leather": 1, "Rubber": 1}

    @pytest.mark.needs(Feature.ALL_FACETS)
    def test_a_facet_tells_what_choosing_each_value_finds(self, engine: SearchEngine) -> None:
        random = Random(7)
        engine.index([random_document(random, product_id) for product_id in range(1, 61)])
        query = SearchQuery(warehouses=("W1", "W2"), page_size=100)

        for value, count in counts(engine.search(query), "opt.Size").items():
            chosen = find(engine, warehouses=("W1", "W2"), options={"Size": (value,)})
            assert chosen.total == count, value


class TestOrderAndPages:
    def test_sorted_by_the_price_of_the_variant_that_matches(self, engine: SearchEngine) -> None:
        engine.index(boots())

        def by(sort: str, **filters: Any) -> list[str]:
            return [hit.sku for hit in find(engine, sort=sort, **filters).hits]

        assert by("price_asc") == ["B3", "B2-RED", "B1-RED"]
        assert by("price_desc") == ["B1-RED", "B2-RED", "B3"]
        assert by("price_asc", options={"Color": ("Blue",)}) == ["B2-BLUE", "B1-BLUE"]
        assert by("price_desc", warehouses=("ATL",)) == ["B1-BLUE", "B2-RED", "B3"]

    def test_sorted_by_name_and_by_age(self, engine: SearchEngine) -> None:
        day = datetime(2026, 3, 1, tzinfo=UTC)
        engine.index(
            [
                document(1, title="bench", published_at=day + timedelta(days=1)),
                document(2, title="Arbor", published_at=day),
                document(3, title="Chair", published_at=day + timedelta(days=2)),
            ]
        )

        assert ids(find(engine, sort="name")) == [2, 1, 3]
        assert ids(find(engine, sort="newest")) == [3, 1, 2]

    @pytest.mark.parametrize("sort", ["relevance", "price_asc", "price_desc", "newest", "name"])
    def test_pages_hold_every_product_once(self, engine: SearchEngine, sort: str) -> None:
        for start in (1, 20, 40):  # several commits
            engine.index([document(n, title="Alike title") for n in range(start, start + 20)])

        pages = [find(engine, "alike", sort=sort, page=p, page_size=10) for p in range(1, 7)]

        found = [product_id for page in pages for product_id in ids(page)]
        assert sorted(found) == list(range(1, 60))
        assert {page.total for page in pages} == {59}
        assert {page.pages for page in pages} == {6}

    def test_a_page_beyond_the_end_is_empty(self, engine: SearchEngine) -> None:
        engine.index(boots())

        result = find(engine, page=1_000, page_size=100)

        assert (result.hits, result.total, result.pages) == ((), 3, 1)


class TestWriting:
    def test_an_older_revision_never_overwrites_a_newer_one(self, engine: SearchEngine) -> None:
        assert engine.index([document(1, revision=5, title="Fresh")]) == 1
        assert engine.index([document(1, revision=4, title="Stale")]) == 0

        assert find(engine, "stale").total == 0
        assert dict(engine.scan()) == {1: 5}

    def test_within_a_batch_the_newest_revision_stays(self, engine: SearchEngine) -> None:
        batch = [document(1, revision=n, title=f"Number{n}") for n in (2, 3, 1)]

        assert engine.index(batch) == 1

        assert find(engine, "number3").total == 1
        assert engine.state().count == 1

    def test_a_removed_product_stays_away_from_late_writes(self, engine: SearchEngine) -> None:
        engine.index([document(1, revision=3)])

        assert engine.delete({1: 4}) == 1
        assert engine.index([document(1, revision=3)]) == 0
        assert find(engine).total == 0
        assert list(engine.scan()) == []

        assert engine.index([document(1, revision=5)]) == 1
        assert find(engine).total == 1

    def test_a_late_removal_does_not_remove_a_newer_document(self, engine: SearchEngine) -> None:
        engine.index([document(1, revision=6)])

        assert engine.delete({1: 5}) == 0
        assert find(engine).total == 1

    def test_changed_stock_changes_what_is_found(self, engine: SearchEngine) -> None:
        engine.index([document(1, revision=1, variants=[variant("A", warehouses=["RNO"])])])
        engine.index([document(1, revision=2, variants=[variant("A", warehouses=["ATL"])])])

        assert find(engine, warehouses=("RNO",)).total == 0
        assert find(engine, warehouses=("ATL",)).total == 1

    def test_concurrent_writers_leave_the_newest_of_each(self, engine: SearchEngine) -> None:
        random = Random(3)
        batches = [
            [document(product_id, revision=revision) for product_id in range(1, 11)]
            for revision in range(1, 13)
        ]
        random.shuffle(batches)

        def write(batch: Sequence[SearchDocument]) -> int:
            try:
                return engine.index(batch)
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(write, batches))

        assert dict(engine.scan()) == dict.fromkeys(range(1, 11), 12)

    def test_the_state_tells_contents_apart(self, engine: SearchEngine) -> None:
        engine.index([document(1, revision=1), document(2, revision=1)])
        first = engine.state()
        engine.index([document(2, revision=2)])

        assert first.count == engine.state().count == 2
        assert first.checksum != engine.state().checksum

    def test_a_large_document_is_found_by_its_last_word(self, engine: SearchEngine) -> None:
        engine.index([document(1, description="filler " * 20_000 + "needle")])

        assert find(engine, "needle").total == 1

    def test_nothing_to_write_is_fine(self, engine: SearchEngine) -> None:
        assert engine.index([]) == 0
        assert engine.delete({}) == 0
        assert engine.delete({404: 1}) in {0, 1}
        assert find(engine).total == 0


class TestSuggestions:
    @pytest.mark.needs(Feature.SUGGESTIONS)
    def test_a_prefix_is_completed_by_phrases_categories_and_products(
        self, engine: SearchEngine
    ) -> None:
        engine.index(boots())

        found = engine.suggest("gar")

        assert [(each.kind, each.text, each.url) for each in found] == [
            ("query", "garden boot", None),
            ("category", "garden", "/c/garden/"),
            ("product", "Garden boot", "/p/product-3/B3/"),
        ]

    @pytest.mark.needs(Feature.SUGGESTIONS)
    def test_only_what_can_be_delivered_is_suggested(self, engine: SearchEngine) -> None:
        engine.index(boots())

        assert engine.suggest("winter", warehouses=("RNO",)) == []
        assert engine.suggest("winter", warehouses=("ATL",)) != []

    @pytest.mark.needs(Feature.SUGGESTIONS)
    @pytest.mark.parametrize("prefix", ["", " ", "(", "zzz", "💥", "\x1f", "a" * 200])
    def test_no_prefix_breaks_it(self, engine: SearchEngine, prefix: str) -> None:
        engine.index(boots())

        assert engine.suggest(prefix) == []


class TestRebuild:
    @pytest.mark.needs(Feature.REBUILD)
    def test_the_old_index_answers_until_the_new_one_is_promoted(
        self, engine: SearchEngine
    ) -> None:
        engine.index([document(1, title="Old")])
        draft = engine.begin_rebuild()
        draft.index([document(2, title="New")])

        assert ids(find(engine)) == [1]
        assert dict(draft.scan()) == {2: 1}

        draft.promote()

        assert ids(find(engine)) == [2]

    @pytest.mark.needs(Feature.REBUILD)
    def test_a_rebuild_can_be_rolled_back_and_forth(self, engine: SearchEngine) -> None:
        engine.index([document(1)])
        draft = engine.begin_rebuild()
        draft.index([document(2)])
        draft.promote()

        engine.roll_back()
        assert ids(find(engine)) == [1]

        engine.roll_back()
        assert ids(find(engine)) == [2]

    @pytest.mark.needs(Feature.REBUILD)
    def test_a_discarded_draft_changes_nothing(self, engine: SearchEngine) -> None:
        engine.index([document(1)])
        draft = engine.begin_rebuild()
        draft.index([document(2)])

        draft.discard()

        assert ids(find(engine)) == [1]

    @pytest.mark.needs(Feature.REBUILD)
    def test_discard_after_promote_leaves_the_live_index_alone(self, engine: SearchEngine) -> None:
        draft = engine.begin_rebuild()
        draft.index([document(1)])
        draft.promote()

        draft.discard()

        assert ids(find(engine)) == [1]
        assert engine.index([document(2)]) == 1
        assert ids(find(engine, sort="newest")) == [2, 1]

    @pytest.mark.needs(Feature.REBUILD)
    def test_discard_leaves_what_is_kept_for_roll_back_alone(self, engine: SearchEngine) -> None:
        draft = engine.begin_rebuild()
        draft.index([document(1)])
        draft.promote()
        engine.begin_rebuild().promote()

        draft.discard()
        engine.roll_back()

        assert ids(find(engine)) == [1]


def test_it_says_that_it_answers(engine: SearchEngine) -> None:
    status = engine.ping()

    assert status.answers
    assert status.name == "search"


WAREHOUSES = ("W1", "W2", "W3")
COLORS = ("Red", "Blue")
SIZES = ("S", "M", "L")


def random_document(random: Random, product_id: int) -> SearchDocument:
    variants = [
        variant(
            f"R{product_id}-{number}",
            price=random.randrange(1_000, 9_000, 500),
            options={"Color": random.choice(COLORS), "Size": random.choice(SIZES)},
            warehouses=[each for each in WAREHOUSES if random.random() < 0.3],
        )
        for number in range(random.randint(1, 3))
    ]
    brand = random.choice(["Nordlys", "Hedgerow"])
    return document(product_id, title="Random thing", brand=brand, variants=variants)


def random_query(random: Random) -> SearchQuery:
    def maybe(values: Sequence[str]) -> tuple[str, ...]:
        return tuple(random.sample(values, random.randint(1, 2)))

    options = {
        name: maybe(values)
        for name, values in (("Color", COLORS), ("Size", SIZES))
        if random.random() < 0.5
    }
    low, high = random.choice([(None, None), (2_000, None), (None, 6_000), (2_500, 5_000)])
    return SearchQuery(
        text=random.choice(["", "thing"]),
        options=options,
        warehouses=random.choice([None, maybe(WAREHOUSES)]),
        price_min=low,
        price_max=high,
        brands=random.choice([(), ("Nordlys",)]),
        page_size=100,
    )


def meets(each: SearchDocument, query: SearchQuery) -> bool:
    def fits(one: SearchVariant) -> bool:
        return (
            (query.warehouses is None or any(w in one.warehouses for w in query.warehouses))
            and all(one.options.get(name) in values for name, values in query.options.items())
            and (query.price_min is None or one.price_minor >= query.price_min)
            and (query.price_max is None or one.price_minor <= query.price_max)
        )

    is_brand = not query.brands or each.brand in query.brands
    return is_brand and any(fits(one) for one in each.variants)
