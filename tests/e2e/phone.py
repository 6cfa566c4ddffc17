"""The example app in a telephone's browser: what its tests ask for as fixtures.

A module of tests says `pytest_plugins = ["tests.e2e.phone"]`.
"""

from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from catalog.services import retire_product
from catalog.types import VariantInput
from tests import mobile_app
from tests.e2e.clean import settle
from tests.e2e.phone_steps import NewPhone
from tests.factories.catalog import make_product
from tests.factories.checkout import FEE, PRICE
from tests.factories.logistics import make_lane, make_warehouse, put_stock
from tests.processes import ShopProcesses
from tests.web_browser import WAIT_MS, chromium

expect.set_options(timeout=WAIT_MS)
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def _built() -> None:
    mobile_app.need_node()
    mobile_app.build()


@pytest.fixture(scope="module")
def app_browser(_built: None) -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as patch:
        # Playwright's loop runs in this thread; Django would take the tests for async code.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        with chromium() as browser:
            yield browser


@pytest.fixture
def kettles(app_browser: Browser, shop: ShopProcesses) -> Iterator[None]:
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
def phone(app_browser: Browser, shop: ShopProcesses, kettles: None) -> Iterator[NewPhone]:
    """Open the app; nothing may have gone wrong in its code at the end."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []
    live = f"http://127.0.0.1:{shop.port + 2}"
    with mobile_app.served(shop_url=f"http://127.0.0.1:{shop.port}", live_url=live) as url:

        def open_one(*, dark: bool = False) -> Page:
            context = app_browser.new_context(
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
