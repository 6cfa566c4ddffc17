"""What is accepted is kept exactly; what only looks like a text, a number or a yes is refused.

Hypothesis sends what JSON can say: nothing of it may end in a fault of ours.
"""

from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from accounts.models import Address, User
from cart.models import CartLine
from orders.models import Order
from shop.core.money import LARGEST_MINOR
from tests.api.client import App, new_key
from tests.factories.accounts import PASSWORD, make_address
from tests.factories.checkout import FEE, PRICE, stock_product

pytestmark = pytest.mark.django_db

EDGES: tuple[Any, ...] = (
    *(None, True, False, "", "2", "2.0", " 2", "\uff12", "\ud800", "\x00", [], [2], {}, {"a": 2}),
    *(-1, 0, 1, 2, 98, 99, 100, 1.0, 1.5, -0.0, 99.0, 99.00001, 1e300, -1e300, 5e-324),
    *(2**31, 2**53 + 1, 2**63 - 1, 2**63, 10**11, 10**11 + 1, 10**400),
)
ANYTHING = st.one_of(
    st.sampled_from(EDGES),
    st.integers(),
    st.integers(0, 120),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=10),
)
many = settings(
    max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)


@pytest.fixture(autouse=True)
def _as_often_as_wanted(settings: Settings) -> None:
    settings.API_RATES = dict.fromkeys(settings.API_RATES, 10**6)


@pytest.fixture
def guest(app: App) -> App:
    """A guest with one lamp in the cart; 500 are there."""
    stock_product("LAMP", 500)
    app.start_cart()
    assert app.post("/cart/lines/", {"sku": "LAMP"}).status_code == 201
    return app


