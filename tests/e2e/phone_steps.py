"""What somebody does with the example app, step by step."""

import os
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from notifications.models import MailboxMessage
from tests.processes import eventually

# Where to leave pictures of the screens, for people.
SHOTS = os.environ.get("MOBILE_SHOTS", "")
TOTAL = "$24.99"
NewPhone = Callable[..., Page]
FLAWS = (Path(__file__).parent / "phone_flaws.js").read_text()


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
    """Nothing is too wide, cannot be hit or cannot be heard; leave a picture for people."""
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wide == 0, f"{name} is {wide} px too wide"
    assert page.evaluate(FLAWS) == [], name
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def mailed_code(subject: str) -> str:
    """Return the code of the newest e-mail about it."""
    mail = eventually(MailboxMessage.objects.filter(subject__icontains=subject).last)
    assert mail is not None
    [code] = re.findall(r"^    ([A-Z0-9-]{6,12})$", mail.text, re.MULTILINE)
    return str(code)
