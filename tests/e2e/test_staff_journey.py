"""Staff enter a product and the way to deliver it; a customer finds, buys and follows it."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from catalog.models import Category, Product
from notifications.models import MailboxMessage
from orders.models import Order
from shop.operations.audit import run_audit
from tests import real_servers
from tests.e2e import copies
from tests.factories.accounts import PASSWORD, make_customer_for_processes
from tests.processes import ShopProcesses, eventually
from tests.web_admin import WebAdmin
from tests.web_buyer import WebBuyer

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.processes,
    pytest.mark.tree(ARCHIVE_AFTER_DAYS="0"),
]

TITLE = "Quillon Reading Lamp"
FINDABLE_SECONDS = 5
EVERY_DAY = [str(day) for day in range(1, 8)]
RENO = ZoneInfo("America/Los_Angeles")


@pytest.fixture
def staff(shop: ShopProcesses, transactional_db: None) -> Iterator[WebAdmin]:
    make_customer_for_processes(email="staff@example.com", is_staff=True)
    with WebAdmin(str(shop.http.base_url)) as admin:
        admin.sign_in("staff@example.com", PASSWORD)
        yield admin


@pytest.fixture
def customer(shop: ShopProcesses, transactional_db: None) -> Iterator[WebBuyer]:
    make_customer_for_processes(email="ada@example.com")
    with WebBuyer(str(shop.http.base_url)) as buyer:
        buyer.get("/accounts/login/")
        answer = buyer.post("/accounts/login/", {"login": "ada@example.com", "password": PASSWORD})
        assert answer.status_code == 302, answer.text
        yield buyer


def test_from_the_admin_to_the_customer_and_into_the_archive(
    shop: ShopProcesses, staff: WebAdmin, customer: WebBuyer
) -> None:
    enter_product(staff)
    seconds = until(lambda: finds(customer, TITLE))
    assert seconds < FINDABLE_SECONDS

    enter_network(staff)
    put_in_stock(staff, "QUILLON-RED", "7")
    deliver_to(customer, "94103")
    seconds = until(lambda: finds(customer, TITLE))
    assert seconds < FINDABLE_SECONDS
    with ExitStack() as stack:
        stranger = stack.enter_context(WebBuyer(str(shop.http.base_url)))
        deliver_to(stranger, "10001")
        assert not finds(stranger, TITLE)

    check_product_page(shop, customer)
    if real_servers.REQUIRED:
        show_product(Product.objects.get().pk)
    number = buy(shop, customer)
    follow(staff, customer, number)
    check_mails(number)

    said = shop.manage("archive_orders")
    assert "1 orders moved to the archive." in said
    assert not Order.objects.exists()
    if real_servers.REQUIRED:
        show_archived(number)
    assert number in customer.get("/orders/").text
    assert "Your order was delivered" in customer.get(f"/orders/{number}/").text
    eventually(lambda: run_audit(with_gateway=True) == [], seconds=20)


def show_product(product_id: int) -> None:
    """The product is in each store, at one revision."""
    row = copies.sql_row("catalog_product", "id", product_id)
    record = copies.sql_row("search_searchrecord", "product_id", product_id)
    item, found = copies.item_document(product_id), copies.search_document(product_id)
    assert item["revision"] == row["revision"] == record["product_revision"]
    assert found["_version"] == record["revision"]
    assert item["document"]["title"] == found["title"] == TITLE
    copies.report(
        "the product, once staff had entered it and it was found for 94103",
        **{
            "PostgreSQL catalog_product": row,
            "PostgreSQL search_searchrecord": record,
            "MongoDB items": item,
            "Elasticsearch": found,
        },
    )


def show_archived(number: str) -> None:
    """The order is in Cassandra alone; its payment stays in SQL."""
    rows = copies.archive_rows(number)
    assert [row["number"] for row in rows["order_by_number"]] == [number]
    assert [row["number"] for row in rows["orders_by_customer"]] == [number]
    assert copies.sql_row("orders_order", "number", number) == {}
    payment = copies.sql_row("payments_payment", "order_number", number)
    assert payment["state"] == "succeeded"
    copies.report(
        "the order, once it was delivered and archived",
        **{f"Cassandra {table}": found for table, found in rows.items()},
        **{"PostgreSQL payments_payment": payment},
    )


def enter_product(staff: WebAdmin) -> None:
    """Enter a category and a product with two variants and a picture; publish it."""
    staff.add("/admin/catalog/category/add/", name="Reading Lamps")
    choice = staff.http.get("/admin/catalog/product/add/")
    [general] = re.findall(r'href="\?product_type=(\d+)">General', choice.text)
    path = f"/admin/catalog/product/add/?product_type={general}"
    form = staff.form(path)
    fields = form.filled(
        title=TITLE,
        brand="Quillon",
        description="A lamp that bends to the page.",
        other_attributes="Material: Oak",
    ) | {
        "category": str(Category.objects.get().pk),
        "variants-TOTAL_FORMS": "2",
        "variants-0-sku": "QUILLON-RED",
        "variants-0-options": "Color: Red",
        "variants-0-price": "49.50",
        "variants-0-position": "0",
        "variants-1-sku": "QUILLON-BLUE",
        "variants-1-options": "Color: Blue",
        "variants-1-price": "52.00",
        "variants-1-position": "1",
        "pictures-0-alt": "The lamp, lit",
        "_publish": "Save and publish",
    }
    said = staff.send(path, fields, {"pictures-0-upload": ("lamp.png", png(), "image/png")})
    assert f"{TITLE} is on sale." in said, said


def enter_network(staff: WebAdmin) -> None:
    """Enter a warehouse, a carrier and the one lane between them, to California's ZIP codes."""
    staff.add(
        "/admin/logistics/warehouse/add/",
        code="RNO",
        name="Reno",
        postal_code="89501",
        cutoff="23:59",
        working_days=EVERY_DAY,
        is_active="on",
    )
    staff.add(
        "/admin/logistics/carrier/add/",
        code="swift",
        name="Swift",
        working_days=EVERY_DAY,
        tracking_url="https://track.example/{number}",
    )
    staff.add(
        "/admin/logistics/lane/add/",
        warehouse="RNO",
        carrier="Swift",
        service_level="Standard",
        postal_areas="900-961",
        transit_days="2",
        fee="4.99",
        is_active="on",
    )


