"""What goes wrong around the example app: lost answers, dead sockets, too many calls."""

import json
import re
import time
from typing import Any

import pytest
from playwright.sync_api import Page, Route, WebSocketRoute, expect

from cart.models import CartLine
from orders.models import Order
from payments.models import Payment
from tests.e2e.phone_steps import TOTAL, NewPhone, check_out, go, look, put_in_cart, tell_zip
from tests.processes import ShopProcesses, eventually

pytest_plugins = ["tests.e2e.phone"]
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.processes,
    pytest.mark.browser,
    pytest.mark.app,
]
TOO_MANY = {
    "type": "/api/v1/docs/#problem-throttled",
    "title": "Too Many Requests",
    "status": 429,
    "code": "throttled",
    "detail": "Too many calls.",
}


class Busy:
    """A shop that says "too many" once, and when it may be asked again."""

    def __init__(self, *, seconds: int) -> None:
        self.seconds = seconds
        self.asked_at: list[float] = []

    def __call__(self, route: Route) -> None:
        self.asked_at.append(time.monotonic())
        if len(self.asked_at) > 1:
            route.continue_()
            return
        route.fulfill(
            status=429,
            body=json.dumps(TOO_MANY),
            headers={
                "Retry-After": str(self.seconds),
                "Content-Type": "application/problem+json",
            },
        )

    @property
    def waited(self) -> float:
        first, second = self.asked_at
        return second - first


def test_a_short_wait_is_not_noticed(phone: NewPhone) -> None:
    page = phone()
    busy = Busy(seconds=2)
    page.route("**/api/v1/products/PLAIN/**", busy)

    page.goto("/#/p/PLAIN")

    expect(page.get_by_role("heading", level=1)).to_have_text("Plain Kettle")
    assert busy.waited >= 1.9


def test_a_longer_wait_is_told_and_kept_to(phone: NewPhone) -> None:
    page = phone()
    busy = Busy(seconds=5)
    page.route("**/api/v1/products/PLAIN/**", busy)
    page.goto("/#/p/PLAIN")
    expect(page.get_by_role("button", name=re.compile("Try again in [345] s"))).to_be_disabled()
    look(page, "too-many")
    # Leaving and coming back does not ask the shop either.
    go(page, "Account")
    page.goto("/#/p/PLAIN")
    expect(page.get_by_text("That was too often.")).to_be_visible()

    expect(page.get_by_role("heading", level=1)).to_have_text("Plain Kettle")
    assert busy.waited >= 4.9


def test_what_goes_into_the_cart_goes_once(phone: NewPhone) -> None:
    page = phone()
    tell_zip(page)
    page.goto("/#/p/PLAIN")
    keys: list[str] = []

    def lose(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        answer = route.fetch()
        if len(keys) <= 2:
            route.abort()
        else:
            route.fulfill(response=answer)

    page.route("**/api/v1/cart/lines/**", lose)
    add = page.get_by_role("button", name="Add to cart")
    add.click()
    expect(page.get_by_text("No answer from the shop")).to_be_visible()

    add.click()

    expect(page.get_by_role("link", name="View cart")).to_be_visible()
    assert (len(keys), len(set(keys))) == (3, 1)
    assert [line.quantity for line in CartLine.objects.all()] == [1]
    # The next one is another call.
    page.unroute("**/api/v1/cart/lines/**")
    add.click()
    eventually(lambda: CartLine.objects.get().quantity == 2)


def test_an_order_without_an_answer_is_found_after_a_reload(phone: NewPhone) -> None:
    page = phone()
    tell_zip(page)
    put_in_cart(page, "PLAIN")
    check_out(page)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/api/v1/orders/", lose)
    page.get_by_role("button", name=f"Order and pay {TOTAL}").click()
    expect(page.get_by_text("No answer from the shop")).to_be_visible()
    page.unroute("**/api/v1/orders/")
    page.reload()
    expect(page.get_by_text("No answer has come to your last order")).to_be_visible()
    look(page, "unanswered")

    page.get_by_role("button", name="See what became of it").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Almost yours")
    assert Order.objects.get().number in page.url


def test_offline_nothing_typed_is_lost(phone: NewPhone) -> None:
    page = phone()
    tell_zip(page)
    put_in_cart(page, "PLAIN")
    check_out(page)
    page.context.set_offline(True)
    expect(page.get_by_text("You are offline. What you see may be old")).to_be_visible()
    page.get_by_role("button", name=f"Order and pay {TOTAL}").click()
    expect(page.get_by_text("Your order may have got through")).to_be_visible()
    look(page, "offline-checkout")

    page.context.set_offline(False)

    expect(page.get_by_text("You are back online.")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Street and number")).to_have_value("500 Howard Street")
    page.get_by_role("button", name=f"Order and pay {TOTAL}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Almost yours")
    assert Order.objects.count() == 1


class Line:
    """The line to live tracking: it can be cut, and refuses until it is mended."""

    def __init__(self, page: Page) -> None:
        self.is_cut = False
        self.hellos: list[dict[str, Any]] = []
        self.steps: list[list[int]] = []
        self._ends: list[WebSocketRoute] = []
        page.route_web_socket(re.compile("/ws/orders/"), self._connect)

    def cut(self) -> None:
        self.is_cut = True
        self._ends[-1].close(code=1011)

    def _connect(self, app: WebSocketRoute) -> None:
        if self.is_cut:
            app.close(code=1011)
            return
        shop = app.connect_to_server()
        steps: list[int] = []

        def say(message: str | bytes) -> None:
            self.hellos.append(json.loads(message))
            shop.send(message)

        def hear(message: str | bytes) -> None:
            if app is not self._ends[-1] or self.is_cut:
                return  # the shop does not know yet that nobody is there any more
            steps.append(json.loads(message)["seq"])
            app.send(message)

        app.on_message(say)
        shop.on_message(hear)
        self._ends.append(app)
        self.steps.append(steps)


def test_after_a_dead_line_it_goes_on_behind_the_last_step(
    phone: NewPhone, shop: ShopProcesses
) -> None:
    page = phone()
    line = Line(page)
    tell_zip(page)
    put_in_cart(page, "PLAIN")
    check_out(page)
    page.get_by_role("button", name=f"Order and pay {TOTAL}").click()
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    session = eventually(lambda: Payment.objects.get().session_ref)

    line.cut()
    expect(page.get_by_text("Checked every few seconds")).to_be_visible()
    shop.act(session, "pay")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Thank you, your order is confirmed", timeout=40_000
    )
    expect(page.get_by_text("Checked every few seconds")).to_be_visible()

    line.is_cut = False
    expect(page.get_by_text("Live", exact=True)).to_be_visible(timeout=20_000)
    assert [hello["after"] for hello in line.hellos] == [0, 1]
    assert line.steps == [[1], [2]]
    assert all(hello["cart_token"] for hello in line.hellos)
