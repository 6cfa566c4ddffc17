"""Plain HTTP on the port of the WebSockets: only that the process is alive."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]

ALIVE = "/livez"
JSON = b"application/json"


async def application(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[..., Awaitable[None]]
) -> None:
    """Answer a health check; pages and API are another process'."""
    is_alive = scope["path"] == ALIVE
    status, body = (200, b'{"status": "alive"}') if is_alive else (404, b'{"status": "not here"}')
    await send(
        {"type": "http.response.start", "status": status, "headers": [(b"content-type", JSON)]}
    )
    await send({"type": "http.response.body", "body": body})
