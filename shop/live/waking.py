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

    async def wait(self, *, seconds: float) -> None:
        """Return when the order has changed, or after so many seconds at the latest."""
        try:
            async with asyncio.timeout(seconds):
                if not self._channel:
                    self._channel = await self._layer.new_channel()
                    await self._layer.group_add(self._group, self._channel)
                await self._layer.receive(self._channel)
        except TimeoutError:
            return
        except AWAY:
            # Redis is away, or came back without our place in it: a new one next time.
            self._channel = ""
            await asyncio.sleep(min(seconds, SECONDS))

    async def close(self) -> None:
        with suppress(*AWAY):
            if self._channel:
                await asyncio.wait_for(
                    self._layer.group_discard(self._group, self._channel), timeout=SECONDS
                )
