"""What a page of the catalogue goes without while PostgreSQL is away."""

from collections.abc import Callable
from typing import TypeVar

from django.db import InterfaceError, OperationalError

from shop.core.errors import StoreUnavailable
from shop.pages.shopper import ShopRequest

# StoreUnavailable: a store that lives in PostgreSQL, or one whose stand-in does.
AWAY = (OperationalError, InterfaceError, StoreUnavailable)

T = TypeVar("T")


def without_sql(request: ShopRequest, read: Callable[[], T], *, otherwise: T) -> T:
    """Return what `read` finds, or `otherwise` while it cannot be had; the page then says so."""
    try:
        return read()
    except AWAY:
        request.is_without_sql = True
        return otherwise
