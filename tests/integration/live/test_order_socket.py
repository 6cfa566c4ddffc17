"""The socket of an order: who may listen, what is told, and what a dead Redis changes."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator
from channels.db import database_sync_to_async
from channels.routing import URLRouter
from django.test import Client
from django.urls import path
from django.utils import timezone
from pytest_django import Settings

from orders.services import cancel_order, pack_order
from shop.api.shopper import new_cart_token, visitor_in
from shop.core import outbox
from shop.core.order_links import sign_order_link
from shop.core.visitor import Owner
from shop.live.consumer import BAD_HELLO, NOT_FOUND, OVER, TRY_LATER, UNAUTHORIZED, OrderConsumer
from shop.live.routing import ADDRESS
from tests.api.client import App
from tests.factories.accounts import make_customer
from tests.factories.checkout import Buyer, pay, stock_product

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 5.0
ACCEPTED = {"type": "websocket.accept", "subprotocol": None}


class HastyConsumer(OrderConsumer):
    """The same, for tests that wait for what comes late."""

    hello_seconds = 0.5
    looks_every_seconds = 0.5


class Connection(ApplicationCommunicator):
    """A client; channels' own needs a web server that the shop does not have."""

    async def say(self, text: str) -> None:
        await self.send_input({"type": "websocket.receive", "text": text})

    async def news(self) -> dict[str, Any]:
        told = await self.receive_output(timeout=PATIENCE)
        assert told["type"] == "websocket.send", told
        return dict(json.loads(told["text"]))

    async def code(self) -> int:
        closed = await self.receive_output(timeout=PATIENCE)
        assert closed["type"] == "websocket.close", closed
        return int(closed["code"])


@asynccontextmanager
async def connected(
    address: str,
    *,
    consumer: type[OrderConsumer] = OrderConsumer,
    cart_token: str = "",
    cookie: str = "",
    client: str = "127.0.0.1",
    forwarded: str = "",
) -> AsyncIterator[Connection]:
    routes = URLRouter([path(ADDRESS, consumer.as_asgi())])  # type: ignore[arg-type,list-item]
    sent = [(b"x-cart-token", cart_token.encode())] if cart_token else []
    if cookie:
        sent.append((b"cookie", cookie.encode()))
    if forwarded:
        sent.append((b"x-forwarded-for", forwarded.encode()))
    parts = urlsplit(address)
    scope = {
        "type": "websocket",
        "path": parts.path,
        "query_string": parts.query.encode(),
        "headers": sent,
        "client": (client, 50_000),
    }
    connection = Connection(routes, scope)
    await connection.send_input({"type": "websocket.connect"})
    assert await connection.receive_output(timeout=PATIENCE) == ACCEPTED
    try:
        yield connection
    finally:
        await connection.send_input({"type": "websocket.disconnect", "code": 1000})
        await connection.wait(timeout=PATIENCE)


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    async_to_sync(test)()


@pytest.fixture
def token() -> str:
    return new_cart_token()


@pytest.fixture
def number(token: str) -> str:
    stock_product("LAMP")
    return Buyer({"LAMP": 1}, owner=Owner(visitor=visitor_in(token))).fill_cart().place()


def link(number: str, *, after: int = 0) -> str:
    query = urlsplit(sign_order_link(number)).query
    return f"/ws/orders/{number}/?{query}&after={after}"


def confirm(number: str) -> None:
    """Have it paid, and its events delivered as the workers would."""
    pay(number)
    while outbox.deliver_due(now=timezone.now()):
        pass


def test_who_has_the_link_hears_what_was_and_what_comes(number: str) -> None:
    async def listen() -> None:
        async with connected(link(number)) as connection:
            first = await connection.news()
            await database_sync_to_async(confirm)(number)
            second = await connection.news()

        assert first["order"] == second["order"] == number
        assert (first["seq"], first["status"]) == (1, "awaiting_payment")
        assert (second["seq"], second["status"], second["is_final"]) == (2, "confirmed", False)

    run(listen)


