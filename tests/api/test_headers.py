"""Headers: each answer has those that the schema tells of, and no others of ours.

Whatever else the tests of this folder read is held to the schema too, see `contract`.
"""

from typing import Any

import pytest

from shop.api.docs import whole_schema
from shop.api.openapi.hooks import operations
from tests.api.client import API, App, new_key
from tests.api.contract import check, follow
from tests.api.test_exact_input import order
from tests.factories.accounts import make_address
from tests.factories.checkout import FEE, PRICE, stock_product
from tests.factories.orders import pay

pytestmark = pytest.mark.django_db

Calls = set[tuple[str, str]]


def that_tell_of(header: str) -> Calls:
    """Return operations and statuses of success that may have the header."""
    return {
        (operation["operationId"], status)
        for _, operation in operations(whole_schema()["paths"])
        for status, answer in operation["responses"].items()
        if status < "400" and header in follow(answer).get("headers", {})
    }


def test_a_header_that_is_not_in_the_schema_is_noticed(app: App) -> None:
    answer = app.get("/shop/")
    answer.headers["X-Parcelwise-Mood"] = "fine"

    with pytest.raises(AssertionError, match="x-parcelwise-mood"):
        check("GET", f"{API}/shop/", answer)


def test_a_header_that_every_answer_has_is_missed(app: App) -> None:
    answer = app.get("/shop/")
    del answer.headers["RateLimit-Policy"]

    with pytest.raises(AssertionError, match="ratelimit-policy"):
        check("GET", f"{API}/shop/", answer)


def test_the_schema_says_where_the_new_thing_is_only_where_we_do() -> None:
    assert that_tell_of("Location") == {("add_address", "201"), ("place_order", "201")}
    assert that_tell_of("Last-Modified") == {("read_order", "200"), ("read_order", "304")}


def test_reads_and_what_if_match_expects_are_named() -> None:
    changes = {
        (operation["operationId"], status)
        for method, operation in operations(whole_schema()["paths"])
        if method != "get"
        for name, status in that_tell_of("ETag")
        if name == operation["operationId"]
    }

    assert changes == {
        ("add_address", "201"),
        ("change_address", "200"),
        ("make_address_default", "200"),
        ("add_to_cart", "201"),
        ("set_cart_quantity", "200"),
        ("remove_from_cart", "200"),
        ("empty_cart", "200"),
    }


def test_what_is_named_and_placed_says_so(signed_in: App) -> None:
    stock_product("LAMP")
    address = make_address().to_json()
    key = new_key()

    saved = signed_in.post("/addresses/", address, **key)
    again = signed_in.post("/addresses/", address, **key)
    where = saved.headers["Location"].removeprefix(API)
    answers = [
        signed_in.put(where, address),
        signed_in.post(f"{where}default/"),
        signed_in.post("/cart/lines/", {"sku": "LAMP"}),
        signed_in.put("/cart/lines/LAMP/", {"quantity": 2}),
        signed_in.delete("/cart/lines/LAMP/"),
        signed_in.post("/cart/lines/", {"sku": "LAMP"}),
    ]
    total = {"minor": PRICE + FEE, "currency": "USD"}
    placed = signed_in.post("/orders/", order(total), **new_key())
    pay(placed.json()["number"])
    shown = signed_in.get(placed.headers["Location"].removeprefix(API))
    unchanged = signed_in.get(
        placed.headers["Location"].removeprefix(API), If_None_Match=shown.headers["ETag"]
    )

    assert all("ETag" in answer.headers for answer in [saved, *answers, shown])
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Location"] == saved.headers["Location"]
    assert unchanged.status_code == 304
    assert unchanged.headers["Last-Modified"] == shown.headers["Last-Modified"]


@pytest.mark.parametrize("path", ["/products/NONE/", "/products/?colour=red", "/cart/"])
def test_a_refusal_has_no_name_to_ask_for_again(app: App, path: str) -> None:
    assert "ETag" not in app.get(path).headers


@pytest.mark.parametrize("sent", [{"X_Cart_Token": "nonsense"}, {"Content_Length": "9" * 9}])
def test_no_cache_keeps_what_is_refused_at_the_door(app: App, sent: Any) -> None:
    refused = app.post("/cart/lines/", {"sku": "LAMP"}, **sent)

    assert refused.status_code in {401, 413}
    assert refused.headers["Cache-Control"] == "private, no-cache"
