"""What a shopper sees while the database does not answer."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection
from pytest_django.fixtures import Settings

from tests.factories.accounts import make_customer

pytestmark = pytest.mark.django_db


@contextmanager
def database_away() -> Iterator[None]:
    def refuse(*args: object) -> None:
        raise OperationalError("connection refused")

    with connection.execute_wrapper(refuse):
        yield


@pytest.fixture
def without_cached_session(settings: Settings) -> None:
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.db"


def test_a_page_that_needs_it_says_so_and_when_to_come_back(client, sell):
    item = sell()

    with database_away():
        answer = client.get(item.url())

    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "Nothing was lost: please try again shortly." in answer.text


@pytest.mark.usefixtures("without_cached_session")
def test_a_customer_whose_session_cannot_be_read_is_told_the_same(client):
    client.force_login(make_customer())

    with database_away():
        answer = client.get("/deliver-to/")

    assert answer.status_code == 503


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
