"""How many SQL statements each read of the API takes, warm: none more than eight.

A new address that can be read fails the first test until it has a row here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from accounts.services import save_address
from orders.services import cancel_order
from recommendations.selectors import Group
from shop.api.shopper import visitor_in
from shop.core.outbox import deliver_due
from shop.core.visitor import Owner
from tests.api.client import App
from tests.factories.accounts import make_address
from tests.factories.orders import pay, place_order, ship
from tests.factories.recommendations import make_customer_in, make_popular, make_run
from tests.factories.shopping import make_sold_product

MOST = 8
SIGN_IN = "auth/app/v1"
ANYBODY, GUEST, CUSTOMER = "anybody", "a guest", "a customer"


@dataclass(frozen=True)
class Read:
    """A call, who makes it, and how many statements it takes."""

    route: str
    path: str
    who: str
    statements: int

    def __str__(self) -> str:
        return f"{self.path} by {self.who}"


ROWS = [
    Read("shop/", "/shop/", ANYBODY, 0),
    Read("postal-codes/<str:postal_code>/", "/postal-codes/94103/", ANYBODY, 0),
    Read("products/", "/products/?q=thing", ANYBODY, 2),
    Read("products/", "/products/?q=thing&postal_code=94103&expand=facets", CUSTOMER, 4),
    Read("suggestions/", "/suggestions/?q=th&postal_code=94103", CUSTOMER, 2),
    Read("categories/", "/categories/", CUSTOMER, 2),
    Read("products/batch/", "/products/batch/?skus=A,B,C,D", CUSTOMER, 3),
    Read("products/<str:sku>/", "/products/A/", ANYBODY, 1),
    Read(
        "products/<str:sku>/",
        "/products/A/?postal_code=94103&expand=delivery&record=view",
        CUSTOMER,
        5,
    ),
    Read("account/", "/account/", CUSTOMER, 3),
    Read("addresses/", "/addresses/", CUSTOMER, 3),
    Read("addresses/<int:address_id>/", "/addresses/{address}/", CUSTOMER, 3),
    Read("wishlist/", "/wishlist/?postal_code=94103", GUEST, 5),
    Read("wishlist/", "/wishlist/?postal_code=94103", CUSTOMER, 7),
    Read("cart/", "/cart/?postal_code=94103", GUEST, 4),
    Read("cart/", "/cart/?postal_code=94103", CUSTOMER, 6),
    Read("orders/", "/orders/?limit=100", GUEST, 3),
    Read("orders/", "/orders/?limit=100", CUSTOMER, 6),
    Read("orders/<str:number>/", "/orders/{waiting}/", CUSTOMER, 7),
    Read("orders/<str:number>/", "/orders/{shipped}/", CUSTOMER, 7),
    Read("orders/<str:number>/", "/orders/{cancelled}/", CUSTOMER, 7),
    Read("recommendations/", "/recommendations/?place=home&postal_code=94103", GUEST, 4),
    Read("recommendations/", "/recommendations/?place=home&postal_code=94103", CUSTOMER, 7),
    Read("recommendations/", "/recommendations/?place=product&sku=A", CUSTOMER, 8),
    Read("recommendations/", "/recommendations/?place=cart&postal_code=94103", CUSTOMER, 7),
    Read("recommendations/", "/recommendations/?place=order&order={shipped}", CUSTOMER, 8),
    Read(f"{SIGN_IN}/config", f"/{SIGN_IN}/config", ANYBODY, 1),
    Read(f"{SIGN_IN}/auth/session", f"/{SIGN_IN}/auth/session", CUSTOMER, 7),
    Read(f"{SIGN_IN}/auth/sessions", f"/{SIGN_IN}/auth/sessions", CUSTOMER, 8),
    Read(f"{SIGN_IN}/account/email", f"/{SIGN_IN}/account/email", CUSTOMER, 7),
    Read(f"{SIGN_IN}/account/authenticators", f"/{SIGN_IN}/account/authenticators", CUSTOMER, 7),
]
NAMED = ("waiting", "shipped", "cancelled", "address")
# The same for everybody.
LEFT_OUT = {"schema/", "auth/openapi.yaml", "auth/openapi.json"}
# Signing in, a step after the other: what is read there is the state of that step.
STEPS = {
    f"{SIGN_IN}/{step}"
    for step in (
        "auth/password/reset",
        "auth/email/verify",
        "auth/provider/signup",
        "auth/webauthn/authenticate",
        "auth/webauthn/reauthenticate",
        "auth/webauthn/login",
        "account/phone",
        "account/providers",
        "account/authenticators/totp",
        "account/authenticators/recovery-codes",
        "account/authenticators/webauthn",
    )
}


def readable(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    """Yield the routes below that answer GET."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from readable(pattern.url_patterns, route)
        elif hasattr(getattr(pattern.callback, "view_class", None), "get") or hasattr(
            getattr(pattern.callback, "cls", None), "get"
        ):
            yield route


