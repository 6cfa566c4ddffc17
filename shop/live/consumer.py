"""The socket of one order: what happened since the caller last heard, then what happens.

Redis only wakes; PostgreSQL is read. So nothing is missed when a wake-up is lost, a process is
killed, or the caller was away: it says the last number it saw and gets all after it.
"""

import asyncio
import json
from contextlib import suppress
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import DatabaseError

from orders.errors import OrderNotFound
from shop.api.shopper import BadCartToken
from shop.core.errors import InfrastructureError
from shop.live.access import Listener, listener_of
from shop.live.news import Message, news_of
from shop.live.waking import Alarm

LONGEST_HELLO = 4096

DONE, UNAUTHORIZED, NOT_FOUND, OVER, BAD_HELLO = 1000, 4401, 4404, 4408, 4422


class OrderConsumer(AsyncWebsocketConsumer):
    """Speaks the protocol of docs/api/asyncapi.yaml."""

    channel_layer_alias = ""  # its calls are waited for below, where a dead Redis is borne
    hello_seconds = 10.0
    looks_every_seconds = 15.0
    # Then who is still there connects again, and shows again who they are.
    longest_seconds = 3600.0

    async def connect(self) -> None:
        self._number: str = self.scope["url_route"]["kwargs"]["number"]
        self._telling: asyncio.Task[None] | None = None
        await self.accept()
        listener = await database_sync_to_async(listener_of)(self.scope)
        if await self._may_listen(listener):
            self._begin(listener, _number(self._query_after()))
            return
        self._waiting = asyncio.create_task(self._wait_for_hello())

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self._telling is not None:
            return  # all has been said
        hello = _read_hello(text_data)
        if hello is None:
            await self.close(BAD_HELLO)
            return
        try:
            listener = await database_sync_to_async(listener_of)(
                self.scope,
                access_token=hello.get("access_token", ""),
                cart_token=hello.get("cart_token", ""),
            )
        except BadCartToken:
            await self.close(UNAUTHORIZED)
            return
        if not await self._may_listen(listener):
            await self.close(NOT_FOUND)
            return
        self._begin(listener, _number(hello.get("after", 0)))

    async def disconnect(self, code: int) -> None:
        for task in (self._telling, getattr(self, "_waiting", None)):
            if task is not None:
                task.cancel()

    def _begin(self, listener: Listener, after: int) -> None:
        self._telling = asyncio.create_task(self._tell(listener, after))

    async def _wait_for_hello(self) -> None:
        await asyncio.sleep(self.hello_seconds)
        if self._telling is None:
            await self.close(UNAUTHORIZED)

    async def _tell(self, listener: Listener, after: int) -> None:
        alarm = Alarm(self._number)
        try:
            async with asyncio.timeout(self.longest_seconds):
                is_over = False
                while not is_over:
                    for message in await self._read(listener, after):
                        await self.send(text_data=json.dumps(message))
                        after = message.get("seq", after)
                        is_over = message.get("is_final", False)
                    if not is_over:
                        await alarm.wait(seconds=self.looks_every_seconds)
            await self.close(DONE)
        except TimeoutError:
            await self.close(OVER)
        finally:
            await alarm.close()

    async def _read(self, listener: Listener, after: int) -> list[Message]:
        """Return what is new; nothing while the database is away, for it is asked again."""
        with suppress(DatabaseError, InfrastructureError):
            order = await database_sync_to_async(listener.find)(self._number)
            return news_of(order, after=after)
        return []

    async def _may_listen(self, listener: Listener) -> bool:
        try:
            await database_sync_to_async(listener.find)(self._number)
        except OrderNotFound:
            return False
        except (DatabaseError, InfrastructureError):
            return True  # told nothing until it can be read, and then only what is theirs
        return True

    def _query_after(self) -> str:
        query = self.scope["query_string"].decode("latin-1")
        found = [part[6:] for part in query.split("&") if part.startswith("after=")]
        return found[0] if found else "0"


def _read_hello(text: str | None) -> dict[str, Any] | None:
    if text is None or len(text) > LONGEST_HELLO:
        return None
    try:
        hello = json.loads(text)
    except ValueError:
        return None
    is_hello = isinstance(hello, dict) and hello.get("type") == "hello"
    names = ("access_token", "cart_token")
    return hello if is_hello and all(isinstance(hello.get(n, ""), str) for n in names) else None


def _number(value: object) -> int:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004
