"""Staff see which store is down, and what waits for it."""

import pytest

from tests.factories.accounts import make_customer
from tests.factories.catalog import make_product

pytestmark = pytest.mark.django_db

ABSENT = {"BACKEND": "tests.integration.catalog.doubles.AbsentItemStore"}


@pytest.fixture
def staff(client):
    client.force_login(make_customer(is_staff=True))
    return client


def test_the_page_names_every_store_with_its_version(staff):
    page = staff.get("/admin/stores/").text

    for name in ("Database", "Redis", "Items", "Search", "Order archive"):
        assert f'<th scope="row">{name}</th>' in page
    assert page.count("Answers") == 5
    assert "0 waiting" in page


def test_a_store_that_is_away_is_told_on_the_start_page_and_among_the_stores(staff, settings):
    settings.STORES = {**settings.STORES, "items": ABSENT}

    assert "Items does not answer." in " ".join(staff.get("/admin/").text.split())
    assert "Does not answer" in staff.get("/admin/stores/").text


def test_while_all_answer_the_start_page_says_nothing(staff):
    assert "does not answer" not in staff.get("/admin/").text


def test_what_waits_is_counted(staff):
    make_product()

    assert "2 waiting, the oldest since" in staff.get("/admin/stores/").text


def test_strangers_are_sent_to_sign_in(client):
    assert client.get("/admin/stores/").status_code == 302
