"""Home, categories, fixed files and what every page has."""

import pytest

from search.types import SearchResult
from tests.factories.recommendations import make_popular

pytestmark = pytest.mark.django_db


def test_home_shows_what_is_new_and_the_categories(client, sell):
    sell(title="Copper kettle", category="Kitchen > Kettles")

    answer = client.get("/")

    assert answer.status_code == 200
    [row] = answer.context["page"].rows
    assert (row.title, [card.title for card in row.cards]) == ("New arrivals", ["Copper kettle"])
    assert [(tile.name, tile.url) for tile in answer.context["page"].categories] == [
        ("Kitchen", "/c/kitchen/")
    ]


def test_home_of_an_empty_shop_still_opens(client):
    assert client.get("/").status_code == 200


def test_home_shows_no_product_twice(client, sell):
    popular = [sell(title=f"Copper kettle {number}") for number in range(4)]
    sell(title="Garden hose", sku="HOSE")
    make_popular([item.product_id for item in popular])

    rows = client.get("/").context["page"].rows

    assert [(row.title, [card.title for card in row.cards]) for row in rows] == [
        ("Popular right now", [item.title for item in popular]),
        ("New arrivals", ["Garden hose"]),
    ]


def test_a_category_shows_its_products_and_the_way_there(client, sell):
    sell(title="Copper kettle", category="Kitchen > Kettles")
    sell(title="Garden hose", category="Garden")

    answer = client.get("/c/kitchen/")

    assert [card.title for card in answer.context["results"].cards] == ["Copper kettle"]
    assert 'href="/c/kitchen/kettles/"' in answer.text
    crumbs = client.get("/c/kitchen/kettles/").context["crumbs"]
    assert [(crumb.name, crumb.url) for crumb in crumbs] == [
        ("Kitchen", "/c/kitchen/"),
        ("Kettles", ""),
    ]


@pytest.mark.parametrize("path", ["nothing", "kitchen/nothing", "kitchen//kettles", "%00", "../x"])
def test_a_category_that_does_not_exist_is_not_found(client, sell, path):
    sell(category="Kitchen > Kettles")

    assert client.get(f"/c/{path}/").status_code == 404


def test_a_search_that_runs_on_its_fallback_says_so(client, sell, settings):
    sell(title="Copper kettle")
    settings.STORES = settings.STORES | {
        "search": {"BACKEND": "tests.pages.storefront.engines.AbsentEngine"}
    }

    answer = client.get("/search/?q=kettle")

    assert [card.title for card in answer.context["results"].cards] == ["Copper kettle"]
    assert "Search is simpler than usual" in answer.text


def test_another_spelling_is_offered(client, settings):
    settings.STORES = settings.STORES | {
        "search": {"BACKEND": "tests.pages.storefront.engines.SpellingEngine"}
    }

    answer = client.get("/search/?q=ketle&sort=name")

    assert "Did you mean" in answer.text
    assert 'href="/search/?q=kettle&amp;sort=name"' in answer.text
    assert isinstance(answer.context["results"].total, int)
    assert SearchResult(hits=(), total=0).did_you_mean is None


def test_crawlers_are_kept_out_of_what_belongs_to_one_shopper(client):
    answer = client.get("/robots.txt")

    assert answer["Content-Type"] == "text/plain"
    assert "Disallow: /cart/" in answer.text


def test_an_unknown_address_has_a_page_of_its_own(client):
    answer = client.get("/no/such/page/")

    assert answer.status_code == 404
    assert "Nothing at this address" in answer.text


def test_pages_forbid_foreign_scripts_and_have_none_inline(client, sell):
    item = sell()

    for path in ("/", "/search/", item.url(), "/deliver-to/", "/design/"):
        answer = client.get(path)

        assert "default-src 'self'" in answer["Content-Security-Policy"]
        assert " style=" not in answer.text
        assert "<style" not in answer.text
        assert " onclick=" not in answer.text


def test_every_page_has_one_heading_and_a_way_past_the_header(client, sell):
    item = sell()

    for path in ("/", "/search/", item.url(), "/deliver-to/", "/nothing/"):
        text = client.get(path).text

        assert text.count("<h1") == 1
        assert 'class="skip-link" href="#main"' in text
        assert text.count("<main") == 1


def test_home_reads_the_products_of_all_its_rows_at_once(
    client, sell, deliver_to, django_assert_max_num_queries
):
    # More than the row of what is new can hold, or nothing is left for the others.
    for name in ("Kitchen", "Garden", "Home", "Pets") * 4:
        sell(title=f"{name} thing", category=name)
    deliver_to("94103")
    first = client.get("/")

    assert [row.title for row in first.context["page"].rows] == ["New arrivals", "Garden", "Home"]
    # Three searches in SQL take four each; documents one, promises two.
    # Of recommendations what is popular, the live run and the best category are asked for once.
    with django_assert_max_num_queries(15):
        client.get("/")


def test_home_says_where_nothing_is_delivered_and_shows_only_promised_days(
    client, sell, deliver_to
):
    sell(areas="9")
    assert "<text" not in client.get("/").text

    deliver_to("94103")
    page = client.get("/")
    assert "Start shopping" in page.text
    assert f">{page.context['page'].first_arrival:%a, %b} " in page.text

    deliver_to("00802")
    page = client.get("/")
    assert "We do not deliver there yet" in page.text
    assert "Start shopping" not in page.text
    assert "<text" not in page.text


def test_without_an_address_a_card_says_what_is_sold_out(client, sell):
    sell(title="Copper kettle", stock=0)
    sell(title="Steel kettle")

    cards = client.get("/search/").context["results"].cards

    assert {card.title: card.unreachable for card in cards} == {
        "Copper kettle": "Sold out",
        "Steel kettle": "",
    }
