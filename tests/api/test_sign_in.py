"""Getting an account and into it from an app, and what comes along from the guest's cart."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from cart.selectors import get_cart
from cart.services import add_line
from shop.api.shopper import new_cart_token
from shop.core.visitor import Owner
from tests.api.client import App
from tests.factories.accounts import PASSWORD, make_customer
from tests.factories.shopping import make_sold_product, put_in_cart
from wishlist.selectors import get_wishlist
from wishlist.services import add as add_wish

pytestmark = pytest.mark.django_db

NEW = {"email": "Bea@Example.com", "password": PASSWORD, "full_name": "Bea Stone"}


def code_in(message: Any) -> str:
    [code] = re.findall(r"^    ([A-Z0-9-]{6,12})$", message.body, re.MULTILINE)
    return str(code)


def pending(answer: Any) -> list[str]:
    """Return which steps allauth waits for."""
    assert answer.status_code == 401
    return [flow["id"] for flow in answer.json()["data"]["flows"] if flow.get("is_pending")]


@pytest.fixture
def shopper(app: App) -> App:
    """A guest with two lanterns in the cart and one on the wishlist."""
    make_sold_product("LAMP")
    app.start_cart()
    assert app.post("/cart/lines/", {"sku": "LAMP", "quantity": 2}).status_code == 201
    add_wish(owner=Owner(visitor=visitor_in(app)), sku="LAMP")
    return app


def visitor_in(app: App) -> str:
    request = app.get("/cart/").wsgi_request
    return str(request.visitor)


def test_a_new_customer_types_the_code_and_keeps_the_cart(
    shopper: App, mailoutbox: list[Any]
) -> None:
    assert pending(shopper.auth("POST", "/auth/signup", NEW)) == ["verify_email"]
    assert shopper.access == ""
    [message] = mailoutbox
    assert message.to == ["bea@example.com"]

    done = shopper.auth("POST", "/auth/email/verify", {"key": code_in(message)})

    assert done.status_code == 200
    user = User.objects.get()
    assert (user.email, user.full_name) == ("bea@example.com", "Bea Stone")
    assert EmailAddress.objects.get().verified
    assert shopper.get("/account/").json()["email"] == "bea@example.com"
    assert [line["quantity"] for line in shopper.get("/cart/").json()["lines"]] == [2]
    assert get_wishlist(customer_id=user.pk).skus == ("LAMP",)


def test_a_wrong_code_is_refused(app: App, mailoutbox: list[Any]) -> None:
    app.auth("POST", "/auth/signup", NEW)

    refused = app.auth("POST", "/auth/email/verify", {"key": "AAA-AAA"})

    assert refused.status_code == 400
    assert [error["code"] for error in refused.json()["errors"]] == ["incorrect_code"]
    assert app.access == ""


def test_signing_up_twice_does_not_tell_a_stranger_who_is_a_customer(
    app: App, customer: User, mailoutbox: list[Any]
) -> None:
    answer = app.auth("POST", "/auth/signup", {**NEW, "email": customer.email})

    assert pending(answer) == ["verify_email"]
    [message] = mailoutbox
    assert message.subject == "You already have a Parcelwise account"
    assert User.objects.count() == 1


def test_a_customer_signs_in_and_the_carts_become_one(shopper: App, customer: User) -> None:
    add_line(owner=Owner(customer_id=customer.pk), sku="LAMP", quantity=1)

    assert shopper.sign_in("ADA@example.com").status_code == 200

    assert get_cart(customer_id=customer.pk).count == 3
    assert get_wishlist(customer_id=customer.pk).skus == ("LAMP",)
    assert shopper.get("/cart/").json()["count"] == 3


def test_the_cart_token_alone_opens_nothing_of_the_customers(shopper: App, customer: User) -> None:
    shopper.sign_in(customer.email)

    stranger = App()
    stranger.cart_token = shopper.cart_token

    assert stranger.get("/cart/").json()["lines"] == []
    assert stranger.get("/account/").status_code == 401
    stranger.post("/cart/lines/", {"sku": "LAMP"})
    assert get_cart(customer_id=customer.pk).count == 2


def test_what_a_browser_put_in_its_cart_is_not_merged_by_an_app(
    client: Client, customer: User
) -> None:
    make_sold_product("LAMP")
    put_in_cart(client, "LAMP")

    client.post(
        "/api/v1/auth/app/v1/auth/login",
        {"email": customer.email, "password": PASSWORD},
        content_type="application/json",
    )

    assert get_cart(customer_id=customer.pk).count == 0
    assert client.get("/").context["chrome"].cart_count == 1


@pytest.mark.parametrize(
    "token",
    ["nonsense", "x" * 5000, f"{new_cart_token()}x", "ÿ"],
    ids=["nonsense", "far too long", "forged", "no ASCII"],
)
def test_a_bad_cart_token_is_a_problem_and_signs_nobody_in(
    app: App, customer: User, token: str
) -> None:
    app.cart_token = token

    for refused in (app.sign_in(customer.email), app.get("/cart/")):
        assert refused.status_code == 401
        assert refused.headers["Content-Type"] == "application/problem+json"
        assert refused.headers["WWW-Authenticate"] == "Bearer"
        assert refused.json()["code"] == "bad_cart_token"
    assert not Session.objects.exists()


def test_a_cart_token_is_good_for_a_year(shopper: App) -> None:
    now = timezone.now()
    with time_machine.travel(now + timedelta(days=364)):
        assert shopper.get("/cart/").status_code == 200
    with time_machine.travel(now + timedelta(days=366)):
        assert shopper.get("/cart/").json()["code"] == "bad_cart_token"


def test_a_wrong_password_is_refused(app: App, customer: User) -> None:
    refused = app.sign_in(customer.email, "wrong")

    assert refused.status_code == 400
    assert [error["code"] for error in refused.json()["errors"]] == ["email_password_mismatch"]


def test_guessing_passwords_is_stopped(app: App, customer: User) -> None:
    for _ in range(5):
        app.sign_in(customer.email, "wrong")

    refused = app.sign_in(customer.email)

    assert (refused.status_code, refused.json()["code"]) == (429, "throttled")
    assert refused.headers["Retry-After"] == "300"
    assert refused.headers["RateLimit-Reset"] == "300"


def test_who_asks_too_often_is_told_when_to_come_back(app: App) -> None:
    for _ in range(30):
        app.sign_in("nobody@example.com")

    refused = app.sign_in("nobody@example.com")

    assert (refused.status_code, refused.json()["code"]) == (429, "throttled")
    assert refused.headers["Retry-After"] == "60"


def test_a_code_by_email_signs_in_without_a_password(
    shopper: App, customer: User, mailoutbox: list[Any]
) -> None:
    asked = shopper.auth("POST", "/auth/code/request", {"email": customer.email})
    assert pending(asked) == ["login_by_code"]
    [message] = mailoutbox
    assert message.subject == "Your Parcelwise sign-in code"

    done = shopper.auth("POST", "/auth/code/confirm", {"code": code_in(message)})

    assert done.status_code == 200
    assert shopper.get("/account/").json()["email"] == customer.email
    assert get_cart(customer_id=customer.pk).count == 2


def test_three_wrong_codes_end_the_attempt(
    app: App, customer: User, mailoutbox: list[Any]
) -> None:
    app.auth("POST", "/auth/code/request", {"email": customer.email})
    for _ in range(3):
        app.auth("POST", "/auth/code/confirm", {"code": "AAAAAA"})

    late = app.auth("POST", "/auth/code/confirm", {"code": code_in(mailoutbox[0])})

    assert late.status_code == 409


def test_asking_for_a_code_does_not_tell_who_is_a_customer(
    app: App, db: None, mailoutbox: list[Any]
) -> None:
    asked = app.auth("POST", "/auth/code/request", {"email": "no@example.com"})

    assert pending(asked) == ["login_by_code"]
    [message] = mailoutbox
    assert message.subject == "No Parcelwise account for this e-mail"


def test_a_forgotten_password_is_chosen_anew_by_code(
    customer: User, mailoutbox: list[Any]
) -> None:
    old, new = App(), App()
    old.sign_in(customer.email)
    asked = new.auth("POST", "/auth/password/request", {"email": customer.email})
    assert pending(asked) == ["password_reset_by_code"]
    [message] = mailoutbox
    assert message.subject == "Your code for a new Parcelwise password"

    key = code_in(message)
    done = new.auth("POST", "/auth/password/reset", {"key": key, "password": "a whole new one"})

    assert done.status_code == 200
    assert new.get("/account/").status_code == 200
    assert old.get("/account/").status_code == 401
    assert App().sign_in(customer.email, "a whole new one").status_code == 200


def test_a_browser_still_gets_a_link_for_a_forgotten_password(
    client: Client, customer: User, mailoutbox: list[Any]
) -> None:
    client.post("/accounts/password/reset/", {"email": customer.email})

    assert "/accounts/password/reset/key/" in mailoutbox[0].body


def test_a_mail_server_that_is_away_is_said_so(
    app: App, customer: User, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    refused = app.auth("POST", "/auth/code/request", {"email": customer.email})

    assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.headers["Retry-After"] == "10"


def test_a_closed_account_does_not_sign_in(app: App, customer: User) -> None:
    User.objects.update(is_active=False)

    assert app.sign_in(customer.email).status_code in {400, 401}
    assert app.access == ""


def test_what_cannot_be_read_is_a_problem(client: Client) -> None:
    refused = client.post(
        "/api/v1/auth/app/v1/auth/login", b"{nonsense", content_type="application/json"
    )

    assert (refused.status_code, refused.json()["code"]) == (400, "bad_request")
    assert refused.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/account/", "/auth/app/v1/auth/login"])
def test_what_is_far_too_large_is_not_read(client: Client, path: str) -> None:
    large = b'"' + b"x" * 3_000_000 + b'"'

    refused = client.post(f"/api/v1{path}", large, content_type="application/json")

    assert (refused.status_code, refused.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize("field", ["email", "password"])
def test_half_a_character_is_a_problem(app: App, db: None, field: str) -> None:
    sent = {"email": "ada@example.com", "password": PASSWORD, field: "ada\ud800@example.com"}

    refused = app.auth("POST", "/auth/login", sent)

    assert refused.status_code == 400


@pytest.mark.parametrize(
    ("call", "status", "code"),
    [
        ("GET /nonsense/", 404, "not_found"),
        ("POST /cart", 404, "not_found"),
        ("GET /auth/app/v1/nonsense", 404, "not_found"),
        ("GET /auth/app/v1/auth/login", 405, "method_not_allowed"),
        ("PUT /auth/app/v1/auth/code/confirm", 405, "method_not_allowed"),
        ("TRACE /auth/app/v1/auth/login", 405, "method_not_allowed"),
        ("PATCH /cart/", 405, "method_not_allowed"),
    ],
)
def test_wrong_addresses_and_methods_are_problems(
    app: App, db: None, call: str, status: int, code: str
) -> None:
    refused = app.call(*call.split())

    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert "Cookie" not in refused.headers["Vary"]


def test_the_configuration_says_which_ways_in_there_are(app: App, db: None) -> None:
    told = app.auth("GET", "/config").json()["data"]

    assert told["account"]["login_by_code_enabled"]
    assert told["account"]["password_reset_by_code_enabled"]
    assert told["mfa"] == {
        "supported_types": ["totp", "recovery_codes", "webauthn"],
        "passkey_login_enabled": True,
    }
    assert told["socialaccount"] == {"providers": []}


def test_the_email_is_changed_by_a_code_to_the_new_one(
    signed_in: App, customer: User, mailoutbox: list[Any]
) -> None:
    new = {"email": "ada@new.example"}
    refused = signed_in.auth("POST", "/account/email", new)
    assert refused.status_code == 401
    assert refused.json()["data"]["flows"][0] == {"id": "reauthenticate"}
    assert mailoutbox == []

    signed_in.confirm_it_is_me()
    assert signed_in.auth("POST", "/account/email", new).status_code == 200
    [message] = mailoutbox
    assert message.to == ["ada@new.example"]

    signed_in.auth("POST", "/auth/email/verify", {"key": code_in(message)})

    assert signed_in.get("/account/").json()["email"] == "ada@new.example"


def test_customers_sign_in_with_their_own_cart_only(customer: User) -> None:
    other = make_customer()
    make_sold_product("LAMP")
    add_line(owner=Owner(customer_id=other.pk), sku="LAMP", quantity=5)
    app = App()
    app.start_cart()

    app.sign_in(customer.email)

    assert app.get("/cart/").json()["count"] == 0
    assert get_cart(customer_id=other.pk).count == 5


@pytest.mark.parametrize("path", ["/auth/code/request", "/auth/password/request"])
def test_nobody_fills_a_mailbox_with_codes(path: str, mailoutbox: list[Any]) -> None:
    customer = make_customer()
    start = timezone.now()

    answers = []
    for minute in range(21):
        with time_machine.travel(start + timedelta(minutes=minute)):
            answers.append(App().auth("POST", path, {"email": customer.email}).status_code)

    assert 429 not in answers[:20]
    assert answers[20] == 429
    assert len(mailoutbox) == 20
