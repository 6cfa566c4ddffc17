"""Staff sign in where customers do."""

import pytest

from accounts import services
from accounts.models import User
from tests.factories.accounts import PASSWORD, make_address, make_customer

pytestmark = pytest.mark.django_db


def test_the_backoffice_sends_strangers_to_the_one_log_in(client):
    page = client.get("/admin/", follow=True)

    assert page.redirect_chain[-1][0].startswith("/accounts/login/?next=%2Fadmin%2F")


def test_staff_get_from_the_log_in_to_the_backoffice(client):
    make_customer(email="boss@example.com", is_staff=True)

    page = client.post(
        "/accounts/login/",
        {"login": "boss@example.com", "password": PASSWORD, "next": "/admin/"},
        follow=True,
    )

    assert page.redirect_chain[-1] == ("/admin/", 302)
    assert page.status_code == 200


def test_a_customer_is_kept_out(client):
    client.force_login(make_customer())

    assert client.get("/admin/", follow=True).status_code == 403


def test_staff_find_customers_by_email_and_see_their_addresses(client):
    customer = make_customer(email="ada@example.com")
    services.save_address(customer_id=customer.pk, address=make_address())
    client.force_login(make_customer(is_staff=True))

    assert "ada@example.com" in client.get("/admin/accounts/user/?q=ADA").text
    page = client.get(f"/admin/accounts/user/{customer.pk}/change/")
    assert "500 Howard Street" in page.text


def test_staff_add_an_account_by_email(client):
    client.force_login(make_customer(is_staff=True))

    client.post(
        "/admin/accounts/user/add/",
        {
            "email": "New.Person@Example.com",
            "full_name": "New Person",
            "usable_password": "true",
            "password1": PASSWORD,
            "password2": PASSWORD,
        },
    )

    assert User.objects.get(email="new.person@example.com").full_name == "New Person"
