"""Processes are killed and Redis loses its data while people buy; afterwards the books agree."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from logistics.models import Stock
from orders.models import Order
from payments.models import Payment
from tests.e2e.clean import differences, settle
from tests.factories.checkout import stock_product
from tests.processes import ShopProcesses, eventually
from tests.web_buyer import WebBuyer

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.processes,
    pytest.mark.tree(PAYMENT_WINDOW_SECONDS="15"),
]

BUYERS = 12
FINAL = {"confirmed", "payment_timed_out", "payment_failed"}


@pytest.fixture(autouse=True)
def _clean_at_the_end(shop: ShopProcesses) -> Iterator[None]:
    yield
    assert differences() == []


class Rush:
    """Buyers who buy, pay (or walk away) and bear that the shop breaks under them."""

    def __init__(self, shop: ShopProcesses) -> None:
        self.shop = shop
        self.broken = 0

    def buy(self, number: int) -> None:
        for _ in range(3):
            try:
                self._buy_once(number)
            except (httpx.HTTPError, AssertionError):
                self.broken += 1
                eventually(self.shop.answers, seconds=30)
            else:
                return

    def _buy_once(self, number: int) -> None:
        email = f"buyer{number}@example.com"
        with WebBuyer(str(self.shop.http.base_url), email=email) as buyer:
            url = buyer.buy("LAMP")
            session = url.rstrip("/").rsplit("/", 1)[-1]
            if number % 3:
                self.shop.act(session, "pay")


def all_settled() -> bool:
    orders = Order.objects.values_list("status", flat=True)
    return bool(orders) and set(orders) <= FINAL


@pytest.mark.parametrize("victim", ["web", "payments", "timers", "sandbox", "redis"])
def test_killed_during_checkouts_nothing_is_lost_or_done_twice(
    shop: ShopProcesses, victim: str
) -> None:
    stock_product("LAMP", 100)
    rush = Rush(shop)
    started = threading.Event()

    def strike() -> None:
        started.wait(10)
        eventually(lambda: Order.objects.count() >= 3, seconds=30)
        if victim == "redis":
            shop.lose_redis()
        else:
            shop.kill(victim)

    with ThreadPoolExecutor(5) as pool:
        buying = [pool.submit(rush.buy, number) for number in range(BUYERS)]
        started.set()
        strike()
        for each in buying:
            each.result()

    eventually(all_settled, seconds=60)
    settle(shop, seconds=90)
    paid = Payment.objects.filter(state="succeeded").count()
    assert Order.objects.filter(status="confirmed").count() == paid
    assert Stock.objects.get().reserved == paid
    assert paid > 0