def test_who_comes_back_hears_only_what_was_missed(number: str) -> None:
    confirm(number)

    async def listen() -> None:
        async with connected(link(number, after=1)) as connection:
            assert (await connection.news())["seq"] == 2
            assert await connection.receive_nothing(timeout=0.3)

    run(listen)


def test_a_final_status_ends_the_connection(number: str) -> None:
    cancel_order(number=number, actor="ada@example.com", now=timezone.now())

    async def listen() -> None:
        async with connected(link(number)) as connection:
            assert (await connection.news())["is_final"] is False
            last = await connection.news()
            assert (last["status"], last["is_final"]) == ("payment_failed", True)
            assert await connection.code() == 1000

    run(listen)


@pytest.mark.parametrize("way", ["header", "hello"])
def test_a_guests_app_shows_its_cart_token(number: str, token: str, way: str) -> None:
    async def listen() -> None:
        shown = token if way == "header" else ""
        async with connected(f"/ws/orders/{number}/", cart_token=shown) as connection:
            if way == "hello":
                hello = {"type": "hello", "cart_token": token, "after": 0}
                await connection.say(json.dumps(hello))
            assert (await connection.news())["seq"] == 1

    run(listen)


def test_somebody_elses_order_does_not_exist(number: str) -> None:
    async def listen() -> None:
        async with connected(f"/ws/orders/{number}/") as connection:
            hello = {"type": "hello", "cart_token": new_cart_token()}
            await connection.say(json.dumps(hello))
            assert await connection.code() == NOT_FOUND

    run(listen)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("not json", BAD_HELLO),
        ('{"type": "goodbye"}', BAD_HELLO),
        ('{"type": "hello", "cart_token": 7}', BAD_HELLO),
        ('{"type": "hello", "cart_token": "none of ours"}', UNAUTHORIZED),
        (None, UNAUTHORIZED),
    ],
)
def test_who_does_not_say_who_they_are_is_not_listened_to(
    number: str, said: str | None, code: int
) -> None:
    async def listen() -> None:
        address = f"/ws/orders/{number}/"
        async with connected(address, consumer=HastyConsumer) as connection:
            if said is not None:
                await connection.say(said)
            assert await connection.code() == code

    run(listen)


def test_news_come_later_but_come_while_redis_is_away(number: str, settings: Settings) -> None:
    layer = settings.CHANNEL_LAYERS["default"]
    dead = {**layer, "CONFIG": {"hosts": ["redis://127.0.0.1:1"]}}
    settings.CHANNEL_LAYERS = {"default": dead}

    async def listen() -> None:
        async with connected(link(number, after=1), consumer=HastyConsumer) as connection:
            await database_sync_to_async(confirm)(number)
            assert (await connection.news())["status"] == "confirmed"

    run(listen)


def test_many_who_leave_in_the_middle_leave_nothing_behind(number: str) -> None:
    async def listen() -> None:
        before = len(asyncio.all_tasks())
        for _ in range(20):
            async with connected(link(number)) as connection:
                await connection.news()
        await asyncio.sleep(0.2)
        assert len(asyncio.all_tasks()) <= before + 3

    run(listen)


def test_who_has_heard_all_of_an_ended_order_is_not_kept_waiting(number: str) -> None:
    cancel_order(number=number, actor="ada@example.com", now=timezone.now())

    async def listen() -> None:
        async with connected(link(number, after=2)) as connection:
            assert await connection.code() == 1000

    run(listen)


def test_a_header_with_a_token_that_is_none_of_ours_is_refused_at_once(number: str) -> None:
    async def listen() -> None:
        async with connected(link(number), cart_token="none of ours") as connection:  # noqa: S106
            assert await connection.code() == UNAUTHORIZED

    run(listen)


def test_a_connection_ends_after_its_longest_time(number: str) -> None:
    class ShortConsumer(OrderConsumer):
        longest_seconds = 0.3

    async def listen() -> None:
        async with connected(link(number, after=1), consumer=ShortConsumer) as connection:
            assert await connection.code() == OVER

    run(listen)


