"""An order as pages, e-mails and the archive see it."""

from dataclasses import dataclass, field
from datetime import date, datetime

from accounts.types import PostalAddress
from logistics.types import ShipmentInfo
from orders.states import FINAL, OrderStatus
from payments.types import PaymentInfo, RefundInfo
from shop.core.money import Money
from shop.core.visitor import Owner


@dataclass(frozen=True, kw_only=True)
class OrderLineView:
    sku: str
    product_id: int
    title: str
    slug: str
    options: dict[str, str]
    picture_url: str
    unit_price: Money
    quantity: int

    @property
    def total(self) -> Money:
        return self.unit_price * self.quantity

    @property
    def url(self) -> str:
        return f"/p/{self.slug}/{self.sku}/"


@dataclass(frozen=True, kw_only=True)
class TimelineView:
    at: datetime
    status: str
    cause: str
    note: str
    actor: str

    @property
    def status_label(self) -> str:
        return str(OrderStatus(self.status).label)


@dataclass(frozen=True, kw_only=True)
class OrderSummary:
    """A row of "my orders"; `titles` are those of the first lines."""

    number: str
    status: str
    placed_at: datetime
    total: Money
    line_count: int
    titles: tuple[str, ...]
    picture_urls: tuple[str, ...]
    promised_date: date
    is_archived: bool = False

    @property
    def status_label(self) -> str:
        return str(OrderStatus(self.status).label)

    @property
    def url(self) -> str:
        return f"/orders/{self.number}/"


@dataclass(frozen=True, kw_only=True)
class WaitingOrder:
    """An order that its shopper has not paid yet and still can, until `expires_at`."""

    number: str
    expires_at: datetime

    @property
    def url(self) -> str:
        return f"/orders/{self.number}/"


@dataclass(frozen=True, kw_only=True)
class OrderPage:
    """A page of "my orders"; `archive_available` is false while older ones cannot be read."""

    orders: tuple[OrderSummary, ...]
    next_cursor: str | None
    archive_available: bool = True


@dataclass(frozen=True, kw_only=True)
class OrderView:
    """A whole order. The payment is always SQL's; all else is as live or archived."""

    number: str
    status: str
    placed_at: datetime
    status_at: datetime
    email: str
    customer_id: int | None
    visitor: str
    lines: tuple[OrderLineView, ...]
    items_total: Money
    delivery_fee: Money
    total: Money
    address: PostalAddress
    service_level: str
    promised_date: date
    timeline: tuple[TimelineView, ...]
    shipments: tuple[ShipmentInfo, ...] = ()
    payment: PaymentInfo | None = None
    is_archived: bool = False
    warehouse_codes: tuple[str, ...] = field(default=())

    @property
    def status_label(self) -> str:
        return str(OrderStatus(self.status).label)

    @property
    def is_final(self) -> bool:
        return self.status in FINAL

    @property
    def refunds(self) -> tuple[RefundInfo, ...]:
        refund = self.payment.refund if self.payment else None
        return (refund,) if refund else ()

    @property
    def url(self) -> str:
        return f"/orders/{self.number}/"


@dataclass(frozen=True, kw_only=True)
class OrderedProducts:
    """What an order holds, and whose it is."""

    number: str
    customer_id: int | None
    visitor: str
    product_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class PlacedOrder:
    """`is_repeat` is true when the idempotency key had placed it before."""

    number: str
    is_repeat: bool = False


def is_owned_by(order: "OrderView | OrderedProducts", owner: Owner) -> bool:
    """Tell whether it is this shopper's own, who needs no link to see it."""
    if order.customer_id is not None:
        return order.customer_id == owner.customer_id
    return bool(order.visitor) and order.visitor == owner.visitor
