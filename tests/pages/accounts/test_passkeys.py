"""A passkey on the website, with a real browser and a fingerprint reader that DevTools plays."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tests.factories.accounts import PASSWORD, make_customer
from tests.web_browser import Visit, chromium

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.browser,
]

FINGERPRINT_READER = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Before the database is used: inside Playwright's loop Django opens another connection.
    with pytest.MonkeyPatch.context() as patch:
        # The loop runs in this thread; Django would take the tests for async code.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        with chromium() as browser:
            yield browser


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, settings: Settings) -> Iterator[Page]:
    """Open a window; at the end it must have had nothing to complain about."""
    settings.SHOP_URL = live_server.url
    visit = Visit(browser, live_server.url, width=1280, scripts=True)
    reader = visit.page.context.new_cdp_session(visit.page)
    reader.send("WebAuthn.enable")
    reader.send("WebAuthn.addVirtualAuthenticator", {"options": FINGERPRINT_READER})
    yield visit.page
    visit.close()
    assert visit.complaints == []


def sign_in(page: Page) -> None:
    page.goto("/accounts/login/")
    page.fill("[name=login]", "ada@example.com")
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def wait_until_signed_in(page: Page) -> None:
    page.get_by_label("Your shop").get_by_role("link", name="Account").wait_for()


def sign_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.locator("main").get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Sign in", exact=True).wait_for()


def test_a_passkey_signs_in_alone_and_as_the_second_step(page: Page) -> None:
    make_customer(email="ada@example.com")
    sign_in(page)
    wait_until_signed_in(page)
    page.goto("/accounts/2fa/webauthn/add/")
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.fill("[name=name]", "My laptop")
    page.check("[name=passwordless]")
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url("**/recovery-codes/**")
    page.goto("/accounts/2fa/webauthn/")
    assert "My laptop" in page.locator("table").inner_text()
    sign_out(page)

    page.goto("/accounts/login/")
    page.locator("#passkey_login").click()
    wait_until_signed_in(page)
    sign_out(page)

    sign_in(page)
    page.locator("#mfa_webauthn_authenticate").click()
    wait_until_signed_in(page)