@pytest.fixture
def shopper() -> dict[str, Any]:
    """A customer and a guest who have all that can be read, as far as there may be much of it."""
    customer = make_customer_in(Group.MODEL)
    items = [make_sold_product(sku, title=f"Thing {sku}") for sku in "ABCDEFGH"]
    ids = [item.product_id for item in items]
    make_popular(ids)
    guest, member, *others = (App() for _ in range(5))
    for app in (member, *others):
        assert app.sign_in(customer.email).status_code == 200
    guest.start_cart()
    visitor = visitor_in(guest.cart_token)
    for owner in (Owner(visitor=visitor), Owner(customer_id=customer.pk, visitor="")):
        numbers = [place_order(owner=owner, sku=sku) for sku in "ABC"]
    for app in (guest, member):
        for sku in "ABC":
            assert app.post("/cart/lines/", {"sku": sku}).status_code == 201
            assert app.post("/wishlist/", {"sku": sku}).status_code == 201
        for sku in "GH":
            assert app.get(f"/products/{sku}/?record=view").status_code == 200
    pay(numbers[0])
    ship(numbers[0])
    pay(numbers[1])
    cancel_order(number=numbers[1], actor="ada", now=timezone.now())
    make_run(
        customers={customer.pk: {"for_you": ids, "buy_again": ids[:3]}},
        products={ids[0]: {"similar": ids[1:5], "together": ids[5:7]}},
    )
    while deliver_due(now=timezone.now()):
        pass
    for _ in range(3):
        address = save_address(
            customer_id=customer.pk, address=make_address(), is_default=False, address_id=None
        )
    return {
        GUEST: guest,
        CUSTOMER: member,
        ANYBODY: App(),
        "waiting": numbers[2],
        "shipped": numbers[0],
        "cancelled": numbers[1],
        "address": address,
    }


@pytest.mark.django_db
def test_each_read_takes_so_many_statements(shopper: dict[str, Any]) -> None:
    taken = {str(row): count(shopper[row.who], path_of(row, shopper)) for row in ROWS}

    assert taken == {str(row): row.statements for row in ROWS}


def test_none_takes_more_than_eight() -> None:
    assert max(row.statements for row in ROWS) == MOST


def test_every_address_that_can_be_read_has_a_row() -> None:
    found = set(readable(get_resolver("shop.api.urls").url_patterns))

    assert found - LEFT_OUT - STEPS == {row.route for row in ROWS}


def path_of(row: Read, shopper: dict[str, Any]) -> str:
    return row.path.format(**{name: shopper[name] for name in NAMED})


def count(app: App, path: str) -> int:
    """Return the number of statements of a call when all that is kept is there."""
    for _ in range(2):
        assert app.get(path).status_code == 200, path
    with CaptureQueriesContext(connection) as captured:
        app.get(path)
    return len(captured.captured_queries)
