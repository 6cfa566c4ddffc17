"""Who is signed in, and what they are called."""

import pytest
from django.test import Client

from accounts.models import User
from tests.api.client import App

pytestmark = pytest.mark.django_db


def test_a_customer_reads_and_changes_the_name(signed_in: App, customer: User) -> None:
    told = signed_in.get("/account/")
    assert told.json() == {
        "id": customer.pk,
        "email": "ada@example.com",
        "full_name": "Ada Park",
    }

    changed = signed_in.patch("/account/", {"full_name": "  Ada   Lovelace "})

    assert (changed.status_code, changed.json()["full_name"]) == (200, "Ada Lovelace")
    customer.refresh_from_db()
    assert customer.full_name == "Ada Lovelace"


def test_nothing_sent_changes_nothing(signed_in: App) -> None:
    assert signed_in.patch("/account/", {}).json()["full_name"] == "Ada Park"


def test_the_email_is_not_changed_here(signed_in: App, customer: User) -> None:
    """It is the key of the account: that takes a code sent to the new address."""
    signed_in.patch("/account/", {"email": "eve@example.com"})

    customer.refresh_from_db()
    assert customer.email == "ada@example.com"


def test_a_name_too_long_is_refused_by_field(signed_in: App) -> None:
    refused = signed_in.patch("/account/", {"full_name": "A" * 151})

    assert refused.status_code == 422
    assert refused.headers["Content-Type"] == "application/problem+json"
    problem = refused.json()
    assert problem["code"] == "invalid_input"
    assert problem["fields"] == {
        "full_name": ["Ensure this field has no more than 150 characters."]
    }


def test_who_has_the_newest_answer_gets_none(signed_in: App) -> None:
    first = signed_in.get("/account/")

    again = signed_in.get("/account/", If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")

    signed_in.patch("/account/", {"full_name": "Ada Lovelace"})
    changed = signed_in.get("/account/", If_None_Match=first.headers["ETag"])
    assert (changed.status_code, changed.json()["full_name"]) == (200, "Ada Lovelace")


@pytest.mark.parametrize("path", ["/account/", "/addresses/", "/addresses/1/"])
def test_guests_are_asked_to_sign_in(app: App, path: str) -> None:
    app.start_cart()

    refused = app.get(path)

    assert (refused.status_code, refused.json()["code"]) == (401, "not_authenticated")
    assert refused.headers["WWW-Authenticate"] == "Bearer"


def test_a_browsers_session_opens_nothing(client: Client, customer: User) -> None:
    """Else any site could have a browser call the API in its customer's name."""
    client.force_login(customer)

    assert client.get("/api/v1/account/").status_code == 401


def test_what_the_account_knows_belongs_to_no_shared_cache(signed_in: App) -> None:
    told = signed_in.get("/account/")

    assert told.headers["Cache-Control"] == "private, no-cache"
    named = {name.strip() for name in told.headers["Vary"].split(",")}
    assert {"Authorization", "X-Cart-Token"} <= named
    assert "Cookie" not in named
