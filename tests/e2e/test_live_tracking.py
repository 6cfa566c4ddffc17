"""An open order follows what the bank and staff do at once, and goes on when processes die."""

import json
import re
from collections.abc import Callable, Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, WebSocket, expect
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from orders.models import Order
from orders.selectors import get_order
from orders.services import deliver_order, pack_order, ship_order
from shop.api.shopper import new_cart_token, visitor_in
from shop.core.order_links import sign_order_link
from shop.core.visitor import Owner
from tests.e2e.clean import differences, settle
from tests.factories.accounts import PASSWORD, make_customer_for_processes
from tests.factories.checkout import Buyer, pay, stock_product
from tests.processes import ShopProcesses, eventually
from tests.web_browser import Visit, chromium
from tests.web_buyer import WebBuyer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]

AT_ONCE_MS = 2_000
BY_ASKING_MS = 30_000
PAID = "Thank you, your order is confirmed"
PACKED = "Your parcels are packed"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as patch:
        # Playwright's loop runs in this thread; Django would take the tests for async code.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        with chromium() as browser:
            yield browser


class Watcher:
    """A shopper who leaves the page of an order open."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.page: Page = visit.page
        self.sockets: list[WebSocket] = []
        self.page.on("websocket", self._keep)

    def open(self, address: str) -> None:
        self.visit.go(address)
        self.page.evaluate("window.isSamePage = true")
        self.wait_for_socket()

    def wait_for_socket(self) -> None:
        """Wait until the last socket has been open for a moment: refused ones close at once."""

        def is_open() -> bool:
            self.page.wait_for_timeout(300)  # lets the browser's news in
            return bool(self.sockets) and not self.sockets[-1].is_closed()

        eventually(is_open, seconds=40)

    def is_over(self) -> bool:
        self.page.wait_for_timeout(100)  # lets the browser's news in
        return self.sockets[-1].is_closed()

    def _keep(self, socket: WebSocket) -> None:
        self.sockets.append(socket)

    def sees(self, headline: str, *, within_ms: int) -> None:
        title = self.page.get_by_role("heading", level=1)
        expect(title).to_have_text(headline, timeout=within_ms)
        assert self.page.evaluate("window.isSamePage") is True


@pytest.fixture
def watcher(browser: Browser, shop: ShopProcesses) -> Iterator[Watcher]:
    visit = Visit(browser, str(shop.http.base_url), width=1280, scripts=True)
    yield Watcher(visit)
    visit.close()


@pytest.fixture(autouse=True)
def _clean_at_the_end(shop: ShopProcesses) -> Iterator[None]:
    stock_product("LAMP", 100)
    settle(shop)
    yield
    settle(shop, seconds=60)
    assert differences() == []


@pytest.fixture
def number(shop: ShopProcesses) -> str:
    """Return the order of a guest who is at the bank."""
    return Buyer({"LAMP": 1}).fill_cart().place()


def pack(number: str) -> None:
    pack_order(number=number, actor="staff", now=timezone.now())


def ship(number: str) -> None:
    tracking = dict.fromkeys(get_order(number=number).warehouse_codes, "1Z-42")
    ship_order(number=number, tracking=tracking, actor="staff", now=timezone.now())


@pytest.mark.browser
def test_what_the_bank_and_staff_do_is_seen_at_once(shop: ShopProcesses, watcher: Watcher) -> None:
    with WebBuyer(str(shop.http.base_url)) as buyer:
        session = buyer.buy("LAMP").rstrip("/").rsplit("/", 1)[-1]
    number = Order.objects.get().number
    watcher.open(sign_order_link(number))

    shop.act(session, "pay")
    watcher.sees(PAID, within_ms=AT_ONCE_MS)
    pack(number)
    watcher.sees(PACKED, within_ms=AT_ONCE_MS)
    ship(number)
    watcher.sees("Your order is on its way", within_ms=AT_ONCE_MS)
    expect(watcher.page.get_by_text("1Z-42")).to_be_visible()
    deliver_order(number=number, actor="carrier", now=timezone.now())
    watcher.sees("Your order was delivered", within_ms=AT_ONCE_MS)

    eventually(watcher.is_over)
    assert len(watcher.sockets) == 1
    assert watcher.visit.complaints == []


@pytest.mark.browser
def test_a_customer_is_known_by_the_session(shop: ShopProcesses, watcher: Watcher) -> None:
    customer = make_customer_for_processes(email="ada@example.com")
    owner = Owner(customer_id=customer.pk, visitor="")
    number = Buyer({"LAMP": 1}, owner=owner).fill_cart().place()
    page = watcher.visit.go("/accounts/login/")
    page.get_by_label("E-mail").fill("ada@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("banner").get_by_role("link", name="Account")).to_be_visible()
    watcher.open(f"/orders/{number}/")

    pay(number)

    watcher.sees(PAID, within_ms=AT_ONCE_MS)
    assert watcher.visit.complaints == []


@pytest.mark.browser
def test_while_the_live_process_is_dead_the_page_asks_and_later_it_hears_again(
    shop: ShopProcesses, watcher: Watcher, number: str
) -> None:
    watcher.open(sign_order_link(number))

    shop.kill("live")
    pay(number)
    watcher.sees(PAID, within_ms=BY_ASKING_MS)

    watcher.wait_for_socket()
    assert len(watcher.sockets) > 1
    pack(number)
    watcher.sees(PACKED, within_ms=AT_ONCE_MS)


@pytest.mark.browser
def test_a_lost_redis_delays_news_and_loses_none(
    shop: ShopProcesses, watcher: Watcher, number: str
) -> None:
    watcher.open(sign_order_link(number))

    shop.lose_redis()
    pay(number)
    watcher.sees(PAID, within_ms=BY_ASKING_MS)
    pack(number)
    watcher.sees(PACKED, within_ms=BY_ASKING_MS)


NewListener = Callable[..., ClientConnection]


@pytest.fixture
def listen(shop: ShopProcesses) -> Iterator[NewListener]:
    """Open an app's end of an order's socket."""
    opened: list[ClientConnection] = []

    def open_one(number: str, *, query: str = "", **headers: str) -> ClientConnection:
        url = f"ws://127.0.0.1:{shop.port + 2}/ws/orders/{number}/{query}"
        opened.append(connect(url, additional_headers=headers, close_timeout=2))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()


def test_an_app_hears_what_it_missed_and_then_what_comes(
    shop: ShopProcesses, listen: NewListener
) -> None:
    token = new_cart_token()
    number = Buyer({"LAMP": 1}, owner=Owner(visitor=visitor_in(token))).fill_cart().place()
    pay(number)

    with listen(number) as socket:
        socket.send(json.dumps({"type": "hello", "cart_token": token, "after": 1}))
        missed = json.loads(socket.recv(timeout=5))
        pack(number)
        told = json.loads(socket.recv(timeout=5))

    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00", told.pop("at"))
    assert (missed["seq"], missed["status"]) == (2, "confirmed")
    assert told == {
        "type": "order.status",
        "seq": 3,
        "order": number,
        "status": "packed",
        "status_label": "Packed",
        "is_final": False,
    }


def test_who_may_not_listen_is_told_so_by_a_real_close(
    shop: ShopProcesses, listen: NewListener, number: str
) -> None:
    with listen(number) as socket:
        socket.send(json.dumps({"type": "hello", "cart_token": new_cart_token()}))
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=5)
        assert socket.close_code == 4404

    with listen(number) as silent:
        with pytest.raises(ConnectionClosed):
            silent.recv(timeout=15)
        assert silent.close_code == 4401
