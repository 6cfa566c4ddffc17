"""The example app in a telephone's browser, with the shop's whole process tree behind it."""

import re

import pytest
from playwright.sync_api import Route, WebSocketRoute, expect
from pytest_django import Settings

from cart.models import Cart
from cart.services import add_line
from orders.models import Order
from payments.models import Payment
from shop.core.visitor import Owner
from tests.e2e.phone_steps import (
    TOTAL,
    NewPhone,
    add_address,
    card,
    check_out,
    go,
    look,
    pay,
    put_in_cart,
    search_for,
    sign_in,
    tell_zip,
)
from tests.factories.accounts import PASSWORD, make_customer_for_processes
from tests.factories.checkout import FEE, PRICE, Buyer
from tests.processes import ShopProcesses, eventually

pytest_plugins = ["tests.e2e.phone"]
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.processes,
    pytest.mark.browser,
    pytest.mark.app,
]


def test_from_the_search_to_the_paid_order(phone: NewPhone) -> None:
    page = phone()
    tell_zip(page)
    search_for(page, "kettle")
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("group", name="Brand").get_by_text("Nordlys").click()
    look(page, "filters")
    page.get_by_role("button", name="Show results").click()
    expect(card(page, "Plain Kettle")).to_have_count(0)
    look(page, "results")

    card(page, "Aurora Kettle").click()
    page.get_by_role("link", name="Blue").click()
    expect(page.get_by_text(re.compile("To 94103. If ordered within"))).to_be_visible()
    look(page, "product")
    page.get_by_role("button", name="Add to cart").click()
    page.get_by_role("link", name="View cart").click()
    expect(page.get_by_text("Color: Blue")).to_be_visible()
    look(page, "cart")
    check_out(page)
    look(page, "checkout")
    page.get_by_role("button", name=f"Order and pay {TOTAL}").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Almost yours")
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    look(page, "to-pay")
    pay(page)

    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Thank you, your order is confirmed", timeout=40_000
    )
    look(page, "confirmed")
    [order] = Order.objects.all()
    assert (order.status, order.total_minor) == ("confirmed", PRICE + FEE)
    page.get_by_role("link", name="Orders").click()
    expect(page.get_by_role("link", name="Aurora Kettle")).to_be_visible()
    look(page, "orders")


