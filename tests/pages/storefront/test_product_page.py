"""The product page."""

import json
import re

import pytest

from catalog.services import retire_product
from catalog.types import VariantInput
from shop.core import stream
from tests.factories.catalog import make_draft, project_product
from tests.factories.logistics import put_stock

pytestmark = pytest.mark.django_db

TWO_BY_TWO = tuple(
    VariantInput(sku=f"K-{color}-{size}", price_minor=3900, options={"Color": color, "Size": size})
    for color, size in [("Moss", "S"), ("Moss", "L"), ("Slate", "S")]
)


def recorded():
    """Return what was recorded since it was last asked for, by whatever test."""
    found = []
    while entries := stream.read_group("test", "test", count=1000, block_ms=0):
        found += [(entry.event["kind"], entry.event.get("sku")) for entry in entries]
    return found


@pytest.mark.usefixtures("at_noon")
def test_the_page_shows_price_promise_and_a_button(client, sell, deliver_to):
    item = sell(title="Copper kettle", brand="Northfell", price_minor=3900, compare_at_minor=4800)
    deliver_to("94103")

    answer = client.get(item.url())

    assert answer.status_code == 200
    assert "Copper kettle" in answer.text
    assert "$39.00" in answer.text
    assert "$48.00" in answer.text
    assert "\u221219 %" in answer.text
    assert "Arrives Tuesday, November 24" in answer.text
    assert "if ordered within 3 h 0 min" in answer.text
    assert "Delivery $5.00." in answer.text
    assert 'action="/cart/lines/"' in answer.text


def test_where_it_cannot_go_it_is_not_sold(client, sell, deliver_to):
    item = sell(areas="1")
    deliver_to("94103")

    answer = client.get(item.url())

    assert "Not deliverable to 94103 San Francisco" in answer.text
    assert 'action="/cart/lines/"' not in answer.text


@pytest.mark.parametrize(("stock", "most"), [(3, 3), (5, 5), (6, 6), (500, 99)])
def test_no_more_can_be_asked_for_than_is_left(client, sell, deliver_to, stock, most):
    item = sell(stock=stock)

    anywhere = client.get(item.url())
    deliver_to("94103")
    here = client.get(item.url())

    for answer in (anywhere, here):
        assert f'max="{most}"' in answer.text
        assert (f"Only {stock} left" in answer.text) is (stock <= 5)


def test_sold_out_is_told_apart_from_not_deliverable(client, sell, deliver_to):
    item = sell(stock=0)
    deliver_to("94103")

    answer = client.get(item.url())

    assert "Sold out at the moment" in answer.text
    assert 'action="/cart/lines/"' not in answer.text


def test_without_an_address_it_asks_for_one(client, sell):
    item = sell()

    answer = client.get(item.url())

    assert "Tell us your ZIP code" in answer.text
    assert f'href="/deliver-to/?next={item.url().replace("/", "%2F")}"' in answer.text


def test_each_option_leads_to_the_sibling_that_changes_least(client, sell):
    item = sell(title="Copper kettle", variants=TWO_BY_TWO)

    color, size = client.get(item.url("K-Moss-L")).context["page"].options

    assert [(c.value, c.url, c.is_current, c.is_exact) for c in size.choices] == [
        ("S", item.url("K-Moss-S"), False, True),
        ("L", item.url("K-Moss-L"), True, True),
    ]
    assert [(c.value, c.url, c.is_current, c.is_exact) for c in color.choices] == [
        ("Moss", item.url("K-Moss-L"), True, True),
        ("Slate", item.url("K-Slate-S"), False, False),
    ]


def test_a_wrong_slug_leads_to_the_right_address(client, sell):
    item = sell()
    sku = item.variants[0].sku

    answer = client.get(f"/p/something-else/{sku}/?q=1")

    assert (answer.status_code, answer["Location"]) == (301, item.url() + "?q=1")


@pytest.mark.parametrize("sku", ["NO-SUCH-SKU", "x" * 5000, "%00", "..", "💥"])
def test_an_unknown_sku_is_not_found(client, db, sku):
    answer = client.get(f"/p/kettle/{sku}/")

    assert answer.status_code == 404


def test_a_draft_is_not_found(client, db):
    project_product(make_draft(sku="DRAFT-1", title="Secret kettle"))

    answer = client.get("/p/secret-kettle/DRAFT-1/")

    assert answer.status_code == 404
    assert "Secret" not in answer.text


def test_a_retired_product_says_so(client, sell):
    item = sell(title="Copper kettle", category="Kitchen > Kettles")
    retire_product(product_id=item.product_id)
    project_product(item.product_id)

    answer = client.get(item.url())

    assert answer.status_code == 410
    assert "No longer sold" in answer.text
    assert 'href="/c/kitchen/kettles/"' in answer.text


def test_search_engines_read_the_offer_and_nothing_breaks_out_of_it(client, sell):
    item = sell(title="</script><b>Kettle", price_minor=3900)

    answer = client.get(item.url())

    [block] = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', answer.text, re.DOTALL
    )
    facts = json.loads(block)
    assert facts["name"] == "</script><b>Kettle"
    assert facts["offers"]["price"] == "39.00"
    assert facts["offers"]["availability"] == "https://schema.org/InStock"


def test_views_and_clicks_are_recorded(client, sell):
    item = sell()
    sku = item.variants[0].sku
    recorded()

    client.get(item.url(), headers={"Referer": "http://testserver/search/?q=kettle"})
    client.get(item.url(), headers={"Referer": "https://elsewhere.example/search/?q=kettle"})

    assert recorded() == [("click", sku), ("view", sku), ("view", sku)]


def test_a_page_takes_few_statements(client, sell, deliver_to, django_assert_max_num_queries):
    item = sell()
    deliver_to("94103")
    client.get("/deliver-to/")

    with django_assert_max_num_queries(4):
        client.get(item.url())


def test_neighbors_are_of_the_same_category_and_reach_the_shopper(client, sell, deliver_to):
    item = sell(title="Copper kettle", category="Kitchen > Kettles")
    sell(title="Steel kettle", category="Kitchen > Kettles")
    sell(title="Far kettle", category="Kitchen > Kettles", areas="1")
    sell(title="Garden hose", category="Garden")
    deliver_to("94103")

    answer = client.get(item.url() + "related/")

    [row] = answer.context["rows"]
    assert (row.title, [card.title for card in row.cards]) == (
        "More in Kettles",
        ["Steel kettle"],
    )


def test_options_that_cannot_reach_the_shopper_are_marked(client, sell, deliver_to):
    item = sell(title="Copper kettle", variants=TWO_BY_TWO, stock=0)
    put_stock("K-Moss-L", 1)
    deliver_to("94103")

    color, size = client.get(item.url("K-Moss-L")).context["page"].options

    assert [(c.value, c.is_reachable) for c in color.choices] == [("Moss", True), ("Slate", False)]
    assert [(c.value, c.is_reachable) for c in size.choices] == [("S", False), ("L", True)]


def test_without_an_address_no_option_is_marked(client, sell):
    item = sell(variants=TWO_BY_TWO, stock=0)

    options = client.get(item.url("K-Moss-L")).context["page"].options

    assert all(choice.is_reachable for option in options for choice in option.choices)
