"""Each real server is stopped under the running shop and started again (design, part 7).

What shoppers get meanwhile, how fast, and that afterwards everything is caught up.
"""

import time

import pytest
from django.db import connections
from django.utils import timezone

from accounts.models import User
from catalog.selectors import get_items
from catalog.services import save_product
from notifications.models import MailboxMessage
from orders.models import Order
from payments.models import Payment
from payments.services import open_session
from shop.core.visitor import Owner
from shop.operations.audit import run_audit
from tests.e2e.degraded.conftest import Stocked
from tests.e2e.degraded.watch import outage
from tests.factories.catalog import product_input
from tests.factories.checkout import Buyer, states
from tests.processes import ShopProcesses, eventually
from tests.web_admin import WebAdmin
from tests.web_buyer import WebBuyer

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.processes,
    pytest.mark.servers,
    pytest.mark.tree(ARCHIVE_AFTER_DAYS="0", PAYMENT_WINDOW_SECONDS="30"),
]

CATCH_UP_SECONDS = 90


def session_of(pay_url: str) -> str:
    return pay_url.rstrip("/").rsplit("/", 1)[-1]


def buy_and_pay(shop: ShopProcesses, buyer: WebBuyer, sku: str) -> str:
    """Buy at the shop, pay at the bank, and return the order's number."""
    before = set(Order.objects.values_list("number", flat=True))
    shop.act(session_of(buyer.buy(sku)), "pay")
    [order] = Order.objects.exclude(number__in=before)
    eventually(lambda: states(order.number) == ("confirmed", "succeeded") or None, seconds=20)
    return order.number


def order_for(email: str, sku: str, shop: ShopProcesses) -> str:
    """Have a customer order and pay, and return the order's number."""
    owner = Owner(customer_id=User.objects.get(email=email).pk)
    number = Buyer({sku: 1}, owner=owner).fill_cart().place()
    pay_url = open_session(order_number=number, now=timezone.now()).pay_url
    shop.act(session_of(pay_url), "pay")
    eventually(lambda: states(number) == ("confirmed", "succeeded") or None, seconds=20)
    return number


def rename_kettle() -> None:
    """Have staff edit the product; nothing but PostgreSQL is told at once."""
    edited = product_input(sku="KETTLE", title="Enamel kettle", category="Kitchen > Kettles")
    save_product(data=edited)


def audit_is_clean() -> None:
    def is_clean() -> bool:
        left[:] = run_audit()
        return not left

    left = list(run_audit())
    try:
        eventually(is_clean, seconds=CATCH_UP_SECONDS)
    except AssertionError:
        raise AssertionError(left) from None


def test_without_elasticsearch(
    shop: ShopProcesses, stocked: Stocked, guest: WebBuyer, staff: WebAdmin
) -> None:
    simpler = "Search is simpler than usual"
    with outage(shop, "elasticsearch", degraded="search") as watch:
        watch.browse(
            guest,
            {
                "/search/?q=kettle": simpler,
                stocked.category: "Copper kettle",
                "/": "Copper kettle",
                stocked.kettle.url("KETTLE"): "Arrives",
            },
        )
        assert watch.get(guest, "/search/suggest/?q=ket").status_code == 200
        assert "Search does not answer" in " ".join(staff.http.get("/admin/").text.split())
        buy_and_pay(shop, guest, "LAMP")
        rename_kettle()
        eventually(lambda: "Enamel kettle" in guest.get("/search/?q=enamel").text)
        watch.assert_time_outs(1)

    began = time.monotonic()
    eventually(
        lambda: (
            "Enamel kettle" in (page := guest.get("/search/?q=enamle").text)
            and simpler not in page
        ),
        seconds=CATCH_UP_SECONDS,
    )
    watch.notes.append(f"an edit findable by a typo {time.monotonic() - began:.1f} s later")
    audit_is_clean()


def test_without_mongodb(shop: ShopProcesses, stocked: Stocked, guest: WebBuyer) -> None:
    guest.add("LAMP")
    with outage(shop, "mongodb", degraded="items") as watch:
        watch.browse(
            guest,
            {
                stocked.kettle.url("KETTLE"): "Arrives",
                "/search/?q=kettle": "Copper kettle",
                "/cart/": "Reading lamp",
                "/": "Copper kettle",
            },
        )
        buy_and_pay(shop, guest, "KETTLE")
        rename_kettle()
        assert "Enamel kettle" in watch.get(guest, "/p/enamel-kettle/KETTLE/").text
        watch.assert_time_outs(1)

    product_id = stocked.kettle.product_id
    began = time.monotonic()
    eventually(
        lambda: get_items(product_ids=[product_id])[product_id].title == "Enamel kettle",
        seconds=CATCH_UP_SECONDS,
    )
    watch.notes.append(f"an edit in its document {time.monotonic() - began:.1f} s later")
    audit_is_clean()


