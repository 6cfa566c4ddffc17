"""What a shopper sees while the database does not answer."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test import Client

from accounts.services import save_address
from tests.factories.accounts import make_address, make_customer
from tests.factories.shopping import put_in_cart

pytestmark = pytest.mark.django_db


@contextmanager
def database_away() -> Iterator[None]:
    def refuse(*args: object) -> None:
        raise OperationalError("connection refused")

    with connection.execute_wrapper(refuse):
        yield


def test_a_page_that_needs_it_says_so_and_when_to_come_back(client, sell):
    item = sell()

    with database_away():
        answer = client.get(item.url())

    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "Nothing was lost: please try again shortly." in answer.text


def test_a_page_that_was_seen_before_is_shown_as_it_was(client, sell):
    item = sell(title="Copper kettle")
    for path in ("/", "/search/?q=kettle", item.url()):
        client.get(path)

    with database_away():
        answers = [Client().get(path) for path in ("/", "/search/?q=kettle", item.url())]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert all("This page is as it was at" in answer.text for answer in answers)
    assert all("Copper kettle" in answer.text for answer in answers)
    assert {answer["Cache-Control"] for answer in answers} == {"no-store, private"}
    assert all("default-src 'self'" in answer["Content-Security-Policy"] for answer in answers)


def test_what_a_stranger_adds_to_an_address_makes_no_copy_of_its_own(client, sell):
    item = sell(title="Copper kettle")
    client.get(f"{item.url()}?utm_source=x")

    with database_away():
        answer = Client().get(item.url())

    assert (answer.status_code, "Copper kettle" in answer.text) == (200, True)


def test_a_copy_that_was_cut_short_is_none(client, sell, settings):
    item = sell()
    client.get(item.url())
    [copy] = Path(settings.CACHES["last_pages"]["LOCATION"]).glob("*.djcache")
    copy.write_bytes(copy.read_bytes()[:-40])

    with database_away():
        answer = Client().get(item.url())

    assert answer.status_code == 503


def test_a_form_on_a_copy_works_once_the_database_is_back(sell):
    item = sell(sku="KETTLE")
    Client().get(item.url())
    shopper = Client(enforce_csrf_checks=True)
    with database_away():
        copy = shopper.get(item.url())
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)', copy.text)
    assert token

    form = {"sku": "KETTLE", "quantity": "1", "csrfmiddlewaretoken": token[1]}
    answer = shopper.post("/cart/lines/", form)

    assert answer.status_code == 302
    assert shopper.get("/cart/").context["page"].count == 1


def test_what_is_somebodys_own_is_never_shown_to_another(client, sell):
    item = sell(sku="KETTLE")
    customer = Client()
    customer.force_login(make_customer())
    customer.get(item.url())
    put_in_cart(client, "KETTLE", 2)
    client.get(item.url())

    with database_away():
        answer = Client().get(item.url())

    assert answer.status_code == 503


def test_a_copy_is_of_one_address(client, sell):
    item = sell(sku="KETTLE")
    client.get(item.url())
    elsewhere = Client()
    elsewhere.post("/deliver-to/", {"postal_code": "94103"})

    with database_away():
        answer = elsewhere.get(item.url())

    assert answer.status_code == 503


def test_a_disk_that_is_full_costs_no_page(client, sell, settings, tmp_path):
    blocked = tmp_path / "file"
    blocked.touch()
    pages = {**settings.CACHES["last_pages"], "LOCATION": blocked / "below"}
    settings.CACHES = {**settings.CACHES, "last_pages": pages}

    assert client.get(sell().url()).status_code == 200


@pytest.mark.parametrize(
    "path", ["/deliver-to/", "/cart/", "/wishlist/", "/checkout/", "/orders/", "/account/"]
)
def test_a_customer_is_told_the_same_where_it_is_about_what_is_theirs(client, path):
    client.force_login(make_customer())

    with database_away():
        answer = client.get(path)

    assert (answer.status_code, answer["Retry-After"]) == (503, "10")


def test_a_customer_whose_session_cannot_be_read_may_look_at_what_needs_none(client, sell):
    customer = make_customer()
    save_address(customer_id=customer.pk, address=make_address())
    client.force_login(customer)
    sell(sku="KETTLE")
    put_in_cart(client, "KETTLE", 2)
    client.post("/wishlist/lines/", {"sku": "KETTLE"})
    before = client.get("/").context["chrome"].cart_count

    with database_away():
        page = client.get("/robots.txt")
        choice = client.post("/deliver-to/", {"postal_code": "94103"})

    assert (before, page.status_code, choice.status_code) == (2, 200, 302)
    assert client.get("/").context["chrome"].cart_count == 2


def test_staff_are_told_the_same(client):
    client.force_login(make_customer(is_staff=True))

    with database_away():
        answer = client.get("/admin/orders/order/")

    assert (answer.status_code, answer["Retry-After"]) == (503, "10")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_who_waits_too_long_for_a_lock_is_told_when_to_come_back(client, sell, headers):
    sell(sku="KETTLE")
    put_in_cart(client, "KETTLE")
    where = connection.get_connection_params()
    other = psycopg.connect(**{name: where[name] for name in ("host", "user", "dbname")})
    with other, connection.cursor() as cursor:
        other.execute("SELECT FROM cart_cart FOR UPDATE")
        cursor.execute("SET lock_timeout = '50ms'")

        answer = client.post("/cart/lines/", {"sku": "KETTLE", "quantity": "1"}, headers=headers)

        cursor.execute("RESET lock_timeout")
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert client.get("/cart/").context["page"].count == 1


def test_a_guest_may_still_choose_where_to_deliver(client):
    with database_away():
        answer = client.post("/deliver-to/", {"postal_code": "94103"})

    assert answer.status_code == 302


def test_the_button_answers_with_a_toast(client):
    with database_away():
        answer = client.post(
            "/cart/lines/", {"sku": "KETTLE", "quantity": "1"}, headers={"HX-Request": "true"}
        )

    assert (answer.status_code, answer["HX-Retarget"]) == (503, "#toasts")
    assert "<html" not in answer.text