def whole(value: Any, least: int, most: int) -> int | None:
    """Return the whole number of the range that was sent, None if it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if least <= value <= most and value == int(value) else None


def check_refused(answer: Any, field: str) -> None:
    assert answer.status_code == 422, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert field in answer.json()["fields"]


def quantities() -> list[int]:
    return list(CartLine.objects.values_list("quantity", flat=True))


@many
@given(sent=ANYTHING)
def test_a_quantity_is_set_exactly_or_not_at_all(guest: App, sent: Any) -> None:
    before = quantities()

    answer = guest.put("/cart/lines/LAMP/", {"quantity": sent})

    quantity = whole(sent, 1, 99)
    if quantity is None:
        check_refused(answer, "quantity")
        assert quantities() == before
    else:
        assert (answer.status_code, answer.json()["count"]) == (200, quantity)
        assert quantities() == [quantity]


@many
@given(sent=ANYTHING)
def test_a_quantity_is_added_exactly_or_not_at_all(guest: App, sent: Any) -> None:
    guest.delete("/cart/")

    answer = guest.post("/cart/lines/", {"sku": "LAMP", "quantity": sent}, **new_key())

    quantity = whole(sent, 1, 99)
    if quantity is None:
        check_refused(answer, "quantity")
        assert quantities() == []
    else:
        assert answer.status_code == 201
        assert quantities() == [quantity]


@many
@given(first=st.integers(1, 99), second=st.integers(1, 99))
@example(first=98, second=1)
@example(first=98, second=2)
def test_quantities_add_up_to_ninety_nine_at_most(guest: App, first: int, second: int) -> None:
    guest.delete("/cart/")
    guest.post("/cart/lines/", {"sku": "LAMP", "quantity": first})

    answer = guest.post("/cart/lines/", {"sku": "LAMP", "quantity": second})

    if first + second <= 99:
        assert (answer.status_code, quantities()) == (201, [first + second])
    else:
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_quantity")
        assert quantities() == [first]


def order(total: Any) -> dict[str, Any]:
    return {
        "email": "ada@example.com",
        "address": make_address().to_json(),
        "service_level": "standard",
        "expected_total": total,
    }


@many
@given(sent=ANYTHING)
@example(sent=PRICE + FEE + 1)
@example(sent=PRICE + FEE + 0.5)
@example(sent=str(PRICE + FEE))
@example(sent=-(PRICE + FEE))
def test_only_the_exact_total_is_agreed_to(guest: App, sent: Any) -> None:
    answer = guest.post("/orders/", order({"minor": sent, "currency": "USD"}), **new_key())

    if whole(sent, 0, LARGEST_MINOR) is None:
        check_refused(answer, "expected_total.minor")
    else:
        assert answer.status_code == 409
        assert answer.json()["total"] == {"minor": PRICE + FEE, "currency": "USD"}
    assert not Order.objects.exists()


@many
@given(sent=ANYTHING)
@example(sent="EUR")
@example(sent="usd")
def test_only_the_shops_currency_is_agreed_to(guest: App, sent: Any) -> None:
    total = {"minor": PRICE + FEE, "currency": sent}

    answer = guest.post("/orders/", order(total), **new_key())

    if answer.status_code == 409:
        assert answer.json()["total"] == {"minor": PRICE + FEE, "currency": "USD"}
    else:
        check_refused(answer, "expected_total.currency")
    assert not Order.objects.exists()


@settings(many, max_examples=8)
@given(quantity=st.integers(1, 99))
@example(quantity=1)
@example(quantity=99)
def test_what_is_ordered_is_what_was_in_the_cart(quantity: int) -> None:
    sku, guest = f"LAMP-{Order.objects.count()}", App()
    stock_product(sku, 99)
    guest.start_cart()
    guest.post("/cart/lines/", {"sku": sku, "quantity": quantity})
    total = quantity * PRICE + FEE

    placed = guest.post("/orders/", order({"minor": total, "currency": "USD"}), **new_key())

    assert placed.status_code == 201, placed.content
    shown = guest.get(f"/orders/{placed.json()['number']}/").json()
    assert [(line["sku"], line["quantity"]) for line in shown["lines"]] == [(sku, quantity)]
    assert (shown["items_total"]["minor"], shown["total"]["minor"]) == (quantity * PRICE, total)


@many
@given(
    event=st.fixed_dictionaries(
        {"kind": st.just("view") | ANYTHING, "sku": st.just("LAMP") | ANYTHING},
        optional={"place": ANYTHING, "text": ANYTHING, "occurred_at": ANYTHING},
    )
    | ANYTHING
)
def test_an_event_is_taken_or_refused(guest: App, event: Any) -> None:
    answer = guest.post("/events/", {"events": [event]})

    if answer.status_code == 202:
        is_known = event["sku"] == "LAMP"
        unknown = [] if is_known else [event["sku"].strip()]
        assert answer.json() == {"recorded": int(is_known), "unknown": unknown}
    else:
        assert answer.status_code == 422
        assert all(name.startswith("events") for name in answer.json()["fields"])


@many
@given(text=st.text(max_size=40) | st.sampled_from(["LAMP", "LAMP,LAMP", ",", "A,,B", "x" * 3000]))
def test_any_text_may_name_products(guest: App, text: str) -> None:
    answer = guest.get(f"/products/batch/?skus={quote(text)}")

    named = {sku for sku in text.split(",") if sku}
    assert answer.status_code == (200 if named and len(text.split(",")) <= 50 else 422)
    if answer.status_code == 200:
        assert {*answer.json()["products"], *answer.json()["missing"]} == named


@many
@given(
    text=st.text(max_size=20) | st.integers().map(str) | st.sampled_from(["٣", "1e1", "9" * 99])
)
def test_a_page_is_as_long_as_asked_for_or_refused(guest: App, text: str) -> None:
    answer = guest.get(f"/orders/?limit={quote(text)}")

    fits = text.isascii() and text.isdigit() and 1 <= int(text) <= 100
    assert answer.status_code == (200 if fits else 422)


NO_TEXTS: tuple[Any, ...] = (0, 1, 1.5, True, [], ["a"], {})
ADDRESS = make_address().to_json()


@pytest.mark.parametrize("sent", NO_TEXTS, ids=repr)
def test_what_is_no_text_is_no_name(signed_in: App, customer: User, sent: Any) -> None:
    check_refused(signed_in.patch("/account/", {"full_name": sent}), "full_name")

    customer.refresh_from_db()
    assert customer.full_name == "Ada Park"


@pytest.mark.parametrize("sent", NO_TEXTS, ids=repr)
@pytest.mark.parametrize("field", ADDRESS)
def test_what_is_no_text_is_no_part_of_an_address(signed_in: App, field: str, sent: Any) -> None:
    address = {**ADDRESS, field: sent}

    check_refused(signed_in.post("/addresses/", address), field)
    body = {**order({"minor": 1, "currency": "USD"}), "address": address}
    check_refused(signed_in.post("/orders/", body, **new_key()), f"address.{field}")
    assert not Address.objects.exists()


@pytest.mark.parametrize("sent", [0, 1.5, True], ids=repr)
@pytest.mark.parametrize("field", ["email", "password", "full_name"])
def test_what_is_no_text_signs_nobody_up(app: App, field: str, sent: Any) -> None:
    new = {"email": "bea@example.com", "password": PASSWORD, "full_name": "Bea", field: sent}

    refused = app.auth("POST", "/auth/signup", new)

    assert (refused.status_code, refused.json()["code"]) == (400, "bad_request")
    assert not User.objects.exists()


@pytest.mark.parametrize("sent", [0, 1, "true", "yes", [], {}, None], ids=repr)
def test_only_true_and_false_say_yes_and_no(signed_in: App, sent: Any) -> None:
    check_refused(signed_in.post("/addresses/", {**ADDRESS, "is_default": sent}), "is_default")

    assert not Address.objects.exists()


@pytest.mark.parametrize("sent", NO_TEXTS, ids=repr)
def test_what_is_no_text_names_nothing(guest: App, sent: Any) -> None:
    check_refused(guest.post("/cart/lines/", {"sku": sent}), "sku")
    check_refused(guest.post("/wishlist/", {"sku": sent}), "sku")
    check_refused(guest.post("/checkout/quote/", {"postal_code": sent}), "postal_code")
    body = order({"minor": 1, "currency": "USD"})
    for name in ("email", "service_level"):
        check_refused(guest.post("/orders/", {**body, name: sent}, **new_key()), name)


@pytest.mark.parametrize("sent", [True, "12", 1.5, 0, -1, 2**63, [], {}], ids=repr)
def test_what_is_no_id_names_no_address(signed_in: App, sent: Any) -> None:
    body = {**order({"minor": 1, "currency": "USD"}), "address_id": sent}

    check_refused(signed_in.post("/orders/", body, **new_key()), "address_id")