@pytest.mark.parametrize("way", ["browser", "app"])
def test_who_signs_out_is_told_no_more(way: str) -> None:
    customer = make_customer()
    stock_product("LAMP")
    number = Buyer({"LAMP": 1}, owner=Owner(customer_id=customer.pk)).fill_cart().place()
    browser, app = Client(), App()
    browser.force_login(customer)
    cookie, hello = f"sessionid={browser.cookies['sessionid'].value}", None
    if way == "app":
        app.sign_in(customer.email)
        cookie, hello = "", {"type": "hello", "access_token": app.access}

    def sign_out() -> None:
        if way == "app":
            assert app.auth("DELETE", "/auth/session").status_code == 401
        else:
            browser.logout()
        confirm(number)

    async def story() -> None:
        address = f"/ws/orders/{number}/"
        async with connected(address, cookie=cookie, consumer=HastyConsumer) as connection:
            if hello:
                await connection.say(json.dumps(hello))
            assert (await connection.news())["seq"] == 1
            await database_sync_to_async(sign_out)()
            assert await connection.code() == OVER

    run(story)


def test_many_changes_in_a_row_are_all_told_in_their_order(number: str) -> None:
    async def listen() -> None:
        async with connected(link(number)) as connection:
            for change in (confirm, pack):
                await database_sync_to_async(change)(number)
            told = [await connection.news() for _ in range(3)]

        assert [news["seq"] for news in told] == [1, 2, 3]
        assert [news["status"] for news in told] == ["awaiting_payment", "confirmed", "packed"]

    run(listen)


def pack(number: str) -> None:
    pack_order(number=number, actor="staff", now=timezone.now())
    while outbox.deliver_due(now=timezone.now()):
        pass


def test_news_go_to_all_who_listen_to_the_order_and_to_nobody_else(number: str) -> None:
    other = Buyer({"LAMP": 1}).fill_cart().place()

    async def listen() -> None:
        async with (
            connected(link(number, after=1)) as first,
            connected(link(number, after=1)) as second,
            connected(link(other, after=1)) as elsewhere,
        ):
            await asyncio.sleep(0.3)
            await database_sync_to_async(confirm)(number)
            assert [(await each.news())["order"] for each in (first, second)] == [number] * 2
            assert await elsewhere.receive_nothing(timeout=0.3)

    run(listen)


def test_who_finds_the_process_full_comes_again_later(number: str, settings: Settings) -> None:
    settings.LIVE_MAX_CONNECTIONS = 1

    async def story() -> None:
        async with connected(link(number)) as first:
            assert (await first.news())["seq"] == 1
            async with connected(link(number)) as second:
                assert await second.code() == TRY_LATER
        async with connected(link(number)) as third:
            assert (await third.news())["seq"] == 1

    run(story)


def test_a_connection_that_breaks_makes_room_again(number: str, settings: Settings) -> None:
    settings.LIVE_MAX_CONNECTIONS = 1

    class Broken(OrderConsumer):
        async def connect(self) -> None:
            await self.accept()
            raise RuntimeError

    async def story() -> None:
        with pytest.raises(RuntimeError):
            async with connected(link(number), consumer=Broken):
                pass
        async with connected(link(number)) as next_one:
            assert (await next_one.news())["seq"] == 1

    run(story)


@pytest.mark.parametrize(
    ("proxies", "client", "forwarded"),
    [(0, "198.51.100.{}", "9.9.9.9"), (1, "127.0.0.1", "9.9.9.9, 198.51.100.{}")],
)
def test_one_address_connects_only_so_often(
    number: str,
    settings: Settings,
    proxies: int,
    client: str,
    forwarded: str,
) -> None:
    settings.LIVE_CONNECTS_PER_MINUTE = 2
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies

    def connected_from(last: int) -> AbstractAsyncContextManager[Connection]:
        return connected(
            link(number), client=client.format(last), forwarded=forwarded.format(last)
        )

    async def story() -> None:
        for _ in range(2):
            async with connected_from(7) as allowed:
                assert (await allowed.news())["seq"] == 1
        async with connected_from(7) as refused:
            assert await refused.code() == TRY_LATER
        async with connected_from(8) as other:
            assert (await other.news())["seq"] == 1

    with time_machine.travel(timezone.now().replace(second=1), tick=True):
        run(story)
