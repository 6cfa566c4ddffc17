"""What an app says first where it cannot send headers: its tokens, and what it has seen."""

import json
from dataclasses import dataclass
from typing import Any

LONGEST_HELLO = 4096
LONGEST_NUMBER = 9


@dataclass(frozen=True, kw_only=True)
class Hello:
    access_token: str = ""
    cart_token: str = ""
    after: int = 0


def read_hello(text: str | None) -> Hello | None:
    """Return the hello, None if it is none."""
    if text is None or len(text) > LONGEST_HELLO:
        return None
    try:
        said: Any = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or said.get("type") != "hello":
        return None
    access_token, cart_token = said.get("access_token", ""), said.get("cart_token", "")
    if not isinstance(access_token, str) or not isinstance(cart_token, str):
        return None
    return Hello(
        access_token=access_token, cart_token=cart_token, after=after_of(said.get("after"))
    )


def after_of(value: object) -> int:
    """Return the number of the last message seen; 0, which is all, for what is none."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else 0
