"""The address book: saving, changing, the default, and its limits."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from accounts import selectors, services
from accounts.errors import AddressBookFull, AddressNotFound, InvalidAddress
from shop.core.visitor import Destination
from tests.factories.accounts import make_address, make_customer

pytestmark = pytest.mark.django_db


def book_of(customer):
    return [
        (entry.address.line1, entry.is_default)
        for entry in selectors.list_addresses(customer_id=customer.pk)
    ]


def test_the_first_address_becomes_the_default():
    customer = make_customer()

    services.save_address(customer_id=customer.pk, address=make_address(line1="1 First St"))
    services.save_address(customer_id=customer.pk, address=make_address(line1="2 Second St"))

    assert book_of(customer) == [("1 First St", True), ("2 Second St", False)]
    assert selectors.default_destination(customer_id=customer.pk) == Destination(
        country="US", postal_code="94105", city="San Francisco", region="CA"
    )


def test_a_new_default_takes_the_place_of_the_old():
    customer = make_customer()
    services.save_address(customer_id=customer.pk, address=make_address(line1="1 First St"))

    services.save_address(
        customer_id=customer.pk, address=make_address(line1="2 Second St"), is_default=True
    )

    assert book_of(customer) == [("2 Second St", True), ("1 First St", False)]


def test_editing_the_default_keeps_it_the_default():
    customer = make_customer()
    address_id = services.save_address(customer_id=customer.pk, address=make_address())

    same_id = services.save_address(
        customer_id=customer.pk, address=make_address(line1="9 New St"), address_id=address_id
    )

    assert same_id == address_id
    assert book_of(customer) == [("9 New St", True)]


def test_removing_the_default_makes_the_oldest_other_one_it():
    customer = make_customer()
    first, _, _ = (
        services.save_address(customer_id=customer.pk, address=make_address(line1=line1))
        for line1 in ("1 First St", "2 Second St", "3 Third St")
    )

    services.delete_address(customer_id=customer.pk, address_id=first)

    assert book_of(customer) == [("2 Second St", True), ("3 Third St", False)]


def test_choosing_another_default():
    customer = make_customer()
    services.save_address(customer_id=customer.pk, address=make_address(line1="1 First St"))
    second = services.save_address(
        customer_id=customer.pk, address=make_address(line1="2 Second St")
    )

    services.set_default_address(customer_id=customer.pk, address_id=second)

    assert book_of(customer) == [("2 Second St", True), ("1 First St", False)]


def test_an_invalid_address_leaves_the_book_as_it_was():
    customer = make_customer()
    address_id = services.save_address(customer_id=customer.pk, address=make_address())

    with pytest.raises(InvalidAddress):
        services.save_address(
            customer_id=customer.pk,
            address=make_address(line1="9 New St", region="NY"),
            address_id=address_id,
        )

    assert book_of(customer) == [("500 Howard Street", True)]


def test_the_twenty_first_address_is_refused():
    customer = make_customer()
    for number in range(20):
        services.save_address(customer_id=customer.pk, address=make_address(line1=f"{number} St"))

    with pytest.raises(AddressBookFull, match="You can keep 20 addresses"):
        services.save_address(customer_id=customer.pk, address=make_address())

    assert len(book_of(customer)) == 20


@pytest.mark.parametrize("act", ["get", "save", "delete", "default"])
def test_another_customers_address_is_out_of_reach(act):
    owner, stranger = make_customer(), make_customer()
    address_id = services.save_address(customer_id=owner.pk, address=make_address())
    acts: dict[str, Any] = {
        "get": selectors.get_address,
        "save": lambda **ids: services.save_address(address=make_address(line1="9 St"), **ids),
        "delete": services.delete_address,
        "default": services.set_default_address,
    }

    with pytest.raises(AddressNotFound):
        acts[act](customer_id=stranger.pk, address_id=address_id)

    assert book_of(owner) == [("500 Howard Street", True)]
    assert book_of(stranger) == []


@pytest.mark.django_db(transaction=True)
def test_two_first_addresses_at_once_make_one_default():
    customer = make_customer()

    def save(line1):
        try:
            services.save_address(
                customer_id=customer.pk, address=make_address(line1=line1), is_default=True
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(save, ["1 St", "2 St", "3 St", "4 St"]))

    assert sorted(line1 for line1, _ in book_of(customer)) == ["1 St", "2 St", "3 St", "4 St"]
    assert [is_default for _, is_default in book_of(customer)] == [True, False, False, False]
