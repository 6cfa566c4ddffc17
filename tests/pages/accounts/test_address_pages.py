"""The address book's pages."""

import pytest

from accounts import selectors, services
from tests.factories.accounts import make_address, make_customer

pytestmark = pytest.mark.django_db

FORM = {
    "full_name": "Ada Park",
    "line1": "500 Howard Street",
    "line2": "",
    "city": "San Francisco",
    "region": "CA",
    "postal_code": "94105",
    "phone": "",
}


@pytest.fixture
def customer(client):
    customer = make_customer()
    client.force_login(customer)
    return customer


def test_a_customer_adds_an_address(client, customer):
    page = client.post("/account/addresses/add/", FORM, follow=True)

    assert "The address was saved." in page.text
    assert "500 Howard Street" in page.text
    [entry] = selectors.list_addresses(customer_id=customer.pk)
    assert (entry.address, entry.is_default) == (make_address(), True)


def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(client, customer):
    page = client.post("/account/addresses/add/", {**FORM, "region": "NY"})

    assert page.status_code == 422
    assert "94105 is in California, not in New York." in page.text
    assert 'value="500 Howard Street"' in page.text
    assert selectors.list_addresses(customer_id=customer.pk) == []


def test_empty_and_overlong_fields_are_refused(client, customer):
    page = client.post("/account/addresses/add/", {"line1": "x" * 101, "region": "ZZ"})

    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {
        "full_name",
        "line1",
        "city",
        "region",
        "postal_code",
    }


def test_all_that_is_wrong_is_said_at_once(client, customer):
    page = client.post("/account/addresses/add/", {**FORM, "city": "", "postal_code": "00000"})

    assert page.context["form"].errors == {
        "city": ["Enter the city."],
        "postal_code": ["“00000” is not a US ZIP code."],
    }


def test_the_twenty_first_address_is_refused_politely(client, customer):
    for _ in range(20):
        services.save_address(customer_id=customer.pk, address=make_address())

    page = client.post("/account/addresses/add/", FORM)

    assert page.status_code == 409
    assert "You can keep 20 addresses: remove one first." in page.text


def test_a_customer_edits_makes_default_and_removes(client, customer):
    first = services.save_address(customer_id=customer.pk, address=make_address())
    second = services.save_address(customer_id=customer.pk, address=make_address(line1="2 Oak St"))

    assert 'value="2 Oak St"' in client.get(f"/account/addresses/{second}/").text
    client.post(f"/account/addresses/{second}/", {**FORM, "line1": "3 Elm St"})
    client.post(f"/account/addresses/{second}/default/")
    client.post(f"/account/addresses/{first}/remove/")

    [entry] = selectors.list_addresses(customer_id=customer.pk)
    assert (entry.id, entry.address.line1, entry.is_default) == (second, "3 Elm St", True)


def test_changes_need_a_post(client, customer):
    address_id = services.save_address(customer_id=customer.pk, address=make_address())

    assert client.get(f"/account/addresses/{address_id}/remove/").status_code == 405
    assert client.get(f"/account/addresses/{address_id}/default/").status_code == 405
