"""Codes of an authenticator app, recovery codes and passkeys, set up in the app."""

import base64
import re
import time
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from cart.selectors import get_cart
from tests.api.client import App
from tests.api.passkey import Passkey
from tests.factories.accounts import PASSWORD
from tests.factories.shopping import make_sold_product

pytestmark = pytest.mark.django_db

TOTP_PATH = "/account/authenticators/totp"
CODES_PATH = "/account/authenticators/recovery-codes"
KEYS_PATH = "/account/authenticators/webauthn"


def code_for(secret: str, *, later: int = 0) -> str:
    """Return what an authenticator app shows."""
    key = base64.b32decode(secret)
    # The algorithm all authenticator apps use by default.
    return TOTP(key, 6, SHA1(), 30).generate(int(time.time()) + later).decode()  # noqa: S303


@pytest.fixture
def secret(signed_in: App) -> str:
    """Turn codes on in the app of `customer`, and return what they are made from."""
    signed_in.confirm_it_is_me()
    secret = str(signed_in.auth("GET", TOTP_PATH).json()["meta"]["secret"])
    turned_on = signed_in.auth("POST", TOTP_PATH, {"code": code_for(secret)})
    assert turned_on.status_code == 200
    return secret


@pytest.fixture
def passkey(signed_in: App) -> Passkey:
    """Add a passkey in the app of `customer`."""
    signed_in.confirm_it_is_me()
    key = Passkey()
    asked = signed_in.auth("GET", f"{KEYS_PATH}?passwordless")
    made = key.register(asked.json()["data"]["creation_options"])
    added = signed_in.auth("POST", KEYS_PATH, {"name": "My phone", "credential": made})
    assert added.status_code == 200, added.content
    return key


def pending(answer: Any) -> list[str]:
    assert answer.status_code == 401
    return [flow["id"] for flow in answer.json()["data"]["flows"] if flow.get("is_pending")]


def test_a_code_is_asked_for_and_the_cart_comes_along(customer: User, secret: str) -> None:
    make_sold_product("LAMP")
    app = App()
    app.start_cart()
    app.post("/cart/lines/", {"sku": "LAMP"})

    assert pending(app.sign_in(customer.email)) == ["mfa_authenticate"]
    assert app.access == ""
    assert get_cart(customer_id=customer.pk).count == 0
    later = code_for(secret, later=30)
    done = app.auth("POST", "/auth/2fa/authenticate", {"code": later})

    assert done.status_code == 200
    assert app.get("/account/").status_code == 200
    assert get_cart(customer_id=customer.pk).count == 1


def test_a_code_serves_once(customer: User, secret: str) -> None:
    code = code_for(secret, later=30)
    first, second = App(), App()
    for app in (first, second):
        app.sign_in(customer.email)
    assert first.auth("POST", "/auth/2fa/authenticate", {"code": code}).status_code == 200

    refused = second.auth("POST", "/auth/2fa/authenticate", {"code": code})

    assert refused.status_code == 400
    assert second.access == ""


def test_an_old_code_is_refused(customer: User, secret: str) -> None:
    old = code_for(secret)
    with time_machine.travel(time.time() + 300):
        app = App()
        app.sign_in(customer.email)
        refused = app.auth("POST", "/auth/2fa/authenticate", {"code": old})

    assert refused.status_code == 400


def test_a_recovery_code_serves_once_in_its_place(
    signed_in: App, customer: User, secret: str
) -> None:
    told = signed_in.auth("GET", CODES_PATH).json()["data"]
    assert (told["total_code_count"], told["unused_code_count"]) == (10, 10)
    code = told["unused_codes"][0]

    statuses = []
    for _ in range(2):
        app = App()
        app.sign_in(customer.email)
        statuses.append(app.auth("POST", "/auth/2fa/authenticate", {"code": code}).status_code)

    assert statuses == [200, 400]
    assert signed_in.auth("GET", CODES_PATH).json()["data"]["unused_code_count"] == 9


def test_the_website_asks_for_the_code_too(client: Client, customer: User, secret: str) -> None:
    page = client.post(
        "/accounts/login/", {"login": customer.email, "password": PASSWORD}, follow=True
    )
    assert page.redirect_chain == [("/accounts/2fa/authenticate/", 302)]
    assert "site-header" in page.text

    client.post("/accounts/2fa/authenticate/", {"code": code_for(secret, later=30)})

    assert client.get("/account/").status_code == 200


@pytest.mark.django_db(transaction=True)  # they leave after the commit
def test_the_customer_is_told_by_email(mailoutbox: list[Any], customer: User, secret: str) -> None:
    [message] = mailoutbox

    assert message.subject == "Sign-in codes are on for your Parcelwise account"
    assert message.to == [customer.email]
    [html] = message.alternatives
    assert "a code of your authenticator app" in html.content


def test_what_codes_are_made_from_is_not_readable_in_the_database(secret: str) -> None:
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))

    assert secret not in kept


def test_secrets_stay_readable_after_the_key_was_changed(
    customer: User, secret: str, settings: Settings
) -> None:
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key" * 5

    app = App()
    app.sign_in(customer.email)
    answer = app.auth("POST", "/auth/2fa/authenticate", {"code": code_for(secret, later=30)})

    assert answer.status_code == 200


