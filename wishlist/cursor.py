"""The cursor of a wishlist: where a page ended, signed so that nobody makes one up."""

from dataclasses import dataclass
from datetime import datetime

from django.core import signing

from wishlist.errors import InvalidCursor

_SALT = "wishlist.cursor"


@dataclass(frozen=True)
class Position:
    """A place in the list, newest first: wishes before it come on the next page."""

    added_at: datetime
    id: int


def to_cursor(position: Position) -> str:
    return signing.dumps([position.added_at.isoformat(), position.id], salt=_SALT)


def from_cursor(cursor: str) -> Position:
    """Read a cursor.

    :raises InvalidCursor: if we did not make it
    """
    try:
        added_at, number = signing.loads(cursor, salt=_SALT)
        return Position(datetime.fromisoformat(added_at), int(number))
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise InvalidCursor from error
