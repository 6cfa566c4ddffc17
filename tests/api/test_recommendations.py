"""What apps may recommend, and what they tell of what is looked at."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from catalog.types import ItemDocument
from recommendations.selectors import Group
from recommendations.serving.recent import recent_products
from shop.api.shopper import visitor_in
from shop.core import stream
from shop.core.order_links import sign_order_link
from shop.core.visitor import Owner
from tests.api.client import App, new_key
from tests.factories.orders import place_order
from tests.factories.recommendations import make_customer_in, make_popular, make_run
from tests.factories.shopping import make_sold_product

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_stream() -> None:
    stream.client().delete(stream.KEY)


@pytest.fixture
def goods() -> dict[str, ItemDocument]:
    """Things for sale that reach everybody, all of them popular."""
    made = {sku: make_sold_product(sku, title=f"Thing {sku}") for sku in "ABCDEF"}
    make_popular([item.product_id for item in made.values()])
    return made


@pytest.fixture
def guest(app: App) -> App:
    app.start_cart()
    return app


@pytest.fixture
def model_customer() -> User:
    return make_customer_in(Group.MODEL)


@pytest.fixture
def fan(model_customer: User) -> App:
    """The app of a customer who gets what was learned."""
    app = App()
    assert app.sign_in(model_customer.email).status_code == 200
    return app


def recorded(kind: str) -> list[dict[str, Any]]:
    """Return the events of a kind without what differs each time."""
    events = [entry.event for entry in stream.read_group("test", "me", count=99, block_ms=1)]
    varying = ("event_id", "occurred_at", "visitor", "kind")
    return [
        {name: value for name, value in event.items() if name not in varying}
        for event in events
        if event["kind"] == kind
    ]


def skus(row: dict[str, Any]) -> list[str]:
    return [card["sku"] for card in row["products"]]


def test_a_stranger_gets_what_is_popular_and_is_not_recorded(
    app: App, goods: dict[str, ItemDocument]
) -> None:
    [row] = app.get("/recommendations/?place=home").json()["rows"]

    assert (row["place"], row["title"]) == ("popular", "Popular right now")
    assert (row["strategy"], row["url"]) == ("popular", "")
    assert skus(row) == ["A", "B", "C", "D", "E", "F"]
    assert row["products"][0]["url"].endswith("/A/?ref=popular")
    assert recorded("impression") == []


def test_what_a_guest_is_shown_is_recorded_as_on_the_pages(
    guest: App, goods: dict[str, ItemDocument]
) -> None:
    guest.get("/recommendations/?place=home&fields=sku")

    [told] = recorded("impression")
    assert (told["place"], told["strategy"]) == ("popular", "popular")
    assert told["products"] == [item.product_id for item in goods.values()]


def test_a_customer_gets_what_was_learned_of_them(
    fan: App, model_customer: User, goods: dict[str, ItemDocument]
) -> None:
    mine = [goods[sku].product_id for sku in "FEDC"]
    make_run(customers={model_customer.pk: {"for_you": mine}})

    rows = fan.get("/recommendations/?place=home&fields=sku").json()["rows"]

    assert (rows[0]["place"], rows[0]["strategy"]) == ("for-you", "personal")
    assert rows[0]["products"] == [{"sku": sku} for sku in "FEDC"]
    assert {event["customer_id"] for event in recorded("impression")} == {model_customer.pk}


def test_beside_a_product_are_those_like_it(fan: App, goods: dict[str, ItemDocument]) -> None:
    similar = [goods[sku].product_id for sku in "BCDE"]
    together = [goods["F"].product_id]
    make_run(products={goods["A"].product_id: {"similar": similar, "together": together}})

    rows = fan.get("/recommendations/?place=product&sku=A").json()["rows"]

    assert {row["place"]: skus(row) for row in rows} == {
        "together": ["F"],
        "similar": ["B", "C", "D", "E"],
    }


def test_what_is_in_the_cart_is_not_recommended_beside_it(
    guest: App, goods: dict[str, ItemDocument]
) -> None:
    guest.post("/cart/lines/", {"sku": "A", "place": "popular"})

    [row] = guest.get("/recommendations/?place=cart").json()["rows"]

    assert (row["place"], skus(row)) == ("cart", ["B", "C", "D", "E", "F"])


def test_the_row_that_something_was_added_from_is_recorded(
    guest: App, goods: dict[str, ItemDocument]
) -> None:
    added = guest.post("/cart/lines/", {"sku": "A", "place": "similar"})
    strange = guest.post("/cart/lines/", {"sku": "A", "place": "the moon"})

    assert (added.status_code, strange.status_code) == (201, 422)
    assert list(strange.json()["fields"]) == ["place"]
    assert recorded("cart") == [
        {"customer_id": None, "action": "add", "sku": "A", "quantity": 1, "place": "similar"}
    ]


def test_beside_an_order_is_what_goes_with_it_for_who_may_see_it(
    guest: App, app: App, goods: dict[str, ItemDocument]
) -> None:
    number = place_order(owner=Owner(visitor=visitor_in(guest.cart_token)), sku="A")
    path = f"/recommendations/?place=order&order={number}"
    token = sign_order_link(number).rpartition("token=")[2]

    [row] = guest.get(path).json()["rows"]

    assert (row["place"], skus(row)) == ("order", ["B", "C", "D", "E", "F"])
    assert App().get(path).status_code == 404
    assert App().get(f"{path}&token={token}").status_code == 200


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "place"),
        ("place=moon", "place"),
        ("place=product", "sku"),
        ("place=order", "order"),
        ("place=home&fields=secret", "fields"),
        ("place=home&postal_code=00000", "postal_code"),
    ],
)
def test_what_does_not_fit_is_named(app: App, query: str, field: str) -> None:
    answer = app.get(f"/recommendations/?{query}")

    assert (answer.status_code, list(answer.json()["fields"])) == (422, [field])


def test_a_product_that_does_not_exist_has_nothing_beside_it(app: App) -> None:
    assert app.get("/recommendations/?place=product&sku=NONE").status_code == 404


def test_a_view_is_recorded_when_the_app_says_so(
    guest: App, goods: dict[str, ItemDocument]
) -> None:
    visitor = visitor_in(guest.cart_token)

    guest.get("/products/A/")
    guest.get("/products/B/?record=view")
    guest.call("HEAD", "/products/C/?record=view")
    App().get("/products/D/?record=view")

    [told] = recorded("view")
    assert (told["sku"], told["product_id"]) == ("B", goods["B"].product_id)
    assert recent_products(f"v{visitor}") == [goods["B"].product_id]
    assert guest.get("/products/B/?record=everything").status_code == 422


def test_events_of_a_while_are_told_at_once(guest: App, goods: dict[str, ItemDocument]) -> None:
    earlier = timezone.now() - timedelta(hours=2)
    events = [
        {"kind": "click", "sku": "A", "place": "similar"},
        {"kind": "view", "sku": "A", "place": "similar", "occurred_at": earlier.isoformat()},
        {"kind": "view", "sku": "B"},
        {"kind": "view", "sku": "GONE"},
    ]

    answer = guest.post("/events/", {"events": events})

    assert (answer.status_code, answer.json()) == (202, {"recorded": 3, "unknown": ["GONE"]})
    entries = [entry.event for entry in stream.read_group("test", "me", count=9, block_ms=1)]
    assert [(event["kind"], event["sku"], event.get("place")) for event in entries] == [
        ("click", "A", "similar"),
        ("view", "A", "similar"),
        ("view", "B", None),
    ]
    assert entries[1]["occurred_at"] == earlier.isoformat()
    visitor = visitor_in(guest.cart_token)
    assert {event["visitor"] for event in entries} == {visitor}
    assert recent_products(f"v{visitor}") == [goods[sku].product_id for sku in "BA"]


def test_events_that_are_sent_again_are_told_once(
    guest: App, goods: dict[str, ItemDocument]
) -> None:
    key, body = new_key(), {"events": [{"kind": "view", "sku": "A"}]}

    first, second = (guest.post("/events/", body, **key) for _ in range(2))

    assert first.json() == second.json()
    assert second.headers["Idempotent-Replayed"] == "true"
    assert len(recorded("view")) == 1


OLD = "2020-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("events", "field"),
    [
        ([], "events"),
        ([{"kind": "view", "sku": "A"}] * 51, "events"),
        ([{"kind": "order", "sku": "A"}], "events.0.kind"),
        ([{"kind": "view", "sku": "A"}, {"kind": "view"}], "events.1.sku"),
        ([{"kind": "view", "sku": "A", "place": "moon"}], "events.0.place"),
        ([{"kind": "view", "sku": "A", "occurred_at": OLD}], "events.0.occurred_at"),
        ([{"kind": "view", "sku": "\0"}], "events.0.sku"),
    ],
)
def test_one_event_that_does_not_fit_refuses_all(
    guest: App, goods: dict[str, ItemDocument], events: list[Any], field: str
) -> None:
    answer = guest.post("/events/", {"events": events})

    assert (answer.status_code, list(answer.json()["fields"])) == (422, [field])
    assert recorded("view") == []


def test_events_of_nobody_are_refused(app: App) -> None:
    answer = app.post("/events/", {"events": [{"kind": "view", "sku": "A"}]})

    assert (answer.status_code, answer.json()["code"]) == (401, "cart_token_missing")
