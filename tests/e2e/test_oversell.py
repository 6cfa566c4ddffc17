"""Two hundred buyers press "place order" at once for fifty units, over HTTP."""

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from logistics.models import Stock
from orders.models import Order
from tests.e2e.clean import differences
from tests.factories.catalog import make_product
from tests.factories.checkout import FEE, PRICE
from tests.factories.logistics import make_lane, make_warehouse, put_stock
from tests.processes import ShopProcesses, eventually
from tests.web_buyer import WebBuyer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]

BUYERS = 200
STOCK = 50


@pytest.fixture(autouse=True)
def _clean_at_the_end(shop: ShopProcesses) -> Iterator[None]:
    yield
    assert differences() == []


def stock_over(warehouses: int) -> None:
    make_product(sku="DROP", price_minor=PRICE)
    for index in range(warehouses):
        warehouse = make_warehouse()
        make_lane(warehouse, fee_minor=FEE)
        put_stock("DROP", STOCK // warehouses + (index < STOCK % warehouses), warehouse)


@pytest.mark.parametrize("warehouses", [1, 3])
def test_exactly_fifty_are_sold_and_the_others_are_told_politely(
    shop: ShopProcesses, warehouses: int
) -> None:
    stock_over(warehouses)
    gate = threading.Barrier(BUYERS)
    preparing = threading.Semaphore(16)

    def buy(number: int) -> tuple[int, str]:
        with WebBuyer(str(shop.http.base_url), email=f"buyer{number}@example.com") as buyer:
            with preparing:
                assert buyer.add("DROP").status_code == 302
                buyer.fill_checkout()
            gate.wait(timeout=240)
            answer = buyer.place()
            return answer.status_code, answer.text

    with ThreadPoolExecutor(BUYERS) as pool:
        answers = list(pool.map(buy, range(BUYERS)))

    assert Counter(status for status, _ in answers) == {303: STOCK, 409: BUYERS - STOCK}
    refusals = [text for status, text in answers if status == 409]
    assert all("Sold out" in text or "sold out" in text for text in refusals)
    assert Order.objects.filter(status="awaiting_payment").count() == STOCK
    stock = list(Stock.objects.values_list("on_hand", "reserved"))
    assert sum(reserved for _, reserved in stock) == STOCK
    assert all(reserved <= on_hand for on_hand, reserved in stock)
    eventually(lambda: Order.objects.count() == STOCK)
