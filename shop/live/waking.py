"""Telling open sockets that their order has changed; they read it themselves.

A call that gets lost costs the listener some seconds: each looks by itself now and then.
"""

import asyncio
import logging
from contextlib import suppress
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from redis.exceptions import RedisError

from orders.events import OrderStatusChanged

logger = logging.getLogger(__name__)

AWAY = (RedisError, OSError, asyncio.TimeoutError)
SECONDS = 2.0


def wake_listeners(event: OrderStatusChanged) -> None:
    """Wake whoever looks at the order; nobody waits for a Redis that is away."""
    try:
        async_to_sync(_wake)(event.order_number)
    except AWAY:
        logger.warning("Could not wake who looks at an order; they will look themselves.")


async def _wake(number: str) -> None:
    layer: Any = get_channel_layer()
    message = {"type": "order.changed"}
    await asyncio.wait_for(layer.group_send(group_of(number), message), timeout=SECONDS)


def group_of(number: str) -> str:
    return f"order.{number}"


class Alarm:
    """What one listener waits on: the order's next change, or that it is time to look."""

    def __init__(self, number: str) -> None:
        self._group = group_of(number)
        self._layer: Any = get_channel_layer()
        self._channel = ""
        self._next: asyncio.Task[Any] | None = None

    async def set(self) -> bool:
        """From here on no change is missed; False while Redis is away."""
        try:
            async with asyncio.timeout(SECONDS):
                self._channel = await self._layer.new_channel()
                await self._layer.group_add(self._group, self._channel)
        except AWAY:
            return False
        self._listen()
        return True

    async def wait(self, *, seconds: float) -> None:
        """Return when the order has changed, or after so many seconds at the latest."""
        if self._next is None:
            if not await self.set():
                await asyncio.sleep(min(seconds, SECONDS))
            return  # to look: what changed until now was told to nobody
        # Not cancelled by the time-out: that would take the channel out of its group's reach.
        done, _ = await asyncio.wait({self._next}, timeout=seconds)
        if done:
            self._listen()

    async def close(self) -> None:
        with suppress(*AWAY):
            async with asyncio.timeout(SECONDS):
                if self._next is not None:
                    self._next.cancel()
                    await asyncio.wait({self._next})
                if self._channel:
                    await self._layer.group_discard(self._group, self._channel)

    def _listen(self) -> None:
        self._next = asyncio.create_task(self._layer.receive(self._channel))
