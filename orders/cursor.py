"""The cursor of "my orders": where a page ended, signed so that nobody makes one up."""

from dataclasses import dataclass
from datetime import datetime

from django.core import signing

from orders.errors import InvalidCursor

_SALT = "orders.cursor"


@dataclass(frozen=True, order=True)
class Position:
    """A place in the list, newest first: orders before it come on the next page."""

    placed_at: datetime
    number: str


def to_cursor(position: Position) -> str:
    return signing.dumps([position.placed_at.isoformat(), position.number], salt=_SALT)


def from_cursor(cursor: str) -> Position:
    """Read a cursor.

    :raises InvalidCursor: if we did not make it
    """
    try:
        placed_at, number = signing.loads(cursor, salt=_SALT)
        return Position(datetime.fromisoformat(placed_at), number)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise InvalidCursor from error
