"""What somebody saves and is recommended in the example app, and what it tells of that."""

from collections.abc import Iterator
from typing import Any

import pytest
import redis
from django.utils import timezone
from playwright.sync_api import APIResponse, Page, Request, Route, expect

from cart.models import Cart
from catalog.selectors import get_item
from catalog.services import retire_product
from tests.e2e.clean import settle
from tests.e2e.phone_steps import NewPhone, card, go, look, search_for, tell_zip
from tests.factories.catalog import make_product
from tests.factories.checkout import FEE
from tests.factories.logistics import make_lane, make_warehouse, put_stock
from tests.factories.recommendations import make_popular
from tests.processes import ShopProcesses, eventually

pytest_plugins = ["tests.e2e.phone"]
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.processes,
    pytest.mark.browser,
    pytest.mark.app,
]
CACHE = 1  # the number of Redis' database, see shop.settings
EVENTS = "**/api/v1/events/"
HIDE = """
    Object.defineProperty(document, "hidden", { get: () => true, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
"""


@pytest.fixture
def popular(shop: ShopProcesses, kettles: None) -> Iterator[None]:
    """Enough that is liked for a row: a shorter one is not shown."""
    east = make_warehouse("LAS")
    make_lane(east, postal_areas="900-961", fee_minor=FEE)
    mugs = [make_product(title=f"Mug {number}", sku=f"MUG-{number}") for number in range(4)]
    for number in range(4):
        put_stock(f"MUG-{number}", 20, east)
    plain = get_item(sku="PLAIN")
    make_popular([each.product_id for each in (plain, *mugs)])
    forget_cached_lists(shop)
    settle(shop)
    yield
    for item in mugs:
        retire_product(product_id=item.product_id, now=timezone.now())


class Hearing:
    """Events on their way to the shop, each with its answer: a browser shows no body of a call
    that may outlive its page."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._calls: list[tuple[Request, APIResponse]] = []
        page.route(EVENTS, self._pass_on)

    def wait(self) -> list[tuple[Request, APIResponse]]:
        """Return the calls so far, at least one."""
        return eventually(lambda: self._page.evaluate("true") and self._calls)

    def _pass_on(self, route: Route) -> None:
        answer = route.fetch()
        self._calls.append((route.request, answer))
        route.fulfill(response=answer)


def forget_cached_lists(shop: ShopProcesses) -> None:
    """The shop keeps popular lists for a minute, those of the test before too."""
    with redis.Redis.from_url(shop.redis.url, db=CACHE) as client:
        for key in client.scan_iter("*recommendations:*"):
            client.delete(key)


def sent(request: Request) -> dict[str, Any]:
    body: dict[str, Any] | None = request.post_data_json
    assert body is not None
    return body


def told(request: Request) -> list[dict[str, Any]]:
    """Return the events of a call without their time."""
    events = sent(request)["events"]
    return [
        {name: value for name, value in event.items() if name != "occurred_at"} for event in events
    ]


def test_a_heart_keeps_a_product_until_it_goes_into_the_cart(phone: NewPhone) -> None:
    page = phone()
    tell_zip(page)
    go(page, "Wishlist")
    expect(page.get_by_text("Nothing saved yet")).to_be_visible()
    look(page, "wishlist-empty")
    go(page, "Shop")
    search_for(page, "kettle")
    page.get_by_role("button", name="Save Plain Kettle").click()
    page.goto("/#/p/KETTLE-RED")
    heart = page.get_by_role("button", name="Save Aurora Kettle")
    expect(heart).to_have_attribute("aria-pressed", "false")
    with page.expect_response("**/api/v1/wishlist/**"):
        heart.click()
    page.reload()
    expect(heart).to_have_attribute("aria-pressed", "true")

    go(page, "Wishlist")
    wishes = page.get_by_role("main").get_by_role("listitem")
    expect(wishes).to_have_count(2)
    look(page, "wishlist")
    page.get_by_role("button", name="Move Aurora Kettle to the cart").click()
    expect(wishes).to_have_count(1)
    page.get_by_role("button", name="Remove Plain Kettle").click()
    expect(page.get_by_text("Nothing saved yet")).to_be_visible()
    assert [line.sku for line in Cart.objects.get().lines.all()] == ["KETTLE-RED"]


def test_a_heart_that_the_shop_did_not_take_is_empty_again(phone: NewPhone) -> None:
    page = phone()
    page.goto("/#/p/PLAIN")
    heart = page.get_by_role("button", name="Save Plain Kettle")
    expect(heart).to_have_attribute("aria-pressed", "false")
    page.context.set_offline(True)

    heart.click()

    expect(page.get_by_text("Check your connection")).to_be_visible()
    expect(heart).to_have_attribute("aria-pressed", "false")


def test_a_row_leads_to_a_product_and_the_shop_hears_of_it(popular: None, phone: NewPhone) -> None:
    page = phone()
    tell_zip(page)
    row = page.get_by_role("region", name="Popular right now")
    expect(row.get_by_role("article")).to_have_count(5)
    look(page, "rows")

    heard = Hearing(page)
    row.get_by_role("link", name="Plain Kettle").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Plain Kettle")

    [(call, answer)] = heard.wait()
    assert told(call) == [
        {"kind": "click", "sku": "PLAIN", "place": "popular"},
        {"kind": "view", "sku": "PLAIN", "place": "popular"},
    ]
    assert answer.json() == {"recorded": 2, "unknown": []}
    with page.expect_request("**/api/v1/cart/lines/**") as added:
        page.get_by_role("button", name="Add to cart").click()
    assert sent(added.value)["place"] == "popular"


def test_rows_below_are_asked_for_when_they_are_about_to_be_seen(
    popular: None, phone: NewPhone
) -> None:
    page = phone()
    asked: list[str] = []
    page.on("request", lambda call: asked.extend({call.url} if "place=cart" in call.url else ()))
    page.set_viewport_size({"width": 390, "height": 320})
    go(page, "Cart")
    expect(page.get_by_text("Your cart is empty")).to_be_visible()
    assert asked == []

    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")

    eventually(lambda: page.evaluate("true") and asked)
    expect(page.get_by_role("region", name="Popular right now")).to_be_visible()
    assert len(asked) == 1


def test_what_was_looked_at_is_told_when_the_app_goes_and_counts_once(phone: NewPhone) -> None:
    page = phone()
    tell_zip(page)
    search_for(page, "kettle")
    # From here on the shop knows who this is.
    page.get_by_role("button", name="Save Aurora Kettle").click()
    expect(page.get_by_text("Saved to your wishlist")).to_be_visible()
    calls: list[Request] = []

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()
        calls.append(route.request)

    page.route(EVENTS, lose)
    card(page, "Plain Kettle").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Plain Kettle")
    page.evaluate(HIDE)
    # It asks twice by itself.
    eventually(lambda: page.evaluate("true") and len(calls) == 2)
    page.unroute(EVENTS)
    heard = Hearing(page)

    page.reload()

    again, answer = heard.wait()[0]
    first = calls[0]
    assert told(first) == told(again)
    assert told(again) == [
        {"kind": "click", "sku": "PLAIN", "text": "kettle"},
        {"kind": "view", "sku": "PLAIN", "text": "kettle"},
    ]
    assert first.headers["idempotency-key"] == again.headers["idempotency-key"]
    assert answer.headers["idempotent-replayed"] == "true"
