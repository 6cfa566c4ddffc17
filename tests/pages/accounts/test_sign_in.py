"""Signing up, in, out, and getting back in: through the pages, as a customer does."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.models import User
from tests.factories.accounts import PASSWORD, make_customer

pytestmark = pytest.mark.django_db


def sign_up(client, *, email="ada@example.com", password=PASSWORD):
    return client.post(
        "/accounts/signup/",
        {"email": email, "password1": password, "full_name": "Ada Park"},
        follow=True,
    )


def code_in(message):
    [code] = re.findall(r"^    ([A-Z0-9-]{6,12})$", message.body, re.MULTILINE)
    return code


def signed_in(client):
    return "_auth_user_id" in client.session


def test_a_new_customer_types_the_code_and_is_signed_in(client, mailoutbox):
    page = sign_up(client, email="Ada@Example.com")

    assert page.redirect_chain[-1] == ("/accounts/confirm-email/", 302)
    assert "Check your e-mail" in page.text
    assert not signed_in(client)
    [message] = mailoutbox
    assert message.to == ["ada@example.com"]
    assert message.subject == "Your Parcelwise code"

    page = client.post("/accounts/confirm-email/", {"code": code_in(message)}, follow=True)

    assert signed_in(client)
    user = User.objects.get()
    assert (user.email, user.full_name) == ("ada@example.com", "Ada Park")
    assert EmailAddress.objects.get().verified


def test_a_wrong_code_is_refused(client, mailoutbox):
    sign_up(client)

    page = client.post("/accounts/confirm-email/", {"code": "AAA-AAA"})

    assert "That code is not right" in page.text
    assert not signed_in(client)


@pytest.mark.parametrize(
    ("email", "password", "message"),
    [
        ("nonsense", PASSWORD, "Enter a valid email address."),
        ("ada@example.com", "short1", "at least 8 characters"),
        ("ada@example.com", "password1234", "too common"),
        ("ada@example.com", "8462938745", "entirely numeric"),
    ],
)
def test_bad_sign_ups_are_refused_with_a_reason(client, mailoutbox, email, password, message):
    page = sign_up(client, email=email, password=password)

    assert message in page.text
    assert not User.objects.exists()
    assert mailoutbox == []


def test_signing_up_twice_does_not_tell_a_stranger_who_is_a_customer(client, mailoutbox):
    make_customer(email="ada@example.com")

    page = sign_up(client)

    assert page.redirect_chain[-1] == ("/accounts/confirm-email/", 302)
    [message] = mailoutbox
    assert message.subject == "You already have a Parcelwise account"
    assert User.objects.count() == 1


def test_a_customer_signs_in_with_the_email_in_any_case_and_out_again(client):
    make_customer(email="ada@example.com")

    page = client.post(
        "/accounts/login/", {"login": "ADA@example.com", "password": PASSWORD}, follow=True
    )
    assert signed_in(client)
    assert "You are signed in, Ada Park." in page.text

    assert "Sign out?" in client.get("/accounts/logout/").text
    client.post("/accounts/logout/")
    assert not signed_in(client)


def test_a_wrong_password_is_refused(client):
    make_customer(email="ada@example.com")

    page = client.post("/accounts/login/", {"login": "ada@example.com", "password": "wrong"})

    assert "not correct" in page.text
    assert not signed_in(client)


def test_guessing_passwords_is_stopped(client):
    make_customer(email="ada@example.com")
    for _ in range(5):
        client.post("/accounts/login/", {"login": "ada@example.com", "password": "wrong"})

    page = client.post("/accounts/login/", {"login": "ada@example.com", "password": PASSWORD})

    assert "Too many failed login attempts" in page.text
    assert not signed_in(client)


def test_sign_in_never_leads_to_another_site(client):
    make_customer(email="ada@example.com")

    answer = client.post(
        "/accounts/login/?next=https://evil.example/",
        {"login": "ada@example.com", "password": PASSWORD, "next": "https://evil.example/"},
    )

    assert answer.headers["Location"] == "/"


def test_a_forgotten_password_is_chosen_anew_through_the_link(client, mailoutbox):
    make_customer(email="ada@example.com")

    page = client.post("/accounts/password/reset/", {"email": "Ada@example.com"}, follow=True)
    assert "a link to choose a new password is on its way" in page.text
    [message] = mailoutbox
    assert message.subject == "Choose a new Parcelwise password"
    [link] = re.findall(r"http://localhost:\d+(/accounts/password/reset/key/\S+)", message.body)

    page = client.get(link, follow=True)
    assert "Choose a new password" in page.text
    client.post(
        page.redirect_chain[-1][0],
        {"password1": "a whole new secret", "password2": "a whole new secret"},
    )

    fresh = Client()
    fresh.post("/accounts/login/", {"login": "ada@example.com", "password": "a whole new secret"})
    assert signed_in(fresh)
    assert "This link no longer works" in Client().get(link, follow=True).text


def test_asking_for_a_link_does_not_tell_who_is_a_customer(client, mailoutbox):
    page = client.post("/accounts/password/reset/", {"email": "no@example.com"}, follow=True)

    assert "a link to choose a new password is on its way" in page.text
    [message] = mailoutbox
    assert message.subject == "No Parcelwise account for this e-mail"


def test_a_customer_changes_the_password_and_is_told_by_email(client, mailoutbox):
    client.force_login(make_customer(email="ada@example.com"))

    client.post(
        "/accounts/password/change/",
        {
            "oldpassword": PASSWORD,
            "password1": "a whole new secret",
            "password2": "a whole new secret",
        },
    )

    assert User.objects.get().check_password("a whole new secret")
    assert [message.subject for message in mailoutbox] == ["Your Parcelwise password was changed"]


def test_a_new_email_counts_once_its_code_is_typed(client, mailoutbox):
    customer = make_customer(email="ada@example.com")
    client.force_login(customer)

    client.post("/accounts/email/", {"email": "Ada@New.example", "action_add": ""}, follow=True)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/accounts/email/"})
    customer.refresh_from_db()
    assert customer.email == "ada@example.com"
    [message] = mailoutbox
    assert message.to == ["ada@new.example"]
    client.post("/accounts/confirm-email/", {"code": code_in(message)}, follow=True)

    customer.refresh_from_db()
    assert customer.email == "ada@new.example"
    [told] = mailoutbox[1:]
    assert told.to == ["ada@example.com"]
    assert told.subject == "Your Parcelwise e-mail was changed"
    assert "ada@new.example instead of ada@example.com" in told.body


def test_a_stolen_open_session_does_not_change_the_email(client, mailoutbox):
    make_customer(email="ada@example.com")
    client.force_login(User.objects.get())

    page = client.post(
        "/accounts/email/", {"email": "thief@example.com", "action_add": ""}, follow=True
    )

    assert "Confirm it is you" in page.text
    assert mailoutbox == []


def test_emails_are_text_and_html_and_wake_no_auto_responder(client, mailoutbox):
    sign_up(client)

    [message] = mailoutbox
    [html] = message.alternatives
    assert html.mimetype == "text/html"
    assert code_in(message) in html.content
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/password/reset/",
        "/accounts/password/reset/done/",
        "/accounts/inactive/",
    ],
)
def test_pages_for_visitors_are_served_in_the_shops_design(client, path):
    page = client.get(path)

    assert page.status_code == 200
    assert "site-header" in page.text


@pytest.mark.parametrize(
    "path",
    [
        "/account/",
        "/account/addresses/",
        "/account/addresses/add/",
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/logout/",
    ],
)
def test_pages_for_customers_ask_strangers_to_sign_in(client, path):
    if path != "/accounts/logout/":
        assert client.get(path).headers["Location"] == f"/accounts/login/?next={path}"

    client.force_login(make_customer())
    page = client.get(path)

    assert page.status_code == 200
    assert "site-header" in page.text