def put_in_stock(staff: WebAdmin, sku: str, on_hand: str) -> None:
    staff.add("/admin/logistics/stock/add/", warehouse="RNO", sku=sku, on_hand=on_hand)


def png() -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (900, 900), "firebrick").save(buffer, "PNG")
    return buffer.getvalue()


def until(probe: Callable[[], bool]) -> float:
    """Return how many seconds it took until it was so."""
    started = time.monotonic()
    eventually(probe)
    return time.monotonic() - started


def finds(buyer: WebBuyer, title: str) -> bool:
    page = buyer.get("/search/?q=quillon")
    assert page.status_code == 200, page.text
    return title in page.text


def deliver_to(buyer: WebBuyer, postal_code: str) -> None:
    buyer.get("/deliver-to/")
    assert buyer.post("/deliver-to/", {"postal_code": postal_code}).status_code == 302


def check_product_page(shop: ShopProcesses, customer: WebBuyer) -> None:
    """The promise follows from the calendars entered; the picture is served; blue is not there."""
    product = Product.objects.get()
    days = [datetime.now(RENO).date() + timedelta(days=2)]
    page = customer.get(f"/p/{product.slug}/QUILLON-RED/")
    days.append(datetime.now(RENO).date() + timedelta(days=2))
    promised = [f"Arrives {day:%A, %B} {day.day}" for day in days]
    assert any(text in page.text for text in promised), promised
    assert "$49.50" in page.text
    assert "Sold out" in customer.get(f"/p/{product.slug}/QUILLON-BLUE/").text
    [picture, *_] = re.findall(r'<img id="picture-1" src="([^"]+)"', page.text)
    answer = shop.http.get(picture)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("image/")


def buy(shop: ShopProcesses, customer: WebBuyer) -> str:
    pay_url = customer.buy("QUILLON-RED", 2)
    [order] = Order.objects.all()
    assert order.total_minor == 2 * 4950 + 499
    shop.act(pay_url.rstrip("/").rsplit("/", 1)[-1], "pay")
    eventually(lambda: sees(customer, order.number, "your order is confirmed"))
    return order.number


def sees(customer: WebBuyer, number: str, words: str) -> bool:
    return words in customer.get(f"/orders/{number}/").text


def follow(staff: WebAdmin, customer: WebBuyer, number: str) -> None:
    """Staff pack, ship and deliver; the customer's page tells each step."""
    step = f"/admin/orders/order/{number}/step"
    staff.add(f"{step}/pack/")
    assert sees(customer, number, "Your parcels are packed")
    staff.add(f"{step}/ship/", **{"tracking-RNO": "SW-20931"})
    assert sees(customer, number, "Your order is on its way")
    assert sees(customer, number, "https://track.example/SW-20931")
    staff.add(f"{step}/deliver/")
    assert sees(customer, number, "Your order was delivered")


def check_mails(number: str) -> None:
    def subjects() -> list[str]:
        mails = MailboxMessage.objects.filter(subject__contains=number).order_by("id")
        return [mail.subject for mail in mails]

    eventually(lambda: len(subjects()) == 3)
    confirmed, shipped, delivered = subjects()
    assert confirmed.startswith(f"Order {number} is confirmed: arrives by ")
    assert [shipped, delivered] == [
        f"Order {number} is on its way",
        f"Order {number} has arrived",
    ]
    shipping = MailboxMessage.objects.get(subject=shipped)
    assert (shipping.recipients, "SW-20931" in shipping.text) == ("ada@example.com", True)
