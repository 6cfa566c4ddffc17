"""E-mails through the running processes: an account's code, and each order's news once."""

import re
from collections.abc import Iterator

import httpx
import pytest
from django.utils import timezone

from accounts.models import User
from cart.selectors import get_cart
from notifications.models import MailboxMessage, SentNotification
from payments.models import Payment
from payments.services import open_session
from tests.factories.checkout import order_of, stock_product
from tests.processes import ShopProcesses, eventually

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]


@pytest.fixture
def shopper(shop: ShopProcesses) -> Iterator[httpx.Client]:
    """A browser of its own."""
    with httpx.Client(base_url=shop.http.base_url, follow_redirects=True, timeout=20) as client:
        yield client


def post(shopper: httpx.Client, page: str, to: str, **fields: str) -> httpx.Response:
    """Send a form of the page, with its token."""
    tokens = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', shopper.get(page).text)
    return shopper.post(to, data={"csrfmiddlewaretoken": tokens[0], **fields})


def test_a_guest_signs_up_with_the_mailed_code_and_keeps_the_cart(shopper: httpx.Client) -> None:
    stock_product("LAMP", 5)
    post(shopper, "/accounts/signup/", "/cart/lines/", sku="LAMP", quantity="2")

    page = post(
        shopper,
        "/accounts/signup/",
        "/accounts/signup/",
        email="ada@example.com",
        password1="correct horse battery",
        full_name="Ada Park",
    )
    assert "Check your e-mail" in page.text
    [link] = re.findall(r'href="(/dev/mailbox/\d+/)"', shopper.get("/dev/mailbox/").text)
    [code] = re.findall(r"\b([A-Z0-9]{4}-[A-Z0-9]{4})\b", shopper.get(f"{link}html/").text)[:1]
    page = post(shopper, "/accounts/confirm-email/", "/accounts/confirm-email/", code=code)

    assert "You are signed in, Ada Park." in page.text
    [line] = get_cart(customer_id=User.objects.get().pk).lines
    assert (line.sku, line.quantity) == ("LAMP", 2)


def test_a_killed_worker_loses_no_news_and_tells_none_twice(shop: ShopProcesses) -> None:
    stock_product("LAMP", 5)
    number = order_of("LAMP", 1, window_seconds=60)
    open_session(order_number=number, now=timezone.now())
    session = Payment.objects.get(order_number=number).session_ref

    shop.kill("worker")
    shop.act(session, "pay")

    sent = eventually(lambda: SentNotification.objects.filter(kind="confirmed"), seconds=60)
    assert [row.order_number for row in sent] == [number]
    [mail] = MailboxMessage.objects.all()
    assert mail.recipients == "buyer@example.com"
    assert f"/orders/{number}/?token=" in mail.text
