"""The example app in a telephone's browser, with the shop's whole process tree behind it."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    Route,
    ViewportSize,
    WebSocketRoute,
    expect,
)
from pytest_django import Settings

from cart.models import Cart
from cart.services import add_line
from catalog.services import retire_product
from catalog.types import VariantInput
from orders.models import Order
from payments.models import Payment
from shop.core.visitor import Owner
from tests import mobile_app
from tests.e2e.clean import settle
from tests.factories.accounts import PASSWORD, make_customer_for_processes
from tests.factories.catalog import make_product
from tests.factories.checkout import FEE, PRICE, Buyer
from tests.factories.logistics import make_lane, make_warehouse, put_stock
from tests.processes import ShopProcesses, eventually
from tests.web_browser import WAIT_MS, chromium

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.processes,
    pytest.mark.browser,
]

expect.set_options(timeout=WAIT_MS)
PHONE: ViewportSize = {"width": 390, "height": 844}
# Where to leave pictures of the screens, for people.
SHOTS = os.environ.get("MOBILE_SHOTS", "")
TOTAL = "$24.99"
NewPhone = Callable[..., Page]


@pytest.fixture(scope="module")
def _built() -> None:
    mobile_app.need_node()
    mobile_app.build()


@pytest.fixture(scope="module")
def browser(_built: None) -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as patch:
        # Playwright's loop runs in this thread; Django would take the tests for async code.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        with chromium() as browser:
            yield browser


@pytest.fixture
def goods(browser: Browser, shop: ShopProcesses) -> Iterator[None]:
    """Kettles in two colours, and a plain one, that reach California."""
    west = make_warehouse("RNO")
    make_lane(west, postal_areas="900-961", fee_minor=FEE)
    for sku in ("KETTLE-RED", "KETTLE-BLUE", "PLAIN"):
        put_stock(sku, 20, west)
    colors = [
        VariantInput(sku=sku, price_minor=PRICE, options={"Color": color})
        for sku, color in (("KETTLE-RED", "Red"), ("KETTLE-BLUE", "Blue"))
    ]
    items = [
        make_product(title="Aurora Kettle", brand="Nordlys", variants=tuple(colors)),
        make_product(title="Plain Kettle", brand="Brume", sku="PLAIN", price_minor=PRICE),
    ]
    settle(shop)
    yield
    for item in items:
        retire_product(product_id=item.product_id, now=timezone.now())
    settle(shop, seconds=20)


@pytest.fixture
def phone(browser: Browser, shop: ShopProcesses, goods: None) -> Iterator[NewPhone]:
    """Open the app; nothing may have gone wrong in its code at the end."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []
    live = f"http://127.0.0.1:{shop.port + 2}"
    with mobile_app.served(shop_url=f"http://127.0.0.1:{shop.port}", live_url=live) as url:

        def open_one(*, dark: bool = False) -> Page:
            context = browser.new_context(
                base_url=url,
                viewport=PHONE,
                has_touch=True,
                color_scheme="dark" if dark else "light",
                locale="en-US",
            )
            context.set_default_timeout(WAIT_MS)
            contexts.append(context)
            page = context.new_page()
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.goto("/")
            return page

        yield open_one
        for context in contexts:
            context.close()
    assert faults == []


def test_from_the_search_to_the_paid_order(phone: NewPhone) -> None:
    page = phone()
    tell_zip(page)
    search_for(page, "kettle")
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("group", name="Brand").get_by_text("Nordlys").click()
    look(page, "filters")
    page.get_by_role("button", name="Show results").click()
    expect(card(page, "Plain Kettle")).to_have_count(0)
    look(page, "results")

    card(page, "Aurora Kettle").click()
    page.get_by_role("link", name="Blue").click()
    expect(page.get_by_text(re.compile("To 94103. If ordered within"))).to_be_visible()
    look(page, "product")
    page.get_by_role("button", name="Add to cart").click()
    page.get_by_role("link", name="View cart").click()
    expect(page.get_by_text("Color: Blue")).to_be_visible()
    look(page, "cart")
    check_out(page)
    look(page, "checkout")
    page.get_by_role("button", name=f"Order and pay {TOTAL}").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Almost yours")
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    look(page, "to-pay")
    pay(page)

    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Thank you, your order is confirmed", timeout=15_000
    )
    look(page, "confirmed")
    [order] = Order.objects.all()
    assert (order.status, order.total_minor) == ("confirmed", PRICE + FEE)
    page.get_by_role("link", name="Orders").click()
    expect(page.get_by_role("link", name="Aurora Kettle")).to_be_visible()
    look(page, "orders")


