"""The socket of one order: what happened since the caller last heard, then what happens.

Redis only wakes; PostgreSQL is read. So nothing is missed when a wake-up is lost, a process is
killed, or the caller was away: it says the last number it saw and gets all after it.
"""

import asyncio
import json
from functools import partial
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import DatabaseError

from orders.errors import OrderNotFound
from shop.api.shopper import BadCartToken
from shop.core.errors import InfrastructureError
from shop.live.access import Listener, listener_of, query_of
from shop.live.hello import after_of, read_hello
from shop.live.limits import PLACES, may_connect
from shop.live.news import News, news_of
from shop.live.waking import Alarm

DONE, TRY_LATER, UNAUTHORIZED, NOT_FOUND, OVER, BAD_HELLO = 1000, 1013, 4401, 4404, 4408, 4422
AWAY = (DatabaseError, InfrastructureError)

# Any thread will do: who waits for a slow answer keeps nobody else waiting.
in_thread = partial(database_sync_to_async, thread_sensitive=False)


class OrderConsumer(AsyncWebsocketConsumer):
    """Speaks the protocol of docs/api/asyncapi.yaml."""

    channel_layer_alias = ""  # its calls are waited for below, where a dead Redis is borne
    hello_seconds = 10.0
    looks_every_seconds = 15.0
    # Then who is still there connects again, and shows again who they are.
    longest_seconds = 3600.0

    async def __call__(self, *connection: Any) -> None:
        # Here, for it ends however the connection does.
        with PLACES.taken() as has_room:
            self._has_room = has_room
            await super().__call__(*connection)

    async def connect(self) -> None:
        self._number: str = self.scope["url_route"]["kwargs"]["number"]
        self._telling: asyncio.Task[None] | None = None
        self._waiting: asyncio.Task[None] | None = None
        await self.accept()
        if not self._has_room or not await in_thread(may_connect)(self.scope):
            await self.close(TRY_LATER)
            return
        listener = await self._listener()
        if listener is None:
            return
        if await self._may_listen(listener):
            self._begin(listener, after_of(query_of(self.scope).get("after")))
        else:
            self._waiting = asyncio.create_task(self._wait_for_hello())

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self._telling is not None:
            return  # all has been said
        hello = read_hello(text_data)
        if hello is None:
            await self.close(BAD_HELLO)
            return
        listener = await self._listener(
            access_token=hello.access_token, cart_token=hello.cart_token
        )
        if listener is None:
            return
        if await self._may_listen(listener):
            self._begin(listener, hello.after)
        else:
            await self.close(NOT_FOUND)

    async def disconnect(self, code: int) -> None:
        for task in (self._telling, self._waiting):
            if task is not None:
                task.cancel()

    async def _listener(self, **tokens: str) -> Listener | None:
        """Return who is there; None after closing, if it cannot be told."""
        try:
            return await in_thread(listener_of)(self.scope, **tokens)
        except BadCartToken:
            await self.close(UNAUTHORIZED)
        except DatabaseError:
            await self.close(TRY_LATER)
        return None

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
                await alarm.set()  # before the first look, or a change in between would be missed
                while not (news := await self._read(listener, after)).is_over:
                    after = await self._send_all(news, after)
                    await alarm.wait(seconds=self.looks_every_seconds)
                await self._send_all(news, after)
            await self.close(DONE)
        except TimeoutError:
            await self.close(OVER)
        except OrderNotFound:  # it was the listener's before, who has signed out
            await self.close(OVER)
        finally:
            await alarm.close()

    async def _send_all(self, news: News, after: int) -> int:
        for message in news.messages:
            await self.send(text_data=json.dumps(message))
        return after + len(news.messages)

    async def _read(self, listener: Listener, after: int) -> News:
        """Return what is new; nothing while the database is away, for it is asked again."""
        try:
            order = await in_thread(listener.find)(self._number)
        except AWAY:
            return News()
        return news_of(order, after=after)

    async def _may_listen(self, listener: Listener) -> bool:
        try:
            await in_thread(listener.find)(self._number)
        except OrderNotFound:
            return False
        except AWAY:
            return True  # told nothing until it can be read, and then only what is theirs
        return True