def test_codes_are_turned_off_only_by_who_confirms_it(signed_in: App, secret: str) -> None:
    with time_machine.travel(time.time() + 290):  # the access token still lives
        signed_in.refresh_tokens()
    with time_machine.travel(time.time() + 400):
        refused = signed_in.auth("DELETE", TOTP_PATH)
        assert refused.status_code == 401
        assert Authenticator.objects.filter(type="totp").exists()

        signed_in.confirm_it_is_me()
        assert signed_in.auth("DELETE", TOTP_PATH).status_code == 200

    assert not Authenticator.objects.filter(type="totp").exists()


def test_the_authenticator_app_shows_the_shops_name(signed_in: App) -> None:
    signed_in.confirm_it_is_me()

    told = signed_in.auth("GET", TOTP_PATH)

    assert told.status_code == 404
    assert re.fullmatch(
        r"otpauth://totp/ada%40example.com\?secret=[A-Z2-7]{32}&issuer=Parcelwise",
        told.json()["meta"]["totp_url"],
    )


def test_a_passkey_signs_in_without_email_and_password(customer: User, passkey: Passkey) -> None:
    make_sold_product("LAMP")
    app = App()
    app.start_cart()
    app.post("/cart/lines/", {"sku": "LAMP"})

    asked = app.auth("GET", "/auth/webauthn/login").json()["data"]["request_options"]
    done = app.auth("POST", "/auth/webauthn/login", {"credential": passkey.sign(asked)})

    assert done.status_code == 200
    assert app.get("/account/").json()["email"] == customer.email
    assert get_cart(customer_id=customer.pk).count == 1


def test_passkeys_belong_to_the_shops_own_name(signed_in: App, settings: Settings) -> None:
    """Whatever Host header came: else a look-alike site could ask for them."""
    settings.SHOP_URL = "https://shop.example.com:8443"
    signed_in.confirm_it_is_me()

    asked = signed_in.auth("GET", f"{KEYS_PATH}?passwordless").json()["data"]

    party = asked["creation_options"]["publicKey"]["rp"]
    assert party == {"id": "shop.example.com", "name": "Parcelwise"}


def test_a_signature_made_for_another_site_is_refused(passkey: Passkey) -> None:
    passkey.origin = "https://parcelwise.evil.example"
    app = App()

    asked = app.auth("GET", "/auth/webauthn/login").json()["data"]["request_options"]
    refused = app.auth("POST", "/auth/webauthn/login", {"credential": passkey.sign(asked)})

    assert refused.status_code == 400
    assert app.access == ""


def test_a_signature_serves_once(passkey: Passkey) -> None:
    app = App()
    asked = app.auth("GET", "/auth/webauthn/login").json()["data"]["request_options"]
    signed = passkey.sign(asked)
    assert app.auth("POST", "/auth/webauthn/login", {"credential": signed}).status_code == 200

    thief = App()
    thief.auth("GET", "/auth/webauthn/login")
    refused = thief.auth("POST", "/auth/webauthn/login", {"credential": signed})

    assert refused.status_code == 400


def test_a_passkey_is_the_second_step_after_a_password(customer: User, passkey: Passkey) -> None:
    app = App()
    assert pending(app.sign_in(customer.email)) == ["mfa_authenticate"]

    asked = app.auth("GET", "/auth/webauthn/authenticate").json()["data"]["request_options"]
    done = app.auth("POST", "/auth/webauthn/authenticate", {"credential": passkey.sign(asked)})

    assert done.status_code == 200
    assert app.get("/account/").status_code == 200


def test_a_removed_passkey_opens_nothing(
    signed_in: App, passkey: Passkey, mailoutbox: list[Any]
) -> None:
    [kept] = [
        each
        for each in signed_in.auth("GET", "/account/authenticators").json()["data"]
        if each["type"] == "webauthn"
    ]
    assert kept["name"] == "My phone"
    removed = signed_in.auth("DELETE", KEYS_PATH, {"authenticators": [kept["id"]]})
    assert removed.status_code == 200

    app = App()
    asked = app.auth("GET", "/auth/webauthn/login").json()["data"]["request_options"]
    refused = app.auth("POST", "/auth/webauthn/login", {"credential": passkey.sign(asked)})

    assert refused.status_code == 400
    assert mailoutbox[-1].subject == "A passkey was removed from your Parcelwise account"


@pytest.mark.parametrize(
    "made",
    [
        False,
        0,
        None,
        [],
        "text",
        1,
        {},
        {"id": "x"},
        {"id": 1, "response": "x", "type": 3},
        {"rawId": "Zm9v"},
    ],
)
def test_what_is_no_passkey_is_refused(signed_in: App, made: object) -> None:
    signed_in.confirm_it_is_me()
    signed_in.auth("GET", KEYS_PATH)

    added = signed_in.auth("POST", KEYS_PATH, {"name": "My phone", "credential": made})
    assert added.status_code == 400
    assert signed_in.auth("GET", "/account/authenticators").json()["data"] == []
    entered = App().auth("POST", "/auth/webauthn/login", {"credential": made})
    assert entered.status_code == 400