def finish(number: str, staff: WebAdmin) -> None:
    step = f"/admin/orders/order/{number}/step"
    staff.add(f"{step}/pack/")
    staff.add(f"{step}/ship/", **{"tracking-MAIN": "TRACK-1"})
    staff.add(f"{step}/deliver/")


def test_without_cassandra(
    shop: ShopProcesses, stocked: Stocked, customer: WebBuyer, staff: WebAdmin
) -> None:
    archived, later = (order_for("ada@example.com", sku, shop) for sku in ("KETTLE", "LAMP"))
    finish(archived, staff)
    assert "1 orders moved" in shop.manage("archive_orders")
    finish(later, staff)

    with outage(shop, "cassandra", degraded="order archive") as watch:
        watch.browse(customer, {"/orders/": "Older orders are not shown at the moment"})
        page = customer.get("/orders/").text
        assert later in page
        assert archived not in page
        assert watch.get(customer, f"/orders/{later}/").status_code == 200
        answer = watch.get(customer, f"/orders/{archived}/")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
        assert "Nothing was lost" in answer.text
        with pytest.raises(AssertionError, match="The orders stay where they are"):
            shop.manage("archive_orders")
        assert Order.objects.filter(number=later).exists()
        watch.assert_time_outs(1)

    assert "1 orders moved" in shop.manage("archive_orders")
    assert not Order.objects.exists()

    def sees_both() -> bool:
        page = customer.get("/orders/").text
        return archived in page and later in page and "not shown" not in page

    eventually(sees_both, seconds=30)
    assert "Your order was delivered" in customer.get(f"/orders/{archived}/").text
    audit_is_clean()


def test_without_redis(shop: ShopProcesses, stocked: Stocked, guest: WebBuyer) -> None:
    with outage(shop, "redis", degraded="redis") as watch:
        watch.browse(
            guest,
            {
                "/": "Copper kettle",
                "/search/?q=kettle": "Copper kettle",
                stocked.kettle.url("KETTLE"): "Arrives",
                "/cart/": "cart",
            },
        )
        paid = buy_and_pay(shop, guest, "KETTLE")
        with WebBuyer(str(shop.http.base_url), email="eve@example.com") as other:
            other.buy("LAMP")
        unpaid = Order.objects.exclude(number=paid).get().number
        eventually(
            lambda: states(unpaid) == ("payment_timed_out", "timed_out") or None, seconds=60
        )
        watch.assert_time_outs(1)

    def mails() -> int:
        return MailboxMessage.objects.filter(subject__contains=paid).count()

    began = time.monotonic()
    eventually(lambda: mails() == 1, seconds=CATCH_UP_SECONDS)
    watch.notes.append(f"the mail of its order {time.monotonic() - began:.1f} s later")
    audit_is_clean()


def test_without_postgresql(shop: ShopProcesses, stocked: Stocked, guest: WebBuyer) -> None:
    guest.get("/")
    pay_url = guest.buy("LAMP")
    guest.add("KETTLE")
    connections.close_all()

    with outage(shop, "postgres", degraded="database") as watch:
        shop.act(session_of(pay_url), "pay")
        around = "You can look around"
        watch.browse(
            guest,
            {
                "/": around,
                stocked.category: "Copper kettle",
                "/search/?q=kettel": "Copper kettle",
                stocked.kettle.url("KETTLE"): "Back in a moment",
            },
        )
        for path in ("/cart/", "/checkout/", "/orders/", "/wishlist/"):
            answer = watch.get(guest, path)
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
        answer = watch.see(
            "POST /cart/lines/",
            lambda: guest.post("/cart/lines/", {"sku": "LAMP", "quantity": "1"}),
        )
        assert answer.status_code == 503
        watch.assert_time_outs(1)

    connections.close_all()
    payment = eventually(Payment.objects.first, seconds=30)
    assert payment is not None
    eventually(
        lambda: states(payment.order_number) == ("confirmed", "succeeded") or None, seconds=60
    )
    assert Order.objects.count() == 1
    # A process that was refused asks again after its pause.
    eventually(lambda: "Copper kettle" in guest.get("/cart/").text)
    audit_is_clean()


@pytest.mark.parametrize(
    "hanging",
    [
        ("elasticsearch", "search", 1),
        ("mongodb", "items", 1),
        # The cache, the event stream and the payment windows are clients of their own.
        ("redis", "redis", 3),
    ],
    ids=lambda hanging: hanging[0],
)
def test_a_server_that_hangs_costs_its_time_out_once_a_pause(
    shop: ShopProcesses, stocked: Stocked, guest: WebBuyer, hanging: tuple[str, str, int]
) -> None:
    store, degraded, time_outs = hanging
    with outage(shop, store, degraded=degraded, hangs=True) as watch:
        watch.browse(
            guest,
            {
                "/": "Copper kettle",
                "/search/?q=kettle": "Copper kettle",
                stocked.kettle.url("KETTLE"): "Arrives",
            },
        )
        watch.assert_time_outs(time_outs)
    audit_is_clean()
