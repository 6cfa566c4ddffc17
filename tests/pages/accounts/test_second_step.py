"""Sign-in codes, second steps and devices on the website, in the shop's look."""

import re

import pytest

from tests.factories.accounts import make_customer

pytestmark = pytest.mark.django_db


def test_a_code_by_email_signs_in(client, mailoutbox):
    customer = make_customer(email="ada@example.com")
    assert "/accounts/login/code/" in client.get("/accounts/login/").text

    page = client.post("/accounts/login/code/", {"email": customer.email}, follow=True)
    assert "Check your e-mail" in page.text
    [code] = re.findall(r"^    ([A-Z0-9-]{6,12})$", mailoutbox[0].body, re.MULTILINE)
    client.post("/accounts/login/code/confirm/", {"code": code})

    assert client.get("/account/").status_code == 200


def test_a_wrong_code_is_refused(client, mailoutbox):
    make_customer(email="ada@example.com")
    client.post("/accounts/login/code/", {"email": "ada@example.com"})

    page = client.post("/accounts/login/code/confirm/", {"code": "AAAAAA"})

    assert "That code is not right" in page.text
    assert client.get("/account/").status_code == 302


@pytest.mark.parametrize(
    "path", ["/accounts/2fa/", "/accounts/2fa/webauthn/", "/accounts/sessions/"]
)
def test_pages_are_in_the_shops_look_with_the_accounts_menu(client, path):
    client.force_login(make_customer())

    page = client.get(path)

    assert page.status_code == 200
    assert "site-header" in page.text
    assert 'aria-label="Your account"' in page.text
    assert 'aria-current="page"' in page.text
    assert re.search(r'class="(btn|panel|table|form)', page.text)


@pytest.mark.parametrize("path", ["3rdparty/", "social/login/error/", "3rdparty/signup/"])
def test_there_are_no_pages_for_ways_in_that_the_shop_does_not_offer(client, path):
    assert client.get(f"/accounts/{path}").status_code == 404
