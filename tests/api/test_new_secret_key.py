"""What a new SECRET_KEY changes for who is signed in, with the old one among the fallbacks."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from accounts.sessions import customer_of_session
from shop.live.access import listener_of
from tests.api.client import AUTH, App
from tests.factories.accounts import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(customer: User) -> Client:
    """A browser of `customer`, signed in before the key was changed."""
    client = Client(headers={"User-Agent": "Firefox/150"})
    client.post("/accounts/login/", {"login": customer.email, "password": PASSWORD})
    return client


def change_key(settings: Settings) -> None:
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new one " * 5


def is_in(browser: Client) -> bool:
    return browser.get("/account/").status_code == 200


def listed(app: App) -> dict[str, int]:
    told = app.auth("GET", "/auth/sessions").json()["data"]
    return {device["user_agent"]: device["id"] for device in told}


def test_a_sign_in_elsewhere_leaves_a_browser_signed_in(
    browser: Client, customer: User, settings: Settings
) -> None:
    change_key(settings)

    app = App()
    app.sign_in(customer.email)
    Client().post("/accounts/login/", {"login": customer.email, "password": PASSWORD})
    listed(app)

    assert is_in(browser)
    assert is_in(browser)


def test_a_look_at_the_devices_on_the_website_leaves_the_others_signed_in(
    browser: Client, customer: User, settings: Settings
) -> None:
    change_key(settings)
    other = Client()
    other.post("/accounts/login/", {"login": customer.email, "password": PASSWORD})

    assert "Firefox/150" in other.get("/accounts/sessions/").text

    assert is_in(browser)


def test_a_live_connection_leaves_its_browser_signed_in(
    browser: Client, customer: User, settings: Settings
) -> None:
    change_key(settings)
    cookie = f"sessionid={browser.cookies['sessionid'].value}".encode()

    listener = listener_of({"headers": [(b"cookie", cookie)], "query_string": b""})

    assert listener.owner.customer_id == customer.pk
    assert is_in(browser)


def test_a_browser_whose_session_got_another_key_is_listed_and_can_be_ended(
    browser: Client, customer: User, settings: Settings
) -> None:
    change_key(settings)
    before = browser.cookies["sessionid"].value
    assert is_in(browser)
    assert browser.cookies["sessionid"].value != before
    app = App()
    app.sign_in(customer.email)

    app.auth("DELETE", "/auth/sessions", {"sessions": [listed(app)["Firefox/150"]]})

    assert not is_in(browser)


def test_a_new_password_ends_a_browser_from_before_the_new_key(
    browser: Client, customer: User, settings: Settings
) -> None:
    change_key(settings)
    assert is_in(browser)
    app = App()
    app.sign_in(customer.email)

    change = {"current_password": PASSWORD, "new_password": "a whole new one"}
    assert app.auth("POST", "/account/password/change", change).status_code == 200

    assert not is_in(browser)
    assert app.get("/account/").status_code == 200


def test_apps_sign_in_again(signed_in: App, customer: User, settings: Settings) -> None:
    change_key(settings)

    assert signed_in.get("/account/").status_code == 401
    refused = signed_in.post(f"{AUTH}/tokens/refresh", {"refresh_token": signed_in.refresh})
    assert refused.status_code == 400
    assert App().sign_in(customer.email).status_code == 200


def test_a_session_names_its_customer_as_long_as_it_opens_the_account(
    browser: Client, customer: User
) -> None:
    key = browser.cookies["sessionid"].value
    assert customer_of_session(key) == customer.pk
    assert customer_of_session("nonsense") is None

    customer.set_password("a whole new one")
    customer.save()
    assert customer_of_session(key) is None
    assert Session.objects.filter(pk=key).exists()


def test_a_closed_account_is_nobodys_session(browser: Client, customer: User) -> None:
    User.objects.filter(pk=customer.pk).update(is_active=False)

    assert customer_of_session(browser.cookies["sessionid"].value) is None
