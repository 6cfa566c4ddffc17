"""Finding products through the API: for an address, in pages, with what a phone asks for."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from catalog.types import ItemDocument
from shop.api.shopper import new_cart_token
from shop.core.outbox import deliver_due
from tests.factories.catalog import make_product
from tests.factories.logistics import make_lane, make_warehouse, put_stock

pytestmark = pytest.mark.django_db

SUNDAY_NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _search_in_sql(settings: Settings) -> None:
    settings.STORES = settings.STORES | {"search": {"BACKEND": "search.engines.sql.SqlEngine"}}


@pytest.fixture
def sell(db: None) -> Callable[..., ItemDocument]:
    def publish(title: str, *, areas: str = "900-961", **given: Any) -> ItemDocument:
        lane = make_lane(make_warehouse(), postal_areas=areas)
        item = make_product(title=title, **given)
        put_stock(item.variants[0].sku, 10, lane.warehouse)
        while deliver_due(now=datetime.now(UTC)):
            pass
        return item

    return publish


def read(path: str, **headers: str) -> Any:
    return Client().get(f"/api/v1{path}", headers=headers)


def test_only_what_reaches_the_address_is_found(sell: Callable[..., ItemDocument]) -> None:
    sell("Western Kettle", sku="WEST")
    sell("Eastern Kettle", sku="EAST", areas="100-119")

    everywhere = read("/products/?q=kettle").json()
    with time_machine.travel(SUNDAY_NOON, tick=False):
        found = read("/products/?q=kettle&postal_code=94103").json()

    assert {card["sku"] for card in everywhere["products"]} == {"WEST", "EAST"}
    assert [card["sku"] for card in found["products"]] == ["WEST"]
    assert found["total"] == 1
    assert found["products"][0]["arrives"] == "2026-11-24"
    assert found["products"][0]["price"] == {"minor": 1999, "currency": "USD", "text": "$19.99"}


def test_pages_follow_each_other_by_cursor(sell: Callable[..., ItemDocument]) -> None:
    for number in range(5):
        sell(f"Kettle {number}", sku=f"K-{number}")

    seen, path = [], "/products/?q=kettle&sort=name&limit=2"
    cursor = ""
    for _ in range(3):
        page = read(path + cursor).json()
        seen += [card["sku"] for card in page["products"]]
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == ["K-0", "K-1", "K-2", "K-3", "K-4"]
    assert page["next_cursor"] is None


def test_a_cursor_of_another_search_is_refused(sell: Callable[..., ItemDocument]) -> None:
    for number in range(3):
        sell(f"Kettle {number}", sku=f"K-{number}")
    cursor = read("/products/?q=kettle&limit=1").json()["next_cursor"]

    for path in (f"/products/?q=lamp&limit=1&cursor={cursor}", "/products/?cursor=nonsense"):
        answer = read(path)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_cursor")


def test_a_phone_gets_the_fields_it_asks_for(sell: Callable[..., ItemDocument]) -> None:
    sell("Kettle", sku="K")

    page = read("/products/?q=kettle&fields=sku,title&expand=facets").json()
    product = read("/products/K/?fields=title&expand=delivery").json()
    strange = read("/products/K/?fields=password")

    assert page["products"] == [{"sku": "K", "title": "Kettle"}]
    assert "brand" in {facet["code"] for facet in page["facets"]}
    assert sorted(product) == ["delivery", "title"]
    assert product["delivery"]["state"] == "ask"
    assert (strange.status_code, strange.json()["code"]) == (422, "unknown_field")


def test_many_products_are_read_at_once(sell: Callable[..., ItemDocument]) -> None:
    sell("Kettle", sku="K")
    sell("Lamp", sku="L")

    found = read("/products/batch/?skus=L,NONE,K&fields=title").json()

    assert found == {
        "products": {"L": {"title": "Lamp"}, "K": {"title": "Kettle"}},
        "missing": ["NONE"],
    }
    assert read("/products/batch/?skus=").status_code == 422


def test_who_has_the_newest_answer_gets_none(sell: Callable[..., ItemDocument]) -> None:
    sell("Kettle", sku="K")
    first = read("/products/K/")

    again = read("/products/K/", **{"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.content) == (304, b"")


def test_filters_are_parameters_of_their_own(sell: Callable[..., ItemDocument]) -> None:
    for color in ("Red", "Blue", "Green"):
        sell(f"{color} kettle", sku=color.upper(), options={"Color": color})

    found = read("/products/?opt.Color=Red&opt.Color=Blue&sort=name").json()

    assert [card["sku"] for card in found["products"]] == ["BLUE", "RED"]


def test_a_filter_that_does_not_exist_is_refused_by_name() -> None:
    answer = read("/products/?colour=red")

    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_facet")


def test_a_wish_is_saved_and_moved_to_the_cart(sell: Callable[..., ItemDocument]) -> None:
    sell("Kettle", sku="K")
    client = Client(headers={"X-Cart-Token": new_cart_token()})

    def send(path: str) -> Any:
        body = {"sku": "K"}
        return client.post(f"/api/v1{path}", body, content_type="application/json")

    saved = send("/wishlist/")
    moved = send("/wishlist/K/move-to-cart/")
    left = client.get("/api/v1/wishlist/").json()

    assert (saved.status_code, saved.json()["product"]["title"]) == (201, "Kettle")
    assert [line["sku"] for line in moved.json()["lines"]] == ["K"]
    assert left == {"wishes": [], "next_cursor": None, "skus": []}
    assert Client().get("/api/v1/wishlist/").status_code == 401


def test_a_long_wishlist_is_read_page_by_page(sell: Callable[..., ItemDocument]) -> None:
    client = Client(headers={"X-Cart-Token": new_cart_token()})
    for sku in "ABC":
        sell(f"Kettle {sku}", sku=sku)
        client.post("/api/v1/wishlist/", {"sku": sku}, content_type="application/json")

    def page(cursor: str = "") -> Any:
        return client.get("/api/v1/wishlist/", {"limit": "2", "cursor": cursor})

    first = page().json()
    rest = page(first["next_cursor"]).json()
    bad = page("none-of-ours")

    assert [wish["sku"] for wish in first["wishes"]] == ["C", "B"]
    assert [wish["product"]["title"] for wish in rest["wishes"]] == ["Kettle A"]
    assert rest["next_cursor"] is None
    assert first["skus"] == rest["skus"] == ["A", "B", "C"]
    assert (bad.status_code, bad.json()["code"]) == (422, "invalid_cursor")
    removed = client.delete("/api/v1/wishlist/B/")
    assert (removed.status_code, removed.content) == (204, b"")


def test_words_are_completed_and_categories_are_a_tree(sell: Callable[..., ItemDocument]) -> None:
    sell("Kettle", sku="K", category="Kitchen > Kettles")

    [kitchen] = read("/categories/").json()["categories"]

    assert read("/suggestions/?q=ket").status_code == 200
    assert (kitchen["path"], kitchen["product_count"]) == ("kitchen", 1)
    assert [child["path"] for child in kitchen["children"]] == ["kitchen/kettles"]
