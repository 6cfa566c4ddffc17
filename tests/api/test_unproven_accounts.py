"""Who signed up with somebody else's address is out once its owner signs in by a code."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import User
from tests.api.client import App
from tests.factories.accounts import PASSWORD

pytestmark = pytest.mark.django_db

EMAIL = "victim@example.com"


@pytest.fixture
def attacker(db: None) -> App:
    """An app that signed up with the victim's address and stopped at the code."""
    app = App()
    signed_up = app.auth("POST", "/auth/signup", {"email": EMAIL, "password": PASSWORD})
    assert signed_up.status_code == 401
    return app


def code_in(message: Any) -> str:
    [code] = re.findall(r"^    ([A-Z0-9-]{6,12})$", message.body, re.MULTILINE)
    return str(code)


def sign_in_by_code(mailoutbox: list[Any]) -> App:
    app = App()
    app.auth("POST", "/auth/code/request", {"email": EMAIL})
    answer = app.auth("POST", "/auth/code/confirm", {"code": code_in(mailoutbox[-1])})
    assert answer.status_code == 200
    return app


def sign_in_by_code_on_the_website(client: Client, mailoutbox: list[Any]) -> None:
    client.post("/accounts/login/code/", {"email": EMAIL})
    client.post("/accounts/login/code/confirm/", {"code": code_in(mailoutbox[-1])})


def test_a_code_in_the_app_ends_the_password_of_an_unproven_sign_up(
    attacker: App, mailoutbox: list[Any]
) -> None:
    victim = sign_in_by_code(mailoutbox)

    assert victim.get("/account/").json()["email"] == EMAIL
    assert EmailAddress.objects.get().verified
    assert App().sign_in(EMAIL).status_code == 400
    assert attacker.auth("GET", "/auth/session").status_code == 401
    assert victim.refresh_tokens().status_code == 200


def test_a_code_on_the_website_ends_the_password_of_an_unproven_sign_up(
    attacker: App, client: Client, mailoutbox: list[Any]
) -> None:
    sign_in_by_code_on_the_website(client, mailoutbox)

    assert client.get("/account/").status_code == 200
    assert App().sign_in(EMAIL).status_code == 400
    page = Client().post("/accounts/login/", {"login": EMAIL, "password": PASSWORD})
    assert page.status_code == 200


def test_second_steps_and_sessions_from_before_the_proof_go_too(
    attacker: App, mailoutbox: list[Any]
) -> None:
    EmailAddress.objects.update(verified=True)
    browser = Client()
    browser.post("/accounts/login/", {"login": EMAIL, "password": PASSWORD})
    assert browser.get("/account/").status_code == 200
    Authenticator.objects.create(user=User.objects.get(), type="webauthn", data={})
    EmailAddress.objects.update(verified=False)

    sign_in_by_code(mailoutbox)

    assert browser.get("/account/").status_code == 302
    assert not Authenticator.objects.exists()


def test_who_signs_up_and_types_the_code_keeps_the_password(mailoutbox: list[Any]) -> None:
    app = App()
    app.auth("POST", "/auth/signup", {"email": EMAIL, "password": PASSWORD})
    app.auth("POST", "/auth/email/verify", {"key": code_in(mailoutbox[-1])})

    assert App().sign_in(EMAIL).status_code == 200


def test_a_code_for_a_proven_address_leaves_the_password_and_the_devices(
    signed_in: App, customer: User, client: Client, mailoutbox: list[Any]
) -> None:
    app = App()
    app.auth("POST", "/auth/code/request", {"email": customer.email})
    app.auth("POST", "/auth/code/confirm", {"code": code_in(mailoutbox[-1])})

    assert app.get("/account/").status_code == 200
    assert signed_in.get("/account/").status_code == 200
    assert App().sign_in(customer.email).status_code == 200


def test_who_changes_the_address_while_signed_in_keeps_the_password(
    signed_in: App, mailoutbox: list[Any]
) -> None:
    signed_in.confirm_it_is_me()
    signed_in.auth("POST", "/account/email", {"email": "new@example.com"})
    code = code_in(next(mail for mail in mailoutbox if mail.to == ["new@example.com"]))
    assert signed_in.auth("POST", "/auth/email/verify", {"key": code}).status_code == 200

    assert signed_in.get("/account/").json()["email"] == "new@example.com"
    assert App().sign_in("new@example.com").status_code == 200


def test_a_wrong_code_takes_nothing_away(attacker: App, mailoutbox: list[Any]) -> None:
    app = App()
    app.auth("POST", "/auth/code/request", {"email": EMAIL})

    assert app.auth("POST", "/auth/code/confirm", {"code": "AAAAAA"}).status_code == 400

    assert User.objects.get().has_usable_password()
    assert Session.objects.exists()
