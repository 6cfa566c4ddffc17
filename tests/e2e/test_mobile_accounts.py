"""Ways into an account in the example app: a new one, a forgotten password, a second step."""

import base64
import time

import pytest
from allauth.mfa.totp.internal import auth as authenticator
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from playwright.sync_api import Page, expect

from accounts.models import User
from cart.selectors import get_cart
from tests.e2e.phone_steps import NewPhone, go, look, mailed_code, put_in_cart, sign_in, tell_zip
from tests.factories.accounts import PASSWORD, make_customer_for_processes
from wishlist.selectors import get_wishlist

pytest_plugins = ["tests.e2e.phone"]
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.processes,
    pytest.mark.browser,
    pytest.mark.app,
]


CONFIRM = "Parcelwise code"


def send_code(page: Page, code: str) -> None:
    page.get_by_role("textbox", name="Code").fill(code)
    page.get_by_role("button", name="Continue").click()


def code_for(secret: str) -> str:
    """Return what an authenticator app shows."""
    key = base64.b32decode(secret)
    return TOTP(key, 6, SHA1(), 30).generate(int(time.time())).decode()  # noqa: S303


def test_a_guest_signs_up_and_keeps_cart_and_wishlist(phone: NewPhone) -> None:
    page = phone()
    tell_zip(page)
    put_in_cart(page, "PLAIN")
    page.get_by_role("button", name="Save Plain Kettle").click()
    expect(page.get_by_text("Saved to your wishlist")).to_be_visible()
    go(page, "Account")
    page.get_by_role("link", name="Create an account").click()
    page.get_by_label("Full name").fill("Bea Stone")
    page.get_by_label("E-mail").fill("bea@example.com")
    page.get_by_label("Password").fill("1234567")
    page.get_by_role("button", name="Create account").click()
    expect(page.locator("[data-field=password] .field__error")).to_contain_text("too short")
    look(page, "sign-up-refused")

    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_text("We have sent a code to bea@example.com.")).to_be_visible()
    look(page, "sign-up-code")
    send_code(page, "AAAA-AAAA")
    expect(page.locator("[data-field=key] .field__error")).to_be_visible()
    send_code(page, mailed_code(CONFIRM))

    expect(page.get_by_role("heading", level=1)).to_have_text("Bea Stone")
    customer = User.objects.get()
    [line] = get_cart(customer_id=customer.pk).lines
    [wish] = get_wishlist(customer_id=customer.pk).items
    assert (line.sku, wish.sku) == ("PLAIN", "PLAIN")


def test_another_code_is_not_sent_at_once_and_the_first_one_serves(phone: NewPhone) -> None:
    page = phone()
    page.goto("/#/account/new")
    page.get_by_label("E-mail").fill("cleo@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    first = mailed_code(CONFIRM)

    page.get_by_role("button", name="Send another code").click()

    expect(page.get_by_role("alert")).to_contain_text("available in 60 seconds")
    send_code(page, first)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account")


def test_a_forgotten_password_is_chosen_anew(phone: NewPhone) -> None:
    make_customer_for_processes(email="ada@example.com")
    page = phone()
    go(page, "Account")
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_label("E-mail").fill("ada@example.com")
    look(page, "forgot")
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("New password", exact=True).fill("a whole new one")
    look(page, "forgot-code")

    send_code(page, mailed_code("code for a new"))

    expect(page.get_by_role("heading", level=1)).to_have_text("Ada Park")
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, "a whole new one")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ada Park")


def test_an_authenticator_app_guards_the_account(phone: NewPhone) -> None:
    secret = authenticator.generate_totp_secret()
    authenticator.TOTP.activate(make_customer_for_processes(email="ada@example.com"), secret)
    page = phone(dark=True)
    sign_in(page, PASSWORD)
    expect(page.get_by_role("heading", level=1)).to_have_text("One more step")
    look(page, "second-step-dark")
    send_code(page, "000000")
    expect(page.locator("[data-field=code] .field__error")).to_be_visible()

    send_code(page, code_for(secret))

    expect(page.get_by_role("heading", level=1)).to_have_text("Ada Park")
