"""How often one customer, cart token or network address may call, and what answers say of it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from shop.api.docs import whole_schema
from shop.api.openapi.hooks import operations
from shop.core import cache as cache_module
from tests.api.client import App
from tests.api.contract import check
from tests.factories.checkout import stock_product

pytestmark = pytest.mark.django_db

# A quarter of a minute is over.
MOMENT = datetime(2026, 11, 22, 12, 0, 15, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MOMENT, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def _few(settings: Settings, clock: object) -> None:
    settings.API_RATES = {"read": 3, "write": 2, "order": 1, "sign_in": 2}
    settings.API_ADDRESS_FACTOR = 3


@pytest.fixture
def signed_in_twice(customer: User, settings: Settings) -> tuple[App, App]:
    """Two devices of one customer."""
    settings.API_RATES = dict.fromkeys(settings.API_RATES, 100)
    apps = App(), App()
    for app in apps:
        assert app.sign_in(customer.email).status_code == 200
    settings.API_RATES = {"read": 3, "write": 2, "order": 1, "sign_in": 2}
    return apps


def left(answer: Any) -> tuple[str, ...]:
    names = ("Limit", "Remaining", "Reset", "Policy")
    return tuple(answer.headers[f"RateLimit-{name}"] for name in names)


def test_every_answer_says_what_is_left(app: App) -> None:
    app.start_cart()

    assert left(app.get("/cart/")) == ("3", "2", "45", "3;w=60")
    assert left(app.get("/products/NONE/")) == ("3", "1", "45", "3;w=60")
    assert left(App().get("/cart/")) == ("9", "6", "45", "9;w=60")
    assert left(App().get("/nothing/here/")) == ("9", "5", "45", "9;w=60")
    assert left(App().get("/auth/app/v1/auth/session"))[:2] == ("9", "4")
    assert left(App().post("/auth/app/v1/auth/login", {}))[:2] == ("6", "4")


def test_who_calls_too_often_is_told_when_to_come_back(
    app: App, clock: time_machine.Traveller
) -> None:
    app.start_cart()
    assert [app.get("/cart/").status_code for _ in range(3)] == [200] * 3

    refused = app.get("/cart/")

    assert refused.status_code == 429
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.headers["Retry-After"] == "45"
    assert left(refused) == ("3", "0", "45", "3;w=60")
    assert refused.json() == {
        "type": "/api/v1/docs/#problem-throttled",
        "title": "Too Many Requests",
        "status": 429,
        "code": "throttled",
        "detail": "Request was throttled. Expected available in 45 seconds.",
    }
    clock.shift(45)
    assert app.get("/cart/").status_code == 200


def test_a_customer_has_one_limit_on_all_devices(signed_in_twice: tuple[App, App]) -> None:
    first, second = signed_in_twice

    assert [first.get("/account/").status_code for _ in range(3)] == [200] * 3
    assert second.get("/account/").status_code == 429


def test_guests_of_one_address_do_not_take_each_others_calls() -> None:
    guests = App(), App()
    for guest in guests:
        guest.start_cart()

    assert [guest.get("/cart/").status_code for guest in guests * 3] == [200] * 6


def test_new_cart_tokens_do_not_give_more_calls_than_an_address_has() -> None:
    made = [App().post("/cart-tokens/") for _ in range(7)]

    assert [answer.status_code for answer in made] == [201] * 6 + [429]
    assert (made[-1].json()["code"], made[-1].headers["Retry-After"]) == ("throttled", "45")
    assert left(made[-1]) == ("6", "0", "45", "6;w=60")


def test_changes_and_orders_are_counted_apart_from_reads(app: App) -> None:
    stock_product("LAMP")
    app.start_cart()

    orders = [app.post("/orders/", {}).status_code for _ in range(2)]
    changes = [app.post("/cart/lines/", {"sku": "LAMP"}).status_code for _ in range(3)]
    reads = [app.get("/cart/").status_code for _ in range(4)]

    assert orders == [422, 429]
    assert changes == [201, 201, 429]
    assert reads == [200, 200, 200, 429]


@pytest.fixture
def from_address() -> Callable[..., Any]:
    """Read something as nobody in particular, from an address."""

    def read(address: str, *, forwarded: str = "") -> Any:
        headers = {"X-Forwarded-For": forwarded} if forwarded else {}
        return Client().get("/api/v1/categories/", headers=headers, REMOTE_ADDR=address)

    return read


def test_behind_our_proxy_the_address_it_saw_counts(
    from_address: Callable[..., Any], settings: Settings
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    proxy = "10.0.0.1"

    # What the caller claims stands before what the proxy adds.
    calls = [from_address(proxy, forwarded=f"192.0.2.{n}, 198.51.100.7") for n in range(9)]
    others = from_address(proxy, forwarded="198.51.100.8")

    assert left(calls[-1])[:2] == ("9", "0")
    assert left(others)[:2] == ("9", "8")
    assert from_address(proxy, forwarded="198.51.100.7").status_code == 429


def test_without_a_proxy_nothing_that_is_claimed_counts(from_address: Callable[..., Any]) -> None:
    answers = [from_address("203.0.113.5", forwarded=f"192.0.2.{n}") for n in range(10)]

    assert answers[-1].status_code == 429


def test_too_few_proxies_hold_nobody_up(
    from_address: Callable[..., Any], settings: Settings
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2

    assert from_address("203.0.113.5", forwarded="192.0.2.1").status_code == 200


def test_the_addresses_of_one_ipv6_network_are_one_caller(
    from_address: Callable[..., Any],
) -> None:
    answers = [from_address(f"2001:db8:0:1::{n:x}") for n in range(10)]

    assert answers[-1].status_code == 429
    assert from_address("2001:db8:0:2::1").status_code == 200


AUTH_CALLS = [
    pytest.param(method, path, id=operation["operationId"])
    for path, item in whole_schema()["paths"].items()
    for method, operation in operations({path: item})
    if path.startswith("/api/v1/auth/")
]
CHECK_A_CODE = {"get_/auth/email/verify", "get_/auth/password/reset"}


@pytest.mark.parametrize(("method", "path"), AUTH_CALLS)
def test_every_call_of_signing_in_has_a_limit_by_address(
    method: str, path: str, settings: Settings
) -> None:
    settings.API_RATES = {"read": 3, "write": 2, "order": 100, "sign_in": 1}
    settings.API_ADDRESS_FACTOR = 1
    is_read = method == "get" and f"get_{path.partition('/v1/auth/app/v1')[2]}" not in CHECK_A_CODE
    allowed = 3 if is_read else 2 if path.endswith("tokens/refresh") else 1

    def call() -> Any:
        answer = Client().generic(method.upper(), path, "{}", content_type="application/json")
        check(method.upper(), path, answer)
        return answer

    answers = [call() for _ in range(allowed + 1)]

    *before, refused = answers
    assert all(answer.status_code != 429 for answer in before)
    assert refused.status_code == 429
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.json()["code"] == "throttled"
    assert refused.headers["Retry-After"] == "45"
    assert left(refused) == (str(allowed), "0", "45", f"{allowed};w=60")


@pytest.mark.parametrize(
    ("path", "body", "allowed"),
    [
        ("/auth/login", {}, 30),
        ("/auth/login", {"email": "nobody@example.com", "password": "no such one"}, 5),
        ("/auth/signup", {}, 20),
        ("/auth/code/request", {"email": "nobody@example.com"}, 3),
        ("/auth/password/request", {"email": "nobody@example.com"}, 5),
        ("/auth/webauthn/login", {}, 10),
    ],
)
def test_what_allauth_counts_is_refused_like_everything_else(
    path: str, body: dict[str, str], allowed: int, settings: Settings
) -> None:
    settings.API_RATES = dict.fromkeys(settings.API_RATES, 100)
    answers = [App().auth("POST", path, body) for _ in range(allowed + 1)]

    *before, refused = answers
    assert all(answer.status_code != 429 for answer in before)
    assert refused.status_code == 429
    assert refused.headers["Content-Type"] == "application/problem+json"
    wait = "300" if "password" in body else "60"
    assert (refused.json()["code"], refused.headers["Retry-After"]) == ("throttled", wait)
    assert left(refused)[1:3] == ("0", wait)


def test_without_the_cache_nobody_is_held_up(app: App) -> None:
    app.start_cart()
    cache_module.breaker.trip()

    assert [app.get("/cart/").status_code for _ in range(12)] == [200] * 12
