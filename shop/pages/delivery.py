"""Can this variant reach the shopper, and when: what a product page can say of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from cart.quantities import MAX_QUANTITY
from logistics.selectors import available_quantity, promises, warehouses_in_stock
from shop.core.money import Money
from shop.core.visitor import Destination
from shop.pages.outage import without_sql
from shop.pages.shopper import ShopRequest

FEW = 5  # from here on the page says how many are left


class DeliveryState(StrEnum):
    """What we know about bringing a variant to the shopper."""

    PROMISED = "promised"
    NOT_DELIVERABLE = "not_deliverable"
    SOLD_OUT = "sold_out"
    UNKNOWN = "unknown"  # where stock is counted does not answer
    ASK = "ask"  # in stock, and we do not know where the shopper is


@dataclass(frozen=True, kw_only=True)
class DeliveryView:
    """`day`, `order_by` and `fee` are there only if promised.

    `reachable` has the variants that can be brought to the address; None while there is none.
    """

    state: DeliveryState
    now: datetime
    place: str = ""
    day: date | None = None
    order_by: datetime | None = None
    fee: Money | None = None
    reachable: frozenset[str] | None = None
    available: int = 0

    @property
    def can_be_bought(self) -> bool:
        return self.state in {DeliveryState.PROMISED, DeliveryState.ASK}

    @property
    def most(self) -> int:
        """Return how many one can ask for."""
        return min(max(self.available, 1), MAX_QUANTITY)

    @property
    def is_scarce(self) -> bool:
        return 0 < self.available <= FEW


def find_delivery(
    request: ShopRequest, *, sku: str, siblings: Sequence[str], now: datetime
) -> DeliveryView:
    """Return when the variant reaches the shopper, or why it does not.

    The product's other variants are asked for along with it, at no more statements.
    """
    return without_sql(
        request,
        lambda: delivery_to(request.deliver_to, sku=sku, siblings=siblings, now=now),
        otherwise=DeliveryView(state=DeliveryState.UNKNOWN, now=now),
    )


def delivery_to(
    destination: Destination | None, *, sku: str, siblings: Sequence[str], now: datetime
) -> DeliveryView:
    """Return the same for an address, or for None while we know of none."""
    if destination is None:
        units = available_quantity(skus=[sku], destination=None)[sku]
        state = DeliveryState.ASK if units else DeliveryState.SOLD_OUT
        return DeliveryView(state=state, now=now, available=units)
    place = f"{destination.postal_code} {destination.city}".strip()
    promised = promises(skus=[sku, *siblings], destination=destination, now=now)
    reachable = frozenset(promised)
    promise = promised.get(sku)
    if promise is None:
        is_elsewhere = bool(warehouses_in_stock(skus=[sku])[sku])
        state = DeliveryState.NOT_DELIVERABLE if is_elsewhere else DeliveryState.SOLD_OUT
        return DeliveryView(state=state, now=now, place=place, reachable=reachable)
    return DeliveryView(
        state=DeliveryState.PROMISED,
        now=now,
        place=place,
        day=promise.delivery_date,
        order_by=promise.order_by,
        fee=promise.fee,
        reachable=reachable,
        available=available_quantity(skus=[sku], destination=destination)[sku],
    )
