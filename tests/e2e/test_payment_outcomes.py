"""The four outcomes of a payment and both policies for late money, by the running processes.

Orders are placed here, with a window of their own; all that follows happens by the bank's page,
its webhooks, the timers and the workers.
"""

from collections.abc import Iterator

import pytest
from django.utils import timezone

from logistics.models import Stock
from payments.models import Payment, Refund
from payments.services import open_session
from tests.e2e.clean import settle
from tests.factories.checkout import order_of, states, stock_product
from tests.processes import ShopProcesses, eventually

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]


@pytest.fixture(
    params=[
        "refund",
        pytest.param("reinstate", marks=pytest.mark.tree(LATE_PAYMENT_POLICY="reinstate")),
    ]
)
def policy(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(autouse=True)
def _clean_at_the_end(policy: str, shop: ShopProcesses) -> Iterator[None]:
    yield
    settle(shop, seconds=20)


def checkout(shop: ShopProcesses, *, window_seconds: int) -> tuple[str, str]:
    """Place an order of two lamps and open its payment page."""
    stock_product("LAMP", 5)
    number = order_of("LAMP", 2, window_seconds=window_seconds)
    url = open_session(order_number=number, now=timezone.now()).pay_url
    assert shop.bank.get(url).status_code == 200
    return number, Payment.objects.get(order_number=number).session_ref


def becomes(number: str, order_status: str, payment_state: str) -> None:
    eventually(lambda: states(number) == (order_status, payment_state) or None)


def reserved() -> int:
    return Stock.objects.get().reserved


def test_success(shop: ShopProcesses) -> None:
    number, session = checkout(shop, window_seconds=60)

    shop.act(session, "pay")

    becomes(number, "confirmed", "succeeded")
    assert reserved() == 2


def test_failure(shop: ShopProcesses) -> None:
    number, session = checkout(shop, window_seconds=60)

    shop.act(session, "decline")

    becomes(number, "payment_failed", "failed")
    assert reserved() == 0


def test_no_answer(shop: ShopProcesses) -> None:
    number, session = checkout(shop, window_seconds=4)

    becomes(number, "payment_timed_out", "timed_out")

    assert reserved() == 0
    eventually(lambda: shop.bank.get(f"/api/sessions/{session}").json()["state"] == "cancelled")


def test_success_after_the_timeout(shop: ShopProcesses, policy: str) -> None:
    number, session = checkout(shop, window_seconds=2)
    becomes(number, "payment_timed_out", "timed_out")

    shop.act(session, "late", delay_seconds=0)

    if policy == "refund":
        becomes(number, "payment_timed_out", "late_success")
        eventually(lambda: Refund.objects.filter(state="done").exists())
        assert reserved() == 0
    else:
        becomes(number, "confirmed", "succeeded")
        assert not Refund.objects.exists()
        assert reserved() == 2


def test_a_doubled_answer_counts_once(shop: ShopProcesses) -> None:
    number, session = checkout(shop, window_seconds=60)

    shop.act(session, "twice")

    becomes(number, "confirmed", "succeeded")
    assert reserved() == 2
