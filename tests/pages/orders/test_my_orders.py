"""The list of a shopper's orders."""

from datetime import timedelta

import pytest
from django.utils import timezone

from orders import services
from orders.models import Order
from shop.core.errors import StoreUnavailable
from shop.core.visitor import Owner
from tests.factories.accounts import make_customer
from tests.factories.orders import pay, place_order, ship, time_out
from tests.factories.shopping import make_sold_product, owner_of

pytestmark = pytest.mark.django_db


class ArchiveThatIsAway:
    """Stands where the archive's server would, and does not answer."""

    def list_by_customer(self, *args, **kwargs):
        raise StoreUnavailable("Order archive")


@pytest.fixture(autouse=True)
def _lamp(settings):
    settings.MAX_UNPAID_ORDERS = 100
    make_sold_product("LAMP", price_minor=1999, title="Trail Lantern", stock=90)


@pytest.fixture
def customer(client):
    customer = make_customer()
    client.force_login(customer)
    return customer


def place_many(customer, count):
    """Place orders a day apart and return their numbers, newest first."""
    numbers = []
    for age in range(count):
        number = place_order(owner=Owner(customer_id=customer.pk, visitor="home"))
        placed_at = timezone.now() - timedelta(days=age)
        Order.objects.filter(number=number).update(placed_at=placed_at)
        numbers.append(number)
    return numbers


def shown(page):
    return [row.order.number for row in page.context["rows"]]


def test_a_customer_without_orders_is_told_so(client, customer):
    assert "No orders yet" in client.get("/orders/").text


def test_orders_are_listed_newest_first_page_by_page(client, customer):
    numbers = place_many(customer, 23)
    place_order(owner=Owner(visitor="somebody else"))

    pages, url = [], "/orders/"
    while url:
        page = client.get(url)
        pages.append(shown(page))
        url = page.context["older_url"]

    assert pages == [numbers[:10], numbers[10:20], numbers[20:]]
    assert "Older orders" not in page.text
    assert "Newest orders" in page.text


def test_a_page_stays_the_same_while_new_orders_come_in(client, customer):
    numbers = place_many(customer, 12)
    older_url = client.get("/orders/").context["older_url"]

    place_order(owner=Owner(customer_id=customer.pk, visitor="home"))

    assert shown(client.get(older_url)) == numbers[10:]


@pytest.mark.parametrize("cursor", ["abc", "%00", "1:2:3", "x" * 9000])
def test_a_made_up_cursor_is_refused_politely(client, customer, cursor):
    page = client.get(f"/orders/?cursor={cursor}")

    assert page.status_code == 422
    assert "This page of your orders does not exist." in page.text
    assert 'href="/orders/">See my newest orders' in page.text


def test_live_and_archived_orders_are_one_list(client, customer):
    newest, archived, oldest = place_many(customer, 3)
    Order.objects.filter(number=archived).update(status_at=timezone.now())
    pay(newest)
    ship(newest)
    time_out(archived)
    services.archive_order(number=archived, now=timezone.now() + timedelta(days=365))

    page = client.get("/orders/")

    assert shown(page) == [newest, archived, oldest]
    assert [row.tone for row in page.context["rows"]] == ["moving", "bad", "waiting"]
    assert "Payment timed out" in page.text
    assert Order.objects.filter(number=archived).count() == 0


def test_while_the_archive_is_away_the_live_orders_are_shown_with_a_notice(
    client, customer, settings
):
    [number] = place_many(customer, 1)
    settings.STORES = {
        **settings.STORES,
        "order_archive": {"BACKEND": f"{__name__}.ArchiveThatIsAway"},
    }

    page = client.get("/orders/")

    assert shown(page) == [number]
    assert "Older orders are not shown at the moment" in page.text


def test_a_guest_sees_the_orders_of_this_browser_and_how_to_find_others(client):
    number = place_order(owner=owner_of(client))
    place_order(owner=Owner(visitor="somebody else"))

    page = client.get("/orders/")

    assert shown(page) == [number]
    assert "Orders placed in this browser without signing in." in page.text
    assert "open the link in our e-mail" in page.text


def test_a_guest_without_orders_is_told_where_to_look(client):
    page = client.get("/orders/")

    assert page.status_code == 200
    assert "Looking for an order?" in page.text


def test_my_orders_take_few_statements(client, customer, django_assert_max_num_queries):
    place_many(customer, 12)
    client.get("/")

    with django_assert_max_num_queries(9):
        assert len(shown(client.get("/orders/"))) == 10
