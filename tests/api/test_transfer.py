"""What travels: compressed as the caller likes it best, and not at all if the caller has it."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import brotli
import pytest
import time_machine
from backports import zstd
from django.test import Client
from django.utils import timezone
from django.utils.http import http_date

from orders.services import cancel_order
from payments.models import Refund
from shop.api.shopper import visitor_in
from shop.core.visitor import Owner
from tests.api.client import App
from tests.factories.orders import pay, place_order
from tests.factories.shopping import make_sold_product

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def guest(app: App) -> App:
    app.start_cart()
    return app


@pytest.fixture
def number(guest: App) -> str:
    make_sold_product("LAMP", price_minor=1999)
    with time_machine.travel(NOON, tick=False):
        return place_order(owner=Owner(visitor=visitor_in(guest.cart_token)))


@pytest.mark.parametrize(
    ("accepted", "coding", "decompress"),
    [
        ("gzip", "gzip", gzip.decompress),
        ("gzip, br", "br", brotli.decompress),
        ("gzip, br, zstd", "zstd", zstd.decompress),
        ("br;q=0.1, gzip", "gzip", gzip.decompress),
    ],
)
def test_answers_are_compressed_as_the_caller_likes_best(
    app: App, accepted: str, coding: str, decompress: Callable[[bytes], bytes]
) -> None:
    make_sold_product("LAMP", price_minor=1999, title="Trail Lantern")
    plain = app.get("/products/LAMP/")

    answer = Client().get("/api/v1/products/LAMP/", headers={"Accept-Encoding": accepted})

    assert answer.headers["Content-Encoding"] == coding
    assert "accept-encoding" in answer.headers["Vary"].lower()
    assert json.loads(decompress(answer.content)) == plain.json()
    assert len(answer.content) < len(plain.content)


def test_who_accepts_no_coding_gets_none(app: App) -> None:
    answer = app.get("/products/NONE/", Accept_Encoding="identity")

    assert "Content-Encoding" not in answer.headers
    assert answer.json()["code"] == "product_not_found"


def test_a_tag_that_came_compressed_still_tells_what_the_caller_has(guest: App) -> None:
    for sku in "ABC":
        make_sold_product(sku, price_minor=1999, title=f"Trail Lantern {sku}")
        guest.post("/cart/lines/", {"sku": sku})
    compressed = {"X-Cart-Token": guest.cart_token, "Accept-Encoding": "br"}
    etag = Client().get("/api/v1/cart/", headers=compressed).headers["ETag"]

    again = guest.get("/cart/", Accept_Encoding="br", If_None_Match=etag)
    changed = guest.put("/cart/lines/A/", {"quantity": 2}, If_Match=etag)
    late = guest.put("/cart/lines/A/", {"quantity": 3}, If_Match=etag)

    assert etag.startswith('W/"')
    assert (again.status_code, again.content) == (304, b"")
    assert (changed.status_code, late.status_code) == (200, 412)


@pytest.mark.parametrize("path", ["/orders/", "/orders/{number}/", "/categories/"])
def test_who_has_the_newest_answer_gets_none(guest: App, number: str, path: str) -> None:
    address = path.format(number=number)
    first = guest.get(address)

    again = guest.get(address, If_None_Match=first.headers["ETag"])

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["RateLimit-Limit"] == first.headers["RateLimit-Limit"]


def test_an_order_says_when_it_changed_last(guest: App, number: str) -> None:
    path, later = f"/orders/{number}/", NOON + timedelta(minutes=5)
    first = guest.get(path)
    with time_machine.travel(later, tick=False):
        pay(number)
    paid = guest.get(path, If_Modified_Since=http_date(NOON.timestamp()))

    # A payment's steps have no time of theirs.
    assert "Last-Modified" not in first.headers
    assert (paid.status_code, paid.json()["status"]) == (200, "confirmed")
    assert paid.headers["Last-Modified"] == http_date(later.timestamp())
    same = guest.get(path, If_Modified_Since=paid.headers["Last-Modified"])
    assert (same.status_code, same.content) == (304, b"")


def test_a_refund_that_arrives_is_a_change(guest: App, number: str) -> None:
    path = f"/orders/{number}/"
    pay(number)
    cancel_order(number=number, actor="ada", now=timezone.now())
    before = guest.get(path).headers["Last-Modified"]

    Refund.objects.update(state="done", settled_at=timezone.now() + timedelta(hours=1))

    after = guest.get(path, If_Modified_Since=before)
    assert (after.status_code, after.json()["payment"]["refund"]["state"]) == (200, "done")
