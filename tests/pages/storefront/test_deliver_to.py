"""Choosing where to deliver to."""

import pytest

from accounts.services import save_address
from shop.core.visitor import Destination
from tests.factories.accounts import make_address, make_customer

pytestmark = pytest.mark.django_db
SAN_FRANCISCO = Destination(country="US", postal_code="94103", city="San Francisco", region="CA")


def destination_of(client):
    return client.get("/deliver-to/").wsgi_request.deliver_to


def test_a_postal_code_is_remembered_and_shown_in_the_header(client):
    answer = client.post("/deliver-to/", {"postal_code": " 94103 ", "next": "/search/?q=tea"})

    assert (answer.status_code, answer["Location"]) == (302, "/search/?q=tea")
    assert destination_of(client) == SAN_FRANCISCO
    assert "94103 San Francisco" in client.get("/deliver-to/").text


def test_nine_digits_are_as_good_as_five(client):
    client.post("/deliver-to/", {"postal_code": "94103-1234"})

    assert destination_of(client) == SAN_FRANCISCO


@pytest.mark.parametrize(
    "typed", ["00000", "9410", "abcde", "94103; DROP", "\uff19\uff14\uff11\uff10\uff13", "1" * 400]
)
def test_a_code_that_does_not_exist_is_refused_beside_the_field(client, typed):
    answer = client.post("/deliver-to/", {"postal_code": typed})

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert "is not a US ZIP code." in answer.text
    assert "deliver_to" not in answer.cookies


def test_no_code_at_all_is_refused(client):
    answer = client.post("/deliver-to/", {})

    assert answer.status_code == 422
    assert "Please enter a ZIP code, such as 94103." in answer.text


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_one_is_never_sent_to_another_site(client, elsewhere):
    answer = client.post("/deliver-to/", {"postal_code": "94103", "next": elsewhere})

    assert answer["Location"] == "/"


def test_a_cookie_that_is_not_ours_counts_for_nothing(client):
    client.cookies["deliver_to"] = "WyJVUyJd:forged"

    assert destination_of(client) is None


def test_a_customer_starts_with_the_default_address(client):
    customer = make_customer()
    save_address(customer_id=customer.pk, address=make_address(postal_code="94105"))
    client.force_login(customer)

    assert destination_of(client).postal_code == "94105"


def test_a_customer_chooses_from_the_address_book(client):
    customer = make_customer()
    saved = save_address(customer_id=customer.pk, address=make_address(postal_code="94110"))
    client.force_login(customer)

    answer = client.post("/deliver-to/", {"address": saved})

    assert answer.status_code == 302
    assert destination_of(client).postal_code == "94110"


def test_somebody_elses_address_is_not_found(client):
    saved = save_address(customer_id=make_customer().pk, address=make_address())
    client.force_login(make_customer())

    assert client.post("/deliver-to/", {"address": saved}).status_code == 404


def test_who_wants_to_see_everything_is_asked_no_more(client):
    customer = make_customer()
    save_address(customer_id=customer.pk, address=make_address())
    client.force_login(customer)
    client.post("/deliver-to/", {"forget": "1"})

    assert destination_of(client) is None
