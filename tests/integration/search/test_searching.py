"""What the public search accepts and refuses."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import Settings

from search.errors import InvalidSearch, PageOutOfRange, UnknownFacet
from search.selectors import search_products, suggest
from search.types import SearchQuery
from tests.factories.catalog import make_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def kettles(drain_outbox: Callable[[], int]) -> list[int]:
    items = [
        make_product(
            title=f"Whistling kettle {name}",
            brand="Alder",
            category="Kitchen > Kettles",
            options={"Color": name},
            price_minor=1_000 * number,
        )
        for number, name in enumerate(("Red", "Blue", "Green"), start=1)
    ]
    drain_outbox()
    return [item.product_id for item in items]


def test_a_facet_that_does_not_exist_is_refused_by_name(kettles: list[int]) -> None:
    with pytest.raises(UnknownFacet) as refused:
        search_products(query=SearchQuery(attributes={"flavor": ("Mint",)}))

    assert refused.value.facet == "attr.flavor"
    assert "attr.flavor" in str(refused.value)

    with pytest.raises(UnknownFacet):
        search_products(query=SearchQuery(options={"Flavor": ("Mint",)}))


def test_a_value_that_does_not_exist_finds_nothing(kettles: list[int]) -> None:
    result = search_products(query=SearchQuery(options={"Color": ("Mauve",)}))

    assert result.total == 0
    facet = result.facet("opt.Color")
    assert facet is not None
    assert {each.value: each.count for each in facet.values if each.selected} == {"Mauve": 0}
    assert {each.value: each.count for each in facet.values if not each.selected} == {
        "Red": 1, "Blue": 1, "Green": 1,
    }  # fmt: skip


@pytest.mark.parametrize("page", [2, 99, 10_000])
def test_a_page_beyond_the_end_is_refused(kettles: list[int], page: int) -> None:
    with pytest.raises(PageOutOfRange) as refused:
        search_products(query=SearchQuery(text="kettle", page=page))

    assert (refused.value.page, refused.value.pages) == (page, 1)


def test_the_first_page_of_nothing_is_there(kettles: list[int]) -> None:
    result = search_products(query=SearchQuery(text="xylophone quartz"))

    assert (result.total, result.page, result.pages, result.hits) == (0, 1, 1, ())


@pytest.mark.parametrize(
    "bad",
    [
        {"page": 0},
        {"page": -1},
        {"page": 10**18},
        {"page_size": 0},
        {"page_size": 101},
        {"sort": "random"},
        {"price_min": -1},
        {"price_max": -5},
        {"price_min": 500, "price_max": 400},
        {"brands": tuple(f"b{n}" for n in range(51))},
    ],
)
def test_what_makes_no_sense_is_refused(kettles: list[int], bad: dict[str, object]) -> None:
    with pytest.raises(InvalidSearch) as refused:
        search_products(query=SearchQuery(**bad))  # type: ignore[arg-type]

    assert refused.value.fields


@pytest.mark.parametrize(
    "text",
    [
        "kettle " * 5_000,
        "k" * 10_000,
        '"kettle" AND (red OR -blue) title:[* TO *] ~2^5 \\',
        "kettle 🫖",
        "kettle\x00\x1b\ud800",
        "кettle",
        "the of and",
        "'; DROP TABLE search_searchrecord; --",
        "%",
        "\u200b",
    ],
)
def test_nothing_that_can_be_typed_breaks_a_search(kettles: list[int], text: str) -> None:
    assert search_products(query=SearchQuery(text=text)).total <= 3
    assert suggest(prefix=text) is not None


def test_huge_prices_are_fine(kettles: list[int]) -> None:
    query = SearchQuery(price_min=10**30)
    assert search_products(query=query).total == 0
    assert search_products(query=SearchQuery(price_min=0, price_max=10**30)).total == 3


def test_prefixes_are_completed(kettles: list[int]) -> None:
    found = suggest(prefix="whis", limit=5)

    assert found[0].text == "whistling kettle"
    assert found[0].kind == "query"
    assert any(each.kind == "product" and each.url for each in found)
    assert suggest(prefix="whis", limit=0) == []


class TestWithoutTheIndex:
    @pytest.fixture(autouse=True)
    def _index_is_gone(self, kettles: list[int], settings: Settings, tmp_path: Path) -> None:
        """Point the engine at something that is no directory."""
        nowhere = tmp_path / "file"
        nowhere.write_text("")
        backend = settings.STORES["search"]["BACKEND"]
        settings.STORES = {
            **settings.STORES,
            "search": {"BACKEND": backend, "OPTIONS": {"directory": str(nowhere / "index")}},
        }

    def test_exact_words_and_categories_are_still_found(self, kettles: list[int]) -> None:
        by_word = search_products(query=SearchQuery(text="kettles"))
        by_category = search_products(query=SearchQuery(category="kitchen", sort="price_desc"))

        assert by_word.degraded
        assert sorted(hit.product_id for hit in by_word.hits) == sorted(kettles)
        assert [hit.product_id for hit in by_category.hits] == kettles[::-1]

    def test_what_is_refused_stays_refused(self) -> None:
        with pytest.raises(UnknownFacet):
            search_products(query=SearchQuery(attributes={"flavor": ("Mint",)}))
        with pytest.raises(PageOutOfRange):
            search_products(query=SearchQuery(text="kettle", page=7))

    def test_nothing_is_suggested(self) -> None:
        assert suggest(prefix="ket") == []


def test_a_price_among_the_words_is_a_filter(kettles: list[int]) -> None:
    result = search_products(query=SearchQuery(text="kettle under $20"))

    assert sorted(hit.product_id for hit in result.hits) == kettles[:2]
    assert result.price_read == (None, 2_000)


def test_a_price_chosen_as_a_filter_wins_over_the_words(kettles: list[int]) -> None:
    result = search_products(query=SearchQuery(text="kettle under $20", price_min=2_500))

    assert [hit.product_id for hit in result.hits] == kettles[2:]
    assert result.price_read is None


def test_it_is_told_whether_what_is_not_found_exists_elsewhere(kettles: list[int]) -> None:
    unreached = search_products(query=SearchQuery(text="kettle", warehouses=()))
    unsold = search_products(query=SearchQuery(text="drone", warehouses=()))

    assert (unreached.total, unreached.total_elsewhere) == (0, 3)
    assert (unsold.total, unsold.total_elsewhere) == (0, 0)