def test_an_answer_lost_twice_leaves_one_order(phone: NewPhone) -> None:
    page = phone()
    tell_zip(page)
    put_in_cart(page, "PLAIN")
    check_out(page)
    keys: list[str] = []
    outcomes: list[int] = []

    def lose(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        answer = route.fetch()
        outcomes.append(answer.status)
        if len(keys) <= 2:
            route.abort()
        else:
            route.fulfill(response=answer)

    page.route("**/api/v1/orders/", lose)
    order_button = page.get_by_role("button", name=f"Order and pay {TOTAL}")
    order_button.click()
    # The app has asked twice by itself; now its owner is told that nothing is known.
    expect(page.get_by_text("No answer from the shop")).to_be_visible()
    assert (len(keys), Order.objects.count()) == (2, 1)
    look(page, "lost-answer")
    order_button.click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Almost yours")
    assert (len(keys), len(set(keys)), outcomes) == (3, 1, [201, 201, 201])
    [order] = Order.objects.all()
    assert order.number in page.url


def test_signing_in_brings_the_guests_cart_along(phone: NewPhone) -> None:
    customer = make_customer_for_processes(email="ada@example.com")
    owner = Owner(customer_id=customer.pk, visitor="")
    add_line(owner=owner, sku="PLAIN", quantity=1)
    page = phone(dark=True)
    tell_zip(page)
    put_in_cart(page, "KETTLE-RED")

    sign_in(page, "wrong horse battery staple")
    expect(page.locator(".field__error")).to_contain_text("not correct")
    look(page, "refused-dark")
    sign_in(page, PASSWORD)
    expect(page.get_by_role("heading", level=1)).to_have_text("Ada Park")

    add_address(page)
    look(page, "account-dark")
    go(page, "Cart")
    expect(page.get_by_role("link", name="Aurora Kettle")).to_be_visible()
    expect(page.get_by_role("link", name="Plain Kettle")).to_be_visible()
    look(page, "cart-dark")
    page.get_by_role("link", name="Check out").click()
    expect(page.get_by_role("radio", name=re.compile("500 Howard Street"))).to_be_checked()
    page.get_by_role("button", name=re.compile(r"Order and pay \$")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Almost yours")
    look(page, "to-pay-dark")


def test_tokens_that_are_over_are_changed_once_and_nobody_notices(phone: NewPhone) -> None:
    make_customer_for_processes(email="ada@example.com")
    page = phone()
    sign_in(page, PASSWORD)
    name = page.get_by_role("heading", level=1)
    expect(name).to_have_text("Ada Park")
    refreshed: list[int] = []
    page.on(
        "response",
        lambda answer: refreshed.append(answer.status) if "tokens/refresh" in answer.url else None,
    )

    for round_number in (1, 2):
        go(page, "Shop")
        expect(page.get_by_role("searchbox", name="Search")).to_be_visible()
        for path in ("**/api/v1/account/", "**/api/v1/addresses/"):
            page.route(path, send_with_a_token_that_is_over, times=1)
        go(page, "Account")
        expect(name).to_have_text("Ada Park")
        # Two calls found it over; the new refresh token served in the second round.
        assert refreshed == [200] * round_number


def send_with_a_token_that_is_over(route: Route) -> None:
    route.continue_(headers={**route.request.headers, "authorization": "Bearer over"})


def test_orders_come_page_by_page(phone: NewPhone, settings: Settings) -> None:
    customer = make_customer_for_processes(email="ada@example.com")
    owner = Owner(customer_id=customer.pk, visitor="")
    settings.MAX_UNPAID_ORDERS = 20
    numbers = [Buyer({"PLAIN": 1}, owner=owner).fill_cart().place() for _ in range(12)]
    page = phone()
    sign_in(page, PASSWORD)
    page.get_by_role("link", name="Your orders").click()
    cards = page.get_by_role("main").get_by_role("listitem")
    expect(cards).to_have_count(10)

    page.get_by_role("button", name="Show older orders").click()

    expect(cards).to_have_count(12)
    texts = " ".join(cards.all_inner_texts())
    assert [number for number in numbers if number not in texts] == []
    expect(page.get_by_role("button", name="Show older orders")).to_be_hidden()


def test_another_devices_change_is_not_undone(phone: NewPhone) -> None:
    page = phone()
    tell_zip(page)
    put_in_cart(page, "PLAIN")
    go(page, "Cart")
    expect(page.get_by_role("spinbutton", name="Quantity of Plain Kettle")).to_have_value("1")
    owner = Owner(visitor=str(Cart.objects.get().visitor))
    add_line(owner=owner, sku="KETTLE-RED", quantity=3)

    page.get_by_role("button", name="One more: Quantity of Plain Kettle").click()

    expect(page.get_by_text("Your cart has changed on another device")).to_be_visible()
    expect(page.get_by_role("spinbutton", name="Quantity of Aurora Kettle")).to_have_value("3")
    page.get_by_role("button", name="One more: Quantity of Plain Kettle").click()
    expect(page.get_by_role("spinbutton", name="Quantity of Plain Kettle")).to_have_value("2")


def test_without_live_tracking_the_app_asks(phone: NewPhone, shop: ShopProcesses) -> None:
    page = phone()
    tell_zip(page)
    put_in_cart(page, "PLAIN")

    def refuse(socket: WebSocketRoute) -> None:
        socket.close(code=1011)

    page.route_web_socket(re.compile("/ws/orders/"), refuse)
    check_out(page)
    page.get_by_role("button", name=f"Order and pay {TOTAL}").click()
    expect(page.get_by_text("Checked every few seconds")).to_be_visible()
    session = eventually(lambda: Payment.objects.get().session_ref)

    shop.act(session, "pay")

    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Thank you, your order is confirmed", timeout=15_000
    )


def test_offline_and_back(phone: NewPhone) -> None:
    page = phone()
    tell_zip(page)
    page.context.set_offline(True)
    go(page, "Cart")
    go(page, "Shop")
    expect(page.get_by_text("You are offline", exact=True)).to_be_visible()
    look(page, "offline")

    page.context.set_offline(False)

    expect(card(page, "Plain Kettle")).to_be_visible()


def test_an_outage_is_told_and_waited_out(phone: NewPhone) -> None:
    page = phone()
    tell_zip(page)
    asked: list[str] = []

    def fail(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) > 3:
            route.continue_()
            return
        problem = (
            '{"type": "/api/v1/docs/#problem-unavailable", "title": "Service Unavailable",'
            ' "status": 503, "code": "unavailable", "detail": "Something does not answer."}'
        )
        route.fulfill(
            status=503,
            body=problem,
            headers={"Retry-After": "1", "Content-Type": "application/problem+json"},
        )

    page.route("**/api/v1/products/PLAIN/**", fail)
    page.goto("/#/p/PLAIN")
    expect(page.get_by_text("Something does not answer.")).to_be_visible()
    assert len(asked) == 2
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Plain Kettle")


def tell_zip(page: Page) -> None:
    page.get_by_label("ZIP code").fill("00000")
    page.get_by_role("button", name="Deliver here").click()
    expect(page.locator(".field__error")).to_be_visible()
    look(page, "no-such-zip")
    page.get_by_label("ZIP code").fill("94103")
    page.get_by_role("button", name="Deliver here").click()
    expect(page.get_by_role("button", name="Deliver to 94103")).to_be_visible()
    expect(page.get_by_role("button", name="Deliver here")).to_have_count(0)
    look(page, "home")


def search_for(page: Page, words: str) -> None:
    box = page.get_by_role("searchbox", name="Search")
    box.press_sequentially(words[:4])
    expect(page.locator("#suggestions a").first).to_be_visible()
    look(page, "suggestions")
    box.fill(words)
    box.press("Enter")
    expect(card(page, "Plain Kettle")).to_be_visible()


def card(page: Page, title: str) -> Locator:
    return page.get_by_role("heading", level=3).get_by_role("link", name=title)


def put_in_cart(page: Page, sku: str) -> None:
    page.goto(f"/#/p/{sku}")
    page.get_by_role("button", name="Add to cart").click()
    expect(page.get_by_role("link", name="View cart")).to_be_visible()


def check_out(page: Page) -> None:
    """Fill in the form as a guest in San Francisco."""
    go(page, "Cart")
    page.get_by_role("link", name="Check out").click()
    page.get_by_label("E-mail").fill("ada@example.com")
    fill_address(page)
    expect(page.get_by_role("button", name=f"Order and pay {TOTAL}")).to_be_enabled()


def fill_address(page: Page) -> None:
    page.get_by_label("Full name").fill("Ada Park")
    page.get_by_label("Street and number").fill("500 Howard Street")
    page.get_by_label("City").fill("San Francisco")
    page.get_by_label("State").select_option("CA")
    page.get_by_label("ZIP code").fill("94103")


def add_address(page: Page) -> None:
    page.get_by_role("link", name="Add an address").click()
    fill_address(page)
    page.get_by_label("ZIP code").fill("10001")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".field__error")).to_be_visible()
    look(page, "address-refused-dark")
    page.get_by_label("ZIP code").fill("94103")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("500 Howard Street")).to_be_visible()


def pay(page: Page) -> None:
    """Pay in the bank's window beside the app."""
    with page.expect_popup() as opened:
        page.get_by_role("link", name=f"Pay {TOTAL} at the bank").click()
    opened.value.get_by_role("button", name=f"Pay {TOTAL}").click()


def sign_in(page: Page, password: str) -> None:
    go(page, "Account")
    page.get_by_label("E-mail").fill("ada@example.com")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def go(page: Page, tab: str) -> None:
    page.get_by_role("navigation", name="Main").get_by_role("link", name=tab).click()


def look(page: Page, name: str) -> None:
    """Nothing is wider than the telephone; leave a picture where people want one."""
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wide == 0, f"{name} is {wide} px too wide"
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)
