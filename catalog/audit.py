"""Do the item documents say what the backoffice says? A check of `manage.py audit`."""

from collections.abc import Iterator

from catalog.projection import find_differences
from shop.core.models import OutboxMessage
from shop.core.registry import Difference


def audit_items() -> Iterator[Difference]:
    """Yield every product whose item document differs, in revision or in content.

    What an event on its way will settle is in flight.

    :raises StoreUnavailable: if the item store does not answer
    """
    # Read first: an event handled meanwhile must not look like one that never was.
    pending = _pending_products()
    for each in find_differences(deep=True):
        yield Difference(
            kind="item-stale" if each.product_revision else "item-orphan",
            subject=str(each.product_id),
            detail=each.detail
            or f"The product is at revision {each.product_revision}, its document at "
            f"{each.item_revision or 'none'}.",
            is_in_flight=each.product_id in pending,
        )


def _pending_products() -> frozenset[int]:
    rows = OutboxMessage.objects.filter(subscriber__startswith="catalog.", parked_at__isnull=True)
    payloads = rows.values_list("payload", flat=True)
    return frozenset(each["product_id"] for each in payloads if "product_id" in each)