def test_an_answer_lost_twice_leaves_one_order(phone: NewPhone) -> None:
    page = phone()
    tell_zip(page)
    put_in_cart(page, "PLAIN")
    check_out(page)
    keys: list[str] = []
    outcomes: list[int] = []

    def lose(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        answer = route.fetch()
        outcomes.append(answer.status)
        if len(keys) <= 2:
            route.abort()
        else:
            route.fulfill(response=answer)

    page.route("**/api/v1/orders/", lose)
    order_button = page.get_by_role("button", name=f"Order and pay {TOTAL}")
    order_button.click()
    # The app has asked twice by itself; now its owner is told that nothing is known.
    expect(page.get_by_text("No answer from the shop")).to_be_visible()
    assert (len(keys), Order.objects.count()) == (2, 1)
    look(page, "lost-answer")
    order_button.click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Almost yours")
    assert (len(keys), len(set(keys)), outcomes) == (3, 1, [201, 201, 201])
    [order] = Order.objects.all()
    assert order.number in page.url


def test_signing_in_brings_the_guests_cart_along(phone: NewPhone) -> None:
    customer = make_customer_for_processes(email="ada@example.com")
    owner = Owner(customer_id=customer.pk, visitor="")
    add_line(owner=owner, sku="PLAIN", quantity=1)
    page = phone(dark=True)
    tell_zip(page)
    put_in_cart(page, "KETTLE-RED")

    sign_in(page, "wrong horse battery staple")
    expect(page.locator(".field__error")).to_contain_text("not correct")
    look(page, "refused-dark")
    sign_in(page, PASSWORD)
    expect(page.get_by_role("heading", level=1)).to_have_text("Ada Park")

    add_address(page)
    look(page, "account-dark")
    go(page, "Cart")
    expect(page.get_by_role("link", name="Aurora Kettle")).to_be_visible()
    expect(page.get_by_role("link", name="Plain Kettle")).to_be_visible()
    look(page, "cart-dark")
    page.get_by_role("link", name="Check out").click()
    expect(page.get_by_role("radio", name=re.compile("500 Howard Street"))).to_be_checked()
    page.get_by_role("button", name=re.compile(r"Order and pay \$")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Almost yours")
    look(page, "to-pay-dark")


def test_tokens_that_are_over_are_changed_once_and_nobody_notices(phone: NewPhone) -> None:
    make_customer_for_processes(email="ada@example.com")
    page = phone()
    sign_in(page, PASSWORD)
    name = page.get_by_role("heading", level=1)
    expect(name).to_have_text("Ada Park")
    refreshed: list[int] = []
    page.on(
        "response",
        lambda answer: refreshed.append(answer.status) if "tokens/refresh" in answer.url else None,
    )

    for round_number in (1, 2):
        go(page, "Shop")
        expect(page.get_by_role("searchbox", name="Search")).to_be_visible()
        for path in ("**/api/v1/account/", "**/api/v1/addresses/"):
            page.route(path, send_with_a_token_that_is_over, times=1)
        go(page, "Account")
        expect(name).to_have_text("Ada Park")
        # Two calls found it over; the new refresh token served in the second round.
        assert refreshed == [200] * round_number


def send_with_a_token_that_is_over(route: Route) -> None:
    route.continue_(headers={**route.request.headers, "authorization": "Bearer over"})


def test_orders_come_page_by_page(phone: NewPhone, settings: Settings) -> None:
    customer = make_customer_for_processes(email="ada@example.com")
    owner = Owner(customer_id=customer.pk, visitor="")
    settings.MAX_UNPAID_ORDERS = 20
    numbers = [Buyer({"PLAIN": 1}, owner=owner).fill_cart().place() for _ in range(12)]
    page = phone()
    sign_in(page, PASSWORD)
    page.get_by_role("link", name="Your orders").click()
    cards = page.get_by_role("main").get_by_role("listitem")
    expect(cards).to_have_count(10)

    page.get_by_role("button", name="Show older orders").click()

    expect(cards).to_have_count(12)
    texts = " ".join(cards.all_inner_texts())
    assert [number for number in numbers if number not in texts] == []
    expect(page.get_by_role("button", name="Show older orders")).to_be_hidden()


def test_another_devices_change_is_not_undone(phone: NewPhone) -> None:
    page = phone()
    tell_zip(page)
    put_in_cart(page, "PLAIN")
    go(page, "Cart")
    expect(page.get_by_role("spinbutton", name="Quantity of Plain Kettle")).to_have_value("1")
    owner = Owner(visitor=str(Cart.objects.get().visitor))
    add_line(owner=owner, sku="KETTLE-RED", quantity=3)

    page.get_by_role("button", name="One more: Quantity of Plain Kettle").click()

    expect(page.get_by_text("Your cart has changed on another device")).to_be_visible()
    expect(page.get_by_role("spinbutton", name="Quantity of Aurora Kettle")).to_have_value("3")
    page.get_by_role("button", name="One more: Quantity of Plain Kettle").click()
    expect(page.get_by_role("spinbutton", name="Quantity of Plain Kettle")).to_have_value("2")


def test_without_live_tracking_the_app_asks(phone: NewPhone, shop: ShopProcesses) -> None:
    page = phone()
    tell_zip(page)
    put_in_cart(page, "PLAIN")

    def refuse(socket: WebSocketRoute) -> None:
        socket.close(code=1011)

    page.route_web_socket(re.compile("/ws/orders/"), refuse)
    check_out(page)
    page.get_by_role("button", name=f"Order and pay {TOTAL}").click()
    expect(page.get_by_text("Checked every few seconds")).to_be_visible()
    session = eventually(lambda: Payment.objects.get().session_ref)

    shop.act(session, "pay")

    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Thank you, your order is confirmed", timeout=40_000
    )


def test_offline_and_back(phone: NewPhone) -> None:
    page = phone()
    tell_zip(page)
    page.context.set_offline(True)
    go(page, "Cart")
    go(page, "Shop")
    expect(page.get_by_text("You are offline", exact=True)).to_be_visible()
    look(page, "offline")

    page.context.set_offline(False)

    expect(card(page, "Plain Kettle")).to_be_visible()


def test_an_outage_is_told_and_waited_out(phone: NewPhone) -> None:
    page = phone()
    tell_zip(page)
    asked: list[str] = []

    def fail(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) > 3:
            route.continue_()
            return
        problem = (
            '{"type": "/api/v1/docs/#problem-unavailable", "title": "Service Unavailable",'
            ' "status": 503, "code": "unavailable", "detail": "Something does not answer."}'
        )
        route.fulfill(
            status=503,
            body=problem,
            headers={"Retry-After": "1", "Content-Type": "application/problem+json"},
        )

    page.route("**/api/v1/products/PLAIN/**", fail)
    page.goto("/#/p/PLAIN")
    expect(page.get_by_text("Something does not answer.")).to_be_visible()
    assert len(asked) == 2
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Plain Kettle")
