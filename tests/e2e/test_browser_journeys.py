"""Shoppers' journeys in a real browser, the main one without JavaScript too."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect

from cart.models import Cart
from cart.services import add_line
from catalog.services import retire_product
from catalog.types import VariantInput
from orders.models import Order
from shop.core.money import Money
from shop.core.order_links import sign_order_link
from shop.core.visitor import Owner
from tests.e2e.clean import settle
from tests.factories.accounts import PASSWORD, make_address, make_customer_for_processes
from tests.factories.catalog import make_product
from tests.factories.checkout import FEE, PRICE, Buyer
from tests.factories.logistics import make_lane, make_warehouse, put_stock
from tests.processes import ShopProcesses
from tests.web_browser import WAIT_MS, Visit, chromium

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.processes,
    pytest.mark.browser,
]

expect.set_options(timeout=WAIT_MS)
NewVisit = Callable[..., Visit]
RED = "KETTLE-RED"
KETTLE = "/p/aurora-kettle/KETTLE-RED/"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as patch:
        # Playwright's loop runs in this thread; Django would take the tests for async code.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        with chromium() as browser:
            yield browser


@pytest.fixture
def goods(browser: Browser, shop: ShopProcesses) -> Iterator[None]:
    """Two kettles that reach all of California, and one that only New York can have."""
    west, east = make_warehouse("RNO"), make_warehouse("NYC")
    make_lane(west, postal_areas="900-961", fee_minor=FEE)
    make_lane(east, postal_areas="100-119", fee_minor=FEE)
    # The factory tells nobody of new stock, so it comes before the products that search reads.
    for sku in (RED, "KETTLE-BLUE", "PLAIN"):
        put_stock(sku, 10, west)
    put_stock("HUDSON", 10, east)
    colors = [
        VariantInput(sku=sku, price_minor=PRICE, options={"Color": color})
        for sku, color in ((RED, "Red"), ("KETTLE-BLUE", "Blue"))
    ]
    items = [
        make_product(title="Aurora Kettle", brand="Nordlys", variants=tuple(colors)),
        make_product(title="Plain Kettle", brand="Brume", sku="PLAIN", price_minor=PRICE),
        make_product(title="Hudson Kettle", brand="Brume", sku="HUDSON", price_minor=PRICE),
    ]
    settle(shop)
    yield
    # The index is not emptied with the tables.
    for item in items:
        retire_product(product_id=item.product_id, now=timezone.now())
    settle(shop, seconds=20)


@pytest.fixture
def visit(browser: Browser, shop: ShopProcesses, goods: None) -> Iterator[NewVisit]:
    """Open a browser; at the end it must have had nothing to complain about."""
    opened: list[Visit] = []

    def open_one(*, width: int = 1280, scripts: bool = True) -> Visit:
        opened.append(Visit(browser, str(shop.http.base_url), width=width, scripts=scripts))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()
    assert [text for each in opened for text in each.complaints] == []


@pytest.mark.parametrize("scripts", [True, False], ids=["", "without JavaScript"])
def test_from_the_search_to_the_confirmed_order(visit: NewVisit, *, scripts: bool) -> None:
    page = visit(scripts=scripts).go("/")

    tell_address(page, "94103")
    page.get_by_role("searchbox").or_(page.get_by_role("combobox", name="Search")).fill("kettle")
    page.keyboard.press("Enter")
    expect(card(page, "Aurora Kettle")).to_be_visible()
    expect(card(page, "Plain Kettle")).to_be_visible()
    expect(card(page, "Hudson Kettle")).to_have_count(0)

    page.get_by_role("group", name="Brand").get_by_text("Nordlys").click()
    if not scripts:
        page.get_by_role("button", name="Show results").click()
    expect(card(page, "Plain Kettle")).to_have_count(0)
    expect(page).to_have_url(re.compile("brand=Nordlys"))
    card(page, "Aurora Kettle").click()

    page.get_by_role("link", name="Blue").click()
    expect(page).to_have_url(re.compile("KETTLE-BLUE"))
    expect(page.get_by_text("to 94103 San Francisco, if ordered within")).to_be_visible()
    add_to_cart(page)
    expect(page.get_by_role("heading", name="Aurora Kettle")).to_be_visible()
    expect(page.get_by_text("Color: Blue")).to_be_visible()
    check_out(page)
    page.get_by_role("button", name="Pay $24.99").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Thank you, your order is confirmed", timeout=15_000
    )
    [order] = Order.objects.all()
    assert (order.status, order.total_minor) == ("confirmed", PRICE + FEE)
    assert f"/orders/{order.number}/" in page.url


def test_a_refused_payment_and_the_way_back(visit: NewVisit) -> None:
    page = visit().go(KETTLE)
    add_to_cart(page)
    check_out(page)

    page.get_by_role("button", name="Payment refused for good").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("The payment did not go through")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your cart")
    expect(page.get_by_role("heading", name="Aurora Kettle")).to_be_visible()


def test_signing_in_brings_the_guests_cart_along(visit: NewVisit) -> None:
    customer = make_customer_for_processes(email="ada@example.com")
    add_line(owner=Owner(customer_id=customer.pk, visitor=""), sku="PLAIN", quantity=1)
    page = visit().go(KETTLE)
    add_to_cart(page)
    expect(page.get_by_role("heading", name="Plain Kettle")).to_have_count(0)

    sign_in(page)

    page.goto("/cart/")
    expect(page.get_by_role("heading", name="Aurora Kettle")).to_be_visible()
    expect(page.get_by_role("heading", name="Plain Kettle")).to_be_visible()


def test_an_order_nobody_pays_times_out_before_the_shoppers_eyes(visit: NewVisit) -> None:
    page = visit().go(KETTLE)
    add_to_cart(page)
    owner = Owner(visitor=str(Cart.objects.get().visitor))
    number = Buyer({RED: 1}, owner=owner, address=make_address(postal_code="94103")).place(
        window_seconds=6
    )

    page.goto(sign_order_link(number))
    expect(page.get_by_role("heading", level=1)).to_have_text("Waiting for your payment")
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"0:0[0-5]"))

    expect(page.get_by_role("heading", level=1)).to_have_text("The time to pay ran out")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your cart")
    expect(page.get_by_role("heading", name="Aurora Kettle")).to_be_visible()


def test_no_page_is_wider_than_a_phone(visit: NewVisit) -> None:
    customer = make_customer_for_processes(email="ada@example.com")
    number = Buyer({RED: 1}, owner=Owner(customer_id=customer.pk, visitor="")).fill_cart().place()
    phone = visit(width=390)
    page = phone.go("/")
    tell_address(page, "94103")
    add_to_cart(phone.go(KETTLE))
    wide = {path: phone.overflow() for path in GUEST_PAGES if phone.go(path)}
    sign_in(page)
    wide |= {path: phone.overflow() for path in CUSTOMER_PAGES if phone.go(path)}
    wide |= {path: phone.overflow() for path in [f"/orders/{number}/"] if phone.go(path)}

    assert wide == dict.fromkeys(wide, 0)
    assert len(wide) == len({*GUEST_PAGES, *CUSTOMER_PAGES}) + 1


GUEST_PAGES = (
    "/", "/search/?q=kettle", "/search/?q=nothing+of+the+kind", "/c/outdoor/", KETTLE, "/cart/",
    "/wishlist/", "/checkout/", "/deliver-to/", "/accounts/login/", "/accounts/signup/",
)  # fmt: skip
CUSTOMER_PAGES = ("/orders/", "/account/", "/account/addresses/", "/checkout/", "/dev/mailbox/")


def card(page: Page, title: str) -> Locator:
    return page.get_by_role("heading", level=3).get_by_role("link", name=title)


def tell_address(page: Page, postal_code: str) -> None:
    page.get_by_role("banner").get_by_role("link", name=re.compile("Deliver to")).click()
    page.get_by_label("ZIP code").fill(postal_code)
    page.get_by_role("button", name="Deliver here").click()
    expect(page.get_by_role("banner").get_by_text("94103 San Francisco")).to_be_visible()


def add_to_cart(page: Page) -> None:
    """Press the button and go to the cart, by the toast or the header."""
    page.get_by_role("button", name="Add to cart").click()
    seen = page.get_by_role("link", name="View cart")
    said = page.get_by_text("Added to your cart.")
    expect(seen.or_(said).first).to_be_visible()
    if said.count():
        page.get_by_role("banner").get_by_role("link", name="Cart").click()
    else:
        seen.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your cart")


def check_out(page: Page) -> None:
    """Go to the bank as a guest in San Francisco."""
    page.get_by_role("link", name="Check out").click()
    for label, text in GUEST.items():
        page.get_by_label(label).fill(text)
    page.get_by_label("State").select_option("CA")
    page.get_by_role("button", name=f"Order and pay {Money(PRICE + FEE).format()}").click()
    expect(page.get_by_role("heading", name="Pay with a test card")).to_be_visible()


GUEST = {
    "E-mail": "ada@example.com",
    "Full name": "Ada Park",
    "Street and number": "500 Howard Street",
    "ZIP code": "94103",
    "City": "San Francisco",
}


def sign_in(page: Page) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill("ada@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("banner").get_by_role("link", name="Account")).to_be_visible()
